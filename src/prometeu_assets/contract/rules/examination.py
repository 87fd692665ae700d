"""The state of one reading: what the checks look at, each part read when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Protocol

from prometeu_assets.contract.container import Container
from prometeu_assets.contract.documents import Key
from prometeu_assets.contract.entries import Entry, Preload
from prometeu_assets.contract.plain import header_text
from prometeu_assets.contract.text import Text, TextFault, attempt
from prometeu_assets.contract.typed import Header, HeaderShape
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef


class Bytes(Protocol):
    """Where a pack's bytes come from."""

    @property
    def size(self) -> int:
        """Bytes of the whole file."""

    def read(self, offset: int, size: int) -> memoryview:
        """Exactly ``size`` bytes at ``offset``; raises `OSError` if they are not there."""


class Examination:
    """One pack under examination.

    Every part is computed once, when a check first needs it. The steps before must have passed:
    a part that they guard raises whatever its absence leads to.
    """

    def __init__(self, source: Bytes, contract: Contract, *, fast: bool = True) -> None:
        self.source, self.contract, self.fast = source, contract, fast

    @cached_property
    def head(self) -> bytes:
        """The first bytes of the file, as many as the longest prelude has."""
        longest = max(c.prelude_size for c in self.contract.containers)
        return bytes(self.source.read(0, min(self.source.size, longest)))

    @cached_property
    def identity(self) -> dict[str, Any]:
        """Magic and version: what every container version begins with."""
        newest = self.contract.containers[-1]
        return newest.parse(self.head[: newest.identity_size])

    @cached_property
    def container(self) -> Container:
        """The container version of the pack."""
        return self.contract.container(self.identity["schema_version"])

    @cached_property
    def prelude(self) -> dict[str, Any]:
        """The prelude's values by role."""
        return self.container.parse(self.head)

    @cached_property
    def header_bytes(self) -> bytes:
        """The header's text."""
        offset, size = self.container.prelude_size, self.prelude["header_len"]
        return bytes(self.source.read(offset, size))

    @property
    def region(self) -> int:
        """Bytes of the payload region."""
        return self.source.size - int(self.prelude["payload_offset"])

    @cached_property
    def shape(self) -> HeaderShape:
        """The header's members as types."""
        return self.contract.shape(self.container)

    @cached_property
    def recognized(self) -> Header | None:
        """The header, if the fast tier knows it to be valid."""
        return self.shape.decode(self.header_bytes) if self.fast else None

    @cached_property
    def _scanned(self) -> tuple[Text, TextFault | None]:
        nesting = self.contract.limits.nesting if self.contract.has("header-nesting") else None
        integers = self.contract.has("header-number")
        if self.fast and nesting is not None and integers:
            text = header_text(self.header_bytes, nesting)
            if text is not None:
                return text, None
        return attempt(self.header_bytes, integers=integers, nesting=nesting)

    @property
    def text(self) -> Text:
        """The header's text, read as far as it is one."""
        return self._scanned[0]

    @property
    def text_fault(self) -> TextFault | None:
        """The first violation in the header's text, if there is one."""
        return self._scanned[1]

    @cached_property
    def header(self) -> Header:
        """The header."""
        return self.recognized or self.shape.from_value(self.text.value)

    @property
    def table(self) -> list[Entry]:
        """The asset table."""
        return self.header.asset_table

    @property
    def preload(self) -> list[Preload]:
        """The preload list."""
        return self.header.preload

    @cached_property
    def unfit(self) -> set[int]:
        """The places in the table of entries whose metadata breaks the schema of their bank."""
        by_bank: dict[Key, list[int]] = {}
        for index, entry in enumerate(self.table):
            bank = self.container.bank(entry.bank_type)
            if bank is not None:
                by_bank.setdefault(bank.metadata, []).append(index)
        found: set[int] = set()
        for key, places in by_bank.items():
            values = [self.table[index].metadata for index in places]
            found.update(places[n] for n in self.contract.documents.checks(key).failing(values))
        return found

    def slices(self) -> Iterator[tuple[Entry, int, int]]:
        """(entry, start, end) of each slice, in bytes from the file's start."""
        base = self.prelude["payload_offset"]
        for entry in self.table:
            yield entry, base + entry.offset, base + entry.offset + entry.size


def ref(entry: Entry) -> AssetRef:
    """The asset of an entry, for a diagnostic."""
    return AssetRef(id=entry.asset_id, name=entry.asset_name)
