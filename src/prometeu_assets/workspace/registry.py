"""The registry: which assets there are, their ids for ever, and which of them are built.

Clause: ``spec/workspace.md#registry``; schema ``schemas/index/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.bank import Origin
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.documents import INDEX, RELEASED, document_bytes, understood
from prometeu_assets.storage.paths import check, collisions
from prometeu_assets.storage.transaction import Tell, writing
from prometeu_assets.viewpoint import StrPath, View, at_project, require
from prometeu_assets.workspace.released import Released, merged_value, read_record
from prometeu_assets.workspace.rows import text

ASSETS: Final = "assets"
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

    def place(self, origin: Origin) -> str:
        """Where the file of an entry is, relative to the project."""
        return f"{ASSETS if origin.shared else self.directory}/{origin.path}"

    @property
    def anchor(self) -> str:
        """The asset's declaration, relative to the project."""
        return f"{self.directory}/asset.json"

    @property
    def ref(self) -> AssetRef:
        """The asset, for a diagnostic."""
        return AssetRef(id=self.asset_id, name=self.root)

    @property
    def members(self) -> dict[str, Any]:
        """The members by which the result of a verb names the asset."""
        return {"asset_id": self.asset_id, "asset_uuid": self.asset_uuid, "root": self.root}

    def as_json(self) -> dict[str, Any]:
        """The row as it is written."""
        return {
            "asset_id": self.asset_id,
            "asset_uuid": self.asset_uuid,
            "included_in_build": self.included_in_build,
            "root": self.root,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """An id whose asset was forgotten; without a uuid it is not known which one it was."""

    asset_id: int
    asset_uuid: str | None = None

    @property
    def root(self) -> None:
        """No asset is registered."""

    @property
    def ref(self) -> AssetRef:
        """The asset, for a diagnostic."""
        return AssetRef(id=self.asset_id, name=self.asset_uuid)

    def as_json(self) -> dict[str, Any]:
        """The row as it is written."""
        uuid = {} if self.asset_uuid is None else {"asset_uuid": self.asset_uuid}
        return {"asset_id": self.asset_id, **uuid}


Row = Registered | Forgotten


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The registered assets, ordered by id; a change returns a new one.

    ``assets`` are registered, ``forgotten`` keep the ids of others; ``released`` is the record.
    """

    assets: tuple[Registered, ...] = ()
    forgotten: tuple[Forgotten, ...] = ()
    released: Released = field(default_factory=Released)
    warnings: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(
        cls, rows: Iterable[Row], released: Released, warnings: Iterable[Diagnostic] = ()
    ) -> Registry:
        """The registry of some rows; an id alone is left out when an asset has it."""
        ordered = sorted(dict.fromkeys(rows), key=order)
        held = {row.asset_id for row in ordered if row.asset_uuid is not None}
        return cls(
            assets=tuple(row for row in ordered if isinstance(row, Registered)),
            forgotten=tuple(
                row
                for row in ordered
                if isinstance(row, Forgotten)
                and (row.asset_uuid is not None or row.asset_id not in held)
            ),
            released=released,
            warnings=tuple(warnings),
        )

    @classmethod
    def load(cls, project: Path, contract: Contract) -> Registry:
        """The registry of a project. Raises `Refused` with every fault in it."""
        index = read_index(project, contract)
        if index.faults:
            raise Refused(*index.faults)
        return index.registry

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every row, by increasing id."""
        return tuple(sorted((*self.assets, *self.forgotten), key=order))

    @property
    def next_asset_id(self) -> int:
        """The id for the next asset: no id before it is ever given again."""
        return max((self.released.highest, *(row.asset_id for row in self.rows))) + 1

    def encode(self) -> bytes:
        """The text of ``index.json``."""
        return text("index", "assets", [row.as_json() for row in self.rows])

    def with_rows(self, rows: Iterable[Row]) -> Registry:
        """The registry with these rows in place of those with the same uuids."""
        changed = tuple(rows)
        uuids = {row.asset_uuid for row in changed}
        kept = (r for r in self.rows if r.asset_uuid is None or r.asset_uuid not in uuids)
        return Registry.of((*kept, *changed), self.released, self.warnings)

    def without(self, gone: Iterable[Registered]) -> Registry:
        """The registry without some assets; their rows keep the ids."""
        return self.with_rows(Forgotten(asset_id=r.asset_id, asset_uuid=r.asset_uuid) for r in gone)

    @cached_property
    def _had(self) -> Mapping[str | None, int]:
        """Forgotten asset to its id."""
        return {row.asset_uuid: row.asset_id for row in self.forgotten}

    def new(self, root: str, asset_uuid: str, following: int | None = None) -> Registered:
        """The row of an asset that is registered now, with the id that it had if it had one.

        Its id is ``following`` otherwise, or the next one.
        Raises `Refused` (``REGISTER_FULL``) when no id is left.
        """
        following = self.next_asset_id if following is None else following
        released = self.released.ids.get(asset_uuid)
        asset_id = released[0] if released else self._had.get(asset_uuid, following)
        if asset_id > MAX_ID:
            raise Refused(Diagnostic(code="REGISTER_FULL", data={"highest": MAX_ID}))
        return Registered(asset_id=asset_id, asset_uuid=asset_uuid, root=root)


def order(row: Row) -> tuple[Any, ...]:
    """How rows are ordered in the index."""
    included = isinstance(row, Registered) and row.included_in_build
    return (row.asset_id, row.asset_uuid or "", row.root or "", included)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What ``index.json`` and the record say, faults and all.

    ``rows`` are in the order of the file; ``registry`` holds the same, and may be trusted only
    when there are no ``faults``; ``texts`` are those that say that a text is what a merge left.
    """

    registry: Registry
    rows: tuple[Row, ...]
    faults: tuple[Diagnostic, ...]
    texts: tuple[Diagnostic, ...] = ()

    @property
    def assets(self) -> tuple[Registered, ...]:
        """The registered assets, in the order of the file."""
        return tuple(row for row in self.rows if isinstance(row, Registered))


def read_index(project: Path, contract: Contract) -> Index:
    """The index of a project and its record, as far as their lines can be read.

    Raises `Refused` when they cannot: no project, another kind of text, another schema.
    """
    require(project)
    data = document_bytes(project, INDEX, "index", contract)
    rows, texts, warnings = rows_of(data, INDEX, contract)
    record = read_record(project, contract)
    registry = Registry.of(rows, record.released, warnings)
    texts += record.faults
    return Index(
        registry=registry,
        rows=rows,
        faults=(*texts, *index_faults(rows, record.released)),
        texts=texts,
    )


def rows_of(
    data: bytes, path: str, contract: Contract
) -> tuple[tuple[Row, ...], tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """The rows of an index's text, in their order; what a merge left of the text; warnings.

    Raises `Refused` when it is no index.
    """
    texts: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    try:
        document = understood(data, path, "index", contract, context={})
        value, warnings = document.value, document.warnings
    except Refused as refused:
        value, texts = merged_value(data, path, "assets", refused, contract)
    rows = []
    for number, row in enumerate(value["assets"]):
        if row is not None:
            rows.append(_row(row, f"/assets/{number}", path))
    return tuple(rows), texts, warnings


def _row(row: dict[str, Any], pointer: str, path: str) -> Row:
    """One row of the index. Raises `Refused` when it has only a part of its members."""
    if "root" not in row and "included_in_build" not in row:
        return Forgotten(**row)
    for member in ("asset_uuid", "included_in_build", "root"):
        if member not in row:
            data = {"what": f"a row with a root also has {member!r}"}
            if member == "root":
                data = {"what": "a row with 'included_in_build' also has 'root'"}
            fault = Diagnostic(code="DOCUMENT_SCHEMA", data=data, pointer=pointer, file=path)
            raise Refused(fault.at(keyword="required"))
    return Registered(**row)


@contextmanager
def changing(project: StrPath | None, tell: Tell) -> Iterator[tuple[Path, View]]:
    """The directory of a project that is changed, and the view from it, as `at_project`.

    What an interrupted command left is completed first, and told. Raises as `writing`, and
    `Refused` (``WORKSPACE_MISSING``).
    """
    with at_project(project) as (base, view):
        require(base)
        with writing(base, view.told(tell)):
            yield base, view


def index_faults(rows: Sequence[Row], released: Released) -> Iterator[Diagnostic]:
    """What is wrong with rows in the order of the file, alone and beside the record."""
    yield from contested(rows, released)
    for index, row in enumerate(rows):
        try:
            if row.root is not None:
                check(row.root)
        except Refused as refused:
            pointer = f"/assets/{index}/root"
            yield from (d.at(file=INDEX, pointer=pointer, asset=row.ref) for d in refused.report)
    yield from _repeats(rows, "INDEX_ID", "asset_id", released.contested)
    yield from _repeats(rows, "INDEX_UUID", "asset_uuid", {})
    yield from _repeats(rows, "INDEX_ROOT", "root", {})
    where = {row.root: index for index, row in enumerate(rows) if row.root is not None}
    for one, two in collisions(where):
        yield Diagnostic(
            code="INDEX_ROOT",
            data={"found": two, "other": rows[where[one]].asset_id},
            pointer=f"/assets/{where[two]}/root",
            file=INDEX,
            asset=rows[where[two]].ref,
            hint_key="case",
        )
    for index, row in enumerate(rows):
        why = _against(row, released)
        if why is not None:
            yield Diagnostic(
                code="INDEX_RELEASED",
                data={"asset": row.root or row.asset_uuid, "found": row.asset_id, "why": why},
                pointer=f"/assets/{index}/asset_id",
                file=INDEX,
                asset=row.ref,
            )


def contested(rows: Sequence[Row], released: Released) -> Iterator[Diagnostic]:
    """The ids that several assets were released under."""
    roots = {row.asset_uuid: row.root for row in rows if row.root is not None}
    for asset_id, (one, other, *_) in released.contested.items():
        shown = [f"{roots[u]} ({u})" if u in roots else u for u in (one, other)]
        data = {"found": asset_id, "one": shown[0], "other": shown[1]}
        yield Diagnostic(
            code="RELEASED_ID",
            data={**data, "uuid": one, "other_uuid": other},
            pointer="/released",
            file=RELEASED,
        )


def _against(row: Row, released: Released) -> str | None:
    """Why the record does not let a row have its id."""
    if row.asset_uuid is None or row.asset_id in released.contested:
        return None
    own = released.ids.get(row.asset_uuid, ())
    if row.asset_id in own:
        return None
    if row.asset_id in released.holders:
        return "another asset was released with this id"
    return f"it was released with the id {own[0]}" if own else None


def _repeats(
    rows: Sequence[Row], code: str, member: str, disputed: Mapping[Any, tuple[str, ...]]
) -> Iterator[Diagnostic]:
    first: dict[object, Row] = {}
    for index, row in enumerate(rows):
        value = getattr(row, member)
        other = row if value is None else first.setdefault(value, row)
        same = row.asset_uuid is not None and row.asset_uuid == other.asset_uuid
        # Of rows of one asset the uuid alone is told; of a disputed id, the dispute.
        if other is row or (same and member != "asset_uuid"):
            continue
        if {row.asset_uuid, other.asset_uuid} <= set(disputed.get(value, ())):
            continue
        shown = other.root or other.asset_uuid or "an asset that was forgotten"
        yield Diagnostic(
            code=code,
            data={"found": value, "other": other.asset_id if member == "root" else shown},
            pointer=f"/assets/{index}/{member}",
            file=INDEX,
            asset=row.ref,
        )
