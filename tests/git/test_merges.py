"""Moves, renames, copies and merges of workspaces, each done with real git branches."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from tests.git.conftest import Repository
from tests.processes import PROGRAM, SERVER
from tests.workspace.projects import ASSET, INDEX, RELEASED, edit, examined

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.shipper.released import held_by_build
from prometeu_assets.workspace.membership import exclude, forget
from prometeu_assets.workspace.merging import merge_index
from prometeu_assets.workspace.recording import record_release
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import Registry

SCHEMAS = "assets/.prometeu/schemas"


def repair(game: Repository) -> list[str]:
    """What doctor --fix does; afterwards nothing is wrong, and a second run finds nothing."""
    found = examined(game.path, fix=True)
    assert found.report.ok, [str(d.message) for d in found.report]
    assert examined(game.path, fix=True).repairs == ()
    return [repair.kind for repair in found.repairs]


def codes(game: Repository) -> set[str]:
    return set(examined(game.path).report.codes)


def two_branches(game: Repository, *, ours: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    """Both branches register assets; we stand on ours."""
    game.branch("theirs")
    game.new(*theirs)
    game.commit()
    game.branch("ours")
    game.new(*ours)
    game.commit()


# --- both register --------------------------------------------------------------------------

BOTH = [(("newt",), ("toad",)), (("newt", "olm"), ("toad",)),
        (("newt",), ("toad", "frog", "eft"))]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), BOTH)
@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("way", ["marks", "lines", "union", "driver"])
def test_every_way_to_merge_comes_out_alike(
    game: Repository, ours: tuple[str, ...], theirs: tuple[str, ...], style: str, way: str
) -> None:
    game.git("config", "merge.conflictStyle", style)
    if way == "union":
        (game.path / ".gitattributes").write_text(f"/{INDEX} merge=union\n", encoding="utf-8")
        game.commit()
    if way == "driver":
        program = f"{sys.executable} -I -S {PROGRAM} {SERVER.address} merge-index %O %A %B"
        game.git("config", "merge.prometeu-index.driver", program)
    two_branches(game, ours=ours, theirs=theirs)
    game.merge("theirs", conflicts=way != "union")
    if way == "lines":
        game.take_both()
    if way != "marks":
        json.loads(game.index())
    before = game.roots() | {f"assets/{root}" for root in (*ours, *theirs)}
    assert "new-id" in repair(game)
    assert game.roots() == before, "nothing is lost"
    newcomers = Registry.load(game.path, CURRENT).assets[3:]
    for position in range(min(len(ours), len(theirs))):
        first = newcomers[position]
        rivals = {game.uuid(ours[position]), game.uuid(theirs[position])}
        assert first.asset_id == 4 + position
        assert first.asset_uuid == min(rivals), "the smallest uuid keeps the id"
    renumbered = [row.asset_uuid for row in newcomers[max(len(ours), len(theirs)) :]]
    assert renumbered == sorted(renumbered)


def test_a_merge_before_its_repair(game: Repository) -> None:
    two_branches(game, ours=("newt",), theirs=("toad",))
    game.merge("theirs", conflicts=True)
    assert game.conflicts() == [INDEX]
    with pytest.raises(Refused) as refused:
        build(game.path)
    (found,) = [d for d in refused.value.report if d.code == "INDEX_TEXT"]
    assert "doctor --fix" in str(found.hint)
    assert "INDEX_ID" in refused.value.report.codes


def test_a_local_build_decides_nothing_and_the_record_does(game: Repository) -> None:
    two_branches(game, ours=("newt",), theirs=("toad",))
    theirs = json.loads(game.git("show", "theirs:assets/toad/asset.json"))["asset_uuid"]
    loser = "newt" if game.uuid("newt") > theirs else "toad"
    game.git("checkout", "--quiet", "ours" if loser == "newt" else "theirs")
    build(game.path)
    record_release(game.path, held_by_build(game.path), built=True)
    game.commit()
    game.merge("theirs" if loser == "newt" else "ours", conflicts=True)
    assert repair(game) == ["text", "new-id"]
    assert game.ids()[loser] == 4
    assert sorted(game.ids().values()) == [1, 2, 3, 4, 5]


def test_records_of_two_branches_are_one(game: Repository) -> None:
    for name in ("theirs", "ours"):
        game.branch(name)
        game.new(name)
        game.commit()
        build(game.path)
        record_release(game.path, held_by_build(game.path), built=True)
        game.commit()
    game.merge("theirs", conflicts=True)
    assert game.conflicts() == [INDEX], "union merges the record"
    assert examined(game.path, fix=True).report.codes == ("RELEASED_ID",)
    with pytest.raises(Refused, match="RELEASED_ID"):
        game.new("newt")
    record_release(game.path, (), keep=[game.uuid("ours")])
    assert repair(game) == ["new-id"]
    assert (game.ids()["ours"], game.ids()["theirs"]) == (4, 5)


def test_ids_of_a_branch_that_forgot_all_its_assets(game: Repository) -> None:
    game.branch("theirs")
    game.new("a", "b", "c")
    forget("a", "b", "c", project=game.path)
    game.commit()
    game.branch("ours")
    game.new("newt")
    game.commit()
    game.merge("theirs", conflicts=True)
    repair(game)
    assert Registry.load(game.path, CURRENT).next_asset_id > 6
    assert sorted(game.ids().values())[:3] == [1, 2, 3]


def test_both_registered_the_same_root(game: Repository) -> None:
    game.new("newt")
    game.git("checkout", "--quiet", "--", INDEX)
    game.commit("a root without a row")
    for name, others in (("theirs", ("toad",)), ("ours", ())):
        game.branch(name)
        game.new(*others)
        register(game.root("newt"), project=game.path)
        game.commit()
    game.merge("theirs", conflicts=True)
    repair(game)
    assert (game.ids()["newt"], game.ids()["toad"]) in ((4, 6), (5, 4))


def test_a_team_of_version_2_where_one_branch_migrates(game: Repository) -> None:
    rows = [row.as_json() for row in Registry.load(game.path, CURRENT).assets]
    old = {"schema_version": 2, "next_asset_id": 4, "assets": rows}
    game.write_index(json.dumps(old, indent=2))
    game.commit("version 2")
    game.branch("theirs")
    added = {
        **rows[0],
        "asset_id": 4,
        "asset_uuid": "0" * 8 + rows[0]["asset_uuid"][8:],
        "root": "newt",
    }
    shutil.copytree(game.root("hero"), game.root("newt"))
    edit(game.root("newt") / "asset.json", asset_uuid=added["asset_uuid"], name="newt")
    lines = ",\n    ".join(json.dumps(row) for row in (*rows, added))
    game.write_index(
        f'{{\n  "schema_version": 2,\n  "next_asset_id": 5,\n  "assets": [\n    {lines}\n  ]\n}}\n'
    )
    game.commit("goes on with version 2")
    game.branch("ours")
    game.new("toad")
    game.commit("migrates")
    game.merge("theirs", conflicts=True)
    text = game.index()
    done = merge_index(*(stage(game, number) for number in (1, 2, 3)))
    assert game.index() == text
    assert {fault.code for fault in done.report} == {"INDEX_ID"}
    game.write_index(done.text.decode())
    assert repair(game) == ["new-id"]
    assert (game.ids()["newt"], game.ids()["toad"]) == (4, 5)


def stage(game: Repository, number: int) -> Path:
    """One of the three versions of the index in a conflict, as git hands it to a driver."""
    path = game.path.parent / f"stage-{number}"
    path.write_text(game.git("show", f":{number}:{INDEX}"), encoding="utf-8")
    return path


def test_a_revert_with_the_driver_of_what_came_later(game: Repository) -> None:
    game.new("newt")
    game.commit()
    build(game.path)
    record_release(game.path, held_by_build(game.path), built=True)
    game.commit()
    game.git("revert", "--no-edit", "HEAD~1")
    assert "newt" not in game.ids()
    game.new("toad")
    assert game.ids()["toad"] == 5, "the record knows what was released"


# --- merges that git does alone ---------------------------------------------------------------


def test_changes_of_different_assets_do_not_meet(game: Repository) -> None:
    """One line an entry, and no comma at its end: an addition touches no other line."""
    game.branch("theirs")
    exclude("hero", project=game.path)
    game.commit()
    game.branch("ours")
    game.new("newt")
    game.commit()
    added = game.git("diff", "--numstat", "main", "ours", "--", INDEX).split()
    assert added[:2] == ["2", "0"], "the row, and an empty line"
    game.merge("theirs")
    assert codes(game) == set()
    assert [row.included_in_build for row in Registry.load(game.path, CURRENT).assets] == [
        False, True, True, True,
    ]  # fmt: skip


def test_one_forgets_what_the_other_leaves_alone(game: Repository) -> None:
    game.new("newt", "olm", "toad")
    game.commit()
    game.git("branch", "--force", "theirs")
    forget("hero", project=game.path)
    game.commit()
    game.git("checkout", "--quiet", "theirs")
    exclude("toad", project=game.path)
    game.commit()
    game.merge("main")
    assert "hero" not in game.ids()
    assert codes(game) == set()


# --- moves ------------------------------------------------------------------------------------


def test_one_moves_what_the_other_edits(game: Repository) -> None:
    game.branch("theirs")
    edit(game.root("moth") / "asset.json", preload={"enabled": True})
    (game.root("moth") / "palettes/main.hex").write_text("ff00ff\n102030\n", encoding="ascii")
    game.commit()
    game.branch("ours")
    game.move("moth", "night/moth")
    register(game.root("night/moth"), project=game.path)
    game.commit()
    game.merge("theirs")
    assert codes(game) == set()
    assert game.ids() == {"hero": 1, "fish": 2, "night/moth": 3}
    declared = json.loads((game.root("night/moth") / "asset.json").read_bytes())
    assert declared["preload"] == {"enabled": True}


def test_a_move_that_nobody_registered(game: Repository) -> None:
    game.branch("theirs")
    game.move("moth", "night/moth")
    game.commit()
    game.git("checkout", "--quiet", "main")
    exclude("hero", project=game.path)
    game.commit()
    game.merge("theirs")
    assert codes(game) == {"ROOT_MISSING"}
    assert examined(game.path, fix=True).repairs == (), "what is absent is not gone"
    register(game.root("night/moth"), project=game.path)
    assert game.ids() == {"hero": 1, "fish": 2, "night/moth": 3}


def test_a_copy_in_a_sparse_checkout(game: Repository) -> None:
    shutil.copytree(game.root("moth"), game.root("wasp"))
    game.commit()
    game.git("sparse-checkout", "set", "--no-cone", "/*", "!/assets/moth/")
    assert examined(game.path, fix=True).repairs == ()
    with pytest.raises(Refused, match="REGISTER_ABSENT") as refused:
        register(game.root("wasp"), project=game.path)
    assert "--moved" in str(refused.value.report.diagnostics[0].hint)
    register(game.root("wasp"), project=game.path, new_uuid=True)
    game.git("sparse-checkout", "disable")
    assert game.ids() == {"hero": 1, "fish": 2, "moth": 3, "wasp": 4}


@pytest.mark.parametrize("order", [["a", "b", "c"], ["c", "b", "a"], ["b"], ["a"], ["c", "a"]])
@pytest.mark.parametrize("one_call", [True, False])
def test_a_ring_of_renames(game: Repository, order: list[str], one_call: bool) -> None:
    for old, new in (("hero", "a"), ("fish", "b"), ("moth", "c")):
        game.move(old, new)
    register(*[game.root(name) for name in "abc"], project=game.path)
    game.move("a", "aside")
    for old, new in (("c", "a"), ("b", "c"), ("aside", "b")):
        game.move(old, new)
    for names in [order] if one_call else [[name] for name in order]:
        try:
            register(*[game.root(name) for name in names], project=game.path)
        except Refused as refused:
            assert refused.report.codes == ("REGISTER_KNOWN",), "it followed before"
    assert game.ids() == {"b": 1, "c": 2, "a": 3}
    assert codes(game) == set()


@pytest.mark.parametrize("order", [["b", "c"], ["c", "b"]])
@pytest.mark.parametrize("one_call", [True, False])
def test_a_chain_of_renames(game: Repository, order: list[str], one_call: bool) -> None:
    for old, new in (("hero", "a"), ("fish", "b")):
        game.move(old, new)
    register(*[game.root(name) for name in "ab"], project=game.path)
    game.move("b", "c")
    game.move("a", "b")
    for names in [order] if one_call else [[name] for name in order]:
        try:
            register(*[game.root(name) for name in names], project=game.path)
        except Refused as refused:
            assert refused.report.codes == ("REGISTER_KNOWN",), "it followed before"
    assert game.ids() == {"b": 1, "c": 2, "moth": 3}


def test_one_moves_what_the_other_excludes(game: Repository) -> None:
    game.branch("theirs")
    exclude("moth", project=game.path)
    game.commit()
    game.branch("ours")
    game.move("moth", "night/moth")
    register(game.root("night/moth"), project=game.path)
    game.commit()
    game.merge("theirs", conflicts=True)
    game.take_both()
    assert repair(game) == ["one-row"]
    (row,) = [r for r in Registry.load(game.path, CURRENT).assets if r.asset_id == 3]
    assert (row.root, row.included_in_build) == ("night/moth", False)


def test_both_move_the_same_asset(game: Repository) -> None:
    for name in ("theirs", "ours"):
        game.branch(name)
        game.move("moth", f"{name}/moth")
        register(game.root(f"{name}/moth"), project=game.path)
        game.commit()
    game.merge("theirs", conflicts=True)
    game.git("checkout", "--ours", "--", INDEX)
    shutil.rmtree(game.root("theirs"))
    shutil.rmtree(game.root("moth"), ignore_errors=True)
    game.git("checkout", "HEAD", "--", "assets/ours")
    assert codes(game) == set()
    assert game.ids() == {"hero": 1, "fish": 2, "ours/moth": 3}


def test_both_move_it_and_both_rows_are_kept(game: Repository) -> None:
    for name in ("theirs", "ours"):
        game.branch(name)
        game.move("moth", f"{name}/moth")
        register(game.root(f"{name}/moth"), project=game.path)
        game.commit()
    game.merge("theirs", conflicts=True)
    game.take_both()
    shutil.rmtree(game.root("theirs"))
    game.git("checkout", "HEAD", "--", "assets/ours")
    assert repair(game) == ["one-row"]
    assert game.ids() == {"hero": 1, "fish": 2, "ours/moth": 3}


def test_one_forgets_what_the_other_moves(game: Repository) -> None:
    game.branch("theirs")
    forget("moth", project=game.path)
    game.commit()
    game.branch("ours")
    game.move("moth", "night/moth")
    register(game.root("night/moth"), project=game.path)
    game.commit()
    game.merge("theirs", conflicts=True)
    game.take_both()
    assert repair(game) == ["one-row"]
    assert game.ids() == {"hero": 1, "fish": 2}, "forgotten wins"
    (done,) = register(game.root("night/moth"), project=game.path).roots
    assert (done.registered.asset_id, done.moved) == (3, False), "and is not lost"
    game.new("newt")
    assert game.ids()["newt"] == 4, "and its id is not given again"


@pytest.mark.parametrize("registered", [False, True])
def test_a_rename_by_case_alone(game: Repository, registered: bool) -> None:
    game.branch("theirs")
    # Through another name, as on a disk without case.
    game.move("moth", "aside")
    game.move("aside", "Moth")
    if registered:
        register(game.root("Moth"), project=game.path)
    game.commit()
    game.git("checkout", "--quiet", "main")
    edit(game.root("fish") / "asset.json", preload={"enabled": True})
    game.commit()
    game.merge("theirs")
    if not registered:
        assert "ROOT_MISSING" in codes(game) or (game.root("moth") / "asset.json").exists()
        register(game.root("Moth"), project=game.path)
    assert game.ids() == {"hero": 1, "fish": 2, "Moth": 3}
    assert examined(game.path, workspace=True).report.ok


# --- copies -----------------------------------------------------------------------------------


def test_a_copy_of_a_root(game: Repository) -> None:
    game.branch("theirs")
    shutil.copytree(game.root("moth"), game.root("wasp"))
    game.commit()
    game.git("checkout", "--quiet", "main")
    game.merge("theirs", "--no-ff")
    assert codes(game) == set()
    assert "ROOT_UNREGISTERED" in examined(game.path, workspace=True).report.codes
    with pytest.raises(Refused) as refused:
        register(game.root("wasp"), project=game.path)
    (found,) = refused.value.report
    assert found.code == "REGISTER_COPY"
    assert "register --new-uuid assets/wasp" in str(found.hint)
    before = (game.root("wasp") / "asset.json").read_text(encoding="utf-8").splitlines()
    register(game.root("wasp"), project=game.path, new_uuid=True)
    after = (game.root("wasp") / "asset.json").read_text(encoding="utf-8").splitlines()
    assert sum(one != two for one, two in zip(before, after, strict=True)) == 1
    edit(game.root("wasp") / "asset.json", name="wasp")
    assert game.ids()["wasp"] == 4
    assert build(game.path).statistics.assets == 4


def test_a_copy_whose_original_moved_on_the_other_branch(game: Repository) -> None:
    """Two unregistered roots claim one uuid: which is the moved one is for people to say."""
    game.branch("theirs")
    shutil.copytree(game.root("moth"), game.root("wasp"))
    game.commit()
    game.git("checkout", "--quiet", "main")
    game.move("moth", "night/moth")
    game.commit()
    game.merge("theirs")
    found = examined(game.path, fix=True)
    assert (found.report.codes, found.repairs) == (("ROOT_MISSING",), ())
    (done,) = register(game.root("night/moth"), project=game.path).roots
    assert (done.moved, done.registered.asset_id) == (True, 3)


# --- marks of an unfinished merge ---------------------------------------------------------------


def test_marks_in_an_asset(game: Repository) -> None:
    for name, enabled in (("theirs", True), ("ours", False)):
        game.branch(name)
        edit(game.root("moth") / "asset.json", preload={"enabled": enabled}, name=name)
        game.commit()
    game.merge("theirs", conflicts=True)
    assert game.conflicts() == ["assets/moth/asset.json"]
    (found,) = examined(game.path).report
    assert (found.code, found.file) == ("DOCUMENT_JSON", "assets/moth/asset.json")
    assert found.hint_key == "conflict"
    assert examined(game.path, fix=True).repairs == ()
    assert "<<<<<<<" in (game.root("moth") / "asset.json").read_text(encoding="utf-8")


def test_what_git_need_not_know(game: Repository) -> None:
    build(game.path)
    register_lock = game.path / "assets/.prometeu/lock"
    assert register_lock.exists()
    assert game.git("status", "--porcelain") == ""
    tracked = game.git("ls-files").split()
    assert {".gitignore", ".gitattributes", "cartridge.json", INDEX} <= set(tracked)
    assert {f"{SCHEMAS}/asset/v{ASSET}.json", f"{SCHEMAS}/cartridge/v1.json"} <= set(tracked)
    assert not any(Path(name).name in ("lock", "cache.json", "assets.pa") for name in tracked)


def test_two_branches_that_add_the_schema_for_editors(game: Repository) -> None:
    """A project of an older tool has none, and whoever writes first adds the same file."""
    game.git("rm", "--quiet", "-r", SCHEMAS)
    game.commit()
    for branch, root in (("theirs", "a/newt"), ("ours", "toad")):
        game.branch(branch)
        game.new(root)
        game.commit()
    game.git("merge", "--no-edit", "--quiet", "theirs", code=...)
    assert game.conflicts() in ([], [INDEX])
    examined(game.path, fix=True)
    assert examined(game.path).report.codes == ()
    for root in ("a/newt", "toad"):
        anchor = game.root(root) / "asset.json"
        schema = anchor.parent / json.loads(anchor.read_bytes())["$schema"]
        assert json.loads(schema.read_bytes())["$id"] == f"urn:prometeu:schema:asset:{ASSET}"


# --- the record of releases -----------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("-s", "resolve"), ("-X", "patience")])
@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_two_branches_that_release_first(
    game: Repository, options: tuple[str, ...], style: str
) -> None:
    game.git("config", "merge.conflictStyle", style)
    for branch, left_out in (("theirs", "moth"), ("ours", "hero")):
        game.branch(branch)
        exclude(left_out, project=game.path)
        build(game.path)
        record_release(game.path, held_by_build(game.path))
        game.commit()
    game.git("merge", "--no-commit", "--quiet", *options, "theirs", code=...)
    examined(game.path, fix=True)
    rows = json.loads((game.path / RELEASED).read_bytes())["released"]
    assert {row["asset_id"] for row in rows if row} == {1, 2, 3}, "of both sides"
