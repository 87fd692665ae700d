"""A whole project brought to the current versions: all of it or none, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.migrate.documents import (
    INDEX,
    backups,
    documents,
    exact,
    migrated_asset,
    migrated_index,
)
from tests.workspace.projects import ASSET, TABLE, Project, dump, edit, snapshot, uuid

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.migrations import STEPS, Step
from prometeu_assets.packer.build import build
from prometeu_assets.storage.transaction import WORKSPACE, Busy, Lock, Transaction
from prometeu_assets.workspace import migrate as module
from prometeu_assets.workspace.migrate import discard_backups, migrate, plan_migration

HERO = "assets/hero/asset.json"
FX = "assets/fx/asset.json"
BACKUP = "1-asset-v1-index-v1"


def refused(call: Callable[..., object], *args: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(Refused) as caught:
        call(*args, **options)
    for found in caught.value.report:
        assert found.message and "None" not in found.message
    return caught.value.report.codes


def test_all_documents_become_current(old: Project) -> None:
    before = documents(old.path)
    done = migrate(old.path)
    assert done.report.ok and not done.report.diagnostics
    assert [(d.file, d.found, d.newest) for d in done.documents] == [
        (INDEX, 1, TABLE), (HERO, 1, ASSET), (FX, 1, ASSET),
    ]  # fmt: skip
    after = documents(old.path)
    for number, name in enumerate((HERO, FX), 1):
        root = name.removeprefix("assets/").removesuffix("/asset.json")
        wanted = migrated_asset(json.loads(before[name]), uuid(number), root)
        assert json.loads(after[name]) == wanted
    assert json.loads(after[INDEX]) == migrated_index(json.loads(before[INDEX]))
    assert done.backup == f"assets/.prometeu/backup/{BACKUP}"
    kept = {f"assets/{name}": data for name, data in backups(old.path)[BACKUP].items()}
    assert kept == before
    assert not (old.path / WORKSPACE.staging).exists()


def test_the_pack_stays_the_same(old: Project) -> None:
    before = build(old.path)
    assert before.report.codes == ("DOCUMENT_OLD",) * 3
    packed = before.outputs["assets.pa"].read_bytes()
    migrate(old.path)
    shutil.rmtree(old.path / "build")
    after = build(old.path)
    assert after.report.diagnostics == ()
    assert after.outputs["assets.pa"].read_bytes() == packed


def test_again_changes_nothing(old: Project) -> None:
    migrate(old.path)
    before = snapshot(old.path / "assets")
    again = migrate(old.path)
    assert (again.documents, again.backup) == ((), None)
    lock = "assets/.prometeu/lock".removeprefix("assets/")
    after = snapshot(old.path / "assets")
    del before[lock], after[lock]
    assert after == before, "not even a time of change"


def test_a_plan_writes_nothing(old: Project) -> None:
    before = snapshot(old.path)
    planned = plan_migration(old.path)
    assert len(planned.documents) == 3 and planned.backup is None
    assert snapshot(old.path) == before
    diff = planned.documents[1].diff
    assert diff.startswith(f"--- {HERO} (version 1)\n+++ {HERO} (version {ASSET})\n@@ ")
    assert '-  "type": "image_bank",\n+  "type": "tile_bank",\n' in diff
    assert f'+  "asset_uuid": "{uuid(1)}",\n' in diff
    # Whoever has only the diff can make the change.
    assert [line for line in diff.splitlines()[3:] if line[0] not in "+-"]


def test_a_mixture(old: Project) -> None:
    """Assets of the newest version under an index of version 1, and the other way round."""
    new = Project(old.path.parent / "new", version=2)
    new.tiles("hero")
    shutil.copy(new.anchor("hero"), old.anchor("hero"))
    before = documents(old.path)
    done = migrate(old.path)
    assert [d.file for d in done.documents] == [INDEX, FX]
    assert documents(old.path)[HERO] == before[HERO]
    assert done.backup is not None and done.backup.endswith("/1-asset-v1-index-v1")
    # The asset that came from another branch, later.
    (old.path / FX).write_bytes(before[FX])
    done = migrate(old.path)
    assert [d.file for d in done.documents] == [FX]
    assert sorted(backups(old.path)) == [BACKUP, "2-asset-v1"]
    assert backups(old.path)[BACKUP]["fx/asset.json"] == before[FX]


def test_excluded_assets_migrate_too(tmp_path: Path) -> None:
    project = Project(tmp_path, version=2)
    project.tiles("hero", included=False)
    project.version = 1
    edit(project.anchor("hero"), schema_version=1, asset_uuid=..., type="image_bank",
         output={"format": "TILES/indexed_v1", "codec": "RAW"})  # fmt: skip
    migrate(project.path)
    assert json.loads(project.anchor("hero").read_bytes())["asset_uuid"] == uuid(1)


def test_the_backup_is_discarded_when_asked_for(old: Project) -> None:
    assert discard_backups(old.path).discarded == ()
    migrate(old.path)
    other = old.path / "assets/.prometeu/backup/notes.txt"
    other.write_text("mine")
    assert discard_backups(old.path).discarded == (f"assets/.prometeu/backup/{BACKUP}",)
    assert other.read_text() == "mine", "what is not ours stays"
    other.unlink()
    assert discard_backups(old.path).discarded == ()
    assert not other.parent.exists()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links")
def test_no_link_is_followed_to_a_backup(old: Project, tmp_path: Path) -> None:
    away = tmp_path / "away"
    (away / "1-asset-v1").mkdir(parents=True)
    (old.path / "assets/.prometeu/backup").symlink_to(away, target_is_directory=True)
    before = documents(old.path)
    assert refused(discard_backups, old.path) == ("PATH_SYMLINK",)
    assert refused(migrate, old.path) == ("PATH_SYMLINK",)
    assert documents(old.path) == before
    assert [path.name for path in away.iterdir()] == ["1-asset-v1"]


# What stops it


def broken_texts(project: Project) -> None:
    (project.path / HERO).write_text("{")
    edit(project.anchor("fx"), name=7, type="picture")


def missing(project: Project) -> None:
    shutil.rmtree(project.root("fx"))


def newer(project: Project) -> None:
    edit(project.anchor("hero"), schema_version=ASSET + 1)
    edit(project.anchor("fx"), schema_version=0)


def unknown_member(project: Project) -> None:
    edit(project.anchor("hero"), colour="red")


def other_uuid(project: Project) -> None:
    shutil.rmtree(project.root("hero"))
    newer = Project(project.path.parent / "other")
    newer.tiles("hero", uuid=uuid(77))
    shutil.copytree(newer.root("hero"), project.root("hero"))


def broken_index(project: Project) -> None:
    project.write_index(assets=[{**row, "asset_id": 7} for row in project.rows])
    (project.path / HERO).write_text('{"schema_version": 1,}')


def two_ids(project: Project) -> None:
    project.write_index(assets=[project.rows[0], {**project.rows[1], "asset_id": 1}])


FAULTS: dict[Callable[[Project], None], tuple[str, ...]] = {
    broken_texts: ("DOCUMENT_JSON", "DOCUMENT_SCHEMA", "DOCUMENT_SCHEMA"),
    missing: ("ROOT_MISSING",),
    newer: ("DOCUMENT_VERSION", "DOCUMENT_VERSION"),
    unknown_member: ("DOCUMENT_SCHEMA",),
    other_uuid: ("ASSET_UUID",),
    broken_index: ("INDEX_ID", "DOCUMENT_JSON"),
    two_ids: ("INDEX_ID",),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_one_fault_stops_it_all_and_every_fault_is_told(
    old: Project, fault: Callable[[Project], None]
) -> None:
    fault(old)
    before = documents(old.path)
    assert refused(plan_migration, old.path) == FAULTS[fault]
    assert refused(migrate, old.path) == FAULTS[fault]
    assert documents(old.path) == before
    assert backups(old.path) == {}


def test_a_step_that_makes_nonsense_changes_nothing(old: Project) -> None:
    def step(document: Any, context: Any) -> dict[str, Any]:
        return {**STEPS["asset", 1](document, context), "colour": "red"}

    steps: dict[tuple[str, int], Step] = {**STEPS, ("asset", 1): step}
    before = documents(old.path)
    with pytest.raises(Refused) as caught:
        migrate(old.path, contract=CURRENT.with_(migrations=steps))
    (first, _) = caught.value.report
    assert first.code == "MIGRATION_INVALID"
    assert "version 2" in first.message and "'colour'" in first.message
    assert first.asset is not None and first.asset.id == 1
    assert documents(old.path) == before


def test_a_step_that_leads_nowhere_is_a_fault_of_the_program(old: Project) -> None:
    stuck: Step = lambda document, context: dict(document)  # noqa: E731
    with pytest.raises(ValueError, match="leads elsewhere"):
        migrate(old.path, contract=CURRENT.with_(migrations={**STEPS, ("asset", 1): stuck}))


def test_gaps_in_the_chain_are_found() -> None:
    assert CURRENT.gaps == ()
    windows = {**CURRENT.windows, "asset": (*CURRENT.windows["asset"], ASSET + 1)}
    assert CURRENT.with_(windows=windows).gaps == (("asset", ASSET),)
    assert CURRENT.with_(windows={"asset": (1, 3)}).gaps == (("asset", 2),)
    every = tuple((name, n) for name, window in CURRENT.windows.items() for n in window[:-1])
    assert CURRENT.with_(migrations={}).gaps == every


def test_a_document_that_would_outgrow_its_limit(old: Project) -> None:
    path = old.path / HERO
    padding = CURRENT.limits.asset_document_bytes - len(path.read_bytes())
    path.write_bytes(path.read_bytes() + b" " * padding)
    assert plan_codes(old) == ("FILE_TOO_LARGE",)


def plan_codes(project: Project) -> tuple[str, ...]:
    return refused(plan_migration, project.path)


def test_what_an_editor_writes_meanwhile_is_not_lost(
    old: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module._free_backup

    def meanwhile(project: Path, found: Any) -> str:
        edit(old.path / FX, name="renamed")
        return real(project, found)

    monkeypatch.setattr(module, "_free_backup", meanwhile)
    assert refused(migrate, old.path) == ("PATH_UNREADABLE",)
    assert json.loads((old.path / FX).read_bytes())["name"] == "renamed"
    assert json.loads((old.path / HERO).read_bytes())["schema_version"] == 1


def test_one_at_a_time(old: Project) -> None:
    with Lock(old.path):
        with pytest.raises(Busy):
            migrate(old.path)
        assert len(plan_migration(old.path).documents) == 3, "looking needs no lock"


def test_an_unfinished_change_is_completed_first(
    old: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = (old.path / HERO).read_bytes().replace(b'"hero"', b'"renamed"')
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr("prometeu_assets.storage.transaction._finish", lambda *_: 1 / 0)
        with Transaction(old.path, WORKSPACE) as transaction:
            transaction.stage(HERO, [changed])
            transaction.commit()
    assert refused(plan_migration, old.path) == ("TRANSACTION_UNFINISHED",)
    migrate(old.path)
    assert json.loads((old.path / HERO).read_bytes())["name"] == "renamed"


def test_no_project(tmp_path: Path) -> None:
    for call in (plan_migration, migrate, discard_backups):
        assert refused(call, tmp_path) == ("WORKSPACE_MISSING",)


# Unregistered roots


def test_unregistered_roots_are_left_alone(old: Project) -> None:
    old.tiles("old", registered=False)
    new = Project(old.path.parent / "new")
    new.tiles("young", registered=False, uuid=uuid(9))
    shutil.copytree(new.root("young"), old.root("young"))
    dump(old.root("scratch") / "asset.json", {"not": "ready"})
    before = documents(old.path)
    done = migrate(old.path)
    after = documents(old.path)
    for root in ("old", "young", "scratch"):
        assert after[f"assets/{root}/asset.json"] == before[f"assets/{root}/asset.json"]
    (found,) = done.report
    assert (found.code, found.file) == ("MIGRATION_UNREGISTERED", "assets/old/asset.json")
    assert found.hint is not None and "register assets/old --adopt" in found.hint
    assert done.report.ok


# Formatting

FORMS: dict[str, tuple[str, str]] = {
    "four spaces, line ends of Windows, none at the end": (
        '{\r\n    "preload": {"enabled": true},\r\n    "schema_version": 1,\r\n    REST\r\n}',
        (
            '{\r\n    "$schema": "EDITOR",\r\n    "preload": {"enabled": true},\r\n    "schema_version": NEWEST,\r\n'
            '    "asset_uuid": "UUID",\r\n    REST\r\n}'
        ),
    ),
    "tabs, no space after a colon": (
        '{\n\t"schema_version":1,\n\t"preload":{"enabled":false},\n\tREST\n}\n\n',
        (
            '{\n\t"$schema":"EDITOR",\n\t"schema_version":NEWEST,\n\t"asset_uuid":"UUID",\n\t"preload":{"enabled":false},\n'
            "\tREST\n}\n\n"
        ),
    ),
    "one line": (
        '{"preload":{"enabled":true},REST,"schema_version":1}',
        '{"$schema":"EDITOR","preload":{"enabled":true},REST,"schema_version":NEWEST,"asset_uuid":"UUID"}',
    ),
    "spellings of its own": (
        (
            '{ "schema_version" : 1 , "preload" : {"enabled":true}, REST,\n'
            ' "build" : { "q" : 1e3 , "n\\u0041":[ 1.50,-0 , "\\u00e9\\/" ] } }\n'
        ),
        (
            '{ "$schema" : "EDITOR" , "schema_version" : NEWEST , "asset_uuid" : "UUID" , "preload" : {"enabled":true}, REST,\n'
            ' "build" : { "q" : 1e3 , "n\\u0041":[ 1.50,-0 , "\\u00e9\\/" ] } }\n'
        ),
    ),
}
REST_1 = """"name": "hero", "inputs": {"sprites": ["sheet.png"],   "palettes": ["colors.hex"]},
  "type": "image_bank", "output": {"codec" :"RAW", "format": "TILES/indexed_v1"}"""
REST_2 = REST_1.replace("image_bank", "tile_bank").replace("RAW", "NONE")


@pytest.mark.parametrize("form", FORMS)
def test_the_formatting_of_a_document_is_its_own(old: Project, form: str) -> None:
    before, after = (text.encode() for text in FORMS[form])
    (old.path / HERO).write_bytes(before.replace(b"REST", REST_1.encode()))
    migrate(old.path)
    wanted = after.replace(b"REST", REST_2.encode()).replace(b"UUID", uuid(1).encode())
    wanted = wanted.replace(b"NEWEST", b"%d" % ASSET).replace(
        b"EDITOR", f"../.prometeu/schemas/asset/v{ASSET}.json".encode()
    )
    assert (old.path / HERO).read_bytes() == wanted


EDITORS = {
    "../.prometeu/schemas/asset/v1.json": f"../.prometeu/schemas/asset/v{ASSET}.json",
    "../../.prometeu/schemas/asset/v2.json": f"../.prometeu/schemas/asset/v{ASSET}.json",
    "urn:prometeu:schema:asset:1": f"urn:prometeu:schema:asset:{ASSET}",
    "../../schemas/asset/v1.json": f"../../schemas/asset/v{ASSET}.json",
    "https://example.org/asset/v1.json": f"https://example.org/asset/v{ASSET}.json",
    "asset/v1.json": f"asset/v{ASSET}.json",
    "myasset/v1.json": "myasset/v1.json",
    "https://example.org/mine.json": "https://example.org/mine.json",
}


@pytest.mark.parametrize("before", EDITORS)
def test_the_address_of_the_schema_follows(old: Project, before: str) -> None:
    edit(old.path / HERO, **{"$schema": before})
    migrate(old.path)
    assert json.loads((old.path / HERO).read_bytes())["$schema"] == EDITORS[before]


# Properties

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
free = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,5}", fullmatch=True), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
notes = st.recursive(
    free | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
names = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,9}(/[A-Za-z0-9]{1,5})?", fullmatch=True)
paths = st.lists(texts.filter(bool), min_size=1, max_size=3)


@st.composite
def assets(draw: st.DrawFn) -> dict[str, Any]:
    """Any valid asset.json of version 1, its members in any order."""
    output: dict[str, Any] = {
        "format": draw(st.sampled_from(["TILES/indexed_v1", "SOUNDS/pcm16le_v1"])),
        "codec": "RAW",
    }
    if draw(st.booleans()):
        output["metadata"] = draw(
            st.dictionaries(
                st.from_regex(r"x_[A-Za-z0-9_.-]{0,9}", fullmatch=True), free, max_size=3
            )
        )
    type_ = draw(st.sampled_from(["image_bank", "sound_bank"]))
    known = ["sprites", "palettes"] if type_ == "image_bank" else ["samples"]
    roles = st.sampled_from(known)
    document: dict[str, Any] = {
        "schema_version": 1,
        "name": draw(names),
        "type": type_,
        "inputs": draw(st.dictionaries(roles, paths, min_size=1)),
        "output": shuffled(draw, output),
        "preload": {"enabled": draw(st.booleans())},
    }
    if draw(st.booleans()):
        document["build"] = draw(st.dictionaries(texts, notes, max_size=3))
    if draw(st.booleans()):
        document["$schema"] = draw(texts)
    return shuffled(draw, document)


def shuffled(draw: st.DrawFn, value: dict[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in draw(st.permutations(list(value)))}


@settings(max_examples=60)
@given(
    documents=st.lists(assets(), min_size=1, max_size=3),
    indent=st.sampled_from([None, 0, 2, "\t"]),
    ascii=st.booleans(),
    data=st.data(),
)
def test_any_project_of_version_1_migrates_without_loss(
    documents: list[dict[str, Any]], indent: Any, ascii: bool, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        project = Path(folder)
        rows = [
            {"asset_id": 3 * n + 1, "asset_uuid": uuid(n), "root": f"r{n}"}
            for n in range(len(documents))
        ]
        index = {
            "schema_version": 1,
            "next_asset_id": 99,
            "assets": data.draw(st.permutations(rows)),
        }
        texts = {INDEX: index} | {f"assets/r{n}/asset.json": d for n, d in enumerate(documents)}
        for name, value in texts.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(json.dumps(value, indent=indent, ensure_ascii=ascii).encode())
            assert list(CURRENT.documents.violations((kind(name), 1), value)) == []
        before = {name: (project / name).read_bytes() for name in texts}
        migrate(project)
        after = {name: (project / name).read_bytes() for name in texts}
        for number, document in enumerate(documents):
            found = json.loads(after[f"assets/r{number}/asset.json"])
            wanted = migrated_asset(document, uuid(number), f"r{number}")
            assert {n: exact(v) for n, v in found.items()} == {
                n: exact(v) for n, v in wanted.items()
            }
            new = {"asset_uuid", "$schema"} - document.keys()
            assert [n for n in found if n not in new] == list(document), "the order stays"
        assert exact(json.loads(after[INDEX])) == exact(migrated_index(index))
        for name, text in after.items():
            value = json.loads(text)
            key = (kind(name), value["schema_version"])
            assert list(CURRENT.documents.violations(key, value)) == []
        (kept,) = backups(project).values()
        assert {f"assets/{name}": text for name, text in kept.items()} == before
        assert migrate(project).documents == (), "twice is once"
        assert {name: (project / name).read_bytes() for name in texts} == after


def kind(name: str) -> str:
    return "index" if name == INDEX else "asset"


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits")
def test_permissions_stay(old: Project) -> None:
    (old.path / HERO).chmod(0o640)
    migrate(old.path)
    assert (old.path / HERO).stat().st_mode & 0o777 == 0o640
