"""Step 5: the asset table. Clauses: ``spec/header.md#asset-table``, ``spec/container.md#payload``.

Each check is one pass over the table; the runner merges what they find entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometeu_assets.contract.container import align
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.examination import Examination, ref
from prometeu_assets.contract.steps.fault import Fault


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
