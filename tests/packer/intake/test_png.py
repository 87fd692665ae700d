"""Sprite images: every sort of PNG, matching against a slow oracle, and what is refused."""

from __future__ import annotations

import io
import struct
import zlib
from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin
from tests.every import every
from tests.packer.intake.files import SIGNATURE, Pixel, chunk, header, indexed, png, refused

from prometeu_assets.banks.tiles.palettes import Palette
from prometeu_assets.banks.tiles.png import Sheet, check_capacity, lay_out, read_sheet
from prometeu_assets.banks.tiles.raster import scan

BLACK, RED, GREEN, BLUE, WHITE = (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3
MAIN = Palette(name="main.hex", colors=(BLACK, RED, GREEN, BLUE, WHITE))
GREYS = Palette(name="greys.hex", colors=tuple((i * 17,) * 3 for i in (0, *range(15))))
LAST = Palette(name="last.hex", colors=(RED, (255, 255, 254), (17, 17, 17)))
FULL = Palette(name="full.hex", colors=(BLACK, *[(i, 99, i) for i in range(15)]))


def read(data: bytes, *palettes: Palette, tile_size: int = 8) -> Sheet:
    return read_sheet(data, name="art/hero.png", tile_size=tile_size, palettes=palettes or (MAIN,))


def rows_of(pixel: Pixel, width: int = 8, height: int = 8) -> list[list[Pixel]]:
    return [[pixel] * width for _ in range(height)]


def with_pixel(x: int, y: int, pixel: Pixel, ground: Pixel, size: int = 8) -> list[list[Pixel]]:
    rows = rows_of(ground, size, size)
    rows[y][x] = pixel
    return rows


# What is read


@every(product([False, True], [1, 2, 4, 8]))
def test_indexed_images_keep_their_indices(interlaced: bool, depth: int) -> None:
    count = min(16, 1 << depth)
    colors = [(i * 8, 50 + i, 100 + i) for i in range(count)]
    rows = [[(x * 3 + y) % count for x in range(24)] for y in range(8)]
    data = indexed(rows, colors, depth, interlaced=interlaced, pieces=3, transparency=b"\0")
    sheet = read(data, MAIN, Palette(name="own.hex", colors=tuple(colors)))
    assert sheet.indices.tolist() == rows
    assert (sheet.palettes.tolist(), sheet.warnings) == ([1] * 3, ())


@every(product([False, True], [1, 2, 4, 8]))
def test_greys_expand(interlaced: bool, depth: int) -> None:
    top = (1 << depth) - 1
    levels = sorted({0, top // 3, top // 2, top})
    colors = [BLACK, *[(level * 255 // top,) * 3 for level in levels]]
    rows = [[levels[(x + y) % len(levels)] for x in range(16)] for y in range(8)]
    data = png([[(v,) for v in row] for row in rows], 0, depth, interlaced=interlaced)
    sheet = read(data, Palette(name="greys.hex", colors=tuple(colors)))
    assert sheet.indices.tolist() == [[1 + levels.index(v) for v in row] for row in rows]


@every([1, 2, 4, 8])
def test_an_interlaced_image_of_any_width_and_any_height(depth: int) -> None:
    """Each pass has lines of its own length, and in small images some passes have none."""
    sides = range(1, 34)
    sizes = {size for side in sides for size in ((side, side), (side, 33), (33, side))}
    for width, height in sorted(sizes):
        rows = [[(x * 5 + y * 3) % (1 << depth) for x in range(width)] for y in range(height)]
        colors = [(i, i, i) for i in range(1 << depth)]
        data = indexed(rows, colors, depth, interlaced=True)
        assert scan(data, name="a.png").samples().tolist() == rows


@every([(0, 1), (2, 3), (3, 1), (4, 2), (6, 4)])
def test_lines_without_a_filter_are_the_samples(color_type: int, channels: int) -> None:
    rows = [
        [tuple((x * 3 + y + c) % 16 for c in range(channels)) for x in range(9)] for y in (0, 1)
    ]
    plain = b"".join(b"\0" + bytes(sample for pixel in row for sample in pixel) for row in rows)
    palette = chunk(b"PLTE", bytes(48)) if color_type == 3 else b""
    parts = [header(9, 2, 8, color_type, 0, 0, 0), palette, chunk(b"IDAT", zlib.compress(plain))]
    data = b"".join([SIGNATURE, *parts, chunk(b"IEND")])
    found = scan(data, name="a.png").samples()
    wanted = np.array(rows, np.uint8)
    assert found.tolist() == (wanted[..., 0] if channels == 1 else wanted).tolist()
    assert (found == scan(png(rows, color_type, colors=[BLACK] * 16), name="a.png").samples()).all()


def test_grey_with_alpha() -> None:
    data = png(with_pixel(3, 2, (77, 0), (34, 255)), 4)
    sheet = read(data, MAIN, GREYS)
    assert sheet.palettes.tolist() == [1]
    assert sheet.indices[2, 3] == 0
    assert np.delete(sheet.indices.ravel(), 19).tolist() == [3] * 63


@every(
    [
        (with_pixel(1, 0, (9, 9, 9), RED), 2, 8, struct.pack(">3H", 9, 9, 9)),
        (with_pixel(1, 0, (9, 9, 9), RED), 2, 8, struct.pack(">3H", 0xF009, 9, 9)),
        (with_pixel(1, 0, (9,), (255,)), 0, 8, struct.pack(">H", 9)),
        (with_pixel(1, 0, (9,), (15,)), 0, 4, struct.pack(">H", 9)),
        (with_pixel(1, 0, (2,), (3,)), 0, 2, struct.pack(">H", 2)),
        (with_pixel(1, 0, (0,), (1,)), 0, 1, struct.pack(">H", 0)),
    ]
)
def test_transparent_colour_of_an_image_without_alpha(
    rows: list[list[Pixel]], color_type: int, depth: int, key: bytes
) -> None:
    indices = read(png(rows, color_type, depth, transparency=key)).indices
    assert indices[0, 1] == 0
    assert np.count_nonzero(indices) == 63


def test_transparency_chunk_beside_an_alpha_channel_is_ignored() -> None:
    data = png(rows_of((*RED, 255)), 6, before=chunk(b"tRNS", struct.pack(">3H", *RED)))
    assert set(read(data).indices.ravel()) == {1}


def test_index_is_the_lowest_and_never_zero() -> None:
    palette = Palette(name="p.hex", colors=(RED, GREEN, RED, RED))
    assert set(read(png(rows_of(RED), 2), palette).indices.ravel()) == {2}


def test_a_wholly_transparent_image_matches_the_first_palette() -> None:
    sheet = read(png(rows_of((1, 2, 3, 0)), 6), LAST, MAIN)
    assert not sheet.indices.any()
    assert sheet.palettes.tolist() == [0]


def test_colour_management_is_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = b"".join([
        chunk(b"gAMA", struct.pack(">I", 100_000)),
        chunk(b"cHRM", struct.pack(">8I", *range(1, 9))),
        chunk(b"iCCP", b"x\0\0" + zlib.compress(profile)),
        chunk(b"sBIT", b"\x05\x06\x05"),
        chunk(b"PLTE", bytes(RED)),
        chunk(b"bKGD", bytes(6)),
    ])  # fmt: skip
    data = png(with_pixel(0, 0, (1, 2, 3), (4, 5, 6)), 2, before=before)
    indices = read(data, Palette(name="p", colors=(BLACK, (4, 5, 6), (1, 2, 3)))).indices
    assert indices[0].tolist() == [2, 1, 1, 1, 1, 1, 1, 1]


@every(
    [
        chunk(b"iCCP", b"broken"),
        chunk(b"zTXt", b"bomb\0\0" + zlib.compress(bytes(80_000_000), 1)),
        chunk(b"iTXt", b"\xff"),
        chunk(b"eXIf", b"\xff"),
        chunk(b"pHYs"),
        chunk(b"fcTL", b"no animation"),
    ],
    ids=["iCCP", "bomb", "iTXt", "eXIf", "pHYs", "fcTL"],
)
def test_ancillary_chunks_are_never_looked_into(before: bytes) -> None:
    assert set(read(png(rows_of(RED), 2, before=before)).indices.ravel()) == {1}


@every(["1", "L", "LA", "P", "RGB", "RGBA"])
def test_images_written_by_pillow(mode: str) -> None:
    image = Image.new("RGBA", (16, 8), (255, 255, 255, 255)).convert(mode)
    info = PngImagePlugin.PngInfo()
    info.add_text("note", "x" * 1000, zip=True)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, dpi=(72, 72))
    sheet = read(out.getvalue())
    assert sheet.indices.shape == (8, 16)
    assert mode == "P" or set(sheet.indices.ravel()) == {4}


def test_bytes_after_the_end_are_ignored() -> None:
    assert set(read(png(rows_of(RED), 2) + b"junk").indices.ravel()) == {1}


def test_the_largest_image() -> None:
    row = b"\x00" + bytes(2048)
    data = (
        SIGNATURE
        + header(4096, 4096, 4, 3, 0, 0, 0)
        + chunk(b"PLTE", bytes(3))
        + chunk(b"IDAT", zlib.compress(row * 4096, 1))
        + chunk(b"IEND")
    )
    assert read(data, tile_size=32).indices.shape == (4096, 4096)


# What is refused

GRADIENT = [[(x * 30, y * 30, 5) for x in range(8)] for y in range(8)]
SEVENTEEN = [[(x + 8 * y) % 17 for x in range(8)] for y in range(8)]
PLAIN = png(rows_of(RED), 2)
AT = PLAIN.index


def raw(width: int, height: int, depth: int, kind: int, *chunks: bytes, rest: bytes = b"") -> bytes:
    """A PNG of any header and image data ``rest``."""
    data = chunk(b"IDAT", zlib.compress(rest)) if rest else b""
    return b"".join([SIGNATURE, header(width, height, depth, kind, 0, 0, 0), *chunks, data,
                     chunk(b"IEND")])  # fmt: skip


BAD = [
    # case, bytes, code, fragments of message and hint, offset
    ("nothing", b"", "PNG_FORMAT", "has no bytes", "export it again", 0),
    ("jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF", "PNG_FORMAT", "a JPEG image", "editor", 0),
    ("gif", b"GIF89a", "PNG_FORMAT", "a GIF image", "a new name does not convert it", 0),
    ("webp", b"RIFF\0\0\0\0WEBPVP8 ", "PNG_FORMAT", "a WebP image", "image editor", 0),
    ("bmp", b"BM\x46\0\0\0" + bytes(20), "PNG_FORMAT", "a BMP image", "image editor", 0),
    ("wav", b"RIFF\0\0\0\0WAVEfmt ", "PNG_FORMAT", "a WAV sound", "Export the image", 0),
    ("lfs", b"version https://git-lfs.github.com/spec/v1", "PNG_FORMAT", "LFS", "lfs pull", 0),
    ("html", b"\n<!doctype HTML>", "PNG_FORMAT", "HTML", "download", 0),
    ("zip", b"PK\x03\x04", "PNG_FORMAT", "a zip archive", "Export", 0),
    ("newlines", PLAIN.replace(b"\r\n", b"\n"), "PNG_FORMAT", "line-end", ".gitattributes", 0),
    ("noise", b"\x01\x02\x03", "PNG_FORMAT", "does not begin like one", "Export the image as PNG", 0),
    ("short signature", SIGNATURE[:5], "PNG_TRUNCATED", "it has 5 bytes", "was interrupted", 5),
    ("signature alone", SIGNATURE, "PNG_TRUNCATED", "end chunk is missing", "was interrupted", 8),
    ("cut", PLAIN[:-20], "PNG_TRUNCATED", "`IDAT` chunk is missing 8 bytes", "was interrupted", 33),
    ("no end", PLAIN[:-12], "PNG_TRUNCATED", "end chunk is missing", "", len(PLAIN) - 12),
    ("stream cut", SIGNATURE + header(8, 8, 8, 2, 0, 0, 0)
     + chunk(b"IDAT", zlib.compress(bytes(200))[:-5]) + chunk(b"IEND"),
     "PNG_TRUNCATED", "image data is incomplete", "was interrupted", 33),
    ("bad sum", PLAIN.replace(b"IDAT", b"IDAt"), "PNG_CORRUPT", "checksum of its `IDAt`", "", 33),
    ("no chunk", SIGNATURE + b"\0\0\0\0!!!!" + bytes(9), "PNG_CORRUPT", "`!!!!` is no", "", 8),
    ("huge chunk", SIGNATURE + b"\xff" * 4 + b"IHDR", "PNG_CORRUPT", "`IHDR` chunk announces 4294967295", "", 8),
    ("no header", SIGNATURE + chunk(b"IEND"), "PNG_CORRUPT", "begin with its header", "", 8),
    ("long header", SIGNATURE + chunk(b"IHDR", bytes(14)) + chunk(b"IEND"), "PNG_CORRUPT",
     "begin with its header", "", 8),
    ("two headers", raw(8, 8, 8, 2, header(8, 8, 8, 2, 0, 0, 0)), "PNG_CORRUPT", "repeated", "",
     33),
    ("no width", raw(0, 8, 8, 2), "PNG_CORRUPT", "0x8 pixels", "", 8),
    ("depth 3", raw(8, 8, 3, 2), "PNG_CORRUPT", "header", "", 8),
    ("colour type 7", raw(8, 8, 8, 7), "PNG_CORRUPT", "header", "", 8),
    ("interlace 2", SIGNATURE + header(8, 8, 8, 2, 0, 0, 2) + chunk(b"IEND"), "PNG_CORRUPT",
     "header", "", 8),
    ("no data", raw(8, 8, 8, 2), "PNG_CORRUPT", "no image data", "", None),
    ("split data", raw(8, 8, 8, 2, chunk(b"IDAT"), chunk(b"tEXt"), rest=bytes(200)),
     "PNG_CORRUPT", "not in one piece", "", 33),
    ("not deflate", raw(8, 8, 8, 2, chunk(b"IDAT", b"?" * 30)), "PNG_CORRUPT", "inconsistent", "",
     33),
    ("less data", raw(8, 8, 8, 2, rest=bytes(199)), "PNG_CORRUPT", "less image data", "", 33),
    ("more data", raw(8, 8, 8, 2, rest=bytes(201)), "PNG_CORRUPT", "more image data", "", 33),
    ("inflation bomb", raw(8, 8, 8, 2, rest=bytes(9_000_000)), "PNG_CORRUPT", "more", "", 33),
    ("no filter 9", raw(8, 8, 8, 2, rest=b"\x09" * 200), "PNG_CORRUPT", "cannot be decoded", "",
     33),
    ("critical", raw(8, 8, 8, 2, chunk(b"ABCD"), rest=bytes(200)), "PNG_CORRUPT", "`ABCD`", "", 33),
    ("no palette", raw(8, 8, 8, 3, rest=bytes(72)), "PNG_CORRUPT", "no palette", "", None),
    ("palette of 4 bytes", raw(8, 8, 8, 3, chunk(b"PLTE", bytes(4)), rest=bytes(72)),
     "PNG_CORRUPT", "palette has 4 bytes", "", 33),
    ("two palettes", raw(8, 8, 8, 3, *[chunk(b"PLTE", bytes(3))] * 2, rest=bytes(72)),
     "PNG_CORRUPT", "`PLTE` chunk is repeated", "", 48),
    ("late palette", raw(8, 8, 8, 3, chunk(b"IDAT"), chunk(b"PLTE", bytes(3))),
     "PNG_CORRUPT", "`PLTE` chunk is repeated or late", "", 45),
    ("index unknown", indexed([[9] * 8] * 8, MAIN.colors), "PNG_CORRUPT", ("index 9 of a palette "
     "of 5"), "", 60),
    ("long tRNS", indexed([[0] * 8] * 8, MAIN.colors, transparency=bytes(6)), "PNG_CORRUPT",
     "transparency has 6 bytes", "", 60),
    ("short tRNS", png(rows_of(RED), 2, transparency=b"\0\1"), "PNG_CORRUPT",
     "transparency has 2 bytes", "", 33),
    ("many chunks", SIGNATURE + header(8, 8, 8, 2, 0, 0, 0) + chunk(b"teXt") * 65_536,
     "PNG_CORRUPT", "more than 65536 chunks", "", 8 + 25 + 65_535 * 12),
    ("too wide", raw(4104, 8, 8, 2), "PNG_LIMIT", "4104x8 pixels; the limit is 4096x4096", "Cut", 16),
    ("too tall", raw(8, 2**31, 8, 2), "PNG_LIMIT", "8x2147483648 pixels", "Cut", 20),
    ("16 bit", png([[(1, 2, 3)] * 8] * 8, 2, 16), "PNG_UNSUPPORTED", "16 bits", "8 bits", 24),
    ("16 bit grey", png([[(1,)] * 8] * 8, 0, 16), "PNG_UNSUPPORTED", "16 bits", "8 bits", 24),
    ("animated", png(rows_of(RED), 2, before=chunk(b"acTL", bytes(8))), "PNG_UNSUPPORTED",
     "animated", "still image", 33),
    ("wrong width", png(rows_of(RED, 12, 8), 2), "SHEET_SIZE", ("12x8 pixels, which is not a whole "
     "number of 8x8 tiles"), "16x8", 16),
    ("wrong height", png(rows_of(RED, 8, 7), 2), "SHEET_SIZE", "8x7", "8x8", 20),
    ("17 colours", indexed(SEVENTEEN, [(i, i, i) for i in range(17)]), "SHEET_INDEX",
     ("Index 5 at pixel (5, 0) is colour 5 of palette 0, but main.hex has colours: 5. The image uses "
     "17 colours"), "at most 16 colours", None),
    ("sparse indices", indexed([[0, 200] * 4] * 8, [(i, i, i) for i in range(256)]), "SHEET_INDEX",
     ("Index 200 at pixel (1, 0) is colour 8 of palette 12, but palettes declared: 3. The image "
     "uses 2 colours"), "Move them to the start", None),
    ("half transparent", png(with_pixel(5, 6, (*RED, 128), (*RED, 255)), 6), "SHEET_ALPHA",
     "neither 0 nor 255): 1, the first at (5, 6) with alpha 128.", "set the pixel", None),
    ("soft edges", png(rows_of((9, 254)), 4), "SHEET_ALPHA",
     "64, the first at (0, 0) with alpha 254", "anti-aliasing", None),
    ("no palette has it", png(with_pixel(2, 3, (247, 1, 0), RED), 2), "SHEET_COLOR",
     ("#f70100 at pixel (2, 3) is not in main.hex, the closest one. Tried: main.hex (1 missing), "
     "last.hex (2 missing), full.hex (2 missing)."),
     "with #ff0000, the nearest colour of main.hex (index 1)", None),
    ("only at index 0", png(with_pixel(2, 3, BLACK, RED), 2), "SHEET_COLOR", ("#000000 at pixel "
     "(2, 3)"), "main.hex has #000000 only at index 0", None),
    ("too many colours", png(GRADIENT, 2), "SHEET_COLOR", ("#000005 at pixel (0, 0) is not in "
     "main.hex"), "64 opaque ones, and a palette has room for 15", None),
    ("full palette", png([[(i % 3, 99, i % 3 + 9 * (i == 7)) for i in range(8)]] * 8, 2),
     "SHEET_COLOR", "#01630a at pixel (7, 0) is not in full.hex", "full.hex is full", None),
]  # fmt: skip


@every([c[1:] for c in BAD], ids=[c[0] for c in BAD])
def test_refusals(data: bytes, code: str, message: str, hint: str, offset: int | None) -> None:
    diagnostic = refused(lambda: read(data, MAIN, LAST, FULL))
    assert diagnostic.code == code
    assert message in diagnostic.message
    assert hint in (diagnostic.hint or "")
    assert diagnostic.offset == offset
    assert diagnostic.file == "art/hero.png"


def test_a_palette_of_one_colour_matches_nothing_opaque() -> None:
    lone = Palette(name="lone.hex", colors=(BLACK,))
    diagnostic = refused(lambda: read(png(rows_of(RED), 2), lone))
    assert diagnostic.hint == (
        "Add #ff0000 to lone.hex at an index from 1 to 15, or repaint it with a colour of the "
        "palette."
    )


def test_many_palettes_are_counted() -> None:
    palettes = [Palette(name=f"{i}.hex", colors=(BLACK, GREEN)) for i in range(64)]
    message = refused(lambda: read(png(rows_of(RED), 2), *palettes)).message
    assert "15.hex (1 missing), and 48 more." in message


# The sheet of a bank


def cut(sheet: np.ndarray, size: int) -> list[list[list[int]]]:
    height, width = sheet.shape
    return [
        sheet[y : y + size, x : x + size].tolist()
        for y in range(0, height, size)
        for x in range(0, width, size)
    ]


@pytest.mark.parametrize("tile_size", [8, 16, 32])
def test_tiles_are_numbered_through(tile_size: int) -> None:
    draw = np.random.default_rng(tile_size)
    shapes = [(1, 3), (2, 2), (8, 1)]
    sheets = [
        draw.integers(0, 16, (rows * tile_size, columns * tile_size), np.uint8)
        for rows, columns in shapes
    ]
    every = np.array([tile for sheet in sheets for tile in cut(sheet, tile_size)], np.uint8)
    bank = lay_out(every.reshape(-1, tile_size**2), tile_size=tile_size, width=256, height=256)
    assert bank.shape == (256, 256)
    assert bank.dtype == np.uint8
    tiles = cut(bank, tile_size)
    assert tiles[: len(every)] == every.tolist()
    assert not np.array(tiles[len(every) :]).any()


def test_a_full_sheet_is_itself() -> None:
    sheet = np.arange(65_536).reshape(256, 256).astype(np.uint8) & np.uint8(15)
    tiles = np.array(cut(sheet, 16), np.uint8).reshape(-1, 256)
    assert (lay_out(tiles, tile_size=16, width=256, height=256) == sheet).all()
    assert not lay_out(tiles[:0], tile_size=16, width=256, height=256).any()
    with pytest.raises(ValueError, match="broadcast"):
        lay_out(np.tile(tiles, (2, 1)), tile_size=16, width=256, height=256)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([65], "contain 65 tiles (in one image); the bank's sheet holds 64 of 32x32"),
        ([60, 5], "contain 65 tiles (60 + 5)"),
        ([5] * 13, "contain 65 tiles (5 + 5 + 5 + 5 + 5 + 5 + 5 + 5 + 5 + 5 + 5 + 5 + ... in 13"),
    ],
)
def test_too_many_tiles(counts: list[int], message: str) -> None:
    diagnostic = refused(lambda: check_capacity(counts, tile_size=32, width=256, height=256))
    assert diagnostic.code == "TILES_CAPACITY"
    assert message in diagnostic.message
    assert diagnostic.data["per_sheet"] == tuple(counts)
