"""A build, one straight line: registry and declarations, gate, slices, plan, staging, promotion.

Clauses: ``spec/workspace.md``, ``spec/security-and-trust.md#publication``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from prometeu_assets.contract import CURRENT, Contract
from prometeu_assets.contract.banks import Bank
from prometeu_assets.contract.companions import METADATA, PACK, mirrors
from prometeu_assets.diagnostics import Diagnostic, Refused, Report
from prometeu_assets.packer.cache import Cache
from prometeu_assets.packer.companions import metadata
from prometeu_assets.packer.encode import Slice, bank_of, encode
from prometeu_assets.packer.plan import Plan, Planned, place, plan, slots, within
from prometeu_assets.packer.sources import Input, read_inputs
from prometeu_assets.reader.pack import validate
from prometeu_assets.storage.paths import find_roots
from prometeu_assets.storage.transaction import BUILD, WORKSPACE, Lock, Transaction, recover
from prometeu_assets.workspace.declarations import Declaration, load
from prometeu_assets.workspace.registry import ASSETS, Registry, require

_MEMORY: Final = 64 * 1024 * 1024
_CHUNK: Final = 1024 * 1024

Progress = Callable[[int, int, str], None]
"""Called with (assets done, assets in all, name of the next)."""


class InvalidWorkspace(Refused):
    """The workspace cannot be built; ``report`` says why. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Figures of one build: assets in the pack, slices taken from the cache, sizes in bytes."""

    assets: int
    reused: int
    header_size: int
    pack_size: int
    pack_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build published: output paths by file name, warnings, figures."""

    outputs: dict[str, Path]
    report: Report
    statistics: Statistics


def build(
    project: str | os.PathLike[str],
    *,
    contract: Contract = CURRENT,
    progress: Progress = lambda done, total, name: None,
) -> BuildResult:
    """Build the pack of a project and publish it with its companions in ``build/``.

    Raises `InvalidWorkspace` with every fault of the gate that failed, and `OSError` when the
    environment fails; in both cases the outputs of the build before are untouched.
    """
    base = Path(project)
    try:
        require(base)
        with Lock(base):
            recover(base, WORKSPACE)
            registry = Registry.load(base, contract)
            return _locked(base, registry, contract, progress)
    except InvalidWorkspace:
        raise
    except Refused as refused:
        raise InvalidWorkspace(report=refused.report) from None


def _locked(base: Path, registry: Registry, contract: Contract, progress: Progress) -> BuildResult:
    warnings = [*registry.warnings, *_unregistered(base, registry)]
    banked = _gate(base, registry, contract)
    slot_of = slots(((d, bank.bank_type) for d, bank in banked), contract)
    for declaration, _ in banked:
        warnings += declaration.warnings
    cache = Cache(base, contract)
    with Transaction(base, BUILD) as transaction:
        with SpooledTemporaryFile(max_size=_MEMORY, dir=str(base / BUILD.staging)) as region:
            # The cache lets go of the old pack before the new one takes its place.
            with cache:
                assets = _slices(base, banked, cache, region, warnings, contract, progress)
            planned = plan(assets, slot_of, contract)
            digest, size = _digest(planned, region)
            shape = contract.shape(contract.written)
            files = {
                **{n: [text] for n, text in mirrors(planned.header, shape.names).items()},
                METADATA: [metadata(planned, size, digest, contract)],
                PACK: _pack(planned, region),
            }
            for name, chunks in files.items():
                transaction.stage(f"{BUILD.directory}/{name}", chunks)
        _reread(transaction.staged(f"{BUILD.directory}/{PACK}"), contract)
        transaction.commit()
        cache.save()
    return BuildResult(
        outputs={name: base / BUILD.directory / name for name in files},
        report=Report.of(warnings),
        statistics=Statistics(
            assets=len(assets),
            reused=cache.reused,
            header_size=len(planned.header_bytes),
            pack_size=size,
            pack_sha256=digest,
        ),
    )


def _unregistered(base: Path, registry: Registry) -> Iterator[Diagnostic]:
    known = {row.root for row in registry.assets}
    for root in find_roots(base / ASSETS):
        if root not in known:
            yield Diagnostic(
                code="ROOT_UNREGISTERED", data={"root": root}, file=f"{ASSETS}/{root}/asset.json"
            )


def _gate(base: Path, registry: Registry, contract: Contract) -> list[tuple[Declaration, Bank]]:
    """The declarations of the build set, by increasing id, each with its bank.

    Raises `InvalidWorkspace` with every fault in all of them.
    """
    report = Report()
    found: list[tuple[Declaration, Bank]] = []
    for row in registry.assets:
        if not row.included_in_build:
            continue
        try:
            declaration = load(base, row, contract)
            found.append((declaration, bank_of(declaration, contract)))
        except Refused as refused:
            report += refused.report
    report += Report.of(_name_faults([declaration for declaration, _ in found]))
    report += Report.of(_nesting_faults(registry))
    if not report.ok:
        raise InvalidWorkspace(report=report)
    return found


def _name_faults(declarations: list[Declaration]) -> Iterator[Diagnostic]:
    first: dict[str, Declaration] = {}
    for declaration in declarations:
        other = first.setdefault(declaration.name, declaration)
        if other is not declaration:
            data = {"name": declaration.name, "other": other.file}
            yield declaration.fault("ASSET_NAME", "/name", **data)


def _nesting_faults(registry: Registry) -> Iterator[Diagnostic]:
    roots = {row.root for row in registry.assets}
    for row in registry.assets:
        parts = row.root.split("/")
        for depth in range(1, len(parts)):
            outer = "/".join(parts[:depth])
            if outer in roots:
                yield Diagnostic(
                    code="ROOT_NESTED",
                    data={"root": row.root, "outer": outer},
                    file=row.anchor,
                    asset=row.ref,
                )


def _slices(
    base: Path,
    banked: list[tuple[Declaration, Bank]],
    cache: Cache,
    region: IO[bytes],
    warnings: list[Diagnostic],
    contract: Contract,
    progress: Progress,
) -> tuple[Planned, ...]:
    """Encode every asset into the payload region, in table order.

    Raises `InvalidWorkspace` with the faults of all assets.
    """
    report = Report()
    planned: list[Planned] = []
    end = 0
    for done, (declaration, bank) in enumerate(banked):
        progress(done, len(banked), declaration.name)
        try:
            inputs = list(read_inputs(base, declaration, contract))
            key = cache.key(declaration, inputs)
            made = cache.find(key)
            if made is None:
                made = encode(declaration, bank, inputs, contract)
        except Refused as refused:
            report += refused.report
            continue
        if not report.ok:
            continue
        warnings += made.warnings
        offset = place(end, contract)
        region.write(bytes(offset - end))
        region.write(made.payload)
        end = offset + len(made.payload)
        # Before the disk is full; `plan` counts what stands before the payload as well.
        within("bytes", end, contract.limits.file_bytes)
        planned.append(_planned(declaration, bank, offset, made, inputs))
        cache.remember(key, planned[-1], made)
    progress(len(banked), len(banked), "")
    if not report.ok:
        raise InvalidWorkspace(report=report)
    return tuple(planned)


def _planned(
    declaration: Declaration, bank: Bank, offset: int, made: Slice, inputs: list[Input]
) -> Planned:
    return Planned(
        declaration=declaration,
        bank_type=bank.bank_type,
        offset=offset,
        size=len(made.payload),
        decoded_size=made.decoded_size,
        metadata=made.metadata,
        payload_sha256=hashlib.sha256(made.payload).hexdigest(),
        sources=tuple(item.source for item in inputs),
    )


def _pack(planned: Plan, region: IO[bytes]) -> Iterator[bytes]:
    """The bytes of the pack: prelude, header, padding, then the payload region."""
    yield planned.lead
    region.seek(0)
    while chunk := region.read(_CHUNK):
        yield chunk


def _digest(planned: Plan, region: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and size in bytes of the pack."""
    digest, size = hashlib.sha256(), 0
    for chunk in _pack(planned, region):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _reread(staged: Path, contract: Contract) -> None:
    """Read the staged pack as anyone else would. Raises `InvalidWorkspace` if it is not valid."""
    report = validate(staged, profile="writer", contract=contract)
    if not report.ok:
        codes = ", ".join(report.codes)
        raise InvalidWorkspace(
            Diagnostic(code="OUTPUT_INVALID", data={"codes": codes}),
            *(d.at(file=f"{BUILD.directory}/{PACK}") for d in report),
        )
