"""A pack, open for reading by slice.

Clauses: ``spec/contract/1/reader.md``. Opening reads prelude and header and validates them; a slice
is read when it is asked for, and never before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometeu_assets.banks import Decoded
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Profile
from prometeu_assets.contract.rules.examination import Examination
from prometeu_assets.contract.typed import Entry, Preload
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused, Report
from prometeu_assets.reader.checks import examine
from prometeu_assets.reader.source import TIMEOUT, Closeable, PackInput, Source, open_source


class InvalidPack(Refused):
    """The bytes are not a valid pack; ``report`` says why."""


class Pack(Closeable):
    """A valid pack. Make one with `open`; use it as a context manager or `close` it.

    Iterating gives the entries in table order; ``len`` their number.
    """

    def __init__(self, source: Source, exam: Examination) -> None:
        self._source = source
        self.container = exam.container
        """The definitions of the pack's container version."""
        self._payload_offset: int = exam.prelude["payload_offset"]
        self.header_bytes = exam.header_bytes
        """The header's text: canonical JSON."""
        self.prelude = dict(exam.prelude)
        """The prelude's values by role."""
        self.entries: tuple[Entry, ...] = tuple(exam.table)
        """The asset table, by increasing id."""
        self.preload: tuple[Preload, ...] = tuple(exam.preload)
        """What is loaded at boot, by increasing id."""
        self._by_name = {entry.asset_name: entry for entry in self.entries}
        self._by_id: dict[int, Entry] | None = None

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self._source.size

    @property
    def payload_offset(self) -> int:
        """Where the payload region begins, in bytes."""
        return self._payload_offset

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Entry:
        """The entry with this ``asset_name``; raises `KeyError`."""
        return self._by_name[name]

    def by_id(self, asset_id: int) -> Entry:
        """The entry with this ``asset_id``; raises `KeyError`."""
        if self._by_id is None:
            self._by_id = {entry.asset_id: entry for entry in self.entries}
        return self._by_id[asset_id]

    def read(self, entry: Entry) -> memoryview:
        """The slice as stored, ``entry.size`` bytes, without a copy where the source allows.

        Any thread may read. The view stays valid after the pack is closed. Raises `OSError` when
        the bytes are not there any more, and when the pack is closed.
        Clauses: ``spec/contract/1/reader.md#slices``, ``spec/python-reader.md#sources``.
        """
        return self._source.read(self._payload_offset + entry.offset, entry.size)

    def bank(self, entry: Entry) -> Bank[Any]:
        """The bank type of an entry, which knows how to decode and to show it."""
        bank = self.container.bank(entry.bank_type)
        assert bank is not None, "a validated entry has a bank"
        return bank

    def decode(self, entry: Entry) -> Decoded:
        """The bank in the entry's slice, as arrays with memory of their own; raises as `read`.

        Clause: ``spec/contract/1/banks.md``.
        """
        decoded: Decoded = self.bank(entry).decode(self.read(entry), entry.metadata)
        return decoded

    def chunks(self, size: int = 1024 * 1024) -> Iterator[memoryview]:
        """All bytes of the file from its start, in pieces of at most ``size`` bytes."""
        for start in range(0, self.size, size):
            yield self._source.read(start, min(size, self.size - start))

    def close(self) -> None:
        """Drop the pack's own reference to its bytes."""
        self._source.close()


def open(  # pa.open
    given: PackInput,
    *,
    mmap: bool = True,
    timeout: float = TIMEOUT,
    contract: Contract = CURRENT,
) -> Pack:
    """Open a pack: a path, bytes, a seekable binary file, or an fsspec URL.

    The file at a path is mapped: the system ends the process (SIGBUS) if somebody truncates it
    and a lost page is used then. ``mmap=False`` reads instead, and raises `OSError`.
    ``timeout`` is how many seconds opening a URL, and each read from it, may take.
    Raises `InvalidPack` when any rule of profile *reader* is broken, and `OSError` when the
    bytes cannot be read. Clause: ``spec/python-reader.md#sources``.
    """
    return of(open_source(given, mmap=mmap, timeout=timeout), contract=contract)


def of(source: Source, *, contract: Contract = CURRENT, fast: bool = True) -> Pack:
    """The pack in a source, which it takes over; raises as `open` does.

    ``fast=False`` leaves the typed decoders out, which changes the time and nothing else.
    """
    try:
        report, exam = examine(source, contract, Profile.READER, fast=fast)
        if not report.ok:
            raise InvalidPack(report=report)
        return Pack(source, exam)
    except BaseException:
        source.close()
        raise


def validate(
    given: PackInput,
    *,
    profile: str = Profile.READER,
    timeout: float = TIMEOUT,
    contract: Contract = CURRENT,
    fast: bool = True,
) -> Report:
    """Every fault of the first failing step; an empty report for a valid pack.

    ``profile`` is ``"reader"`` or ``"writer"``; ``timeout`` as for `open`; nothing is mapped.
    Never raises on bad bytes; raises `OSError` when the bytes cannot be read, which is no verdict.
    """
    source = open_source(given, timeout=timeout)
    try:
        report, _ = examine(source, contract, Profile(profile), fast=fast)
        return report
    finally:
        source.close()
