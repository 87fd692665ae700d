"""Publication that is wholly done or not at all, whatever is interrupted."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from prometeu_assets.contract.limits import Limits
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.storage import files, paths, transaction
from prometeu_assets.storage.transaction import (
    BUILD,
    WORKSPACE,
    Area,
    Recovery,
    Transaction,
    recover,
    refuse_unfinished,
    unfinished,
)

OLD = {"build/asset_table.json": b"old table", "build/assets.pa": b"old pack"}
NEW = {
    "build/asset_table.json": b"new table",
    "build/preload.json": b"[]",
    "build/deep/er/extra.json": b"{}",
    "build/assets.pa": b"new pack, longer",
}
OTHERS = {"build/program.pbx": b"program", "cartridge.json": b"{}", "assets/a/asset.json": b"a"}


def write(base: Path, contents: dict[str, bytes]) -> None:
    for name, data in contents.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_bytes(data)


def read(base: Path) -> dict[str, bytes]:
    return {
        path.relative_to(base).as_posix(): path.read_bytes()
        for path in sorted(base.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    base = tmp_path / "project"
    write(base, OLD | OTHERS)
    return base


def publish(base: Path, contents: dict[str, bytes] = NEW, area: Area = BUILD) -> None:
    with Transaction(base, area) as changes:
        for name, data in contents.items():
            changes.stage(name, [data[:3], data[3:]])
        changes.commit()


def test_publishes(project: Path) -> None:
    publish(project)
    assert read(project) == OTHERS | NEW
    assert not (project / "build" / ".staging").exists()
    assert recover(project) == Recovery()


def test_publishes_into_nothing(tmp_path: Path) -> None:
    publish(tmp_path)
    assert read(tmp_path) == NEW


def test_publishes_nothing(project: Path) -> None:
    publish(project, {})
    assert read(project) == OLD | OTHERS


def test_publishes_workspace_documents(project: Path) -> None:
    documents = {
        "assets/a/asset.json": b"changed",
        "assets/b/c/asset.json": b"added",
        "assets/.prometeu/index.json": b"index",
    }
    publish(project, documents, WORKSPACE)
    assert read(project) == OLD | OTHERS | documents
    assert not (project / "assets" / ".prometeu" / ".staging").exists()


def test_renames_in_the_order_of_staging(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def record(name: str) -> None:
        real = getattr(files, name)

        def call(source: Path, target: Path, **options: bool) -> None:
            order.append(target.relative_to(project).as_posix())
            real(source, target, **options)

        monkeypatch.setattr(files, name, call)

    record("replace")
    record("name_new")
    publish(project)
    assert order == ["build/.staging/journal.json", *NEW]


def test_nothing_is_relied_on_before_it_is_synced(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that a loss of power would put to the test."""
    trace: list[str] = []

    def record(name: str) -> None:
        real = getattr(files, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            shown = args[-1 if name in ("keep", "replace", "name_new") else 0]
            trace.append(f"{name} {shown.relative_to(project)}")
            return real(*args, **kwargs)

        monkeypatch.setattr(files, name, call)

    with Transaction(project) as changes:
        changes.stage("build/deep/x", [b"x"])
        changes.stage("build/assets.pa", [b"new"])
        for name in ("write_new", "replace", "sync_directory", "unlink", "remove_tree_of_own"):
            record(name)
        record("keep")
        record("name_new")
        changes.commit()
    assert trace == [
        "keep build/.staging/0/1.old",
        "sync_directory build/.staging/0",
        "write_new build/.staging/journal.json.new",
        "replace build/.staging/journal.json",
        "sync_directory build/.staging",
        "sync_directory build",  # `deep` is made
        "name_new build/deep/x",
        "keep build/.staging/0/1.old",
        "replace build/assets.pa",
        "sync_directory build",
        "sync_directory build/deep",
        "unlink build/.staging/journal.json",
        "sync_directory build/.staging",
        "remove_tree_of_own build/.staging/0",
    ]


def test_staged_files_can_be_read_again(project: Path) -> None:
    with Transaction(project) as changes:
        staged = {name: changes.write([data]) for name, data in list(NEW.items())[:1]}
        for name, data in NEW.items():
            written = changes.stage(name, staged.get(name, [data]))
            assert written.sha256 == hashlib.sha256(data).hexdigest()
        for number, data in enumerate(NEW.values()):
            assert (changes.folder / str(number)).read_bytes() == data
    assert read(project) == OLD | OTHERS


def test_an_equal_file_is_published_too(project: Path) -> None:
    publish(project, OLD)
    assert read(project) == OLD | OTHERS


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_leaving_without_commit_leaves_nothing(
    project: Path, error: type[BaseException] | None
) -> None:
    def leave() -> None:
        with Transaction(project) as changes:
            changes.stage("build/assets.pa", [b"new"])
            if error is not None:
                raise error

    if error is None:
        leave()
    else:
        with pytest.raises(error):
            leave()
    assert read(project) == OLD | OTHERS
    assert not (project / "build" / ".staging").exists()


@pytest.mark.parametrize("error", [None, ValueError])
def test_a_failing_sweep_hides_no_error(
    project: Path, error: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise PermissionError(13, "in use", str(path))

    with pytest.raises(error or PermissionError), Transaction(project):
        monkeypatch.setattr(files, "remove_tree_of_own", fail)
        if error is not None:
            raise error
    monkeypatch.undo()
    assert recover(project) == Recovery(swept=True)
    assert read(project) == OLD | OTHERS


def test_a_failing_sweep_is_no_failed_publication(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise PermissionError(13, "in use", str(path))

    with Transaction(project) as changes:
        changes.stage("build/assets.pa", [b"new"])
        monkeypatch.setattr(files, "remove_tree_of_own", fail)
        changes.commit()
    assert read_published(project) == OLD | OTHERS | {"build/assets.pa": b"new"}
    assert not unfinished(project / BUILD.staging)


def test_a_recovery_that_cannot_sweep_says_why(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not, later on, that a folder is in the way."""
    stop_after_commit_point(project)
    in_use = PermissionError(13, "in use")
    monkeypatch.setattr(files, "remove_tree_of_own", Mock(side_effect=in_use))
    with pytest.raises(PermissionError, match="in use"):
        publish(project)
    monkeypatch.undo()
    assert not unfinished(project / BUILD.staging)
    assert read_published(project) == OTHERS | NEW


def test_whether_it_is_unfinished_is_never_guessed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails to tell of the journal may still hold it, so nothing is swept."""
    blind = Mock(side_effect=OSError(errno.EIO, "failed"))

    def interrupt(*_: object) -> None:
        monkeypatch.setattr(os, "lstat", blind)
        raise OSError(errno.EIO, "first")

    monkeypatch.setattr(transaction, "_finish", interrupt)
    with pytest.raises(OSError, match="first"):
        publish(project)
    with pytest.raises(OSError, match="failed"):
        refuse_unfinished(project / BUILD.staging)
    monkeypatch.undo()
    assert recover(project).completed == tuple(NEW)
    assert read(project) == OTHERS | NEW


@pytest.mark.parametrize("call", [lambda t: t.stage("build/a", []), lambda t: t.commit()])
def test_only_inside_the_with(project: Path, call: Callable[[Transaction], object]) -> None:
    with Transaction(project) as changes:
        pass
    with pytest.raises(RuntimeError):
        call(changes)
    with pytest.raises(RuntimeError):
        call(Transaction(project))


# Faults


class Crash(BaseException):
    """The process is gone: no handler of the code under test catches it."""


MUTATIONS = (
    *[(files, name) for name in ("write_new", "replace", "sync_directory", "make_directory")],
    *[(files, name) for name in ("unlink", "remove_tree_of_own", "remove_empty_directory")],
    *[(files, name) for name in ("keep", "name_new")],
    *[(os, name) for name in ("mkdir", "rmdir", "replace", "unlink", "chmod", "fsync", "link")],
)


class Fault:
    """Fails at the n-th mutating call, before or after its effect; every later call fails too."""

    def __init__(self, countdown: int, *, after: bool, error: type[BaseException] = Crash) -> None:
        self.countdown = countdown
        self.after = after
        self.error = error
        self.fired = False

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for module, name in MUTATIONS:
            patch.setattr(module, name, self._wrap(getattr(module, name)))

    def _wrap(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self.fired:
                raise self.error
            self.countdown -= 1
            mine = self.countdown == 0
            if not mine:
                return real(*args, **kwargs)
            if self.after:
                with contextlib.suppress(OSError):
                    real(*args, **kwargs)
            self.fired = True
            raise self.error

        return call


def crashes(
    work: Callable[[], object], n: int, *, after: bool, error: type[BaseException] = Crash
) -> bool:
    """Run ``work`` with a fault at its n-th mutating call; whether it got that far."""
    fault = Fault(n, after=after, error=error)
    with pytest.MonkeyPatch.context() as patch:
        fault.install(patch)
        try:
            work()
        except error:
            assert fault.fired
    return fault.fired


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Makes the same old project anew. It dies by crashes, not by loss of power: syncs are idle."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    base = tmp_path / "fresh"

    def make() -> Path:
        shutil.rmtree(base, ignore_errors=True)
        write(base, OLD | OTHERS)
        return base

    return make


SCENES = [
    (NEW, BUILD),
    ({"assets/a/asset.json": b"A", "assets/.prometeu/index.json": b"index"}, WORKSPACE),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("contents", "area"), SCENES, ids=["build", "workspace"])
def test_a_crash_anywhere(
    fresh: Callable[[], Path], contents: dict[str, bytes], area: Area, after: bool
) -> None:
    """After any crash, one `recover` makes it wholly old or wholly new."""
    old, new = OLD | OTHERS, OLD | OTHERS | contents
    outcomes = []
    for n in itertools.count(1):
        base = fresh()
        crashed = crashes(lambda base=base: publish(base, contents, area), n, after=after)  # type: ignore[misc]
        committed = unfinished(base / area.staging)
        for name in contents:  # every file is whole at every instant
            assert not (base / name).exists() or (base / name).read_bytes() in (
                old.get(name),
                new[name],
            )
        outcome = recover(base, area)
        assert recover(base, area) == Recovery()
        assert outcome.completed == (tuple(contents) if committed else ())
        found = read(base)
        assert found in (old, new)
        assert not (base / area.staging).exists()
        if not crashed:
            break
        outcomes.append(found == new)
    # First only old, then only new, and both kinds were seen.
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_anywhere_in_the_recovery_of_a_crash_anywhere(
    fresh: Callable[[], Path], after: bool
) -> None:
    contents = {"build/preload.json": b"new", "build/assets.pa": b"new pack"}
    old, new = OLD | OTHERS, OLD | OTHERS | contents
    crashed = True
    for n in itertools.count(1):
        for m in itertools.count(1):
            base = fresh()
            crashed = crashes(lambda base=base: publish(base, contents), n, after=after)  # type: ignore[misc]
            expected = new if unfinished(base / BUILD.staging) else read_published(base)
            again = crashes(lambda base=base: recover(base), m, after=not after)  # type: ignore[misc]
            recover(base)
            assert read(base) == expected
            assert expected in (old, new)
            if not again:
                break
        if not crashed:
            break


def read_published(base: Path) -> dict[str, bytes]:
    return {name: data for name, data in read(base).items() if ".staging/" not in name}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_failing_disk_anywhere(fresh: Callable[[], Path], after: bool) -> None:
    """As a crash, but seen by the handlers: a disk full or failing from some call on."""
    old, new = OLD | OTHERS, OTHERS | NEW
    for n in itertools.count(1):
        base = fresh()
        failed = crashes(lambda base=base: publish(base), n, after=after, error=OSError)  # type: ignore[misc]
        recover(base)
        assert read(base) in (old, new)
        if not failed:
            break


def test_the_next_transaction_completes_the_last(project: Path) -> None:
    stop_after_commit_point(project)
    with Transaction(project) as changes:
        assert read(project)["build/assets.pa"] == NEW["build/assets.pa"]
        changes.stage("build/preload.json", [b"newer"])
        changes.commit()
    assert read(project) == OTHERS | NEW | {"build/preload.json": b"newer"}


def test_the_permission_bits_survive(project: Path) -> None:
    (project / "build" / "assets.pa").chmod(0o600)
    before = (project / "build" / "assets.pa").stat().st_mode
    publish(project)
    assert (project / "build" / "assets.pa").stat().st_mode == before


def stop_after_commit_point(base: Path, contents: dict[str, bytes] = NEW) -> Path:
    """Publish, and crash with the journal just written; gives the staging folder."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Crash):

        def crash(*_: object) -> None:
            raise Crash

        patch.setattr(transaction, "_finish", crash)
        publish(base, contents)
    return base / BUILD.staging


def refusal(call: Callable[..., object], *args: object) -> Diagnostic:
    with pytest.raises(Refused) as caught:
        call(*args)
    (diagnostic,) = caught.value.report.diagnostics
    assert diagnostic.message
    assert diagnostic.hint
    return diagnostic


def held(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_the_journal(project: Path) -> None:
    staging = stop_after_commit_point(project)
    assert json.loads((staging / "journal.json").read_bytes()) == {
        "schema_version": 2,
        "files": [
            {"name": name, "new": held(data), "replaces": held(OLD[name]) if name in OLD else None}
            for name, data in NEW.items()
        ],
    }
    kept = {path.name: path.read_bytes() for path in (staging / "0").glob("*.old")}
    assert kept == {"0.old": b"old table", "3.old": b"old pack"}


def test_readers_refuse_the_unfinished(project: Path) -> None:
    refuse_unfinished(project / BUILD.staging)
    staging = stop_after_commit_point(project)
    found = refusal(refuse_unfinished, staging)
    assert found.code == "TRANSACTION_UNFINISHED"
    assert "prometeu-assets build" in str(found.hint)
    recover(project)
    refuse_unfinished(staging)


def test_a_lone_leftover_is_not_unfinished(project: Path) -> None:
    write(project, {"build/.staging/0/0": b"x", "build/.staging/journal.json.new": b"{"})
    assert not unfinished(project / BUILD.staging)
    assert recover(project) == Recovery(swept=True)
    assert read(project) == OLD | OTHERS


def test_a_sweep_takes_only_its_own(project: Path) -> None:
    strange = {"build/.staging/notes.txt": b"x", "build/.staging/٣/0": b"x"}
    write(project, {"build/.staging/17/0": b"x"} | strange)
    (project / "build" / ".staging" / "3").symlink_to(project / "assets", target_is_directory=True)
    recover(project)
    assert read(project) == OLD | OTHERS | strange


@pytest.mark.parametrize("keep", ["staged", "promoted"])
@pytest.mark.parametrize("fault", ["removed", "changed", "shorter", "linked"])
def test_damage(project: Path, keep: str, fault: str) -> None:
    """A file that is neither staged nor in place: nothing is changed, and it is named."""
    staging = stop_after_commit_point(project)
    place = staging / "0" / str(list(NEW).index("build/assets.pa"))
    if keep == "promoted":
        os.replace(place, project / "build" / "assets.pa")
        place = project / "build" / "assets.pa"
    data = place.read_bytes()
    place.unlink()
    match fault:
        case "changed":
            place.write_bytes(data[::-1])
        case "shorter":
            place.write_bytes(data[:-1])
        case "linked":
            (project / "aside").write_bytes(data)
            place.symlink_to(project / "aside")
    before = read(project)
    for _ in range(2):
        found = refusal(recover, project)
        assert found.code == "TRANSACTION_DAMAGED"
        assert found.data["files"] == "'build/assets.pa'"
        assert read(project) == before
    shutil.rmtree(staging)  # as the hint says
    assert recover(project) == Recovery()


def test_an_empty_file_is_completed_too(project: Path) -> None:
    write(project, {"build/assets.pa": b""})
    stop_after_commit_point(project, {"build/empty": b"", "build/assets.pa": b"new"})
    recover(project)
    assert (read(project)["build/empty"], read(project)["build/assets.pa"]) == (b"", b"new")


def test_damage_names_a_few(project: Path) -> None:
    staging = stop_after_commit_point(project, {f"build/{n}": b"x" for n in range(9)})
    shutil.rmtree(staging / "0")
    found = refusal(recover, project)
    assert str(found.data["files"]).endswith("'build/4' and 4 more")


EVIL = held(b"evil")
ROW = {"name": "build/x", "new": EVIL, "replaces": None}


def journal(**changes: Any) -> dict[str, Any]:
    return {"schema_version": 2, "files": [ROW]} | changes


def row(**changes: Any) -> dict[str, Any]:
    return journal(files=[ROW | changes])


def both(one: str, two: str) -> dict[str, Any]:
    return journal(files=named(one)["files"] + named(two)["files"])


def named(name: object) -> dict[str, Any]:
    return row(name=name)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("", "journal"),
        ("{", "journal"),
        ("\udcff", "journal"),
        ("[" * 100_000, "journal"),
        ("[]", "journal"),
        ("null", "journal"),
        ({}, "journal"),
        (journal(schema_version=1), "version"),
        (journal(schema_version=3), "version"),
        (journal(schema_version="2"), "version"),
        (journal(id=0), "journal"),
        (journal(files=None), "journal"),
        (journal(files=[1]), "journal"),
        (journal(files=[{"name": "build/x"}]), "journal"),
        (journal(files=journal()["files"] * 2), "journal"),
        (row(new=EVIL | {"size": 4.0}), "journal"),
        (row(new=EVIL | {"size": -1}), "journal"),
        (row(new=EVIL | {"mode": 1}), "journal"),
        (row(new=None), "journal"),
        (row(name="build/assets.pa", replaces=EVIL | {"size": 4.0}), "journal"),
        (row(name="build/assets.pa", replaces={}), "journal"),
        (row(name="build/assets.pa", replaces=0), "journal"),
        # Only what this tool publishes is ever replaced.
        (row(name="build/program.pbx", replaces=held(b"program")), "journal"),
        (row(name="build/x", replaces=EVIL), "journal"),
        (named(1), "journal"),
        (named(None), "journal"),
        (named("../x"), "journal"),
        (named("build/../.git/config"), "journal"),
        (named("/etc/x"), "journal"),
        (named(".git/config"), "journal"),
        (named("assets/a/asset.json"), "journal"),
        (named("build"), "journal"),
        (named("buildings/x"), "journal"),
        (named("build/.staging/x"), "journal"),
        (named("build/.STAGING/x"), "journal"),
        (both("build/x", "build/x/y"), "journal"),
        (both("build/x/y", "build/X"), "journal"),
        (both("build/x", "build/X"), "journal"),
    ],
)
def test_a_journal_that_is_not_ours(project: Path, content: object, hint: str) -> None:
    """A journal may come with a project from anywhere: it writes nothing outside its area."""
    text = content if isinstance(content, str) else json.dumps(content)
    write(
        project,
        {
            "build/.staging/journal.json": text.encode(errors="surrogateescape"),
            "build/.staging/0/0": b"evil",
            "build/.staging/0/1": b"evil",
        },
    )
    before = read(project)
    found = refusal(recover, project)
    assert (found.code, found.hint_key) == ("TRANSACTION_DAMAGED", hint)
    assert read(project) == before


@pytest.mark.parametrize("link", ["build", "build/.staging", "build/.staging/journal.json"])
def test_no_link_on_the_way_to_the_journal(project: Path, link: str) -> None:
    stop_after_commit_point(project)
    (project / link).rename(project / "aside")
    (project / link).symlink_to(project / "aside")
    before = read(project)
    assert refusal(recover, project).code == "PATH_SYMLINK"
    assert refusal(Transaction(project).__enter__).code == "PATH_SYMLINK"
    assert read(project) == before


def test_no_link_on_the_way_to_a_target(project: Path, tmp_path: Path) -> None:
    stop_after_commit_point(project)
    (project / "build" / "deep").symlink_to(tmp_path, target_is_directory=True)
    assert refusal(recover, project).code == "PATH_SYMLINK"
    assert read_published(project) == OLD | OTHERS
    assert not (tmp_path / "er").exists()


def test_an_unreadable_file_is_not_a_damaged_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after_commit_point(project)
    real = paths.open_inside

    def deny(root: Path, relative: str) -> Any:
        if relative.endswith("/0/1"):
            raise Refused(Diagnostic(code="PATH_UNREADABLE", data={"path": relative}))
        return real(root, relative)

    monkeypatch.setattr(paths, "open_inside", deny)
    assert refusal(recover, project).code == "PATH_UNREADABLE"


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("../x", "PATH_ESCAPES", "parent"),
        ("cartridge.json", "PATH_ESCAPES", "area"),
        ("assets/a/asset.json", "PATH_ESCAPES", "area"),
        ("build/.staging/x", "PATH_ESCAPES", "area"),
        ("build/nul", "PATH_FORM", "device"),
        ("build/link", "PATH_SYMLINK", None),
        ("build/link/x", "PATH_SYMLINK", None),
        ("build/folder", "PATH_KIND", None),
        ("build/program.pbx/x", "PATH_KIND", None),
        ("build/a", "PATH_COLLISION", None),
        ("build/A", "PATH_COLLISION", None),
        ("build/a/b", "PATH_COLLISION", "nested"),
        ("build/D", "PATH_COLLISION", "nested"),
    ],
)
def test_names_that_are_not_staged(project: Path, name: str, code: str, hint: str | None) -> None:
    (project / "build" / "folder").mkdir()
    (project / "build" / "link").symlink_to(project / "assets", target_is_directory=True)
    with Transaction(project) as changes:
        changes.stage("build/a", [b"x"])
        changes.stage("build/d/e/f", [b"x"])
        found = refusal(changes.stage, name, [b"x"])
        assert (found.code, found.hint_key) == (code, hint)
    assert read(project) == OLD | OTHERS


def test_another_device_is_found_before_the_commit_point(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def elsewhere(path: Any, **kwargs: Any) -> os.stat_result:
        info = real(path, **kwargs)
        if str(path).endswith("build"):
            return os.stat_result([*info[:2], info.st_dev + 1, *info[3:10]])
        return info

    with Transaction(project) as changes:
        monkeypatch.setattr(os, "stat", elsewhere)
        with pytest.raises(OSError) as caught:
            changes.stage("build/assets.pa", [b"x"])
        assert caught.value.errno == errno.EXDEV
        monkeypatch.undo()


def test_a_journal_too_large_to_recover_is_not_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "LIMITS", Limits(index_document_bytes=100))
    with pytest.raises(OSError) as caught:
        publish(project)
    assert caught.value.errno == errno.EFBIG
    monkeypatch.undo()
    assert read(project) == OLD | OTHERS


def test_without_any_capability(
    project: Path, fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The portable way as a whole: no directory descriptors, no directory sync."""
    monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    monkeypatch.setattr(files, "DIRECTORY_SYNC", False)
    publish(project)
    assert read(project) == OTHERS | NEW
    base = fresh()
    stop_after_commit_point(base)
    assert recover(base).completed == tuple(NEW)
    assert read(base) == OTHERS | NEW
