"""Palettes that a tile bank lacks for pictures that come into it.

Clause: ``spec/workspace.md#made-palettes``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.tiles.color import console
from prometeu_assets.banks.tiles.cutting import Cut, cut_up
from prometeu_assets.banks.tiles.given import palettes_given, picture_given
from prometeu_assets.banks.tiles.indexed import agrees, is_shown
from prometeu_assets.banks.tiles.making import fit, make_palettes
from prometeu_assets.banks.tiles.matching import drawable
from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.banks.tiles.pictures import read_picture
from prometeu_assets.banks.tiles.raster import INDEXED, NEARLY_OPAQUE, OPAQUE
from prometeu_assets.banks.tiles.reducing import Painted, few_palettes, painted
from prometeu_assets.contract.bank import Metadata, Opener, Origin
from prometeu_assets.diagnostics import Refused


def lacking_palettes(
    pictures: Iterable[Origin],
    palettes: Iterable[Origin],
    opener: Opener,
    tile_size: int,
    limits: Metadata,
    *,
    approximate: bool = False,
) -> tuple[tuple[Origin, ...], list[list[int]]]:
    """Indexed pictures that must be palettes too, and the colours of palettes to be made.

    ``palettes`` are those that there are. A picture that a build refuses needs none, and none is
    made when they were too many: then the build says what is wrong.
    With ``approximate`` all tiles take part, and the palettes are near to their colours; so do
    those of indexed pictures that cannot be shown as they are.
    """
    room = limits["width"]["const"] * limits["height"]["const"] // tile_size**2
    most: int = limits["palette_count"]["const"]
    held: list[Palette] = []
    for origin in palettes:
        with suppress(Refused):
            held += palettes_given(origin, opener)
    own: list[Origin] = []
    tiles: list[frozenset[int]] = []
    near: list[Painted] = []
    for origin in pictures:
        with suppress(Refused):
            name, settings = origin.path, origin.settings
            data, count = picture_given(origin, opener, tile_size)
            if not 0 < count <= room:
                continue
            room -= count
            picture = cut_up(read_picture(data, name=name), tile_size, settings)
            indexed = picture.header.color_type == INDEXED
            found = read_palettes(data, name=name) if indexed else []
            shown = indexed and any(is_shown(picture, each) for each in (held, found))
            if approximate and not shown:
                near += painted(picture, NEARLY_OPAQUE)
            elif not indexed:
                tiles += _colors_of(picture)
            elif not agrees(picture, held) and len(held) + len(found) <= most:
                own.append(replace(origin, settings={}))
                held += found
    if approximate:
        colors = [drawable(palette).tolist() for palette in held]
        return tuple(own), few_palettes(near, colors, most=max(most - len(held), 0))
    drawn = [_on_console(drawable(palette)) for palette in held]
    strange = [tile for tile in tiles if not _fits(tile, drawn)]
    return tuple(own), make_palettes(strange, most=most - len(held)) or []


def _colors_of(picture: Cut) -> list[frozenset[int]]:
    """The colours of each tile; none of a picture that no palette can show."""
    tiles = [frozenset(tile.colors.tolist()) for tile in painted(picture, OPAQUE)]
    return tiles if fit(tiles) else []


def _fits(tile: frozenset[int], held: Sequence[frozenset[int]]) -> bool:
    colors = _on_console(np.array(list(tile), np.uint32))
    return any(colors <= each for each in held)


def _on_console(colors: NDArray[np.uint32]) -> frozenset[int]:
    """Colours as RGB565."""
    return frozenset(console(colors).tolist())
