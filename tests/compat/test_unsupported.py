"""Versions that nothing reads: each is refused, early, with what to do about it."""

from __future__ import annotations

import json
import struct
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import Cli
from tests.every import every
from tests.packs import SMALL, pack
from tests.workspace.projects import INDEX, Project, dump, edit

import prometeu_assets as pa
from prometeu_assets import Refused
from prometeu_assets.cli.app import WRONG_INPUT
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.documents import read_document
from prometeu_assets.packer.build import build
from prometeu_assets.shipper.verify import verify

FILES = {
    "asset": "assets/hero/asset.json",
    "index": INDEX,
    "cartridge": "cartridge.json",
}
NEWEST = {kind: CURRENT.newest(kind) for kind in FILES}
OLDER = "because it is too old. Migrate it with an older release"
NEWER = (
    "A newer tool wrote the document. Update to a release of prometeu-assets that reads version {}"
)
TYPE = "without quotes, fraction or exponent"
MISSING = 'Add `"schema_version": {}` as its first member'
CASES: list[tuple[str, Any, str, str]] = [
    *((kind, 0, "0", OLDER) for kind in FILES),
    *((kind, -1, "-1", OLDER) for kind in FILES),
    *(
        (kind, newest + 1, f"{newest + 1}", NEWER.format(newest + 1))
        for kind, newest in NEWEST.items()
    ),
    *((kind, 2**32 - 1, "4294967295", NEWER.format(2**32 - 1)) for kind in FILES),
    *((kind, 10**30, "1" + "0" * 30, NEWER.format(10**30)) for kind in FILES),
    *((kind, "1", '"1"', TYPE) for kind in FILES),
    *((kind, 1.0, "1.0", TYPE) for kind in FILES),
    *((kind, True, "true", TYPE) for kind in FILES),
    *((kind, None, "null", TYPE) for kind in FILES),
    *((kind, [1], "[1]", TYPE) for kind in FILES),
    *((kind, ..., "missing", MISSING.format(newest)) for kind, newest in NEWEST.items()),
]
"""Document, its version (`...` for none), how the message shows it, what the hint says."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    example = CURRENT.documents.schema("cartridge", 1)["examples"][0]
    dump(made.path / "cartridge.json", example)
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.mark.parametrize(
    ("kind", "version", "shown", "hint"), CASES, ids=lambda value: str(value)[:20]
)
def test_a_document(kind: str, version: Any, shown: str, hint: str, project: Project) -> None:
    edit(project.path / FILES[kind], schema_version=version)
    with pytest.raises(Refused) as caught:
        read_document(project.path, FILES[kind], kind, CURRENT, context={"asset_uuid": None})
    (found,) = caught.value.report
    assert (found.code, found.file) == ("DOCUMENT_VERSION", FILES[kind])
    assert found.pointer == ("" if version is ... else "/schema_version")
    window = ", ".join(map(str, CURRENT.windows[kind]))
    assert found.message == f"`schema_version` is {shown}; supported versions: {window}."
    assert found.hint is not None and hint in found.hint


@pytest.mark.parametrize("kind", ["asset", "index"])
@pytest.mark.parametrize("version", [0, 9, "2", ...], ids=str)
@pytest.mark.parametrize("verb", [["build"], ["build", "--check"], ["migrate"],
                                  ["migrate", "--check"], ["doctor"], ["list"]], ids=" ".join)  # fmt: skip
def test_every_verb_refuses_it_in_every_form(
    cli: Cli, project: Project, verb: list[str], kind: str, version: Any
) -> None:
    edit(project.path / FILES[kind], schema_version=version)
    ran = cli(*verb)
    assert ran.code == WRONG_INPUT
    line = 1 if version is ... else 2
    assert ran.err.count("error DOCUMENT_VERSION: `schema_version` is ") == 1
    assert f"at {FILES[kind]}:{line}:" in ran.err
    value = json.loads(cli(*verb, "--format", "json").out)
    (found,) = value.get("report", value)["diagnostics"]
    assert (found["code"], found["line"]) == ("DOCUMENT_VERSION", line)
    ran = cli(*verb, "--format", "sarif")
    (log,) = json.loads(ran.out)["runs"]
    assert ran.code == WRONG_INPUT
    assert [result["ruleId"] for result in log["results"]] == ["DOCUMENT_VERSION"]
    ran = cli(*verb, "--format", "github")
    assert ran.code == WRONG_INPUT
    (annotation,) = [text for text in ran.out.splitlines() if "DOCUMENT_VERSION" in text]
    assert annotation.startswith("::error ") and f"file={FILES[kind]}" in annotation


KINDS = [
    ("asset", "index", "an index.json", "an asset.json"),
    ("index", "asset", "an asset.json", "an index.json"),
    ("asset", "cartridge", "a cartridge.json", "an asset.json"),
    ("cartridge", "asset", "an asset.json", "a cartridge.json"),
]


@pytest.mark.parametrize(("kind", "other", "found", "expected"), KINDS)
@pytest.mark.parametrize("version", [0, 2, 99, ...], ids=str)
def test_a_document_of_another_kind(
    project: Project, kind: str, other: str, found: str, expected: str, version: Any
) -> None:
    """What it is comes before what version it has; version 3 of an index tells nothing."""
    project.write_index(next_asset_id=2)
    text = (project.path / FILES[other]).read_bytes()
    (project.path / FILES[kind]).write_bytes(text)
    edit(project.path / FILES[kind], schema_version=version)
    with pytest.raises(Refused) as caught:
        read_document(project.path, FILES[kind], kind, CURRENT, context={"asset_uuid": None})
    (diagnostic,) = caught.value.report
    assert diagnostic.code == "DOCUMENT_KIND"
    assert diagnostic.message == f"This looks like {found}, but {expected} is expected here."


@every(product([0, 2, 2**32 - 1], [8, 31, None]))
def test_a_pack(version: int, size: int | None, tmp_path: Path, cli: Cli) -> None:
    """The first 8 bytes decide, whatever may follow in that version."""
    data = pack(SMALL)
    data = (data[:4] + struct.pack("<I", version) + data[8:])[:size]
    for profile in ("reader", "writer"):
        (found,) = pa.validate(data, profile=profile)
        assert (found.code, found.offset) == ("PRELUDE_VERSION", 4)
        assert f"schema_version {version}" in found.message and "supports 1" in found.message
        assert found.hint
    with pytest.raises(pa.InvalidPack):
        pa.open(data)
    path = tmp_path / "assets.pa"
    path.write_bytes(data)
    for verb in ("inspect", "validate", "verify"):
        for form in ("text", "json", "sarif", "github"):
            ran = cli(verb, path, "--format", form)
            assert ran.code == WRONG_INPUT
            assert "PRELUDE_VERSION" in ran.out + ran.err


CACHES = [{"schema_version": version} for version in (0, 1, 2**32 - 1, "1", True, None)] + [{}]


@pytest.mark.parametrize("changes", CACHES, ids=lambda c: str(c.get("schema_version", "missing")))
def test_a_cache_is_discarded_and_rebuilt(project: Project, changes: dict[str, Any]) -> None:
    first = build(project.path)
    pristine = first.outputs["assets.pa"].read_bytes()
    assert build(project.path).statistics.reused == 1
    cache = project.path / "assets/.prometeu/cache.json"
    before = cache.read_bytes()
    edit(cache, **(changes or {"schema_version": ...}))
    assert cache.read_bytes() != before
    done = build(project.path)
    assert done.report.diagnostics == (), "nobody is bothered with it"
    assert done.statistics.reused == 0
    assert done.outputs["assets.pa"].read_bytes() == pristine
    assert json.loads(cache.read_bytes())["entries"] == json.loads(before)["entries"]
    assert build(project.path).statistics.reused == 1


@pytest.mark.parametrize("version", [0, 3, "2", ...], ids=str)
def test_a_companion(project: Project, version: Any) -> None:
    outputs = build(project.path).outputs
    assert verify(outputs["assets.pa"]).ok
    edit(outputs["asset_table_metadata.json"], schema_version=version)
    report = verify(outputs["assets.pa"])
    assert report.codes == ("COMPANION_DIFFERS",)
    assert all(found.hint and "Build again" in found.hint for found in report)


@pytest.mark.parametrize("version", [0, 1, 3, "2"], ids=str)
def test_a_journal(project: Project, version: Any) -> None:
    """What another version has left unfinished is not guessed at."""
    dump(
        project.path / "assets/.prometeu/.staging/journal.json",
        {"schema_version": version, "files": []},
    )
    before = (project.path / INDEX).read_bytes()
    with pytest.raises(Refused) as caught:
        build(project.path)
    (found,) = caught.value.report
    assert found.code == "TRANSACTION_DAMAGED"
    assert found.hint is not None and "Another version of this tool" in found.hint
    assert (project.path / INDEX).read_bytes() == before
