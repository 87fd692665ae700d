"""Step 5: the asset table.

Clauses: ``spec/contract/1/header.md#asset-table``, ``spec/contract/1/container.md#payload``.

Each check is one pass over the table; the runner merges what they find entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.container import align
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination, ref


def order(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Ids increase strictly."""
    previous = 0
    for index, entry in enumerate(exam.table):
        if entry.asset_id <= previous:
            yield Fault(
                data={
                    "field": "asset_id",
                    "found": entry.asset_id,
                    "previous": previous,
                },
                index=index,
                pointer=f"/asset_table/{index}/asset_id",
                asset=ref(entry),
            )
        previous = entry.asset_id


def offset(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Slices follow each other, aligned, from 0."""
    alignment = exam.container.alignment
    expected = 0
    for index, entry in enumerate(exam.table):
        if entry.offset != expected:
            yield Fault(
                data={
                    "field": "offset",
                    "found": entry.offset,
                    "expected": expected,
                },
                index=index,
                pointer=f"/asset_table/{index}/offset",
                asset=ref(entry),
            )
        expected = align(expected + entry.size, alignment)


def bounds(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Slices end within the file."""
    region = exam.region
    for index, entry in enumerate(exam.table):
        if entry.size > region or entry.offset > region - entry.size:
            yield Fault(
                data={"end": entry.offset + entry.size, "region": region},
                index=index,
                pointer=f"/asset_table/{index}",
                asset=ref(entry),
            )


def name(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Names are unique."""
    seen: dict[str, int] = {}
    for index, entry in enumerate(exam.table):
        first = seen.setdefault(entry.asset_name, index)
        if first != index:
            yield Fault(
                data={"name": entry.asset_name, "other": exam.table[first].asset_id},
                pointer=f"/asset_table/{index}/asset_name",
                asset=ref(entry),
            )


def trailing(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file ends with its last slice."""
    last = exam.table[-1] if exam.table else None
    end = last.offset + last.size if last else 0
    if exam.region > end:
        place = exam.prelude["payload_offset"] + end
        yield Fault(data={"found": exam.region - end}, offset=place)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="table-order",
        code=Code(
            "TABLE_ORDER",
            summary="`asset_id` does not increase strictly.",
            meaning="The asset table is ordered by id, which makes an id unique and a search fast.",
            message="{field} {found} does not come after {previous}.",
            hint="Entries are ordered by strictly increasing id.",
        ),
        step=Step.TABLE,
        page="header",
        layer=Layer.INVALID,
        text="`asset_id` increases strictly along the table.",
        broken="`asset_id` not greater than the one before",
        check=order,
        each=True,
    ),
    Rule(
        id="table-offset",
        code=Code(
            "TABLE_OFFSET",
            summary="A slice is not where the placement rule puts it.",
            meaning="Where a slice lies follows from the sizes before it: slices are neither "
            "reordered nor overlapped, and no bytes hide between them.",
            message="{field} is {found}; the placement rule puts the slice at {expected}.",
            hint="Slices follow each other in table order, each aligned; no holes, no overlap.",
        ),
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Each slice is where the placement rule puts it.",
        broken="`offset` not where the placement rule puts it",
        check=offset,
        each=True,
    ),
    Rule(
        id="table-bounds",
        code=Code(
            "TABLE_BOUNDS",
            summary="A slice reaches beyond the end of the file.",
            meaning="The table promises more bytes than the file has. The usual cause is a "
            "download or copy that broke off inside the payload.",
            message="The slice ends at {end}, but the payload region has {region} bytes.",
            hint="The file was cut short: build it or copy it again.",
        ),
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Each slice ends within the file.",
        broken="the slice reaches beyond the end of the file",
        check=bounds,
        each=True,
    ),
    Rule(
        id="table-name",
        code=Code(
            "TABLE_NAME",
            summary="Two entries have one name.",
            meaning="A program finds assets by name, so a name stands for one asset. Names are "
            "compared byte by byte: `Hero` and `hero` are two.",
            message="The name {name!r} is already that of asset {other}.",
            hint="Give one of the two assets another name, and build the pack again.",
        ),
        step=Step.TABLE,
        page="header",
        layer=Layer.INVALID,
        text="No two entries have one `asset_name`.",
        broken="two entries with one `asset_name`",
        check=name,
    ),
    Rule(
        id="table-trailing",
        code=Code(
            "TABLE_TRAILING",
            summary="Bytes follow the last slice.",
            meaning="The file ends where its last slice ends. Bytes after that were appended by "
            "something else.",
            message="Bytes after the end of the last slice: {found}.",
            hint="The file ends with its last slice; something was appended to it.",
        ),
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Nothing follows the last slice.",
        broken="bytes beyond the last slice",
        check=trailing,
    ),
)
