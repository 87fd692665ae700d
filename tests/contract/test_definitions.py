"""The definitions against the numbers of the specification, written out here a second time."""

from __future__ import annotations

import gc
import re
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from construct import ConstructError, Struct
from tests.contract.test_rules import BROKEN
from tests.every import every
from tests.packs import SMALL, TILES_META, assemble, canonical, pack, payload, placed, sounds

import prometeu_assets as pa
from prometeu_assets.banks import SOUNDS, TILES
from prometeu_assets.banks.sounds import SoundBank
from prometeu_assets.banks.tiles import TileBank
from prometeu_assets.banks.tiles.payload import rgb565, rgb888
from prometeu_assets.catalog import CODES, GROUPS
from prometeu_assets.contract.container import align
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.layouts import Plane, Spans, Words, spans
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.rule import Profile, Step
from prometeu_assets.diagnostics import MAX_DIAGNOSTICS, AssetRef, Diagnostic, Refused, Report

# Bytes.


def test_prelude_fields() -> None:
    assert [(f.name, f.offset, f.size, f.type) for f in CURRENT.container(1).fields] == [
        ("magic", 0, 4, "bytes"),
        ("schema_version", 4, 4, "u32"),
        ("header_len", 8, 4, "u32"),
        ("payload_offset", 12, 4, "u32"),
        ("flags", 16, 4, "u32"),
        ("reserved", 20, 8, "bytes"),
        ("header_checksum", 28, 4, "u32"),
    ]
    one = CURRENT.written
    assert (one.version, one.prelude_size, one.identity_size, one.alignment) == (1, 32, 8, 16)
    assert all(f.role == f.name and f.docs for f in one.fields)


def test_each_field_has_the_rule_that_states_it() -> None:
    rules = {rule.id for rule in CURRENT.rules}
    assert [f.rule for f in CURRENT.written.fields] == [
        "prelude-magic", "prelude-version", "prelude-header-len", "prelude-payload-offset",
        "prelude-flags", "prelude-reserved", "header-checksum",
    ]  # fmt: skip
    assert {f.rule for f in CURRENT.written.fields} <= rules


@every([1, 2, 15, 16, 17, 31, 32, 33, 2**24 - 1, 2**24])
def test_prelude_written_is_the_one_a_second_hand_writes(length: int) -> None:
    header = b" " * length
    written = CURRENT.written.build(header)
    assert written == assemble(header)[:32]
    values = CURRENT.written.parse(written)
    assert values["payload_offset"] == CURRENT.written.payload_offset(length)
    assert all(CURRENT.written.allows(field, values) for field in CURRENT.written.fields)


def test_fields_beyond_the_bytes_are_left_out() -> None:
    data = assemble(b"{}")
    for size, count in ((0, 0), (3, 0), (4, 1), (7, 1), (8, 2), (31, 6), (32, 7), (40, 7)):
        assert len(CURRENT.written.parse(data[:size])) == count


@every([(0, 16, 0), (1, 16, 16), (16, 16, 16), (17, 16, 32), (34, 1, 34), (5, 4, 8)])
def test_align(position: int, alignment: int, expected: int) -> None:
    assert align(position, alignment) == expected


# Banks.

SOUNDS_META = sounds(1, "a", [6, 2, 10])["metadata"]


def test_bank_sizes() -> None:
    assert (TILES.size(TILES_META), TILES.decoded_size(TILES_META)) == (34816, 67584)
    assert (SOUNDS.size(SOUNDS_META), SOUNDS.decoded_size(SOUNDS_META)) == (18, 18)
    for authored, start in ((1, 32800), (2, 32832), (63, 34784), (64, 34816)):
        found = TILES.blank_range({**TILES_META, "palette_authored": authored})
        assert (found.start, found.stop) == (start, 34816)
    assert SOUNDS.blank_range(SOUNDS_META) == range(0)


def test_tile_bank_there_and_back() -> None:
    chance = np.random.default_rng(1)
    indices = chance.integers(0, 16, (256, 256), dtype=np.uint8)
    palettes = chance.integers(0, 65536, (64, 16), dtype=np.uint16)
    data = TILES.encode({"indices": indices, "palettes": palettes}, TILES_META)
    assert len(data) == 34816
    # By hand: even x in the high nibble, rows without gaps; palettes little-endian after them.
    for y, x in ((0, 0), (0, 254), (1, 0), (255, 254)):
        assert data[(y * 256 + x) // 2] == indices[y, x] << 4 | indices[y, x + 1]
    for row, color in ((0, 0), (0, 15), (1, 0), (63, 15)):
        at = 32768 + 32 * row + 2 * color
        assert int.from_bytes(data[at : at + 2], "little") == palettes[row, color]
    for source in (data, memoryview(data)):
        bank = TILES.decode(source, TILES_META)
        assert isinstance(bank, TileBank)
        assert (bank.indices == indices).all() and bank.indices.dtype == np.uint8
        assert (bank.palettes == palettes).all() and bank.palettes.dtype == np.uint16
        assert (bank.tile_size, bank.palette_authored) == (8, 2)
    assert TILES.resident is not None
    resident = TILES.resident.build({"indices": indices, "palettes": palettes}, **TILES_META)
    assert resident == indices.tobytes() + palettes.astype("<u2").tobytes()


def test_sound_bank_there_and_back() -> None:
    runs = [np.array(run, dtype=np.int16) for run in ([1, -1, 258], [-32768], [0, 1, 2, 3, 32767])]
    data = SOUNDS.encode({"samples": runs}, SOUNDS_META)
    assert data[:6] == b"\x01\x00\xff\xff\x02\x01" and len(data) == 18
    bank = SOUNDS.decode(data, SOUNDS_META)
    assert isinstance(bank, SoundBank)
    assert [run.tolist() for run in bank.samples] == [run.tolist() for run in runs]
    assert bank.sample_rate == 8000
    assert all(run.dtype == np.int16 for run in bank.samples)


SHEET, COLOURS = np.zeros((256, 256), np.uint8), np.zeros((64, 16), np.uint16)
RUNS = [np.zeros(n, np.int16) for n in (3, 1, 5)]


def with_one(array: Any, place: Any, value: Any, dtype: Any = np.int64) -> Any:
    changed = array.astype(dtype)
    changed[place] = value
    return changed


ENCODED: dict[str, tuple[Any, dict[str, Any], str | None]] = {
    "a sheet": (TILES, {"indices": SHEET, "palettes": COLOURS}, None),
    "lists": (TILES, {"indices": SHEET.tolist(), "palettes": COLOURS.tolist()}, None),
    "index 15": (TILES, {"indices": with_one(SHEET, (0, 1), 15), "palettes": COLOURS}, None),
    "index 16": (TILES, {"indices": with_one(SHEET, (0, 1), 16), "palettes": COLOURS}, "indices: 16 is"),
    "index 200": (TILES, {"indices": with_one(SHEET, (0, 1), 200, np.uint8), "palettes": COLOURS}, "indices: 200 is"),
    "index 256": (TILES, {"indices": with_one(SHEET, (9, 9), 256), "palettes": COLOURS}, "indices: 256 is"),
    "index -1": (TILES, {"indices": with_one(SHEET, (0, 0), -1), "palettes": COLOURS}, "indices: -1 is"),
    "fractions": (TILES, {"indices": SHEET + 0.5, "palettes": COLOURS}, "not float64"),
    "truth values": (TILES, {"indices": SHEET > 0, "palettes": COLOURS}, "not bool"),
    "other rows": (TILES, {"indices": SHEET.reshape(128, 512), "palettes": COLOURS}, "shape"),
    "a row too few": (TILES, {"indices": SHEET[1:], "palettes": COLOURS}, "shape"),
    "a flat sheet": (TILES, {"indices": SHEET.ravel(), "palettes": COLOURS}, "shape"),
    "colour 65535": (TILES, {"indices": SHEET, "palettes": with_one(COLOURS, (1, 1), 65535)}, None),
    "colour 65536": (TILES, {"indices": SHEET, "palettes": with_one(COLOURS, (1, 1), 65536)}, "palettes: 65536 is"),
    "63 palettes": (TILES, {"indices": SHEET, "palettes": COLOURS[1:]}, "shape"),
    "colours in one row": (TILES, {"indices": SHEET, "palettes": COLOURS.ravel()}, "shape"),
    "no palettes": (TILES, {"indices": SHEET}, "members"),
    "a third member": (TILES, {"indices": SHEET, "palettes": COLOURS, "x": 1}, "members"),
    "samples": (SOUNDS, {"samples": RUNS}, None),
    "frame -32768": (SOUNDS, {"samples": [with_one(RUNS[0], 2, -32768), *RUNS[1:]]}, None),
    "frame 32768": (SOUNDS, {"samples": [with_one(RUNS[0], 2, 32768), *RUNS[1:]]}, "samples 0: 32768 is"),
    "frame -32769": (SOUNDS, {"samples": [*RUNS[:2], with_one(RUNS[2], 0, -32769)]}, "samples 2: -32769 is"),
    "frames as fractions": (SOUNDS, {"samples": [run / 2 for run in RUNS]}, "not float64"),
    "a sample too few": (SOUNDS, {"samples": RUNS[1:]}, "3 runs"),
    "a frame too few": (SOUNDS, {"samples": [RUNS[0][1:], *RUNS[1:]]}, "shape"),
    "samples exchanged": (SOUNDS, {"samples": RUNS[::-1]}, "shape"),
    "two channels": (SOUNDS, {"samples": [run.reshape(1, -1) for run in RUNS]}, "shape"),
}  # fmt: skip


@every(ENCODED)
def test_encoding_changes_no_number(case: str) -> None:
    """What fits comes back as it was; what does not is refused, and no neighbour is changed."""
    bank, parts, refused = ENCODED[case]
    metadata = TILES_META if bank is TILES else SOUNDS_META
    if refused is not None:
        with pytest.raises(ValueError, match=refused):
            bank.encode(parts, metadata)
        return
    decoded = bank.decode(bank.encode(parts, metadata), metadata)
    for name, given in parts.items():
        for row, back in zip(given, getattr(decoded, name), strict=True):
            assert np.array_equal(row, back)


def test_runs_are_where_the_table_says() -> None:
    """Bytes between samples belong to none: a table with a gap is no table of a slice."""
    gap = {**SOUNDS_META, "samples": {"0": {"offset": 2, "length": 6}}}
    with pytest.raises(ValueError, match="run 0 must begin at 0, not at 2"):
        SOUNDS.encode({"samples": RUNS[:1]}, gap)


@pytest.mark.parametrize("size", [0, 17, 19])
def test_a_slice_of_another_size_is_not_decoded(size: int) -> None:
    with pytest.raises(ValueError, match=f"has {size} bytes; it must be 18"):
        SOUNDS.decode(bytes(size), SOUNDS_META)


@pytest.mark.parametrize(
    ("bank", "metadata", "parts"),
    [
        (TILES, TILES_META, {"indices": SHEET, "palettes": COLOURS}),
        (SOUNDS, SOUNDS_META, {"samples": RUNS}),
    ],
    ids=["tiles", "sounds"],
)
def test_a_bank_is_free_with_its_last_reference(
    bank: Any, metadata: Any, parts: dict[str, Any]
) -> None:
    """Neither coding leaves anything to the collector: no cycle keeps a slice."""
    gc.collect()
    gc.disable()
    try:
        data = bank.encode({name: Given(rows) for name, rows in parts.items()}, metadata)
        assert not [held for held in gc.get_objects() if isinstance(held, Given)]
        decoded = bank.decode(data, metadata)
        arrays = decoded.samples if bank is SOUNDS else (decoded.indices, decoded.palettes)
        seen = [weakref.ref(array) for array in arrays]
        del decoded, arrays
        assert [ref() for ref in seen] == [None] * len(seen)
    finally:
        gc.enable()


class Given(list[Any]):
    """Rows that can be found again among the objects that are still there."""


def test_spans_are_in_numeric_order() -> None:
    lengths = list(range(2, 26, 2))
    meta = sounds(1, "a", lengths)["metadata"]
    assert sorted(meta["samples"]) != list(meta["samples"])
    shuffled = {name: meta["samples"][name] for name in sorted(meta["samples"])}
    assert [int(name) for name, _, _ in spans(shuffled)] == list(range(12))
    assert [length for _, _, length in spans(shuffled)] == lengths


@every(
    [
        (order, bits, width, height)
        for order in ["high", "low"]
        for bits in [4, 8]
        for width, height in [(1, 1), (3, 1), (1, 3), (3, 3), (5, 7), (4, 3)]
    ]
)
def test_plane_of_any_number_of_pixels(order: Any, bits: int, width: int, height: int) -> None:
    plane = Plane(width, height, bits, order)
    pixels = np.arange(1, width * height + 1, dtype=np.uint8).reshape(height, width) % 16
    data = plane.build(pixels)
    assert len(data) == plane.sizeof() == -(-width * height * bits // 8)
    assert (plane.parse(data) == pixels).all()
    if bits == 4 and width * height % 2:
        unused = data[-1] & 0x0F if order == "high" else data[-1] >> 4
        assert unused == 0
    if (width, height, bits) == (3, 1, 4):
        assert data == (b"\x12\x30" if order == "high" else b"\x21\x03")
    with pytest.raises(ConstructError):
        plane.parse(data[:-1])


def test_words_and_spans_read_as_many_bytes_as_they_say() -> None:
    assert Words((2, 3), "<u2").sizeof() == 12
    assert Words((2,), "<u2").parse(b"\x01\x02\x03\x04").tolist() == [0x0201, 0x0403]
    with pytest.raises(ConstructError):
        Words((2,), "<u2").parse(b"\x01\x02\x03")
    table = {"0": {"offset": 0, "length": 2}, "1": {"offset": 2, "length": 4}}
    assert Struct("s" / Spans(table, "<i2")).sizeof() == 6


RGB565 = [
    ((0, 0, 0), 0x0000), ((255, 255, 255), 0xFFFF), ((255, 0, 0), 0xF800), ((0, 255, 0), 0x07E0),
    ((0, 0, 255), 0x001F), ((7, 3, 7), 0x0000), ((8, 4, 8), 0x0821), ((15, 7, 15), 0x0821),
    ((0xF7, 0xFB, 0xF7), 0xF7DE), ((0x12, 0x34, 0x56), 0x11AA),
]  # fmt: skip


@every(RGB565)
def test_colours_are_truncated(color: tuple[int, int, int], expected: int) -> None:
    assert int(rgb565(np.array(color, dtype=np.uint8))) == expected


@pytest.mark.parametrize("color", [(256, 0, 0), (0, -1, 0), (0.5, 0, 0)])
def test_what_is_no_colour_is_not_truncated(color: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="colours"):
        rgb565(np.array(color))


def test_every_colour_comes_back() -> None:
    colors = np.arange(65536, dtype=np.uint16)
    wide = rgb888(colors)
    assert wide.shape == (65536, 3) and wide.dtype == np.uint8
    assert (rgb565(wide) == colors).all()
    assert wide[0].tolist() == [0, 0, 0] and wide[-1].tolist() == [255, 255, 255]


# Shapes.


@pytest.mark.parametrize("container", CURRENT.containers, ids=lambda c: f"v{c.version}")
def test_banks_are_those_the_header_admits(container: Any) -> None:
    part = CURRENT.shape(container).parts["asset_table.bank_type"]
    assert [bank.bank_type for bank in container.banks] == part["enum"]
    for bank in container.banks:
        assert container.bank(bank.bank_type) is container.bank_of_format(bank.format) is bank
        assert bank.format.startswith(f"{bank.bank_type}/")
        assert bank.metadata in CURRENT.documents.keys
    assert container.bank("NO_SUCH") is container.bank_of_format("NO_SUCH") is None


@every([(key,) for key in CURRENT.documents.keys])
def test_examples_obey_their_schema(key: tuple[str, int]) -> None:
    schema = CURRENT.documents.schema(*key)
    assert schema["$id"] == f"urn:prometeu:schema:{key[0]}:{key[1]}"
    assert schema["examples"]
    for example in schema["examples"]:
        assert list(CURRENT.documents.violations(key, example)) == []


def test_windows_have_schemas() -> None:
    for document, versions in CURRENT.windows.items():
        assert set(versions) <= set(CURRENT.documents.versions(document))
        assert list(versions) == sorted(versions)


def test_limits() -> None:
    rows = [*LIMITS.rows(binds=True), *LIMITS.rows(binds=False)]
    assert {name: value for name, value, _, _ in rows} == {
        "file_bytes": 2147483647,
        "header_bytes": 16777216,
        "nesting": 16,
        "integer": 9007199254740991,
        "metadata_bytes": 65536,
        "asset_document_bytes": 1048576,
        "index_document_bytes": 67108864,
        "document_values": 4000000,
        "palette_file_bytes": 1048576,
        "image_pixels": 4096,
        "image_file_bytes": 67108864,
        "wav_bytes": 16777216,
        "png_chunks": 65536,
        "aseprite_chunks": 65536,
        "aseprite_colors": 65536,
        "aseprite_groups": 64,
        "aseprite_pixels": 67108864,
        "wav_chunks": 1024,
        "inputs": 65536,
        "input_bytes": 134217728,
        "path_characters": 1024,
        "path_part_bytes": 255,
    }
    assert all(what for _, _, _, what in rows)
    parts = CURRENT.shape(CURRENT.written).parts
    assert parts["asset_table"]["maxItems"] == 65536
    assert parts["preload"]["maxItems"] == 32
    assert parts["preload.slot"]["maximum"] == 15
    assert parts["asset_table.size"]["maximum"] == 16777216
    assert parts["asset_table.decoded_size"]["maximum"] == 16777216


VIOLATIONS: list[tuple[Any, list[tuple[str, str, str]]]] = [
    ([], [("", "type", "The document is an array; it must be of type object")]),
    (
        {"asset_table": [], "preload": [{"asset_id": 1, "slot": 16, "a/b": 1}]},
        [
            ("/preload/0/a~1b", "additionalProperties", "/preload/0 has an unknown member 'a/b'"),
            ("/preload/0/slot", "maximum", "/preload/0/slot is 16; it must be at most 15"),
        ],
    ),
    (
        {"asset_table": [], "preload": [{}]},
        [
            ("/preload/0", "required", "/preload/0 is missing the member 'asset_id'"),
            ("/preload/0", "required", "/preload/0 is missing the member 'slot'"),
        ],
    ),
    (
        {"asset_table": [], "preload": [{"asset_id": 1.0, "slot": True}]},
        [
            (
                "/preload/0/asset_id",
                "type",
                "/preload/0/asset_id is 1.0; it must be of type integer",
            ),
            ("/preload/0/slot", "type", "/preload/0/slot is true; it must be of type integer"),
        ],
    ),
]


@every(VIOLATIONS)
def test_violations_in_words(value: Any, expected: list[tuple[str, str, str]]) -> None:
    found = CURRENT.documents.violations(CURRENT.written.header, value)
    assert [(v.pointer, v.keyword, v.what) for v in found] == expected


def test_violations_are_in_numeric_order() -> None:
    value = {"asset_table": [], "preload": [{"asset_id": i, "slot": 16} for i in range(1, 13)]}
    found = [v.pointer for v in CURRENT.documents.violations(CURRENT.written.header, value)]
    assert found == [f"/preload/{index}/slot" for index in range(12)]


# Rules, codes and reports.


def test_the_order_of_rules() -> None:
    steps = [rule.step for rule in CURRENT.rules]
    assert steps == sorted(steps)
    assert set(steps) == set(Step)
    assert len({rule.id for rule in CURRENT.rules}) == len(CURRENT.rules)
    assert all((r.profile is Profile.WRITER) == (r.step is Step.PAYLOAD) for r in CURRENT.rules)
    assert list(dict.fromkeys(rule.code for rule in CURRENT.rules)) == [
        code.name for code in GROUPS["reading"]
    ]
    assert all(rule.severity is CODES[rule.code].severity for rule in CURRENT.rules)


def reports() -> Iterator[tuple[str, Report]]:
    for rule, packs in BROKEN.items():
        for data in packs:
            yield rule, pa.validate(data, profile="writer")


def test_every_fault_says_itself() -> None:
    seen: set[str] = set()
    for rule, report in reports():
        assert not report.ok
        for diagnostic in report:
            seen.add(diagnostic.code)
            message, hint = diagnostic.message, diagnostic.hint
            for text in (message, hint or "That."):
                assert text[-1] in ".`", (rule, text)
                assert text.isprintable(), (rule, text)
                assert not re.search(r"{\w|\w}|None|object at|/[a-z_]+The ", text), (rule, text)
            assert diagnostic.pointer is None or re.fullmatch(r"(/[^/]*)*", diagnostic.pointer)
    assert seen == {code.name for code in GROUPS["reading"]}


def test_reports_obey_their_schema() -> None:
    for rule, report in reports():
        value = report.as_json()
        assert (
            list(CURRENT.documents.violations(("report", CURRENT.newest("report")), value)) == []
        ), rule
        # JSON has every finding with its rule and its place.
        first: Any = value["diagnostics"][0]  # type: ignore[index]
        assert first["rule"] == rule
        assert "pointer" in first or "offset" in first


@every(
    [
        (b"", " is empty"),
        (b"ASP", "copy it again"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04" + bytes(40), "zip archive"),
        (b'{"asset_table":[]}', "JSON document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a PNG image"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a WAV sound"),
        (b"GIF89a" + bytes(40), "a GIF image"),
        (b"\x07" * 40, "Give the `assets.pa`"),
        (b"PPA1", "Build the pack again"),
        (assemble(b"{}", version=2), "newer tool"),
        (assemble(b"{}", version=0), "Build the pack again"),
        (pack(SMALL).replace(b'"NONE"', b'"RAW" '), "damaged"),
    ]
)
def test_hints(data: bytes, hint: str) -> None:
    (first, *_) = pa.validate(data)
    assert hint in (first.hint or "")


def test_the_old_spelling_of_a_codec_has_its_hint() -> None:
    data = canonical({"asset_table": placed([{**SMALL[0], "codec": "RAW"}]), "preload": []})
    (fault,) = pa.validate(assemble(data, payload(placed(SMALL[:1]))))
    assert (fault.code, fault.pointer, fault.keyword) == (
        "HEADER_SCHEMA", "/asset_table/0/codec", "enum",
    )  # fmt: skip
    assert fault.asset == AssetRef(id=1, name="tiles/hero")
    assert "`RAW` is the old name" in (fault.hint or "")


def test_a_report_keeps_so_many_and_says_that_there_were_more() -> None:
    one = Diagnostic(code="PATH_MISSING", data={"path": "a"})
    exactly = Report.of([one] * MAX_DIAGNOSTICS)
    assert (len(exactly.diagnostics), exactly.truncated) == (1000, False)
    more = Report.of([one] * (MAX_DIAGNOSTICS + 1))
    assert (len(more.diagnostics), more.truncated) == (1000, True)
    joined = Report.of([one] * 600) + Report.of([one] * 600)
    assert (len(joined.diagnostics), joined.truncated) == (1000, True)
    assert (more + Report()).truncated and (Report() + more).truncated


def many(count: int) -> list[dict[str, Any]]:
    return [sounds(i + 1, f"s{i}", [2]) for i in range(count)]


@every(
    [
        (fast, change, code, per_entry, count)
        for change, code, per_entry in [
            ({"slot": 1}, "HEADER_SCHEMA", 1),
            ({"asset_id": 1}, "TABLE_ORDER", 1),
            ({"metadata": {}}, "BANK_METADATA", 3),
            ({"decoded_size": 4}, "BANK_SIZE", 1),
        ]
        for fast, count in [(True, 1000 // per_entry), (False, 1000 // per_entry + 1)]
    ]
)
def test_a_pack_with_many_faults(
    fast: bool, change: Any, code: str, per_entry: int, count: int
) -> None:
    """In both tiers, which report the same: `test_both_tiers_say_the_same_of_packs`."""
    entries = many(count)
    table = placed([{**entry, **change} for entry in entries])
    if code == "TABLE_ORDER":
        table[0]["asset_id"] = 2  # so that the first is a fault of no kind, and all others are
    report = pa.validate(
        assemble(canonical({"asset_table": table, "preload": []}), payload(table)), fast=fast
    )
    faults = count * per_entry - (code == "TABLE_ORDER")
    assert set(report.codes) == {code}
    assert len(report.diagnostics) == min(faults, 1000)
    assert report.truncated == (faults > 1000)
    assert (
        list(CURRENT.documents.violations(("report", CURRENT.newest("report")), report.as_json()))
        == []
    )


def test_a_diagnostic_has_one_place() -> None:
    with pytest.raises(ValueError, match="not both"):
        Diagnostic(code="HEADER_UTF8", pointer="", offset=1)


def test_a_refusal_is_read_in_one_line() -> None:
    code = CURRENT.rule("header-utf8").code
    faults = [Diagnostic(code=code, data={"offset": i}, offset=i) for i in range(5)]
    refused = Refused(*faults)
    assert str(refused) == (
        "byte 0: HEADER_UTF8: The header is not UTF-8: invalid byte at offset 0.; "
        "byte 1: HEADER_UTF8: The header is not UTF-8: invalid byte at offset 1.; "
        "byte 2: HEADER_UTF8: The header is not UTF-8: invalid byte at offset 2.; and 2 more"
    )
    assert {d.file for d in refused.at(file="a.pa").report} == {"a.pa"}
