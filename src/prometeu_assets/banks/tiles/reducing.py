"""Palettes for tiles with more colours than palettes hold: few, near to what was painted.

Clause: ``spec/workspace.md#nearest``. All numbers are whole, so the result is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.tiles.color import console, distances
from prometeu_assets.banks.tiles.cutting import Cut
from prometeu_assets.banks.tiles.grid import cut
from prometeu_assets.banks.tiles.making import DRAWN, make_palettes

_NEVER: Final = np.iinfo(np.int64).max
"""The cost of what cannot be."""


class Painted(NamedTuple):
    """The different colours of a tile, ``0xRRGGBB`` and increasing, and the pixels of each."""

    colors: NDArray[np.uint32]
    counts: NDArray[np.int64]


def painted(picture: Cut, least: int) -> list[Painted]:
    """Each tile of a picture by the colours of its pixels with an alpha of at least ``least``."""
    pixels, alpha = picture.colors_and_alpha()
    size = picture.tile_size
    pairs = zip(cut(pixels, size), cut(alpha >= least, size), strict=True)
    return [Painted(*np.unique(tile[drawn], return_counts=True)) for tile, drawn in pairs]


def few_palettes(
    tiles: Iterable[Painted], held: Sequence[Collection[int]], *, most: int
) -> list[list[int]]:
    """At most ``most`` palettes that are near to the colours of all tiles.

    Those of each tile are reduced to 15, and palettes are made as for exact ones. While there are
    too many, the one goes whose tiles have the next best one nearest, the first of these.
    ``held`` are the colours of palettes that there are besides.
    """
    reduced = [reduce(tile) for tile in tiles if len(tile.colors)]
    own = [console(np.array(list(colors), np.uint32)) for colors in held]
    lacking = [
        tile
        for tile in reduced
        if not any(np.isin(console(tile.colors), colors).all() for colors in own)
    ]
    sets = (frozenset(tile.colors.tolist()) for tile in lacking)
    made = make_palettes(sets, most=len(lacking)) or []
    return _kept(lacking, made, held, most) if len(made) > most else made


def reduce(tile: Painted) -> Painted:
    """At most 15 of the colours of a tile, and how many pixels each is used for.

    Colours that are one RGB565 are one, the lowest of them. While there are more than 15, one
    gives way to the nearest other: the one for which pixels x distance is least, the first of
    these. What it stood for goes over to the other.
    """
    _, first, number = np.unique(console(tile.colors), return_index=True, return_inverse=True)
    counts = np.zeros(len(first), np.int64)
    np.add.at(counts, number, tile.counts)
    order = np.argsort(first)
    colors, counts = tile.colors[first[order]], counts[order]
    if len(colors) <= DRAWN:
        return Painted(colors, counts)
    apart = distances(colors, colors)
    np.fill_diagonal(apart, _NEVER)
    nearest = apart.argmin(axis=1)
    lengths = apart.min(axis=1)
    left = np.ones(len(colors), np.bool_)
    for _ in range(len(colors) - DRAWN):
        gone = int(np.where(left, lengths * counts, _NEVER).argmin())
        counts[nearest[gone]] += counts[gone]
        left[gone] = False
        apart[:, gone] = _NEVER
        orphans = np.flatnonzero(left & (nearest == gone))
        nearest[orphans] = apart[orphans].argmin(axis=1)
        lengths[orphans] = apart[orphans].min(axis=1)
    return Painted(colors[left], counts[left])


def _kept(
    tiles: Sequence[Painted],
    made: Sequence[list[int]],
    held: Sequence[Collection[int]],
    most: int,
) -> list[list[int]]:
    """``most`` of the palettes made, in their order; those that are held stay besides."""
    every = [list(colors) for colors in held if colors] + list(made)
    fixed = len(every) - len(made)
    costs = _costs(tiles, every)
    left = np.ones(len(every), np.bool_)
    rows = np.arange(len(tiles))
    best, second = costs.argmin(axis=1), np.zeros(len(tiles), np.int64)
    while int(left.sum()) > fixed + most:
        least = costs[rows, best[rows]]
        others = costs[rows]
        others[np.arange(len(rows)), best[rows]] = _NEVER
        second[rows] = others.min(axis=1) - least
        losses = np.zeros(len(every), np.int64)
        np.add.at(losses, best, second)
        losses[:fixed] = _NEVER
        losses[~left] = _NEVER
        gone = int(losses.argmin())
        left[gone] = False
        before = costs[:, gone] - costs[np.arange(len(tiles)), best]
        costs[:, gone] = _NEVER
        # The tiles whose best or second best palette it was.
        rows = np.flatnonzero(before <= second)
        best[rows] = costs[rows].argmin(axis=1)
    return [colors for colors, stays in zip(every[fixed:], left[fixed:], strict=True) if stays]


def _costs(tiles: Sequence[Painted], palettes: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """How far each tile is from each palette: the sum over its pixels, (tiles, palettes)."""
    colors, numbers = np.unique(np.concatenate([t.colors for t in tiles]), return_inverse=True)
    counts = np.concatenate([tile.counts for tile in tiles])
    starts = np.cumsum([0, *(len(tile.colors) for tile in tiles)])[:-1]
    costs = np.empty((len(tiles), len(palettes)), np.int64)
    for position, palette in enumerate(palettes):
        apart = distances(colors, np.array(palette, np.uint32)).min(axis=1)
        costs[:, position] = np.add.reduceat(apart[numbers] * counts, starts)
    return costs
