"""Data classes and cached properties as the standard library has them, with less work.

`dataclasses.dataclass` writes the source of up to eight methods for each class, and Python compiles
it at every start. Here all classes have the same methods, which look at the fields. Fields,
`replace`, `asdict` and what a type checker knows are those of the standard library; a class that is
derived from one of these is one of these, too. Clause: ``spec/performance.md#floors``.

`functools.cached_property` has a lock in Python 3.11, which takes longer than most of what is kept.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final

__all__ = ["cached_property", "dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from dataclasses import dataclass
    from functools import cached_property
    from inspect import Signature
else:

    class cached_property:  # noqa: N801  # as there
        """As `functools.cached_property`: two threads at once may both find the value."""

        def __init__(self, find: Callable[[Any], Any]) -> None:
            self._find, self.__doc__ = find, find.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            found = instance.__dict__[self._name] = self._find(instance)
            return found

    def dataclass(
        *, eq: bool = True, frozen: bool = False, kw_only: bool = False, slots: bool = False
    ) -> Callable[[type], type]:
        """As `dataclasses.dataclass`."""

        def made(cls: type) -> type:
            # The class, which with slots is another one, comes from there with its fields alone.
            bare = dataclasses.dataclass(
                init=False, repr=False, eq=False, kw_only=kw_only, slots=slots
            )
            given, cls = set(cls.__dict__), bare(cls)
            methods = {"__init__": _initialiser(cls), "__repr__": _repr, "__signature__": _CALLED}
            methods |= _comparing(cls, frozen=frozen) if eq else {}
            methods |= _FROZEN if frozen else {}
            for name in methods.keys() - given:
                setattr(cls, name, methods[name])
            return cls

        return made


_set = object.__setattr__
_MISSING: Final = dataclasses.MISSING


def _initialiser(cls: type) -> Callable[..., None]:
    fields = [field for field in dataclasses.fields(cls) if field.init]
    names = {field.name for field in fields}
    in_order = [field.name for field in fields if not field.kw_only]
    defaults = {f.name: f.default for f in fields if f.default is not _MISSING}
    factories = {f.name: f.default_factory for f in fields if f.default_factory is not _MISSING}
    is_finished = hasattr(cls, "__post_init__")

    def __init__(self: Any, /, *args: Any, **given: Any) -> None:  # noqa: N807
        values = given
        if args:
            listed = dict(zip(in_order, args, strict=False))
            values = listed | given
            if len(listed) < len(args) or len(values) < len(listed) + len(given):
                raise _wrong(cls, args, given)
        if len(values) < len(names):
            values = {**defaults, **values}
            for name in factories.keys() - values.keys():
                values[name] = factories[name]()
        if values.keys() != names:
            raise _wrong(cls, args, given)
        for name, value in values.items():
            _set(self, name, value)
        if is_finished:
            self.__post_init__()

    return __init__


class _Called:
    """How a class is called, for those who ask for its signature."""

    def __get__(self, instance: object, cls: type) -> Signature:
        from inspect import Parameter, Signature

        def parameter(field: dataclasses.Field[Any]) -> Parameter:
            kind = Parameter.KEYWORD_ONLY if field.kw_only else Parameter.POSITIONAL_OR_KEYWORD
            default = Parameter.empty if field.default is _MISSING else field.default
            if field.default_factory is not _MISSING:
                default = ...
            return Parameter(field.name, kind, default=default, annotation=field.type)

        return Signature([parameter(field) for field in dataclasses.fields(cls) if field.init])


def _wrong(cls: Any, args: tuple[Any, ...], given: dict[str, Any]) -> TypeError:
    """What is wrong with a call."""
    try:
        cls.__signature__.bind(*args, **given)
    except TypeError as error:
        return TypeError(f"{cls.__qualname__}: {error}")
    raise AssertionError(cls)


def _comparing(cls: type, *, frozen: bool) -> dict[str, Any]:
    fields = dataclasses.fields(cls)
    compared = _taking(field.name for field in fields if field.compare)
    hashed = _taking(f.name for f in fields if (f.compare if f.hash is None else f.hash))

    def __eq__(self: Any, other: object) -> Any:  # noqa: N807
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(hashed(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def _taking(names: Iterable[str]) -> Callable[[Any], Any]:
    """What takes these members; of none it takes nothing."""
    some = tuple(names)
    return attrgetter(*some) if some else lambda _: ()


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: Any, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"the field {name!r} cannot be changed or deleted")


def _restore(self: Any, state: Any) -> None:
    """Take the members of a copy or of what was pickled."""
    for members in state if isinstance(state, tuple) else (state,):
        for name, value in (members or {}).items():
            _set(self, name, value)


_CALLED: Final = _Called()
_FROZEN: Final = {"__setattr__": _refuse, "__delattr__": _refuse, "__setstate__": _restore}
