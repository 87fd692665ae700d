"""The worked pack with tiles is what its page says, and the pictures show what is in it.

Clauses: ``spec/contract/1/container.md#worked-tiles``, ``spec/contract/1/banks.md#tiles``.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from pathlib import Path
from typing import Final

import pytest
from tools import worked

import prometeu_assets as pa
from prometeu_assets.contract.current import CURRENT

SPEC: Final = Path(__file__).parents[2] / "spec"
CONTAINER: Final = (SPEC / CURRENT.folder / "container.md").read_text("utf-8")
SECTION: Final = CONTAINER.partition("{ #worked-tiles }")[2]
VALUES, DUMP, RANGES = re.findall(r"<!-- Generated .*? -->\n(.*?)<!-- end -->", SECTION, re.DOTALL)
DATA: Final = worked.tiles(CURRENT)
PAYLOAD: Final = struct.unpack_from("<I", DATA, 12)[0]
SLICE: Final = DATA[PAYLOAD:]
PICTURES: Final = [SPEC / CURRENT.folder / "banks.md", SPEC / "guide" / "reader.md"]


def cells(text: str) -> list[list[str]]:
    """The rows of the tables in a text, heads included, without marks of code."""
    return [
        [cell.strip() for cell in line.strip("|").replace("`", "").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith("| ---")
    ]


def rebuilt() -> bytes:
    """The pack made from the values of the page with struct, zlib and json alone."""
    rows, colours = (cells(part) for part in VALUES.strip().split("\n\n"))
    sheet = bytearray(256 * 256 // 2)
    for column in (1, 3):
        number = int(rows[0][column].removeprefix("Tile "))
        x, y = number % 32 * 8, number // 32 * 8
        for down, row in enumerate(rows[1:]):
            at = ((y + down) * 256 + x) // 2
            sheet[at : at + 4] = bytes.fromhex(row[column])
            assert int(row[column + 1], 16) == PAYLOAD + at
    palettes = [0] * 1024
    for index, *shown in colours[1:]:
        for palette, colour in enumerate(shown):
            red, green, blue = bytes.fromhex(colour.removeprefix("#"))
            word = (red >> 3) << 11 | (green >> 2) << 5 | blue >> 3
            palettes[palette * 16 + int(index)] = word
    payload = bytes(sheet) + struct.pack("<1024H", *palettes)
    entry = {
        "asset_id": 1, "asset_name": "icons", "bank_type": "TILES", "codec": "NONE",
        "decoded_size": 67584, "offset": 0, "size": len(payload),
        "metadata": {"height": 256, "palette_authored": 2, "palette_count": 64, "tile_size": 8,
                     "width": 256},
    }  # fmt: skip
    value = {"asset_table": [entry], "preload": [{"asset_id": 1, "slot": 0}]}
    header = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    begins = (32 + len(header) + 15) // 16 * 16
    prelude = struct.pack("<4s4I8xI", b"ASPA", 1, len(header), begins, 0, zlib.crc32(header))
    return (prelude + header).ljust(begins, b"\0") + payload


def dumped() -> bytes:
    """The bytes of the dump, in which ``*`` is for lines like the one above it."""
    data, repeats = bytearray(), False
    for line in re.findall(r"```text\n(.*?)```", DUMP, re.DOTALL)[0].splitlines():
        if line == "*":
            repeats = True
            continue
        at, row, letters = line[:8], bytes.fromhex(line[10:57]), line[60:-1]
        while repeats and len(data) < int(at, 16):
            data += data[-16:]
        repeats = False
        assert int(at, 16) == len(data)
        assert letters == "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in row)
        data += row
    return bytes(data)


def test_the_page_the_download_and_what_its_values_make_are_the_same_bytes() -> None:
    assert DATA == dumped() == rebuilt()
    assert hashlib.sha256(DATA).hexdigest() in DUMP


@pytest.mark.parametrize("profile", ["reader", "writer"])
def test_it_is_a_valid_pack(profile: str) -> None:
    assert pa.validate(DATA, profile=profile).codes == ()


def test_the_ranges_cover_every_byte_once() -> None:
    end = 0
    for first, last, shown, _ in cells(RANGES)[1:]:
        start, stop = int(first, 16), int(last, 16) + 1
        assert start == end
        piece, end = DATA[start:stop], stop
        if match := re.fullmatch(r"00 × ([\d\u202f]+)", shown):
            assert piece == bytes(int(match[1].replace("\u202f", "")))
        elif match := re.fullmatch(r"([\d\u202f]+) bytes(?: of JSON)?", shown):
            assert len(piece) == int(match[1].replace("\u202f", ""))
        else:
            assert piece == bytes.fromhex(shown)
    assert end == len(DATA)


def test_the_header_shown_for_reading_is_the_one_in_the_file() -> None:
    (text,) = re.findall(r"```text\n(.*?)```", RANGES, re.DOTALL)
    length = struct.unpack_from("<I", DATA, 8)[0]
    assert text.replace("\n", "").encode() == DATA[32 : 32 + length]


def pixel(x: int, y: int) -> int:
    """An index, as ``spec/contract/1/banks.md#indices`` says."""
    byte = SLICE[(y * 256 + x) // 2]
    return byte & 15 if x % 2 else byte >> 4


def colour(index: int) -> str:
    """A colour of palette 0 on a 24-bit screen."""
    word = struct.unpack_from("<H", SLICE, 32_768 + 2 * index)[0]
    red, green, blue = word >> 11, word >> 5 & 63, word & 31
    return f"#{red << 3 | red >> 2:02x}{green << 2 | green >> 4:02x}{blue << 3 | blue >> 2:02x}"


@pytest.mark.parametrize("page", PICTURES, ids=lambda page: page.stem)
def test_the_numbers_in_the_pictures_are_those_of_the_slice(page: Path) -> None:
    (picture,) = re.findall(r'<div class="panels">.*?</div>', page.read_text("utf-8"))
    shown = re.findall(
        r'<g class="cell"><rect [^>]*?(?: style="fill:(#\w+)")?/>'
        r'(?:<rect class="pixel"[^>]*>)*<text [^>]*data-(\w+)="([^"]+)">([^<]+)</text></g>',
        picture,
    )
    assert len(shown) == picture.count('class="cell"')
    kinds: dict[str, int] = {}
    for fill, kind, of, text in shown:
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind == "tile":
            x, y = map(int, of.split(","))
            assert int(text) == y * 32 + x
        elif kind in ("pixel", "nibble"):
            x, y = map(int, (of if kind == "pixel" else f"{of},0").split(","))
            assert int(text, 16) == pixel(x, y)
            assert fill == (colour(pixel(x, y)) if pixel(x, y) else "")
        elif kind == "byte":
            assert int(text, 16) == SLICE[int(of)]
        elif kind == "color":
            assert fill == text == colour(int(of))
        else:
            assert (kind, int(text)) == (
                "bit",
                struct.unpack_from("<H", SLICE, 32_776)[0] >> int(of) & 1,
            )
    assert kinds == {"tile": 16, "pixel": 64, "byte": 6, "nibble": 8, "color": 1, "bit": 16}
    assert all(
        f"{name} {value}<" in picture for name, value in (("red", 31), ("green", 32), ("blue", 8))
    )


def test_the_tiles_in_the_picture_are_drawn_where_their_pixels_are() -> None:
    (picture,) = re.findall(r'<div class="panels">.*?</div>', PICTURES[0].read_text("utf-8"))
    for x, y, inside in re.findall(
        r'<rect x="(\d+)" y="(\d+)" width="56" height="56"/>((?:<rect class="pixel"[^>]*/>)*)',
        picture,
    ):
        column, row = (int(x) - 44) // 56, (int(y) - 28) // 56
        if column > 2 or row > 2:
            assert inside == ""
            continue
        drawn = {
            (int(float(px) - int(x)) // 7, int(float(py) - int(y)) // 7): fill
            for px, py, fill in re.findall(r'x="([\d.]+)" y="([\d.]+)"[^>]*fill:(#\w+)', inside)
        }
        assert drawn == {
            (dx, dy): colour(pixel(column * 8 + dx, row * 8 + dy))
            for dy in range(8)
            for dx in range(8)
            if pixel(column * 8 + dx, row * 8 + dy)
        }
