"""Packs that every reader accepts: the ordinary, the boundaries, every residue of padding."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive.breakers import BREAKERS, mark
from prometeu_assets.conformance.derive.make import accepted, base
from prometeu_assets.conformance.parts import Parts, Row, sample, sounds, tiles
from prometeu_assets.contract import canonical
from prometeu_assets.contract.value import Contract


def cases(contract: Contract) -> Iterator[Case]:
    """All positives; each names the rule that it just keeps, and is judged by its profile."""
    for id, rule, parts, why in _all(contract):
        yield accepted(contract, f"accept-{id}", rule, parts, why)
    yield from _content(contract)


def _content(contract: Contract) -> Iterator[Case]:
    """Bytes that a publisher keeps zero are no business of a runtime, which never reads them."""
    for id, rule in (("gap", "payload-padding"), ("palette", "payload-palette")):
        parts = Parts(contract=contract, rows=[sounds(1, "a", [6]), tiles(2, "t", contract)])
        BREAKERS[rule](parts)
        yield accepted(
            contract,
            f"accept-{id}-not-zero-as-reader",
            rule,
            parts,
            "profile reader does not look into the payload region",
            profile="reader",
        )


def _all(contract: Contract) -> Iterator[tuple[str, str, Parts, str]]:
    def pack(*rows: Row, preload: list[Row] | None = None) -> Parts:
        return Parts(contract=contract, rows=list(rows), preload=preload or [])

    container = contract.written
    yield "base", "prelude-magic", base(contract), "the pack that most faults are put into"
    yield "empty", "table-trailing", pack(), "no assets: the file ends with the header's padding"
    for bank in container.banks:
        for vector in bank.vectors():
            row = sample(1, vector.name, bank, **vector.metadata)
            yield vector.id, vector.rule, pack(row), vector.why
    yield (
        "largest-slice",
        "bank-range",
        pack(sounds(1, "sound", [_largest_slice(contract)])),
        "one sample as large as a slice may be",
    )
    yield (
        "preload-some",
        "preload-unknown",
        pack(*(sounds(i, f"s{i}", [2]) for i in (2, 4, 6, 8)), preload=_slots((4, 3), (8, 1))),
        "a preload list names some of the assets",
    )
    yield (
        "preload-all",
        "preload-order",
        pack(
            *(sounds(i, f"s{i}", [2]) for i in (2, 10, 11)),
            preload=_slots((2, 0), (10, 1), (11, 2)),
        ),
        "ids increase as numbers, not as text",
    )
    yield (
        "both-banks",
        "payload-palette",
        pack(tiles(1, "t", contract), sounds(2, "s", [6]), preload=_slots((1, 0), (2, 0))),
        "a slot of each bank type has its own number 0",
    )
    for authored in (1, 63, 64):
        parts = pack(tiles(1, "t", contract, palette_authored=authored))
        mark(32_768 + 32 * authored - 1)(parts)
        yield (
            f"palette-last-of-{authored}",
            "payload-palette",
            parts,
            f"the last byte of {authored} authored palettes may have any value",
        )
    yield (
        "sheets-behind-others",
        "payload-palette",
        pack(
            sounds(1, "a", [6]),
            tiles(2, "t", contract),
            tiles(3, "u", contract, palette_authored=1),
            sounds(4, "b", [2]),
        ),
        "the unused palettes of each sheet are zero, and what is around them is not",
    )
    for residue in range(container.alignment):
        parts = pack(sounds(1, "a" * (residue + 1), [2]))
        length = len(parts.header_text())
        left = -(container.prelude_size + length) % container.alignment
        yield (
            f"header-padding-{left:02}",
            "header-padding",
            parts,
            f"{left} bytes of padding after the header",
        )
    for size in range(2, 2 * container.alignment + 1, 2):
        yield (
            f"slice-size-{size:02}",
            "table-offset",
            pack(sounds(1, "a", [size]), sounds(2, "b", [2])),
            f"{-size % container.alignment} bytes of padding after a slice",
        )
    for size in (2, container.alignment - 2, container.alignment, container.alignment + 2):
        yield (
            f"gaps-{size:02}",
            "payload-padding",
            pack(sounds(1, "a", [size]), sounds(2, "b", [size]), sounds(3, "c", [size])),
            f"{-size % container.alignment} bytes of padding after each slice but the last",
        )
    yield (
        "many",
        "table-order",
        pack(*(sounds(3 * i + 1, f"bank/{i}", [2]) for i in range(120))),
        "ids have gaps and increase",
    )
    yield (
        "largest-ids",
        "table-order",
        pack(sounds(1, "a", [2]), sounds(2**31 - 1, "b", [2]), preload=_slots((2**31 - 1, 15))),
        "the largest id and the last slot",
    )
    yield (
        "full-preload",
        "preload-slot",
        pack(
            *(sounds(i + 1, f"s{i}", [2]) for i in range(16)),
            preload=_slots(*((i + 1, 15 - i) for i in range(16))),
        ),
        "all slots of a bank type, in another order than the ids",
    )
    for id, name in (
        ("shortest", "a"),
        ("longest", "a" * 255),
        ("underscore", "_"),
        ("digits", "0/1/2"),
        ("dots-inside", "a/..b/.c/d./..."),
        ("hyphen-part", "a/-b"),
        ("upper-and-lower", "A/a"),
        ("every-character", "azAZ09_.-/z/Z/9/_"),
    ):
        yield f"name-{id}", "header-schema", pack(sounds(1, name, [2])), f"the name {name[:20]!r}"
    letters = string.digits + string.ascii_letters
    yield (
        "name-first-characters",
        "header-schema",
        pack(*(sounds(number, name, [2]) for number, name in enumerate(f"{letters}_", 1))),
        "every character that a name may begin with",
    )
    yield (
        "metadata-name-first-characters",
        "header-schema",
        pack(sounds(1, "s", [2], x_a=dict.fromkeys(letters, 1))),
        "every character that the name of a member may begin with",
    )
    yield (
        "names-differ-by-case",
        "table-name",
        pack(sounds(1, "hero", [2]), sounds(2, "Hero", [2])),
        "names are compared byte by byte",
    )
    for id, rule, value, why in _values(contract):
        yield f"metadata-{id}", rule, pack(sounds(1, "s", [2], x_value=value)), why
    yield (
        "metadata-names",
        "header-schema",
        pack(sounds(1, "s", [2], **{"x_": 1, "x_A.b-C_9": 2, "x_" + "n" * 62: 3})),
        "the shortest and the longest free name, and every kind of character",
    )
    edges = dict.fromkeys(("0", "9", "A", "Z", "a", "z", "azAZ09_.-"), 1)
    yield (
        "metadata-name-characters",
        "header-schema",
        pack(sounds(1, "s", [2], x_a=edges)),
        "the first and the last of each kind of character, first and later in a name",
    )
    yield (
        "metadata-prototype",
        "header-schema",
        pack(sounds(1, "s", [2], x_a={"constructor": 1, "toString": 2})),
        "names that some languages give every object",
    )


def _largest_slice(contract: Contract) -> int:
    size: int = contract.shape(contract.written).parts["asset_table.size"]["maximum"]
    return size


def _slots(*pairs: tuple[int, int]) -> list[Row]:
    return [{"asset_id": asset_id, "slot": slot} for asset_id, slot in pairs]


def _values(contract: Contract) -> Iterator[tuple[str, str, Any, str]]:
    limits = contract.limits
    for id, value in (
        ("null", None),
        ("true", True),
        ("false", False),
        ("zero", 0),
        ("minus-one", -1),
        ("empty-string", ""),
        ("empty-array", []),
        ("empty-object", {}),
    ):
        yield id, "header-schema", value, f"a free member may be {id}"
    yield "largest-integer", "header-number", limits.integer, "the largest number"
    yield "smallest-integer", "header-number", -limits.integer, "the smallest number"
    yield "non-ascii", "header-utf8", "é ß € 日本 \U0001f600", "characters of two to four bytes"
    edges = "\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff"
    yield "boundary-characters", "header-utf8", edges, "the first and last ones of each length"
    yield "around-surrogates", "header-utf8", "\ud7ff\ue000", "the neighbours of the surrogates"
    escapes = '"\\/\b\t\n\f\r\x01\x1f'
    yield "escapes", "header-canonical", escapes, "every escape in its one spelling"
    yield (
        "line-separators",
        "header-canonical",
        "\u2028\u2029\ufeff",
        "raw, though some escape them",
    )
    mark = "\ufeffa"
    yield "mark-first", "header-canonical", mark, "a byte order mark in a string is a character"
    yield "not-normalised", "header-canonical", "e\u0301 \u00e9", "no normalisation is applied"
    names = {"Z": 1, "a": 2, "a.": 3, "a1": 4, "aA": 5}
    yield "name-order", "header-canonical", names, "names are ordered by their bytes"
    deep: Any = 1
    # The header, the table, the entry and its metadata are open around the value.
    for _ in range(limits.nesting - 4):
        deep = [deep]
    yield "deepest", "header-nesting", deep, f"{limits.nesting} arrays and objects are open"
    yield "wide", "header-nesting", [[] for _ in range(100)], "closed arrays do not count"
    around = len(canonical.encode(sounds(1, "s", [2], x_value="")["metadata"]))
    text = "x" * (limits.metadata_bytes - around)
    yield "largest", "metadata-size", text, f"{limits.metadata_bytes} bytes of header text"
