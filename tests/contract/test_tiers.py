"""The fast tier: a yes of the typed decoder is a yes of the exact tier, on everything tried."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.every import every
from tests.packs import SMALL, TILES_META, assemble, payload, placed, sounds, tiles
from tests.packs import canonical as encoded

import prometeu_assets as pa
from prometeu_assets.contract import canonical, typed
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.rules import examination
from prometeu_assets.contract.text import TextFault, scan, utf8_fault
from prometeu_assets.contract.typed import Header
from prometeu_assets.contract.value import Contract

KEY = CURRENT.written.header
SHAPE = CURRENT.shape(CURRENT.written)
RICH = [
    tiles(2, "a", metadata={**TILES_META, "x_a": {"b": [1, {"c": None}], "d": "é😀\n"}, "x_z": -1}),
    sounds(7, "b/c.d", [2, 4], metadata={**sounds(7, "b", [2, 4])["metadata"], "x_": [[True]]}),
]
HEADERS: list[dict[str, Any]] = [
    {"asset_table": [], "preload": []},
    {"asset_table": placed(SMALL[:1]), "preload": [{"asset_id": 1, "slot": 0}]},
    {"asset_table": placed(SMALL[1:]), "preload": []},
    {"asset_table": placed(RICH), "preload": [{"asset_id": 2, "slot": 15}]},
]


def exact(data: bytes, contract: Contract = CURRENT) -> Any:
    """The header's value if the scanner and jsonschema accept it, else None."""
    if utf8_fault(data) is not None:
        return None
    try:
        text = scan(data, nesting=contract.limits.nesting)
    except TextFault:
        return None
    if text.nul is not None or text.escaped_name is not None:
        return None
    if canonical.encode(text.value) != data:
        return None
    schema = contract.documents.schema(*KEY)
    return text.value if contract.documents.validator(schema).is_valid(text.value) else None


def value_of(header: Header) -> Any:
    """A header as plain values; msgspec writes metadata that is text as it is."""
    tables = {"asset_table": header.asset_table, "preload": header.preload}
    return json.loads(msgspec.json.encode(tables))


def shape(schema: Any) -> Any:
    """The types of the header of another schema."""
    contract = CURRENT.with_(schemas=[schema])
    return contract.shape(contract.written)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


# Mutations of a value.

POOL: list[Any] = [
    None, True, False, 0, 1, -1, 8, 9, 15, 16, 17, 256, 34816, 2**24, 2**24 + 1, 2**31 - 1, 2**31,
    2**53 - 1, 2**53, 2**63, 2**64, -(2**53), "", "a", "x_a", "TILES", "SOUNDS", "NONE", "RAW",
    "a/..", "a" * 255, "a" * 256, "é", "\x7f", "\x1f", "\0", "a\n", "0", "1", [], {}, [1], [[[]]],
    [[[[1]]]], {"a": {"b": {"c": {"d": 1}}}}, {"": 1}, {"_": 1}, {"a" * 64: 1}, {"a" * 65: 1},
    {"a\n": 1}, 1.0, 0.5, 1e20,
]  # fmt: skip
NAMES = ["x_a", "x_", "a", "asset_id", "slot", "metadata", "", "A.-_", "_", "é", "x\0", "a" * 65]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a value."""
    found: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        one = pending.pop()
        items = one.items() if isinstance(one, dict) else enumerate(one)
        for key, inner in items:
            found.append((one, key))
            if isinstance(inner, dict | list):
                pending.append(inner)
    return found


def shaken(value: Any, chance: random.Random) -> Any:
    """The value with one thing in it changed, added, removed or renamed."""
    value = deepcopy(value)
    container, key = chance.choice(places(value))
    act = chance.randrange(6)
    if act <= 2:
        container[key] = deepcopy(chance.choice(POOL))
    elif act == 3:
        del container[key]
    elif isinstance(container, dict) and act == 4:
        container[chance.choice(NAMES)] = deepcopy(chance.choice(POOL))
    elif isinstance(container, dict):
        container[chance.choice(NAMES)] = container.pop(key)
    else:
        container.append(deepcopy(container[key]))
    return value


# Mutations of a text.

PIECES = [
    b"0", b"1", b"-", b".0", b"e0", b"9" * 16, b'"', b"\\", b"\\u0000", b"\\u0041", b"\\u001f",
    b"\\n", b"\\/", b"\\ud800", b"\\ud83d\\ude00", b"{", b"}", b"[", b"]", b":", b",", b" ", b"\n",
    b"\0", b"\x1f", b"\x7f", b"\xc3", b"\xc3\xa9", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf",
    b"true", b"null", b'"x_a":1,', b'"asset_id":1,', b'"x_":"\xff",', b'"x_b":1.0,', b"x_",
]  # fmt: skip


def cut(data: bytes, chance: random.Random) -> bytes:
    """The text with a few bytes inserted, removed, replaced, or moved."""
    for _ in range(chance.choice([1, 1, 1, 2])):
        at = chance.randrange(len(data) + 1)
        length = chance.choice([0, 0, 0, 1, 1, 2, 8])
        copy = chance.randrange(len(data) + 1)
        new = chance.choice(
            [b"", chance.choice(PIECES), chance.choice(PIECES), data[copy : copy + 12]]
        )
        data = data[:at] + new + data[at + length :]
    return data


def digit(data: bytes, chance: random.Random) -> bytes:
    """The text with one character of a number or a name changed into a similar one."""
    at = chance.randrange(len(data))
    if chr(data[at]) in "0123456789":
        new = chance.choice(b"0123456789")
    elif chr(data[at]) in "abcdefghijklmnopqrstuvwxyz":
        new = chance.choice(b"abcxyz_./-A")
    else:
        return cut(data, chance)
    return data[:at] + bytes([new]) + data[at + 1 :]


def mutant(chance: random.Random) -> bytes:
    value = chance.choice(HEADERS)
    kind = chance.randrange(10)
    if kind < 3:
        return cut(encoded(value), chance)
    if kind < 6:
        return digit(encoded(value), chance)
    value = shaken(value, chance)
    if kind == 9:
        value = shaken(value, chance) if places(value) else value
        return cut(encoded(value), chance)
    return encoded(value)


def test_a_yes_of_the_fast_tier_is_a_yes() -> None:
    """Both tiers on 4 000 mutants; the fast one knows all that is valid."""
    chance = random.Random(12_000)
    seen: Counter[tuple[bool, bool]] = Counter()
    known: dict[bytes, Any] = {}
    for _ in range(4_000):
        data = mutant(chance)
        fast = SHAPE.decode(data)
        if data not in known:
            known[data] = exact(data)
        value = known[data]
        seen[fast is not None, value is not None] += 1
        if fast is not None:
            assert value is not None, data
            assert value_of(fast) == value, data
        else:
            assert value is None, data
    assert seen[True, True] > 600
    assert seen[False, False] > 800


@every(range(len(HEADERS)))
def test_the_fast_tier_knows_good_headers(index: int) -> None:
    data = encoded(HEADERS[index])
    header = SHAPE.decode(data)
    assert header is not None
    assert value_of(header) == HEADERS[index] == exact(data)
    assert value_of(SHAPE.from_value(HEADERS[index])) == HEADERS[index]


TEXT = encoded(HEADERS[3])
TRAPS: dict[str, tuple[bytes, bytes]] = {
    "repeated member": (b'"asset_id":2,', b'"asset_id":2,"asset_id":2,'),
    "repeated free member": (b'"b":[1', b'"b":1,"b":[1'),
    "repeated list": (b'"preload":[', b'"preload":[],"preload":['),
    "not UTF-8 in a value": (b'"x_z":-1', b'"x_z":"\xff"'),
    "not UTF-8 in a skipped value": (b'"x_z":-1', b'"x_z":{"\xff":"\xc0"}'),
    "not UTF-8 in an unknown member": (b'"codec"', b'"cod":"\xff","codec"'),
    "surrogate bytes": (b'"x_z":-1', b'"x_z":"\xed\xa0\x80"'),
    "lone surrogate": (b'"x_z":-1', b'"x_z":"\\ud800"'),
    "1.0 for an integer": (b'"slot":15', b'"slot":15.0'),
    "1e0 for an integer": (b'"slot":15', b'"slot":15e0'),
    "1.0 in free metadata": (b'"x_z":-1', b'"x_z":-1.0'),
    "a fraction in free metadata": (b'"x_z":-1', b'"x_z":0.5'),
    "-0": (b'"x_z":-1', b'"x_z":-0'),
    "2^53": (b'"x_z":-1', b'"x_z":9007199254740992'),
    "2^64": (b'"x_z":-1', b'"x_z":18446744073709551616'),
    "U+0000": (b'"x_z":-1', b'"x_z":"\\u0000"'),
    "U+0000 in a name": (b'"x_z":-1', b'"x_z\\u0000":-1'),
    "an escape that is not needed": (b'"x_z":-1', b'"x_z":"\\u0041"'),
    "an escape in upper case": (b'"x_z":-1', b'"x_z":"\\u001F"'),
    "white space": (b'"slot":15', b'"slot": 15'),
    "white space at the end": (b"]}", b"]}\n"),
    "names out of order": (b'"asset_id":2,"slot":15', b'"slot":15,"asset_id":2'),
    "free names out of order": (b'"x_z":-1', b'"x_z":-1,"x_y":1'),
    "an unknown member": (b'"slot":15', b'"slot":15,"x_a":1'),
    "a missing member": (b',"slot":15', b""),
    "true for an integer": (b'"slot":15', b'"slot":true'),
    "a string for an integer": (b'"slot":15', b'"slot":"15"'),
    "null for an object": (b'"x_z":-1', b'"x_z":{"":null}'),
    "a pattern with a newline after it": (b'"a"', b'"a\\n"'),
    "a free name with a newline after it": (b'"x_z"', b'"x_z\\n"'),
}


@every([(trap, many) for trap in TRAPS for many in (1, typed.BATCH)])
def test_trap(trap: str, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is compared with what it should be, ``many`` rows at a time."""
    monkeypatch.setattr(typed, "BATCH", many)
    data = TEXT.replace(*TRAPS[trap], 1)
    if trap == "white space at the end":
        data = TEXT + b"\n"
    assert SHAPE.decode(TEXT) is not None
    assert data != TEXT
    assert SHAPE.decode(data) is None
    assert exact(data) is None
    packs = [assemble(data, payload(placed(RICH)))]
    assert all(not pa.validate(pack, fast=fast).ok for pack in packs for fast in (True, False))


def nested(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


@every(range(16))
def test_deep_metadata(levels: int) -> None:
    entry = sounds(1, "a", [2])
    entry["metadata"]["x_deep"] = nested(levels)
    data = encoded({"asset_table": [entry], "preload": []})
    assert (SHAPE.decode(data) is not None) == (exact(data) is not None)
    # The metadata object is the fourth level of a header.
    assert (exact(data) is not None) == (levels + 4 <= LIMITS.nesting)
    codes = [pa.validate(assemble(data, b"\0\0"), fast=fast).codes for fast in (True, False)]
    assert codes[0] == codes[1] == (() if levels + 4 <= LIMITS.nesting else ("HEADER_NESTING",))


@every(range(1, 10))
def test_a_lower_nesting_limit_holds_for_both_tiers(nesting: int) -> None:
    contract = CURRENT.with_(limits=replace(LIMITS, nesting=nesting))
    for value in HEADERS:
        pack = assemble(encoded(value), payload(value["asset_table"]))
        found = [pa.validate(pack, contract=contract, fast=fast).codes for fast in (True, False)]
        expected = () if depth(value) <= nesting else ("HEADER_NESTING",)
        assert found == [expected, expected]


# Keywords that the typed builder does not know, or that msgspec means otherwise.

SLOT = ("$defs", "preload_entry", "properties", "slot")
ROW = ("$defs", "preload_entry")
VALUE = ("$defs", "metadata_value")
PLANTED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "not": (SLOT, {"not": {"const": 15}}),
    "exclusiveMaximum": (SLOT, {"exclusiveMaximum": 15}),
    "allOf": (SLOT, {"allOf": [{"maximum": 3}]}),
    "if": (SLOT, {"if": {"minimum": 15}, "then": False}),
    "unknown type": (SLOT, {"type": ["number"], "exclusiveMaximum": 15}),
    "number": (SLOT, {"type": "number", "maximum": 14}),
    "enum beside type": (SLOT, {"enum": [1, 2]}),
    "enum beside const": (SLOT, {"type": ..., "minimum": ..., "maximum": ..., "enum": [15, 3],
                                 "const": 3}),
    "maximum beside const": (SLOT, {"type": ..., "minimum": ..., "const": 15, "maximum": 3}),
    "minimum beside $ref": (("$defs", "preload_entry", "properties", "asset_id"), {"minimum": 3}),
    "other type beside $ref": (("$defs", "preload_entry", "properties", "asset_id"),
                               {"type": "string"}),
    "empty enum": (SLOT, {"type": ..., "minimum": ..., "maximum": ..., "enum": []}),
    "bound beside a list of types": (SLOT, {"type": ["integer", "null"], "maximum": 3}),
    "length beside a list of types": (("$defs", "entry", "properties", "bank_type"),
                                      {"type": ["string", "integer"], "maxLength": 1}),
    "another list of types": (SLOT, {"type": ["string", "null"]}),
    "enum of fractions": (SLOT, {"type": ..., "minimum": ..., "maximum": ..., "enum": [15.5, 3]}),
    "enum of true": (SLOT, {"type": ..., "minimum": ..., "maximum": ..., "enum": [True, "15"]}),
    "rows that are arrays": (ROW, {"type": "array"}),
    "a table that is an object": (("$defs", "preload"), {"type": "object"}),
    "$ref beside a table": (("$defs", "preload"), {"$ref": "#/$defs/asset_table"}),
    "false": (VALUE, {"items": False}),
    "contains": (("$defs", "preload"), {"contains": {"required": ["x"]}}),
    "uniqueItems": (VALUE, {"uniqueItems": True, "contains": {"const": 5}}),
    "maxProperties": (ROW, {"maxProperties": 1}),
    "minProperties": (ROW, {"minProperties": 3}),
    "propertyNames": (ROW, {"propertyNames": {"maxLength": 5}}),
    "patternProperties": (ROW, {"patternProperties": {"^s": {"maximum": 3}}}),
    "dependentRequired": (ROW, {"dependentRequired": {"slot": ["x"]}}),
    "required in a free object": (("$defs", "metadata"), {"required": ["x_more"]}),
    "if of a name": (("$defs", "metadata_name"), {"if": {"const": "x_z"}, "then": False}),
    "if of a listed name": (ROW, {"propertyNames": {"if": {"const": "slot"}, "then": False}}),
    "two multiples": (SLOT, {"multipleOf": 3, "allOf": [{"multipleOf": 10}]}),
    "names that are false": (("$defs", "metadata"), {"propertyNames": False}),
}  # fmt: skip


def planted(schema: Any, path: tuple[str, ...], change: dict[str, Any]) -> dict[str, Any]:
    """A copy of the schema with keywords put in, or taken out where they are ``...``."""
    whole: dict[str, Any] = json.loads(json.dumps(dict(schema)))
    node: Any = whole
    for part in path:
        node = node[part]
    node.update(change)
    for keyword in [k for k, v in change.items() if v is ...]:
        del node[keyword]
    return whole


@every(PLANTED)
def test_a_keyword_that_no_table_has_is_judged_all_the_same(case: str) -> None:
    schema = planted(CURRENT.documents.schema(*KEY), *PLANTED[case])
    contract = CURRENT.with_(schemas=[schema])
    assert exact(TEXT, contract) is None, "the case breaks what was planted"
    assert shape(schema).decode(TEXT) is None
    pack = assemble(TEXT, payload(placed(RICH)))
    found = [pa.validate(pack, contract=contract, fast=fast) for fast in (True, False)]
    assert found[0] == found[1]
    assert set(found[0].codes) == {"HEADER_SCHEMA"}


@every(
    [
        (KEY, ("$defs", "metadata_name")),
        (("sounds-metadata", 1), ("properties", "samples", "propertyNames")),
    ]
)
def test_a_choice_of_names_is_judged_in_metadata_of_a_bank(
    key: tuple[str, int], path: tuple[str, ...]
) -> None:
    """The names of samples obey the schema of their bank and that of the header."""
    text = encoded(HEADERS[2])
    for name, fits in (("0", False), ("9", True)):
        change = {"if": {"const": name}, "then": False}
        contract = CURRENT.with_(schemas=[planted(CURRENT.documents.schema(*key), path, change)])
        pack = assemble(text, payload(HEADERS[2]["asset_table"]))
        found = [pa.validate(pack, contract=contract, fast=fast) for fast in (True, False)]
        assert found[0] == found[1]
        assert found[0].ok == fits


def test_a_keyword_that_no_table_has_costs_time_and_no_verdict() -> None:
    schema = planted(CURRENT.documents.schema(*KEY), SLOT, {"not": {"const": 99}})
    contract = CURRENT.with_(schemas=[schema])
    assert shape(schema).decode(TEXT) is not None
    assert pa.validate(assemble(TEXT, payload(placed(RICH))), contract=contract).ok


def test_a_header_has_no_member_that_may_be_missing() -> None:
    """Its types know exactly the members of its schema, for they are compared with the text."""
    schema = CURRENT.documents.schema(*KEY)
    path = ("$defs", "preload_entry")
    empty = b'{"asset_table":[],"preload":[]}'
    assert shape(planted(schema, path, {})).decode(empty) is not None
    assert shape(planted(schema, path, {"required": ["slot"]})).decode(empty) is None
    assert shape(planted(schema, path, {"minProperties": 3})).decode(empty) is None


# Whole packs.


def changed_pack(chance: random.Random) -> bytes:
    value = chance.choice(HEADERS[1:])
    body = payload(value["asset_table"])
    kind = chance.randrange(4)
    if kind == 0:
        return assemble(cut(encoded(value), chance), body)
    if kind == 1:
        return assemble(digit(encoded(value), chance), body)
    changed = shaken(value, chance)
    if kind == 3:
        changed = shaken(changed, chance) if places(changed) else changed
    return assemble(encoded(changed), body)


def test_both_tiers_say_the_same_of_packs() -> None:
    """Not the verdict alone: every diagnostic, with its place and its data."""
    chance = random.Random(7)
    codes: Counter[str] = Counter()
    for _ in range(1_200):
        pack = changed_pack(chance)
        fast = pa.validate(pack, profile="writer", fast=True)
        assert fast == pa.validate(pack, profile="writer", fast=False)
        codes[fast.codes[0] if fast.codes else ""] += 1
    expected = {
        "", "HEADER_UTF8", "HEADER_JSON", "HEADER_NUMBER", "HEADER_CANONICAL", "HEADER_SCHEMA",
        "TABLE_ORDER", "TABLE_OFFSET", "TABLE_BOUNDS", "BANK_METADATA", "BANK_SIZE", "BANK_RANGE",
        "PRELOAD_UNKNOWN",
    }  # fmt: skip
    assert expected <= set(codes)


def test_of_equal_entries_each_is_reported() -> None:
    """Equal entries are looked at once, and once one is wrong all of them are reported."""
    rows = [sounds(number, f"a{number}", [2]) for number in range(1, 6)]
    for row in rows[1:4]:
        row["decoded_size"] = 4
    rows[4]["metadata"]["samples"]["0"]["offset"] = 2
    value = {"asset_table": placed(rows), "preload": []}
    pack = assemble(encoded(value), payload(value["asset_table"]))
    found = [pa.validate(pack, fast=fast) for fast in (True, False)]
    assert found[0] == found[1]
    pointers = [diagnostic.pointer for diagnostic in found[0]]
    sizes = [f"/asset_table/{place}/decoded_size" for place in (1, 2, 3)]
    samples = "/asset_table/4/metadata/samples/0"
    assert pointers == [*sizes, f"{samples}/offset", samples]


@every([[2], [2, 2], [2] * 11])
def test_samples_beyond_the_slice_are_reported(more: list[int]) -> None:
    """The slice ends where a sample ends, and there are more."""
    row = sounds(1, "a", [4, *more], size=4, decoded_size=4)
    value = {"asset_table": placed([row]), "preload": []}
    pack = assemble(encoded(value), payload(value["asset_table"]))
    found = [pa.validate(pack, fast=fast) for fast in (True, False)]
    assert found[0] == found[1]
    assert [(d.code, d.pointer, d.data["found"]) for d in found[0]] == [
        ("BANK_RANGE", "/asset_table/0/metadata/samples/1", 6)
    ]


def test_faults_of_many_entries_are_in_the_order_of_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Metadata is judged some at a time, bank by bank; what is found is reported in table order."""
    for module in (typed, examination):
        monkeypatch.setattr(module, "BATCH", 2)
    rows = [
        sounds(number, f"a{number}", [2 * number]) if number % 3 else tiles(number, f"a{number}")
        for number in range(1, 10)
    ]
    wrong = [1, 2, 5, 6, 8]
    for place in wrong:
        rows[place]["decoded_size"] += 2
    value = {"asset_table": placed(rows), "preload": []}
    pack = assemble(encoded(value), payload(value["asset_table"]))
    for fast in (True, False):
        found = pa.validate(pack, fast=fast)
        assert [d.pointer for d in found] == [f"/asset_table/{n}/decoded_size" for n in wrong]


def test_metadata_of_the_author_changes_no_verdict_of_others() -> None:
    """Metadata with own members is judged by the schemas as they are, other metadata by its type."""
    rows = [sounds(number, f"a{number}", [2]) for number in range(1, 5)]
    rows[1]["metadata"]["x_note"] = {"by": ["a", None, 1]}
    rows[2]["metadata"]["sample_rate"] = 1
    value = {"asset_table": placed(rows), "preload": []}
    pack = assemble(encoded(value), payload(value["asset_table"]))
    found = [pa.validate(pack, fast=fast) for fast in (True, False)]
    assert found[0] == found[1]
    assert [d.pointer for d in found[0]] == ["/asset_table/2/metadata/sample_rate"]
    assert SHAPE.decode(encoded(value)) is not None


SIGHT: list[Callable[[], bytes]] = [lambda: b"", lambda: b"\xff" * 40, lambda: bytes(100)]


@pytest.mark.parametrize("make", SIGHT)
def test_garbage_is_a_dont_know(make: Callable[[], bytes]) -> None:
    assert SHAPE.decode(make()) is None
