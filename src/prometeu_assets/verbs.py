"""What each verb is: on the command line, as a function, its result, and the schema of its JSON.

Every verb prints a value of the schema ``report`` instead when it refuses its input.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Verb:
    """A row: a command line, the public function that does the same, and the type of its result.

    ``document`` is the schema of its JSON. Where there is no function, or no schema, ``why`` says
    so.
    """

    line: str
    function: str | None
    result: str | None
    document: str | None
    why: str = ""

    @property
    def command(self) -> str:
        """The verb without its option, such as ``schema list``."""
        return self.line.partition(" --")[0]


VERBS: Final = (
    Verb("init", "init", "Initialization", "initialization"),
    Verb("new", "new", "Created", "creation"),
    Verb("add", "add", "Added", "addition"),
    Verb("register", "register", "Registration", "registration"),
    Verb("rename", "rename", "Renamed", "renaming"),
    Verb("duplicate", "duplicate", "Duplicated", "duplication"),
    Verb("forget", "forget", "Removal", "removal"),
    Verb("include", "include", "Membership", "membership"),
    Verb("exclude", "exclude", "Membership", "membership"),
    Verb("list", "listing", "Listing", "listing"),
    Verb("show", "show", "AssetView", "asset-view"),
    Verb("doctor", "doctor", "Examination", "examination"),
    Verb("build", "build", "BuildResult", "build-result"),
    Verb("build --check", "check_build", "Report", "report"),
    Verb("build --watch", "watch", "Round", "watch-round", "One value a line for each build."),
    Verb("preview", "preview", "Preview", "preview", "A context manager; each build is a round."),
    Verb("migrate", "migrate", "Migration", "migration"),
    Verb("migrate --dry-run", "plan_migration", "Migration", "migration"),
    Verb("migrate --check", "check_migration", "Migration", "migration"),
    Verb("migrate --discard-backup", "discard_backups", "Migration", "migration"),
    Verb("inspect", "inspect", "Inspection", "inspection"),
    Verb("inspect --html", "inspect_html", "Inspection", "inspection"),
    Verb("validate", "validate", "Report", "report", "Reports of several packs are added."),
    Verb("verify", "verify", "Report", "report"),
    Verb("extract", "extract", "Extraction", "extraction"),
    Verb("diff", "diff", "Difference", "difference"),
    Verb("release", "release", "Recording", "release"),
    Verb("release --check", "check_release", "Report", "report"),
    Verb("ship", "ship", "Shipment", "shipment"),
    Verb("ship --check", "check_ship", "Report", "report"),
    Verb("boot", "load", "Loading", "loading", "`boot` gives the cartridge alone, or raises."),
    Verb("merge-index", "merge_index", "Merge", "report"),
    Verb("conformance list", "conformance_cases", "ConformanceCases", "conformance-cases"),
    Verb("conformance export", "export_kit", "ConformanceCases", "conformance-cases"),
    Verb("conformance run", "run_conformance", "ConformanceReport", "conformance-report"),
    Verb("conformance build", None, None, None, "Only a checkout of this project has it."),
    Verb("schema list", "schemas", "SchemaList", "schema-list"),
    Verb("schema show", "schema", None, None, "The result is the schema."),
    Verb("codes", "explain_codes", "CodeTable", "codes", "`pa.codes` is a package, of the codes."),
    Verb("completion", None, None, None, "The result is a script for a shell."),
)
"""Every verb of the command line, in its order."""
