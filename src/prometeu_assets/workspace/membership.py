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
from prometeu_assets.workspace.registry import Registered, Registry, require


def forget(
    project: Path,
    given: Iterable[str],
    *,
    contract: Contract = CURRENT,
    tell: Tell = unheard,
) -> list[Registered]:
    """Take assets, as people name them, out of the registry; their ids are never given again.

    Raises `Refused` when one of them is not found (none is forgotten then), `OSError`.
    """
    require(project)
    with writing(project, tell):
        registry = Registry.load(project, contract)
        gone = resolve(project, registry, given, contract)
        _publish(project, registry.without(gone))
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
            _publish(project, registry.with_changed(after))
    return [(row, row != old) for row, old in zip(after, before, strict=True)]


def _publish(project: Path, registry: Registry) -> None:
    with Transaction(project, WORKSPACE) as transaction:
        transaction.stage(INDEX, [registry.encode()])
        transaction.commit()
