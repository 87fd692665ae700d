"""Whatever a call of the system raises, and not only `OSError`: no verdict, nothing half-written.

Every call that a verb makes on a path raises something else once, chain by chain: what Python gives
when there is no memory or no thread, for a name that the system cannot have, for a library's fault.
"""

from __future__ import annotations

import gc
import io
import os
import shutil
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tests.cli.running import Cli
from tests.trust.obstacles import watched
from tests.trust.test_obstacles import KIT, LINES, Line, everything, in_folder, steps, update_kit
from tests.workspace.projects import Project

from prometeu_assets.conformance import reader, run
from prometeu_assets.packer.build import build
from prometeu_assets.reader.pack import Pack
from prometeu_assets.reader.source import FileSource
from prometeu_assets.storage.lock import Lock

ERRORS: tuple[BaseException, ...] = (
    MemoryError(),
    ValueError("embedded null byte"),
    RuntimeError("can't start new thread"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    RecursionError("maximum recursion depth exceeded"),
    OverflowError("Python int too large to convert to C int"),
    EOFError(),
    struct.error("unpack requires a buffer of 4 bytes"),
    zlib.error("Error -3 while decompressing data"),
    KeyboardInterrupt(),
)
ENVIRONMENT = 3
EACH = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)

DRAWN = ("new", "--new-uuid", "duplicate")
"""Words of lines that draw a uuid, so that no two runs write the same bytes."""


def whole(line: Line, now: dict[str, object], ends: tuple[dict[str, object], ...]) -> list[str]:
    """The files that are neither as before nor as an undisturbed run leaves them."""
    return [
        name
        for name, content in now.items()
        if ".staging" not in name and not name.endswith(("/lock", "/cache.json"))
        if not any(
            name in end and (end[name] == content or any(word in line for word in DRAWN))
            for end in ends
        )
    ]


@pytest.mark.parametrize("group", LINES)
def test_another_error_than_of_the_system(
    cli: Cli, fast: Path, small_kit: None, group: str
) -> None:
    said = ""

    def run(line: Line) -> int:
        nonlocal said
        ran = cli(*line) if line != [KIT] else (update_kit(), "", "")
        said = ran[2]
        return ran[0]

    errors = cycle(ERRORS)
    seen: set[object] = set()
    failed = 0
    for step in steps(run, group, fast):
        if step.line == [KIT]:
            continue  # it has no exit code
        before, after = everything(step.before), everything(step.after)
        for chain in step.calls:
            if chain in seen:
                continue
            seen.add(chain)
            error = next(errors)
            work = fast / "trial"
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(step.before, work)
            with watched(work, chain, error):
                code = in_folder(work, lambda step=step: run(step.line))
            case = f"{step.line} with {error!r} at {chain}: {code} {said}"
            assert code in (0, ENVIRONMENT), case
            assert code == 0 or said.startswith(("failed: ", "Interrupted. ")), case
            assert "Traceback" not in said, case
            assert not whole(step.line, everything(work), (before, after)), case
            failed += code != 0
            # The next run finds nothing that stops it, and leaves nothing behind.
            assert in_folder(work, lambda step=step: run(step.line)) in (0, 1), f"{case} {said}"
            assert not whole(step.line, everything(work), (before, after)), case
            if step.line[0] != "extract":
                assert not [n for n in everything(work) if ".staging" in n], case
    assert failed > 3


# Where the call is no event of the interpreter.


def failing(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise error

    return fail


@EACH
def test_a_lock_that_cannot_be_written_is_free_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", failing(error))
        with pytest.raises(type(error)):
            Lock(project.path).__enter__()
    with Lock(project.path):
        pass


@pytest.mark.parametrize("error", ERRORS[:-1], ids=lambda error: type(error).__name__)
def test_the_reader_of_the_kit_has_no_verdict(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    monkeypatch.setattr(reader, "judge", failing(error))
    asked = ["--kind", "read", "--profile", "reader"]
    assert reader.main([*asked, str(project.path / "build/assets.pa")]) == ENVIRONMENT
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_a_last_pack_that_cannot_be_read_is_only_slower(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pack, "read", failing(OSError(5, "Input/output error")))
    (project.path / "build/assets.pa").touch()  # or it need not be read
    assert build(project.path).statistics.reused == 0


def test_a_close_that_fails_late_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    class File(io.BytesIO):
        def close(self) -> None:
            super().close()
            raise OSError(5, "Input/output error")

    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    FileSource(File(b"bytes"), "a file", owned=True).close()
    gc.collect()
    assert [each.object for each in told if "_Handle" in repr(each.object)] == []


@pytest.mark.parametrize("nth", [1, 2])
def test_a_reader_ends_when_no_thread_can_be_started(
    monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen, start, left = subprocess.Popen, threading.Thread.start, [nth]

    def opened(*given: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*given, **options))
        return started[0]

    def begin(thread: threading.Thread) -> None:
        left[0] -= 1
        if not left[0]:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(subprocess, "Popen", opened)
    monkeypatch.setattr(threading.Thread, "start", begin)
    with pytest.raises(RuntimeError):
        run.run([sys.executable, "-c", "import time; time.sleep(600)"], [], 10)
    assert started[0].returncode is not None
