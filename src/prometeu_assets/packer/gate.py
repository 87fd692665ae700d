"""The gate of a build: every declaration read and judged before any source file is looked at.

Clause: ``spec/workspace.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused, Report
from prometeu_assets.packer.encode import bank_of
from prometeu_assets.storage.folders import find_roots
from prometeu_assets.workspace.declarations import Declaration, load
from prometeu_assets.workspace.project_state import name_faults, nesting_faults, unregistered_faults
from prometeu_assets.workspace.registry import ASSETS, Registry

Banked = tuple[Declaration, Bank[Any]]
"""A declaration and the bank its asset goes into."""


def gate(base: Path, registry: Registry, contract: Contract) -> list[Banked]:
    """The declarations of the build set, by increasing id, each with its bank.

    Raises `Refused` with every fault in all of them.
    """
    faults: list[Report] = []
    found: list[Banked] = []
    for row in registry.assets:
        if not row.included_in_build:
            continue
        try:
            declaration = load(base, row, contract)
            found.append((declaration, bank_of(declaration, contract)))
        except Refused as refused:
            faults.append(refused.report)
    faults.append(Report.of(name_faults(declaration for declaration, _ in found)))
    faults.append(Report.of(nesting_faults(registry.assets)))
    refuse(faults)
    return found


def refuse(reports: list[Report]) -> None:
    """Raise `Refused` with all the reports as one, if there is an error in any."""
    if all(report.ok for report in reports):
        return
    whole = Report.of(diagnostic for report in reports for diagnostic in report)
    cut = whole.truncated or any(report.truncated for report in reports)
    raise Refused(report=Report(diagnostics=whole.diagnostics, truncated=cut))


def unregistered(base: Path, registry: Registry) -> Iterator[Diagnostic]:
    """A warning for every root that is not registered, and so not built."""
    known = {row.root for row in registry.assets}
    yield from unregistered_faults(root for root in find_roots(base, ASSETS) if root not in known)
