"""One process of a reader under test, over a few files: whatever it does, this comes back.

Clause: ``conformance/PROTOCOL.md``, an executable. The reader may crash, hang, say nothing, or
print without end; no shell is involved.
"""

from __future__ import annotations

import errno
import os
import queue
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Literal

from prometeu_assets.contract.limits import MIB

if TYPE_CHECKING:
    import subprocess

LINE_LIMIT: Final = MIB
"""Bytes of the longest line that is an answer."""

STDERR_TAIL: Final = 2048
"""Bytes of standard error that are kept, the last ones."""

_CHUNK: Final = 64 * 1024
_GRACE: Final = 2.0
"""Seconds for the pipes of a process that has been killed."""

Ended = Literal["exit", "timeout", "flood", "extra"]
"""How a run ended: by itself, or because an answer took too long, a line was too long, or there
were more lines than files."""


class NotStarted(OSError):
    """The command of the reader under test cannot be started; ``strerror`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process did: its lines, how it ended, its exit code if it ended by itself."""

    lines: tuple[bytes, ...]
    ended: Ended
    status: int | None
    stderr: str


def run(command: Sequence[str], files: Sequence[str], limit: float) -> Run:
    """Run ``command`` with ``files`` behind it; ``limit`` is the seconds for each line.

    Raises `NotStarted`.
    """
    import subprocess  # who only asks for cases starts nothing

    try:
        process = subprocess.Popen(  # noqa: S603  # the command is what its user asked to run
            [*command, *files],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            # A group of its own, so that what it started in turn ends with it.
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        number = getattr(error, "errno", None) or errno.EINVAL
        reason = getattr(error, "strerror", None) or error
        said = f"the reader cannot be started: {command[0]}: {reason}"
        raise NotStarted(number, said) from None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        out, tail = _Pump(process.stdout), _Tail(process.stderr)
    except BaseException:  # no thread can be started, so nothing would end the process
        _kill(process)
        process.stdout.close()
        process.stderr.close()
        raise
    try:
        lines, ended = _read(out, len(files), limit)
        if ended == "exit":
            try:
                process.wait(limit)
            except subprocess.TimeoutExpired:
                ended = "timeout"
        status = process.poll() if ended == "exit" else None
    finally:
        _kill(process)
        out.stop()
        tail.join(_GRACE)
        for stream, thread in ((process.stdout, out), (process.stderr, tail)):
            # A pipe that a stray grandchild still holds is left to its thread.
            if not thread.is_alive():
                stream.close()
    return Run(lines=tuple(lines), ended=ended, status=status, stderr=tail.text())


def _read(out: _Pump, count: int, limit: float) -> tuple[list[bytes], Ended]:
    """The lines that come within the limits, up to one more than ``count``, and why they ended."""
    lines: list[bytes] = []
    rest = b""
    deadline = time.monotonic() + limit
    while True:
        chunk = out.next(deadline - time.monotonic())
        if chunk is None:
            return lines, "timeout"
        if not chunk:
            if rest:
                lines.append(rest)
            return lines, "extra" if len(lines) > count else "exit"
        *whole, rest = (rest + chunk).split(b"\n")
        if whole:
            lines += whole
            deadline = time.monotonic() + limit
        if len(rest) > LINE_LIMIT:
            return lines, "flood"
        if len(lines) > count:
            return lines[: count + 1], "extra"


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


class _Pump(threading.Thread):
    """Reads a pipe in chunks, for a caller that waits with a time limit."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=16)
        self._stopped = threading.Event()
        self.start()

    def run(self) -> None:
        chunk = b"."
        while chunk and not self._stopped.is_set():
            try:
                chunk = self._stream.read(_CHUNK) or b""
            except (OSError, ValueError):
                chunk = b""
            self._put(chunk)

    def _put(self, chunk: bytes) -> None:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._chunks.put(chunk, timeout=0.1)
                return

    def next(self, seconds: float) -> bytes | None:
        """The next chunk, empty at the end, or None when there is none in time."""
        try:
            return self._chunks.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None

    def stop(self) -> None:
        """Read no more; what is left is not needed."""
        self._stopped.set()
        self.join(_GRACE)


class _Tail(threading.Thread):
    """Reads a pipe to its end and keeps the last bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream, self._kept = stream, b""
        self.start()

    def run(self) -> None:
        with suppress(OSError, ValueError):
            while chunk := self._stream.read(_CHUNK):
                self._kept = (self._kept + chunk)[-STDERR_TAIL:]

    def text(self) -> str:
        """What was kept, as text."""
        return self._kept.decode("utf-8", "replace").strip()
