"""Codes about the JSON documents that people and tools write, such as ``asset.json``."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "DOCUMENT_UTF8",
        summary="A document is not UTF-8.",
        meaning="Every document is UTF-8. Some editors on Windows use another encoding, and the "
        "fault then shows at the first letter with an accent.",
        message="The document is not UTF-8: invalid byte at offset {offset}.",
        hint="Save it as UTF-8 without a byte order mark.",
    ),
    Code(
        "DOCUMENT_JSON",
        summary="A document is not JSON.",
        meaning="Documents are JSON as RFC 8259 defines it: names and strings are in double "
        "quotes, and comments and trailing commas are not allowed.",
        message="The document is not JSON: {found}.",
        hints={
            "bom": "Save the file as UTF-8 without a byte order mark.",
            "comma": "Remove the comma before the closing bracket.",
            "comment": "Remove the comment: JSON has no comments.",
            "quotes": "Use double quotes: JSON has no other ones.",
            "separator": "Add the comma that is missing before this place.",
            "backslash": "Write a backslash in a string twice; in a path, write `/` instead.",
            "end": "The file is incomplete. Close the open bracket or quote; if the file was "
            "truncated, take it from a backup or from version control.",
            "empty": "The file is empty. Restore it from a backup or from version control.",
            "lfs": "This file is a Git LFS pointer. Run `git lfs pull` to get the document.",
            "conflict": "The file contains conflict markers of a git merge. Keep one of the two "
            "sides, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
        },
    ),
    Code(
        "DOCUMENT_NESTING",
        summary="A document has too many levels of arrays and objects.",
        meaning="No document needs this depth, so it is refused before it is parsed.",
        message="The document has more than {limit} levels of arrays and objects.",
    ),
    Code(
        "DOCUMENT_VALUES",
        summary="A document contains too many values.",
        meaning="Every value takes memory, even if its text is short. The commas and brackets are "
        "counted before the document is parsed.",
        message="The document contains {found} values; the limit is {limit}.",
        hint="Check that this is the right file.",
    ),
    Code(
        "DOCUMENT_REPEATED",
        summary="An object has a duplicate member.",
        meaning="Some parsers take the first of two members with the same name, others the last. "
        "So the document is refused.",
        message="The object has a duplicate member {name!r}.",
        hint="Remove one of the two.",
    ),
    Code(
        "DOCUMENT_NUMBER",
        summary="A number is too large.",
        meaning="A double (IEEE 754) cannot hold the number: it would be infinite, and many tools "
        "would read another value without a warning. A smaller number keeps its value and its "
        "spelling, with all its digits.",
        message="The number is too large.",
        hint="The largest number is about 1e308. Write a larger one as a string.",
    ),
    Code(
        "DOCUMENT_VERSION",
        summary="A document's version is missing or not supported.",
        meaning="Every document states the version of its schema. Each release supports a range "
        "of versions.",
        message="`schema_version` is {found}; supported versions: {supported}.",
        hint="This tool no longer reads the document, because it is too old. Migrate it with an "
        "older release that reads both versions, then run this command again.",
        hints={
            "newer": "A newer tool wrote the document. Update to a release of prometeu-assets "
            "that reads version {found}.",
            "missing": 'Add `"schema_version": {newest}` as its first member.',
            "type": "Write the version as an integer, without quotes, fraction or exponent.",
        },
    ),
    Code(
        "DOCUMENT_KIND",
        summary="The file is another kind of document.",
        meaning="The file is valid JSON, but has the members of another document. It was probably "
        "copied or renamed by mistake.",
        message="This looks like {found}, but {expected} is expected here.",
        hint="Check which file was copied or renamed.",
    ),
    Code(
        "DOCUMENT_SCHEMA",
        summary="A document does not match its schema.",
        meaning="The schema says which members a document has, with their types and ranges; "
        "`prometeu-assets schema show` prints it. A member that the schema does not list is "
        "refused, because it may be a spelling mistake.",
        message="{what}.",
        hints={
            "nearest": "Did you mean {nearest!r}?",
            "RAW": "Write `NONE`: version 2 calls it so. `RAW` is the name in version 1.",
            "type": "Write {nearest!r}: version 2 spells the type so.",
            "uuid": "Every asset has its own uuid, in lower case. For a registered asset, copy it "
            'from the index; for a new one, `python -c "import uuid; print(uuid.uuid4())"` prints '
            "one.",
            "integer": "Write {whole}, without a fraction or an exponent.",
            "fraction": "Write an integer. If the number is only a note, write it as a string.",
            "free": "Begin the name of your own member with `x_`.",
            "list": "Write a list, even for one path: [{value}].",
        },
    ),
    Code(
        "DOCUMENT_OLD",
        summary="A document has an older version, which is still supported.",
        meaning="A build still accepts this version. It applies the steps of `migrate` in memory "
        "and leaves the file as it is.",
        message="The document has version {found}; the current version is {newest}.",
        hint="The build works as before; `prometeu-assets migrate{project}` updates the file.",
        severity=Severity.WARNING,
    ),
    Code(
        "SCHEMA_ADDRESS",
        summary="The `$schema` of an asset does not lead to its schema.",
        meaning="An editor follows the path in `$schema` from the document. The root was moved by "
        "hand, or the document has another version now.",
        message="The $schema is {found}; from here the schema of this document is {expected}.",
        hint="`prometeu-assets doctor --fix{project}` corrects it.",
        severity=Severity.WARNING,
    ),
    Code(
        "SCHEMA_FILE",
        summary="A schema for editors is missing, or another file is in its place.",
        meaning="The `$schema` of a document names this file. Without it an editor completes "
        "nothing and finds no misspelt member. The tool writes the file where there is none, and "
        "never replaces one.",
        message="{path} {what}.",
        hint="`prometeu-assets doctor --fix{project}` writes it.",
        hints={
            "other": "Move it away, and `prometeu-assets doctor --fix{project}` writes the schema.",
        },
        severity=Severity.WARNING,
    ),
)
