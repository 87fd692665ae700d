"""The process that is interrupted: started with the library in it, it forks one child per fault.

``python -m tests.fault.worker DIRECTORY FAULT=EVERY,... OPERATION...`` prints one line of JSON for each
operation; of the calls it takes each EVERY-th for a fault. `sweep` starts it.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
import signal
import sys
import traceback
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage.lock import Busy
from tests.fault.operations import OPERATIONS, Operation
from tests.fault.power import Disk, written
from tests.fault.shim import FAIL, FAIL_ON, IDLE, KILL, TEAR, Shim
from tests.fault.states import LOCK, Case, Tree, digest, settled, tree

ERRORS: Final = ("ENOSPC", "EIO", "EACCES")
FAULTS: Final = {
    "kill": (KILL, 0),
    "torn": (TEAR, 0),
    **{name: (FAIL, getattr(errno, name)) for name in ERRORS},
    "full": (FAIL_ON, errno.ENOSPC),
    "gone": (FAIL_ON, errno.EIO),
    "blind": (FAIL_ON, errno.EACCES),
}
"""Fault to (mode, errno). ``full``, ``gone`` and ``blind`` last: from that call on, no more space,
nothing at all, nothing that looks. ``any`` takes the three errors in turn; ``stop`` kills where a
call before has changed the disk, for between two such it is the same disk."""

CHANGING: Final = {
    *("create", "write", "ftruncate", "chmod", "fchmod"),
    *("mkdir", "rmdir", "unlink", "rename", "link", "symlink"),
}
"""The calls that may change the disk."""

SECONDS: Final = 60
"""After which a child that hangs is ended by the system, and so is seen."""


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of one operation: calls, faults put in, different states, and what was violated."""

    operation: str
    calls: int = 0
    faults: int = 0
    states: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a child ended: what it says of itself, or the signal that ended it."""

    signal: int = 0
    calls: int = 0
    fired: int = 0
    names: tuple[str, ...] = ()
    done: bool = False
    errno: int | None = None
    codes: tuple[str, ...] | None = None
    busy: bool = False
    where: str = ""
    """The file of Python that raised the `OSError`."""
    bug: str = ""

    @property
    def text(self) -> str:
        """In a few words."""
        if self.signal:
            return f"signal {self.signal}"
        if self.codes is not None:
            return f"refused {', '.join(self.codes)}"
        if self.bug:
            return self.bug
        return "done" if self.done else f"OSError {errno.errorcode.get(self.errno or 0)}"


class Sweep:
    """One operation, with faults at some of its calls."""

    def __init__(self, directory: Path, name: str, operation: Operation) -> None:
        self._shim = Shim()
        self._number = zlib.crc32(name.encode())
        """Each operation begins with another call: together they meet more kinds of call."""
        self._operation = operation
        self._work = directory / "work"
        self._template = directory / "template"
        self._result = Result(operation=name)
        self._seen: set[tuple[str, bool]] = set()
        self._template.mkdir(parents=True)
        operation.prepare(self._template)
        self._before = tree(self._template)
        self._fresh()
        # Whatever is imported or cached once is, from here on.
        self._undisturbed = self._ended(lambda: operation.run(self._work))
        self._after: Tree = tree(self._work)
        self._examine("undisturbed", self._undisturbed)
        gc.collect()
        gc.freeze()
        gc.disable()

    def run(self, faults: Mapping[str, int]) -> Result:
        """Each fault, at each call of so many."""
        result = self._result
        whole = self._forked(IDLE, 0, 0)
        result.calls = whole.calls
        found = settled(tree(self._work))
        if (whole.text, found) != (self._undisturbed.text, settled(self._after)):
            result.violations.append(f"a run in a child is another: {whole.text} {whole.bug}")
        if "power" in faults:
            self._power(faults["power"])
        for fault, every in faults.items():
            if fault == "power":
                continue
            calls = [
                at
                for at in range(1, whole.calls + 1)
                if fault != "stop" or at == 1 or whole.names[at - 2] in CHANGING
            ]
            for at in calls[self._number % every :: every]:
                name = whole.names[at - 1]
                named = {"any": ERRORS[at % len(ERRORS)], "stop": "kill"}.get(fault, fault)
                mode, error = FAULTS[named]
                if mode != TEAR or name in ("write", "pwrite"):
                    self._fault(f"{named} at {at}, {name}", mode, at, error)
        result.states = len(self._seen)
        return result

    def _fault(self, title: str, mode: int, at: int, error: int) -> None:
        end = self._struck(mode, at, error)
        self._result.faults += 1
        outcomes = self._result.outcomes
        outcomes[end.text] = outcomes.get(end.text, 0) + 1
        problem = self._judged(end, mode, error)
        if problem:
            self._result.violations.append(f"{title}: {problem}")
        self._examine(title, end)

    def _power(self, every: int) -> None:
        """Lose the power after each change of so many, in several ways each."""
        log = self._work.with_name("log")
        with log.open("wb") as file:
            self._shim.log(file.fileno())
            logged = self._forked(IDLE, 0, 0)
            self._shim.log(-1)
        if logged.text != self._undisturbed.text:
            self._result.violations.append(f"a run that is logged is another: {logged.text}")
        random = Random(7)
        disk = Disk(self._work, self._before)
        certain: Tree = {}
        for number, line in enumerate(log.read_text(encoding="utf-8").splitlines(), start=1):
            if not disk.play(line):
                continue
            ways = disk.states(random)
            if number % every != self._number % every:
                certain = next(ways)
                continue
            for way, found in enumerate(ways):
                certain = certain if way else found
                self._lost(f"power lost at {number}, {line.split()[0]}, in way {way}", found, End())
        # Whoever was told of success relies on it.
        self._lost("power lost at the end", certain, End(done=self._undisturbed.done))

    def _lost(self, title: str, found: Tree, end: End) -> None:
        self._result.faults += 1
        found = {name: value for name, value in found.items() if name != LOCK}
        if (digest(settled(found)), end.done) not in self._seen:
            shutil.rmtree(self._work)
            self._work.mkdir()
            written(self._work, found)
            self._examine(title, end)

    def _judged(self, end: End, mode: int, error: int) -> str | None:
        """Why a child may not end so, if it may not."""
        if mode in (KILL, TEAR):
            return None if end.signal == signal.SIGKILL else f"not killed, but {end.text}"
        if end.signal or end.bug:
            return end.text
        if mode == FAIL and end.fired != 1:
            return f"{end.fired} calls failed"
        # A lock that another holds is told by this number too.
        if end.busy:
            return None if error == errno.EACCES else "busy, says the lock"
        # The program of a cartridge has a code of its own, which says that it cannot be read.
        told = {"PATH_UNREADABLE", "PROGRAM_MISSING"} & set(end.codes or ())
        honest = error == errno.EACCES and bool(told)
        if end.codes not in (self._undisturbed.codes, None) and not honest:
            return end.text
        if end.done and not self._undisturbed.done:
            return "done"
        # Python's own `rmtree` closes a second time what it could not close.
        if (end.errno, end.where) == (errno.EBADF, "shutil.py"):
            return None
        return None if end.errno in (None, error) else end.text

    def _examine(self, title: str, end: End) -> None:
        """Check the state that was left, once for each that is different."""
        key = (digest(settled(tree(self._work))), end.done)
        if key in self._seen:
            return
        self._seen.add(key)
        case = Case(
            base=self._work,
            before=self._before,
            after=self._after,
            again=self._operation.run,
            done=end.done,
        )
        try:
            self._operation.check(case)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told
            text = str(error).splitlines()[0] if isinstance(error, AssertionError) else _shown()
            self._result.violations.append(f"{title} ({end.text}): {text}")

    def _fresh(self) -> None:
        shutil.rmtree(self._work, ignore_errors=True)
        shutil.copytree(self._template, self._work, symlinks=True)

    def _struck(self, mode: int, at: int, error: int) -> End:
        """Run the operation with a fault; again while it does not come as far as that call.

        How many calls there are depends on the clock: a status that is too new is not remembered.
        """
        for _ in range(20):
            end = self._forked(mode, at, error)
            if end.fired or end.signal:
                break
        return end

    def _forked(self, mode: int, at: int, error: int) -> End:
        """Run the operation in a child, with a fault at one of its calls."""
        self._fresh()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            signal.alarm(SECONDS)
            self._shim.arm(self._work, mode, at, error)
            end = self._ended(lambda: self._operation.run(self._work))
            os.write(writing, json.dumps(asdict(end)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return End(signal=os.WTERMSIG(status))
        fields = json.loads(told)
        codes = fields.pop("codes")
        return End(**fields, codes=None if codes is None else tuple(codes))

    def _ended(self, run: Callable[[], object]) -> End:
        try:
            run()
            end = End(done=True)
        except Refused as refused:
            end = End(codes=refused.report.codes)
        except OSError as error:
            frames = traceback.extract_tb(error.__traceback__)
            where = os.path.basename(frames[-1].filename)
            end = End(errno=error.errno, busy=isinstance(error, Busy), where=where)
        except BaseException:  # noqa: BLE001  # any other is a bug, and told
            self._shim.disarm()
            end = End(bug=_shown())
        calls, fired = self._shim.disarm(), self._shim.fired
        names = tuple(self._shim.name(number) for number in range(1, calls + 1))
        return replace(end, calls=calls, fired=fired, names=names)


def _shown() -> str:
    last = traceback.format_exc().strip().splitlines()
    return " | ".join(line.strip() for line in (*last[-5:-1], last[-1]))


def main(directory: Path, faults: Mapping[str, int], names: list[str]) -> None:
    """Sweep the operations, as many at once as there are processors."""
    # What operations import and compute once is there before the first child.
    for name in ("build first", "new", "new in place", "ship again"):
        warm = directory / "warm"
        warm.mkdir()
        OPERATIONS[name].prepare(warm)
        OPERATIONS[name].run(warm)
        shutil.rmtree(warm)
    waiting = list(enumerate(names))
    running: dict[int, int] = {}
    while waiting or running:
        if waiting and len(running) < (os.cpu_count() or 1):
            number, name = waiting.pop(0)
            child = os.fork()
            if child == 0:
                result = Sweep(directory / str(number), name, OPERATIONS[name]).run(faults)
                shutil.rmtree(directory / str(number))
                (directory / f"{number}.json").write_text(json.dumps(asdict(result)))
                os._exit(0)
            running[child] = number
            continue
        child, status = os.wait()
        number = running.pop(child)
        if status:
            sys.exit(f"the sweep of {names[number]!r} ended with status {status}")
        sys.stdout.write(f"{(directory / f'{number}.json').read_text()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asked = (one.split("=") for one in sys.argv[2].split(","))
    main(Path(sys.argv[1]), {fault: int(every) for fault, every in asked}, sys.argv[3:])
