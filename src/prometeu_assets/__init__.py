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
    from prometeu_assets.packer.adding import Added, add
    from prometeu_assets.packer.build import BuildResult, InvalidWorkspace, Statistics, build
    from prometeu_assets.packer.doctor import doctor
    from prometeu_assets.packer.memory import pack, write
    from prometeu_assets.packer.preview import AssetView, show
    from prometeu_assets.packer.scaffold import Created, Unsaid, new
    from prometeu_assets.reader.pack import InvalidPack, Pack, validate
    from prometeu_assets.reader.pack import open as open
    from prometeu_assets.releasing import check_release, release
    from prometeu_assets.result import Result
    from prometeu_assets.shipper.boot import Cartridge, InvalidCartridge, Placement, boot
    from prometeu_assets.shipper.ship import Shipment, ship
    from prometeu_assets.workspace.doctor import Examination
    from prometeu_assets.workspace.membership import Membership, Removal, exclude, forget, include
    from prometeu_assets.workspace.merging import Merge, merge_index
    from prometeu_assets.workspace.migrate import (
        Migrated,
        Migration,
        check_migration,
        discard_backups,
        migrate,
        plan_migration,
    )
    from prometeu_assets.workspace.project import Initialization, Listed, Listing, init, listing
    from prometeu_assets.workspace.recording import Recording
    from prometeu_assets.workspace.registration import RegisteredRoot, Registration, register
    from prometeu_assets.workspace.registry import Registered
    from prometeu_assets.workspace.released import Release
    from prometeu_assets.workspace.renaming import Duplicated, Renamed, duplicate, rename
    from prometeu_assets.workspace.repair import Repair

__all__ = [
    "Added",
    "AssetRef",
    "AssetView",
    "BuildResult",
    "Cartridge",
    "Created",
    "Diagnostic",
    "Duplicated",
    "Entry",
    "Examination",
    "Initialization",
    "InvalidCartridge",
    "InvalidPack",
    "InvalidWorkspace",
    "Limits",
    "Listed",
    "Listing",
    "Manifest",
    "Membership",
    "Merge",
    "Migrated",
    "Migration",
    "Pack",
    "Placement",
    "Preload",
    "Recording",
    "Refused",
    "Registered",
    "RegisteredRoot",
    "Registration",
    "Release",
    "Removal",
    "Renamed",
    "Repair",
    "Report",
    "Result",
    "Round",
    "Severity",
    "Shipment",
    "SoundBank",
    "Statistics",
    "TileBank",
    "Unsaid",
    "__version__",
    "add",
    "boot",
    "build",
    "check_migration",
    "check_release",
    "discard_backups",
    "doctor",
    "duplicate",
    "exclude",
    "forget",
    "include",
    "init",
    "listing",
    "merge_index",
    "migrate",
    "new",
    "pack",
    "plan_migration",
    "register",
    "release",
    "rename",
    "ship",
    "show",
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
    "packer.adding": ("Added", "add"),
    "packer.build": ("BuildResult", "InvalidWorkspace", "Statistics", "build"),
    "packer.doctor": ("doctor",),
    "packer.memory": ("pack", "write"),
    "packer.preview": ("AssetView", "show"),
    "packer.scaffold": ("Created", "Unsaid", "new"),
    "reader.pack": ("InvalidPack", "Pack", "open", "validate"),
    "releasing": ("check_release", "release"),
    "result": ("Result",),
    "shipper.boot": ("Cartridge", "InvalidCartridge", "Placement", "boot"),
    "shipper.ship": ("Shipment", "ship"),
    "workspace.doctor": ("Examination",),
    "workspace.membership": ("Membership", "Removal", "exclude", "forget", "include"),
    "workspace.merging": ("Merge", "merge_index"),
    "workspace.migrate": (
        "Migrated",
        "Migration",
        "check_migration",
        "discard_backups",
        "migrate",
        "plan_migration",
    ),
    "workspace.project": ("Initialization", "Listed", "Listing", "init", "listing"),
    "workspace.recording": ("Recording",),
    "workspace.registration": ("RegisteredRoot", "Registration", "register"),
    "workspace.registry": ("Registered",),
    "workspace.released": ("Release",),
    "workspace.renaming": ("Duplicated", "Renamed", "duplicate", "rename"),
    "workspace.repair": ("Repair",),
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
