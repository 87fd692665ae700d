"""Step 7: the preload list. Clause: ``spec/header.md#preload``."""

from __future__ import annotations

from collections.abc import Iterator

from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.examination import Examination, ref
from prometeu_assets.contract.steps.fault import Fault
from prometeu_assets.diagnostics import AssetRef


def order(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Ids increase strictly."""
    previous = 0
    for index, item in enumerate(exam.preload):
        if item.asset_id <= previous:
            yield Fault(
                data={
                    "field": "asset_id",
                    "found": item.asset_id,
                    "previous": previous,
                },
                index=index,
                pointer=f"/preload/{index}/asset_id",
                asset=AssetRef(id=item.asset_id),
            )
        previous = item.asset_id


def known(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Each entry names an asset of the table."""
    ids = {entry.asset_id for entry in exam.table} if exam.preload else set()
    for index, item in enumerate(exam.preload):
        if item.asset_id not in ids:
            yield Fault(
                data={
                    "field": "asset_id",
                    "found": item.asset_id,
                },
                index=index,
                pointer=f"/preload/{index}/asset_id",
                asset=AssetRef(id=item.asset_id),
            )


def slot(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """No slot of a bank type is claimed twice."""
    wanted = {item.asset_id for item in exam.preload}
    entries = {entry.asset_id: entry for entry in exam.table if entry.asset_id in wanted}
    claimed: dict[tuple[str, int], int] = {}
    for index, item in enumerate(exam.preload):
        entry = entries.get(item.asset_id)
        if entry is None:
            continue
        place = (entry.bank_type, item.slot)
        if place in claimed:
            yield Fault(
                data={"slot": item.slot, "bank_type": entry.bank_type, "other": claimed[place]},
                index=index,
                pointer=f"/preload/{index}/slot",
                asset=ref(entry),
            )
        else:
            claimed[place] = item.asset_id
