"""The pages of the schemas: every member of every version is there, with what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from tests.every import every
from tools import schema_pages
from tools.markdown import plain

from prometeu_assets.contract.current import CURRENT

Schema = dict[str, Any]


@pytest.mark.parametrize("name", schema_pages.names())
def test_every_member_is_shown_with_its_meaning(name: str) -> None:
    text = schema_pages.page(name)
    versions = {
        int(part.partition(" ")[0]): unescape(part)
        for part in re.split(r"^## Version ", text, flags=re.MULTILINE)[1:]
    }
    assert sorted(versions) == list(CURRENT.documents.versions(name))
    for version, shown in versions.items():
        for part, names in _parts(CURRENT.documents.schema(name, version)):
            for member in names:
                assert f"<code>{member}</code>" in shown
            for text in (part.get("description", ""), part.get("$comment", "")):
                assert unescape(plain(text)) in shown


def _parts(part: Any) -> Iterator[tuple[Schema, list[str]]]:
    """Each schema inside of a schema, with the members that it names."""
    if not isinstance(part, dict):
        return
    yield part, [*part.get("properties", {}), *part.get("required", ())]
    for word in ("$defs", "properties", "patternProperties"):
        for inner in part.get(word, {}).values():
            yield from _parts(inner)
    for word in ("items", "additionalProperties", "if", "then", "else"):
        yield from _parts(part.get(word))
    for inner in part.get("allOf", ()):
        yield from _parts(inner)


TYPES = {
    "nothing is said": ({}, "any value"),
    "one type": ({"type": "string"}, "string"),
    "types": ({"type": ["null", "integer"]}, "null or integer"),
    "always": ({"const": 3}, "always 3"),
    "a choice": ({"enum": ["a", None]}, '"a" or null'),
    "numbers": ({"type": "integer", "minimum": 0, "maximum": 65536}, "integer, 0 to 65\u202f536"),
    "at least": ({"type": "integer", "minimum": 1}, "integer, at least 1"),
    "at most": ({"type": "number", "maximum": 9}, "number, at most 9"),
    "a length": ({"minLength": 1, "maxLength": 255}, "1 to 255 characters"),
    "one": ({"type": "array", "minItems": 1, "maxItems": 1}, "array, 1 element"),
    "at least one": ({"minProperties": 1}, "at least 1 member"),
    "none": ({"type": "object", "maxProperties": 0}, "object, no members"),
    "up to": ({"minItems": 0, "maxItems": 16}, "at most 16 elements"),
    "elements": ({"type": "array", "items": {"type": "string"}}, "array of strings"),
    "elements with limits": (
        {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 2}},
        "array, each element: integer, 1 to 2",
    ),
    "a pattern": ({"pattern": "^a|b_*(?![\\s\\S])"}, "matches ^a|b_*$"),
    "a multiple": ({"type": "integer", "multipleOf": 2}, "integer, a multiple of 2"),
    "names": ({"propertyNames": {"maxLength": 9}}, "each name: at most 9 characters"),
    "a default": ({"type": "boolean", "default": False}, "boolean, default false"),
    "a definition": ({"$ref": "#/$defs/name"}, "[name](#v2-name) (string)"),
    "a part of another": ({"$ref": "urn:prometeu:schema:report:1#/$defs/it"}, "[it](report.md#v1-it)"),
    "another schema": ({"$ref": "urn:prometeu:schema:report:1"}, "[report](report.md#v1)"),
}  # fmt: skip


@every(TYPES)
def test_a_type_in_words(case: str) -> None:
    part, words = TYPES[case]
    shown = schema_pages.Shown({"$defs": {"name": {"type": "string"}}}, 2)
    assert _text(shown.type(part)) == words


ROWS: dict[str, tuple[Schema, list[str]]] = {
    "members, and one that is only required": (
        {"properties": {"a": {"description": "First."}}, "required": ["a", "b"]},
        ["a|required|any value|First.", "b|required|any value|"],
    ),
    "members of members": (
        {"properties": {"a": {"type": "object", "properties": {"b": {"type": "null"}}}}},
        ["a|optional|object|", ">b|optional|null|"],
    ),
    "members of elements": (
        {"properties": {"a": {"type": "array", "items": {"properties": {"b": {}}}}}},
        ["a|optional|array|", ">b|optional|any value|"],
    ),
    "names of a form, and others": (
        {
            "properties": {"a": {}},
            "patternProperties": {"^x_(?![\\s\\S])": {"type": "string"}},
            "additionalProperties": {"type": "integer"},
        },
        ["a|optional|any value|", "*each name that matches* ^x_$||string|", "*each other member*||integer|"],
    ),
    "any members": ({"additionalProperties": True}, ["*each member*||any value|"]),
    "no others": ({"properties": {"a": {}}, "additionalProperties": False}, ["a|optional|any value|"]),
    "a condition": (
        {
            "if": {"properties": {"t": {"const": 1}}, "required": ["t", "u"]},
            "then": {"properties": {"a": {"type": "null"}}},
            "else": {"required": ["a"]},
        },
        [
            "*If t is 1 and u is there:*|||",
            ">a|optional|null|",
            "*Otherwise:*|||",
            ">a|required|any value|",
        ],
    ),
    "all of several": (
        {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
        ["a|optional|any value|", "b|optional|any value|"],
    ),
    "one of several": (
        {"oneOf": [{"type": "string"}, {"properties": {"a": {}}}]},
        ["*Exactly one of:*|||", ">•||string|", ">•|||", ">>a|optional|any value|"],
    ),
    "any of several": (
        {"anyOf": [{"type": "null"}]},
        ["*One or more of:*|||", ">•||null|"],
    ),
}  # fmt: skip


@every(ROWS)
def test_rows_of_a_table(case: str) -> None:
    part, rows = ROWS[case]
    shown = schema_pages.Shown({}, 1)
    assert ["|".join(map(_text, row)) for row in shown.rows(part)] == rows


def _text(cell: str) -> str:
    return unescape(re.sub("</?code>", "", cell.replace("&nbsp;" * 4, ">")))


@every(["not", "contains", "dependentRequired", "minimun"])
def test_a_keyword_without_words_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=word):
        schema_pages.Shown({}, 1).type({word: {}})


def test_the_overview_leads_to_every_version() -> None:
    text = schema_pages.overview()
    for name, version in CURRENT.documents.keys:
        assert f"(schemas/{name}.md#v{version}){{ #{name}{version} }}" in text


def test_examples_are_whole() -> None:
    for name, version in CURRENT.documents.keys:
        for example in CURRENT.documents.schema(name, version)["examples"]:
            assert json.dumps(example, indent=2, ensure_ascii=False) in schema_pages.page(name)
