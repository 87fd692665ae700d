"""A sprite image: a picture that is a grid of whole tiles, and the sheet that several make up.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.codes.sheets import SHEET_ALPHA, SHEET_SIZE, TILES_CAPACITY
from prometeu_assets.banks.tiles.grid import cut, joined
from prometeu_assets.banks.tiles.indexed import keep
from prometeu_assets.banks.tiles.matching import match
from prometeu_assets.banks.tiles.palettes import Palette
from prometeu_assets.banks.tiles.pictures import frames_of, in_frames, read_picture
from prometeu_assets.banks.tiles.raster import (
    INDEXED,
    OPAQUE,
    TRANSPARENT,
    Picture,
    colors_and_alpha,
)
from prometeu_assets.banks.tiles.screen import merged_colors, where
from prometeu_assets.banks.tiles.splits import Gaps, gaps
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


def read_sheet(data: bytes, *, name: str, tile_size: int, palettes: Sequence[Palette]) -> Sheet:
    """The picture in the file ``name`` as indices into one of ``palettes`` (at least one).

    ``tile_size`` is in pixels; frames stand one below the other.
    Raises `Refused` with a code ``PNG_…``, ``ASEPRITE_…`` or ``SHEET_…``.
    """
    picture = read_picture(data, name=name)
    _check_size(picture, tile_size)
    try:
        sheet = _sheet(picture, palettes, tile_size)
    except Refused as refused:
        raise Refused(*in_frames(refused.report.diagnostics, picture.header)) from None
    return replace(sheet, warnings=tuple(in_frames(sheet.warnings, picture.header)))


def _sheet(png: Picture, palettes: Sequence[Palette], tile_size: int) -> Sheet:
    if png.header.color_type == INDEXED:
        indices, found, warnings = keep(png, palettes, tile_size=tile_size)
    else:
        pixels, alpha = colors_and_alpha(png)
        _check_alpha(alpha, png.name)
        indices, found, warnings = match(
            pixels, alpha == OPAQUE, palettes, name=png.name, tile_size=tile_size
        )
    warnings += merged_colors(indices, found, palettes, name=png.name, tile_size=tile_size)
    return Sheet(indices=indices, palettes=found, warnings=warnings)


def tiles_in(data: bytes, *, name: str, tile_size: int) -> int:
    """How many tiles a picture holds by its header; 0 when reading it will say what is wrong."""
    frames, width, height = frames_of(data, name=name) or (0, 0, 0)
    fits = width % tile_size == 0 and height % tile_size == 0
    return frames * width * height // tile_size**2 if fits else 0


def distinct_tiles(data: bytes, *, name: str, tile_size: int) -> set[bytes]:
    """The tiles of a picture as it shows them, each once; matching takes no part in it.

    Raises `Refused` as `read_sheet`.
    """
    picture = read_picture(data, name=name)
    _check_size(picture, tile_size)
    if picture.header.color_type == INDEXED:
        shown = picture.samples().astype(np.uint32)
    else:
        pixels, alpha = colors_and_alpha(picture)
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
    sheets: Sequence[NDArray[np.uint8]], *, tile_size: int, width: int, height: int
) -> NDArray[np.uint8]:
    """One (height, width) sheet with the tiles of all ``sheets``, the rest being 0.

    Every sheet is cut into tiles row by row, in list order; they are numbered through and stand
    row by row. Sizes are in pixels, whole numbers of tiles.
    Raises `Refused` with ``TILES_CAPACITY``.
    """
    counts = [sheet.size // tile_size**2 for sheet in sheets]
    check_capacity(counts, tile_size=tile_size, width=width, height=height)
    tiles = np.zeros((width * height // tile_size**2, tile_size**2), np.uint8)
    start = 0
    for sheet, count in zip(sheets, counts, strict=True):
        tiles[start : start + count] = cut(sheet, tile_size)
        start += count
    return joined(tiles, (height, width), tile_size)


def _sum_of(counts: Sequence[int]) -> str:
    if len(counts) == 1:
        return "in one image"
    shown = " + ".join(str(count) for count in counts[:12])
    return f"{shown} + ... in {len(counts)} images" if len(counts) > 12 else shown


def _check_size(png: Picture, tile_size: int) -> None:
    width, height = png.header.width, png.header.height
    if width % tile_size or height % tile_size:
        apart = gaps(width, height, tile_size)
        raise refusal(
            SHEET_SIZE,
            png.name,
            hint_key="spacing" if apart else None,
            offset=16 if width % tile_size else 20,
            width=width,
            height=height,
            tile_size=tile_size,
            wider=-(-width // tile_size) * tile_size,
            taller=-(-height // tile_size) * tile_size,
            **_packed(apart, tile_size),
        )


def _packed(apart: Gaps | None, tile_size: int) -> dict[str, Any]:
    """What the hint on a sheet with gaps speaks of."""
    if apart is None:
        return {}
    return {
        "columns": apart.columns,
        "rows": apart.rows,
        "spacing": "1 pixel" if apart.spacing == 1 else f"{apart.spacing} pixels",
        "around": " and around them" if apart.around else "",
        "packed_width": apart.columns * tile_size,
        "packed_height": apart.rows * tile_size,
    }


def _check_alpha(alpha: NDArray[np.uint8], name: str) -> None:
    partial = (alpha != TRANSPARENT) & (alpha != OPAQUE)
    x, y, count = where(partial)
    if count:
        raise refusal(
            SHEET_ALPHA,
            name,
            hint_key="one" if count == 1 else None,
            x=x,
            y=y,
            alpha=int(alpha[y, x]),
            count=count,
        )
