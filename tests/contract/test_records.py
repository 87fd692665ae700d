"""Data classes of `prometeu_assets.records` beside the same of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest
from tests.every import every

from prometeu_assets import records

Maker = Callable[..., Any]
OURS: Maker = records.dataclass
THEIRS: Maker = dataclasses.dataclass


def point(make: Maker) -> Any:
    """A class with all that fields may have."""

    @make(frozen=True, slots=True, kw_only=True)
    class Point:
        """A point."""

        x: int
        y: int = 2
        tags: list[str] = field(default_factory=list, hash=False)
        note: str = field(default="", repr=False, compare=False)

    return Point


def pair(make: Maker) -> Any:
    """A class that is called by position, can be changed, and is finished by itself."""

    @make(slots=True)
    class Pair:
        """A pair."""

        first: int
        second: int = 5
        total: int = field(init=False)

        def __post_init__(self) -> None:
            self.total = self.first + self.second

    return Pair


def loose(make: Maker) -> Any:
    """A class whose values are equal to themselves alone, and one derived from it."""

    @make(frozen=True, kw_only=True, eq=False)
    class Base:
        """The base."""

        name: str

    @make(frozen=True, kw_only=True, eq=False)
    class Derived(Base):
        """The other."""

        size: int = 1

        def __repr__(self) -> str:
            return "mine"

    return Derived


CALLS = (
    (point, (), {"x": 1}),
    (point, (), {"x": 1, "y": 3, "tags": ["a"], "note": "n"}),
    (point, (), {}),
    (point, (), {"x": 1, "z": 2}),
    (point, (1,), {}),
    (pair, (1,), {}),
    (pair, (1, 2), {}),
    (pair, (1,), {"second": 7}),
    (pair, (1,), {"first": 7}),
    (pair, (1, 2, 3), {}),
    (pair, (), {"second": 3}),
    (loose, (), {"name": "n"}),
    (loose, (), {"name": "n", "size": 2}),
    (loose, (), {"size": 2}),
)


@every(CALLS)
def test_a_call_gives_the_same(
    kind: Callable[[Maker], Any], args: tuple[Any, ...], given: dict[str, Any]
) -> None:
    found: list[Any] = []
    for make in (OURS, THEIRS):
        cls = kind(make)
        try:
            value = cls(*args, **given)
        except TypeError:
            found.append(TypeError)
        else:
            hashed = type(value).__hash__ is not None and kind is not loose and hash(value)
            found.append((repr(value), dataclasses.asdict(value), hashed))
    assert found[0] == found[1]


def test_a_wrong_call_says_what_is_wrong() -> None:
    with pytest.raises(TypeError, match=r"Point: missing a required .*'x'"):
        point(OURS)(y=1)
    with pytest.raises(TypeError, match="Pair: multiple values for argument 'first'"):
        pair(OURS)(1, first=2)


@every((point, pair, loose))
def test_the_signature_is_the_same(kind: Callable[[Maker], Any]) -> None:
    ours, theirs = (inspect.signature(kind(make)).parameters for make in (OURS, THEIRS))
    told = [
        [(p.name, p.kind, p.annotation, p.default is p.empty) for p in each.values()]
        for each in (ours, theirs)
    ]
    assert told[0] == told[1]


def test_what_is_compared() -> None:
    ours = point(OURS)
    one, same, other = ours(x=1, note="a"), ours(x=1, note="b"), ours(x=1, y=3)
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != point(OURS)(x=1)
    assert one.tags is not same.tags
    first = loose(OURS)(name="n")
    assert first != type(first)(name="n")
    assert len({first, first}) == 1


def test_a_frozen_value_stays() -> None:
    value = point(OURS)(x=1)
    for change in (lambda: setattr(value, "x", 2), lambda: delattr(value, "x")):
        with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
            change()
    assert value == dataclasses.replace(value)
    assert dataclasses.replace(value, x=4).x == 4


@records.dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """It is found by its name."""

    x: int


@records.dataclass(frozen=True, kw_only=True)
class _Loose:
    """The same without slots."""

    x: int


@every((_Kept, _Loose))
def test_copies(kind: Any) -> None:
    value = kind(x=3)
    for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert again == value
        assert again is not value


def test_a_value_that_holds_itself_can_be_shown() -> None:
    value = pair(OURS)(1)
    value.first = value
    assert repr(value).count("...") == 1
