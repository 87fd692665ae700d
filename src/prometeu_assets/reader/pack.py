"""A pack, open for reading by slice.

Clauses: ``spec/contract/1/reader.md``. Opening reads prelude and header and validates them; a slice
is read when it is asked for, and never before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, KeysView
from functools import cached_property
from typing import Any, Final, Literal

from prometeu_assets.banks import Banks, Decoded
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.container import Container
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry, Preload, metadata_of
from prometeu_assets.contract.limits import MIB, Limits
from prometeu_assets.contract.plain import uncollected
from prometeu_assets.contract.rule import Profile
from prometeu_assets.contract.rules.examination import Examination
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused, Report
from prometeu_assets.reader.checks import examine
from prometeu_assets.reader.opening import PackInput, open_source
from prometeu_assets.reader.source import TIMEOUT, Closeable, Source

Asset = str | int | Entry
"""An asset of a pack: its name, its id or its entry."""

GAP: Final = 50_000
"""Bytes between two slices that are read over, unless the caller says otherwise."""

BATCH: Final = 4 * MIB
"""Bytes that one read brings of several slices, at most."""


class InvalidPack(Refused):
    """The bytes are not a valid pack; ``report`` says why."""


class Pack(Closeable, Banks):
    """A valid pack. Make one with `open`; use it as a context manager or `close` it.

    An asset is named by its ``asset_name``, by its ``asset_id`` or by its `Entry`. Iterating
    gives the entries in table order; ``len`` their number.
    """

    def __init__(self, source: Source, exam: Examination) -> None:
        self._source = source
        self._closed = False
        self._read = source.read
        self.container: Container = exam.container
        """The definitions of the pack's container version."""
        self._payload_offset: int = exam.prelude["payload_offset"]
        self.header_bytes: bytes = exam.header_bytes
        """The header's text: canonical JSON."""
        self.prelude: dict[str, Any] = dict(exam.prelude)
        """The prelude's values by role."""
        self._rows = exam.table
        self._places = exam.places
        self.preload: tuple[Preload, ...] = tuple(
            Preload(asset_id=r.asset_id, slot=r.slot) for r in exam.preload
        )
        """What is loaded at boot, by increasing id."""

    def __repr__(self) -> str:
        name, state = self.path or "in memory", ", closed" if self._closed else ""
        return f"<Pack {name}: {len(self)} assets, {self.size} bytes{state}>"

    def _repr_html_(self) -> str:
        """The asset table, for a notebook."""
        from prometeu_assets.html_table import table

        head = ("id", "name", "bank", "size", "resident")
        rows = ((e.asset_id, e.asset_name, e.bank_type, e.size, e.decoded_size) for e in self)
        return table(head, rows)

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self._source.size

    @property
    def path(self) -> str | None:
        """The path or the URL that was opened; None for bytes and files without a name."""
        return self._source.name

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def payload_offset(self) -> int:
        """Where the payload region begins, in bytes."""
        return self._payload_offset

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The asset table, by increasing id."""
        return tuple(map(Entry.of, self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def keys(self) -> KeysView[str]:
        """The names of the assets, in table order."""
        return self._places.keys()

    def __contains__(self, asset: object) -> bool:
        return self._row(asset) is not None

    def __getitem__(self, asset: Asset) -> Entry:
        """The entry of an asset; raises `KeyError`, also for an entry of another pack."""
        return asset if isinstance(asset, Entry) and asset in self else Entry.of(self._known(asset))

    def get(self, asset: Asset, default: Entry | None = None) -> Entry | None:
        """The entry of an asset, or ``default``."""
        row = self._row(asset)
        return default if row is None else self[asset]

    def _row(self, asset: object) -> Entry | None:
        try:
            return self._known(asset)
        except KeyError:
            return None

    def _known(self, asset: object) -> Entry:
        """The row of an asset, whose metadata may be text; raises `KeyError`."""
        if isinstance(asset, str):
            return self._rows[self._places[asset]]
        if isinstance(asset, int):
            place = bisect_left(self._rows, asset, key=lambda row: row.asset_id)
            if place < len(self._rows) and self._rows[place].asset_id == asset:
                return self._rows[place]
        if isinstance(asset, Entry):
            known = self._row(asset.asset_name)
            if known is not None and asset.is_of(known):
                return known
        raise KeyError(asset)

    def read(self, asset: Asset) -> memoryview:
        """The slice as stored, ``entry.size`` bytes, without a copy where the source allows.

        Any thread may read. The view stays valid after the pack is closed. Raises `KeyError`,
        and `OSError` when the bytes are not there any more, or when the pack is closed.
        Clauses: ``spec/contract/1/reader.md#slices``, ``spec/python-reader.md#sources``.
        """
        row = self._known(asset)
        return self._read(self._payload_offset + row.offset, row.size)

    def read_many(
        self, assets: Iterable[Asset], *, gap: int = GAP
    ) -> Iterator[tuple[Entry, memoryview]]:
        """The entry and the slice of each asset, in the order of the file and each once.

        Slices with at most ``gap`` bytes between them come with one read, of at most `BATCH` bytes
        unless one slice is longer; and a read is made when its first slice is asked for. A view
        keeps the bytes of its read in memory: take ``bytes`` of those that you keep.
        Raises as `read` does: `KeyError` before anything is read.
        Clause: ``spec/python-reader.md#remote``.
        """
        rows = {row.asset_id: row for row in map(self._known, assets)}.values()
        return self._batched(sorted(rows, key=lambda row: row.offset), gap)

    def _batched(self, rows: list[Entry], gap: int) -> Iterator[tuple[Entry, memoryview]]:
        for batch in _batches(rows, gap):
            start, last = batch[0].offset, batch[-1]
            data = self._read(self._payload_offset + start, last.offset + last.size - start)
            for row in batch:
                begin = row.offset - start
                yield Entry.of(row), data[begin : begin + row.size]

    def bank(self, asset: Asset) -> Bank[Any]:
        """The bank type of an asset, which knows how to decode and to show it."""
        return self._bank(self._known(asset))

    def _bank(self, entry: Entry) -> Bank[Any]:
        bank = self.container.bank(entry.bank_type)
        assert bank is not None, "a validated entry has a bank"
        return bank

    def decode(self, asset: Asset) -> Decoded:
        """The bank in the asset's slice, as arrays that cannot be changed; raises as `read`.

        Clause: ``spec/contract/1/banks.md``.
        """
        row = self._known(asset)
        decoded: Decoded = self._bank(row).decode(self.read(asset), metadata_of(row))
        return decoded

    def chunks(self, size: int = MIB) -> Iterator[memoryview]:
        """All bytes of the file from its start, in pieces of at most ``size`` bytes."""
        for start in range(0, self.size, size):
            yield self._read(start, min(size, self.size - start))

    def close(self) -> None:
        """Drop the pack's own reference to its bytes."""
        self._closed = True
        self._source.close()


def _batches(rows: list[Entry], gap: int) -> Iterator[list[Entry]]:
    """Rows by increasing offset, in groups of which each is read at once."""
    batch: list[Entry] = []
    for row in rows:
        if batch:
            before, length = batch[-1], row.offset + row.size - batch[0].offset
            if row.offset - before.offset - before.size > gap or length > BATCH:
                yield batch
                batch = []
        batch.append(row)
    if batch:
        yield batch


def open(  # pa.open
    given: PackInput,
    *,
    mmap: bool = True,
    timeout: float = TIMEOUT,
    limits: Limits | None = None,
    contract: Contract = CURRENT,
) -> Pack:
    """Open a pack: a path, bytes, a seekable binary file, or an fsspec URL.

    The file at a path is mapped: the system ends the process (SIGBUS) if somebody truncates it
    and a lost page is used then. ``mmap=False`` reads instead, and raises `OSError`.
    ``timeout`` is how many seconds opening a URL, and each read from it, may take.
    ``limits`` are stricter than those of the contract, such as `Limits(header_bytes=65_536)`
    for packs of strangers. Raises `InvalidPack` when any rule of profile *reader* is broken, and
    `OSError` when the bytes cannot be read. Clause: ``spec/python-reader.md#sources``.
    """
    return of(open_source(given, mmap=mmap, timeout=timeout), contract=_within(contract, limits))


def of(source: Source, *, contract: Contract = CURRENT, fast: bool = True) -> Pack:
    """The pack in a source, which it takes over; raises as `open` does.

    ``fast=False`` leaves the typed decoders out, which changes the time and nothing else.
    """
    try:
        # What was looked at goes before the collector would look at all of it.
        with uncollected():
            report, exam = examine(source, contract, Profile.READER, fast=fast)
            if not report.ok:
                raise InvalidPack(report=report)
            pack = Pack(source, exam)
            del exam
        return pack
    except BaseException:
        source.close()
        raise


def validate(
    given: PackInput,
    *,
    profile: Literal["reader", "writer"] = "reader",
    timeout: float = TIMEOUT,
    limits: Limits | None = None,
    contract: Contract = CURRENT,
    fast: bool = True,
) -> Report:
    """Every fault of the first failing step; an empty report for a valid pack.

    ``profile`` is ``"reader"`` or ``"writer"``; ``timeout`` and ``limits`` are as for `open`;
    nothing is mapped.
    Never raises on bad bytes; raises `OSError` when the bytes cannot be read, which is no verdict.
    """
    source = open_source(given, timeout=timeout)
    try:
        report, _ = examine(source, _within(contract, limits), Profile(profile), fast=fast)
        return report
    finally:
        source.close()


def _within(contract: Contract, limits: Limits | None) -> Contract:
    return contract if limits is None else contract.within(limits)
