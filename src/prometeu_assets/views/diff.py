"""How two packs differ: by asset, header and payload apart.

Assets are matched by ``asset_id``, which is an asset's identity for ever; its name may change.
Clause: ``spec/tools.md#diff``.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.entries import Entry
from prometeu_assets.contract.limits import MIB
from prometeu_assets.diagnostics import Refused, Report
from prometeu_assets.reader.pack import InvalidPack, Pack
from prometeu_assets.reader.pack import open as open_pack
from prometeu_assets.result import Result

CHUNK: Final = MIB
"""Bytes of each slice that are compared at a time."""


Comparison = Literal["same", "differs"]
"""What a comparison of two parts gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the packs that are compared; sizes and offsets are in bytes."""

    file: str
    size: int
    schema_version: int
    header_len: int
    payload_offset: int
    assets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An asset that both packs have, and that is not the same in both.

    ``entry`` is that of the new pack; ``old`` and ``new`` have the members that differ, and
    ``what`` a word for each kind of change, such as ``renamed`` or ``payload``.
    """

    entry: Entry
    what: tuple[str, ...]
    payload: Comparison
    old: dict[str, Any]
    new: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The change as a row of the document."""
        return {
            "asset_id": self.entry.asset_id,
            "asset_name": self.entry.asset_name,
            "what": list(self.what),
            "payload": self.payload,
            "old": self.old,
            "new": self.new,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Result):
    """How two packs differ. Assets are matched by their ids.

    ``identical`` is for every byte of the files; ``moved`` has the assets of which only the
    offset is another.
    """

    identical: bool
    prelude: Comparison
    header: Comparison
    payload: Comparison
    old: Side
    new: Side
    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]
    changed: tuple[Change, ...]
    moved: tuple[Change, ...]

    document = "difference"

    @property
    def members(self) -> dict[str, Any]:
        return {
            "identical": self.identical,
            "prelude": self.prelude,
            "header": self.header,
            "payload": self.payload,
            "old": asdict(self.old),
            "new": asdict(self.new),
            "removed": [_told(entry) for entry in self.removed],
            "added": [_told(entry) for entry in self.added],
            "changed": [change.as_json() for change in self.changed],
            "moved": [change.as_json() for change in self.moved],
        }


def diff(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> Difference:
    """How the pack ``new`` differs from the pack ``old``, asset by asset.

    Raises `InvalidPack` with the faults of both, and `OSError`.
    """
    report = Report()
    packs = []
    with ExitStack() as opened:
        for file in (old, new):
            try:
                packs.append(opened.enter_context(open_pack(file, mmap=False)))
            except Refused as refused:
                report += refused.report
        if not report.ok:
            raise InvalidPack(report=report)
        before, after = packs
        return difference(before, after, (os.fspath(old), os.fspath(new)))


def difference(old: Pack, new: Pack, files: tuple[str, str]) -> Difference:
    """What was added, removed, changed and moved from ``old`` to ``new``.

    Raises `OSError` when the bytes of a slice are not there any more.
    """
    before = {entry.asset_id: entry for entry in old}
    after = {entry.asset_id for entry in new}
    slots = _slots(old), _slots(new)
    changed: list[Change] = []
    moved: list[Change] = []
    for entry in new:
        other = before.get(entry.asset_id)
        if other is None:
            continue
        members = _members(other, slots[0]), _members(entry, slots[1])
        same = other.size == entry.size and _same_bytes(old.read(other), new.read(entry))
        change = _change(*pruned(*members), entry, same=same)
        if change.what:
            (moved if change.what == ("moved",) else changed).append(change)
    removed = tuple(entry for entry in old if entry.asset_id not in after)
    added = tuple(entry for entry in new if entry.asset_id not in before)
    payload = bool(added or removed or any(one.payload == "differs" for one in changed))
    # A pack's bytes between its parts may differ too: only profile writer looks at them.
    identical = old.size == new.size and all(
        bytes(a) == bytes(b) for a, b in zip(old.chunks(CHUNK), new.chunks(CHUNK), strict=True)
    )
    return Difference(
        identical=identical,
        prelude=_verdict(old.prelude != new.prelude),
        header=_verdict(old.header_bytes != new.header_bytes),
        payload=_verdict(payload),
        old=_side(old, files[0]),
        new=_side(new, files[1]),
        removed=removed,
        added=added,
        changed=tuple(changed),
        moved=tuple(moved),
    )


def _verdict(differs: bool) -> Comparison:  # noqa: FBT001 - one plain value in, its word out
    return "differs" if differs else "same"


def _side(pack: Pack, file: str) -> Side:
    return Side(
        file=file,
        size=pack.size,
        schema_version=pack.prelude["schema_version"],
        header_len=pack.prelude["header_len"],
        payload_offset=pack.payload_offset,
        assets=len(pack),
    )


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "asset_id": entry.asset_id,
        "asset_name": entry.asset_name,
        "bank_type": entry.bank_type,
        "size": entry.size,
    }


_WHAT: Final = {
    "asset_name": "renamed",
    "bank_type": "bank",
    "codec": "codec",
    "decoded_size": "size",
    "metadata": "metadata",
    "offset": "moved",
    "size": "size",
    "slot": "preload",
}
"""Member of a row to the word for its change."""


def _change(old: dict[str, Any], new: dict[str, Any], entry: Entry, *, same: bool) -> Change:
    """One asset that both packs have; ``old`` and ``new`` hold the members that differ."""
    words = {_WHAT[name] for name in old.keys() | new.keys()}
    return Change(
        entry=entry,
        what=tuple(sorted(words if same else words | {"payload"})),
        payload=_verdict(not same),
        old=old,
        new=new,
    )


def _slots(pack: Pack) -> dict[int, int]:
    return {item.asset_id: item.slot for item in pack.preload}


def _members(entry: Entry, slots: dict[int, int]) -> dict[str, Any]:
    """An entry's members, and its slot if it is preloaded."""
    members = {name: getattr(entry, name) for name in _WHAT if name != "slot"}
    return members | ({"slot": slots[entry.asset_id]} if entry.asset_id in slots else {})


def pruned(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both values with only what differs left in them, at any depth of objects.

    Arrays are compared as a whole: nothing says which of their elements are the same ones.
    """
    left: dict[str, Any] = {}
    right: dict[str, Any] = {}
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            left[name] = old[name]
        elif name not in old:
            right[name] = new[name]
        elif isinstance(old[name], dict) and isinstance(new[name], dict):
            inner = pruned(old[name], new[name])
            if inner != ({}, {}):
                left[name], right[name] = inner
        elif not same(old[name], new[name]):
            left[name], right[name] = old[name], new[name]
    return left, right


def _same_bytes(old: memoryview, new: memoryview) -> bool:
    """Whether two slices of one size are equal, compared chunk by chunk."""
    return all(
        # Views are compared element by element, bytes at once.
        bytes(old[start : start + CHUNK]) == bytes(new[start : start + CHUNK])
        for start in range(0, len(old), CHUNK)
    )
