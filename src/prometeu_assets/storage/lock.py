"""One writer per project: a lock of the operating system, which drops it on any exit."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from pathlib import Path
from typing import Final, Self

from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.storage import paths
from prometeu_assets.storage.status import CHANGE_TIMES, Moment, Status

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK: Final = "assets/.prometeu/lock"

# A FIFO that appears meanwhile is opened at once, and refused.
_OPEN: Final[int] = (
    os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
)
# Windows keeps others from reading a locked byte, so the lock is far behind the pid.
_LOCKED_BYTE: Final = 1 << 20
# What this tool writes, and nothing longer: a process number, or nothing; after a loss of power any
# part of it, with zeros for the rest.
_TICKS: Final = 20
_TICK: Final = 0.002
"""Seconds between looks at a clock of the file system; few have steps of more than 10 ms."""
_OURS: Final = re.compile(rb"[0-9\0]{0,18}[\n\0]?")
_HELD: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


class Busy(OSError):
    """Another process writes to the project. ``owner`` is its pid as text, or empty."""

    def __init__(self, path: Path, owner: str) -> None:
        self.owner = owner
        by = f"process {owner}" if owner else "another process"
        super().__init__(errno.EAGAIN, f"{by} is writing to this project", str(path))


class Lock:
    """The right to write to ``project``, held in a ``with``; the system drops it on any exit.

    Entering raises `Busy` at once when another holds it (this process too: it does not nest),
    `Refused` when a link is in the lock's place or the file there is not one that this tool made,
    `OSError` when its folder is not there.
    The lock file ``name`` is not removed: code that removes it must ask `is_in_place` first.
    """

    def __init__(self, project: Path, name: str = LOCK) -> None:
        self._project, self._name = project, name
        self._opened: int | None = None

    def __enter__(self) -> Self:
        path = paths.destination(self._project, self._name)
        opened = os.open(path, _OPEN, 0o666)
        try:
            _lock(opened)
            _require_ours(opened, path)
            # Only for people: nothing ever decides by it.
            os.ftruncate(opened, 0)
            os.lseek(opened, 0, os.SEEK_SET)
            os.write(opened, b"%d\n" % os.getpid())
        except BaseException as error:
            is_held = isinstance(error, OSError) and error.errno in _HELD
            owner = _owner(opened) if is_held else ""
            os.close(opened)
            if is_held:
                raise Busy(path, owner) from error
            raise
        self._opened = opened
        return self

    def moment(self) -> Moment | None:
        """The time that the file system has now; None where it gives no file a change time."""
        assert self._opened is not None, "asked of a lock that is held"
        if not CHANGE_TIMES:
            return None
        os.utime(self._opened)
        info = os.fstat(self._opened)
        return Moment(info.st_dev, info.st_ctime_ns)

    def moment_after(self, status: Status) -> Moment | None:
        """The same when it is later than a file's last change, which takes a few milliseconds.

        None when the device is another one, or its clock has not gone on by then.
        """
        for _ in range(_TICKS):
            now = self.moment()
            if now is None or now.device != status.device:
                return None
            if now.follows(status):
                return now
            time.sleep(_TICK)
        return None

    def is_in_place(self) -> bool:
        """Whether the file that is locked is the one that others find by its name."""
        assert self._opened is not None, "asked of a lock that is held"
        with contextlib.suppress(FileNotFoundError):
            there = os.lstat(self._project / self._name)
            return os.path.samestat(there, os.fstat(self._opened))
        return False

    def __exit__(self, *_: object) -> None:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            # Between the next owner's lock and its pid, others must not be told our pid.
            with contextlib.suppress(OSError):
                if _OURS.fullmatch(_content(opened)):
                    os.ftruncate(opened, 0)
            try:
                # Closing would not do while a child process shares the descriptor.
                _unlock(opened)
            finally:
                os.close(opened)


def _owner(opened: int) -> str:
    with contextlib.suppress(OSError):
        text = _content(opened).decode("ascii", "replace").strip()
        return text if text.isascii() and text.isdecimal() else ""
    return ""


def _require_ours(opened: int, path: Path) -> None:
    """Refuse a lock file that holds, or may hold, what somebody else wrote; nothing is changed."""
    info = os.fstat(opened)
    if not stat.S_ISREG(info.st_mode):
        key, data = None, {"what": "it is not a regular file"}
    elif info.st_nlink > 1:
        key, data = "links", {"what": f"the same file has {info.st_nlink} names"}
    elif not _OURS.fullmatch(_content(opened)):
        key, data = None, {"what": "it contains more than a process number"}
    else:
        return
    raise Refused(Diagnostic(code="LOCK_FOREIGN", data={"path": str(path), **data}, hint_key=key))


def _content(opened: int) -> bytes:
    os.lseek(opened, 0, os.SEEK_SET)
    return os.read(opened, 20)


def _lock(opened: int) -> None:
    if sys.platform == "win32":
        os.lseek(opened, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unlock(opened: int) -> None:
    if sys.platform == "win32":
        os.lseek(opened, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(opened, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(opened, fcntl.LOCK_UN)
