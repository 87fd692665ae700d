"""A sprite image: a picture that is a grid of whole tiles, and the sheet that several make up.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.codes.sheets import SHEET_ALPHA, TILES_CAPACITY
from prometeu_assets.banks.tiles.cutting import AS_IT_IS, Cut, cut_up, grid_of
from prometeu_assets.banks.tiles.grid import cut, joined
from prometeu_assets.banks.tiles.indexed import keep
from prometeu_assets.banks.tiles.matching import match
from prometeu_assets.banks.tiles.palettes import Palette
from prometeu_assets.banks.tiles.pictures import frames_of, read_picture
from prometeu_assets.banks.tiles.raster import INDEXED, OPAQUE, TRANSPARENT
from prometeu_assets.banks.tiles.screen import merged_colors, where
from prometeu_assets.diagnostics import Diagnostic, Refused

_NOTHING: Final = np.uint32(0xFFFFFFFF)
"""A transparent pixel beside colours of 24 bits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """An image as indices: ``indices`` is (height, width) with values 0 to 15.

    ``palettes`` is the declared palette of each tile (tiles), 0 for a tile that draws nothing, and
    -1 where no declared palette agrees with an indexed image.
    """

    indices: NDArray[np.uint8]
    palettes: NDArray[np.int16]
    warnings: tuple[Diagnostic, ...] = ()


def read_sheet(
    data: bytes,
    *,
    name: str,
    tile_size: int,
    palettes: Sequence[Palette],
    settings: Mapping[str, Any] = AS_IT_IS,
) -> Sheet:
    """The picture in the file ``name`` as indices into one of ``palettes`` (at least one).

    ``tile_size`` is in pixels; ``settings`` say how the picture is cut. Only its tiles are left,
    side by side, and frames stand one below the other.
    Raises `Refused` with a code ``PNG_…``, ``ASEPRITE_…`` or ``SHEET_…``.
    """
    picture = cut_up(read_picture(data, name=name), tile_size, settings)
    try:
        return _sheet(picture, palettes, tile_size)
    except Refused as refused:
        raise Refused(*map(picture.told, refused.report.diagnostics)) from None


def _sheet(picture: Cut, palettes: Sequence[Palette], tile_size: int) -> Sheet:
    if picture.header.color_type == INDEXED:
        indices, found, warnings = keep(picture, palettes, tile_size=tile_size)
    else:
        pixels, alpha = picture.colors_and_alpha()
        _check_alpha(alpha, picture.name)
        indices, found, warnings = match(
            pixels, alpha == OPAQUE, palettes, name=picture.name, tile_size=tile_size
        )
        warnings = picture.absent_key(pixels) + warnings
    warnings += merged_colors(indices, found, palettes, name=picture.name, tile_size=tile_size)
    return Sheet(indices=indices, palettes=found, warnings=tuple(map(picture.told, warnings)))


def tiles_in(
    data: bytes, *, name: str, tile_size: int, settings: Mapping[str, Any] = AS_IT_IS
) -> int:
    """How many tiles a picture gives by its header; 0 when reading it will say what is wrong."""
    size = frames_of(data, name=name)
    if size is None:
        return 0
    frames, width, height = size
    try:
        return frames * grid_of(width, height, tile_size, settings, name=name).tiles
    except Refused:
        return 0


def distinct_tiles(
    data: bytes, *, name: str, tile_size: int, settings: Mapping[str, Any] = AS_IT_IS
) -> set[bytes]:
    """The tiles of a picture as it shows them, each once; matching takes no part in it.

    Raises `Refused` as `read_sheet`.
    """
    picture = cut_up(read_picture(data, name=name), tile_size, settings)
    if picture.header.color_type == INDEXED:
        shown = picture.samples().astype(np.uint32)
    else:
        pixels, alpha = picture.colors_and_alpha()
        shown = np.where(alpha == TRANSPARENT, _NOTHING, pixels)
    return {tile.tobytes() for tile in cut(shown, tile_size)}


def check_capacity(
    counts: Sequence[int],
    *,
    tile_size: int,
    width: int,
    height: int,
    different: Callable[[], int | None] = lambda: None,
) -> None:
    """Raise `Refused` with ``TILES_CAPACITY`` when a sheet has no room for so many tiles.

    ``different`` is asked then how many of them differ; None if that is not known.
    """
    capacity = width * height // tile_size**2
    if sum(counts) > capacity:
        differing = different()
        raise refusal(
            TILES_CAPACITY,
            None,
            hint_key="repeated" if differing and differing <= capacity else None,
            tiles=sum(counts),
            capacity=capacity,
            tile_size=tile_size,
            per_sheet=tuple(counts),
            counts=_sum_of(counts),
            different=differing,
            differing="" if differing is None else f"; without repeated ones {differing}",
        )


def lay_out(
    tiles: NDArray[np.uint8], *, tile_size: int, width: int, height: int
) -> NDArray[np.uint8]:
    """One (height, width) sheet with these ``tiles`` (tiles, pixels) row by row, the rest being 0.

    Sizes are in pixels, whole numbers of tiles. Raises `ValueError` for more tiles than it holds.
    """
    columns = width // tile_size
    rows = -(-len(tiles) // columns)
    whole = np.zeros((rows * columns, tile_size**2), np.uint8)
    whole[: len(tiles)] = tiles
    sheet = np.zeros((height, width), np.uint8)
    sheet[: rows * tile_size] = joined(whole, (rows * tile_size, width), tile_size)
    return sheet


def _sum_of(counts: Sequence[int]) -> str:
    if len(counts) == 1:
        return "in one image"
    shown = " + ".join(str(count) for count in counts[:12])
    return f"{shown} + ... in {len(counts)} images" if len(counts) > 12 else shown


def _check_alpha(alpha: NDArray[np.uint8], name: str) -> None:
    partial = (alpha != TRANSPARENT) & (alpha != OPAQUE)
    if partial.any():
        x, y, count = where(partial)
        raise refusal(
            SHEET_ALPHA,
            name,
            hint_key="one" if count == 1 else None,
            x=x,
            y=y,
            alpha=int(alpha[y, x]),
            count=count,
        )
