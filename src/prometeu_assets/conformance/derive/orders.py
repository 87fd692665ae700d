"""Cases with two faults, which pin the order of checks: the one checked first decides the code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise, permutations
from typing import Final

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive.breakers import (
    BREAKERS,
    Breaker,
    base_for,
    in_entry,
    in_metadata,
    in_preload,
    in_text,
    mark,
    rename_sample,
)
from prometeu_assets.conformance.derive.make import base, rejected
from prometeu_assets.conformance.parts import Parts, sounds, tiles
from prometeu_assets.contract.value import Contract

_APART: Final = {
    ("prelude-truncated-magic", "prelude-legacy"),
    ("prelude-legacy", "prelude-magic"),
    ("table-bounds", "table-name"),
    ("preload-order", "preload-unknown"),
    ("preload-unknown", "preload-slot"),
}
"""Neighbours that cannot both be put into one base pack; some have a pair of their own below."""


def cases(contract: Contract) -> Iterator[Case]:
    """Every two neighbours of the table, then orders that neighbours do not show."""
    ids = [rule.id for rule in contract.rules if rule.id in BREAKERS]
    for first, second in pairwise(ids):
        if (first, second) in _APART:
            continue
        parts = base_for(contract, first, second)
        BREAKERS[second](parts)
        BREAKERS[first](parts)
        yield _ordered(f"order-{first}-before-{second}", first, parts, contract)
    yield from _more_order(contract)
    yield from _entry_by_entry(contract)
    for size in ("size", "decoded_size"):
        parts = Parts(contract=contract, rows=[tiles(1, "t", contract)])
        in_metadata(0, lambda metadata: metadata.update(tile_size=7))(parts)
        parts.rows[0][size] += 16
        yield _ordered(
            f"order-tiles-metadata-before-{size.replace('_', '-')}",
            "bank-metadata",
            parts,
            contract,
            f"the metadata of a sheet is judged before its {size}",
        )
    parts = Parts(
        contract=contract, rows=[tiles(1, "t", contract), sounds(2, "a", [6]), sounds(3, "b", [2])]
    )
    palette = parts.rows[0]["size"] - 1
    mark(palette)(parts)
    mark(parts.rows[0]["size"] + 6)(parts)
    yield _ordered(
        "order-padding-after-entry-1-before-palette-of-entry-0",
        "payload-padding",
        parts,
        contract,
        "all padding is judged before any palette",
    )


def _ordered(id: str, rule: str, parts: Parts, contract: Contract, why: str = "") -> Case:
    text = why or "two faults: the one that is checked first decides the code"
    return rejected(contract, id, rule, parts, text, order=True)


_OF_TABLE: Final[Mapping[str, Callable[[int], Breaker]]] = {
    "table-order": lambda index: in_entry(index, "asset_id", lambda _: 1),
    "table-offset": lambda index: in_entry(index, "offset", lambda right: right + 16),
    "table-bounds": lambda index: in_entry(index, "size", lambda _: 4096),
}
_OF_BANKS: Final[Mapping[str, Callable[[int], Breaker]]] = {
    "bank-metadata": lambda index: in_metadata(index, lambda m: m.update(channels=2)),
    "bank-samples": lambda index: in_metadata(index, rename_sample("0", "1")),
    "bank-size": lambda index: in_entry(index, "decoded_size", lambda right: right + 2),
    "bank-range": lambda index: in_metadata(index, lambda m: m["samples"]["0"].update(offset=2)),
}
_OF_PRELOAD: Final[Mapping[str, Callable[[int], Breaker]]] = {
    "preload-order": lambda index: in_preload(index, "asset_id", 1),
    "preload-unknown": lambda index: in_preload(index, "asset_id", 3 * index + 3),
    "preload-slot": lambda index: in_preload(index, "slot", 0),
}
"""What breaks a rule in an entry behind the first, by index, whatever the next one has wrong."""


def _entry_by_entry(contract: Contract) -> Iterator[Case]:
    """Each check of one entry comes before each check of the next, whatever their order in one."""
    for breakers in (_OF_TABLE, _OF_BANKS, _OF_PRELOAD):
        for first, second in permutations(breakers, 2):
            if contract.rule(first).code == contract.rule(second).code:
                continue  # it would pin nothing
            parts = _four(contract)
            breakers[second](2)(parts)
            breakers[first](1)(parts)
            why = f"{first} of entry 1 is judged before {second} of entry 2"
            yield _ordered(f"order-entry-1-{first}-before-2-{second}", first, parts, contract, why)
    for rule, breaker in _OF_TABLE.items():
        parts = _four(contract)
        breaker(2)(parts)
        in_entry(1, "asset_name", lambda _: "s0")(parts)
        why = "names are compared after the last entry, also those of the first ones"
        yield _ordered(f"order-entry-2-{rule}-before-names", rule, parts, contract, why)


def _four(contract: Contract) -> Parts:
    """A pack of four sound banks, ids 1, 4, 7 and 10, all preloaded."""
    ids = range(1, 11, 3)
    return Parts(
        contract=contract,
        rows=[sounds(id, f"s{slot}", [2]) for slot, id in enumerate(ids)],
        preload=[{"asset_id": id, "slot": slot} for slot, id in enumerate(ids)],
    )


def _more_order(contract: Contract) -> Iterator[Case]:
    """Orders that neighbours in the table do not show: by entry, by offset, by step."""
    for id, rule, why, breakers in (
        (
            "order-entry-0-offset-before-entry-1-order",
            "table-offset",
            "entry by entry: the offset of entry 0 is checked before the id of entry 1",
            [in_entry(0, "offset", lambda right: right + 16), BREAKERS["table-order"]],
        ),
        (
            "order-bounds-before-name",
            "table-bounds",
            "names are compared after the last entry",
            [BREAKERS["table-name"], in_entry(1, "size", lambda _: 4096)],
        ),
        (
            "order-entry-0-range-before-entry-1-metadata",
            "bank-range",
            "entry by entry: the samples of entry 0 are checked before the metadata of entry 1",
            [BREAKERS["bank-range"], in_metadata(1, lambda metadata: metadata.update(channels=2))],
        ),
        (
            "order-preload-0-unknown-before-1-order",
            "preload-unknown",
            "entry by entry: entry 0 names no asset before entry 1 is out of order",
            [in_preload(0, "asset_id", 4), in_preload(1, "asset_id", 2)],
        ),
        (
            "order-preload-unknown-before-slot",
            "preload-unknown",
            "an asset that is not there claims no slot",
            [in_preload(0, "asset_id", 4), in_preload(1, "slot", 0)],
        ),
        (
            "order-preload-1-order-before-unknown",
            "preload-order",
            "within one entry the id's order comes before what it names",
            [in_preload(0, "asset_id", 5), in_preload(1, "asset_id", 2)],
        ),
        (
            "order-preload-1-order-before-slot",
            "preload-order",
            "an asset that is preloaded twice claims no slot twice",
            [in_preload(1, "asset_id", 1), in_preload(1, "slot", 0)],
        ),
        (
            "order-number-at-lower-offset-before-nesting",
            "header-number",
            "in the text the lowest offset decides, not the row of the table",
            [in_text(b'"asset_id":1', b'"asset_id":1.5'), BREAKERS["header-nesting"]],
        ),
        (
            "order-nesting-at-lower-offset-before-json",
            "header-nesting",
            "in the text the lowest offset decides, not the row of the table",
            [
                in_text(b'"asset_id":1', b'"asset_id":' + b"[" * 20),
                in_text(b'"sample_rate":8000', b'"sample_rate":08000'),
            ],
        ),
        (
            "order-utf8-at-the-end-before-json-at-the-start",
            "header-utf8",
            "UTF-8 is looked at over all bytes of the header first",
            [BREAKERS["header-utf8"], lambda parts: parts.text.append(lambda t: b"," + t)],
        ),
        (
            "order-checksum-before-utf8",
            "header-checksum",
            "the bytes are checked before their meaning",
            [BREAKERS["header-checksum"], BREAKERS["header-utf8"]],
        ),
        (
            "order-magic-before-version",
            "prelude-magic",
            "what is no pack has no version",
            [BREAKERS["prelude-magic"], BREAKERS["prelude-version"]],
        ),
        (
            "order-version-before-flags",
            "prelude-version",
            "another version may define what this one reserves",
            [BREAKERS["prelude-version"], BREAKERS["prelude-flags"], BREAKERS["prelude-reserved"]],
        ),
        (
            "order-schema-before-trailing",
            "header-schema",
            "the header is judged before the payload region",
            [BREAKERS["header-schema"], BREAKERS["table-trailing"]],
        ),
        (
            "order-table-before-preload",
            "table-name",
            "the table is judged before the preload list",
            [BREAKERS["table-name"], BREAKERS["preload-unknown"]],
        ),
    ):
        parts = base(contract)
        for breaker in breakers:
            breaker(parts)
        yield _ordered(id, rule, parts, contract, why)
