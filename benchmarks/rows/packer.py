"""What a build takes: cold, with nothing changed, with one file changed, beside other packers.

Every side is a whole process, and puts its file on the disk (fsync) before it ends. What an empty
project takes is taken off where ours is beside ours.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks import inputs
from benchmarks.trials import MIB, Goal, Program, Scale, Side, Trial

CACHE = "assets/.prometeu/cache.json"
OURS = [sys.executable, "-m", "prometeu_assets"]
JOINS = """
import hashlib, os, pathlib, sys
target, digests = sys.argv[1:]
whole = hashlib.sha256()
with open(target, "wb") as out:
    for path in sorted(pathlib.Path("assets").rglob("*")):
        if path.suffix in (".bin", ".png", ".wav", ".hex"):
            data = path.read_bytes()
            out.write(data)
            if digests == "yes":
                hashlib.sha256(data)
                whole.update(data)
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
SYNCED = 'target=$1; shift; rm -f "$target"; "$@" && sync "$target"'
"""A shell that runs a packer and brings what it wrote to the disk, as ours does."""
NOTE = "each with fsync; ours and asar take two SHA-256 of each byte, `cat` none, `zip -0` a CRC-32"


def trials(scale: Scale) -> Iterator[Trial]:
    """Raw files, sheets, small banks, and one pack that is nearly as large as a pack can be."""
    folder = scale.folder
    count = scale.of(2_000, quick=200)
    raw = inputs.payloads(folder / "raw", count, MIB // 4)
    goals = (Goal(ours="cold", peer="cat", at_most=3), Goal(ours="cold", peer="asar", at_most=0.3))
    most = {"nothing changed": 0.1, "one changed": 0.5}
    work = f"build of {count} raw files, {count // 4} MiB"
    yield _trial(scale, work, raw, packers(scale, raw), goals, most)
    count = scale.of(1_000, quick=100)
    for kind in ("indexed", "RGBA"):
        sheets = inputs.sheets(folder / f"sheets-{kind}", count, 128, rgba=kind == "RGBA")
        goals = (
            Goal(ours="cold", peer="Pillow decodes", at_most=2.2),
            Goal(ours="cold", peer="asar"),
        )
        most = {"nothing changed": 0.1, "one changed": 0.15}
        sides = {
            "Pillow decodes": Program(argv=[sys.executable, "-c", DECODES], cwd=sheets),
            **packers(scale, sheets),
        }
        yield _trial(scale, f"build of {count} PNG sheets, {kind}", sheets, sides, goals, most)
    count = scale.of(20_000, quick=1_000)
    small = inputs.project(folder / f"project{count}", count)
    goals = (Goal(ours="cold", peer="asar", at_most=0.3),)
    most = {"nothing changed": 0.1, "one changed": 0.15}
    work = f"build of {count} small banks"
    yield _trial(scale, work, small, packers(scale, small), goals, most)
    if not scale.quick:
        large = inputs.payloads(folder / "large", 119, 16 * MIB, holes=True)
        goals = (Goal(ours="cold", peer="cat", at_most=3), Goal(ours="cold", peer="asar"))
        most = {"nothing changed": 0.1, "one changed": 0.5}
        work = "build of 119 raw files, 1.9 GiB"
        trial = _trial(scale, work, large, packers(scale, large), goals, most)
        yield replace(trial, warm=False, repeat=1)


def packers(scale: Scale, base: Path) -> Mapping[str, Side]:
    """Other programs that make one file of the same inputs."""
    join = [sys.executable, "-c", JOINS, str(scale.folder / "joined")]
    archive = [str(scale.folder / f"{base.name}.{ending}") for ending in ("asar", "zip")]
    asar = [str(scale.tools / "node_modules/.bin/asar"), "pack", "assets", archive[0]]
    zipped = ["zip", "-0", "-q", "-r", archive[1], "assets"]
    sides: dict[str, Side] = {
        "cat": Program(argv=[*join, "no"], cwd=base),
        "cat with digests": Program(argv=[*join, "yes"], cwd=base),
        "asar": Program(argv=["sh", "-c", SYNCED, "sh", archive[0], *asar], cwd=base),
    }
    if shutil.which("zip"):
        argv = ["sh", "-c", SYNCED, "sh", archive[1], *zipped]
        sides["zip -0"] = Program(argv=argv, cwd=base)
    return sides


def _trial(
    scale: Scale,
    work: str,
    base: Path,
    peers: Mapping[str, Side],
    goals: tuple[Goal, ...],
    most: Mapping[str, float],
) -> Trial:
    """A project in its three states; ``most`` are the goals of two of them beside the first."""
    build = [*OURS, "build"]
    empty = inputs.project(scale.folder / "project0", 0)
    sides = {
        "cold": Program(argv=build, cwd=base, before=_unbuilt(base)),
        "nothing changed": Program(argv=build, cwd=base),
        "one changed": Program(argv=build, cwd=base, before=_changed(base)),
        "empty": Program(argv=build, cwd=empty),
        **peers,
    }
    named = {goal.peer for goal in goals}
    return Trial(
        work=work,
        sides=sides,
        goals=(
            *goals,
            *(Goal(ours="cold", peer=peer) for peer in peers if peer not in named),
            *(
                Goal(peer="cold", ours=state, less="empty", at_most=at_most)
                for state, at_most in most.items()
            ),
        ),
        note=NOTE,
        repeat=scale.of(3, quick=2),
    )


def _unbuilt(base: Path) -> Callable[[], None]:
    """What a build has left is removed."""

    def remove() -> None:
        shutil.rmtree(base / "build", ignore_errors=True)
        (base / CACHE).unlink(missing_ok=True)

    return remove


def _changed(base: Path) -> Callable[[], None]:
    """One file of the project gets other bytes."""
    path = next(
        p for p in sorted((base / "assets").rglob("*")) if p.suffix in (".bin", ".wav", ".png")
    )
    seeds = iter(range(10_000, 20_000))

    def change() -> None:
        if path.suffix == ".png":
            rgba = path.read_bytes()[25] == 6
            path.write_bytes(inputs.png(next(seeds), 128, rgba=rgba))
            return
        with path.open("r+b") as file:
            file.seek(-1, 2)
            last = file.read(1)[0]
            file.seek(-1, 2)
            file.write(bytes([last ^ 1]))

    return change
