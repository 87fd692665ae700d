"""Cases that a reader with one small slip gets wrong: values next to a bound, not at a breaker's.

The table's largest number of entries has no case that is accepted: 65 536 names and ids that all
differ make neither a small file nor a short recipe. One entry more is rejected, see `schemas`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive.breakers import in_entry, in_metadata, rename_sample
from prometeu_assets.conformance.derive.make import accepted, base, rejected, slug
from prometeu_assets.conformance.parts import Parts, Row, sample, sounds, tiles
from prometeu_assets.contract import canonical
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.value import Contract

_CHOICES: Final = 64
"""Characters that may each be one of two; more than the 32 bits that they have to decide."""


def cases(contract: Contract) -> Iterator[Case]:
    """Rejected ones first, then accepted ones."""
    yield from _rejected(contract)
    for bank in contract.written.banks:
        yield from _members(contract, bank)
    for id, rule, parts, why in _accepted(contract):
        yield accepted(contract, f"accept-{id}", rule, parts, why)


def _rejected(contract: Contract) -> Iterator[Case]:
    limit = contract.limits.metadata_bytes
    made: list[tuple[str, str, Parts, str]] = [
        (
            "table-name-apart",
            "table-name",
            Parts(contract=contract, rows=[sounds(i, n, [2]) for i, n in enumerate("aba", 1)]),
            "two names are the same with another between",
        ),
        (
            "header-truncated-largest-header",
            "header-truncated",
            _largest_header(contract),
            "the largest header is announced, and nothing follows the prelude",
        ),
    ]
    parts = Parts(contract=contract, text=[lambda _: b"1"])
    made.append(("header-of-one-byte", "header-schema", parts, "the smallest header is a digit"))
    changes: tuple[tuple[str, str, Callable[[Parts], object], str], ...] = (
        (
            "table-offset-largest",
            "table-offset",
            in_entry(1, "offset", lambda _: contract.limits.file_bytes),
            "the largest offset of the schema is no place",
        ),
        (
            "metadata-size-by-one",
            "metadata-size",
            in_metadata(0, lambda metadata: fill(metadata, limit + 1, "x")),
            f"{limit + 1} bytes of header text",
        ),
        (
            "metadata-size-by-one-non-ascii",
            "metadata-size",
            in_metadata(0, lambda metadata: fill(metadata, limit + 1, "é")),
            f"{limit + 1} bytes of header text, though far fewer characters",
        ),
        (
            "bank-samples-second-01",
            "bank-metadata",
            in_metadata(0, rename_sample("1", "01")),
            "a number has no leading zero",
        ),
        (
            "bank-samples-first-00",
            "bank-metadata",
            in_metadata(1, rename_sample("0", "00")),
            "zero is one digit",
        ),
        (
            "bank-samples-length-zero",
            "bank-metadata",
            _lengths(0, 10),
            "a sample has a frame, though the chain of samples is right",
        ),
        (
            "bank-samples-length-odd",
            "bank-metadata",
            _lengths(3, 7),
            "a frame has two bytes, though the chain of samples is right",
        ),
    )
    for id, rule, change, why in changes:
        parts = base(contract)
        change(parts)
        made.append((id, rule, parts, why))
    for id, rule, parts, why in made:
        yield rejected(contract, f"fault-{id}", rule, parts, why)


def _members(contract: Contract, bank: Bank[Any]) -> Iterator[Case]:
    """Members of metadata that look like an author's own, and are not."""
    for name, why in (
        ("xcolour", "an x alone makes no member the author's own"),
        ("x-a", "it is an underscore that follows the x"),
        ("X_a", "the x is in lower case"),
        ("ax_a", "the x comes first"),
    ):
        row = sample(1, "bank", bank)
        row["metadata"][name] = 1
        # Ids are in lower case.
        label = f"capital-{slug(name)}" if name[0].isupper() else slug(name)
        yield rejected(
            contract,
            f"fault-bank-metadata-{slug(bank.bank_type)}-{label}",
            "bank-metadata",
            Parts(contract=contract, rows=[row]),
            why,
        )
    row = sample(1, "bank", bank)
    row["metadata"]["x_"] = 1
    yield accepted(
        contract,
        f"accept-metadata-x-alone-{slug(bank.bank_type)}",
        "bank-metadata",
        Parts(contract=contract, rows=[row]),
        "x_ is the shortest name of the author's own",
    )


def _accepted(contract: Contract) -> Iterator[tuple[str, str, Parts, str]]:
    def pack(*rows: Row, preload: list[Row] | None = None) -> Parts:
        return Parts(contract=contract, rows=list(rows), preload=preload or [])

    slots = range(contract.shape(contract.written).parts["preload.slot"]["maximum"] + 1)
    row = sounds(1, "a", [2])
    fill(row["metadata"], contract.limits.metadata_bytes, "é")
    yield (
        "metadata-largest-non-ascii",
        "metadata-size",
        pack(row),
        "the limit counts bytes of text as it stands, not escapes and not characters",
    )
    count = len(slots)
    yield (
        "most-preload",
        "preload-slot",
        pack(
            *(tiles(i + 1, f"t{i}", contract) for i in slots),
            *(sounds(count + i + 1, f"s{i}", [2]) for i in slots),
            preload=[{"asset_id": i + 1, "slot": i % count} for i in range(2 * count)],
        ),
        "every slot of both bank types, as many entries as preload may have",
    )
    parts = pack(sounds(1, "a", [4]))
    parts.body.append(lambda body: body.__setitem__(slice(0, 4), _small_checksum()))
    yield "crc32-leading-zeros", "table-bounds", parts, "a view has eight digits, zeros included"
    parts = pack(sounds(1, "a", [2], x_value="a" * _CHOICES))
    parts.text.append(_checksum_zero)
    yield "header-checksum-zero", "header-checksum", parts, "0 is a checksum like any other"


def fill(metadata: dict[str, Any], size: int, letter: str) -> None:
    """Make metadata take just ``size`` bytes of header text, by a string of one letter."""
    metadata["x_value"] = ""
    room = size - len(canonical.encode(metadata))
    times, rest = divmod(room, len(letter.encode()))
    metadata["x_value"] = letter * times + "x" * rest


def _lengths(first: int, second: int) -> Callable[[Parts], object]:
    """The lengths of the base pack's first two samples, which still follow each other."""

    def change(metadata: dict[str, Any]) -> None:
        metadata["samples"]["0"].update(length=first)
        metadata["samples"]["1"].update(length=second, offset=first)

    return in_metadata(0, change)


def _largest_header(contract: Contract) -> Parts:
    parts = base(contract)
    parts.prelude["header_len"] = contract.limits.header_bytes
    parts.file.append(lambda data: data[: parts.container.prelude_size])
    return parts


def _small_checksum() -> bytes:
    """Four bytes whose CRC-32 begins with two zeros."""
    return next(data for i in range(2**16) if zlib.crc32(data := i.to_bytes(4, "little")) < 2**24)


def _checksum_zero(text: bytes) -> bytes:
    """The header with some of its many ``a`` made ``c``, so that its CRC-32 is 0.

    Each letter that is changed flips the same bits of the checksum, whatever the others are: which
    ones to change is a linear system over two elements.
    """
    start = text.index(b"a" * _CHOICES)

    def changed(which: int) -> bytes:
        letters = bytes(b"ac"[which >> i & 1] for i in range(_CHOICES))
        return text[:start] + letters + text[start + _CHOICES :]

    found = zlib.crc32(text)
    basis: dict[int, tuple[int, int]] = {}

    def reduced(bits: int, which: int) -> tuple[int, int]:
        for top in sorted(basis, reverse=True):
            if bits >> top & 1:
                bits, which = bits ^ basis[top][0], which ^ basis[top][1]
        return bits, which

    for i in range(_CHOICES):
        bits, which = reduced(zlib.crc32(changed(1 << i)) ^ found, 1 << i)
        if bits:
            basis[bits.bit_length() - 1] = bits, which
    rest, which = reduced(found, 0)
    made = changed(which)
    if rest or zlib.crc32(made):
        raise ValueError("the letters do not decide the checksum")
    return made
