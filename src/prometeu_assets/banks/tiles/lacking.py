"""Palettes that a tile bank lacks for pictures that come into it.

Clause: ``spec/workspace.md#made-palettes``.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import numpy as np

from prometeu_assets.banks.tiles.color import unpacked
from prometeu_assets.banks.tiles.cutting import cut_up
from prometeu_assets.banks.tiles.making import make_palettes
from prometeu_assets.banks.tiles.palettes import read_palettes
from prometeu_assets.banks.tiles.payload import rgb565
from prometeu_assets.banks.tiles.pictures import read_picture
from prometeu_assets.banks.tiles.raster import INDEXED
from prometeu_assets.banks.tiles.starter import colors_of, made_palette, read_given
from prometeu_assets.contract.bank import Metadata, Opener, Present
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused


def lacking_palettes(
    listed: Present, new: Present, opener: Opener, tile_size: int, limits: Metadata
) -> list[bytes]:
    """Palettes (``.hex``) for the tiles of the new pictures in true colour that fit none.

    ``listed`` and ``new`` are the entries of each role. Empty as well when a build refuses a file
    or when the palettes were too many: then the build says what is wrong.
    """
    tiles: list[frozenset[int]] = []
    held: list[frozenset[int]] = []
    room = limits["width"]["const"] * limits["height"]["const"] // tile_size**2
    with suppress(Refused):
        for origin in (*listed.get("palettes", ()), *new.get("palettes", ())):
            with opener(origin) as file:
                data = file.read(LIMITS.palette_file_bytes + 1)
            found = read_palettes(data, name=origin.path)
            held += [_on_console(each.colors[1:]) for each in found]
        for origin in new.get("sprites", ()):
            data, count = read_given(origin, opener, tile_size)
            room -= count
            if not count or room < 0:
                return []
            picture = cut_up(read_picture(data, name=origin.path), tile_size, origin.settings)
            if picture.header.color_type != INDEXED:
                tiles += colors_of(picture, tile_size)
        strange = [tile for tile in tiles if not _fits(tile, held)]
        most: int = limits["palette_count"]["const"] - len(held)
        made = make_palettes(strange, most=most) or []
        return list(map(made_palette, made))
    return []


def _fits(tile: frozenset[int], held: Iterable[frozenset[int]]) -> bool:
    colors = _on_console(map(unpacked, tile))
    return any(colors <= each for each in held)


def _on_console(colors: Iterable[tuple[int, int, int]]) -> frozenset[int]:
    """Colours as RGB565."""
    return frozenset(rgb565(np.array(list(colors), np.uint8).reshape(-1, 3)).tolist())
