"""What a new tile bank begins with: pictures that are there, or a small sheet and its palette.

Clause: ``spec/workspace.md#new``. A starter exists so that a new asset builds at once.
"""

from __future__ import annotations

from typing import IO, Final

from prometeu_assets.contract.bank import Beginning, Opener, Present
from prometeu_assets.kinds import PNG_SIGNATURE

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

_INDEXED_AT, _INDEXED = 25, 3
"""Where a PNG states its colour type (bytes from the start), and that of an indexed one."""


def begin(present: Present, opener: Opener) -> Beginning:
    """Pictures and palettes that are there; an indexed picture without a palette is its own."""
    sprites, palettes = present["sprites"], present["palettes"]
    made: dict[str, bytes] = {}
    if not sprites:
        sprites = ("sprites/tiles.png",)
        made[sprites[0]] = sheet()
    if not palettes and not made:
        with opener(sprites[0]) as file:
            palettes = sprites[:1] if _is_indexed(file) else ()
    if not palettes:
        palettes = ("palettes/main.hex",)
        made[palettes[0]] = palette()
    return Beginning(
        inputs={"sprites": sprites, "palettes": palettes},
        starters=made,
        metadata={"tile_size": TILE},
        advice=(
            f"put your picture in place of {sprites[0]}:",
            f"  PNG, width and height multiples of {TILE} (or change `tile_size`: 8, 16",
            "  or 32); its pixels are transparent or have a colour of the palette",
            f"put your colours into {palettes[0]}: at most 16; the first is",
            "  never drawn, it stands for transparent pixels",
        ),
    )


def palette() -> bytes:
    """The palette as a ``.hex`` file."""
    return "".join(f"{color}\n" for color in PALETTE).encode()


def sheet() -> bytes:
    """An indexed PNG of two tiles: an empty one, as tile 0 mostly is, and a ball."""
    import numpy as np

    from prometeu_assets.banks.tiles.views import png

    ball = [[int(digit.replace(".", "0"), base=len(PALETTE)) for digit in line] for line in _BALL]
    indices = np.hstack([np.zeros((TILE, TILE), np.uint8), np.array(ball, np.uint8)])
    colors = np.array([list(bytes.fromhex(color)) for color in PALETTE], np.uint8)
    return png(indices, colors)


def _is_indexed(file: IO[bytes]) -> bool:
    head = file.read(_INDEXED_AT + 1)
    return head.startswith(PNG_SIGNATURE) and head[_INDEXED_AT:] == bytes([_INDEXED])
