"""Step 7: the preload list. Clause: ``spec/contract/1/header.md#preload``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination, ref
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
    ids = set(exam.column("asset_id")) if exam.preload else set()
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
    ids = exam.column("asset_id") if wanted else ()
    listed = compress(exam.table, map(wanted.__contains__, ids))
    entries = {entry.asset_id: entry for entry in listed}
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


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="preload-order",
        code=Code(
            "PRELOAD_ORDER",
            summary="The preload list is not in the order of its ids.",
            meaning="The preload list is sorted by id, so every asset is in it at most once.",
            message="{field} {found} is not greater than {previous}, the one before it.",
            hint="The program that wrote the pack is wrong. Build the pack with this packer, or "
            "sort the list by increasing id.",
        ),
        step=Step.PRELOAD,
        page="header",
        layer=Layer.INVALID,
        text="Each `asset_id` of the preload list is greater than the one before it.",
        broken="`asset_id` not greater than the one before",
        check=order,
        each=True,
    ),
    Rule(
        id="preload-unknown",
        code=Code(
            "PRELOAD_UNKNOWN",
            summary="A preload entry has an id that is not in the asset table.",
            meaning="The preload list says which assets are loaded at the start of the cartridge. "
            "So each of its ids is in the asset table.",
            message="{field} {found} is not in the asset table.",
            hint="The program that wrote the pack is wrong. Build the pack with this packer, or "
            "fix that program.",
        ),
        step=Step.PRELOAD,
        page="header",
        layer=Layer.INCONSISTENT,
        text="Each `asset_id` of the preload list is in the table.",
        broken="`asset_id` not in the table",
        check=known,
        each=True,
    ),
    Rule(
        id="preload-slot",
        code=Code(
            "PRELOAD_SLOT",
            summary="Two preload entries have the same slot of a bank type.",
            meaning="A slot holds one asset. Each bank type has its own slots: `TILES` and "
            "`SOUNDS` both have a slot 0.",
            message="Slot {slot} of {bank_type} is a duplicate: asset {other} has it too.",
            hint="The program that wrote the pack is wrong. Build the pack with this packer, or "
            "fix that program.",
        ),
        step=Step.PRELOAD,
        page="header",
        layer=Layer.INCONSISTENT,
        text="Each slot of a bank type is claimed at most once.",
        broken="a slot that is already claimed in that bank type",
        check=slot,
        each=True,
    ),
)
