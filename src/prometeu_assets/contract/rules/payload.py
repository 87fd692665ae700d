"""Step 8, profile *writer*: bytes that carry nothing are zero.

Clauses: ``spec/contract/1/container.md#payload``, ``spec/contract/1/banks.md#tiles``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.entries import metadata_of
from prometeu_assets.contract.rule import Fault, Layer, Profile, Rule, Step
from prometeu_assets.contract.rules.examination import Examination, ref
from prometeu_assets.contract.rules.file import nonzero


def padding(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Only zero bytes stand between slices."""
    end = exam.prelude["payload_offset"]
    for entry, start, following in exam.slices():
        for fault in nonzero(exam.source.read(end, max(0, start - end)), end):
            yield replace(fault, asset=ref(entry))
        end = following


def palette(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Palettes that were not authored are zero bytes."""
    for entry, start, _ in exam.slices():
        bank = exam.container.bank(entry.bank_type)
        if bank is None or bank.blank is None:
            continue
        metadata = metadata_of(entry)
        blank = bank.blank_range(metadata)
        begin = start + blank.start
        for fault in nonzero(exam.source.read(begin, len(blank)), begin):
            authored = metadata[bank.blank[1]]
            yield replace(fault, asset=ref(entry), data={**fault.data, "authored": authored})


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="payload-padding",
        code=Code(
            "PAYLOAD_PADDING",
            summary="A padding byte between two slices is not zero.",
            meaning="Normal readers ignore the bytes between slices; the profile *writer* checks "
            "them. So the same content always gives the same file, and a published pack cannot "
            "hide anything.",
            message="Padding byte {offset} between two slices is {found}; it must be 00.",
            hint="The file is damaged, or its writer is wrong. Build it or copy it again.",
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
            summary="An unused palette is not zero.",
            meaning="The palettes after the first `palette_authored` are unused and zero. Normal "
            "readers ignore them; the profile *writer* checks them, so that the same content "
            "always gives the same file.",
            message="Byte {offset} belongs to an unused palette, after the first {authored}. It "
            "is {found}; it must be 00.",
            hint="Set `palette_authored` to the number of palettes in use, or write zeros into "
            "the others.",
        ),
        step=Step.PAYLOAD,
        page="banks",
        layer=Layer.INVALID,
        text="Every byte of a palette that was not authored is zero.",
        broken="in table order, a non-zero byte in a palette not authored",
        check=palette,
        profile=Profile.WRITER,
    ),
)
