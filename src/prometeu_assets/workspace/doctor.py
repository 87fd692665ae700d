"""The examination: what is wrong with a workspace, and the repairs that are mechanical and safe.

Clause: ``spec/workspace.md#doctor``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report
from prometeu_assets.documents import INDEX, RELEASED
from prometeu_assets.result import Result
from prometeu_assets.storage.paths import open_inside
from prometeu_assets.storage.transaction import (
    BUILD,
    WORKSPACE,
    Area,
    Lock,
    publish,
    recover,
    require_recoverable,
    unfinished,
)
from prometeu_assets.viewpoint import require
from prometeu_assets.workspace import editors
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.hygiene import IdleInputs, hygiene
from prometeu_assets.workspace.places import ANCHOR, check_origin
from prometeu_assets.workspace.project_state import ProjectState, name_faults, nesting_faults
from prometeu_assets.workspace.registry import Registry, read_index
from prometeu_assets.workspace.repair import Plan, Repair, plan

Gate = Callable[[Declaration], object]
"""A further check of one declaration, which raises `Refused`."""

Planned = Callable[[tuple[Repair, ...]], None]
"""Told the repairs before they are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination(Result):
    """What doctor found, after ``repairs``; with ``dry_run`` these are only proposed.

    ``assets`` counts the registered ones.
    """

    report: Report
    repairs: tuple[Repair, ...]
    dry_run: bool
    assets: int

    document = "examination"

    @property
    def members(self) -> dict[str, Any]:
        return {
            "assets": self.assets,
            "dry_run": self.dry_run,
            "repairs": [{"repair": r.kind, "message": f"{r.text}."} for r in self.repairs],
            "report": self.report.as_json(),
        }


def examine(
    project: Path,
    gate: Gate,
    idle_inputs: IdleInputs,
    *,
    workspace: bool,
    fix: bool,
    dry_run: bool,
    planned: Planned,
    progress: Progress,
    contract: Contract,
) -> Examination:
    """Examine a project as `doctor` does, with what a bank says of a declaration.

    Raises `Refused` when there is no project, or what an interrupted command left cannot be
    completed; `OSError`.
    """
    require(project)
    repairs: tuple[Repair, ...] = ()
    left: tuple[Diagnostic, ...] = ()
    read: ProjectState | None = None
    if fix or dry_run:
        repairs, left, read = _fixed(project, contract, planned, dry_run=dry_run)
    report, assets = _examine(project, contract, gate, progress, read)
    if workspace and assets is not None:
        state, declarations = assets
        found = hygiene(state, declarations, idle_inputs, progress, contract)
        report += Report.of(found)
    told = {(diagnostic.code, diagnostic.file) for diagnostic in report}
    report += Report.of(
        d for d in left if d.code == "PATH_UNREADABLE" and (d.code, d.file) not in told
    )
    return Examination(
        report=report,
        repairs=repairs,
        dry_run=dry_run,
        assets=0 if assets is None else len(assets[0].rows),
    )


def _examine(
    project: Path,
    contract: Contract,
    gate: Gate,
    progress: Progress,
    read: ProjectState | None,
) -> tuple[Report, tuple[ProjectState, list[Declaration]] | None]:
    """The blocking faults; and, unless the index cannot be read, the state of the project.

    ``read`` is the state that was read before, if nothing was written since.
    """
    report = Report.of(found for area in (WORKSPACE, BUILD) for found in _unfinished(project, area))
    try:
        index = read_index(project, contract)
    except Refused as refused:
        return report + refused.report, None
    state = read
    if state is None or state.rows != index.assets:
        state = ProjectState(project=project, contract=contract, rows=index.assets)
    report += Report.of(index.registry.warnings)
    if index.faults:
        # What no plan repairs asks a person, in its hint.
        asked = {(d.code, d.data.get("found")): d for d in plan(index, state).left if d.hint_key}
        report += Report.of(asked.get((d.code, d.data.get("found")), d) for d in index.faults)
    declarations: list[Declaration] = []
    for found in state.declarations(progress):
        if isinstance(found, Refused):
            report += found.report
            continue
        declarations.append(found)
        report += Report.of((*found.warnings, *_input_faults(project, found)))
        try:
            gate(found)
        except Refused as refused:
            report += refused.report
    report += Report.of((*name_faults(declarations), *nesting_faults(state.rows)))
    return report, (state, declarations)


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


def _input_faults(project: Path, declaration: Declaration) -> Iterator[Diagnostic]:
    """Inputs that cannot be read; what is in them is for a build to judge."""
    for pointer, _, origin in declaration.origins:
        try:
            check_origin(project, origin)
            with open_inside(project, declaration.place(origin)):
                pass
        except Refused as refused:
            yield from refused.at(
                file=declaration.file, pointer=pointer, asset=declaration.ref
            ).report


def _fixed(
    project: Path, contract: Contract, planned: Planned, *, dry_run: bool
) -> tuple[tuple[Repair, ...], tuple[Diagnostic, ...], ProjectState | None]:
    """What is or would be repaired, and the documents that could not be read for it.

    And the state of the project as it was read, unless something was written after that.
    """
    if dry_run:
        made, texts, state = _plan(project, contract)
        repairs = (*_interrupted(project, WORKSPACE), *_interrupted(project, BUILD), *made.repairs)
        planned(repairs)
        return repairs, made.left, state
    with Lock(project):
        completed = _interrupted(project, WORKSPACE)
        recover(project, WORKSPACE)
        made, texts, state = _plan(project, contract)
        repairs = (*completed, *_interrupted(project, BUILD), *made.repairs)
        planned(repairs)
        if texts:
            publish(project, texts)
        # What cannot be completed is examined, and said, with all else.
        with contextlib.suppress(Refused):
            recover(project, BUILD)
    return repairs, made.left, None if texts else state


def _interrupted(project: Path, area: Area) -> tuple[Repair, ...]:
    """That a write is completed, when one was interrupted and can be."""
    found = [fault.code for fault in _unfinished(project, area)]
    text = f"the write interrupted in {area.staging} is completed"
    return (Repair(kind="interrupted", text=text),) if "TRANSACTION_UNFINISHED" in found else ()


def _plan(project: Path, contract: Contract) -> tuple[Plan, dict[str, bytes], ProjectState | None]:
    """What is repaired, the texts of the files that change, and the state that was read.

    The registry is not repaired when not all documents could be read.
    """
    made, state = _plan_of_registry(project, contract)
    texts: dict[str, bytes] = {}
    if made.repairs:
        texts[INDEX] = made.registry.encode()
        if made.registry.released.rows:
            texts[RELEASED] = made.registry.released.encode()
    roots = (row.root for row in made.registry.assets)
    looked = state or ProjectState(project=project, contract=contract, rows=())
    for_editors, left = editors.repairs(project, roots, contract, looked.identity)
    told = (
        f"the $schema in {file} leads to its schema"
        if file.endswith(f"/{ANCHOR}")
        else f"{file} is written, a schema for editors"
        for file in for_editors
    )
    repairs = (*made.repairs, *(Repair(kind="editor", text=text) for text in told))
    return replace(made, repairs=repairs, left=(*made.left, *left)), texts | for_editors, state


def _plan_of_registry(project: Path, contract: Contract) -> tuple[Plan, ProjectState | None]:
    """The repair of the registry, and the state of the project if its index could be read.

    Nothing is repaired when not all documents could be read.
    """
    try:
        index = read_index(project, contract)
    except Refused as refused:
        return Plan(registry=Registry(), repairs=(), left=refused.report.diagnostics), None
    state = ProjectState(project=project, contract=contract, rows=index.assets)
    made = plan(index, state)
    if state.unreadable:
        # Who else claims an identity is not known.
        left = tuple(state.unreadable)
        return Plan(registry=index.registry, repairs=(), left=left), state
    return Plan(registry=made.registry, repairs=made.repairs, left=()), state
