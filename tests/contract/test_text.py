"""The tokenizer names the first byte that cannot stand, and agrees with the standard library."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.every import every

from prometeu_assets.contract.text import TextFault, escape, scan, utf8_fault

LIMIT = b"9007199254740991"

FAULTS: list[tuple[bytes, str, int]] = [
    # What is not JSON, at the first byte that cannot stand.
    (b"", "json", 0),
    (b"  ", "json", 2),
    (b"\xef\xbb\xbf{}", "json", 0),
    (b"[\xef\xbb\xbf]", "json", 1),
    (b"01", "json", 1),
    (b"00", "json", 1),
    (b"[012]", "json", 2),
    (b"-x", "json", 1),
    (b"-", "json", 1),
    (b"--1", "json", 1),
    (b"+1", "json", 0),
    (b".5", "json", 0),
    (b"1 2", "json", 2),
    (b"1x", "json", 1),
    (b"{}}", "json", 2),
    (b"[]]", "json", 2),
    (b"{]", "json", 1),
    (b"[}", "json", 1),
    (b"[1}", "json", 2),
    (b'{"a":1]', "json", 6),
    (b"[1,]", "json", 3),
    (b"[,1]", "json", 1),
    (b"[1 1]", "json", 3),
    (b'{"a":1,}', "json", 7),
    (b'{"a"}', "json", 4),
    (b'{"a",1}', "json", 4),
    (b"{a:1}", "json", 1),
    (b"{1:1}", "json", 1),
    (b"{", "json", 1),
    (b"[", "json", 1),
    (b'{"a":', "json", 5),
    (b'{"a":1', "json", 6),
    (b"[1", "json", 2),
    (b"nul", "json", 3),
    (b"nulL", "json", 3),
    (b"nullx", "json", 4),
    (b"truE", "json", 3),
    (b"False", "json", 0),
    (b"NaN", "json", 0),
    (b"Infinity", "json", 0),
    (b"-Infinity", "json", 1),
    (b"'a'", "json", 0),
    (b"[1]//", "json", 3),
    (b"\x00", "json", 0),
    (b"1\x00", "json", 1),
    (b"1\x0b", "json", 1),
    (b"\xc2\xa01", "json", 0),
    # Strings.
    (b'"', "json", 1),
    (b'"abc', "json", 4),
    (b'"\\', "json", 2),
    (b'"\\"', "json", 3),
    (b'"\\x41"', "json", 2),
    (b'"\\U0041"', "json", 2),
    (b'"\\u"', "json", 3),
    (b'"\\u00', "json", 5),
    (b'"\\u004"', "json", 6),
    (b'"\\u00g0"', "json", 5),
    *((b'"ab' + bytes([c]) + b'"', "json", 3) for c in range(0x20)),
    # Lone surrogates, as early as they are known to be lone.
    (b'"\\udc00"', "json", 4),
    (b'"\\uDFFF"', "json", 4),
    (b'"\\udc00\\ud800"', "json", 4),
    (b'"\\ud800"', "json", 7),
    (b'"\\udbff', "json", 7),
    (b'"\\ud800x"', "json", 7),
    (b'"\\ud800\\n"', "json", 8),
    (b'"\\ud800\\', "json", 8),
    (b'"\\ud800\\u0041"', "json", 9),
    (b'"\\ud800\\ud800"', "json", 10),
    (b'"\\ud800\\udbff"', "json", 10),
    (b'"\\ud800\\ue000"', "json", 9),
    (b'"\\ud800\\udc0"', "json", 12),
    (b'"\\ud800\\udc0g"', "json", 12),
    (b'{"\\ud800":1}', "json", 8),
    # The number rule.
    (b"-0", "number", 1),
    (b"-01", "number", 1),
    (b"-0.5", "number", 1),
    (b"[-0]", "number", 2),
    (b"1.", "number", 1),
    (b"1.0", "number", 1),
    (b"0.5", "number", 1),
    (b"1.x", "number", 1),
    (b"1e", "number", 1),
    (b"1E5", "number", 1),
    (b"0e0", "number", 1),
    (b"10e+1", "number", 2),
    (b"9007199254740992", "number", 15),
    (b"-9007199254740992", "number", 16),
    (b"[9007199254740992]", "number", 16),
    (b"90071992547409910", "number", 16),
    (b"10000000000000000", "number", 16),
    (b"9999999999999999999", "number", 15),
    (b"9007199254740992.5", "number", 15),
    (LIMIT + b".0", "number", 16),
    # Nesting, which only a bracket that may stand there can break.
    (b"[" * 17, "nesting", 16),
    (b"[" * 16 + b"{", "nesting", 16),
    (b'{"a":' * 16 + b"[", "nesting", 80),
    (b"[" * 15 + b"[],[[", "nesting", 19),
    (b"[" * 16 + b"1[", "json", 17),
    (b"[" * 16 + b"]", "json", 17),
    (b'{"a":' * 15 + b'{"a"[', "json", 79),
    (b'{"a":' * 15 + b"{[", "json", 76),
    (b"[" * 16 + b"-0", "number", 17),
    (b"1[", "json", 1),
    # The first violation decides, whatever comes after.
    (b"[1.0,x]", "number", 2),
    (b"[x,1.0]", "json", 1),
    (b"[-0" + b"[" * 17, "number", 2),
]

VALUES: list[tuple[bytes, Any]] = [
    (b"0", 0),
    (b" \t\r\n1 \t\r\n", 1),
    (LIMIT, 2**53 - 1),
    (b"-" + LIMIT, 1 - 2**53),
    (b"[" * 16 + b"]" * 16, [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]),
    (b"[[],[],{}]", [[], [], {}]),
    (b'{"a":{},"b":[]}', {"a": {}, "b": []}),
    (b'"\x7f"', "\x7f"),
    (b'"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'),
    (b'"\\u00e9\\u00E9"', "éé"),
    (b'"\\ud83d\\ude00\\uDBFF\\uDFFF"', "\U0001f600\U0010ffff"),
    (b'"\\ud7ff\\ue000"', "\ud7ff\ue000"),
    ('"é😀"'.encode(), "é😀"),
    (b"[true,false,null]", [True, False, None]),
]


def fault(data: bytes, **options: Any) -> tuple[str, int] | None:
    try:
        scan(data, **options)
    except TextFault as found:
        return found.kind, found.offset
    return None


@every(FAULTS)
def test_first_byte_that_cannot_stand(data: bytes, kind: str, offset: int) -> None:
    assert fault(data) == (kind, offset)


@every(VALUES)
def test_value(data: bytes, value: Any) -> None:
    assert scan(data).value == value


@every(FAULTS)
def test_a_verdict_needs_no_byte_after_the_fault(data: bytes, kind: str, offset: int) -> None:
    """Every text with the same bytes up to the fault is refused for it, at the same place."""
    if offset == len(data):
        return  # It ends too early; with more it might be good.
    for tail in (b"", b"]", b"}" * 20, b'"', b"0", b"[" * 20, b"\xff", b" 1.5e,"):
        assert fault(data[: offset + 1] + tail) == (kind, offset)


def test_a_text_that_ends_too_early_is_a_beginning() -> None:
    """A fault at the end says that all bytes so far can begin a good text."""
    ends = {b"{": b"}", b"[1": b"]", b'"\\ud800': b'\\udc00"', b"-": b"1", b"nul": b"l"}
    for data, rest in ends.items():
        assert fault(data) == ("json", len(data))
        assert fault(data + rest) is None


def test_where_u_0000_was_written() -> None:
    assert scan(b'"a\\u0000b\\u0000"').nul == 2
    assert scan(b'{"\\u0000":"\\u0000"}').nul == 2
    assert scan(b'"\\\\u0000"').nul is None


def test_escapes_in_names_are_remembered() -> None:
    assert scan(b'{"a":"\\n","b\\"":1,"\\\\":2}').escaped_name == 12
    assert scan(b'{"a":"\\n"}').escaped_name is None


def test_repeated_names() -> None:
    data = b'{"a":1,"b":{"a":1,"a":2},"\\u0061":3,"c/~":[{"x":1,"x":1}]}'
    assert scan(data).repeats == [
        ("/b/a", data.index(b'"a":2')),
        ("/a", data.index(b'"\\u0061"')),
        ("/c~1~0/0/x", data.rindex(b'"x"')),
    ]
    assert scan(data).value == {"a": 3, "b": {"a": 2}, "c/~": [{"x": 1}]}


def test_places() -> None:
    data = b' {"a": [10, {"b/": null}], "c": "d"}'
    assert scan(data, places=True).places == {
        "": 1,
        "/a": 7,
        "/a/0": 8,
        "/a/1": 12,
        "/a/1/b~1": 19,
        "/c": 32,
    }
    assert scan(data).places == {}


def test_pointer_tokens() -> None:
    assert [escape(name) for name in ("", "a", "a/b", "~", "~1", "/~")] == [
        "", "a", "a~1b", "~0", "~01", "~1~0",
    ]  # fmt: skip


@every([
        (b"-0", 0), (b"1.5", 1.5), (b"1e2", 100.0), (b"-1E-2", -0.01), (b"0.0", 0.0),
        (b"9007199254740992", 2**53), (b"1" * 5000, float("inf")),
    ])  # fmt: skip
def test_numbers_of_documents(data: bytes, value: float) -> None:
    """Without the number rule, numbers are those of RFC 8259."""
    assert scan(data, integers=False).value == value


@every([(b"1.", 2), (b"1.e5", 2), (b"1e", 2), (b"1e+", 3), (b"1e+-1", 3), (b"-.5", 1), (b"-01", 2)])
def test_what_is_no_number_anywhere(data: bytes, offset: int) -> None:
    assert fault(data, integers=False) == ("json", offset)


def test_depth_costs_no_stack() -> None:
    assert fault(b"[" * 100_000 + b"]" * 100_000, nesting=None) is None


UTF8: list[tuple[str, int | None]] = [
    ("", None),
    ("41 c3 a9 e2 82 ac f0 9f 98 80", None),
    ("7f c2 80 df bf e0 a0 80 ef bf bf f0 90 80 80 f4 8f bf bf", None),
    ("ed 9f bf ee 80 80", None),
    # A byte that begins nothing.
    ("80", 0),
    ("41 bf", 1),
    ("c0 80", 0),
    ("c1 bf", 0),
    ("41 f5 80 80 80", 1),
    ("f8 88 80 80 80", 0),
    ("ff", 0),
    ("fe", 0),
    # Overlong forms, surrogates and what lies beyond U+10FFFF: known by their second byte.
    ("e0 80 80", 1),
    ("e0 9f bf", 1),
    ("f0 80 80 80", 1),
    ("f0 8f bf bf", 1),
    ("ed a0 80", 1),
    ("41 ed bf bf", 2),
    ("f4 90 80 80", 1),
    # A sequence that breaks off, at the byte that breaks it.
    ("c3 41", 1),
    ("e2 41", 1),
    ("e2 82 41", 2),
    ("e2 82 c3", 2),
    ("f0 9f 41", 2),
    ("f0 9f 98 41", 3),
    ("f0 9f 98 f0", 3),
    # Or at the end.
    ("c3", 1),
    ("41 e2 82", 3),
    ("f0 9f 98", 3),
    ("e0", 1),
]


@every(UTF8)
def test_utf8_fault(pairs: str, offset: int | None) -> None:
    assert utf8_fault(bytes.fromhex(pairs)) == offset


INTEGERS = st.integers(min_value=1 - 2**53, max_value=2**53 - 1)
STRINGS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)


def values(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | scalars | STRINGS
    return st.recursive(
        leaves, lambda v: st.lists(v, max_size=4) | st.dictionaries(STRINGS, v, max_size=4)
    )


@settings(max_examples=200)
@given(values(INTEGERS), st.booleans(), st.sampled_from([None, 1]))
def test_reads_what_the_library_writes(value: Any, ascii: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii, indent=indent).encode()
    assert scan(data, nesting=None).value == value


@settings(max_examples=100)
@given(values(INTEGERS | st.floats(allow_nan=False, allow_infinity=False)))
def test_reads_the_floats_that_the_library_writes(value: Any) -> None:
    assert scan(json.dumps(value).encode(), integers=False, nesting=None).value == value


def refuse(name: str) -> Any:
    raise ValueError(name)


def lone(value: Any) -> bool:
    if isinstance(value, str):
        return any("\ud800" <= c <= "\udfff" for c in value)
    return isinstance(value, list | tuple) and any(map(lone, value))


def library_accepts(data: bytes) -> bool:
    try:
        pairs = json.loads(data.decode(), parse_constant=refuse, object_pairs_hook=list)
    except ValueError:
        return False
    return not lone(pairs)


SEEDS = [
    b'{"a":[1,-2,30,{"b":null}],"c":"\\ud83d\\ude00x\\n","d":true,"e":false,"f":{}}',
    b'[0,-10,1.5,2e10,-3.25E-2,"\\u0041\\\\\\"\\/",[[],[{}]],"\\udbff\\udfff"]',
    '{"é":"😀\\t","":[""], "x" : 1 }'.encode(),
    b"-12.5e+3",
    b'"\\ud800\\udc00"',
]
PIECES = [
    b"0", b"1", b"-", b"+", b".", b"e", b"E", b'"', b"\\", b"u", b"d8", b"dC00", b"{", b"}", b"[",
    b"]", b":", b",", b" ", b"\n", b"\0", b"\x1f", b"\x7f", b"\xc3", b"\xa9", b"\xef\xbb\xbf",
    b"true", b"null", b"NaN", b"\\ud800", b"\\udc00", b"\\u00", b"/", b"00",
]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        length = chance.choice([0, 0, 1, 1, 2, 5])
        new = chance.choice([b"", *chance.choices(PIECES, k=2), data[at : at + 3]])
        data = data[:at] + new + data[at + length :]
    return data


def test_agrees_with_the_standard_library() -> None:
    chance = random.Random(20)
    verdicts = [0, 0]
    for _ in range(20_000):
        data = mutated(chance.choice(SEEDS), chance)
        found = utf8_fault(data) is None and fault(data, integers=False, nesting=None) is None
        assert found == library_accepts(data), data
        verdicts[found] += 1
    assert min(verdicts) > 2_000


def test_a_verdict_on_mutants_needs_no_byte_after_the_fault() -> None:
    chance = random.Random(21)
    refused = 0
    for _ in range(5_000):
        data = mutated(chance.choice(SEEDS), chance)
        found = fault(data)
        if found is None or found[1] == len(data):
            continue
        refused += 1
        head = data[: found[1] + 1]
        assert fault(head) == found
        assert fault(head + mutated(chance.choice(SEEDS), chance)) == found
    assert refused > 2_000
