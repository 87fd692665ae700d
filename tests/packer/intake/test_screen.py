"""Where the console shows something else than a sprite image: what is warned of, and where."""

from __future__ import annotations

from tests.every import every
from tests.packer.intake.files import Pixel, indexed, png

from prometeu_assets.banks.tiles.palettes import Palette
from prometeu_assets.banks.tiles.png import Sheet, read_sheet
from prometeu_assets.codes.code import Severity

BLACK, RED, GREEN, BLUE, WHITE = (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3
NEARLY_RED, NEARLY_BLUE = (248, 3, 7), (7, 3, 248)
MAIN = Palette(name="main.hex", colors=(BLACK, RED, GREEN, BLUE, WHITE))
LAST = Palette(name="last.hex", colors=(RED, (255, 255, 254), (17, 17, 17)))
REDS = Palette(name="reds.hex", colors=(BLACK, RED, NEARLY_RED, BLUE, NEARLY_BLUE, NEARLY_RED))
CLEAR = b"\0"


def read(data: bytes, *palettes: Palette) -> Sheet:
    return read_sheet(data, name="art/hero.png", tile_size=8, palettes=palettes or (MAIN, LAST))


def cycle(used: list[int]) -> list[list[int]]:
    return [[used[x % len(used)] for x in range(8)] for _ in range(8)]


SHOWN: list[tuple[str, tuple[Pixel, ...], bytes, list[int], int | None, list[str]]] = [
    # case, palette of the image, tRNS, indices used, the palette it matches, codes of warnings
    ("as declared", MAIN.colors, CLEAR, [0, 1, 4], 0, []),
    ("another colour 0", (WHITE, *MAIN.colors[1:]), CLEAR, [0, 1, 4], 0, []),
    ("another colour that is not used", (BLACK, RED, WHITE, BLUE), CLEAR, [0, 1, 3], 0, []),
    ("the second palette", LAST.colors, CLEAR, [0, 1, 2], 1, []),
    ("another colour", (BLACK, RED, WHITE, BLUE), CLEAR, [1, 2], None, ["SHEET_PALETTE"]),
    ("transparent, not used", MAIN.colors, b"\0\xff\0", [0, 1, 3], 0, []),
    ("transparent", MAIN.colors, b"\0\xff\0", [0, 2], 0, ["SHEET_TRANSPARENCY"]),
    ("half transparent", MAIN.colors, b"\0\xff\x80", [0, 2], 0, ["SHEET_TRANSPARENCY"]),
    ("index 0, no tRNS", MAIN.colors, b"", [0, 1], 0, ["SHEET_INDEX_ZERO"]),
    ("index 0, opaque", MAIN.colors, b"\xff", [0, 1], 0, ["SHEET_INDEX_ZERO"]),
    ("index 0, half transparent", MAIN.colors, b"\x80", [0, 1], 0, ["SHEET_INDEX_ZERO"]),
    ("index 0 alone", (WHITE,), b"", [0], 0, ["SHEET_INDEX_ZERO"]),
    ("index 0 alone, transparent", (WHITE,), CLEAR, [0], 0, []),
    ("index 0 opaque and not used", MAIN.colors, b"\xff", [1], 0, []),
    ("undeclared", (*MAIN.colors, WHITE, WHITE), CLEAR, [0, 1, 6], None, ["SHEET_UNDECLARED"]),
    ("undeclared, not used", (*MAIN.colors, WHITE, WHITE), CLEAR, [0, 1], 0, []),
    ("undeclared and another", (BLACK, WHITE, *MAIN.colors[2:], *[WHITE] * 2), CLEAR, [1, 6], None,
     ["SHEET_UNDECLARED", "SHEET_PALETTE"]),
    ("everything", (BLACK, WHITE), b"\xff\0", [0, 1], None,
     ["SHEET_INDEX_ZERO", "SHEET_TRANSPARENCY", "SHEET_PALETTE"]),
    ("one on the console, indexed", REDS.colors, CLEAR, [1, 2], 2, ["SHEET_RGB565"]),
    ("one on the console, one used", REDS.colors, CLEAR, [2, 4], 2, []),
    ("equal in the file", REDS.colors, CLEAR, [2, 5], 2, []),
]  # fmt: skip


@every([case[1:] for case in SHOWN], ids=[case[0] for case in SHOWN])
def test_an_indexed_image(
    colors: tuple[Pixel, ...],
    transparency: bytes,
    used: list[int],
    palette: int | None,
    codes: list[str],
) -> None:
    rows = cycle(used)
    sheet = read(indexed(rows, colors, transparency=transparency), MAIN, LAST, REDS)
    assert sheet.indices.tolist() == rows
    assert [warning.code for warning in sheet.warnings] == codes
    drawn = any(used) and palette is None
    assert sheet.palettes.tolist() == [-1 if drawn else (palette or 0) * any(used)]
    for warning in sheet.warnings:
        assert warning.severity is Severity.WARNING
        assert warning.file == "art/hero.png"
        assert warning.message.isprintable()
        assert warning.hint
        assert "None" not in warning.message + warning.hint


def test_an_image_in_true_colour_with_colours_that_are_one_on_the_console() -> None:
    rows = [[RED, NEARLY_BLUE, BLUE, NEARLY_RED, RED, RED, RED, RED]] * 8
    (warning,) = read(png(rows, 2), MAIN, REDS).warnings
    assert warning.message == (
        "#ff0000 at pixel (0, 0) and #f80307 at pixel (3, 0) look the same on the console. "
        "Colours of the image that look like another one: 2."
    )
    assert "and in reds.hex" in (warning.hint or "")
    assert read(png([[RED, BLUE] * 4] * 8, 2), REDS).warnings == ()


def told(colors: tuple[Pixel, ...], transparency: bytes, *palettes: Palette) -> list[str]:
    """Message and hint of what is said of a row of pixels 4 1 2 3 0 0 0 0."""
    rows = [[4, 1, 2, 3, 0, 0, 0, 0], *[[1] * 8] * 7]
    warnings = read(indexed(rows, colors, transparency=transparency), *palettes).warnings
    return [f"{warning.message} {warning.hint}" for warning in warnings]


def test_a_warning_names_pixels_and_colours() -> None:
    (zero,) = told(MAIN.colors, b"", MAIN)
    assert "Pixels of index 0, which is #000000 in the image" in zero
    assert "4, the first at (4, 0)." in zero
    assert "at an index from 1 to 15" in zero

    dark = (BLACK, RED, GREEN, BLACK, WHITE)
    (zero,) = told(dark, b"", Palette(name="dark.hex", colors=dark))
    assert "draw them with index 3, which is #000000 too" in zero

    first, second = told(MAIN.colors, b"\0\xff\0\xff\x07", MAIN)[:1] + told(
        MAIN.colors, b"\0\xff\0", MAIN
    )
    assert "2, the first at (0, 0) with index 4 (#ffffff, alpha 7)." in first
    assert "Make #ffffff opaque" in first
    assert "1, the first at (2, 0) with index 2 (#00ff00, alpha 0)." in second
    assert "to index 0" in second

    short = Palette(name="short.hex", colors=MAIN.colors[:3])
    (undeclared,) = told(MAIN.colors, CLEAR, LAST, short)
    assert "2, the first at (0, 0) with index 4 (#ffffff in the image)." in undeclared
    assert "Add colours to last.hex, which has 3, up to index 4" in undeclared

    mixed = (BLACK, RED, BLUE, GREEN, WHITE)
    (other,) = told(mixed, CLEAR, MAIN)
    assert (
        "Index 2, first at pixel (2, 0), is #0000ff in the image and #00ff00 in main.hex" in other
    )
    assert "(2 of the used indices differ)" in other
    long = Palette(name="long.hex", colors=(*[WHITE] * 4, BLUE))
    (missing,) = told(MAIN.colors, CLEAR, Palette(name="four.hex", colors=MAIN.colors[:4]), long)
    assert "is #ffffff in the image and not declared in four.hex" in missing
    assert "In four.hex index 4 is black. Add #ffffff there" in missing
