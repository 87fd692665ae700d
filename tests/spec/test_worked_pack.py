"""The worked pack is a pack, and is what the page says.

Clause: ``spec/contract/1/container.md#worked-pack``.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from tests.every import every
from tools import worked

import prometeu_assets as pa
from prometeu_assets.contract.current import CURRENT

PAGE: Final = Path(__file__).parents[2] / "spec" / "contract" / "1" / "container.md"
SECTION: Final = re.split("{ #worked-(?:pack|tiles) }", PAGE.read_text(encoding="utf-8"))[1]
BLOCKS: Final = re.findall(r"```text\n(.*?)```", SECTION, re.DOTALL)
ROW: Final = re.compile(r"([0-9a-f]{8})  ((?:[0-9a-f]{2} ?){1,16}) *  \|(.{1,16})\|")


def cells(text: str) -> list[list[str]]:
    """The cells of every table row in ``text``, code marks removed, headings left out."""
    rows = [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]
    return [row for row in rows if row[0] not in ("", "From")]


def dumped() -> bytes:
    """The bytes of the hex dump, with its offsets and its ASCII column checked."""
    data = bytearray()
    for line in BLOCKS[0].splitlines():
        match = ROW.fullmatch(line)
        assert match, line
        row = bytes.fromhex(match[2])
        assert int(match[1], 16) == len(data)
        assert match[3] == "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in row)
        data += row
    return bytes(data)


def stated() -> list[dict[str, Any]]:
    """The assets as the page's table of values states them, one dict a column."""
    table = SECTION.partition("```text")[0]
    columns = list(zip(*[row[1:] for row in cells(table)], strict=True))
    names = [row[0].partition(",")[0] for row in cells(table)]
    return [dict(zip(names, column, strict=True)) for column in columns]


def rebuilt() -> bytes:
    """The pack made from the stated values with struct, zlib and json alone, nothing of ours."""
    table, preload, payload = [], [], b""
    for asset in stated():
        payload += bytes(-len(payload) % 16)
        runs = [
            [int(frame) for frame in value.split(",")]
            for name, value in asset.items()
            if name.startswith("frames of sample") and value != "none"
        ]
        samples, stored = {}, b""
        for number, frames in enumerate(runs):
            run = struct.pack(f"<{len(frames)}h", *frames)
            samples[str(number)] = {"length": len(run), "offset": len(stored)}
            stored += run
        table.append(
            {
                "asset_id": int(asset["asset_id"]),
                "asset_name": asset["asset_name"],
                "bank_type": asset["bank_type"],
                "codec": "NONE",
                "decoded_size": len(stored),
                "metadata": {
                    "channels": 1,
                    "sample_rate": int(asset["sample_rate"]),
                    "samples": samples,
                },
                "offset": len(payload),
                "size": len(stored),
            }
        )
        payload += stored
        if asset["preload slot"] != "none":
            preload.append({"asset_id": table[-1]["asset_id"], "slot": int(asset["preload slot"])})
    value = {"asset_table": table, "preload": preload}
    header = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    begins = (32 + len(header) + 15) // 16 * 16
    crc = zlib.crc32(header)
    prelude = struct.pack("<4s4I8xI", b"ASPA", 1, len(header), begins, 0, crc)
    return (prelude + header).ljust(begins, b"\0") + payload


def test_dump_is_what_the_table_of_values_makes() -> None:
    assert dumped() == rebuilt()


def test_the_download_is_the_dump() -> None:
    assert worked.sounds(CURRENT) == dumped()
    assert hashlib.sha256(dumped()).hexdigest() in SECTION


@pytest.mark.parametrize("profile", ["reader", "writer"])
def test_dump_is_a_valid_pack(profile: str) -> None:
    report = pa.validate(dumped(), profile=profile)
    assert report.codes == ()
    assert report.ok


def test_dump_reads_as_the_table_of_values_says() -> None:
    with pa.open(dumped()) as pack:
        for entry, asset in zip(pack, stated(), strict=True):
            assert entry.asset_id == int(asset["asset_id"])
            assert entry.asset_name == asset["asset_name"]
            bank = pack.decode(entry)
            assert isinstance(bank, pa.SoundBank)
            assert bank.sample_rate == int(asset["sample_rate"])
            assert [run.tolist() for run in bank.samples] == [
                [int(frame) for frame in asset[f"frames of sample {number}"].split(",")]
                for number in range(len(bank.samples))
            ]


def test_dump_shows_padding_of_both_kinds() -> None:
    data = dumped()
    header_len, begins = struct.unpack_from("<II", data, 8)
    first = json.loads(data[32 : 32 + header_len])["asset_table"][0]
    assert begins - 32 - header_len > 0
    assert first["size"] % 16 > 0


def test_annotations_cover_every_byte_once() -> None:
    data, end = dumped(), 0
    rows = cells(SECTION.partition("Byte range by byte range")[2])
    for first, last, shown, _ in rows:
        start, stop = int(first, 16), int(last, 16) + 1
        assert start == end
        piece, end = data[start:stop], stop
        if match := re.fullmatch(r"00 × (\d+)", shown):
            assert piece == bytes(int(match[1]))
        elif match := re.fullmatch(r"(\d+) bytes of JSON", shown):
            assert len(piece) == int(match[1])
        else:
            assert piece == bytes.fromhex(shown)
    assert end == len(data)


def test_header_shown_for_reading_is_the_one_in_the_dump() -> None:
    data = dumped()
    header_len = struct.unpack_from("<I", data, 8)[0]
    assert BLOCKS[1].replace("\n", "").encode() == data[32 : 32 + header_len]


@every(
    [
        (lambda d: d[:16] + b"\1" + d[17:], "PRELUDE_FLAGS"),
        (lambda d: d.replace(b"beep", b"Beep"), "HEADER_CHECKSUM"),
        (lambda d: d[:503] + b"x" + d[504:], "HEADER_PADDING"),
        (lambda d: d[:-1], "TABLE_BOUNDS"),
        (lambda d: d + b"\0", "TABLE_TRAILING"),
        (lambda d: d[:527] + b"x" + d[528:], "PAYLOAD_PADDING"),
    ]
)
def test_a_changed_byte_is_found(change: Callable[[bytes], bytes], code: str) -> None:
    assert pa.validate(change(dumped()), profile="writer").codes == (code,)
