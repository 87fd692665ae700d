"""Step 6: each entry against its bank. Clause: ``spec/banks.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.layouts import spans
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.examination import Examination, ref
from prometeu_assets.contract.steps.fault import Fault
from prometeu_assets.contract.typed import Entry


def metadata(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Metadata obeys the schema of its bank."""
    for index in sorted(exam.unfit):
        entry = exam.table[index]
        bank = exam.container.bank(entry.bank_type)
        assert bank is not None
        base = f"/asset_table/{index}/metadata"
        for violation in exam.contract.documents.violations(bank.metadata, entry.metadata):
            # The place in the metadata, or these words for the whole of it, come first.
            what = violation.what.removeprefix("The document")
            yield Fault(
                data={"what": f"{base}{what}."},
                index=index,
                pointer=f"{base}{violation.pointer}",
                asset=ref(entry),
                keyword=violation.keyword,
            )


def samples(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Spans are named by the numbers from 0 on, without a gap."""
    for index, entry, bank in _sound(exam):
        table = entry.metadata[bank.spans] if bank.spans else {}
        count = len(table)
        for name in table:
            if int(name) >= count:
                pointer = f"/asset_table/{index}/metadata/{bank.spans}/{name}"
                what = f"{pointer}: {count} samples are named 0 … {count - 1}, without a gap."
                yield Fault(data={"what": what}, index=index, pointer=pointer, asset=ref(entry))


def size(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Both sizes are what the bank's layout takes."""
    known: dict[Any, tuple[int, int]] = {}
    for index, entry, bank in _sound(exam):
        if bank.spans is not None:
            # What the spans add up to is the chain's to say; resident is as stored.
            stored, resident = entry.size, entry.size
        else:
            numbers = (
                bank.bank_type,
                *((k, v) for k, v in entry.metadata.items() if type(v) is int),
            )
            if numbers not in known:
                known[numbers] = bank.size(entry.metadata), bank.decoded_size(entry.metadata)
            stored, resident = known[numbers]
        for member, found, expected in (
            ("size", entry.size, stored),
            ("decoded_size", entry.decoded_size, resident),
        ):
            if found != expected:
                yield Fault(
                    data={
                        "field": member,
                        "found": found,
                        "expected": expected,
                    },
                    index=index,
                    pointer=f"/asset_table/{index}/{member}",
                    asset=ref(entry),
                )


def chain(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Spans follow each other from 0 to the slice's end."""
    for index, entry, bank in _sound(exam):
        if bank.spans is not None:
            yield from _chain(exam, index, entry, bank.spans)


def _chain(exam: Examination, index: int, entry: Entry, member: str) -> Iterator[Fault]:
    table = entry.metadata[member]
    base = f"/asset_table/{index}/metadata/{member}"
    end, last = 0, ""
    for name, offset, length in spans(table):
        if offset != end:
            yield Fault(
                data={"sample": name, "field": "offset", "found": offset, "expected": end},
                index=index,
                pointer=f"{base}/{name}/offset",
                asset=ref(entry),
            )
        end, last = offset + length, name
        if end > entry.size:
            break
    if end != entry.size:
        yield Fault(
            data={"sample": last, "field": "end", "found": end, "expected": entry.size},
            index=index,
            pointer=f"{base}/{last}",
            asset=ref(entry),
        )


def _sound(exam: Examination) -> Iterator[tuple[int, Entry, Bank[Any]]]:
    """Entries whose metadata obeys its schema: only their numbers mean something."""
    for index, entry in enumerate(exam.table):
        bank = exam.container.bank(entry.bank_type)
        if bank is not None and index not in exam.unfit:
            yield index, entry, bank
