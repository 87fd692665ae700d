"""The repair of the registry: one plan, made from all rows, the record and the documents together.

Clause: ``spec/workspace.md#merges``. Nothing is written here: a plan is a new registry and
sentences that say what changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.workspace.project_state import ProjectState
from prometeu_assets.workspace.registry import (
    MAX_ID,
    Forgotten,
    Index,
    Registered,
    Registry,
    Row,
    index_faults,
)
from prometeu_assets.workspace.released import Released

Answers = Mapping[str, str | None]
"""Uuid to the root that a person names for the asset; None for an asset to be forgotten."""

_NO_ANSWERS: Final[Answers] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that is repaired. ``kind`` is one of the published names; ``text`` a sentence."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The registry after every repair, what is repaired, and the faults that are left in it."""

    registry: Registry
    repairs: tuple[Repair, ...]
    left: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the rows of one asset say together: no root when it was forgotten."""

    roots: tuple[str, ...]
    included: bool
    ids: frozenset[int]


def plan(index: Index, project: ProjectState, answers: Answers = _NO_ANSWERS) -> Plan:
    """The repair of an index and its record. Clause: ``spec/workspace.md#merges``."""
    released = index.registry.released
    states = dict(_states(index.rows, project, answers))
    losers = dict(_losers(states, project))
    for uuid, winner in losers.items():
        states[uuid] = replace(states[uuid], roots=())
        if states[uuid].ids <= states[winner].ids and uuid not in released.ids:
            del states[uuid]  # it has no asset and no id of its own
    given = _given({uuid: state.ids for uuid, state in states.items()}, released, index.rows)
    rows: list[Row] = [Forgotten(asset_id=row.asset_id) for row in index.rows]
    for uuid, state in states.items():
        rows += (
            Registered(
                asset_id=given[uuid], asset_uuid=uuid, root=root, included_in_build=state.included
            )
            for root in state.roots
        )
        if not state.roots:
            rows.append(Forgotten(asset_id=given[uuid], asset_uuid=uuid))
    registry = Registry.of(rows, released, index.registry.warnings)
    repairs = [
        Repair(kind="text", text=f"{fault.file} is written again from its lines")
        for fault in index.texts
    ]
    repairs += _told_apart(index.rows, registry, losers)
    if not repairs and set(index.rows) != set(registry.rows):
        text = "an id without an asset has a row only where no asset has the id"
        repairs.append(Repair(kind="one-row", text=text))
    if not repairs and not in_order(index.rows):
        repairs.append(Repair(kind="order", text="the rows of the index are sorted by id"))
    left = (_asking(fault, registry, project) for fault in index_faults(registry.rows, released))
    return Plan(registry=registry, repairs=tuple(repairs), left=tuple(left))


def answered(index: Index, project: ProjectState, answers: Answers) -> Registry:
    """The registry with what a person says of an asset about which `plan` has to ask.

    Other questions may stay. Raises `Refused` when the answer leaves no fewer than before.
    """
    if not index.faults:
        return index.registry
    before = plan(index, project)
    if any(repair.kind != "order" for repair in before.repairs):
        raise Refused(*index.faults)
    after = plan(index, project, answers)
    if after.left and _questions(after) >= _questions(before):
        raise Refused(*after.left)
    return after.registry


def _questions(made: Plan) -> tuple[int, int]:
    """How much a plan leaves to people: assets without one root, and all faults."""
    codes = [fault.code for fault in made.left]
    return codes.count("INDEX_UUID"), len(codes)


def _states(
    rows: Iterable[Row], project: ProjectState, answers: Answers
) -> Iterator[tuple[str, _State]]:
    for uuid, group in _by_uuid(rows).items():
        registered = [row for row in group if isinstance(row, Registered)]
        roots: Iterable[str] = {row.root for row in registered}
        if uuid in answers:
            roots = [root for root in (answers[uuid],) if root is not None]
        elif len(registered) < len(group):
            roots = []
        elif len(there := _there(uuid, roots, project)) == 1:
            roots = there
        yield (
            uuid,
            _State(
                roots=tuple(sorted(roots)),
                included=all(row.included_in_build for row in registered),
                ids=frozenset(row.asset_id for row in group),
            ),
        )


def _by_uuid(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.asset_uuid is not None:
            groups.setdefault(row.asset_uuid, []).append(row)
    return groups


def _there(uuid: str, roots: Iterable[str], project: ProjectState) -> list[str]:
    """The roots whose document has the uuid; those whose document has none, if no other has it."""
    own = [root for root in roots if project.uuid_at(root) == uuid]
    return own or [root for root in roots if project.is_anonymous(root)]


def _losers(states: Mapping[str, _State], project: ProjectState) -> Iterator[tuple[str, str]]:
    """The assets whose root another has, each with that other one."""
    claims: dict[str, list[str]] = {}
    for uuid, state in states.items():
        if len(state.roots) == 1:
            claims.setdefault(state.roots[0], []).append(uuid)
    for root, uuids in claims.items():
        if len(uuids) == 1:
            continue
        own = project.uuid_at(root)
        winner = own if own in uuids else min(uuids) if project.is_anonymous(root) else None
        if winner is not None:
            yield from ((uuid, winner) for uuid in uuids if uuid != winner)


def _given(
    ids: Mapping[str, frozenset[int]], released: Released, rows: Iterable[Row]
) -> dict[str, int]:
    """Each asset's id, of those that its rows have, or a new one."""
    given: dict[str, int] = {}
    claims: dict[int, list[str]] = {}
    for uuid, own in ids.items():
        known = released.ids.get(uuid)
        disputed = [id for id in own if uuid in released.contested.get(id, ())]
        if known is not None:
            given[uuid] = min(own & set(known), default=known[0])
        elif disputed:
            given[uuid] = min(disputed)
        for id in own - released.holders.keys():
            claims.setdefault(id, []).append(uuid)
    for id in sorted(claims):
        free = [uuid for uuid in claims[id] if uuid not in given]
        if free:
            given[min(free)] = id
    following = max((released.highest, *(row.asset_id for row in rows))) + 1
    for uuid in sorted(ids.keys() - given.keys()):
        # When no id is left to give, the asset keeps one that another has, and that is reported.
        given[uuid] = following if following <= MAX_ID else min(ids[uuid])
        following += 1
    return given


def _told_apart(
    rows: Iterable[Row], registry: Registry, losers: Mapping[str, str]
) -> Iterator[Repair]:
    """What changed, asset by asset."""
    before = _by_uuid(rows)
    after = _by_uuid(registry.rows)
    holders = {row.asset_id: row for row in registry.rows}
    for uuid, group in before.items():
        if uuid not in after:
            text = f"the row of {uuid} is removed; {group[0].root} has the uuid {losers[uuid]}"
            yield Repair(kind="one-root", text=text)
            continue
        now = after[uuid][0]
        name = now.root or uuid
        if now.asset_id not in {row.asset_id for row in group}:
            old = holders.get(group[0].asset_id)
            other = old.root or old.asset_uuid if old is not None else None
            stays = f"; the id {group[0].asset_id} stays with {other}" if other else ""
            yield Repair(kind="new-id", text=f"{name} is asset {now.asset_id}{stays}")
        if uuid in losers:
            text = f"{uuid} is forgotten; {group[0].root} has the uuid {losers[uuid]}"
            yield Repair(kind="one-root", text=text)
        elif len(group) > len(after[uuid]):
            text = f"{name} has one row: asset {now.asset_id}{_kept(now)}"
            yield Repair(kind="one-row", text=text)


def _kept(row: Row) -> str:
    if isinstance(row, Forgotten):
        return ", which is forgotten"
    return "" if row.included_in_build else ", excluded from the build"


def _asking(fault: Diagnostic, registry: Registry, project: ProjectState) -> Diagnostic:
    """A fault that no document decides, with the question to a person."""
    if fault.hint_key is not None or fault.code not in ("INDEX_UUID", "INDEX_ROOT"):
        return fault
    found = fault.data["found"]
    one, other, *_ = [row for row in registry.assets if found in (row.asset_uuid, row.root)]
    data = {"one": one.root, "two": other.root, "uuid": one.asset_uuid}
    data["uuid_of_other"] = other.asset_uuid
    gone = fault.code == "INDEX_UUID" and not _there(
        one.asset_uuid, (one.root, other.root), project
    )
    return fault.at(data={**fault.data, **data}, hint_key="gone" if gone else "ask")


def in_order(rows: Iterable[Row]) -> bool:
    """Whether rows are ordered by id, as the index is written."""
    ids = [row.asset_id for row in rows]
    return ids == sorted(ids)
