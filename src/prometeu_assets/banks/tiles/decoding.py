"""Slices of a tile bank with what they decode to, for the conformance kit.

Clauses: ``spec/contract/1/banks.md#indices``, ``spec/contract/1/banks.md#rgb565``;
``conformance/PROTOCOL.md``, decoding. Both sides are written by hand: bytes by their offset in the
slice, pixels and colours by their place in the bank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from prometeu_assets.banks.tiles.payload import rgb888
from prometeu_assets.banks.tiles.value import TileBank
from prometeu_assets.contract.vectors import Decoding, digest, little

SIDE: Final = 256
"""Pixels of a row, and rows of the sheet."""
PALETTES: Final = 64
COLORS: Final = 16
STORED_PALETTES: Final = 32_768
"""Where the palettes begin in a slice, in bytes."""

Pixels = Mapping[tuple[int, int], int]
"""(x, y) to the index there; 0 elsewhere."""
Colors = Mapping[tuple[int, int], tuple[int, str]]
"""(palette, colour) to its RGB565 word, and to the same as ``#rrggbb``; black elsewhere."""

_RED, _GREEN, _BLUE = (0xF800, "#ff0000"), (0x07E0, "#00ff00"), (0x001F, "#0000ff")

_BITS: Final = (
    (0x0001, "#000008"), (0x0002, "#000010"), (0x0004, "#000021"), (0x0008, "#000042"),
    (0x0010, "#000084"), (0x0020, "#000400"), (0x0040, "#000800"), (0x0080, "#001000"),
    (0x0100, "#002000"), (0x0200, "#004100"), (0x0400, "#008200"), (0x0800, "#080000"),
    (0x1000, "#100000"), (0x2000, "#210000"), (0x4000, "#420000"), (0x8000, "#840000"),
)  # fmt: skip
"""Each bit of a colour alone: five of blue, six of green, five of red."""

_TILE_PIXELS: Final[Mapping[int, tuple[Pixels, Mapping[int, str]]]] = {
    8: (
        {(0, 0): 1, (1, 0): 7, (0, 1): 8, (7, 7): 6, (8, 0): 2, (0, 8): 3, (248, 0): 4,
         (248, 248): 5, (255, 255): 9},
        {0: "17", 4: "20", 124: "40", 128: "80", 899: "06", 1024: "30", 31_868: "50",
         32_767: "09"},
    ),
    16: (
        {(0, 0): 1, (1, 0): 7, (0, 1): 8, (15, 15): 6, (16, 0): 2, (0, 16): 3, (240, 0): 4,
         (240, 240): 5, (255, 255): 9},
        {0: "17", 8: "20", 120: "40", 128: "80", 1927: "06", 2048: "30", 30_840: "50",
         32_767: "09"},
    ),
    32: (
        {(0, 0): 1, (1, 0): 7, (0, 1): 8, (31, 31): 6, (32, 0): 2, (0, 32): 3, (224, 0): 4,
         (224, 224): 5, (255, 255): 9},
        {0: "17", 16: "20", 112: "40", 128: "80", 3983: "06", 4096: "30", 28_784: "50",
         32_767: "09"},
    ),
}  # fmt: skip
"""For each size of a tile: pixels at the corners of tiles, and the bytes that they are in."""


def decodings(sample: Mapping[str, Any]) -> Iterator[Decoding]:
    """Patterns in the metadata ``sample`` unless one says more; each shows one thing."""
    # Byte 0x4f is a pixel of 4 and one of 15: the digits of the bytes, read in a row, are the
    # pixels. The bytes from 0 to 255 fill the first two rows.
    digits = "".join(f"{byte:02x}" for byte in range(SIDE))
    yield _decoding(
        "nibbles",
        "indices",
        "every byte there is: the pixel with the even x is in the high nibble",
        sample,
        stored={0: bytes(range(SIDE)).hex()},
        pixels={(n % SIDE, n // SIDE): int(digit, 16) for n, digit in enumerate(digits)},
    )
    yield _decoding(
        "colours",
        "rgb565",
        "colours of both bytes, the low one first, at both ends of the first and last palette",
        {**sample, "palette_authored": 64},
        stored={32_768: "3412 08fc", 32_798: "ffff", 32_800: "00f8", 34_784: "e007",
                34_786: "1f00", 34_814: "0080"},
        colors={(0, 0): (0x1234, "#1045a5"), (0, 1): (0xFC08, "#ff8242"),
                (0, 15): (0xFFFF, "#ffffff"), (1, 0): _RED, (63, 0): _GREEN, (63, 1): _BLUE,
                (63, 15): (0x8000, "#840000")},
    )  # fmt: skip
    yield _decoding(
        "rows",
        "indices",
        "the ends of the first, second and last row of the sheet: rows go from top to bottom",
        sample,
        stored={0: "10", 127: "02", 128: "30", 255: "04", 32_640: "50", 32_767: "06"},
        pixels={(0, 0): 1, (255, 0): 2, (0, 1): 3, (255, 1): 4, (0, 255): 5, (255, 255): 6},
    )
    for size, (pixels, stored) in _TILE_PIXELS.items():
        across = SIDE // size
        yield _decoding(
            f"tile-order-{size}",
            "tiles",
            f"tile 0 begins with 1 and 7 and ends with 6; tile 1 begins with 2, tile {across - 1} "
            f"with 4, tile {across} with 3, tile {across**2 - 1} with 5: tiles go row by row",
            {**sample, "tile_size": size},
            stored=stored,
            pixels=pixels,
        )
    yield _decoding(
        "colour-bits",
        "rgb565",
        "palette 0 has each bit of a colour alone, the lowest first",
        sample,
        stored={32_768: "0100020004000800100020004000800000010002000400080010002000400080"},
        colors={(0, number): color for number, color in enumerate(_BITS)},
    )
    yield _decoding(
        "unused-palettes",
        "rgb565",
        "one palette is authored, and palettes 1, 2 and 63 have colours all the same: a bank has "
        "every palette as it is stored",
        {**sample, "palette_authored": 1},
        stored={32_768: "1f00", 32_800: "00f8", 32_832: "e007", 34_814: "3412"},
        colors={(0, 0): _BLUE, (1, 0): _RED, (2, 0): _GREEN, (63, 15): (0x1234, "#1045a5")},
    )
    yield _everywhere({**sample, "palette_authored": 64, "tile_size": 16})


def _everywhere(metadata: Mapping[str, Any]) -> Decoding:
    """Something at every place of the bank: a break that spares the other patterns changes it."""

    def index(x: int, y: int) -> int:
        return (x + x // 16 + 3 * y + 5 * (y // 16)) % 16

    def color(number: int) -> tuple[int, str]:
        red, green, blue = number % 32, number * 3 % 64, number // 32
        shown = (red * 8 + red // 4, green * 4 + green // 16, blue * 8 + blue // 4)
        return red * 2048 + green * 32 + blue, "#{:02x}{:02x}{:02x}".format(*shown)

    words = [color(number)[0] for number in range(PALETTES * COLORS)]
    pairs = product(range(SIDE), range(0, SIDE, 2))
    indices = bytes(16 * index(x, y) + index(x + 1, y) for y, x in pairs)
    palettes = bytes(byte for word in words for byte in (word % 256, word // 256))
    return _decoding(
        "everywhere",
        "tiles",
        "pixel (x, y) is x + x/16 + 3y + 5(y/16) modulo 16; colour n, counted through all "
        "palettes, has red n modulo 32, green 3n modulo 64, blue n/32; divisions in integers",
        metadata,
        stored={0: indices.hex(), STORED_PALETTES: palettes.hex()},
        pixels={(x, y): index(x, y) for x, y in product(range(SIDE), repeat=2)},
        colors={divmod(number, COLORS): color(number) for number in range(PALETTES * COLORS)},
    )


def _decoding(
    id: str,
    clause: str,
    why: str,
    metadata: Mapping[str, Any],
    *,
    stored: Mapping[int, str],
    pixels: Pixels | None = None,
    colors: Colors | None = None,
) -> Decoding:
    """``stored`` is offset in the slice to bytes in hexadecimal; zero elsewhere."""
    data = bytearray(STORED_PALETTES + PALETTES * COLORS * 2)
    for at, text in stored.items():
        piece = bytes.fromhex(text)
        data[at : at + len(piece)] = piece
    sheet = [[(pixels or {}).get((x, y), 0) for x in range(SIDE)] for y in range(SIDE)]
    black = (0, "#000000")
    palettes = [
        [(colors or {}).get((palette, number), black) for number in range(COLORS)]
        for palette in range(PALETTES)
    ]
    return Decoding(
        id=id,
        clause=clause,
        why=why,
        metadata=metadata,
        data=bytes(data),
        values=_values(sheet, palettes),
        view=_view(sheet, palettes, metadata["tile_size"]),
    )


def _values(sheet: list[list[int]], palettes: list[list[tuple[int, str]]]) -> dict[str, Any]:
    """Rows and palettes that are not all zero, by their number."""
    used = {str(p): colors for p, colors in enumerate(palettes) if any(word for word, _ in colors)}
    return {
        "rows": {str(y): "".join(f"{i:x}" for i in row) for y, row in enumerate(sheet) if any(row)},
        "palettes": {p: " ".join(f"{word:04x}" for word, _ in used[p]) for p in used},
        "colours": {p: " ".join(shown for _, shown in used[p]) for p in used},
    }


def _view(
    sheet: list[list[int]], palettes: list[list[tuple[int, str]]], tile: int
) -> dict[str, Any]:
    """Clause: ``conformance/PROTOCOL.md``, decoding."""
    across = SIDE // tile
    corners = [(n % across * tile, n // across * tile) for n in range(across**2)]
    tiles = [
        sheet[y + row][x + column]
        for x, y in corners
        for row, column in product(range(tile), repeat=2)
    ]
    colors = [color for palette in palettes for color in palette]
    return {
        "tile_size": tile,
        "tile_count": len(corners),
        "pixels_sha256": digest(bytes(index for row in sheet for index in row)),
        "tiles_sha256": digest(bytes(tiles)),
        "palettes_sha256": digest(little((word for word, _ in colors), 2)),
        "colours_sha256": digest(bytes.fromhex("".join(shown[1:] for _, shown in colors))),
    }


def bank_view(bank: TileBank) -> dict[str, Any]:
    """The same view of a bank that was decoded."""
    height, width = bank.indices.shape
    tile = bank.tile_size
    tiles = bank.indices.reshape(height // tile, tile, width // tile, tile).swapaxes(1, 2)
    return {
        "tile_size": tile,
        "tile_count": tiles.shape[0] * tiles.shape[1],
        "pixels_sha256": digest(bank.indices.tobytes()),
        "tiles_sha256": digest(tiles.tobytes()),
        "palettes_sha256": digest(bank.palettes.astype("<u2").tobytes()),
        "colours_sha256": digest(rgb888(bank.palettes).tobytes()),
    }
