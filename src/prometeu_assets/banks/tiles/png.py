"""A sprite image: a picture that is a grid of whole tiles, and the sheet that several make up.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.matching import match
from prometeu_assets.banks.tiles.palettes import MAX_COLORS, Palette
from prometeu_assets.banks.tiles.pictures import frames_of, in_frames, read_picture
from prometeu_assets.banks.tiles.raster import (
    INDEXED,
    OPAQUE,
    TRANSPARENT,
    Picture,
    colors_and_alpha,
)
from prometeu_assets.banks.tiles.screen import compare, merged_colors, where
from prometeu_assets.banks.tiles.splits import Gaps, by_block, counted, gaps
from prometeu_assets.diagnostics import Diagnostic, Refused


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """An image as indices: ``indices`` is (height, width) with values 0 to 15.

    ``palette`` is the position of the declared palette it matches, None if an indexed image
    matches none.
    """

    indices: NDArray[np.uint8]
    palette: int | None
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
    warnings: tuple[Diagnostic, ...] = ()
    if png.header.color_type == INDEXED:
        indices = png.samples()
        palette, warnings = compare(
            png, indices, _visible(png, indices, palettes, tile_size), palettes
        )
    else:
        pixels, alpha = colors_and_alpha(png)
        _check_alpha(alpha, png.name)
        indices, palette = match(
            pixels, alpha == OPAQUE, palettes, name=png.name, tile_size=tile_size
        )
    if palette is not None:
        warnings += merged_colors(indices, palettes[palette], name=png.name)
    return Sheet(indices=indices, palette=palette, warnings=warnings)


def tiles_in(data: bytes, *, name: str, tile_size: int) -> int:
    """How many tiles a picture holds by its header; 0 when reading it will say what is wrong."""
    frames, width, height = frames_of(data, name=name) or (0, 0, 0)
    fits = width % tile_size == 0 and height % tile_size == 0
    return frames * width * height // tile_size**2 if fits else 0


def count_different(sheets: Iterable[NDArray[np.uint8]], *, tile_size: int) -> int:
    """How many of the tiles on ``sheets`` differ from all before them."""
    return len({tile.tobytes() for sheet in sheets for tile in _tiles(sheet, tile_size)})


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
            "TILES_CAPACITY",
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
    tiles = np.zeros((width * height // tile_size**2, tile_size, tile_size), np.uint8)
    start = 0
    for sheet, count in zip(sheets, counts, strict=True):
        tiles[start : start + count] = _tiles(sheet, tile_size)
        start += count
    grid = tiles.reshape(height // tile_size, width // tile_size, tile_size, tile_size)
    return grid.swapaxes(1, 2).reshape(height, width)


def _tiles(sheet: NDArray[np.uint8], tile_size: int) -> NDArray[np.uint8]:
    """The tiles of a sheet, row by row: (count, tile_size, tile_size)."""
    rows, columns = (side // tile_size for side in sheet.shape)
    grid = sheet.reshape(rows, tile_size, columns, tile_size).swapaxes(1, 2)
    return grid.reshape(-1, tile_size, tile_size)


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
            "SHEET_SIZE",
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
            "SHEET_ALPHA",
            name,
            hint_key="one" if count == 1 else None,
            x=x,
            y=y,
            alpha=int(alpha[y, x]),
            count=count,
        )


def _visible(
    png: Picture, indices: NDArray[np.uint8], palettes: Sequence[Palette], tile_size: int
) -> list[int]:
    """The indices in use, 0 excepted. Raises `Refused` with ``SHEET_INDEX``."""
    used = np.flatnonzero(np.bincount(indices.ravel(), minlength=256))
    if used[-1] >= MAX_COLORS:
        index = int(used[used >= MAX_COLORS][0])
        x, y, _ = where(indices == index)
        blocks = by_block(indices, tile_size) or [0]
        split = 0 < max(blocks) < len(palettes) and len(set(blocks)) > 1
        columns = indices.shape[1] // tile_size
        names = [palette.name for palette in palettes]
        raise refusal(
            "SHEET_INDEX",
            png.name,
            hint_key="blocks" if split else "sparse" if len(used) <= MAX_COLORS else None,
            split=counted(blocks, names, columns, tile_size) if split else None,
            colors=len(used),
            index=index,
            x=x,
            y=y,
            limit=MAX_COLORS - 1,
        )
    return [int(index) for index in used if index]
