"""What an interrupted command left: completed and told, or refused when the files are others now."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from tests.cli.running import Cli
from tests.workspace.projects import INDEX, Project, snapshot

from prometeu_assets.packer.build import build
from prometeu_assets.storage import transaction
from prometeu_assets.workspace.membership import exclude

Change = Callable[[Project], None]

WRITERS: dict[str, tuple[str, ...]] = {
    "exclude": ("exclude", "1", "--project", "."),
    "include": ("include", "2", "--project", "."),
    "forget": ("forget", "1", "--project", "."),
    "register": ("register", "assets/draft", "--project", "."),
    "new": ("new", "tile-bank", "assets/fresh", "--project", "."),
    "rename": ("rename", "moth", "mouth", "--project", "."),
    "add": ("add", "moth", "assets/moth/sheet.png", "--project", "."),
    "migrate": ("migrate",),
    "discard": ("migrate", "--discard-backup"),
    "build": ("build",),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three assets, of which the command that was interrupted excludes the last."""
    made = Project(tmp_path / "game")
    for name in ("hero", "moth", "newt"):
        made.tiles(name)
    made.tiles("draft", registered=False, uuid="00000000-0000-4000-8000-000000000077")
    with mock.patch.object(transaction, "_finish", side_effect=OSError), pytest.raises(OSError):
        exclude("newt", project=made.path)
    monkeypatch.chdir(made.path)
    return made


@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize("verb", WRITERS)
def test_what_is_completed_is_told(cli: Cli, project: Project, verb: str, format: str) -> None:
    ran = cli(*WRITERS[verb], "--format", format)
    assert ran.code == 0, ran
    told = ran.out if (verb, format) == ("build", "json") else ran.err
    assert told.count("TRANSACTION_COMPLETED") == 1
    assert f"'{INDEX}'" in told
    if format == "json":
        assert json.loads(ran.out)
    again = cli(*WRITERS[verb], "--format", format)
    assert "TRANSACTION_COMPLETED" not in again.out + again.err


def test_it_is_told_by_a_command_that_is_then_refused(cli: Cli, project: Project) -> None:
    (project.root("hero") / "sheet.png").unlink()
    ran = cli("build", "--format", "json")
    codes = [found["code"] for found in json.loads(ran.out)["diagnostics"]]
    assert (ran.code, codes) == (1, ["TRANSACTION_COMPLETED", "PATH_MISSING"])


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("error", [OSError(28, "full"), MemoryError(), KeyboardInterrupt()])
def test_it_is_told_by_a_build_that_then_fails(
    cli: Cli, project: Project, format: str, error: BaseException
) -> None:
    with mock.patch.object(transaction.Transaction, "commit", side_effect=error):
        ran = cli("build", "--format", format)
    assert (ran.code, ran.out.count("NO_VERDICT")) == (3, int(format in ("json", "github")))
    assert ran.err.count("TRANSACTION_COMPLETED") == 1
    assert cli("build").err.count("TRANSACTION_COMPLETED") == 0


def test_a_build_that_was_interrupted(cli: Cli, project: Project) -> None:
    cli("build")
    cli("exclude", "1")
    with mock.patch.object(transaction, "_finish", side_effect=OSError), pytest.raises(OSError):
        build(project.path)
    ran = cli("build")
    assert (ran.code, ran.err.count("TRANSACTION_COMPLETED")) == (0, 1)
    assert "'build/assets.pa'" in ran.err


def checked_out(project: Project) -> None:
    """The index of another branch, with an asset more and none excluded."""
    project.tiles("owl", seed=5)


def edited(project: Project) -> None:
    path = project.path / INDEX
    path.write_bytes(path.read_bytes().replace(b'"asset_id": 3', b'"asset_id": 9'))


@pytest.mark.parametrize("way", ["keep", "complete"])
@pytest.mark.parametrize("change", [checked_out, edited])
def test_the_index_of_another_branch_stays(
    cli: Cli, project: Project, change: Change, way: str
) -> None:
    """No command writes the old one over it; both ways that the hint names lead on."""
    before = (project.path / INDEX).read_bytes()
    change(project)
    now = snapshot(project.path)
    assert now[INDEX][0] != before
    for words in (*WRITERS.values(), ("doctor", "--fix"), ("doctor",)):
        ran = cli(*words)
        assert ran.code == 1, words
        assert ran.err.count("error TRANSACTION_OUTDATED") == 1, words
        assert f"'{INDEX}'" in ran.err
        after = snapshot(project.path)
        after.pop("assets/.prometeu/lock", None)
        assert after == {n: t for n, t in now.items() if n != "assets/.prometeu/lock"}, words
    assert "Delete the folder assets/.prometeu/.staging" in ran.err
    if way == "keep":
        shutil.rmtree(project.path / "assets/.prometeu/.staging")
        ran = cli("build")
        assert (ran.code, "TRANSACTION" in ran.err) == (0, False)
    else:
        (project.path / INDEX).write_bytes(before)
        ran = cli("build")
        assert (ran.code, ran.err.count("TRANSACTION_COMPLETED")) == (0, 1)
        return
    assert (project.path / INDEX).read_bytes() == now[INDEX][0]
