"""Every rule fires on the pack that breaks it alone, and its removal is noticed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from itertools import product
from typing import Any

import pytest
from tests.every import every
from tests.packs import SMALL, assemble, canonical, pack, payload, placed, sounds, tiles

import prometeu_assets as pa
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.reader.source import ShortRead

GOOD = pack(SMALL, [{"asset_id": 1, "slot": 0}, {"asset_id": 3, "slot": 0}])
HEADER = {"asset_table": placed(SMALL), "preload": [{"asset_id": 1, "slot": 0}]}
BODY = payload(placed(SMALL))


class Sparse:
    """A seekable file of a given size: a good pack, then zeros that nobody has to store."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data, self.length, self.position = data, size, 0

    def seek(self, position: int, whence: int = 0) -> int:
        self.position = position + (self.length if whence == 2 else 0)
        return self.position

    def read(self, size: int) -> bytes:
        piece = self.data[self.position : self.position + size].ljust(size, b"\0")
        self.position += size
        return piece


def header(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The good pack with its header changed as a value."""
    value = deepcopy(HEADER)
    change(value)
    return assemble(canonical(value), BODY)


def text(old: bytes, new: bytes) -> bytes:
    """The good pack with its header changed as text."""
    changed = canonical(HEADER).replace(old, new, 1)
    assert changed != canonical(HEADER)
    return assemble(changed, BODY)


def flipped(position: int) -> bytes:
    data = bytearray(GOOD)
    data[position] ^= 1
    return bytes(data)


def start() -> int:
    return int.from_bytes(GOOD[12:16], "little")


def entry(index: int, **changes: Any) -> bytes:
    return header(lambda h: h["asset_table"][index].update(changes))


def metadata(index: int, **changes: Any) -> bytes:
    return header(lambda h: h["asset_table"][index]["metadata"].update(changes))


def twice(value: list[Any]) -> None:
    value.append(deepcopy(value[-1]))


GAP = [sounds(3, "a", [6]), sounds(9, "b", [2])]

BROKEN: dict[str, list[Any]] = {
    "prelude-truncated-magic": [b"", b"ASP"],
    "prelude-legacy": [b"PPA1", b"PPA1" + bytes(20)],
    "prelude-magic": [
        assemble(b"{}", magic=b"aspa"),
        assemble(b"{}", magic=b"APSA"),
        b"version https://git-lfs.github.com/spec/v1\n",
    ],
    "prelude-truncated-version": [b"ASPA", b"ASPA\x01\0\0"],
    "prelude-version": [
        assemble(b"{}", version=0),
        assemble(b"{}", version=2),
        assemble(b"{}", version=2**32 - 1),
        b"ASPA\x02\0\0\0",
    ],
    "prelude-truncated": [GOOD[:8], GOOD[:31]],
    "prelude-header-len": [
        assemble(b"{}", header_len=0),
        assemble(b"{}", header_len=2**24 + 1),
        assemble(b"{}", header_len=2**32 - 1, payload_offset=0),
    ],
    "prelude-payload-offset": [
        assemble(b"{}", payload_offset=0),
        assemble(b"{}", payload_offset=47),
        assemble(b"{}", payload_offset=64),
        assemble(b"{}", payload_offset=2**32 - 1),
    ],
    "prelude-flags": [assemble(b"{}", flags=1), assemble(b"{}", flags=1 << 31)],
    "prelude-reserved": [
        assemble(b"{}", reserved=b"\1" + bytes(7)),
        assemble(b"{}", reserved=bytes(7) + b"\x80"),
    ],
    "file-size": [Sparse(GOOD, 2**31)],
    "header-truncated": [GOOD[: start() - 1], GOOD[:32], assemble(b"{}", padding=b"")],
    "header-checksum": [flipped(28), flipped(40), assemble(b"{}", checksum=0)],
    "header-padding": [
        assemble(canonical(HEADER), BODY, padding=b"\1".rjust(-(32 + len(canonical(HEADER))) % 16))
    ],
    "header-utf8": [
        assemble(b'{"\xff":1}'),
        assemble(b'{"\xc0\x80":1}'),
        assemble(b"\xed\xa0\x80"),
    ],
    "header-json": [
        assemble(b"{"),
        assemble(b"{}}"),
        assemble(b"01"),
        assemble(b"-x"),
        assemble(b"\xef\xbb\xbf{}"),
        assemble(b'"\\ud800"'),
        assemble(b"{]"),
        assemble(b'"\0"'),
        assemble(b"NaN"),
    ],
    "header-nesting": [assemble(b"[" * 17 + b"]" * 17), assemble(b'{"a":' * 17)],
    "header-number": [
        assemble(b"[1.0]"),
        assemble(b"-0"),
        assemble(b"-01"),
        assemble(b"1e5"),
        assemble(b"1."),
        assemble(b"9007199254740992"),
        assemble(b"-9007199254740992"),
    ],
    "header-canonical": [
        text(b"{", b"{ "),
        assemble(canonical(HEADER) + b"\n", BODY),
        text(b'"asset_id":1,', b'"asset_id":1,"asset_id":1,'),
        text(b"tiles/hero", b"tiles\\/hero"),
        text(b'"tile_size":8,', b'"tile_size":8,"a":1,'),
        text(b'"width":256', b'"width":256,"x_a":"\\u0000"'),
        text(b'"width":256', b'"width":256,"x_a":"\\u0041"'),
        text(b'"width":256', b'"width":256,"x_a":{"b\\"":1}'),
    ],
    "header-schema": [
        assemble(b"[]"),
        assemble(b'{"asset_table":[]}'),
        assemble(b'{"asset_table":[],"preload":[],"x_more":1}'),
        entry(0, codec="RAW"),
        entry(0, asset_name="a/../b"),
        entry(0, size=0),
        entry(0, size=True),
        metadata(0, **{"$x": 1}),
        metadata(0, x_a={"deep": [{"": 1}]}),
        header(lambda h: h["preload"][0].update(slot=16)),
    ],
    "metadata-size": [metadata(0, x_long="x" * 65536)],
    "table-order": [
        entry(0, asset_id=3),
        header(lambda h: h["asset_table"][1].update(asset_id=1)),
    ],
    "table-offset": [entry(0, offset=16), entry(1, offset=34815), entry(2, offset=34826)],
    "table-bounds": [GOOD[:-1], GOOD[: start()]],
    "table-name": [entry(2, asset_name="tiles/hero")],
    "table-trailing": [GOOD + b"\0", assemble(b'{"asset_table":[],"preload":[]}', bytes(16))],
    "bank-metadata": [
        metadata(0, tile_size=9),
        metadata(0, extra=1),
        header(lambda h: h["asset_table"][0]["metadata"].pop("width")),
        metadata(1, channels=2),
        metadata(1, samples={"0": {"length": 3, "offset": 0}, "1": {"length": 7, "offset": 3}}),
        metadata(1, samples={"00": {"length": 10, "offset": 0}}),
        metadata(1, samples={}),
    ],
    "bank-samples": [
        metadata(1, samples={"1": {"length": 10, "offset": 0}}),
        metadata(1, samples={"0": {"length": 4, "offset": 0}, "2": {"length": 6, "offset": 4}}),
    ],
    "bank-size": [
        entry(0, decoded_size=67583),
        entry(1, decoded_size=12),
        pack([tiles(1, "a", size=34818)]),
        pack([tiles(1, "a", size=34800)]),
    ],
    "bank-range": [
        metadata(1, samples={"0": {"length": 6, "offset": 2}, "1": {"length": 4, "offset": 8}}),
        metadata(1, samples={"0": {"length": 4, "offset": 0}, "1": {"length": 4, "offset": 6}}),
        metadata(1, samples={"0": {"length": 8, "offset": 0}}),
        metadata(1, samples={"0": {"length": 12, "offset": 0}}),
    ],
    "preload-order": [
        header(lambda h: h["preload"].append({"asset_id": 1, "slot": 1})),
        pack(SMALL, [{"asset_id": 3, "slot": 0}, {"asset_id": 1, "slot": 0}]),
    ],
    "preload-unknown": [header(lambda h: h["preload"].append({"asset_id": 2, "slot": 1}))],
    "preload-slot": [pack(SMALL, [{"asset_id": 3, "slot": 5}, {"asset_id": 9, "slot": 5}])],
    "payload-padding": [pack(GAP)[:-3] + b"\1" + pack(GAP)[-2:]],
    "payload-palette": [
        flipped(start() + 34815),
        flipped(start() + 32768 + 2 * 32),
    ],
}


def verdict(data: Any, contract: Contract = CURRENT, *, fast: bool = True) -> tuple[str, ...]:
    """(code, rule) of the first fault, or nothing."""
    report = pa.validate(data, profile="writer", contract=contract, fast=fast)
    return next(((d.code, str(d.rule)) for d in report), ())


def test_every_rule_has_cases() -> None:
    assert list(BROKEN) == [rule.id for rule in CURRENT.rules]


@every(product([True, False], BROKEN))
def test_rule_fires(fast: bool, rule: str) -> None:
    for data in BROKEN[rule]:
        assert verdict(data, fast=fast) == (CURRENT.rule(rule).code, rule)


@every(BROKEN)
def test_rule_is_needed(rule: str) -> None:
    """Without the rule, each of its cases is judged differently, or cannot be read at all."""
    for data in BROKEN[rule]:
        try:
            found = verdict(data, CURRENT.without(rule))
        except (KeyError, TypeError, ShortRead):
            continue  # The reader ran into what the rule guards against.
        assert found != (CURRENT.rule(rule).code, rule)


@every(product([True, False], ["reader", "writer"]))
def test_a_good_pack_breaks_no_rule(fast: bool, profile: str) -> None:
    for data in (
        GOOD,
        pack([]),
        pack(GAP),
        pack([sounds(1, "a", [2 * (i + 1) for i in range(12)])]),
    ):
        assert pa.validate(data, profile=profile, fast=fast).diagnostics == ()


@pytest.mark.parametrize("rule", ["payload-padding", "payload-palette"])
def test_content_is_no_business_of_profile_reader(rule: str) -> None:
    for data in BROKEN[rule]:
        assert pa.validate(data, profile="reader").ok


def test_what_is_shown_of_a_header_may_end_within_a_character() -> None:
    table = placed(
        [sounds(1, "a", [2], metadata={**sounds(1, "a", [2])["metadata"], "x_a": "é" * 8})]
    )
    data = canonical({"asset_table": table, "preload": []})
    (found,) = pa.validate(assemble(data.replace(b'"x_a":', b'"x_a": '), payload(table)))
    assert found.code == "HEADER_CANONICAL"
    assert "\N{REPLACEMENT CHARACTER}" in found.message
