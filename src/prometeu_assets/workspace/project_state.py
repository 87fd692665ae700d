"""The registered assets beside what is on the disk: what doctor looks at, read once.

Clause: ``spec/workspace.md#doctor``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused
from prometeu_assets.documents import Parsed
from prometeu_assets.storage.folders import find_roots
from prometeu_assets.workspace.declarations import Declaration, load_all
from prometeu_assets.workspace.identity import Identity, identified
from prometeu_assets.workspace.places import around
from prometeu_assets.workspace.registry import ASSETS, Registered


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectState:
    """A project whose index could be read, faults in it or not; ``rows`` in order of the file."""

    project: Path
    contract: Contract
    rows: tuple[Registered, ...]

    @cached_property
    def roots(self) -> frozenset[str]:
        """Every asset root on the disk, spelled as there."""
        return frozenset(find_roots(self.project, ASSETS))

    @cached_property
    def unregistered(self) -> tuple[str, ...]:
        """The roots on the disk that the index does not name, sorted."""
        return tuple(sorted(self.roots - {row.root for row in self.rows}))

    @cached_property
    def _registered(self) -> frozenset[str]:
        return frozenset(row.asset_uuid for row in self.rows)

    @cached_property
    def strays(self) -> dict[str, list[str]]:
        """Uuid to the unregistered roots that claim it."""
        found: dict[str, list[str]] = {}
        for root in self.unregistered:
            uuid = self.uuid_at(root)
            if uuid is not None:
                found.setdefault(uuid, []).append(root)
        return found

    def in_place(self, row: Registered) -> bool:
        """Whether the asset is at its root, spelled so, with its own uuid.

        A document without a uuid, or one that cannot be read, is taken for its own.
        """
        return row.root in self.roots and self.uuid_at(row.root) in (None, row.asset_uuid)

    def uuid_at(self, root: str) -> str | None:
        """The uuid in the document at a root; None when there is none, or it cannot be read."""
        found = self._identity(root) if root in self.roots else None
        return None if found is None else found.uuid

    def is_anonymous(self, root: str) -> bool:
        """Whether the document at a root can be read and holds no uuid."""
        found = self._identity(root) if root in self.roots else None
        return found is not None and found.uuid is None

    def places(self, uuid: str) -> list[str]:
        """Every root on the disk, registered or not, whose document has a uuid, sorted."""
        return sorted(root for root in self.roots if self.uuid_at(root) == uuid)

    @cached_property
    def unreadable(self) -> list[Diagnostic]:
        """The documents, of those looked at, that the system does not let be read."""
        return []

    @cached_property
    def _identities(self) -> dict[str, Identity | Refused]:
        return {}

    @cached_property
    def _documents(self) -> dict[str, Parsed]:
        """The documents that were read for an identity, until a declaration is made of each."""
        return {}

    def identity(self, root: str) -> Identity:
        """What the document at a root says, which is read once. Raises `Refused`."""
        found = self._identities.get(root)
        if found is None:
            try:
                found, self._documents[root] = identified(self.project, root, self.contract)
            except Refused as refused:
                found = refused
            self._identities[root] = found
        if isinstance(found, Refused):
            raise found
        return found

    def _identity(self, root: str) -> Identity | None:
        is_new = root not in self._identities
        try:
            return self.identity(root)
        except Refused as refused:
            if is_new:
                self.unreadable.extend(d for d in refused.report if d.code == "PATH_UNREADABLE")
            return None

    def declarations(self, progress: Progress) -> Iterator[Declaration | Refused]:
        """Each row's declaration, or why there is none."""
        found = load_all(
            self.project, self.rows, self.contract, lambda root: self._documents.pop(root, None)
        )
        for done, row in enumerate(self.rows):
            progress(done, len(self.rows), row.root)
            each = next(found)
            if isinstance(each, Refused):
                each = Refused(*(self._found_again(d, row) for d in each.report))
            yield each

    def _found_again(self, fault: Diagnostic, row: Registered) -> Diagnostic:
        """A missing root with the place where its asset is now, if there is just one.

        A root where another registered asset is now, with that it may be registered.
        """
        if fault.code == "ASSET_UUID" and fault.data["found"] in self._registered:
            return fault.at(data={**fault.data, "root": row.root}, hint_key="moved")
        if fault.code != "ROOT_MISSING":
            return fault
        places = self.strays.get(row.asset_uuid, [])
        if len(places) != 1:
            return fault
        return fault.at(data={**fault.data, "found": places[0]}, hint_key="moved")


def unregistered_faults(roots: Iterable[str]) -> Iterator[Diagnostic]:
    """One warning for each root that is not registered."""
    for root in roots:
        file = f"{ASSETS}/{root}/asset.json"
        yield Diagnostic(code="ROOT_UNREGISTERED", data={"root": root}, file=file)


def name_faults(declarations: Iterable[Declaration]) -> Iterator[Diagnostic]:
    """Assets of the build that have the name of another."""
    first: dict[str, Declaration] = {}
    for declaration in declarations:
        if not declaration.registered.included_in_build:
            continue
        other = first.setdefault(declaration.name, declaration)
        if other is not declaration:
            data = {"name": declaration.name, "other": other.file}
            yield declaration.fault("ASSET_NAME", "/name", **data)


def nesting_faults(rows: Iterable[Registered]) -> Iterator[Diagnostic]:
    """Registered roots inside others."""
    by_root = {row.root: row for row in rows}
    for row in by_root.values():
        for outer in around(row.root):
            if outer in by_root:
                yield Diagnostic(
                    code="ROOT_NESTED",
                    data={"root": row.root, "outer": outer},
                    file=row.anchor,
                    asset=row.ref,
                )
