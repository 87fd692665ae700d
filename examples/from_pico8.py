"""Make a pack of the sprites of a PICO-8 cartridge: `python from_pico8.py game.p8 assets.pa`.

A `.p8` file is text. Its section `__gfx__` has a line for each row of pixels, 128 hexadecimal
digits, one for each pixel; rows that are empty at the end are left out. Colour 0 is transparent.
"""

import sys
from pathlib import Path

import numpy as np

import prometeu_assets as pa

SIDE = 128
COLORS = bytes.fromhex(
    "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8"
    "ff004d ffa300 ffec27 00e436 29adff 83769c ff77a8 ffccaa"
)


def sheet(text: str) -> np.ndarray:
    """The pixels (128, 128) of a cartridge, each 0 to 15."""
    pixels = np.zeros((SIDE, SIDE), np.uint8)
    lines = iter(text.splitlines())
    if "__gfx__" in lines:  # goes on to the line after it
        for y, line in zip(range(SIDE), lines, strict=False):
            if line.startswith("__"):
                break
            pixels[y] = [int(digit, 16) for digit in line]
    return pixels


def main() -> None:
    """Convert the file that is named."""
    source, target = map(Path, sys.argv[1:])
    palette = np.frombuffer(COLORS, np.uint8).reshape(16, 3)
    bank = pa.TileBank.from_arrays(sheet(source.read_text()), [palette], tile_size=8)
    pa.write(target, {f"sprites/{source.stem}": bank}, preload=[f"sprites/{source.stem}"])


if __name__ == "__main__":
    main()
