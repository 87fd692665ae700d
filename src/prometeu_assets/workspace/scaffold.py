"""Beginning an asset: its root with an ``asset.json`` and files that build at once, registered.

Clause: ``spec/workspace.md#new``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from prometeu_assets.contract.bank import Bank, Beginning
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.documents import INDEX
from prometeu_assets.storage.folders import find_roots, names_below
from prometeu_assets.storage.paths import destination, open_inside, stands
from prometeu_assets.storage.transaction import WORKSPACE, Lock, Transaction, recover
from prometeu_assets.workspace.identity import Draw, draw_uuid
from prometeu_assets.workspace.places import ANCHOR, Taken, around, root_of
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry, new_row, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A new asset. ``written`` are files relative to the project, its declaration last.

    ``beginning`` is what it began with: files that were there, or starters.
    """

    registered: Registered
    name: str
    written: tuple[str, ...]
    beginning: Beginning


def new(
    project: Path,
    kind: str,
    path: Path,
    *,
    name: str | None = None,
    draw: Draw = draw_uuid,
    contract: Contract = CURRENT,
) -> Created:
    """Begin an asset of one of the `kinds` at ``path`` and register it.

    Sources that already lie there become its inputs; for each role that finds none there is a
    starter. Nothing that is there is overwritten. Raises `Refused`, `OSError`.
    """
    require(project)
    with Lock(project):
        recover(project, WORKSPACE)
        registry = Registry.load(project, contract)
        root = root_of(project, path)
        _check_free(project, root, registry)
        row = new_row(registry.next_asset_id, root, draw())
        bank = kinds(contract)[kind]
        sources = _begin(project, root, bank)
        document = _document(bank, row, root if name is None else name, sources, contract)
        _check_name(document, root, contract)
        text = f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()
        texts = {f"{row.directory}/{path}": data for path, data in sources.starters.items()}
        texts[row.anchor] = text
        with Transaction(project, WORKSPACE) as transaction:
            for file, data in texts.items():
                transaction.stage(file, [data])
            registry = registry.with_rows((*registry.assets, row), row.asset_id + 1)
            transaction.stage(INDEX, [registry.encode()])
            transaction.commit()
    return Created(
        registered=row,
        name=document["name"],
        written=tuple(texts),
        beginning=sources,
    )


def _begin(project: Path, root: str, bank: Bank[Any]) -> Beginning:
    """What an asset of this bank begins with in a root that may hold sources already."""
    present = {name: _present(project, root, role.endings) for name, role in bank.roles.items()}
    return bank.begin(present, partial(_opened, project, root))


def _present(project: Path, root: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    """The files below a root with one of these endings, relative to it, sorted.

    Raises `Refused` with a fault for each that no document can name or no build can read.
    """
    there = names_below(project, f"{ASSETS}/{root}")
    found = [path for path in there if path.lower().endswith(endings)]
    faults: list[Diagnostic] = []
    for path in found:
        try:
            with _opened(project, root, path):
                pass
        except Refused as refused:
            faults += refused.at(asset=AssetRef(name=root)).report
    if faults:
        raise Refused(*faults)
    return tuple(found)


def _opened(project: Path, root: str, path: str) -> IO[bytes]:
    return open_inside(project, f"{ASSETS}/{root}/{path}")


def kinds(contract: Contract) -> dict[str, Bank[Any]]:
    """The kinds of assets, such as ``tile-bank``, each with its bank."""
    return {bank.asset_type.replace("_", "-"): bank for bank in contract.written.banks}


def _document(
    bank: Bank[Any], row: Registered, name: str, sources: Beginning, contract: Contract
) -> dict[str, Any]:
    return {
        "schema_version": contract.windows["asset"][-1],
        "asset_uuid": row.asset_uuid,
        "name": name,
        "type": bank.asset_type,
        "inputs": {role: list(paths) for role, paths in sources.inputs.items()},
        "output": {"format": bank.format, "codec": "NONE", "metadata": dict(sources.metadata)},
        "preload": {"enabled": False},
    }


def _check_name(document: dict[str, Any], root: str, contract: Contract) -> None:
    """Refuse a name that no pack can hold; with other faults the build will say what is wrong."""
    version = document["schema_version"]
    for violation in contract.documents.violations(("asset", version), document):
        if violation.pointer == "/name":
            data = {"name": document["name"]}
            raise Refused(Diagnostic(code="NEW_NAME", data=data, asset=AssetRef(name=root)))


def _check_free(project: Path, root: str, registry: Registry) -> None:
    """Refuse a place where an asset is or cannot be."""
    anchor = f"{ASSETS}/{root}/{ANCHOR}"
    destination(project, anchor)
    if stands(project, anchor):
        data = {"root": root}
        raise Refused(
            Diagnostic(code="NEW_EXISTS", data=data, file=anchor, asset=AssetRef(name=root))
        )
    faults = list(Taken(registry.assets).faults(root))
    registered = {row.root for row in registry.assets}
    outer = [o for o in around(root) if stands(project, f"{ASSETS}/{o}/{ANCHOR}")]
    pairs = [(root, o) for o in outer]
    if stands(project, f"{ASSETS}/{root}"):
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
