"""The worked packs: small packs with values that the pages state, shown there byte by byte.

The site offers each for download below the folder of the contract, ``worked/NAME.pa``.
Clauses: ``spec/contract/1/container.md#worked-pack`` and
``spec/contract/1/container.md#worked-tiles``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

import numpy as np

import prometeu_assets as pa
from prometeu_assets.contract.value import Contract
from tools.markdown import number, table

FACE: Final = """
4ffffff4
f000000f
f0a00a0f
f000000f
f0a00a0f
f00aa00f
f000000f
4ffffff4
"""
ARROW: Final = """
00011000
00111100
01111110
11011011
00011000
00022000
00022000
00022000
"""
DRAWN: Final = {tile: text.split() for tile, text in ((0, FACE), (33, ARROW))}
"""Number of a tile to its rows, an index a digit; each of the others is transparent."""

BLACK: Final = "#000000"
PALETTES: Final = (
    {1: "#20a040", 2: "#806030", 4: "#ff8040", 10: "#2060c0", 15: "#404060"},
    {1: "#c04020", 2: "#606060", 4: "#4080ff", 10: "#c02060", 15: "#806040"},
)
"""The colours of each palette; each of the others is black."""

TILE: Final = 8
_ROW: Final = 16
_LARGE: Final = 2**24
"""A number from which on hexadecimal is easier to read."""


def sounds(contract: Contract) -> bytes:
    """Two sounds, one of them loaded at start."""
    beep = pa.SoundBank.from_arrays([[1000, -1000], [0, 32767, -32768]], sample_rate=8000)
    tick = pa.SoundBank.from_arrays([[-2]], sample_rate=16000)
    ids = {"beep": 1, "tick": 3}
    return pa.pack({"beep": beep, "tick": tick}, ids=ids, preload=["beep"], contract=contract)


def tiles(contract: Contract) -> bytes:
    """One sheet with a face and an arrow, loaded at start."""
    sheet = np.zeros((max(DRAWN) + 1, TILE, TILE), np.uint8)
    for tile, rows in DRAWN.items():
        sheet[tile] = [[int(digit, 16) for digit in row] for row in rows]
    palettes = [
        [bytes.fromhex(colours.get(n, BLACK).removeprefix("#")) for n in range(16)]
        for colours in PALETTES
    ]
    icons = pa.TileBank.from_arrays(sheet, [list(map(list, p)) for p in palettes], tile_size=TILE)
    return pa.pack({"icons": icons}, preload=["icons"], contract=contract)


PACKS: Final[dict[str, Callable[[Contract], bytes]]] = {"sounds.pa": sounds, "tiles.pa": tiles}
"""Name of the file to what makes its bytes."""


def dump(data: bytes) -> str:
    """The bytes as ``hexdump -C`` shows them: ``*`` is for lines that are as the one before."""
    lines, before = [], b""
    for at in range(0, len(data), _ROW):
        row = data[at : at + _ROW]
        if row == before and at + _ROW < len(data):
            lines += [] if lines[-1] == "*" else ["*"]
            continue
        before = row
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        lines.append(f"{at:08x}  {row.hex(' '):<{3 * _ROW - 1}}  |{letters}|")
    return "\n".join(lines) + "\n"


def shown(name: str) -> Callable[[Contract], str]:
    """What a page shows of a worked pack: where it is, its digest and its bytes."""

    def region(contract: Contract) -> str:
        data = PACKS[name](contract)
        return (
            f"[Download `{name}`](worked/{name}), {number(len(data))} bytes, or open it in the "
            f"[inspector](../../inspector/page.html?pack={contract.folder}/worked/{name}).\n"
            f"Its SHA-256 is `{hashlib.sha256(data).hexdigest()}`.\n\n```text\n{dump(data)}```\n"
        )

    return region


def drawn(contract: Contract) -> str:
    """The rows of the worked tiles with their places in the file, and the colours."""
    with pa.open(tiles(contract), contract=contract) as pack:
        (entry,) = pack
        begins, width = pack.payload_offset, entry.metadata["width"]
    head, rows = ["Row"], [[str(y)] for y in range(TILE)]
    for tile, texts in DRAWN.items():
        head += [f"Tile {tile}", "From"]
        down, right = divmod(tile, width // TILE)
        for y, text in enumerate(texts):
            at = begins + ((down * TILE + y) * width + right * TILE) // 2
            rows[y] += [f"`{text}`", f"`{at:08x}`"]
    colours = [(str(n), *(f"`{palette[n]}`" for palette in PALETTES)) for n in sorted(PALETTES[0])]
    palettes = ("Colour", *(f"Palette {which}" for which in range(len(PALETTES))))
    return f"{table(head, rows)}\n{table(palettes, colours)}"


def ranges(contract: Contract) -> str:
    """The worked tiles, byte range by byte range, both ends included; then the header's text."""
    data = tiles(contract)
    rows = (
        (f"`{start:08x}`", f"`{end - 1:08x}`", _bytes(data[start:end]), what)
        for (start, what), (end, _) in pairwise(_starts(data, contract))
    )
    header = _header(data, contract).decode()
    broken = header.replace('{"asset_id', '\n{"asset_id', 1)
    for before in ('"metadata"', '"offset"', '"preload"'):
        broken = broken.replace(before, f"\n{before}")
    return (
        table(("From", "To", "Bytes", "What"), rows)
        + f"\nThe header's text, broken to be read:\n\n```text\n{broken}\n```\n"
    )


def _starts(data: bytes, contract: Contract) -> Iterator[tuple[int, str]]:
    """Where each part of the worked tiles begins, and what it is; the end of the file is last."""
    container = contract.containers[-1]
    for field in container.fields:
        value = int.from_bytes(data[field.offset : field.offset + field.size], "little")
        shown = number(value) if value < _LARGE else f"0x{value:08x}"
        told = "" if field.type == "bytes" else f" {shown}"
        yield field.offset, f"`{field.name}`{told}"
    with pa.open(data, contract=contract) as pack:
        (entry,) = pack
        payload = pack.payload_offset
    yield container.prelude_size, "the header, below"
    yield container.prelude_size + len(_header(data, contract)), "padding"
    yield payload, "the indices of the sheet, 128 bytes a row"
    palettes = payload + entry.metadata["width"] * entry.metadata["height"] // 2
    for which in range(len(PALETTES)):
        yield palettes + 32 * which, f"palette {which}, 16 colours"
    yield palettes + 32 * len(PALETTES), "the palettes that are not authored"
    yield len(data), ""


def _header(data: bytes, contract: Contract) -> bytes:
    container = contract.containers[-1]
    start = container.prelude_size
    return data[start : start + container.parse(data[:start])["header_len"]]


def _bytes(data: bytes) -> str:
    if not any(data):
        return f"`00` × {number(len(data))}"
    if len(data) > 2 * _ROW:
        kind = " of JSON" if data.startswith(b"{") else ""
        return f"{number(len(data))} bytes{kind}"
    return f"`{data.hex(' ')}`"
