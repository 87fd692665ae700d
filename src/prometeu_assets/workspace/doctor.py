"""Doctor: what is wrong with a workspace, and the repairs that are mechanical and safe.

Clause: ``spec/workspace.md#doctor``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.documents import INDEX
from prometeu_assets.storage.paths import check, open_inside
from prometeu_assets.storage.transaction import (
    BUILD,
    WORKSPACE,
    Area,
    Lock,
    Transaction,
    recover,
    require_recoverable,
    unfinished,
)
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.hygiene import IdleInputs, hygiene
from prometeu_assets.workspace.published import Published
from prometeu_assets.workspace.registry import Index, Registry, read_merged_index, require
from prometeu_assets.workspace.repair import Disk, Mended, Repair, mend
from prometeu_assets.workspace.world import World, name_faults, nesting_faults

Gate = Callable[[Declaration], object]
"""A further check of one declaration, which raises `Refused`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What doctor found, after ``repairs``; with ``dry_run`` these are only proposed.

    ``assets`` counts the registered ones.
    """

    report: Report
    repairs: tuple[Repair, ...]
    dry_run: bool
    assets: int


def doctor(
    project: Path,
    *,
    workspace: bool = False,
    fix: bool = False,
    dry_run: bool = False,
    published: Published,
    gate: Gate = lambda declaration: None,
    idle_inputs: IdleInputs = lambda declaration: (),
    progress: Progress = silent,
    contract: Contract = CURRENT,
) -> Examination:
    """Examine a project: blocking faults, and with ``workspace`` what is merely untidy.

    ``fix`` first repairs what it can; ``dry_run`` only says what it would do, and changes nothing.
    ``published`` decides whose an id is. Raises `Refused` when there is no project, or what an
    interrupted command left cannot be completed; `OSError`.
    """
    require(project)
    repairs: list[Repair] = []
    left: tuple[Diagnostic, ...] = ()
    if fix or dry_run:
        repairs, left = _fixed(project, published, contract, dry_run=dry_run)
    report, assets = _examine(project, left, published, contract, gate, progress)
    if workspace and assets is not None:
        world, declarations = assets
        found = hygiene(world, declarations, idle_inputs, progress, contract)
        report += Report.of(found)
    told = {(diagnostic.code, diagnostic.file) for diagnostic in report}
    report += Report.of(
        d for d in left if d.code == "PATH_UNREADABLE" and (d.code, d.file) not in told
    )
    return Examination(
        report=report,
        repairs=tuple(repairs),
        dry_run=dry_run,
        assets=0 if assets is None else len(assets[0].rows),
    )


def _examine(
    project: Path,
    left: Iterable[Diagnostic],
    published: Published,
    contract: Contract,
    gate: Gate,
    progress: Progress,
) -> tuple[Report, tuple[World, list[Declaration]] | None]:
    """The blocking faults; and, unless the index cannot be read, the world they are in."""
    report = Report.of(found for area in (WORKSPACE, BUILD) for found in _unfinished(project, area))
    try:
        index = read_merged_index(project, contract)
    except Refused as refused:
        return report + refused.report, None
    # A repair that was refused knows why, and says it in its hint.
    why = {(d.code, d.asset): d for d in left}
    report += Report.of(why.get((d.code, d.asset), d) for d in _index_faults(index, published))
    world = World(project=project, contract=contract, rows=index.rows)
    declarations: list[Declaration] = []
    for found in world.declarations(progress):
        if isinstance(found, Refused):
            report += found.report
            continue
        declarations.append(found)
        report += Report.of((*found.warnings, *_input_faults(project, found)))
        try:
            gate(found)
        except Refused as refused:
            report += refused.report
    report += Report.of((*name_faults(declarations), *nesting_faults(world.rows)))
    return report, (world, declarations)


def _unfinished(project: Path, area: Area) -> Iterable[Diagnostic]:
    """What an interrupted command left, and why it cannot be completed if it cannot."""
    if not unfinished(project / area.staging):
        return []
    try:
        require_recoverable(project, area)
    except Refused as refused:
        return refused.report
    data = {"path": area.staging}
    return [Diagnostic(code="TRANSACTION_UNFINISHED", data=data, hint_key="doctor")]


def _index_faults(index: Index, published: Published) -> Iterator[Diagnostic]:
    yield from index.registry.warnings
    yield from index.faults
    following = index.registry.next_asset_id
    known = {fault.code for fault in index.faults}
    if following <= published.highest and "INDEX_NEXT" not in known:
        highest = published.highest
        data = {"found": following, "highest": highest, "wanted": highest + 1}
        yield Diagnostic(code="INDEX_NEXT", data=data, pointer="/next_asset_id", file=INDEX)


def _input_faults(project: Path, declaration: Declaration) -> Iterator[Diagnostic]:
    """Inputs that cannot be read; what is in them is for a build to judge."""
    for role, paths in declaration.inputs.items():
        for position, path in enumerate(paths):
            try:
                check(path)
                with open_inside(project, f"{declaration.registered.directory}/{path}"):
                    pass
            except Refused as refused:
                yield from refused.at(
                    file=declaration.file,
                    pointer=f"/inputs/{role}/{position}",
                    asset=declaration.ref,
                ).report


def _fixed(
    project: Path, published: Published, contract: Contract, *, dry_run: bool
) -> tuple[list[Repair], tuple[Diagnostic, ...]]:
    """What was or would be repaired, and the faults of the index that stay."""
    if dry_run:
        repairs = [
            _completed(area)
            for area in (WORKSPACE, BUILD)
            for found in _unfinished(project, area)
            if found.code == "TRANSACTION_UNFINISHED"
        ]
        mended = _mended(project, published, contract)
        return [*repairs, *mended.done], mended.left
    repairs = []
    with Lock(project):
        if recover(project, WORKSPACE).completed:
            repairs.append(_completed(WORKSPACE))
        mended = _mended(project, published, contract)
        if mended.done:
            with Transaction(project, WORKSPACE) as transaction:
                transaction.stage(INDEX, [mended.registry.encode()])
                transaction.commit()
        repairs += mended.done
        # What cannot be completed is examined, and said, with all else.
        with contextlib.suppress(Refused):
            if recover(project, BUILD).completed:
                repairs.append(_completed(BUILD))
    return repairs, mended.left


def _completed(area: Area) -> Repair:
    return Repair(kind="interrupted", text=f"the write interrupted in {area.staging} is completed")


def _mended(project: Path, published: Published, contract: Contract) -> Mended:
    """The registry after every repair; it is left as it is when not all of it can be read."""
    try:
        index = read_merged_index(project, contract)
    except Refused as refused:
        return Mended(registry=Registry(), done=(), left=refused.report.diagnostics)
    world = World(project=project, contract=contract, rows=index.rows)
    disk = Disk(name_of=world.name_of, stands=world.stands, strays=lambda: world.strays)
    mended = mend(index, disk, published)
    if world.unreadable:
        # Who else claims an identity is not known.
        return Mended(registry=index.registry, done=(), left=tuple(world.unreadable))
    return mended
