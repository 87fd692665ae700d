"""Pictures of the docs, drawn as inline SVG from the files of the example."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from PIL import Image

from prometeu_assets.contract.value import Contract
from tools.walk import DOWNLOADS

_SCALE = 4
"""How many units a pixel of a sheet is wide."""


def sheet(name: str, tile: int, told: str) -> str:
    """A sheet with the number of each tile of ``tile`` pixels; ``told`` says it in words."""
    picture = Image.open(DOWNLOADS[name]).convert("RGBA")
    width, height = picture.size
    pixels = "".join(_runs(picture))
    across = width // tile
    numbers = "".join(
        f'<rect x="{x * tile}" y="{y * tile}" width="{tile}" height="{tile}"/>'
        f'<text x="{x * tile + 1.5}" y="{y * tile + 5.5}">{y * across + x}</text>'
        for y in range(height // tile)
        for x in range(across)
    )
    return (
        f'<figure><svg class="sheet" viewBox="0 0 {width} {height}" width="{width * _SCALE}" '
        f'role="img" aria-label="{told}">{pixels}<g class="grid">{numbers}</g></svg>'
        f"<figcaption>{told}</figcaption></figure>\n"
    )


def _runs(picture: Image.Image) -> Iterator[str]:
    """The opaque pixels of each row, a rectangle for each run of one colour on the screen."""
    width, height = picture.size
    data = picture.load()
    assert data is not None
    for y in range(height):
        for color, run in groupby(range(width), key=lambda x: _shown(data[x, y])):
            columns = list(run)
            if color:
                size = f'width="{len(columns)}" height="1"'
                yield f'<rect x="{columns[0]}" y="{y}" {size} fill="{color}"/>'


def _shown(pixel: object) -> str | None:
    """A pixel as the console shows it, in RGB565; None where it is transparent."""
    assert isinstance(pixel, tuple)
    red, green, blue, alpha = pixel
    if not alpha:
        return None
    bits = ((red >> 3, 31), (green >> 2, 63), (blue >> 3, 31))
    return "#" + "".join(f"{round(value * 255 / most):02x}" for value, most in bits)


def robot(_: Contract) -> str:
    """The tiles of the first pack."""
    return sheet("robot.png", 32, "The four tiles of the hero, numbered 0 to 3")
