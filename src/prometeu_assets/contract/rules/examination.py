"""The state of one reading: what the checks look at, each part read when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import merge
from itertools import accumulate, chain, count
from operator import attrgetter, itemgetter
from typing import Any, Protocol

from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.container import Container, align
from prometeu_assets.contract.documents import Key
from prometeu_assets.contract.entries import Entry, Preload, metadata_of
from prometeu_assets.contract.plain import header_text
from prometeu_assets.contract.rule import Fault
from prometeu_assets.contract.text import Text, TextFault, attempt
from prometeu_assets.contract.typed import BATCH, Header, HeaderShape
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef


class Bytes(Protocol):
    """Where a pack's bytes come from."""

    @property
    def size(self) -> int:
        """Bytes of the whole file."""

    def read(self, offset: int, size: int) -> memoryview:
        """Exactly ``size`` bytes at ``offset``; raises `OSError` if they are not there."""


class Sound:
    """Entries of one bank that obey the schema of its metadata: only then numbers mean something.

    ``places`` are where in the table they are. ``metadata`` has objects, or the rows of `Known`;
    ``members`` makes what takes members of these, or of what is inside of them.
    """

    def __init__(
        self,
        bank: Bank[Any],
        places: Sequence[int],
        metadata: Sequence[Any],
        members: Callable[..., Callable[[Any], Any]] = itemgetter,
    ) -> None:
        self.bank, self.places, self.metadata, self.members = bank, places, metadata, members

    @cached_property
    def tables(self) -> Sequence[dict[str, Any]]:
        """The spans of each entry by name; none of a bank without spans."""
        if self.bank.spans is None:
            return ()
        return list(map(self.members(self.bank.spans), self.metadata))

    @cached_property
    def alike(self) -> Mapping[tuple[str, ...], Sequence[int]]:
        """Which of them have the same names."""
        found: dict[tuple[str, ...], list[int]] = {}
        for at, names in enumerate(map(tuple, self.tables)):
            found.setdefault(names, []).append(at)
        return found


SoundCheck = Callable[["Examination", Sound], Iterator[Fault]]


class Examination:
    """One pack under examination.

    Every part is computed once, when a check first needs it. The steps before must have passed:
    a part that they guard raises whatever its absence leads to.
    """

    def __init__(self, source: Bytes, contract: Contract, *, fast: bool = True) -> None:
        self.source, self.contract, self.fast = source, contract, fast
        self._all_well: bool | None = None

    @cached_property
    def head(self) -> bytes:
        """The first bytes of the file, as many as the longest prelude has."""
        return bytes(self.source.read(0, min(self.source.size, self.contract.longest_prelude)))

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
    def _header_and_padding(self) -> memoryview:
        """All between prelude and payload: one read, for behind a URL each is a request."""
        start, size = self.container.prelude_size, self.prelude["header_len"]
        end = min(max(start + size, self.prelude["payload_offset"]), self.source.size)
        return self.source.read(start, max(size, end - start))

    @cached_property
    def header_bytes(self) -> bytes:
        """The header's text."""
        return bytes(self._header_and_padding[: self.prelude["header_len"]])

    @property
    def header_padding(self) -> bytes:
        """The bytes between the header and the payload region."""
        return bytes(self._header_and_padding[self.prelude["header_len"] :])

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

    def column(self, member: str) -> list[Any]:
        """The values of one member in the table, in its order."""
        return self.header.columns[member]

    def places_by_rule(self) -> Sequence[int]:
        """The offset that the placement rule gives each slice, and one more that would follow."""
        sizes = self.column("size")
        aligned = {size: align(size, self.container.alignment) for size in set(sizes)}
        # What is aligned stays aligned when an aligned size is added.
        return list(accumulate(map(aligned.__getitem__, sizes), initial=0))

    @cached_property
    def is_placed(self) -> bool:
        """Whether each slice is at the offset that the placement rule gives it."""
        return self.column("offset") == self.places_by_rule()[:-1]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where in the table each name is first."""
        names = self.column("asset_name")
        found = dict(zip(names, count(), strict=False))
        if len(found) < len(names):
            found |= zip(reversed(names), range(len(names) - 1, -1, -1), strict=True)
        return found

    def metadata(self, index: int) -> dict[str, Any]:
        """The metadata of the entry at a place of the table."""
        return metadata_of(self.table[index])

    @cached_property
    def unfit(self) -> set[int]:
        """The places in the table of entries whose metadata breaks the schema of their bank."""
        found = self._unfit(self.header.doubtful)
        return self._unfit(range(len(self.table))) if found else found

    def _unfit(self, places: Iterable[int]) -> set[int]:
        by_bank: dict[Key, list[int]] = {}
        for index in places:
            bank = self.container.bank(self.table[index].bank_type)
            if bank is not None:
                by_bank.setdefault(bank.metadata, []).append(index)
        found: set[int] = set()
        for key, some in by_bank.items():
            values = [self.metadata(index) for index in some]
            found.update(some[n] for n in self.contract.documents.checks(key).failing(values))
        return found

    def each_sound(self, check: SoundCheck, others: Iterable[SoundCheck]) -> Iterator[Fault]:
        """What a check finds in each entry whose metadata obeys its schema, in table order.

        The check is one of several that depend on nothing but what a bank judges. So of equal
        entries one is looked at, by all of them; and all entries only if something is wrong.
        """
        if self._all_well is None:
            kinds = chain(self._known(), self._sound(self.header.doubtful))
            self._all_well = not any(
                True for one in kinds for look in others for _ in look(self, one)
            )
        if not self._all_well:
            for at in range(0, len(self.table), BATCH):
                some = self._sound(range(len(self.table))[at : at + BATCH])
                yield from merge(*(check(self, one) for one in some), key=lambda fault: fault.index)

    def _known(self) -> Iterator[Sound]:
        for bank_type, places, metadata in self.header.known:
            bank = self.container.bank(bank_type)
            if bank is not None:
                yield Sound(bank, places, metadata, attrgetter)

    def _sound(self, places: Iterable[int]) -> Iterator[Sound]:
        by_bank: dict[str, list[int]] = {}
        for index in places:
            if index not in self.unfit:
                by_bank.setdefault(self.table[index].bank_type, []).append(index)
        for bank_type, some in by_bank.items():
            bank = self.container.bank(bank_type)
            if bank is not None:
                yield Sound(bank, some, list(map(self.metadata, some)))

    def slices(self) -> Iterator[tuple[Entry, int, int]]:
        """(entry, start, end) of each slice, in bytes from the file's start."""
        base = self.prelude["payload_offset"]
        for entry in self.table:
            yield entry, base + entry.offset, base + entry.offset + entry.size


def ref(entry: Entry) -> AssetRef:
    """The asset of an entry, for a diagnostic."""
    return AssetRef(id=entry.asset_id, name=entry.asset_name)
