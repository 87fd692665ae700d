"""Another name, and a copy that is an asset of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.workspace.projects import INDEX, Project, drawing, snapshot, uuid

from prometeu_assets import Refused
from prometeu_assets import open as open_pack
from prometeu_assets.packer.build import build
from prometeu_assets.workspace.renaming import duplicate, rename


@pytest.fixture(params=[1, 2])
def game(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    made = Project(tmp_path, version=request.param)
    made.tiles("art/hero", name="hero")
    made.sounds("fx")
    return made


def contents(base: Path) -> dict[str, bytes]:
    """Every file but the lock."""
    found = {path.relative_to(base).as_posix(): path for path in base.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.endswith("/lock")}


def test_rename_changes_the_name_and_no_other_byte(game: Project) -> None:
    before = contents(game.path)
    done = rename("hero", "boss", project=game.path)
    assert (done.old, done.name, done.registered.root) == ("hero", "boss", "art/hero")
    after = contents(game.path)
    anchor = "assets/art/hero/asset.json"
    assert after.pop(anchor) == before.pop(anchor).replace(b'"hero"', b'"boss"', 1)
    assert after == before
    assert rename("art/hero", "boss", project=game.path).old == "boss"
    with open_pack(build(game.path).outputs["assets.pa"]) as pack:
        assert pack["boss"].asset_id == 1


def test_a_copy_is_an_asset_of_its_own(game: Project) -> None:
    (game.root("art/hero") / "deep").mkdir()
    (game.root("art/hero") / "deep/notes.txt").write_bytes(b"mine")
    (game.root("art/hero") / ".hidden").write_bytes(b"x")
    before = contents(game.path)
    done = drawing(lambda: uuid(9), duplicate, "1", game.root("art/boss"), project=game.path)
    assert (done.registered.asset_id, done.registered.asset_uuid) == (3, uuid(9))
    assert (done.name, done.source.root) == ("art/boss", "art/hero")
    after = contents(game.path)
    new = {path: data for path, data in after.items() if path.startswith("assets/art/boss/")}
    files = set(done.written)
    assert files <= set(new)
    assert not any("hidden" in path for path in new)
    for path in files - {"assets/art/boss/asset.json"}:
        assert new[path] == before[path.replace("boss", "hero")]
    document = json.loads(game.anchor("art/boss").read_bytes())
    old = json.loads(game.anchor("art/hero").read_bytes())
    assert document["name"] == "art/boss"
    assert document.get("asset_uuid") == (uuid(9) if "asset_uuid" in old else None)
    assert {path: after[path] for path in before if path != INDEX} == {
        path: data for path, data in before.items() if path != INDEX
    }
    with open_pack(build(game.path).outputs["assets.pa"]) as pack:
        assert bytes(pack.read(pack["art/boss"])) == bytes(pack.read(pack["hero"]))


@pytest.mark.parametrize(
    ("given", "name", "code"),
    [
        ("hero", "fx", "ASSET_NAME"),
        ("hero", "two words", "NEW_NAME"),
        ("hero", "", "NEW_NAME"),
        ("zzz", "fine", "LOOKUP_UNKNOWN"),
    ],
)
def test_what_rename_refuses(game: Project, given: str, name: str, code: str) -> None:
    before = snapshot(game.path)
    with pytest.raises(Refused) as refused:
        rename(given, name, project=game.path)
    assert refused.value.report.codes == (code,)
    after = snapshot(game.path)
    after.pop("assets/.prometeu/lock", None)
    assert after == before


@pytest.mark.parametrize(
    ("root", "name", "code"),
    [
        ("fx", None, "NEW_EXISTS"),
        ("fx/inside", None, "ROOT_NESTED"),
        ("taken", None, "BRING_TAKEN"),
        ("fine", "fx", "ASSET_NAME"),
        ("fine", "a b", "NEW_NAME"),
        ("..", None, "REGISTER_OUTSIDE"),
    ],
)
def test_what_duplicate_refuses(game: Project, root: str, name: str | None, code: str) -> None:
    (game.path / "assets/taken").mkdir()
    (game.path / "assets/taken/sheet.png").write_bytes(b"mine")
    before = snapshot(game.path)
    with pytest.raises(Refused) as refused:
        duplicate("hero", game.path / "assets" / root, project=game.path, name=name)
    assert refused.value.report.codes == (code,)
    after = snapshot(game.path)
    after.pop("assets/.prometeu/lock", None)
    assert after == before
