"""The cases of the kit, asked of one changed reader after another until one case notices."""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from prometeu_assets.conformance.grade import answer_of, wrong_answer
from prometeu_assets.conformance.kit import Kit, Vector
from prometeu_assets.conformance.reader import ACCEPTED, NO_VERDICT, REJECTED
from prometeu_assets.conformance.suite import arguments

_PATIENCE: Final = 2.0
"""Seconds of the processor that any answer may take, besides `_SLOWER` times the seconds that the
unchanged reader takes."""
_SLOWER: Final = 10
_WAITING: Final = 30.0
"""Seconds besides, in which a reader may wait for the processor."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MEMORY: Final = 3 * 2**30
"""Bytes of memory of its own that a changed reader may fill."""


class Wrong(Exception):
    """The reader fails before it is changed; the argument is the id of the case."""


_LONG: Final = 1.0
"""Seconds from which a case is asked last of all: only what no other case notices waits for it."""


@dataclass(slots=True)
class _Asked:
    vector: Vector
    path: str
    line: bytes = b""
    """What the unchanged reader answers."""
    seconds: float = 0.0

    def is_right(self, line: bytes) -> bool:
        """Whether an answer is the one expected."""
        if line == self.line:
            return True
        try:
            return wrong_answer(self.vector, answer_of(line)) is None
        except ValueError:
            return False


@dataclass(slots=True)
class Jury:
    """Every case that a reader answers, in groups that one process can be asked.

    The group and the case that noticed last are asked first, for the next change is a near one.
    """

    groups: list[tuple[tuple[str, ...], list[_Asked]]] = field(default_factory=list)
    last: list[tuple[tuple[str, ...], list[_Asked]]] = field(default_factory=list)
    """The groups of those cases that take long."""
    total: float = 0.0
    """Seconds of all cases on the unchanged reader."""

    @classmethod
    def called(cls, kit: Kit, scratch: Path, command: Sequence[str]) -> Jury:
        """All cases but those of kinds that the reader does not support. Raises `Wrong`."""
        groups: dict[tuple[str, ...], list[_Asked]] = {}
        for vector in kit.vectors:
            asked = _Asked(vector, str(vector.input(scratch)))
            groups.setdefault(arguments(vector.question), []).append(asked)
        jury = cls()
        started = time.monotonic()
        for options, cases in groups.items():
            process = _Process([*command, *options, *(case.path for case in cases)])
            try:
                if not _measured(process, cases):
                    continue  # it does not support the kind
            finally:
                process.end()
            jury.groups.append((options, [case for case in cases if case.seconds < _LONG]))
            jury.last += [(options, [case]) for case in cases if case.seconds >= _LONG]
        jury.total = time.monotonic() - started
        return jury

    def copied(self) -> Jury:
        """A jury that has its own order."""
        groups, last = ([(o, [*cases]) for o, cases in part] for part in (self.groups, self.last))
        return Jury(groups, last, self.total)

    def noticed_by(self, command: Sequence[str]) -> Vector | None:
        """The first case that a reader answers in another way than it must."""
        for groups in (self.groups, self.last):
            for at, (options, cases) in enumerate(groups):
                found = _first_wrong([*command, *options], cases)
                if found is not None:
                    cases.insert(0, cases.pop(found))
                    groups.insert(0, groups.pop(at))
                    return cases[0].vector
        return None


def _measured(process: _Process, cases: list[_Asked]) -> bool:
    """The time of each case is noted; False when the reader does not support the kind."""
    for case in cases:
        started = time.monotonic()
        line = process.line(600)
        says_why = line is not None and not line.startswith(b"{")
        if case is cases[0] and says_why and process.status() == NO_VERDICT:
            return False
        if line is None or not case.is_right(line):
            raise Wrong(case.vector.id)
        case.line = line
        case.seconds = time.monotonic() - started
    return True


def _first_wrong(command: Sequence[str], cases: list[_Asked]) -> int | None:
    process = _Process([*command, *(case.path for case in cases)])
    rejected = False
    try:
        for at, case in enumerate(cases):
            line = process.line(_PATIENCE + _SLOWER * case.seconds)
            if line is None or not case.is_right(line):
                return at
            rejected |= case.vector.verdict == "reject"
        right = process.line(_PATIENCE) is None  # it must end
        right &= process.status() == (REJECTED if rejected else ACCEPTED)
        return None if right else len(cases) - 1
    finally:
        process.end()


class _Process:
    """A reader that runs, line by line."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # a reader of the kit
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
        resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        assert self._process.stdout is not None
        self._out: IO[bytes] = self._process.stdout
        self._lines = self._read()
        self._seconds = 0.0

    def line(self, seconds: float) -> bytes | None:
        """The next line; None at the end, or when it takes longer of the processor."""
        self._seconds = seconds
        return next(self._lines, None)

    def _processor(self) -> float:
        """Seconds of the processor that the reader has taken."""
        values = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(values[11]) + int(values[12])) / _TICKS

    def _read(self) -> Iterator[bytes]:
        rest = b""
        waiting = select.poll()  # which takes any number of open files
        waiting.register(self._out, select.POLLIN)
        while True:
            until = None
            while not waiting.poll(500):
                now = self._processor(), time.monotonic()
                until = until or (now[0] + self._seconds, now[1] + self._seconds + _WAITING)
                if now[0] > until[0] or now[1] > until[1]:
                    return
            more = os.read(self._out.fileno(), 2**16)
            if not more:
                return
            *lines, rest = (rest + more).split(b"\n")
            yield from lines

    def status(self) -> int | None:
        """The exit code; None when it does not end."""
        try:
            return self._process.wait(_WAITING)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._out.close()
