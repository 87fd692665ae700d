"""The registry: which assets there are, their ids for ever, and which of them are built.

Clause: ``spec/workspace.md``; schema ``schemas/index/``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.storage.paths import check, collisions
from prometeu_assets.workspace.documents import read_document

ASSETS: Final = "assets"
INDEX: Final = f"{ASSETS}/.prometeu/index.json"
MAX_ID: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """One registered asset. ``root`` is relative to ``assets/``."""

    asset_id: int
    asset_uuid: str
    root: str
    included_in_build: bool = True

    @property
    def directory(self) -> str:
        """The root relative to the project."""
        return f"{ASSETS}/{self.root}"

    @property
    def anchor(self) -> str:
        """The asset's declaration, relative to the project."""
        return f"{self.directory}/asset.json"

    @property
    def ref(self) -> AssetRef:
        """The asset, for a diagnostic."""
        return AssetRef(id=self.asset_id, name=self.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The registered world, ordered by id; a change returns a new one.

    ``editor`` is the document's ``$schema``, which is for editors alone and kept.
    """

    next_asset_id: int = 1
    assets: tuple[Registered, ...] = ()
    editor: str | None = None
    warnings: tuple[Diagnostic, ...] = ()

    @classmethod
    def load(cls, project: Path, contract: Contract) -> Registry:
        """The registry of a project. Raises `Refused` with every fault in it."""
        require(project)
        document = read_document(project, INDEX, "index", contract, context={})
        rows = [Registered(**row) for row in document.value["assets"]]
        faults = list(_faults(rows, document.value["next_asset_id"]))
        if faults:
            raise Refused(*faults)
        return cls(
            next_asset_id=document.value["next_asset_id"],
            assets=tuple(sorted(rows, key=lambda row: row.asset_id)),
            # That of an older version would be wrong beside what is written.
            editor=None if document.warnings else document.value.get("$schema"),
            warnings=document.warnings,
        )

    def encode(self) -> bytes:
        """The text of ``index.json``, one line an entry so that merges stay small."""
        rows = [
            json.dumps(
                {
                    "asset_id": row.asset_id,
                    "asset_uuid": row.asset_uuid,
                    "root": row.root,
                    "included_in_build": row.included_in_build,
                },
                ensure_ascii=False,
            )
            for row in self.assets
        ]
        shown = json.dumps(self.editor, ensure_ascii=False)
        editor = "" if self.editor is None else f'  "$schema": {shown},\n'
        table = "[\n    " + ",\n    ".join(rows) + "\n  ]" if rows else "[]"
        return (
            f'{{\n{editor}  "schema_version": 2,\n'
            f'  "next_asset_id": {self.next_asset_id},\n'
            f'  "assets": {table}\n}}\n'
        ).encode()

    def with_asset(self, root: str, asset_uuid: str) -> Registry:
        """The registry with one more asset. Raises `Refused` when no id is left."""
        if self.next_asset_id > MAX_ID:
            raise Refused(Diagnostic(code="REGISTER_FULL", data={"highest": MAX_ID}))
        row = Registered(asset_id=self.next_asset_id, asset_uuid=asset_uuid, root=root)
        return replace(self, next_asset_id=self.next_asset_id + 1, assets=(*self.assets, row))

    def moved(self, row: Registered, root: str) -> tuple[Registry, Registered]:
        """The registry with one asset at another root, and that asset; its identity stays."""
        moved = replace(row, root=root)
        return replace(self, assets=tuple(moved if r is row else r for r in self.assets)), moved


def require(project: Path) -> None:
    """Raise `Refused` (``WORKSPACE_MISSING``) unless the directory is a project."""
    if not (project / INDEX).exists():
        data = {"path": str(project), "index": INDEX, "nor": ""}
        raise Refused(Diagnostic(code="WORKSPACE_MISSING", data=data))


def _faults(rows: list[Registered], next_asset_id: int) -> Iterator[Diagnostic]:
    pointers = [f"/assets/{index}" for index in range(len(rows))]
    for index, row in enumerate(rows):
        try:
            check(row.root)
        except Refused as refused:
            for diagnostic in refused.report:
                yield diagnostic.at(file=INDEX, pointer=f"{pointers[index]}/root", asset=row.ref)
    yield from _repeats(rows, "INDEX_ID", "asset_id", lambda row: row.root)
    yield from _repeats(rows, "INDEX_UUID", "asset_uuid", lambda row: row.root)
    yield from _repeats(rows, "INDEX_ROOT", "root", lambda row: row.asset_id)
    where = {row.root: index for index, row in enumerate(rows)}
    for one, two in collisions(where):
        yield Diagnostic(
            code="INDEX_ROOT",
            data={"found": two, "other": rows[where[one]].asset_id},
            pointer=f"{pointers[where[two]]}/root",
            file=INDEX,
            asset=rows[where[two]].ref,
            hint_key="case",
        )
    highest = max((row.asset_id for row in rows), default=0)
    if next_asset_id <= highest:
        yield Diagnostic(
            code="INDEX_NEXT",
            data={"found": next_asset_id, "highest": highest, "wanted": highest + 1},
            pointer="/next_asset_id",
            file=INDEX,
        )


def _repeats(
    rows: list[Registered], code: str, member: str, shown: Callable[[Registered], object]
) -> Iterator[Diagnostic]:
    first: dict[object, Registered] = {}
    for index, row in enumerate(rows):
        value = getattr(row, member)
        other = first.setdefault(value, row)
        if other is not row:
            yield Diagnostic(
                code=code,
                data={"found": value, "other": shown(other)},
                pointer=f"/assets/{index}/{member}",
                file=INDEX,
                asset=row.ref,
            )
