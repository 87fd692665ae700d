"""The payload drawn to scale: which bank's bytes lie where.

Clause: ``spec/contract/1/container.md#payload``. Used by `inspect`, as letters and as a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Assets = Sequence[Mapping[str, Any]]
"""Rows of an inspection's ``assets``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """A part of the payload region, ``start`` to ``end`` in bytes, and what most of it is.

    ``first`` and ``last`` are the positions in the table of the assets in it, ``owner`` that of
    the one with most of its bytes; ``shares`` has the parts of the banks, 1 together.
    """

    shares: Mapping[str, float]
    start: float
    end: float
    first: int
    last: int
    owner: int

    @property
    def bank_type(self) -> str:
        """The bank with most of the bytes."""
        return max(self.shares, key=lambda bank: self.shares[bank])


def extent(assets: Assets) -> int:
    """Bytes of the payload region: where its last slice ends."""
    return int(assets[-1]["offset"] + assets[-1]["size"]) if assets else 0


def columns(assets: Assets, count: int) -> Iterator[MapCell]:
    """The payload cut into ``count`` equal parts, whatever the number of assets."""
    total = extent(assets)
    first = 0
    for column in range(count if total else 0):
        start, end = total * column / count, total * (column + 1) / count
        while first + 1 < len(assets) and assets[first + 1]["offset"] <= start:
            first += 1
        share: dict[str, float] = {}
        largest, owner, number = 0.0, first, first
        while number < len(assets) and assets[number]["offset"] < end:
            asset = assets[number]
            # What follows a slice up to the next is padding, and counts as part of it.
            after = assets[number + 1]["offset"] if number + 1 < len(assets) else total
            here = min(end, after) - max(start, asset["offset"])
            share[asset["bank_type"]] = share.get(asset["bank_type"], 0.0) + here
            if here > largest:
                largest, owner = here, number
            number += 1
        yield MapCell(
            shares={bank: part / (end - start) for bank, part in share.items()},
            start=start,
            end=end,
            first=first,
            last=number - 1,
            owner=owner,
        )


def letters(assets: Assets, width: int) -> str:
    """The payload as ``width`` letters to scale, each the initial of a bank.

    The case alternates from asset to asset, unless there are more of them than letters.
    """
    few = len(assets) <= width
    return "".join(
        part.bank_type[0].lower() if few and part.owner % 2 else part.bank_type[0]
        for part in columns(assets, width)
    )


def bar(part: int, whole: int, width: int) -> str:
    """``part`` of ``whole`` as a bar of ``width`` characters; of something, never quite nothing."""
    filled = max(1, round(width * part / whole)) if part else 0
    return "#" * filled + "." * (width - filled)


def percent(part: int, whole: int) -> str:
    """``part`` of ``whole`` in whole percent."""
    return "<1%" if 200 * part <= whole else f"{100 * part / whole:.0f}%"
