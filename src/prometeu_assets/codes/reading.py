"""Codes of reading a pack: the conformance outcomes of ``spec/reader.md``.

Several rules may share a code; `prometeu_assets.contract.rules` says which, and in what order.
"""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code

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
        meaning="The prelude is the fixed beginning of a pack, and the file is shorter than that. "
        "A download, a copy or a build that broke off leaves such files.",
        message="The file has {found} bytes; its prelude needs {needed}.",
        hint="The file was cut short: build it or copy it again.",
        hints={"empty": "It is empty: the download or the build that made it did not finish."},
    ),
    Code(
        name="PRELUDE_LEGACY",
        summary="A `PPA1` artifact of the old packer.",
        meaning="Packs of the old packer begin with `PPA1`. They are recognised so that this can "
        "be said, and are neither read nor converted.",
        message="This is a legacy `PPA1` artifact, which no reader of `assets.pa` reads.",
        hint="It cannot be converted: rebuild the pack from its workspace.",
    ),
    Code(
        name="PRELUDE_MAGIC",
        summary="The file does not begin with the magic of a pack.",
        meaning="Every pack begins with the four bytes `ASPA`. What begins otherwise is most often "
        "a file of another kind under a pack's name; the hint says which, if it is a usual one.",
        message="The file begins with {found}, not with {expected}: it is not a pack.",
        hint="Give the `assets.pa` that `build` made.",
        hints=_KINDS,
    ),
    Code(
        name="PRELUDE_VERSION",
        summary="A `schema_version` this reader does not support.",
        meaning="The version says how all that follows is laid out, so it is judged before "
        "anything else is. A file of another version is not damaged: it needs another reader, or a "
        "new build.",
        message="The pack has {field} {found}; this reader supports {supported}.",
        hint="Rebuild the pack from its workspace with this version of the tools.",
        hints={"newer": "It was made by a newer tool: update this one, or rebuild the pack."},
    ),
    Code(
        name="PRELUDE_HEADER_LEN",
        summary="`header_len` is 0 or over the limit.",
        meaning="The length is checked before one byte of the header is read, so that no file can "
        "make a reader reserve more memory than the limit.",
        message="{field} is {found}; it must be {expected}.",
        hint="The prelude is damaged: build or copy the file again.",
    ),
    Code(
        name="PRELUDE_PAYLOAD_OFFSET",
        summary="`payload_offset` is not the one valid value.",
        meaning="The payload begins where the header ends, rounded up to the alignment. The field "
        "repeats that for readers that want only a slice, and has one valid value for each "
        "`header_len`.",
        message="{field} is {found}; it must be {expected}.",
        hint="The payload begins right after the header, rounded up to the alignment.",
    ),
    Code(
        name="PRELUDE_FLAGS",
        summary="A flag is set that no version defines.",
        meaning="Flags are kept for later versions. A reader that ignored one would read a pack "
        "whose meaning it does not know.",
        message="{field} is {found}; it must be {expected}.",
        hint="No flag is defined in this version: the file is damaged or from a newer tool.",
    ),
    Code(
        name="PRELUDE_RESERVED",
        summary="A reserved byte is not zero.",
        meaning="Reserved bytes are kept for later versions, and until then are zero in every "
        "pack.",
        message="{field} is {found}; it must be {expected}.",
        hint="Reserved bytes are zero in this version: the file is damaged or from a newer tool.",
    ),
    Code(
        name="FILE_SIZE",
        summary="The file is longer than a pack may be.",
        meaning="Every position in a pack fits a signed integer of 32 bits, so that every language "
        "and machine can reach it. A longer file is not read.",
        message="The file has {found} bytes; a pack has at most {limit}.",
        hint="Split the assets over several cartridges, or exclude some.",
    ),
    Code(
        name="HEADER_TRUNCATED",
        summary="The file ends before its payload region begins.",
        meaning="The prelude is whole, but the file ends inside the header or the padding after "
        "it. The usual cause is a download or copy that broke off.",
        message="The file has {found} bytes, but its payload region begins at byte {needed}.",
        hint="The file was cut short: build it or copy it again.",
    ),
    Code(
        name="HEADER_CHECKSUM",
        summary="The header's CRC-32 differs from the one recorded.",
        meaning="The prelude records the CRC-32 of the header's bytes. A difference means that the "
        "header is not the one that was written: bytes were damaged, or edited by hand.",
        message="The header's CRC-32 is {found}; the prelude records {expected}.",
        hint="The header is damaged or was edited: build or copy the file again.",
    ),
    Code(
        name="HEADER_PADDING",
        summary="A byte between header and payload is not zero.",
        meaning="Between header and payload stand zero bytes up to the alignment, and nothing may "
        "hide there.",
        message="Padding byte {offset} between header and payload is {found}; it must be 00.",
        hint="Padding is zero bytes only: the file is damaged or its writer is wrong.",
    ),
    Code(
        name="HEADER_UTF8",
        summary="The header is not UTF-8.",
        meaning="The header is text in UTF-8, without surrogates and overlong forms. A header "
        "whose checksum is right and which is not UTF-8 was written so.",
        message="The header is not UTF-8: byte {offset} cannot stand there.",
        hint="Its writer is wrong: build the pack with this packer, or mend that writer.",
    ),
    Code(
        name="HEADER_JSON",
        summary="The header is not JSON.",
        meaning="The header's text is not one JSON value by RFC 8259. Since its checksum is right, "
        "it was written so, not damaged.",
        message="The header is not JSON: {found} at byte {offset}.",
        hint="Its writer is wrong: build the pack with this packer, or mend that writer.",
    ),
    Code(
        name="HEADER_NESTING",
        summary="Too many arrays and objects are open at once.",
        meaning="Values nested deeper are refused before they are read, so that a hostile header "
        "cannot exhaust a reader's stack. Only `metadata` can be nested at all.",
        message="More than {limit} arrays and objects are open at byte {offset}.",
        hint="Flatten the asset's `metadata`, and build the pack again.",
    ),
    Code(
        name="HEADER_NUMBER",
        summary="A number breaks the number rule.",
        meaning="All numbers of a header, those in `metadata` included, are integers that every "
        "language holds exactly. Fractions are stored as integers of a smaller unit, or as "
        "strings.",
        message="The number at byte {offset} is not an integer within ±{limit}.",
        hint="Numbers are written `0` or `-?[1-9][0-9]*`, without fraction or exponent.",
    ),
    Code(
        name="HEADER_CANONICAL",
        summary="The header is JSON, but not in its one valid encoding.",
        meaning="A header has exactly one valid spelling: names sorted by their bytes, no white "
        "space, each string in its shortest form. Two readers can then never see different tables "
        "in one file.",
        message="The header departs from the canonical encoding at byte {offset}: {what}.",
        hint="Only a packer writes headers: build the pack instead of editing it.",
    ),
    Code(
        name="HEADER_SCHEMA",
        summary="The header breaks its schema.",
        meaning="The header's members, their types and their ranges are those of the published "
        "schema, and no others may stand there. Members of one's own belong into `metadata`, under "
        "names that begin with `x_`.",
        message="{what}",
        hint="Its writer is wrong: build the pack with this packer, or mend that writer.",
        hints={
            "RAW": "`RAW` is the old spelling of `NONE`: rebuild the pack from its workspace.",
        },
    ),
    Code(
        name="TABLE_ORDER",
        summary="`asset_id` does not increase strictly.",
        meaning="The asset table is ordered by id, which makes an id unique and a search fast.",
        message="{field} {found} does not come after {previous}.",
        hint="Entries are ordered by strictly increasing id.",
    ),
    Code(
        name="TABLE_OFFSET",
        summary="A slice is not where the placement rule puts it.",
        meaning="Where a slice lies follows from the sizes before it: slices are neither reordered "
        "nor overlapped, and no bytes hide between them.",
        message="{field} is {found}; the placement rule puts the slice at {expected}.",
        hint="Slices follow each other in table order, each aligned; no holes, no overlap.",
    ),
    Code(
        name="TABLE_BOUNDS",
        summary="A slice reaches beyond the end of the file.",
        meaning="The table promises more bytes than the file has. The usual cause is a download or "
        "copy that broke off inside the payload.",
        message="The slice ends at {end}, but the payload region has {region} bytes.",
        hint="The file was cut short: build it or copy it again.",
    ),
    Code(
        name="TABLE_NAME",
        summary="Two entries have one name.",
        meaning="A program finds assets by name, so a name stands for one asset. Names are "
        "compared byte by byte: `Hero` and `hero` are two.",
        message="The name {name!r} is already that of asset {other}.",
        hint="Give one of the two assets another name, and build the pack again.",
    ),
    Code(
        name="TABLE_TRAILING",
        summary="Bytes follow the last slice.",
        meaning="The file ends where its last slice ends. Bytes after that were appended by "
        "something else.",
        message="Bytes after the end of the last slice: {found}.",
        hint="The file ends with its last slice; something was appended to it.",
    ),
    Code(
        name="BANK_METADATA",
        summary="An entry's metadata is not what its bank requires.",
        meaning="Each bank says which metadata its entries have, and within which ranges: a "
        "runtime sizes its memory by it. Members of one's own are allowed under names that begin "
        "with `x_`.",
        message="{what}",
        hint="Its writer is wrong: build the pack with this packer, or mend that writer.",
    ),
    Code(
        name="BANK_SIZE",
        summary="`size` or `decoded_size` differs from the bank's formula.",
        meaning="The sizes of a bank follow from its metadata. A runtime that believed another "
        "size would write beyond its memory.",
        message="{field} is {found}; a bank of this kind has {expected} bytes.",
        hint="Its writer is wrong: build the pack with this packer, or mend that writer.",
    ),
    Code(
        name="BANK_RANGE",
        summary="The samples do not follow each other through the slice.",
        meaning="The samples of a sound bank lie one after the other through the whole slice, "
        "without gap or overlap.",
        message="Sample {sample}: {field} is {found}; it must be {expected}.",
        hint="Samples follow each other without gap, the first at 0, the last ending the slice.",
    ),
    Code(
        name="PRELOAD_ORDER",
        summary="The preload list is not ordered by strictly increasing id.",
        meaning="The preload list is ordered by id, which makes every asset stand in it at most "
        "once.",
        message="{field} {found} does not come after {previous}.",
        hint="Preload entries are ordered by strictly increasing id.",
    ),
    Code(
        name="PRELOAD_UNKNOWN",
        summary="A preload entry names an asset that is not in the table.",
        meaning="The list says what is loaded while the cartridge starts, so each of its ids is "
        "one of the table.",
        message="{field} {found} is not in the asset table.",
        hint="Its writer is wrong: build the pack with this packer, or mend that writer.",
    ),
    Code(
        name="PRELOAD_SLOT",
        summary="A slot of a bank type is claimed twice.",
        meaning="A slot holds one asset. Slots of different bank types are different ones: slot 0 "
        "of `TILES` and slot 0 of `SOUNDS` may both be claimed.",
        message="Slot {slot} of {bank_type} is already claimed by asset {other}.",
        hint="Its writer is wrong: build the pack with this packer, or mend that writer.",
    ),
    Code(
        name="PAYLOAD_PADDING",
        summary="A byte between two slices is not zero.",
        meaning="Readers do not look at the bytes between slices; profile *writer* does, so that "
        "equal content always gives equal files and nothing hides in a published pack.",
        message="Padding byte {offset} between two slices is {found}; it must be 00.",
        hint="Padding is zero bytes only: the file is damaged or its writer is wrong.",
    ),
    Code(
        name="PAYLOAD_PALETTE",
        summary="A palette that was not authored is not zero.",
        meaning="The palettes after `palette_authored` are unused and zero. Readers do not look; "
        "profile *writer* does, so that equal content always gives equal files.",
        message="Byte {offset}, beyond the {authored} authored palettes, is {found}, not 00.",
        hint="Set `palette_authored` to the palettes in use, or write zeros there.",
    ),
)
