"""Mutations that know the structure of what they change, and make its checksums right again.

Without them a fuzzer sees little more than ``HEADER_CHECKSUM``. Each takes the bytes, a source of
chance and the plain mutation of the engine; none needs the engine itself.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, Final

Change = Callable[[bytes], bytes]
"""Any change of bytes that knows nothing of them."""

Mutation = Callable[[bytes, Random, Change], bytes]

_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 2, 8, 9, 15, 16, 17, 64, 65, 256, 34_816, 2**24, 2**24 + 1,
    2**31 - 1, 2**31, 2**53 - 1, 2**53, 2**64, -(2**53), 1.0, 0.5, 1e300, "", "a", "x_a", "TILES",
    "SOUNDS", "NONE", "RAW", "a/..", "../a", "/a", "nul", "é", "\x7f", "\0", "\n", "\x1b[31m", "0",
    "a" * 256, "{}", "{0}", "%s", "$schema", "__class__", [], {}, [1], [[[]]], {"": 1},
    {"a" * 65: 1}, [{}], {"x_a": {"b": {"c": {"d": 1}}}},
)  # fmt: skip
_NAMES: Final = (
    "x_a",
    "",
    "a",
    "/",
    "~",
    "asset_id",
    "schema_version",
    "$schema",
    "é",
    "{a}",
    "\0",
)


def by_hand(chance: Random) -> Change:
    """The plain mutation for when there is no engine: a few bytes set, cut, inserted, moved."""

    def change(data: bytes) -> bytes:
        at = chance.randrange(len(data) + 1)
        other = chance.randrange(len(data) + 1)
        piece = chance.choice(
            [bytes([chance.randrange(256)]), data[other : other + 8], b"\xff" * 4]
        )
        match chance.randrange(4):
            case 0:
                return data[:at] + piece + data[at + len(piece) :]
            case 1:
                return data[:at] + data[at + len(piece) :]
            case 2:
                return data[:at] + piece + data[at:]
            case _:
                return data[:at]

    return change


def plainly(data: bytes, chance: Random, change: Change) -> bytes:
    """No structure to keep."""
    return change(data)


def json_text(data: bytes, chance: Random, change: Change) -> bytes:
    """A JSON document: its text changed, or its value."""
    if chance.random() < 0.5:
        return change(data)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return change(data)
    indent, ascii_ = chance.choice([None, 2, "\t"]), chance.random() < 0.5
    text = json.dumps(shaken(value, chance), indent=indent, ensure_ascii=ascii_)
    return text.encode("utf-8", "surrogatepass")


def shaken(value: Any, chance: Random) -> Any:
    """The value with one thing in it changed, added, removed, repeated or renamed."""
    value = deepcopy(value)
    places = list(_places(value))
    if not places:
        return deepcopy(chance.choice(_VALUES))
    container, key = chance.choice(places)
    new = deepcopy(chance.choice(_VALUES))
    if chance.random() < 0.3:
        other, name = chance.choice(places)
        new = deepcopy(other[name])
    match chance.randrange(6):
        case 0 | 1 | 2:
            old = container[key]
            if type(old) is int and chance.random() < 0.5:
                new = old + chance.choice([-16, -1, 1, 2, 16])
            container[key] = new
        case 3:
            del container[key]
        case 4 if isinstance(container, dict):
            container[chance.choice(_NAMES)] = new
        case 5 if isinstance(container, dict):
            container[chance.choice(_NAMES)] = container.pop(key)
        case _:
            container.insert(chance.randrange(len(container) + 1), deepcopy(container[key]))
    return value


def _places(root: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key or index) in a value."""
    pending = [root] if isinstance(root, dict | list) else []
    while pending:
        one = pending.pop()
        for key, inner in one.items() if isinstance(one, dict) else enumerate(one):
            yield one, key
            if isinstance(inner, dict | list):
                pending.append(inner)


def pack(data: bytes, chance: Random, change: Change) -> bytes:
    """A pack: prelude, text, table, metadata or payload changed, the rest made to fit."""
    if len(data) < 33 or chance.random() < 0.1:
        return change(data)
    size = min(int.from_bytes(data[8:12], "little"), len(data) - 32)
    text, body = data[32 : 32 + size], data[-(-(32 + size) // 16) * 16 :]
    match chance.randrange(10):
        case 0:
            head = change(data[4:32])[:28]
            return data[:4] + head + data[4 + len(head) :]
        case 1:
            return sealed(text, change(body))
        case 2 | 3 | 4:
            return sealed(change(text), body)
        case _:
            return _changed_header(text, body, chance, change)


def _changed_header(text: bytes, body: bytes, chance: Random, change: Change) -> bytes:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        return sealed(change(text), body)
    for _ in range(chance.choice([1, 1, 2])):
        header = shaken(header, chance)
    if chance.random() < 0.7:
        body = _placed(header, body)
    shown = json.dumps(header, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sealed(shown.encode("utf-8", "surrogatepass"), body)


def _placed(header: Any, body: bytes, limit: int = 80_000) -> bytes:
    """A payload that is as long as the table says, which gets its offsets by the rule."""
    table = header.get("asset_table") if isinstance(header, dict) else None
    end = 0
    for entry in table if isinstance(table, list) else ():
        if isinstance(entry, dict) and type(entry.get("size")) is int and 0 < entry["size"] < limit:
            entry["offset"] = -(-end // 16) * 16
            end = entry["offset"] + entry["size"]
    return (body + bytes(max(0, end - len(body))))[:end] if end <= limit else body


def sealed(text: bytes, body: bytes) -> bytes:
    """A file with this header and payload region whose prelude is right."""
    start = -(-(32 + len(text)) // 16) * 16
    head = struct.pack("<4sIIII8sI", b"ASPA", 1, len(text), start, 0, bytes(8), zlib.crc32(text))
    return head + text + bytes(start - 32 - len(text)) + body
