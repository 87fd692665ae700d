"""Projects and packs of every version there ever was: each is still read, and reads the same.

The files below ``projects`` and ``packs`` were made once and never change; a new version adds some.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.compat.second_hand import view
from tests.migrate.documents import backups, documents
from tests.workspace.projects import ASSET

import prometeu_assets as pa
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.shipper.verify import verify
from prometeu_assets.workspace.migrate import migrate, plan_migration
from prometeu_assets.workspace.project import listing

HERE = Path(__file__).parent
PROJECTS = sorted(path.name for path in (HERE / "projects").iterdir())
PACKS = sorted(path.stem for path in (HERE / "packs").glob("*.pa"))


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "projects" / request.param, tmp_path / "game"))


each_project = pytest.mark.parametrize("project", PROJECTS, indirect=True)


def versions(project: Path) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"index": set(), "asset": set()}
    for name, text in documents(project).items():
        found[Path(name).stem].add(json.loads(text)["schema_version"])
    return found


def test_there_is_a_project_of_every_version() -> None:
    found = [versions(HERE / "projects" / name) for name in PROJECTS]
    for kind in ("index", "asset"):
        assert set().union(*(project[kind] for project in found)) == set(CURRENT.windows[kind])


def test_there_is_a_pack_of_every_version() -> None:
    seen = {view((HERE / "packs" / f"{name}.pa").read_bytes())["schema_version"] for name in PACKS}
    assert seen == {container.version for container in CURRENT.containers}


@each_project
def test_a_project_builds_the_same_pack_before_and_after_migration(project: Path) -> None:
    wanted = (HERE / "packs/built.pa").read_bytes()
    old = documents(project)
    changing = [document.file for document in plan_migration(project).documents]
    before = build(project)
    assert before.outputs["assets.pa"].read_bytes() == wanted
    # An asset that is not built is not looked at, so it has no warning either.
    built = [name for name in changing if "drafts" not in name]
    assert sorted(str(d.file) for d in before.report) == sorted(built)
    assert set(before.report.codes) <= {"DOCUMENT_OLD"}
    assert documents(project) == old, "a build never migrates"
    done = migrate(project)
    assert [document.file for document in done.documents] == changing
    assert versions(project) == {name: {CURRENT.newest(name)} for name in ("index", "asset")}
    shutil.rmtree(project / "build")
    (project / "assets/.prometeu/cache.json").unlink()
    after = build(project)
    assert after.outputs["assets.pa"].read_bytes() == wanted
    assert after.report.diagnostics == ()
    assert verify(after.outputs["assets.pa"]).ok
    assert listing(project).report.diagnostics == ()
    assert migrate(project).documents == ()
    kept = [f"assets/{name}" for folder in backups(project).values() for name in folder]
    assert sorted(kept) == sorted(changing)


@each_project
def test_nothing_is_lost_but_spellings(project: Path) -> None:
    old = {name: json.loads(text) for name, text in documents(project).items()}
    migrate(project)
    for name, text in documents(project).items():
        found, before = json.loads(text), old[name]
        for member in ("name", "inputs", "preload", "build"):
            assert json.dumps(found.get(member)) == json.dumps(before.get(member))
        if "output" in found:
            for member in ("format", "metadata", "pipeline", "codec_configuration"):
                assert found["output"].get(member) == before["output"].get(member)


@pytest.mark.parametrize("project", ["v1"], indirect=True)
def test_what_the_tool_writes_for_version_1(project: Path) -> None:
    """Byte by byte: a document's formatting is somebody's."""
    old = documents(project)
    migrate(project)
    new = documents(project)
    uuid = "6f1d2c3b-0a4e-4d5f-8b6a-7c8d9e0f1a2{}"
    robot, steps = "assets/heroes/robot/asset.json", "assets/sound/steps/asset.json"
    beep = "assets/sound/beep/asset.json"
    schema = f"../../.prometeu/schemas/asset/v{ASSET}.json"
    changes = {
        robot: [
            ("asset/v1.json", f"asset/v{ASSET}.json"),
            ('n": 1,\n', f'n": {ASSET},\n  "asset_uuid": "{uuid.format(0)}",\n'),
            ("image_bank", "tile_bank"),
            ("RAW", "NONE"),
        ],
        steps: [
            ('{\r\n\t"sch', f'{{\r\n\t"$schema":"{schema}",\r\n\t"sch'),
            ('n":1,\r\n', f'n":{ASSET},\r\n\t"asset_uuid":"{uuid.format(1)}",\r\n'),
            ("RAW", "NONE"),
        ],
        beep: [
            ('{"sch', f'{{"$schema":"{schema}","sch'),
            ('n":1,', f'n":{ASSET},"asset_uuid":"{uuid.format(2)}",'),
            ("RAW", "NONE"),
        ],
    }
    for name, replacements in changes.items():
        wanted = old[name].decode()
        for before, after in replacements:
            assert before in wanted
            wanted = wanted.replace(before, after)
        assert new[name].decode() == wanted


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_still_reads_the_same(name: str) -> None:
    path = HERE / "packs" / f"{name}.pa"
    expected = json.loads(path.with_suffix(".json").read_bytes())
    assert view(path.read_bytes()) == expected
    for fast in (True, False):
        assert pa.validate(path, profile="writer", fast=fast) == pa.Report()
    with pa.open(path) as pack:
        assert pack.prelude["schema_version"] == expected["schema_version"]
        assert pack.payload_offset == expected["payload_offset"]
        assert json.loads(pack.header_bytes) == expected["header"]
        assert [p.slot for p in pack.preload] == [p["slot"] for p in expected["header"]["preload"]]
        for entry, row, bank in zip(
            pack, expected["header"]["asset_table"], expected["banks"], strict=True
        ):
            assert {name: getattr(entry, name) for name in row} == row
            assert decoded(pack, entry) == bank


def decoded(pack: pa.Pack, entry: Any) -> dict[str, Any]:
    def digest(data: Any) -> str:
        return hashlib.sha256(bytes(data)).hexdigest()

    bank = pack.decode(entry)
    found: dict[str, Any] = {"sha256": digest(pack.read(entry))}
    if isinstance(bank, pa.TileBank):
        return found | {
            "indices": digest(bank.indices.tobytes()),
            "palettes": digest(bank.palettes.astype("<u2").tobytes()),
        }
    return found | {"samples": [digest(s.astype("<i2").tobytes()) for s in bank.samples]}


def test_what_was_committed_stays_as_it_is() -> None:
    """``SHA256SUMS`` only ever grows: the files are the past."""
    rows = (HERE / "SHA256SUMS").read_text("ascii").splitlines()
    listed = {name: digest for digest, name in (row.split("  ") for row in rows)}
    found = {
        path.relative_to(HERE).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (*HERE.glob("projects/**/*"), *HERE.glob("packs/*"))
        if path.is_file()
    }
    assert found == listed
