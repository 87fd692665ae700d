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
    from prometeu_assets.codes.code import Code, Severity
    from prometeu_assets.conformance.kit import Vector
    from prometeu_assets.conformance.results import CaseResult, ConformanceReport
    from prometeu_assets.conformance.verbs import (
        ConformanceCases,
        NoSuchCase,
        conformance_cases,
        export_kit,
        run_conformance,
    )
    from prometeu_assets.contract.cartridge import Manifest
    from prometeu_assets.contract.entries import Entry, Preload
    from prometeu_assets.contract.limits import Limits
    from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report
    from prometeu_assets.live.preview import Preview, preview
    from prometeu_assets.live.watching import Round, watch
    from prometeu_assets.packer.adding import Added, add
    from prometeu_assets.packer.build import (
        BuildResult,
        InvalidWorkspace,
        Statistics,
        build,
        check_build,
    )
    from prometeu_assets.packer.doctor import doctor
    from prometeu_assets.packer.memory import pack, write
    from prometeu_assets.packer.preview import AssetView, show
    from prometeu_assets.packer.scaffold import Created, Unsaid, new
    from prometeu_assets.published import (
        CodeTable,
        NotPublished,
        PublishedSchema,
        SchemaList,
        explain_codes,
        schema,
        schemas,
    )
    from prometeu_assets.reader.pack import InvalidPack, Pack, validate
    from prometeu_assets.reader.pack import open as open
    from prometeu_assets.releasing import check_release, release
    from prometeu_assets.result import Result
    from prometeu_assets.shipper.boot import (
        Cartridge,
        InvalidCartridge,
        Loading,
        Placement,
        StepTrace,
        boot,
        load,
    )
    from prometeu_assets.shipper.ship import Shipment, check_ship, ship
    from prometeu_assets.shipper.verify import verify
    from prometeu_assets.views.diff import Change, Difference, Side, diff
    from prometeu_assets.views.extract import Extraction, extract
    from prometeu_assets.views.inspect import BankFigures, Inspection, inspect
    from prometeu_assets.views.page import inspect_html
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
    "BankFigures",
    "BuildResult",
    "Cartridge",
    "CaseResult",
    "Change",
    "Code",
    "CodeTable",
    "ConformanceCases",
    "ConformanceReport",
    "Created",
    "Diagnostic",
    "Difference",
    "Duplicated",
    "Entry",
    "Examination",
    "Extraction",
    "Initialization",
    "Inspection",
    "InvalidCartridge",
    "InvalidPack",
    "InvalidWorkspace",
    "Limits",
    "Listed",
    "Listing",
    "Loading",
    "Manifest",
    "Membership",
    "Merge",
    "Migrated",
    "Migration",
    "NoSuchCase",
    "NotPublished",
    "Pack",
    "Placement",
    "Preload",
    "Preview",
    "PublishedSchema",
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
    "SchemaList",
    "Severity",
    "Shipment",
    "Side",
    "SoundBank",
    "Statistics",
    "StepTrace",
    "TileBank",
    "Unsaid",
    "Vector",
    "__version__",
    "add",
    "boot",
    "build",
    "check_build",
    "check_migration",
    "check_release",
    "check_ship",
    "conformance_cases",
    "diff",
    "discard_backups",
    "doctor",
    "duplicate",
    "exclude",
    "explain_codes",
    "export_kit",
    "extract",
    "forget",
    "include",
    "init",
    "inspect",
    "inspect_html",
    "listing",
    "load",
    "merge_index",
    "migrate",
    "new",
    "pack",
    "plan_migration",
    "preview",
    "register",
    "release",
    "rename",
    "run_conformance",
    "schema",
    "schemas",
    "ship",
    "show",
    "validate",
    "verify",
    "watch",
    "write",
]
"""What is public, and `open`: `import *` must not take the place of a builtin."""

_HOMES = {
    "_version": ("__version__",),
    "banks.sounds": ("SoundBank",),
    "banks.tiles": ("TileBank",),
    "codes.code": ("Code", "Severity"),
    "conformance.kit": ("Vector",),
    "conformance.results": ("CaseResult", "ConformanceReport"),
    "conformance.verbs": (
        "ConformanceCases",
        "NoSuchCase",
        "conformance_cases",
        "export_kit",
        "run_conformance",
    ),
    "contract.cartridge": ("Manifest",),
    "contract.entries": ("Entry", "Preload"),
    "contract.limits": ("Limits",),
    "diagnostics": ("AssetRef", "Diagnostic", "Refused", "Report"),
    "live.preview": ("Preview", "preview"),
    "live.watching": ("Round", "watch"),
    "packer.adding": ("Added", "add"),
    "packer.build": ("BuildResult", "InvalidWorkspace", "Statistics", "build", "check_build"),
    "packer.doctor": ("doctor",),
    "packer.memory": ("pack", "write"),
    "packer.preview": ("AssetView", "show"),
    "packer.scaffold": ("Created", "Unsaid", "new"),
    "published": (
        "CodeTable",
        "NotPublished",
        "PublishedSchema",
        "SchemaList",
        "explain_codes",
        "schema",
        "schemas",
    ),
    "reader.pack": ("InvalidPack", "Pack", "open", "validate"),
    "releasing": ("check_release", "release"),
    "result": ("Result",),
    "shipper.boot": (
        "Cartridge",
        "InvalidCartridge",
        "Loading",
        "Placement",
        "StepTrace",
        "boot",
        "load",
    ),
    "shipper.ship": ("Shipment", "check_ship", "ship"),
    "shipper.verify": ("verify",),
    "views.diff": ("Change", "Difference", "Side", "diff"),
    "views.extract": ("Extraction", "extract"),
    "views.inspect": ("BankFigures", "Inspection", "inspect"),
    "views.page": ("inspect_html",),
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
