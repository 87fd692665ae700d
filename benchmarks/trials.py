"""What is measured: sides that do the same work, in turns, and the goals between them."""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Measure = Literal["wall", "cpu", "peak"]
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of one side: ``wall`` and ``cpu`` in seconds, ``peak`` in bytes (0: not measured)."""

    wall: float
    cpu: float
    peak: int = 0


class Launcher:
    """The small process that starts all programs."""

    def __init__(self, folder: Path) -> None:
        """Start it; ``folder`` keeps what Python compiles, whatever the shell says of it."""
        kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        self._env = os.environ | kept
        program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]
        self._process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(
        self, argv: list[str], cwd: Path = Path(), env: Mapping[str, str] | None = None
    ) -> Sample:
        """Run a program, which must succeed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"argv": argv, "cwd": str(cwd), "env": {**self._env, **(env or {})}}
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        if answer["code"]:
            raise SystemExit(f"{argv} exited {answer['code']}: {answer['stderr'][-2000:]}")
        return Sample(wall=answer["wall"], cpu=answer["cpu"], peak=answer["peak"])

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A side that is a call in this process, ``times`` times a sample; a figure is of one call."""

    call: Callable[[], Any]
    times: int = 1

    def sample(self, launcher: Launcher) -> Sample:
        """Run it. Garbage is collected as in any program, and what there is of it before."""
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(self.times):
            self.call()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return Sample(wall=wall / self.times, cpu=cpu / self.times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A side that is a whole process; ``before`` is called before each run, outside of the time."""

    argv: list[str]
    cwd: Path = Path()
    env: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], object] | None = None

    def sample(self, launcher: Launcher) -> Sample:
        """Run it."""
        if self.before is not None:
            self.before()
        return launcher.run(self.argv, self.cwd, self.env)


Side = Call | Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the side ``ours`` is to reach beside ``peer``.

    The figure is the ratio of the medians, or with ``per`` their difference in so many bytes or
    seconds. ``less`` is a side whose figure is taken off both first, such as one that only starts.
    ``share`` is what the peer does of our work: 0.1 when it has a tenth of it. Without ``at_most``
    the figure is only told; ``unit`` is said behind it.
    """

    peer: str
    at_most: float | None = None
    never: float | None = None
    ours: str = "ours"
    by: Measure = "cpu"
    less: str | None = None
    share: float = 1
    per: float | None = None
    unit: str = ""

    def figure(self, medians: Mapping[str, Mapping[Measure, float]], by: Measure) -> float:
        """The ratio, or the difference."""
        base = medians[self.less][by] if self.less else 0
        ours, peer = (medians[side][by] - base for side in (self.ours, self.peer))
        return ours * self.share / peer if self.per is None else (ours - peer) / self.per


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One kind of work, by several sides. ``note`` says what is not the same on all of them.

    Unless ``warm``, no side runs once before it is measured.
    """

    work: str
    sides: Mapping[str, Side]
    goals: tuple[Goal, ...]
    note: str = ""
    repeat: int | None = None
    warm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured. ``folder`` is for inputs, ``tools`` has what npm installed.

    ``launcher`` starts the programs that make inputs.
    """

    quick: bool
    folder: Path
    tools: Path
    launcher: Launcher

    def of(self, number: int, quick: int) -> int:
        """A number of things, and the one for a quick run."""
        return quick if self.quick else number


def run(trial: Trial, launcher: Launcher, repeat: int) -> dict[str, Any]:
    """Run the sides in turns; samples, medians and figures, for JSON."""
    taken: dict[str, list[Sample]] = {side: [] for side in trial.sides}
    for side in trial.sides.values() if trial.warm else ():
        side.sample(launcher)  # once for the caches of the system and of Python
    for turn in range(trial.repeat or repeat):
        # Every other turn goes backwards, so that nobody is always the one after.
        for name in list(trial.sides)[:: -1 if turn % 2 else 1]:
            taken[name].append(trial.sides[name].sample(launcher))
    sides = {name: dict(_measures(samples)) for name, samples in taken.items()}
    medians: Any = {s: {by: m["median"] for by, m in found.items()} for s, found in sides.items()}
    return {
        "work": trial.work,
        "note": trial.note,
        "sides": sides,
        "goals": [dict(_reached(goal, medians)) for goal in trial.goals],
    }


def _measures(samples: list[Sample]) -> Iterator[tuple[Measure, dict[str, Any]]]:
    """Of each measure the median, the quartiles and all samples."""
    measures: tuple[Measure, ...] = ("wall", "cpu", "peak")
    for by in measures:
        values = [getattr(sample, by) for sample in samples]
        low, median, high = (
            statistics.quantiles(values, n=4, method="inclusive") if values[1:] else values * 3
        )
        yield by, {"median": median, "quartiles": [low, high], "samples": values}


def _reached(goal: Goal, medians: Any) -> Iterator[tuple[str, Any]]:
    yield from (("ours", goal.ours), ("peer", goal.peer), ("by", goal.by), ("unit", goal.unit))
    figure = goal.figure(medians, goal.by)
    yield from (("figure", figure), ("goal", goal.at_most), ("never", goal.never))
    yield "reached", goal.at_most is None or figure <= goal.at_most
    if goal.by != "peak":
        yield "wall", goal.figure(medians, "wall")
