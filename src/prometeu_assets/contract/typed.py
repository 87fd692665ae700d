"""The fast tier: a header as rows of a type, whose answers are *yes* and *don't know*.

Clause: ``spec/contract/1/header.md#schema``. The rows have the members that the schema lists, and
their values are checked column by column (`contract.schema`). A yes means that the exact tier
accepts too; after a don't-know the exact tier decides. Nothing here ever rejects, so no rule is
stated twice.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final, Protocol

import msgspec

from prometeu_assets.contract.entries import Entry, Preload
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.plain import (
    STRICT,
    has_safe_integers,
    hidden,
    is_shallow,
    uncollected,
    without_strings,
)
from prometeu_assets.contract.schema import Checks, Part, Schema

_OBJECT: Final = {"type", "required", "properties", "additionalProperties"}
_ARRAY: Final = {"type", "items", "minItems", "maxItems"}


class Header(Protocol):
    """A header's members. Its rows have the members of `Entry` and `Preload`."""

    asset_table: list[Entry]
    preload: list[Preload]


class HeaderShape:
    """The header's members as types, built from its schema.

    ``parts`` maps the dotted path of a member, for instance ``asset_table.size``, to its schema.
    ``nesting`` is how many arrays and objects may be open at once.
    """

    def __init__(self, checks: Checks, nesting: int = LIMITS.nesting) -> None:
        self._checks, self._nesting = checks, nesting
        self.parts: dict[str, Schema] = {}
        self._rows: dict[str, Any] = {}
        self._tables = dict(checks.root.properties)
        for table, part in self._tables.items():
            self.parts[table] = part.node
            assert part.items is not None
            members = part.items.properties
            self.parts |= {f"{table}.{name}": inner.node for name, inner in members.items()}
            self._rows[table] = _struct(table, dict.fromkeys(members, Any))
        self._header = _struct("header", {table: list[row] for table, row in self._rows.items()})  # type: ignore[valid-type]
        self._decoder = msgspec.json.Decoder(self._header, **STRICT) if self._is_plain() else None
        self._encoder = msgspec.json.Encoder(order="sorted")

    def _is_plain(self) -> bool:
        """Whether types say all that the schema says of header, tables and rows themselves."""
        rows = [part.items for part in self._tables.values()]
        return all(map(_has_these_members, [self._checks.root, *rows])) and all(
            part.keywords <= _ARRAY for part in self._tables.values()
        )

    def decode(self, data: bytes) -> Header | None:
        """The header in ``data`` if it is certainly canonical and obeys its schema, else None."""
        if self._decoder is None or hidden(data) != (None, None):
            return None
        with uncollected():
            try:
                header = self._decoder.decode(data)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return None
            if self._encoder.encode(header) != data:
                return None
            if not all(self._obeys(name, getattr(header, name)) for name in self._tables):
                return None
            rest = without_strings(data)
            sure = has_safe_integers(rest) and is_shallow(rest, self._nesting)
            return header if sure else None

    def _obeys(self, table: str, rows: list[Any]) -> bool:
        """Whether a table is as long as it may be, and each of its columns obeys."""
        part = self._tables[table]
        assert part.items is not None
        return part.admits({list: [rows]}) and (
            not rows
            or all(
                inner.free or self._checks.holds(list(map(attrgetter(name), rows)), inner)
                for name, inner in part.items.properties.items()
            )
        )

    def from_value(self, value: Any) -> Header:
        """The header in a parsed JSON value that its schema accepts."""
        tables = {t: [row(**item) for item in value[t]] for t, row in self._rows.items()}
        header: Any = self._header(**tables)
        return header  # type: ignore[no-any-return]


def _struct(name: str, members: dict[str, Any]) -> Any:
    return msgspec.defstruct(name, members.items(), forbid_unknown_fields=True, frozen=True)


def _has_these_members(part: Part | None) -> bool:
    """Whether a part wants an object with all members it lists, and nothing else of those."""
    return (
        part is not None
        and part.keywords == _OBJECT
        and part.node["type"] == "object"
        and set(part.node["required"]) == set(part.properties)
    )
