"""Margin, spacing, area and key colour, beside Pillow that crops one tile after the other."""

from __future__ import annotations

import io
import random
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.every import every
from tests.packer.intake import aseprites as ase
from tests.packer.intake.files import Pixel, indexed, png, refused

from prometeu_assets.banks.tiles.palettes import Palette
from prometeu_assets.banks.tiles.png import Sheet, distinct_tiles, read_sheet, tiles_in
from prometeu_assets.banks.tiles.settings import SETTINGS
from prometeu_assets.diagnostics import Diagnostic

BLACK, RED, GREEN, BLUE, PINK = (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 255)
P = Palette(name="p.hex", colors=(BLACK, RED, GREEN, BLUE))
Rows = list[list[Pixel]]
SEEDS = 120


def fault(code: str, data: bytes, name: str = "a.png", **settings: Any) -> Diagnostic:
    found = refused(lambda: read(data, name, **settings))
    assert found.code == code
    return found


def read(data: bytes, name: str = "a.png", **settings: Any) -> Sheet:
    return read_sheet(data, name=name, tile_size=8, palettes=[P], settings=settings)


def rows(image: Image.Image) -> Rows:
    pixels = np.asarray(image).tolist()
    return [[tuple(pixel) for pixel in row] for row in pixels]


def random_sheet(seed: int) -> tuple[Image.Image, Image.Image, dict[str, Any]]:
    """A sheet, the same tiles side by side with its key colour made transparent, the settings."""
    rng = random.Random(seed)
    margin, spacing = rng.choice((0, 0, 1, 3, 8, 16)), rng.choice((0, 1, 2, 9))
    columns, lines = rng.randint(1, 4), rng.randint(1, 3)
    rests = [rest for rest in (0, margin, spacing, margin + spacing) if rest < 8 + spacing]
    wide, high = (
        margin + count * (8 + spacing) - spacing + rng.choice(rests) for count in (columns, lines)
    )
    settings: dict[str, Any] = {}
    if margin:
        settings["margin"] = margin
    if spacing:
        settings["spacing"] = spacing
    column, line, take, over = 0, 0, columns, lines
    if rng.random() < 0.5:
        column, line = rng.randrange(columns), rng.randrange(lines)
        take, over = rng.randint(1, columns - column), rng.randint(1, lines - line)
        settings["area"] = {"column": column, "row": line, "columns": take, "rows": over}
    key = PINK if rng.random() < 0.5 else None
    if key:
        settings["transparent"] = "#ff00ff"
    sheet = Image.new("RGB", (wide, high), (9, 9, 9))  # a colour that no palette has
    plain = Image.new("RGBA", (8 * take, 8 * over))
    for y in range(lines):
        for x in range(columns):
            taken = column <= x < column + take and line <= y < line + over
            for j in range(8):
                for i in range(8):
                    color = rng.choice((RED, GREEN, BLUE, key or RED)) if taken else (7, 7, 7)
                    at = (margin + x * (8 + spacing) + i, margin + y * (8 + spacing) + j)
                    sheet.putpixel(at, color)
                    if taken and color != key:
                        plain.putpixel((8 * (x - column) + i, 8 * (y - line) + j), (*color, 255))
    return sheet, plain, settings


def test_only_the_tiles_are_taken() -> None:
    """True colour and indexed, in any grid, as the tiles alone would be."""
    for seed in range(SEEDS):
        sheet, plain, settings = random_sheet(seed)
        wanted = read(png(rows(plain), 6))
        found = read(png(rows(sheet), 2), **settings)
        assert (found.indices == wanted.indices).all(), seed
        assert (found.palettes == wanted.palettes).all(), seed
        data = png(rows(sheet), 2)
        count = plain.width * plain.height // 64
        assert tiles_in(data, name="a.png", tile_size=8, settings=settings) == count, seed
        alone = distinct_tiles(png(rows(plain), 6), name="a.png", tile_size=8)
        assert distinct_tiles(data, name="a.png", tile_size=8, settings=settings) == alone, seed
        cut = {name: part for name, part in settings.items() if name != "transparent"}
        numbers = [[sum(pixel) % 4 for pixel in row] for row in rows(sheet)]
        kept = read(indexed(numbers, P.colors), **cut).indices
        assert np.isin(kept, [sum(color) % 4 for color in (RED, PINK)]).all(), seed


def test_frames_are_cut_one_by_one() -> None:
    def frame(color: tuple[int, ...]) -> Rows:
        gap = [(9, 9, 9, 255)] * 19
        return [gap, *([[(9, 9, 9, 255), *[color] * 8, (9, 9, 9, 255), *[color] * 8, gap[0]]] * 8)]

    colors = [(*color, 255) for color in (RED, GREEN)]
    frames = [
        ase.frame(ase.layer(), ase.cel(frame(colors[0]))),
        ase.frame(ase.cel(frame(colors[1]))),
    ]
    data = ase.document(*frames, size=(19, 9))
    area = {"column": 1, "row": 0, "columns": 1, "rows": 1}
    found = read(data, "a.ase", margin=1, spacing=1, area=area)
    assert found.indices.tolist() == [[1] * 8] * 8 + [[2] * 8] * 8
    assert tiles_in(data, name="a.ase", tile_size=8, settings={"margin": 1, "spacing": 1}) == 4


@pytest.mark.parametrize("frames", [1, 2])
def test_a_message_names_the_pixel_of_the_file(frames: int) -> None:
    """The last tile of a grid has the fault; its place is that in the file and in its frame."""
    strange = (240, 0, 0)
    good: Rows = [[(*RED, 255)] * 33 for _ in range(23)]
    bad = [list(row) for row in good]
    bad[2 + 11 + 5][3 + 2 * 10 + 4] = (*strange, 255)
    settings = {"margin": 2, "spacing": 2, "area": {"column": 1, "row": 1, "columns": 2, "rows": 1}}
    bad[17][26] = (*strange, 255)
    bad[18][27] = bad[0][0] = (*RED, 255)
    if frames == 1:
        data, name = png(bad, 6), "a.png"
    else:
        both = [ase.frame(ase.layer(), ase.cel(good)), ase.frame(ase.cel(bad))]
        data, name = ase.document(*both, size=(33, 23)), "a.ase"
    found = fault("SHEET_COLOR", data, name, **settings)
    at = {member: found.data[member] for member in ("x", "y", "column", "row", "tile")}
    x: object = 26 if frames == 1 else "frame 2: 26"
    assert at == {"x": x, "y": 17, "column": 2, "row": 1, "tile": 1 if frames == 1 else 3}


WRONG = [
    # size of the picture, settings, the code, words of the message
    ((17, 8), {"margin": 1, "spacing": 1}, "SHEET_SIZE", "with a margin of 1 and a spacing of 1"),
    ((8, 8), {"margin": 1}, "SHEET_SIZE", "8x8 pixels"),
    ((8, 7), {"area": {"column": 0, "row": 0, "columns": 1, "rows": 1}}, "SHEET_SIZE", "8x7"),
    ((8, 8), {"margin": 4096}, "SHEET_SIZE", "a margin of 4096"),
    (
        (16, 8),
        {"area": {"column": 1, "row": 0, "columns": 2, "rows": 1}},
        "SHEET_AREA",
        "2x1 tiles",
    ),
    ((16, 8), {"area": {"column": 0, "row": 1, "columns": 1, "rows": 1}}, "SHEET_AREA", "row 1"),
    ((16, 8), {"area": {"column": 2, "row": 0, "columns": 1, "rows": 1}}, "SHEET_AREA", "column 2"),
]


@every(WRONG)
def test_what_is_no_grid(
    size: tuple[int, int], settings: dict[str, Any], code: str, words: str
) -> None:
    data = png([[RED] * size[0]] * size[1], 2)
    assert words in fault(code, data, **settings).message
    assert tiles_in(data, name="a.png", tile_size=8, settings=settings) == 0


def test_an_area_may_leave_the_rest_of_the_picture() -> None:
    """What is outside of an area need not be tiles: a line of text below them, say."""
    data = png([[RED] * 21] * 15, 2)
    found = read(data, area={"column": 0, "row": 0, "columns": 2, "rows": 1})
    assert found.indices.shape == (8, 16)


def test_the_key_colour_of_an_indexed_picture_is_that_of_index_0() -> None:
    data = indexed([[0, 1] * 4] * 8, [PINK, RED])
    assert [w.code for w in read(data).warnings] == ["SHEET_INDEX_ZERO"]
    assert read(data, transparent="#FF00ff").warnings == ()
    found = fault("SHEET_KEY_INDEX", data, transparent="#ff0000")
    assert "index 0 of the image is #ff00ff" in found.message
    high = indexed([[16, 17] * 4] * 8, [PINK, RED, *[BLACK] * 14, PINK, RED])
    two = [P, Palette(name="q.hex", colors=(BLACK, RED))]
    kept = read_sheet(
        high, name="a.png", tile_size=8, palettes=two, settings={"transparent": "#ff00ff"}
    )
    assert "SHEET_INDEX_ZERO" not in [w.code for w in kept.warnings]


@every(
    [
        (png([[RED] * 8] * 8, 2), True),
        (png([[RED] * 7 + [PINK]] * 8, 2), False),
        (indexed([[1] * 8] * 8, [PINK, RED]), True),
        (indexed([[1] * 7 + [0]] * 8, [PINK, RED]), False),
        (png([[(0,)] * 8] * 8, 0), True),
    ]
)
def test_a_key_colour_that_no_pixel_has(data: bytes, absent: bool) -> None:
    palette = Palette(name="p", colors=(PINK, RED, BLACK))
    sheet = read_sheet(
        data, name="a.png", tile_size=8, palettes=[palette], settings={"transparent": "#ff00ff"}
    )
    assert ("SHEET_KEY" in [w.code for w in sheet.warnings]) is absent


def test_options_are_read_or_say_what_is_wrong() -> None:
    assert SETTINGS["margin"].read("12") == 12
    assert SETTINGS["transparent"].read("FF00ff") == SETTINGS["transparent"].read("#ff00ff")
    assert SETTINGS["area"].read("1,2,3,4") == {"column": 1, "row": 2, "columns": 3, "rows": 4}
    for name, text in (
        ("margin", "-1"), ("spacing", "1.5"), ("margin", "1" * 10), ("area", "1,2,3"),
        ("area", "a,b,c,d"), ("transparent", "magenta"), ("transparent", "#ff00f\n"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="`"):
            SETTINGS[name].read(text)


def test_the_grid_is_known_before_any_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny spacing and a huge picture cost nothing before the capacity is judged."""
    monkeypatch.setattr("zlib.decompressobj", None)
    with io.BytesIO() as file:
        Image.new("1", (4096, 4096)).save(file, "PNG")
        data = file.getvalue()
    assert tiles_in(data, name="a.png", tile_size=8, settings={"margin": 0}) == 512**2
