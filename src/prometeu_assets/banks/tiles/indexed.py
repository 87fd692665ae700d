"""An indexed image keeps its indices; which palettes they mean is found by its own colours.

Clause: ``spec/workspace.md#sprites``. From index 16 on, index // 16 is a palette and index % 16 a
colour of it, as some tools write them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.codes.sheets import SHEET_INDEX, SHEET_TILE
from prometeu_assets.banks.tiles.color import css, packed
from prometeu_assets.banks.tiles.cutting import Cut
from prometeu_assets.banks.tiles.grid import cut, drawn, place
from prometeu_assets.banks.tiles.making import fit
from prometeu_assets.banks.tiles.matching import Match
from prometeu_assets.banks.tiles.palettes import MAX_COLORS, Palette
from prometeu_assets.banks.tiles.raster import OPAQUE
from prometeu_assets.banks.tiles.screen import Declared, compare, where
from prometeu_assets.diagnostics import Refused


def keep(png: Cut, palettes: Sequence[Palette], *, tile_size: int) -> Match:
    """The indices of an indexed image, and the palettes that agree with its own colours.

    ``tile_size`` is in pixels.
    Raises `Refused` with ``SHEET_INDEX`` or ``SHEET_TILE``, and as `Picture.samples`.
    """
    samples = png.samples()
    used = np.flatnonzero(np.bincount(samples.ravel())).tolist()
    declared = _declared(used, palettes)
    count = used[-1] // MAX_COLORS + 1
    if not declared:
        raise _undeclared(png, samples, used, palettes, tile_size)
    blocks = _blocks(png, samples, tile_size) if count > 1 else 0
    first, warnings = compare(png, samples, used, declared)
    if count > 1 and first is None:
        first = 0  # No colour says anything else, so the index alone counts.
        if any(index % MAX_COLORS and index not in declared[first].colors for index in used):
            raise _undeclared(png, samples, used, palettes, tile_size)
    indices = samples % np.uint8(MAX_COLORS) if count > 1 else samples
    shown = drawn(cut(indices, tile_size))
    found = np.where(shown, (-1 if first is None else first) + blocks, 0).astype(np.int16)
    zeros = [packed(png.colors[index]) for index in used if index % MAX_COLORS == 0]
    warnings = png.absent_key(np.array(zeros, np.uint32)) + warnings
    return Match(indices, found, warnings)


def agrees(png: Cut, palettes: Sequence[Palette]) -> bool:
    """Whether some of the palettes have the colours of an indexed image at all its indices."""
    used = np.flatnonzero(np.bincount(png.samples().ravel())).tolist()
    visible = [index for index in used if index % MAX_COLORS]
    return any(not each.differing(png, visible) for each in _declared(used, palettes))


def is_shown(png: Cut, palettes: Sequence[Palette]) -> bool:
    """Whether a build takes an indexed image, and the palettes show it in its own colours."""
    try:
        keep(png, palettes, tile_size=png.tile_size)
    except Refused:
        return False
    return agrees(png, palettes)


def _declared(used: Sequence[int], palettes: Sequence[Palette]) -> list[Declared]:
    """The palettes that the indices may mean: each, with those that follow it where needed."""
    count = used[-1] // MAX_COLORS + 1
    starts = range(len(palettes) - count + 1)
    return [Declared(first, palettes[first : first + count]) for first in starts]


def _blocks(png: Cut, samples: NDArray[np.uint8], tile_size: int) -> NDArray[np.int16]:
    """The palette of each tile as its indices say it. Raises `Refused` with ``SHEET_TILE``."""
    tiles = cut(samples, tile_size)
    drawn = tiles % MAX_COLORS > 0
    own = np.where(drawn, tiles // MAX_COLORS, 0).astype(np.int16)
    highest: NDArray[np.int16] = own.max(axis=1)
    mixed = drawn & (own != highest[:, np.newaxis])
    if not mixed.any():
        return highest
    tile, pixel = divmod(int(mixed.argmax()), mixed.shape[1])
    other = int((own[tile] == highest[tile]).argmax())
    columns = samples.shape[1] // tile_size
    there = place(tile, other, columns, tile_size)
    raise refusal(
        SHEET_TILE,
        png.name,
        hint_key="true_color" if _few_colors(png, tiles) else None,
        **place(tile, pixel, columns, tile_size),
        index=int(tiles[tile, pixel]),
        palette=int(own[tile, pixel]),
        other_x=there["x"],
        other_y=there["y"],
        other_index=int(tiles[tile, other]),
        other_palette=int(highest[tile]),
        count=int(mixed.any(axis=1).sum()),
    )


def _few_colors(png: Cut, tiles: NDArray[np.uint8]) -> bool:
    """Whether the colours of each tile fit one palette, whatever their indices are."""
    opaque = {i: packed(color) for i, color in enumerate(png.colors) if png.alpha(i) == OPAQUE}
    used = (np.unique(tile).tolist() for tile in tiles)
    return fit(frozenset(opaque[index] for index in tile if index in opaque) for tile in used)


def _undeclared(
    png: Cut,
    samples: NDArray[np.uint8],
    used: Sequence[int],
    palettes: Sequence[Palette],
    tile_size: int,
) -> Refused:
    """The refusal of an image that uses an index which no palette file declares."""
    sizes = [len(palette.colors) for palette in palettes] + [0] * MAX_COLORS
    lacking = [
        index
        for index in used
        if index // MAX_COLORS >= len(palettes)
        or (index % MAX_COLORS and index % MAX_COLORS >= sizes[index // MAX_COLORS])
    ]
    # A whole palette that is missing says more than a colour that is.
    index = max(lacking, key=lambda index: index // MAX_COLORS >= len(palettes))
    palette, color = divmod(index, MAX_COLORS)
    x, y, _ = where(samples == index)
    short = palettes[palette].name if palette < len(palettes) else None
    return refusal(
        SHEET_INDEX,
        png.name,
        hint_key="short" if short else _hint(png, samples, used, tile_size),
        index=index,
        x=x,
        y=y,
        palette=palette,
        color=color,
        but=f"{short} has colours: {sizes[palette]}"
        if short
        else f"palettes declared: {len(palettes)}",
        colors=len(used),
        wanted=used[-1] // MAX_COLORS + 1,
        short=short,
        have=sizes[palette],
        own=css(png.colors[index]),
    )


def _hint(png: Cut, samples: NDArray[np.uint8], used: Sequence[int], tile_size: int) -> str | None:
    if len(used) <= MAX_COLORS:
        return "sparse"
    try:
        return "blocks" if _blocks(png, samples, tile_size).any() else None
    except Refused:
        return None
