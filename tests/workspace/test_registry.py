"""The registry: what is refused, what its ids promise, how it is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.projects import Project, dump, uuid

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.documents import INDEX
from prometeu_assets.workspace.registry import Registered, Registry


def row(number: int, root: str, **changes: Any) -> dict[str, Any]:
    return {
        "asset_id": number, "asset_uuid": uuid(number), "root": root, "included_in_build": True,
    } | changes  # fmt: skip


FAULTS: list[tuple[str, str, list[dict[str, Any]], int, str]] = [
    ("INDEX_ID", "/assets/1/asset_id", [row(1, "a"), row(1, "b", asset_uuid=uuid(2))], 3, "a"),
    ("INDEX_UUID", "/assets/1/asset_uuid", [row(1, "a"), row(2, "b", asset_uuid=uuid(1))], 3, "a"),
    ("INDEX_ROOT", "/assets/1/root", [row(1, "a/b"), row(2, "a/b")], 3, "1"),
    ("INDEX_ROOT", "/assets/1/root", [row(1, "a/Hero"), row(2, "a/hero")], 3, "case"),
    ("INDEX_ROOT", "/assets/1/root", [row(1, "caf\u00e9"), row(2, "cafe\u0301")], 3, "case"),
    ("INDEX_NEXT", "/next_asset_id", [row(7, "a"), row(4, "b")], 7, "8"),
    ("PATH_ESCAPES", "/assets/0/root", [row(1, "../a")], 2, ".."),
    ("PATH_ESCAPES", "/assets/0/root", [row(1, "/a")], 2, "/"),
    ("PATH_FORM", "/assets/0/root", [row(1, "con")], 2, "con"),
    ("PATH_FORM", "/assets/0/root", [row(1, "a//b")], 2, "empty"),
    ("DOCUMENT_SCHEMA", "/assets/0/root", [row(1, "")], 2, "length"),
    ("DOCUMENT_SCHEMA", "/assets/0/asset_id", [row(0, "a")], 2, "at least 1"),
    ("DOCUMENT_SCHEMA", "/assets/0/asset_uuid", [row(1, "a", asset_uuid="X")], 2, "X"),
]


@pytest.mark.parametrize(("code", "pointer", "rows", "following", "says"), FAULTS)
def test_a_fault_of_the_index(
    tmp_path: Path,
    code: str,
    pointer: str,
    rows: list[dict[str, Any]],
    following: int,
    says: str,
) -> None:
    dump(tmp_path / INDEX, {"schema_version": 2, "next_asset_id": following, "assets": rows})
    with pytest.raises(Refused) as refused:
        Registry.load(tmp_path, CURRENT)
    (found,) = refused.value.report
    assert (found.code, found.pointer, found.file) == (code, pointer, INDEX)
    assert says in f"{found.message} {found.hint} {found.hint_key}"
    if pointer.startswith("/assets/") and code != "DOCUMENT_SCHEMA":
        assert found.asset is not None
        assert found.asset.id == rows[int(pointer.split("/")[2])]["asset_id"]


def test_all_faults_of_an_index_are_told(tmp_path: Path) -> None:
    rows = [row(1, "a"), row(1, "a", asset_uuid=uuid(1)), row(9, "..")]
    dump(tmp_path / INDEX, {"schema_version": 2, "next_asset_id": 2, "assets": rows})
    with pytest.raises(Refused) as refused:
        Registry.load(tmp_path, CURRENT)
    assert set(refused.value.report.codes) == {
        "INDEX_ID", "INDEX_UUID", "INDEX_ROOT", "INDEX_NEXT", "PATH_ESCAPES",
    }  # fmt: skip


def test_ids_only_grow_and_gaps_stay() -> None:
    registry = Registry(next_asset_id=5, assets=(Registered(**row(2, "a")),))
    for number in range(5, 9):
        registry = registry.with_asset(f"r{number}", uuid(number))
        assert registry.assets[-1].asset_id == number
        assert registry.next_asset_id == number + 1
    assert [r.asset_id for r in registry.assets] == [2, 5, 6, 7, 8]


def test_the_highest_id_is_the_last(tmp_path: Path) -> None:
    registry = Registry(next_asset_id=2**31 - 1).with_asset("a", uuid(1))
    assert registry.assets[0].asset_id == 2**31 - 1
    (tmp_path / INDEX).parent.mkdir(parents=True)
    (tmp_path / INDEX).write_bytes(registry.encode())
    assert Registry.load(tmp_path, CURRENT) == registry
    with pytest.raises(Refused, match="REGISTER_FULL"):
        registry.with_asset("b", uuid(2))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_written_is_read_and_written_again(tmp_path: Path, count: int) -> None:
    registry = Registry(next_asset_id=100)
    for number in range(count):
        registry = registry.with_asset(f"\u00e9/it's {number}", uuid(number))
    text = registry.encode()
    (tmp_path / INDEX).parent.mkdir(parents=True)
    (tmp_path / INDEX).write_bytes(text)
    assert Registry.load(tmp_path, CURRENT) == registry
    assert Registry.load(tmp_path, CURRENT).encode() == text
    assert json.loads(text)["schema_version"] == 2
    assert text.count(b"\n") == 4 + (count + 1 if count else 0) + 1
    assert text.endswith(b"}\n")


@pytest.mark.parametrize(("version", "kept"), [(2, True), (1, False)])
def test_a_line_for_editors_is_kept(tmp_path: Path, version: int, kept: bool) -> None:
    line = 'schemas/"index"/v2.json'
    value = {"$schema": line, "schema_version": version, "next_asset_id": 1, "assets": []}
    dump(tmp_path / INDEX, value)
    written = json.loads(Registry.load(tmp_path, CURRENT).with_asset("a", uuid(1)).encode())
    assert written.get("$schema") == (line if kept else None)
    assert next(iter(written)) == ("$schema" if kept else "schema_version")


def test_rows_are_ordered_by_id_whatever_the_order_on_disk(tmp_path: Path) -> None:
    rows = [row(9, "c"), row(2, "b"), row(4, "a")]
    dump(tmp_path / INDEX, {"schema_version": 2, "next_asset_id": 10, "assets": rows})
    assert [r.asset_id for r in Registry.load(tmp_path, CURRENT).assets] == [2, 4, 9]


def test_an_index_behind_a_link_is_not_read(tmp_path: Path) -> None:
    project = Project(tmp_path / "a")
    elsewhere = tmp_path / "index.json"
    (project.path / INDEX).rename(elsewhere)
    (project.path / INDEX).symlink_to(elsewhere)
    with pytest.raises(Refused, match="PATH_SYMLINK"):
        Registry.load(project.path, CURRENT)
