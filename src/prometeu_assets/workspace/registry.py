"""The registry: which assets there are, their ids for ever, and which of them are built.

Clause: ``spec/workspace.md``; schema ``schemas/index/``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.documents import INDEX, read_document
from prometeu_assets.storage.paths import check, collisions, stands

ASSETS: Final = "assets"
MAX_ID: Final = 2**31 - 1

_NEXT: Final = re.compile(rb'"next_asset_id"\s*:\s*([0-9]{1,10})\s*,')


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
        index = read_index(project, contract)
        if index.faults:
            raise Refused(*index.faults)
        return index.registry

    def encode(self) -> bytes:
        """The text of ``index.json``, one line an entry so that merges stay small.

        The comma begins the line of a later entry: one more entry changes no line before it, and
        both sides of a merge, put after each other, are JSON.
        """
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
        table = "[\n    " + "\n  , ".join(rows) + "\n  ]" if rows else "[]"
        return (
            f'{{\n{editor}  "schema_version": {CURRENT.newest("index")},\n'
            f'  "next_asset_id": {self.next_asset_id},\n'
            f'  "assets": {table}\n}}\n'
        ).encode()

    def with_rows(self, rows: Iterable[Registered], next_asset_id: int | None = None) -> Registry:
        """The registry with these assets in place of its own."""
        following = self.next_asset_id if next_asset_id is None else next_asset_id
        return replace(self, next_asset_id=following, assets=_sorted(rows))

    def with_asset(self, root: str, asset_uuid: str) -> Registry:
        """The registry with one more asset. Raises `Refused` when no id is left."""
        row = new_row(self.next_asset_id, root, asset_uuid)
        return self.with_rows((*self.assets, row), row.asset_id + 1)

    def without(self, gone: Iterable[Registered]) -> Registry:
        """The registry without some assets; their ids are never given again."""
        ids = {row.asset_id for row in gone}
        return self.with_rows(row for row in self.assets if row.asset_id not in ids)

    def with_changed(self, changed: Iterable[Registered]) -> Registry:
        """The registry with some assets changed, found by their ids."""
        by_id = {row.asset_id: row for row in changed}
        return self.with_rows(by_id.get(row.asset_id, row) for row in self.assets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What ``index.json`` says, faults and all.

    ``rows`` are in the order of the file; ``registry`` holds the same, and may be trusted only
    when there are no ``faults``.
    """

    registry: Registry
    rows: tuple[Registered, ...]
    faults: tuple[Diagnostic, ...]


def new_row(asset_id: int, root: str, asset_uuid: str) -> Registered:
    """A newly registered asset. Raises `Refused` (``REGISTER_FULL``) when no id is left."""
    if asset_id > MAX_ID:
        raise Refused(Diagnostic(code="REGISTER_FULL", data={"highest": MAX_ID}))
    return Registered(asset_id=asset_id, asset_uuid=asset_uuid, root=root)


def read_index(project: Path, contract: Contract) -> Index:
    """The index of a project, as far as it can be read.

    Raises `Refused` when it cannot: no project, no JSON, another schema.
    """
    require(project)
    return _read(project, contract, bytes)


def read_merged_index(project: Path, contract: Contract) -> Index:
    """Like `read_index`, but of repeated ``next_asset_id`` the largest counts.

    Both sides of a merge, taken together, have two of them; the repeat stays a fault.
    """
    try:
        return read_index(project, contract)
    except Refused as refused:
        if set(refused.report.codes) != {"DOCUMENT_REPEATED"}:
            raise
        faults = tuple(d.at(hint_key="merge") for d in refused.report)
        try:
            index = _read(project, contract, _with_largest_next)
        except Refused:
            raise refused from None
        return replace(index, faults=(*faults, *index.faults))


def _read(project: Path, contract: Contract, mend: Callable[[bytes], bytes]) -> Index:
    document = read_document(project, INDEX, "index", contract, context={}, mend=mend)
    value = document.value
    rows = [Registered(**row) for row in value["assets"]]
    registry = Registry(
        next_asset_id=value["next_asset_id"],
        assets=_sorted(rows),
        # That of an older version would be wrong beside what is written.
        editor=None if document.warnings else value.get("$schema"),
        warnings=document.warnings,
    )
    faults = index_faults(rows, registry.next_asset_id)
    return Index(registry=registry, rows=tuple(rows), faults=tuple(faults))


def _with_largest_next(data: bytes) -> bytes:
    """The text of an index without every ``next_asset_id`` but the largest."""
    # In a string the quotes would be escaped, so only members match.
    found = list(_NEXT.finditer(data))
    largest = max(found, key=lambda match: int(match[1]), default=None)
    for match in reversed(found):
        if match is not largest:
            data = data[: match.start()] + data[match.end() :]
    return data


def _sorted(rows: Iterable[Registered]) -> tuple[Registered, ...]:
    return tuple(sorted(rows, key=lambda row: row.asset_id))


def require(project: Path) -> None:
    """Raise `Refused` (``WORKSPACE_MISSING``) unless the directory is a project."""
    if not stands(project, INDEX):
        data = {"path": str(project), "index": INDEX, "nor": ""}
        raise Refused(Diagnostic(code="WORKSPACE_MISSING", data=data))


def index_faults(rows: list[Registered], next_asset_id: int) -> Iterator[Diagnostic]:
    """What is wrong with rows in the order of the file, and with the next id."""
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
