"""Opening, reading by slice, sources, and the order in which faults are found."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import IO, Any, cast

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.every import every
from tests.packs import SMALL, assemble, canonical, pack, payload, placed, sounds, tiles

import prometeu_assets as pa
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.source import MappedSource, MemorySource, ShortRead

GOOD = pack(SMALL, [{"asset_id": 1, "slot": 0}, {"asset_id": 9, "slot": 3}])
START = int.from_bytes(GOOD[12:16], "little")


class Slow(io.BytesIO):
    """A file whose reads return at most ``most`` bytes at a time."""

    most = 7

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.most if size is None or size < 0 else min(size, self.most))


class Watched(io.BytesIO):
    """A file that remembers which bytes were asked for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: list[tuple[int, int]] = []

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None and size >= 0
        self.asked.append((self.tell(), size))
        return super().read(size)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "assets.pa"
    file.write_bytes(GOOD)
    return file


@pytest.fixture
def url() -> Iterator[str]:
    with fsspec.open("memory://packs/assets.pa", "wb") as file:
        file.write(GOOD)
    yield "memory://packs/assets.pa"
    fsspec.filesystem("memory").rm("/packs", recursive=True)


WAYS: dict[str, Callable[[Path, str], Any]] = {
    "path": lambda path, url: path,
    "path as text": lambda path, url: str(path),
    "bytes": lambda path, url: GOOD,
    "bytearray": lambda path, url: bytearray(GOOD),
    "memoryview": lambda path, url: memoryview(b"xx" + GOOD)[2:],
    "memoryview of numbers": lambda path, url: memoryview(GOOD).cast("H"),
    "a file in memory": lambda path, url: io.BytesIO(GOOD),
    "a file at its end": lambda path, url: at_end(io.BytesIO(GOOD)),
    "a file with short reads": lambda path, url: Slow(GOOD),
    "a URL": lambda path, url: url,
}


def at_end(file: IO[bytes]) -> IO[bytes]:
    file.seek(0, io.SEEK_END)
    return file


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_open(way: str, path: Path, url: str) -> None:
    assert len(GOOD) % 2 == 0
    given = WAYS[way](path, url)
    assert pa.validate(given, profile="writer") == pa.Report()
    with pa.open(given) as opened:
        assert (opened.size, opened.payload_offset) == (len(GOOD), START)
        assert opened.header_bytes == GOOD[32 : 32 + opened.prelude["header_len"]]
        assert len(opened) == 3 and list(opened) == list(opened.entries)
        assert [e.asset_name for e in opened] == ["tiles/hero", "sound/fx", "sound/beep"]
        assert [(p.asset_id, p.slot) for p in opened.preload] == [(1, 0), (9, 3)]
        for entry in opened:
            begin = START + entry.offset
            assert opened.read(entry) == GOOD[begin : begin + entry.size]
        assert b"".join(opened.chunks(1000)) == GOOD
        assert all(len(piece) <= 1000 for piece in opened.chunks(1000))


def test_a_file_that_somebody_else_opened_stays_open(path: Path) -> None:
    with path.open("rb") as file:
        pa.open(file).close()
        assert pa.validate(file).ok
        assert not file.closed


def test_decode() -> None:
    with pa.open(GOOD) as opened:
        bank = opened.decode(opened["tiles/hero"])
        assert isinstance(bank, pa.TileBank)
        assert bank.indices.shape == (256, 256) and (bank.indices == 1).all()
        assert bank.palettes.shape == (64, 16) and not bank.palettes.any()
        assert (bank.tile_size, bank.palette_authored) == (8, 2)
        bank = opened.decode(opened["sound/fx"])
        assert isinstance(bank, pa.SoundBank)
        assert [run.tolist() for run in bank.samples] == [[0x1111] * 3, [0x1111] * 2]
        assert bank.sample_rate == 8000


def test_a_slice_of_bytes_is_not_copied() -> None:
    data = bytearray(GOOD)
    with pa.open(data) as opened:
        view = opened.read(opened["sound/fx"])
        assert view.readonly
        data[START + opened["sound/fx"].offset] = 0xAB
        assert view[0] == 0xAB


def test_a_slice_of_a_mapped_file_is_not_copied(path: Path) -> None:
    source = open_source(path, mmap=True)
    assert isinstance(source, MappedSource)
    one, other = source.read(0, 4), source.read(0, 100)
    assert one.obj is other.obj
    source.close()


def test_opening_reads_no_byte_of_the_payload() -> None:
    file = Watched(GOOD)
    with pa.open(file) as opened:
        assert file.asked and all(at + size <= START for at, size in file.asked)
        file.asked.clear()
        entry = opened["sound/beep"]
        opened.read(entry)
        assert file.asked == [(START + entry.offset, entry.size)]


@pytest.mark.parametrize("way", WAYS)
def test_views_outlive_the_pack(way: str, path: Path, url: str) -> None:
    with pa.open(WAYS[way](path, url)) as opened:
        views = [opened.read(entry) for entry in opened]
        bank = opened.decode(opened["tiles/hero"])
    assert isinstance(bank, pa.TileBank)
    assert [len(view) for view in views] == [34816, 10, 2]
    assert views[1] == b"\x11" * 10 and bank.indices[255, 255] == 1


def test_a_file_that_shrinks_is_an_error_and_not_zeros(path: Path) -> None:
    with pa.open(path) as opened:
        entries = list(opened)
        os.truncate(path, START + entries[1].offset + 1)
        assert len(opened.read(entries[0])) == 34816
        for entry in entries[1:]:
            with pytest.raises(ShortRead, match="changed while it was read"):
                opened.read(entry)
            with pytest.raises(OSError):
                opened.decode(entry)


def test_a_file_in_memory_that_shrinks_is_an_error() -> None:
    file = io.BytesIO(GOOD)
    with pa.open(file) as opened:
        file.truncate(START)
        with pytest.raises(ShortRead) as error:
            opened.read(opened["tiles/hero"])
        assert "0 of 34816 bytes" in str(error.value)


class Liar(io.BytesIO):
    """A file that says it is longer than it is."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return super().seek(offset, whence) + (100 if whence == io.SEEK_END else 0)


def test_a_file_shorter_than_it_says_gives_no_verdict() -> None:
    for size in (0, 20, 31, LINK - 1):
        with pytest.raises(ShortRead):
            pa.validate(Liar(GOOD[:size]))


def test_no_verdict_on_what_cannot_be_read(tmp_path: Path) -> None:
    cases: list[Any] = [tmp_path, str(tmp_path), tmp_path / "missing", "memory://no/such/file"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        cases.append(tmp_path / "pipe")
    if Path("/dev/null").exists():
        cases.append("/dev/null")
    for case in cases:
        for call in (pa.open, pa.validate):
            with pytest.raises(OSError):
                call(case)


def test_an_empty_file_is_a_verdict(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    report = pa.validate(tmp_path / "empty")
    assert report.codes == ("PRELUDE_TRUNCATED",)
    assert report.diagnostics[0].file == str(tmp_path / "empty")


def test_url_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(OSError, match=r"pip install .*fsspec"):
        pa.open("memory://packs/assets.pa")


def test_an_invalid_pack_carries_its_report(path: Path) -> None:
    path.write_bytes(GOOD + b"\0")
    with pytest.raises(pa.InvalidPack) as refused:
        pa.open(path)
    assert refused.value.report == pa.validate(path)
    assert refused.value.report.codes == ("TABLE_TRAILING",)
    told = f"{path} byte 35602: TABLE_TRAILING: The file has extra bytes after the last slice: 1"
    assert str(refused.value).startswith(told)
    assert isinstance(refused.value, pa.Refused)


def test_opening_holds_to_profile_reader() -> None:
    data = GOOD[: START + 34816 + 10] + b"\1" + GOOD[START + 34816 + 11 :]
    assert pa.validate(data, profile="writer").codes == ("PAYLOAD_PADDING",)
    assert pa.validate(data).ok
    pa.open(data).close()


def test_no_other_profile() -> None:
    with pytest.raises(ValueError, match="strict"):
        pa.validate(GOOD, profile="strict")


def test_no_handle_is_left_open(tmp_path: Path) -> None:
    """Also of refused packs: an open handle would be a warning, and warnings are errors."""
    for name, data in (("good", GOOD), ("bad", b"x" * 100), ("empty", b"")):
        (tmp_path / name).write_bytes(data)
        source = open_source(tmp_path / name)
        assert source.size == len(data)
        source.close()
        pa.validate(tmp_path / name)
    with pytest.raises(pa.InvalidPack):
        pa.open(tmp_path / "bad")


def test_source_bounds() -> None:
    for source in (MemorySource(b"abc"), open_source(io.BytesIO(b"abc"))):
        assert bytes(source.read(1, 2)) == b"bc"
        assert bytes(source.read(3, 0)) == b""
        for offset, size in ((0, 4), (3, 1), (2, 2), (9, 1)):
            with pytest.raises(ShortRead):
                source.read(offset, size)


# No bytes make it raise.


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_are_judged(data: bytes) -> None:
    assert not pa.validate(data, profile="writer").ok


@settings(max_examples=300)
@given(st.binary(max_size=60), st.binary(max_size=20), st.booleans())
def test_random_headers_are_judged(header: bytes, body: bytes, fast: bool) -> None:
    assert not pa.validate(assemble(header, body), profile="writer", fast=fast).ok


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["asset_table", "preload", "metadata", "a"]), inner)
    ),
)


@settings(max_examples=300)
@given(JSON, st.booleans())
def test_random_values_are_judged(value: Any, fast: bool) -> None:
    empty: Any = {"asset_table": [], "preload": []}
    assert pa.validate(assemble(canonical(value)), fast=fast).ok == (value == empty)


@settings(max_examples=200)
@given(JSON, st.sampled_from(range(10)), st.booleans())
def test_random_values_in_a_header_are_judged(value: Any, place: int, fast: bool) -> None:
    header = {"asset_table": placed(deepcopy(SMALL)), "preload": [{"asset_id": 1, "slot": 0}]}
    entry = header["asset_table"][1]
    targets: list[tuple[Any, Any]] = [
        (header, "asset_table"), (header["asset_table"], 0), (header, "preload"),
        (header["preload"], 0), (entry, "metadata"), (entry, "asset_id"), (entry, "asset_name"),
        (entry["metadata"], "samples"), (entry["metadata"]["samples"], "1"),
        (entry["metadata"]["samples"]["0"], "offset"),
    ]  # fmt: skip
    container, key = targets[place]
    container[key] = value
    try:
        text = canonical(header)
    except UnicodeEncodeError:
        return
    pa.validate(assemble(text, payload(placed(SMALL))), profile="writer", fast=fast).as_json()


SMALLEST = pack([sounds(1, "a", [6]), sounds(2, "b", [4])], [{"asset_id": 2, "slot": 1}])


def test_every_truncation_is_judged() -> None:
    for size in range(len(SMALLEST)):
        report = pa.validate(SMALLEST[:size], profile="writer")
        assert len(report.codes) >= 1, size
        start = int.from_bytes(SMALLEST[12:16], "little")
        expected = (
            "PRELUDE_TRUNCATED" if size < 32 else
            "HEADER_TRUNCATED" if size < start else "TABLE_BOUNDS"
        )  # fmt: skip
        assert set(report.codes) == {expected}


def test_every_flipped_bit_of_prelude_and_header_is_noticed() -> None:
    start = int.from_bytes(SMALLEST[12:16], "little")
    for position in range(start):
        for bit in range(8):
            data = bytearray(SMALLEST)
            data[position] ^= 1 << bit
            assert not pa.validate(bytes(data)).ok, (position, bit)


# The order of faults.


def header(change: Callable[[dict[str, Any]], object], preload: Any = ()) -> bytes:
    value = {"asset_table": placed(SMALL), "preload": list(preload)}
    change(value)
    return assemble(canonical(value), payload(placed(SMALL)))


def table(*changes: tuple[int, dict[str, Any]]) -> bytes:
    def change(value: dict[str, Any]) -> None:
        for index, members in changes:
            value["asset_table"][index].update(members)

    return header(change)


def preloads(*rows: tuple[int, int]) -> bytes:
    return pack(SMALL, [{"asset_id": id, "slot": slot} for id, slot in rows])


def damaged(*positions: int, data: bytes = GOOD) -> bytes:
    out = bytearray(data)
    for position in positions:
        out[position] ^= 1
    return bytes(out)


SANDWICH = pack([tiles(1, "a"), sounds(2, "b", [2]), tiles(3, "c")])
LINK = 32 + int.from_bytes(GOOD[8:12], "little")
CHANNELS = {"channels": 2, "sample_rate": 8000, "samples": {"0": {"length": 10, "offset": 0}}}
RANGED = {"channels": 1, "sample_rate": 8000, "samples": {"0": {"length": 8, "offset": 2}}}
UNNAMED = {"channels": 1, "sample_rate": 8000, "samples": {"1": {"length": 10, "offset": 0}}}

ORDER: dict[str, tuple[bytes, list[str]]] = {
    # Step 1: all fields of the prelude, in the order of the table.
    "all fields": (
        assemble(b"{}", header_len=2**24 + 1, payload_offset=7, flags=1, reserved=b"\1" * 8),
        ["PRELUDE_HEADER_LEN", "PRELUDE_FLAGS", "PRELUDE_RESERVED"],
    ),
    "fields after a good length": (
        assemble(b"{}", payload_offset=7, flags=1, reserved=b"\1" * 8),
        ["PRELUDE_PAYLOAD_OFFSET", "PRELUDE_FLAGS", "PRELUDE_RESERVED"],
    ),
    "magic hides version": (assemble(b"{}", magic=b"NOPE", version=9), ["PRELUDE_MAGIC"]),
    "magic hides an early end": (b"NOPE", ["PRELUDE_MAGIC"]),
    "version hides an early end": (b"ASPA\2\0\0\0", ["PRELUDE_VERSION"]),
    "an early end hides flags": (assemble(b"{}", flags=1)[:31], ["PRELUDE_TRUNCATED"]),
    "the prelude hides the checksum": (assemble(b"x", flags=1, checksum=0), ["PRELUDE_FLAGS"]),
    # Step 2.
    "an early end hides the checksum": (
        assemble(b"{}", checksum=0)[:40], ["HEADER_TRUNCATED"],
    ),
    "checksum, then padding": (
        assemble(b"{}", checksum=0, padding=b"\1" * 14), ["HEADER_CHECKSUM", "HEADER_PADDING"],
    ),
    "the checksum hides the text": (assemble(b"\xff", checksum=0), ["HEADER_CHECKSUM"]),
    "padding hides the text": (assemble(b"\xff", padding=b"\1" * 15), ["HEADER_PADDING"]),
    # Step 3.
    "UTF-8 over all bytes first": (assemble(b"[01,\xff]"), ["HEADER_UTF8"]),
    "JSON before a later number": (assemble(b"[x,1.0]"), ["HEADER_JSON"]),
    "a number before later JSON": (assemble(b"[1.0,x]"), ["HEADER_NUMBER"]),
    "nesting before a later number": (assemble(b"[" * 17 + b"1.0"), ["HEADER_NESTING"]),
    "a number before later nesting": (assemble(b"[1.0" + b"[" * 17), ["HEADER_NUMBER"]),
    "any text before the encoding": (assemble(b" [1,]"), ["HEADER_JSON"]),
    "the encoding hides the schema": (assemble(b"[ ]"), ["HEADER_CANONICAL"]),
    "a repeat before the schema": (assemble(b'{"a":1,"a":2}'), ["HEADER_CANONICAL"]),
    # Step 4.
    "all of the schema": (
        assemble(b'{"asset_table":{},"x":1}'), ["HEADER_SCHEMA"] * 3,
    ),
    "the schema hides the table": (table((0, {"codec": "RAW", "offset": 16})), ["HEADER_SCHEMA"]),
    "schema and metadata size": (
        table((0, {"codec": "RAW", "metadata": {"x": "x" * 65536}})), ["HEADER_SCHEMA"] * 2,
    ),
    # Step 5, entry by entry.
    "an offset of entry 0 before an order of entry 1": (
        table((0, {"offset": 16}), (1, {"asset_id": 1})), ["TABLE_OFFSET", "TABLE_ORDER"],
    ),
    "in one entry order, offset, bounds": (
        table((1, {"asset_id": 1, "offset": 2**31 - 1})),
        ["TABLE_ORDER", "TABLE_OFFSET", "TABLE_BOUNDS"],
    ),
    "bounds of entry 0 before the order of entry 1": (
        table((0, {"size": 2**24}), (1, {"asset_id": 1})),
        ["TABLE_BOUNDS", "TABLE_ORDER", "TABLE_OFFSET", "TABLE_OFFSET"],
    ),
    "names after all entries": (
        table((1, {"asset_name": "tiles/hero"}), (2, {"offset": 0})),
        ["TABLE_OFFSET", "TABLE_NAME", "TABLE_TRAILING"],
    ),
    "names of one id": (
        table((1, {"asset_name": "tiles/hero", "asset_id": 1})), ["TABLE_ORDER", "TABLE_NAME"],
    ),
    "trailing bytes last": (
        table((2, {"asset_name": "sound/fx"})) + b"\0", ["TABLE_NAME", "TABLE_TRAILING"],
    ),
    "the table hides the banks": (
        table((0, {"offset": 16, "decoded_size": 1})), ["TABLE_OFFSET"],
    ),
    # Step 6, entry by entry.
    "sizes of entry 0 before metadata of entry 1": (
        table((0, {"decoded_size": 1}), (1, {"metadata": CHANNELS})),
        ["BANK_SIZE", "BANK_METADATA"],
    ),
    "in one entry metadata hides its numbers": (
        table((1, {"metadata": {**CHANNELS, "samples": {}}, "decoded_size": 3})),
        ["BANK_METADATA", "BANK_METADATA"],
    ),
    "in one entry size, then range": (
        table((1, {"decoded_size": 3, "metadata": RANGED})), ["BANK_SIZE", "BANK_RANGE"],
    ),
    "in one entry names, then size": (
        table((1, {"decoded_size": 3, "metadata": UNNAMED})), ["BANK_METADATA", "BANK_SIZE"],
    ),
    "range of entry 1 before size of entry 2": (
        table((1, {"metadata": RANGED}), (2, {"decoded_size": 3})), ["BANK_RANGE", "BANK_SIZE"],
    ),
    "the banks hide the preload list": (
        header(lambda h: h["asset_table"][0].update(decoded_size=1), [{"asset_id": 2, "slot": 0}]),
        ["BANK_SIZE"],
    ),
    # Step 7, entry by entry.
    "unknown of entry 0 before order of entry 1": (
        preloads((7, 0), (1, 0)), ["PRELOAD_UNKNOWN", "PRELOAD_ORDER"],
    ),
    "in one entry order, then unknown": (
        preloads((9, 0), (2, 0)), ["PRELOAD_ORDER", "PRELOAD_UNKNOWN"],
    ),
    "in one entry order, then slot": (
        preloads((9, 0), (3, 0)), ["PRELOAD_ORDER", "PRELOAD_SLOT"],
    ),
    "one asset twice": (preloads((3, 0), (3, 0)), ["PRELOAD_ORDER", "PRELOAD_SLOT"]),
    "slots are those of a bank type": (preloads((1, 0), (3, 0)), []),
    "the preload list hides the payload": (
        damaged(-3, data=preloads((2, 0))), ["PRELOAD_UNKNOWN"],
    ),
    # Step 8: all padding, then all palettes.
    "padding, then palettes": (
        damaged(START + 34815, START + 34816 + 10), ["PAYLOAD_PADDING", "PAYLOAD_PALETTE"],
    ),
    "in table order": (
        damaged(
            SANDWICH.index(b"\x11" * 32768) + 34815,
            len(SANDWICH) - 34817,
            len(SANDWICH) - 1,
            data=SANDWICH,
        ),
        ["PAYLOAD_PADDING", "PAYLOAD_PALETTE", "PAYLOAD_PALETTE"],
    ),
}  # fmt: skip


@every(product([True, False], ORDER))
def test_faults_of_the_first_failing_step_in_order(fast: bool, case: str) -> None:
    data, codes = ORDER[case]
    assert list(pa.validate(data, profile="writer", fast=fast).codes) == codes


def test_places_of_faults() -> None:
    """Offsets count from the start of the file, pointers lead into the header."""
    (fault,) = pa.validate(assemble(b'{"\xc3A":1}'))
    assert (fault.offset, fault.message) == (
        35,
        "The header is not UTF-8: invalid byte at offset 35.",
    )
    (fault,) = pa.validate(assemble(b"[1.0]"))
    assert fault.offset == 34
    (fault,) = pa.validate(assemble(b"[1, 2]"))
    assert fault.offset == 35
    (fault,) = pa.validate(assemble(b"{}", padding=bytes(3) + b"\7" + bytes(10)))
    assert (fault.offset, "is 07" in fault.message) == (37, True)
    (fault,) = pa.validate(damaged(START + 32768 + 64), profile="writer")
    assert (fault.offset, fault.asset) == (START + 32832, pa.AssetRef(id=1, name="tiles/hero"))
    (fault,) = pa.validate(table((2, {"asset_name": "tiles/hero"})))
    assert fault.pointer == "/asset_table/2/asset_name"
    assert fault.message == "The name 'tiles/hero' is a duplicate: asset 1 has it too."
    (fault,) = pa.validate(table((1, {"metadata": {**CHANNELS, "channels": 1, "a": 1}})))
    assert fault.pointer == "/asset_table/1/metadata/a"
    assert fault.message == "/asset_table/1/metadata has an unknown member 'a'."


def test_a_chain_is_followed_no_further_than_the_slice() -> None:
    """The reader stops at the first sample that ends beyond the slice."""
    samples = {"0": {"length": 12, "offset": 0}, "1": {"length": 2, "offset": 0}}
    (fault,) = pa.validate(table((1, {"metadata": {**RANGED, "samples": samples}})))
    assert (fault.code, fault.pointer) == ("BANK_RANGE", "/asset_table/1/metadata/samples/0")
    assert fault.message == "Sample 0: end is 12; it must be 10."


def test_validation_in_another_process_is_the_same() -> None:
    """Nothing depends on the hash seed or the locale."""
    data, _ = ORDER["in one entry metadata hides its numbers"]
    program = (
        "import json, sys, prometeu_assets as pa;"
        "json.dump(pa.validate(sys.stdin.buffer.read()).as_json(), sys.stdout)"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", program],
            input=data,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    assert json.loads(found[0]) == cast("dict[str, Any]", pa.validate(data).as_json())
