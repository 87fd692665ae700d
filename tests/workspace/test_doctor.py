"""Doctor: what it finds, what it mends, what it leaves to people."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from PIL import Image
from tests.workspace.projects import INDEX, Project, deny, edit, examined, record, snapshot, uuid

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.packer.preview import idle_inputs
from prometeu_assets.storage.transaction import BUILD, WORKSPACE, Lock, Transaction
from prometeu_assets.workspace.published import Holder
from prometeu_assets.workspace.registry import Registry


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three registered assets, 1 to 3."""
    made = Project(tmp_path / "game")
    made.tiles("hero")
    made.sounds("fx")
    made.tiles("moth", seed=3)
    return made


def ids(project: Project) -> dict[str, int]:
    return {row.root: row.asset_id for row in Registry.load(project.path, CURRENT).assets}


def row(number: int, root: str, **changes: Any) -> dict[str, Any]:
    return {
        "asset_id": number, "asset_uuid": uuid(number), "root": root, "included_in_build": True,
    } | changes  # fmt: skip


def kinds(project: Project, *holders: Holder, **options: Any) -> list[str]:
    """What --fix does; the same as --dry-run says, which changes nothing."""
    before = snapshot(project.path)
    said = examined(project.path, *holders, dry_run=True, **options)
    assert snapshot(project.path) == before
    done = examined(project.path, *holders, fix=True, **options)
    assert said.repairs == done.repairs
    assert all(repair.text for repair in done.repairs)
    again = examined(project.path, *holders, fix=True, **options)
    assert again.repairs == (), "a second run has nothing to do"
    assert again.report == done.report
    return [repair.kind for repair in done.repairs]


# --- finding --------------------------------------------------------------------------------


def test_a_project_in_order(project: Project) -> None:
    before = snapshot(project.path)
    found = examined(project.path, workspace=True)
    assert (found.report.codes, found.repairs, found.assets) == ((), (), 3)
    assert snapshot(project.path) == before, "looking changes nothing, a lock neither"


def test_everything_that_blocks_is_told_at_once(project: Project) -> None:
    project.tiles("hero/hat")
    project.tiles("fine", name="moth")
    project.tiles("lost")
    project.tiles("gone")
    shutil.rmtree(project.root("gone"))
    edit(project.anchor("fx"), asset_uuid=uuid(99))
    (project.root("lost") / "sheet.png").unlink()
    (project.root("moth") / "colors.hex").unlink()
    (project.root("moth") / "colors.hex").mkdir()
    (project.path / "build/.staging").mkdir(parents=True)
    (project.path / "build/.staging/journal.json").write_text("{}", encoding="utf-8")
    project.write_index(next_asset_id=3)
    found = examined(project.path)
    assert sorted(found.report.codes) == sorted([
        "TRANSACTION_DAMAGED", "INDEX_NEXT", "ASSET_UUID", "PATH_KIND", "PATH_MISSING",
        "ROOT_MISSING", "ASSET_NAME", "ROOT_NESTED",
    ])  # fmt: skip
    assert all(d.hint for d in found.report)


def test_an_index_that_cannot_be_read_is_all_there_is_to_tell(project: Project) -> None:
    (project.path / INDEX).write_text("{", encoding="utf-8")
    for options in ({}, {"workspace": True}, {"fix": True}, {"dry_run": True}):
        found = examined(project.path, **options)
        assert (found.report.codes, found.repairs, found.assets) == (("DOCUMENT_JSON",), (), 0)


def test_a_gate_of_the_packer_is_asked(project: Project) -> None:
    def gate(declaration: Any) -> None:
        raise Refused(declaration.fault("ASSET_SIZE", "/inputs", found=2, limit=1))

    assert examined(project.path, gate=gate).report.codes == ("ASSET_SIZE",) * 3


def test_an_id_of_a_pack_that_the_index_would_give_again(project: Project) -> None:
    holder = Holder(asset_id=9, asset_name="old", asset_uuid=uuid(90))
    (found,) = examined(project.path, holder).report
    assert (found.code, found.pointer) == ("INDEX_NEXT", "/next_asset_id")
    assert kinds(project, holder) == ["next-id"]
    assert Registry.load(project.path, CURRENT).next_asset_id == 10


# --- hygiene --------------------------------------------------------------------------------


def untidy(project: Project) -> list[tuple[str, str]]:
    found = examined(
        project.path,
        workspace=True,
        idle_inputs=lambda d: idle_inputs(project.path, d, CURRENT),
    )
    assert found.report.ok
    assert examined(project.path).report.codes == ()
    return [(d.code, d.message) for d in found.report]


def test_roots_that_are_not_registered(project: Project) -> None:
    project.tiles("draft", registered=False)
    assert [code for code, _ in untidy(project)] == ["ROOT_UNREGISTERED"]


def test_equal_sources_but_not_equal_palettes(project: Project) -> None:
    project.tiles("copy", seed=1)
    record(project.root("fx") / "other.wav", [1, -2, 3])
    edit(project.anchor("fx"), inputs={"samples": ["0.wav", "other.wav", "0.wav"]})
    same = "holds the same bytes as"
    assert sorted(untidy(project)) == [
        ("SOURCE_DUPLICATE", f"assets/copy/sheet.png {same} assets/hero/sheet.png."),
        ("SOURCE_DUPLICATE", f"assets/fx/other.wav {same} assets/fx/0.wav."),
    ]


def test_files_that_no_input_names(project: Project) -> None:
    for number in range(7):
        (project.root("fx") / f"take{number}.aif").write_bytes(b"")
    (project.root("fx") / ".DS_Store").write_bytes(b"")
    (project.root("hero") / "work").mkdir()
    (project.root("hero") / "work/hero.aseprite").write_bytes(b"")
    assert untidy(project) == [
        ("SOURCE_UNUSED", "The root hero holds 1 file that no input names: work/hero.aseprite."),
        (
            "SOURCE_UNUSED",
            "The root fx holds 7 files that no input names: "
            + ", ".join(f"take{number}.aif" for number in range(5))
            + " and 2 more.",
        ),
    ]


def test_palettes_that_nobody_uses(project: Project) -> None:
    root = project.root("hero")
    (root / "night.hex").write_text("000000\nffffff\n", encoding="ascii")
    (root / "late.gpl").write_text("GIMP Palette\n1 2 3\n", encoding="ascii")
    Image.new("RGB", (8, 8), (255, 0, 68)).save(root / "flat.png")
    inputs = {"sprites": ["sheet.png", "flat.png"], "palettes": ["colors.hex", "night.hex"]}
    edit(project.anchor("hero"), inputs=inputs)
    assert untidy(project) == [
        ("PALETTE_UNUSED", "assets/hero/late.gpl is used by no sheet of the bank."),
        ("PALETTE_UNUSED", "assets/hero/night.hex is used by no sheet of the bank."),
    ]


def test_a_bank_that_cannot_be_read_has_no_unused_palettes(project: Project) -> None:
    (project.root("hero") / "sheet.png").write_bytes(b"")
    assert examined(
        project.path, workspace=True,
        idle_inputs=lambda d: idle_inputs(project.path, d, CURRENT),
    ).report.codes == ()  # fmt: skip


def test_names_that_look_alike(project: Project) -> None:
    project.tiles("Moth", seed=5, name="HERO", registered=False, uuid=uuid(9))
    project.sounds("other", [(5, 6)], name="Hero")
    assert untidy(project) == [
        ("ROOT_UNREGISTERED", "The root Moth is not registered, so it is not built."),
        ("NAME_CASE", "The roots 'Moth' and 'moth' differ only in capitals or accents."),
        ("NAME_CASE", "The names 'Hero' and 'hero' differ only in capitals or accents."),
    ]


def test_an_input_that_the_disk_spells_otherwise(project: Project) -> None:
    edit(project.anchor("fx"), inputs={"samples": ["0.WAV"]})
    found = examined(project.path, workspace=True).report
    assert {"NAME_CASE"} <= set(found.codes) <= {"NAME_CASE", "PATH_MISSING"}


def test_rows_out_of_order(project: Project) -> None:
    project.rows.reverse()
    project.write_index()
    assert [code for code, _ in untidy(project)] == ["INDEX_ORDER"]
    assert kinds(project) == ["order"]
    rows = json.loads((project.path / INDEX).read_bytes())["assets"]
    assert [r["asset_id"] for r in rows] == [1, 2, 3]


# --- mending --------------------------------------------------------------------------------


def merged(project: Project, *rows: dict[str, Any], following: int = 4) -> None:
    """An index with the project's rows and these, as both sides of a merge leave it."""
    project.write_index(next_asset_id=following, assets=[*project.rows, *rows])


HERO = Holder(asset_id=1, asset_name="hero", asset_uuid=uuid(1))
MOTH = Holder(asset_id=3, asset_name="moth", asset_uuid=uuid(3))
NEWT = Holder(asset_id=3, asset_name="newt", asset_uuid=uuid(40))


@pytest.mark.parametrize(
    ("holders", "expected"),
    [
        ([HERO], {"moth": 3, "newt": 4}),
        ([], {"moth": 3, "newt": 4}),
        ([MOTH], {"moth": 3, "newt": 4}),
        ([NEWT], {"moth": 4, "newt": 3}),
        ([Holder(asset_id=3, asset_name="newt")], {"moth": 4, "newt": 3}),
        ([Holder(asset_id=3, asset_name="moth"), MOTH], {"moth": 3, "newt": 4}),
        ([NEWT, Holder(asset_id=8, asset_name="late")], {"moth": 9, "newt": 3}),
    ],
)
def test_the_one_that_is_not_published_gets_a_new_id(
    project: Project, holders: list[Holder], expected: dict[str, int]
) -> None:
    project.tiles("newt", registered=False, uuid=uuid(40), seed=7)
    merged(project, row(3, "newt", asset_uuid=uuid(40)))
    high = max((h.asset_id for h in holders), default=0)
    assert kinds(project, *holders) == (["next-id"] if high > 3 else []) + ["new-id"]
    assert ids(project) == {"hero": 1, "fx": 2} | expected
    assert Registry.load(project.path, CURRENT).next_asset_id == max(expected.values()) + 1
    assert build(project.path).statistics.assets == 4


@pytest.mark.parametrize(
    ("holders", "known", "says"),
    [
        ([], False, "--published FILE"),
        ([MOTH, NEWT], True, "Both are published"),
        ([Holder(asset_id=3, asset_name="renamed")], True, "--published FILE"),
        ([Holder(asset_id=3, asset_name="x", asset_uuid=uuid(77))], True, "--published FILE"),
    ],
)
def test_a_new_id_is_refused(
    project: Project, holders: list[Holder], known: bool, says: str
) -> None:
    project.tiles("newt", registered=False, uuid=uuid(40), seed=7)
    merged(project, row(3, "newt", asset_uuid=uuid(40)))
    before = (project.path / INDEX).read_bytes()
    assert kinds(project, *holders, known=known) == []
    assert (project.path / INDEX).read_bytes() == before
    for options in ({"fix": True}, {"dry_run": True}):
        (found,) = examined(project.path, *holders, known=known, **options).report
        assert found.code == "INDEX_ID"
        assert says in str(found.hint)


def test_three_of_one_id(project: Project) -> None:
    for number, name in ((40, "newt"), (41, "toad")):
        project.tiles(name, registered=False, uuid=uuid(number), seed=number)
    merged(
        project, row(3, "newt", asset_uuid=uuid(40)), row(3, "toad", asset_uuid=uuid(41)),
        following=3,
    )  # fmt: skip
    assert kinds(project, NEWT) == ["next-id", "new-id", "new-id"]
    assert ids(project) == {"hero": 1, "fx": 2, "newt": 3, "moth": 4, "toad": 5}


def test_a_row_that_stands_there_twice(project: Project) -> None:
    merged(project, row(3, "moth"))
    assert kinds(project, known=False) == ["repeated-row"]
    assert ids(project) == {"hero": 1, "fx": 2, "moth": 3}


def test_one_asset_moved_on_one_branch_and_touched_on_the_other(project: Project) -> None:
    project.root("moth").rename(project.root("butterfly"))
    merged(project, row(3, "butterfly"))
    assert kinds(project, known=False) == ["moved"]
    assert ids(project) == {"hero": 1, "fx": 2, "butterfly": 3}


@pytest.mark.parametrize("places", [["moth", "butterfly"], []])
def test_which_place_counts_is_left_to_people(project: Project, places: list[str]) -> None:
    aside = project.path / "aside"
    project.root("moth").rename(aside)
    for place in places:
        shutil.copytree(aside, project.root(place))
    merged(project, row(3, "butterfly"))
    assert kinds(project, MOTH) == []
    found = examined(project.path, MOTH, fix=True).report
    assert {"INDEX_ID", "INDEX_UUID"} <= set(found.codes)
    assert "remove the row that is out of date" in str(next(iter(found)).hint)


def test_excluded_on_one_branch_and_moved_on_the_other(project: Project) -> None:
    project.root("moth").rename(project.root("butterfly"))
    project.rows[2]["included_in_build"] = False
    merged(project, row(3, "butterfly"))
    assert kinds(project, MOTH) == []


@pytest.mark.parametrize(
    ("holders", "expected"),
    [([], 3), ([MOTH], 3), ([Holder(asset_id=4, asset_name="moth", asset_uuid=uuid(3))], 4)],
)
def test_one_root_registered_on_both_branches(
    project: Project, holders: list[Holder], expected: int
) -> None:
    merged(project, row(4, "moth", asset_uuid=uuid(3)), following=5)
    assert kinds(project, *holders) == ["registered-twice"]
    assert ids(project) == {"hero": 1, "fx": 2, "moth": expected}
    assert Registry.load(project.path, CURRENT).next_asset_id == 5


def test_one_root_registered_twice_and_nothing_known(project: Project) -> None:
    merged(project, row(4, "moth", asset_uuid=uuid(3)), following=5)
    assert kinds(project, known=False) == []
    hints = {d.code: str(d.hint) for d in examined(project.path, known=False, fix=True).report}
    assert "--published FILE" in hints["INDEX_UUID"]


@pytest.mark.parametrize("new", ["else/where", "Moth", "hero2"])
def test_a_root_that_moved_is_linked_again(project: Project, new: str) -> None:
    project.root(new).parent.mkdir(parents=True, exist_ok=True)
    project.root("moth").rename(project.root(new))
    (found,) = examined(project.path).report
    assert (found.code, found.data["found"]) == ("ROOT_MISSING", new)
    assert "doctor --fix" in str(found.hint)
    assert kinds(project, known=False) == ["moved"]
    assert ids(project) == {"hero": 1, "fx": 2, new: 3}


@pytest.mark.parametrize("other", [row(4, "HERO"), row(4, "a/../b"), row(4, "fx")])
def test_nothing_is_linked_again_beside_a_fault_that_is_left(
    project: Project, other: dict[str, Any]
) -> None:
    """Which row a moved asset belongs to is not certain in a registry that has a fault."""
    project.root("moth").rename(project.root("else"))
    merged(project, other, following=5)
    before = (project.path / INDEX).read_bytes()
    assert kinds(project, known=False) == []
    assert (project.path / INDEX).read_bytes() == before


@pytest.mark.parametrize("case", ["two copies", "nested", "none", "old"])
def test_a_move_that_is_not_plain_is_left_to_people(project: Project, case: str) -> None:
    aside = project.path / "aside"
    project.root("moth").rename(aside)
    if case == "two copies":
        shutil.copytree(aside, project.root("a"))
        shutil.copytree(aside, project.root("b"))
    elif case == "nested":
        shutil.copytree(aside, project.root("hero/moth"))
    elif case == "old":
        project.version = 1
        project.tiles("moved", registered=False)
    assert kinds(project) == []
    assert "ROOT_MISSING" in examined(project.path).report.codes


def test_what_cannot_be_read_may_be_where_it_moved_to(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two places claim an asset that moved: who cannot see one of them must not choose."""
    project.root("moth").rename(project.root("one"))
    shutil.copytree(project.root("one"), project.root("two"))
    before = (project.path / INDEX).read_bytes()
    deny(monkeypatch, "assets/two/asset.json")
    found = examined(project.path, fix=True)
    assert found.repairs == ()
    assert found.report.codes == ("ROOT_MISSING", "PATH_UNREADABLE")
    assert (project.path / INDEX).read_bytes() == before


def test_two_next_ids(project: Project) -> None:
    path = project.path / INDEX
    text = path.read_text(encoding="utf-8")
    both = text.replace('"next_asset_id": 4,', '"next_asset_id": 9,\n  "next_asset_id": 4,')
    path.write_text(both, encoding="utf-8")
    assert examined(project.path).report.codes == ("DOCUMENT_REPEATED",)
    assert "keeps the larger" in str(next(iter(examined(project.path).report)).hint)
    assert kinds(project, known=False) == ["next-id"]
    assert Registry.load(project.path, CURRENT).next_asset_id == 9


def test_other_repeats_are_left_to_people(project: Project) -> None:
    path = project.path / INDEX
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"root"', '"asset_id": 1, "root"', 1), encoding="utf-8")
    assert kinds(project) == []
    assert examined(project.path).report.codes == ("DOCUMENT_REPEATED",)


@pytest.mark.parametrize("area", [WORKSPACE, BUILD])
def test_an_interrupted_write_is_completed(
    project: Project, area: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project.path)
    registry = Registry.load(project.path, CURRENT)
    name = INDEX if area is WORKSPACE else "build/preload.json"
    new = registry.without(registry.assets[:1]).encode() if area is WORKSPACE else b"[]"
    with monkeypatch.context() as patch:
        patch.setattr("prometeu_assets.storage.transaction._finish", Mock(side_effect=OSError))
        with pytest.raises(OSError), Lock(project.path), Transaction(project.path, area) as changes:
            changes.stage(name, [new])
            changes.commit()
    assert "TRANSACTION_UNFINISHED" in examined(project.path).report.codes
    assert kinds(project)[0] == "interrupted"
    assert (project.path / name).read_bytes() == new
    assert examined(project.path).report.ok


@pytest.mark.parametrize("area", ["assets/.prometeu", "build"])
def test_leftovers_that_cannot_be_completed(project: Project, area: str) -> None:
    (project.path / area / ".staging").mkdir(parents=True)
    (project.path / area / ".staging/journal.json").write_text("{}", encoding="utf-8")
    project.rows.reverse()
    project.write_index()
    if area == "build":
        found = examined(project.path, fix=True)
        assert [repair.kind for repair in found.repairs] == ["order"]
        assert set(found.report.codes) == {"TRANSACTION_DAMAGED"}
    else:
        with pytest.raises(Refused, match="TRANSACTION_DAMAGED"):
            examined(project.path, fix=True)


def test_the_last_id(project: Project) -> None:
    project.tiles("newt", registered=False, uuid=uuid(40), seed=7)
    merged(project, row(3, "newt", asset_uuid=uuid(40)), following=2**31)
    assert kinds(project) == []
    assert "INDEX_ID" in examined(project.path, fix=True).report.codes
