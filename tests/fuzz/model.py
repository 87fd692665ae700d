"""A workspace as a few plain values: what the commands should do, said a second time and simply.

Nothing here looks at a disk, and only the newest versions come from the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from tests.workspace.projects import ASSET, TABLE

ROOTS = ("a", "b", "c", "d", "d/e", "f/g")
NAMES = ("n1", "n2", "n3", "n/4")
UNREADABLE = ("syntax", "schema")
"""What keeps a document from being read; ``gone`` and ``noise`` are faults of a source."""


@dataclass
class Doc:
    """An asset as it lies on the disk. ``uuid`` is None in a document of version 1."""

    kind: str
    uuid: str | None
    name: str
    version: int = ASSET
    preload: bool = False
    extra: int | None = None
    content: object = "starter"
    broken: str | None = None
    saved: dict[str, bytes] = field(default_factory=dict)

    @property
    def readable(self) -> bool:
        return self.broken not in UNREADABLE


@dataclass
class Row:
    """An asset as it is registered."""

    id: int
    uuid: str
    root: str
    included: bool = True


def nested(one: str, other: str) -> bool:
    return one.startswith(f"{other}/") or other.startswith(f"{one}/")


@dataclass
class Model:
    """``index`` is ``ok``, or how it is broken; ``ever`` holds each id ever given."""

    disk: dict[str, Doc] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    following: int = 1
    index: str = "ok"
    index_version: int = ASSET
    forgotten: dict[str, int] = field(default_factory=dict)
    ever: dict[int, str] = field(default_factory=dict)

    def row_at(self, root: str) -> Row | None:
        return next((row for row in self.rows if row.root == root), None)

    def row_of(self, uuid: str | None) -> Row | None:
        return next((row for row in self.rows if row.uuid == uuid), None)

    @property
    def strangers(self) -> list[str]:
        """The roots on the disk that are not registered."""
        return [root for root in self.disk if self.row_at(root) is None]

    @property
    def old(self) -> bool:
        """Whether any document is of an older version."""
        return self.index_version == 1 or any(doc.version == 1 for doc in self.disk.values())

    def free_on_disk(self, root: str) -> bool:
        return not any(root == other or nested(root, other) for other in self.disk)

    def fits(self, root: str, but: Row | None = None) -> bool:
        """Whether an asset may be registered at ``root`` beside the others."""
        others = [row.root for row in self.rows if row is not but]
        return not any(root == other or nested(root, other) for other in others)

    def exists(self, row: Row) -> bool:
        """Whether the asset is where it is registered; a document that says nothing is its own."""
        doc = self.disk.get(row.root)
        return doc is not None and (not doc.readable or doc.uuid in (None, row.uuid))

    def sound(self, row: Row) -> bool:
        """Whether the document of a row can be loaded."""
        doc = self.disk.get(row.root)
        return doc is not None and doc.readable and doc.uuid in (None, row.uuid)

    def add(self, root: str, uuid: str) -> Row:
        row = Row(self.forgotten.pop(uuid, self.following), uuid, root)
        assert self.ever.setdefault(row.id, uuid) == uuid, "the model itself reuses an id"
        self.rows.append(row)
        self.rows.sort(key=lambda row: row.id)
        self.following = max(self.following, row.id + 1)
        self.index_version = TABLE
        return row

    @property
    def built(self) -> list[tuple[Row, Doc]]:
        return [(row, self.disk[row.root]) for row in self.rows if row.included]

    @property
    def whole(self) -> bool:
        """Whether a build can succeed."""
        if self.index != "ok" or not all(self.sound(row) for row in self.rows if row.included):
            return False
        names = [doc.name for _, doc in self.built]
        return len(set(names)) == len(names) and not any(doc.broken for _, doc in self.built)

    @property
    def healthy(self) -> bool:
        """Whether doctor finds no error: of excluded assets too, but not what is in a source."""
        if self.index != "ok" or not all(map(self.sound, self.rows)):
            return False
        names = [doc.name for _, doc in self.built]
        broken = [self.disk[row.root].broken for row in self.rows]
        return len(set(names)) == len(names) and not any(b not in (None, "noise") for b in broken)

    @property
    def key(self) -> object:
        """Everything a byte of the outputs depends on."""
        return tuple(
            (row.id, row.uuid, row.root, d.kind, d.name, d.preload, d.extra, d.content)
            for row, d in self.built
        )

    # What the commands do. Each says whether it is done, and changes nothing where it is not.

    def new(self, kind: str, root: str, name: str, uuid: str) -> bool:
        if self.index != "ok" or not self.free_on_disk(root) or not self.fits(root):
            return False
        self.disk[root] = Doc(kind=kind, uuid=uuid, name=name)
        self.add(root, uuid)
        return True

    def register(self, root: str, drawn: Iterator[str], *, adopt: bool, new_uuid: bool) -> bool:
        doc = self.disk.get(root)
        if self.index != "ok" or doc is None or not doc.readable:
            return False
        at = self.row_at(root)
        if (at is not None and doc.uuid in (None, at.uuid)) or (doc.uuid is None and not adopt):
            return False
        uuid = next(drawn) if doc.uuid is None or new_uuid else doc.uuid
        old = self.row_of(uuid)
        if old is not None and self.exists(old):
            return False
        claims = self.followed({uuid: root})
        others = [row.root for row in self.rows if row.uuid not in (claims or {})]
        for claimed in (claims or {}).values():
            if any(claimed == other or nested(claimed, other) for other in others):
                return False
            others.append(claimed)
        if claims is None:
            return False
        for owner, place in claims.items():
            moved = self.row_of(owner)
            if moved is None:
                self.add(place, owner)
            else:
                moved.root = place
        self.index_version = TABLE
        if doc.uuid is not None:
            doc.uuid = uuid
        return True

    def followed(self, claims: dict[str, str]) -> dict[str, str] | None:
        """The claims, and those of assets that have to leave; None if it is not clear whither."""
        for root in (pending := list(claims.values())):
            at = self.row_at(root)
            if at is None or at.uuid in claims:
                continue
            places = [r for r, doc in self.disk.items() if doc.readable and doc.uuid == at.uuid]
            if len(places) != 1:
                return None
            claims[at.uuid] = places[0]
            pending.append(places[0])
        return claims

    def migrate(self) -> bool:
        if self.index != "ok" or not all(map(self.sound, self.rows)):
            return False
        for row in self.rows:
            doc = self.disk[row.root]
            doc.version, doc.uuid = Doc.version, row.uuid
        self.index_version = TABLE
        return True

    def fix(self) -> None:
        """What doctor repairs: rows that a merge repeated."""
        if self.index == "twice":
            self.index, self.index_version = "ok", 3

    def copied(self, root: str) -> Doc:
        return deepcopy(self.disk[root])
