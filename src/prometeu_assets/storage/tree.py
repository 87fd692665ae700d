"""A directory of a few files that takes its place as a whole, or not at all.

Clause: ``spec/security-and-trust.md#directories``.
The new directory waits as ``new`` in a folder beside its place, on the same file system. Where
the system can, the two swap names in one step. Elsewhere the old one first steps aside as ``old``:
the next command that finds it, and nothing in its place, puts it back. No journal is needed,
because the names say all there is to know.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.storage import exchange, files
from prometeu_assets.storage.lock import Lock

_LOCK: Final = "lock"
_NEW: Final = "new"
_OLD: Final = "old"


def staging_of(place: Path) -> Path:
    """The folder beside ``place`` where a directory waits for it."""
    return place.with_name(f".{place.name}.staging")


def interrupted(place: Path) -> bool:
    """Whether the old directory stepped aside and nothing has come in its place."""
    return files.mode_of(place) is None and _is_directory(staging_of(place) / _OLD)


def _is_directory(path: Path) -> bool:
    mode = files.mode_of(path)
    return mode is not None and stat.S_ISDIR(mode)


class Tree:
    """The right to replace the directory ``place``, held in a ``with``, and the new one.

    ``names`` are the files that such a directory may hold: only these are ever removed, so that
    what anybody else put there is left. Entering creates the folder for `staged`, and first undoes
    what an interrupted run left; leaving removes what was not published.
    Raises `Busy` when another process does the same now, `Refused` when the folder is a link, and
    `OSError`.
    """

    def __init__(self, place: Path, names: Iterable[str]) -> None:
        self._place, self._names = place, tuple(names)
        self._staging = staging_of(place)
        self._lock: Lock | None = None

    @property
    def staged(self) -> Path:
        """The directory that is to take the place."""
        return self._staging / _NEW

    def __enter__(self) -> Self:
        self._lock = self._locked()
        try:
            if interrupted(self._place):
                os.rename(self._staging / _OLD, self._place)
            self._sweep()
            files.make_directory(self.staged, exclusive=True)
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        # What made us leave matters more than a failing sweep, which the next run repeats.
        with contextlib.suppress(*([OSError] if error is not None else [])):
            self._leave()

    def commit(self) -> None:
        """Let `staged` take the place, synced; what was there is removed as far as it is ours.

        A directory that was there keeps its permission bits. Raises `OSError`; even so the place
        holds the old directory or the new one, or is given the old one back by the next run.
        """
        files.sync_directory(self.staged)
        old = files.mode_of(self._place)
        if old is None:
            os.rename(self.staged, self._place)
            files.sync_directory(self._place.parent)
            return
        os.chmod(self.staged, stat.S_IMODE(old) & 0o777)
        if not exchange.exchange(self.staged, self._place):
            self._step_aside()
        files.sync_directory(self._place.parent)

    def _step_aside(self) -> None:
        """The portable way, in two steps; between them the place is empty."""
        aside = self._staging / _OLD
        os.rename(self._place, aside)
        try:
            os.rename(self.staged, self._place)
        except BaseException:
            os.rename(aside, self._place)
            raise

    def _locked(self) -> Lock:
        """The lock, in a folder that its last holder may be removing."""
        while True:
            # It may have come with a project from anywhere, and lead out of it.
            if stat.S_ISLNK(files.mode_of(self._staging) or 0):
                data = {"path": str(self._staging), "part": self._staging.name}
                raise Refused(Diagnostic(code="PATH_SYMLINK", data=data))
            files.make_directory(self._staging)
            lock = Lock(self._staging, _LOCK)
            try:
                lock.__enter__()
            except FileNotFoundError:
                continue
            if lock.is_in_place():
                return lock
            lock.__exit__()

    def _sweep(self) -> None:
        for folder in (self._staging / _NEW, self._staging / _OLD):
            mode = files.mode_of(folder)
            if mode is None:
                continue
            if not stat.S_ISDIR(mode):
                # A link may go, since what it leads to stays; a file is somebody's.
                if not stat.S_ISLNK(mode):
                    raise FileExistsError(errno.EEXIST, "not made by this tool", str(folder))
                files.unlink(folder)
                continue
            for name in self._names:
                files.unlink(folder / name)
            # Anything else is not ours to remove, and stops us here.
            os.rmdir(folder)

    def _leave(self) -> None:
        lock, self._lock = self._lock, None
        if lock is None:
            return
        try:
            self._sweep()
            # While it is held: otherwise another process locks a file that no longer has a name.
            with contextlib.suppress(PermissionError):  # Windows, where it is open
                files.unlink(self._staging / _LOCK)
            files.remove_empty_directory(self._staging)
        finally:
            lock.__exit__()
