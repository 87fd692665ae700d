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
from itertools import chain, count
from typing import Any, Final, NamedTuple

import msgspec

from prometeu_assets.contract.columns import Columns, columns, struct
from prometeu_assets.contract.entries import METADATA, Entry, Preload
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.plain import (
    STRICT,
    has_safe_integers,
    hidden,
    is_shallow,
    without_strings,
)
from prometeu_assets.contract.schema import Checks, Part, Schema

_TABLE: Final = "asset_table"
_AROUND: Final = 3
"""How many arrays and objects are open around an entry's metadata."""
BATCH: Final = 5000
"""How many values of metadata are judged together."""


class Known(NamedTuple):
    """Places of entries of one bank, and their metadata as rows of the type for its schema."""

    bank_type: str
    places: Sequence[int]
    metadata: Sequence[Any]


@dataclass(slots=True, kw_only=True)
class Header:
    """A header's members. Its rows have the members of `Entry` and `Preload`.

    Of entries that are equal in all that a bank judges, one is ``known`` to obey the schema of its
    bank, or it is in ``doubtful``, which has places in the table. ``columns`` are the values of
    each member of the table, ``longest`` the bytes of the longest metadata, where it is known.
    """

    asset_table: list[Entry]
    preload: list[Preload]
    known: Sequence[Known]
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
        header = self._decoded(data, self._shape)
        if header is None or not self._shape.holds([header]):
            return None
        columns = self._columns(header.asset_table)
        known: list[Known] = []
        doubtful: list[int] = []
        free: list[bytes] = []
        longest = 0
        for bank, places, texts in self._batches(columns):
            longest = max(longest, *map(len, texts))
            metadata = self._known(bank, texts)
            if metadata is None:
                doubtful += places
                free += texts
            else:
                known.append(Known(bank, places, metadata))
        if not self._is_free(free):
            return None
        return Header(
            asset_table=header.asset_table,
            preload=header.preload,
            known=known,
            doubtful=sorted(doubtful),
            columns=columns,
            longest=longest,
        )

    def _batches(
        self, columns: Mapping[str, list[Any]]
    ) -> Iterator[tuple[str, list[int], list[bytes]]]:
        """Of entries that a bank judges alike one: some places at a time, and their metadata."""
        # A text that was there before goes at once, and the next one takes its memory.
        every = map(bytes, columns[METADATA])
        judged = zip(*map(columns.__getitem__, _JUDGED), every, strict=True)
        kinds = dict(zip(judged, count(), strict=False))
        found: dict[str, tuple[list[int], list[bytes]]] = {}
        for (_, _, bank, text), place in kinds.items():
            places, texts = found.setdefault(bank, ([], []))
            places.append(place)
            texts.append(text)
        del kinds
        for bank, (places, texts) in found.items():
            while places:
                yield bank, places[:BATCH], texts[:BATCH]
                del places[:BATCH], texts[:BATCH]

    def _decoded(self, data: bytes, shape: Columns) -> Any:
        """What the text is as a value of the type, if it is its canonical text; else None."""
        try:
            value = shape.decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        encoder = self._encoder if shape.is_free else _AS_LISTED
        return value if _is_text(encoder, value, data) else None

    def _known(self, bank: str, texts: list[bytes]) -> list[Any] | None:
        """The rows in texts, if all are canonical and obey the schemas of the bank and header."""
        shape = self._banks.get(bank)
        if shape is None:
            return None
        joined = b"[%s]" % b",".join(texts)
        try:
            values = shape.decoder_of_many.decode(joined)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return values if self._encoder.encode(values) == joined and shape.holds(values) else None

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
        rows = tables[_TABLE]
        return Header(**tables, known=(), doubtful=range(len(rows)), columns=self._columns(rows))

    def _columns(self, rows: list[Any]) -> dict[str, list[Any]]:
        """The values of each member of the table: to take a row whole takes half as long."""
        names = self._rows[_TABLE].__struct_fields__
        values = list(chain.from_iterable(map(msgspec.structs.astuple, rows)))
        return {name: values[at :: len(names)] for at, name in enumerate(names)}


_AS_LISTED: Final = msgspec.json.Encoder()
"""For types that list all members: in the order of their names."""
_FREE: Final = msgspec.json.Decoder(**STRICT)
_JUDGED: Final = ("size", "decoded_size", "bank_type")
"""All of an entry that a bank judges, beside the metadata; which bank that is comes last."""


def _is_text(encoder: msgspec.json.Encoder, header: Any, data: bytes) -> bool:
    """Whether the encoder makes this text of a header.

    It writes some rows at a time into the same memory: new memory for all would take longer.
    """
    table = header.asset_table
    if len(table) <= BATCH:
        return encoder.encode(header) == data
    around = encoder.encode(msgspec.structs.replace(header, asset_table=[]))
    before, after = around.split(b"[]", 1)
    rows, end = bytearray(), len(before)
    for at in range(0, len(table), BATCH):
        encoder.encode_into(table[at : at + BATCH], rows)
        rows[0], _ = ord("," if at else "["), rows.pop()
        if not data.startswith(rows, end):
            return False
        end += len(rows)
    return data.startswith(before) and data[end:] == b"]" + after


def _metadata(checks: Checks) -> Part | None:
    """The part of a header's schema that says what metadata is."""
    rows = checks.root.properties[_TABLE].items
    return rows.properties.get(METADATA) if rows is not None else None
