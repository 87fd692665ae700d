"""Each verb is a function: its result is, as JSON, what the command line prints.

The verbs that make and keep a workspace; the command line and the function do the same thing to
two projects that are alike, at the same place on the disk.
"""

from __future__ import annotations

import itertools
import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from tests.cli.deeds import pictures
from tests.cli.running import Cli
from tests.every import every
from tests.workspace.projects import (
    TABLE,
    Project,
    drawing,
    edit,
    uuid,
)  # fmt: skip

import prometeu_assets as pa

Prepare = Callable[[Project], object]
T = TypeVar("T")


class Given(NamedTuple):
    """What a function is given: the project, and how a path below it is written from here."""

    project: str | None
    at: Callable[[str], str]


class Case(NamedTuple):
    """The words of a command, where ``@`` is the project, and the function that does the same."""

    words: str
    call: Callable[[Given], Any]
    prepare: Prepare = lambda project: None


def nothing(project: Project) -> None:
    shutil.rmtree(project.path / "assets/.prometeu")


def broken(project: Project) -> None:
    """A document that is not JSON, and one with a wrong member: both have a place in a text."""
    project.anchor("fx").write_text('{\n  "schema_version": 3,\n  [', encoding="utf-8")
    edit(project.anchor("hero"), preload=7)


def old(project: Project) -> None:
    for root in ("hero", "fx", "draft"):
        edit(project.anchor(root), schema_version=2)


def broken_and_old(project: Project) -> None:
    old(project)
    edit(project.anchor("hero"), preload=7)


def twice(project: Project) -> None:
    """An index with one root twice, written on several lines."""
    project.rows.append({**project.rows[0], "asset_id": 3, "asset_uuid": uuid(3)})
    project.write_index()


def built(project: Project) -> None:
    pa.build(project.path)


def another_build(project: Project) -> None:
    built(project)
    project.rows[0]["asset_id"] = 3
    project.write_index()


def indexes(project: Project) -> None:
    text = json.dumps({"schema_version": TABLE, "assets": project.rows})
    for name in ("base", "ours", "theirs"):
        (project.path / name).write_text(text, encoding="utf-8")


def conflicting(project: Project) -> None:
    indexes(project)
    for name, number in (("ours", 8), ("theirs", 9)):
        row = {"asset_id": 3, "asset_uuid": uuid(number), "root": name, "included_in_build": True}
        value = {"schema_version": TABLE, "assets": [*project.rows, row]}
        (project.path / name).write_text(json.dumps(value), encoding="utf-8")


CASES = [
    Case("init @new", lambda g: pa.init(g.at("new"))),
    Case("init @", lambda g: pa.init(g.at(""))),
    Case("list {}", lambda g: pa.listing(g.project)),
    Case("list {}", lambda g: pa.listing(g.project), broken),
    Case("list {}", lambda g: pa.listing(g.project), twice),
    Case("show hero {}", lambda g: pa.show("hero", project=g.project)),
    Case("show 2 {}", lambda g: pa.show(2, project=g.project), broken),
    Case("show hero {}", lambda g: pa.show("hero", project=g.project), broken),
    Case("show nobody {}", lambda g: pa.show("nobody", project=g.project)),
    Case(
        "new tile-bank @assets/world @../desk/world.png --tile-size 8 {}",
        lambda g: pa.new(
            "tile-bank",
            g.at("assets/world"),
            g.at("../desk/world.png"),
            metadata={"tile_size": 8},
            project=g.project,
        ),
        pictures,
    ),
    Case(
        "new sound-bank @assets/new --dry-run --name other {}",
        lambda g: pa.new(
            "sound-bank", g.at("assets/new"), name="other", dry_run=True, project=g.project
        ),
    ),
    Case(
        "new tile-bank @assets/draft {}",
        lambda g: pa.new("tile-bank", g.at("assets/draft"), project=g.project),
    ),
    Case(
        "new tile-bank @assets/x {}",
        lambda g: pa.new("tile-bank", Path(g.at("assets/x")), project=g.project),
        twice,
    ),
    Case(
        "add hero @../desk/walk.png --margin 8 {}",
        lambda g: pa.add(
            "hero", g.at("../desk/walk.png"), settings={"margin": 8}, project=g.project
        ),
        pictures,
    ),
    Case(
        "add hero @../desk/walk.png @../sky.png --nearest {}",
        lambda g: pa.add(
            "hero",
            Path(g.at("../desk/walk.png")),
            g.at("../sky.png"),
            approximated=True,
            project=g.project,
        ),
        pictures,
    ),
    Case(
        "add hero @gone.png @hidden.wav {}",
        lambda g: pa.add("hero", g.at("gone.png"), g.at("hidden.wav"), project=g.project),
    ),
    Case(
        "register @assets/draft {}", lambda g: pa.register(g.at("assets/draft"), project=g.project)
    ),
    Case(
        "register @assets/draft @assets/copy --new-uuid {}",
        lambda g: pa.register(
            g.at("assets/draft"), g.at("assets/copy"), new_uuid=True, project=g.project
        ),
        lambda p: shutil.copytree(p.root("hero"), p.root("copy")),
    ),
    Case(
        "register @assets/copy @assets/fx {}",
        lambda g: pa.register(g.at("assets/copy"), g.at("assets/fx"), project=g.project),
        lambda p: shutil.copytree(p.root("hero"), p.root("copy")),
    ),
    Case("forget 1 fx {}", lambda g: pa.forget(1, "fx", project=g.project)),
    Case("forget nobody 9 {}", lambda g: pa.forget("nobody", 9, project=g.project)),
    Case("exclude hero 2 {}", lambda g: pa.exclude("hero", 2, project=g.project)),
    Case("exclude hero {}", lambda g: pa.exclude("hero", project=g.project), twice),
    Case("include @assets/hero {}", lambda g: pa.include(g.at("assets/hero"), project=g.project)),
    Case("include nobody {}", lambda g: pa.include("nobody", project=g.project)),
    Case("rename hero boss {}", lambda g: pa.rename("hero", "boss", project=g.project)),
    Case("rename hero fx {}", lambda g: pa.rename("hero", "fx", project=g.project)),
    Case("rename hero boss {}", lambda g: pa.rename("hero", "boss", project=g.project), broken),
    Case(
        "duplicate hero @assets/boss --name king {}",
        lambda g: pa.duplicate(1, g.at("assets/boss"), name="king", project=g.project),
    ),
    Case(
        "duplicate hero @assets/fx {}",
        lambda g: pa.duplicate("hero", g.at("assets/fx"), project=g.project),
    ),
    Case("release {}", lambda g: pa.release(g.project), built),
    Case("release {}", lambda g: pa.release(g.project)),
    Case("release {}", lambda g: pa.release(g.project), another_build),
    Case(
        "release --from @build/assets.pa {}",
        lambda g: pa.release(g.project, file=g.at("build/assets.pa")),
        built,
    ),
    Case(
        "release --from @gone.json {}",
        lambda g: pa.release(g.project, file=Path(g.at("gone.json"))),
    ),
    Case("release --check {}", lambda g: pa.check_release(g.project), built),
    Case("release --check {}", lambda g: pa.check_release(g.project), another_build),
    Case(
        "merge-index @base @ours @theirs",
        lambda g: pa.merge_index(g.at("base"), g.at("ours"), g.at("theirs")),
        indexes,
    ),
    Case(
        "merge-index @base @ours @theirs",
        lambda g: pa.merge_index(g.at("base"), Path(g.at("ours")), g.at("theirs")),
        conflicting,
    ),
    Case(
        "merge-index @base @ours @cartridge.json",
        lambda g: pa.merge_index(g.at("base"), g.at("ours"), g.at("cartridge.json")),
        lambda p: (indexes(p), (p.path / "cartridge.json").write_text("[\n 7}")),
    ),
    Case("doctor {}", lambda g: pa.doctor(g.project)),
    Case("doctor {} --workspace", lambda g: pa.doctor(g.project, workspace=True), broken),
    Case("doctor {} --fix", lambda g: pa.doctor(g.project, fix=True), twice),
    Case("doctor {} --dry-run", lambda g: pa.doctor(g.project, dry_run=True), twice),
    Case("doctor {} --fix", lambda g: pa.doctor(g.project, fix=True), nothing),
    Case("migrate {}", lambda g: pa.migrate(g.project), old),
    Case("migrate {}", lambda g: pa.migrate(g.project), broken_and_old),
    Case("migrate {} --dry-run", lambda g: pa.plan_migration(g.project), old),
    Case("migrate {} --check", lambda g: pa.check_migration(g.project), old),
    Case("migrate {} --check", lambda g: pa.check_migration(g.project)),
    Case(
        "migrate {} --discard-backup",
        lambda g: pa.discard_backups(g.project),
        lambda p: (old(p), pa.migrate(p.path)),
    ),
    Case("migrate {} --discard-backup", lambda g: pa.discard_backups(g.project), nothing),
]
"""``{}`` is where the project is said; ``@`` begins a path below it."""

DIRECTORIES = ("list", "doctor", "migrate")
"""Verbs that take the project as an argument; the others have ``--project``."""


def outcome(call: Callable[[], T]) -> T | pa.Report:
    """The result of a function, or the report of what it refuses."""
    try:
        return call()
    except pa.Refused as refused:
        return refused.report


def uuids() -> Callable[[], str]:
    return map(uuid, itertools.count(50)).__next__


def ways(case: Case, where: str) -> tuple[list[str], Given]:
    """The words of the command, and what the function is given, inside of a project or beside it."""
    above = "" if where == "inside" else "../my game/"
    verb = case.words.split()[0]
    said = [] if where == "inside" else ["../my game"] if verb in DIRECTORIES else ["--project", "../my game"]  # fmt: skip
    words: list[str] = []
    for word in case.words.split():
        words += (
            said if word == "{}" else [f"{above}{word[1:]}" or "."] if word[0] == "@" else [word]
        )
    given = Given(None if where == "inside" else "../my game", lambda path: f"{above}{path}" or ".")
    return words, given


@pytest.mark.parametrize("where", ["inside", "beside"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_a_function_gives_what_the_command_line_prints(
    case: Case, where: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path / "my game")
    project.tiles("hero", preload=True)
    project.sounds("fx", [(1, 2), (3,)])
    project.tiles("draft", registered=False, uuid=uuid(9))
    case.prepare(project)
    (tmp_path / "beside").mkdir()
    kept = shutil.copytree(project.path, tmp_path / "kept")
    words, given = ways(case, where)
    here = project.path if where == "inside" else tmp_path / "beside"
    monkeypatch.chdir(here)
    ran = drawing(uuids(), cli, *words, "--format", "json")
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(project.path)
    kept.rename(project.path)
    monkeypatch.chdir(here)
    found = drawing(uuids(), outcome, lambda: case.call(given))
    value = found.as_json()
    assert json.loads(json.dumps(value)) == json.loads(ran.out)
    report = found if isinstance(found, pa.Report) else getattr(found, "report", pa.Report())
    assert ran.code == (0 if report.ok else 1)
    assert pickle.loads(pickle.dumps(found)).as_json() == value
    assert type(found).__name__ in repr(found)
    assert len(repr(found)) < 3000, repr(found)
    with pytest.raises(FrozenInstanceError):
        setattr(found, fields(found)[0].name, None)


VERBS = {
    "add", "doctor", "duplicate", "exclude", "forget", "include", "init", "list", "merge-index",
    "migrate", "new", "register", "release", "rename", "show",
}  # fmt: skip


def test_every_verb_that_changes_a_workspace_has_cases() -> None:
    assert {case.words.split()[0] for case in CASES} == VERBS


@every(
    [
        ("list", pa.listing),
        ("doctor", pa.doctor),
        ("migrate", pa.migrate),
        ("show", lambda project: pa.show("hero", project=project)),
        ("rename", lambda project: pa.rename("hero", "boss", project=project)),
        ("exclude", lambda project: pa.exclude("hero", project=project)),
    ]
)
def test_a_fault_in_a_text_has_its_line_and_column(
    verb: str, call: Callable[[Path], Any], tmp_path: Path
) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    if verb == "exclude":
        twice(project)
    else:
        edit(project.anchor("hero"), preload=7)
    value = outcome(lambda: call(project.path)).as_json()
    rows = value.get("report", value)["diagnostics"]
    assert rows, value
    for row in rows:
        file, line, column = row["file"], row["line"], row["column"]
        text = (project.path / file).read_text(encoding="utf-8").splitlines()[line - 1]
        assert text[column - 1 :].startswith(("7", '"hero"')), (text, column)


@every(
    [
        (lambda p: pa.new("tile-bnk", "assets/a", project=p), ValueError, "no kind 'tile-bnk'"),
        (lambda p: pa.new("tile-bank", "assets/a", metadata={"rate": 1}, project=p), ValueError,
         "a tile-bank has no 'rate' to choose, only tile_size"),
        (lambda p: pa.new("tile-bank", "assets/a", metadata={"tile_size": "8"}, project=p),
         TypeError, "tile_size is a whole number, not '8'"),
        (lambda p: pa.add("hero", "a.png", settings={"margins": 1}, project=p), ValueError,
         "there is no setting 'margins', only area, margin, spacing, transparent"),
        (lambda p: pa.add("hero", "a.png", settings={"margin": "8"}, project=p), ValueError,
         "margin cannot be '8': Pixels left of"),
        (lambda p: pa.add("hero", ["a.png"], project=p), TypeError, "not list"),
        (lambda p: pa.show(None, project=p), TypeError, "named by its id, uuid, root, path or name"),
        (lambda p: pa.forget(["hero"], project=p), TypeError, "not by \\['hero'\\]"),
        (lambda p: pa.register("a", moved=True, new_uuid=True, project=p), ValueError,
         "an asset that was moved keeps its uuid"),
        (lambda p: pa.release(p, keep=uuid(1)), TypeError, "keep is several uuids"),
    ]
)  # fmt: skip
def test_misuse_is_said_in_words(
    call: Callable[[Path], Any], error: type[Exception], words: str, tmp_path: Path
) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    with pytest.raises(error, match=words):
        call(project.path)


def test_a_question_of_new_is_for_the_caller_to_answer(tmp_path: Path) -> None:
    project = Project(tmp_path / "game")
    pictures(project)
    given = ("tile-bank", project.root("world"), project.path.parent / "desk/world.png")
    with pytest.raises(pa.Unsaid) as unsaid:
        pa.new(*given, project=project.path, assume=False)
    assert unsaid.value.assumed == {"tile_size": 8}
    made = pa.new(*given, project=project.path, metadata={"tile_size": 8}, assume=False)
    assert made.as_json()["assumed"] == {}
