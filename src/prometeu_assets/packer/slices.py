"""Every asset of a build, encoded or taken from the cache, into one payload region.

Clauses: ``spec/contract/1/container.md#payload`` for the placement, ``spec/workspace.md#cache``.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from prometeu_assets.contract.bank import Bank, SourceFile
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report
from prometeu_assets.packer.cache import Cache
from prometeu_assets.packer.encode import AssetSources, encode
from prometeu_assets.packer.gate import Banked, refuse
from prometeu_assets.packer.plan import Planned, place, within
from prometeu_assets.packer.pool import in_order
from prometeu_assets.packer.sources import read_inputs, weight
from prometeu_assets.workspace.declarations import Declaration

_HEAVY: Final = 256 * 1024
"""Bytes of input from which a thread of its own is worth it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """What became of the assets: in table order, with the warnings, and how many were reused."""

    assets: tuple[Planned, ...]
    warnings: tuple[Diagnostic, ...]
    reused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encoded:
    declaration: Declaration
    bank: Bank[Any]
    sources: tuple[SourceFile, ...]
    key: str
    made: Slice
    reused: bool


def encode_all(
    base: Path,
    banked: list[Banked],
    cache: Cache,
    region: IO[bytes],
    contract: Contract,
    jobs: int,
    progress: Progress,
) -> Slices:
    """Encode every asset into the payload region, in table order, ``jobs`` at once.

    Neither a byte nor a diagnostic depends on ``jobs``.
    Raises `Refused` with the faults of all assets, `OSError`.
    """

    def work(item: Banked) -> _Encoded | Report:
        declaration, bank = item
        try:
            inputs = list(read_inputs(base, declaration, bank, contract))
            key = cache.key(declaration, inputs)
            found = cache.find(key, declaration, bank)
            sources = AssetSources(
                declaration=declaration, bank=bank, inputs=inputs, contract=contract
            )
            made = encode(sources) if found is None else found
            # Computed here rather than by whoever asks first: hashing lets other threads run.
            _ = made.sha256
        except Refused as refused:
            return refused.report
        return _Encoded(
            declaration=declaration,
            bank=bank,
            sources=tuple(item.source for item in inputs),
            key=key,
            made=made,
            reused=found is not None,
        )

    faults: list[Report] = []
    planned: list[Planned] = []
    warnings: list[Diagnostic] = []
    end = reused = 0
    results = in_order(work, banked, jobs, heavy=lambda item: weight(base, item[0]) >= _HEAVY)
    with closing(results):
        for number, (declaration, _) in enumerate(banked):
            progress(number, len(banked), declaration.name)
            result = next(results)
            if isinstance(result, Report):
                faults.append(result)
                continue
            if faults:
                continue
            made = result.made
            warnings += made.warnings
            offset = place(end, contract)
            region.write(bytes(offset - end))
            region.write(made.payload)
            end = offset + len(made.payload)
            # Before the disk is full; `plan` counts what stands before the payload as well.
            within("bytes", end, contract.limits.file_bytes)
            planned.append(_planned(result, offset))
            cache.remember(result.key, planned[-1], made, declaration)
            reused += result.reused
    progress(len(banked), len(banked), "")
    refuse(faults)
    return Slices(assets=tuple(planned), warnings=tuple(warnings), reused=reused)


def _planned(done: _Encoded, offset: int) -> Planned:
    declaration = done.declaration
    row = declaration.registered
    origin = {
        "asset_uuid": row.asset_uuid,
        "root": row.root,
        "sources": [source.members for source in done.sources],
        **({} if declaration.pipeline is None else {"pipeline": declaration.pipeline}),
    }
    ref = row.asset_id, declaration.name
    return Planned.of(ref, done.bank, done.made, offset, codec=declaration.codec, origin=origin)
