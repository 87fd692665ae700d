"""Step 6: each entry against its bank. Clause: ``spec/contract/1/banks.md``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain as joined
from itertools import count
from operator import add
from typing import Any, Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.layouts import numeric
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


def _samples(exam: Examination, sound: Sound) -> Iterator[Fault]:
    tables = sound.tables if any(map(_misnamed, sound.alike)) else ()
    for place, table in zip(sound.places, tables, strict=False):
        for name in _misnamed(tuple(table)):
            pointer = f"/asset_table/{place}/metadata/{sound.bank.spans}/{name}"
            what = f"{pointer}: {len(table)} samples are named 0 … {len(table) - 1}, without a gap."
            entry = exam.table[place]
            yield Fault(data={"what": what}, index=place, pointer=pointer, asset=ref(entry))


@lru_cache(maxsize=100)
def _misnamed(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if int(name) >= len(names))


def size(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Both sizes are what the bank's layout takes."""
    return exam.each_sound(_sizes, _CHECKS)


def _sizes(exam: Examination, sound: Sound) -> Iterator[Fault]:
    found = tuple(tuple(map(exam.column(m).__getitem__, sound.places)) for m in _SIZES)
    if sound.bank.spans is not None:
        # What the spans add up to is the chain's to say; resident is as stored.
        expected = found[:1] * 2
    else:
        numbers = (_numbers(exam.metadata(place)) for place in sound.places)
        expected = tuple(zip(*(_computed(sound.bank, each) for each in numbers), strict=True))
    if found == expected:
        return
    rows = (zip(*sizes, strict=True) for sizes in (found, expected))
    for place, *both in zip(sound.places, *rows, strict=True):
        for member, size, right in zip(_SIZES, *both, strict=True):
            if size != right:
                yield Fault(
                    data={"field": member, "found": size, "expected": right},
                    index=place,
                    pointer=f"/asset_table/{place}/{member}",
                    asset=ref(exam.table[place]),
                )


_SIZES: Final = ("size", "decoded_size")


def _numbers(metadata: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((name, value) for name, value in metadata.items() if type(value) is int)


@lru_cache(maxsize=1000)
def _computed(bank: Bank[Any], numbers: tuple[tuple[str, int], ...]) -> tuple[int, int]:
    """The two sizes of a bank without spans, which the numbers of its metadata give."""
    return bank.size(dict(numbers)), bank.decoded_size(dict(numbers))


def chain(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Spans follow each other from 0 to the slice's end."""
    return exam.each_sound(_chain, _CHECKS)


def _chain(exam: Examination, sound: Sound) -> Iterator[Fault]:
    if any(True for alike in sound.alike.items() for _ in _chained(exam, sound, *alike)):
        for at, table in enumerate(sound.tables):
            yield from _chained(exam, sound, tuple(table), [at])


def _chained(
    exam: Examination, sound: Sound, names: tuple[str, ...], some: Sequence[int]
) -> Iterator[Fault]:
    """What is wrong with the chains of some entries whose spans have these names.

    All faults of one entry; of several, at least one if there are any.
    """
    places = map(sound.places.__getitem__, some)
    sizes = list(map(exam.column("size").__getitem__, places))
    spans = list(joined.from_iterable(map(dict.values, map(sound.tables.__getitem__, some))))
    offsets = list(map(sound.members("offset"), spans))
    lengths = list(map(sound.members("length"), spans))
    order, each = dict(zip(names, count(), strict=False)), len(names)
    ends, last = [0] * len(some), ""
    for last in numeric(names):
        starts = offsets[order[last] :: each]
        yield from _unchained(exam, sound, some, last, "offset", starts, ends)
        ends = list(map(add, starts, lengths[order[last] :: each]))
        if ends > sizes:  # then one is beyond its size, and stays so
            break
    yield from _unchained(exam, sound, some, last, "end", ends, sizes)


def _unchained(
    exam: Examination,
    sound: Sound,
    some: Sequence[int],
    name: str,
    what: str,
    found: list[int],
    expected: list[int],
) -> Iterator[Fault]:
    if found == expected:
        return
    for at, have, want in zip(some, found, expected, strict=True):
        if have != want:
            place = sound.places[at]
            pointer = f"/asset_table/{place}/metadata/{sound.bank.spans}/{name}"
            yield Fault(
                data={"sample": name, "field": what, "found": have, "expected": want},
                index=place,
                pointer=f"{pointer}/{what}" if what == "offset" else pointer,
                asset=ref(exam.table[place]),
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
