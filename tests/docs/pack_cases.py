"""Every code of reading a pack, made to appear by a pack with that fault."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests import packs
from tests.workspace.projects import Project

from prometeu_assets import Report, validate

Case = Callable[[Project, pytest.MonkeyPatch], object]

HERO, FX = packs.tiles(1, "tiles/hero"), packs.sounds(2, "sound/fx", [6, 4])
SLOTS = [{"asset_id": 1, "slot": 0}]
GOOD = packs.pack([HERO, FX], SLOTS)
HEADER_LEN = int.from_bytes(GOOD[8:12], "little")
BEGINS = int.from_bytes(GOOD[12:16], "little")
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 274784\n"


def given(data: bytes, *, size: int | None = None) -> Case:
    """Validate a file of these bytes, made ``size`` bytes long if that is given."""

    def case(project: Project, _: pytest.MonkeyPatch) -> Report:
        (project.path / "build").mkdir()
        file = project.path / "build/assets.pa"
        file.write_bytes(data)
        if size is not None:
            os.truncate(file, size)
        return validate("build/assets.pa", profile="writer")

    return case


def head(**parts: Any) -> Case:
    """A prelude with these values."""
    return given(packs.pack([HERO, FX], SLOTS, **parts))


def text(header: str | bytes) -> Case:
    """This header, whatever it is."""
    return given(packs.assemble(header.encode() if isinstance(header, str) else header))


def table(*entries: dict[str, Any], preload: list[dict[str, Any]] | None = None) -> Case:
    """These entries where the placement rule puts them."""
    return given(packs.pack(list(entries), preload))


def byte(offset: int, data: bytes = GOOD) -> Case:
    """One byte set to 7F."""
    return given(data[:offset] + b"\x7f" + data[offset + 1 :])


def at(*offsets: int, entries: Sequence[dict[str, Any]] = (HERO, FX)) -> bytes:
    """A pack whose slices are where the rule puts them, and whose table says other offsets."""
    moved = [{**entry, "offset": offset} for entry, offset in zip(entries, offsets, strict=True)]
    header = packs.canonical({"asset_table": moved, "preload": []})
    return packs.assemble(header, packs.payload(moved))


def from_file() -> bytes:
    """Offsets that count from the start of the file."""
    begins, data = 0, GOOD
    while (begin := int.from_bytes(data[12:16], "little")) != begins:
        begins, data = begin, at(begin, begin + 34_816)
    return data


def metadata(entry: dict[str, Any], **members: Any) -> Case:
    return table({**entry, "metadata": {**entry["metadata"], **members}})


GAP = packs.pack([FX, packs.tiles(3, "tiles/hat")])
GAP_AT = int.from_bytes(GAP[12:16], "little") + 12

CASES: dict[str, Case] = {
    "PRELUDE_TRUNCATED": given(GOOD[:20]),
    "PRELUDE_LEGACY": given(b"PPA1" + GOOD[4:]),
    "PRELUDE_MAGIC": given(LFS),
    "PRELUDE_VERSION": head(version=2),
    "PRELUDE_HEADER_LEN": head(header_len=0),
    "PRELUDE_PAYLOAD_OFFSET": head(payload_offset=BEGINS + 16),
    "PRELUDE_FLAGS": head(flags=1),
    "PRELUDE_RESERVED": head(reserved=bytes(7) + b"\1"),
    "FILE_SIZE": given(GOOD, size=2**31),
    "HEADER_TRUNCATED": given(GOOD[:100]),
    "HEADER_CHECKSUM": head(checksum=0xDEADBEEF),
    "HEADER_PADDING": byte(32 + HEADER_LEN),
    "HEADER_UTF8": text(b'{"asset_table":[],"preload":[\xff]}'),
    "HEADER_JSON": text('{"asset_table":[],"preload":[],}'),
    "HEADER_NESTING": text('{"asset_table":' + "[" * 20 + "]" * 20 + "}"),
    "HEADER_NUMBER": text('{"asset_table":[],"preload":[{"asset_id":1,"slot":0.5}]}'),
    "HEADER_CANONICAL": text(json.dumps({"asset_table": [], "preload": []})),
    "HEADER_SCHEMA": table({**HERO, "codec": "RAW"}),
    "TABLE_ORDER": table(FX, HERO),
    "TABLE_OFFSET": given(at(0, 34_832)),
    "TABLE_BOUNDS": given(GOOD[:-4]),
    "TABLE_NAME": table(HERO, packs.tiles(2, "tiles/hero")),
    "TABLE_TRAILING": given(GOOD + b"\n"),
    "BANK_METADATA": metadata(HERO, tile_size=9),
    "BANK_SIZE": table({**HERO, "decoded_size": 34_816}),
    "BANK_RANGE": metadata(
        FX, samples={"0": {"length": 6, "offset": 0}, "1": {"length": 4, "offset": 8}}
    ),
    "PRELOAD_ORDER": table(
        HERO, FX, preload=[{"asset_id": 2, "slot": 0}, {"asset_id": 1, "slot": 0}]
    ),
    "PRELOAD_UNKNOWN": table(HERO, preload=[{"asset_id": 7, "slot": 0}]),
    "PRELOAD_SLOT": table(
        HERO,
        packs.tiles(2, "tiles/hat"),
        preload=[{"asset_id": 1, "slot": 0}, {"asset_id": 2, "slot": 0}],
    ),
    "PAYLOAD_PADDING": byte(GAP_AT, GAP),
    "PAYLOAD_PALETTE": byte(BEGINS + 34_815),
}
