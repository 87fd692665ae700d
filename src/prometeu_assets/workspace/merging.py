"""Merging two indexes by meaning, as a driver for git does it.

Clause: ``spec/workspace.md#merges``. No file is looked at but the three; no asset gets an id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Report
from prometeu_assets.result import Result
from prometeu_assets.storage.paths import read_inside
from prometeu_assets.viewpoint import StrPath, View
from prometeu_assets.workspace.registry import (
    Forgotten,
    Registered,
    Registry,
    Row,
    index_faults,
    rows_of,
)
from prometeu_assets.workspace.released import Released


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Result):
    """A merged index: its text, and a report of the rows that are there twice."""

    text: bytes = field(repr=False)
    report: Report

    document = "report"

    @property
    def members(self) -> dict[str, Any]:
        return self.report.as_json()


def merge_index(
    base: StrPath, ours: StrPath, theirs: StrPath, *, contract: Contract = CURRENT
) -> Merge:
    """Merge two indexes that came from ``base``, each of any version, into the file ``ours``.

    The text is written also with conflicts, as git expects of a merge driver; `doctor` repairs
    them. Raises `Refused` when one of the files is no index, `OSError`.
    """
    view = View()
    with view.refusals():
        one, two, three = (_rows(Path(path), contract) for path in (base, ours, theirs))
    registry = Registry.of(merged(one, two, three), Released())
    report = Report.of(index_faults(registry.rows, Released())).seen_from(view)
    text = registry.encode()
    Path(ours).write_bytes(text)
    return Merge(text=text, report=report)


def merged(base: Iterable[Row], ours: Iterable[Row], theirs: Iterable[Row]) -> list[Row]:
    """The rows of two sides, each asset by its uuid and each member by itself."""
    sides = [_by_uuid(side) for side in (base, ours, theirs)]
    rows: list[Row] = []
    # An id of either side is never lost.
    for side in sides[1:]:
        rows += (Forgotten(asset_id=row.asset_id) for group in side.values() for row in group)
    for uuid in sorted({uuid for side in sides for uuid in side if uuid is not None}):
        rows += _merged_asset(*(side.get(uuid, frozenset()) for side in sides))
    return rows


def _by_uuid(rows: Iterable[Row]) -> dict[str | None, frozenset[Row]]:
    groups: dict[str | None, frozenset[Row]] = {}
    for row in rows:
        groups[row.asset_uuid] = groups.get(row.asset_uuid, frozenset()) | {row}
    return groups


def _merged_asset(
    base: frozenset[Row], ours: frozenset[Row], theirs: frozenset[Row]
) -> frozenset[Row]:
    """The rows of one asset; several where the sides do not agree."""
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    if not ours or not theirs:
        return ours or theirs
    if max(map(len, (base, ours, theirs))) > 1:
        return ours | theirs
    old = next(iter(base), None)
    (one,), (two,) = ours, theirs
    ids = _either(old, one, two, lambda row: row.asset_id)
    roots = _either(old, one, two, lambda row: row.root)
    included = _either(old, one, two, _included)
    if None in roots:
        return frozenset(Forgotten(asset_id=id, asset_uuid=one.asset_uuid) for id in ids)
    return frozenset(
        Registered(
            asset_id=id,
            asset_uuid=str(one.asset_uuid),
            root=root,
            included_in_build=all(part is not False for part in included),
        )
        for id in ids
        for root in roots
    )


def _either(old: Row | None, one: Row, two: Row, member: Callable[[Row], Any]) -> set[Any]:
    """What a member is after both changes: two values where both changed it, each otherwise."""
    ours, theirs = member(one), member(two)
    if old is None or ours == theirs:
        return {ours, theirs}
    before = member(old)
    return {theirs} if ours == before else {ours} if theirs == before else {ours, theirs}


def _included(row: Row) -> bool | None:
    return row.included_in_build if isinstance(row, Registered) else None


def _rows(path: Path, contract: Contract) -> tuple[Row, ...]:
    limit = contract.limits.index_document_bytes
    data = read_inside(path.parent, path.name, limit=limit, what="an index.json")
    if not data.strip():
        return ()  # what git gives for a base that does not exist
    return rows_of(data, path.as_posix(), contract)[0]
