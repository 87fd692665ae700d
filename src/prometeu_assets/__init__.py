"""The format specification and reference implementation of `assets.pa`.

```python
import prometeu_assets as pa

with pa.open("build/assets.pa") as pack:
    bank = pack.decode(pack["tiles/hero"])
```
"""

from typing import TYPE_CHECKING, Any

from prometeu_assets._version import __version__
from prometeu_assets.banks.sounds import SoundBank
from prometeu_assets.banks.tiles import TileBank
from prometeu_assets.codes.code import Severity
from prometeu_assets.contract.typed import Entry, Preload
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report
from prometeu_assets.reader.pack import InvalidPack, Pack, open, validate

if TYPE_CHECKING:
    from prometeu_assets.contract.cartridge import Manifest
    from prometeu_assets.packer.build import BuildResult, InvalidWorkspace, Statistics, build
    from prometeu_assets.shipper.boot import Cartridge, InvalidCartridge, Placement, boot
    from prometeu_assets.shipper.ship import Shipment, ship

__all__ = [
    "AssetRef",
    "BuildResult",
    "Cartridge",
    "Diagnostic",
    "Entry",
    "InvalidCartridge",
    "InvalidPack",
    "InvalidWorkspace",
    "Manifest",
    "Pack",
    "Placement",
    "Preload",
    "Refused",
    "Report",
    "Severity",
    "Shipment",
    "SoundBank",
    "Statistics",
    "TileBank",
    "__version__",
    "boot",
    "build",
    "open",
    "ship",
    "validate",
]


def __getattr__(name: str) -> Any:
    """The packer's and the shipper's names, imported when first asked for.

    A reader starts without them.
    """
    if name in {"BuildResult", "InvalidWorkspace", "Statistics", "build"}:
        from prometeu_assets.packer import build as packer

        return getattr(packer, name)
    if name in {"Shipment", "ship"}:
        from prometeu_assets.shipper import ship as shipper

        return getattr(shipper, name)
    if name in {"Cartridge", "InvalidCartridge", "Manifest", "Placement", "boot"}:
        from prometeu_assets.shipper import boot as loader

        return getattr(loader, name)
    raise AttributeError(name)
