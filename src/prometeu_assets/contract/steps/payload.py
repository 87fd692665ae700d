"""Step 8, profile *writer*: bytes that carry nothing are zero.

Clauses: ``spec/container.md#payload``, ``spec/banks.md#tiles``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.examination import Examination, ref
from prometeu_assets.contract.steps.fault import Fault
from prometeu_assets.contract.steps.file import nonzero


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
