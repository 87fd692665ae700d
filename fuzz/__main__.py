"""The runner: ``python -m fuzz TARGET… --seconds N``; without a target, all of them.

Ends with 1 when anything was found. What is found lies in ``.fuzz/TARGET/found/``: once it is
fixed, it belongs into ``tests/fuzz/corpus/TARGET/``, named for the fault.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from fuzz.packs import ROOT
from fuzz.targets import TARGETS

_LINE: Final = re.compile(r"#(\d+)\s+(INITED|DONE|\S+)\s+cov: (\d+) ft: (\d+)")
_HANG: Final = 20
"""Seconds after which one input hangs."""
_MEMORY: Final = 2_048
"""MiB that the process may have: an image of 4096 x 4096 pixels needs some hundred."""


_RUNS: Final = 250_000
"""Executions of one process: the engine's instrumented comparisons of arrays lose memory."""


class Run(NamedTuple):
    """What one run came to: executions, coverage and features at its start and its end."""

    executions: int
    start: tuple[int, int]
    end: tuple[int, int]
    found: int


def main() -> int:
    """Fuzz the targets named, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="one of --list, or all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--list", action="store_true", help="name the targets")
    given = parser.parse_args()
    if given.list:
        print("\n".join(TARGETS))
        return 0
    unknown = set(given.targets) - TARGETS.keys()
    if unknown:
        parser.error(f"no target: {', '.join(sorted(unknown))}; known: {', '.join(TARGETS)}")
    found = 0
    for name in given.targets or TARGETS:
        run = fuzz(name, given.seconds)
        found += run.found
        print(
            f"{name}: {run.executions} executions in {given.seconds} s, "
            f"cov {run.start[0]} to {run.end[0]}, ft {run.start[1]} to {run.end[1]}, "
            f"{run.found} found" + (f", see .fuzz/{name}" if run.found else ""),
            flush=True,
        )
    return int(found > 0)


def fuzz(name: str, seconds: int) -> Run:
    """Fuzz one target in processes of its own, which go on from what earlier ones kept."""
    end = time.monotonic() + seconds
    run = _process(name, seconds)
    while not run.found and (left := round(end - time.monotonic())) > 0:
        more = _process(name, left)
        run = Run(run.executions + more.executions, run.start, more.end, more.found)
    return run


def _process(name: str, seconds: int) -> Run:
    home = ROOT / ".fuzz" / name
    found, kept = home / "found", home / "kept"
    found.mkdir(parents=True, exist_ok=True)
    kept.mkdir(exist_ok=True)
    before = set(found.iterdir())
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-", dir=_memory()) as scratch:
        seeds = Path(scratch, "seeds")
        seeds.mkdir()
        flags = [
            f"-max_total_time={seconds}",
            f"-runs={_RUNS}",
            f"-timeout={_HANG}",
            f"-rss_limit_mb={_MEMORY}",
            f"-artifact_prefix={found}/",
        ]
        command = [sys.executable, "-m", "fuzz.engine", name, *flags, str(kept), str(seeds)]
        environment = {**os.environ, "TMPDIR": scratch}
        with (home / "log").open("wb") as log:
            subprocess.run(command, stdout=log, stderr=log, env=environment, cwd=ROOT, check=False)
    lines = [
        (int(n), what, int(cov), int(ft))
        for n, what, cov, ft in _LINE.findall((home / "log").read_text("utf-8", "replace"))
    ]
    new = len(set(found.iterdir()) - before)
    if not lines and not new:
        raise SystemExit(f"{name} did not start; see {home / 'log'}")
    lines = lines or [(0, "", 0, 0)]  # a seed already is a finding
    start = next((line for line in lines if line[1] == "INITED"), lines[0])
    last = lines[-1]
    return Run(last[0], start[2:], last[2:], new)


def _memory() -> str | None:
    """Where files cost nothing, if the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108  # the folder in it is made safely
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None


if __name__ == "__main__":
    sys.exit(main())
