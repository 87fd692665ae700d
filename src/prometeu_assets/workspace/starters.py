"""The files with which a new asset begins: a sheet with a palette, a sound; made here.

They exist so that a new asset builds at once; everybody replaces them.
"""

from __future__ import annotations

import io
import struct
import wave
import zlib
from typing import Final

from prometeu_assets.kinds import PNG_SIGNATURE

TILE: Final = 8
"""Width and height of a starter's tile, in pixels."""

RATE: Final = 22_050
"""The starter sound's frames a second."""

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


def palette() -> bytes:
    """The palette as a ``.hex`` file."""
    return "".join(f"{color}\n" for color in PALETTE).encode()


def sheet() -> bytes:
    """An indexed PNG of two tiles: an empty one, as tile 0 mostly is, and a ball."""
    rows = [bytes(TILE) + bytes(int(c.replace(".", "0"), base=len(PALETTE)) for c in line)
            for line in _BALL]  # fmt: skip
    head = struct.pack(">IIBBBBB", 2 * TILE, TILE, 8, 3, 0, 0, 0)
    return PNG_SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", head),
            _chunk(b"PLTE", bytes.fromhex("".join(PALETTE))),
            _chunk(b"tRNS", b"\0"),
            _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def sound() -> bytes:
    """A WAV, PCM of 16 bits, mono: a tenth of a second of a square tone that fades."""
    count = RATE // 10
    half = RATE // (2 * 440)
    frames = [
        (1 if (n // half) % 2 else -1) * 8_192 * (count - n) // count  # a quarter of full scale
        for n in range(count)
    ]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{count}h", *frames))
    return buffer.getvalue()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
