"""The registry: what is refused, what its ids promise, how it is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.every import every
from tests.workspace.projects import TABLE, Project, dump, uuid

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.documents import INDEX
from prometeu_assets.workspace.registry import Forgotten, Registered, Registry
from prometeu_assets.workspace.released import Release, Released


def row(number: int, root: str, **changes: Any) -> dict[str, Any]:
    return {
        "asset_id": number, "asset_uuid": uuid(number), "root": root, "included_in_build": True,
    } | changes  # fmt: skip


FORGOTTEN = {"asset_id": 1, "asset_uuid": uuid(1)}

FAULTS: list[tuple[str, str, list[dict[str, Any]], str]] = [
    ("INDEX_ID", "/assets/1/asset_id", [row(1, "a"), row(1, "b", asset_uuid=uuid(2))], "a"),
    ("INDEX_ID", "/assets/1/asset_id", [row(1, "a"), {"asset_id": 1}], "a"),
    ("INDEX_ID", "/assets/1/asset_id", [FORGOTTEN, row(1, "b", asset_uuid=uuid(2))], uuid(1)),
    ("INDEX_UUID", "/assets/1/asset_uuid", [row(1, "a"), row(2, "b", asset_uuid=uuid(1))], "a"),
    ("INDEX_UUID", "/assets/1/asset_uuid", [row(1, "a"), row(1, "a")], "a"),
    ("INDEX_UUID", "/assets/1/asset_uuid", [row(1, "a"), FORGOTTEN], "a"),
    ("INDEX_ROOT", "/assets/1/root", [row(1, "a/b"), row(2, "a/b")], "1"),
    ("INDEX_ROOT", "/assets/1/root", [row(1, "a/Hero"), row(2, "a/hero")], "case"),
    ("INDEX_ROOT", "/assets/1/root", [row(1, "caf\u00e9"), row(2, "cafe\u0301")], "case"),
    ("PATH_ESCAPES", "/assets/0/root", [row(1, "../a")], ".."),
    ("PATH_ESCAPES", "/assets/0/root", [row(1, "/a")], "/"),
    ("PATH_FORM", "/assets/0/root", [row(1, "con")], "con"),
    ("PATH_FORM", "/assets/0/root", [row(1, "a//b")], "empty"),
    ("DOCUMENT_SCHEMA", "/assets/0/root", [row(1, "")], "length"),
    ("DOCUMENT_SCHEMA", "/assets/0/asset_id", [row(0, "a")], "at least 1"),
    ("DOCUMENT_SCHEMA", "/assets/0/asset_uuid", [row(1, "a", asset_uuid="X")], "X"),
    ("DOCUMENT_SCHEMA", "/assets/0", [{"asset_id": 1, "root": "a"}], "asset_uuid"),
    ("DOCUMENT_SCHEMA", "/assets/0", [{**FORGOTTEN, "root": "a"}], "included_in_build"),
    ("DOCUMENT_SCHEMA", "/assets/0", [{**FORGOTTEN, "included_in_build": True}], "root"),
]


@every(FAULTS)
def test_a_fault_of_the_index(
    code: str, pointer: str, rows: list[dict[str, Any]], says: str, tmp_path: Path
) -> None:
    dump(tmp_path / INDEX, {"schema_version": TABLE, "assets": rows})
    with pytest.raises(Refused) as refused:
        Registry.load(tmp_path, CURRENT)
    (found,) = refused.value.report
    assert (found.code, found.pointer, found.file) == (code, pointer, INDEX)
    assert says in f"{found.message} {found.hint} {found.hint_key}"
    if code != "DOCUMENT_SCHEMA":
        assert found.asset is not None
        assert found.asset.id == rows[int(pointer.split("/")[2])]["asset_id"]


def test_all_faults_of_an_index_are_told(tmp_path: Path) -> None:
    rows = [row(1, "a"), row(1, "a"), row(1, "b", asset_uuid=uuid(2)), row(9, ".."), row(8, "b")]
    dump(tmp_path / INDEX, {"schema_version": TABLE, "assets": rows})
    with pytest.raises(Refused) as refused:
        Registry.load(tmp_path, CURRENT)
    assert sorted(refused.value.report.codes) == [
        "INDEX_ID", "INDEX_ROOT", "INDEX_UUID", "PATH_ESCAPES",
    ]  # fmt: skip


def added(registry: Registry, root: str, asset_uuid: str) -> Registry:
    return registry.with_rows([registry.new(root, asset_uuid)])


def test_ids_only_grow_and_gaps_stay() -> None:
    registry = Registry(assets=(Registered(**row(2, "a")),), forgotten=(Forgotten(asset_id=4),))
    for number in range(5, 9):
        registry = added(registry, f"r{number}", uuid(number))
        assert registry.assets[-1].asset_id == number
        assert registry.next_asset_id == number + 1
    assert [r.asset_id for r in registry.assets] == [2, 5, 6, 7, 8]


def test_an_asset_that_was_released_has_its_id_again() -> None:
    rows = [Release(asset_id=7, asset_uuid=uuid(1)), Release(asset_id=9, asset_uuid=uuid(2))]
    registry = Registry(released=Released(rows=frozenset(rows)))
    assert registry.new("a", uuid(1)).asset_id == 7
    assert registry.new("b", uuid(3)).asset_id == 10
    known = registry.released.with_rows([Release(asset_id=7, asset_uuid=uuid(3))])
    assert known.contested == {7: (uuid(1), uuid(3))}
    assert known.keeping([uuid(3)]).ids == {uuid(3): (7,), uuid(2): (9,)}


def test_the_highest_id_is_the_last(tmp_path: Path) -> None:
    registry = added(Registry(forgotten=(Forgotten(asset_id=2**31 - 2),)), "a", uuid(1))
    assert registry.assets[0].asset_id == 2**31 - 1
    (tmp_path / INDEX).parent.mkdir(parents=True)
    (tmp_path / INDEX).write_bytes(registry.encode())
    assert Registry.load(tmp_path, CURRENT) == registry
    with pytest.raises(Refused, match="REGISTER_FULL"):
        registry.new("b", uuid(2))


def test_the_text_of_an_index() -> None:
    registry = Registry.of(
        [Forgotten(asset_id=9), Registered(**row(2, "\u00e9/it's")), Forgotten(**FORGOTTEN)],
        Released(),
    )
    assert registry.encode().decode() == (
        f'{{"schema_version": {TABLE}, "assets": [\n'
        f'{{"asset_id": 1, "asset_uuid": "{uuid(1)}"}},\n\n'
        f'{{"asset_id": 2, "asset_uuid": "{uuid(2)}", "included_in_build": true, '
        '"root": "\u00e9/it\'s"},\n\n'
        '{"asset_id": 9},\n\n'
        "null]}\n"
    )


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_written_is_read_and_written_again(tmp_path: Path, count: int) -> None:
    registry = Registry()
    for number in range(count):
        registry = added(registry, f"r{number}", uuid(number))
    text = registry.encode()
    (tmp_path / INDEX).parent.mkdir(parents=True)
    (tmp_path / INDEX).write_bytes(text)
    assert Registry.load(tmp_path, CURRENT) == registry
    assert Registry.load(tmp_path, CURRENT).encode() == text


OLD = {"schema_version": 2, "next_asset_id": 10, "assets": [row(9, "c"), row(2, "b")]}


@pytest.mark.parametrize(
    ("value", "last"),
    [
        ({**OLD, "$schema": "v2.json"}, {"asset_id": 9, "asset_uuid": uuid(9),
                                         "included_in_build": True, "root": "c"}),
        ({**OLD, "next_asset_id": 12}, {"asset_id": 11}),
        ({"schema_version": TABLE, "$schema": "v3.json", "assets": [row(9, "c"), None]}, row(9, "c")),
    ],
)  # fmt: skip
def test_any_layout_is_read_and_written_anew(
    tmp_path: Path, value: dict[str, Any], last: dict[str, Any]
) -> None:
    dump(tmp_path / INDEX, value)
    registry = Registry.load(tmp_path, CURRENT)
    written = json.loads(registry.encode())
    assert list(written) == ["schema_version", "assets"]
    assert written["assets"][-2:] == [last, None]
    ids = [r["asset_id"] for r in written["assets"][:-1]]
    assert ids == sorted(ids)


def test_an_older_tool_refuses_version_3(tmp_path: Path) -> None:
    (tmp_path / INDEX).parent.mkdir(parents=True)
    (tmp_path / INDEX).write_bytes(Registry().encode())
    older = CURRENT.until({"pack": 1, "index": 2})
    with pytest.raises(Refused, match="DOCUMENT_VERSION") as refused:
        Registry.load(tmp_path, older)
    assert refused.value.report.diagnostics[0].hint_key == "newer"


def test_an_index_behind_a_link_is_not_read(tmp_path: Path) -> None:
    project = Project(tmp_path / "a")
    elsewhere = tmp_path / "index.json"
    (project.path / INDEX).rename(elsewhere)
    (project.path / INDEX).symlink_to(elsewhere)
    with pytest.raises(Refused, match="PATH_SYMLINK"):
        Registry.load(project.path, CURRENT)
