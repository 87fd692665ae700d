"""A directory that takes its place as a whole, on any system; and nothing of anybody's is lost."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path
from typing import Any

import pytest

from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage import exchange, files
from prometeu_assets.storage.lock import Busy
from prometeu_assets.storage.tree import Tree, interrupted, staging_of

NAMES = ("a", "b")


def put(place: Path, text: str) -> None:
    """Publish a directory of two files."""
    with Tree(place, NAMES) as tree:
        for name in NAMES:
            files.write_new(tree.staged / name, [text.encode()])
        tree.commit()


def held(place: Path) -> dict[str, str] | None:
    if not place.is_dir():
        return None
    return {path.name: path.read_text() for path in place.iterdir()}


@pytest.fixture(params=[True, False], ids=["swapped", "set aside"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both ways: by the system's exchange, and without it."""
    swapped: bool = request.param
    if swapped and not exchange.ENABLED:
        pytest.skip("this system exchanges no names")
    monkeypatch.setattr(exchange, "ENABLED", swapped)
    return swapped


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_new_directory(way: bool, place: Path) -> None:
    put(place, "new")
    assert held(place) == {"a": "new", "b": "new"}
    assert os.listdir(place.parent) == ["out"]


def test_a_directory_in_the_place_of_another(way: bool, place: Path) -> None:
    put(place, "old")
    place.chmod(0o711)
    put(place, "new")
    assert held(place) == {"a": "new", "b": "new"}
    assert place.stat().st_mode & 0o777 == 0o711
    assert os.listdir(place.parent) == ["out"]


def test_what_is_not_committed_leaves_nothing(way: bool, place: Path) -> None:
    put(place, "old")
    with pytest.raises(KeyError), Tree(place, NAMES) as tree:
        files.write_new(tree.staged / "a", [b"new"])
        raise KeyError
    assert held(place) == {"a": "old", "b": "old"}
    assert os.listdir(place.parent) == ["out"]


class Crash(BaseException):
    """The process is gone."""


CALLS = ("rename", "unlink", "rmdir", "mkdir", "chmod", "fsync")


def crash_at(patch: pytest.MonkeyPatch, number: int, *, after: bool) -> None:
    """From the call with this number on, nothing reaches the disk."""
    count = itertools.count()

    def wrapped(real: Any) -> Any:
        def call(*given: Any, **options: Any) -> Any:
            now = next(count)
            if now > number or (now == number and not after):
                raise Crash
            result = real(*given, **options)
            if now == number:
                raise Crash
            return result

        return call

    for name in CALLS:
        patch.setattr(os, name, wrapped(getattr(os, name)))
    real = exchange.exchange
    patch.setattr(exchange, "exchange", wrapped(real))


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_every_call(
    way: bool, place: Path, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old or new at every instant; where names cannot be swapped, the next run gives back the old."""
    outcomes = []
    for number in itertools.count():
        for path in sorted(place.parent.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        put(place, "old")
        with monkeypatch.context() as patch:
            crash_at(patch, number, after=after)
            try:
                put(place, "new")
            except Crash:
                ended = False
            else:
                ended = True
        assert (held(place) is None) == interrupted(place)
        assert not (way and interrupted(place)), "the place is never empty"
        with Tree(place, NAMES):
            pass
        found = held(place)
        assert found in ({"a": "old", "b": "old"}, {"a": "new", "b": "new"})
        assert os.listdir(place.parent) == ["out"]
        outcomes.append(found == {"a": "new", "b": "new"})
        if ended:
            break
    assert len(outcomes) > 10
    assert set(outcomes) == {False, True}
    assert outcomes == sorted(outcomes), "first only old, then only new"


def test_a_rename_that_fails_gives_the_old_one_back(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "ENABLED", False)
    put(place, "old")
    real = os.rename

    def rename(source: Any, target: Any) -> None:
        if Path(source).name == "new":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(source, target)

    with pytest.raises(OSError, match="Input/output"), monkeypatch.context() as patch:
        patch.setattr(os, "rename", rename)
        put(place, "new")
    assert held(place) == {"a": "old", "b": "old"}
    assert os.listdir(place.parent) == ["out"]


def test_what_somebody_else_put_there_is_never_removed(way: bool, place: Path) -> None:
    put(place, "old")
    with pytest.raises(OSError, match="not empty"), Tree(place, NAMES) as tree:
        files.write_new(tree.staged / "a", [b"new"])
        (place / "save").write_text("mine")
        tree.commit()
    kept = [path for path in place.parent.rglob("save") if path.read_text() == "mine"]
    assert len(kept) == 1
    with pytest.raises(OSError, match="not empty"), Tree(place, NAMES):
        pass
    assert kept[0].read_text() == "mine"


@pytest.mark.parametrize("name", ["new", "old"])
def test_a_file_in_the_place_of_a_staged_directory(place: Path, name: str) -> None:
    staging_of(place).mkdir()
    (staging_of(place) / name).write_text("mine")
    with pytest.raises(FileExistsError, match="not made by this tool"), Tree(place, NAMES):
        pass
    assert (staging_of(place) / name).read_text() == "mine"


@pytest.mark.parametrize("form", ["second name", "other content"])
def test_a_lock_that_is_not_ours(place: Path, tmp_path: Path, form: str) -> None:
    (tmp_path / "mine").write_text("mine" if form == "other content" else "17\n")
    staging_of(place).mkdir()
    os.link(tmp_path / "mine", staging_of(place) / "lock")
    if form == "other content":
        (tmp_path / "mine").unlink()
    with pytest.raises(Refused, match="LOCK_FOREIGN"), Tree(place, NAMES):
        pass
    assert (staging_of(place) / "lock").read_text() == (
        "17\n" if form != "other content" else "mine"
    )


def test_a_staging_folder_that_is_a_link(place: Path, tmp_path: Path) -> None:
    """It may have come with a project, and lead anywhere."""
    (tmp_path / "elsewhere" / "new").mkdir(parents=True)
    (tmp_path / "elsewhere" / "new" / "a").write_text("mine")
    staging_of(place).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused) as caught, Tree(place, NAMES):
        pass
    assert caught.value.report.codes == ("PATH_SYMLINK",)
    assert (tmp_path / "elsewhere/new/a").read_text() == "mine"


@pytest.mark.parametrize("name", ["new", "old", "lock"])
def test_links_inside_of_the_staging_folder(place: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a").write_text("mine")
    staging_of(place).mkdir()
    (staging_of(place) / name).symlink_to(tmp_path / "elsewhere")
    if name == "lock":
        with pytest.raises(Refused), Tree(place, NAMES):
            pass
    else:
        put(place, "new")
        assert not place.is_symlink()
    assert (tmp_path / "elsewhere/a").read_text() == "mine"


def test_one_at_a_time(place: Path) -> None:
    with Tree(place, NAMES):
        with pytest.raises(Busy), Tree(place, NAMES):
            pass
        assert staging_of(place).is_dir(), "who was refused leaves the other's folder alone"
    assert not staging_of(place).exists()


def test_a_lock_whose_file_was_removed_is_taken_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits between opening and locking may hold a file that has no name any more."""
    from prometeu_assets.storage import lock

    real, count = lock._lock, itertools.count()

    def late(opened: int) -> None:
        if next(count) == 0:
            os.unlink(staging_of(place) / "lock")
            os.rmdir(staging_of(place))
        real(opened)

    monkeypatch.setattr(lock, "_lock", late)
    put(place, "new")
    assert next(count) == 2
    assert held(place) == {"a": "new", "b": "new"}


def test_exchange_says_when_it_cannot(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not exchange.ENABLED:
        pytest.skip("this system exchanges no names")
    place.mkdir()
    other = place.with_name("other")
    other.write_text("file")
    assert exchange.exchange(place, other)
    assert place.read_text() == "file" and other.is_dir()
    with pytest.raises(FileNotFoundError):
        exchange.exchange(place, place.with_name("none"))
    monkeypatch.setattr(exchange, "ENABLED", False)
    assert not exchange.exchange(place, other)
