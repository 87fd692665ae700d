"""The format specification and reference implementation of `assets.pa`.

```python
import prometeu_assets as pa

with pa.open("build/assets.pa") as pack:
    bank = pack.decode(pack["tiles/hero"])
```
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometeu_assets._version import __version__
    from prometeu_assets.banks.sounds import SoundBank
    from prometeu_assets.banks.tiles import TileBank
    from prometeu_assets.codes.code import Severity
    from prometeu_assets.contract.cartridge import Manifest
    from prometeu_assets.contract.entries import Entry, Preload
    from prometeu_assets.contract.limits import Limits
    from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report
    from prometeu_assets.live.watching import Round, watch
    from prometeu_assets.packer.build import BuildResult, InvalidWorkspace, Statistics, build
    from prometeu_assets.packer.memory import pack, write
    from prometeu_assets.reader.pack import InvalidPack, Pack, validate
    from prometeu_assets.reader.pack import open as open
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
    "Limits",
    "Manifest",
    "Pack",
    "Placement",
    "Preload",
    "Refused",
    "Report",
    "Round",
    "Severity",
    "Shipment",
    "SoundBank",
    "Statistics",
    "TileBank",
    "__version__",
    "boot",
    "build",
    "pack",
    "ship",
    "validate",
    "watch",
    "write",
]
"""What is public, and `open`: `import *` must not take the place of a builtin."""

_HOMES = {
    "_version": ("__version__",),
    "banks.sounds": ("SoundBank",),
    "banks.tiles": ("TileBank",),
    "codes.code": ("Severity",),
    "contract.cartridge": ("Manifest",),
    "contract.entries": ("Entry", "Preload"),
    "contract.limits": ("Limits",),
    "diagnostics": ("AssetRef", "Diagnostic", "Refused", "Report"),
    "live.watching": ("Round", "watch"),
    "packer.build": ("BuildResult", "InvalidWorkspace", "Statistics", "build"),
    "packer.memory": ("pack", "write"),
    "reader.pack": ("InvalidPack", "Pack", "open", "validate"),
    "shipper.boot": ("Cartridge", "InvalidCartridge", "Placement", "boot"),
    "shipper.ship": ("Shipment", "ship"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # so that a type checker knows the names above and no others

    def __getattr__(name: str) -> Any:
        """A name of this package, imported when first asked for.

        A reader starts without the packer, and the command line before anything is imported.
        """
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

    def __dir__() -> list[str]:
        return sorted(_HOME)
