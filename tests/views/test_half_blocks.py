"""Pictures for a terminal: every pixel, every number, within the window."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.every import every
from tests.views.terminal import CLEAR, screen

from prometeu_assets.banks import BANKS
from prometeu_assets.banks.sounds import SoundBank
from prometeu_assets.banks.tiles import TileBank
from prometeu_assets.contract.drawing import Drawing
from prometeu_assets.contract.slice import NO_DETAILS
from prometeu_assets.packer.scaffold import new
from prometeu_assets.views.half_blocks import Picture, draw
from prometeu_assets.workspace.project import init

TILES, SOUNDS = BANKS
WINDOWS = [(columns, lines) for columns in (20, 40, 80, 200) for lines in (10, 24, 60)]
SIDES = [8, 16, 32]


def cells(count: int, width: int, height: int) -> NDArray[np.uint8]:
    """Cells (count, height, width, 4) of noise; every fifth pixel or so is transparent."""
    rng = np.random.default_rng(count * width + height)
    pixels = rng.integers(0, 256, (count, height, width, 4)).astype(np.uint8)
    pixels[..., 3] = np.where(rng.random((count, height, width)) < 0.2, 0, 255)
    pixels[pixels[..., 3] == 0] = CLEAR
    return pixels


def drawing_of(pixels: NDArray[np.uint8]) -> Drawing:
    count, height, width, _ = pixels.shape
    return Drawing(count=count, size=(width, height), cell=lambda n: pixels[n])


def found(picture: Picture, columns: int) -> dict[int, NDArray[np.uint8]]:
    """The pixels of each cell by the number that the screen gives it: its row's and its column's.

    A cell is as wide as columns are apart, and as high as rows are.
    """
    seen = screen(list(picture.lines), columns)
    across = {match.start(): int(match[0]) for match in re.finditer("[0-9]+", seen.text[0])}
    rows = {at: int(line) for at, line in enumerate(seen.text[1:], 1) if line}
    starts, tops = sorted(across), [*sorted(rows), len(seen.text)]
    used = int(np.flatnonzero(seen.pixels[..., 3].any(axis=0)).max()) + 1
    width = starts[1] - starts[0] if len(starts) > 1 else used - starts[0]
    return {
        rows[top] + across[left]: seen.pixels[2 * top : 2 * end, left : left + width]
        for top, end in pairwise(tops)
        for left in starts
        if rows[top] + across[left] in picture.shown
    }


@every([(columns, lines, side) for columns, lines in WINDOWS for side in SIDES])
def test_each_pixel_is_where_its_number_says(columns: int, lines: int, side: int) -> None:
    pixels = cells(61, side, side)
    picture = draw(drawing_of(pixels), columns, lines, deep=True)
    assert picture is not None
    assert len(picture.lines) <= lines
    seen = found(picture, columns)
    assert sorted(seen) == list(picture.shown)
    for number, cell in seen.items():
        assert (cell == pixels[number, :: picture.step, :: picture.step]).all(), number


@every(
    [
        (8, 80, 24, 1, 40),  # 8 in a row of 9 that fit, 5 rows of 4 lines
        (8, 200, 60, 1, 61),
        (8, 20, 24, 1, 10),
        (16, 80, 24, 1, 8),  # 4 in a row are enough
        (16, 40, 24, 2, 20),
        (32, 80, 24, 2, 8),
        (32, 200, 24, 1, 4),
        (32, 20, 24, 4, 10),
        (32, 8, 24, 8, 11),  # not one of 8 pixels has room
    ]
)
def test_small_windows_show_fewer_and_then_smaller_cells(
    side: int, columns: int, lines: int, step: int, shown: int
) -> None:
    picture = draw(drawing_of(cells(61, side, side)), columns, lines, deep=True)
    assert picture is not None
    assert (picture.step, picture.shown) == (step, range(shown))


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        (0, range(24)), (7, range(24)), (8, range(8, 32)), (31, range(24, 48)),
        (45, range(40, 61)), (60, range(40, 61)),
    ],
)  # fmt: skip
def test_it_begins_with_the_row_that_is_asked_for(first: int, shown: range) -> None:
    pixels = cells(61, 8, 8)
    picture = draw(drawing_of(pixels), 80, 14, deep=True, first=first)
    assert picture is not None
    assert picture.shown == shown
    seen = found(picture, 80)
    assert sorted(seen) == list(shown)
    for number, cell in seen.items():
        assert (cell == pixels[number]).all(), number
    picture = draw(drawing_of(pixels), 80, 60, deep=True, first=first)
    assert picture is not None
    assert picture.shown == range(61), "all of them have room"


def test_without_room_there_is_none() -> None:
    drawing = drawing_of(cells(61, 8, 8))
    assert draw(drawing, 3, 24, deep=True) is None
    assert draw(drawing, 80, 1, deep=True) is None
    assert draw(drawing, 4, 2, deep=True) is not None


def test_every_kind_of_pair_and_an_odd_height() -> None:
    pairs = [[(0, 0), (1, 0), (0, 1), (1, 1), (1, 2)][n % 5] for n in range(10)]
    pixels = np.zeros((1, 3, 10, 4), np.uint8)
    for x, (upper, lower) in enumerate(pairs):
        pixels[0, 0, x] = (10 * upper, 20, 30, 255) if upper else CLEAR
        pixels[0, 1, x] = (10 * lower, 20, 30, 255) if lower else CLEAR
        pixels[0, 2, x] = (9, 9, x, 255)
    picture = draw(drawing_of(pixels), 80, 24, deep=True)
    assert picture is not None
    seen = screen(list(picture.lines), 80)
    assert (seen.pixels[2:5, 2:12] == pixels[0]).all()
    assert not seen.pixels[5].any()
    assert seen.text == ["  0", "0", ""]


def test_narrow_cells_have_a_number_now_and_then() -> None:
    picture = draw(drawing_of(cells(16, 2, 2)), 80, 24, deep=True)
    assert picture is not None
    assert picture.lines[0] == "   0   2   4   6   8   10  12  14"


def test_of_256_colours_the_nearest_is_taken() -> None:
    pixels = cells(8, 8, 8)
    picture = draw(drawing_of(pixels), 80, 24, deep=False)
    assert picture is not None
    levels = np.array([0, 95, 135, 175, 215, 255])
    for number, cell in found(picture, 80).items():
        wanted = pixels[number]
        assert (cell[..., 3] == wanted[..., 3]).all()
        opaque = wanted[..., 3] == 255
        off = np.abs(cell[..., :3][opaque].astype(int) - wanted[..., :3][opaque])
        assert (off == np.abs(levels - wanted[..., :3][opaque][..., None]).min(axis=-1)).all()


# --- Banks ----------------------------------------------------------------------------------


def as_on_screen(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """The tiles of a picture as the console shows them: RGB565, the high bits repeated."""
    rgba = np.asarray(image.convert("RGBA")).astype(int)
    red, green, blue = rgba[..., 0] // 8, rgba[..., 1] // 4, rgba[..., 2] // 8
    shown = np.stack(
        [red * 8 + red // 4, green * 4 + green // 16, blue * 8 + blue // 4, rgba[..., 3]], axis=-1
    ).astype(np.uint8)
    shown[shown[..., 3] == 0] = CLEAR
    rows, columns = shown.shape[0] // side, shown.shape[1] // side
    return shown.reshape(rows, side, columns, side, 4).swapaxes(1, 2).reshape(-1, side, side, 4)


@pytest.mark.parametrize("side", [8, 16])
def test_a_sheet_is_drawn_as_it_was_painted(tmp_path: Path, side: int) -> None:
    """Each tile has colours of its own, so that it is right in its own palette alone."""
    init(tmp_path / "game")
    image = Image.new("RGBA", (6 * side, 2 * side))
    for x in range(image.width):
        for y in range(image.height):
            tile = y // side * 6 + x // side
            if tile != 7 and (x + y) % 3:
                image.putpixel((x, y), (20 * tile, 16 * ((x + y) % 15), 255 - 20 * tile, 255))
    image.save(tmp_path / "sheet.png")
    asked = {"tile_size": side}
    root = tmp_path / "game/assets/t"
    made = new("tile-bank", root, tmp_path / "sheet.png", project=tmp_path / "game", metadata=asked)
    assert made.bank.counts(made.made.metadata, made.made.details)["palettes"] > 3
    drawing = made.bank.drawn(made.made)
    assert drawing is not None
    assert (drawing.count, drawing.size, drawing.note) == (12, (side, side), "")
    picture = draw(drawing, 200, 60, deep=True)
    assert picture is not None
    wanted = as_on_screen(image, side)
    seen = found(picture, 200)
    assert sorted(seen) == list(range(12))
    for number, cell in seen.items():
        assert (cell == wanted[number]).all(), number


def test_a_tile_bank_whose_palettes_are_unknown_is_drawn_in_the_first() -> None:
    indices = np.zeros((256, 256), np.uint8)
    indices[20, 255] = 3
    palettes = np.zeros((64, 16), np.uint16)
    palettes[0, 3] = 0xF800
    bank = TileBank(indices=indices, palettes=palettes, tile_size=16, palette_authored=1)
    drawing = TILES.drawing(bank, NO_DETAILS)
    assert drawing is not None
    assert drawing.count == 32, "down to the last row that is drawn"
    assert "palette 0" in drawing.note
    assert drawing.cell(31)[4, 15].tolist() == [255, 0, 0, 255]
    assert not drawing.cell(30).any()
    empty = TileBank(
        indices=indices * 0, palettes=palettes, tile_size=16, palette_authored=1
    )  # fmt: skip
    assert (TILES.drawing(empty, NO_DETAILS) or drawing).count == 16


@every([1, 5, 28, 1000])
def test_a_sound_is_drawn_by_its_levels(frames: int) -> None:
    loud = np.where(np.arange(frames) % 2, 32767, -32768).astype(np.int16)
    bank = SoundBank(
        samples=(loud, np.zeros(frames, np.int16), np.full(frames, -32768, np.int16)),
        sample_rate=8000,
    )
    drawing = SOUNDS.drawing(bank, NO_DETAILS)
    assert drawing is not None
    assert drawing.count == 3
    width, height = drawing.size
    first, silent, low = (drawing.cell(n)[..., 3] for n in range(3))
    assert first.shape == (height, width)
    if frames == 1000:
        assert (first[:, : width - 2] == 255).all(), "from the lowest level to the highest"
    for cell, rows in ((silent, {height // 2}), (low, {height - 1})):
        assert set(np.flatnonzero(cell.any(axis=1))) == rows
        assert cell[:, : width - 2].any(axis=0).all()
        assert not cell[:, width - 2 :].any(), "a gap before the next"
