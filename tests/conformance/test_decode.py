"""Kind `decode`: what is expected is right by hand, and one break of a decoder is found."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import prometeu_assets as pa
from prometeu_assets.conformance.derive import decodings
from prometeu_assets.conformance.kit import Kit, Vector
from prometeu_assets.conformance.results import Status
from prometeu_assets.conformance.suite import run_suite
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.current import CURRENT

BLACK = ["#000000"] * 16


@pytest.fixture(scope="module")
def vectors(kit: Kit) -> dict[str, Vector]:
    """The accepted cases by their id, without `decode-`."""
    found = [v for v in kit.vectors if v.question.kind == "decode" and v.verdict == "accept"]
    return {v.id.removeprefix("decode-"): v for v in found}


def values(vector: Vector) -> list[Any]:
    assert vector.values is not None
    listed: list[Any] = json.loads((vector.directory / vector.values).read_bytes())["assets"]
    return listed


def sha256(data: Iterable[int]) -> str:
    return hashlib.sha256(bytes(data)).hexdigest()


def digests(bank: Any, tile_size: int) -> dict[str, Any]:
    """The members of a view that follow from values, by the table of PROTOCOL.md."""
    if bank["bank_type"] == "SOUNDS":
        samples = [
            {
                "frame_count": len(frames),
                "sha256": sha256(b for f in frames for b in f.to_bytes(4, "little", signed=True)),
            }
            for frames in bank["samples"]
        ]
        return {"samples": samples}
    rows = [bank["rows"].get(str(y), "0" * 256) for y in range(256)]
    tiles = ""
    for top in range(0, 256, tile_size):
        for left in range(0, 256, tile_size):
            tiles += "".join(row[left : left + tile_size] for row in rows[top : top + tile_size])
    words = [w for p in range(64) for w in bank["palettes"].get(str(p), "0000 " * 16).split()]
    colours = [c for p in range(64) for c in bank["colours"].get(str(p), " ".join(BLACK)).split()]
    return {
        "tile_count": len(tiles) // tile_size**2,
        "pixels_sha256": sha256(int(digit, 16) for digit in "".join(rows)),
        "tiles_sha256": sha256(int(digit, 16) for digit in tiles),
        "palettes_sha256": sha256(b for w in words for b in bytes.fromhex(w)[::-1]),
        "colours_sha256": sha256(b for c in colours for b in bytes.fromhex(c[1:])),
    }


def test_digests_are_those_of_the_values(vectors: dict[str, Vector]) -> None:
    for vector in vectors.values():
        view = vector.view()["assets"]
        for bank, shown in zip(values(vector), view, strict=True):
            same = {name: shown[name] for name in ("asset_id", "bank_type")}
            assert {name: bank[name] for name in same} == same
            found = digests(bank, shown.get("tile_size", 8))
            assert {name: shown[name] for name in found} == found, vector.id
            assert shown.keys() - same.keys() - found.keys() <= {"tile_size", "sample_rate"}


def test_the_packages_decoder_gives_the_values(vectors: dict[str, Vector], tmp_path: Path) -> None:
    for vector in vectors.values():
        with pa.open(vector.input(tmp_path)) as pack:
            for entry, wanted in zip(pack, values(vector), strict=True):
                bank = pack.decode(entry)
                if isinstance(bank, pa.SoundBank):
                    assert [frames.tolist() for frames in bank.samples] == wanted["samples"]
                    continue
                assert isinstance(bank, pa.TileBank)
                indices, palettes = np.zeros((256, 256), int), np.zeros((64, 16), int)
                for y, row in wanted["rows"].items():
                    indices[int(y)] = [int(digit, 16) for digit in row]
                for number, words in wanted["palettes"].items():
                    palettes[int(number)] = [int(word, 16) for word in words.split()]
                assert (bank.indices == indices).all()
                assert (bank.palettes == palettes).all()


def test_neither_the_encoder_nor_the_decoder_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any) -> None:
        raise AssertionError("the cases are written by hand")

    for name in ("encode", "decode", "value", "decoded_view"):
        for kind in (Bank, *map(type, CURRENT.written.banks)):
            monkeypatch.setattr(kind, name, asked)
    assert len(list(decodings.cases(CURRENT))) >= 20


def test_the_patterns_have_what_they_are_for(vectors: dict[str, Vector]) -> None:
    def bank(id: str) -> Any:
        return values(vectors[id])[0]

    nibbles = bank("tiles-nibbles")["rows"]
    pairs = {row[x : x + 2] for row in nibbles.values() for x in range(0, 256, 2)}
    assert pairs == {f"{byte:02x}" for byte in range(256)}
    bits = [int(word, 16) for word in bank("tiles-colour-bits")["palettes"]["0"].split()]
    assert bits == [1 << bit for bit in range(16)]
    assert set(bank("tiles-unused-palettes")["palettes"]) == {"0", "1", "2", "63"}
    assert {v["tile_size"] for id in vectors for v in vectors[id].view()["assets"]
            if "tile-order" in id} == {8, 16, 32}  # fmt: skip
    assert bank("sounds-signs")["samples"] == [[-32_768, -1, 0, 1, 32_767]]
    assert [len(frames) for frames in bank("sounds-last-frame")["samples"]] == [1, 2, 3]
    everywhere = bank("tiles-everywhere")
    assert (len(everywhere["rows"]), len(everywhere["palettes"])) == (256, 64)


def test_slices_are_at_both_alignments_and_behind_others(
    vectors: dict[str, Vector], tmp_path: Path
) -> None:
    places, before = set(), set()
    for vector in vectors.values():
        with pa.open(vector.input(tmp_path)) as pack:
            places |= {(e.bank_type, (pack.payload_offset + e.offset) % 32) for e in pack}
            before |= {(a.bank_type, b.bank_type) for a, b in pairwise(pack)}
    kinds = {bank.bank_type for bank in CURRENT.written.banks}
    assert places == {(kind, at) for kind in kinds for at in (0, 16)}
    assert before >= {("TILES", "SOUNDS"), ("SOUNDS", "TILES"), ("SOUNDS", "SOUNDS")}


# One break of a reader, found by the case that is named.

READER = "readers/python-stdlib/reader.py"
TILES_AFTER = 'size, tiles = metadata["tile_size"], bytearray()'
WORDS = 'words = struct.unpack("<1024H", stored[INDICES:])'
PLACE = 'pack["payload_offset"] + entry["offset"]'
BREAKS = [
    ("nibbles are swapped", "(byte >> 4, byte & 15)", "(byte & 15, byte >> 4)", "tiles-nibbles"),
    ("a nibble has three bits", "byte & 15)", "byte & 7)", "tiles-nibbles"),
    ("red and blue are swapped", "red, green, blue = word", "blue, green, red = word",
     "tiles-colours"),
    ("green has five bits", "word >> 5 & 63", "word >> 6 & 31", "tiles-colour-bits"),
    ("high bits are not repeated", "bytes((red << 3 | red >> 2,", "bytes((red << 3,",
     "tiles-colour-bits"),
    ("words are big-endian", WORDS, WORDS.replace("<", ">"), "tiles-colours"),
    ("palettes go by colour", WORDS, (f"{WORDS}; words = [words[n % 64 * 16 + n // 64] for n in "
     "range(1024)]"), "tiles-colours"),
    ("unused palettes are dropped", WORDS, (f"{WORDS}; n = 16 * metadata['palette_authored']; "
     "words = words[:n] + (0,) * (1024 - n)"), "tiles-unused-palettes"),
    ("palettes come first", "stored[INDICES:]", "stored[:2048]", "tiles-colours"),
    ("rows go from bottom to top", TILES_AFTER, (f"{TILES_AFTER}; pixels = b''.join(pixels[256 * y:"
     "][:256] for y in range(255, -1, -1))"), "tiles-rows"),
    ("the sheet goes by columns", TILES_AFTER, (f"{TILES_AFTER}; pixels = bytes(pixels[n % 256 * "
     "256 + n // 256] for n in range(65536))"), "tiles-rows"),
    ("tiles go by columns", "number % across * size, number // across * size",
     "number // across * size, number % across * size", "tiles-tile-order-16"),
    ("a tile has its rows from bottom to top", "range(top, top + size)",
     "reversed(range(top, top + size))", "tiles-tile-order-8"),
    ("every tile has 8 pixels", 'metadata["tile_size"], bytearray()', "8, bytearray()",
     "tiles-tile-order-32"),
    ("frames are big-endian", 'f"<{count}h"', 'f">{count}h"', "sounds-bits"),
    ("frames are unsigned", '}h"', '}H"', "sounds-signs"),
    ("the last frame is lost", 'place["length"] // 2', 'place["length"] // 2 - 1',
     "sounds-last-frame"),
    ("the last sample is lost", 'range(len(metadata["samples"])):\n        place',
     'range(len(metadata["samples"]) - 1):\n        place', "sounds-last-frame"),
    ("each sample begins the slice", 'stored, place["offset"])', "stored, 0)", "sounds-order"),
    ("offsets of samples count frames", 'stored, place["offset"])',
     'stored + stored, place["offset"] * 2)', "sounds-order"),
    ("samples are in the order of text", 'metadata["samples"][str(number)]',
     'metadata["samples"][sorted(metadata["samples"])[number]]', "sounds-order"),
    ("the sample rate is fixed", '"sample_rate": metadata["sample_rate"]', '"sample_rate": 22050',
     "sounds-one-frame"),
    ("every slice is the first", PLACE, 'pack["payload_offset"]', "several-tiles-first"),
    ("slices follow each other without a gap", PLACE, ('pack["payload_offset"] + sum(e["size"] for '
     'e in pack["assets"] if e["asset_id"] < entry["asset_id"])'), "several-sounds-first"),
    ("slices begin at multiples of 32", PLACE, f"({PLACE}) // 32 * 32", "several-sounds-first"),
    ("only the first asset is loaded", 'in pack["assets"]:\n        stored',
     'in pack["assets"][:1]:\n        stored', "gaps-not-zero"),
    ("a runtime looks into gaps", 'pack = read_pack(file, "reader")\n    banks',
     'pack = read_pack(file, "writer")\n    banks', "gaps-not-zero"),
]  # fmt: skip


@pytest.fixture(scope="module")
def text(kit: Kit) -> str:
    return (kit.directory / READER).read_text("utf-8")


@pytest.fixture
def answer(tmp_path: Path) -> Callable[[str, Vector], Any]:
    """What a reader with this text says of a case; whatever it raises is an answer too."""

    def answered(text: str, vector: Vector) -> Any:
        module: dict[str, Any] = {"__name__": "reader"}
        exec(compile(text, READER, "exec"), module)  # the kit's own, with one change
        options = module["Options"](["--kind", "decode", "FILE"])
        try:
            return module["judge"](str(vector.input(tmp_path)), options)
        except Exception as error:  # noqa: BLE001  # a broken reader fails as it likes
            return repr(error)

    return answered


@pytest.mark.parametrize(("what", "old", "new", "id"), BREAKS, ids=[row[0] for row in BREAKS])
def test_one_break_is_found(
    text: str,
    answer: Callable[[str, Vector], Any],
    vectors: dict[str, Vector],
    what: str,
    old: str,
    new: str,
    id: str,
) -> None:
    assert text.count(old) == 1, "the place to break is there once"
    wanted = {"verdict": "accept", "view": vectors[id].view()}
    assert same(answer(text, vectors[id]), wanted)
    assert not same(answer(text.replace(old, new), vectors[id]), wanted), what


def test_a_reader_that_does_not_know_the_kind_skips_it(
    kit: Kit, text: str, vectors: dict[str, Vector], tmp_path: Path
) -> None:
    """Its cases are counted apart, and printed with the reader's reason."""
    older = tmp_path / "reader.py"
    older.write_text(text.replace('KINDS |= {"decode": decode}\n', ""), "utf-8")
    chosen = [*kit.only("accept-name-*"), *kit.only(kinds=["decode"])]
    outcome = run_suite(kit, [sys.executable, "-I", "-S", str(older)], chosen)
    skipped = len(kit.only(kinds=["decode"]))
    assert outcome.counts == {Status.PASSED: len(chosen) - skipped, Status.SKIPPED: skipped}
    assert outcome.ok
    line = f"skipped {skipped} of kind decode, profile reader: kind decode is not supported"
    assert line in list(outcome.lines())
