"""Aseprite documents: flattened beside a slow oracle, their palettes, and what is refused."""

from __future__ import annotations

import random
import struct
import zlib
from itertools import product

import numpy as np
import pytest
from tests.every import every
from tests.packer.intake import aseprites as ase
from tests.packer.intake.aseprites import Image, Node, cel, document, frame, group, layer, link
from tests.packer.intake.files import indexed, png, refused

from prometeu_assets.banks.tiles import aseprite
from prometeu_assets.banks.tiles.flatten import flatten
from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.banks.tiles.pictures import read_picture
from prometeu_assets.banks.tiles.png import Sheet, read_sheet, tiles_in
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused

BLACK, RED, GREEN, BLUE, WHITE = (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3
COLORS = (BLACK, RED, GREEN, BLUE, WHITE)
MAIN = Palette(name="main.hex", colors=COLORS)
OFF, R, G, B = (0, 0, 0, 0), (*RED, 255), (*GREEN, 255), (*BLUE, 255)


def flat(data: bytes) -> list[object]:
    found: list[object] = flatten(aseprite.read(data, name="a.aseprite")).samples().tolist()
    return found


def tile(pixel: ase.Pixel, size: int = 8) -> ase.Rows:
    return [[pixel] * size] * size


def sheet(data: bytes, name: str = "art/hero.aseprite") -> Sheet:
    return read_sheet(data, name=name, tile_size=8, palettes=[MAIN])


# Flattened as the editor shows it


def some_nodes(chance: random.Random, depth: int, frames: int, level: int = 0) -> list[Node]:
    nodes = []
    for _ in range(chance.randint(1, 3)):
        if level < 3 and chance.random() < 0.3:
            visible = chance.random() < 0.8
            nodes.append(Node(int(visible), layers=some_nodes(chance, depth, frames, level + 1)))
            continue
        kinds = [ase.VISIBLE, ase.VISIBLE, ase.VISIBLE, ase.HIDDEN, ase.REFERENCE, ase.BACKGROUND]
        node = Node(chance.choice(kinds))
        for number in range(frames):
            width, height = chance.randint(0, 6), chance.randint(1, 6)
            rows = [[some_pixel(chance, depth) for _ in range(width)] for _ in range(height)]
            x, y = chance.randint(-4, 5), chance.randint(-4, 5)
            if chance.random() < 0.8:
                node.images[number] = Image(rows, x, y, chance.choice([0, 0, 0, 1, -1, 2, -3]))
        nodes.append(node)
    return nodes


def some_pixel(chance: random.Random, depth: int) -> ase.Pixel:
    if depth == 8:
        return (chance.choice([0, 0, 1, 2, 5]),)
    channels = depth // 8 - 1
    alpha = chance.choice([0, 255, 255, chance.randint(1, 254)])
    return (*(chance.randint(0, 255) for _ in range(channels)), alpha)


@every(product([8, 16, 32], [1, 3, 7]))
def test_layers_are_drawn_as_by_an_oracle(depth: int, flags: int) -> None:
    """Groups, visibility, z-indexes, backgrounds, places beyond the canvas, soft pixels."""
    chance = random.Random(depth + flags)
    for transparent in (0, 5) * 30:
        frames, size = chance.randint(1, 3), (chance.randint(1, 7), chance.randint(1, 7))
        nodes = some_nodes(chance, depth, frames)
        data = ase.written(
            nodes, frames, size, depth, ase.palette(COLORS), flags=flags, transparent=transparent
        )
        wanted = ase.drawn(nodes, frames, size, depth, flags=flags, transparent=transparent)
        if depth == 8:
            assert flat(data) == [[pixel[0] for pixel in row] for row in wanted]
        else:
            assert flat(data) == [[list(pixel) for pixel in row] for row in wanted]


def test_a_z_index_leaves_its_group_unless_groups_are_blended_separately() -> None:
    chunks = [layer("below"), group(), layer("in", level=1), layer("above")]
    cels = [cel(tile(G), 2, z=1), cel(tile(R), 3)]
    assert flat(document(frame(*chunks, *cels), flags=1))[0] == [list(G)] * 8
    assert flat(document(frame(*chunks, *cels), flags=3))[0] == [list(R)] * 8


@every([
        ("compressed", ase.plain(tile(R))),
        ("raw", document(frame(layer(), cel(tile(R), kind=0)))),
        ("chunks are counted by the old field", document(frame(layer(), cel(tile(R)), old=True))),
        ("opacity that does not count", document(frame(layer(opacity=0), cel(tile(R))), flags=0)),
        (
            "a group's mode and opacity that do not count",
            document(frame(group(blend=3, opacity=9), layer(level=1), cel(tile(R), 1))),
        ),
        (
            "hidden layers may have anything",
            document(
                frame(
                    layer(), cel(tile(R)), layer(flags=0, blend=3, opacity=7), cel(tile(G), 1),
                    layer(flags=0, kind=2), cel([], 2, kind=3), group(flags=0),
                    layer(level=1, blend=2), cel(tile(B), 4, opacity=3),
                )
            ),
        ),
        (
            "a layer or cel of opacity 0 shows nothing",
            document(
                frame(
                    layer(), cel(tile(R)), layer(opacity=0, blend=1), cel(tile(G), 1),
                    layer(), cel(tile(B), 2, opacity=0),
                )
            ),
        ),
        ("a layer without cels may have a mode", document(frame(layer(), layer(blend=1), cel(tile(R))))),
        (
            "chunks for the editor are skipped",
            document(
                frame(
                    ase.chunk(0x2007, bytes(16)), layer(), ase.chunk(0x2020, bytes(4)),
                    ase.chunk(0x2018, bytes(10)), cel(tile(R)), ase.chunk(0x2006, bytes(36)),
                    ase.chunk(0x2022, b"\xff"), ase.chunk(0x2023, b"\xff"), ase.chunk(0xBEEF),
                )
            ),
        ),
        ("bytes after the last frame", ase.plain(tile(R)) + b"rest"),
    ])  # fmt: skip
def test_what_is_read(name: str, data: bytes) -> None:
    found = sheet(data)
    assert found.indices.tolist() == [[1] * 8] * 8
    assert found.warnings == ()


def test_frames_follow_each_other_and_tiles_go_row_by_row() -> None:
    left_and_right = [[R] * 8 + [G] * 8] * 8
    data = document(
        frame(layer(), cel(left_and_right)), frame(cel([[B] * 8] * 8, x=8)), frame(link(0)),
        frame(link(1, x=0)), frame(), size=(16, 8),
    )  # fmt: skip
    found = sheet(data).indices
    tiles = [found[row : row + 8, x : x + 8] for row in range(0, 40, 8) for x in (0, 8)]
    assert [np.unique(each).tolist() for each in tiles] == [
        [1], [2], [0], [3], [1], [2], [3], [0], [0], [0]
    ]  # fmt: skip
    assert tiles_in(data, name="a.ase", tile_size=8) == 10


@pytest.mark.parametrize("name", ["a.aseprite", "a.ASE", "a.png"])
def test_a_sheet_is_told_by_its_content(name: str) -> None:
    rows = tile(R)
    for data in (ase.plain(rows), png(rows, 6)):
        assert read_sheet(data, name=name, tile_size=8, palettes=[MAIN]).indices[0, 0] == 1
        assert tiles_in(data, name=name, tile_size=8) == 1


def test_grey_is_matched_by_colour() -> None:
    assert sheet(ase.plain(tile((255, 255)), depth=16)).indices[0, 0] == 4


@pytest.mark.parametrize(
    ("grid", "found"), [((3, -2, 16, 8), (3, -2, 16, 8)), ((0, 0, 0, 0), None)]
)
def test_the_grid(grid: tuple[int, int, int, int], found: object) -> None:
    assert aseprite.grid(ase.plain(tile(R), grid=grid), name="a.ase") == found  # type: ignore[arg-type]


# Warnings


def shades(index: int, *more: bytes, flags: int = 1, transparent: int = 0) -> bytes:
    """An indexed document of two frames: an index at (2, 3) of the second one."""
    rows = [[(index,) if (x, y) == (2, 3) else (1,) for x in range(8)] for y in range(8)]
    chunks = more or (ase.palette(COLORS),)
    return document(
        frame(layer(flags=flags), *chunks, cel(tile((1,)))), frame(cel(rows)),
        depth=8, transparent=transparent,
    )  # fmt: skip


@every([
        ("transparent", shades(0), None, ""),
        ("drawn by the background", shades(0, flags=9), "SHEET_INDEX_ZERO", ": 1, the first"),
        (
            "another transparent index",
            shades(4, transparent=4),
            "SHEET_TRANSPARENCY",
            "(frame 2: 2, 3) with index 4",
        ),
        ("0 is a colour then", shades(0, transparent=4), "SHEET_INDEX_ZERO", "(frame 2: 2, 3)"),
        (
            "a colour that is not opaque",
            shades(2, ase.palette([BLACK, RED, (*GREEN, 9)])),
            "SHEET_TRANSPARENCY",
            "alpha 9",
        ),
        (
            "another colour",
            shades(2, ase.palette([BLACK, RED, BLUE])),
            "SHEET_PALETTE",
            "Index 2, first at pixel (frame 2: 2, 3), is #0000ff",
        ),
        ("beyond its own palette", shades(4, ase.palette([BLACK, RED])), "SHEET_PALETTE", "#000000"),
        ("old", shades(2, ase.old_palette([(0, [BLACK, RED]), (0, [GREEN])])), None, ""),
        ("old, skipping", shades(2, ase.old_palette([(1, [RED, GREEN])])), None, ""),
        (
            "old beside new",
            shades(2, ase.old_palette([(0, [BLUE] * 256)]), ase.palette(COLORS)),
            None,
            "",
        ),
        (
            "oldest",
            shades(2, ase.old_palette([(1, [(63, 0, 0), (0, 63, 0)])], kind=0x11)),
            None,
            "",
        ),
        ("in two steps", shades(2, ase.palette(COLORS[:2]), ase.palette(COLORS[2:], 2)), None, ""),
    ])  # fmt: skip
def test_warnings(name: str, data: bytes, code: str | None, message: str) -> None:
    found = sheet(data)
    assert [warning.code for warning in found.warnings] == ([code] if code else [])
    assert all(message in warning.message for warning in found.warnings)
    assert int(found.indices[11, 2]) != 1


# Palettes


@every(
    [
        ("true colour", ase.plain(tile(R), ase.palette(COLORS)), COLORS),
        ("names", ase.plain(tile(R), ase.palette(COLORS, names=["x", ""])), COLORS),
        ("colour 0 has alpha", ase.plain(tile(R), ase.palette([OFF, RED])), (BLACK, RED)),
        ("indexed", ase.plain(tile((1,)), ase.palette([RED] * 256), depth=8), (RED,) * 16),
        ("indexed, few", ase.plain(tile((3,)), ase.palette([BLACK, RED]), depth=8), (BLACK, RED)),
    ]
)
def test_palettes(name: str, data: bytes, colors: object) -> None:
    for ending in (".aseprite", ".ASE"):
        (found,) = read_palettes(data, name=f"p{ending}")
        assert found.colors == colors
        assert found.warnings == ()


def test_the_transparent_index_of_a_palette_is_told() -> None:
    data = ase.plain(tile((1,)), ase.palette(COLORS), depth=8, transparent=2)
    (warning,) = read_palettes(data, name="p.ase")[0].warnings
    assert (warning.code, warning.data["index"], warning.data["alpha"]) == (
        "PALETTE_TRANSPARENCY", 2, 0
    )  # fmt: skip


def test_a_document_of_indices_from_16_on_gives_several_palettes() -> None:
    data = ase.plain(tile((16,)), ase.palette([RED] * 32), depth=8)
    assert [p.colors for p in read_palettes(data, name="p.ase")] == [(RED,) * 16] * 2


BAD_PALETTES = [
    # case, bytes, code, fragments of message and hint
    ("none", ase.plain(tile(R)), "PALETTE_EMPTY", "no colour", "Export"),
    ("many", ase.plain(tile(R), ase.palette([RED, *COLORS * 4])), "PALETTE_LENGTH", "21 colours", "Split"),
    ("alpha", ase.plain(tile(R), ase.palette([RED, (*RED, 7)])), "PALETTE_FORMAT", "alpha 7", "index 0"),
    ("swatches", b"ASEF\0\1", "PALETTE_FORMAT", "a palette of Adobe swatches", ".aseprite"),
    ("a PNG", indexed([[0]], COLORS), "PALETTE_FORMAT", "a PNG image", "end in .png"),
    ("noise", b"\1\2\3", "ASEPRITE_FORMAT", "does not begin like one", "Save"),
    ("nothing", b"", "ASEPRITE_FORMAT", "has no bytes", "export it again"),
]  # fmt: skip


@every([c[1:] for c in BAD_PALETTES], ids=[c[0] for c in BAD_PALETTES])  # fmt: skip
def test_refused_palettes(data: bytes, code: str, message: str, hint: str) -> None:
    found = refused(lambda: read_palettes(data, name="p.ase"))
    assert found.code == code
    assert message in found.message
    assert hint in (found.hint or "")


# What is refused

PLAIN = ase.plain(tile(R))
LAYERED = frame(layer(), cel(tile(R)))
CEL_AT = 128 + 16 + 25
"""After the header, the head of the frame and a layer with a name of one letter."""
BIG = LIMITS.image_pixels + 1


def with_header(at: int, form: str, value: int) -> bytes:
    changed = bytearray(PLAIN)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


BAD = [
    # case, bytes, code, fragments of message and hint, offset
    ("nothing", b"", "ASEPRITE_FORMAT", "has no bytes", "export it again", 0),
    ("gif", b"GIF89a", "ASEPRITE_FORMAT", "a GIF image", "Save the picture", 0),
    ("lfs", b"version https://git-lfs.github.com/spec/v1", "ASEPRITE_FORMAT", "LFS", "lfs pull", 0),
    ("short header", PLAIN[:100], "ASEPRITE_TRUNCATED", "header is incomplete", "was interrupted", 0),
    ("no frame", PLAIN[:128], "ASEPRITE_TRUNCATED", "frame 1 is missing", "was interrupted", 128),
    ("short frame", PLAIN[:-3], "ASEPRITE_TRUNCATED", "is missing 3 bytes", "was interrupted", 128),
    ("fewer frames", with_header(6, "<H", 2), "ASEPRITE_TRUNCATED", "frame 2", "interrupted", len(PLAIN)),
    ("no frames", with_header(6, "<H", 0), "ASEPRITE_CORRUPT", "0 frames", "save it again", 8),
    ("no width", with_header(8, "<H", 0), "ASEPRITE_CORRUPT", "0x8", "save it again", 8),
    ("depth", with_header(12, "<H", 24), "ASEPRITE_CORRUPT", "24 bits", "save it again", 12),
    ("wide", with_header(8, "<H", BIG), "ASEPRITE_LIMIT", "4097x8", "Split", 8),
    ("high", with_header(10, "<H", BIG), "ASEPRITE_LIMIT", "8x4097", "Split", 10),
    (
        "frames together",
        document(LAYERED, size=(4096, 4096), count=2),
        "ASEPRITE_LIMIT",
        "2 frames of 4096x4096 pixels",
        "Split",
        6,
    ),
    ("frame magic", with_header(132, "<H", 1), "ASEPRITE_CORRUPT", "does not begin", "save", 128),
    ("frame size", with_header(128, "<I", 15), "ASEPRITE_CORRUPT", "does not begin", "save", 128),
    ("count", with_header(140, "<I", 3), "ASEPRITE_CORRUPT", "fewer chunks", "save", 128),
    ("small chunk", with_header(144, "<I", 5), "ASEPRITE_CORRUPT", "a chunk of 5", "save", 144),
    ("large chunk", with_header(144, "<I", 999), "ASEPRITE_CORRUPT", "of 999", "save", 144),
    ("layer", document(frame(ase.chunk(0x2004))), "ASEPRITE_CORRUPT", "layer is too", "save", 144),
    (
        "layer name",
        document(frame(ase.chunk(0x2004, bytes(16) + b"\xff\xff"))),
        "ASEPRITE_CORRUPT",
        "layer is too short",
        "save",
        144,
    ),
    ("level", document(frame(layer(level=1))), "ASEPRITE_CORRUPT", "group", "save", 144),
    (
        "in a layer",
        document(frame(layer(), layer(level=1))),
        "ASEPRITE_CORRUPT",
        "in a group that does not exist",
        "save",
        CEL_AT,
    ),
    ("cel", document(frame(ase.chunk(0x2005))), "ASEPRITE_CORRUPT", "cel is too", "save", 144),
    ("no layer", document(frame(cel(tile(R)))), "ASEPRITE_CORRUPT", "layer 0 of 0", "save", 144),
    (
        "cel of a group",
        document(frame(group(), cel(tile(R)))),
        "ASEPRITE_CORRUPT",
        "a group has a cel",
        "save",
        CEL_AT,
    ),
    (
        "two cels",
        document(frame(layer(), *[cel([[R]])] * 2)),
        "ASEPRITE_CORRUPT",
        "two cels in one frame",
        "save",
        CEL_AT + len(cel([[R]])),
    ),
    (
        "link",
        document(frame(layer(), link(0))),
        "ASEPRITE_CORRUPT",
        "frame 1, which has no cel",
        "save",
        CEL_AT,
    ),
    (
        "type of cel",
        document(frame(layer(), cel(tile(R), kind=9))),
        "ASEPRITE_CORRUPT",
        "unknown type 9",
        "save",
        CEL_AT,
    ),
    (
        "few pixels",
        document(frame(layer(), cel(tile(R), data=zlib.compress(b"1234")))),
        "ASEPRITE_CORRUPT",
        "less pixels",
        "save",
        CEL_AT,
    ),
    (
        "many pixels",
        document(frame(layer(), cel(tile(R), data=zlib.compress(bytes(999))))),
        "ASEPRITE_CORRUPT",
        "more pixels",
        "save",
        CEL_AT,
    ),
    (
        "raw pixels",
        document(frame(layer(), cel(tile(R), kind=0, data=bytes(9)))),
        "ASEPRITE_CORRUPT",
        "less pixels",
        "save",
        CEL_AT,
    ),
    (
        "zlib",
        document(frame(layer(), cel(tile(R), data=b"no"))),
        "ASEPRITE_CORRUPT",
        "inconsistent",
        "save",
        CEL_AT,
    ),
    (
        "large cel",
        document(frame(layer(), cel([], size=(BIG, 1), data=b""))),
        "ASEPRITE_LIMIT",
        "a cel of 4097x1",
        "Split",
        CEL_AT,
    ),
    (
        "palette range",
        ase.plain(tile(R), ase.palette(COLORS, 1, size=5)),
        "ASEPRITE_CORRUPT",
        "5 colours sets 1 to 5",
        "save",
        CEL_AT,
    ),
    (
        "palette size",
        ase.plain(tile(R), ase.palette(COLORS, size=LIMITS.aseprite_colors + 1)),
        "ASEPRITE_LIMIT",
        "more colours",
        "Split",
        CEL_AT,
    ),
    (
        "old palette, long",
        ase.plain(tile(R), ase.chunk(4, b"\xff\xff" + b"\xff\1abc" * 65_535)),
        "ASEPRITE_LIMIT",
        "more colours",
        "Split",
        CEL_AT,
    ),
    (
        "old palette, short",
        ase.plain(tile(R), ase.chunk(4, b"\1\0\0\1ab")),
        "ASEPRITE_CORRUPT",
        "palette is too short",
        "save",
        CEL_AT,
    ),
    (
        "palette of a frame",
        document(
            frame(layer(), ase.palette(COLORS), cel(tile((1,)))), frame(ase.palette([RED])), depth=8
        ),
        "ASEPRITE_UNSUPPORTED",
        "The palette changes in frame 2",
        "separate file",
        None,
    ),
    ("size", ase.plain([[R] * 8] * 9), "SHEET_SIZE", "8x9 pixels", "Crop", 20),
    ("alpha", ase.plain(tile((9, 9, 9, 3))), "SHEET_ALPHA", "alpha 3", "Remove", None),
    ("color", ase.plain(tile((9, 9, 9, 255))), "SHEET_COLOR", "#090909", "nearest", None),
]  # fmt: skip


@every([c[1:] for c in BAD], ids=[c[0] for c in BAD])
def test_refusals(data: bytes, code: str, message: str, hint: str, offset: int | None) -> None:
    found = refused(lambda: sheet(data))
    assert found.code == code
    assert message in found.message
    assert hint in (found.hint or "")
    assert found.file == "art/hero.aseprite"
    if offset is not None:
        assert found.offset == offset


@every(
    [
        (
            "mode",
            document(frame(layer(), layer("sh`x\n", blend=1), cel(tile(R), 1))),
            ["The layer `sh\\x60x\\n` has the blend mode Multiply, which is not supported."],
            "Normal",
        ),
        (
            "unknown mode of a nameless layer",
            document(frame(layer("", blend=77), cel(tile(R)))),
            ["The layer number 1 has the blend mode number 77, which is not supported."],
            "Normal",
        ),
        (
            "opacity",
            document(frame(layer(opacity=128), cel(tile(R)))),
            ["The layer `L` has the opacity 128 of 255, which is not supported."],
            "255",
        ),
        (
            "opacity of a cel",
            document(frame(layer()), frame(cel(tile(R), opacity=1))),
            ["The layer `L` has a cel of the opacity 1 of 255 in frame 2, which is not supported."],
            "255",
        ),
        (
            "group",
            document(frame(group(blend=2, opacity=9), layer(level=1), cel(tile(R), 1)), flags=3),
            [
                "The group `G` has the blend mode Screen, which is not supported.",
                "The group `G` has the opacity 9 of 255, which is not supported.",
            ],
            "group",
        ),
        (
            "tilemap",
            document(frame(layer(kind=2), cel([], kind=3), layer("M"), cel([], 1, kind=3))),
            [
                "The layer `L` is a tilemap, which is not supported.",
                "The layer `M` is a tilemap, which is not supported.",
            ],
            "Convert To",
        ),
        (
            "each layer once",
            document(*[frame(layer(blend=1), cel(tile(R)))], frame(cel(tile(R))), frame(link(0))),
            ["The layer `L` has the blend mode Multiply, which is not supported."],
            "hidden",
        ),
    ]
)
def test_layers_that_are_not_kept_exactly(
    name: str, data: bytes, messages: list[str], hint: str
) -> None:
    with pytest.raises(Refused) as error:
        sheet(data)
    found = list(error.value.report)
    assert [each.message for each in found] == messages
    assert {each.code for each in found} == {"ASEPRITE_UNSUPPORTED"}
    assert all(hint in (each.hint or "") for each in found)


@every(
    [
        (ase.palette(COLORS), False),
        (ase.palette([GREEN], 2, size=5), False),
        (ase.palette([BLUE], 2, size=5), True),
        (ase.palette(COLORS[:3]), True),
        (ase.old_palette([(0, [WHITE] * 9)]), False),
    ]
)
def test_a_palette_that_a_later_frame_changes(later: bytes, refuses: bool) -> None:
    frames = [frame(layer(), ase.palette(COLORS), cel(tile((1,)))), frame(link(0), later)]
    data = document(*frames, depth=8)
    if refuses:
        assert refused(lambda: sheet(data)).hint_key == "palette"
    else:
        assert sheet(data).indices.tolist() == [[1] * 8] * 16


def test_a_picture_of_one_frame_says_plain_places() -> None:
    assert "at (0, 0)" in refused(lambda: sheet(ase.plain(tile((9, 9, 9, 3))))).message
    two = document(frame(layer()), frame(cel(tile((9, 9, 9, 3)))))
    assert "at (frame 2: 0, 0)" in refused(lambda: sheet(two)).message


def test_a_drawing_is_a_picture() -> None:
    picture = read_picture(ase.plain(tile((1,)), depth=8), name="a.ase")
    assert picture.header.frames == 1
    assert picture.colors == (BLACK,) * 2
