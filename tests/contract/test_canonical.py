"""The canonical encoding, held against another implementation and against the fast tier's."""

from __future__ import annotations

import json
import random
from enum import IntEnum
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.every import every

from prometeu_assets.contract import canonical
from prometeu_assets.contract.canonical import NotCanonical, encode, first_difference
from prometeu_assets.contract.text import scan

ANY = [*map(chr, range(1, 0x80)), *"é߿ࠀ€퟿\ue000～\uffff😀\U0010ffff"]
BASIC = [character for character in ANY if character < "\ud800"]
"""Below the surrogates, UTF-16 and UTF-8 order strings alike."""
NAMES = [character for character in BASIC if character >= " " and character not in '"\\']
"""And these need no escape, which a member name may not have."""


def document(chance: random.Random, depth: int = 3) -> Any:
    kind = chance.randrange(8 if depth else 5)
    if kind == 0:
        return chance.choice([None, True, False])
    if kind < 3:
        bits = chance.randrange(54)
        return chance.choice([-1, 1]) * chance.randrange(2**bits)
    if kind < 5:
        return "".join(chance.choices(ANY, k=chance.randrange(6)))
    if kind == 5:
        return [document(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {
        "".join(chance.choices(NAMES, k=chance.randrange(4))): document(chance, depth - 1)
        for _ in range(chance.randrange(6))
    }


def test_agrees_with_rfc_8785() -> None:
    chance = random.Random(8785)
    for _ in range(5_000):
        value = document(chance)
        encoded = encode(value)
        assert encoded == rfc8785.dumps(value)
        assert scan(encoded).value == value


def test_names_are_ordered_by_utf_8_bytes_where_rfc_8785_has_utf_16() -> None:
    value = {"\U0001f600": 1, "\uff5e": 2}
    assert encode(value) == '{"～":2,"😀":1}'.encode()
    assert rfc8785.dumps(value) == '{"😀":1,"～":2}'.encode()


SPELLINGS: list[tuple[Any, bytes]] = [
    ({}, b"{}"),
    ([], b"[]"),
    ((1, (2,)), b"[1,[2]]"),
    ({"b": 1, "a": {"d": 1, "c": []}}, b'{"a":{"c":[],"d":1},"b":1}'),
    ({"a": 1, "B": 2, "": 3, "aa": 4}, b'{"":3,"B":2,"a":1,"aa":4}'),
    ([None, True, False], b"[null,true,false]"),
    ([0, -1, 2**53 - 1, 1 - 2**53], b"[0,-1,9007199254740991,-9007199254740991]"),
    ('"\\/', b'"\\"\\\\/"'),
    ("\b\t\n\f\r", b'"\\b\\t\\n\\f\\r"'),
    ("\x01\x0b\x1f", b'"\\u0001\\u000b\\u001f"'),
    ("\x7f\u2028é😀", '"\x7f\u2028é😀"'.encode()),
    ("e\u0301", '"e\u0301"'.encode()),
]


@every(SPELLINGS)
def test_spelling(value: Any, encoded: bytes) -> None:
    assert encode(value) == encoded


class Number(IntEnum):
    ONE = 1


REFUSED: list[Any] = [
    1.0, float("nan"), 2**53, -(2**53), "a\0b", "\ud800", "\udc00x", "\udcff",
    b"bytes", {1: 2}, {None: 1}, {b"a": 1}, {"a\0": 1}, {"\ud800": 1}, {"a": 1, 1: 2}, {1, 2},
    Number.ONE, object(),
]  # fmt: skip


@every(REFUSED)
def test_what_has_no_canonical_encoding(value: Any) -> None:
    for wrapped in (value, [1, [value]], {"a": {"b": value}}):
        with pytest.raises(NotCanonical) as refused:
            encode(wrapped)
        assert refused.value.reason


@every(['a"', "\\", "\n", "\x1f", "\0"])
def test_a_name_that_needs_an_escape_has_no_encoding(name: str) -> None:
    with pytest.raises(NotCanonical):
        encode({"a": [{name: 1}]})


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\')),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
        | st.integers(min_value=1 - 2**53, max_value=2**53 - 1),
    )
)
def test_the_fast_tier_encodes_alike(value: dict[str, Any]) -> None:
    assert msgspec.json.encode(value, order="sorted") == encode(value)


def test_the_fast_tier_spells_every_character_alike() -> None:
    for code in [*range(1, 0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 0x101)]:
        character = chr(code)
        assert msgspec.json.encode(character) == encode(character)


@every(
    [(b"", b"", 0), (b"a", b"", 0), (b"abc", b"abd", 2), (b"abc", b"abcd", 3), (b"xbc", b"abc", 0)]
)
def test_first_difference(left: bytes, right: bytes, position: int) -> None:
    assert first_difference(left, right) == first_difference(right, left) == position


@given(st.binary(max_size=40), st.binary(max_size=3), st.integers(0, 40))
def test_first_difference_is_the_first(data: bytes, new: bytes, at: int) -> None:
    changed = data[:at] + new + data[at + len(new) :]
    found = first_difference(data, changed)
    assert data[:found] == changed[:found]
    assert data == changed or data[found : found + 1] != changed[found : found + 1]


def test_another_encoding_of_the_same_value_is_another_text() -> None:
    value = {"a": [1, {"b": "é"}], "c": "x/y"}
    for other in (json.dumps(value), json.dumps(value, separators=(",", ":"))):
        assert scan(other.encode()).value == value
        assert other.encode() != canonical.encode(value)
