"""Whether the sources of a project changed: a library wakes us, and stamps of the files decide.

Clause: ``spec/watch.md#watch``.
The library `watchfiles` (the extra ``watch``) tells at once that something happened below
``assets/``. It may lose an event, and some disks send none. So the stamps of all files are
compared from time to time as well; without the library that alone is done, more often.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Final

from prometeu_assets.diagnostics import Refused
from prometeu_assets.documents import INDEX, RELEASED
from prometeu_assets.storage.folders import Stamp, stamp, stamps_below
from prometeu_assets.storage.paths import stat_inside
from prometeu_assets.workspace.git import is_writing
from prometeu_assets.workspace.registry import ASSETS

_OWN: Final = ".prometeu"
"""The folder of the registry. Only two of its files are sources; the others a build writes."""
_QUIET: Final = 0.05
"""Seconds without another change after which a change is complete."""
_LONGEST: Final = 30
"""Seconds after which changes that go on are taken as they are."""
_STEP: Final = 10
"""Milliseconds between two looks of the library at what the system has told it."""
_SELDOM, _OFTEN = 100, 20
"""How many times as long as a look at all stamps we wait for the next: with the library, without
it. So about 1 or 5 percent of one processor go into it."""
_LEAST: Final = {_SELDOM: 2.0, _OFTEN: 0.2}
"""The shortest time between two looks, in seconds."""

Stamps = Mapping[str, Stamp]
"""Path below the project to the stamp of what is there."""


class Changes:
    """Watches the sources of the project ``base``, until ``stop`` is set."""

    def __init__(self, base: Path, stop: Event) -> None:
        self._base, self._stop = base, stop
        self._seen: Stamps = {}
        self._took = 0.0
        self._place: Stamp | None = None
        self._told: Iterator[Collection[object]] | None = None
        self._library = _library()

    def look(self) -> None:
        """What is there now counts as seen."""
        self._seen = self._stamps()

    def wait(self) -> tuple[str, ...]:
        """The files that changed since the last look, sorted; waits for a change to be complete.

        They count as seen then. Empty only when ``stop`` was set. Raises `KeyboardInterrupt`.
        """
        is_quiet = False
        while not self._stop.is_set():
            now = self._stamps() if is_quiet else self._complete()
            changed = sorted(path for path, _ in now.items() ^ self._seen.items())
            if changed:
                self._seen = now
                return tuple(dict.fromkeys(changed))
            is_quiet = self._sleep()
        return ()

    def _complete(self) -> Stamps:
        """The stamps of all files, once they stay the same and git is at rest."""
        now, started = self._stamps(), time.monotonic()
        while now != self._seen and time.monotonic() - started < _LONGEST:
            if self._stop.wait(_QUIET):
                break
            before, now = now, self._stamps()
            if now == before and not is_writing(self._base):
                break
        return now

    def _stamps(self) -> Stamps:
        """The stamps of whatever a build may read; what it writes itself is not among them."""
        started = time.thread_time()
        found = stamps_below(self._base, ASSETS, without=_OWN)
        for name in (INDEX, RELEASED):
            with suppress(OSError, Refused):
                found[name] = stamp(stat_inside(self._base, name))
        self._took = time.thread_time() - started
        return found

    def _sleep(self) -> bool:
        """Wait until something may have changed; whether the library saw that change end."""
        is_new = self._open()
        times = _OFTEN if self._told is None else _SELDOM
        until = time.monotonic() + max(_LEAST[times], times * self._took)
        if self._told is None:
            self._stop.wait(until - time.monotonic())
            return False
        is_told = False
        try:
            for told in self._told:
                if is_new:  # What happened before the library began is seen by another look.
                    return False
                if told and not is_told:
                    is_told, until = True, time.monotonic() + _LONGEST
                elif time.monotonic() > until or (
                    is_told and not told and not is_writing(self._base)
                ):
                    return is_told
        except (OSError, RuntimeError):  # a name that is no text; a limit of the system
            self._told = None
        return False

    def _open(self) -> bool:
        """Have the library watch the folder that is there now; whether it is another one."""
        place = None
        with suppress(OSError, Refused):
            info = stat_inside(self._base, ASSETS)
            place = (info.st_dev, info.st_ino)
        if place == self._place and self._told is not None:
            return False
        self._place, self._told = place, None
        if place is not None and self._library is not None:
            self._told = self._library(
                self._base / ASSETS,
                watch_filter=None,
                debounce=_STEP,
                step=_STEP,
                rust_timeout=int(_QUIET * 1000),  # an answer after it without a change
                yield_on_timeout=True,
                stop_event=self._stop,
                ignore_permission_denied=True,
            )
        return True


def _library() -> Callable[..., Iterator[Collection[object]]] | None:
    """The library's watch, where it is installed; loaded before anything is watched."""
    try:
        from watchfiles import watch
    except ImportError:
        return None
    return watch
