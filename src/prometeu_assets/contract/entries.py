"""What a pack tells of its assets, as frozen values.

Clauses: ``spec/contract/1/header.md#asset-table``, ``spec/contract/1/header.md#preload``.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, NoReturn

import msgspec

METADATA: Final = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One asset of a pack: a row of ``asset_table``.

    ``offset`` (from the payload's start), ``size`` and ``decoded_size`` are in bytes.
    ``metadata`` cannot be changed. Entries are equal when all members are.
    """

    asset_id: int
    asset_name: str
    bank_type: str
    codec: str
    decoded_size: int
    metadata: dict[str, Any]
    offset: int
    size: int

    def __hash__(self) -> int:
        return hash((self.asset_id, self.asset_name, self.offset, self.size))

    def is_of(self, row: Any) -> bool:
        """Whether this is the entry of a row of a header."""
        return bool(_plain(self) == _plain(row)) and self.metadata == metadata_of(row)

    @classmethod
    def of(cls, row: Any) -> Entry:
        """The entry of a row of a header."""
        values = {name: getattr(row, name) for name in cls.__slots__}
        return cls(**{**values, METADATA: frozen(metadata_of(row))})


PLAIN: Final = tuple(name for name in Entry.__slots__ if name != METADATA)
"""The members of an entry but its metadata."""
_plain = attrgetter(*PLAIN)


def metadata_of(row: Any) -> dict[str, Any]:
    """The metadata of a row of a header, which may have it as text."""
    value: Any = row.metadata
    found: dict[str, Any] = msgspec.json.decode(value) if type(value) is msgspec.Raw else value
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Preload:
    """One row of ``preload``: an asset and the slot it is loaded into at boot."""

    asset_id: int
    slot: int


def frozen(value: Any) -> Any:
    """A JSON value whose objects and arrays cannot be changed; it is equal to the one given."""
    if isinstance(value, dict):
        return _Object((name, frozen(part)) for name, part in value.items())
    return _Array(map(frozen, value)) if isinstance(value, list) else value


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("the metadata of a pack cannot be changed: copy it with `dict`")


class _Object(dict[str, Any]):
    """A JSON object that cannot be changed."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> Any:
        return frozen, (dict(self),)


class _Array(list[Any]):
    """A JSON array that cannot be changed."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = _refuse
    remove = reverse = sort = _refuse

    def __reduce__(self) -> Any:
        return frozen, (list(self),)
