"""The gate of a build: every declaration read and judged before any source file is looked at.

Clause: ``spec/workspace.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prometeu_assets.contract.banks import Bank
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused, Report
from prometeu_assets.packer.encode import bank_of
from prometeu_assets.storage.paths import find_roots
from prometeu_assets.workspace.declarations import Declaration, load
from prometeu_assets.workspace.registry import ASSETS, Registry

Banked = tuple[Declaration, Bank]
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
    faults.append(Report.of(_name_faults([declaration for declaration, _ in found])))
    faults.append(Report.of(_nesting_faults(registry)))
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
    for root in find_roots(base / ASSETS):
        if root not in known:
            yield Diagnostic(
                code="ROOT_UNREGISTERED", data={"root": root}, file=f"{ASSETS}/{root}/asset.json"
            )


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
