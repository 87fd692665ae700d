"""The fast tier: a header as rows of a type, whose answers are *yes* and *don't know*.

Clause: ``spec/contract/1/header.md#schema``. Rows have the members that the schema lists, and their
values are checked column by column (`contract.columns`). The metadata stays text until it is asked
for: equal texts are judged once, many at a time, as the type that the bank's schema gives. A yes
means that the exact tier accepts too; after a don't-know the exact tier decides. Nothing here ever
rejects, so no rule is stated twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Final

import msgspec

from prometeu_assets.contract.columns import Columns, columns, struct
from prometeu_assets.contract.entries import METADATA, Entry, Preload
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

_TABLE: Final = "asset_table"
_AROUND: Final = 3
"""How many arrays and objects are open around an entry's metadata."""
_BATCH: Final = 5000
"""How many texts of metadata are judged together."""


@dataclass(slots=True, kw_only=True)
class Header:
    """A header's members. Its rows have the members of `Entry` and `Preload`.

    Of entries that are equal in all that a bank judges, ``kinds`` has the place of one. The places
    in ``doubtful`` are those of them whose metadata was not yet held to the schema of their bank.
    ``columns`` are the values of members of the table, ``longest`` the bytes of the longest
    metadata, where they are known.
    """

    asset_table: list[Entry]
    preload: list[Preload]
    kinds: Sequence[int]
    doubtful: Sequence[int]
    columns: dict[str, list[Any]]
    longest: int | None = None


class HeaderShape:
    """The header's members as types, built from its schema and those of the banks' metadata.

    ``parts`` maps the dotted path of a member, for instance ``asset_table.size``, to its schema.
    ``nesting`` is how many arrays and objects may be open at once.
    """

    def __init__(
        self, checks: Checks, banks: Mapping[str, Checks], nesting: int = LIMITS.nesting
    ) -> None:
        self._checks, self._nesting = checks, nesting
        self.parts: dict[str, Schema] = {}
        self._rows: dict[str, Any] = {}
        for table, part in checks.root.properties.items():
            self.parts[table] = part.node
            assert part.items is not None
            members = part.items.properties
            self.parts |= {f"{table}.{name}": inner.node for name, inner in members.items()}
            self._rows[table] = struct(dict.fromkeys(members, Any))
        self._metadata = _metadata(checks)
        shape = columns(checks, (checks.root,), raw=self._metadata)
        fits = shape is not None and shape.depth <= nesting and self._metadata is not None
        self._shape = shape if fits else None
        self._banks = {bank: self._typed(other) for bank, other in banks.items()}
        self._encoder = msgspec.json.Encoder(order="sorted")

    def _typed(self, bank: Checks) -> Columns | None:
        """The metadata of a bank as a type; it also obeys the part of the header's schema."""
        if self._shape is None or self._metadata is None:
            return None
        shape = columns(self._checks, (bank.root, self._metadata))
        return None if shape is None or _AROUND + shape.depth > self._nesting else shape

    def decode(self, data: bytes) -> Header | None:
        """The header in ``data`` if it is certainly canonical and obeys its schema, else None."""
        if self._shape is None or hidden(data) != (None, None):
            return None
        with uncollected():
            header = self._decoded(data, self._shape)
            columns = None if header is None else self._columns(header, self._shape)
            if columns is None:
                return None
            texts = list(map(bytes, columns[METADATA]))
            judged = (columns[name] for name in _JUDGED)
            kinds = dict(zip(zip(*judged, texts, strict=True), count(), strict=False))
            by_bank: dict[str, dict[bytes, int]] = {}
            for place in kinds.values():
                by_bank.setdefault(columns["bank_type"][place], {})[texts[place]] = place
            doubtful = [
                place for bank, some in by_bank.items() for place in self._unknown(bank, some)
            ]
            if not self._is_free([texts[place] for place in doubtful]):
                return None
        return Header(
            asset_table=header.asset_table,
            preload=header.preload,
            kinds=list(kinds.values()),
            doubtful=sorted(doubtful),
            columns=columns,
            longest=max(map(len, texts), default=0),
        )

    def _columns(self, header: Any, shape: Columns) -> dict[str, list[Any]] | None:
        """The columns of the asset table, if both tables obey their schema."""
        found: dict[str, dict[str, list[Any]]] = {}
        for table, array in shape.members.items():
            rows = getattr(header, table)
            assert array.item is not None
            found[table] = array.item.split(rows)
            if not array.admits([rows]) or not array.item.all_hold(found[table]):
                return None
        return found[_TABLE]

    def _decoded(self, data: bytes, shape: Columns) -> Any:
        """What the text is as a value of the type, if it is its canonical text; else None."""
        try:
            value = shape.decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return value if self._encoder.encode(value) == data else None

    def _unknown(self, bank: str, texts: dict[bytes, int]) -> Iterator[int]:
        """The places of texts that are not certainly metadata of this bank."""
        shape = self._banks.get(bank)
        rest = iter(texts.items())
        while some := dict(islice(rest, _BATCH)):
            if shape is None or not self._all_known(shape, list(some)):
                yield from some.values()

    def _all_known(self, shape: Columns, texts: list[bytes]) -> bool:
        """Whether all texts are canonical and obey the schema of a bank and that of the header."""
        joined = b"[%s]" % b",".join(texts)
        try:
            values = shape.decoder_of_many.decode(joined)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        return self._encoder.encode(values) == joined and shape.holds(values)

    def _is_free(self, texts: list[bytes]) -> bool:
        """Whether all texts are canonical metadata by the header's schema."""
        if not texts:
            return True
        joined = b"[%s]" % b",".join(texts)
        try:
            values = _FREE.decode(joined)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        rest = without_strings(joined)
        return (
            self._encoder.encode(values) == joined
            and has_safe_integers(rest)
            and is_shallow(rest, self._nesting - _AROUND + 1)
            and self._checks.holds(values, self._metadata)
        )

    def from_value(self, value: Any) -> Header:
        """The header in a parsed JSON value that its schema accepts."""
        tables: Any = {t: [row(**item) for item in value[t]] for t, row in self._rows.items()}
        every = range(len(tables[_TABLE]))
        return Header(**tables, kinds=every, doubtful=every, columns={})


_FREE: Final = msgspec.json.Decoder(**STRICT)
_JUDGED: Final = ("size", "decoded_size", "bank_type")
"""All of an entry that a bank judges, beside the metadata."""


def _metadata(checks: Checks) -> Part | None:
    """The part of a header's schema that says what metadata is."""
    rows = checks.root.properties[_TABLE].items
    return rows.properties.get(METADATA) if rows is not None else None
