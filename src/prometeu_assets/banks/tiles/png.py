"""A sprite image: a PNG that is a grid of whole tiles, and the sheet that several make up.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.matching import css, match, packed
from prometeu_assets.banks.tiles.palettes import MAX_COLORS, Palette
from prometeu_assets.banks.tiles.raster import (
    GREY_ALPHA,
    INDEXED,
    RGB,
    RGB_ALPHA,
    Png,
    scan,
    size_of,
)
from prometeu_assets.diagnostics import Diagnostic

_TRANSPARENT: Final = 0
_OPAQUE: Final = 255


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
    """The PNG in the file ``name`` as indices into one of ``palettes`` (at least one).

    ``tile_size`` is in pixels. Raises `Refused` with a code ``PNG_…`` or ``SHEET_…``.
    """
    png = scan(data, name=name)
    _check_size(png, tile_size)
    if png.header.color_type == INDEXED:
        return _indexed(png, palettes)
    pixels, alpha = _colors_and_alpha(png)
    _check_alpha(alpha, name)
    found = match(pixels, alpha == _OPAQUE, palettes, name=name)
    return Sheet(indices=found.indices, palette=found.palette)


def tiles_in(data: bytes, *, name: str, tile_size: int) -> int:
    """How many tiles a PNG holds by its header; 0 when reading it will say what is wrong."""
    width, height = size_of(data, name=name) or (0, 0)
    fits = width % tile_size == 0 and height % tile_size == 0
    return width * height // tile_size**2 if fits else 0


def check_capacity(counts: Sequence[int], *, tile_size: int, width: int, height: int) -> None:
    """Raise `Refused` with ``TILES_CAPACITY`` when a sheet has no room for so many tiles."""
    capacity = width * height // tile_size**2
    if sum(counts) > capacity:
        raise refusal(
            "TILES_CAPACITY",
            None,
            tiles=sum(counts),
            capacity=capacity,
            tile_size=tile_size,
            per_sheet=tuple(counts),
            counts=_sum_of(counts),
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
        rows, columns = (side // tile_size for side in sheet.shape)
        grid = sheet.reshape(rows, tile_size, columns, tile_size).swapaxes(1, 2)
        tiles[start : start + count] = grid.reshape(count, tile_size, tile_size)
        start += count
    grid = tiles.reshape(height // tile_size, width // tile_size, tile_size, tile_size)
    return grid.swapaxes(1, 2).reshape(height, width)


def _sum_of(counts: Sequence[int]) -> str:
    if len(counts) == 1:
        return "in one image"
    shown = " + ".join(str(count) for count in counts[:12])
    return f"{shown} + ... in {len(counts)} images" if len(counts) > 12 else shown


def _check_size(png: Png, tile_size: int) -> None:
    width, height = png.header.width, png.header.height
    if width % tile_size or height % tile_size:
        raise refusal(
            "SHEET_SIZE",
            png.name,
            offset=16 if width % tile_size else 20,
            width=width,
            height=height,
            tile_size=tile_size,
            wider=-(-width // tile_size) * tile_size,
            taller=-(-height // tile_size) * tile_size,
        )


def _colors_and_alpha(png: Png) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Colours as ``0xRRGGBB`` and alpha, both (height, width); ``tRNS`` is an alpha of 0."""
    samples = png.samples()
    kind = png.header.color_type
    wide = samples.astype(np.uint32)
    pixels: NDArray[np.uint32]
    if kind in (RGB, RGB_ALPHA):
        pixels = wide[..., 0] << np.uint32(16) | wide[..., 1] << np.uint32(8) | wide[..., 2]
    else:
        pixels = (wide[..., 0] if kind == GREY_ALPHA else wide) * np.uint32(0x010101)
    if kind in (RGB_ALPHA, GREY_ALPHA):
        return pixels, samples[..., -1]
    alpha = np.full(pixels.shape, _OPAQUE, np.uint8)
    if png.transparency:
        alpha[pixels == _transparent_color(png)] = _TRANSPARENT
    return pixels, alpha


def _transparent_color(png: Png) -> int:
    """The colour that ``tRNS`` names: 16 bits a channel, of which the low `depth` bits count."""
    key, top = png.transparency, (1 << png.header.depth) - 1
    levels = [(key[i] << 8 | key[i + 1]) & top for i in range(0, len(key), 2)]
    if len(levels) == 1:
        levels *= 3
    # Greys of fewer than 8 bits were scaled to 0 to 255, and so is their key.
    red, green, blue = (level * 255 // top for level in levels)
    return packed((red, green, blue))


def _check_alpha(alpha: NDArray[np.uint8], name: str) -> None:
    partial = (alpha != _TRANSPARENT) & (alpha != _OPAQUE)
    count = int(partial.sum())
    if count:
        y, x = divmod(int(partial.argmax()), alpha.shape[1])
        raise refusal(
            "SHEET_ALPHA",
            name,
            hint_key="one" if count == 1 else None,
            x=x,
            y=y,
            alpha=int(alpha[y, x]),
            count=count,
        )


def _indexed(png: Png, palettes: Sequence[Palette]) -> Sheet:
    indices = png.samples()
    used = np.flatnonzero(np.bincount(indices.ravel(), minlength=256))
    if used[-1] >= MAX_COLORS:
        index = int(used[used >= MAX_COLORS][0])
        x, y = _first(indices, index)
        raise refusal(
            "SHEET_INDEX",
            png.name,
            hint_key="sparse" if len(used) <= MAX_COLORS else None,
            colors=len(used),
            index=index,
            x=x,
            y=y,
            limit=MAX_COLORS - 1,
        )
    visible = [int(index) for index in used if index]
    palette, disagreement = _agreement(png, visible, palettes)
    return Sheet(
        indices=indices,
        palette=palette,
        warnings=(*disagreement, *_transparent(png, indices, visible)),
    )


def _agreement(
    png: Png, visible: Sequence[int], palettes: Sequence[Palette]
) -> tuple[int | None, tuple[Diagnostic, ...]]:
    """The first declared palette with the image's colours at the indices used, or a warning."""
    differing = [
        [i for i in visible if palette.colors[i : i + 1] != png.colors[i : i + 1]]
        for palette in palettes
    ]
    best = min(range(len(palettes)), key=lambda position: len(differing[position]))
    if not differing[best]:
        return best, ()
    index = differing[best][0]
    colors = palettes[best].colors
    warning = Diagnostic(
        code="SHEET_PALETTE",
        data={
            "index": index,
            "own": css(packed(png.colors[index])),
            "declared": css(packed(colors[index])) if index < len(colors) else "not declared",
            "best": palettes[best].name,
            "disagreeing": len(differing[best]),
        },
        file=png.name,
        offset=png.colors_at,
    )
    return None, (warning,)


def _transparent(
    png: Png, indices: NDArray[np.uint8], visible: Sequence[int]
) -> Iterator[Diagnostic]:
    """A warning if a visible index is transparent in the image; index 0 is so in any case."""
    for index in visible:
        if index < len(png.transparency) and png.transparency[index] != _OPAQUE:
            x, y = _first(indices, index)
            alpha = png.transparency[index]
            yield Diagnostic(
                code="SHEET_TRANSPARENCY",
                data={"index": index, "alpha": alpha, "x": x, "y": y},
                file=png.name,
            )
            return


def _first(indices: NDArray[np.uint8], index: int) -> tuple[int, int]:
    """X and y of the first pixel with this index."""
    y, x = divmod(int((indices == index).argmax()), indices.shape[1])
    return x, y
