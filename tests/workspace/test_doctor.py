"""Doctor: what it finds, what it repairs, what it leaves to people."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from PIL import Image
from tests.workspace.projects import (
    INDEX,
    RELEASED,
    Project,
    deny,
    drawing,
    edit,
    examined,
    palette_text,
    record,
    snapshot,
    uuid,
)

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.packer.doctor import doctor
from prometeu_assets.storage import paths
from prometeu_assets.storage.transaction import BUILD, WORKSPACE, Lock, Transaction
from prometeu_assets.workspace.editors import reference
from prometeu_assets.workspace.membership import forget
from prometeu_assets.workspace.recording import record_release
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import Registry
from prometeu_assets.workspace.released import Released, read_record


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


def released(project: Project) -> Released:
    return read_record(project.path, CURRENT).released


def row(number: int, root: str, **changes: Any) -> dict[str, Any]:
    return {
        "asset_id": number, "asset_uuid": uuid(number), "root": root, "included_in_build": True,
    } | changes  # fmt: skip


def kinds(project: Project, **options: Any) -> list[str]:
    """What --fix does; the same as --dry-run says, which changes nothing."""
    before = snapshot(project.path)
    said = examined(project.path, dry_run=True, **options)
    assert snapshot(project.path) == before
    done = examined(project.path, fix=True, **options)
    assert said.repairs == done.repairs
    assert all(repair.text for repair in done.repairs)
    again = examined(project.path, fix=True, **options)
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
    project.release({"asset_id": 2, "asset_uuid": uuid(88)})
    found = examined(project.path)
    assert sorted(found.report.codes) == sorted([
        "TRANSACTION_DAMAGED", "INDEX_RELEASED", "ASSET_UUID", "PATH_KIND", "PATH_MISSING",
        "ROOT_MISSING", "ASSET_NAME", "ROOT_NESTED",
    ])  # fmt: skip
    assert all(d.hint for d in found.report)


def test_an_index_that_cannot_be_read_is_all_there_is_to_tell(project: Project) -> None:
    (project.path / INDEX).write_text("{", encoding="utf-8")
    for options in ({}, {"workspace": True}, {"fix": True}, {"dry_run": True}):
        found = examined(project.path, **options)
        assert (found.report.codes, found.repairs, found.assets) == (("DOCUMENT_JSON",), (), 0)


def test_what_the_bank_says_of_a_declaration_is_asked(project: Project) -> None:
    project.tiles("odd", inputs={"sprites": ["sheet.png"]})
    assert examined(project.path).report.codes == ("ASSET_ROLES",)


# --- hygiene --------------------------------------------------------------------------------


def untidy(project: Project) -> list[tuple[str, str]]:
    found = examined(
        project.path,
        workspace=True,
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
    same = "has the same content as"
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
        (
            "SOURCE_UNUSED",
            "The root hero contains 1 file not listed as an input: work/hero.aseprite.",
        ),
        (
            "SOURCE_UNUSED",
            "The root fx contains 7 files not listed as an input: "
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
        ("PALETTE_UNUSED", "No sheet of the bank uses assets/hero/late.gpl."),
        ("PALETTE_UNUSED", "No sheet of the bank uses assets/hero/night.hex."),
    ]


def test_a_bank_that_cannot_be_read_has_no_unused_palettes(project: Project) -> None:
    (project.root("hero") / "sheet.png").write_bytes(b"")
    assert examined(
        project.path, workspace=True,
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


def test_files_outside_of_all_roots(project: Project) -> None:
    common = project.path / "assets/common"
    common.mkdir()
    for name in ("main.hex", "Night.hex", "left.hex", "notes.txt", ".main.hex"):
        (common / name).write_text(palette_text())
    shared = [{"shared": f"common/{name}"} for name in ("main.hex", "night.hex")]
    inputs = {"sprites": ["sheet.png"], "palettes": shared}
    edit(project.anchor("hero"), schema_version=3, inputs=inputs)
    found = examined(project.path, workspace=True).report
    told = [(d.code, d.message) for d in found if d.code in ("SHARED_UNUSED", "NAME_CASE")]
    alike = "'common/night.hex' and 'common/Night.hex' differ only in capitals or accents."
    assert told == [
        ("SHARED_UNUSED", "No asset uses assets/common/left.hex."),
        ("NAME_CASE", f"The input and the file {alike}"),
    ]


def test_rows_out_of_order(project: Project) -> None:
    project.rows.reverse()
    project.write_index()
    assert [code for code, _ in untidy(project)] == ["INDEX_ORDER"]
    assert kinds(project) == ["order"]
    rows = json.loads((project.path / INDEX).read_bytes())["assets"]
    assert [r["asset_id"] for r in rows if r] == [1, 2, 3]


# --- repairs --------------------------------------------------------------------------------


def merged(project: Project, *rows: dict[str, Any]) -> None:
    """An index with the project's rows and these, as both sides of a merge leave it."""
    project.write_index(assets=[*project.rows, *rows])


MOTH, NEWT = uuid(3), uuid(40)


def held(number: int, owner: str, **more: Any) -> dict[str, Any]:
    return {"asset_id": number, "asset_uuid": owner, **more}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ([], {"moth": 3, "newt": 4}),
        ([held(1, uuid(1))], {"moth": 3, "newt": 4}),
        ([held(3, MOTH)], {"moth": 3, "newt": 4}),
        ([held(3, NEWT)], {"moth": 4, "newt": 3}),
        ([held(8, NEWT)], {"moth": 3, "newt": 8}),
        ([held(3, NEWT), held(8, uuid(88))], {"moth": 9, "newt": 3}),
        ([held(3, uuid(88))], {"moth": 4, "newt": 5}),
        ([held(3, MOTH), held(3, NEWT), held(3, MOTH, given_up=True)], {"moth": 4, "newt": 3}),
        ([held(3, MOTH), held(3, MOTH, given_up=True)], {"moth": 4, "newt": 5}),
    ],
)
def test_the_record_then_the_smallest_uuid_keeps_an_id(
    project: Project, record: list[dict[str, Any]], expected: dict[str, int]
) -> None:
    project.tiles("newt", registered=False, uuid=NEWT, seed=7)
    project.release(*record)
    merged(project, row(3, "newt", asset_uuid=NEWT))
    assert set(kinds(project)) == {"new-id"}
    assert ids(project) == {"hero": 1, "fx": 2} | expected


def test_what_was_released_twice_is_for_the_team_to_decide(project: Project) -> None:
    project.tiles("newt", registered=False, uuid=NEWT, seed=7)
    merged(project, row(3, "newt", asset_uuid=NEWT))
    project.release(held(3, MOTH), held(3, NEWT))
    assert kinds(project) == []
    (found,) = examined(project.path).report
    assert (found.code, MOTH in str(found.hint), NEWT in str(found.hint)) == (
        "RELEASED_ID", True, True,
    )  # fmt: skip
    done = record_release(project.path, (), keep=[NEWT])
    assert [(r.asset_id, r.asset_uuid, r.given_up) for r in done.recorded] == [(3, MOTH, True)]
    assert kinds(project) == ["new-id"]
    assert ids(project) == {"hero": 1, "fx": 2, "newt": 3, "moth": 4}


BUTTERFLY = {"asset_uuid": MOTH, "root": "butterfly"}
REPAIRS: dict[str, tuple[list[dict[str, Any]], list[str], dict[str, Any]]] = {
    "one row twice": ([row(3, "moth")], ["one-row"], row(3, "moth")),
    "two ids": ([row(9, "moth", asset_uuid=MOTH)], ["one-row"], row(3, "moth")),
    "excluded": ([row(3, "moth", included_in_build=False)], ["one-row"],
                 row(3, "moth", included_in_build=False)),
    "moved": ([row(3, "butterfly")], ["one-row"], row(3, "moth")),
    "forgotten": ([{"asset_id": 3, "asset_uuid": MOTH}], ["one-row"],
                  {"asset_id": 3, "asset_uuid": MOTH}),
    "forgotten, elsewhere": ([{"asset_id": 9, "asset_uuid": MOTH}, row(3, "butterfly")],
                             ["one-row"], {"asset_id": 3, "asset_uuid": MOTH}),
    "root of another": ([row(3, "moth", asset_uuid=uuid(0))], ["one-root"], row(3, "moth")),
    "an id alone": ([{"asset_id": 3}], ["one-row"], row(3, "moth")),
}  # fmt: skip


@pytest.mark.parametrize("case", REPAIRS)
def test_rows_of_one_asset(project: Project, case: str) -> None:
    more, repairs, expected = REPAIRS[case]
    merged(project, *more)
    highest = max(r["asset_id"] for r in more)
    assert kinds(project) == repairs
    rows = [r for r in json.loads((project.path / INDEX).read_bytes())["assets"] if r]
    assert expected in rows
    assert rows[-1]["asset_id"] == max(3, highest), "no id is lost"
    assert len({r["asset_id"] for r in rows}) == len(rows)


def test_an_asset_whose_root_another_has_keeps_its_own_id(project: Project) -> None:
    merged(project, row(7, "moth", asset_uuid=uuid(70)))
    assert kinds(project) == ["one-root"]
    rows = json.loads((project.path / INDEX).read_bytes())["assets"]
    assert rows[-2:] == [{"asset_id": 7, "asset_uuid": uuid(70)}, None]


def test_where_no_document_decides_a_person_is_asked_once(project: Project) -> None:
    shutil.copytree(project.root("moth"), project.root("butterfly"))
    merged(project, row(3, "butterfly"))
    assert kinds(project) == []
    found, name = examined(project.path).report
    assert (found.code, found.hint_key, name.code) == ("INDEX_UUID", "ask", "ASSET_NAME")
    with pytest.raises(Refused, match="INDEX_UUID"):
        register(project.root("hero"), project=project.path)
    (done,) = register(project.root("butterfly"), project=project.path).roots
    assert (done.registered.root, done.registered.asset_id) == ("butterfly", 3)
    assert ids(project) == {"hero": 1, "fx": 2, "butterfly": 3}


def test_the_answer_may_be_that_one_is_a_copy_or_that_it_is_gone(project: Project) -> None:
    shutil.copytree(project.root("moth"), project.root("butterfly"))
    merged(project, row(3, "butterfly"))
    (done,) = drawing(
        lambda: NEWT, register, project.root("butterfly"), project=project.path, new_uuid=True
    ).roots
    assert done.registered.asset_id == 4
    assert ids(project) == {"hero": 1, "fx": 2, "moth": 3, "butterfly": 4}
    shutil.rmtree(project.root("moth"))
    merged(project, row(3, "elsewhere"))
    assert [found.asset_uuid for found in forget(MOTH, project=project.path).forgotten] == [MOTH]
    assert ids(project) == {"hero": 1, "fx": 2}


def test_no_root_is_given_by_itself(project: Project) -> None:
    project.root("moth").rename(project.root("butterfly"))
    assert kinds(project) == []
    (found,) = examined(project.path).report
    assert (found.code, found.hint_key, found.data["found"]) == (
        "ROOT_MISSING",
        "moved",
        "butterfly",
    )
    assert ids(project)["moth"] == 3


def test_three_of_one_id(project: Project) -> None:
    for number, name in ((41, "newt"), (40, "toad")):
        project.tiles(name, registered=False, uuid=uuid(number), seed=number)
    merged(project, row(3, "newt", asset_uuid=uuid(41)), row(3, "toad", asset_uuid=uuid(40)))
    assert kinds(project) == ["new-id", "new-id"]
    assert ids(project) == {"hero": 1, "fx": 2, "moth": 3, "toad": 4, "newt": 5}


TEXTS = {
    "marks": lambda text: text.replace(b"null]}", b"<<<<<<< a\n=======\n>>>>>>> b\nnull]}"),
    "a base": lambda text: text.replace(
        b"null]}", b'<<<<<<< a\n||||||| b\n{"asset_id": 9},\n=======\n>>>>>>> c\nnull]}'
    ),
    "carriage returns": lambda text: b"<<<<<<< a\r\n" + text.replace(b"\n", b"\r\n"),
    "version 2": lambda text: text.replace(
        b"null]}",
        b'>>>>>>> a\n{\n  "schema_version": 2,\n  "next_asset_id": 4,\n  "assets": [\n    '
        b'{"asset_id": 3, "asset_uuid": "%s", "root": "moth", "included_in_build": true}\n  ]\n}'
        % MOTH.encode(),
    ),
    "first lines twice": lambda text: text.partition(b"\n")[0] + b"\n" + text,
}


@pytest.mark.parametrize("case", TEXTS)
def test_lines_that_a_merge_left(project: Project, case: str) -> None:
    registry = Registry.load(project.path, CURRENT)
    (project.path / INDEX).write_bytes(TEXTS[case](registry.encode()))
    assert "INDEX_TEXT" in examined(project.path).report.codes
    assert kinds(project)[0] == "text"
    assert (project.path / INDEX).read_bytes() == registry.encode()


def test_a_record_that_a_merge_left(project: Project) -> None:
    project.release(held(3, MOTH))
    text = released(project).encode()
    (project.path / RELEASED).write_bytes(b"<<<<<<< a\n" + text)
    assert kinds(project) == ["text"]
    assert (project.path / RELEASED).read_bytes() == text


@pytest.mark.parametrize("spoil", [
    lambda text: text[:-8], lambda text: text.replace(b"fx", b'f"x'), lambda text: text + b"hello\n",
    lambda text: text.replace(b"3, ", b"4, ").replace(b'"assets"', b'"others"'),
])  # fmt: skip
def test_other_lines_are_left_to_people(project: Project, spoil: Any) -> None:
    text = spoil(Registry.load(project.path, CURRENT).encode())
    (project.path / INDEX).write_bytes(text)
    assert kinds(project) == []
    assert not examined(project.path).report.ok
    assert (project.path / INDEX).read_bytes() == text


def test_what_cannot_be_read_may_be_the_one_that_counts(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two places claim an asset: who cannot see one of them must not choose."""
    shutil.copytree(project.root("moth"), project.root("two"))
    merged(project, row(3, "two"))
    before = (project.path / INDEX).read_bytes()
    deny(monkeypatch, "assets/two/asset.json")
    found = examined(project.path, fix=True)
    assert found.repairs == ()
    assert "PATH_UNREADABLE" in found.report.codes
    assert (project.path / INDEX).read_bytes() == before


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
    project.tiles("newt", registered=False, uuid=NEWT, seed=7)
    merged(project, row(3, "newt", asset_uuid=NEWT), {"asset_id": 2**31 - 1})
    assert kinds(project) == []
    assert "INDEX_ID" in examined(project.path, fix=True).report.codes


def test_a_palette_beside_an_asset_without_palettes_is_a_file_that_no_input_names(
    project: Project,
) -> None:
    edit(project.anchor("hero"), inputs={"sprites": ["sheet.png"]})
    (project.root("hero") / "colors.hex").rename(project.root("hero") / "night.gpl")
    found = examined(project.path, workspace=True).report
    assert [d.code for d in found if d.code.endswith("_UNUSED")] == ["SOURCE_UNUSED"]


VERBS: dict[str, Callable[[Project], object]] = {
    "doctor": lambda p: doctor(p.path),
    "doctor --workspace": lambda p: doctor(p.path, workspace=True),
    "doctor --fix": lambda p: doctor(p.path, workspace=True, fix=True),
    "doctor --dry-run": lambda p: doctor(p.path, dry_run=True),
    "register": lambda p: register(*p.path.glob("assets/[a-z]*"), project=p.path),
    "register --moved": lambda p: register(p.root("fx"), project=p.path, moved=True),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_document_is_read_once(
    project: Project, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one whose $schema is of this tool, and leads to its schema."""
    edit(project.anchor("hero"), **{"$schema": reference("hero", 3)})
    doctor(project.path, fix=True)
    if verb.startswith("register"):
        (project.path / INDEX).write_bytes(Registry().encode())
    seen: list[str] = []
    real = paths._opened

    def _opened(root: Path, path: str) -> Any:
        seen.append(path)
        return real(root, path)

    monkeypatch.setattr(paths, "_opened", _opened)
    VERBS[verb](project)
    read = [path for path in seen if path.endswith("asset.json")]
    assert len(read) == len(set(read)) > 0
