"""Step 5: the asset table.

Clauses: ``spec/contract/1/header.md#asset-table``, ``spec/contract/1/container.md#payload``.

Each check is one pass over the table; the runner merges what they find entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, compress, count, repeat
from operator import add, eq, gt, le, ne, sub
from typing import Any, Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.container import ALIGNMENT_1
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination, ref


def order(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Ids increase strictly."""
    ids = exam.column("asset_id")
    for index in _where(le, ids, chain((0,), ids)):
        data = {
            "field": "asset_id",
            "found": ids[index],
            "previous": ids[index - 1] if index else 0,
        }
        yield _fault(exam, index, "/asset_id", data)


def offset(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Slices follow each other, aligned, from 0."""
    if exam.is_placed:
        return
    offsets, expected = exam.column("offset"), exam.places_by_rule()
    more = {
        "alignment": exam.container.alignment,
        "payload_offset": exam.prelude["payload_offset"],
    }
    from_file = all(map(eq, map(sub, offsets, expected), repeat(more["payload_offset"])))
    for index in _where(ne, offsets, expected):
        data = {"field": "offset", "found": offsets[index], "expected": expected[index], **more}
        key = "file" if from_file else "unrounded" if _unrounded(exam, index) else None
        yield _fault(exam, index, "/offset", data, key)


def _unrounded(exam: Examination, index: int) -> bool:
    """Whether a slice begins right at the end of the one before, and that is not aligned."""
    offsets, sizes = exam.column("offset"), exam.column("size")
    found = offsets[index]
    is_end = index > 0 and found == offsets[index - 1] + sizes[index - 1]
    return bool(is_end and found % exam.container.alignment)


def _fits(exam: Examination) -> bool:
    """Whether the slices, at the offsets of the placement rule, end exactly with the file."""
    return bool(exam.table) and exam.places_by_rule()[-2] + exam.table[-1].size == exam.region


def _end(exam: Examination) -> int:
    """Where the last slice ends, in bytes from the start of the payload region."""
    return exam.table[-1].offset + exam.table[-1].size if exam.table else 0


def bounds(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Slices end within the file."""
    if exam.is_placed and _end(exam) <= exam.region:  # and the others end before it
        return
    ends = list(map(add, exam.column("offset"), exam.column("size")))
    outside = list(_where(gt, ends, repeat(exam.region)))
    key = "offset" if outside and _fits(exam) else None
    for index in outside:
        yield _fault(exam, index, "", {"end": ends[index], "region": exam.region}, key)


def name(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Names are unique."""
    names = exam.column("asset_name")
    if len(exam.places) == len(names):
        return
    for index in _where(ne, map(exam.places.__getitem__, names), count()):
        other = exam.table[exam.places[names[index]]].asset_id
        yield _fault(exam, index, "/asset_name", {"name": names[index], "other": other})


def _where(
    is_wrong: Callable[[Any, Any], bool], found: Iterable[Any], beside: Iterable[Any]
) -> Iterator[int]:
    """The places of the table where two columns are not as they should be beside each other."""
    return compress(count(), map(is_wrong, found, beside))


def _fault(
    exam: Examination,
    index: int,
    member: str,
    data: Mapping[str, object],
    hint_key: str | None = None,
) -> Fault:
    return Fault(
        data=data,
        index=index,
        pointer=f"/asset_table/{index}{member}",
        asset=ref(exam.table[index]),
        hint_key=hint_key,
    )


def trailing(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file ends with its last slice."""
    end = _end(exam)
    if exam.region > end:
        place = exam.prelude["payload_offset"] + end
        key = "offset" if _fits(exam) else None
        yield Fault(data={"found": exam.region - end}, offset=place, hint_key=key)


_FOLLOWS: Final = {
    "offset": "This follows from the wrong offset above: at the places of the rule, the slices "
    "fit the file.",
}
_WRITER: Final = "Build the pack with this packer, or fix the program that wrote it."


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="table-order",
        code=Code(
            "TABLE_ORDER",
            summary="The asset table is not in the order of its ids.",
            meaning="The entries of the asset table are sorted by id. So every id is unique, and "
            "a search is fast.",
            message="{field} {found} is not greater than {previous}, the one before it.",
            hint="The program that wrote the pack is wrong. Build the pack with this packer, or "
            "sort the entries by increasing id.",
        ),
        step=Step.TABLE,
        page="header",
        layer=Layer.INVALID,
        text="Each `asset_id` of the table is greater than the one before it.",
        broken="`asset_id` not greater than the one before",
        check=order,
        each=True,
    ),
    Rule(
        id="table-offset",
        code=Code(
            "TABLE_OFFSET",
            summary="A slice has the wrong offset.",
            meaning="The offset of a slice is the end of the slice before, rounded up to a "
            f"multiple of {ALIGNMENT_1}; the first is 0. Offsets count from `payload_offset`. So "
            "slices cannot be reordered or overlap, and no bytes can hide between them. A program "
            "that writes packs computes in this order: the offsets, the text of the header, "
            "`header_len` and `payload_offset`, the CRC-32. Repair a pack in the same order.",
            message="{field} is {found}; the slice must begin at {expected}.",
            hint="Each slice begins at the end of the slice before, rounded up to a multiple of "
            f"{{alignment}}; offsets count from `payload_offset`. {_WRITER}",
            hints={
                "file": "The offsets seem to count from the start of the file: each is "
                "{payload_offset} too large. They count from `payload_offset`. " + _WRITER,
                "unrounded": "The offset is the end of the slice before, but it is not rounded up "
                f"to a multiple of {{alignment}}. {_WRITER}",
            },
        ),
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Each `offset` is the one that the placement rule gives.",
        broken="`offset` differs from the placement rule",
        check=offset,
        each=True,
    ),
    Rule(
        id="table-bounds",
        code=Code(
            "TABLE_BOUNDS",
            summary="A slice is out of bounds.",
            meaning="The table describes more bytes than the file has. Usually a download or a "
            "copy was interrupted inside the payload.",
            message="The slice is out of bounds: it ends at byte {end} of a payload region of "
            "{region} bytes.",
            hint="The file is truncated. Build it or copy it again.",
            hints=_FOLLOWS,
        ),
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Each slice ends within the file.",
        broken="the slice ends after the end of the file",
        check=bounds,
        each=True,
    ),
    Rule(
        id="table-name",
        code=Code(
            "TABLE_NAME",
            summary="Two entries have the same name.",
            meaning="A program finds an asset by its name, so every name is unique. Names are "
            "compared byte by byte: `Hero` and `hero` are two names.",
            message="The name {name!r} is a duplicate: asset {other} has it too.",
            hint="Give one of the two assets another name, and build the pack again.",
        ),
        step=Step.TABLE,
        page="header",
        layer=Layer.INVALID,
        text="Each `asset_name` is unique.",
        broken="a duplicate `asset_name`",
        check=name,
    ),
    Rule(
        id="table-trailing",
        code=Code(
            "TABLE_TRAILING",
            summary="The file continues after the last slice.",
            meaning="A pack ends with its last slice. Something added bytes to the end of the "
            "file.",
            message="The file has extra bytes after the last slice: {found}.",
            hint="Build the file or copy it again: bytes were added to its end.",
            hints=_FOLLOWS,
        ),
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="The file ends with its last slice.",
        broken="bytes after the last slice",
        check=trailing,
    ),
)
