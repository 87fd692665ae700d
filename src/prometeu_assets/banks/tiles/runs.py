"""The palette of each tile as one short text: runs such as ``0*12 1 -*4``.

Clause: ``spec/workspace.md#details``. A palette of -1 is written ``-``: the tile has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

PALETTES: Final = "palettes"
"""The name of this detail of a tile bank's slice."""
NONE: Final = -1
"""The palette of a tile that draws nothing, or whose palette no source file says."""

_RUN: Final = re.compile(r"(-|0|[1-9][0-9]{0,3})(?:\*([2-9]|[1-9][0-9]{1,3}))?")
_SHOWN: Final = 8
"""Ranges of tiles shown of one palette; the tiles of the others are counted."""

Run = tuple[int, int]
"""A palette, and how many tiles in a row have it."""


def write_runs(palettes: Iterable[int]) -> str:
    """The text for the palette of every tile, in the order of the tiles."""
    runs = ((palette, len(list(tiles))) for palette, tiles in groupby(palettes))
    return " ".join(
        ("-" if palette == NONE else str(palette)) + (f"*{count}" if count > 1 else "")
        for palette, count in runs
    )


def read_runs(text: str) -> list[Run]:
    """The runs in a text that `write_runs` wrote. Raises `ValueError` for any other."""
    runs: list[Run] = []
    for part in text.split(" "):
        match = _RUN.fullmatch(part)
        if match is None:
            raise ValueError(f"no run: {part!r}")
        palette = NONE if match[1] == "-" else int(match[1])
        if runs and runs[-1][0] == palette:
            raise ValueError("two runs of one palette in a row")
        runs.append((palette, int(match[2] or 1)))
    return runs


def lines(runs: Sequence[Run]) -> Iterator[str]:
    """Each palette and its tiles in words, such as ``0: tiles 0-11``; those without one last."""
    ranges: dict[int, list[range]] = {}
    start = 0
    for palette, count in runs:
        ranges.setdefault(palette, []).append(range(start, start + count))
        start += count
    for palette in sorted(ranges, key=lambda palette: (palette == NONE, palette)):
        yield f"{'none' if palette == NONE else palette}: {_tiles(ranges[palette])}"


def _tiles(ranges: Sequence[range]) -> str:
    shown = ", ".join(
        str(tiles[0]) if len(tiles) == 1 else f"{tiles[0]}-{tiles[-1]}" for tiles in ranges[:_SHOWN]
    )
    more = sum(map(len, ranges[_SHOWN:]))
    return (
        ("tile " if sum(map(len, ranges)) == 1 else "tiles ")
        + shown
        + (f" and {more} more" if more else "")
    )
