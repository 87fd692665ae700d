"""A JSON Schema as checks of many values at once.

Clause: ``spec/contract/1/header.md#schema``. All values that one part of a schema speaks of are
checked together. So Python's own work grows with the parts of the schema and the depth of the
values, and each single value costs a turn in a loop of the library. `Checks.holds` says yes or no;
`Checks.broken` finds the places that break the schema.

A part with a keyword that is not in the tables here is *foreign*: another validator judges it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, Final, Protocol

Schema = Mapping[str, Any]
Values = Sequence[Any]
Kinds = Mapping[type, Values]
"""Some values by their type."""
Check = Callable[[Values], bool]
"""Whether each of some values, at least one, is as a keyword wants it."""
Path = tuple[str | int, ...]

ANNOTATIONS: Final = frozenset(
    {"$schema", "$id", "$defs", "$comment", "title", "description", "examples"}
)
APPLICATORS: Final = frozenset(
    {"$ref", "properties", "patternProperties", "additionalProperties", "propertyNames", "items"}
    | {"allOf", "if", "then", "else"}
)
"""The keywords that lead to another part."""
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_KEYWORDS: Final[dict[str, tuple[str, Callable[[Any], Check]]]] = {
    "minimum": ("number", lambda least: lambda values: min(values) >= least),
    "maximum": ("number", lambda most: lambda values: max(values) <= most),
    "multipleOf": ("number", lambda unit: lambda values: not any(v % unit for v in values)),
    "minLength": ("string", lambda least: lambda values: min(map(len, values)) >= least),
    "maxLength": ("string", lambda most: lambda values: max(map(len, values)) <= most),
    "pattern": ("string", lambda text: _matching(re.compile(text))),
    "minItems": ("array", lambda least: lambda values: min(map(len, values)) >= least),
    "maxItems": ("array", lambda most: lambda values: max(map(len, values)) <= most),
    "minProperties": ("object", lambda least: lambda values: min(map(len, values)) >= least),
    "maxProperties": ("object", lambda most: lambda values: max(map(len, values)) <= most),
    "required": ("object", lambda names: _having(frozenset(names))),
}
"""Each keyword that looks at a value and not into it: the type it looks at, and its check."""
_LINE: Final = re.compile(
    r"\^((?:[\w/{,}?*+|-]|\\[.]|\(\?:|\)|\[[\w./-]+\])+)\(\?!\[\\s\\S\]\)", re.ASCII
)
"""A pattern of whole texts, which matches no line break and looks at nothing around."""
_CHOICE: Final = ("if", "then", "else")
_LISTS: Final[dict[str, Callable[[Any], Values]]] = {"enum": list, "const": lambda value: [value]}
_KNOWN: Final = ANNOTATIONS | APPLICATORS | {"type", *_LISTS, *_KEYWORDS}


def _matching(pattern: re.Pattern[str]) -> Check:
    line = _LINE.fullmatch(pattern.pattern)
    if line is None:
        return lambda values: all(map(pattern.search, values))
    lines = re.compile(f"(?:(?:{line[1]})\n)*")

    def holds(values: Values) -> bool:
        # To match all at once takes half as long.
        text = "\n".join(values) + "\n"
        whole = text.count("\n") == len(values) and lines.fullmatch(text)
        return bool(whole) or all(map(pattern.search, values))

    return holds


def _having(names: frozenset[str]) -> Check:
    return lambda values: all(names <= value.keys() for value in values)


class Schemas(Protocol):
    """What a schema's checks need to know of other schemas."""

    def target(self, root: Schema, reference: str) -> tuple[Schema, Any]:
        """The schema that a reference in ``root`` leads into, and the part that it means.

        Raises `LookupError` where it leads nowhere.
        """

    def judge(self, part: Part, value: Any) -> bool:
        """Whether a value obeys a foreign part."""


@dataclass(slots=True, eq=False)
class Part:
    """One part of a schema: what it wants of a value, and the parts for what is inside of it.

    ``root`` is the schema that ``node`` is in. ``checks`` are by type and keyword; ``allowed`` are
    the values that ``enum`` and ``const`` list, by type. ``keywords`` are those that say anything
    about a value. ``same`` are parts for the same value, where ``$ref`` and ``allOf`` lead;
    ``chosen`` gives those that ``if`` chooses, each with its values.
    """

    node: Any
    root: Schema
    foreign: Check | None = None
    types: frozenset[type] | None = None
    checks: dict[type, dict[str, Check]] = field(default_factory=dict)
    allowed: list[dict[type, set[Any]]] = field(default_factory=list)
    properties: dict[str, Part] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], Part]] = field(default_factory=list)
    others: Part | None = None
    closed: bool = False
    names: Part | None = None
    items: Part | None = None
    same: list[Part] = field(default_factory=list)
    chosen: Callable[[Values], Iterator[tuple[Part, Values]]] | None = None
    keywords: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.keywords = set(self.node) - ANNOTATIONS if isinstance(self.node, Mapping) else set()

    @property
    def free(self) -> bool:
        """Whether every value obeys."""
        return self.foreign is None and not self.keywords

    def admits(self, kinds: Kinds) -> bool:
        """Whether all values are what this part wants, whatever is inside of them."""
        if self.foreign is not None:
            return all(map(self.foreign, kinds.values()))
        if self.types is not None and not self.types.issuperset(kinds):
            return False
        for kind, values in kinds.items():
            if not all(check(values) for check in self.checks.get(kind, {}).values()):
                return False
            if not all(kind in known and known[kind].issuperset(values) for known in self.allowed):
                return False
        names = chain.from_iterable(kinds.get(dict, ()) if self.closed else ())
        return all(self.members(name) is not None for name in set(names))

    def members(self, name: str) -> list[Part] | None:
        """The parts for a member of this name; None when there may be no such member."""
        parts = [part for pattern, part in self.patterns if pattern.search(name)]
        if name in self.properties:
            return [self.properties[name], *parts]
        if parts or not self.closed:
            return parts or [part for part in (self.others,) if part is not None]
        return None

    def inside(self, kinds: Kinds) -> Iterator[_Group]:
        """What is inside of the values, by the parts that speak of it.

        Keys are those of one value: they say nothing when there are more.
        """
        if self.foreign is not None:
            return
        for values in kinds.values():
            yield from (_Group(part, values) for part in self.same)
            if self.chosen is not None:
                yield from (_Group(part, some) for part, some in self.chosen(values))
        if self.items is not None:
            most = self.node.get("maxItems", float("inf"))
            # An array that is too long is refused for that; its items are not checked.
            values = list(chain.from_iterable(v for v in kinds.get(list, ()) if len(v) <= most))
            yield _Group(self.items, values, keys=range(len(values)))
        objects = kinds.get(dict, ())
        names = list(dict.fromkeys(chain.from_iterable(objects)))
        if self.names is not None:
            yield _Group(self.names, names, names=True)
        wanted: dict[Part, list[str]] = {}
        listed = not self.patterns and (self.others is None or self.others.free)
        for name in filter(self.properties.__contains__, names) if listed else names:
            for part in self.members(name) or ():
                wanted.setdefault(part, []).append(name)
        for part, some in wanted.items():
            yield _Group(part, _picked(objects, some, len(names)), keys=some)


def _picked(objects: Sequence[dict[str, Any]], names: list[str], of: int) -> Values:
    """The members of these names in all objects, which have ``of`` names in all."""
    if len(names) == 1:
        return [value[names[0]] for value in objects if names[0] in value]
    if len(names) == of:
        return list(chain.from_iterable(value.values() for value in objects))
    some = set(names)
    return [part for value in objects for name, part in value.items() if name in some]


@dataclass(slots=True)
class _Group:
    """Values of one part. ``keys`` lead to each from ``path``; ``names``: they are names there."""

    part: Part
    values: Values
    keys: Sequence[str | int] | None = None
    names: bool = False
    path: Path = ()

    def pieces(self) -> list[_Group]:
        """The same values in a few groups."""
        return [
            _Group(self.part, self.values[s], self.keys and self.keys[s], self.names, self.path)
            for s in _slices(len(self.values))
        ]


@dataclass(frozen=True, slots=True)
class Broken:
    """A value that breaks a part of a schema by itself; it may be the ``name`` of a member."""

    part: Part
    path: Path
    value: Any
    name: bool


class Checks:
    """The checks of one schema. ``looks`` counts the values looked at, for tests of the work."""

    def __init__(self, schema: Schema, schemas: Schemas) -> None:
        self._schemas = schemas
        self._parts: dict[int, Part] = {}
        self.looks: int = 0
        self.root: Part = self._part(schema, schema)

    def holds(self, values: Values, part: Part | None = None) -> bool:
        """Whether each of some values obeys the schema, or one part of it."""
        pending = [_Group(self.root if part is None else part, values)]
        while pending:
            group = pending.pop()
            self.looks += len(group.values)
            kinds = _kinds(group.values)
            if not group.part.admits(kinds):
                return False
            pending += _worth(group.part.inside(kinds))
        return True

    def failing(self, values: Values, part: Part | None = None) -> Iterator[int]:
        """The positions of the values that break the schema, or one part of it."""
        pending = [range(len(values))]
        while pending:
            span = pending.pop()
            if span and not self.holds(values[span.start : span.stop], part):
                if len(span) == 1:
                    yield span.start
                else:
                    pending += reversed([span[s] for s in _slices(len(span))])

    def broken(self, value: Any) -> Iterator[Broken]:
        """The places in a value that break the schema, from the first on."""
        pending = [_Group(self.root, [value])]
        while pending:
            group = pending.pop()
            if len(group.values) > 1:
                # Most values are valid: only a fault is looked for in detail.
                if not self.holds(group.values, group.part):
                    pending += reversed(group.pieces())
                continue
            self.looks += 1
            (one,), kinds = group.values, _kinds(group.values)
            inner = group.keys is not None and not group.names
            path = (*group.path, group.keys[0]) if inner and group.keys else group.path
            if not group.part.admits(kinds):
                yield Broken(group.part, path, one, group.names)
            found = list(_worth(group.part.inside(kinds)))
            for other in found:
                other.path = path
            pending += reversed(found)

    def _part(self, node: Any, root: Schema) -> Part:
        if id(node) in self._parts:
            return self._parts[id(node)]
        part = Part(node, root)
        self._parts[id(node)] = part
        try:
            if part.keywords == {"$ref"}:
                part = self._parts[id(node)] = self._target(root, node["$ref"])
            elif node is not True:
                self._fill(part)
        except _UnknownKeyword:
            part.foreign = lambda values: all(self._schemas.judge(part, v) for v in values)
        return part

    def _fill(self, part: Part) -> None:
        """What the part states; raises `_UnknownKeyword` when that is not all known here."""
        node, root = part.node, part.root
        if not isinstance(node, Mapping):
            raise _UnknownKeyword
        for name, inner in node.get("properties", {}).items():
            part.properties[name] = self._part(inner, root)
        for pattern, inner in node.get("patternProperties", {}).items():
            part.patterns.append((re.compile(pattern), self._part(inner, root)))
        others = node.get("additionalProperties", True)
        part.closed = others is False
        part.others = None if part.closed else self._part(others, root)
        part.names = self._part(node.get("propertyNames", True), root)
        part.items = self._part(node.get("items", True), root)
        if not part.keywords <= _KNOWN or type(node.get("multipleOf", 1)) is not int:
            raise _UnknownKeyword
        part.allowed = [_by_type(_LISTS[k](node[k])) for k in part.keywords & _LISTS.keys()]
        if "type" in node:
            types = [node["type"]] if isinstance(node["type"], str) else node["type"]
            part.types = frozenset(chain.from_iterable(_TYPES[name] for name in types))
        for keyword in part.keywords & _KEYWORDS.keys():
            name, check = _KEYWORDS[keyword]
            for kind in _TYPES[name]:
                part.checks.setdefault(kind, {})[keyword] = check(node[keyword])
        if "$ref" in node:
            part.same.append(self._target(root, node["$ref"]))
        part.same += (self._part(inner, root) for inner in node.get("allOf", ()))
        if "if" in node:
            condition, then, other = (self._part(node.get(key, True), root) for key in _CHOICE)
            part.chosen = partial(self._choose, condition, then, other)

    def _choose(
        self, condition: Part, then: Part, other: Part, values: Values
    ) -> Iterator[tuple[Part, Values]]:
        """The values that obey the condition, for one part; those that do not, for the other."""
        view = _view(condition)
        alike: dict[object, list[Any]] = {}
        for at, value in enumerate(values):
            alike.setdefault(view(value, at), []).append(value)
        groups = list(alike.values())
        failing = set(self.failing([group[0] for group in groups], condition))
        chosen: tuple[list[Any], list[Any]] = ([], [])
        for at, group in enumerate(groups):
            chosen[at in failing].extend(group)
        yield from zip((then, other), chosen, strict=True)

    def _target(self, root: Schema, reference: str) -> Part:
        try:
            other, inner = self._schemas.target(root, reference)
        except LookupError:
            raise _UnknownKeyword from None
        return self._part(inner, other)


class _UnknownKeyword(Exception):
    """The part says something that the tables here do not know."""


_PIECES: Final = 12
_SCALARS: Final = frozenset(chain.from_iterable(_TYPES.values())) - {list, dict}


def _by_type(values: Values) -> dict[type, set[Any]]:
    """The values listed, for each type that may have one: 1 and 1.0 are one number."""
    if not all(type(value) in _SCALARS for value in values):
        raise _UnknownKeyword
    return {
        kind: {v for v in values if type(v) in kinds}
        for kinds in _TYPES.values()
        for kind in kinds
        if kind in _SCALARS
    }


def _view(part: Part) -> Callable[[Any, int], object]:
    """What a part sees of a value: of two that look the same, both obey it or neither does.

    Where that is not known it is the position, which no other value has.
    """
    if part.foreign is not None or not part.keywords <= {"properties", "required"}:
        return lambda value, at: at
    names = sorted({*part.properties, *part.node.get("required", ())})

    def view(value: Any, at: int) -> object:
        if type(value) is not dict:
            return None
        seen = tuple([(name, type(value[name]), value[name]) for name in names if name in value])
        return seen if all(kind in _SCALARS for _, kind, _ in seen) else at

    return view


def _slices(length: int) -> list[slice]:
    """A few slices of about one size that make up a whole of this length."""
    step = -(-length // _PIECES)
    return [slice(start, start + step) for start in range(0, length, step)]


def _kinds(values: Values) -> Kinds:
    kinds = set(map(type, values))
    if len(kinds) == 1:
        return {kinds.pop(): values}
    return {kind: [v for v in values if type(v) is kind] for kind in kinds}


def _worth(groups: Iterator[_Group]) -> Iterator[_Group]:
    """The groups that can break something."""
    return (group for group in groups if group.values and not group.part.free)
