"""A build as a whole: published wholly or not at all, by one writer, and nothing else touched."""

from __future__ import annotations

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.projects import ASSET, Project, edit, snapshot

from prometeu_assets import Refused
from prometeu_assets.catalog import CODES
from prometeu_assets.diagnostics import Diagnostic, Report
from prometeu_assets.packer import build as module
from prometeu_assets.packer.build import InvalidWorkspace, build, check_build
from prometeu_assets.shipper.verify import verify
from prometeu_assets.storage import files
from prometeu_assets.storage.lock import Busy, Lock

OUTPUTS = ["asset_table.json", "asset_table_metadata.json", "assets.pa", "preload.json"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("hero", preload=True)
    made.sounds("fx")
    return made


def test_four_files_and_no_other_is_touched(project: Project) -> None:
    other = project.path / "build/program.pbx"
    other.parent.mkdir()
    other.write_bytes(b"compiled")
    (project.path / "build/notes").mkdir()
    before = snapshot(project.path)
    result = build(project.path)
    after = snapshot(project.path)
    new = {name for name in after if name not in before}
    assert new == {f"build/{name}" for name in OUTPUTS} | {
        "assets/.prometeu/cache.json", "assets/.prometeu/lock",
    }  # fmt: skip
    assert before.items() <= after.items()
    assert sorted(result.outputs) == OUTPUTS
    assert {path.name for path in result.outputs.values()} == set(OUTPUTS)
    assert names(project.path / "build") == sorted([*OUTPUTS, "program.pbx", "notes"])


def test_figures(project: Project) -> None:
    import hashlib

    result = build(project.path)
    data = result.outputs["assets.pa"].read_bytes()
    figures = result.statistics
    assert (figures.assets, figures.reused) == (2, 0)
    assert figures.pack_size == len(data)
    assert figures.pack_sha256 == hashlib.sha256(data).hexdigest()
    assert figures.header_size == int.from_bytes(data[8:12], "little")
    assert verify(result.outputs["assets.pa"]).ok


def test_progress_is_told(project: Project) -> None:
    told: list[tuple[int, int, str]] = []
    build(project.path, progress=lambda *step: told.append(step))
    assert told == [(0, 2, "hero"), (1, 2, "fx"), (2, 2, "")]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def break_input(project: Project, _: pytest.MonkeyPatch) -> None:
    (project.root("hero") / "sheet.png").write_bytes(b"no")


def break_index(project: Project, _: pytest.MonkeyPatch) -> None:
    project.write_index(assets=[*project.rows, {"asset_id": 1}])


def break_output(project: Project, patch: pytest.MonkeyPatch) -> None:
    found = Report.of([Diagnostic(code=CODES["TABLE_NAME"], data={"name": "a", "other": "b"})])
    patch.setattr(module, "validate", lambda *_, **__: found)


def break_disk(project: Project, patch: pytest.MonkeyPatch) -> None:
    original = files.write_new

    def full(path: Path, chunks: Any) -> Any:
        if path.parent.parent.name == ".staging" and path.name == "new":
            raise OSError(28, "No space left on device", str(path))
        return original(path, chunks)

    patch.setattr(files, "write_new", full)


@pytest.mark.parametrize("fault", [break_input, break_index, break_output, break_disk])
def test_a_failing_build_leaves_the_outputs_before(
    project: Project, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project.path)
    edit(project.anchor("hero"), name="hero2")
    fault(project, monkeypatch)
    before = snapshot(project.path / "build")
    with pytest.raises((InvalidWorkspace, OSError)):
        build(project.path)
    assert snapshot(project.path / "build") == before
    assert names(project.path / "build") == OUTPUTS


def test_an_invalid_pack_is_never_published(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_output(project, monkeypatch)
    with pytest.raises(InvalidWorkspace) as refused:
        build(project.path)
    assert refused.value.report.codes == ("OUTPUT_INVALID", "TABLE_NAME")
    assert "TABLE_NAME" in refused.value.report.diagnostics[0].message
    assert refused.value.report.diagnostics[1].file == "build/assets.pa"
    assert names(project.path / "build") == []


class Crash(BaseException):
    """The process is gone: nothing catches it."""


@pytest.mark.parametrize("renames", range(6))
def test_a_crash_at_every_rename_is_mended_by_the_next_build(
    project: Project, renames: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    build(project.path)
    edit(project.anchor("hero"), name="hero2")
    shutil.copytree(project.path, tmp_path / "twin")
    wanted = build(tmp_path / "twin").statistics.pack_sha256
    left = renames
    original = files.replace

    def replace(*arguments: Any, **options: Any) -> None:
        nonlocal left
        if left == 0:
            raise Crash
        left -= 1
        original(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(files, "replace", replace)
        patch.setattr("prometeu_assets.storage.transaction._sweep", lambda *_: False)
        with pytest.raises(Crash):
            build(project.path)
    unfinished = (project.path / "build/.staging/journal.json").exists()
    assert unfinished == (1 <= renames < 5)
    if unfinished:
        assert verify(project.path / "build/assets.pa").codes == ("TRANSACTION_UNFINISHED",)
    result = build(project.path)
    assert result.statistics.pack_sha256 == wanted
    assert verify(result.outputs["assets.pa"]).codes == ()
    assert names(project.path / "build") == OUTPUTS


def test_an_interrupted_change_of_the_index_is_completed_first(project: Project) -> None:
    """Even when the index as it stands could not be read."""
    good = (project.path / "assets/.prometeu/index.json").read_bytes()
    staging = project.path / "assets/.prometeu/.staging"
    (staging / "0").mkdir(parents=True)
    (staging / "0/0").write_bytes(good)
    name = "assets/.prometeu/index.json"
    new, old = ({"size": len(t), "sha256": sha256(t).hexdigest()} for t in (good, b"{"))
    journal = {"schema_version": 2, "files": [{"name": name, "new": new, "replaces": old}]}
    (staging / "journal.json").write_text(json.dumps(journal), encoding="utf-8")
    (project.path / name).write_text("{", encoding="utf-8")
    built = build(project.path)
    assert built.statistics.assets == 2
    assert built.report.codes == ("TRANSACTION_COMPLETED",)
    assert build(project.path).report.codes == ()


def test_one_writer(project: Project) -> None:
    with Lock(project.path), pytest.raises(Busy, match=str(os.getpid())):
        build(project.path)
    assert not (project.path / "build").exists()
    assert build(project.path).report.ok


@pytest.mark.parametrize("place", ["", "empty"])
def test_no_project(tmp_path: Path, place: str) -> None:
    with pytest.raises(Refused, match="WORKSPACE_MISSING"):
        build(tmp_path / place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["file", "link"])
def test_build_is_a_directory(project: Project, what: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    if what == "file":
        (project.path / "build").write_bytes(b"")
    else:
        (project.path / "build").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InvalidWorkspace) as refused:
        build(project.path)
    assert refused.value.report.codes == ({"file": "PATH_KIND", "link": "PATH_SYMLINK"}[what],)
    assert names(tmp_path / "elsewhere") == []


def test_an_empty_project(tmp_path: Path) -> None:
    Project(tmp_path)
    result = build(tmp_path)
    assert result.statistics.assets == 0
    assert result.outputs["preload.json"].read_bytes() == b"[]"
    assert verify(result.outputs["assets.pa"]).ok


def test_version_1_builds_the_same_bytes_and_warns(tmp_path: Path) -> None:
    for version in (1, 2):
        project = Project(tmp_path / str(version), version=version)
        project.tiles("hero", preload=True)
        project.sounds("fx", [(1, 2), (3,)])
        if version == 1:
            for root in ("hero", "fx"):
                edit(project.anchor(root), build={"tool": 1.5})
    reports = {version: build(tmp_path / str(version)).report for version in (1, 2)}
    assert reports[2].codes == ()
    assert reports[1].codes == ("DOCUMENT_OLD",) * 3
    assert [d.file for d in reports[1]] == [
        "assets/.prometeu/index.json", "assets/hero/asset.json", "assets/fx/asset.json",
    ]  # fmt: skip
    for name in OUTPUTS:
        one, two = (tmp_path / v / "build" / name for v in "12")
        assert one.read_bytes() == two.read_bytes()
    for before in ("hero", "fx"):
        assert json.loads(Project.anchor(project, before).read_text())["schema_version"] == ASSET
    assert json.loads((tmp_path / "1/assets/hero/asset.json").read_text())["schema_version"] == 1


def test_notes_for_tools_reach_the_companion_alone(project: Project) -> None:
    plain = build(project.path).statistics.pack_sha256
    output = json.loads(project.anchor("hero").read_text())["output"]
    notes = {"by": "Ana \u2764", "scale": [1.5, None, -0.0], "n": 10**30}
    edit(project.anchor("hero"), output={**output, "pipeline": notes}, build={"x": 1})
    result = build(project.path)
    assert result.statistics.pack_sha256 == plain
    companion = json.loads(result.outputs["asset_table_metadata.json"].read_bytes())
    first, second = (asset["origin"] for asset in companion["assets"])
    assert first["pipeline"] == notes
    assert "pipeline" not in second


def test_files_that_no_input_lists_are_named_and_change_no_byte(project: Project) -> None:
    before = build(project.path)
    pack = before.outputs["assets.pa"].read_bytes()
    assert before.report.codes == ()
    root = project.root("hero")
    for name in (
        ".walk.png",
        "notes.txt",
        "sheet.aseprite",
        "sheet.json",
        "con.png",
        "a/asset.json",
    ):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"")
    assert build(project.path).report.codes == ("ROOT_UNREGISTERED",)
    shutil.rmtree(root / "a")
    for number in range(6):
        (root / f"new/{number}.PNG").parent.mkdir(exist_ok=True)
        (root / f"new/{number}.PNG").write_bytes(b"")
    made = build(project.path)
    (found,) = made.report
    assert (found.code, found.file, found.pointer) == (
        "SOURCE_UNLISTED", "assets/hero/asset.json", "/inputs"
    )  # fmt: skip
    names = [f"assets/hero/new/{number}.PNG" for number in range(5)]
    assert (
        found.message == f"hero contains files that no input lists: {', '.join(names)} and 1 more."
    )
    assert f"`prometeu-assets add assets/hero {' '.join(names)}`" in str(found.hint)

    assert made.outputs["assets.pa"].read_bytes() == pack
    assert check_build(project.path).codes == ("SOURCE_UNLISTED",)
