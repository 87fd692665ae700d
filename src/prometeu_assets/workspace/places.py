"""The places of assets: the roots that people name, and which roots are taken.

Clause: ``spec/workspace.md#layout``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometeu_assets.contract.bank import Origin
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.storage.folders import find_roots
from prometeu_assets.storage.paths import check, destination, exists, fold
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry

ANCHOR = "asset.json"


def root_of(project: Path, path: Path) -> str:
    """A path as people give it, as a root relative to ``assets/``; it need not be there.

    Raises `Refused`: ``REGISTER_OUTSIDE`` when no asset can stand there, ``PATH_…``.
    """
    given = lexical(path)
    if given.name == ANCHOR and not given.is_dir():
        given = given.parent
    root = below_assets(project, given)
    if root is None:
        raise _outside(path, f"it is not below {project / ASSETS}", project)
    if not root:
        raise _outside(path, "it is the directory of all assets", project)
    check(root)
    if any(part.startswith(".") for part in root.split("/")):
        raise _outside(path, "a directory whose name begins with a dot holds none", project)
    return root


def existing_root_of(project: Path, path: Path) -> str:
    """Like `root_of`, of a root that is there. Raises `Refused`."""
    given = lexical(path)
    anchor = given if given.name == ANCHOR and not given.is_dir() else given / ANCHOR
    if below_assets(project, anchor.parent) and not anchor.exists():
        raise _outside(path, f"it has no {ANCHOR}", project)
    return root_of(project, path)


def lexical(path: Path) -> Path:
    """The path made absolute without following a link."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # `resolve` would follow links


def below_assets(project: Path, given: Path) -> str | None:
    """An absolute path relative to ``assets/``, ``""`` for that itself, None if not below it."""
    assets = project / ASSETS
    # The same directory by any of its names: the way to the project may pass through a link.
    places = (given, *given.parents)
    outer = next((p for p in places if p.exists() and p.samefile(assets)), None)
    if outer is None:
        return None
    relative = given.relative_to(outer).as_posix()
    return "" if relative == "." else relative


def _outside(path: Path, what: str, project: Path) -> Refused:
    # What people forget is the first part: the roots in the index and in `list` have none.
    relative = Path(f"{ASSETS}/{path.as_posix()}")
    inside = not path.is_absolute() and ".." not in path.parts and path.parts[:1] != (ASSETS,)
    hint = "prefix" if inside and path.parts and "is not below" in what else None
    data = {"path": str(path), "what": what, "nearest": (project / relative).as_posix()}
    return Refused(Diagnostic(code="REGISTER_OUTSIDE", data=data, hint_key=hint))


def around(root: str) -> Iterator[str]:
    """The directories around a root, the outermost first."""
    parts = root.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def check_origin(project: Path, origin: Origin) -> None:
    """Whether an input's path may be what it is; whether the file is there is seen by reading it.

    Clause: ``spec/workspace.md#shared``. Raises `Refused`: what `check` says, ``SHARED_PLACE``.
    """
    check(origin.path)
    if not origin.shared:
        return
    parts = origin.path.split("/")
    hidden = next((part for part in parts if part.startswith(".")), None)
    if hidden is not None:
        data = {"path": origin.path, "what": f"has the part {hidden!r}, which begins with a dot"}
        raise Refused(Diagnostic(code="SHARED_PLACE", data=data))
    for folder in around(origin.path):
        if exists(project, f"{ASSETS}/{folder}/{ANCHOR}"):
            data = {"path": origin.path, "what": f"is inside the root {folder}"}
            raise Refused(Diagnostic(code="SHARED_PLACE", data=data, hint_key="root"))


class ConflictIndex:
    """What is registered, found by whatever a newcomer may clash with."""

    def __init__(self, rows: Iterable[Registered]) -> None:
        self._by_root: dict[str, Registered] = {}
        self._inside: dict[str, dict[int, Registered]] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Registered) -> None:
        """Record that ``row`` has its root from now on."""
        root = fold(row.root)
        self._by_root[root] = row
        for outer in around(root):
            self._inside.setdefault(outer, {})[row.asset_id] = row

    def faults(self, root: str) -> Iterator[Diagnostic]:
        """Why no asset can stand at ``root`` beside those that are registered."""
        folded = fold(root)
        if folded in self._by_root:
            data = {"path": root, "other": self._by_root[folded].root}
            yield _fault("PATH_COLLISION", root, **data)
        nested = [(root, self._by_root[o].root) for o in around(folded) if o in self._by_root]
        nested += [(row.root, root) for row in self._inside.get(folded, {}).values()]
        for inner, outer in nested:
            yield _fault("ROOT_NESTED", root, root=inner, outer=outer)


def _fault(code: str, at: str, **data: object) -> Diagnostic:
    return Diagnostic(code=code, data=data, file=f"{ASSETS}/{at}/{ANCHOR}", asset=AssetRef(name=at))


def require_free(project: Path, root: str, registry: Registry) -> None:
    """Raise `Refused` for a root where an asset is or cannot be."""
    anchor = f"{ASSETS}/{root}/{ANCHOR}"
    destination(project, anchor)
    registered = {row.root for row in registry.assets}
    if exists(project, anchor):
        raise Refused(
            Diagnostic(
                code="NEW_EXISTS",
                data={"root": root},
                file=anchor,
                asset=AssetRef(name=root),
                hint_key="registered" if root in registered else None,
            )
        )
    faults = list(ConflictIndex(registry.assets).faults(root))
    outer = [o for o in around(root) if exists(project, f"{ASSETS}/{o}/{ANCHOR}")]
    pairs = [(root, o) for o in outer]
    if exists(project, f"{ASSETS}/{root}"):
        inside = find_roots(project, f"{ASSETS}/{root}")
        pairs += [(f"{root}/{inner}", root) for inner in inside]
    for inner, around_it in pairs:
        if not {inner, around_it} & registered:
            data = {"root": inner, "outer": around_it}
            faults.append(
                Diagnostic(code="ROOT_NESTED", data=data, file=anchor, asset=AssetRef(name=root))
            )
    if faults:
        raise Refused(*faults)
