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
from prometeu_assets.diagnostics import Diagnostic, Refused, silent
from prometeu_assets.documents import INDEX
from prometeu_assets.result import Result
from prometeu_assets.storage.folders import names_below
from prometeu_assets.storage.paths import exists, open_inside
from prometeu_assets.storage.transaction import WORKSPACE, Tell, Transaction, publish
from prometeu_assets.viewpoint import StrPath
from prometeu_assets.workspace.declarations import as_written, load, require_name
from prometeu_assets.workspace.editors import led
from prometeu_assets.workspace.identity import draw_uuid, identity
from prometeu_assets.workspace.lookup import AssetName, resolve
from prometeu_assets.workspace.places import ANCHOR, require_free, root_of
from prometeu_assets.workspace.registry import Registered, Registry, changing
from prometeu_assets.workspace.rewrite import rewrite

_PIECE: Final = 1_000_000
"""Bytes that are copied at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Result):
    """An asset with another name."""

    registered: Registered
    old: str
    name: str

    document = "renaming"

    @property
    def members(self) -> dict[str, Any]:
        return {
            **self.registered.members,
            "asset_name": self.name,
            "old_name": self.old,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicated(Result):
    """A new asset with the files of another; ``written`` are relative to the ``project``."""

    project: Path
    registered: Registered
    name: str
    source: Registered
    written: tuple[str, ...]

    document = "duplication"

    @property
    def members(self) -> dict[str, Any]:
        return {
            **self.registered.members,
            "asset_name": self.name,
            "source_id": self.source.asset_id,
            "written": list(self.written),
        }


def rename(
    asset: AssetName,
    name: str,
    *,
    project: StrPath | None = None,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Renamed:
    """Give an asset, as people name it, another name in packs; its id, uuid and root stay.

    Without ``project``, the one around the current directory.
    No other byte of its document changes. Raises `Refused` when the asset is not found, when no
    pack can hold the name, and when another asset has it; `OSError`.
    """
    with changing(project, tell) as (base, _):
        registry = Registry.load(base, contract)
        (row,) = resolve(base, registry, [asset], contract)
        old = load(base, row, contract).name
        text = _changed(base, row, row.root, {"name": name}, contract)
        _require_unused(base, registry, name, row, contract)
        if name != old:
            publish(base, {row.anchor: text})
    return Renamed(registered=row, old=old, name=name)


def duplicate(
    asset: AssetName,
    root: StrPath,
    *,
    name: str | None = None,
    project: StrPath | None = None,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Duplicated:
    """Copy the files of an asset, as people name it, to a new root, as an asset of its own.

    ``root`` is a path to its directory. It has a new uuid and a new id, and its root as name
    without a ``name``. What a dot hides is not copied. Without ``project``, the one around the
    current directory. Raises `Refused`, `OSError`; no file that is there is overwritten.
    """
    with changing(project, tell) as (base, _):
        registry = Registry.load(base, contract)
        (source,) = resolve(base, registry, [asset], contract)
        load(base, source, contract)
        own = root_of(base, Path(root))
        require_free(base, own, registry)
        row = registry.new(own, draw_uuid())
        name = own if name is None else name
        changes = {"asset_uuid": row.asset_uuid, "name": name}
        text = _changed(base, source, own, changes, contract)
        _require_unused(base, registry, name, row, contract)
        files = [file for file in names_below(base, source.directory) if file != ANCHOR]
        for file in files:
            if exists(base, taken := f"{row.directory}/{file}"):
                data = {"path": file, "taken": taken}
                raise Refused(Diagnostic(code="BRING_TAKEN", data=data, file=taken, asset=row.ref))
        texts = {row.anchor: text} | led(base, own, contract, text)
        with Transaction(base, WORKSPACE) as transaction:
            for file in files:
                with open_inside(base, f"{source.directory}/{file}") as opened:
                    transaction.stage(f"{row.directory}/{file}", _pieces(opened))
            for file, text in texts.items():
                transaction.stage(file, [text])
            transaction.stage(INDEX, [registry.with_rows([row]).encode()])
            transaction.commit()
    written = (*(f"{row.directory}/{file}" for file in files), *reversed(texts))
    return Duplicated(project=base, registered=row, name=name, source=source, written=written)


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
