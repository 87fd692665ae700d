"""Every asset of a build: its slice encoded, found in the last pack, or one of its files as it is.

Clauses: ``spec/contract/1/container.md#payload`` for the placement, ``spec/workspace.md#cache``.
First each slice gets its place, so that the header can be written before the payload. Then the
payload is written once, and the digests are taken of what is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from prometeu_assets.contract.bank import PAYLOAD, Bank, Input, SourceFile
from prometeu_assets.contract.plain import uncollected
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report
from prometeu_assets.packer.cache import Cache, Kept, Made
from prometeu_assets.packer.copied import Copied, copied
from prometeu_assets.packer.encode import AssetSources, encode
from prometeu_assets.packer.gate import Banked, refuse
from prometeu_assets.packer.last import LAST
from prometeu_assets.packer.plan import Planned, place, within
from prometeu_assets.packer.pool import Pending, in_order, now, taken
from prometeu_assets.packer.sources import read_inputs, unread_inputs, weight
from prometeu_assets.packer.workers import Sent, Unit, accepted
from prometeu_assets.storage.files import Chunk, Span
from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.paths import changed
from prometeu_assets.workspace.declarations import Declaration

_HEAVY: Final = 256 * 1024
"""Bytes of input from which a thread of its own, or a journey to a worker, is worth it."""

_TOGETHER: Final = 20
"""Small assets that go to a worker at once."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What an asset's slice is, and the files it is made of.

    Both the digest of a file that is copied, and ``key``, may be unknown: empty.
    """

    declaration: Declaration
    bank: Bank[Any]
    sources: tuple[SourceFile, ...]
    key: str
    made: Slice | Copied | Kept

    def found(self) -> _Found:
        """The same: nothing is left to encode."""
        return self


@dataclass(frozen=True, kw_only=True, eq=False)
class Slices:
    """The slices of a build in table order, each in its place.

    ``region`` gives the temporary file of those that were encoded.
    """

    contract: Contract
    cache: Cache
    region: Callable[[], IO[bytes]]
    assets: list[Planned] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    _found: list[_Found] = field(default_factory=list)
    _encoded: list[int] = field(default_factory=list)
    """Where in the region each slice begins; for others where the next one will."""

    @property
    def reused(self) -> int:
        """How many slices are those of the last pack."""
        return sum(isinstance(each.made, Kept) for each in self._found)

    @property
    def are_published(self) -> bool:
        """Whether each slice is unchanged since the last pack: same asset, same bytes."""
        return self.cache.is_unchanged and all(
            isinstance(each.made, Kept) and each.made.entry.asset_id == asset.asset_id
            for each, asset in zip(self._found, self.assets, strict=True)
        )

    def add(self, found: _Found) -> None:
        """Give the next slice its place. Raises `Refused` (``PACK_LIMIT``), `OSError`."""
        made, last = found.made, self.assets[-1] if self.assets else None
        offset = place(last.offset + last.size if last else 0, self.contract)
        # Before the disk is full; `plan` also counts the bytes before the payload.
        within("bytes", offset + made.size, self.contract.limits.file_bytes)
        self.warnings.extend(made.warnings)
        self.assets.append(_planned(found, offset))
        at = 0
        if isinstance(made, Slice):
            at = self.region().tell()
            self.region().write(made.payload)
            found = replace(found, made=replace(made, payload=b""))
        self._encoded.append(at)
        self._found.append(found)

    def chunks(self) -> Iterator[Chunk]:
        """The payload region, once. Each of ``assets`` has its digest when the next is taken.

        Raises `Refused` when a file changes before it is written, `OSError`.
        """
        end = 0
        for _, numbers in groupby(range(len(self.assets)), self._shift):
            number, *others = numbers
            asset, last = self.assets[number], self.assets[others[-1] if others else number]
            yield bytes(asset.offset - end)
            end = last.offset + last.size
            digest = hashlib.sha256()
            found = self._found[number]
            match found.made:
                case Kept() as made if self.cache.is_unchanged:
                    yield replace(self.cache.span(made), size=end - asset.offset)
                case Kept() as made:
                    yield self.cache.span(made, (digest,))
                    if digest.hexdigest() != made.sha256:
                        raise changed(LAST)
                case Copied() as made:
                    with made.opened() as file:
                        yield Span(file=file, offset=0, size=made.size, digests=(digest,))
                    self.cache.digests.remember(made.name, made.status, digest.hexdigest())
                    sources = (made.source(digest.hexdigest()),)
                    key = self.cache.key(found.declaration, sources)
                    found = self._found[number] = replace(found, sources=sources, key=key)
                    self.assets[number] = _planned(found, asset.offset, digest.hexdigest())
                case Slice():
                    at = self._encoded[number]
                    yield Span(file=self.region(), offset=at, size=asset.size, digests=(digest,))
                    self.assets[number] = replace(asset, payload_sha256=digest.hexdigest())
        self.cache.require_unchanged()

    def _shift(self, number: int) -> object:
        """How far a slice of the last pack moves; equal only for those that are copied together.

        Slices that move as far as the one before have only the padding between them that a build
        published. What else is written, and what is not certainly as published, is alone.
        """
        made = self._found[number].made
        if isinstance(made, Kept) and self.cache.is_unchanged:
            return self.assets[number].offset - made.entry.offset
        return (number,)

    def remember(self) -> None:
        """Let the cache know every slice, for the next build."""
        with uncollected():
            self.cache.remember(
                Made(
                    key=found.key,
                    planned=asset,
                    warnings=found.made.warnings,
                    declaration=found.declaration,
                    is_kept=isinstance(found.made, Kept),
                )
                for found, asset in zip(self._found, self.assets, strict=True)
            )


def find_all(
    base: Path,
    banked: list[Banked],
    slices: Slices,
    survey: Survey,
    jobs: int,
    progress: Progress,
    executor: Executor | None = None,
) -> None:
    """Find or encode the slice of every asset, ``jobs`` at once, and give each its place.

    ``executor`` encodes them elsewhere. Neither a byte nor a diagnostic depends on either.
    Raises `Refused` with the faults of all assets, `OSError`.
    """

    def begun(item: Banked) -> _Found | _Unmade:
        return _begun(base, item, slices, survey)

    def whole(item: Banked) -> _Found | Report:
        return _reported(lambda: begun(item).found())

    def is_heavy(item: Banked) -> bool:
        (declaration, bank), digested = item, slices.cache.is_warm
        # A raw payload is only copied, and later, unless its digest is asked for.
        encoded = PAYLOAD not in declaration.inputs or bank.judges_raw
        return (encoded or digested) and weight(declaration, survey) >= _HEAVY

    faults: list[Report] = []
    if executor is None:
        results = in_order(whole, banked, jobs, heavy=is_heavy)
    else:
        results = _elsewhere(executor, begun, _groups(banked, survey), jobs)
    with closing(results):
        for number, (declaration, _) in enumerate(banked):
            progress(number, len(banked), declaration.name)
            result = next(results)
            if isinstance(result, Report):
                faults.append(result)
            elif not faults:
                slices.add(result)
    progress(len(banked), len(banked), "")
    refuse(faults)


def _reported(call: Callable[[], T]) -> T | Report:
    try:
        return call()
    except Refused as refused:
        return refused.report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unmade:
    """An asset whose files are read and whose slice is to be encoded."""

    sources: AssetSources
    key: str

    @property
    def unit(self) -> Unit:
        """The asset for a worker."""
        declaration = replace(self.sources.declaration, warnings=())
        return Unit(key=self.key, declaration=declaration, inputs=tuple(self.sources.inputs))

    def found(self, made: Slice | None = None) -> _Found:
        """The asset with its slice: ``made``, or the one that is encoded now."""
        return _Found(
            declaration=self.sources.declaration,
            bank=self.sources.bank,
            sources=tuple(item.source for item in self.sources.inputs),
            key=self.key,
            made=encode(self.sources) if made is None else made,
        )


def _elsewhere(
    executor: Executor,
    begun: Callable[[Banked], _Found | _Unmade],
    groups: Iterable[list[Banked]],
    jobs: int,
) -> Generator[_Found | Report, None, None]:
    """The slice of each asset, or its faults; an executor has at most ``jobs`` groups at once."""
    with closing(taken(partial(_sent, executor, begun), groups, jobs)) as batches:
        for batch in batches:
            yield from batch


def _groups(banked: Iterable[Banked], survey: Survey) -> Iterator[list[Banked]]:
    """Assets that go to a worker together: what it costs to send a group is paid once."""
    group: list[Banked] = []
    total = 0
    for item in banked:
        size = weight(item[0], survey)
        if group and (len(group) == _TOGETHER or total + size > _HEAVY):
            yield group
            group, total = [], 0
        group.append(item)
        total += size
    if group:
        yield group


def _sent(
    executor: Executor, begun: Callable[[Banked], _Found | _Unmade], group: list[Banked]
) -> Pending[list[_Found | Report]]:
    """Assets that are found here, and those that the executor encodes."""
    there = [_reported(partial(begun, item)) for item in group]
    units = [each.unit for each in there if isinstance(each, _Unmade)]
    if not units:
        return now(lambda _: [each for each in there if not isinstance(each, _Unmade)], None)
    return _Batch(there=there, sent=Sent.to(executor, units))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Assets of which an executor encodes some."""

    there: list[_Found | _Unmade | Report]
    sent: Sent

    def done(self) -> bool:
        return self.sent.future.done()

    def cancel(self) -> bool:
        return self.sent.future.cancel()

    def result(self) -> list[_Found | Report]:
        answers = iter(zip(self.sent.units, self.sent.answers(), strict=True))

        def made(each: _Unmade) -> _Found:
            return each.found(accepted(*next(answers)))

        return [
            _reported(partial(made, each)) if isinstance(each, _Unmade) else each
            for each in self.there
        ]


def _begun(base: Path, item: Banked, slices: Slices, survey: Survey) -> _Found | _Unmade:
    """One asset; its files are read as far as that is needed. Raises `Refused`, `OSError`."""
    (declaration, bank), contract, cache = item, slices.contract, slices.cache

    def read() -> list[Input]:
        return list(read_inputs(base, declaration, bank, contract, digests=cache.digests))

    def found(files: Sequence[SourceFile], key: str, made: Copied | Kept) -> _Found:
        return _Found(declaration=declaration, bank=bank, sources=tuple(files), key=key, made=made)

    def again(files: Sequence[SourceFile]) -> _Found | None:
        key = cache.key(declaration, files)
        kept = cache.find(key, declaration, bank)
        return None if kept is None else found(files, key, kept)

    inputs: list[Input] = []
    known = unread_inputs(base, declaration, cache.digests, survey)
    if known is not None and (there := again(known)) is not None:
        return there
    whole = copied(base, declaration, bank, contract, survey)
    if known is None:
        if whole is None:
            inputs = read()
            known = [item.source for item in inputs]
        elif cache.is_warm:
            known = [whole.source(whole.digest(cache.digests))]
        if cache.is_warm and known is not None and (there := again(known)) is not None:
            return there
    if whole is not None:
        return found([whole.source("")], "", whole)
    inputs = inputs or read()
    key = cache.key(declaration, [item.source for item in inputs])
    sources = AssetSources(declaration=declaration, bank=bank, inputs=inputs, contract=contract)
    return _Unmade(sources=sources, key=key)


def _planned(found: _Found, offset: int, sha256: str = "") -> Planned:
    """An asset at its place; the digest of its slice is known only when that is written."""
    declaration, row = found.declaration, found.declaration.registered
    origin = {
        "asset_uuid": row.asset_uuid,
        "root": row.root,
        "sources": [source.members for source in found.sources],
        **({} if declaration.pipeline is None else {"pipeline": declaration.pipeline}),
    }
    return Planned(
        asset_id=row.asset_id,
        asset_name=declaration.name,
        bank_type=found.bank.bank_type,
        format=found.bank.format,
        codec=declaration.codec,
        offset=offset,
        size=found.made.size,
        decoded_size=found.made.decoded_size,
        metadata=found.made.metadata,
        payload_sha256=sha256 or (found.made.sha256 if isinstance(found.made, Kept) else ""),
        details=found.made.details,
        origin=origin,
    )
