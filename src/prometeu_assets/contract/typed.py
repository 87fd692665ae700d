"""The fast tier: decoders built from the schemas, which answer *yes* or *don't know*.

Clause: ``spec/header.md#schema``. A yes means that the exact tier (`contract.text`, then the
schema) accepts too; anything else, a value deeper than a few levels or a schema with a keyword
this module does not know, is a don't-know, and the exact tier decides. Nothing here ever
rejects, so no rule is stated twice.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Annotated, Any, Final, Literal, Protocol, Union

import msgspec
from msgspec import Meta

from prometeu_assets.contract.documents import Schema
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.text import unescape

_UNROLL: Final = 4
"""How often a definition may refer to itself before the answer is don't-know."""

_ANNOTATIONS: Final = {
    "$schema", "$id", "$defs", "$comment", "title", "description", "examples",
}  # fmt: skip
_META: Final = {
    "integer": {"minimum": "ge", "maximum": "le", "multipleOf": "multiple_of"},
    "string": {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"},
    "array": {"minItems": "min_length", "maxItems": "max_length"},
    "object": {"minProperties": "min_length", "maxProperties": "max_length"},
    "boolean": {},
    "null": {},
}
"""For each type, the keywords that msgspec can check, and its names for them."""
_SCALARS: Final[dict[str, Any]] = {"integer": int, "string": str, "boolean": bool, "null": None}


class Entry(Protocol):
    """One asset of a pack: a row of ``asset_table``. Clause: ``spec/header.md#asset-table``.

    ``offset`` (from the payload's start), ``size`` and ``decoded_size`` are in bytes.
    """

    asset_id: int
    asset_name: str
    bank_type: str
    codec: str
    decoded_size: int
    metadata: dict[str, Any]
    offset: int
    size: int


class Preload(Protocol):
    """One row of ``preload``: an asset and the slot it is loaded into at boot."""

    asset_id: int
    slot: int


class Header(Protocol):
    """A header's members."""

    asset_table: list[Entry]
    preload: list[Preload]


class _DontKnow(Exception):
    """The schema has something that this module cannot express."""


class HeaderShape:
    """The header's members as types, built from its schema.

    ``parts`` maps the dotted path of a member, for instance ``asset_table.size``, to its schema.
    ``nesting`` is how many arrays and objects may be open at once.
    """

    def __init__(self, schema: Schema, nesting: int = LIMITS.nesting) -> None:
        self._schema = schema
        self.parts: dict[str, Schema] = {}
        self._rows: dict[str, Callable[..., Any]] = {}
        self._decoder: msgspec.json.Decoder[Any] | None = None
        self._encoder = msgspec.json.Encoder(order="sorted")
        for table, part in self._members(schema):
            row = self._resolve(self._resolve(part)["items"])
            names = [name for name, _ in self._members(row, f"{table}.")]
            self._rows[table] = msgspec.defstruct(table, [(n, Any) for n in names], frozen=True)
        self._header = msgspec.defstruct("header", [(t, Any) for t in self._rows], frozen=True)
        with suppress(_DontKnow):
            self._decoder = msgspec.json.Decoder(_Types(schema, nesting).of(schema))

    def _resolve(self, node: Schema) -> Schema:
        return _resolve(self._schema, node)

    def _members(self, node: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
        for name, part in node["properties"].items():
            self.parts[f"{path}{name}"] = self._resolve(part)
            yield name, part

    def decode(self, data: bytes) -> Header | None:
        """The header in ``data`` if it is certainly canonical and obeys its schema, else None."""
        if self._decoder is None or b"\\u0000" in data:
            return None
        with _uncollected():
            try:
                header = self._decoder.decode(data)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return None
            return header if self._encoder.encode(header) == data else None

    def from_value(self, value: Any) -> Header:
        """The header in a parsed JSON value that its schema accepts."""
        tables = {t: [row(**item) for item in value[t]] for t, row in self._rows.items()}
        header: Any = self._header(**tables)
        return header  # type: ignore[no-any-return]


def recognizer(schema: Schema) -> Callable[[Mapping[str, Any]], bool]:
    """A function that says whether an object certainly obeys ``schema``.

    Members whose names match a ``patternProperties`` with an empty schema are free.
    The object is a parsed value, so that what is free may hold anything: unlike a header's text,
    it is not compared with an encoding afterwards.
    """
    free = {
        re.compile(pattern)
        for pattern, part in schema.get("patternProperties", {}).items()
        if isinstance(part, Mapping) and not set(part) - _ANNOTATIONS
    }
    try:
        if len(free) != len(schema.get("patternProperties", {})):
            raise _DontKnow
        closed = {name: part for name, part in schema.items() if name != "patternProperties"}
        expected = _Types(closed, LIMITS.nesting, parsed=True).of(closed)
    except _DontKnow:
        return lambda _: False

    def recognize(value: Mapping[str, Any]) -> bool:
        listed = {
            name: part
            for name, part in value.items()
            if not any(pattern.search(name) for pattern in free)
        }
        try:
            msgspec.convert(listed, expected)
        except msgspec.ValidationError:
            return False
        return True

    return recognize


class _Types:
    """msgspec types for the nodes of one schema.

    ``parsed`` values may lack members and hold free ones; a header's text has neither.
    """

    def __init__(self, schema: Schema, nesting: int, *, parsed: bool = False) -> None:
        self._schema, self._nesting, self._parsed = schema, nesting, parsed
        self._open: list[str] = []
        self._depth = 0

    def of(self, node: Any) -> Any:
        if self._parsed and node is True:
            return Any
        if not isinstance(node, Mapping):
            raise _DontKnow  # ``true`` and ``false`` are schemas too.
        if "$ref" in node:
            return self._reference(node)
        keywords = set(node) - _ANNOTATIONS
        if keywords in ({"enum"}, {"const"}):
            values = node["enum"] if "enum" in node else [node["const"]]
            if not values or not all(type(value) in (str, int) for value in values):
                raise _DontKnow
            return Literal[tuple(values)]
        kinds = [node["type"]] if isinstance(node.get("type"), str) else node.get("type", [])
        if not kinds or not set(kinds) <= set(_META):
            raise _DontKnow
        if keywords - {"type"} - set().union(*(_KEYWORDS[kind] for kind in kinds)):
            raise _DontKnow
        types = []
        for kind in kinds:
            # A value of a kind that is not expressed is not recognised; others still are.
            with suppress(_DontKnow):
                types.append(self._kind(kind, node))
        if not types:
            raise _DontKnow
        return Union[tuple(types)]  # noqa: UP007  # a computed union has no other spelling

    def _reference(self, node: Schema) -> Any:
        target = _resolve(self._schema, node)
        beside = set(node) - _ANNOTATIONS - {"$ref"}
        if beside and (beside != {"type"} or node["type"] != target.get("type")):
            raise _DontKnow
        if self._open.count(node["$ref"]) == _UNROLL:
            raise _DontKnow
        self._open.append(node["$ref"])
        try:
            return self.of(target)
        finally:
            self._open.pop()

    def _kind(self, kind: str, node: Schema) -> Any:
        checks = {ours: node[name] for name, ours in _META[kind].items() if name in node}
        if kind == "object" and "properties" in node:
            checks = {}  # msgspec counts the members of a dict alone
        inner = _SCALARS[kind] if kind in _SCALARS else self._nested(kind, node)
        return Annotated[inner, Meta(**checks)] if checks else inner

    def _nested(self, kind: str, node: Schema) -> Any:
        if self._depth == self._nesting:
            raise _DontKnow
        self._depth += 1
        try:
            return list[self.of(node.get("items"))] if kind == "array" else self._object(node)  # type: ignore[misc]
        finally:
            self._depth -= 1

    def _object(self, node: Schema) -> Any:
        if "properties" not in node:
            names = node.get("propertyNames", {})
            if not isinstance(names, Mapping) or "required" in node:
                raise _DontKnow
            names = self.of({"type": "string", **names})
            others = node.get("additionalProperties", True if self._parsed else None)
            return dict[names, self.of(others)]  # type: ignore[misc,valid-type]
        if set(node) & {"propertyNames", "maxProperties"}:
            raise _DontKnow
        # A header's members are fixed by name, so their number is fixed as well.
        if "minProperties" in node and not self._parsed:
            raise _DontKnow
        if node.get("additionalProperties") is not False:
            raise _DontKnow
        required = set(node.get("required", ()))
        if required - set(node["properties"]):
            raise _DontKnow
        if required != set(node["properties"]) and not self._parsed:
            raise _DontKnow
        fields: list[tuple[Any, ...]] = []
        rename = {}
        for number, (name, part) in enumerate(sorted(node["properties"].items())):
            expected = self.of(part)
            member = name if name.isidentifier() else f"member{number}"
            optional = () if name in required else (msgspec.UNSET,)
            # A computed union has no other spelling.
            expected = Union[expected, msgspec.UnsetType] if optional else expected  # noqa: UP007
            fields.append((member, expected, *optional))
            rename[member] = name
        return msgspec.defstruct(
            "row",
            fields,
            rename=rename,
            forbid_unknown_fields=True,
            frozen=True,
            kw_only=True,
            namespace=_at_least(node.get("minProperties", 0), [field[0] for field in fields]),
        )


def _at_least(count: int, members: list[str]) -> dict[str, Any]:
    """What makes a type refuse values with fewer than ``count`` members."""
    if not count:
        return {}

    def check(row: Any) -> None:
        if sum(getattr(row, member) is not msgspec.UNSET for member in members) < count:
            raise ValueError(count)

    return {"__post_init__": check}


_KEYWORDS: Final = {
    kind: {*known, *extra}
    for (kind, known), extra in zip(
        _META.items(),
        (
            (),
            (),
            ("items",),
            ("properties", "required", "additionalProperties", "propertyNames"),
            (),
            (),
        ),
        strict=True,
    )
}


def _resolve(schema: Schema, node: Schema) -> Schema:
    if not isinstance(node, Mapping) or "$ref" not in node:
        return node
    if not node["$ref"].startswith("#/"):
        raise _DontKnow
    target: Any = schema
    for part in node["$ref"].removeprefix("#/").split("/"):
        target = target[unescape(part)]
    return _resolve(schema, target)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection, which doubles the time of a large parse."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
