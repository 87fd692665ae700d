"""Step 8, profile *writer*: bytes that carry nothing are zero.

Clauses: ``spec/contract/1/container.md#payload``, ``spec/contract/1/banks.md#tiles``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.rule import Fault, Layer, Profile, Rule, Step
from prometeu_assets.contract.rules.examination import Examination, ref
from prometeu_assets.contract.rules.file import nonzero


def padding(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Only zero bytes stand between slices."""
    end = exam.prelude["payload_offset"]
    for entry, start, following in exam.slices():
        for fault in nonzero(exam, end, start):
            yield replace(fault, asset=ref(entry))
        end = following


def palette(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Only zero bytes stand in palettes that nobody authored."""
    for entry, start, _ in exam.slices():
        bank = exam.container.bank(entry.bank_type)
        if bank is None or bank.blank is None:
            continue
        blank = bank.blank_range(entry.metadata)
        for fault in nonzero(exam, start + blank.start, start + blank.stop):
            authored = entry.metadata[bank.blank[1]]
            yield replace(fault, asset=ref(entry), data={**fault.data, "authored": authored})


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="payload-padding",
        code=Code(
            "PAYLOAD_PADDING",
            summary="A byte between two slices is not zero.",
            meaning="Readers do not look at the bytes between slices; profile *writer* does, so "
            "that equal content always gives equal files and nothing hides in a published pack.",
            message="Padding byte {offset} between two slices is {found}; it must be 00.",
            hint="Padding is zero bytes only: the file is damaged or its writer is wrong.",
        ),
        step=Step.PAYLOAD,
        page="container",
        layer=Layer.INVALID,
        text="Every byte between two slices is zero.",
        broken="in table order, a non-zero byte between slices",
        check=padding,
        profile=Profile.WRITER,
    ),
    Rule(
        id="payload-palette",
        code=Code(
            "PAYLOAD_PALETTE",
            summary="A palette that was not authored is not zero.",
            meaning="The palettes after `palette_authored` are unused and zero. Readers do not "
            "look; profile *writer* does, so that equal content always gives equal files.",
            message="Byte {offset}, beyond the {authored} authored palettes, is {found}, not 00.",
            hint="Set `palette_authored` to the palettes in use, or write zeros there.",
        ),
        step=Step.PAYLOAD,
        page="banks",
        layer=Layer.INVALID,
        text="Every byte of a palette beyond those authored is zero.",
        broken="in table order, a non-zero byte in a palette not authored",
        check=palette,
        profile=Profile.WRITER,
    ),
)
