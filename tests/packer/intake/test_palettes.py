"""Palette files: every format, and what is refused with which words."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image
from tests.every import every
from tests.packer.intake.files import indexed, png, refused

from prometeu_assets.banks.tiles import palette_texts
from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.codes.code import Severity

TWO = ((0x1A, 0x1C, 0x2C), (0xFF, 0x00, 0x44))
SIXTEEN = tuple((i, 2 * i, 3 * i) for i in range(16))


def read_palette(data: bytes, *, name: str) -> Palette:
    (palette,) = read_palettes(data, name=name)
    return palette


def hex_file(colors: tuple[tuple[int, int, int], ...], end: str = "\n") -> bytes:
    return "".join(f"{r:02x}{g:02x}{b:02x}{end}" for r, g, b in colors).encode()


def jasc_file(colors: tuple[tuple[int, int, int], ...]) -> bytes:
    rows = "".join(f"{r} {g} {b}\r\n" for r, g, b in colors)
    return f"JASC-PAL\r\n0100\r\n{len(colors)}\r\n{rows}".encode()


def pillow_png(mode: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "PNG")
    return out.getvalue()


@every(
    [
        ("p.hex", b"1a1c2c\nff0044\n"),
        ("p.hex", b"1a1c2c\nff0044"),
        ("p.hex", b"#1A1C2C\r\n\r\n  #FF0044 \r\n"),
        ("p.hex", b"\xef\xbb\xbf1a1c2c\rff0044\r"),
        ("P.HEX", b"1a1c2c\nff0044\n"),
        ("a.b/p.gpl", b"GIMP Palette\nName: Two\nColumns: 2\n# note\n 26  28  44\n255 0 68 Red\n"),
        ("p.gpl", b"GIMP Palette\r\n26\t28\t44\tUn n\xc3\xa9\r\n255\t0\t68\tUntitled\r\n"),
        ("p.gpl", b"\xef\xbb\xbfGIMP Palette\n026 028 044\n255 000 068\n"),
        ("p.pal", b"JASC-PAL\r\n0100\r\n2\r\n26 28 44\r\n255 0 68\r\n"),
        ("p.pal", b"JASC-PAL\n0100\n2\n26 28 44\n255 0 68"),
        ("p.json", b'{"colors": ["#1a1c2c", "#FF0044"]}'),
        ("p.json", b'\xef\xbb\xbf {"colors":["#1a1c2c","#ff0044"]}\n'),
        ("p.gpl", b"GIMP Palette\nChannels: RGBA\n#\n 26  28  44   0 None\n255 0 68 255\tRed\n"),
        ("p.gpl", b"GIMP Palette\n26 28 44 255\n255 0 68 0\n"),  # without channels: names
        ("p.pal", b"JASC-PAL\n0100\n2\n26 28 44 0\n255 0 68 255\n"),
        ("p.pal", b"JASC-PAL\n0100\n2\n26 28 44 255\n255 0 68 255\n"),
        ("p.json", b'{"name":"x","author":"","colors":["1a1c2c","ff0044"]}'),
        ("p.png", indexed([[0, 1]], TWO, 1)),
        ("p.png", png([TWO], 2)),
        ("p.png", png([[(*TWO[0], 0), (*TWO[1], 255)]], 6)),
        ("p.png", png([TWO], 2, transparency=bytes([0, 0x1A, 0, 0x1C, 0, 0x2C]))),
        ("p.Png", indexed([[0, 1]], TWO, 8, transparency=b"\0")),
    ]
)
def test_formats(name: str, data: bytes) -> None:
    assert read_palette(data, name=name) == Palette(name=name, colors=TWO)


@pytest.mark.parametrize("count", [1, 15, 16])
def test_any_length_up_to_sixteen(count: int) -> None:
    colors = SIXTEEN[:count]
    files = {
        "p.hex": hex_file(colors),
        "p.pal": jasc_file(colors),
        "p.png": indexed([[0]], colors),
        "p.gpl": b"GIMP Palette\n" + b"".join(b"%d %d %d\n" % color for color in colors),
        "p.json": json.dumps(
            {"colors": [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in colors]}
        ).encode(),
    }
    for name, data in files.items():
        assert read_palette(data, name=name).colors == colors


def test_equal_colours_are_kept() -> None:
    palette = read_palette(b"000000\n010203\n010203\n", name="p.hex")
    assert palette.colors == ((0, 0, 0), (1, 2, 3), (1, 2, 3))
    assert palette.warnings == ()


def test_a_grey_strip_is_read_from_left_to_right() -> None:
    levels = (9, 200, 0)
    data = png([[(level,) for level in levels]], 0)
    assert read_palette(data, name="p.png").colors == tuple((i, i, i) for i in levels)


def test_png_of_a_long_palette_gives_its_first_sixteen_colours() -> None:
    colors = tuple((i, i, i) for i in range(200))
    data = indexed([[0, 15], [3, 4]], colors)
    assert read_palette(data, name="p.png").colors == colors[:16]


BLACK, RED, NEARLY_RED, BLUE = (0, 0, 0), (255, 0, 0), (248, 3, 7), (0, 0, 255)
ALIKE = (BLACK, BLUE, RED, NEARLY_RED)

WARNED = [
    # case, name, bytes, code, fragments of the message, place
    ("hex", "p.hex", hex_file(ALIKE), "PALETTE_RGB565",
     ["#ff0000 at index 2 and #f80307 at index 3", "look like an earlier one: 1."], 21),
    ("gpl", "p.gpl", b"GIMP Palette\n0 0 0\n0 0 0\n0 0 1\n0 3 7\n", "PALETTE_RGB565",
     ["#000000 at index 1 and #000001 at index 2", "an earlier one: 2."], 25),
    ("pal", "p.pal", jasc_file(ALIKE), "PALETTE_RGB565", ["index 3"], 44),
    ("json", "p.json", b'{"colors": ["0000ff", "ff0000", "f80307"]}', "PALETTE_RGB565",
     ["index 1", "index 2"], "/colors/2"),
    ("indexed", "p.png", indexed([[0]], ALIKE), "PALETTE_RGB565", ["index 3"], 33),
    ("strip", "p.png", png([ALIKE], 2), "PALETTE_RGB565", ["index 3"], 16),
    ("index 0 is never seen", "p.hex", hex_file((RED, NEARLY_RED)), None, [], None),
    ("colour 3 is transparent", "p.png",
     indexed([[3]], (NEARLY_RED, RED, BLUE, BLACK), transparency=b"\xff\xff\xff\0"),
     "PALETTE_TRANSPARENCY", ["#000000 at index 3 has alpha 0", "#f80307 at index 0"], 33),
    ("colour 1 is half transparent", "p.png",
     indexed([[0]], (BLACK, RED), transparency=b"\0\x80"), "PALETTE_TRANSPARENCY",
     ["#ff0000 at index 1 has alpha 128"], 33),
    ("colour 0 is opaque", "p.png", indexed([[0]], (BLACK, RED), transparency=b"\xff"), None, [],
     None),
    ("sorted strip", "p.png", indexed([[0, 2, 1]], (BLACK, RED, BLUE)), "PALETTE_ORDER",
     ["pixel at (1, 0) is #0000ff", "index 1", "is #ff0000"], 33),
    ("a strip of one pixel", "p.png", indexed([[1]], (BLACK, RED)), None, [], None),
    ("strip in order", "p.png", indexed([[0, 1]], (BLACK, RED, BLUE)), None, [], None),
    ("colours that are equal", "p.png", indexed([[1, 0, 2]], (RED, RED, BLUE)), None, [], None),
    ("no strip: repeated pixels", "p.png", indexed([[1, 0, 1]], (BLACK, RED)), None, [], None),
    ("no strip: two rows", "p.png", indexed([[1, 0]] * 2, (BLACK, RED)), None, [], None),
]  # fmt: skip


@every([c[1:] for c in WARNED], ids=[c[0] for c in WARNED])
def test_what_the_console_shows_otherwise(
    name: str, data: bytes, code: str | None, message: list[str], place: int | str | None
) -> None:
    warnings = read_palette(data, name=name).warnings
    assert [w.code for w in warnings] == ([code] if code else [])
    for warning in warnings:
        assert warning.severity is Severity.WARNING
        assert all(part in warning.message for part in message), warning.message
        assert warning.hint
        assert warning.file == name
        assert (warning.pointer if isinstance(place, str) else warning.offset) == place


BAD = [
    # name, bytes, code, fragment of the message, fragment of the hint, place
    ("p", b"000000", "PALETTE_KIND", "no ending", "Rename the file to end in .hex", None),
    ("p.txt", b"; Paint.NET", "PALETTE_KIND", "`.txt`", ".hex, .gpl, .pal, .json", None),
    ("p.txt", b"GIMP Palette\n", "PALETTE_KIND", "`.txt`", "end in .gpl", None),
    ("p.act", bytes(768), "PALETTE_KIND", "`.act`", "Export the palette as one of .hex", None),
    ("p.hex", b"", "PALETTE_EMPTY", "no colour", "", 0),
    ("p.hex", b" \r\n\n", "PALETTE_EMPTY", "1 to 16", "", 4),
    ("p.hex", b"\xef\xbb\xbf\n", "PALETTE_EMPTY", "no colour", "", 4),
    ("p.hex", b"123456\n12345g\n", "PALETTE_FORMAT", "`12345g` is not a colour", "six hex", 7),
    ("p.hex", b"\xef\xbb\xbf123456\nzz\n", "PALETTE_FORMAT", "`zz` is not a colour", "six hex", 10),
    ("p.hex", b"123456 654321\n", "PALETTE_FORMAT", "is not a colour", "six hex", 0),
    ("p.hex", b"123\n", "PALETTE_FORMAT", "`123`", "six hexadecimal digits", 0),
    ("p.hex", b"123456ff\n", "PALETTE_FORMAT", "`123456ff`", "six digits", 0),
    ("p.hex", b"\x00\x01\x1b[31m\n", "PALETTE_FORMAT", "`\\x00\\x01\\x1b[31m`", "six hex", 0),
    ("p.hex", b"a" * 99, "PALETTE_FORMAT", "aaa...`", "six hexadecimal", 0),
    ("p.hex", "1\N{ARABIC-INDIC DIGIT ONE}3456".encode(), "PALETTE_FORMAT", "\\u0661", "", 0),
    ("p.hex", jasc_file(TWO), "PALETTE_FORMAT", "looks like a JASC palette", "end in .pal", 0),
    ("p.gpl", jasc_file(TWO), "PALETTE_FORMAT", "looks like a JASC palette", "end in .pal", 0),
    ("p.pal", b"GIMP Palette\n0 0 0", "PALETTE_FORMAT", "looks like a GIMP", "end in .gpl", 0),
    ("p.pal", hex_file(TWO), "PALETTE_FORMAT", "not a JASC palette", "end in .hex", 0),
    ("p.json", hex_file(TWO), "PALETTE_FORMAT", "not a JSON palette", "end in .hex", 0),
    ("p.hex", b'{"colors": []}', "PALETTE_FORMAT", "looks like JSON", "end in .json", 0),
    ("p.hex", indexed([[0]], TWO), "PALETTE_FORMAT", "a PNG image", "end in .png", 0),
    ("p.pal", b"RIFF\0\0\0\0PAL data", "PALETTE_FORMAT", "Microsoft RIFF", "one of .hex", 0),
    ("p.hex", "000000".encode("utf-16"), "PALETTE_FORMAT", "UTF-16", "UTF-8", 0),
    ("p.hex", b"version https://git-lfs.github.com/spec/v1\n", "PALETTE_FORMAT", "Git LFS",
     "git lfs pull", 0),
    ("p.gpl", b"<!DOCTYPE html><html>", "PALETTE_FORMAT", "HTML", "download", 0),
    ("p.gpl", b"GIMP\n0 0 0\n", "PALETTE_FORMAT", "begins with `GIMP`", "GIMP Palette", 0),
    ("p.gpl", b"GIMP Palette\n", "PALETTE_EMPTY", "no colour", "", 13),
    ("p.gpl", b"GIMP Palette\n0 0\n", "PALETTE_FORMAT", "`0 0` is not a colour", "255 0 68", 13),
    ("p.gpl", b"GIMP Palette\n0 0 256\n", "PALETTE_FORMAT", "`0 0 256`", "255 0 68", 13),
    ("p.gpl", b"GIMP Palette\n0 0 0x\n", "PALETTE_FORMAT", "`0 0 0x`", "255 0 68", 13),
    ("p.gpl", b"GIMP Palette\n0 0 0000\n", "PALETTE_FORMAT", "`0 0 0000`", "255 0 68", 13),
    ("p.gpl", b"GIMP Palette\n-1 0 0\n", "PALETTE_FORMAT", "`-1 0 0`", "255 0 68", 13),
    ("p.gpl", b"GIMP Palette\nChannels: RGBA\n0 0 0\n", "PALETTE_FORMAT", "`0 0 0` is not a colour",
     "The fourth number is its alpha", 28),
    ("p.gpl", b"GIMP Palette\nChannels: RGBA\n0 0 0 256\n", "PALETTE_FORMAT", "`0 0 0 256`",
     "fourth number", 28),
    ("p.gpl", b"GIMP Palette\n0 0 0\nChannels: RGBA\n", "PALETTE_FORMAT", "`0 0 0`", "", 13),
    ("p.gpl", b"GIMP Palette\nChannels: RGBA\n0 0 0 255\n0 0 0 0\n", "PALETTE_FORMAT",
     "its colour 1 has alpha 0", "Move the transparent colour", 38),
    ("p.pal", b"JASC-PAL", "PALETTE_FORMAT", "found nothing, expected `0100`", "JASC-PAL", 8),
    ("p.pal", b"JASC-PAL\n0200\n", "PALETTE_FORMAT", "found `0200`, expected `0100`", "", 9),
    ("p.pal", b"JASC\n0100\n", "PALETTE_FORMAT", "found `JASC`, expected `JASC-PAL`", "", 0),
    ("p.pal", b"JASC-PAL\n0100\nx\n", "PALETTE_FORMAT", "`x` is not a number", "", 14),
    ("p.pal", b"JASC-PAL\n0100\n", "PALETTE_FORMAT", "nothing is not a number", "", 14),
    ("p.pal", b"JASC-PAL\n0100\n2\n0 0 0\n", "PALETTE_FORMAT", "announces 2 colours and holds 1",
     "", 14),
    ("p.pal", b"JASC-PAL\n0100\n1\n0 0 0 x\n", "PALETTE_FORMAT", "`0 0 0 x`", "", 16),
    ("p.pal", b"JASC-PAL\n0100\n1\n0 0 0 0 0\n", "PALETTE_FORMAT", "`0 0 0 0 0`", "", 16),
    ("p.pal", b"JASC-PAL\n0100\n2\n0 0 0 9\n0 0 0 9\n", "PALETTE_FORMAT",
     "its colour 1 has alpha 9", "without alpha", 24),
    ("p.pal", b"JASC-PAL\n0100\n0\n", "PALETTE_EMPTY", "no colour", "", 16),
    ("p.json", b'{"colors": ["#000000",]}', "PALETTE_FORMAT", "not JSON", "one object", 22),
    ("p.json", '{"é": x'.encode(), "PALETTE_FORMAT", "not JSON", "", 7),
    ("p.json", b'{"colors": ["\xff"]}', "PALETTE_FORMAT", "not UTF-8", "", 13),
    ("p.json", b"[" * 100_000, "PALETTE_FORMAT", "nested too deep", "", ""),
    ("p.json", b'["#000000"]', "PALETTE_FORMAT", "no list named `colors`", "", ""),
    ("p.json", b'{"colors": "#000000"}', "PALETTE_FORMAT", "no list named", "", ""),
    ("p.json", b'{"colors": [], "colors": []}', "PALETTE_FORMAT", "repeated", "", ""),
    ("p.json", b'{"colors": [{"a":1,"a":1}]}', "PALETTE_FORMAT", "repeated", "", ""),
    ("p.json", b'{"colors": [], "notes": ""}', "PALETTE_FORMAT", "member `notes`", "", ""),
    ("p.json", b'{"colors": [], "name": 1}', "PALETTE_FORMAT", "`name` is not a string", "", "/name"),
    ("p.json", b'{"colors": ["ff00ff00"]}', "PALETTE_FORMAT", "is no", "six digits", "/colors/0"),
    ("p.json", b'{"colors": ["#000000", 1]}', "PALETTE_FORMAT", "entry 1 is no", "", "/colors/1"),
    ("p.json", b'{"colors": [%s]}' % (b"1" * 9999), "PALETTE_FORMAT", "entry 0", "", "/colors/0"),
    ("p.json", b'{"colors": ["00000"]}', "PALETTE_FORMAT", "`00000`", "#ff0044", "/colors/0"),
    ("p.json", b'{"colors": ["#00000000"]}', "PALETTE_FORMAT", "is no", "six digits", "/colors/0"),
    ("p.json", b'{"colors": ["\\ud800"]}', "PALETTE_FORMAT", "`\\ud800`", "", "/colors/0"),
    ("p.json", b'{"colors": []}', "PALETTE_EMPTY", "no colour", "", 14),
    ("p.hex", hex_file((*SIXTEEN, (9, 9, 9))), "PALETTE_LENGTH", "has 17 colours; the limit is 16",
     "Split", 112),
    ("p.pal", jasc_file((*SIXTEEN, (1, 1, 1))), "PALETTE_LENGTH", "17 colours", "Split", 161),
    ("p.pal", jasc_file((*TWO, *[(0, 0, 0)] * 254)), "PALETTE_LENGTH", "256 colours",
     "after the first 2 are the same", 139),
    ("p.json", json.dumps({"colors": ["#000000"] * 17}).encode(), "PALETTE_LENGTH", "17 colours",
     "Split", "/colors/16"),
    ("p.png", png([[(i, i, i) for i in range(17)]], 2), "PALETTE_LENGTH", "17 colours", "Split",
     16),
    ("p.png", png([[(0, 0, 0, 255), (0, 0, 0, 0)]], 6), "PALETTE_FORMAT",
     "not a strip of colours: its colour 1 has alpha 0", "Move the transparent", 16),
    ("p.png", png([[(1, 2, 3)]] * 2, 2), "PALETTE_FORMAT", "colours, not indices", "indexed", 25),
    ("p.png", pillow_png("L"), "PALETTE_FORMAT", "not an indexed PNG", "indexed", 25),
    ("p.png", b"GIF89a", "PNG_FORMAT", "a GIF image", "export it as PNG", 0),
    ("p.png", jasc_file(TWO), "PNG_FORMAT", "a JASC palette", "", 0),
    ("p.png", indexed([[0, 2]], TWO), "PNG_CORRUPT", "index 2 of a palette of 2", "", 51),
]  # fmt: skip


@every(BAD)
def test_refusals(
    name: str, data: bytes, code: str, message: str, hint: str, place: int | str | None
) -> None:
    diagnostic = refused(lambda: read_palette(data, name=name))
    assert diagnostic.code == code
    assert message in diagnostic.message
    assert hint in (diagnostic.hint or "")
    assert diagnostic.file == name
    assert (diagnostic.pointer if isinstance(place, str) else diagnostic.offset) == place


def test_a_palette_that_assets_share_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its bytes and the ending of its name; what is wrong is found each time."""
    calls: list[bytes] = []
    known = palette_texts.FORMATS[".hex"]

    def read(data: bytes, name: str) -> list[palette_texts.Found]:
        calls.append(data)
        return known.read(data, name)

    monkeypatch.setitem(palette_texts.FORMATS, ".hex", known._replace(read=read))
    data = b"000000\n080000\n090000\n"
    first = read_palettes(data, name="shared.hex")
    first.clear()
    for name in ("shared.hex", "other.hex", "shared.hex"):
        (palette,) = read_palettes(bytes(bytearray(data)), name=name)
        assert palette.name == name
        assert [warning.file for warning in palette.warnings] == [name]
    read_palettes(b"000000\n", name="shared.hex")
    for name in ("bad.hex", "worse.hex"):
        assert refused(lambda: read_palettes(b"nothing", name=name)).file == name  # noqa: B023
    assert calls == [data, b"000000\n", b"nothing", b"nothing"]
