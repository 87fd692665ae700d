"""A build, one straight line: registry and declarations, gate, slices, plan, staging, promotion.

Clauses: ``spec/workspace.md``, ``spec/security-and-trust.md#publication``.
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from functools import cache as once
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import Any, Final

from prometeu_assets.contract.companions import METADATA, MIRRORS, PACK
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.plain import uncollected
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.packer.cache import Cache
from prometeu_assets.packer.check import stale
from prometeu_assets.packer.outputs import Outputs, Start, output
from prometeu_assets.packer.pool import default_jobs
from prometeu_assets.packer.unchanged import State, report_of, written
from prometeu_assets.reader.pack import validate
from prometeu_assets.result import Result
from prometeu_assets.storage.files import measured
from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.paths import folders_kept, stat_inside
from prometeu_assets.storage.status import Status
from prometeu_assets.storage.transaction import (
    BUILD,
    WORKSPACE,
    Lock,
    Tell,
    Transaction,
    recover,
    refuse_unfinished,
    writing,
)
from prometeu_assets.viewpoint import StrPath, at_project, require
from prometeu_assets.workspace.registry import ASSETS

_OUTPUTS: Final = (*MIRRORS, METADATA, PACK)
_MEMORY: Final = 64 * 1024 * 1024
"""Bytes of encoded slices that a check keeps off the disk."""


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
    executor: Executor | None = None,
    contract: Contract = CURRENT,
    progress: Progress = silent,
    tell: Tell = silent,
) -> BuildResult:
    """Build the pack of a project and publish it with its companions in ``build/``.

    Without ``project``, the one around the current directory.
    ``fresh`` takes no slice from the last build: what is published then comes from the sources
    alone. ``jobs`` large assets are encoded at once (None: as many as there are processors, at
    most a few); no byte depends on it.
    ``executor`` encodes them instead, in processes or on other machines: any of
    `concurrent.futures`, of which ``jobs`` is then the number of assets that it has at once. It
    stays open. Its answers are judged, but a wrong picture of the right size cannot be told: see
    ``spec/security-and-trust.md#workers``.
    Raises `ValueError` for an executor with another contract than the published one.
    Raises `InvalidWorkspace` with every fault of the gate that failed, and `OSError` when the
    environment fails; the outputs of the build before are untouched then, or all put back. When
    that fails as well, readers are refused until the next build has completed the new ones.
    The report also says what was completed for an earlier command that was interrupted; ``tell``
    is told of it where there is no report.
    """
    if executor is not None and contract is not CURRENT:
        raise ValueError("an executor encodes for the published contract alone")
    with at_project(project) as (base, view):
        told: list[Diagnostic] = []
        try:
            require(base)
            with writing(base, told.extend) as lock, folders_kept(base):
                since = lock.moment()
                survey = _surveyed(base)
                state = State(survey, since, contract) if survey else None
                cache = Cache(base, contract, since=since, fresh=fresh)
                done = _unchanged(base, cache, state, contract, told)
                if done is None:
                    start = Start.of(base, contract, survey, cache.recalled())
                    told.extend(recover(base, BUILD).report)
                    count = jobs or default_jobs()
                    done = _published(start, cache, state, lock, count, progress, told, executor)
                return replace(done, report=done.report.seen_from(view))
        except Refused as refused:
            raise InvalidWorkspace(report=Report.of(told) + refused.report) from None
        except BaseException:
            if told:
                tell(Report.of(told).seen_from(view))
            raise


def check_build(
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
            with (
                folders_kept(base),
                SpooledTemporaryFile(max_size=_MEMORY) as region,
                Cache(base, contract, fresh=True) as cache,
            ):
                start = Start.of(base, contract)
                made = Outputs.of(start, cache, lambda: region, jobs or default_jobs(), progress)
                pack = measured(made.pack())
                found = [*made.warnings, *stale(base, made, pack, contract)]
                return Report.of(found).seen_from(view)
        except Refused as refused:
            raise InvalidWorkspace(report=refused.report) from None


def _surveyed(base: Path) -> Survey | None:
    """A walk of the project; None where it fails, which `Start` says after what comes before it."""
    with suppress(Refused, OSError), uncollected():
        return Survey.of(base, ASSETS)
    return None


def _unchanged(
    base: Path, cache: Cache, state: State | None, contract: Contract, told: list[Diagnostic]
) -> BuildResult | None:
    """The result of the last build, if nothing that it read or wrote has changed since."""
    last = None if state is None or told else cache.last_build()
    if state is None or last is None or last["state"] != _with_outputs(state, base):
        return None
    told.extend(recover(base, BUILD).report)
    if told:  # It may have written outputs.
        return None
    with suppress(ValueError):
        figures = last["statistics"]
        return BuildResult(
            outputs=_outputs(base),
            report=report_of(last, contract),
            statistics=Statistics(**figures, reused=figures["assets"]),
        )
    return None


def _outputs(base: Path) -> dict[str, Path]:
    return {name: base / output(name) for name in _OUTPUTS}


def _with_outputs(state: State, base: Path) -> str | None:
    with suppress(Refused, OSError):
        return state.with_outputs(Status.of(stat_inside(base, output(name))) for name in _OUTPUTS)
    return None


def _published(
    start: Start,
    cache: Cache,
    state: State | None,
    lock: Lock,
    jobs: int,
    progress: Progress,
    told: list[Diagnostic],
    executor: Executor | None,
) -> BuildResult:
    base, contract = start.base, start.contract
    with ExitStack() as stack:
        begun = once(lambda: stack.enter_context(Transaction(base, BUILD, cache.digest)))
        # The cache lets go of the old pack before the new one takes its place.
        with ExitStack() as opened:
            opened.enter_context(cache)
            region = once(lambda: opened.enter_context(TemporaryFile(dir=str(begun().folder))))
            made = Outputs.of(start, cache, region, jobs, progress, executor)
            there = pack = made.published()
            if pack is None:
                staged = begun().write(made.pack())
                pack = staged.written
                _reread(staged.path, contract)
                for name, text in made.companions(pack).items():
                    begun().stage(output(name), [text])
                begun().stage(output(PACK), staged)
        made.slices.remember()
        if there is None:
            begun().commit()
            cache.remember_outputs(begun().published(), lock)
        figures: dict[str, Any] = {
            "assets": len(made.slices.assets),
            "header_size": len(made.plan.header_bytes),
            "pack_size": pack.size,
            "pack_sha256": pack.sha256,
        }
        if state is not None and cache.is_sure_of(map(output, _OUTPUTS)):
            reached = _with_outputs(state, base)
            if reached is not None:
                last = written(reached, figures, Report.of(made.warnings), contract)
                cache.remember_last(last)
        cache.save()
    return BuildResult(
        outputs=_outputs(base),
        report=Report.of([*told, *made.warnings]),
        statistics=Statistics(**figures, reused=made.slices.reused),
    )


def _reread(staged: Path, contract: Contract) -> None:
    """Read the staged pack as anyone else would. Raises `InvalidWorkspace` if it is not valid."""
    report = validate(staged, profile="writer", contract=contract)
    if not report.ok:
        codes = ", ".join(report.codes)
        raise InvalidWorkspace(
            Diagnostic(code="OUTPUT_INVALID", data={"codes": codes}),
            *(d.at(file=f"{BUILD.directory}/{PACK}") for d in report),
        )
