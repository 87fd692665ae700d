"""Whoever else is at it meanwhile: readers of the old pack, another build, a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import prometeu_assets as pa
from prometeu_assets.packer.build import build
from prometeu_assets.shipper.verify import verify
from prometeu_assets.storage import files
from prometeu_assets.storage.lock import Busy, Lock
from tests.fault.states import CACHE, OWN, tree
from tests.workspace.projects import Project, draw

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked and killed")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("hero", preload=True)
    made.sounds("fx", [(1, 2), (3,)])
    return made


def changed(project: Project, seed: int) -> None:
    draw(project.root("hero") / "sheet.png", seed)


@pytest.mark.skipif(sys.platform == "win32", reason="a mapped file is not replaced on Windows")
def test_who_reads_the_old_pack_reads_it_to_the_end(project: Project) -> None:
    path = build(project.path).outputs["assets.pa"]
    old = path.read_bytes()
    with pa.open(path) as pack:
        early = pack.read(pack["hero"])
        for seed in (2, 3):
            changed(project, seed)
            build(project.path)
            assert path.read_bytes() != old
            assert b"".join(pack.chunks()) == old
        offset = pack.payload_offset + pack["hero"].offset
        assert bytes(early) == old[offset : offset + len(early)]
        late = pack.read(pack["fx"])
    assert bytes(late) in old
    assert verify(path).ok


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX's")
@pytest.mark.parametrize("bits", [0o600, 0o640, 0o444, 0o666])
def test_permission_bits_stay_whatever_the_mask(project: Project, bits: int) -> None:
    path = build(project.path).outputs["assets.pa"]
    path.chmod(bits)
    before = os.umask(0o077)
    try:
        changed(project, 2)
        build(project.path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o7777 == bits


def forked(work: Callable[[], object]) -> int:
    """The pid of a child that does ``work`` and ends at once."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


@forks
def test_what_a_killed_run_staged_is_swept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project.path)
    before = tree(project.path)
    real = files.write_new

    def kill(path: Path, chunks: object) -> object:
        written = real(path, chunks)
        if path.name == "journal.json.new":
            os.kill(os.getpid(), signal.SIGKILL)
        return written

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_new", kill)
        _, status = os.waitpid(forked(lambda: build(project.path, fresh=True)), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    left = {n for n in tree(project.path) if n not in before}
    assert "build/.staging/journal.json.new" in left and "build/.staging/0/3" in left
    assert build(project.path).statistics.reused == 2
    after = tree(project.path)
    # What the cache writes of an asset depends on where it has it from.
    assert {**after, CACHE: b""} == {**before, CACHE: b""}


@forks
def test_a_second_build_is_told_who_is_at_it(project: Project) -> None:
    """For as long as the first runs, and no longer: the system drops the lock of a killed one."""
    build(project.path)
    telling, hearing = os.pipe(), os.pipe()

    def hold() -> None:
        with Lock(project.path):
            os.write(telling[1], b"x")
            os.read(hearing[0], 1)

    first = forked(hold)
    os.read(telling[0], 1)
    before = tree(project.path)
    with pytest.raises(Busy) as caught:
        build(project.path)
    assert caught.value.owner == str(first)
    assert f"process {first}" in str(caught.value)
    assert tree(project.path) == before
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    assert build(project.path).report.ok


BUILDS = """
import sys
from pathlib import Path
from prometeu_assets.packer.build import build
from prometeu_assets.storage.lock import Busy
print("ready", flush=True)
for line in sys.stdin:
    try:
        print(build(Path(line.strip())).statistics.pack_sha256, flush=True)
    except Busy as busy:
        print("busy", busy.owner or "unknown", flush=True)
"""


def test_builds_at_once(project: Project) -> None:
    """Two processes build, again and again: each is done or told to wait, and all is whole."""
    path = build(project.path).outputs["assets.pa"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BUILDS],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        assert [process.stdout.readline() for process in processes] == ["ready\n"] * 2
        for round_ in range(8):
            changed(project, round_ + 2)
            for process in processes:
                process.stdin.write(f"{project.path}\n")
                process.stdin.flush()
            told = [process.stdout.readline().split() for process in processes]
            digests = {words[0] for words in told if words[0] != "busy"}
            assert len(digests) == 1, told
            # The lock is there an instant before the pid in it.
            pids = {"unknown", *(str(process.pid) for process in processes)}
            assert all(words[1] in pids for words in told if words[0] == "busy")
            assert verify(path).ok
            assert build(project.path).statistics.pack_sha256 in digests
            assert not any(name.startswith(OWN[:2]) for name in tree(project.path))
    finally:
        for process in processes:
            process.stdin.close()
            process.stdout.close()
            process.wait()
