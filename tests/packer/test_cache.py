"""The cache: reuse is counted, never trusted, and changes no byte."""

from __future__ import annotations

import json
import os
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.projects import Project, dump, edit, record, uuid

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.packer.cache import CACHE

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


def move_root(project: Project) -> None:
    project.root("hero").rename(project.root("moved"))
    project.rows[0]["root"] = "moved"
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


def write_cache(text: str | bytes) -> Callable[[Project], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda project: (project.path / CACHE).write_bytes(data)


def edit_entry(**changes: object) -> Callable[[Project], None]:
    def damage(project: Project) -> None:
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
    "no text": (write_cache(b'{"schema_version":1,"entries":["\xff"]}'), 0),
    "a deep cache": (write_cache("[" * 100_000), 0),
    "another version": (write_cache('{"schema_version": 2, "entries": []}'), 0),
    "no object": (write_cache("[]"), 0),
    "repeated members": (write_cache('{"schema_version":1,"entries":[],"entries":[]}'), 0),
    "a cache that is a folder": (folder_cache, 0),
    "an unknown member": (edit_entry(more=1), 0),
    "another key": (edit_entry(key="0" * 64), 2),
    "an asset that is not there": (edit_entry(asset_id=99), 2),
    "another asset": (edit_entry(asset_id=2), 2),
    "a wrong digest": (edit_entry(payload_sha256="0" * 64), 2),
    "a wrong size": (edit_entry(decoded_size=1), 2),
    "other metadata": (edit_entry(metadata={"tile_size": 16}), 2),
    "metadata that no header has": (edit_entry(metadata={"x_a": "\0"}), 2),
    "deep metadata": (edit_entry(metadata={"x_a": json.loads("[" * 500 + "]" * 500)}), 0),
    "a number that no header has": (edit_entry(metadata={"x_a": 1.5}), 0),
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
    assert list(CURRENT.documents.violations(("cache", 1), value)) == []
    assert len(value["entries"]) == 3


def test_an_asset_with_warnings_is_looked_at_again(project: Project) -> None:
    (project.root("hat") / "colors.hex").write_text("000000\n112233\n", encoding="ascii")
    first = build(project.path)
    again = build(project.path)
    assert (first.statistics.reused, again.statistics.reused) == (0, 2)
    assert first.report.codes == again.report.codes
    assert first.report.codes[0] == "SHEET_UNDECLARED"


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
    (project.path / f"{CACHE}.new").write_bytes(b"half")
    build(project.path)
    assert reused(project) == 3
    assert not (project.path / f"{CACHE}.new").exists()
