"""Colours as a person writes them, and as the console keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from prometeu_assets.banks.tiles.payload import rgb565

Color = tuple[int, int, int]
"""Red, green, blue; each 0 to 255."""


class Pair(NamedTuple):
    """Two indices of a palette; ``first`` is the lower."""

    first: int
    second: int


def packed(color: Color) -> int:
    """``0xRRGGBB``."""
    red, green, blue = color
    return red << 16 | green << 8 | blue


def unpacked(color: int) -> Color:
    """The channels of ``0xRRGGBB``."""
    return color >> 16, color >> 8 & 0xFF, color & 0xFF


def css(color: int | Color) -> str:
    """``#rrggbb``."""
    return f"#{color if isinstance(color, int) else packed(color):06x}"


def merged(colors: Sequence[Color], indices: Iterable[int]) -> list[Pair]:
    """The ``indices`` whose colour is on the console that of an earlier one, but not in the file.

    Equal colours are meant to be equal, so they are not in the list.
    Clause: ``spec/contract/1/banks.md#rgb565``.
    """
    first: dict[int, int] = {}
    pairs = []
    for index in indices:
        earlier = first.setdefault(int(rgb565(np.array(colors[index]))), index)
        if colors[earlier] != colors[index]:
            pairs.append(Pair(earlier, index))
    return pairs
