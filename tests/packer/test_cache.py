"""The cache: reuse is counted, never trusted, and changes no byte."""

from __future__ import annotations

import json
import os
import shutil
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.docs import source_cases
from tests.workspace.projects import Project, dump, edit, record, uuid

from prometeu_assets.catalog import CODES, GROUPS
from prometeu_assets.codes.code import Severity
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.slice import Slice
from prometeu_assets.diagnostics import Diagnostic
from prometeu_assets.packer import slices
from prometeu_assets.packer.build import build, check_build
from prometeu_assets.packer.cache import CACHE
from prometeu_assets.packer.encode import encode
from prometeu_assets.storage.transaction import WORKSPACE

OUTPUTS = ("asset_table.json", "asset_table_metadata.json", "assets.pa", "preload.json")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    made.sounds("fx", [(1, 2), (3,)])
    made.tiles("hat", seed=3)
    return made


def outputs(project: Project) -> dict[str, bytes]:
    return {name: (project.path / "build" / name).read_bytes() for name in OUTPUTS}


def clean(project: Project) -> dict[str, bytes]:
    """The outputs of a build that has nothing to reuse."""
    twin = Project(project.path.with_name("twin"))
    shutil.rmtree(twin.path)
    shutil.copytree(project.path, twin.path, ignore=shutil.ignore_patterns("build", "cache.json"))
    assert build(twin.path).statistics.reused == 0
    return outputs(twin)


def reused(project: Project) -> int:
    return build(project.path).statistics.reused


def test_what_did_not_change_is_taken_again(project: Project) -> None:
    assert reused(project) == 0
    first = outputs(project)
    assert reused(project) == 3
    assert outputs(project) == first
    assert reused(project) == 3


def touch_input(project: Project) -> None:
    """Another byte, the same size and the same time of change."""
    path = project.root("fx") / "0.wav"
    info = path.stat()
    record(path, [1, 4])
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert path.stat().st_mtime_ns == info.st_mtime_ns
    assert path.stat().st_size == info.st_size


def other_metadata(project: Project) -> None:
    output = json.loads(project.anchor("hero").read_text())["output"]
    edit(project.anchor("hero"), output={**output, "metadata": {"tile_size": 8, "x_a": 1}})


def other_order(project: Project) -> None:
    edit(project.anchor("fx"), inputs={"samples": ["1.wav", "0.wav"]})


def rename_input(project: Project) -> None:
    (project.root("fx") / "0.wav").rename(project.root("fx") / "zero.wav")
    edit(project.anchor("fx"), inputs={"samples": ["zero.wav", "1.wav"]})


def rename_asset(project: Project) -> None:
    edit(project.anchor("hero"), name="other")


def move_root(project: Project, number: int = 0) -> None:
    row = project.rows[number]
    project.root(row["root"]).rename(project.root("moved"))
    row["root"] = "moved"
    project.write_index()


def other_id(project: Project) -> None:
    project.rows[0]["asset_id"] = 9
    project.write_index()


def exclude(project: Project) -> None:
    project.rows[0]["included_in_build"] = False
    project.write_index()


def add(project: Project) -> None:
    project.tiles("new", seed=2)


def swap(project: Project) -> None:
    project.rows[0]["root"], project.rows[2]["root"] = "hat", "hero"
    edit(project.anchor("hat"), asset_uuid=uuid(1))
    edit(project.anchor("hero"), asset_uuid=uuid(3))
    project.write_index()


CHANGES = [
    (touch_input, 2), (other_metadata, 2), (other_order, 2), (rename_input, 2), (rename_asset, 3),
    (move_root, 3), (other_id, 3), (exclude, 2), (add, 3), (swap, 3),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_a_change(project: Project, change: Callable[[Project], None], expected: int) -> None:
    build(project.path)
    change(project)
    assert reused(project) == expected
    assert outputs(project) == clean(project)


def cache_of(project: Project) -> Any:
    return json.loads((project.path / CACHE).read_bytes())


def forget(project: Project) -> None:
    """Let the next build look at each asset, although nothing has changed."""
    dump(project.path / CACHE, {k: v for k, v in cache_of(project).items() if k != "last"})


def write_cache(text: str | bytes) -> Callable[[Project], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda project: (project.path / CACHE).write_bytes(data)


def edit_entry(**changes: object) -> Callable[[Project], None]:
    def damage(project: Project) -> None:
        forget(project)
        value = cache_of(project)
        value["entries"][0].update(changes)
        dump(project.path / CACHE, value)

    return damage


def flip_slice(project: Project) -> None:
    path = project.path / "build/assets.pa"
    data = bytearray(path.read_bytes())
    data[int.from_bytes(data[12:16], "little") + 5] ^= 1
    path.write_bytes(data)


def folder_cache(project: Project) -> None:
    (project.path / CACHE).unlink()
    (project.path / CACHE).mkdir()


def true_for_one(project: Project) -> None:
    """The pack says ``true`` where the asset says 1, which Python takes for the same."""
    output = json.loads(project.anchor("hero").read_text())["output"]
    edit(project.anchor("hero"), output={**output, "metadata": {"tile_size": 8, "x_a": 1}})
    build(project.path)
    path = project.path / "build/assets.pa"
    data = path.read_bytes()
    size = int.from_bytes(data[8:12], "little")
    header = data[32 : 32 + size].replace(b'"x_a":1', b'"x_a":true')
    start = -(-(32 + len(header)) // 16) * 16
    lead = struct.pack(
        "<4sIIII8sI", b"ASPA", 1, len(header), start, 0, bytes(8), zlib.crc32(header)
    )
    body = data[int.from_bytes(data[12:16], "little") :]
    path.write_bytes((lead + header).ljust(start, b"\0") + body)


DAMAGE: dict[str, tuple[Callable[[Project], object], int]] = {
    "no cache": (lambda p: (p.path / CACHE).unlink(), 0),
    "empty cache": (write_cache(""), 0),
    "no JSON": (write_cache("{"), 0),
    "garbage": (write_cache(b"\xff\0\1"), 0),
    "no text": (write_cache(b'{"schema_version":6,"documents":{},"files":{},"entries":["\xff"]}'), 0),
    "a deep cache": (write_cache("[" * 100_000), 0),
    "another version": (write_cache('{"schema_version": 3, "entries": []}'), 0),
    "no object": (write_cache("[]"), 0),
    "repeated members": (write_cache('{"schema_version":6,"entries":[],"files":{},"documents":{},"entries":[]}'), 0),
    "a cache that is a folder": (folder_cache, 0),
    "an unknown member": (edit_entry(more=1), 0),
    "another key": (edit_entry(key="0" * 64), 2),
    "an asset that is not there": (edit_entry(asset_id=99), 2),
    "another asset": (edit_entry(asset_id=2), 2),
    "a wrong digest": (edit_entry(payload_sha256="0" * 64), 2),
    "a wrong size": (edit_entry(decoded_size=1), 2),
    "other metadata": (edit_entry(metadata={"tile_size": 16}), 2),
    "metadata that no header has": (edit_entry(metadata={"x_a": "\0"}), 2),
    "deep metadata": (edit_entry(metadata={"x_a": json.loads("[" * 500 + "]" * 500)}), 2),
    "a number that no header has": (edit_entry(metadata={"x_a": 1.5}), 0),
    "details of no bank": (edit_entry(details={"more": "1"}), 2),
    "no runs": (edit_entry(details={"palettes": "0*1"}), 2),
    "more tiles than there are": (edit_entry(details={"palettes": "0*1025"}), 2),
    "a palette that is not there": (edit_entry(details={"palettes": "1"}), 2),
    "details that are no texts": (edit_entry(details={"palettes": [0]}), 0),
    "no pack": (lambda p: (p.path / "build/assets.pa").unlink(), 0),
    "an empty pack": (lambda p: (p.path / "build/assets.pa").write_bytes(b""), 0),
    "a cut pack": (lambda p: os.truncate(p.path / "build/assets.pa", 40_000), 0),
    "another slice": (flip_slice, 2),
    "true for one": (true_for_one, 2),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_nothing_wrong_is_taken(project: Project, damage: str) -> None:
    build(project.path)
    act, expected = DAMAGE[damage]
    act(project)
    assert reused(project) == expected
    assert outputs(project) == clean(project)
    if damage != "a cache that is a folder":
        assert reused(project) == 3, "and the cache is good again"


def forge(project: Project) -> None:
    """A pack with another sound, and a cache that says that it was made from these sources."""
    keys = {entry["asset_id"]: entry["key"] for entry in cache_of(project)["entries"]}
    twin = Project(project.path.with_name("forger"))
    shutil.copytree(project.path, twin.path, dirs_exist_ok=True)
    record(twin.root("fx") / "0.wav", [7, 7])
    build(twin.path)
    forged = cache_of(twin)
    for entry in forged["entries"]:
        entry["key"] = keys[entry["asset_id"]]
    dump(project.path / CACHE, forged)
    for name in OUTPUTS:
        shutil.copy(twin.path / "build" / name, project.path / "build" / name)


def test_a_fresh_build_takes_nothing(project: Project) -> None:
    build(project.path)
    right = outputs(project)
    forge(project)
    assert reused(project) == 3, "a plain build trusts the two together, as the page on trust says"
    assert outputs(project) != right
    assert build(project.path, fresh=True).statistics.reused == 0
    assert outputs(project) == right
    assert reused(project) == 3, "and the cache is good again"
    assert outputs(project) == right


def test_the_cache_obeys_its_schema(project: Project) -> None:
    build(project.path)
    value = cache_of(project)
    assert list(CURRENT.documents.violations(("cache", 6), value)) == []
    assert len(value["entries"]) == 3


# --- warnings -------------------------------------------------------------------------------

WARNINGS = sorted(c.name for c in GROUPS["intake"] if c.severity is Severity.WARNING)


@pytest.mark.parametrize("code", WARNINGS)
def test_a_warm_build_tells_what_a_cold_one_does(
    project: Project, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source_cases.CASES[code](project, monkeypatch)
    cold, warm = build(project.path, fresh=True), build(project.path)
    assert (cold.statistics.reused, warm.statistics.reused) == (0, 3)
    assert code in cold.report.codes
    assert warm.report == cold.report
    assert check_build(project.path) == cold.report
    assert build(project.path) == warm, "and so does the one after"


def warned(project: Project, palette: str = "colors.hex") -> None:
    """Let the second tile bank have a warning whose data name this palette."""
    (project.root("hat") / "colors.hex").unlink()
    (project.root("hat") / palette).write_text("000000\n112233\n", encoding="ascii")
    edit(project.anchor("hat"), inputs={"sprites": ["sheet.png"], "palettes": [palette]})


@pytest.mark.parametrize(
    ("palette", "change", "expected"),
    [
        ("colors.hex", rename_asset, 3),
        ("colors.hex", other_id, 3),
        ("colors.hex", partial(move_root, number=2), 2),  # its file lies elsewhere now
        ("colors\u200b.hex", lambda _: None, 2),  # what cannot be printed is not kept
    ],
)
def test_a_warning_is_told_of_what_is_there_now(
    project: Project, palette: str, change: Callable[[Project], None], expected: int
) -> None:
    warned(project, palette)
    build(project.path)
    change(project)
    warm, cold = build(project.path), build(project.path, fresh=True)
    assert warm.statistics.reused == expected
    assert warm.report == cold.report
    assert "SHEET_PALETTE" in cold.report.codes


GENUINE = {
    "code": "SHEET_TRANSPARENCY",
    "file": "assets/hero/sheet.png",
    "data": {"count": 1, "x": 3, "y": 0, "index": 2, "color": "#ff0044", "alpha": 0},
}
FORGED: dict[str, tuple[dict[str, Any], int]] = {
    # what of a warning is forged, and how many slices are still taken
    "no such code": ({"code": "NO_SUCH_CODE"}, 2),
    "an error": ({"code": "PALETTE_EMPTY", "data": {"limit": 16}}, 2),
    "a warning about something else": ({"code": "INDEX_ORDER", "data": {"id": 1, "before": 2}}, 2),
    "a file of another asset": ({"file": "assets/hat/sheet.png"}, 2),
    "a file that is not listed": ({"file": "../../etc/passwd"}, 2),
    "data that lack": ({"data": {"index": 2}}, 2),
    "a hint that the code has not": ({"hint_key": "no_such_hint"}, 2),
    "a terminal's command": ({"data": {**GENUINE["data"], "index": "\x1b]0;x\x07"}}, 2),
    "a line of its own": ({"data": {**GENUINE["data"], "index": "\n::error ::x"}}, 2),
    "text that turns round": ({"data": {**GENUINE["data"], "index": "\u202e"}}, 2),
    "a command in the place": ({"pointer": "/\x1b[2J"}, 2),
    "two places": ({"pointer": "/a", "offset": 1}, 2),
    "half a character": ({"data": {**GENUINE["data"], "index": "\ud800"}}, 0),
    "a fraction": ({"data": {**GENUINE["data"], "index": 0.5}}, 0),
    "a list": ({"data": {**GENUINE["data"], "index": [1]}}, 0),
    "a member too many": ({"severity": "error"}, 0),
    "an asset of its own": ({"asset": {"id": 2}}, 0),
    "no data": ({"data": None}, 0),
}


def test_a_warning_that_could_be_is_told(project: Project) -> None:
    """Whether it is true is what a plain build trusts; `--fresh` does not."""
    build(project.path)
    edit_entry(warnings=[GENUINE])(project)
    warm = build(project.path)
    assert (warm.statistics.reused, warm.report.codes) == (3, ("SHEET_TRANSPARENCY",))
    assert build(project.path, fresh=True).report.codes == ()


@pytest.mark.parametrize("what", FORGED)
def test_a_warning_that_could_not_be_is_not_told(project: Project, what: str) -> None:
    changes, expected = FORGED[what]
    build(project.path)
    edit_entry(warnings=[GENUINE, {**GENUINE, **changes}])(project)
    again = build(project.path)
    assert (again.statistics.reused, again.report.codes) == (expected, ())
    assert reused(project) == 3, "and the cache is good again"


ODD: dict[str, dict[str, Any]] = {
    "a fraction": {"data": {**GENUINE["data"], "index": 0.5}},
    "a tuple": {"data": {**GENUINE["data"], "index": (1, 2)}},
    "a number of an array": {"data": {**GENUINE["data"], "index": np.uint8(2)}},
    "a rule": {"rule": "header-json"},
    "no file": {"file": None},
}


@pytest.mark.parametrize("odd", [*ODD, "very many"])
def test_what_cannot_be_kept_is_looked_at_again(
    project: Project, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the slices of the others are taken."""
    code = CODES[GENUINE["code"]]
    warning = Diagnostic(**{**GENUINE, "code": code, **ODD.get(odd, {})})

    def warned(sources: Any) -> Slice:
        made, declaration = encode(sources), sources.declaration
        told = (warning.at(asset=declaration.ref),) * (101 if odd == "very many" else 1)
        return replace(made, warnings=told) if declaration.name == "hero" else made

    monkeypatch.setattr(slices, "encode", warned)
    cold = build(project.path)
    forget(project)
    warm = build(project.path)
    assert warm.statistics.reused == 2
    assert warm.report == cold.report == build(project.path).report
    assert set(cold.report.codes) == {warning.code}


def test_too_many_warnings(project: Project) -> None:
    build(project.path)
    edit_entry(warnings=[GENUINE] * 101)(project)
    assert reused(project) == 0


# --------------------------------------------------------------------------------------------


def test_a_failing_build_keeps_the_cache(project: Project) -> None:
    build(project.path)
    before = (project.path / CACHE).read_bytes()
    project.anchor("hat").rename(project.path / "aside")
    with pytest.raises(Exception, match="ROOT_MISSING"):
        build(project.path)
    (project.path / "aside").rename(project.anchor("hat"))
    assert (project.path / CACHE).read_bytes() == before
    assert reused(project) == 3


def test_a_contract_that_no_release_has_is_not_cached(project: Project) -> None:
    build(project.path)
    before = (project.path / CACHE).read_bytes()
    assert build(project.path, contract=CURRENT.with_()).statistics.reused == 0
    assert (project.path / CACHE).read_bytes() == before


def test_a_leftover_of_a_crash_is_no_obstacle(project: Project) -> None:
    staging = project.path / WORKSPACE.staging
    staging.mkdir()
    (staging / "0").write_bytes(b"half")
    (project.path / f"{CACHE}.new").write_bytes(b"theirs")
    build(project.path)
    assert reused(project) == 3
    assert not staging.exists()
    assert (project.path / f"{CACHE}.new").read_bytes() == b"theirs"
