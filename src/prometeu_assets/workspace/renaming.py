"""Giving an asset another name, and making an asset of its own from another one's files.

Clause: ``spec/workspace.md#rename``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.documents import INDEX
from prometeu_assets.storage.folders import names_below
from prometeu_assets.storage.paths import exists, open_inside
from prometeu_assets.storage.transaction import WORKSPACE, Tell, Transaction, unheard, writing
from prometeu_assets.workspace.declarations import as_written, load, require_name
from prometeu_assets.workspace.editors import led
from prometeu_assets.workspace.identity import Draw, draw_uuid, identity
from prometeu_assets.workspace.lookup import resolve
from prometeu_assets.workspace.places import ANCHOR, require_free, root_of
from prometeu_assets.workspace.registry import Registered, Registry, require
from prometeu_assets.workspace.rewrite import rewrite

_PIECE: Final = 1_000_000
"""Bytes that are copied at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """An asset with another name."""

    registered: Registered
    old: str
    name: str

    def as_json(self) -> dict[str, Any]:
        """The document of ``schemas/renaming/``."""
        return {
            "schema_version": CURRENT.newest("renaming"),
            **self.registered.members,
            "asset_name": self.name,
            "old_name": self.old,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicated:
    """A new asset with the files of another; ``written`` are relative to the project."""

    registered: Registered
    name: str
    source: Registered
    written: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The document of ``schemas/duplication/``."""
        return {
            "schema_version": CURRENT.newest("duplication"),
            **self.registered.members,
            "asset_name": self.name,
            "source_id": self.source.asset_id,
            "written": list(self.written),
        }


def rename(
    project: Path, given: str, name: str, *, contract: Contract = CURRENT, tell: Tell = unheard
) -> Renamed:
    """Give an asset, as people name it, another name in packs; its id, uuid and root stay.

    No other byte of its document changes. Raises `Refused` when the asset is not found, when no
    pack can hold the name, and when another asset has it; `OSError`.
    """
    require(project)
    with writing(project, tell):
        registry = Registry.load(project, contract)
        (row,) = resolve(project, registry, [given], contract)
        old = load(project, row, contract).name
        text = _changed(project, row, row.root, {"name": name}, contract)
        _require_unused(project, registry, name, row, contract)
        if name != old:
            with Transaction(project, WORKSPACE) as transaction:
                transaction.stage(row.anchor, [text])
                transaction.commit()
    return Renamed(registered=row, old=old, name=name)


def duplicate(
    project: Path,
    given: str,
    path: Path,
    *,
    name: str | None = None,
    draw: Draw = draw_uuid,
    contract: Contract = CURRENT,
    tell: Tell = unheard,
) -> Duplicated:
    """Copy the files of an asset, as people name it, to a new root, as an asset of its own.

    It has a new uuid and a new id, and its root as name without a ``name``. What a dot hides is
    not copied. Raises `Refused`, `OSError`; no file that is there is overwritten.
    """
    require(project)
    with writing(project, tell):
        registry = Registry.load(project, contract)
        (source,) = resolve(project, registry, [given], contract)
        load(project, source, contract)
        root = root_of(project, path)
        require_free(project, root, registry)
        row = registry.new(root, draw())
        name = root if name is None else name
        changes = {"asset_uuid": row.asset_uuid, "name": name}
        text = _changed(project, source, root, changes, contract)
        _require_unused(project, registry, name, row, contract)
        files = [file for file in names_below(project, source.directory) if file != ANCHOR]
        for file in files:
            if exists(project, taken := f"{row.directory}/{file}"):
                data = {"path": file, "taken": taken}
                raise Refused(Diagnostic(code="BRING_TAKEN", data=data, file=taken, asset=row.ref))
        texts = {row.anchor: text} | led(project, root, contract, text)
        with Transaction(project, WORKSPACE) as transaction:
            for file in files:
                with open_inside(project, f"{source.directory}/{file}") as opened:
                    transaction.stage(f"{row.directory}/{file}", _pieces(opened))
            for file, text in texts.items():
                transaction.stage(file, [text])
            transaction.stage(INDEX, [registry.with_rows([row]).encode()])
            transaction.commit()
    written = (*(f"{row.directory}/{file}" for file in files), *reversed(texts))
    return Duplicated(registered=row, name=name, source=source, written=written)


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    while piece := opened.read(_PIECE):
        yield piece


def _changed(
    project: Path, source: Registered, root: str, changes: dict[str, str], contract: Contract
) -> bytes:
    """The document of an asset with other members where it has them. Raises `Refused`."""
    data, old = as_written(project, source, contract)
    new = {member: changes.get(member, value) for member, value in old.items()}
    require_name(new, root, contract)
    return rewrite(data, new)


def _require_unused(
    project: Path, registry: Registry, name: str, own: Registered, contract: Contract
) -> None:
    """Refuse the name of another registered asset; one that cannot be read has none."""
    for row in registry.assets:
        found = None
        with suppress(Refused):
            found = identity(project, row.root, contract).name
        if found == name and row.asset_id != own.asset_id:
            data = {"name": name, "other": row.anchor}
            raise Refused(Diagnostic(code="ASSET_NAME", data=data, file=own.anchor, asset=own.ref))
