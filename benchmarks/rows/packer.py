"""What a build takes: cold, with nothing changed, with one file changed; and its memory.

Every side is a whole process. What an empty project takes is taken off where ours is beside ours.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import inputs
from benchmarks.trials import MIB, Goal, Program, Scale, Trial

OURS = [sys.executable, "-m", "prometeu_assets"]
IMPORTS = "import prometeu_assets.packer.build, numpy, PIL.PngImagePlugin"
JOINS = """
import os, pathlib, sys
with open(sys.argv[1], "wb") as out:
    for path in sorted(pathlib.Path("assets").rglob("*.bin")):
        out.write(path.read_bytes())
    out.flush()
    os.fsync(out.fileno())
"""
DECODES = """
import pathlib
from PIL import Image
for path in sorted(pathlib.Path("assets").rglob("*.png")):
    with Image.open(path) as image:
        image.load()
"""
FORM = "SOUNDS/pcm16le_v1"


def trials(scale: Scale) -> Iterator[Trial]:
    """Raw payloads beside joining the same files, sheets beside decoding them, and memory."""
    empty = inputs.project(scale.folder / "project0", 0)
    raw = payloads(scale.folder / "raw", scale.of(2_000, quick=200), MIB // 4)
    joined = [sys.executable, "-c", JOINS, str(scale.folder / "joined")]
    yield from _states(scale, "raw files", raw, empty, joined, "join", (3, 0.5))
    sheets = inputs.project(scale.folder / "sheets", scale.of(2_000, quick=200))
    decodes = [sys.executable, "-c", DECODES]
    yield from _states(scale, "small banks", sheets, empty, decodes, "Pillow", (None, 0.15))
    large = payloads(scale.folder / "large", scale.of(119, quick=20), 16 * MIB, holes=True)
    pack = str(large / "build/assets.pa")
    scale.launcher.run([*OURS, "build"], large)
    verbs = {
        "build": ["build", "--fresh"],
        "verify": ["verify", pack],
        "extract": ["extract", pack, "--out", "extracted"],
    }
    for verb, arguments in verbs.items():
        yield Trial(
            work=f"memory to {verb} {scale.of(1_904, quick=320)} MiB",
            sides={
                "ours": Program(
                    argv=[*OURS, *arguments], cwd=large, before=_without(large / "extracted")
                ),
                "imports": Program(argv=[sys.executable, "-c", IMPORTS]),
            },
            goals=(Goal(peer="imports", by="peak", at_most=150, per=MIB, unit="MiB"),),
            repeat=3,
        )


def _states(
    scale: Scale,
    what: str,
    base: Path,
    empty: Path,
    peer: list[str],
    name: str,
    most: tuple[float | None, float],
) -> Iterator[Trial]:
    cold, one = most
    scale.launcher.run([*OURS, "build"], base)
    build = [*OURS, "build"]
    sides = {
        "ours": Program(argv=[*build, "--fresh"], cwd=base),
        "nothing changed": Program(argv=build, cwd=base, before=_settled(scale, base)),
        "one changed": Program(argv=build, cwd=base, before=_changed(base)),
        "empty": Program(argv=build, cwd=empty),
        name: Program(argv=peer, cwd=base),
    }
    yield Trial(
        work=f"build of {what}: cold, nothing changed, one changed",
        sides=sides,
        goals=(
            Goal(peer=name, at_most=cold),
            Goal(peer="ours", ours="nothing changed", less="empty", at_most=0.1),
            Goal(peer="ours", ours="one changed", less="empty", at_most=one),
        ),
        note=f"beside {name} as whole processes, ours with its start",
        repeat=scale.of(5, quick=3),
    )


def payloads(base: Path, count: int, size: int, *, holes: bool = False) -> Path:
    """A project of sound banks whose payloads are files; with ``holes`` they take no disk."""
    if base.exists():
        return base
    seed, rows = random.Random(count), []
    for number in range(1, count + 1):
        root, identity = f"raw/{number:06}", f"00000000-0000-4000-8000-{number:012x}"
        folder = base / "assets" / root
        folder.mkdir(parents=True)
        with (folder / "payload.bin").open("wb") as file:
            file.write(b"" if holes else seed.randbytes(size))
            file.truncate(size)
        samples = {"0": {"offset": 0, "length": size}}
        metadata = {"channels": 1, "sample_rate": 8_000, "samples": samples}
        declared = {
            "schema_version": 3,
            "asset_uuid": identity,
            "name": root,
            "type": "sound_bank",
            "inputs": {"payload": ["payload.bin"]},
            "output": {"format": FORM, "codec": "NONE", "metadata": metadata},
            "preload": {"enabled": False},
        }
        (folder / "asset.json").write_text(json.dumps(declared), encoding="utf-8")
        rows.append(
            {"asset_id": number, "asset_uuid": identity, "root": root, "included_in_build": True}
        )
    inputs.index(base, rows)
    return base


def _changed(base: Path) -> Callable[[], None]:
    """One file of the project gets another byte."""
    path = next(p for p in sorted((base / "assets").rglob("*")) if p.suffix in (".bin", ".wav"))

    def change() -> None:
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)

    return change


def _settled(scale: Scale, base: Path) -> Callable[[], object]:
    """What another side changed is built."""
    return lambda: scale.launcher.run([*OURS, "build"], base)


def _without(folder: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)
