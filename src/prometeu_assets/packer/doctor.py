"""Doctor: what is wrong with a project, judged as a build judges it, and its safe repairs.

Clause: ``spec/workspace.md#doctor``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Progress, silent
from prometeu_assets.packer.encode import bank_of
from prometeu_assets.packer.preview import idle_inputs
from prometeu_assets.viewpoint import StrPath, at_project
from prometeu_assets.workspace.doctor import Examination, Planned, examine


def doctor(
    project: StrPath | None = None,
    *,
    workspace: bool = False,
    fix: bool = False,
    dry_run: bool = False,
    planned: Planned = silent,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> Examination:
    """Examine a project: what stops a build, and with ``workspace`` what is merely untidy.

    Without ``project``, the one around the current directory.
    ``fix`` first repairs what is safe to repair, when ``planned`` was told of it; ``dry_run`` only
    says what it would do, and changes nothing. Raises `Refused` when there is no project, or what
    an interrupted command left cannot be completed; `OSError`.
    """
    with at_project(project) as (base, view):
        found = examine(
            base,
            partial(bank_of, contract=contract),
            partial(idle_inputs, base, contract=contract),
            workspace=workspace,
            fix=fix and not dry_run,
            dry_run=dry_run,
            planned=planned,
            contract=contract,
            progress=progress,
        )
        return replace(found, report=found.report.seen_from(view))
