"""Registering asset roots: each gets an id, for ever.

Clause: ``spec/workspace.md#registry``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.documents import INDEX
from prometeu_assets.storage.paths import stands
from prometeu_assets.storage.transaction import WORKSPACE, Tell, Transaction, unheard, writing
from prometeu_assets.workspace.identity import Draw, draw_uuid, identity, stands_at, with_uuid
from prometeu_assets.workspace.places import ANCHOR, Taken, existing_root_of
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry, new_row, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What `register` did with one root: ``moved`` when a known asset has a new root."""

    registered: Registered
    moved: bool


def register(
    project: Path,
    roots: Iterable[Path],
    *,
    adopt: bool = False,
    new_uuid: bool = False,
    draw: Draw = draw_uuid,
    contract: Contract = CURRENT,
    progress: Progress = silent,
    tell: Tell = unheard,
) -> list[Registration]:
    """Register asset roots, all of them or none, in the order given; a root given twice is one.

    A root whose uuid is registered at a place that is gone is the same asset, moved.
    ``adopt`` gives a root whose document is too old to hold a uuid one in the index;
    ``new_uuid`` writes a new one into each document that has one, and changes no other byte.
    Raises `Refused` with the faults of all roots, `OSError`.
    """
    require(project)
    with writing(project, tell):
        registry = Registry.load(project, contract)
        world = _World.of(project, registry, draw, contract)
        report = Report()
        names: dict[str, None] = {}
        for path in roots:
            try:
                names[existing_root_of(project, path)] = None
            except Refused as refused:
                report += refused.report
        done: list[Registration] = []
        for count, root in enumerate(names):
            progress(count, len(names), root)
            try:
                done.append(world.register(root, adopt=adopt, new_uuid=new_uuid))
            except Refused as refused:
                report += refused.report
        if not report.ok:
            raise Refused(report=report)
        with Transaction(project, WORKSPACE) as transaction:
            for name, text in world.texts.items():
                transaction.stage(name, [text])
            transaction.stage(INDEX, [world.registry(registry).encode()])
            transaction.commit()
    return done


@dataclass(slots=True, kw_only=True)
class _World:
    """The registered world while roots are added: its rows by id, and documents to be written."""

    project: Path
    contract: Contract
    draw: Draw
    rows: dict[int, Registered]
    taken: Taken
    following: int
    texts: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Path, registry: Registry, draw: Draw, contract: Contract) -> _World:
        return cls(
            project=project,
            contract=contract,
            draw=draw,
            rows={row.asset_id: row for row in registry.assets},
            taken=Taken(registry.assets),
            following=registry.next_asset_id,
        )

    def registry(self, before: Registry) -> Registry:
        return before.with_rows(self.rows.values(), self.following)

    def register(self, root: str, *, adopt: bool, new_uuid: bool) -> Registration:
        anchor = f"{ASSETS}/{root}/{ANCHOR}"
        known = self.taken.at(root)
        if known is not None:
            data = {"root": root, "id": known.asset_id}
            raise Refused(
                Diagnostic(code="REGISTER_KNOWN", data=data, file=anchor, asset=known.ref)
            )
        uuid = self._uuid(root, adopt=adopt, new_uuid=new_uuid)
        old = self.taken.by_uuid.get(uuid)
        if old is not None:
            if stands_at(self.project, old, self.contract):
                raise Refused(_copy(root, old))
            self.taken.remove(old)
        faults = list(self.taken.faults(root))
        if faults:
            if old is not None:
                self.taken.add(old)
            raise Refused(*faults)
        if old is None:
            row = new_row(self.following, root, uuid)
            self.following += 1
        else:
            row = replace(old, root=root)
        if new_uuid:
            self._rewrite(root, uuid)
        self.rows[row.asset_id] = row
        self.taken.add(row)
        return Registration(registered=row, moved=old is not None)

    def _uuid(self, root: str, *, adopt: bool, new_uuid: bool) -> str:
        """The identity under which a root is registered. Raises `Refused` when it has none."""
        found = identity(self.project, root, self.contract)
        if found.uuid is None and not adopt:
            raise Refused(self._anonymous(root, found.version))
        return self.draw() if found.uuid is None or new_uuid else found.uuid

    def _rewrite(self, root: str, uuid: str) -> None:
        if identity(self.project, root, self.contract).uuid is not None:
            text = with_uuid(self.project, root, uuid, self.contract)
            self.texts[f"{ASSETS}/{root}/{ANCHOR}"] = text

    def _anonymous(self, root: str, version: int) -> Diagnostic:
        gone = [r for r in self.rows.values() if not stands(self.project, r.anchor)]
        data = {"root": root, "found": version, "old": gone[0].root if gone else ""}
        return Diagnostic(
            code="REGISTER_ANONYMOUS",
            data=data,
            file=f"{ASSETS}/{root}/{ANCHOR}",
            pointer="/schema_version",
            asset=AssetRef(name=root),
            hint_key="gone" if gone else None,
        )


def _copy(root: str, other: Registered) -> Diagnostic:
    return Diagnostic(
        code="REGISTER_COPY",
        data={"root": root, "other": other.root},
        file=f"{ASSETS}/{root}/{ANCHOR}",
        pointer="/asset_uuid",
        asset=AssetRef(name=root),
    )
