"""The format specification and reference implementation of `assets.pa`.

```python
import prometeu_assets as pa

with pa.open("build/assets.pa") as pack:
    bank = pack.decode(pack["tiles/hero"])
```
"""

from typing import TYPE_CHECKING, Any

from prometeu_assets._version import __version__
from prometeu_assets.codes.code import Severity
from prometeu_assets.contract.banks import SoundBank, TileBank
from prometeu_assets.contract.typed import Entry, Preload
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report
from prometeu_assets.reader.pack import InvalidPack, Pack, open, validate

if TYPE_CHECKING:
    from prometeu_assets.packer.build import BuildResult, InvalidWorkspace, Statistics, build

__all__ = [
    "AssetRef",
    "BuildResult",
    "Diagnostic",
    "Entry",
    "InvalidPack",
    "InvalidWorkspace",
    "Pack",
    "Preload",
    "Refused",
    "Report",
    "Severity",
    "SoundBank",
    "Statistics",
    "TileBank",
    "__version__",
    "build",
    "open",
    "validate",
]


def __getattr__(name: str) -> Any:
    """The packer's names, imported when first asked for: a reader starts without them."""
    if name in {"BuildResult", "InvalidWorkspace", "Statistics", "build"}:
        from prometeu_assets.packer import build as packer

        return getattr(packer, name)
    raise AttributeError(name)
