"""The calls that change the file system."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from prometeu_assets.storage import files
from tests.every import every


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The inode numbers that were synced, in order."""
    real = os.fsync
    seen: list[int] = []

    def fsync(opened: int) -> None:
        seen.append(os.fstat(opened).st_ino)
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [b""],
        [b"abc"],
        [b"a", b"", b"bc"],
        [memoryview(b"abcdef")[::1], b"g"],
        [memoryview(b"\1\0\2\0").cast("H"), memoryview(bytes(6)).cast("B", (2, 3))],
        [bytes(100_000)] * 3,
    ],
)
def test_write_new(tmp_path: Path, chunks: list[bytes | memoryview], synced: list[int]) -> None:
    path = tmp_path / "new"
    written = files.write_new(path, iter(chunks))
    data = b"".join(bytes(chunk) for chunk in chunks)
    assert path.read_bytes() == data
    assert written == files.Written(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    assert synced == [path.stat().st_ino]


@every(["file", "folder", "link", "dangling"])
def test_write_new_never_overwrites(there: str, tmp_path: Path) -> None:
    path, other = tmp_path / "new", tmp_path / "other"
    other.write_bytes(b"old")
    match there:
        case "file":
            path.write_bytes(b"old")
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(other)
        case "dangling":
            path.symlink_to(tmp_path / "nothing")
    with pytest.raises(FileExistsError):
        files.write_new(path, [b"new"])
    assert os.path.lexists(path)
    assert other.read_bytes() == b"old"
    assert not (tmp_path / "nothing").exists()


def test_a_file_that_cannot_be_written_whole_is_removed(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise ValueError("the source failed")

    with pytest.raises(ValueError, match="source"):
        files.write_new(tmp_path / "new", failing())
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
@pytest.mark.parametrize(("old", "kept"), [(0o640, 0o640), (0o444, 0o444), (0o4755, 0o755)])
def test_replace_keeps_the_permission_bits(tmp_path: Path, old: int, kept: int) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    target.chmod(old)
    files.replace(source, target)
    assert (target.read_bytes(), target.stat().st_mode & 0o7777) == (b"new", kept)
    assert not source.exists()


def test_replace_replaces_a_link_not_what_it_leads_to(tmp_path: Path) -> None:
    source, target, other = (tmp_path / name for name in ("source", "target", "other"))
    source.write_bytes(b"new")
    other.write_bytes(b"old")
    other.chmod(0o600)
    mode = source.stat().st_mode
    target.symlink_to(other)
    files.replace(source, target)
    assert not target.is_symlink()
    assert (target.read_bytes(), target.stat().st_mode, other.read_bytes()) == (
        b"new",
        mode,
        b"old",
    )


def test_replace_passes_errors_on(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.replace(tmp_path / "none", tmp_path / "target")


@pytest.mark.skipif(not files.DIRECTORY_SYNC, reason="directories cannot be synced")
@pytest.mark.parametrize(("sync", "count"), [(True, 2), (False, 0)])
def test_replace_syncs_both_directories(
    tmp_path: Path, sync: bool, count: int, synced: list[int]
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x").touch()
    files.replace(tmp_path / "a" / "x", tmp_path / "b" / "x", sync=sync)
    assert synced == [(tmp_path / name).stat().st_ino for name in "ab"][:count]


def test_without_directory_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synced: list[int]
) -> None:
    monkeypatch.setattr(files, "DIRECTORY_SYNC", False)
    files.make_directory(tmp_path / "a" / "b")
    files.sync_directory(tmp_path)
    assert synced == []


@pytest.mark.skipif(not files.DIRECTORY_SYNC, reason="directories cannot be synced")
@pytest.mark.parametrize(("number", "passes"), [(22, True), (5, False)])
def test_a_file_system_without_directory_sync(
    tmp_path: Path, number: int, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(opened: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "fsync", fsync)
    if passes:
        files.sync_directory(tmp_path)
    else:
        with pytest.raises(OSError, match="no"):
            files.sync_directory(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="needs fcntl")
@pytest.mark.parametrize("supported", [True, False])
def test_full_sync(
    tmp_path: Path, supported: bool, monkeypatch: pytest.MonkeyPatch, synced: list[int]
) -> None:
    """Simulated: the command of macOS, which some of its file systems lack."""
    import fcntl

    asked: list[int] = []

    def control(opened: int, command: int) -> int:
        asked.append(command)
        if not supported:
            raise OSError(45, "not supported")
        return 0

    monkeypatch.setattr(files, "FULL_SYNC", 51)
    monkeypatch.setattr(fcntl, "fcntl", control)
    files.write_new(tmp_path / "new", [b"x"])
    assert asked == [51]
    assert len(synced) == (0 if supported else 1)


def test_make_directory(tmp_path: Path) -> None:
    files.make_directory(tmp_path / "a" / "b" / "c")
    files.make_directory(tmp_path / "a" / "b" / "c")
    files.make_directory(tmp_path / "a" / "d", exclusive=True)
    assert (tmp_path / "a" / "b" / "c").is_dir()
    with pytest.raises(FileExistsError):
        files.make_directory(tmp_path / "a" / "d", exclusive=True)
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        files.make_directory(tmp_path / "file")


def test_make_directory_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files.make_directory(Path("a/b"))
    assert (tmp_path / "a" / "b").is_dir()


def test_unlink(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files.unlink(tmp_path / "file")
    files.unlink(tmp_path / "file")
    assert not list(tmp_path.iterdir())


def test_remove_tree_follows_no_link(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    own = tmp_path / "own"
    (own / "deep").mkdir(parents=True)
    (own / "deep" / "file").touch()
    (own / "link").symlink_to(kept, target_is_directory=True)
    link = tmp_path / "link"
    link.symlink_to(kept, target_is_directory=True)
    for path in (own, link, tmp_path / "none"):
        files.remove_tree_of_own(path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (kept / "file").exists()


def test_remove_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "full" / "empty").mkdir(parents=True)
    files.remove_empty_directory(tmp_path / "none")
    files.remove_empty_directory(tmp_path / "full")
    assert (tmp_path / "full").is_dir()
    files.remove_empty_directory(tmp_path / "full" / "empty")
    files.remove_empty_directory(tmp_path / "full")
    assert not list(tmp_path.iterdir())


def test_what_is_told_is_why_it_could_not_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not that, looked at once more, it is not there."""
    monkeypatch.setattr(os, "rmdir", Mock(side_effect=OSError(errno.EIO, "failed")))
    with pytest.raises(OSError, match="failed"):
        files.remove_empty_directory(tmp_path / "none")


def test_remove_empty_directory_passes_errors_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(13, "denied", str(path))

    monkeypatch.setattr(os, "rmdir", denied)
    with pytest.raises(PermissionError):
        files.remove_empty_directory(tmp_path)
