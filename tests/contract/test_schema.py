"""Schemas as checks of many values: the verdict and the places of jsonschema, in linear work."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from tests.contract.test_tiers import HEADERS, places, planted, shaken
from tests.every import every

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.documents import Documents
from prometeu_assets.contract.schema import Checks
from prometeu_assets.diagnostics import MAX_DIAGNOSTICS

DOCUMENTS = CURRENT.documents
HEADER = CURRENT.written.header
TILES = ("tiles-metadata", 1)


def escaped(part: object) -> str:
    """A name or position as a part of a JSON pointer."""
    return str(part).replace("~", "~0").replace("/", "~1")


def reference(documents: Documents, key: tuple[str, int], value: Any) -> set[tuple[str, str]]:
    """(pointer, keyword) of each error of jsonschema, but for what an array too long holds."""
    errors = list(documents.validator(documents.schema(*key)).iter_errors(value))
    long = [list(e.absolute_path) for e in errors if e.validator == "maxItems"]
    return {
        ("".join(f"/{escaped(part)}" for part in e.absolute_path), str(e.validator))
        for e in errors
        if not any(list(e.absolute_path)[: len(p)] == p != list(e.absolute_path) for p in long)
    }


def found(documents: Documents, key: tuple[str, int], value: Any) -> set[tuple[str, str]]:
    """The same of our violations; a member that is unknown is at the object that has it."""
    return {
        (v.pointer.rpartition("/")[0] if v.keyword == "additionalProperties" else v.pointer,
         v.keyword)
        for v in documents.violations(key, value)
    }  # fmt: skip


@every([(key,) for key in DOCUMENTS.keys])
def test_verdict_and_places_are_those_of_jsonschema(key: tuple[str, int]) -> None:
    """Examples of every schema, with none to three changes; of the newest three times as many."""
    examples = [json.loads(json.dumps(e)) for e in DOCUMENTS.schema(*key)["examples"]]
    chance = random.Random(str(key))
    seen: Counter[bool] = Counter()
    number = 60 if key[1] == DOCUMENTS.versions(key[0])[-1] else 20
    for _ in range(number):
        value = chance.choice(examples + (HEADERS if key == HEADER else []))
        for _ in range(chance.randrange(4)):
            value = shaken(value, chance) if places(value) else value
        expected = reference(DOCUMENTS, key, value)
        assert DOCUMENTS.accepts(key, value) == (not expected), value
        assert found(DOCUMENTS, key, value) == expected, value
        seen[not expected] += 1
    assert min(seen.values()) >= number / 20


@every(
    [
        ((), {"minProperties": 9}),
        ((), {"patternProperties": {"^x_": False}}),
        ((), {"patternProperties": {"^x_": {"type": "null"}}}),
        ((), {"patternProperties": {"^x_": True, "^h": {"maximum": 3}}}),
        ((), {"allOf": [{"required": ["more"]}]}),
        (("properties", "tile_size"), {"not": {"const": 16}}),
        (("properties", "tile_size"), {"$ref": "urn:prometeu:schema:nowhere:1"}),
        (("properties", "tile_size"), {"$ref": "#/properties/palette_authored", "maximum": 3}),
        (("properties", "width"), {"const": 256, "enum": [1]}),
        (("properties", "width"), {"const": [256]}),
        (("properties", "width"), {"multipleOf": 0.3}),
        (("properties",), {"width": False}),
    ]
)
def test_what_the_tables_do_not_know_is_judged_by_jsonschema(
    path: tuple[str, ...], change: dict[str, Any]
) -> None:
    schema = planted(DOCUMENTS.schema(*TILES), path, change)
    documents = DOCUMENTS.with_([schema])
    value = {**schema["examples"][0], "x_a": 1}
    if "nowhere" in str(change):
        with pytest.raises(Exception, match="Unresolvable"):
            documents.accepts(TILES, value)
        return
    expected = reference(documents, TILES, value)
    assert expected
    assert not documents.accepts(TILES, value)
    # jsonschema forgets the last part of the way to what `false` forbids.
    places = found(documents, TILES, value)
    assert {(p, k) for p, k in places if k != "None"} == {
        (p, k) for p, k in expected if k != "None"
    }
    assert len(places) == len(expected)


DIALECT = "https://json-schema.org/draft/2020-12/schema"
OBJECT = {"type": "object", "additionalProperties": False,
          "properties": {"a": {"type": "integer"}, "$b": {"type": "string"}}}  # fmt: skip
MEMBERS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    # added to a closed object of two members, a value, whether it obeys
    ({}, {}, True),
    ({}, {"a": 1}, True),
    ({}, {"$b": "x"}, True),
    ({}, {"$b": None}, False),
    ({}, {"c": 1}, False),
    ({"required": ["a"]}, {"a": 1}, True),
    ({"required": ["a"]}, {"$b": "x"}, False),
    ({"required": ["c"]}, {"a": 1}, False),
    ({"minProperties": 1}, {}, False),
    ({"minProperties": 1}, {"a": 1}, True),
    ({"minProperties": 2}, {"a": 1}, False),
    ({"minProperties": 2}, {"a": 1, "$b": "x"}, True),
    ({"maxProperties": 1}, {"a": 1}, True),
    ({"propertyNames": {"maxLength": 1}}, {"a": 1}, True),
    ({"propertyNames": {"maxLength": 1}}, {"$b": "x"}, False),
    ({"additionalProperties": True}, {"a": 1}, True),
    ({"properties": {"a": True}}, {"a": 1.5}, True),
    ({"properties": {"a": False}}, {}, True),
    ({"properties": {"a": {"type": "object"}}}, {"a": {"b": [1.5]}}, True),
    ({"properties": {"a": {"type": "object", "maxProperties": 0}}}, {"a": {}}, True),
    ({"properties": {"a": {"type": "object", "maxProperties": 0}}}, {"a": {"b": 1}}, False),
]


@every(MEMBERS)
def test_members_that_may_be_missing(
    change: dict[str, Any], value: dict[str, Any], expected: bool
) -> None:
    schema = {"$id": "urn:prometeu:schema:asset:2", "$schema": DIALECT, **OBJECT, **change}
    documents = DOCUMENTS.with_([schema])
    assert documents.accepts(("asset", 2), value) is expected
    assert reference(documents, ("asset", 2), value) is not expected


# How much work it is.


def nested(width: int, levels: int) -> Any:
    """Arrays of ``width`` within each other; ``width`` to the power of ``levels`` in all."""
    return [nested(width, levels - 1) for _ in range(width)] if levels else "x"


def work(checks: Checks, value: Any) -> int:
    """How many values are looked at until the places are known."""
    before = checks.looks
    for _, _ in zip(checks.broken(value), range(MAX_DIAGNOSTICS)):
        pass
    return checks.looks - before


def header(metadata: list[Any]) -> Any:
    row = DOCUMENTS.schema(*HEADER)["examples"][0]["asset_table"][0]
    rows = [{**row, "metadata": {"x_a": part}} for part in metadata]
    return {"asset_table": rows, "preload": []}


BAD = {"_": 1}
SHAPES: dict[str, list[Any]] = {
    "flat": [["x"] * 4_000],
    "one bad at the end": [["x"] * 4_000 + [BAD]],
    "every one bad": [[BAD] * 4_000],
    "each tenth bad": [(["x"] * 9 + [BAD]) * 400],
    "deep": [nested(2, 12)],
    "deep, one bad at the end": [[nested(2, 11), [nested(2, 10), BAD]]],
    "many rows": ["x"] * 2_000,
    "many bad rows": [BAD] * 2_000,
}


def values(value: Any) -> int:
    """Values and names in a value."""
    if isinstance(value, dict):
        return 1 + len(value) + sum(map(values, value.values()))
    return 1 + sum(map(values, value)) if isinstance(value, list) else 1


@every(SHAPES)
def test_the_work_grows_with_the_values_alone(shape: str) -> None:
    """However deep the values are and wherever a fault is, each is looked at a few times."""
    whole = header(SHAPES[shape])
    assert work(DOCUMENTS.checks(HEADER), whole) <= 6 * values(whole)


def test_the_rows_that_fail_are_found_in_linear_work() -> None:
    checks = DOCUMENTS.checks(TILES)
    good = DOCUMENTS.schema(*TILES)["examples"][0]
    for bad in ([], [3], [0, 1, 199, 800], list(range(1_000))):
        rows = [{**good, "tile_size": 9} if n in set(bad) else good for n in range(1_000)]
        before = checks.looks
        assert list(checks.failing(rows)) == bad
        assert checks.looks - before <= 6 * values(rows)


CHOICES = {
    # what a condition wants, and values of which those at the positions obey it
    "a member": ({"required": ["a"]}, [{"a": [1]}, {"a": []}, {}, 1, "a"], {0, 1, 3, 4}),
    "a value": ({"properties": {"a": {"const": 1}}}, [{"a": 1}, {"a": True}, {"a": 1.0}, {}], {0, 2, 3}),
    "a place": (
        {"properties": {"a": {"const": 1}, "b": {"const": 1}}},
        [{"a": 1, "b": 2}, {"b": 1, "a": 2}, {"a": 1}, {"b": 1}, {"b": 2}],
        {2, 3},
    ),
    "what is inside": (
        {"properties": {"a": {"items": {"const": 1}}}},
        [{"a": [1]}, {"a": [2]}, {"a": [1, 2]}, {"a": []}],
        {0, 3},
    ),
    "all members": ({"maxProperties": 1}, [{"a": 1}, {"a": 1, "b": 1}, {"a": 1, "c": 1}], {0}),
}  # fmt: skip


@every(CHOICES)
@pytest.mark.parametrize("branch", ["then", "else"])
def test_what_a_condition_chooses(choice: str, branch: str) -> None:
    """Each value goes to its branch, however many others look like it."""
    condition, some, obeying = CHOICES[choice]
    schema = {"$id": "urn:prometeu:schema:asset:2", "$schema": DIALECT, "if": condition}
    documents = DOCUMENTS.with_([{**schema, branch: {"enum": ["no value"]}}])
    rows = some * 3
    chosen = {at for at in range(len(rows)) if (at % len(some) in obeying) is (branch == "then")}
    assert set(documents.checks(("asset", 2)).failing(rows)) == chosen
    assert {n for n, row in enumerate(rows) if reference(documents, ("asset", 2), row)} == chosen


def test_values_that_look_the_same_are_judged_once() -> None:
    checks = DOCUMENTS.checks(("asset", 3))
    one, other = DOCUMENTS.schema("asset", 3)["examples"][:2]
    before = checks.looks
    assert checks.holds([one, other] * 2_000)
    assert checks.looks - before <= values([one, other] * 2_000)


def patterns(schema: Any) -> Iterator[str]:
    """Every pattern in a schema."""
    inner = schema.values() if isinstance(schema, dict) else schema
    for part in inner if isinstance(schema, dict | list) else ():
        yield from patterns(part)
    if isinstance(schema, dict) and isinstance(schema.get("pattern"), str):
        yield schema["pattern"]


END = r"(?![\s\S])"
OWN = [
    "a",
    "^a",
    "^a$",
    "^a|b",
    "^a\n?b*",
    "^a.?b*",
    "^[^b]+",
    r"^a\sb",
    "^(?=ab)[ab]+",
]
TEXTS = ["", "a", "b", "ab", "ba", "\n", "a\n", "\na", "a\nb", "a\n\nb", "A", "0", "10", "00", "1.2.3",
         "a.b", "a-b", "a_b", "a/b", "a//b", "a/..", "a/...", ".a", "-", "é", "x_a", "ab" * 32]  # fmt: skip


def test_of_many_texts_each_matches_a_pattern() -> None:
    """Also of patterns and texts that have line breaks, which texts that are joined have."""
    known = {p for key in DOCUMENTS.keys for p in patterns(dict(DOCUMENTS.schema(*key)))}
    assert len(known) > 10
    for pattern in {*known, *OWN, *(own + END for own in OWN)}:
        checks = Checks({"pattern": pattern}, DOCUMENTS)
        for texts in product(TEXTS, repeat=2):
            assert checks.holds(texts) == all(re.search(pattern, text) for text in texts)
