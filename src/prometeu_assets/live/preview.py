"""A project that is built again after every change, shown in a browser.

Clause: ``spec/watch.md#preview``.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Final, Self

from prometeu_assets.diagnostics import Progress, silent
from prometeu_assets.live.server import Server
from prometeu_assets.live.shown import LIVE, Shown
from prometeu_assets.live.watching import Round, watch
from prometeu_assets.result import Result
from prometeu_assets.storage import files
from prometeu_assets.storage.lock import Busy, Lock
from prometeu_assets.storage.paths import destination
from prometeu_assets.storage.transaction import BUILD
from prometeu_assets.viewpoint import StrPath, at_project, require
from prometeu_assets.views.html import page

_LOCK: Final = f"{BUILD.directory}/.preview"


class Previewed(OSError):
    """Another process shows a preview of the project. ``owner`` is its pid as text, or empty."""

    def __init__(self, busy: Busy) -> None:
        self.owner: str = busy.owner
        by = f"process {busy.owner}" if busy.owner else "another process"
        super().__init__(errno.EALREADY, f"{by} shows a preview of this project", busy.filename)


class Preview(Result):
    """A preview of a project: its address, and its rounds; each is shown as it ends.

    Use it in a ``with``, and iterate over it: a round is made when it is asked for.
    """

    document = "preview"

    def __init__(
        self, base: Path, *, port: int, jobs: int | None, progress: Progress, stop: Event
    ) -> None:
        self._base, self._port, self._stop = base, port, stop
        self._rounds = watch(base, jobs=jobs, progress=progress, stop=stop)
        self._shown = Shown(base, page(live=LIVE))
        self._server: Server | None = None
        self._entered = ExitStack()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the page is: at 127.0.0.1 and, where the system has it, at ::1."""
        return () if self._server is None else self._server.addresses

    @property
    def members(self) -> dict[str, Any]:
        return {"addresses": list(self.addresses)}

    def __enter__(self) -> Self:
        with ExitStack() as entered:
            entered.enter_context(_alone(self._base))
            self._server = Server(self._shown.table, self._port)
            entered.enter_context(self._server)
            entered.callback(self._shown.end)
            self._entered = entered.pop_all()
        return self

    def __iter__(self) -> Iterator[Round]:
        for made in self._rounds:
            self._shown.show(made)
            yield made

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._entered.close()


def preview(
    project: StrPath | None = None,
    *,
    port: int = 0,
    jobs: int | None = None,
    progress: Progress = silent,
    stop: Event | None = None,
) -> Preview:
    """Build a project after every change, as `watch` does, and show it to a browser.

    Without ``project``, the one around the current directory. The page is the inspector, on the
    loopback addresses of this machine, under a path that only who has the address knows. No
    browser is started. ``port`` is 0 for a free one.
    Raises `Refused` when there is no project; entering the result raises `Previewed` when the
    project has a preview already, and `OSError` when the port is taken.
    Clause: ``spec/watch.md#preview``.
    """
    with at_project(project) as (base, _):
        require(base)
    return Preview(base, port=port, jobs=jobs, progress=progress, stop=stop or Event())


@contextmanager
def _alone(base: Path) -> Iterator[None]:
    """The right to show a preview of the project. Raises `Previewed`, and as `Lock` does."""
    destination(base, _LOCK)
    files.make_directory(base / BUILD.directory)
    with ExitStack() as held:
        try:
            held.enter_context(Lock(base, _LOCK))
        except Busy as busy:
            raise Previewed(busy) from None
        yield
