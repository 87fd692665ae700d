"""Packs and what a runtime has in its banks after it loaded every asset of them.

Each bank states its patterns by hand, as bytes and as values: `Bank.decodings`. Nothing here
encodes or decodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive.breakers import BREAKERS
from prometeu_assets.conformance.derive.make import base, recipe, rejected, slug
from prometeu_assets.conformance.parts import Parts, sample
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.value import Contract
from prometeu_assets.contract.vectors import Decoding

KIND: Final = "decode"

_REFUSED: Final = ("header-checksum", "bank-range")
"""Rules of the first steps and of the last: what is not accepted is not decoded."""

Stated = tuple[Bank[Any], Decoding]


def cases(contract: Contract) -> Iterator[Case]:
    """Each pattern alone, then several in one pack, then what is refused."""
    patterns = [[(bank, stated) for stated in bank.decodings()] for bank in contract.written.banks]
    for bank, stated in chain(*patterns):
        id = f"{slug(bank.bank_type)}-{stated.id}"
        origin = f"{bank.format} {stated.id}"
        yield _case(contract, id, [(bank, stated)], stated.clause, stated.why, origin)
    # A bank that has fewer than three patterns repeats them.
    three = [(listed * 3)[:3] for listed in patterns]
    for number, ((first, _), *_) in enumerate(three):
        turned = (*three[number:], *three[:number])
        several = list(chain(*zip(*turned, strict=True)))
        yield _case(
            contract,
            f"several-{slug(first.bank_type)}-first",
            several,
            "table-offset",
            "three slices of each bank type, which are not next to each other",
        )
    filled = [pair for listed in reversed(three) for pair in listed[:2]]
    yield _case(
        contract,
        "gaps-not-zero",
        filled,
        "payload-padding",
        "what is between slices is in no bank",
        fill=0xFF,
    )
    yield _case(contract, "empty", [], "table-trailing", "no assets: no bank is loaded")
    for rule in _REFUSED:
        parts = base(contract)
        BREAKERS[rule](parts)
        why = "a pack that is not accepted is not decoded"
        yield rejected(contract, f"{KIND}-fault-{rule}", rule, parts, why, kind=KIND)


def _case(
    contract: Contract,
    id: str,
    stated: list[Stated],
    clause: str,
    why: str,
    origin: str = "",
    *,
    fill: int = 0,
) -> Case:
    """A pack with these slices in this order, and a byte between them."""
    parts = Parts(
        contract=contract,
        rows=[
            sample(number, f"asset/{number}", bank, **found.metadata)
            for number, (bank, found) in enumerate(stated, 1)
        ],
    )
    places = [row["offset"] for row in parts.placed()]
    slices = [found.data for _, found in stated]
    parts.body.append(lambda body: _put(body, zip(places, slices, strict=True), fill))
    about = [
        {"asset_id": number, "bank_type": bank.bank_type}
        for number, (bank, _) in enumerate(stated, 1)
    ]
    found = [decoding for _, decoding in stated]
    return Case(
        id=f"{KIND}-{id}",
        kind=KIND,
        verdict="accept",
        rule=clause,
        recipe=recipe(parts),
        notes={"why": why},
        derived_from=origin or f"rule {clause}",
        view={"assets": [a | dict(d.view) for a, d in zip(about, found, strict=True)]},
        values={"assets": [a | dict(d.values) for a, d in zip(about, found, strict=True)]},
    )


def _put(body: bytearray, slices: Iterable[tuple[int, bytes]], fill: int) -> None:
    body[:] = bytes([fill]) * len(body)
    for at, data in slices:
        body[at : at + len(data)] = data
