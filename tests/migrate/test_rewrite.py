"""A text with another value: what the change does not ask for keeps its bytes."""

from __future__ import annotations

import json
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.every import every

from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.text import TextFault, scan
from prometeu_assets.workspace.rewrite import rewrite

CASES: dict[str, tuple[str, Any, str]] = {
    "nothing": ('{ "a" : 1e3 }', {"a": 1000.0}, '{ "a" : 1e3 }'),
    "a value": ('{"a": 1,"b":2}', {"a": 1, "b": 3}, '{"a": 1,"b":3}'),
    "a member at the end": ('{"a": 1}', {"a": 1, "b": 2}, '{"a": 1, "b": 2}'),
    "a member between": ('{"a":1,"c":3}', {"a": 1, "b": 2, "c": 3}, '{"a":1,"b":2,"c":3}'),
    "a member first": ('{\n\t"b": 1\n}', {"a": 0, "b": 1}, '{\n\t"a": 0,\n\t"b": 1\n}'),
    "members in a row": (
        '{\n  "z": 1\n}\n',
        {"z": 1, "a": [1, {"b": 2}], "c": {}},
        '{\n  "z": 1,\n  "a": [\n    1,\n    {\n      "b": 2\n    }\n  ],\n  "c": {}\n}\n',
    ),
    "a member goes": ('{ "a": 1, "b": 2, "c": 3 }', {"a": 1, "c": 3}, '{ "a": 1, "c": 3 }'),
    "the first goes": ('{\n "a": 1,\n "b": 2\n}', {"b": 2}, '{\n "b": 2\n}'),
    "the last goes": ('{"a": 1, "b": 2 }', {"a": 1}, '{"a": 1 }'),
    "all go": ('{ "a": [ 1 ] }', {"a": []}, '{ "a": [] }'),
    "a member is renamed": (
        '{"x" : 1.50, "name" :\t[1e2], "y":2}',
        {"x": 1.5, "label": [100.0], "y": 2},
        '{"x" : 1.50, "label" :\t[1e2], "y":2}',
    ),
    "the order stays": ('{"b": 1, "a": 2}', {"a": 3, "b": 1}, '{"b": 1, "a": 3}'),
    "a member goes and another comes": ('{"a":1,"b":2}', {"b": 2, "c": 3}, '{"b":2,"c":3}'),
    "deep": (
        '{"a": [ {"b": 1 , "n": -0.0e-7}, 2]}',
        {"a": [{"b": 5, "n": -0.0}, 2]},
        '{"a": [ {"b": 5 , "n": -0.0e-7}, 2]}',
    ),
    "rows grow": (
        '{"r": [\n    {"a": 1, "b": 2},\n    {"a": 3}\n  ]}',
        {"r": [{"a": 1, "b": 2, "c": True}, {"a": 3, "c": True}]},
        '{"r": [\n    {"a": 1, "b": 2, "c": true},\n    {"a": 3, "c": true}\n  ]}',
    ),
    "rows with the comma first": (
        '{\n  "r": [\n    1\n  , 2\n  ]\n}',
        {"r": [1, 2, {"a": 1}]},
        '{\n  "r": [\n    1\n  , 2\n  , {\n    "a": 1\n  }\n  ]\n}',
    ),
    "a row more": ("[1]", [1, 2], "[1, 2]"),
    "a row more, over lines": ("[\n 1\n]", [1, 2], "[\n 1,\n 2\n]"),
    "a row less": ("[1,  2,  3]", [1, 2], "[1,  2]"),
    "from nothing": ('{"a": {}}', {"a": {"b": 1}}, '{"a": {"b": 1}}'),
    "another kind": ("[[1]]", [{"a": None}], '[{"a": null}]'),
    "line ends of Windows": (
        '{\r\n    "a": 1,\r\n    "b": {}\r\n}\r\n',
        {"a": 1, "x": [1], "b": {"c": 1}},
        ('{\r\n    "a": 1,\r\n    "x": [\r\n        1\r\n    ],\r\n'
        '    "b": {\r\n        "c": 1\r\n    }\r\n}\r\n'),
    ),
    "tabs": ('{\n\t"a": 1\n}', {"a": {"b": 1}}, '{\n\t"a": {\n\t\t"b": 1\n\t}\n}'),
    "tight": ('{"a":1}', {"a": 1, "b": [1, 2]}, '{"a":1,"b":[1,2]}'),
    "names to be escaped": (
        '{"a/b~": {"\\"": 1, "\\u00e9": 2}}',
        {"a/b~": {'"': 1, "é": 3, "€\n": 4}},
        '{"a/b~": {"\\"": 1, "\\u00e9": 3, "€\\n": 4}}',
    ),
    "space around": (' \n{"a": 1} \n\n', {"a": 2}, ' \n{"a": 2} \n\n'),
    "a brace in a string": ('{"a": "}]\\"", "b": 1}', {"a": '}]"', "b": 2}, '{"a": "}]\\"", "b": 2}'),
    "one, one point nothing, true": ("[1, 1.0, true]", [1.0, 1, 1], "[1.0, 1, 1]"),
}  # fmt: skip


@every(CASES)
def test_rewritten(case: str) -> None:
    text, value, wanted = CASES[case]
    assert rewrite(text.encode(), value).decode() == wanted


def test_what_is_no_document() -> None:
    with pytest.raises(TextFault):
        rewrite(b"{", {})
    with pytest.raises(ValueError, match="repeated"):
        rewrite(b'{"a": 1, "a": 2}', {})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
styles = st.sampled_from([{}, {"indent": 2}, {"indent": "\t"}, {"indent": 0},
                          {"separators": (",", ":")}, {"ensure_ascii": False}])  # fmt: skip


def is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(values.filter(is_text), values.filter(is_text), styles, st.booleans())
def test_any_value_becomes_any_other(old: Any, new: Any, style: Any, crlf: bool) -> None:
    text = json.dumps(old, **style)
    data = (text.replace("\n", "\r\n") if crlf else text).encode()
    assert rewrite(data, old) == data
    changed = rewrite(data, new)
    assert same(scan(changed, integers=False, nesting=None).value, new)
    assert rewrite(changed, new) == changed


def test_same_tells_types_apart() -> None:
    numbers: list[Any] = [1, 1.0, True]
    for one in numbers:
        assert [same([one], [two]) for two in numbers] == [one is two for two in numbers]
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same({"a": 1}, {"a": 1, "b": 2})
    assert not same([1], [1, 2])


SMALL_OBJECTS = [
    dict(zip(names, values))
    for size in (1, 2, 3)
    for names in permutations("abc", size)
    for values in product((1, 2), repeat=size)
]


@pytest.mark.parametrize(
    "form",
    [{"separators": (",", ":")}, {"separators": (", ", ": ")}, {"indent": 2}],
    ids=["tight", "on one line", "over lines"],
)
def test_any_small_object_becomes_any_other_in_the_same_form(form: dict[str, Any]) -> None:
    """What is written is one text of the new value in the form of the old: no byte is doubled."""
    for old, new in product(SMALL_OBJECTS, repeat=2):
        text = rewrite(json.dumps(old, **form).encode(), new).decode()
        value = json.loads(text)
        assert value == new
        assert text == json.dumps(value, **form)
        kept = [name for name in old if name in new]
        assert [name for name in value if name in kept] == kept
