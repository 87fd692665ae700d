"""How two packs differ: by asset, header and payload apart.

Assets are matched by ``asset_id``, which is an asset's identity for ever; its name may change.
The value is one of ``schemas/difference/v1.json``.
"""

from __future__ import annotations

from typing import Any, Final

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry
from prometeu_assets.contract.limits import MIB
from prometeu_assets.contract.value import Contract
from prometeu_assets.reader.pack import Pack

CHUNK: Final = MIB
"""Bytes of each slice that are compared at a time."""


def difference(
    old: Pack, new: Pack, files: tuple[str, str], *, contract: Contract = CURRENT
) -> dict[str, Any]:
    """What was added, removed, changed and moved from ``old`` to ``new``, as a JSON value.

    Raises `OSError` when the bytes of a slice are not there any more.
    """
    before = {entry.asset_id: entry for entry in old}
    after = {entry.asset_id for entry in new}
    slots = _slots(old), _slots(new)
    changed: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for entry in new:
        other = before.get(entry.asset_id)
        if other is None:
            continue
        members = _members(other, slots[0]), _members(entry, slots[1])
        same = other.size == entry.size and _same_bytes(old.read(other), new.read(entry))
        row = _row(*pruned(*members), entry, same=same)
        if row["what"]:
            (moved if row["what"] == ["moved"] else changed).append(row)
    removed = [_told(entry) for entry in old if entry.asset_id not in after]
    added = [_told(entry) for entry in new if entry.asset_id not in before]
    payload = bool(added or removed or any(row["payload"] == "differs" for row in changed))
    # A pack's bytes between its parts may differ too: only profile writer looks at them.
    identical = old.size == new.size and all(
        bytes(a) == bytes(b) for a, b in zip(old.chunks(CHUNK), new.chunks(CHUNK), strict=True)
    )
    return {
        "schema_version": contract.newest("difference"),
        "identical": identical,
        "prelude": _verdict(old.prelude != new.prelude),
        "header": _verdict(old.header_bytes != new.header_bytes),
        "payload": _verdict(payload),
        "old": _side(old, files[0]),
        "new": _side(new, files[1]),
        "removed": removed,
        "added": added,
        "changed": changed,
        "moved": moved,
    }


def _verdict(differs: bool) -> str:  # noqa: FBT001 - one plain value in, its word out
    return "differs" if differs else "same"


def _side(pack: Pack, file: str) -> dict[str, Any]:
    return {
        "file": file,
        "size": pack.size,
        "schema_version": pack.prelude["schema_version"],
        "header_len": pack.prelude["header_len"],
        "payload_offset": pack.payload_offset,
        "assets": len(pack),
    }


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


def _row(old: dict[str, Any], new: dict[str, Any], entry: Entry, *, same: bool) -> dict[str, Any]:
    """One asset that both packs have; ``old`` and ``new`` hold the members that differ."""
    words = {_WHAT[name] for name in old.keys() | new.keys()}
    return {
        "asset_id": entry.asset_id,
        "asset_name": entry.asset_name,
        "what": sorted(words if same else words | {"payload"}),
        "payload": _verdict(not same),
        "old": old,
        "new": new,
    }


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
        elif not _equal(old[name], new[name]):
            left[name], right[name] = old[name], new[name]
    return left, right


def _equal(old: Any, new: Any) -> bool:
    """Equal as JSON: to Python, true is 1."""
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_equal, old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        return pruned(old, new) == ({}, {})
    return type(old) is type(new) and bool(old == new)


def _same_bytes(old: memoryview, new: memoryview) -> bool:
    """Whether two slices of one size are equal, compared chunk by chunk."""
    return all(
        # Views are compared element by element, bytes at once.
        bytes(old[start : start + CHUNK]) == bytes(new[start : start + CHUNK])
        for start in range(0, len(old), CHUNK)
    )
