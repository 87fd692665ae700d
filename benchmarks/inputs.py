"""The inputs, made by seed: the same bytes on every machine and in every run."""

from __future__ import annotations

import json
import os
import random
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import prometeu_assets as pa

INDEX = "assets/.prometeu/index.json"
PALETTE = "000000\nff0044\n0099db\nfee761\n"
COLORS = bytes.fromhex(PALETTE.replace("\n", ""))
SOUNDS = ("sound_bank", "SOUNDS/pcm16le_v1")
Asset = tuple[str, Mapping[str, bytes], tuple[str, str], Mapping[str, list[str]], Mapping[str, Any]]
"""Root, files by name, type and format, inputs, metadata."""


def pack(folder: Path, entries: int) -> Path:
    """A pack of so many entries: one in ten a tile bank, the others sound banks."""
    path = folder / f"{entries}.pa"
    if path.exists():
        return path
    import numpy as np

    seed = random.Random(entries)
    banks: dict[str, pa.TileBank | pa.SoundBank] = {}
    for number in range(entries):
        where = f"world{number // 500:03}"
        if number % 10:
            lengths = [seed.randint(1, 600) for _ in range(seed.choice((1, 1, 1, 1, 2, 3)))]
            rate = seed.choice((8_000, 22_050, 44_100))
            frames = [np.full(length, number % 9_999, np.int16) for length in lengths]
            bank = pa.SoundBank.from_arrays(frames, sample_rate=rate)
            banks[f"{where}/sounds/{number:06}"] = bank
        else:
            pixels = [[seed.randrange(16)] * 8] * (8 * seed.randint(1, 2))
            palettes = [[(seed.randrange(256), 0, 0)] * 16] * seed.randint(1, 3)
            banks[f"{where}/tiles/{number:06}"] = pa.TileBank.from_arrays(
                pixels, palettes, tile_size=8
            )
    pa.write(path, banks)
    return path


def tensors(pack: Path) -> Path:
    """A file of safetensors with the names of a pack, four bytes each."""
    import numpy as np
    from safetensors.numpy import save_file

    path = pack.with_suffix(".safetensors")
    if not path.exists():
        with pa.open(pack) as opened:
            save_file({name: np.zeros(4, np.uint8) for name in opened.keys()}, path)  # noqa: SIM118
    return path


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def png(seed: int, side: int = 16, *, rgba: bool = False) -> bytes:
    """A PNG of ``side`` x ``side`` pixels of four colours, different for every seed.

    It is indexed, or with ``rgba`` it has four bytes a pixel. The first colour is transparent in
    all but the smallest.
    """
    colors = [bytes(4), *(COLORS[i : i + 3] + b"\xff" for i in range(3, 12, 3))]
    clear = b"" if side == 16 else chunk(b"tRNS", b"\0")
    rows = bytearray()
    for y in range(side):
        row = bytes(((x * seed + y * (seed >> 4) + (seed >> 9)) % 4) for x in range(side))
        rows += b"\0" + (b"".join(colors[index] for index in row) if rgba else row)
    header = struct.pack(">2I5B", side, side, 8, 6 if rgba else 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + (b"" if rgba else chunk(b"PLTE", COLORS) + clear)
        + chunk(b"IDAT", zlib.compress(bytes(rows)))
        + chunk(b"IEND", b"")
    )


def wav(seed: int) -> bytes:
    """A WAV of 100 frames at 22050 Hz, PCM16 mono, different for every seed."""
    data = struct.pack("<100h", *((seed * (n + 1)) % 32_000 for n in range(100)))
    form = struct.pack("<HHIIHH", 1, 1, 22_050, 44_100, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def project(base: Path, count: int) -> Path:
    """A project of ``count`` registered assets in ``base``: half tile banks, half sound banks."""
    return _made(base, (_small(number) for number in range(1, count + 1)))


def _small(number: int) -> Asset:
    if number % 2 == 0:
        files = {"sheet.png": png(number), "colors.hex": PALETTE.encode("ascii")}
        return _tiles(f"tiles/{number // 500:03}/{number:06}", files)
    files = {"sound.wav": wav(number)}
    inputs, metadata = {"samples": ["sound.wav"]}, {"sample_rate": 22_050}
    return f"sounds/{number // 500:03}/{number:06}", files, SOUNDS, inputs, metadata


def sheets(base: Path, count: int, side: int, *, rgba: bool) -> Path:
    """A project of tile banks, each of one sheet of ``side`` x ``side`` pixels and one palette."""
    palette = PALETTE.encode("ascii")
    return _made(
        base,
        (
            _tiles(f"{n:06}", {"sheet.png": png(n, side, rgba=rgba), "colors.hex": palette})
            for n in range(1, count + 1)
        ),
    )


def _tiles(root: str, files: Mapping[str, bytes]) -> Asset:
    inputs = {"sprites": ["sheet.png"], "palettes": ["colors.hex"]}
    return root, files, ("tile_bank", "TILES/indexed_v1"), inputs, {"tile_size": 8}


def payloads(base: Path, count: int, size: int, *, holes: bool = False) -> Path:
    """A project of sound banks whose payloads are files; with ``holes`` they take no disk."""
    seed = random.Random(count)
    metadata = {
        "channels": 1,
        "sample_rate": 8_000,
        "samples": {"0": {"offset": 0, "length": size}},
    }
    inputs = {"payload": ["payload.bin"]}
    existed = base.exists()
    _made(
        base,
        (
            (
                f"raw/{number:06}",
                {"payload.bin": b"" if holes else seed.randbytes(size)},
                SOUNDS,
                inputs,
                metadata,
            )
            for number in range(1, count + 1)
        ),
    )
    for path in () if existed else base.rglob("payload.bin"):
        os.truncate(path, size)
    return base


def _made(base: Path, assets: Iterable[Asset]) -> Path:
    """A project of assets, unless it is there."""
    if base.exists():
        return base
    (base / "assets").mkdir(parents=True)
    rows: list[dict[str, object]] = []
    for number, (root, files, (kind, form), inputs, metadata) in enumerate(assets, 1):
        folder, identity = base / "assets" / root, f"00000000-0000-4000-8000-{number:012x}"
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        declared = {
            "schema_version": 3,
            "asset_uuid": identity,
            "name": root,
            "type": kind,
            "inputs": inputs,
            "output": {"format": form, "codec": "NONE", "metadata": metadata},
            "preload": {"enabled": False},
        }
        (folder / "asset.json").write_text(json.dumps(declared, indent=2), encoding="utf-8")
        rows.append(
            {"asset_id": number, "asset_uuid": identity, "root": root, "included_in_build": True}
        )
    index(base, rows)
    described = {
        "schema_version": 1,
        "app_id": 1,
        "title": "Scale",
        "app_version": "1.0.0",
        "app_mode": "Game",
        "capabilities": ["asset"],
        "program": "main.pbx",
    }
    (base / "cartridge.json").write_text(json.dumps(described), encoding="utf-8")
    (base / "main.pbx").write_bytes(b"program")
    return base


def index(base: Path, rows: list[dict[str, object]]) -> None:
    """Write the project's registry."""
    value = {"schema_version": 3, "assets": rows}
    (base / INDEX).parent.mkdir(parents=True, exist_ok=True)
    (base / INDEX).write_text(json.dumps(value, indent=1), encoding="utf-8")
