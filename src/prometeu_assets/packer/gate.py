"""The gate of a build: every declaration read and judged before any source file is looked at.

Clause: ``spec/workspace.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import basename, splitext
from typing import Any, Final

from prometeu_assets.contract.bank import PAYLOAD, Bank
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused, Report
from prometeu_assets.packer.encode import bank_of
from prometeu_assets.packer.plan import Preloaded
from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.paths import check, fold
from prometeu_assets.workspace.declarations import Declaration, Texts, load_all
from prometeu_assets.workspace.places import ANCHOR
from prometeu_assets.workspace.project_state import name_faults, nesting_faults, unregistered_faults
from prometeu_assets.workspace.registry import Registry

Banked = tuple[Declaration, Bank[Any]]
"""A declaration and the bank its asset goes into."""

_SHOWN: Final = 5
"""Files that one warning names; the others are counted."""


def gate(base: Path, registry: Registry, contract: Contract, texts: Texts) -> list[Banked]:
    """The declarations of the build set, by increasing id, each with its bank.

    ``texts`` are documents that need not be read again.
    Raises `Refused` with every fault in all of them.
    """
    faults: list[Report] = []
    found: list[Banked] = []
    built = (row for row in registry.assets if row.included_in_build)
    for declaration in load_all(base, built, contract, texts=texts):
        if isinstance(declaration, Refused):
            faults.append(declaration.report)
            continue
        try:
            found.append((declaration, bank_of(declaration, contract)))
        except Refused as refused:
            faults.append(refused.report)
    faults.append(Report.of(name_faults(declaration for declaration, _ in found)))
    faults.append(Report.of(nesting_faults(registry.assets)))
    refuse(faults)
    return found


def preloaded(declaration: Declaration, bank: Bank[Any]) -> Preloaded:
    """A declared asset that asks to be loaded at boot."""
    return Preloaded(
        asset_id=declaration.registered.asset_id,
        asset_name=declaration.name,
        bank_type=bank.bank_type,
        file=declaration.file,
    )


def refuse(reports: list[Report]) -> None:
    """Raise `Refused` with all the reports as one, if there is an error in any."""
    if all(report.ok for report in reports):
        return
    whole = Report.of(diagnostic for report in reports for diagnostic in report)
    cut = whole.truncated or any(report.truncated for report in reports)
    raise Refused(report=Report(diagnostics=whole.diagnostics, truncated=cut))


def unregistered(survey: Survey, registry: Registry) -> Iterator[Diagnostic]:
    """A warning for every root that is not registered, and so not built."""
    known = {row.root for row in registry.assets}
    yield from unregistered_faults(root for root in survey.roots if root not in known)


def unlisted(survey: Survey, banked: Iterable[Banked]) -> Iterator[Diagnostic]:
    """A warning for every root with files that an input could be and that no input lists.

    A file that a listed one differs from in the ending alone is not named: one of the two is the
    export of the other.
    """
    for declaration, bank in banked:
        if PAYLOAD in declaration.inputs:
            continue
        directory, endings = declaration.registered.directory, bank.source_endings
        own = {origin.path for _, _, origin in declaration.origins if not origin.shared}
        left = [
            path
            for path in survey.below(directory)
            if path not in own and path.lower().endswith(endings) and basename(path) != ANCHOR
        ]
        if not left:
            continue
        listed = set(map(fold, own))
        exported = {splitext(path)[0] for path in listed}
        found = [
            f"{directory}/{path}"
            for path in left
            if fold(path) not in listed
            and splitext(fold(path))[0] not in exported
            and _can_be_listed(path)
        ]
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            yield declaration.fault(
                "SOURCE_UNLISTED",
                "/inputs",
                root=declaration.registered.root,
                files=tuple(found[:_SHOWN]),
                names=", ".join(found[:_SHOWN]) + more,
            )


def _can_be_listed(path: str) -> bool:
    """Whether a document can name the file; no command adds another one."""
    try:
        check(path)
    except Refused:
        return False
    return True
