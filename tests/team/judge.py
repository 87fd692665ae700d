"""What must hold in a clone, judged by code that imports nothing of the product."""

from __future__ import annotations

from tests.team.clones import Clone, must
from tests.team.repository import INDEX, RECORD, Row, rows
from tests.workspace.projects import TABLE


def sound_index(clone: Clone) -> None:
    """The index is as it is written, and agrees with the record of what was released."""
    text = clone.read(INDEX).replace("\r\n", "\n")
    index, record = rows(text), clone.rows(RECORD)
    for what, values in (
        ("an id is twice", [row.id for row in index]),
        ("a uuid is twice", [row.uuid for row in index if row.uuid]),
        ("a root is twice", [row.root for row in index if row.root]),
    ):
        must(len(set(values)) == len(values), f"{clone.name}: {what}", text)
    must([r.id for r in index] == sorted(r.id for r in index), f"{clone.name}: no order", text)
    if f'"schema_version": {TABLE}' in text:
        lines = text.split("\n")
        must((lines[0], lines[-2], lines[-1]) == (*clone.world.frame, ""), "not the frame", text)
        must(all(line.endswith("},") for line in lines[1:-2:2]), "a row without a comma", text)
        must(not any(lines[2:-2:2]), "no blank line between rows", text)
    if clone.old:
        return  # the tool of version 2 knows no record; the new one repairs what it left
    held = {row.uuid: row.id for row in index}
    released = still_released(record)
    for row in (*released, *(row for row in record if row.given_up)):
        here = next((other for other in index if other.id == row.id and other.uuid), row)
        if row.given_up:
            must(held.get(row.uuid) != row.id, f"{clone.name}: it gave up its id", row, text)
        elif one_holder(released, row):
            must(here.uuid == row.uuid, f"{clone.name}: {row.id} is not its asset's", row, text)
            must(held.get(row.uuid, row.id) == row.id, f"{clone.name}: another id", row, text)


def still_released(record: list[Row]) -> list[Row]:
    """The rows of a record whose asset did not give up the id."""
    given_up = {(row.id, row.uuid) for row in record if row.given_up}
    return [row for row in record if (row.id, row.uuid) not in given_up]


def one_holder(released: list[Row], row: Row) -> bool:
    """Whether a row of the record is the only one of its id and of its uuid."""
    return sum(row.id == other.id or row.uuid == other.uuid for other in released) == 1


class Merge:
    """What two indexes and their bases say, for judging the one that was made of them."""

    def __init__(self, clone: Clone, ours: str, theirs: str, *, whole: bool = True) -> None:
        bases = clone.bases(ours, theirs)
        self.ours, self.theirs = rows(clone.show(ours)), rows(clone.show(theirs))
        self.bases = [rows(clone.show(base)) for base in bases]
        self.record = [*rows(clone.show(ours, RECORD)), *rows(clone.show(theirs, RECORD))]
        self.whole = whole

    @property
    def dropped(self) -> set[str]:
        """The assets of a base that a side has no row of: git took it back, as by a revert."""
        ours, theirs = ({row.uuid for row in side} for side in (self.ours, self.theirs))
        known = {row.uuid for base in self.bases for row in base if row.uuid}
        return known - (ours & theirs)

    def judge(self, clone: Clone) -> None:
        """Nothing is lost, and who keeps an id is as the rule says."""
        text = clone.read(INDEX)
        got = {row.uuid: row for row in rows(text)}
        ours, theirs = ({r.uuid: r for r in side if r.uuid} for side in (self.ours, self.theirs))
        dropped = self.dropped
        shown = (self.ours, self.theirs, self.bases, self.record, text, clone.read(RECORD))
        if not self.whole:
            return
        both = [row for row in (*self.ours, *self.theirs) if row.uuid]
        roots, holders = {row.root: row.uuid for row in got.values() if row.root}, {row.id: row.uuid for row in got.values()}  # fmt: skip
        # Of several assets with one root one stays; the others may have no row any more.
        beaten = {r.uuid for r in both if r.root and roots.get(r.root, r.uuid) != r.uuid}
        for row in both:
            must(
                row.uuid in got or row.uuid in dropped
                or (row.uuid in beaten and holders.get(row.id) != row.uuid),
                f"{clone.name}: the merge lost {row.uuid}", *shown,
            )  # fmt: skip
        kept = still_released(self.record)
        for id_ in {row.id for row in both}:
            claims = {row.uuid for row in both if row.id == id_}
            ids = {row.id for row in (*both, *self.record) if row.uuid in claims}
            released = {row.uuid for row in self.record if row.id == id_}
            if ids == {id_} and not claims & (dropped | beaten) and len(released) < 2:
                keeper = next((row.uuid for row in kept if row.id == id_), min(claims))
                # Released under several ids, it has one of them.
                its = {id_, *(row.id for row in kept if row.uuid == keeper)}
                must(keeper not in got or got[keeper].id in its, f"{keeper} loses {id_}", *shown)
        for uuid_ in ({*ours, *theirs} - dropped - beaten) & got.keys():
            one, two = ours.get(uuid_), theirs.get(uuid_)
            if one and two and one == two:
                must(
                    got[uuid_].root in (one.root, None) or self.moved(clone, got[uuid_]),
                    f"{uuid_} has another root", *shown,
                )  # fmt: skip
            if one and two and not one.root and not two.root:
                must(not got[uuid_].root, f"{uuid_} came back", *shown)
            if one and two and one.built == two.built and one.root and two.root and got[uuid_].root:
                must(got[uuid_].built == one.built, f"{uuid_}: another membership", *shown)

    @staticmethod
    def moved(clone: Clone, row: Row) -> bool:
        return clone.roots().get(row.root or "") == row.uuid
