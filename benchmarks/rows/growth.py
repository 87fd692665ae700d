"""How the verbs grow: what an asset costs in a large project beside one in a small project.

Half of the assets are tile banks, half sound banks. What an empty project takes is taken off.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import inputs
from benchmarks.trials import Goal, Program, Scale, Trial

OURS = [sys.executable, "-m", "prometeu_assets"]
PACK = "build/assets.pa"
MOST = 1.3
TIMES = 10
"""How many times more assets the large project has."""
VERBS = {
    "build --fresh": ["build", "--fresh"],
    "build, nothing changed": ["build"],
    "list": ["list"],
    "doctor": ["doctor"],
    "doctor --workspace": ["doctor", "--workspace"],
    "doctor --fix": ["doctor", "--fix"],
    "migrate": ["migrate"],
    "inspect": ["inspect", PACK],
    "validate": ["validate", PACK],
    "verify": ["verify", PACK],
    "diff": ["diff", PACK, PACK],
    "extract": ["extract", PACK, "--out", "extracted"],
    "extract --decode": ["extract", PACK, "--out", "extracted", "--decode"],
    "ship": ["ship"],
    "boot": ["boot", "cartridge"],
    "release": ["release"],
}


def trials(scale: Scale) -> Iterator[Trial]:
    """Every verb whose work grows with the project, as a whole process."""
    count = scale.of(6_000, quick=200)
    sizes = {"empty": 0, "small": count, "ours": count * TIMES}
    places = {side: built(scale, number) for side, number in sizes.items()}
    for verb, arguments in VERBS.items():
        work = f"`{verb}` of {count * TIMES}"
        yield _trial(work, arguments, places, "cartridge" if verb == "ship" else "extracted")
    yield _files(count, places)
    for place in places.values():
        (place / RELEASED).unlink(missing_ok=True)
    indexes = {place: (place / inputs.INDEX).read_bytes() for place in places.values()}
    yield _trial(f"`register` of {count * TIMES}", [], places, None)
    for place, text in indexes.items():
        (place / inputs.INDEX).write_bytes(text)


REGISTER = """
import pathlib
import prometeu_assets as pa
roots = sorted(pathlib.Path("assets").glob("*/*/*"))
if roots:
    pa.register(*roots)
"""
"""More roots than a command line may have."""
RELEASED = "assets/.prometeu/released.json"


def _trial(verb: str, arguments: list[str], places: dict[str, Path], gone: str | None) -> Trial:
    """A verb on three projects; before it the folder ``gone`` goes, or None: the registry."""
    return Trial(
        work=f"{verb}, an asset",
        sides={
            side: Program(
                argv=[*OURS, *arguments] if arguments else [sys.executable, "-c", REGISTER],
                cwd=place,
                before=_before(place, gone),
            )
            for side, place in places.items()
        },
        goals=(Goal(peer="small", less="empty", share=1 / TIMES, at_most=MOST),),
        warm=False,
        repeat=1,
    )


FILES = """
import pathlib, sys
out = pathlib.Path("extracted")
out.mkdir()
for number in range(int(sys.argv[1])):
    part = out / f"{number}-tiles.{number:06}.bin.part"
    part.write_bytes(bytes(200))
    part.rename(part.with_suffix(""))
"""
"""Writes so many files of 200 bytes into one folder, each under another name first."""


def _files(count: int, places: dict[str, Path]) -> Trial:
    """How a program grows that only writes as many files as `extract`: what the disk asks."""
    sizes = {"empty": 0, "small": count, "ours": count * TIMES}
    return Trial(
        work=f"a plain program that writes {count * TIMES} files, a file",
        sides={
            side: Program(
                argv=[sys.executable, "-c", FILES, str(sizes[side])],
                cwd=place,
                before=_before(place, "extracted"),
            )
            for side, place in places.items()
        },
        goals=(Goal(peer="small", less="empty", share=1 / TIMES),),
        warm=False,
        repeat=1,
    )


def built(scale: Scale, count: int) -> Path:
    """A project of so many assets, with its pack."""
    base = inputs.project(scale.folder / f"project{count}", count)
    if not (base / PACK).exists():
        scale.launcher.run([*OURS, "build"], base)
    return base


def _before(place: Path, gone: str | None) -> Callable[[], None]:
    if gone is None:
        return lambda: inputs.index(place, [])
    return lambda: shutil.rmtree(place / gone, ignore_errors=True)
