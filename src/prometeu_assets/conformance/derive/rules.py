"""Cases from the table of rules: one fault each."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from prometeu_assets.conformance.case import Case, Recipe, Repeat
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
    yield from _longest(contract)
    yield from _more_faults(contract)


def _longest(contract: Contract) -> Iterator[Case]:
    """A file as long as a pack may be, and of one byte more, whose content is never looked at."""
    data = base(contract).build()
    most = contract.limits.file_bytes
    for id, rule, size, why in (
        ("fault-table-trailing-largest-file", "table-trailing", most, "a file may be so long"),
        ("rule-file-size", "file-size", most + 1, contract.rule("file-size").text),
    ):
        yield rejected(contract, id, rule, _lengthened(data, size), why)
    for id, rule, broken in (
        ("order-prelude-reserved-before-file-size", "prelude-reserved", "prelude-reserved"),
        ("order-file-size-before-header-checksum", "file-size", "header-checksum"),
    ):
        parts = base(contract)
        BREAKERS[broken](parts)
        made = _lengthened(parts.build(), most + 1)
        why = "a file that is too long has another fault as well"
        yield rejected(contract, id, rule, made, why, order=True)


def _lengthened(data: bytes, size: int) -> Recipe:
    return (data, Repeat(unit=b"\0", count=size - len(data)))


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
        ("table-trailing-padding", "table-trailing", "no padding follows the last slice",
         in_file(lambda data, parts: data + bytes(-len(data) % parts.container.alignment))),
        ("bank-size-odd-more", "bank-range", "a slice of an odd size ends after the last sample",
         _resize(1)),
        ("bank-size-odd-less", "bank-range", "a slice of an odd size ends in the last sample",
         _resize(-1)),
        ("bank-range-shifted", "bank-range", "all samples start too late, the last ends at size",
         _samples((2, 4), (6, 4))),
        ("bank-range-gap", "bank-range", "bytes between samples belong to none",
         _samples((0, 4), (6, 4))),
        ("bank-range-largest-offset", "bank-range", "the largest offset of the schema is no place",
         _samples((0, 4), (16_777_216, 6))),
        ("bank-range-largest-length", "bank-range", "the largest length of the schema is too long",
         _samples((0, 4), (4, 16_777_216))),
        ("bank-range-again", "bank-range", "the second sample starts at 0 as well",
         _samples((0, 4), (0, 10))),
        ("bank-range-swapped", "bank-range", "samples follow each other by number",
         _samples((6, 4), (0, 6))),
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
    parts = Parts(contract=contract, file=[lambda data: data + bytes(16)])
    yield rejected(
        contract,
        "fault-table-trailing-without-entries",
        "table-trailing",
        parts,
        "a file without assets ends with its header",
    )
    yield from _in_later_slices(contract)
    for authored in (1, 63):
        for id, position in (("first", 32_768 + 32 * authored), ("last", 34_815)):
            row = tiles(1, "tiles/hero", contract, palette_authored=authored)
            parts = Parts(contract=contract, rows=[row])
            mark(position)(parts)
            yield rejected(
                contract,
                f"fault-payload-palette-{id}-of-{authored}",
                "payload-palette",
                parts,
                f"the {id} byte beyond {authored} authored palettes",
            )
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


def _in_later_slices(contract: Contract) -> Iterator[Case]:
    """The same faults in the payload, behind slices that are right."""
    sheets = [tiles(id, f"t{id}", contract) for id in (2, 3)]
    rows = [sounds(1, "a", [6]), *sheets, sounds(4, "b", [6]), sounds(5, "c", [2])]
    unused = 32_768 + 2 * 32  # where the unused palettes of a sheet begin
    for id, rule, index, position in (
        ("payload-padding-later-first", "payload-padding", 3, 6),
        ("payload-padding-later-last", "payload-padding", 3, 15),
        ("payload-palette-second-first", "payload-palette", 1, unused),
        ("payload-palette-second-last", "payload-palette", 1, 34_815),
        ("payload-palette-third-first", "payload-palette", 2, unused),
        ("payload-palette-third-last", "payload-palette", 2, 34_815),
    ):
        parts = Parts(contract=contract, rows=rows)
        mark(parts.placed()[index]["offset"] + position)(parts)
        yield rejected(contract, f"fault-{id}", rule, parts, f"byte {position} of entry {index}")


def _resize(change: int) -> Breaker:
    """Another size of the last slice, which the samples do not follow."""

    def apply(parts: Parts) -> None:
        parts.rows[-1]["size"] += change
        parts.rows[-1]["decoded_size"] += change

    return apply


def _samples(*places: tuple[int, int]) -> Breaker:
    """Other offsets and lengths for the samples of the first entry."""

    def apply(metadata: dict[str, Any]) -> None:
        for number, (offset, length) in enumerate(places):
            metadata["samples"][str(number)] = {"length": length, "offset": offset}

    return in_metadata(0, apply)


def _checksum_with_padding(parts: Parts) -> None:
    text = parts.header_text()
    fill = parts.container.payload_offset(len(text)) - parts.container.prelude_size - len(text)
    parts.prelude["header_checksum"] = zlib.crc32(text + bytes(fill))


def _pad_first(parts: Parts) -> None:
    pad(parts)
    assert parts.padding is not None
    parts.padding = parts.padding[::-1]
