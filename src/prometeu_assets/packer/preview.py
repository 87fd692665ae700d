"""One asset as a build would make it, without building: for `show`, and for doctor's hygiene.

Clause: ``spec/workspace.md#build``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import PAYLOAD, Bank, SourceFile
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused, Report
from prometeu_assets.packer.encode import bank_of, encode, sources_of
from prometeu_assets.packer.gate import preloaded
from prometeu_assets.packer.plan import slots
from prometeu_assets.workspace.declarations import Declaration, load
from prometeu_assets.workspace.registry import Registered, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntry:
    """The entry an asset would have; ``slot`` is None when it is not loaded at boot.

    ``made`` is its slice, of this bank type.
    """

    bank: Bank[Any]
    made: Slice
    slot: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is known of one asset: everything up to its first fault, which ``report`` tells."""

    registered: Registered
    declaration: Declaration | None
    sources: tuple[SourceFile, ...]
    becomes: PlannedEntry | None
    report: Report


def preview(
    project: Path, row: Registered, registry: Registry, *, contract: Contract = CURRENT
) -> Preview:
    """Look at one registered asset as a build would."""
    declaration: Declaration | None = None
    sources: tuple[SourceFile, ...] = ()
    becomes: PlannedEntry | None = None
    report = Report()
    try:
        declaration = load(project, row, contract)
        report += Report.of(declaration.warnings)
        given = sources_of(project, declaration, contract)
        bank, sources = given.bank, tuple(item.source for item in given.inputs)
        made = encode(given)
        report += Report.of(made.warnings)
        becomes = PlannedEntry(
            bank=bank, made=made, slot=_slot(project, declaration, registry, contract)
        )
    except Refused as refused:
        report += refused.report
    return Preview(
        registered=row, declaration=declaration, sources=sources, becomes=becomes, report=report
    )


def _slot(
    project: Path, declaration: Declaration, registry: Registry, contract: Contract
) -> int | None:
    """The slot that the asset gets among those of lower ids that ask for one as well."""
    own = declaration.registered
    if not declaration.preload or not own.included_in_build:
        return None
    asking = []
    for row in registry.assets:
        if row.asset_id > own.asset_id or not row.included_in_build:
            continue
        try:
            other = load(project, row, contract)
            if other.preload:
                asking.append(preloaded(other, bank_of(other, contract)))
        except Refused:
            continue  # a fault of another asset, which a build tells
    return slots(asking, contract).get(own.asset_id)


def idle_inputs(
    project: Path, declaration: Declaration, contract: Contract
) -> Iterable[tuple[str, str]]:
    """(role, path below the project) of listed files that change nothing in the slice.

    Empty when that cannot be told, and for anything that a build would refuse.
    """
    try:
        given = sources_of(project, declaration, contract)
        return tuple(given.bank.idle(given)) if PAYLOAD not in declaration.inputs else ()
    except Refused:
        return ()
