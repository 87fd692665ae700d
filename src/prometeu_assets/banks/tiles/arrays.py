"""Arrays of pixels as the sheet of a tile bank.

Clause: ``spec/python-writer.md#banks``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prometeu_assets.banks.tiles.grid import cut, joined
from prometeu_assets.contract.bank import Metadata
from prometeu_assets.contract.layouts import array, exact


def sheet_of(
    given: ArrayLike, tile_size: int, numbers: range, limits: Metadata
) -> NDArray[np.uint8]:
    """The sheet (height, width) of a bank from a smaller sheet, or from its tiles.

    ``numbers`` are what a pixel may be, ``limits`` the members of the schema of the metadata.
    Raises `ValueError`.
    """
    sizes = limits["tile_size"]["enum"]
    if tile_size not in sizes:
        raise ValueError(f"tile_size: {tile_size} is not one of {', '.join(map(str, sizes))}")
    height, width = limits["height"]["const"], limits["width"]["const"]
    tiles = _tiles(array(given, "indices"), tile_size)
    room = width * height // tile_size**2
    if len(tiles) > room:
        raise ValueError(f"indices: there are {len(tiles)} tiles, and a bank holds {room}")
    laid = np.zeros((room, tile_size**2), np.uint8)
    laid[: len(tiles)] = exact(tiles, tiles.shape, numbers, "indices")
    return joined(laid, (height, width), tile_size)


def _tiles(given: NDArray[np.generic], tile_size: int) -> NDArray[np.generic]:
    """(tiles, pixels) from a sheet (height, width) or from tiles (tiles, size, size)."""
    if given.ndim == 3 and given.shape[1:] == (tile_size, tile_size):
        return given.reshape(len(given), tile_size**2)
    if given.ndim == 2 and not any(side % tile_size for side in given.shape):
        return cut(given, tile_size)
    raise ValueError(
        f"indices: the shape must be (height, width) in whole tiles of {tile_size} pixels, or "
        f"(tiles, {tile_size}, {tile_size}), not {given.shape}"
    )
