"""The results of `inspect` and `diff` as text: within 80 columns while names are short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from prometeu_assets.cli.output import size
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.container import Container
from prometeu_assets.nouns import counted
from prometeu_assets.views.inspect import Inspection
from prometeu_assets.views.payload_map import bar, extent, letters, percent

if TYPE_CHECKING:
    from prometeu_assets.views.diff import Change, Difference

Value = dict[str, Any]

_MAP: Final = 72
_BAR: Final = 24
LISTED: Final = 100
"""Rows of a table that are printed unless all are asked for."""


def inspection_lines(told: Inspection, container: Container, *, everything: bool) -> Iterator[str]:
    """What `inspect` tells; long tables are cut unless ``everything``."""
    value = told.members
    layout, assets = value["layout"], value["assets"]
    yield value["file"]
    yield (
        f"  version {value['prelude']['schema_version']}, {size(value['size'])}:"
        f" header {size(value['prelude']['header_len'])},"
        f" payload from byte {value['prelude']['payload_offset']}"
    )
    if not assets:
        yield "  no assets"
        return
    yield (
        f"  {size(layout['slices'])} in {counted(len(assets), 'slice')},"
        f" {size(layout['padding'])} of padding"
    )
    for bank_type, bank in value["banks"].items():
        yield (
            f"  {bank_type}: {counted(bank['assets'], 'asset')}, {size(bank['size'])} stored,"
            f" {size(bank['decoded_size'])} resident"
        )
    yield from _map_lines(value)
    yield from _slot_lines(value)
    yield from _table_lines(value, container, assets if everything else assets[:LISTED])
    hidden = 0 if everything else len(assets) - LISTED
    if hidden > 0:
        yield f"  ... and {hidden} more: --all lists them"


def _map_lines(value: Value) -> Iterator[str]:
    assets = value["assets"]
    total = extent(assets)
    few = len(assets) <= _MAP
    told = "case alternates from asset to asset" if few else f"{len(assets) // _MAP} assets or so"
    yield ""
    yield f"payload, each letter {size(-(-total // _MAP))}; {told}"
    yield f"  |{letters(assets, _MAP)}|"
    for bank_type, bank in value["banks"].items():
        yield f"  {bank_type:<8}{_share(bank['size'], total)}"
    if len(assets) == 1:
        return
    yield ""
    yield "the largest"
    by_id = {asset["asset_id"]: asset for asset in assets}
    for asset_id in value["largest"]:
        asset = by_id[asset_id]
        yield (f"  {_share(asset['size'], total)} {size(asset['size']):>10}  {asset['asset_name']}")


def _share(part: int, whole: int) -> str:
    return f"[{bar(part, whole, _BAR)}] {percent(part, whole):>4}"


def _slot_lines(value: Value) -> Iterator[str]:
    yield ""
    yield "preload slots"
    width = max(map(len, value["banks"]))
    for bank_type in value["banks"]:
        taken = {i["slot"]: i for i in value["preload"] if i["bank_type"] == bank_type}
        boxes = "".join("#" if slot in taken else "." for slot in range(value["slots"]))
        names = ", ".join(f"{slot} {taken[slot]['asset_name']}" for slot in sorted(taken))
        yield f"  {bank_type:<{width}} [{boxes}] {len(taken)} of {value['slots']}" + (
            f": {names}" if names else ""
        )


def _table_lines(value: Value, container: Container, assets: list[Value]) -> Iterator[str]:
    width = max(len("name"), *(len(asset["asset_name"]) for asset in assets))
    slots = {item["asset_id"]: item["slot"] for item in value["preload"]}
    yield ""
    head = f"{'id':>5} {'bank':<6} {'offset':>10} {'size':>9} {'slot':>4}  {'name':<{width}}"
    yield f"{head}  details"
    for asset in assets:
        summary = _bank(container, asset["bank_type"]).summary(asset["metadata"])
        yield (
            f"{asset['asset_id']:>5} {asset['bank_type']:<6} {asset['offset']:>10}"
            f" {asset['size']:>9} {slots.get(asset['asset_id'], ''):>4}"
            f"  {asset['asset_name']:<{width}}  {summary}"
        )


def _bank(container: Container, bank_type: str) -> Bank[Any]:
    bank = container.bank(bank_type)
    assert bank is not None, "a validated entry has a bank"
    return bank


def difference_lines(told: Difference, container: Container, *, everything: bool) -> Iterator[str]:
    """What `diff` tells; ``container`` is the new pack's. Long lists are cut, or ``everything``."""
    value = told.members
    for sign, side in (("-", value["old"]), ("+", value["new"])):
        yield f"{sign} {side['file']}: {size(side['size'])}, {counted(side['assets'], 'asset')}"
    if value["identical"]:
        yield "the same, byte for byte"
        return
    parts = ", ".join(
        f"{part} {'the same' if value[part] == 'same' else 'differs'}"
        for part in ("prelude", "header", "payload")
    )
    yield parts
    again = {row["asset_name"]: row["asset_id"] for row in value["removed"]}
    sections: list[tuple[str, list[list[str]]]] = [
        ("removed", [[_row("-", row)] for row in value["removed"]]),
        ("added", [[_row("+", row, again.get(row["asset_name"]))] for row in value["added"]]),
        ("changed", [list(_changed(change, container)) for change in told.changed]),
        ("moved, nothing else", [[_moved(row)] for row in value["moved"]]),
    ]
    for title, rows in sections:
        if not rows:
            continue
        yield ""
        yield f"{title} ({len(rows)})"
        yield from chain.from_iterable(rows if everything else rows[:LISTED])
        if not everything and len(rows) > LISTED:
            yield f"  ... and {len(rows) - LISTED} more: --all lists them"


def _row(sign: str, row: Value, before: int | None = None) -> str:
    known = "" if before is None else f" (the name was #{before}'s)"
    return (
        f"  {sign} #{row['asset_id']} {row['asset_name']}"
        f"  {row['bank_type']}, {size(row['size'])}{known}"
    )


def _moved(row: Value) -> str:
    old, new = row["old"]["offset"], row["new"]["offset"]
    return f"  = #{row['asset_id']} {row['asset_name']}  offset {old} -> {new}"


def _changed(change: Change, container: Container) -> Iterator[str]:
    row, old, new = change.as_json(), change.old, change.new
    if "asset_name" in old:
        yield f"  ~ #{row['asset_id']} {old['asset_name']} renamed to {new['asset_name']}"
    else:
        yield f"  ~ #{row['asset_id']} {row['asset_name']}"
    if row["payload"] == "differs":
        yield "      payload: its bytes differ"
    for name in sorted((old.keys() | new.keys()) - {"asset_name", "metadata", "offset"}):
        what = "preload slot" if name == "slot" else name
        yield f"      {what}: {_told(old, name)} -> {_told(new, name)}"
    before, after = old.get("metadata", {}), new.get("metadata", {})
    bank = _bank(container, change.entry.bank_type)
    for name in sorted(before.keys() | after.keys()):
        said = bank.change(name, before.get(name), after.get(name))
        if said is not None:
            yield f"      {name}: {said}"
        else:
            yield f"      metadata {name}: {_told(before, name)} -> {_told(after, name)}"


def _told(values: Value, name: str) -> str:
    if name not in values:
        return "none"
    text = json.dumps(values[name])
    return text if len(text) <= 60 else f"{text[:57]}..."
