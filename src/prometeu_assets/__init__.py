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
    from prometeu_assets.banks import Decoded
    from prometeu_assets.banks.sounds import SoundBank
    from prometeu_assets.banks.tiles import TileBank
    from prometeu_assets.codes.code import Code, Severity
    from prometeu_assets.conformance.case import Recipe, Repeat
    from prometeu_assets.conformance.grade import Fault
    from prometeu_assets.conformance.kit import Vector
    from prometeu_assets.conformance.reader import Question
    from prometeu_assets.conformance.results import CaseResult, ConformanceReport, Status
    from prometeu_assets.conformance.verbs import (
        ConformanceCases,
        NoSuchCase,
        ProfileName,
        StepName,
        conformance_cases,
        export_kit,
        run_conformance,
    )
    from prometeu_assets.contract.bank import Bank, Beginning, Metadata, Origin, SourceFile
    from prometeu_assets.contract.cartridge import Manifest
    from prometeu_assets.contract.entries import Entry, Preload
    from prometeu_assets.contract.limits import Limits
    from prometeu_assets.contract.rule import LoadStep
    from prometeu_assets.contract.slice import Details, Numbers, Slice
    from prometeu_assets.contract.value import Contract
    from prometeu_assets.diagnostics import AssetRef, Diagnostic, Progress, Refused, Report
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
    from prometeu_assets.packer.preview import AssetView, PlannedEntry, show
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
    from prometeu_assets.reader.opening import PackInput, PathWithin
    from prometeu_assets.reader.pack import Asset, InvalidPack, Pack, validate
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
    from prometeu_assets.storage.transaction import Tell
    from prometeu_assets.viewpoint import StrPath
    from prometeu_assets.views.diff import Change, Comparison, Difference, Side, diff
    from prometeu_assets.views.extract import Extraction, extract
    from prometeu_assets.views.inspect import BankFigures, Inspection, inspect
    from prometeu_assets.views.page import inspect_html
    from prometeu_assets.workspace.declarations import Declaration
    from prometeu_assets.workspace.doctor import Examination, Planned
    from prometeu_assets.workspace.lookup import AssetName
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
    "Asset",
    "AssetName",
    "AssetRef",
    "AssetView",
    "Bank",
    "BankFigures",
    "Beginning",
    "BuildResult",
    "Cartridge",
    "CaseResult",
    "Change",
    "Code",
    "CodeTable",
    "Comparison",
    "ConformanceCases",
    "ConformanceReport",
    "Contract",
    "Created",
    "Declaration",
    "Decoded",
    "Details",
    "Diagnostic",
    "Difference",
    "Duplicated",
    "Entry",
    "Examination",
    "Extraction",
    "Fault",
    "Initialization",
    "Inspection",
    "InvalidCartridge",
    "InvalidPack",
    "InvalidWorkspace",
    "Limits",
    "Listed",
    "Listing",
    "LoadStep",
    "Loading",
    "Manifest",
    "Membership",
    "Merge",
    "Metadata",
    "Migrated",
    "Migration",
    "NoSuchCase",
    "NotPublished",
    "Numbers",
    "Origin",
    "Pack",
    "PackInput",
    "PathWithin",
    "Placement",
    "Planned",
    "PlannedEntry",
    "Preload",
    "Preview",
    "ProfileName",
    "Progress",
    "PublishedSchema",
    "Question",
    "Recipe",
    "Recording",
    "Refused",
    "Registered",
    "RegisteredRoot",
    "Registration",
    "Release",
    "Removal",
    "Renamed",
    "Repair",
    "Repeat",
    "Report",
    "Result",
    "Round",
    "SchemaList",
    "Severity",
    "Shipment",
    "Side",
    "Slice",
    "SoundBank",
    "SourceFile",
    "Statistics",
    "Status",
    "StepName",
    "StepTrace",
    "StrPath",
    "Tell",
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
    "banks": ("Decoded",),
    "banks.sounds": ("SoundBank",),
    "banks.tiles": ("TileBank",),
    "codes.code": ("Code", "Severity"),
    "conformance.case": ("Recipe", "Repeat"),
    "conformance.grade": ("Fault",),
    "conformance.kit": ("Vector",),
    "conformance.reader": ("Question",),
    "conformance.results": ("CaseResult", "ConformanceReport", "Status"),
    "conformance.verbs": (
        "ConformanceCases",
        "NoSuchCase",
        "ProfileName",
        "StepName",
        "conformance_cases",
        "export_kit",
        "run_conformance",
    ),
    "contract.bank": ("Bank", "Beginning", "Metadata", "Origin", "SourceFile"),
    "contract.cartridge": ("Manifest",),
    "contract.entries": ("Entry", "Preload"),
    "contract.limits": ("Limits",),
    "contract.rule": ("LoadStep",),
    "contract.slice": ("Details", "Numbers", "Slice"),
    "contract.value": ("Contract",),
    "diagnostics": ("AssetRef", "Diagnostic", "Progress", "Refused", "Report"),
    "live.preview": ("Preview", "preview"),
    "live.watching": ("Round", "watch"),
    "packer.adding": ("Added", "add"),
    "packer.build": ("BuildResult", "InvalidWorkspace", "Statistics", "build", "check_build"),
    "packer.doctor": ("doctor",),
    "packer.memory": ("pack", "write"),
    "packer.preview": ("AssetView", "PlannedEntry", "show"),
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
    "reader.opening": ("PackInput", "PathWithin"),
    "reader.pack": ("Asset", "InvalidPack", "Pack", "open", "validate"),
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
    "storage.transaction": ("Tell",),
    "viewpoint": ("StrPath",),
    "views.diff": ("Change", "Difference", "Side", "Comparison", "diff"),
    "views.extract": ("Extraction", "extract"),
    "views.inspect": ("BankFigures", "Inspection", "inspect"),
    "views.page": ("inspect_html",),
    "workspace.declarations": ("Declaration",),
    "workspace.doctor": ("Examination", "Planned"),
    "workspace.lookup": ("AssetName",),
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
        found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted(_HOME)
