"""Making cases: the base pack every fault is put into, and a case from its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from prometeu_assets.conformance.case import LARGEST_FILE, Case, Member, Recipe, Repeat
from prometeu_assets.conformance.parts import Parts, sounds
from prometeu_assets.contract.value import Contract

_RUN: Final = 512
"""How often a unit of one or two bytes has to follow itself to be a repeat."""
_REPEATED: Final = re.compile(rb"(.{1,2}?)\1{%d,}" % _RUN, re.DOTALL)
_BLOCK: Final = _RUN // 2


Made = Parts | bytes | Recipe | Mapping[str, Member]
"""An input: a pack in parts, its bytes, what makes them; or the files of a cartridge."""


def base(contract: Contract) -> Parts:
    """A small valid pack: two sound banks, both preloaded, padding after header and slice."""
    return Parts(
        contract=contract,
        rows=[sounds(1, "sfx/jump", [4, 6]), sounds(5, "sfx/coin", [2])],
        preload=[{"asset_id": 1, "slot": 0}, {"asset_id": 5, "slot": 1}],
    )


def rejected(
    contract: Contract, id: str, rule: str, made: Made, why: str, origin: str = "", **more: Any
) -> Case:
    """A case that breaks ``rule``."""
    row = contract.rule(rule)
    more |= {"verdict": "reject", "code": row.code, "layer": str(row.layer)}
    return _case(contract, id, rule, made, why, origin, **more)


def accepted(
    contract: Contract, id: str, rule: str, made: Made, why: str, origin: str = "", **more: Any
) -> Case:
    """A case that just keeps ``rule``."""
    return _case(contract, id, rule, made, why, origin, verdict="accept", **more)


def _case(
    contract: Contract, id: str, rule: str, made: Made, why: str, origin: str, **more: Any
) -> Case:
    """The rule says the profile and where the case comes from, unless told otherwise."""
    more = {"profile": str(contract.rule(rule).profile), **_input(made), **more}
    origin = origin or f"rule {rule}"
    return Case(id=id, rule=rule, notes={"why": why}, derived_from=origin, **more)


def _input(made: Made) -> dict[str, Any]:
    return {"folder": made} if isinstance(made, Mapping) else {"recipe": recipe(made)}


def recipe(made: Parts | bytes | Recipe) -> Recipe:
    """The input as a recipe; when it is too large to keep, long runs become repeats."""
    data = made.build() if isinstance(made, Parts) else made
    if not isinstance(data, bytes):
        return data
    if len(data) <= LARGEST_FILE:
        return (data,)
    pieces: list[bytes | Repeat] = []
    position = 0
    for start, repeat in _runs(data):
        pieces += [data[position:start], repeat]
        position = start + repeat.count * len(repeat.unit)
    pieces.append(data[position:])
    return tuple(piece for piece in pieces if piece != b"")


def _runs(data: bytes) -> Iterator[tuple[int, Repeat]]:
    """Where a unit repeats itself, one after the other: the start of each, and the repeat.

    A run holds a whole block that is equal to itself two bytes later, and no other place is tried.
    """
    end = 0
    for block in range(0, len(data), _BLOCK):
        if block < end or data[block + 2 : block + _BLOCK] != data[block : block + _BLOCK - 2]:
            continue
        first = max(end, block - _BLOCK + 1)
        match = _REPEATED.search(data, first, block + 2 * (_RUN + 1))
        if match:
            end, unit = match.end(), match[1]
            for step in (unit * 2**16, unit * 2**8, unit):
                while data.startswith(step, end):
                    end += len(step)
            yield match.start(), Repeat(unit=unit, count=(end - match.start()) // len(unit))


def slug(text: str) -> str:
    """Text as part of an id: lower case, with single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
