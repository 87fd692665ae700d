"""Repairs of the registry that are mechanical and safe; everything else is left to people.

Clause: ``spec/workspace.md#doctor``. Nothing is written here: a repair is a new registry and a
sentence that says what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.workspace.places import Taken
from prometeu_assets.workspace.published import Published
from prometeu_assets.workspace.registry import Index, Registered, Registry, index_faults, new_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that was mended. ``kind`` is one of the published names; ``text`` a sentence."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What stands on the disk, asked only when it matters.

    ``name_of`` is the name an asset declares; ``stands`` whether it is at its root with its own
    uuid; ``strays`` the roots with a uuid that are not registered, uuid to roots.
    """

    name_of: Callable[[Registered], str | None]
    stands: Callable[[Registered], bool]
    strays: Callable[[], Mapping[str, list[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """The registry after every repair, what was done, and the faults that are left in it."""

    registry: Registry
    done: tuple[Repair, ...]
    left: tuple[Diagnostic, ...]


def mend(index: Index, disk: Disk, published: Published) -> Mended:
    """Repair what can be; in the order: repeats, identity, ids, the next id, roots, sorting."""
    work = _Work(rows=list(index.rows), following=index.registry.next_asset_id)
    work.drop_repeats()
    work.drop_absent(disk)
    work.drop_twice_registered(published, disk)
    work.raise_next(published)
    work.renumber(published, disk)
    work.relink(disk)
    if any(fault.code == "DOCUMENT_REPEATED" for fault in index.faults):
        work.say("next-id", f"`next_asset_id` stands there once, as {work.following}")
    if not in_order(index.rows):
        work.say("order", "the rows of the index are ordered by id")
    left = tuple(
        fault.at(hint_key=work.why.get((fault.code, fault.asset.id if fault.asset else None)))
        if fault.hint_key is None
        else fault
        for fault in index_faults(work.rows, work.following)
    )
    return Mended(
        registry=index.registry.with_rows(work.rows, work.following),
        done=tuple(work.done),
        left=left,
    )


@dataclass(slots=True, kw_only=True)
class _Work:
    """Rows in the order of the file while they are mended, and why some cannot be."""

    rows: list[Registered]
    following: int
    done: list[Repair] = field(default_factory=list)
    why: dict[tuple[str, int | None], str] = field(default_factory=dict)

    def say(self, kind: str, text: str) -> None:
        self.done.append(Repair(kind=kind, text=text))

    def drop_repeats(self) -> None:
        """Rows that are equal in everything are one, written on two branches."""
        kept = list(dict.fromkeys(self.rows))
        for row in _missing(self.rows, kept):
            self.say("repeated-row", f"asset {row.asset_id} in {row.root} stands there once")
        self.rows = kept

    def drop_absent(self, disk: Disk) -> None:
        """Of rows with one id and one uuid, the asset was moved: the one that is there counts."""
        for group in _groups(self.rows, lambda row: (row.asset_id, row.asset_uuid)):
            there = [row for row in group if disk.stands(row)]
            same = len({row.included_in_build for row in group}) == 1
            if len(there) == 1 and same:
                self._drop(group, there[0])
                self.say(
                    "moved",
                    f"asset {there[0].asset_id} is in {there[0].root}, no longer in "
                    + ", ".join(row.root for row in group if row is not there[0]),
                )
            else:
                self._explain("INDEX_ID", group, "same")

    def drop_twice_registered(self, published: Published, disk: Disk) -> None:
        """Of rows with one uuid and one root, the published one counts, else the lowest id."""
        for group in _groups(self.rows, lambda row: (row.asset_uuid, row.root)):
            kept = published.keepers(group, disk.name_of)
            same = len({row.included_in_build for row in group}) == 1
            if kept is None or len(kept) > 1 or not same:
                self._explain("INDEX_UUID", group, "unknown" if kept is None else "same")
                continue
            winner = kept[0] if kept else min(group, key=lambda row: row.asset_id)
            self._drop(group, winner)
            gone = ", ".join(str(row.asset_id) for row in group if row is not winner)
            self.say(
                "registered-twice",
                f"{winner.root} is asset {winner.asset_id} alone; the id {gone} stays unused",
            )

    def raise_next(self, published: Published) -> None:
        """The next id comes after every id that is or was given, as far as is known."""
        highest = max((row.asset_id for row in self.rows), default=0)
        wanted = max(highest, published.highest) + 1
        if self.following < wanted:
            self.say("next-id", f"`next_asset_id` is {wanted}, not {self.following}")
            self.following = wanted

    def renumber(self, published: Published, disk: Disk) -> None:
        """Of different assets with one id, those that are not published get new ones."""
        changed: dict[int, Registered] = {}
        for group in _groups(self.rows, lambda row: row.asset_id):
            if len({row.asset_uuid for row in group}) < len(group):
                continue
            kept = published.keepers(group, disk.name_of)
            if kept is None or len(kept) > 1:
                self._explain("INDEX_ID", group, "unknown" if kept is None else "published")
                continue
            winner = kept[0] if kept else group[0]
            changed |= {
                id(row): self._renumbered(row, winner) for row in group if row is not winner
            }
        self.rows = [changed.get(id(row), row) for row in self.rows]

    def _renumbered(self, row: Registered, winner: Registered) -> Registered:
        try:
            new_row(self.following, row.root, row.asset_uuid)
        except Refused:
            return row  # no id is left to give
        given = replace(row, asset_id=self.following)
        self.following += 1
        self.say(
            "new-id",
            f"{row.root} is asset {given.asset_id}; the id {row.asset_id} stays with {winner.root}",
        )
        return given

    def relink(self, disk: Disk) -> None:
        """An asset that is not at its root, and whose uuid is at one unregistered root alone."""
        absent = [row for row in self.rows if not disk.stands(row)]
        if not absent or list(index_faults(self.rows, self.following)):
            return
        strays = disk.strays()
        taken = Taken(self.rows)
        changed: dict[int, Registered] = {}
        for row in absent:
            found = strays.get(row.asset_uuid, [])
            if len(found) != 1:
                continue
            taken.remove(row)
            moved = row if list(taken.faults(found[0])) else replace(row, root=found[0])
            taken.add(moved)
            if moved is not row:
                changed[row.asset_id] = moved
                self.say("moved", f"asset {row.asset_id} is in {moved.root}, moved from {row.root}")
        self.rows = [changed.get(row.asset_id, row) for row in self.rows]

    def _explain(self, code: str, group: list[Registered], hint_key: str) -> None:
        self.why |= {(code, row.asset_id): hint_key for row in group}

    def _drop(self, group: list[Registered], winner: Registered) -> None:
        losers = {id(row) for row in group if row is not winner}
        self.rows = [row for row in self.rows if id(row) not in losers]


def in_order(rows: Iterable[Registered]) -> bool:
    """Whether rows are ordered by id, as the index is written."""
    ids = [row.asset_id for row in rows]
    return ids == sorted(ids)


def _groups(
    rows: Iterable[Registered], key: Callable[[Registered], object]
) -> list[list[Registered]]:
    """Rows that agree in ``key`` with another, together, in the order of the file."""
    by_key: dict[object, list[Registered]] = {}
    for row in rows:
        by_key.setdefault(key(row), []).append(row)
    return [group for group in by_key.values() if len(group) > 1]


def _missing(rows: list[Registered], kept: list[Registered]) -> list[Registered]:
    left = {id(row) for row in kept}
    return [row for row in rows if id(row) not in left]
