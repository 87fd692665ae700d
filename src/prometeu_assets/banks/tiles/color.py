"""Colours as a person writes them, and as the console keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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


def levels(colors: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Red, green and blue of colours ``0xRRGGBB`` (…): (…, 3)."""
    channels = [colors >> np.uint32(shift) & np.uint32(0xFF) for shift in (16, 8, 0)]
    return np.stack(channels, axis=-1).astype(np.int64)


def console(colors: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """Colours ``0xRRGGBB`` as RGB565."""
    return rgb565(levels(colors))


@lru_cache(maxsize=100)  # The assets of a build share palettes.
def on_console(colors: tuple[Color, ...]) -> tuple[int, ...]:
    """The colours of a palette as RGB565."""
    return tuple(rgb565(np.array(colors)).tolist())


def distances(colors: NDArray[np.uint32], others: NDArray[np.uint32]) -> NDArray[np.int64]:
    """How far colours (n) are from others (m), ``0xRRGGBB``: (n, m).

    It is the sum of the squared differences of red, green and blue.
    Clause: ``spec/workspace.md#nearest``.
    """
    total = np.zeros((len(colors), len(others)), np.int64)
    for one, other in zip(levels(colors).T, levels(others).T, strict=True):
        total += (one[:, np.newaxis] - other) ** 2
    return total


def merged(colors: Sequence[Color], indices: Iterable[int]) -> list[Pair]:
    """The ``indices`` whose colour is on the console that of an earlier one, but not in the file.

    Equal colours are meant to be equal, so they are not in the list.
    Clause: ``spec/contract/1/banks.md#rgb565``.
    """
    first: dict[int, int] = {}
    pairs = []
    shown = on_console(tuple(colors))
    for index in indices:
        earlier = first.setdefault(shown[index], index)
        if colors[earlier] != colors[index]:
            pairs.append(Pair(earlier, index))
    return pairs
