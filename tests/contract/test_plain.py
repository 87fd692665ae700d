"""The fast tier of a document's text: a value from it is the one the exact tier gives."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from typing import Any

from tests.every import every

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.plain import DONT_KNOW, header_text, plain
from prometeu_assets.contract.text import TextFault, scan, utf8_fault

NESTING = CURRENT.limits.nesting


def infinite(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(infinite, value.values()))
    if isinstance(value, list):
        return any(map(infinite, value))
    return isinstance(value, float) and math.isinf(value)


def exact(data: bytes) -> Any:
    """What the exact tier accepts without a word, else `DONT_KNOW`."""
    if utf8_fault(data) is not None:
        return DONT_KNOW
    try:
        text = scan(data, integers=False, nesting=NESTING)
    except TextFault:
        return DONT_KNOW
    return DONT_KNOW if text.repeats or infinite(text.value) else text.value


def same(one: Any, two: Any) -> bool:
    """Equal, the kinds of numbers too."""
    return repr(one) == repr(two)


SURE = [
    "{}", "[]", "0", "-0", "-0.0", "1.50", "1e5", "1E+5", "-12", '""', '"\\u00e9\\n\\/"', "null",
    ' {"a" : [1, true]}\n', '{"a": {"b": {}}, "b": {"a": 1}}', "[" * 16 + "]" * 16, "9" * 299,
    '"\\u0000"', '{"\\u0061": 1}', '{"a:": ":"}', '{"a": "\\u003a:"}', f'"{"9" * 299}"', "[[]]" ,
]  # fmt: skip
DOUBTFUL = [
    "", " ", "{", "[1,]", '{"a":1,}', "01", "+1", ".5", "1.", "NaN", "Infinity", "-Infinity", "nul",
    '{"a": 1, "a": 2}', '{"a": 1, "\\u0061": 2}', '{"x": [{"a": 1, "a": 1}]}', "1e999", "-1e999",
    "[" * 17 + "]" * 17, '{"a":' * 17 + "1" + "}" * 17, "[" * 100_000, "9" * 300, "9" * 5_000,
    '{"a": 1, "a": "\\u003a"}',
    '"\\ud800"', '"\\udc00"', "\ufeff{}", '"\t"', '"\\x"', "'a'", "{a: 1}", "1 2", "// x", "\u0661",
    "\u00a01",
]  # fmt: skip


@every(SURE)
def test_what_is_certain(text: str) -> None:
    value = plain(text.encode(), NESTING)
    assert value is not DONT_KNOW
    assert same(value, exact(text.encode()))


@every(DOUBTFUL)
def test_what_is_left_to_the_exact_tier(text: str) -> None:
    assert plain(text.encode(), NESTING) is DONT_KNOW


def test_bytes_that_are_no_text() -> None:
    for data in (b"\xff", b'"\xed\xa0\x80"', b'"\xc0\x80"', b"\0"):
        assert plain(data, NESTING) is DONT_KNOW


def changed(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    pieces = [b"", b"\\", b'"', b"{", b"}", b"[", b"]", b",", b":", b"0", b"1e9", b"-", b".", b"u",
              b"\xff", b"\xc3\xa9", b"\0", b"\n", b"null", b'"a":', bytes([chance.randrange(256)])]  # fmt: skip
    return data[:place] + chance.choice(pieces) + data[place + chance.randrange(3) :]


def test_a_yes_is_what_the_exact_tier_says() -> None:
    chance = random.Random(5)
    documents = [
        json.dumps(example, indent=indent).encode()
        for key in (("asset", 1), ("asset", 2), ("index", 1), ("index", 2), ("cartridge", 1))
        for example in CURRENT.documents.schema(*key)["examples"]
        for indent in (None, 2)
    ]
    assert all(plain(data, NESTING) is not DONT_KNOW for data in documents)
    seen: Counter[bool] = Counter()
    for _ in range(8_000):
        data = chance.choice(documents)
        for _ in range(chance.randrange(1, 3)):
            data = changed(data, chance)
        fast, slow = plain(data, NESTING), exact(data)
        seen[fast is not DONT_KNOW] += 1
        assert fast is DONT_KNOW or same(fast, slow), data
        doubted = b"\\u" in data
        assert fast is not DONT_KNOW or slow is DONT_KNOW or doubted, data
    assert min(seen.values()) > 500


HEADERS = [
    b'{"a":[1,{"b\\"":"c\\\\"}],"a":-0,"x":"-0 [{ 99999999999999999"}',
    b'[9007199254740991,"\\u0000",{"\\u0000":null},[[[]]],true]',
    b'{ "a\\n" : {"b":"\\u00e9","c":"\xc3\xa9"} , "d":[{},[]]}',
    b"[" * 15 + b"{}" + b"]" * 15,
]


def test_a_headers_text_is_what_a_scan_gives() -> None:
    """The value, and what is hidden in the text; nothing where a scan finds a fault."""
    chance = random.Random(9)
    seen: Counter[bool] = Counter()
    for _ in range(20_000):
        data = chance.choice(HEADERS)
        for _ in range(chance.randrange(3)):
            data = changed(data, chance)
        fast = header_text(data, NESTING)
        if fast is None:
            seen[False] += 1
            continue
        seen[True] += 1
        slow = scan(data, nesting=NESTING)
        assert same(fast.value, slow.value), data
        assert (fast.nul, fast.escaped_name) == (slow.nul, slow.escaped_name), data
    assert min(seen.values()) > 4_000
