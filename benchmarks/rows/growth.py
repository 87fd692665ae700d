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
    "list": ["list"],
    "inspect": ["inspect", PACK],
    "validate": ["validate", PACK],
    "verify": ["verify", PACK],
    "diff": ["diff", PACK, PACK],
    "extract": ["extract", PACK, "--out", "extracted"],
}


def trials(scale: Scale) -> Iterator[Trial]:
    """Every verb that reads, as a whole process."""
    count = scale.of(6_000, quick=500)
    sizes = {"empty": 0, "small": count, "ours": count * TIMES}
    places = {side: built(scale, number) for side, number in sizes.items()}
    for verb, arguments in VERBS.items():
        yield Trial(
            work=f"`{verb}` of {count * TIMES}, an asset",
            sides={
                side: Program(argv=[*OURS, *arguments], cwd=place, before=_clear(place))
                for side, place in places.items()
            },
            goals=(Goal(peer="small", less="empty", share=1 / TIMES, at_most=MOST),),
            repeat=3,
        )


def built(scale: Scale, count: int) -> Path:
    """A project of so many assets, with its pack."""
    base = inputs.project(scale.folder / f"project{count}", count)
    if not (base / PACK).exists():
        scale.launcher.run([*OURS, "build"], base)
    return base


def _clear(place: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(place / "extracted", ignore_errors=True)
