"""Registering asset roots: each gets an id, for ever.

Clause: ``spec/workspace.md``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from prometeu_assets.contract import CURRENT, Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report
from prometeu_assets.storage.paths import check, fold
from prometeu_assets.storage.transaction import WORKSPACE, Lock, Transaction, recover
from prometeu_assets.workspace.documents import read_document
from prometeu_assets.workspace.registry import ASSETS, INDEX, Registered, Registry, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What `register` did with one root: ``moved`` when a known asset has a new root."""

    registered: Registered
    moved: bool


def register(
    project: Path, roots: Iterable[Path], *, contract: Contract = CURRENT
) -> list[Registration]:
    """Register asset roots, all of them or none, in the order given; a root given twice is one.

    A root whose uuid is registered at a place that is gone is the same asset, moved.
    Raises `Refused` with the faults of all roots, `OSError`.
    """
    require(project)
    with Lock(project):
        recover(project, WORKSPACE)
        registry = Registry.load(project, contract)
        report = Report()
        names: dict[str, None] = {}
        for path in roots:
            try:
                names[_root(project, path)] = None
            except Refused as refused:
                report += refused.report
        taken = _Taken(registry.assets)
        done: list[Registration] = []
        for root in names:
            try:
                registry, registration = _registered(project, root, registry, taken, contract)
                done.append(registration)
            except Refused as refused:
                report += refused.report
        if not report.ok:
            raise Refused(report=report)
        with Transaction(project, WORKSPACE) as transaction:
            transaction.stage(INDEX, [registry.encode()])
            transaction.commit()
    return done


class _Taken:
    """What is registered, found by whatever a newcomer may clash with."""

    def __init__(self, rows: Iterable[Registered]) -> None:
        self.by_uuid: dict[str, Registered] = {}
        self._by_root: dict[str, Registered] = {}
        self._inside: dict[str, dict[int, Registered]] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Registered) -> None:
        root = fold(row.root)
        self.by_uuid[row.asset_uuid] = self._by_root[root] = row
        for outer in _around(root):
            self._inside.setdefault(outer, {})[row.asset_id] = row

    def remove(self, row: Registered) -> None:
        root = fold(row.root)
        del self.by_uuid[row.asset_uuid], self._by_root[root]
        for outer in _around(root):
            del self._inside[outer][row.asset_id]

    def at(self, root: str) -> Registered | None:
        """The asset registered at this root."""
        row = self._by_root.get(fold(root))
        return row if row is not None and row.root == root else None

    def faults(self, root: str, anchor: str) -> Iterator[Diagnostic]:
        """Why no asset can stand at ``root`` beside those that are registered."""
        folded, asset = fold(root), AssetRef(name=root)
        if folded in self._by_root:
            data = {"path": root, "other": self._by_root[folded].root}
            yield Diagnostic(code="PATH_COLLISION", data=data, file=anchor, asset=asset)
        nested = [(root, self._by_root[o].root) for o in _around(folded) if o in self._by_root]
        nested += [(row.root, root) for row in self._inside.get(folded, {}).values()]
        for inner, outer in nested:
            data = {"root": inner, "outer": outer}
            yield Diagnostic(code="ROOT_NESTED", data=data, file=anchor, asset=asset)


def _around(root: str) -> Iterator[str]:
    """The directories around a root, the outermost first."""
    parts = root.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _registered(
    project: Path, root: str, registry: Registry, taken: _Taken, contract: Contract
) -> tuple[Registry, Registration]:
    anchor = f"{ASSETS}/{root}/asset.json"
    known = taken.at(root)
    if known is not None:
        data: dict[str, object] = {"root": root, "id": known.asset_id}
        raise Refused(Diagnostic(code="REGISTER_KNOWN", data=data, file=anchor, asset=known.ref))
    uuid = _uuid(project, root, contract)
    old = taken.by_uuid.get(uuid)
    if old is not None:
        if _is_there(project, old, contract):
            data = {"root": root, "other": old.root}
            raise Refused(
                Diagnostic(
                    code="REGISTER_COPY",
                    data=data,
                    file=anchor,
                    pointer="/asset_uuid",
                    asset=AssetRef(name=root),
                )
            )
        taken.remove(old)
    faults = list(taken.faults(root, anchor))
    if faults:
        if old is not None:
            taken.add(old)
        raise Refused(*faults)
    if old is None:
        registry = registry.with_asset(root, uuid)
        row = registry.assets[-1]
    else:
        registry, row = registry.moved(old, root)
    taken.add(row)
    return registry, Registration(registered=row, moved=old is not None)


def _uuid(project: Path, root: str, contract: Contract) -> str:
    """The identity an asset claims for itself. Raises `Refused`, also when it has none."""
    anchor, asset = f"{ASSETS}/{root}/asset.json", AssetRef(name=root)
    try:
        document = read_document(project, anchor, "asset", contract, context={"asset_uuid": None})
    except Refused as refused:
        raise refused.at(asset=asset) from None
    uuid: str | None = document.value["asset_uuid"]
    if uuid is None:
        data = {"root": root, "found": document.version, "newest": contract.windows["asset"][-1]}
        raise Refused(
            Diagnostic(
                code="REGISTER_ANONYMOUS",
                data=data,
                file=anchor,
                pointer="/schema_version",
                asset=asset,
            )
        )
    return uuid


def _is_there(project: Path, row: Registered, contract: Contract) -> bool:
    """Whether the asset still stands at its registered root, as far as one can tell."""
    try:
        return _uuid(project, row.root, contract) == row.asset_uuid
    except Refused as refused:
        return "PATH_MISSING" not in refused.report.codes


def _root(project: Path, path: Path) -> str:
    """A path as people give it, as a root relative to ``assets/``."""
    assets = project / ASSETS
    given = Path(os.path.abspath(path))  # noqa: PTH100  # `resolve` would follow links
    if given.name == "asset.json" and not given.is_dir():
        given = given.parent
    # The same directory by any of its names: the way to the project may pass through a link.
    outer = next((p for p in given.parents if p.exists() and p.samefile(assets)), None)
    what = f"it is not below {assets}" if outer is None else "it has no asset.json"
    if outer is None or not (given / "asset.json").exists():
        raise Refused(Diagnostic(code="REGISTER_OUTSIDE", data={"path": str(path), "what": what}))
    return check(given.relative_to(outer).as_posix()).as_posix()
