"""Cases from the schemas: the smallest change that breaks one keyword at one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from prometeu_assets.conformance.case import Case, Recipe, Repeat
from prometeu_assets.conformance.derive.make import base, rejected, slug
from prometeu_assets.conformance.parts import Parts, sample, sounds
from prometeu_assets.contract import canonical
from prometeu_assets.contract.container import align
from prometeu_assets.contract.value import Contract

Path = tuple[str | int, ...]

_WRONG_TYPES: Final[Mapping[str, tuple[Any, ...]]] = {
    "integer": ("1", True, None),
    "string": (1, None, ["a"]),
    "array": ({}, None, "a"),
    "object": ([], None, "a"),
}
"""For each type, values of other types: those that a careless language takes for it."""

_TYPES: Final = (8, 16, 32)
"""Bits of the types that an integer may be cut to."""

_BESIDE: Final[Mapping[str, str]] = {
    "comma": ",",
    "slash": "/",
    "colon": ":",
    "at": "@",
    "bracket": "[",
    "circumflex": "^",
    "backquote": "`",
    "brace": "{",
}
"""The characters beside letters, digits, hyphen, dot and underscore."""

_BAD_NAMES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "asset_name": (
        ("leading-slash", "/a"),
        ("trailing-slash", "a/"),
        ("empty-part", "a//b"),
        ("dot-part", "a/./b"),
        ("dots-part", "a/../b"),
        ("last-dot", "a/."),
        ("last-dots", "a/.."),
        ("leading-dot", ".a"),
        ("leading-hyphen", "-a"),
        ("leading-hyphen-last-underscore", "-_"),
        ("space", "a b"),
        ("backslash", "a\\b"),
        ("non-ascii", "é"),
        ("arabic-digit", "a٣"),
        ("final-newline", "a\n"),
        ("dollar", "a$"),
        *((f"{label}-last", f"a{character}") for label, character in _BESIDE.items()),
        *((f"{label}-first", f"{character}a") for label, character in _BESIDE.items()),
    ),
    "metadata_name": (
        ("empty", ""),
        ("leading-dot", ".a"),
        ("leading-underscore", "_a"),
        ("leading-hyphen", "-a"),
        ("space", "x a"),
        ("dollar", "$a"),
        ("non-ascii", "xé"),
        ("too-long", "x" * 65),
        *((f"{label}-last", f"x{character}") for label, character in _BESIDE.items()),
        *((f"{label}-first", f"{character}x") for label, character in _BESIDE.items()),
    ),
    "app_version": (
        ("two-parts", "1.2"),
        ("four-parts", "1.2.3.4"),
        ("leading-v", "v1.2.3"),
        ("leading-zero", "1.02.3"),
        ("leading-zero-of-pre-release", "1.2.3-01"),
        ("empty-pre-release", "1.2.3-"),
        ("empty-part-of-pre-release", "1.2.3-a..b"),
        ("empty-build", "1.2.3+"),
        ("two-builds", "1.2.3+a+b"),
        ("underscore", "1.2.3-a_b"),
        ("non-ascii", "1.2.3-é"),
        ("arabic-digit", "1.2.٣"),
        ("space", " 1.2.3"),
        ("final-newline", "1.2.3\n"),
        ("empty", ""),
    ),
    "span_name": (
        ("leading-zero", "00"),
        ("letter", "a"),
        ("five-digits", "10000"),
        ("point", "0.0"),
        ("hexadecimal", "0x0"),
        ("underscore", "0_0"),
    ),
}
"""Strings that each break a pattern in another way, by the name of its definition."""


_SHADOWED: Final = {("", "type"), ("samples", "maxProperties")}
"""Keywords of a bank's schema that no pack can break alone: the header's schema has already seen
that metadata is an object, and so many samples take more header text than metadata may."""


def cases(contract: Contract) -> Iterator[Case]:
    """The header's schema first, then that of each bank's metadata."""
    container = contract.written
    schema = contract.documents.schema(*container.header)
    origin = f"{container.header[0]}@{container.header[1]}"
    for where, keyword, name, change in walk(schema, schema, (), _value(base(contract))):
        parts = base(contract)
        parts.header.append(change)
        yield rejected(
            contract,
            f"header-{slug(where)}-{keyword.lower()}{name}"
            if where
            else f"header-{keyword.lower()}{name}",
            "header-schema",
            parts,
            f"breaks {keyword} at {where or 'the top'}",
            origin=f"{origin}#{where}/{keyword}",
        )
    yield from _most_entries(contract, origin)
    yield _too_much_preload(contract, origin)
    yield from _numbers_as_types(contract, origin)
    for bank in container.banks:
        row = sample(1, "bank", bank)
        part = contract.documents.schema(*bank.metadata)
        for where, keyword, name, change in walk(part, part, (), row["metadata"]):
            if (where, keyword) in _SHADOWED:
                continue
            parts = Parts(contract=contract, rows=[deepcopy(row)])
            parts.header.append(_in_metadata(contract, change))
            yield rejected(
                contract,
                f"bank-{slug(bank.bank_type)}-{slug(where) or 'metadata'}-{keyword.lower()}{name}",
                "bank-metadata",
                parts,
                f"breaks {keyword} at {where or 'the top'} of the metadata",
                origin=f"{bank.metadata[0]}@{bank.metadata[1]}#{where}/{keyword}",
            )


def _value(parts: Parts) -> Any:
    return {"asset_table": parts.placed(), "preload": deepcopy(parts.preload)}


def _in_metadata(contract: Contract, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def apply(header: Any) -> Any:
        entry = header["asset_table"][0]
        entry["metadata"] = change(entry["metadata"])
        return header

    return apply


Change = Callable[[Any], Any]


def walk(root: Any, node: Any, path: Path, value: Any) -> Iterator[tuple[str, str, str, Change]]:
    """(place, keyword, suffix, change) of every keyword reachable with the value at ``path``."""
    definition = str(path[-1]) if path else ""
    if "$ref" in node:
        definition = node["$ref"].rpartition("/")[2]
        node = root["$defs"][definition]
    where = "/".join(map(str, path))
    for keyword, suffix, bad in _breaks(node, value, definition):
        yield where, keyword, suffix, _put(path, bad)
    if isinstance(value, Mapping):
        for name, part in node.get("properties", {}).items():
            if name in value:
                yield from walk(root, part, (*path, name), value[name])
        others = node.get("additionalProperties")
        free = isinstance(others, Mapping) and others.get("$ref") == "#/$defs/metadata_value"
        if isinstance(others, Mapping) and "properties" not in node and not free:
            name = next(iter(value))
            yield from walk(root, others, (*path, name), value[name])
        if "propertyNames" in node:
            for suffix, change in _bad_member_names(node["propertyNames"], path, value):
                yield where, "propertyNames", suffix, change
    elif isinstance(value, list) and "items" in node and value:
        yield from walk(root, node["items"], (*path, 0), value[0])


def _bad_member_names(names: Any, path: Path, value: Any) -> Iterator[tuple[str, Change]]:
    reference = names.get("$ref", "").rpartition("/")[2]
    sample = 1 if reference else next(iter(value.values()))
    for label, bad_name in _BAD_NAMES[reference or "span_name"]:
        yield f"-{label}", _put((*path, bad_name), sample)
    if reference == "metadata_name":
        yield "-deep", _put((*path, "x_a"), {"x": [{"$": 1}]})


def _breaks(node: Any, value: Any, definition: str) -> Iterator[tuple[str, str, Any]]:
    """(keyword, suffix, value) that breaks each keyword of one node."""
    kinds = node.get("type")
    if isinstance(kinds, str):
        for bad in _WRONG_TYPES[kinds]:
            yield "type", f"-{_kind(bad)}", bad
        if kinds == "integer" and value == 0:
            yield "type", "-false", False
    yield from _other_values(node)
    if isinstance(value, int):
        yield from _out_of_range(node)
        yield from _wrapped(node, value)
    elif isinstance(value, str):
        yield from _bad_strings(node, value, definition)
    elif isinstance(value, Mapping):
        yield from _bad_objects(node, value)


def _other_values(node: Any) -> Iterator[tuple[str, str, Any]]:
    if "const" in node:
        yield "const", "", node["const"] + 1
        yield "const", "-less", node["const"] - 1
        yield "const", "-string", str(node["const"])
        yield "const", "-true", True
    if "enum" not in node:
        return
    known = node["enum"]
    if isinstance(known[0], str):
        yield "enum", "-unknown", "OTHER"
        yield "enum", "-lower-case", known[0].lower()
        yield "enum", "-null", None
        if known == ["NONE"]:
            yield "enum", "-raw", "RAW"
    else:
        yield "enum", "-between", known[0] + 1
        if known[0] + known[1] not in known:
            yield "enum", "-sum", known[0] + known[1]
        yield "enum", "-zero", 0
        yield "enum", "-true", True
        yield "enum", "-string", str(known[0])


def _out_of_range(node: Any) -> Iterator[tuple[str, str, Any]]:
    if "minimum" in node:
        yield "minimum", "", node["minimum"] - 1
        yield "maximum", "", node["maximum"] + 1
    if "multipleOf" in node:
        step = node["multipleOf"]
        yield "multipleOf", "", node["minimum"] + 1
        yield "minimum", "-multiple", node["minimum"] - step
        yield "maximum", "-multiple", node["maximum"] + step


def _wrapped(node: Any, value: int) -> Iterator[tuple[str, str, Any]]:
    """Integers whose lowest bits are those of a right value: a type of so many bits holds those."""
    keyword = next(name for name in ("const", "enum", "maximum") if name in node)
    for bits in _TYPES:
        wrapped = value + 2**bits
        if keyword != "maximum" or wrapped > node["maximum"]:
            yield keyword, f"-wrapped-{bits}", wrapped


def _bad_strings(node: Any, value: str, definition: str) -> Iterator[tuple[str, str, Any]]:
    if "minLength" in node:
        yield "minLength", "", ""
    if "maxLength" in node:
        yield "maxLength", "", "a" * (node["maxLength"] + 1)
        if definition == "app_version":
            longer = f"{value}-{'a' * (node['maxLength'] - len(value))}"
            yield "maxLength", "-alone", longer
    if "pattern" in node:
        for label, bad in _BAD_NAMES[definition]:
            yield "pattern", f"-{label}", bad


def _bad_objects(node: Any, value: Any) -> Iterator[tuple[str, str, Any]]:
    if "minProperties" in node:
        yield "minProperties", "", {}
    if "maxProperties" in node:
        first = next(iter(value.values()))
        yield "maxProperties", "", {str(i): first for i in range(node["maxProperties"] + 1)}
    for name in node.get("required", ()):
        yield "required", f"-{slug(name)}", {k: v for k, v in value.items() if k != name}
        renamed = {f"{k}_" if k == name else k: v for k, v in value.items()}
        yield "required", f"-{slug(name)}-renamed", renamed
    if node.get("additionalProperties") is False:
        yield "additionalProperties", "", {**value, "other": 1}
        if "patternProperties" not in node:
            yield "additionalProperties", "-x", {**value, "x_other": 1}


def _kind(value: Any) -> str:
    names = {bool: "boolean", type(None): "null", str: "string", int: "integer", list: "array"}
    return names.get(type(value), "object")


def _put(path: Path, bad: Any) -> Change:
    def change(document: Any) -> Any:
        if not path:
            return deepcopy(bad)
        target = document
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = deepcopy(bad)
        return document

    return change


def _most_entries(contract: Contract, origin: str) -> Iterator[Case]:
    """As many entries as the table may have, and one more; all alike, so that each is short.

    The schema looks before the order, and has nothing against the first of these tables.
    """
    most = contract.shape(contract.written).parts["asset_table"]["maxItems"]
    yield rejected(
        contract,
        "order-largest-table",
        "table-order",
        _alike(contract, most),
        f"{most} entries are as many as there may be: that their ids do not increase decides",
        origin=f"{origin}#asset_table/maxItems",
        order=True,
    )
    yield rejected(
        contract,
        "header-asset-table-maxitems",
        "header-schema",
        _alike(contract, most + 1),
        f"{most + 1} entries; that their ids do not increase is looked at later",
        origin=f"{origin}#asset_table/maxItems",
        order=True,
    )


def _alike(contract: Contract, count: int) -> Recipe:
    """A pack whose table has one entry ``count`` times."""
    value = _value(Parts(contract=contract, rows=[sounds(1, "a", [2])]))
    text = canonical.encode(value)
    entry = canonical.encode(value["asset_table"][0])
    start = text.index(entry)
    header = text[:start] + (entry + b",") * (count - 1) + text[start:]
    container = contract.written
    fill = align(container.prelude_size + len(header), container.alignment)
    fill -= container.prelude_size + len(header)
    return (
        container.build(header) + text[:start],
        Repeat(unit=entry + b",", count=count - 1),
        text[start:] + bytes(fill) + b"\x11\x11",
    )


def _too_much_preload(contract: Contract, origin: str) -> Case:
    """One entry more than preload may have. There are no more slots than entries: one is twice."""
    shape = contract.shape(contract.written)
    most = shape.parts["preload"]["maxItems"]
    slots = shape.parts["preload.slot"]["maximum"] + 1
    ids = range(1, most + 2)
    parts = Parts(
        contract=contract,
        rows=[sounds(i, f"s{i}", [2]) for i in ids],
        preload=[{"asset_id": i, "slot": i % slots} for i in ids],
    )
    return rejected(
        contract,
        "header-preload-maxitems",
        "header-schema",
        parts,
        f"{most + 1} entries; that a slot is claimed twice, as it must be, is looked at later",
        origin=f"{origin}#preload/maxItems",
        order=True,
    )


def _numbers_as_types(contract: Contract, origin: str) -> Iterator[Case]:
    """Numbers of JSON that are not integers of the schema."""
    for label, value in (("list", [1]), ("object", {"value": 1}), ("false", False)):
        parts = base(contract)
        parts.header.append(_put(("asset_table", 0, "asset_id"), value))
        yield rejected(
            contract,
            f"header-asset-table-0-asset-id-type-{label}",
            "header-schema",
            parts,
            f"{label} is no integer",
            origin=f"{origin}#asset_table/0/asset_id/type",
        )
