"""The record of what was released: which asset packs in the field have under an id.

Clause: ``spec/workspace.md#released``; schema ``schemas/released/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.documents import RELEASED, document_bytes, understood
from prometeu_assets.storage.paths import exists
from prometeu_assets.workspace.rows import lines, text


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Release:
    """One asset that was released under one id; ``given_up`` when another asset keeps the id."""

    asset_id: int
    asset_uuid: str
    given_up: bool = False

    def as_json(self) -> dict[str, Any]:
        """The row as it is written."""
        row: dict[str, Any] = {"asset_id": self.asset_id, "asset_uuid": self.asset_uuid}
        return {**row, "given_up": True} if self.given_up else row


@dataclass(frozen=True, kw_only=True)
class Released:
    """Everything that was released; a change returns a new one."""

    rows: frozenset[Release] = frozenset()

    @cached_property
    def holders(self) -> Mapping[int, tuple[str, ...]]:
        """Id to the assets that may keep it, sorted: none when all of them gave it up."""
        gone = {(row.asset_id, row.asset_uuid) for row in self.rows if row.given_up}
        found: dict[int, list[str]] = {}
        for row in sorted(self.rows):
            held = found.setdefault(row.asset_id, [])
            if not row.given_up and (row.asset_id, row.asset_uuid) not in gone:
                held.append(row.asset_uuid)
        return {id: tuple(held) for id, held in found.items()}

    @cached_property
    def ids(self) -> Mapping[str, tuple[int, ...]]:
        """Asset to the ids that it alone keeps, increasing."""
        found: dict[str, tuple[int, ...]] = {}
        for id, held in self.holders.items():
            if len(held) == 1:
                found[held[0]] = (*found.get(held[0], ()), id)
        return found

    @property
    def contested(self) -> dict[int, tuple[str, ...]]:
        """The ids that several assets were released under."""
        return {id: held for id, held in self.holders.items() if len(held) > 1}

    @property
    def highest(self) -> int:
        """The highest id that was released, 0 without any."""
        return max(self.holders, default=0)

    def encode(self) -> bytes:
        """The text of ``released.json``."""
        return text("released", "released", [row.as_json() for row in sorted(self.rows)])

    def with_rows(self, rows: Iterable[Release]) -> Released:
        """The record with more rows."""
        return Released(rows=self.rows | frozenset(rows))

    def keeping(self, uuids: Iterable[str]) -> Released:
        """The record in which each of these assets keeps every contested id that it has."""
        given_up = {
            Release(asset_id=id, asset_uuid=other, given_up=True)
            for id, held in self.contested.items()
            for kept in uuids
            if kept in held
            for other in held
            if other != kept
        }
        return self.with_rows(given_up)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """``released.json`` as read; ``faults`` say that its text is what a merge left."""

    released: Released = field(default_factory=Released)
    faults: tuple[Diagnostic, ...] = ()


def read_record(project: Path, contract: Contract) -> Record:
    """The record of a project, empty when there is none. Raises `Refused` when it is unreadable."""
    if not exists(project, RELEASED):
        return Record()
    data = document_bytes(project, RELEASED, "released", contract)
    faults: tuple[Diagnostic, ...] = ()
    try:
        value = understood(data, RELEASED, "released", contract, context={}).value
    except Refused as refused:
        value, faults = merged_value(data, RELEASED, "released", refused, contract)
    rows = frozenset(Release(**row) for row in value["released"] if row is not None)
    return Record(released=Released(rows=rows), faults=faults)


def merged_value(
    data: bytes, path: str, member: str, refused: Refused, contract: Contract
) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """The document in the lines that a merge left, and the fault that they are.

    Raises ``refused`` when they are anything else.
    """
    kind = "index" if member == "assets" else "released"
    version = contract.windows[kind][-1]
    found = lines(data, version)
    if found is None:
        raise refused
    rows = _rows(found.rows, found.following) if kind == "index" else found.rows
    value = {"schema_version": version, member: list(rows)}
    if not contract.documents.accepts((kind, version), value):
        raise refused
    first = refused.report.diagnostics[0]
    fault = Diagnostic(code="INDEX_TEXT", data={"path": path}, offset=first.offset, file=path)
    return value, (fault,)


def _rows(rows: Iterable[Any], following: Iterable[int]) -> Iterator[Any]:
    """Rows of every version in the newest, and one for the highest id that version 2 gave."""
    for row in rows:
        yield {"included_in_build": True, **row} if "root" in row else row
    highest = max(following, default=1) - 1
    if highest:
        yield {"asset_id": highest}
