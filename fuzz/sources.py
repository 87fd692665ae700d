"""Targets that read source files: images, palettes, sounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.packer.intake import aseprites as ase
from tests.packer.intake.files import chunk, fmt, indexed, png, riff, riff_chunk

from fuzz.outcome import outcome
from fuzz.packs import ROOT, Disagreement
from prometeu_assets.banks.sounds.wav import read_wav
from prometeu_assets.banks.tiles.grid import cut
from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.banks.tiles.png import lay_out, read_sheet
from prometeu_assets.diagnostics import Refused

_GREYS: Final = tuple((i, i, i) for i in range(16))
_PALETTES: Final = (
    Palette(name="p.hex", colors=_GREYS),
    Palette(name="greys.hex", colors=((9, 9, 9), *((i, i, i) for i in (*range(8), 255)))),
)
_RATES: Final = (22_050, 8_000)
_LIMIT: Final = 16_384


def image(data: bytes, name: str = "a.png") -> bool:
    """An image as a sheet of tiles, laid out."""
    sheet = outcome(lambda: read_sheet(data, name=name, tile_size=8, palettes=_PALETTES))
    if isinstance(sheet, Refused):
        return False
    for warning in sheet.warnings:
        assert warning.message
        assert warning.hint
    if int(sheet.indices.max()) > 15 or not set(sheet.palettes.tolist()) <= {-1, 0, 1}:
        raise Disagreement("an index that no palette has")
    tiles = cut(sheet.indices, 8)
    if len(tiles) <= 1024:
        laid = lay_out(tiles, tile_size=8, width=256, height=256)
        if int(laid.sum()) != int(sheet.indices.sum()):
            raise Disagreement("tiles were lost")
    return True


def drawing(data: bytes) -> bool:
    """An Aseprite document as a sheet, and as a palette."""
    read = outcome(lambda: read_palettes(data, name="p.ase"))
    if not isinstance(read, Refused):
        _check_palettes(read)
    return image(data, "a.ase") or not isinstance(read, Refused)


def _check_palettes(found: list[Palette]) -> None:
    assert 1 <= len(found) <= 16
    for palette in found:
        if not 1 <= len(palette.colors) <= 16:
            raise Disagreement(f"{len(palette.colors)} colours")
        if any(not 0 <= channel <= 255 for color in palette.colors for channel in color):
            raise Disagreement(f"no colour of 24 bits in {palette.colors}")
        for warning in palette.warnings:
            assert warning.message
            assert warning.hint


def palette(data: bytes) -> bool:
    """The bytes as a palette of each format, and of a format that is none."""
    accepted = False
    for suffix in (".hex", ".gpl", ".pal", ".json", ".png", ".txt", ""):
        found = outcome(lambda suffix=suffix: read_palettes(data, name=f"p{suffix}"))  # type: ignore[misc]
        if isinstance(found, Refused):
            continue
        _check_palettes(found)
        accepted = True
    return accepted


def sound(data: bytes) -> bool:
    """A sound at one of two rates."""
    accepted = False
    for rate in _RATES:
        found = outcome(
            lambda rate=rate: read_wav(data, name="a.wav", sample_rate=rate, possible=bool)  # type: ignore[misc]
        )
        if isinstance(found, Refused):
            continue
        if found.tobytes() not in data:
            raise Disagreement("samples that are not in the file")
        accepted = True
    return accepted


def _files(*endings: str) -> Iterator[bytes]:
    for place in sorted((ROOT / "examples").rglob("*")):
        if place.suffix in endings and place.stat().st_size <= _LIMIT:
            yield place.read_bytes()


def image_seeds() -> Iterator[bytes]:
    """Images of every colour type, and those of the examples."""
    rows = [[(x, x, x) for x in range(8)]] * 8
    yield png(rows, 2)
    yield png(rows, 2, transparency=bytes(6), pieces=3)
    yield png([[(x, 255) for x in range(8)]] * 8, 4, interlaced=True)
    yield png([[(x % 2,) for x in range(8)]] * 8, 0, 1, interlaced=True)
    yield png([[(x % 4,) for x in range(8)]] * 8, 0, 2, transparency=b"\0\1")
    yield png([[(*p, 255) for p in row] for row in rows], 6, before=chunk(b"gAMA", bytes(4)))
    yield png([[(*p, 255) for p in row] for row in rows], 6, interlaced=True)
    yield png([[(x, x, x, x) for x in range(8)]] * 8, 6)
    yield png([[(x, x, 9) for x in range(8)]] * 8, 2)
    yield png([[(0,)] * 272] * 256, 0, 1)
    yield indexed([list(range(8))] * 8, _GREYS, 4, transparency=b"\0\1")
    yield indexed([list(range(8))] * 8, _GREYS, 8, interlaced=True)
    yield indexed([[0, 1] * 4] * 8, _GREYS[:2], 1)
    yield from _files(".png")


def drawing_seeds() -> Iterator[bytes]:
    """Aseprite documents of every depth, and with all that is read of them."""
    row = [(x, x, x, 255) for x in range(8)]
    indices = [[(x,) for x in range(8)]] * 8
    colors = ase.palette(_GREYS, names=["black"])
    old = ase.old_palette([(1, _GREYS[1:4]), (2, _GREYS)])
    yield ase.plain([row] * 8, colors)
    yield ase.plain([[(x, 255) for x in range(8)]] * 8, depth=16)
    yield ase.plain(indices, colors, depth=8)
    yield ase.plain(indices, old, depth=8, transparent=3)
    yield ase.document(
        ase.frame(
            ase.group(), ase.layer(level=1), ase.layer(flags=9), ase.layer(flags=0, kind=2), colors,
            ase.cel(indices, 1, -3, 2, z=2), ase.cel(indices, 2, kind=0), ase.chunk(0x2020, b"ab"),
        ),
        ase.frame(ase.link(0, 1, 1, 1), ase.link(0, 2, z=-1), old=True),
        depth=8, flags=7,
    )  # fmt: skip
    yield ase.document(
        ase.frame(ase.layer(), ase.layer(blend=1), colors, ase.cel([row]), ase.cel([row], 1))
    )
    yield ase.document(
        ase.frame(ase.layer(), ase.layer(), ase.cel([row] * 8), ase.cel([[(*_GREYS[3], 9)]], 1))
    )


def palette_seeds() -> Iterator[bytes]:
    """Palettes of every format, and those of the examples."""
    yield b"000000\n#ffffff\r\n123456\n"
    yield b"\xef\xbb\xbfff00ff\n"
    yield b"GIMP Palette\nName: x\nColumns: 2\n# c\n 0 0 0 Black\n255 1 2\n"
    yield b"JASC-PAL\r\n0100\r\n2\r\n0 0 0\r\n255 1 2\r\n"
    yield b"JASC-PAL\n0100\n40\n" + b"1 2 3\n" * 9 + b"0 0 0\n" * 31
    yield b"GIMP Palette\nChannels: RGBA\n0 0 0 255\n"
    yield b"GIMP Palette\nChannels: RGBA\n#\n 0 0 0 0 None\n255 1 2 255\n"
    yield b"JASC-PAL\n0100\n2\n0 0 0 0\n255 1 2 255\n"
    yield b'{"name": "x", "author": "", "colors": ["000000", "ff0011"]}'
    yield b"ff00ffff\n"
    yield b'{"colors": ["#000000", "#ff0011"]}'
    yield b'{"colors": ["#000000ff", 1]}'
    yield b'{"$schema": "", "colors": []}'
    yield b'{"colors": ' + b"[" * 2_000
    yield indexed([list(range(8))], _GREYS)
    yield indexed([[2, 1, 0]], _GREYS, transparency=b"\0\0")
    yield png([[(x, x, x, 255) for x in range(8)]], 6)
    yield from _files(".hex", ".gpl", ".pal")
    yield from (p.read_bytes() for p in sorted((ROOT / "examples").rglob("palettes/*.json")))


def sound_seeds() -> Iterator[bytes]:
    """Sounds in their variants, and those of the examples."""
    body = riff_chunk(b"data", bytes(range(20)))
    yield riff(fmt(), body)
    yield riff(fmt(rate=8_000), riff_chunk(b"LIST", b"INFO"), body)
    yield riff(riff_chunk(b"LIST", b"abc"), fmt(0xFFFE, sub=1), body)
    yield riff(fmt(3, bits=32), body)
    yield riff(fmt(2), body)
    yield riff(fmt(channels=2, bits=8), body, size=0xFFFFFFFF)
    yield riff(fmt(), riff_chunk(b"data", b"", size=0xFFFFFFFF))
    yield from _files(".wav")
