"""Packs for tests, built by a second hand: struct, zlib and json, and nothing of the package.

A fault is put in by changing a part before the rest is computed around it, so that each pack
breaks exactly what it is meant to break.
"""

from __future__ import annotations

import json
import struct
import zlib
from copy import deepcopy
from typing import Any

TILES_META = {
    "height": 256, "palette_authored": 2, "palette_count": 64, "tile_size": 8, "width": 256,
}  # fmt: skip


def tiles(id: int, name: str, **changes: Any) -> dict[str, Any]:
    """An entry of a tile bank, its offset still to be placed."""
    return {
        "asset_id": id, "asset_name": name, "bank_type": "TILES", "codec": "NONE",
        "decoded_size": 67584, "metadata": dict(TILES_META), "offset": 0, "size": 34816,
    } | changes  # fmt: skip


def sounds(id: int, name: str, lengths: list[int], **changes: Any) -> dict[str, Any]:
    """An entry of a sound bank with samples of these lengths in bytes."""
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    samples = {str(i): {"length": n, "offset": o} for i, (n, o) in enumerate(zip(lengths, starts))}
    return {
        "asset_id": id, "asset_name": name, "bank_type": "SOUNDS", "codec": "NONE",
        "decoded_size": sum(lengths),
        "metadata": {"channels": 1, "sample_rate": 8000, "samples": samples},
        "offset": 0, "size": sum(lengths),
    } | changes  # fmt: skip


def canonical(value: Any) -> bytes:
    """Canonical JSON by the standard library alone."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def placed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries with the offsets that the placement rule gives them."""
    position, out = 0, []
    for entry in entries:
        out.append({**deepcopy(entry), "offset": position})
        position = -(-(position + entry["size"]) // 16) * 16
    return out


def payload(entries: list[dict[str, Any]]) -> bytes:
    """Slices of zero palettes and 0x11 elsewhere, where the entries say they are."""
    out = bytearray()
    for entry in entries:
        out += bytes(-len(out) % 16)
        filled = 32768 if entry["bank_type"] == "TILES" else entry["size"]
        out += b"\x11" * min(filled, entry["size"]) + bytes(max(0, entry["size"] - filled))
    return bytes(out)


def assemble(
    header: bytes,
    body: bytes = b"",
    *,
    magic: bytes = b"ASPA",
    version: int = 1,
    header_len: int | None = None,
    payload_offset: int | None = None,
    flags: int = 0,
    reserved: bytes = bytes(8),
    checksum: int | None = None,
    padding: bytes | None = None,
) -> bytes:
    """A file of these parts; what is not given is computed from the others."""
    length = len(header) if header_len is None else header_len
    fill = bytes(-(32 + len(header)) % 16) if padding is None else padding
    start = -(-(32 + length) // 16) * 16 if payload_offset is None else payload_offset
    crc = zlib.crc32(header) if checksum is None else checksum
    prelude = struct.pack("<4sIIII8sI", magic, version, length, start, flags, reserved, crc)
    return prelude + header + fill + body


def pack(
    entries: list[dict[str, Any]], preload: list[dict[str, Any]] | None = None, **parts: Any
) -> bytes:
    """A pack of these entries, placed; ``parts`` go to `assemble`."""
    table = placed(entries)
    header = canonical({"asset_table": table, "preload": preload or []})
    return assemble(header, payload(table), **parts)


SMALL = [tiles(1, "tiles/hero"), sounds(3, "sound/fx", [6, 4]), sounds(9, "sound/beep", [2])]
"""A few assets; the second slice needs padding after it."""
