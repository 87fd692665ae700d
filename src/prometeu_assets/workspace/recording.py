"""Recording what is released, and deciding between two releases of one id.

Clause: ``spec/workspace.md#released``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report, silent
from prometeu_assets.documents import INDEX, RELEASED
from prometeu_assets.result import Result
from prometeu_assets.storage.transaction import (
    WORKSPACE,
    Tell,
    publish,
    refuse_unfinished,
    writing,
)
from prometeu_assets.viewpoint import require
from prometeu_assets.workspace.registry import Registry, contested, read_index
from prometeu_assets.workspace.released import Release, read_record

Held = Iterable[tuple[int, str]]
"""(id, uuid) of each asset of a pack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording(Result):
    """What is new in the record, by id: assets that were released, or that gave up an id."""

    recorded: tuple[Release, ...]

    document = "release"

    @property
    def members(self) -> dict[str, Any]:
        return {"recorded": [row.as_json() for row in self.recorded]}


def record_release(
    project: Path,
    held: Held,
    *,
    keep: Iterable[str] = (),
    built: bool = False,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Recording:
    """Record the assets of a pack as released, and let the assets ``keep`` keep their ids.

    A pack that was ``built`` from the project as it is has the ids of the index. Raises `Refused`
    when it has not, or when two assets would be released under one id; `OSError`.
    """
    require(project)
    with writing(project, tell):
        if built:
            _require_same(project, held, contract)
        known = read_record(project, contract)
        if known.faults:
            raise Refused(*known.faults)
        rows = (Release(asset_id=id, asset_uuid=uuid) for id, uuid in held)
        after = known.released.with_rows(rows).keeping(keep)
        index = read_index(project, contract)
        faults = tuple(contested(index.rows, after))
        # Of several questions each has its own answer: fewer are left.
        if faults and not after.contested.keys() < known.released.contested.keys():
            raise Refused(*faults)
        new = tuple(sorted(after.rows - known.released.rows))
        if new:
            publish(project, {RELEASED: after.encode()})
    return Recording(recorded=new)


def unrecorded(project: Path, held: Held, *, contract: Contract = CURRENT) -> Report:
    """What `record_release` would add for a pack built from the project; nothing is written.

    Raises `Refused` when the pack does not have the ids of the index, `OSError`.
    """
    require(project)
    refuse_unfinished(project / WORKSPACE.staging)
    _require_same(project, held, contract)
    known = read_record(project, contract).released.rows
    return Report.of(
        Diagnostic(
            code="RELEASE_UNRECORDED",
            data={"id": id, "uuid": uuid},
            file=RELEASED,
            asset=AssetRef(id=id, name=uuid),
        )
        for id, uuid in held
        if Release(asset_id=id, asset_uuid=uuid) not in known
    )


def _require_same(project: Path, held: Held, contract: Contract) -> None:
    """Refuse a pack that has another id for an asset than the index."""
    if faults := tuple(_differences(Registry.load(project, contract), held)):
        raise Refused(*faults)


def _differences(registry: Registry, held: Held) -> Iterator[Diagnostic]:
    known = {row.asset_uuid: row for row in registry.assets}
    for id, uuid in held:
        row = known.get(uuid)
        if row is None or row.asset_id != id:
            found = "no such asset" if row is None else f"asset {row.asset_id}"
            yield Diagnostic(
                code="RELEASE_DIFFERS", data={"id": id, "uuid": uuid, "found": found}, file=INDEX
            )
