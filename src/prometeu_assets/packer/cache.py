"""The cache: which slice of the last published pack came from which inputs.

Clause: ``spec/workspace.md#cache``; schema ``schemas/cache/``. An optimisation and never a
source of truth: the slices themselves lie in ``build/assets.pa``, each is taken only if its
SHA-256 is the one recorded, and anything unexpected means an empty cache. It also remembers the
digests of files (`packer.digests`), those of the outputs among them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import msgspec

from prometeu_assets._version import __version__
from prometeu_assets.contract.bank import Bank, SourceFile
from prometeu_assets.contract.companions import METADATA
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry
from prometeu_assets.contract.limits import values
from prometeu_assets.contract.plain import uncollected
from prometeu_assets.contract.slice import Details
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer import kept
from prometeu_assets.packer.digests import Digests
from prometeu_assets.packer.last import LAST
from prometeu_assets.packer.plan import Planned
from prometeu_assets.reader.pack import Pack, of
from prometeu_assets.reader.source import disk_source
from prometeu_assets.storage import files
from prometeu_assets.storage.files import Digest, Span, Written
from prometeu_assets.storage.lock import Lock
from prometeu_assets.storage.paths import (
    open_inside,
    read_inside,
    read_stated,
    require_unchanged,
    stat_inside,
)
from prometeu_assets.storage.status import Moment, Status
from prometeu_assets.storage.transaction import BUILD, WORKSPACE
from prometeu_assets.workspace.declarations import Declaration

CACHE: Final = "assets/.prometeu/cache.json"
_COMPANION: Final = f"{BUILD.directory}/{METADATA}"
_VERSION: Final = 6
_KEY: Final = ("cache", _VERSION)


class _Row(msgspec.Struct):
    asset_id: int
    payload_sha256: str


class _Companion(msgspec.Struct):
    """What counts here of a companion that a build of ours published."""

    assets: list[_Row]


class _Brief(msgspec.Struct):
    """A cache without what takes long to read."""

    schema_version: int
    last: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A slice of the last pack, with what was told when it was made."""

    entry: Entry
    sha256: str
    details: Details
    warnings: tuple[Diagnostic, ...]

    @property
    def size(self) -> int:
        """Bytes of the slice."""
        return self.entry.size

    @property
    def decoded_size(self) -> int:
        """Bytes once resident."""
        return self.entry.decoded_size

    @property
    def metadata(self) -> Mapping[str, Any]:
        """That of the entry."""
        return self.entry.metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A slice of the pack being built, with what was told; ``is_kept`` of one of the last pack."""

    key: str
    planned: Planned
    warnings: tuple[Diagnostic, ...]
    declaration: Declaration
    is_kept: bool


class Cache:
    """Slices of the last pack by the key of their inputs, and digests of files.

    As a context manager it opens the last pack, and knows no slice if that or the record of it
    is not there, not valid, or not of the published contract; nor if it is to be ``fresh``.
    ``since`` is a moment before any input is read; without one no digest is remembered.
    """

    def __init__(
        self, base: Path, contract: Contract, *, since: Moment | None = None, fresh: bool
    ) -> None:
        self._base, self._contract, self._fresh = base, contract, fresh
        self._since = since
        self._pack: Pack | None = None
        self._rows: Mapping[int, Entry] = {}
        self._file: IO[bytes] | None = None
        self._status: Status | None = None
        self._known: dict[tuple[str, int] | str, Mapping[str, Any]] = {}
        self._recalled: list[dict[str, Any]] | None = None
        self._entries: list[dict[str, Any]] = []
        self._published: Mapping[int, str] = {}
        self._text = b""
        self._last: Mapping[str, Any] | None = None
        self.digests = Digests({}, since)
        """Those of the project's files."""

    @property
    def is_warm(self) -> bool:
        """Whether any slice is known."""
        return bool(self._known)

    @property
    def is_unchanged(self) -> bool:
        """Whether the last pack is certainly as a build published it."""
        return bool(self._published)

    def key(self, declaration: Declaration, sources: Iterable[SourceFile]) -> str:
        """The SHA-256 of everything the slice depends on."""
        container = self._contract.written
        origins = (origin for _, _, origin in declaration.origins)
        return hashlib.sha256(
            _text(
                {
                    "tool": __version__,
                    "container": container.version,
                    "type": declaration.type,
                    "format": declaration.format,
                    "codec": declaration.codec,
                    "metadata": dict(declaration.metadata),
                    "inputs": [
                        [source.role, origin.value, source.sha256]
                        for source, origin in zip(sources, origins, strict=True)
                    ],
                }
            )
        ).hexdigest()

    def find(self, key: str, declaration: Declaration, bank: Bank[Any]) -> Kept | None:
        """The slice made from these inputs before, if it is still there, unchanged.

        It has the details and the warnings that were told when it was made. Any thread may ask.
        """
        # The asset's own first: another with the same inputs has its warnings elsewhere.
        entry = self._known.get((key, declaration.registered.asset_id)) or self._known.get(key)
        if entry is None or self._pack is None:
            return None
        try:
            found = self._rows[entry["asset_id"]]
            warnings = self._warnings(entry, declaration)
            bank.explain(entry["details"], found.metadata)
            sha256 = self._published.get(found.asset_id)
            if sha256 is None:
                sha256 = hashlib.sha256(self._pack.read(found)).hexdigest()
        except (KeyError, ValueError, OSError):
            return None
        if (sha256, found.decoded_size) != (entry["payload_sha256"], entry["decoded_size"]):
            return None
        # As texts, for 1, 1.0 and true are equal to Python.
        if _text(found.metadata) != _text(entry["metadata"]):
            return None
        return Kept(entry=found, sha256=sha256, details=entry["details"], warnings=warnings)

    def span(self, kept: Kept, digests: tuple[Digest, ...] = ()) -> Span:
        """The bytes of a slice that was found; ``digests`` are fed with them."""
        assert self._pack is not None, "found in a pack"
        assert self._file is not None, "found in a pack"
        offset = self._pack.payload_offset + kept.entry.offset
        return Span(file=self._file, offset=offset, size=kept.size, digests=digests)

    def require_unchanged(self) -> None:
        """Raise `Refused` when the last pack was changed since it was opened."""
        if self._file is not None and self._status is not None:
            require_unchanged(self._file, self._status, LAST)

    def has_header(self, header: bytes) -> bool:
        """Whether the last pack has this header."""
        return self._pack is not None and self._pack.header_bytes == header

    def digest(self, path: str, status: Status) -> str | None:
        """The SHA-256 of a file that has this status, if that is certain without reading it."""
        return self.digests.of(path, status)

    def output(self, path: str) -> Written | None:
        """What an output holds, if that is certain without reading it."""
        with suppress(Refused, OSError):
            status = Status.of(stat_inside(self._base, path))
            sha256 = self.digests.of(path, status)
            return None if sha256 is None else Written(size=status.size, sha256=sha256)
        return None

    def is_sure_of(self, paths: Iterable[str]) -> bool:
        """Whether the next build may know the digest of each output as it is now."""
        with suppress(Refused, OSError):
            return all(
                self.digests.has(path, Status.of(stat_inside(self._base, path))) for path in paths
            )
        return False

    def last_build(self) -> Mapping[str, Any] | None:
        """What the cache says of the last build, if it says that as its schema wants it."""
        if self._fresh or self._contract is not CURRENT:
            return None
        with suppress(Refused, OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = msgspec.json.decode(self._stored, type=_Brief)
            if found.schema_version == _VERSION and self._accepts([], found.last):
                return found.last
        return None

    def remember_last(self, last: Mapping[str, Any] | None) -> None:
        """Record what `last_build` is to give, if the schema allows it."""
        self._last = last if self._accepts([], last) else None

    @cached_property
    def _stored(self) -> bytes:
        """What the last build wrote, or anybody else. Raises `Refused`, `OSError`."""
        limit = self._contract.limits.index_document_bytes
        return read_inside(self._base, CACHE, limit=limit, what="a cache")

    def remember_outputs(self, found: Iterable[tuple[str, Status, str]], lock: Lock) -> None:
        """Record the outputs that were published just now: (path, status, SHA-256)."""
        outputs = list(found)
        latest = max((status for _, status, _ in outputs), key=lambda s: s.changed, default=None)
        after = None if latest is None else lock.moment_after(latest)
        for path, status, sha256 in outputs:
            if after is not None:
                self.digests.remember(path, status, sha256, since=after)

    def remember(self, made: Iterable[Made]) -> None:
        """Record the slices of the pack being built, but those whose warnings cannot be repeated.

        Those that were kept have been repeated just now.
        """
        entries = [(_entry(each), each) for each in made]
        told = [entry for entry, each in entries if each.warnings and not each.is_kept]
        every = self._accepts(told)  # Many at once cost little more than one.

        def is_repeated(entry: dict[str, Any], each: Made) -> bool:
            if each.is_kept or not each.warnings:
                return True
            with suppress(ValueError):
                return (every or self._accepts([entry])) and (
                    self._warnings(entry, each.declaration) == each.warnings
                )
            return False

        self._entries += (entry for entry, each in entries if is_repeated(entry, each))

    def _accepts(
        self, entries: list[dict[str, Any]], last: Mapping[str, Any] | None = None
    ) -> bool:
        return self._contract.documents.accepts(_KEY, _document(entries, {}, {}, last))

    def _warnings(
        self, entry: Mapping[str, Any], declaration: Declaration
    ) -> tuple[Diagnostic, ...]:
        bank = self._contract.written.bank_of_format(declaration.format)
        assert bank is not None, "it was declared"
        return kept.read(entry["warnings"], declaration, bank)

    def save(self) -> None:
        """Write what was remembered. What fails is left: the next build is only slower."""
        if self._contract is not CURRENT:
            return
        value = _document(self._entries, self.digests.remembered, self.digests.texts, self._last)
        staging = self._base / WORKSPACE.staging
        with suppress(OSError, UnicodeEncodeError):
            text = _text(value)
            if len(text) > self._contract.limits.index_document_bytes:
                text = _text({**value, "documents": {}})
            if text != self._text:
                # Not synced: what a loss of power leaves of it is an empty cache.
                with files.waiting(staging, text, sync=False) as part:
                    files.replace(part, self._base / CACHE, sync=False)

    def recalled(self) -> Digests:
        """What the last build remembered of files; it is read once."""
        if self._recalled is None:
            self._recalled = self._recall()
        return self.digests

    def _recall(self) -> list[dict[str, Any]]:
        """The entries that the last build left, and in ``digests`` what it remembered."""
        if self._fresh or self._contract is not CURRENT:
            return []  # A key says nothing about definitions that no release has.
        # A plain parser will do: whatever it lets pass, no slice is taken without its digest.
        with suppress(Refused, OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            text = self._stored
            if values(text) > self._contract.limits.document_values:
                return []
            value = msgspec.json.decode(text)
            if isinstance(value, dict) and self._contract.documents.accepts(_KEY, value):
                self._text = text
                self.digests = Digests(value["files"], self._since, value["documents"])
                entries: list[dict[str, Any]] = value["entries"]
                return entries
        return []

    def __enter__(self) -> Self:
        self.recalled()
        with suppress(Refused, OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if self._recalled:
                self._open(self._recalled)
        return self

    def _open(self, entries: list[dict[str, Any]]) -> None:
        """Open the last pack, where the slices of these entries are. Raises `Refused`."""
        file = open_inside(self._base, LAST)
        self._status = Status.of(os.fstat(file.fileno()))
        self._pack, self._file = of(disk_source(file, LAST)), file
        with uncollected():
            self._rows = {row.asset_id: row for row in self._pack}
        if self.digests.of(LAST, self._status) is not None:
            with suppress(Refused, OSError):
                self._published = self._slices_published()
        self._known = {entry["key"]: entry for entry in entries}
        self._known |= {(entry["key"], entry["asset_id"]): entry for entry in entries}

    def _slices_published(self) -> dict[int, str]:
        """Asset id to digest, from the companion for tools if it is as a build published it."""
        path, limit = _COMPANION, self._contract.limits.index_document_bytes
        data, status = read_stated(self._base, path, limit=limit, what="a companion")
        if self.digests.of(path, status) is None:
            return {}
        rows = msgspec.json.decode(data, type=_Companion).assets
        return {row.asset_id: row.payload_sha256 for row in rows}

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pack is not None:
            self._pack.close()
        if self._file is not None:
            self._file.close()


_text: Final = msgspec.json.Encoder(order="sorted").encode


def _entry(made: Made) -> dict[str, Any]:
    planned = made.planned
    return {
        "key": made.key,
        "asset_id": planned.asset_id,
        "payload_sha256": planned.payload_sha256,
        "decoded_size": planned.decoded_size,
        "metadata": dict(planned.metadata),
        "details": dict(planned.details),
        "warnings": kept.written(made.warnings),
    }


def _document(
    entries: list[dict[str, Any]],
    files: Mapping[str, str],
    documents: Mapping[str, str],
    last: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    value = {
        "schema_version": _VERSION,
        "entries": entries,
        "files": files,
        "documents": documents,
    }
    return value if last is None else {**value, "last": last}
