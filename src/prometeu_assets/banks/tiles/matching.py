"""Which declared palette holds all colours of an image, and the indices that follow.

Clause: ``spec/workspace.md#matching``. Colours are compared as the 24 bits of their sources.
A colour is one integer here, ``0xRRGGBB``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.color import css, packed
from prometeu_assets.banks.tiles.palettes import MAX_COLORS, Palette
from prometeu_assets.banks.tiles.splits import by_palette, counted
from prometeu_assets.diagnostics import Refused

_TRIED_SHOWN: Final = 16
"""Palettes listed in a message; the others are counted."""


class Match(NamedTuple):
    """Indices of every pixel, and the position of the palette they refer to."""

    indices: NDArray[np.uint8]
    palette: int


def match(
    pixels: NDArray[np.uint32],
    opaque: NDArray[np.bool_],
    palettes: Sequence[Palette],
    *,
    name: str,
    tile_size: int,
) -> Match:
    """Match an image against the first of ``palettes`` that holds all its opaque colours.

    ``pixels`` are colours and ``opaque`` says which of them count, both (height, width).
    A pixel that is not opaque gets index 0; an opaque one the lowest of 1 to 15 with its colour.
    ``tile_size`` (pixels) only serves the hint.
    Raises `Refused` with ``SHEET_COLOR``.
    """
    shown = pixels[opaque]
    colors = _distinct(shown)
    missing = []
    for position, palette in enumerate(palettes):
        index_of = _indices(palette)
        missing.append(len(colors) - sum(_holds(colors, color) for color in index_of))
        if not missing[-1]:
            indices = np.zeros(pixels.shape, np.uint8)
            table = np.array([index_of[int(color)] for color in colors], np.uint8)
            indices[opaque] = table[np.searchsorted(colors, shown)]
            return Match(indices, position)
    raise _unmatched(pixels, opaque, palettes, missing, name, tile_size)


def _indices(palette: Palette) -> dict[int, int]:
    """The lowest index from 1 on of every colour."""
    index_of: dict[int, int] = {}
    for index, color in enumerate(palette.colors[1:], 1):
        index_of.setdefault(packed(color), index)
    return index_of


def _distinct(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The colours in ``pixels``, increasing; `np.unique` takes seconds for a large photograph."""
    ordered = np.sort(pixels)
    first = np.ones(ordered.shape, np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def _holds(colors: NDArray[np.uint32], color: int) -> bool:
    """Whether ``color`` is in the sorted ``colors``; not `np.isin`, which would sort them anew."""
    at = int(colors.searchsorted(np.uint32(color)))
    return at < len(colors) and int(colors[at]) == color


def _unmatched(
    pixels: NDArray[np.uint32],
    opaque: NDArray[np.bool_],
    palettes: Sequence[Palette],
    missing: Sequence[int],
    name: str,
    tile_size: int,
) -> Refused:
    """The refusal, which speaks of the palette that misses fewest colours, the first of these."""
    colors = _distinct(pixels[opaque])
    best = palettes[missing.index(min(missing))]
    index_of = _indices(best)
    known = np.fromiter(index_of, np.uint32, len(index_of))
    strange = opaque & ~np.isin(pixels, known)
    y, x = divmod(int(strange.argmax()), pixels.shape[1])
    color = int(pixels[y, x])
    zero = packed(best.colors[0])
    near = min(index_of, key=lambda held: _distance(held, color), default=None)
    numbers = np.minimum(np.searchsorted(colors, pixels), len(colors) - 1)
    tables = (np.isin(colors, list(_indices(palette))) for palette in palettes)
    split = by_palette(numbers, opaque, tables, tile_size)
    if split:
        hint_key = "tiles"
    elif len(colors) >= MAX_COLORS:
        hint_key = "many"
    elif zero not in index_of and _holds(colors, zero):
        hint_key = "index_zero"
    elif near is None:
        hint_key = None
    else:
        hint_key = "near" if len(best.colors) < MAX_COLORS else "full"
    return refusal(
        "SHEET_COLOR",
        name,
        hint_key=hint_key,
        color=css(color),
        x=x,
        y=y,
        best=best.name,
        tried=_tried(palettes, missing),
        missing=tuple(missing),
        colors=len(colors),
        zero=css(zero),
        near=None if near is None else css(near),
        near_index=None if near is None else index_of[near],
        split=split
        and counted(
            split, [palette.name for palette in palettes], pixels.shape[1] // tile_size, tile_size
        ),
    )


def _tried(palettes: Sequence[Palette], missing: Sequence[int]) -> str:
    tried = [
        f"{palette.name} ({count} missing)"
        for palette, count in zip(palettes[:_TRIED_SHOWN], missing, strict=False)
    ]
    more = len(palettes) - len(tried)
    return ", ".join([*tried, *([f"and {more} more"] if more else [])])


def _distance(one: int, other: int) -> int:
    """How far two colours are apart, for a hint: the squared distance of their channels."""
    return sum(((one >> shift & 0xFF) - (other >> shift & 0xFF)) ** 2 for shift in (16, 8, 0))
