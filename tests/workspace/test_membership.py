"""forget, include, exclude; and whom a person means."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.workspace.projects import INDEX, Project, deny, snapshot, uuid

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.workspace.lookup import resolve
from prometeu_assets.workspace.membership import exclude, forget, include
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import Registry


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("tiles/hero", name="hero")
    made.sounds("fx", name="sounds/all")
    made.tiles("7", name="2")
    made.tiles("twin", name="fx")
    made.tiles("odd", name="a/b")
    made.anchor("odd").write_text(
        made.anchor("odd").read_text(encoding="utf-8").replace("a/b", "a\\/b"), encoding="utf-8"
    )
    monkeypatch.chdir(made.root("tiles"))
    return made


def meant(project: Project, *given: str) -> list[int]:
    registry = Registry.load(project.path, CURRENT)
    return [row.asset_id for row in resolve(project.path, registry, given, CURRENT)]


FOUND = [
    ("1", [1]), ("hero", [1]), ("tiles/hero", [1]), ("tiles/hero/", [1]), ("./hero", [1]),
    ("hero/asset.json", [1]), ("../fx", [2]), ("sounds/all", [2]), ("2", [2]), ("7", [3]),
    ("twin", [4]), ("a/b", [5]), (uuid(2), [2]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), FOUND)
def test_who_is_meant(project: Project, given: str, expected: list[int]) -> None:
    assert meant(project, given) == expected


def test_an_absolute_path(project: Project) -> None:
    assert meant(project, str(project.root("fx"))) == [2]


UNKNOWN = [
    ("hera", "'hero'"), ("../tiles/hera", "'tiles/hero'"), ("tile/hero", "'tiles/hero'"), ("99", "list"), ("", "list"),
    ("al", "'sounds/all'"), ("../draft", "register ../draft"), ("a\0b", "'a/b'"), ("\udcff", "list"),
    ("x" * 5000, "list"), ("..", "list"), (".", "list"), ("../..", "list"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "hint"), UNKNOWN, ids=lambda v: ascii(v)[:20])
def test_nobody_is_meant(project: Project, given: str, hint: str) -> None:
    project.tiles("draft", registered=False)
    with pytest.raises(Refused) as refused:
        meant(project, given)
    (found,) = refused.value.report
    assert found.code == "LOOKUP_UNKNOWN"
    assert hint in str(found.hint)


def test_a_directory_or_a_name_left_out(project: Project) -> None:
    with pytest.raises(Refused) as refused:
        meant(project, "all", "fx")
    nearest, both = refused.value.report
    assert (nearest.code, nearest.hint) == ("LOOKUP_UNKNOWN", "Did you mean 'sounds/all'?")
    assert both.code == "LOOKUP_AMBIGUOUS"
    assert both.message == "'fx' is ambiguous: it matches asset 2 in fx or asset 4 in twin."


def test_assets_that_cannot_be_read_are_still_named_by_root(project: Project) -> None:
    project.anchor("fx").write_text("{", encoding="utf-8")
    shutil.rmtree(project.root("twin"))
    assert meant(project, "fx", "twin", "4", "2") == [2, 4]


def test_forgetting_keeps_files_and_ids(project: Project) -> None:
    before = snapshot(project.root("fx"))
    assert [row.asset_id for row in forget("odd", "2", "5", project=project.path).forgotten] == [
        5,
        2,
    ]
    assert snapshot(project.root("fx")) == before
    registry = Registry.load(project.path, CURRENT)
    assert ([r.asset_id for r in registry.assets], registry.next_asset_id) == ([1, 3, 4], 6)
    assert [(r.asset_id, r.asset_uuid) for r in registry.forgotten] == [(2, uuid(2)), (5, uuid(5))]
    (done,) = register(project.root("fx"), project=project.path).roots
    assert (done.registered.asset_id, done.moved) == (2, False), "the same asset, the same id"
    (done,) = register(project.root("odd"), project=project.path, new_uuid=True).roots
    assert done.registered.asset_id == 6, "another asset, another id"


def test_excluding_and_including(project: Project) -> None:
    done = exclude("hero", "twin", project=project.path)
    assert ([row.asset_id for row in done.assets], done.changed) == ([1, 4], {1, 4})
    assert build(project.path).statistics.assets == 3
    before = snapshot(project.path / "assets")
    assert exclude("hero", project=project.path).changed == frozenset()
    after = snapshot(project.path / "assets")
    assert {name for name in after if after[name] != before[name]} == {".prometeu/lock"}
    include("1", project=project.path)
    assert build(project.path).statistics.assets == 4


@pytest.mark.parametrize("verb", ["forget", "exclude"])
def test_all_or_none(project: Project, verb: str) -> None:
    before = (project.path / INDEX).read_bytes()
    with pytest.raises(Refused, match="LOOKUP_UNKNOWN"):
        if verb == "forget":
            forget("1", "nobody", project=project.path)
        else:
            exclude("1", "nobody", project=project.path)
    assert (project.path / INDEX).read_bytes() == before


def test_one_line_changes(project: Project) -> None:
    include("1", project=project.path)  # nothing changes, nothing is written
    register_text = (project.path / INDEX).read_text(encoding="utf-8")
    exclude("3", project=project.path)
    rewritten = (project.path / INDEX).read_text(encoding="utf-8").splitlines()
    include("3", project=project.path)
    again = (project.path / INDEX).read_text(encoding="utf-8").splitlines()
    assert sum(one != two for one, two in zip(rewritten, again, strict=True)) == 1
    forget("4", project=project.path)
    left = (project.path / INDEX).read_text(encoding="utf-8").splitlines()
    assert [line for line in again if line not in left] == [again[7]]
    assert len(left) == len(again)
    assert json.loads(register_text)["assets"][0]["asset_uuid"] == uuid(1)


def test_a_name_that_cannot_be_read_may_be_the_one_meant(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`fx` is a root and the name of another: who cannot see the other must not choose."""
    before = snapshot(project.path)
    deny(monkeypatch, "assets/twin/asset.json")
    with pytest.raises(Refused, match="PATH_UNREADABLE"):
        forget("fx", project=project.path)
    assert snapshot(project.path).items() >= before.items()
    assert [row.asset_id for row in forget("2", project=project.path).forgotten] == [2]
