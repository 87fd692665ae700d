"""One writer per project."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage import lock
from prometeu_assets.storage.transaction import Busy, Lock

HOLD = """
import sys
from pathlib import Path
from prometeu_assets.storage.transaction import Busy, Lock
try:
    with Lock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
except Busy as busy:
    print("busy", busy.owner, flush=True)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "assets" / ".prometeu").mkdir(parents=True)
    return tmp_path


def start(project: Path) -> subprocess.Popen[str]:
    source = str(Path(lock.__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(project)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_another_process_holds_it(project: Path) -> None:
    with start(project) as other:
        assert said(other) == "held"
        with pytest.raises(Busy, match=f"process {other.pid} is writing") as caught, Lock(project):
            pass
        assert caught.value.owner == str(other.pid)
        assert caught.value.filename == str(project / lock.LOCK)
        other.communicate()
    with Lock(project):
        pass


def test_another_process_finds_it_held(project: Path) -> None:
    with Lock(project), start(project) as other:
        assert said(other) == f"busy {os.getpid()}"
        other.communicate()


def test_a_killed_process_holds_nothing(project: Path) -> None:
    with start(project) as other:
        assert said(other) == "held"
        other.kill()
        other.communicate()
    with Lock(project):
        pass


def test_it_does_not_nest(project: Path) -> None:
    with Lock(project):
        with pytest.raises(Busy), Lock(project):
            pass
        # The failed attempt let go of nothing.
        with pytest.raises(Busy), Lock(project):
            pass


def test_it_is_released_on_an_error_and_stays_behind(project: Path) -> None:
    with pytest.raises(ValueError, match="inside"), Lock(project):
        raise ValueError("inside")
    # Nobody is to be told of an owner that has left.
    assert (project / lock.LOCK).read_text() == ""
    with Lock(project):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_that_shares_the_descriptor_does_not_keep_it(project: Path) -> None:
    reading, writing = os.pipe()
    with Lock(project):
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
    os.close(reading)
    try:
        with Lock(project):
            pass
    finally:
        os.close(writing)
        os.waitpid(child, 0)


@pytest.mark.parametrize("content", [b"", b"x", b"\xff\xfe", b"-1", b"12 34", b"\x1b[2J"])
def test_the_pid_is_shown_only_if_it_is_one(project: Path, content: bytes) -> None:
    with Lock(project):
        (project / lock.LOCK).write_bytes(content)
        with pytest.raises(Busy, match="another process is writing") as caught, Lock(project):
            pass
    assert caught.value.owner == ""


def test_an_unreadable_pid_is_not_shown(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(opened: int, size: int) -> bytes:
        raise PermissionError(13, "locked by another process")

    with Lock(project):
        monkeypatch.setattr(os, "read", fail)
        with pytest.raises(Busy, match="another process is writing"), Lock(project):
            pass


def test_the_way_of_windows(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: one byte is locked, far from the pid, which others may go on reading."""
    held: set[int] = set()
    calls: list[tuple[str, int, int]] = []

    def locking(opened: int, mode: str, count: int) -> None:
        position = os.lseek(opened, 0, os.SEEK_CUR)
        calls.append((mode, position, count))
        if mode == "unlock":
            held.remove(position)
        elif position in held:
            raise PermissionError(13, "Permission denied")
        else:
            held.add(position)

    fake = SimpleNamespace(locking=locking, LK_NBLCK="lock", LK_UNLCK="unlock")
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(sys, "platform", "win32")
    spec = importlib.util.spec_from_file_location("lock_of_windows", lock.__file__)
    assert spec is not None
    assert spec.loader is not None
    windows = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(windows)

    with windows.Lock(project):
        with pytest.raises(windows.Busy) as caught, windows.Lock(project):
            pass
        assert caught.value.owner == str(os.getpid())
    assert held == set()
    assert calls == [("lock", 1 << 20, 1)] * 2 + [("unlock", 1 << 20, 1)]
    # Nobody is to be told of an owner that has left.
    assert (project / lock.LOCK).read_text() == ""


def test_no_link_in_its_place(project: Path) -> None:
    victim = project / "victim"
    victim.write_text("precious")
    (project / lock.LOCK).symlink_to(victim)
    with pytest.raises(Refused, match="PATH_SYMLINK"), Lock(project):
        pass
    assert victim.read_text() == "precious"


FOREIGN = {
    "words": (b"precious", 1, None),
    "a number and more": (b"17\nprecious", 1, None),
    "two lines": (b"17\n18\n", 1, None),
    "a second name": (b"precious", 2, "links"),
    "a second name of an empty file": (b"", 2, "links"),
    "a second name of a lock": (b"17\n", 3, "links"),
    "long": (b"1" * 20, 1, None),
}


@pytest.mark.parametrize("form", FOREIGN)
def test_a_file_that_may_be_somebodys(project: Path, form: str) -> None:
    """Its content and its other names stay; without it the next command works."""
    content, names, hint = FOREIGN[form]
    place = project / lock.LOCK
    place.write_bytes(content)
    for number in range(1, names):
        os.link(place, project / f"other{number}")
    before = place.stat()
    for _ in range(2):
        with pytest.raises(Refused) as caught, Lock(project):
            pass
        (found,) = caught.value.report
        assert (found.code, found.hint_key) == ("LOCK_FOREIGN", hint)
        assert found.data["path"] == str(place)
        assert place.read_bytes() == content
        assert (place.stat().st_mtime_ns, place.stat().st_ino) == (
            before.st_mtime_ns,
            before.st_ino,
        )
    place.rename(project / "aside")  # as the hint says
    with Lock(project):
        pass
    assert (project / "aside").read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"12", b"12\n", b"1\0\0\n", b"\0\0\0\0", b"12\0"])
def test_what_a_loss_of_power_leaves_of_it_is_ours(project: Path, content: bytes) -> None:
    (project / lock.LOCK).write_bytes(content)
    with Lock(project):
        pass
    assert (project / lock.LOCK).read_bytes() == b""


def test_a_pipe_that_appears_meanwhile(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(project / lock.LOCK)
    monkeypatch.setattr(lock.paths, "destination", lambda base, name: base / name)
    with pytest.raises(Refused, match="not a regular file"), Lock(project):
        pass


def test_what_somebody_writes_into_a_held_lock_stays(project: Path) -> None:
    with Lock(project):
        (project / lock.LOCK).write_bytes(b"precious")
    assert (project / lock.LOCK).read_bytes() == b"precious"


def test_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), Lock(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_a_file_system_without_locks(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(opened: int) -> None:
        raise OSError(37, "no locks available")

    monkeypatch.setattr(lock, "_lock", no_locks)
    with pytest.raises(OSError, match="no locks available") as caught, Lock(project):
        pass
    assert not isinstance(caught.value, Busy)
