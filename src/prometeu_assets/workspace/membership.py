"""Changing which assets there are and which are built; no file of an asset is ever touched.

Clause: ``spec/workspace.md#registry``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.documents import INDEX
from prometeu_assets.storage.transaction import WORKSPACE, Tell, Transaction, unheard, writing
from prometeu_assets.workspace.lookup import resolve
from prometeu_assets.workspace.project_state import ProjectState
from prometeu_assets.workspace.registry import Registered, Registry, read_index, require
from prometeu_assets.workspace.repair import answered


def forget(
    project: Path,
    given: Iterable[str],
    *,
    contract: Contract = CURRENT,
    tell: Tell = unheard,
) -> list[Registered]:
    """Take assets, as people name them, out of the registry; their rows keep the ids.

    A uuid also names an asset about which `doctor` has to ask.
    Raises `Refused` when one of them is not found (none is forgotten then), `OSError`.
    """
    require(project)
    with writing(project, tell):
        index = read_index(project, contract)
        names = list(given)
        asked = {row.asset_uuid: row for row in index.assets if index.faults}
        asked = {uuid: row for uuid, row in asked.items() if uuid in names}
        answers = dict.fromkeys(asked, None)
        state = ProjectState(project=project, contract=contract, rows=index.assets)
        registry = answered(index, state, answers)
        rest = [name for name in names if name not in answers]
        gone = [*asked.values(), *resolve(project, registry, rest, contract)]
        _publish(project, registry.without(r for r in gone if r.asset_uuid not in answers))
    return gone


def include(
    project: Path,
    given: Iterable[str],
    *,
    included: bool,
    contract: Contract = CURRENT,
    tell: Tell = unheard,
) -> list[tuple[Registered, bool]]:
    """Let assets, as people name them, be built or not; each with whether that changed it.

    Raises `Refused` when one of them is not found (none is changed then), `OSError`.
    """
    require(project)
    with writing(project, tell):
        registry = Registry.load(project, contract)
        before = resolve(project, registry, given, contract)
        after = [replace(row, included_in_build=included) for row in before]
        if after != before:
            _publish(project, registry.with_rows(after))
    return [(row, row != old) for row, old in zip(after, before, strict=True)]


def _publish(project: Path, registry: Registry) -> None:
    with Transaction(project, WORKSPACE) as transaction:
        transaction.stage(INDEX, [registry.encode()])
        transaction.commit()
