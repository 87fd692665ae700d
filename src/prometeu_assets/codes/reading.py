"""Codes of reading a pack: the conformance outcomes of ``spec/reader.md``.

Several rules may share a code; `prometeu_assets.contract.rules` says which, and in what order.
"""

from __future__ import annotations

from typing import Final

from prometeu_assets.diagnostics import Code

_KINDS: Final = {
    "lfs": "This is a Git LFS pointer, not the file itself: run `git lfs pull`.",
    "html": "This is a web page, probably an error page saved by a download.",
    "zip": "This is a zip archive: unpack it and give the `assets.pa` inside.",
    "json": "This is a JSON document; a pack is the binary `build/assets.pa`.",
    "source": "This looks like {kind}: it goes into an asset root, and `build` makes the pack.",
    "other": "This looks like {kind}. Give the `assets.pa` that `build` made.",
}
"""Hints for files that are something else, by what they look like."""

CODES: Final[tuple[Code, ...]] = (
    Code(
        name="PRELUDE_TRUNCATED",
        summary="The file ends inside the prelude.",
        message="The file has {found} bytes; its prelude needs {needed}.",
        hint="The file was cut short: build it or copy it again.",
        hints={"empty": "It is empty: the download or the build that made it did not finish."},
    ),
    Code(
        name="PRELUDE_LEGACY",
        summary="A `PPA1` artifact of the old packer.",
        message="This is a legacy `PPA1` artifact, which no reader of `assets.pa` reads.",
        hint="It cannot be converted: rebuild the pack from its workspace.",
    ),
    Code(
        name="PRELUDE_MAGIC",
        summary="The file does not begin with the magic of a pack.",
        message="The file begins with {found}, not with {expected}: it is not a pack.",
        hint="Give the `assets.pa` that `build` made.",
        hints=_KINDS,
    ),
    Code(
        name="PRELUDE_VERSION",
        summary="A `schema_version` this reader does not support.",
        message="The pack has {field} {found}; this reader supports {supported}.",
        hint="Rebuild the pack from its workspace with this version of the tools.",
        hints={"newer": "It was made by a newer tool: update this one, or rebuild the pack."},
    ),
    Code(
        name="PRELUDE_HEADER_LEN",
        summary="`header_len` is 0 or over the limit.",
        message="{field} is {found}; it must be {expected}.",
        hint="The prelude is damaged: build or copy the file again.",
    ),
    Code(
        name="PRELUDE_PAYLOAD_OFFSET",
        summary="`payload_offset` is not the one valid value.",
        message="{field} is {found}; it must be {expected}.",
        hint="The payload begins right after the header, rounded up to the alignment.",
    ),
    Code(
        name="PRELUDE_FLAGS",
        summary="A flag is set that no version defines.",
        message="{field} is {found}; it must be {expected}.",
        hint="No flag is defined in this version: the file is damaged or from a newer tool.",
    ),
    Code(
        name="PRELUDE_RESERVED",
        summary="A reserved byte is not zero.",
        message="{field} is {found}; it must be {expected}.",
        hint="Reserved bytes are zero in this version: the file is damaged or from a newer tool.",
    ),
    Code(
        name="FILE_SIZE",
        summary="The file is longer than a pack may be.",
        message="The file has {found} bytes; a pack has at most {limit}.",
        hint="Split the assets over several cartridges, or exclude some.",
    ),
    Code(
        name="HEADER_TRUNCATED",
        summary="The file ends before its payload region begins.",
        message="The file has {found} bytes, but its payload region begins at byte {needed}.",
        hint="The file was cut short: build it or copy it again.",
    ),
    Code(
        name="HEADER_CHECKSUM",
        summary="The header's CRC-32 differs from the one recorded.",
        message="The header's CRC-32 is {found}; the prelude records {expected}.",
        hint="The header is damaged or was edited: build or copy the file again.",
    ),
    Code(
        name="HEADER_PADDING",
        summary="A byte between header and payload is not zero.",
        message="Padding byte {offset} between header and payload is {found}; it must be 00.",
        hint="Padding is zero bytes only: the file is damaged or its writer is wrong.",
    ),
    Code(
        name="HEADER_UTF8",
        summary="The header is not UTF-8.",
        message="The header is not UTF-8: byte {offset} cannot stand there.",
    ),
    Code(
        name="HEADER_JSON",
        summary="The header is not JSON.",
        message="The header is not JSON: {found} at byte {offset}.",
    ),
    Code(
        name="HEADER_NESTING",
        summary="Too many arrays and objects are open at once.",
        message="More than {limit} arrays and objects are open at byte {offset}.",
    ),
    Code(
        name="HEADER_NUMBER",
        summary="A number breaks the number rule.",
        message="The number at byte {offset} is not an integer within ±{limit}.",
        hint="Numbers are written `0` or `-?[1-9][0-9]*`, without fraction or exponent.",
    ),
    Code(
        name="HEADER_CANONICAL",
        summary="The header is JSON, but not in its one valid encoding.",
        message="The header departs from the canonical encoding at byte {offset}: {what}.",
        hint="Only a packer writes headers: build the pack instead of editing it.",
    ),
    Code(
        name="HEADER_SCHEMA",
        summary="The header breaks its schema.",
        message="{what}",
        hints={
            "RAW": "`RAW` is the old spelling of `NONE`: rebuild the pack from its workspace.",
        },
    ),
    Code(
        name="TABLE_ORDER",
        summary="`asset_id` does not increase strictly.",
        message="{field} {found} does not come after {previous}.",
        hint="Entries are ordered by strictly increasing id.",
    ),
    Code(
        name="TABLE_OFFSET",
        summary="A slice is not where the placement rule puts it.",
        message="{field} is {found}; the placement rule puts the slice at {expected}.",
        hint="Slices follow each other in table order, each aligned; no holes, no overlap.",
    ),
    Code(
        name="TABLE_BOUNDS",
        summary="A slice reaches beyond the end of the file.",
        message="The slice ends at {end}, but the payload region has {region} bytes.",
        hint="The file was cut short: build it or copy it again.",
    ),
    Code(
        name="TABLE_NAME",
        summary="Two entries have one name.",
        message="The name {name!r} is already that of asset {other}.",
    ),
    Code(
        name="TABLE_TRAILING",
        summary="Bytes follow the last slice.",
        message="{found} bytes follow the end of the last slice.",
        hint="The file ends with its last slice; something was appended to it.",
    ),
    Code(
        name="BANK_METADATA",
        summary="An entry's metadata is not what its bank requires.",
        message="{what}",
    ),
    Code(
        name="BANK_SIZE",
        summary="`size` or `decoded_size` differs from the bank's formula.",
        message="{field} is {found}; a bank of this kind has {expected} bytes.",
    ),
    Code(
        name="BANK_RANGE",
        summary="The samples do not follow each other through the slice.",
        message="Sample {sample}: {field} is {found}; it must be {expected}.",
        hint="Samples follow each other without gap, the first at 0, the last ending the slice.",
    ),
    Code(
        name="PRELOAD_ORDER",
        summary="The preload list is not ordered by strictly increasing id.",
        message="{field} {found} does not come after {previous}.",
        hint="Preload entries are ordered by strictly increasing id.",
    ),
    Code(
        name="PRELOAD_UNKNOWN",
        summary="A preload entry names an asset that is not in the table.",
        message="{field} {found} is not in the asset table.",
    ),
    Code(
        name="PRELOAD_SLOT",
        summary="A slot of a bank type is claimed twice.",
        message="Slot {slot} of {bank_type} is already claimed by asset {other}.",
    ),
    Code(
        name="PAYLOAD_PADDING",
        summary="A byte between two slices is not zero.",
        message="Padding byte {offset} between two slices is {found}; it must be 00.",
    ),
    Code(
        name="PAYLOAD_PALETTE",
        summary="A palette that was not authored is not zero.",
        message="Byte {offset}, beyond the {authored} authored palettes, is {found}, not 00.",
    ),
)
