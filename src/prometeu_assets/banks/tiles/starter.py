"""What a new tile bank begins with: pictures that are there, or a small sheet and its palette.

Clause: ``spec/workspace.md#new``. A starter exists so that a new asset builds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from posixpath import splitext
from typing import Final

from prometeu_assets.contract.bank import Beginning, Opener, Present
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused

TILE: Final = 8
"""Width and height of a starter's tile, in pixels."""

PALETTE: Final = (
    "ff00ff", "1a1c2c", "5d275d", "b13e53", "ef7d57", "ffcd75", "a7f070", "38b764",
    "257179", "29366f", "3b5dc9", "41a6f6", "73eff7", "f4f4f4", "94b0c2", "566c86",
)  # fmt: skip
"""Colours as ``rrggbb``. The first is never drawn, so it is one that nobody would paint with."""

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


def begin(present: Present, opener: Opener) -> Beginning:
    """Pictures and palettes that are there.

    Without a palette each indexed picture is its own, and pictures in true colour get one of
    their colours, as long as these fit.
    """
    sprites, palettes = _once(present["sprites"]), present["palettes"]
    made: dict[str, bytes] = {}
    colors: Sequence[str] = PALETTE
    advice: list[str] = []
    if not palettes:
        palettes, drawn = _palettes_of(sprites, opener)
        if drawn:
            unused = next(color for color in PALETTE if color not in drawn)
            colors = [unused, *drawn]
    if not sprites:
        sprites = ("sprites/tiles.png",)
        made[sprites[0]] = sheet()
        advice = [
            f"put your picture in place of {sprites[0]}:",
            f"  PNG, width and height multiples of {TILE} (or change `tile_size`: 8, 16",
            "  or 32); its pixels are transparent or have a colour of the palette",
        ]
    if not palettes:
        palettes = ("palettes/main.hex",)
        made[palettes[0]] = palette(colors)
        advice += [
            f"put your colours into {palettes[0]}: at most 16; the first is",
            "  never drawn, it stands for transparent pixels",
        ]
    return Beginning(
        inputs={"sprites": sprites, "palettes": palettes},
        starters=made,
        metadata={"tile_size": TILE},
        advice=tuple(advice),
    )


def _once(sprites: Sequence[str]) -> tuple[str, ...]:
    """The pictures without each Aseprite document whose export as PNG is there too."""
    exported = {splitext(path)[0] for path in sprites if path.lower().endswith(".png")}
    return tuple(
        path
        for path in sprites
        if path.lower().endswith(".png") or splitext(path)[0] not in exported
    )


def palette(colors: Sequence[str] = PALETTE) -> bytes:
    """Colours as a ``.hex`` file."""
    return "".join(f"{color}\n" for color in colors).encode()


def sheet() -> bytes:
    """An indexed PNG of two tiles: an empty one, as tile 0 mostly is, and a ball."""
    import numpy as np

    from prometeu_assets.banks.tiles.views import png

    ball = [[int(digit.replace(".", "0"), base=len(PALETTE)) for digit in line] for line in _BALL]
    indices = np.hstack([np.zeros((TILE, TILE), np.uint8), np.array(ball, np.uint8)])
    colors = np.array([list(bytes.fromhex(color)) for color in PALETTE], np.uint8)
    return png(indices, colors)


def _palettes_of(sprites: Sequence[str], opener: Opener) -> tuple[tuple[str, ...], list[str]]:
    """Indexed pictures whose palettes differ, and the colours of those in true colour.

    A picture that a build refuses has none, nor has one with which there would be too many.
    """
    from prometeu_assets.banks.tiles.palettes import MAX_COLORS, read_palettes
    from prometeu_assets.banks.tiles.pictures import read_picture
    from prometeu_assets.banks.tiles.raster import INDEXED, OPAQUE, colors_and_alpha

    own: dict[tuple[object, ...], str] = {}
    drawn: list[str] = []
    for path in sprites:
        with opener(path) as file, suppress(Refused):
            data = file.read(LIMITS.image_file_bytes + 1)
            png = read_picture(data, name=path)
            if png.header.color_type == INDEXED:
                colors = [palette.colors for palette in read_palettes(data, name=path)]
                own.setdefault(tuple(colors), path)
                continue
            pixels, alpha = colors_and_alpha(png)
            found = {f"{color:06x}" for color in set(pixels[alpha == OPAQUE].tolist())}
            if len(more := [*drawn, *sorted(found - set(drawn))]) < MAX_COLORS:
                drawn = more
    return tuple(own.values()), drawn
