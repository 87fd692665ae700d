"""Which palette each tile has, beside a slow reference that looks at one pixel after the other."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.every import every
from tests.packer.intake.files import Pixel, indexed, png, refused

from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.banks.tiles.png import Sheet, distinct_tiles, read_sheet

BLACK, RED, GREEN, BLUE, WHITE = (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3
NEARLY_RED, NEARLY_BLUE = (248, 3, 7), (7, 3, 248)
P = Palette(name="p.hex", colors=(BLACK, RED, WHITE))
Q = Palette(name="q.hex", colors=(BLACK, BLUE, GREEN, RED))
Rows = list[list[Pixel]]


def read(data: bytes, *palettes: Palette, tile_size: int = 8) -> Sheet:
    return read_sheet(data, name="a.png", tile_size=tile_size, palettes=palettes)


def tiles(*ones: Sequence[Pixel]) -> Rows:
    """Tiles of 8 x 8 pixels beside each other, each with these pixels in turn."""
    return [[one[x % len(one)] for one in ones for x in range(8)] for _ in range(8)]


def console(color: Pixel) -> Pixel:
    red, green, blue = color[:3]
    return red // 8, green // 4, blue // 8


def reference(
    image: Rows, palettes: Sequence[Palette], size: int
) -> tuple[list[list[int]], list[int], int] | None:
    """Indices, the palette of each tile, and the pixels of a colour that no palette has exactly."""
    places = [(x, y) for y in range(0, len(image), size) for x in range(0, len(image[0]), size)]
    cells = [
        [(x + i, y + j) for j in range(size) for i in range(size) if image[y + j][x + i][3]]
        for x, y in places
    ]
    every = [pixel for cell in cells for pixel in cell]

    def fits(cell: list[tuple[int, int]], palette: Palette, *, exact: bool) -> bool:
        drawable = palette.colors[1:] if exact else [console(c) for c in palette.colors[1:]]
        wanted = [image[y][x][:3] if exact else console(image[y][x]) for x, y in cell]
        return all(color in drawable for color in wanted)

    def first(cell: list[tuple[int, int]], *, exact: bool) -> int | None:
        return next((n for n, p in enumerate(palettes) if fits(cell, p, exact=exact)), None)

    chosen: list[int | None] = []
    for exact in (True, False):
        whole = first(every, exact=exact)
        if whole is not None:
            chosen = [whole if cell else 0 for cell in cells]
            break
        chosen = [first(cell, exact=True) for cell in cells]
        if not exact:
            pairs = zip(chosen, cells, strict=True)
            chosen = [first(cell, exact=False) if one is None else one for one, cell in pairs]
        if None not in chosen:
            break
    else:
        return None
    rows = [[0] * len(image[0]) for _ in image]
    alike = 0
    for position, cell in zip(chosen, cells, strict=True):
        assert position is not None
        colors = palettes[position].colors
        for x, y in cell:
            color = image[y][x]
            same = [n for n in range(1, len(colors)) if colors[n] == color[:3]]
            if not same:
                same = [n for n in range(1, len(colors)) if console(colors[n]) == console(color)]
                alike += 1
            rows[y][x] = same[0]
    return rows, [position or 0 for position in chosen], alike


some_colors = st.sampled_from([RED, NEARLY_RED, GREEN, BLUE, NEARLY_BLUE, WHITE, BLACK])


@settings(derandomize=True, max_examples=300)
@given(
    declared=st.lists(st.lists(some_colors, min_size=1, max_size=6), min_size=1, max_size=5),
    groups=st.lists(st.lists(some_colors, min_size=1, max_size=3), min_size=1, max_size=4),
    seed=st.integers(0, 999),
    clear=st.sampled_from([0.0, 0.3, 1.0]),
    shape=st.sampled_from([(1, 1), (3, 1), (2, 2), (1, 3)]),
)
def test_as_the_reference(
    declared: list[list[Pixel]],
    groups: list[list[Pixel]],
    seed: int,
    clear: float,
    shape: tuple[int, int],
) -> None:
    draw = random.Random(seed)
    columns, rows = shape
    palettes = [Palette(name=f"{n}.hex", colors=tuple(c)) for n, c in enumerate(declared)]  # type: ignore[arg-type]
    of_tile = [draw.choice(groups) for _ in range(columns * rows)]
    bare = [draw.random() < clear / 2 for _ in of_tile]

    def pixel(x: int, y: int) -> Pixel:
        tile = y // 8 * columns + x // 8
        gone = bare[tile] or draw.random() < clear
        return (*draw.choice(of_tile[tile]), 0 if gone else 255)

    image = [[pixel(x, y) for x in range(8 * columns)] for y in range(8 * rows)]
    data = png(image, 6)
    expected = reference(image, palettes, 8)
    if expected is None:
        assert refused(lambda: read(data, *palettes)).code == "SHEET_COLOR"
        return
    sheet = read(data, *palettes)
    indices, chosen, alike = expected
    assert sheet.indices.tolist() == indices
    assert sheet.palettes.tolist() == chosen
    told = [w.data["count"] for w in sheet.warnings if w.code == "SHEET_ALIKE"]
    assert told == [alike] * bool(alike)
    same_on_screen(data, sheet, palettes)


def same_on_screen(data: bytes, sheet: Sheet, palettes: Sequence[Palette]) -> None:
    """Each pixel is what another decoder reads from the file, after RGB565."""
    with Image.open(io.BytesIO(data)) as image:
        pixels = image.convert("RGBA").load()
        assert pixels is not None
        for y, row in enumerate(sheet.indices.tolist()):
            for x, index in enumerate(row):
                *color, alpha = pixels[x, y]  # type: ignore[misc]
                tile = y // 8 * (len(row) // 8) + x // 8
                if index == 0:
                    assert alpha == 0
                else:
                    palette = palettes[int(sheet.palettes[tile])]
                    assert console(palette.colors[index]) == console(tuple(color))


TWO = png(tiles([RED, WHITE], [BLUE, GREEN], [WHITE], [RED]), 2)


def test_each_tile_has_the_first_palette_that_holds_its_colours() -> None:
    sheet = read(TWO, P, Q)
    assert sheet.palettes.tolist() == [0, 1, 0, 0]
    assert sheet.warnings == ()
    same_on_screen(TWO, sheet, (P, Q))
    assert read(TWO, Q, P).palettes.tolist() == [1, 0, 1, 0]


def test_one_palette_for_all_comes_before_one_for_each() -> None:
    data = png(tiles([RED], [BLUE, GREEN]), 2)
    assert read(data, P, Q).palettes.tolist() == [1, 1]


def test_a_tile_that_draws_nothing_has_palette_0() -> None:
    data = png([[(*pixel, 255 * (x < 8)) for x, pixel in enumerate([GREEN] * 16)]] * 8, 6)
    assert read(data, P, Q).palettes.tolist() == [1, 0]


@pytest.mark.parametrize("kind", ["L", "LA"])
def test_grey_is_matched_by_tile_too(kind: str) -> None:
    image = Image.new(kind, (16, 8), (255, 255) if kind == "LA" else 255)
    image.paste((51, 255) if kind == "LA" else 51, (8, 0, 16, 8))
    out = io.BytesIO()
    image.save(out, "PNG")
    grey = Palette(name="g.hex", colors=(BLACK, (51, 51, 51)))
    assert read(out.getvalue(), grey, P).palettes.tolist() == [1, 0]


def test_a_colour_that_is_equal_on_the_console_is_the_last_resort() -> None:
    data = png(tiles([NEARLY_RED, WHITE], [RED]), 2)
    sheet = read(data, P, Q)
    assert sheet.indices[0, :2].tolist() == [1, 2]
    (warning,) = sheet.warnings
    assert warning.code == "SHEET_ALIKE"
    assert warning.message == (
        "#f80307 at pixel (0, 0) is not in p.hex. On the console it equals #ff0000 at "
        "index 1, so this one is used. Pixels with such colours: 32."
    )
    exact = Palette(name="exact.hex", colors=(BLACK, RED, NEARLY_RED, WHITE))
    assert "SHEET_ALIKE" not in [w.code for w in read(data, P, exact).warnings]


def test_a_tile_that_fits_no_palette_is_named() -> None:
    rows = tiles([RED, WHITE], [BLUE, GREEN], [RED, WHITE, BLUE])
    found = refused(lambda: read(png(rows, 2), P, Q))
    assert found.message == (
        "No declared palette has all colours of tile 2 (column 2, row 0): #0000ff at pixel "
        "(18, 0) is not in p.hex, the closest one. Tried: p.hex (1 missing), q.hex (1 missing). "
        "Tiles that fit no palette: 1."
    )


def test_many_tiles_and_palettes() -> None:
    """A full bank of tiles of 64 colours each, and 64 full palettes: refused, and soon."""
    draw = np.random.default_rng(1)
    rows = draw.integers(0, 256, (256, 256, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(rows).save(out, "PNG")
    palettes = [
        Palette(name=f"{n}.hex", colors=tuple(map(tuple, draw.integers(0, 256, (16, 3)).tolist())))
        for n in range(64)
    ]
    assert refused(lambda: read(out.getvalue(), *palettes)).data["strange"] == 1024


# Indexed images

OWN = [BLACK, RED, GREEN, *[BLACK] * 13, WHITE, BLUE, WHITE, *[BLACK] * 13, RED, NEARLY_BLUE]
CLEAR = bytes([0, *[255] * 15, 0, *[255] * 15, 0])


def blocks(*ones: Sequence[int], colors: Sequence[Pixel] = OWN, clear: bytes = CLEAR) -> bytes:
    rows = [[one[x % len(one)] for one in ones for x in range(8)] for _ in range(8)]
    return indexed(rows, colors, transparency=clear)


def test_from_index_16_on_an_index_is_a_palette_and_a_colour() -> None:
    data = blocks([1, 2, 0], [17, 16, 0, 32], [33], [0, 16, 32])
    palettes = read_palettes(data, name="own.png")
    assert [palette.name for palette in palettes] == [
        "own.png (from index 0)", "own.png (from index 16)", "own.png (from index 32)",
    ]  # fmt: skip
    assert [len(palette.colors) for palette in palettes] == [16, 16, 2]
    sheet = read(data, *palettes)
    assert sheet.palettes.tolist() == [0, 1, 2, 0]
    assert sheet.indices[0].tolist() == [
        1, 2, 0, 1, 2, 0, 1, 2, 1, 0, 0, 0, 1, 0, 0, 0, *[1] * 8, *[0] * 8,
    ]  # fmt: skip
    assert sheet.warnings == ()
    same_on_screen(data, sheet, palettes)


def test_a_picture_of_indices_up_to_15_gives_one_palette() -> None:
    (palette,) = read_palettes(blocks([1, 15]), name="own.png")
    assert (palette.name, len(palette.colors)) == ("own.png", 16)


def test_two_pictures_that_are_their_own_palettes_are_told_apart() -> None:
    other = [BLACK, WHITE, *[BLACK] * 15, GREEN]
    one, two = blocks([1], [17]), blocks([1], [17], colors=other, clear=CLEAR[:17])
    palettes = [p for data in (one, two) for p in read_palettes(data, name="x.png")]
    assert read(one, *palettes).palettes.tolist() == [0, 1]
    sheet = read(two, *palettes)
    assert (sheet.palettes.tolist(), sheet.warnings) == ([2, 3], ())


def test_without_agreement_the_index_alone_counts() -> None:
    sheet = read(blocks([1], [17]), Q, P)
    assert sheet.palettes.tolist() == [0, 1]
    assert [warning.code for warning in sheet.warnings] == ["SHEET_PALETTE"]


def test_a_first_colour_that_is_shown_is_warned_of() -> None:
    data = blocks([1, 0], [17, 16], clear=b"\0")
    (warning,) = read(data, *read_palettes(data, name="own.png")).warnings
    assert warning.data["index"] == 16
    assert "draw them with index 18" in (warning.hint or "")
    once = [*[BLACK] * 16, GREEN, RED]
    data = blocks([17, 16], colors=once, clear=b"\0")
    (warning,) = read(data, *read_palettes(data, name="own.png")).warnings
    assert "at an index from 17 to 31" in (warning.hint or "")


FAULTS = [
    ("two palettes", blocks([1], [2, 17]), 2, "SHEET_TILE",
     ("Tile 1 (column 1, row 0) uses two palettes: index 2 at pixel (8, 0) belongs to palette 0, index "
     "17 at pixel (9, 0) to palette 1. Tiles with two palettes: 1.")),
    ("beyond the palettes", blocks([1], [33]), 2, "SHEET_INDEX",
     "Index 33 at pixel (8, 0) is colour 1 of palette 2, but palettes declared: 2."),
    ("transparent beyond the palettes", blocks([1], [16]), 1, "SHEET_INDEX",
     "Index 16 at pixel (8, 0) is colour 0 of palette 1, but palettes declared: 1."),
    ("beyond a palette", blocks([1], [19]), 2, "SHEET_INDEX",
     "Index 19 at pixel (8, 0) is colour 3 of palette 1"),
]  # fmt: skip


@every([c[1:] for c in FAULTS], ids=[c[0] for c in FAULTS])
def test_indices_that_are_refused(data: bytes, count: int, code: str, message: str) -> None:
    found = refused(lambda: read(data, *(Q, P)[:count]))
    assert found.code == code
    assert message in found.message


def test_tiles_that_differ_are_counted_as_they_are_drawn() -> None:
    clear = png([[(*RED, 255), (*RED, 0), (*BLUE, 0)] * 8] * 8, 6)
    assert len(distinct_tiles(TWO, name="a.png", tile_size=8)) == 4
    assert len(distinct_tiles(png(tiles([RED], [BLUE], [RED]), 2), name="a", tile_size=8)) == 2
    assert len(distinct_tiles(clear, name="a.png", tile_size=8)) == 3
