"""The container: a prelude per version, as Construct definitions with their rules attached.

Clause: ``spec/contract/1/container.md``. Every size and position of a pack is read off these
definitions; a field that changes its width, its name or its meaning changes here and nowhere else.

A field has a *role*, the name under which the code knows it; its published name may differ.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from struct import Struct as Layout
from typing import Any, Final, Protocol

from construct import Bytes, Construct, FormatField, Int32ul, Renamed, Struct, Subconstruct

from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.limits import LIMITS

Values = Mapping[str, Any]
"""Prelude values by role."""


class Constraint(Protocol):
    """What a prelude field may hold, and what a writer puts there."""

    def allows(self, value: Any, prelude: Values) -> bool:
        """Whether ``value`` is valid beside the other values of ``prelude``."""

    def describe(self, prelude: Values) -> str:
        """The valid values, in words."""

    def value(self, prelude: Values, header: bytes) -> Any:
        """What a writer stores, given the fields before and the header's bytes."""


@dataclass(frozen=True, slots=True)
class Constant:
    """One fixed value."""

    expected: Any

    def allows(self, value: Any, prelude: Values) -> bool:
        return bool(value == self.expected)

    def describe(self, prelude: Values) -> str:
        return show(self.expected)

    def value(self, prelude: Values, header: bytes) -> Any:
        return self.expected


@dataclass(frozen=True, slots=True)
class HeaderLength:
    """The length of the header in bytes, within ``minimum`` … ``maximum``."""

    minimum: int
    maximum: int

    def allows(self, value: Any, prelude: Values) -> bool:
        return bool(self.minimum <= value <= self.maximum)

    def describe(self, prelude: Values) -> str:
        return f"{self.minimum} … {self.maximum}"

    def value(self, prelude: Values, header: bytes) -> int:
        return len(header)


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that the rest of the file determines.

    ``from_prelude`` computes it from earlier fields and can be checked at once;
    ``from_header`` computes it from the header's bytes and is checked when they are read.
    """

    text: str
    from_prelude: Callable[[Values], Any] | None = None
    from_header: Callable[[bytes], Any] | None = None

    def allows(self, value: Any, prelude: Values) -> bool:
        return self.from_prelude is None or bool(value == self.from_prelude(prelude))

    def describe(self, prelude: Values) -> str:
        if self.from_prelude is None or "header_len" not in prelude:
            return self.text
        return show(self.from_prelude(prelude))

    def value(self, prelude: Values, header: bytes) -> Any:
        if self.from_header is not None:
            return self.from_header(header)
        assert self.from_prelude is not None
        return self.from_prelude(prelude)


class Field(Subconstruct):  # type: ignore[misc]  # construct ships no types
    """A prelude field: a Construct with its role, its rule and what it may hold."""

    def __init__(self, subcon: Construct, role: str, rule: str, constraint: Constraint) -> None:
        super().__init__(subcon)
        self.role = role
        self.rule = rule
        self.constraint = constraint


def field(
    name: str, subcon: Construct, rule: str, constraint: Constraint, docs: str, role: str = ""
) -> Renamed:
    """A named prelude field; ``role`` defaults to the name."""
    return Renamed(Field(subcon, role or name, rule, constraint), newname=name, newdocs=docs)


def align(position: int, alignment: int) -> int:
    """``position`` rounded up to a multiple of ``alignment`` (both in bytes)."""
    return -(-position // alignment) * alignment


def show(value: Any) -> str:
    """A prelude value as text: bytes as hex pairs, with their ASCII where they have one."""
    if not isinstance(value, bytes):
        return str(value)
    pairs = value.hex(" ").upper()
    return f"{pairs} ({value.decode()!r})" if value.isascii() and value.isalnum() else pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class PreludeField:
    """One field of a prelude, as the tables and the checks see it."""

    name: str
    role: str
    rule: str
    offset: int
    size: int
    type: str
    docs: str
    constraint: Constraint


@dataclass(frozen=True, kw_only=True, eq=False)
class Container:
    """One version of the container.

    ``prelude`` is the Construct; ``header`` the (document, version) of the header's schema;
    ``alignment`` in bytes; ``banks`` the bank types that may stand in the table.
    ``status`` is that of its pages (``spec/contract/1/index.md#status``).
    """

    version: int
    prelude: Struct
    header: tuple[str, int]
    alignment: int
    banks: tuple[Bank[Any], ...]
    status: str

    @cached_property
    def fields(self) -> tuple[PreludeField, ...]:
        """The prelude's fields with their positions, in order."""
        return tuple(_fields(self.prelude))

    @cached_property
    def prelude_size(self) -> int:
        """Bytes of the prelude."""
        return int(self.prelude.sizeof())

    @cached_property
    def identity_size(self) -> int:
        """Bytes up to and with the version: what every version has in common."""
        last = self.field("schema_version")
        return last.offset + last.size

    def field(self, role: str) -> PreludeField:
        """The field with this role."""
        return self._by_role[role]

    @cached_property
    def _by_role(self) -> Mapping[str, PreludeField]:
        return {item.role: item for item in self.fields}

    def parse(self, data: bytes) -> dict[str, Any]:
        """The prelude's values by role; fields beyond the end of ``data`` are left out."""
        values: dict[str, Any] = {}
        for role, start, end, parse in self._parsers:
            if end <= len(data):
                values[role] = parse(data[start:end])
        return values

    @cached_property
    def _parsers(self) -> tuple[tuple[str, int, int, Callable[[bytes], Any]], ...]:
        """The role of each field, its first byte and the one after it, and what makes its value."""
        parsers = [_parser(renamed.subcon.subcon) for renamed in self.prelude.subcons]
        return tuple(
            (item.role, item.offset, item.offset + item.size, parse)
            for item, parse in zip(self.fields, parsers, strict=True)
        )

    def build(self, header: bytes) -> bytes:
        """The prelude of a pack whose header is ``header``, and the padding is not in it."""
        values: dict[str, Any] = {}
        for item in self.fields:
            values[item.role] = item.constraint.value(values | self._sizes, header)
        return bytes(self.prelude.build({f.name: values[f.role] for f in self.fields}))

    def payload_offset(self, header_len: int) -> int:
        """Where the payload region begins, in bytes from the start of the file."""
        return align(self.prelude_size + header_len, self.alignment)

    @cached_property
    def _sizes(self) -> dict[str, Any]:
        return {"prelude_size": self.prelude_size, "alignment": self.alignment}

    def allows(self, item: PreludeField, prelude: Values) -> bool:
        """Whether the field's value in ``prelude`` is one its constraint allows."""
        return item.constraint.allows(prelude[item.role], {**prelude, **self._sizes})

    def describe(self, item: PreludeField, prelude: Values) -> str:
        """The values the field may have beside the others in ``prelude``, in words."""
        return item.constraint.describe({**prelude, **self._sizes})

    def bank(self, bank_type: str) -> Bank[Any] | None:
        """The bank of this type, or None."""
        return next((b for b in self.banks if b.bank_type == bank_type), None)

    def bank_of_format(self, format: str) -> Bank[Any] | None:
        """The bank that holds assets of this output format, or None."""
        return next((b for b in self.banks if b.format == format), None)

    def with_field(self, role: str, **changes: Any) -> Container:
        """The same container with one field changed.

        ``changes`` may hold ``name``, ``subcon``, ``rule``, ``constraint`` and ``docs``.
        """
        subcons = [
            _changed(s, changes) if s.subcon.role == role else s for s in self.prelude.subcons
        ]
        return replace(self, prelude=Struct(*subcons))

    def with_(self, **changes: Any) -> Container:
        """The same container with some members replaced."""
        return replace(self, **changes)


def _fields(prelude: Struct) -> Iterator[PreludeField]:
    offset = 0
    for renamed in prelude.subcons:
        inner: Field = renamed.subcon
        size = int(inner.sizeof())
        yield PreludeField(
            name=renamed.name,
            role=inner.role,
            rule=inner.rule,
            offset=offset,
            size=size,
            type=_type_name(inner.subcon),
            docs=renamed.docs,
            constraint=inner.constraint,
        )
        offset += size


def _parser(subcon: Construct) -> Callable[[bytes], Any]:
    """What makes the value of a field's bytes: of a number, without Construct's stream around."""
    if isinstance(subcon, FormatField):
        unpack = Layout(subcon.fmtstr).unpack
        return lambda data: unpack(data)[0]
    return bytes if isinstance(subcon, type(Bytes(0))) else subcon.parse


def _type_name(subcon: Construct) -> str:
    if isinstance(subcon, type(Bytes(0))):
        return "bytes"
    big = str(getattr(subcon, "fmtstr", "")).startswith(">")
    return f"u{subcon.sizeof() * 8}{' big-endian' if big else ''}"


def _changed(renamed: Renamed, changes: Mapping[str, Any]) -> Renamed:
    inner: Field = renamed.subcon
    return field(
        changes.get("name", renamed.name),
        changes.get("subcon", inner.subcon),
        changes.get("rule", inner.rule),
        changes.get("constraint", inner.constraint),
        changes.get("docs", renamed.docs),
        inner.role,
    )


def merged(current: Iterable[Container], changed: Iterable[Container]) -> tuple[Container, ...]:
    """``current`` with those of ``changed`` put in by version, in order of version."""
    by_version = {c.version: c for c in (*current, *changed)}
    return tuple(by_version[version] for version in sorted(by_version))


LEGACY_MAGIC: Final = b"PPA1"
"""How an artifact of the old packer begins; it is neither read nor migrated."""

RESERVED: Final = 8

PRELUDE_1: Final = Struct(
    field(
        "magic",
        Bytes(4),
        "prelude-magic",
        Constant(b"ASPA"),
        "The four ASCII bytes that say what the file is.",
    ),
    field(
        "schema_version",
        Int32ul,
        "prelude-version",
        Constant(1),
        "The version of the container and of its header.",
    ),
    field(
        "header_len",
        Int32ul,
        "prelude-header-len",
        HeaderLength(1, LIMITS.header_bytes),
        "Bytes of the JSON header, padding not counted.",
    ),
    field(
        "payload_offset",
        Int32ul,
        "prelude-payload-offset",
        Computed(
            "prelude size + `header_len`, rounded up to the alignment",
            from_prelude=lambda p: align(p["prelude_size"] + p["header_len"], p["alignment"]),
        ),
        "Where the payload region begins, in bytes from the start of the file.",
    ),
    field(
        "flags",
        Int32ul,
        "prelude-flags",
        Constant(0),
        "No flag is defined; a reader rejects any that is set.",
    ),
    field(
        "reserved",
        Bytes(RESERVED),
        "prelude-reserved",
        Constant(bytes(RESERVED)),
        "Zero bytes; a reader rejects anything else.",
    ),
    field(
        "header_checksum",
        Int32ul,
        "header-checksum",
        Computed("CRC-32 (ISO-HDLC) of the header's bytes", from_header=zlib.crc32),
        "CRC-32 of the `header_len` bytes of the header; 0 has no special meaning.",
    ),
)
"""The prelude of container version 1."""

ALIGNMENT_1: Final = 16
"""What header and slices of container version 1 are aligned to, in bytes."""

MAGIC_BYTES: Final = int(PRELUDE_1.magic.sizeof())
IDENTITY_BYTES: Final = MAGIC_BYTES + int(PRELUDE_1.schema_version.sizeof())
"""Magic and version, which every container version has at its start."""
