"""Cases from the table of rules: one fault each."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from prometeu_assets.conformance.case import Case, Repeat
from prometeu_assets.conformance.derive.breakers import (
    BREAKERS,
    Breaker,
    base_for,
    header_end,
    in_entry,
    in_file,
    in_metadata,
    in_preload,
    mark,
    pad,
    rename_sample,
)
from prometeu_assets.conformance.derive.make import base, rejected
from prometeu_assets.conformance.parts import Parts, sounds, tiles
from prometeu_assets.contract.value import Contract


def cases(contract: Contract) -> Iterator[Case]:
    """A case for each rule, then the same faults at other places."""
    for id in (rule.id for rule in contract.rules if rule.id in BREAKERS):
        parts = base_for(contract, id)
        BREAKERS[id](parts)
        yield rejected(contract, f"rule-{id}", id, parts, contract.rule(id).text)
    yield _too_long(contract)
    yield from _more_faults(contract)


def _too_long(contract: Contract) -> Case:
    """A file of one byte more than a pack may have; its content is never looked at."""
    data = base(contract).build()
    size = contract.limits.file_bytes + 1
    return rejected(
        contract,
        "rule-file-size",
        "file-size",
        (data, Repeat(unit=b"\0", count=size - len(data))),
        contract.rule("file-size").text,
    )


def _more_faults(contract: Contract) -> Iterator[Case]:
    """Single faults at other places than the breakers'."""
    single: tuple[tuple[str, str, str, Breaker], ...] = (
        ("table-offset-first-not-zero", "table-offset", "the first slice is at 0",
         in_entry(0, "offset", lambda _: 16)),
        ("table-offset-unaligned", "table-offset", "slices do not follow each other unaligned",
         in_entry(1, "offset", lambda _: 10)),
        ("table-offset-overlap", "table-offset", "two slices share bytes",
         in_entry(1, "offset", lambda _: 0)),
        ("table-bounds-size", "table-bounds", "the size alone is more than the region",
         in_entry(1, "size", lambda _: 16_777_216)),
        ("table-bounds-by-one", "table-bounds", "one byte beyond the end",
         in_entry(1, "size", lambda right: right + 1)),
        ("table-trailing-block", "table-trailing", "sixteen zero bytes follow",
         in_file(lambda data, _: data + bytes(16))),
        ("bank-size-decoded-less", "bank-size", "resident takes as many bytes as stored",
         in_entry(1, "decoded_size", lambda _: 1)),
        ("bank-range-first", "bank-range", "the first sample is not at 0",
         in_metadata(0, lambda m: m["samples"]["0"].update(offset=2))),
        ("bank-range-short", "bank-range", "the last sample ends before the slice",
         in_metadata(0, lambda m: m["samples"]["1"].update(length=4))),
        ("bank-range-long", "bank-range", "the last sample ends after the slice",
         in_metadata(0, lambda m: m["samples"]["1"].update(length=8))),
        ("bank-range-overlap", "bank-range", "two samples share bytes",
         in_metadata(0, lambda m: m["samples"]["1"].update(offset=2, length=8))),
        ("bank-range-huge", "bank-range", "an end far beyond the slice",
         in_metadata(0, lambda m: m["samples"]["0"].update(length=16_777_216))),
        ("bank-samples-from-one", "bank-samples", "samples are numbered from 0",
         in_metadata(1, rename_sample("0", "1"))),
        ("preload-order-repeated", "preload-order", "an asset is preloaded twice",
         in_preload(1, "asset_id", 1)),
        ("header-checksum-of-padding", "header-checksum", "the checksum does not cover padding",
         _checksum_with_padding),
        ("header-padding-first", "header-padding", "the first padding byte is not zero",
         _pad_first),
        ("header-truncated-at-prelude", "header-truncated", "only the prelude is there",
         in_file(lambda data, parts: data[: parts.container.prelude_size])),
        ("header-truncated-inside", "header-truncated", "the file ends inside the header",
         in_file(lambda data, parts: data[: parts.container.prelude_size + 40])),
        ("header-truncated-before-padding", "header-truncated", "the padding is missing",
         in_file(lambda data, parts: data[: header_end(parts)])),
        ("payload-padding-last", "payload-padding", "the last byte of the gap", mark(15)),
    )  # fmt: skip
    for id, rule, why, breaker in single:
        parts = base(contract)
        breaker(parts)
        yield rejected(contract, f"fault-{id}", rule, parts, why)
    for id, position in (("first", 32_768 + 2 * 32), ("last", 34_815)):
        parts = Parts(contract=contract, rows=[tiles(1, "tiles/hero", contract)])
        mark(position)(parts)
        yield rejected(
            contract,
            f"fault-payload-palette-{id}",
            "payload-palette",
            parts,
            f"the {id} byte beyond the authored palettes",
        )
    for role, change in (("size", 2), ("decoded_size", -1)):
        parts = Parts(contract=contract, rows=[tiles(1, "tiles/hero", contract)])
        parts.rows[0][role] += change
        yield rejected(
            contract,
            f"fault-bank-size-tiles-{role.replace('_', '-')}",
            "bank-size",
            parts,
            f"a sheet's {role} is fixed by its layout",
        )
    for slot in (1, 15):
        parts = Parts(
            contract=contract,
            rows=[sounds(i, f"s{i}", [2]) for i in (1, 2, 3)],
            preload=[
                {"asset_id": 1, "slot": slot},
                {"asset_id": 2, "slot": 0},
                {"asset_id": 3, "slot": slot},
            ],
        )
        yield rejected(
            contract,
            f"fault-preload-slot-{slot}",
            "preload-slot",
            parts,
            "a slot is claimed by an entry that is not a neighbour",
        )


def _checksum_with_padding(parts: Parts) -> None:
    text = parts.header_text()
    fill = parts.container.payload_offset(len(text)) - parts.container.prelude_size - len(text)
    parts.prelude["header_checksum"] = zlib.crc32(text + bytes(fill))


def _pad_first(parts: Parts) -> None:
    pad(parts)
    assert parts.padding is not None
    parts.padding = parts.padding[::-1]
