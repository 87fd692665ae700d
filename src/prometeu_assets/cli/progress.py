"""A bar on a terminal's stderr for work that takes longer than half a second."""

from __future__ import annotations

import sys
import time
from typing import Final, Self

from prometeu_assets.cli.console import say
from prometeu_assets.cli.output import settings
from prometeu_assets.names import printable

_PATIENCE: Final = 0.5
"""Seconds before anything is shown."""
_INTERVAL: Final = 0.1
"""Seconds between two pictures of the bar."""
_WIDTH: Final = 24


def terminal() -> bool:
    """Whether somebody watches stderr."""
    return sys.stderr.isatty()


class Progress:
    """Call it with (done, in all, name of the next); leaving it removes the bar."""

    def __init__(self) -> None:
        self._start = self._shown = time.monotonic()
        self._drawn = False
        self._wanted = terminal() and not settings().quiet

    def __enter__(self) -> Self:
        return self

    def __call__(self, done: int, total: int, name: str) -> None:
        if not self._wanted:
            return
        now = time.monotonic()
        if now - self._start < _PATIENCE or now - self._shown < _INTERVAL:
            return
        self._shown, self._drawn = now, True
        filled = _WIDTH * done // max(total, 1)
        bar = "#" * filled + "." * (_WIDTH - filled)
        say(f"\r[{bar}] {done}/{total} {printable(name[:40]):<40}", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            say("\r" + " " * 80 + "\r", nl=False, err=True)
