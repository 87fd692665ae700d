"""How a sheet that is refused can be cut up so that it is accepted; for hints alone.

Tiles are numbered row by row. An image that is no whole number of tiles has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.tiles.palettes import MAX_COLORS

_WIDEST: Final = 4
"""Pixels of the widest gap that is looked for; editors use 1 or 2."""


class Gaps(NamedTuple):
    """A grid of ``columns`` x ``rows`` tiles with ``spacing`` pixels between them."""

    columns: int
    rows: int
    spacing: int
    around: bool
    """Whether the gap is around the grid as well."""


def gaps(width: int, height: int, tile_size: int) -> Gaps | None:
    """The narrowest gaps with which an image of this size is a grid of tiles, if there are any.

    All sizes are in pixels.
    """
    for spacing in range(1, _WIDEST + 1):
        for around in (False, True):
            margin = spacing if around else 0
            step = tile_size + spacing
            columns, left = divmod(width - 2 * margin + spacing, step)
            rows, below = divmod(height - 2 * margin + spacing, step)
            if not left and not below and columns * rows > 1:
                return Gaps(columns, rows, spacing, around)
    return None


def by_palette(
    numbers: NDArray[np.intp],
    opaque: NDArray[np.bool_],
    palettes: Iterable[NDArray[np.bool_]],
    tile_size: int,
) -> list[int] | None:
    """For each tile the first palette that holds its opaque colours; None if a tile has none.

    ``numbers`` are the pixels' colours, numbered through, and ``opaque`` says which of them count,
    both (height, width). A palette is the table of the colours that it holds.
    """
    found: NDArray[np.intp] | None = None
    for position, held in enumerate(palettes):
        fits = _tiles(held[numbers] | ~opaque, tile_size).all(axis=1)
        if found is None:
            found = np.full(fits.shape, -1, np.intp)
        found[(found < 0) & fits] = position
    if found is None or (found < 0).any():
        return None
    return [int(position) for position in found]


def by_block(indices: NDArray[np.uint8], tile_size: int) -> list[int] | None:
    """For each tile the block of 16 indices that it uses; None if a tile uses two.

    Some tools write 16 x palette + colour. The first index of each block is transparent and fits
    every block; a tile of nothing else is in block 0.
    """
    tiles = _tiles(indices, tile_size)
    blocks, drawn = tiles // MAX_COLORS, tiles % MAX_COLORS > 0
    highest = np.where(drawn, blocks, 0).max(axis=1)
    if (drawn & (blocks != highest[:, np.newaxis])).any():
        return None
    return [int(block) for block in highest]


def counted(found: Sequence[int], names: Sequence[str], columns: int, tile_size: int) -> str:
    """Which part of a split has how many tiles, and where the first of them is.

    ``found`` gives each tile's part, ``names`` the parts' names, ``columns`` the tiles in a row.
    """
    parts = []
    for part in sorted(set(found)):
        row, column = divmod(found.index(part), columns)
        place = f"({column * tile_size}, {row * tile_size})"
        count = found.count(part)
        tiles = f"{count} tile{'' if count == 1 else 's'}"
        parts.append(f"{tiles} for {names[part]}, the first at {place}")
    return "; ".join(parts)


def _tiles(pixels: NDArray[Any], tile_size: int) -> NDArray[Any]:
    """The pixels of each tile: (tiles, pixels)."""
    rows, columns = (side // tile_size for side in pixels.shape)
    grid = pixels.reshape(rows, tile_size, columns, tile_size).swapaxes(1, 2)
    return grid.reshape(rows * columns, tile_size**2)
