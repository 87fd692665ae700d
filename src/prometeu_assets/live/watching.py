"""Building a project again after every change.

Clause: ``spec/watch.md#watch``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, Final

from prometeu_assets.diagnostics import Progress, Refused, Report, silent
from prometeu_assets.live.changes import Changes
from prometeu_assets.packer.build import BuildResult, build
from prometeu_assets.result import Result
from prometeu_assets.storage.transaction import Busy
from prometeu_assets.viewpoint import StrPath, at_project, require

_AGAIN: Final = 0.1
"""Seconds after which a build tries again while another process writes to the project."""
_PATIENCE: Final = 10
"""Seconds of that after which it is told."""
_LISTED: Final = 1_000
"""Changed files that a document lists; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Result):
    """One build of a project that is watched.

    ``number`` counts from 1. ``changed`` are the files that changed since the round before,
    relative to the project; none in the first round. ``seconds`` is how long the build took.
    ``result`` is what was published; without it, the last good pack is still in its place, and
    ``report`` says why, or ``failure`` when the environment failed.
    """

    number: int
    changed: tuple[str, ...]
    seconds: float
    result: BuildResult | None = None
    report: Report
    failure: OSError | None = None

    document = "watch-round"

    @property
    def members(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "round": self.number,
            "changed": list(self.changed[:_LISTED]),
            "changes": len(self.changed),
            "milliseconds": round(self.seconds * 1000),
            "published": self.result is not None,
        }
        if self.result is not None:
            value["statistics"] = asdict(self.result.statistics)
        if self.failure is not None:
            value["failure"] = str(self.failure)
        return {**value, "report": self.report.as_json()}


def watch(
    project: StrPath | None = None,
    *,
    fresh: bool = False,
    jobs: int | None = None,
    progress: Progress = silent,
    stop: Event | None = None,
) -> Iterator[Round]:
    """Build a project, and build it again after every change of its sources; each time a `Round`.

    Without ``project``, the one around the current directory.
    Changes that come together are one round. A round reports its faults, and the iteration waits
    for the next change. The first build is made when the first round is asked for, and the
    iteration ends when ``stop`` is set, by another thread. ``fresh`` and ``jobs`` are as for
    `build`; ``fresh`` holds for the first round.
    With the extra ``watch`` a change is seen at once, without it a little later.
    Raises `Refused` at once when there is no project. Clause: ``spec/watch.md#watch``.
    """
    with at_project(project) as (base, _):
        require(base)
    return _rounds(base, stop or Event(), fresh=fresh, jobs=jobs, progress=progress)


def _rounds(
    base: Path, stop: Event, *, fresh: bool, jobs: int | None, progress: Progress
) -> Iterator[Round]:
    changes = Changes(base, stop)
    changes.look()
    changed: tuple[str, ...] = ()
    for number in count(1):
        again = partial(
            _built, base, number, changed, fresh=fresh and number == 1, jobs=jobs, progress=progress
        )
        made, until = again(), time.monotonic() + _PATIENCE
        while isinstance(made.failure, Busy):
            if time.monotonic() > until:
                until = math.inf  # once is enough
                yield made
            if stop.wait(_AGAIN):
                return
            made = again()
        yield made
        changed = changes.wait()
        if not changed:
            return


def _built(base: Path, number: int, changed: tuple[str, ...], **options: Any) -> Round:
    """One build, whatever comes of it."""
    started = time.monotonic()
    result: BuildResult | None = None
    failure: OSError | None = None
    try:
        result = build(base, **options)
        report = result.report
    except Refused as refused:
        report = refused.report
    except OSError as error:
        report, failure = Report(), error
    return Round(
        number=number,
        changed=changed,
        seconds=time.monotonic() - started,
        result=result,
        report=report,
        failure=failure,
    )
