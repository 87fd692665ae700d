"""Codes about bringing documents to their current versions."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "MIGRATION_NEEDED",
        summary="A document is not in its current version; only `migrate --check` says so.",
        message="The document has version {found}; the current version is {newest}.",
        meaning="A build takes it as it is; this is for a project that wants all to be current.",
        hint="Run `prometeu-assets migrate{project}` and commit what it changes.",
    ),
    Code(
        "MIGRATION_UNREGISTERED",
        summary="A document of an older version is left alone, because its asset is not "
        "registered.",
        message="The root {root} is not registered: its document stays at version {found}.",
        meaning="Only the registered assets migrates: what is not in it may be a draft, and has no "
        "identity in the registry.",
        hint="`prometeu-assets register {root:root}{of_project}` makes it part of the project; "
        "then migrate again.",
        hints={
            "adopt": "Version {found} holds no identity: `prometeu-assets register {root:root} "
            "--adopt{of_project}` gives it one; then migrate again.",
        },
        severity=Severity.WARNING,
    ),
    Code(
        "MIGRATION_INVALID",
        summary="A migration step made a document that is not valid.",
        message="Migrated to version {version}, the document would not be valid: {what}.",
        meaning="The result of every step is checked against the schema of the next version before "
        "anything is written.",
        hint="Nothing was changed. This is a fault of the tool: please report it with the "
        "document.",
        hints={
            "member": "Nothing was changed. No build accepts this member of `output.metadata`: "
            "remove it, or give it a name that starts with `x_`.",
        },
    ),
)
