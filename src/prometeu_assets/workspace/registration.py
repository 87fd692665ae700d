"""Registering asset roots: each gets an id, for ever.

Clause: ``spec/workspace.md#registry``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Progress, Refused, silent
from prometeu_assets.documents import INDEX
from prometeu_assets.result import Result
from prometeu_assets.storage.paths import exists
from prometeu_assets.storage.transaction import Tell, publish
from prometeu_assets.viewpoint import StrPath
from prometeu_assets.workspace.editors import led
from prometeu_assets.workspace.git import is_sparse
from prometeu_assets.workspace.identity import Identity, draw_uuid, identity, with_uuid
from prometeu_assets.workspace.places import ANCHOR, ConflictIndex, existing_root_of
from prometeu_assets.workspace.project_state import ProjectState
from prometeu_assets.workspace.registry import (
    ASSETS,
    Index,
    Registered,
    Registry,
    changing,
    read_index,
)
from prometeu_assets.workspace.repair import answered


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredRoot:
    """What `register` did with one root: ``moved`` when a known asset has a new root."""

    registered: Registered
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Result):
    """The roots that were registered, in the order given, then the assets that followed."""

    roots: tuple[RegisteredRoot, ...]

    document = "registration"

    @property
    def members(self) -> dict[str, Any]:
        rows = [{**item.registered.members, "moved": item.moved} for item in self.roots]
        return {"registered": rows}


def register(
    *roots: StrPath,
    project: StrPath | None = None,
    adopt: bool = False,
    new_uuid: bool = False,
    moved: bool = False,
    contract: Contract = CURRENT,
    progress: Progress = silent,
    tell: Tell = silent,
) -> Registration:
    """Register asset roots, all of them or none, in the order given; a root given twice is one.

    Each is a path to a directory with an ``asset.json`` below ``assets/``. Without ``project``,
    the one around the current directory.

    A root whose uuid is registered at a place that is gone is the same asset, moved; ``moved``
    says so of a place that may only be absent from a sparse checkout. Assets that are no longer at
    a root that is given, and are at one other root, follow.
    ``adopt`` gives a root whose document is too old to hold a uuid one in the index;
    ``new_uuid`` writes a new one into each document that has one. In each document no other byte
    changes, but the ``$schema`` when it is the tool's own and no longer leads to its file.
    Raises `Refused` with the faults of all roots, `OSError`; `ValueError` when both ``new_uuid``
    and ``moved`` are given.
    """
    if new_uuid and moved:
        raise ValueError("an asset that was moved keeps its uuid: give moved or new_uuid")
    with changing(project, tell) as (base, _):
        index = read_index(base, contract)
        given = map(Path, roots)
        found, faults = _identities(base, given, contract, progress)
        work = _Work.of(base, index, found, contract, new_uuid=new_uuid)
        work.faults += faults
        for claim in found:
            try:
                work.claim(claim, adopt=adopt, new_uuid=new_uuid, moved=moved)
            except Refused as refused:
                work.faults += refused.report
        work.follow()
        done = work.rows()
        if work.faults:
            raise Refused(*work.faults)
        known = {claim.root: claim for claim in found}
        for row in (item.registered for item in done):
            text = work.texts.get(row.anchor)
            work.texts |= led(base, row.root, contract, text, known.get(row.root))
        registry = work.registry.with_rows(item.registered for item in done)
        publish(base, {**work.texts, INDEX: registry.encode()})
    return Registration(roots=tuple(done))


def _identities(
    project: Path, roots: Iterable[Path], contract: Contract, progress: Progress
) -> tuple[list[Identity], list[Diagnostic]]:
    """What is at the roots that were given, and the faults of those where nothing can be."""
    faults: list[Diagnostic] = []
    names: dict[str, None] = {}
    for path in roots:
        try:
            names[existing_root_of(project, path)] = None
        except Refused as refused:
            faults += refused.report
    found: list[Identity] = []
    for count, root in enumerate(names):
        progress(count, len(names), root)
        try:
            found.append(identity(project, root, contract))
        except Refused as refused:
            faults += refused.report
    return found, faults


@dataclass(slots=True, kw_only=True)
class _Work:
    """The registry while roots are claimed: ``claims`` is uuid to root, in the order given.

    ``homeless`` are the uuids of assets whose root is claimed and that have no other.
    """

    project: Path
    contract: Contract
    state: ProjectState
    registry: Registry
    asked: frozenset[str]
    by_uuid: dict[str, Registered]
    by_root: dict[str, Registered]
    claims: dict[str, str] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    homeless: set[str] = field(default_factory=set)
    faults: list[Diagnostic] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        project: Path,
        index: Index,
        found: Iterable[Identity],
        contract: Contract,
        *,
        new_uuid: bool,
    ) -> _Work:
        """The work on an index; the roots given may answer what its repair has to ask."""
        state = ProjectState(project=project, contract=contract, rows=index.assets)
        answers: dict[str, str | None] = {}
        for claim in found if index.faults else ():
            rows = [row.root for row in index.assets if row.asset_uuid == claim.uuid]
            others = (root for root in rows if root != claim.root)
            left = [root for root in others if state.uuid_at(root) == claim.uuid]
            if claim.uuid is not None and rows:
                answers[claim.uuid] = left[0] if new_uuid and len(left) == 1 else claim.root
        registry = answered(index, state, answers)
        return cls(
            project=project,
            contract=contract,
            state=state,
            registry=registry,
            asked=frozenset(answers),
            by_uuid={row.asset_uuid: row for row in registry.assets},
            by_root={row.root: row for row in registry.assets},
        )

    def claim(self, found: Identity, *, adopt: bool, new_uuid: bool, moved: bool) -> None:
        """Say which asset is at a root that was given. Raises `Refused`."""
        root, at = found.root, self.by_root.get(found.root)
        if at is not None and found.uuid in (None, at.asset_uuid) and found.uuid not in self.asked:
            data = {"root": root, "id": at.asset_id}
            raise Refused(_at(root, "REGISTER_KNOWN", data).at(asset=at.ref))
        if found.uuid is None and not adopt:
            raise Refused(self._anonymous(found))
        if found.uuid is None or new_uuid:
            uuid = draw_uuid()
            if found.uuid is not None:
                text = with_uuid(self.project, root, uuid, self.contract)
                self.texts[f"{ASSETS}/{root}/{ANCHOR}"] = text
        else:
            uuid = found.uuid
            self._require_moved(uuid, root, moved=moved)
        self.claims[uuid] = root

    def _require_moved(self, uuid: str, root: str, *, moved: bool) -> None:
        """Refuse a root whose asset is at another root, or may be."""
        old = self.by_uuid.get(uuid)
        other = self.claims.get(uuid, root if old is None else old.root)
        if other == root:
            return
        data = {"root": root, "other": other}
        copied = uuid in self.claims or (old is not None and self.state.in_place(old))
        if self.state.unreadable:
            raise Refused(*self.state.unreadable)
        if copied:
            raise Refused(_at(root, "REGISTER_COPY", data).at(pointer="/asset_uuid"))
        if not moved and other not in self.state.roots and is_sparse(self.project):
            raise Refused(_at(root, "REGISTER_ABSENT", data).at(pointer="/asset_uuid"))

    def follow(self) -> None:
        """Let assets whose root is claimed by others have the only root where their uuid is."""
        pending = list(self.claims.values())
        while pending:
            root = pending.pop()
            at = self.by_root.get(root)
            if at is None or at.asset_uuid in self.claims:
                continue
            places = self.state.places(at.asset_uuid)
            if len(places) == 1:
                self.claims[at.asset_uuid] = places[0]
                pending.append(places[0])
            else:
                data = {"root": root, "id": at.asset_id}
                self.faults.append(_at(root, "REGISTER_TAKEN", data).at(asset=at.ref))
                self.homeless.add(at.asset_uuid)

    def rows(self) -> list[RegisteredRoot]:
        """The rows of what is claimed; where one cannot be, that is a fault."""
        away = self.claims.keys() | self.homeless
        taken = ConflictIndex(row for row in self.registry.assets if row.asset_uuid not in away)
        following = self.registry.next_asset_id
        done: list[RegisteredRoot] = []
        for uuid, root in self.claims.items():
            old = self.by_uuid.get(uuid)
            if old is None:
                row = self.registry.new(root, uuid, following)
                following = max(following, row.asset_id + 1)
            else:
                row = replace(old, root=root)
            faults = list(taken.faults(root))
            self.faults += faults
            if not faults:
                taken.add(row)
            done.append(RegisteredRoot(registered=row, moved=old is not None))
        return done

    def _anonymous(self, found: Identity) -> Diagnostic:
        gone = [row for row in self.registry.assets if not exists(self.project, row.anchor)]
        data = {"root": found.root, "found": found.version, "old": gone[0].root if gone else ""}
        fault = _at(found.root, "REGISTER_ANONYMOUS", data)
        return fault.at(pointer="/schema_version", hint_key="gone" if gone else None)


def _at(root: str, code: str, data: Mapping[str, object]) -> Diagnostic:
    return Diagnostic(
        code=code, data=data, file=f"{ASSETS}/{root}/{ANCHOR}", asset=AssetRef(name=root)
    )
