"""Codes about the JSON documents that people and tools write, such as ``asset.json``."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "DOCUMENT_UTF8",
        summary="A document is not UTF-8.",
        meaning="Documents are UTF-8. Editors on Windows may still save another encoding; names "
        "with accents then show as the first fault.",
        message="The document is not UTF-8: byte {offset} cannot stand there.",
        hint="Save it as UTF-8 without a byte order mark.",
    ),
    Code(
        "DOCUMENT_JSON",
        summary="A document is not JSON.",
        meaning="Documents are plain JSON by RFC 8259: no comments, no trailing commas, names and "
        "strings in double quotes.",
        message="The document is not JSON: {found}.",
        hints={
            "bom": "Save the file as UTF-8 without a byte order mark.",
            "comma": "JSON has no comma after the last member or element.",
            "comment": "JSON has no comments.",
            "quotes": "JSON strings stand in double quotes.",
            "separator": "A comma is missing before this.",
            "backslash": "In a string a backslash is written twice; in a path, write `/` instead.",
            "end": "The text breaks off: a bracket or a quote is not closed, or it was cut short.",
            "empty": "The file is empty: bring it back from a backup or from version control.",
            "lfs": "This is a Git LFS pointer, not the document itself: run `git lfs pull`.",
            "conflict": "The file has the marks of an unfinished git merge: keep one of the two "
            "sides and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
        },
    ),
    Code(
        "DOCUMENT_NESTING",
        summary="Too many arrays and objects are open at once.",
        meaning="No document needs such depth; it is refused before it is read.",
        message="More than {limit} arrays and objects are open at once.",
    ),
    Code(
        "DOCUMENT_VALUES",
        summary="A document holds far more values than any project has.",
        meaning="Each value takes memory, however short its text; commas and brackets are counted "
        "before the document is read.",
        message="The document holds {found} values; at most {limit} are read.",
        hint="Check that it is the file you meant.",
    ),
    Code(
        "DOCUMENT_REPEATED",
        summary="A member stands twice in one object.",
        meaning="Parsers disagree about which of two members counts, so neither is taken.",
        message="The member {name!r} already stands in this object.",
        hint="Remove one of them; which one counts is nowhere defined.",
    ),
    Code(
        "DOCUMENT_NUMBER",
        summary="A number is too large to be read.",
        meaning="The nearest IEEE 754 double is infinite: a tool that reads numbers so would "
        "silently hold another value. A smaller number keeps its value and its spelling, however "
        "many digits it has.",
        message="The number is too large to be read.",
        hint="Numbers reach to about 1e308; write a larger one as a string.",
    ),
    Code(
        "DOCUMENT_VERSION",
        summary="A document's version is missing, or not one that is supported.",
        meaning="Every document states the version of its schema, and each release supports a "
        "window of them.",
        message="`schema_version` is {found}; supported are {supported}.",
        hint="The document is older than this tool reads: migrate it with an older release that "
        "reads both versions, then come back.",
        hints={
            "newer": "The document was made by a newer tool: update to a release of "
            "prometeu-assets that reads version {found}.",
            "missing": 'Add `"schema_version": {newest}` as its first member.',
            "type": "A version is an integer, written without quotes, fraction or exponent.",
        },
    ),
    Code(
        "DOCUMENT_KIND",
        summary="Another kind of document stands where this one is expected.",
        meaning="The document is valid JSON and has the members of another kind: it was probably "
        "copied or renamed by mistake.",
        message="This looks like {found}, but {expected} is expected here.",
        hint="Check which file was copied or renamed.",
    ),
    Code(
        "DOCUMENT_SCHEMA",
        summary="A document breaks its schema.",
        meaning="The document's members, types and ranges are those of its published schema; "
        "`prometeu-assets schema show` prints it. Unknown members are refused, so that a misspelt "
        "one is not silently ignored.",
        message="{what}.",
        hints={
            "nearest": "Did you mean {nearest!r}?",
            "RAW": "`RAW` is the old spelling of `NONE`, which version 2 requires.",
            "type": "In version 2 the type is written {nearest!r}.",
            "uuid": "Every asset has its own, in lower case. That of a registered asset is in the "
            'index; for a new one `python -c "import uuid; print(uuid.uuid4())"` draws one.',
            "integer": "Write {whole}, without a fraction or an exponent.",
            "fraction": "Numbers here are integers. Write one, or write the number as a string if "
            "it is only a note.",
            "free": "Names of your own start with `x_`.",
            "list": "Write a list even for one path: [{value}].",
        },
    ),
    Code(
        "DOCUMENT_OLD",
        summary="A document has an older version that is still supported.",
        meaning="The document is of an older version that is still supported. It is built as it "
        "is, through the same steps that a migration would take.",
        message="The document has version {found}; the current version is {newest}.",
        hint="It is built as it is; `prometeu-assets migrate{project}` brings it up to date.",
        severity=Severity.WARNING,
    ),
)
