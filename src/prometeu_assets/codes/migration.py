"""Codes about bringing documents to their current versions."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "MIGRATION_NEEDED",
        summary="A document has an older version. Only `migrate --check` reports this.",
        message="The document has version {found}; the current version is {newest}.",
        meaning="A build accepts the document. The check is for a project that keeps all its "
        "documents current.",
        hint="Run `prometeu-assets migrate{project}`, then commit the changed files.",
    ),
    Code(
        "MIGRATION_UNREGISTERED",
        summary="A document was not migrated, because its asset is not registered.",
        message="The document of {root} stays at version {found}, because the root is not "
        "registered.",
        meaning="`migrate` changes only registered assets. An unregistered one may be a draft, "
        "and the registry has no uuid for it.",
        hint="`prometeu-assets register {root:root}{of_project}` registers it; then run `migrate` "
        "again.",
        hints={
            "adopt": "A document of version {found} has no uuid. `prometeu-assets register "
            "{root:root} --adopt{of_project}` registers the root with a new one; then run "
            "`migrate` again.",
        },
        severity=Severity.WARNING,
    ),
    Code(
        "MIGRATION_INVALID",
        summary="The result of a migration would not be valid.",
        message="After the migration to version {version} the document would not be valid: {what}.",
        meaning="The result of each step is checked against the schema of the next version before "
        "anything is written.",
        hint="Nothing was changed. This is a fault of the tool: please report it, with the "
        "document.",
        hints={
            "member": "Nothing was changed. No build accepts this member of `output.metadata`: "
            "remove it, or begin its name with `x_`.",
        },
    ),
)
