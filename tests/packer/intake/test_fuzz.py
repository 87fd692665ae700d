"""Whatever the bytes, the intake returns a value or refuses; it never fails in another way."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.every import every
from tests.packer.intake import aseprites as ase
from tests.packer.intake import (
    test_aseprite,
    test_palettes,
    test_png,
    test_raw,
    test_screen,
    test_wav,
)
from tests.packer.intake.files import chunk, fmt, indexed, png, reseal, riff, riff_chunk

from prometeu_assets.banks.raw import read_raw
from prometeu_assets.banks.sounds.wav import read_wav
from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.banks.tiles.png import read_sheet
from prometeu_assets.catalog import CODES, GROUPS
from prometeu_assets.diagnostics import Refused

COLORS = [(i, i, i) for i in range(16)]
PALETTES = [
    Palette(name="p.hex", colors=tuple(COLORS)),
    Palette(name="greys.hex", colors=((9, 9, 9), *[(i, i, i) for i in (*range(8), 255)])),
]
ROWS = [[(x, x, x) for x in range(8)] for _ in range(8)]


def sheet(data: bytes) -> object:
    return read_sheet(data, name="a.png", tile_size=8, palettes=PALETTES)


def palette(suffix: str) -> Callable[[bytes], object]:
    return lambda data: read_palettes(data, name=f"p{suffix}")


def wav(data: bytes) -> object:
    return read_wav(data, name="a.wav", sample_rate=22050, possible=bool)


SOUND = riff_chunk(b"data", bytes(range(20)))
SEEDS: list[tuple[Callable[[bytes], object], bytes]] = [
    (sheet, png(ROWS, 2)),
    (sheet, png(ROWS, 2, transparency=bytes(6), pieces=3)),
    (sheet, png([[(x, 255) for x in range(8)]] * 8, 4, interlaced=True)),
    (sheet, png([[(x % 2,) for x in range(8)]] * 8, 0, 1, interlaced=True)),
    (sheet, png([[(*p, 255) for p in row] for row in ROWS], 6, before=chunk(b"gAMA", bytes(4)))),
    (sheet, indexed([list(range(8))] * 8, COLORS, 4, transparency=b"\0\1")),
    (sheet, indexed([list(range(8))] * 8, COLORS, 8, interlaced=True)),
    (sheet, ase.plain([[(x, x, x, 255) for x in range(8)]] * 8, ase.old_palette([(1, COLORS)]))),
    (sheet, ase.plain([[(x,) for x in range(8)]] * 8, ase.palette(COLORS), depth=8)),
    (palette(".ase"), ase.plain([[(1,)]], ase.palette(COLORS, names=["x"]), depth=8)),
    (palette(".png"), indexed([list(range(8))], COLORS)),
    (palette(".png"), indexed([list(range(8))[::-1]], COLORS, transparency=b"\xff\0")),
    (palette(".png"), png([[(x, x, x) for x in range(8)]], 2)),
    (palette(".hex"), b"000000\n#ffffff\r\n123456\n"),
    (palette(".gpl"), b"GIMP Palette\nName: x\nColumns: 2\n# c\n 0 0 0 Black\n255 1 2\n"),
    (palette(".pal"), b"JASC-PAL\r\n0100\r\n2\r\n0 0 0\r\n255 1 2\r\n"),
    (palette(".gpl"), b"GIMP Palette\nChannels: RGBA\n#\n 0 0 0 0 Black\n255 1 2 255\n"),
    (palette(".pal"), b"JASC-PAL\n0100\n2\n0 0 0 0\n255 1 2 255\n"),
    (palette(".json"), b'{"name": "x", "author": "y", "colors": ["000000", "ff0011"]}'),
    (palette(".json"), b'{"colors": ["#000000", "#ff0011"]}'),
    (palette(".txt"), b"000000\n"),
    (wav, riff(fmt(), SOUND)),
    (wav, riff(riff_chunk(b"LIST", b"abc"), fmt(0xFFFE, sub=1), SOUND)),
]
KNOWN = {code.name for code in GROUPS["intake"]}


def survives(call: Callable[[bytes], object], data: bytes) -> None:
    try:
        call(data)
    except Refused as refusal:
        (diagnostic,) = refusal.report.diagnostics
        assert diagnostic.code in KNOWN
        assert diagnostic.message.isprintable()
        assert (diagnostic.hint or "").isprintable()


@every([(seed,) for seed in SEEDS])
def test_seeds_are_read(seed: tuple[Callable[[bytes], object], bytes]) -> None:
    call, data = seed
    if data != b"000000\n":
        assert call(data) is not None


mutations = st.lists(
    st.tuples(
        st.sampled_from(["set", "cut", "insert", "truncate", "repeat"]),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=4) | st.sampled_from([b"\0", b"\xff\xff\xff\xff", b"\n"]),
    ),
    min_size=1,
    max_size=4,
)


def mutated(data: bytes, steps: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, new in steps:
        at = int(where * len(data))
        match kind:
            case "set":
                data = data[:at] + new + data[at + len(new) :]
            case "cut":
                data = data[:at] + data[at + len(new) :]
            case "insert":
                data = data[:at] + new + data[at:]
            case "truncate":
                data = data[:at]
            case "repeat":
                data = data[:at] + data[at // 2 :]
    return data


@settings(derandomize=True, max_examples=500)
@given(seed=st.sampled_from(SEEDS), steps=mutations, seal=st.booleans())
def test_mutated_files(
    seed: tuple[Callable[[bytes], object], bytes],
    steps: list[tuple[str, float, bytes]],
    seal: bool,
) -> None:
    call, data = seed
    data = mutated(data, steps)
    survives(call, reseal(data) if seal and call is sheet else data)


@every([(seed,) for seed in SEEDS])
def test_every_truncation(seed: tuple[Callable[[bytes], object], bytes]) -> None:
    call, data = seed
    for end in range(len(data)):
        survives(call, data[:end])


@settings(derandomize=True, max_examples=300)
@given(
    call=st.sampled_from([call for call, _ in SEEDS]),
    start=st.sampled_from(
        [
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\0\0\0\0WAVE",
            b"GIMP Palette\n",
            b"JASC-PAL\n0100\n",
            b'{"colors":',
            b"\xef\xbb\xbf",
        ]
    ),
    rest=st.binary(max_size=200),
)
def test_random_bytes(call: Callable[[bytes], object], start: bytes, rest: bytes) -> None:
    survives(call, start + rest)
    survives(lambda data: read_raw(data, name="x", size=7), start + rest)


def test_every_code_of_the_intake_is_produced() -> None:
    produced = {case[2] for table in (test_palettes.BAD, test_png.BAD, test_wav.BAD, test_aseprite.BAD)
                for case in table}  # fmt: skip
    produced |= {case[3] for case in test_palettes.WARNED if case[3]}
    produced |= {code for case in test_screen.SHOWN for code in case[5]}
    produced |= {"TILES_CAPACITY", "RAW_SIZE"}
    produced |= {"SHEET_AREA", "SHEET_KEY", "SHEET_KEY_INDEX"}  # `test_cutting`
    produced |= {"SHEET_TILE", "SHEET_ALIKE", "PALETTE_COUNT"}  # `test_matching`, `test_encode`
    produced |= {"INPUT_TOTAL"}  # of several files: `tests/packer/test_jobs.py`
    assert produced == KNOWN
    assert CODES.keys() >= KNOWN
    assert test_raw.RAW
