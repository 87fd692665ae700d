"""What a new tile bank begins with: pictures that are there, or a small sheet and its palette.

Clause: ``spec/workspace.md#new``. A starter exists so that a new asset builds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from posixpath import splitext
from typing import Final

from prometeu_assets.contract.bank import Beginning, Metadata, Opener, Origin, Present
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused

TILE: Final = 8
"""Width and height of a starter's tile, in pixels."""

PALETTE: Final = (
    "ff00ff", "1a1c2c", "5d275d", "b13e53", "ef7d57", "ffcd75", "a7f070", "38b764",
    "257179", "29366f", "3b5dc9", "41a6f6", "73eff7", "f4f4f4", "94b0c2", "566c86",
)  # fmt: skip
"""Colours as ``rrggbb``. The first is never drawn, so it is a colour that few would paint with."""

_BALL: Final = (
    "..1111..",
    ".1cdbb1.",
    "1cdbbba1",
    "1bbbbaa1",
    "1bbbaaa1",
    "1abaaa91",
    ".1aa991.",
    "..1111..",
)
"""A tile's indices, in hexadecimal; a dot is index 0."""


def begin(
    schema: tuple[str, int],
    present: Present,
    opener: Opener,
    asked: Metadata,
    *,
    approximate: bool = False,
) -> Beginning:
    """Pictures and palettes that are there.

    Without a palette each indexed picture is its own, and for pictures in true colour palettes
    are made; with ``approximate``, of tiles with more colours too. The tile size is the one asked
    for, else that of an Aseprite document's grid.
    """
    from prometeu_assets.banks.tiles.lacking import lacking_palettes
    from prometeu_assets.contract.documents import Documents

    limits = Documents().schema(*schema)["properties"]
    sprites, palettes = _once(present["sprites"]), present["palettes"]
    tile_size = asked.get("tile_size") or _grid(sprites, opener, limits["tile_size"]["enum"])
    made: dict[str, bytes] = {}
    advice: list[str] = []
    notes: list[str] = []
    assumed = {"tile_size": TILE} if sprites and tile_size is None else {}
    tile_size = tile_size or TILE
    new: list[bytes] = []
    if not palettes:
        palettes, drawn = lacking_palettes(
            sprites, (), opener, tile_size, limits, approximate=approximate
        )
        new = list(map(made_palette, drawn))
    if not sprites:
        sprites = (Origin(path="sprites/tiles.png"),)
        made[sprites[0].path] = sheet(tile_size)
        advice = [
            f"put your picture in place of {sprites[0].path}:",
            f"  PNG, width and height multiples of {tile_size} (or change `tile_size`: 8, 16",
            "  or 32); its pixels are transparent or have a colour of the palette",
        ]
    stock = not palettes and not new
    if stock:
        new = [palette()]
    for number, text in enumerate(new):
        path = "palettes/main.hex" if len(new) == 1 else f"palettes/{number:02}.hex"
        palettes = (*palettes, Origin(path=path))
        made[path] = text
    if stock:
        advice += [
            f"put your colours into {palettes[-1].path}: at most 16; the first is",
            "  never drawn, it is for transparent pixels",
        ]
    elif new:
        notes += [f"palettes were made of the colours of the tiles: {len(new)}, in palettes/"]
    return Beginning(
        inputs={"sprites": sprites, "palettes": palettes},
        starters=made,
        metadata={**asked, "tile_size": tile_size},
        advice=tuple(advice),
        notes=tuple(notes),
        assumed=assumed,
    )


def made_palette(colors: Sequence[int]) -> bytes:
    """Colours that are drawn, ``0xRRGGBB``, as a ``.hex`` file; before them one that is none."""
    drawn = [f"{color:06x}" for color in colors]
    return palette([next(color for color in PALETTE if color not in drawn), *drawn])


def _grid(sprites: Sequence[Origin], opener: Opener, sizes: Sequence[int]) -> int | None:
    """The tile size that the grid of an Aseprite document says, the first of them."""
    from prometeu_assets.banks.tiles import aseprite
    from prometeu_assets.banks.tiles.pictures import ASEPRITE_ENDINGS
    from prometeu_assets.banks.tiles.png import tiles_in

    for origin in sprites:
        if origin.path.lower().endswith(ASEPRITE_ENDINGS):
            with opener(origin) as file, suppress(Refused):
                data = file.read(LIMITS.image_file_bytes + 1)
                grid = aseprite.grid(data, name=origin.path)
                size = grid.width if grid and grid.width == grid.height else 0
                if size in sizes and tiles_in(
                    data, name=origin.path, tile_size=size, settings=origin.settings
                ):
                    return size
    return None


def _once(sprites: Sequence[Origin]) -> tuple[Origin, ...]:
    """The pictures without each Aseprite document whose export as PNG is there too."""
    exported = {splitext(o.path)[0] for o in sprites if o.path.lower().endswith(".png")}
    return tuple(
        origin
        for origin in sprites
        if origin.path.lower().endswith(".png") or splitext(origin.path)[0] not in exported
    )


def palette(colors: Sequence[str] = PALETTE) -> bytes:
    """Colours as a ``.hex`` file."""
    return "".join(f"{color}\n" for color in colors).encode()


def sheet(tile_size: int = TILE) -> bytes:
    """An indexed PNG of two tiles: an empty one, as tile 0 mostly is, and a ball."""
    import numpy as np

    from prometeu_assets.banks.tiles.views import png

    ball = [[int(digit.replace(".", "0"), base=len(PALETTE)) for digit in line] for line in _BALL]
    larger = tile_size // TILE
    tile = np.array(ball, np.uint8).repeat(larger, axis=0).repeat(larger, axis=1)
    indices = np.hstack([np.zeros_like(tile), tile])
    colors = np.array([list(bytes.fromhex(color)) for color in PALETTE], np.uint8)
    return png(indices, colors)
