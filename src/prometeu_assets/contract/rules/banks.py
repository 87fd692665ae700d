"""Step 6: each entry against its bank. Clause: ``spec/contract/1/banks.md``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.layouts import spans
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination, Sound, ref


def metadata(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Metadata obeys the schema of its bank."""
    for index in sorted(exam.unfit):
        entry = exam.table[index]
        bank = exam.container.bank(entry.bank_type)
        assert bank is not None
        base = f"/asset_table/{index}/metadata"
        for violation in exam.contract.documents.violations(bank.metadata, exam.metadata(index)):
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
    return exam.each_sound(_samples, _CHECKS)


def _samples(sound: Sound) -> list[Fault]:
    member = sound.bank.spans
    if member is None:
        return []
    names = sound.metadata[member]
    return [_misnamed(sound, name) for name in names if int(name) >= len(names)]


def _misnamed(sound: Sound, name: str) -> Fault:
    pointer = f"/asset_table/{sound.place}/metadata/{sound.bank.spans}/{name}"
    count = len(sound.metadata[str(sound.bank.spans)])
    what = f"{pointer}: {count} samples are named 0 … {count - 1}, without a gap."
    return Fault(data={"what": what}, index=sound.place, pointer=pointer, asset=ref(sound.entry))


def size(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Both sizes are what the bank's layout takes."""
    return exam.each_sound(_sizes, _CHECKS)


def _sizes(sound: Sound) -> list[Fault]:
    entry, bank, metadata = sound.entry, sound.bank, sound.metadata
    if bank.spans is not None:
        # What the spans add up to is the chain's to say; resident is as stored.
        stored, resident = entry.size, entry.size
    else:
        numbers = tuple((k, v) for k, v in metadata.items() if type(v) is int)
        stored, resident = _computed(bank, numbers)
    return [
        Fault(
            data={"field": member, "found": found, "expected": expected},
            index=sound.place,
            pointer=f"/asset_table/{sound.place}/{member}",
            asset=ref(entry),
        )
        for member, found, expected in (
            ("size", entry.size, stored),
            ("decoded_size", entry.decoded_size, resident),
        )
        if found != expected
    ]


@lru_cache(maxsize=1000)
def _computed(bank: Bank[Any], numbers: tuple[tuple[str, int], ...]) -> tuple[int, int]:
    """The two sizes of a bank without spans, which the numbers of its metadata give."""
    return bank.size(dict(numbers)), bank.decoded_size(dict(numbers))


def chain(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Spans follow each other from 0 to the slice's end."""
    return exam.each_sound(_chain, _CHECKS)


def _chain(sound: Sound) -> list[Fault]:
    member, most, found = sound.bank.spans, sound.entry.size, []
    if member is None:
        return []
    end, last = 0, ""
    for name, offset, length in spans(sound.metadata[member]):
        if offset != end:
            found.append(_unchained(sound, name, "offset", offset, end))
        end, last = offset + length, name
        if end > most:
            break
    if end != most:
        found.append(_unchained(sound, last, "end", end, most))
    return found


def _unchained(sound: Sound, name: str, what: str, found: int, expected: int) -> Fault:
    pointer = f"/asset_table/{sound.place}/metadata/{sound.bank.spans}/{name}"
    return Fault(
        data={"sample": name, "field": what, "found": found, "expected": expected},
        index=sound.place,
        pointer=f"{pointer}/{what}" if what == "offset" else pointer,
        asset=ref(sound.entry),
    )


_CHECKS: Final = (_samples, _sizes, _chain)

_BANK_METADATA: Final = Code(
    "BANK_METADATA",
    summary="The metadata of an entry does not match the schema of its bank.",
    meaning="Each bank defines the metadata of its entries and their ranges, because a runtime "
    "allocates memory by them. Your own members are allowed if their names begin with `x_`.",
    message="{what}",
    hint="The program that wrote the pack is wrong. Build the pack with this packer, or fix that "
    "program.",
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="bank-metadata",
        code=_BANK_METADATA,
        step=Step.BANKS,
        page="banks",
        layer=Layer.INVALID,
        text="The `metadata` of an entry matches the schema of its bank.",
        broken="a listed member of `metadata` missing or wrong, or one neither listed nor `x_`",
        check=metadata,
        each=True,
    ),
    Rule(
        id="bank-samples",
        code=_BANK_METADATA,
        step=Step.BANKS,
        page="banks",
        layer=Layer.INVALID,
        text="The members of `samples` are named 0 … n−1.",
        broken="a name in `samples` that is not one of 0 … n−1",
        check=samples,
        each=True,
    ),
    Rule(
        id="bank-size",
        code=Code(
            "BANK_SIZE",
            summary="`size` or `decoded_size` does not match the metadata.",
            meaning="The sizes of a bank are computed from its metadata. A runtime that trusts a "
            "wrong size would write beyond its memory.",
            message="{field} is {found}; a bank with this metadata has {expected} bytes.",
            hint="The program that wrote the pack is wrong. Build the pack with this packer, or "
            "fix that program.",
        ),
        step=Step.BANKS,
        page="banks",
        layer=Layer.INCONSISTENT,
        text="`size` and `decoded_size` are the ones that the bank's layout gives.",
        broken="`size` or `decoded_size` differs from the bank's formula",
        check=size,
        each=True,
    ),
    Rule(
        id="bank-range",
        code=Code(
            "BANK_RANGE",
            summary="The samples do not fill the slice without gap or overlap.",
            meaning="The samples of a sound bank follow each other from the first byte of the "
            "slice to the last, without gap or overlap.",
            message="Sample {sample}: {field} is {found}; it must be {expected}.",
            hint="The first sample begins at 0, each next one where the one before it ends, and "
            "the last one ends with the slice. Build the pack with this packer, or fix the "
            "program that wrote it.",
        ),
        step=Step.BANKS,
        page="banks",
        layer=Layer.INCONSISTENT,
        text="The samples follow each other from 0 to `size`, without gap or overlap.",
        broken="a gap or an overlap in the chain of samples, or another end than `size`",
        check=chain,
        each=True,
    ),
)
