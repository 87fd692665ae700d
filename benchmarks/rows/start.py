"""Whole processes that do little: how long the command line takes to start."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks import inputs
from benchmarks.trials import Goal, Program, Scale, Trial

OURS = [sys.executable, "-m", "prometeu_assets"]


def trials(scale: Scale) -> Iterator[Trial]:
    """What a shell asks often, beside Python with nothing to do."""
    pack = str(inputs.pack(scale.folder, 10))
    calls = (
        (["--help"], 5),
        (["--version"], 5),
        (["completion", "bash"], 5),
        (["inspect", pack], 7),
    )
    for call, most in calls:
        yield Trial(
            work=f"`{call[0]}`",
            sides={
                "ours": Program(argv=[*OURS, *call]),
                "python -c pass": Program(argv=[sys.executable, "-c", "pass"]),
            },
            goals=(Goal(peer="python -c pass", at_most=most),),
            repeat=scale.of(21, quick=7),
        )
