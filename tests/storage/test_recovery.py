"""What becomes of an interrupted publication when the files are not what they were, or will not go.

Nothing of anybody is replaced that the journal does not know, and what cannot be finished is undone.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prometeu_assets.contract.companions import METADATA, MIRRORS, PACK
from prometeu_assets.documents import INDEX
from prometeu_assets.storage import files
from prometeu_assets.storage.transaction import (
    BUILD,
    WORKSPACE,
    Recovery,
    Transaction,
    recover,
    require_recoverable,
    unfinished,
)
from prometeu_assets.workspace.places import ANCHOR
from tests.storage.test_transaction import (
    NEW,
    OLD,
    OTHERS,
    Crash,
    crashes,
    publish,
    read,
    read_published,
    refusal,
    stop_after_commit_point,
    write,
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    base = tmp_path / "project"
    write(base, OLD | OTHERS)
    return base


def test_what_is_replaced_is_what_this_tool_publishes() -> None:
    assert BUILD.replaced == {PACK, METADATA, *MIRRORS}
    assert WORKSPACE.replaced == {ANCHOR, INDEX.rpartition("/")[2], "released.json"}


# Other files than those recorded


def _edit(base: Path) -> None:
    (base / "build/assets.pa").write_bytes(b"my pack")


def _same_size(base: Path) -> None:
    (base / "build/assets.pa").write_bytes(b"OLD PACK")


def _remove(base: Path) -> None:
    (base / "build/asset_table.json").unlink()


def _appear(base: Path) -> None:
    (base / "build/preload.json").write_bytes(b"mine")


def _appear_empty(base: Path) -> None:
    (base / "build/deep/er").mkdir(parents=True)
    (base / "build/deep/er/extra.json").write_bytes(b"")


CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "edited": (_edit, "'build/assets.pa'"),
    "edited to the same size": (_same_size, "'build/assets.pa'"),
    "removed": (_remove, "'build/asset_table.json'"),
    "appeared": (_appear, "'build/preload.json'"),
    "appeared empty": (_appear_empty, "'build/deep/er/extra.json'"),
}
"""What somebody does after the interruption: the change, and the file that is named."""


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("way", ["keep", "complete"])
def test_a_file_that_the_journal_does_not_know(project: Path, change: str, way: str) -> None:
    """Nothing is touched, however often it is tried; both ways that the hint names lead on."""
    saved = read(project)
    staging = stop_after_commit_point(project)
    make, named = CHANGES[change]
    make(project)
    before = read(project)
    for call in (
        recover,
        Transaction(project).__enter__,
        lambda: require_recoverable(project, BUILD),
    ):
        found = refusal(call, *([project] if call is recover else []))
        assert (found.code, found.data["files"]) == ("TRANSACTION_OUTDATED", named)
        assert read(project) == before
    if way == "keep":
        shutil.rmtree(staging)
        assert recover(project) == Recovery()
        assert read(project) == {n: d for n, d in before.items() if ".staging/" not in n}
    else:
        for name in {*NEW} - {*saved}:
            (project / name).unlink(missing_ok=True)
        write(project, saved)
        assert recover(project).completed == tuple(NEW)
        assert read(project) == OTHERS | NEW
    publish(project, {"build/assets.pa": b"newer"})
    assert read(project)["build/assets.pa"] == b"newer"


def test_a_change_of_what_is_already_in_place(project: Path) -> None:
    """Half of the files are renamed; then one of them is edited."""
    stop_at(project, "build/assets.pa")
    (project / "build/asset_table.json").write_bytes(b"mine")
    before = read(project)
    assert refusal(recover, project).code == "TRANSACTION_DAMAGED"
    assert read(project) == before


def stop_at(base: Path, name: str) -> None:
    """Publish, and crash when the file ``name`` is to be renamed."""
    real = files.replace

    def crash(source: Path, target: Path, **options: bool) -> None:
        if target == base / name:
            raise Crash
        real(source, target, **options)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Crash):
        patch.setattr(files, "replace", crash)
        publish(base)


@pytest.mark.parametrize("area", [BUILD, WORKSPACE], ids=["build", "workspace"])
def test_only_files_of_this_tool_are_replaced(project: Path, area: Any) -> None:
    name = f"{area.directory}/notes.txt"
    write(project, {name: b"mine"})
    before = read(project)
    with pytest.raises(FileExistsError):
        publish(project, {name: b"new"}, area)
    assert read(project) == before


@pytest.mark.parametrize("linked", [True, False], ids=["links", "no links"])
def test_a_new_file_replaces_none_that_appears(
    project: Path, linked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the look and before the rename: all is put back."""
    if not linked:
        without_links(monkeypatch)
    real = files.name_new

    def late(source: Path, target: Path) -> None:
        target.write_bytes(b"mine")
        real(source, target)

    monkeypatch.setattr(files, "name_new", late)
    with pytest.raises(FileExistsError):
        publish(project)
    assert read(project) == OLD | OTHERS | {"build/preload.json": b"mine"}


def without_links(patch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOTSUP, "no links")

    patch.setattr(os, "link", fail)


# A rename that fails


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if not request.param:
        without_links(monkeypatch)
    return bool(request.param)


def refuse(patch: pytest.MonkeyPatch, base: Path, name: str) -> None:
    """Let every rename to the file ``name`` fail."""
    for function in ("replace", "rename", "link"):
        real = getattr(os, function)

        def call(source: Any, target: Any, real: Any = real, **options: Any) -> None:
            if Path(target) == base / name and not str(source).endswith(".old"):
                raise OSError(errno.EBUSY, "busy", str(target))
            real(source, target, **options)

        patch.setattr(os, function, call)


@pytest.mark.parametrize("name", NEW)
def test_a_rename_that_fails_is_undone(project: Path, name: str, links: bool) -> None:
    before, bits = read(project), {n: (project / n).stat().st_mode for n in OLD}
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="busy"):
        refuse(patch, project, name)
        publish(project)
    assert read(project) == before
    assert {n: (project / n).stat().st_mode for n in OLD} == bits
    assert not (project / BUILD.staging).exists()
    publish(project)
    assert read(project) == OTHERS | NEW


@pytest.mark.parametrize("name", ["build/new/a", "build/new/deep/b", "build/assets.pa"])
def test_folders_that_were_made_for_it_go_as_well(project: Path, name: str, links: bool) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="busy"):
        refuse(patch, project, name)
        with Transaction(project) as transaction:
            for staged in ("build/new/a", "build/new/deep/b", "build/assets.pa"):
                transaction.stage(staged, [b"new"])
            transaction.commit()
    assert not (project / "build/new").exists()


@pytest.mark.parametrize("name", NEW)
def test_a_completion_that_fails_is_undone(project: Path, name: str) -> None:
    """The old set is whole, and no later command is kept from its work."""
    stop_after_commit_point(project)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="busy"):
        refuse(patch, project, name)
        recover(project)
    assert read_published(project) == OLD | OTHERS
    assert not unfinished(project / BUILD.staging)
    publish(project)
    assert read(project) == OTHERS | NEW


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_anywhere_while_it_is_undone(
    tmp_path: Path, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One `recover` makes it wholly old or wholly new, whenever the crash comes."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    base, ends = tmp_path / "fresh", set()
    for n in itertools.count(1):
        shutil.rmtree(base, ignore_errors=True)
        write(base, OLD | OTHERS)

        def work() -> None:
            with pytest.MonkeyPatch.context() as patch, contextlib.suppress(OSError):
                refuse(patch, base, "build/assets.pa")
                publish(base)

        crashed = crashes(work, n, after=after)
        recover(base)
        found = read(base)
        assert found in (OLD | OTHERS, OTHERS | NEW)
        assert not (base / BUILD.staging).exists()
        if not crashed:
            assert found == OLD | OTHERS
            break
        ends.add(found == OTHERS | NEW)
    assert ends == {False, True}


def test_what_can_be_neither_done_nor_undone_is_done_later(project: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="busy"):
        refuse(patch, project, "build/assets.pa")
        real = files.keep

        def fail(source: Path, path: Path) -> None:
            if not path.name.endswith(".old"):
                raise OSError(errno.EIO, "failed")
            real(source, path)

        patch.setattr(files, "keep", fail)
        publish(project)
    assert unfinished(project / BUILD.staging)
    assert recover(project).completed == tuple(NEW)
    assert read(project) == OTHERS | NEW


# What is noticed before the commit point


def test_a_mounted_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked(project, monkeypatch, errno.EXDEV, "something is mounted there")


def test_an_immutable_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def deny(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if str(path).endswith("assets.pa") and flags & os.O_WRONLY:
            raise PermissionError(errno.EPERM, "not permitted", str(path))
        return real(path, flags, *args, **options)

    monkeypatch.setattr(os, "open", deny)
    blocked(project, monkeypatch, errno.EPERM, "the file is immutable")


def blocked(base: Path, patch: pytest.MonkeyPatch, number: int, text: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "no link")

    patch.setattr(os, "link", fail)
    with pytest.raises(OSError, match=text):
        publish(base)
    assert read(base) == OLD | OTHERS
    assert not unfinished(base / BUILD.staging)


def test_a_file_that_is_only_read_only_is_replaced(project: Path) -> None:
    (project / "build/assets.pa").chmod(0o444)
    publish(project)
    assert read(project) == OTHERS | NEW


@pytest.mark.skipif(os.name != "posix", reason="owners are POSIX's")
def test_a_sticky_folder_of_somebody_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "build").chmod(0o1777)
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    with pytest.raises(PermissionError, match="sticky"):
        publish(project)
    assert read(project) == OLD | OTHERS
    monkeypatch.setattr(os, "geteuid", lambda: mine)
    publish(project)
    assert read(project) == OTHERS | NEW


@pytest.mark.parametrize("denied", [True, False])
def test_a_folder_that_cannot_be_written_to(
    project: Path, denied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's no has no reason, so it is tried."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    real = files.write_new

    def deny(path: Path, chunks: Any, **options: Any) -> Any:
        if denied and path.parent == project / "build":
            raise PermissionError(errno.EROFS, "read-only", str(path))
        return real(path, chunks, **options)

    monkeypatch.setattr(files, "write_new", deny)
    with pytest.raises(OSError, match="read-only") if denied else contextlib.nullcontext():
        publish(project)
    assert read(project) == (OLD | OTHERS if denied else OTHERS | NEW)
