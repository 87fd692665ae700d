"""How much memory a verb takes for each case: ``python -m tests.limits.peaks``.

Each case runs in a process of its own, forked from this one after everything was imported, so that
its peak is that of the input alone. With ``--all`` slow cases too; with ``--json`` for machines.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.limits.cases import BASELINES, CASES
from tests.limits.inputs import MIB, Make, Verdict, build, project

UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes that `ru_maxrss` counts in."""


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def alone(act: Callable[[Path], Verdict], folder: Path) -> tuple[Verdict, int]:
    """(the verdict, bytes of memory taken) of a verb in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        before = peak()
        try:
            found: Any = act(folder)
        except BaseException:  # noqa: BLE001  # told as the verdict, which then is a wrong one
            found = traceback.format_exc().splitlines()[-1:]
        with os.fdopen(writing, "w") as file:
            json.dump([found, peak() - before], file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    os.waitpid(child, 0)
    found, taken = json.loads(text) if text else (["killed"], 0)
    return tuple(found), taken


def measured(make: Make, act: Callable[[Path], Verdict]) -> tuple[Verdict, int]:
    folder = Path(tempfile.mkdtemp())
    try:
        # Made in another process as well: what making it takes is not ours to count.
        alone(lambda folder: (make(folder), ())[1], folder)
        return alone(act, folder)
    finally:
        shutil.rmtree(folder)


def rows() -> Iterator[tuple[str, Verdict, float]]:
    """(case, verdict, MiB over a small input) of every case."""
    os.fsync = lambda _: None
    warm = Path(tempfile.mkdtemp())
    project()(warm)
    build(warm)  # imports all there is
    shutil.rmtree(warm)
    small = {act: measured(make, act)[1] for act, make in BASELINES.items()}
    for case in CASES:
        if case.slow and "--all" not in sys.argv:
            continue
        verdict, taken = measured(case.make, case.act)
        yield case.name, verdict, (taken - small.get(case.act, small[build])) / MIB


def main() -> None:
    if "--json" in sys.argv:
        json.dump(list(rows()), sys.stdout)
        return
    sys.stdout.write("| Case | Verdict | Peak, MiB over a small input |\n|---|---|---:|\n")
    for name, verdict, taken in rows():
        sys.stdout.write(f"| {name} | {', '.join(verdict) or 'accepted'} | {taken:.1f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
