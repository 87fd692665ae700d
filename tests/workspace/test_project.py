"""A project as a whole: beginning it, finding it, registering, listing."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from tests.every import every
from tests.workspace.projects import (
    ASSET,
    RELEASED,
    TABLE,
    Project,
    deny,
    drawing,
    edit,
    snapshot,
    uuid,
)

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.documents import INDEX
from prometeu_assets.packer.build import build
from prometeu_assets.storage import files
from prometeu_assets.storage.paths import fold
from prometeu_assets.storage.transaction import WORKSPACE, recover
from prometeu_assets.viewpoint import find
from prometeu_assets.workspace import places
from prometeu_assets.workspace.git import ATTRIBUTES, is_sparse
from prometeu_assets.workspace.project import IGNORED, init, listing, missing_lines
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import Registry


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two registered assets, 1 and 2."""
    made = Project(tmp_path / "game")
    made.tiles("tiles/hero")
    made.sounds("fx")
    return made


def ids(project: Project) -> dict[str, int]:
    return {row.root: row.asset_id for row in Registry.load(project.path, CURRENT).assets}


SCHEMAS = (
    f"assets/.prometeu/schemas/asset/v{ASSET}.json",
    "assets/.prometeu/schemas/cartridge/v1.json",
)

# --- init -----------------------------------------------------------------------------------


def test_a_new_project_is_valid_and_builds(tmp_path: Path) -> None:
    written = init(tmp_path / "new" / "game").written
    assert [path.name for path in written] == [
        "cartridge.json", ".gitignore", ".gitattributes", f"v{ASSET}.json", "v1.json", "released.json",
        "index.json",
    ]  # fmt: skip
    assert missing_lines(tmp_path / "new/game") == {}
    for kind, path in zip(("cartridge", "released", "index"), (written[0], *written[5:])):
        value = json.loads(path.read_bytes())
        key = (kind, value["schema_version"])
        assert list(CURRENT.documents.violations(key, value)) == []
    assert json.loads(written[0].read_bytes())["title"] == "game"
    result = build(tmp_path / "new/game")
    assert result.statistics.assets == 0
    assert result.outputs["asset_table.json"].read_bytes() == b"[]"
    assert result.report.codes == ()


def test_each_name_of_a_new_project_outlasts_a_loss_of_power(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory is synced as soon as a file has its name."""
    done: list[Path] = []
    name, sync = files.rename_new, files.sync_directory
    monkeypatch.setattr(files, "rename_new", lambda old, new: (name(old, new), done.append(new)))
    monkeypatch.setattr(files, "sync_directory", lambda path: (sync(path), done.append(path)))
    for path in init(tmp_path).written:
        assert done[done.index(path) + 1] == path.parent


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "cartridge.json").write_text("mine", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("build\n*.tmp\n", encoding="utf-8")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/notes.txt").write_text("mine", encoding="utf-8")
    before = snapshot(tmp_path)
    (tmp_path / ".gitattributes").write_text("*.png -text\n/build/** -text\n", encoding="utf-8")
    (tmp_path / "assets/.prometeu").mkdir()
    (tmp_path / "assets/.prometeu/released.json").write_text("mine", encoding="utf-8")
    before = snapshot(tmp_path)
    assert [path.name for path in init(tmp_path).written] == [
        f"v{ASSET}.json",
        "v1.json",
        "index.json",
    ]
    assert before.items() <= snapshot(tmp_path).items()
    assert missing_lines(tmp_path) == {
        ".gitignore": [line for line in IGNORED if line != "/build/"],
        ".gitattributes": [line for line in ATTRIBUTES if line != "/build/** -text"],
    }


def test_files_for_git_may_hold_bytes_that_are_no_text(tmp_path: Path) -> None:
    init(tmp_path)
    for name in (".gitignore", ".gitattributes"):
        with (tmp_path / name).open("ab") as file:
            file.write(b"# \xff\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_bytes(b"# \xff\n[core]\n\tsparseCheckout = true\n")
    assert missing_lines(tmp_path) == {}
    assert is_sparse(tmp_path)


def test_what_a_killed_beginning_left_is_swept(tmp_path: Path) -> None:
    """Half a file never has the name of one; the next command sweeps it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "rename_new", Mock(side_effect=KeyboardInterrupt))
        patch.setattr(files, "unlink", lambda path: None)
        with pytest.raises(KeyboardInterrupt):
            init(tmp_path)
    assert list(snapshot(tmp_path)) == ["assets/.prometeu/.staging/0"]
    init(tmp_path)
    left = "assets/.prometeu/.staging/0"
    assert set(snapshot(tmp_path)) == {
        "cartridge.json", ".gitignore", ".gitattributes", RELEASED, INDEX, *SCHEMAS, left,
    }  # fmt: skip
    recover(tmp_path, WORKSPACE)
    assert set(snapshot(tmp_path)) == {
        "cartridge.json", ".gitignore", ".gitattributes", RELEASED, INDEX, *SCHEMAS,
    }  # fmt: skip
    assert not (tmp_path / "assets/.prometeu/.staging").exists()


def test_a_project_is_not_begun_twice(tmp_path: Path) -> None:
    init(tmp_path)
    before = snapshot(tmp_path)
    with pytest.raises(Refused, match="WORKSPACE_EXISTS"):
        init(tmp_path)
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(sys.platform != "linux", reason="names on disk are bytes on Linux alone")
@every([b"game\xff", b"\xff\xfe", "caf\u00e9".encode(), b"x" * 200])
def test_a_directory_of_any_name_gives_a_title(name: bytes, tmp_path: Path) -> None:
    written = init(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).written
    value = json.loads(written[0].read_bytes())
    assert list(CURRENT.documents.violations(("cartridge", 1), value)) == []


# --- find -----------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", [".", "assets", "assets/tiles/hero", "build"])
def test_the_project_around(project: Project, inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.path / "build").mkdir()
    monkeypatch.chdir(project.path / inside)
    found = find(Path())
    assert found.samefile(project.path)
    assert not found.is_absolute()
    assert find(project.path / inside).is_absolute()
    assert find(project.path / inside).samefile(project.path)


def test_no_project_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused, match="directory above it has one") as refused:
        find(Path())
    assert refused.value.report.codes == ("WORKSPACE_MISSING",)


# --- register -------------------------------------------------------------------------------


def test_roots_get_the_next_ids_in_the_order_given(project: Project) -> None:
    for number, name in enumerate(("b", "a", "deep/er/c")):
        project.tiles(name, registered=False, uuid=uuid(20 + number))
    roots = [project.root("b"), project.anchor("a"), project.root("deep/er/c")]
    done = register(*roots, project=project.path).roots
    assert [(d.registered.root, d.registered.asset_id) for d in done] == [
        ("b", 3), ("a", 4), ("deep/er/c", 5),
    ]  # fmt: skip
    assert not any(d.moved for d in done)
    assert ids(project) == {"tiles/hero": 1, "fx": 2, "b": 3, "a": 4, "deep/er/c": 5}
    assert build(project.path).statistics.assets == 5


def test_an_id_is_never_given_again(project: Project) -> None:
    project.rows.pop()
    project.write_index(assets=[*project.rows, {"asset_id": 2}])
    shutil.rmtree(project.root("fx"))
    project.tiles("new", registered=False, uuid=uuid(9))
    (done,) = register(project.root("new"), project=project.path).roots
    assert done.registered.asset_id == 3


def test_a_root_given_twice_is_one(project: Project) -> None:
    project.tiles("new", registered=False, uuid=uuid(9))
    done = register(
        project.root("new"), project.anchor("new"), project.root("new"), project=project.path
    ).roots
    assert [d.registered.asset_id for d in done] == [3]


@pytest.mark.parametrize("new", ["moved/far/away", "tiles/hero/inner", "tiles", "tiles/Hero"])
def test_a_moved_root_keeps_its_id(project: Project, new: str) -> None:
    aside = project.path / "aside"
    project.root("tiles/hero").rename(aside)
    shutil.rmtree(project.root("tiles"))
    project.root(new).parent.mkdir(parents=True, exist_ok=True)
    aside.rename(project.root(new))
    (done,) = register(project.root(new), project=project.path).roots
    assert done.moved
    assert ids(project) == {new: 1, "fx": 2}
    assert build(project.path).statistics.assets == 2


def test_a_root_moves_where_another_asset_took_its_place(project: Project) -> None:
    project.root("fx").rename(project.root("sounds"))
    project.tiles("fx", registered=False, uuid=uuid(9))
    (done,) = register(project.root("sounds"), project=project.path).roots
    assert (done.moved, done.registered.asset_id) == (True, 2)
    (done,) = register(project.root("fx"), project=project.path).roots
    assert (done.moved, done.registered.asset_id) == (False, 3)


REFUSED = [
    ("REGISTER_KNOWN", "fx"),
    ("REGISTER_COPY", "copy"),
    ("REGISTER_ANONYMOUS", "old"),
    ("REGISTER_OUTSIDE", "none"),
    ("REGISTER_OUTSIDE", "."),
    ("REGISTER_OUTSIDE", ".."),
    ("REGISTER_OUTSIDE", "fx/0.wav"),
    ("REGISTER_OUTSIDE", "/"),
    ("ROOT_NESTED", "fx/inner"),
    ("ROOT_NESTED", "tiles"),
    ("PATH_COLLISION", "FX"),
    ("PATH_FORM", "con"),
    ("PATH_SYMLINK", "link"),
    ("DOCUMENT_JSON", "broken"),
    ("DOCUMENT_SCHEMA", "wrong"),
]


@pytest.mark.parametrize(("code", "name"), REFUSED)
def test_all_or_none(project: Project, code: str, name: str) -> None:
    for number, root in enumerate(("good", "fx/inner", "tiles", "FX", "con", "broken", "wrong")):
        project.tiles(root, registered=False, uuid=uuid(30 + number))
    shutil.copytree(project.root("fx"), project.root("copy"))
    project.version = 1
    project.tiles("old", registered=False)
    project.root("link").symlink_to(project.root("good"))
    project.anchor("broken").write_text("{", encoding="utf-8")
    edit(project.anchor("wrong"), name=7)
    before = (project.path / INDEX).read_bytes()
    with pytest.raises(Refused) as refused:
        register(
            project.root("good"), project.root(name), project.root("absent"), project=project.path
        )
    assert sorted(refused.value.report.codes) == sorted([code, "REGISTER_OUTSIDE"])
    assert (project.path / INDEX).read_bytes() == before
    for found in refused.value.report:
        assert found.hint or code == "DOCUMENT_SCHEMA"
        if found.code != "REGISTER_OUTSIDE" and name != "con":
            assert found.file == f"assets/{name}/asset.json"
            assert found.asset is not None
    assert not (project.path / "assets/.prometeu/.staging").exists()


def test_an_asset_that_moved_to_a_wrong_place(project: Project) -> None:
    project.root("fx").rename(project.root("tiles/hero/inner"))
    before = (project.path / INDEX).read_bytes()
    with pytest.raises(Refused) as refused:
        register(project.root("tiles/hero/inner"), project=project.path)
    assert refused.value.report.codes == ("ROOT_NESTED",)
    assert (project.path / INDEX).read_bytes() == before


def test_two_new_roots_of_one_uuid(project: Project) -> None:
    for name in ("a", "b"):
        project.tiles(name, registered=False, uuid=uuid(9))
    with pytest.raises(Refused, match="REGISTER_COPY"):
        register(project.root("a"), project.root("b"), project=project.path)


def test_an_asset_that_was_copied_gets_a_uuid_of_its_own(project: Project) -> None:
    shutil.copytree(project.root("fx"), project.root("copy"))
    text = project.anchor("copy").read_text(encoding="utf-8")
    odd = text.replace('"asset_uuid": "', '"asset_uuid" :\t"\\u0030').replace(
        "0000000", "000000", 1
    )
    odd = odd.replace("\n", "\r\n") + "\r\n"
    project.anchor("copy").write_bytes(odd.encode())
    before = snapshot(project.path)
    (done,) = drawing(
        lambda: uuid(77), register, project.root("copy"), project=project.path, new_uuid=True
    ).roots
    assert (done.registered.asset_id, done.registered.asset_uuid) == (3, uuid(77))
    assert not done.moved
    head, _, tail = odd.partition('"\\u0030')
    expected = f'{head}"{uuid(77)}"{tail[tail.index(chr(34)) + 1 :]}'
    assert project.anchor("copy").read_bytes() == expected.encode()
    changed = {name for name, old in snapshot(project.path).items() if before.get(name) != old}
    assert changed == {"assets/copy/asset.json", INDEX, "assets/.prometeu/lock"}
    edit(project.anchor("copy"), name="copy")
    assert build(project.path).report.codes == ()


def test_a_uuid_that_is_drawn_is_new_every_time(project: Project) -> None:
    for name in ("a", "b"):
        shutil.copytree(project.root("fx"), project.root(name))
    done = register(project.root("a"), project.root("b"), project=project.path, new_uuid=True).roots
    assert len({d.registered.asset_uuid for d in done} | {uuid(1), uuid(2)}) == 4
    assert all(re.fullmatch(r"[0-9a-f-]{36}", d.registered.asset_uuid) for d in done)


def test_new_uuids_are_all_or_none(project: Project) -> None:
    shutil.copytree(project.root("fx"), project.root("copy"))
    before = snapshot(project.path / "assets/copy")
    with pytest.raises(Refused, match="REGISTER_KNOWN"):
        register(project.root("copy"), project.root("fx"), project=project.path, new_uuid=True)
    assert snapshot(project.path / "assets/copy") == before


def test_an_old_document_is_adopted(project: Project) -> None:
    project.version = 1
    for name in ("old", "older"):
        project.tiles(name, registered=False)
    before = snapshot(project.path / "assets/old")
    roots = [project.root("old"), project.root("older")]
    with pytest.raises(Refused, match="REGISTER_ANONYMOUS"):
        register(*roots, project=project.path, new_uuid=True)
    done = register(*roots, project=project.path, adopt=True, new_uuid=True).roots
    assert [d.registered.asset_id for d in done] == [3, 4]
    assert len({d.registered.asset_uuid for d in done}) == 2
    assert snapshot(project.path / "assets/old") == before, "the uuid is kept in the index alone"
    assert build(project.path).statistics.assets == 4


def test_an_old_document_that_moved(tmp_path: Path) -> None:
    project = Project(tmp_path, version=1)
    project.tiles("old")
    project.root("old").rename(project.root("new"))
    with pytest.raises(Refused) as refused:
        register(project.root("new"), project=project.path)
    (found,) = refused.value.report
    assert "If this is the asset that was in old" in str(found.hint)


def test_a_root_below_a_directory_that_is_hidden(project: Project) -> None:
    project.tiles(".drafts/a", registered=False)
    with pytest.raises(Refused, match="REGISTER_OUTSIDE"):
        register(project.root(".drafts/a"), project=project.path)


def test_a_root_as_the_index_writes_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tiles("tiles/new", registered=False, uuid=uuid(9))
    monkeypatch.chdir(project.path)
    with pytest.raises(Refused) as refused:
        register(Path("tiles/new"), project=find(Path()))
    assert [d.hint for d in refused.value.report] == ["Did you mean `assets/tiles/new`?"]


def test_a_path_through_a_link_to_the_project(project: Project, tmp_path: Path) -> None:
    project.tiles("new", registered=False, uuid=uuid(9))
    (tmp_path / "alias").symlink_to(project.path)
    (done,) = register(tmp_path / "alias/assets/new", project=project.path).roots
    assert done.registered.root == "new"


def test_relative_paths_start_where_one_stands(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tiles("tiles/new", registered=False, uuid=uuid(9))
    monkeypatch.chdir(project.root("tiles/hero"))
    (done,) = register(Path("../new"), project=find(Path())).roots
    assert done.registered.root == "tiles/new"


def test_registering_brings_an_old_index_up_to_date(tmp_path: Path) -> None:
    project = Project(tmp_path, version=1)
    project.tiles("hero")
    project.version = 2
    project.tiles("new", registered=False, uuid=uuid(9))
    register(project.root("new"), project=project.path)
    assert json.loads((tmp_path / INDEX).read_bytes())["schema_version"] == TABLE
    assert ids(project) == {"hero": 1, "new": 2}


def test_no_project_no_lock(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="WORKSPACE_MISSING"):
        register(tmp_path / "assets/a", project=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_many_roots_take_linear_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: what is compared for one root does not grow with the registry."""
    project = Project(tmp_path)
    for number in range(60):
        project.tiles(f"r{number}", registered=False, uuid=uuid(number + 1))
    calls = 0
    original = fold

    def counted(path: str) -> str:
        nonlocal calls
        calls += 1
        return original(path)

    monkeypatch.setattr(places, "fold", counted)
    register(*[project.root(f"r{number}") for number in range(60)], project=project.path)
    assert calls <= 5 * 60


# --- listing --------------------------------------------------------------------------------


def test_the_world_as_it_is(project: Project) -> None:
    project.tiles("z", included=False)
    project.tiles("draft", registered=False)
    project.tiles("a/draft", registered=False)
    done = listing(project.path)
    found, report = done.assets, done.report
    assert [(item.root, item.registered is not None) for item in found] == [
        ("tiles/hero", True), ("fx", True), ("z", True), ("a/draft", False), ("draft", False),
    ]  # fmt: skip
    assert all(item.declaration for item in found if item.registered)
    assert report.codes == ()


def test_a_listing_goes_on_past_what_cannot_be_read(project: Project) -> None:
    project.tiles("ok")
    project.anchor("fx").write_text("[", encoding="utf-8")
    shutil.rmtree(project.root("tiles"))
    done = listing(project.path)
    found, report = done.assets, done.report
    assert [item.declaration is not None for item in found] == [False, False, True]
    assert report.codes == ("ROOT_MISSING", "DOCUMENT_JSON")
    assert [d.asset.id for d in report if d.asset] == [1, 2]


def test_a_place_that_cannot_be_read_is_not_taken_for_left(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(project.root("fx"), project.root("copy"))
    deny(monkeypatch, "assets/fx/asset.json")
    with pytest.raises(Refused, match="PATH_UNREADABLE"):
        register(project.root("copy"), project=project.path)
