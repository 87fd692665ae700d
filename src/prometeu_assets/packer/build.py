"""A build, one straight line: registry and declarations, gate, slices, plan, staging, promotion.

Clauses: ``spec/workspace.md``, ``spec/security-and-trust.md#publication``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from prometeu_assets.contract.companions import METADATA, PACK, mirrors
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.packer.cache import Cache
from prometeu_assets.packer.check import stale
from prometeu_assets.packer.companions import metadata
from prometeu_assets.packer.gate import Banked, gate, preloaded, unlisted, unregistered
from prometeu_assets.packer.plan import Plan, plan, slots
from prometeu_assets.packer.pool import default_jobs
from prometeu_assets.packer.slices import Slices, encode_all
from prometeu_assets.reader.pack import validate
from prometeu_assets.result import Result
from prometeu_assets.storage.transaction import (
    BUILD,
    WORKSPACE,
    Tell,
    Transaction,
    refuse_unfinished,
    unheard,
    writing,
)
from prometeu_assets.viewpoint import StrPath, at_project
from prometeu_assets.workspace.registry import Registry, require

_MEMORY: Final = 64 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


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
class BuildResult(Result):
    """What a build published: output paths by file name, warnings, figures."""

    outputs: dict[str, Path]
    report: Report
    statistics: Statistics

    document = "build-result"

    @property
    def members(self) -> dict[str, Any]:
        """The members of ``schemas/build-result/``."""
        return {
            "outputs": {name: path.as_posix() for name, path in self.outputs.items()},
            "statistics": asdict(self.statistics),
            "report": self.report.as_json(),
        }


def build(
    project: StrPath | None = None,
    *,
    fresh: bool = False,
    jobs: int | None = None,
    contract: Contract = CURRENT,
    progress: Progress = silent,
    tell: Tell = unheard,
) -> BuildResult:
    """Build the pack of a project and publish it with its companions in ``build/``.

    Without ``project``, the one around the current directory.
    ``fresh`` takes no slice from the last build: what is published then comes from the sources
    alone. ``jobs`` large assets are encoded at once (None: as many as there are processors, at
    most a few); no byte depends on it.
    Raises `InvalidWorkspace` with every fault of the gate that failed, and `OSError` when the
    environment fails; the outputs of the build before are untouched then, or all put back. When
    that fails as well, readers are refused until the next build has completed the new ones.
    The report also says what was completed for an earlier command that was interrupted; ``tell``
    is told of it where there is no report.
    """
    with at_project(project) as (base, view):
        told: list[Diagnostic] = []
        try:
            require(base)
            with writing(base, told.extend):
                start = _Start.of(base, contract)
                cache = Cache(base, contract, fresh=fresh)
                done = _published(start, cache, jobs or default_jobs(), progress, told)
                return replace(done, report=done.report.seen_from(view))
        except Refused as refused:
            raise InvalidWorkspace(report=Report.of(told) + refused.report) from None
        except BaseException:
            if told:
                tell(Report.of(told).seen_from(view))
            raise


def check(
    project: StrPath | None = None,
    *,
    jobs: int | None = None,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> Report:
    """Whether the outputs in ``build/`` are what a build would make; nothing of them is written.

    Every asset is encoded from its sources: nothing is taken from the last build.
    The report has an ``OUTPUT_STALE`` for each that is not, after the warnings of the build.
    Raises `InvalidWorkspace` when the project cannot be built, `OSError`.
    """
    with at_project(project) as (base, view):
        try:
            require(base)
            for area in (WORKSPACE, BUILD):
                refuse_unfinished(base / area.staging)
            start = _Start.of(base, contract)
            with SpooledTemporaryFile(max_size=_MEMORY) as region:
                cache = Cache(base, contract, fresh=True)
                made = _Outputs.of(start, cache, region, jobs or default_jobs(), progress)
                found = [*made.warnings, *stale(base, made.plan, made.files, contract)]
                return Report.of(found).seen_from(view)
        except Refused as refused:
            raise InvalidWorkspace(report=refused.report) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """A project that passed the gate."""

    base: Path
    contract: Contract
    banked: list[Banked]
    slot_of: Mapping[int, int]
    warnings: tuple[Diagnostic, ...]

    @classmethod
    def of(cls, base: Path, contract: Contract) -> _Start:
        registry = Registry.load(base, contract)
        warnings = [*registry.warnings, *unregistered(base, registry)]
        banked = gate(base, registry, contract)
        warnings += unlisted(base, banked)
        slot_of = slots((preloaded(d, bank) for d, bank in banked if d.preload), contract)
        for declaration, _ in banked:
            warnings += declaration.warnings
        return cls(
            base=base,
            contract=contract,
            banked=banked,
            slot_of=slot_of,
            warnings=tuple(warnings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outputs:
    """Every output as bytes; those of the pack's payload lie in ``region``."""

    plan: Plan
    slices: Slices
    region: IO[bytes]
    companions: Mapping[str, bytes]
    warnings: tuple[Diagnostic, ...]
    size: int
    sha256: str

    @classmethod
    def of(
        cls, start: _Start, cache: Cache, region: IO[bytes], jobs: int, progress: Progress
    ) -> _Outputs:
        contract = start.contract
        # The cache lets go of the old pack before the new one takes its place.
        with cache:
            slices = encode_all(start.base, start.banked, cache, region, contract, jobs, progress)
        planned = plan(slices.assets, start.slot_of, contract)
        digest, size = hashlib.sha256(), 0
        for chunk in _pack(planned, region):
            digest.update(chunk)
            size += len(chunk)
        companions = mirrors(planned.header)
        companions[METADATA] = metadata(planned, size, digest.hexdigest(), contract)
        return cls(
            plan=planned,
            slices=slices,
            region=region,
            companions=companions,
            warnings=(*start.warnings, *slices.warnings),
            size=size,
            sha256=digest.hexdigest(),
        )

    def files(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """The name of each output and its bytes, in the order in which they are published."""
        yield from ((name, [text]) for name, text in self.companions.items())
        yield PACK, _pack(self.plan, self.region)


def _published(
    start: _Start, cache: Cache, jobs: int, progress: Progress, told: list[Diagnostic]
) -> BuildResult:
    base, contract = start.base, start.contract
    outputs: dict[str, Path] = {}
    with Transaction(base, BUILD) as transaction:
        told.extend(transaction.recovery.report)
        with SpooledTemporaryFile(max_size=_MEMORY, dir=str(transaction.folder)) as region:
            made = _Outputs.of(start, cache, region, jobs, progress)
            for name, chunks in made.files():
                transaction.stage(f"{BUILD.directory}/{name}", chunks)
                outputs[name] = base / BUILD.directory / name
        _reread(transaction.staged(f"{BUILD.directory}/{PACK}"), contract)
        transaction.commit()
        cache.save()
    return BuildResult(
        outputs=outputs,
        report=Report.of([*told, *made.warnings]),
        statistics=Statistics(
            assets=len(made.slices.assets),
            reused=made.slices.reused,
            header_size=len(made.plan.header_bytes),
            pack_size=made.size,
            pack_sha256=made.sha256,
        ),
    )


def _pack(planned: Plan, region: IO[bytes]) -> Iterator[bytes]:
    """The bytes of the pack: prelude, header, padding, then the payload region."""
    yield planned.lead
    region.seek(0)
    while chunk := region.read(_CHUNK):
        yield chunk


def _reread(staged: Path, contract: Contract) -> None:
    """Read the staged pack as anyone else would. Raises `InvalidWorkspace` if it is not valid."""
    report = validate(staged, profile="writer", contract=contract)
    if not report.ok:
        codes = ", ".join(report.codes)
        raise InvalidWorkspace(
            Diagnostic(code="OUTPUT_INVALID", data={"codes": codes}),
            *(d.at(file=f"{BUILD.directory}/{PACK}") for d in report),
        )
