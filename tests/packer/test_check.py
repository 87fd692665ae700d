"""``build --check``: whether the outputs are what a build would make, and nothing is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.packer.test_build import OUTPUTS
from tests.packer.test_cache import forge
from tests.workspace.projects import Project, edit, record, snapshot

from prometeu_assets.packer.build import InvalidWorkspace, build, check_build
from prometeu_assets.packer.cache import CACHE
from prometeu_assets.storage.lock import Lock


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("hero", preload=True)
    made.sounds("fx", [(1, 2), (3,)])
    made.sounds("beep")
    build(made.path)
    return made


def whole(project: Project) -> dict[str, tuple[bytes, int]]:
    return snapshot(project.path)


def test_what_was_just_built_is_up_to_date(project: Project) -> None:
    before = whole(project)
    for _ in range(2):
        assert check_build(project.path).ok
    (project.path / CACHE).unlink()
    assert check_build(project.path).ok, "without a cache as well"
    before.pop(CACHE)
    assert whole(project) == before


def change(name: str, edit: Callable[[bytes], bytes]) -> Callable[[Project], None]:
    def fault(project: Project) -> None:
        path = project.path / "build" / name
        path.write_bytes(edit(path.read_bytes()))

    return fault


def remove(name: str) -> Callable[[Project], None]:
    return lambda project: (project.path / "build" / name).unlink()


def directory(project: Project) -> None:
    (project.path / "build/preload.json").unlink()
    (project.path / "build/preload.json").mkdir()


def other_content(project: Project) -> None:
    record(project.root("fx") / "0.wav", [1, 4])


def other_metadata(project: Project) -> None:
    output = json.loads(project.anchor("fx").read_text())["output"]
    edit(project.anchor("fx"), output={**output, "metadata": {"sample_rate": 8000, "x_a": 1}})


def more(project: Project) -> None:
    for number in range(5):
        project.sounds(f"more{number}")


def fewer(project: Project) -> None:
    shutil.rmtree(project.root("beep"))
    project.rows.pop()
    project.write_index()


MIRROR, PRELOAD, TOOLS, PACK = OUTPUTS[0], OUTPUTS[3], OUTPUTS[1], OUTPUTS[2]
CASES: dict[str, tuple[Callable[[Project], object], dict[str, str]]] = {
    # what happened: the outputs that are stale, and what is said of them
    "no outputs": (lambda p: [remove(name)(p) for name in OUTPUTS],
                   dict.fromkeys(OUTPUTS, "it is missing")),
    "one is gone": (remove(PRELOAD), {PRELOAD: "it is missing"}),
    "a folder in its place": (directory, {PRELOAD: "a folder is there"}),
    "one byte more": (change(MIRROR, lambda d: d + b"\n"), {MIRROR: "from byte"}),
    "one byte less": (change(MIRROR, lambda d: d[:-1]), {MIRROR: "from byte"}),
    "another byte": (change(TOOLS, lambda d: d.replace(b'"fx"', b'"FX"')), {TOOLS: "from byte"}),
    "content": (other_content, {TOOLS: "from byte", PACK: "the content of asset 2 fx changed"}),
    "metadata": (other_metadata, {
        MIRROR: "from byte", TOOLS: "from byte", PACK: "the metadata of asset 2 fx changed"}),
    "a name": (lambda p: edit(p.anchor("fx"), name="fx2"), {
        MIRROR: "from byte", TOOLS: "from byte", PACK: "asset 2 fx2 was named fx"}),
    "preload": (lambda p: edit(p.anchor("fx"), preload={"enabled": True}), {
        PRELOAD: "from byte", TOOLS: "from byte", PACK: "the preload list changed"}),
    "more assets": (more, {
        MIRROR: "from byte", TOOLS: "from byte",
        PACK: "asset 4 more0 is new, asset 5 more1 is new, asset 6 more2 is new and 2 more"}),
    "an asset less": (fewer, {
        MIRROR: "from byte", TOOLS: "from byte", PACK: "asset 3 beep is not built any more"}),
    "a damaged slice": (change(PACK, lambda d: d[:-1] + bytes([d[-1] ^ 1])), {
        PACK: "the content of asset 3 beep changed"}),
    "a damaged pack": (change(PACK, lambda d: b"X" + d[1:]), {
        PACK: "it is not a valid pack (PRELUDE_MAGIC)"}),
    "a pack cut short": (change(PACK, lambda d: d[:-1]), {
        PACK: "it is not a valid pack (TABLE_BOUNDS)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_out_of_date(project: Project, case: str) -> None:
    happened, expected = CASES[case]
    happened(project)
    before = whole(project)
    report = check_build(project.path)
    assert whole(project) == before, "nothing is written"
    found = {Path(str(d.file)).name: str(d.data["why"]) for d in report}
    assert set(report.codes) == {"OUTPUT_STALE"}
    assert set(found) == set(expected)
    for name, why in expected.items():
        assert why in found[name]
    if case != "a folder in its place":
        build(project.path)
        assert check_build(project.path).ok


def test_a_forged_pack_is_stale(project: Project) -> None:
    forge(project)
    before = whole(project)
    found = {Path(str(d.file)).name: str(d.data["why"]) for d in check_build(project.path)}
    assert found.keys() == {TOOLS, PACK}
    assert found[PACK] == "the content of asset 2 fx changed"
    assert whole(project) == before


def test_a_project_that_cannot_be_built(project: Project) -> None:
    edit(project.anchor("fx"), name=7)
    before = whole(project)
    with pytest.raises(InvalidWorkspace) as caught:
        check_build(project.path)
    assert caught.value.report.codes == ("DOCUMENT_SCHEMA",)
    assert whole(project) == before


def test_a_check_needs_no_lock(project: Project) -> None:
    with Lock(project.path):
        assert check_build(project.path).ok


def test_an_unfinished_publication_is_no_verdict(project: Project) -> None:
    (project.path / "build/.staging").mkdir()
    (project.path / "build/.staging/journal.json").write_text("{}")
    with pytest.raises(InvalidWorkspace) as caught:
        check_build(project.path)
    assert caught.value.report.codes == ("TRANSACTION_UNFINISHED",)


def test_warnings_are_told_as_well(project: Project) -> None:
    project.tiles("draft", registered=False)
    report = check_build(project.path)
    assert (report.ok, report.codes) == (True, ("ROOT_UNREGISTERED",))
