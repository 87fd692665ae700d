"""Changing which assets there are and which are built; no file of an asset is ever touched.

Clause: ``spec/workspace.md#registry``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import silent
from prometeu_assets.documents import INDEX
from prometeu_assets.result import Result
from prometeu_assets.storage.transaction import Tell, publish
from prometeu_assets.viewpoint import StrPath
from prometeu_assets.workspace.lookup import AssetName, resolve
from prometeu_assets.workspace.project_state import ProjectState
from prometeu_assets.workspace.registry import Registered, Registry, changing, read_index
from prometeu_assets.workspace.repair import answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal(Result):
    """The assets that were taken out of the registry of a project; their files are kept."""

    project: Path
    forgotten: tuple[Registered, ...]

    document = "removal"

    @property
    def members(self) -> dict[str, Any]:
        return {"forgotten": [row.members for row in self.forgotten]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Result):
    """Assets as they are registered now; ``changed`` are the ids of those that were not so."""

    assets: tuple[Registered, ...]
    changed: frozenset[int]

    document = "membership"

    @property
    def members(self) -> dict[str, Any]:
        return {
            "assets": [
                {**row.as_json(), "changed": row.asset_id in self.changed} for row in self.assets
            ]
        }


def forget(
    *assets: AssetName,
    project: StrPath | None = None,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Removal:
    """Take assets, as people name them, out of the registry; their rows keep the ids.

    Without ``project``, the one around the current directory.
    A uuid also names an asset about which `doctor` has to ask.
    Raises `Refused` when one of them is not found (none is forgotten then), `OSError`.
    """
    with changing(project, tell) as (base, _):
        index = read_index(base, contract)
        asked = {row.asset_uuid: row for row in index.assets if index.faults}
        asked = {uuid: row for uuid, row in asked.items() if uuid in assets}
        answers = dict.fromkeys(asked, None)
        state = ProjectState(project=base, contract=contract, rows=index.assets)
        registry = answered(index, state, answers)
        others = [name for name in assets if name not in tuple(answers)]
        gone = (*asked.values(), *resolve(base, registry, others, contract))
        rest = registry.without(row for row in gone if row.asset_uuid not in answers)
        publish(base, {INDEX: rest.encode()})
    return Removal(project=base, forgotten=gone)


def include(
    *assets: AssetName,
    project: StrPath | None = None,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Membership:
    """Let registered assets, as people name them, be built again.

    Without ``project``, the one around the current directory.
    Raises `Refused` when one of them is not found (none is changed then), `OSError`.
    """
    return _include(assets, project, contract, tell, included=True)


def exclude(
    *assets: AssetName,
    project: StrPath | None = None,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Membership:
    """Leave registered assets, as people name them, out of the build; they keep their ids.

    Without ``project``, the one around the current directory.
    Raises `Refused` when one of them is not found (none is changed then), `OSError`.
    """
    return _include(assets, project, contract, tell, included=False)


def _include(
    assets: Iterable[AssetName],
    project: StrPath | None,
    contract: Contract,
    tell: Tell,
    *,
    included: bool,
) -> Membership:
    with changing(project, tell) as (base, _):
        registry = Registry.load(base, contract)
        before = resolve(base, registry, assets, contract)
        after = [replace(row, included_in_build=included) for row in before]
        if after != before:
            publish(base, {INDEX: registry.with_rows(after).encode()})
    changed = (row.asset_id for row, old in zip(after, before, strict=True) if row != old)
    return Membership(assets=tuple(after), changed=frozenset(changed))
