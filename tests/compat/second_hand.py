"""What is in a pack of container version 1, read without the package: `struct`, `json`, `hashlib`.

Run as a module with packs as arguments, it writes the view of each beside it.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from pathlib import Path
from typing import Any

PLANE, PALETTES = 256 * 256 // 2, 64 * 16 * 2


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def view(data: bytes) -> dict[str, Any]:
    """The prelude's version, the header, and the digests of what its slices hold."""
    magic, version, length, payload = struct.unpack_from("<4sIII", data)
    assert magic == b"ASPA"
    header = json.loads(data[32 : 32 + length])
    return {
        "schema_version": version,
        "payload_offset": payload,
        "header": header,
        "banks": [
            bank(entry, data[payload + entry["offset"] :]) for entry in header["asset_table"]
        ],
    }


def bank(entry: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Digests of a slice and of what it decodes to: one byte a pixel, two a colour or a frame."""
    data = data[: entry["size"]]
    found: dict[str, Any] = {"sha256": sha256(data)}
    if entry["bank_type"] == "TILES":
        indices = bytes(half for byte in data[:PLANE] for half in (byte >> 4, byte & 15))
        return found | {"indices": sha256(indices), "palettes": sha256(data[PLANE:][:PALETTES])}
    spans = entry["metadata"]["samples"]
    ordered = [spans[str(number)] for number in range(len(spans))]
    samples = [data[s["offset"] : s["offset"] + s["length"]] for s in ordered]
    return found | {"samples": [sha256(sample) for sample in samples]}


def main(packs: list[str]) -> None:
    for name in packs:
        path = Path(name)
        text = json.dumps(view(path.read_bytes()), indent=2, ensure_ascii=False)
        path.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
