"""How the verbs grow: a project of N small assets, each verb as a whole process, at N and 2 N.

    python benchmarks/scale.py --assets 20000 [--verbs build,list] [--jobs 2]

Half of the assets are tile banks (a 16 x 16 PNG and a palette), half sound banks (a short WAV).
A verb is linear when its ratio (of processor time) is about 2. Times are the best of ``--repeat``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

INDEX = "assets/.prometeu/index.json"
PALETTE = "000000\nff0044\n0099db\nfee761\n"
COLORS = bytes.fromhex(PALETTE.replace("\n", ""))


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def png(seed: int) -> bytes:
    """An indexed PNG of 16 x 16 pixels, its indices 0 to 3, different for every seed."""
    rows = bytearray()
    for y in range(16):
        rows += b"\0" + bytes(((x * seed + y * (seed >> 4) + (seed >> 9)) % 4) for x in range(16))
    header = struct.pack(">2I5B", 16, 16, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"PLTE", COLORS)
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


def project(base: Path, count: int) -> list[str]:
    """Write a project of ``count`` registered assets; the roots relative to ``assets/``."""
    rows, roots = [], []
    for number in range(1, count + 1):
        tiles = number % 2 == 0
        root = f"{'tiles' if tiles else 'sounds'}/{number // 500:03}/{number:06}"
        folder = base / "assets" / root
        folder.mkdir(parents=True)
        identity = f"00000000-0000-4000-8000-{number:012x}"
        if tiles:
            (folder / "sheet.png").write_bytes(png(number))
            (folder / "colors.hex").write_text(PALETTE, encoding="ascii")
            inputs = {"sprites": ["sheet.png"], "palettes": ["colors.hex"]}
            kind, form, metadata = "tile_bank", "TILES/indexed_v1", {"tile_size": 8}
        else:
            (folder / "sound.wav").write_bytes(wav(number))
            inputs = {"samples": ["sound.wav"]}
            kind, form, metadata = "sound_bank", "SOUNDS/pcm16le_v1", {"sample_rate": 22_050}
        declared = {
            "schema_version": 2,
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
        roots.append(root)
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
    return roots


def index(base: Path, rows: list[dict[str, object]]) -> None:
    """Write the project's registry."""
    value = {"schema_version": 3, "assets": rows}
    (base / INDEX).parent.mkdir(parents=True, exist_ok=True)
    (base / INDEX).write_text(json.dumps(value, indent=1), encoding="utf-8")


def timed(base: Path, arguments: list[str]) -> tuple[float, float]:
    """Seconds that one process of the command line takes: on the wall clock, of processors."""
    command = [sys.executable, "-m", "prometeu_assets", *arguments]
    start, before = time.perf_counter(), os.times()
    done = subprocess.run(command, cwd=base, capture_output=True, check=False)
    taken, after = time.perf_counter() - start, os.times()
    if done.returncode:
        raise SystemExit(f"{arguments[0]} exited {done.returncode}: {done.stderr[-2000:]!r}")
    worked = after.children_user + after.children_system
    return taken, worked - before.children_user - before.children_system


def measured(
    base: Path, count: int, chosen: set[str], jobs: int | None, repeat: int
) -> dict[str, tuple[float, float]]:
    """Verb to its best time in a project of ``count`` assets."""
    roots = project(base, count)
    built = ["build", *(["--jobs", str(jobs)] if jobs else [])]
    pack = "build/assets.pa"
    verbs: dict[str, list[str]] = {
        "build, cold": built,
        "build, warm": built,
        "build --check": [*built, "--check"],
        "list": ["list"],
        "validate": ["validate", pack],
        "validate, writer": ["validate", "--profile", "writer", pack],
        "inspect": ["inspect", pack],
        "verify": ["verify", pack],
        "ship": ["ship"],
        "boot": ["boot", "cartridge"],
        "register all": ["register", *(f"assets/{root}" for root in roots)],
    }
    found: dict[str, tuple[float, float]] = {}
    for name, arguments in verbs.items():
        if name != "build, cold" and chosen and not any(name.startswith(c) for c in chosen):
            continue
        times = []
        for _ in range(repeat):
            if name == "build, cold":
                shutil.rmtree(base / "build", ignore_errors=True)
                (base / "assets/.prometeu/cache.json").unlink(missing_ok=True)
            if name == "register all":
                index(base, [])
            times.append(timed(base, arguments))
        found[name] = min(times)
    return found


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--assets", type=int, default=20_000, help="N; 2 N is measured too")
    parser.add_argument("--verbs", default="", help="only those that begin so, by commas")
    parser.add_argument("--jobs", type=int, help="as `build --jobs`")
    parser.add_argument("--repeat", type=int, default=1, help="the best of so many runs")
    parser.add_argument("--once", action="store_true", help="N alone")
    parser.add_argument("--place", type=Path, help="where the projects are made, for a while")
    given = parser.parse_args()
    chosen = {verb for verb in given.verbs.split(",") if verb}
    counts = [given.assets] if given.once else [given.assets, 2 * given.assets]
    columns = []
    for count in counts:
        with tempfile.TemporaryDirectory(dir=given.place) as folder:
            base = Path(folder) / "game"
            columns.append(measured(base, count, chosen, given.jobs, given.repeat))
    head = "".join(f"{f'{count} assets':>22}" for count in counts)
    print(f"{'':<18}{head}{'ratio':>8}")
    for name, first in columns[0].items():
        times = [column[name] for column in columns]
        shown = "".join(f"{wall:>9.2f} s ({cpu:>5.2f} cpu)" for wall, cpu in times)
        print(f"{name:<18}{shown}" + (f"{times[-1][1] / first[1]:>8.2f}" if times[1:] else ""))


if __name__ == "__main__":
    main()
