"""Palettes made from pictures: few palettes that together hold the colours of every tile.

Clause: ``spec/workspace.md#made-palettes``. A tile here is the set of its colours, as bits of a
whole number. Finding the fewest palettes is hard in general, so it is done exactly for few tiles
and by a rule for many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from prometeu_assets.banks.tiles.color import unpacked
from prometeu_assets.banks.tiles.payload import COLORS, rgb565

DRAWN: Final = COLORS - 1
"""Colours of a palette that are drawn: index 0 is transparent."""

EXACT: Final = 9
"""Up to so many different tiles, none within another, the number of palettes is the least."""


def make_palettes(tiles: Iterable[frozenset[int]], *, most: int) -> list[list[int]] | None:
    """Palettes such that each tile has all of its colours in one of them; as few as can be found.

    A tile is its colours, ``0xRRGGBB``; those that are one RGB565 count as one, written as the
    lowest of them. A palette has at most 15 colours, increasing; palettes come in the order of
    the first tile that each of them holds. None when a tile has more than 15 colours, or more
    than ``most`` palettes were needed.
    """
    given = list(dict.fromkeys(tiles))
    shown = _shown(frozenset().union(*given))
    colors = sorted(set(shown.values()))
    if len(colors) > most * DRAWN:
        return None
    bit = {color: 1 << number for number, color in enumerate(colors)}
    sets = [_union(bit[color] for color in {shown[color] for color in tile}) for tile in given]
    if any(each.bit_count() > DRAWN for each in sets):
        return None
    maximal = _maximal(sets)
    bins = _fitted(maximal)
    if len(maximal) <= EXACT:
        bins = _fewest(maximal, bins)
    if len(bins) > most:
        return None
    bins.sort(key=lambda held: next(n for n, each in enumerate(sets) if each and not each & ~held))
    return [[color for color in colors if bit[color] & held] for held in bins]


def fit(tiles: Iterable[frozenset[int]]) -> bool:
    """Whether each tile has few enough colours for a palette of its own."""
    given = list(tiles)
    shown = _shown(frozenset().union(*given))
    return all(len({shown[color] for color in tile}) <= DRAWN for tile in given)


def _shown(colors: Iterable[int]) -> dict[int, int]:
    """Each colour with the lowest that is the same RGB565."""
    lowest: dict[int, int] = {}
    ordered = sorted(colors)
    console = rgb565(
        np.array([unpacked(color) for color in ordered], np.uint8).reshape(-1, 3)
    ).tolist()
    return {
        color: lowest.setdefault(alike, color)
        for color, alike in zip(ordered, console, strict=True)
    }


def _union(sets: Iterable[int]) -> int:
    whole = 0
    for each in sets:
        whole |= each
    return whole


def _maximal(sets: Sequence[int]) -> list[int]:
    """The sets that are within no other, largest first; among equals, in the order given."""
    kept: list[int] = []
    for each in sorted(dict.fromkeys(sets), key=int.bit_count, reverse=True):
        if each and all(each & ~other for other in kept):
            kept.append(each)
    return kept


def _fitted(sets: Sequence[int]) -> list[int]:
    """A set goes where it adds fewest colours, else into a palette of its own.

    So no two palettes fit into one: the second began because it did not fit into the first.
    """
    bins: list[int] = []
    for each in sets:
        fits = [held for held in bins if (held | each).bit_count() <= DRAWN]
        best = min(fits, key=lambda held: (each & ~held).bit_count(), default=None)
        if best is None:
            bins.append(each)
        else:
            bins[bins.index(best)] = best | each
    return bins


def _fewest(sets: Sequence[int], best: list[int]) -> list[int]:
    """The least number of palettes: every way to put the sets together that may be better."""
    if not sets:
        return best
    pending: list[tuple[int, list[int]]] = [(0, [])]
    while pending:
        place, bins = pending.pop()
        if len(bins) >= len(best):
            continue
        if place == len(sets):
            best = bins
            continue
        each = sets[place]
        pending.append((place + 1, [*bins, each]))
        for number, held in enumerate(bins):
            if (held | each).bit_count() <= DRAWN:
                pending.append((place + 1, [*bins[:number], held | each, *bins[number + 1 :]]))
    return best
