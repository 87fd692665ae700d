"""Pictures of the docs, drawn as inline SVG from the files of the example."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from PIL import Image

import prometeu_assets as pa
from prometeu_assets.banks.tiles.payload import rgb888
from prometeu_assets.contract.value import Contract
from tools import worked
from tools.walk import DOWNLOADS

_SCALE = 4
"""How many units a pixel of a sheet is wide."""


_COLOURS = {
    "--md-code-bg-color": ("#f5f5f5", "#272a35"),
    "--md-primary-fg-color": ("#4051b5", "#7ba4f0"),
    "--md-typeset-color": ("#212121", "#e2e4e9"),
    "--md-default-fg-color--light": ("#595959", "#a9adb8"),
    "--md-default-fg-color--lighter": ("#a9a9a9", "#6a6e7a"),
    "--md-default-bg-color": ("#ffffff", "#1e2129"),
}
"""The colours of the site by day and by night."""


def alone(page: Path, styles: Path) -> str:
    """The first diagram of a page as a file that needs no page, with the styles of the site."""
    match = re.search(r'<svg class="diagram" (.*?</svg>)', page.read_text("utf-8"), re.DOTALL)
    if match is None:
        raise ValueError(f"{page.name} has no diagram")
    own = re.findall(r"(?m)^svg\.diagram .*$", styles.read_text("utf-8"))
    day, night = (
        "".join(f"{name}: {both[which]}; " for name, both in _COLOURS.items()) for which in (0, 1)
    )
    ground = "svg { background: var(--md-default-bg-color); font-family: sans-serif; }"
    style = [
        f":root {{ {day}}}",
        f"@media (prefers-color-scheme: dark) {{ :root {{ {night}}} }}",
        ground,
        *own,
    ]
    shown = "\n".join(style)
    head = '<svg xmlns="http://www.w3.org/2000/svg" class="diagram" '
    return head + match[1].replace(">", f">\n<style>\n{shown}\n</style>", 1) + "\n"


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
    """A pixel as the console shows it; None where it is transparent."""
    assert isinstance(pixel, tuple)
    *color, alpha = pixel
    return _on_screen(*color) if alpha else None


def _on_screen(red: int, green: int, blue: int) -> str:
    """A colour as the console shows it, in RGB565."""
    bits = ((red >> 3, 31), (green >> 2, 63), (blue >> 3, 31))
    return "#" + "".join(f"{round(value * 255 / most):02x}" for value, most in bits)


def robot(_: Contract) -> str:
    """The tiles of the first pack."""
    return sheet("robot.png", 32, "The four tiles of the hero, numbered 0 to 3")


def palette(_: Contract) -> str:
    """The palette of the robot: each colour as the file has it, and as the screen shows it."""
    told = "The palette robot.hex: above as in the file, below as on the screen; 0 is not drawn"
    colors = DOWNLOADS["robot.hex"].read_text("ascii").split()
    swatches = "".join(map(_swatch, range(len(colors)), colors))
    return (
        f'<figure><svg class="swatches" viewBox="0 0 320 48" role="img" aria-label="{told}">'
        f"{swatches}</svg><figcaption>{told}</figcaption></figure>\n"
    )


def _swatch(index: int, color: str) -> str:
    """A colour of a file above what the screen shows, with its index."""
    x, shown = 20 * index, _on_screen(*bytes.fromhex(color))
    below = f'fill="{shown}"' if index else 'class="end"'
    return (
        f'<rect x="{x}" y="0" width="18" height="16" fill="#{color}"/>'
        f'<rect x="{x}.5" y="18.5" width="17" height="15" {below}/>'
        f'<text x="{x + 9}" y="44">{index}</text>'
    )


_LEFT, _TOP = 44, 28
"""Where a panel has its drawing, which leaves room for the coordinates."""


def sheet_and_bytes(contract: Contract) -> str:
    """Three pictures of the worked tiles: a sheet, the pixels of a tile, and bytes."""
    with pa.open(worked.tiles(contract), contract=contract) as pack:
        (entry,) = pack
        data, bank = bytes(pack.read(entry)), pack.decode(entry)
    assert isinstance(bank, pa.TileBank)
    panels = {
        "Tiles of a sheet are numbered row by row": _numbers(bank),
        "The indices of tile 0": _pixels(bank),
        "Its first row, and a colour, in bytes": _stored(bank, data),
    }
    return f'<div class="panels">{"".join(map(_panel, panels, panels.values()))}</div>\n'


def _panel(title: str, parts: Iterable[str]) -> str:
    return (
        '<figure><svg class="diagram panel" viewBox="0 0 332 316" role="img" '
        f'aria-label="{title}">{"".join(parts)}</svg><figcaption>{title}</figcaption></figure>'
    )


def _cell(
    x: float, y: float, size: tuple[float, float], text: object, *, fill: str | None = None,
    inside: str = "", data: str = "",
) -> str:  # fmt: skip
    """A rectangle with a text in its middle, which says in ``data`` what it is of."""
    width, height = size
    style = "" if fill is None else f' style="fill:{fill}"'
    middle = f'x="{x + width / 2:g}" y="{y + height / 2 + 5:g}"'
    return (
        f'<g class="cell"><rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{style}/>'
        f"{inside}<text {middle}{f' data-{data}' if data else ''}>{text}</text></g>"
    )


def _notes(*notes: tuple[float, float, object]) -> str:
    texts = (f'<text x="{x:g}" y="{y:g}">{said}</text>' for x, y, said in notes)
    return f'<g class="note">{"".join(texts)}</g>'


def _color(bank: pa.TileBank, index: int) -> str | None:
    """A colour of palette 0 on a 24-bit screen; None where it is transparent."""
    return f"#{rgb888(bank.palettes)[0, index].tobytes().hex()}" if index else None


def _numbers(bank: pa.TileBank) -> Iterator[str]:
    """Corners of the sheet: the number of each tile, and where its first pixel is."""
    side, tile = 56, bank.tile_size
    across = bank.indices.shape[1] // tile
    shown = (0, 1, 2, None, across - 1)
    for row, down in enumerate(shown):
        for column, right in enumerate(shown):
            x, y = _LEFT + column * side, _TOP + row * side
            if down is None or right is None:
                yield _notes((x + side / 2, y + side / 2 + 5, "…"))
                continue
            number = down * across + right
            pixels = "".join(
                f'<rect class="pixel" x="{x + at * side / tile:g}" y="{y + line * side / tile:g}" '
                f'width="{side / tile:g}" height="{side / tile:g}" '
                f'style="fill:{_color(bank, index)}"/>'
                for line, indices in enumerate(bank.tile(number).tolist())
                for at, index in enumerate(indices)
                if index
            )
            yield _cell(x, y, (side, side), number, inside=pixels, data=f'tile="{right},{down}"')
    for place, n in enumerate(shown):
        if n is not None:
            middle = (place + 0.5) * side
            yield _notes((_LEFT + middle, 20, f"x {n * tile}"))
            yield _notes((22, _TOP + middle + 5, f"y {n * tile}"))


def _pixels(bank: pa.TileBank) -> Iterator[str]:
    """Tile 0, with the index of each pixel."""
    side = 35
    for y, row in enumerate(bank.tile(0).tolist()):
        yield _notes((22, _TOP + (y + 0.5) * side + 5, f"y {y}"))
        yield _notes((_LEFT + (y + 0.5) * side, 20, f"x {y}"))
        for x, index in enumerate(row):
            at = _LEFT + x * side, _TOP + y * side
            fill = _color(bank, index)
            yield _cell(*at, (side, side), f"{index:x}", fill=fill, data=f'pixel="{x},{y}"')


def _stored(bank: pa.TileBank, data: bytes) -> Iterator[str]:
    """The bytes of the first row of tile 0 with their nibbles; a colour with its bits."""
    left, wide, high = 14, 76, 36
    for at, byte in enumerate(data[: bank.tile_size // 2]):
        x = left + at * wide
        yield _notes((x + wide / 2, 20, f"byte {at}"))
        yield _cell(x, _TOP, (wide, high), f"{byte:02x}", data=f'byte="{at}"')
        for low, index in enumerate((byte >> 4, byte & 15)):
            of, place = 2 * at + low, x + low * wide / 2
            size, fill = (wide / 2, high), _color(bank, index)
            yield _cell(place, 72, size, f"{index:x}", fill=fill, data=f'nibble="{of}"')
            yield _notes((place + wide / 4, 124, f"x {of}"))
    yield _notes((166, 146, "even x: the high four bits; odd x: the low four"))
    index = bank.indices[0, 0]
    at = bank.indices.size // 2 + 2 * int(index)
    word = int(bank.palettes[0, index])
    yield _notes((166, 184, f"colour {index} of palette 0"))
    for n in range(2):
        yield _notes((left + wide / 2 + n * wide, 208, f"byte {at + n}"))
        x, byte = left + n * wide, data[at + n]
        yield _cell(x, 216, (wide, high), f"{byte:02x}", data=f'byte="{at + n}"')
    shown = _color(bank, int(index))
    yield _notes((left + 2.5 * wide, 239, f"0x{word:04x}"))
    yield _cell(left + 3 * wide, 216, (wide, high), shown, fill=shown, data=f'color="{index}"')
    for bit in range(16):
        yield _cell(left + bit * 19, 260, (19, 26), word >> 15 - bit & 1, data=f'bit="{15 - bit}"')
    for middle, name, value in (
        (2.5, "red", word >> 11), (8, "green", word >> 5 & 63), (13.5, "blue", word & 31)
    ):  # fmt: skip
        yield _notes((left + middle * 19, 304, f"{name} {value}"))
