"""One asset as a build would make it, without building: for `show`, and for doctor's hygiene.

Clause: ``spec/workspace.md#build``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import PAYLOAD, Bank, SourceFile
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused, Report
from prometeu_assets.packer.encode import bank_of, encode, sources_of
from prometeu_assets.packer.gate import preloaded
from prometeu_assets.packer.outcome import numbers_value
from prometeu_assets.packer.plan import slots
from prometeu_assets.result import Result
from prometeu_assets.viewpoint import StrPath, at_project
from prometeu_assets.workspace.declarations import Declaration, load
from prometeu_assets.workspace.lookup import AssetName, resolve
from prometeu_assets.workspace.registry import Registered, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntry:
    """The entry an asset would have; ``slot`` is None when it is not loaded at boot.

    ``made`` is its slice, of this bank type.
    """

    bank: Bank[Any] = field(repr=False)
    made: Slice = field(repr=False)
    slot: int | None

    @property
    def members(self) -> dict[str, Any]:
        """The entry as ``schemas/asset-view/`` tells of it."""
        made = self.made
        return {
            "bank_type": self.bank.bank_type,
            "size": len(made.payload),
            "decoded_size": made.decoded_size,
            "metadata": dict(made.metadata),
            **({"details": dict(made.details)} if made.details else {}),
            **({"numbers": numbers_value(made)} if made.numbers else {}),
            **({} if self.slot is None else {"slot": self.slot}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView(Result):
    """What is known of one asset: everything up to its first fault, which is in ``report``."""

    registered: Registered
    declaration: Declaration | None
    sources: tuple[SourceFile, ...]
    becomes: PlannedEntry | None
    report: Report

    document = "asset-view"

    @property
    def members(self) -> dict[str, Any]:
        row, declared = self.registered, self.declaration
        value: dict[str, Any] = {
            **row.members,
            "included_in_build": row.included_in_build,
            "sources": [source.members for source in self.sources],
        }
        if declared is not None:
            value["declared"] = {
                "asset_name": declared.name,
                "type": declared.type,
                "format": declared.format,
                "codec": declared.codec,
                "preload": declared.preload,
            }
        if self.becomes is not None:
            value["becomes"] = self.becomes.members
        return {**value, "report": self.report.as_json()}


def show(
    asset: AssetName, *, project: StrPath | None = None, contract: Contract = CURRENT
) -> AssetView:
    """One registered asset, as people name it: its declaration, its files, its result.

    Without ``project``, the one around the current directory. Nothing is built. The report has
    the faults that a build would report. Raises `Refused` when there is no such asset, `OSError`.
    """
    with at_project(project) as (base, view):
        registry = Registry.load(base, contract)
        (row,) = resolve(base, registry, [asset], contract)
        seen = _preview(base, row, registry, contract)
        return replace(seen, report=seen.report.seen_from(view))


def _preview(project: Path, row: Registered, registry: Registry, contract: Contract) -> AssetView:
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
    return AssetView(
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
