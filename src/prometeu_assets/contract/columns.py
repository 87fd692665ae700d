"""Parts of schemas as a type of msgspec, whose values are checked many at once.

Clause: ``spec/contract/1/header.md#schema``. A part becomes a type when the type says all that
there is to say of objects and arrays: members that must all be there, or names that all have one
kind of value. The type also says the limits of numbers and lengths, so the decoder checks them.
What is left are columns of values, and the checks of `contract.schema`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain
from math import lcm
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import msgspec

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.schema import Check, Checks, Part

_SINGLE: Final = (str, int, bool)
_ANY_SINGLE: Final = str | int | bool | None
_SAID: Final[dict[str, tuple[str, Callable[[int, int], int]]]] = {
    "minimum": ("ge", max),
    "maximum": ("le", min),
    "multipleOf": ("multiple_of", lcm),
    "minLength": ("min_length", max),
    "maxLength": ("max_length", min),
    "minItems": ("min_length", max),
    "maxItems": ("max_length", min),
    "minProperties": ("min_length", max),
    "maxProperties": ("max_length", min),
}
"""The keywords that a type says itself: what msgspec calls them, and which value says two."""


def struct(members: dict[str, Any]) -> Any:
    """A type of rows with these members, and no others."""
    fields = sorted(members.items())
    return msgspec.defstruct("row", fields, forbid_unknown_fields=True, frozen=True, gc=False)


class Columns:
    """A type, and whether values of it obey the parts of schemas that it was made from.

    ``admits`` looks at values and not into them; None where the type says it all. Inside are the
    ``members`` of an object, or each ``item`` of an array or of an object whose names are free.
    ``depth`` is how many arrays and objects one value has open at once. ``settled``: the type says
    all, of what is inside too. ``is_free``: it has objects whose names are free (``named``).
    """

    def __init__(
        self,
        type: Any,
        admits: Callable[[Sequence[Any]], bool] | None = None,
        *,
        members: Mapping[str, Columns] = MappingProxyType({}),
        item: Columns | None = None,
        named: bool = False,
    ) -> None:
        self.type, self.admits, self.item = type, admits, item
        inside = [*members.values(), *([item] if item else ())]
        self.depth: int = 1 + max(each.depth for each in inside) if inside else 0
        self.settled: bool = admits is None and all(each.settled for each in inside)
        self._unsettled = [
            (attrgetter(name), inner) for name, inner in members.items() if not inner.settled
        ]
        self.is_free: bool = named or any(each.is_free for each in inside)

    def holds(self, values: Sequence[Any]) -> bool:
        """Whether each of some values obeys."""
        if self.settled or not values:
            return True
        if self.admits is not None and not self.admits(values):
            return False
        for take, inner in self._unsettled:
            if not inner.holds(list(map(take, values))):
                return False
        return self.item is None or self.item.settled or self.item.holds(_inside(values))

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """Of one value."""
        return msgspec.json.Decoder(self.type)

    @cached_property
    def decoder_of_many(self) -> msgspec.json.Decoder[list[Any]]:
        """Of an array of values."""
        return msgspec.json.Decoder(list[self.type])  # type: ignore[name-defined]


def columns(checks: Checks, parts: tuple[Part, ...], raw: Part | None = None) -> Columns | None:
    """A type for values that all ``parts`` speak of; the first lists the members of an object.

    None when no type says all that they say. The values of ``raw`` stay text, unjudged.
    """
    if raw in parts:
        return Columns(msgspec.Raw)
    parts = tuple(chain.from_iterable(map(_whole, parts)))
    types = parts[0].types or frozenset()
    if types in (frozenset({dict}), frozenset({list})):
        if any(part.foreign or part.chosen or part.allowed for part in parts):
            return None
        if list in types:
            return _array(checks, parts, raw)
        return (_object if parts[0].properties else _mapping)(checks, parts, raw)
    return _single(checks, parts)


def _whole(part: Part) -> tuple[Part, ...]:
    """A part and those that it leads to for the same value."""
    return (part, *chain.from_iterable(map(_whole, part.same)))


def _admit(parts: tuple[Part, ...], kind: type, values: Sequence[Any]) -> bool:
    return all(part.admits({kind: values}) for part in parts)


def _of_names(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """What the parts want of names of members."""
    names = [part.names for part in parts if part.names is not None and not part.names.free]
    return tuple(chain.from_iterable(map(_whole, names)))


def _object(checks: Checks, parts: tuple[Part, ...], raw: Part | None) -> Columns | None:
    names = list(parts[0].properties)
    one = dict.fromkeys(names)  # all objects of the type have these members
    if (
        set(parts[0].node.get("required", ())) != set(names)
        or any(part.chosen for part in _of_names(parts))
        or not (_admit(parts, dict, [one]) and _admit(_of_names(parts), str, names))
    ):
        return None
    inner: dict[str, Columns] = {}
    for name in names:
        about = tuple(chain.from_iterable(part.members(name) or () for part in parts))
        found = columns(checks, about, raw)
        if found is None:
            return None
        inner[name] = found
    kind = struct({name: found.type for name, found in inner.items()})
    return Columns(kind, members=inner)


def _mapping(checks: Checks, parts: tuple[Part, ...], raw: Part | None) -> Columns | None:
    if any(part.properties or part.patterns for part in parts):
        return None
    about = tuple(part.others for part in parts if part.others is not None)
    inner = columns(checks, about, raw) if about else None
    named = _of_names(parts)
    if inner is None or any(part.chosen for part in named):
        return None
    said, rest = _said(parts, dict)

    def admits(values: Sequence[Any]) -> bool:
        names = list(set().union(*values))
        return (not rest or _admit(parts, dict, values)) and _admit(named, str, names)

    kind = Annotated[dict[str, inner.type], said]  # type: ignore[name-defined]
    return Columns(kind, admits, item=inner, named=True)


def _array(checks: Checks, parts: tuple[Part, ...], raw: Part | None) -> Columns | None:
    about = tuple(part.items for part in parts if part.items is not None)
    inner = columns(checks, about, raw) if about else None
    if inner is None:
        return None

    said, rest = _said(parts, list)
    admits = partial(_admit, parts, list) if rest else None
    return Columns(Annotated[list[inner.type], said], admits, item=inner)  # type: ignore[name-defined]


def _inside(values: Sequence[Any]) -> list[Any]:
    """What is in some arrays, or behind the names of some objects."""
    if isinstance(values[0], dict):
        return list(chain.from_iterable(value.values() for value in values))
    return values[0] if len(values) == 1 else list(chain.from_iterable(values))


def _single(checks: Checks, parts: tuple[Part, ...]) -> Columns:
    """Single values: of one type where the parts name one, else of any."""
    kind = _kind(parts)
    if kind is None:
        return Columns(
            _ANY_SINGLE,
            lambda values: (
                all(checks.holds(values, part) for part in parts)
                and all(abs(v) <= LIMITS.integer for v in values if type(v) is int)
            ),
        )
    allowed = [known[kind] for part in parts for known in part.allowed]
    listed = set.intersection(*allowed) if allowed else set()
    every = [check for part in parts for check in part.checks.get(kind, {}).values()]
    named = [one for one in listed if _is_plain(one) and all(check([one]) for check in every)]
    if named:  # such a type gives the same text for each value
        return Columns(Literal[tuple(sorted(named))])
    said, found = _said(parts, kind)
    found += (known.issuperset for known in allowed)
    admits = (lambda values: all(check(values) for check in found)) if found else None
    return Columns(Annotated[kind, said], admits)


def _is_plain(value: Any) -> bool:
    """Whether a value is a string or an integer within the limit: others no type can name."""
    return type(value) is str or (type(value) is int and abs(value) <= LIMITS.integer)


def _said(parts: tuple[Part, ...], kind: type) -> tuple[msgspec.Meta, list[Check]]:
    """What a type can say of values of a kind, and the checks for what it cannot."""
    said: dict[str, Any] = {}
    rest: list[Check] = []
    for part in parts:
        for keyword, check in part.checks.get(kind, {}).items():
            value = part.node[keyword]
            if keyword in _SAID and _is_plain(value):
                name, both = _SAID[keyword]
                said[name] = both(said.get(name, value), value)
            else:
                rest.append(check)
    return msgspec.Meta(**said), rest


def _kind(parts: tuple[Part, ...]) -> type | None:
    """The one type that values have by the first part, if its numbers are within the limit."""
    first = parts[0]
    kinds = [
        kind
        for kind in _SINGLE
        if (kind in first.types if first.types else bool(first.allowed))
        and all(known[kind] for known in first.allowed)
    ]
    if len(kinds) != 1 or any(part.foreign or part.chosen for part in parts):
        return None
    kind = kinds[0]
    if not all(part.types is None or kind in part.types for part in parts):
        return None
    bounds = [first.node.get(name, 2 * LIMITS.integer) for name in ("minimum", "maximum")]
    safe = bool(first.allowed) or all(abs(bound) <= LIMITS.integer for bound in bounds)
    return kind if kind is not int or safe else None
