"""Pixels as tiles, and back.

Tiles are numbered row by row; the side of a tile divides both sides of the image.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


def cut(pixels: NDArray[T], tile_size: int) -> NDArray[T]:
    """The pixels (height, width) of each tile: (tiles, pixels of a tile)."""
    rows, columns = (side // tile_size for side in pixels.shape)
    lines = _lines(pixels, tile_size).reshape(rows, tile_size, columns).swapaxes(1, 2)
    return np.ascontiguousarray(lines).view(pixels.dtype).reshape(rows * columns, tile_size**2)


def joined(tiles: NDArray[T], shape: tuple[int, ...], tile_size: int) -> NDArray[T]:
    """Tiles as `cut` gives them, as an image of this shape (height, width)."""
    rows, columns = (side // tile_size for side in shape)
    lines = _lines(tiles, tile_size).reshape(rows, columns, tile_size).swapaxes(1, 2)
    return np.ascontiguousarray(lines).view(tiles.dtype).reshape(shape)


def drawn(tiles: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which tiles, as `cut` gives them, have a pixel that is not 0: (tiles)."""
    eights = tiles.view(np.uint64)  # eight pixels each
    found: NDArray[np.bool_] = np.logical_or.reduce(eights, axis=1)
    return found


def _lines(pixels: NDArray[T], tile_size: int) -> NDArray[np.void]:
    """Each line of a tile as one value: what is moved as one costs as much as a pixel."""
    line = np.dtype((np.void, tile_size * pixels.itemsize))
    return np.ascontiguousarray(pixels).view(line)


def place(tile: int, pixel: int, columns: int, tile_size: int) -> dict[str, Any]:
    """Where a pixel of a tile is in an image of ``columns`` tiles a row, for a message."""
    row, column = divmod(tile, columns)
    below, right = divmod(pixel, tile_size)
    return {
        "tile": tile,
        "column": column,
        "row": row,
        "tile_size": tile_size,
        "x": column * tile_size + right,
        "y": row * tile_size + below,
    }
