"""Peak memory over that of the imports, each side a process of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import prometeu_assets as pa
from benchmarks import inputs
from benchmarks.rows.packer import OURS
from benchmarks.trials import MIB, Goal, Program, Scale, Trial

IMPORTS = "import json, sys; import prometeu_assets as pa; pa.open, sys.argv; "
OPENS = "pack = pa.open(sys.argv[1])"
PARSES = "header = open(sys.argv[1], 'rb').read(int(sys.argv[2]) + 32)[32:]; json.loads(header)"
LOADED = "import prometeu_assets.packer.build, numpy, PIL.PngImagePlugin"
VERBS = {
    "build": ["build", "--fresh"],
    "verify": ["verify", "build/assets.pa"],
    "inspect": ["inspect", "build/assets.pa"],
    "diff": ["diff", "build/assets.pa", "../other.pa"],
    "extract": ["extract", "build/assets.pa", "--out", "extracted"],
    "ship": ["ship"],
}


def trials(scale: Scale) -> Iterator[Trial]:
    """Opening many entries, by the bytes of the header; every verb on a pack of any size."""
    path = inputs.pack(scale.folder, scale.of(60_000, quick=6_000))
    with pa.open(path) as pack:
        header, entries = len(pack.header_bytes), len(pack)
    yield Trial(
        work=f"memory to open {entries} entries",
        sides={
            name: Program(argv=[sys.executable, "-c", IMPORTS + code, str(path), str(header)])
            for name, code in (("ours", OPENS), ("json.loads", PARSES), ("imports", ""))
        },
        goals=(
            Goal(peer="imports", by="peak", at_most=5, per=header, unit="× header"),
            Goal(peer="imports", by="peak", ours="json.loads", per=header, unit="× header"),
        ),
        repeat=3,
    )
    count = scale.of(119, quick=8)
    large = inputs.payloads(scale.folder / "large", count, 16 * MIB, holes=True)
    scale.launcher.run([*OURS, "build"], large)
    _another(large / "build/assets.pa", scale.folder / "other.pa")
    for verb, arguments in VERBS.items():
        yield Trial(
            work=f"memory to {verb} {16 * count} MiB",
            sides={
                "ours": Program(argv=[*OURS, *arguments], cwd=large, before=_without(large)),
                "imports": Program(argv=[sys.executable, "-c", LOADED]),
            },
            goals=(Goal(peer="imports", by="peak", at_most=150, per=MIB, unit="MiB"),),
            repeat=scale.of(3, quick=1),
        )
    _without(large)()


def _another(pack: Path, copy: Path) -> None:
    """The same pack with another last byte."""
    shutil.copyfile(pack, copy)
    with copy.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\1")


def _without(base: Path) -> Callable[[], None]:
    def remove() -> None:
        for name in ("extracted", "cartridge"):
            shutil.rmtree(base / name, ignore_errors=True)

    return remove
