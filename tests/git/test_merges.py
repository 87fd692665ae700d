"""Moves, renames, copies and merges of workspaces, each done with real git branches."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.git.conftest import Repository
from tests.workspace.projects import INDEX, edit, examined

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.workspace.membership import forget, include
from prometeu_assets.workspace.published import LAST_PACK, companion_holders
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import Registry


def mend(game: Repository, *, workspace: bool = False) -> list[str]:
    """What doctor --fix does with the last build at hand; afterwards nothing is wrong."""
    holders = companion_holders(game.path, LAST_PACK, CURRENT)
    found = examined(
        game.path, *(holders or ()), known=holders is not None, fix=True, workspace=workspace
    )
    assert found.report.ok, [str(d.message) for d in found.report]
    return [repair.kind for repair in found.repairs]


def codes(game: Repository) -> set[str]:
    return set(examined(game.path).report.codes)


def two_branches(game: Repository, *, ours: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    """Both branches register assets; we stand on ours, which is built."""
    game.branch("theirs")
    game.new(*theirs)
    game.commit()
    game.branch("ours")
    game.new(*ours)
    game.commit()
    build(game.path)


# --- both register --------------------------------------------------------------------------


def test_each_registered_one(game: Repository) -> None:
    two_branches(game, ours=("newt",), theirs=("toad",))
    game.merge("theirs", conflicts=True)
    assert game.conflicts() == [INDEX]
    with pytest.raises(Refused) as refused:
        build(game.path)
    (found,) = refused.value.report
    assert (found.code, found.hint_key) == ("DOCUMENT_JSON", "conflict_index")
    assert "keep the lines of both sides" in str(found.hint)

    game.take_both()
    json.loads(game.index())  # both sides, one after the other, are JSON
    assert codes(game) == {"INDEX_ID"}
    assert mend(game) == ["new-id"]
    assert game.ids() == {"hero": 1, "fish": 2, "moth": 3, "newt": 4, "toad": 5}
    game.commit("merge")
    assert build(game.path).statistics.assets == 5


def test_the_published_one_keeps_its_id_whichever_side_it_is_on(game: Repository) -> None:
    two_branches(game, ours=("newt",), theirs=("toad",))
    game.git("checkout", "--quiet", "theirs")
    game.merge("ours", conflicts=True)  # `build/` still is that of ours, as git ignores it
    game.take_both()
    assert mend(game) == ["new-id"]
    assert (game.ids()["newt"], game.ids()["toad"]) == (4, 5)


def test_a_fresh_clone_knows_nothing_of_what_is_published(game: Repository) -> None:
    two_branches(game, ours=("newt",), theirs=("toad",))
    assert "build" not in game.git("ls-files")
    shutil.rmtree(game.path / "build")
    game.merge("theirs", conflicts=True)
    game.take_both()
    found = examined(game.path, known=False, fix=True)
    assert (found.report.codes, found.repairs) == (("INDEX_ID",), ())
    assert "--published FILE" in str(next(iter(found.report)).hint)
    told = examined(game.path, known=True, fix=True)  # `--unpublished`
    assert [repair.kind for repair in told.repairs] == ["new-id"]


def test_they_registered_more_than_we_did(game: Repository) -> None:
    two_branches(game, ours=("newt",), theirs=("toad", "frog"))
    game.merge("theirs", conflicts=True)
    game.take_both()
    assert game.index().count('"next_asset_id"') == 2
    assert codes(game) >= {"DOCUMENT_REPEATED", "INDEX_ID"}
    assert sorted(mend(game)) == ["new-id", "next-id"]
    assert game.ids() == {"hero": 1, "fish": 2, "moth": 3, "newt": 4, "frog": 5, "toad": 6}


def test_the_larger_next_id_counts_when_its_assets_are_forgotten(game: Repository) -> None:
    game.branch("theirs")
    game.new("a", "b", "c")
    forget(game.path, ["a", "b", "c"])
    game.commit()
    game.branch("ours")
    game.new("newt")
    game.commit()
    game.merge("theirs", conflicts=True)
    game.take_both()
    mend(game)
    assert Registry.load(game.path, CURRENT).next_asset_id == 7
    assert game.ids()["newt"] == 4


def test_a_union_merge_never_stops(game: Repository) -> None:
    (game.path / ".gitattributes").write_text(f"/{INDEX} merge=union\n", encoding="utf-8")
    game.commit()
    two_branches(game, ours=("newt", "olm"), theirs=("toad", "frog"))
    game.merge("theirs")
    assert codes(game) == {"INDEX_ID"}
    assert mend(game) == ["new-id", "new-id", "order"]
    assert game.ids() == {
        "hero": 1, "fish": 2, "moth": 3, "newt": 4, "olm": 5, "toad": 6, "frog": 7,
    }  # fmt: skip


def test_both_registered_the_same_root(game: Repository) -> None:
    game.new("newt")
    forget(game.path, ["newt"])
    game.git("checkout", "--quiet", "--", INDEX)
    game.commit("a root without a row")
    for name, others in (("theirs", ("toad",)), ("ours", ())):
        game.branch(name)
        game.new(*others)
        register(game.path, [game.root("newt")])
        game.commit()
    build(game.path)
    game.merge("theirs", conflicts=True)
    game.take_both()
    assert {"INDEX_UUID", "INDEX_ROOT"} <= codes(game)
    assert "registered-twice" in mend(game)
    assert game.ids()["newt"] == 4, "as it is published"


# --- merges that git does alone ---------------------------------------------------------------


def test_changes_of_different_assets_do_not_meet(game: Repository) -> None:
    """One line an entry, and no comma at its end: an addition touches no other line."""
    game.branch("theirs")
    include(game.path, ["hero"], included=False)
    game.commit()
    game.branch("ours")
    game.new("newt")
    game.commit()
    added = game.git("diff", "--numstat", "main", "ours", "--", INDEX).split()
    assert added[:2] == ["2", "1"], "the row, and the next id"
    game.merge("theirs")
    assert codes(game) == set()
    assert [row.included_in_build for row in Registry.load(game.path, CURRENT).assets] == [
        False, True, True, True,
    ]  # fmt: skip


def test_one_forgets_what_the_other_leaves_alone(game: Repository) -> None:
    game.new("newt", "olm", "toad")
    game.commit()
    game.git("branch", "--force", "theirs")
    forget(game.path, ["hero"])
    game.commit()
    game.git("checkout", "--quiet", "theirs")
    include(game.path, ["toad"], included=False)
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
    register(game.path, [game.root("night/moth")])
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
    include(game.path, ["hero"], included=False)
    game.commit()
    game.merge("theirs")
    assert codes(game) == {"ROOT_MISSING"}
    assert mend(game) == ["moved"]
    assert game.ids() == {"hero": 1, "fish": 2, "night/moth": 3}


def test_one_moves_what_the_other_excludes(game: Repository) -> None:
    game.branch("theirs")
    include(game.path, ["moth"], included=False)
    game.commit()
    game.branch("ours")
    game.move("moth", "night/moth")
    register(game.path, [game.root("night/moth")])
    game.commit()
    game.merge("theirs", conflicts=True)
    game.take_both()
    found = examined(game.path, fix=True)
    assert {"INDEX_ID", "INDEX_UUID"} <= set(found.report.codes)
    assert found.repairs == (), "which of the two changes counts is for people to say"
    assert "remove the row that is out of date" in str(next(iter(found.report)).hint)


def test_both_move_the_same_asset(game: Repository) -> None:
    for name in ("theirs", "ours"):
        game.branch(name)
        game.move("moth", f"{name}/moth")
        register(game.path, [game.root(f"{name}/moth")])
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
        register(game.path, [game.root(f"{name}/moth")])
        game.commit()
    game.merge("theirs", conflicts=True)
    game.take_both()
    shutil.rmtree(game.root("theirs"))
    game.git("checkout", "HEAD", "--", "assets/ours")
    assert mend(game) == ["moved"]
    assert game.ids() == {"hero": 1, "fish": 2, "ours/moth": 3}


def test_one_forgets_what_the_other_moves(game: Repository) -> None:
    game.branch("theirs")
    forget(game.path, ["moth"])
    game.commit()
    game.branch("ours")
    game.move("moth", "night/moth")
    register(game.path, [game.root("night/moth")])
    game.commit()
    game.merge("theirs", conflicts=True)
    game.take_both()
    assert codes(game) == set(), "its row is kept, and what was forgotten is not lost"
    assert game.ids() == {"hero": 1, "fish": 2, "night/moth": 3}
    forget(game.path, ["moth"])
    game.new("newt")
    assert game.ids()["newt"] == 4, "and its id is not given again"


@pytest.mark.parametrize("registered", [False, True])
def test_a_rename_by_case_alone(game: Repository, registered: bool) -> None:
    game.branch("theirs")
    # Through another name, as on a disk without case.
    game.move("moth", "aside")
    game.move("aside", "Moth")
    if registered:
        register(game.path, [game.root("Moth")])
    game.commit()
    game.git("checkout", "--quiet", "main")
    edit(game.root("fish") / "asset.json", preload={"enabled": True})
    game.commit()
    game.merge("theirs")
    if not registered:
        assert "ROOT_MISSING" in codes(game) or (game.root("moth") / "asset.json").exists()
        assert mend(game) == ["moved"]
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
        register(game.path, [game.root("wasp")])
    (found,) = refused.value.report
    assert found.code == "REGISTER_COPY"
    assert "register --new-uuid assets/wasp" in str(found.hint)
    before = (game.root("wasp") / "asset.json").read_text(encoding="utf-8").splitlines()
    register(game.path, [game.root("wasp")], new_uuid=True)
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
    (done,) = register(game.path, [game.root("night/moth")])
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


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_marks_in_the_index(game: Repository, style: str) -> None:
    game.git("config", "merge.conflictStyle", style)
    two_branches(game, ours=("newt",), theirs=("toad", "frog"))
    game.merge("theirs", conflicts=True)
    text = game.index()
    for options in ({}, {"fix": True}, {"dry_run": True}, {"workspace": True}):
        (found,) = examined(game.path, **options).report
        assert (found.code, found.hint_key) == ("DOCUMENT_JSON", "conflict_index")
        assert found.offset == text.index("<<<<<<<")
    assert game.index() == text


def test_what_git_need_not_know(game: Repository) -> None:
    build(game.path)
    register_lock = game.path / "assets/.prometeu/lock"
    assert register_lock.exists()
    assert game.git("status", "--porcelain") == ""
    tracked = game.git("ls-files").split()
    assert {".gitignore", "cartridge.json", INDEX} <= set(tracked)
    assert not any(Path(name).name in ("lock", "cache.json", "assets.pa") for name in tracked)
