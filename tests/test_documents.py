"""Reading a document: every fault with its place and its hint, older versions with a warning."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Diagnostic
from prometeu_assets.documents import Document, read_document
from tests.every import every
from tests.workspace.projects import uuid

GOOD: dict[str, Any] = {
    "schema_version": 3,
    "asset_uuid": uuid(1),
    "name": "hero",
    "type": "tile_bank",
    "inputs": {"sprites": ["a.png"], "palettes": ["a.hex"]},
    "output": {"format": "TILES/indexed_v1", "codec": "NONE", "metadata": {"tile_size": 8}},
    "preload": {"enabled": False},
}
OLD = {name: value for name, value in GOOD.items() if name != "asset_uuid"} | {
    "schema_version": 1,
    "type": "image_bank",
    "output": {"format": "TILES/indexed_v1", "codec": "RAW"},
}
INDEX = {"schema_version": 2, "next_asset_id": 1, "assets": []}
CARTRIDGE = {"schema_version": 1, "app_id": 1, "program": "build/program.pbx"}
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"


def read(project: Path, text: str | bytes, kind: str = "asset") -> Document:
    data = text.encode("utf-8") if isinstance(text, str) else text
    (project / "asset.json").write_bytes(data)
    return read_document(project, "asset.json", kind, CURRENT, context={"asset_uuid": uuid(5)})


def refused(project: Path, text: str | bytes, kind: str = "asset") -> list[Diagnostic]:
    with pytest.raises(Refused) as caught:
        read(project, text, kind)
    return list(caught.value.report)


TEXTS: list[tuple[str, str | bytes, int, str | None]] = [
    ("DOCUMENT_UTF8", b'{"a": "\xe9t\xe9"}', 8, None),
    ("DOCUMENT_UTF8", "{}".encode("utf-16"), 0, None),
    ("DOCUMENT_UTF8", b'{"a": "\xed\xa0\x80"}', 8, None),
    ("DOCUMENT_JSON", "", 0, "empty"),
    ("DOCUMENT_JSON", " \r\n", 3, "empty"),
    ("DOCUMENT_JSON", "\ufeff{}", 0, "bom"),
    ("DOCUMENT_JSON", '{"a": 1,}', 8, "comma"),
    ("DOCUMENT_JSON", "[1, 2,\n]", 7, "comma"),
    ("DOCUMENT_JSON", "{} // done", 3, "comment"),
    ("DOCUMENT_JSON", "{ # no\n}", 2, "comment"),
    ("DOCUMENT_JSON", "{'a': 1}", 1, "quotes"),
    ("DOCUMENT_JSON", '{"a": 1 "b": 2}', 8, "separator"),
    ("DOCUMENT_JSON", '["a"\n "b"]', 6, "separator"),
    ("DOCUMENT_JSON", '{"a": true\n"b": 2}', 11, "separator"),
    ("DOCUMENT_JSON", '{"a": "art\\hero.png"}', 11, "backslash"),
    ("DOCUMENT_JSON", '{"a": [1', 8, "end"),
    ("DOCUMENT_JSON", '{"a": "', 7, "end"),
    ("DOCUMENT_JSON", LFS, 0, "lfs"),
    ("DOCUMENT_JSON", '{"a": 1,\n<<<<<<< ours\n"b": 1\n=======\n', 9, "conflict"),
    ("DOCUMENT_JSON", "{}{}", 2, None),
    ("DOCUMENT_JSON", '{"a": True}', 6, None),
    ("DOCUMENT_JSON", '{"a": "\\ud800"}', 13, None),
    ("DOCUMENT_JSON", '{"a": 01}', 7, None),
    ("DOCUMENT_NESTING", "[" * 17, 16, None),
    ("DOCUMENT_REPEATED", '{"a": 1, "a": 2}', 9, None),
    ("DOCUMENT_REPEATED", '{"a": {"x/~y": 1, "x/~y": 2}}', 18, None),
]


@every(TEXTS)
def test_a_fault_of_the_text(
    code: str, text: str | bytes, offset: int, hint: str | None, tmp_path: Path
) -> None:
    (found,) = refused(tmp_path, text)
    assert (found.code, found.offset, found.hint_key) == (code, offset, hint)
    assert found.pointer is None
    assert found.file == "asset.json"
    assert found.message.endswith(".")
    if "x/~y" in str(text):
        assert "'x/~y'" in found.message


VERSIONS: list[tuple[str, str | None, object]] = [
    ("/schema_version", "newer", 4),
    ("/schema_version", "newer", 2**70),
    ("/schema_version", None, 0),
    ("/schema_version", None, -1),
    ("/schema_version", "type", "2"),
    ("/schema_version", "type", 2.0),
    ("/schema_version", "type", True),
    ("/schema_version", "type", None),
    ("/schema_version", "type", [2]),
    ("/schema_version", "type", "2" * 100_000),
    ("", "missing", ...),
]


@every(VERSIONS)
def test_a_version_that_is_not_supported(
    pointer: str, hint: str | None, version: object, tmp_path: Path
) -> None:
    value = {k: v for k, v in (GOOD | {"schema_version": version}).items() if v is not ...}
    (found,) = refused(tmp_path, json.dumps(value))
    assert (found.code, found.pointer, found.hint_key) == ("DOCUMENT_VERSION", pointer, hint)
    assert "1, 2, 3" in found.message
    assert len(found.message) < 200
    assert found.hint


KINDS = [("asset", INDEX), ("asset", CARTRIDGE), ("index", GOOD), ("index", CARTRIDGE),
         ("asset", []), ("asset", "text"), ("asset", None), ("index", [1, 2])]  # fmt: skip


@every([(kind, value, version) for kind, value in KINDS for version in [..., 1, 2, 9]])
def test_a_document_of_another_kind(kind: str, value: Any, version: object, tmp_path: Path) -> None:
    if isinstance(value, dict):
        value = {k: v for k, v in (value | {"schema_version": version}).items() if v is not ...}
    (found,) = refused(tmp_path, json.dumps(value), kind)
    assert (found.code, found.pointer) == ("DOCUMENT_KIND", "")
    assert {"asset": "an asset.json", "index": "an index.json"}[kind] in found.message


def changed(pointer: str, value: object) -> dict[str, Any]:
    whole = json.loads(json.dumps(GOOD))
    *parents, last = pointer.split("/")[1:]
    target = whole
    for part in parents:
        target = target[part]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return whole  # type: ignore[no-any-return]


SCHEMA: list[tuple[str, object, str, str, str | None]] = [
    ("/nam", 1, "/nam", "unknown member", "'name'"),
    ("/zzzzzz", 1, "/zzzzzz", "unknown member", None),
    ("/name", ..., "", "is missing the member 'name'", None),
    ("/asset_uuid", ..., "", "is missing the member 'asset_uuid'", "uuid4()"),
    ("/asset_uuid", uuid(10).upper(), "/asset_uuid", "0000A", "lower case"),
    ("/type", "image_bank", "/type", "image_bank", "'tile_bank'"),
    ("/type", "sound_bnk", "/type", "sound_bnk", "'sound_bank'"),
    ("/output/codec", "RAW", "/output/codec", "RAW", "Write `NONE`"),
    ("/output/format", "TILES/indexed_v2", "/output/format", "v2", "'TILES/indexed_v1'"),
    ("/inputs/sprites", "a.png", "/inputs/sprites", "array", '["a.png"]'),
    ("/inputs/sprite", ["a.png"], "/inputs/sprite", "unknown", "'sprites'"),
    ("/inputs/palettes", [], "/inputs/palettes", "length 0", None),
    ("/preload/enabled", "yes", "/preload/enabled", "boolean", None),
    ("/output/metadata/tile_size", 8.0, "/output/metadata/tile_size", "8.0", "Write 8,"),
    ("/output/metadata/x_a", [1, -2e3], "/output/metadata/x_a/1", "-2000.0", "Write -2000,"),
    ("/output/metadata/x_a", 8.5, "/output/metadata/x_a", "8.5", "as a string"),
    ("/name", 8.0, "/name", "8.0", None),
    ("/output/metadata/tile_size", 2**60, "/output/metadata/tile_size", "at most", None),
    ("/output/metadata/a b", 1, "/output/metadata", "name", None),
    ("/name", "/hero", "/name", "form", None),
]


@every(SCHEMA)
def test_a_fault_against_the_schema(
    at: str, value: object, pointer: str, says: str, hint: str | None, tmp_path: Path
) -> None:
    *more, found = refused(tmp_path, json.dumps(changed(at, value)))
    # A name that no member can have is an unknown member too.
    assert [one.keyword for one in more] == (["additionalProperties"] if says == "name" else [])
    assert (found.code, found.pointer) == ("DOCUMENT_SCHEMA", pointer)
    assert found.keyword
    assert says in found.message
    assert (hint in found.hint if hint else found.hint is None) if found.hint else hint is None


def test_a_number_that_no_integer_can_replace(tmp_path: Path) -> None:
    found = refused(tmp_path, json.dumps(changed("/output/metadata/x_a", 1e300)))
    (hint,) = [d.hint for d in found if d.keyword == "type"]
    assert "as a string" in (hint or "")


def test_all_faults_against_the_schema_are_told(tmp_path: Path) -> None:
    value = changed("/name", 7) | {"more": 1, "type": "x"}
    found = refused(tmp_path, json.dumps(value))
    assert sorted(str(d.pointer) for d in found) == ["/more", "/name", "/type"]


def test_a_number_that_no_reader_holds(tmp_path: Path) -> None:
    text = json.dumps(GOOD | {"build": {"a": [1, "HERE"]}}).replace('"HERE"', "-1e400")
    (found,) = refused(tmp_path, text)
    assert (found.code, found.pointer) == ("DOCUMENT_NUMBER", "/build/a/1")


@every(product([17, 299, 300, 308], ["", "-"]))
def test_an_integer_keeps_its_value(digits: int, sign: str, tmp_path: Path) -> None:
    number = int(f"{sign}{'9' * digits}")
    document = read(tmp_path, json.dumps(GOOD | {"build": {"a": number}}))
    assert document.value["build"] == {"a": number}


@pytest.mark.parametrize("number", ["9" * 309, "9" * 5000, "1.7976931348623159e308"])
def test_a_number_that_rounds_to_infinity(tmp_path: Path, number: str) -> None:
    text = json.dumps(GOOD | {"build": {"a": "HERE"}}).replace('"HERE"', number)
    assert [found.code for found in refused(tmp_path, text)] == ["DOCUMENT_NUMBER"]


def test_a_current_document_is_taken_as_it_is(tmp_path: Path) -> None:
    document = read(tmp_path, json.dumps(GOOD | {"$schema": "anything"}))
    assert document.version == 3
    assert document.value == GOOD | {"$schema": "anything"}
    assert document.warnings == ()


def test_an_older_document_is_brought_up_to_date_and_told(tmp_path: Path) -> None:
    document = read(tmp_path, json.dumps(OLD))
    assert document.version == 1
    assert document.value["schema_version"] == 3
    assert document.value["asset_uuid"] == uuid(5)
    (warning,) = document.warnings
    assert (warning.code, warning.pointer) == ("DOCUMENT_OLD", "/schema_version")
    assert warning.severity == "warning"


def test_an_older_document_obeys_its_own_schema(tmp_path: Path) -> None:
    for wrong in ({"type": "tile_bank"}, {"asset_uuid": uuid(1)}):
        (found,) = refused(tmp_path, json.dumps(OLD | wrong))
        assert found.code == "DOCUMENT_SCHEMA"


@every(
    [
        ("PATH_MISSING", lambda path: None),
        ("PATH_KIND", lambda path: path.mkdir()),
        ("PATH_SYMLINK", lambda path: path.symlink_to("other.json")),
        ("FILE_TOO_LARGE", lambda path: path.write_bytes(b" " * (2**20 + 1))),
    ]
)
def test_what_cannot_be_read(code: str, make: Any, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(json.dumps(GOOD), encoding="utf-8")
    make(tmp_path / "asset.json")
    with pytest.raises(Refused) as caught:
        read_document(tmp_path, "asset.json", "asset", CURRENT, context={})
    (found,) = caught.value.report
    assert (found.code, found.file) == (code, "asset.json")
    shutil.rmtree(tmp_path)
