"""Ctrl-C at any instant: what is there is whole, old or new, and the next command goes on."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from tests.every import every
from tests.workspace.projects import INDEX, Project, drawing, examined, snapshot, uuid

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.packer.scaffold import new
from prometeu_assets.storage import files
from prometeu_assets.workspace.membership import exclude, forget
from prometeu_assets.workspace.project import init
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import Registry

CALLS = (
    *("write_new", "replace", "keep", "name_new", "make_directory", "sync_directory", "unlink"),
    "remove_tree_of_own",
)
"""Everything through which a command changes the disk."""


@contextmanager
def interrupted(patch: pytest.MonkeyPatch, at: int, *, after: bool) -> Iterator[None]:
    """Ctrl-C before or after the call number ``at`` that changes the disk."""
    count = itertools.count()

    def wrapped(original: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **options: object) -> object:
            now = next(count) == at
            if now and not after:
                raise KeyboardInterrupt
            result = original(*given, **options)
            if now:
                raise KeyboardInterrupt
            return result

        return call

    with patch.context() as inner:
        for name in CALLS:
            inner.setattr(files, name, wrapped(getattr(files, name)))
        yield


def repeated(project: Project) -> None:
    project.write_index(assets=[*project.rows, project.rows[0]])


VERBS: dict[str, tuple[Callable[[Project], object], Callable[[Project], object]]] = {
    "new": (lambda p: None, lambda p: drawing(lambda: uuid(50), new, "tile-bank", p.root("art/new"), project=p.path)),
    "register": (
        lambda p: p.tiles("draft", registered=False, uuid=uuid(9)),
        lambda p: register(p.root("draft"), project=p.path),
    ),
    "new uuid": (
        lambda p: [shutil.copytree(p.root("hero"), p.root(name)) for name in ("a", "b")],
        lambda p: drawing(map(uuid, itertools.count(60)).__next__, register, p.root("a"), p.root("b"), project=p.path, new_uuid=True),
    ),
    "forget": (lambda p: None, lambda p: forget("hero", project=p.path)),
    "exclude": (lambda p: None, lambda p: exclude("moth", project=p.path)),
    "doctor": (repeated, lambda p: examined(p.path, fix=True)),
}  # fmt: skip


def world(project: Project) -> dict[str, bytes]:
    """What the project holds, without what commands leave for themselves."""
    return {
        name: data
        for name, (data, _) in snapshot(project.path / "assets").items()
        if name not in (".prometeu/lock", ".prometeu/cache.json")
    }


def made(path: Path) -> Project:
    project = Project(path)
    project.tiles("hero")
    project.sounds("fx")
    project.tiles("moth", seed=3)
    return project


@every(product(VERBS, [False, True]))
def test_ctrl_c(verb: str, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare, run = VERBS[verb]
    whole = made(tmp_path / "whole")
    prepare(whole)
    run(whole)
    new_world = world(whole)
    outcomes = set()
    for at in range(200):
        project = made(tmp_path / f"{at}")
        prepare(project)
        old_world = world(project)
        try:
            with interrupted(monkeypatch, at, after=after):
                run(project)
        except KeyboardInterrupt:
            pass
        else:
            assert world(project) == new_world
            break
        if verb != "doctor":
            examined(project.path, fix=True)  # whatever comes next completes or sweeps
            assert world(project) in (old_world, new_world)
            outcomes.add(world(project) == new_world)
            Registry.load(project.path, CURRENT)
        if world(project) != new_world:
            run(project)
        assert world(project) == new_world
        assert not (project.path / "assets/.prometeu/.staging").exists()
        shutil.rmtree(project.path)
    else:
        pytest.fail("it never came to an end")
    assert at > 3
    assert outcomes == {False, True} or verb == "doctor"


@pytest.mark.parametrize("after", [False, True])
def test_ctrl_c_while_a_project_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    for at in range(50):
        path = tmp_path / f"{at}"
        try:
            with interrupted(monkeypatch, at, after=after):
                init(path)
        except KeyboardInterrupt:
            if not (path / INDEX).exists():
                init(path)
        else:
            break
        assert (path / "cartridge.json").is_file()
        assert build(path).statistics.assets == 0
    assert at > 3
