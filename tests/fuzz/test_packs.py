"""Packs put out of order in every part, read by both tiers and by a reader of another hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from fuzz.packs import open_pack, validate, verdict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prometeu_assets.conformance.parts import Parts, Row, sounds, tiles
from prometeu_assets.contract.current import CURRENT

CONTAINER = CURRENT.written
SHAPE = CURRENT.shape(CONTAINER)

Draw = Callable[[st.SearchStrategy[Any]], Any]

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
names = st.text("abxyzAZ_.-0189/", min_size=1, max_size=6) | st.sampled_from(
    ["x_a", "a/../b", "x" * 64, "x" * 65, "a" * 255, "a" * 256, "é", "x_é", "tile_size", "samples"]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.sampled_from([0, 1, 8, 16, 2**24, 2**24 + 1, 2**31 - 1, 2**31])
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def edges(role: str) -> st.SearchStrategy[Any]:
    """Values of a member of the header at the edges of what its schema allows, and any others."""
    part = SHAPE.parts[role]
    limits = [part[name] + step for name in ("minimum", "maximum") if name in part
              for step in (-1, 0, 1)]  # fmt: skip
    return st.sampled_from([*limits, *part.get("enum", []), part.get("const", 0)]) | values


WORLDS: list[list[Row]] = [
    [sounds(1, "a", [2]), sounds(2, "b", [4, 6]), tiles(2**31 - 1, "t", CURRENT)],
    [sounds(3, "sound/fx", [6, 4, 20]), sounds(9, "beep", [32], x_a={"b": [1, {"c": None}]})],
    [tiles(1, "tiles/hero", CURRENT, palette_authored=64), sounds(7, "_.x", [2, 2, 2, 2])],
    [sounds(n, f"n{n}", [2 * n]) for n in range(1, 5)],
    [tiles(2, "x", CURRENT, x_y="é😀", tile_size=32)],
    [],
]
"""Entries that are right, and stay so but for what is drawn."""


# One fault each: a change of parts that is drawn.


def prelude(draw: Draw, parts: Parts) -> None:
    item = draw(st.sampled_from(CONTAINER.fields))
    if item.type == "bytes":
        parts.prelude[item.role] = draw(st.binary(min_size=item.size, max_size=item.size))
        return
    top = 256**item.size
    step = draw(st.sampled_from([-16, -1, 1, 15, 16, 256, 2**31]))
    some = draw(st.integers(0, top - 1))
    near = draw(st.booleans())
    parts.prelude[item.role] = lambda right: (right + step) % top if near else some


def member(draw: Draw, parts: Parts) -> None:
    """A member of an entry or of a preload, wherever it then leads."""
    role = draw(st.sampled_from([role for role in SHAPE.parts if "." in role]))
    table, _, name = role.partition(".")
    new, missing = draw(edges(role)), draw(st.integers(0, 9)) == 0
    at = draw(st.integers(0, 3))

    def change(header: Any) -> Any:
        found = header.get(table) if isinstance(header, dict) else None
        if isinstance(found, list) and found and isinstance(found[at % len(found)], dict):
            row = found[at % len(found)]
            row[name] = new
            if missing:
                del row[name]
        return header

    parts.header.append(change)


def size(draw: Draw, parts: Parts) -> None:
    """Another size or id before the entries are placed, so that the payload follows."""
    if parts.rows:
        row = draw(st.sampled_from(parts.rows))
        role = draw(st.sampled_from(["size", "decoded_size", "asset_id", "asset_name"]))
        wanted = st.integers(1, 99) if role != "asset_name" else names
        row[role] = draw(wanted)


def metadata(draw: Draw, parts: Parts) -> None:
    """A listed member of a bank's metadata, or one that is not."""
    at, name, new = draw(st.integers(0, 3)), draw(names), draw(values)
    listed = draw(st.integers(0, 9))

    def change(header: Any) -> Any:
        table = header.get("asset_table") if isinstance(header, dict) else None
        if not isinstance(table, list) or not table or not isinstance(table[at % len(table)], dict):
            return header
        found = table[at % len(table)].get("metadata")
        if isinstance(found, dict):
            keys = sorted(found)
            key = keys[listed % len(keys)] if keys and listed < 8 else name
            found[key] = new
        return header

    parts.header.append(change)


def chain(draw: Draw, parts: Parts) -> None:
    """A sample that is not where the one before it ends."""
    sounding = [row for row in parts.rows if "samples" in row["metadata"]]
    if sounding:
        samples = draw(st.sampled_from(sounding))["metadata"]["samples"]
        sample = samples[draw(st.sampled_from(sorted(samples)))]
        sample[draw(st.sampled_from(["length", "offset"]))] += draw(st.sampled_from([-2, 1, 2, 4]))


def order(draw: Draw, parts: Parts) -> None:
    """Entries or preloads in another order, or twice."""
    name = draw(st.sampled_from(["asset_table", "preload"]))
    twice, seed = draw(st.booleans()), draw(st.permutations(range(4)))

    def change(header: Any) -> Any:
        found = header.get(name) if isinstance(header, dict) else None
        if isinstance(found, list) and found:
            mixed = [found[i] for i in seed if i < len(found)]
            header[name] = [*found, found[0]] if twice else mixed
        return header

    parts.header.append(change)


def top(draw: Draw, parts: Parts) -> None:
    name, new = draw(names | st.just("preload")), draw(values)
    parts.header.append(lambda header: {**header, name: new} if isinstance(header, dict) else new)


PIECES = [
    b" ", b"\n", b"0", b"1.0", b"-0", b"e1", b"9" * 16, b"\\u0000", b"\\u0041", b"\\ud800", b'"',
    b"{", b"[" * 17, b"]", b",", b"\xff", b"\xc3\xa9", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x7f",
    b"\x1f", b'"x_a":1,', b'"asset_id":1,', b"true", b"\\/", b"",
]  # fmt: skip


def text(draw: Draw, parts: Parts) -> None:
    where, cut = draw(st.floats(0, 1)), draw(st.integers(0, 3))
    piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3))

    def edit(data: bytes) -> bytes:
        at = int(where * len(data))
        return data[:at] + piece + data[at + cut :]

    parts.text.append(edit)


def payload(draw: Draw, parts: Parts) -> None:
    where, byte = draw(st.floats(0, 1, exclude_max=True)), draw(st.integers(0, 255))

    def change(body: bytearray) -> None:
        if body:
            body[int(where * len(body))] = byte

    parts.body.append(change)


def gap(draw: Draw, parts: Parts) -> None:
    """A byte between two slices, or beyond the palettes that are authored."""
    placed = parts.placed()
    ends = [row["offset"] + row["size"] for row in placed]
    blank = [end - 1 for end, row in zip(ends, placed) if row["bank_type"] == "TILES"]
    if ends:
        at, byte = draw(st.sampled_from([*ends, *blank])), draw(st.integers(0, 255))
        parts.body.append(lambda body: body.__setitem__(at, byte) if at < len(body) else None)


def length(draw: Draw, parts: Parts) -> None:
    keep, more = draw(st.floats(0, 1)), draw(st.binary(max_size=3))
    cut = draw(st.sampled_from([1, 1, 2, 16, None]))
    if draw(st.booleans()):
        parts.file.append(lambda data: data + more)
    else:
        parts.file.append(lambda data: data[: -cut if cut else int(keep * len(data))])


def padding(draw: Draw, parts: Parts) -> None:
    parts.padding = draw(st.binary(max_size=16))


FAULTS = [prelude, member, member, size, size, metadata, metadata, chain, order, order, top, text,
          text, payload, gap, length, padding]  # fmt: skip


class Pack(bytes):
    """Bytes that show what matters of them when a test fails."""

    def __repr__(self) -> str:
        return f"{len(self)} bytes: {bytes(self[:900])!r}"


@st.composite
def packs(draw: Draw) -> Pack:
    """A pack with one fault, or two, or none."""
    made = deepcopy(draw(st.sampled_from(WORLDS)))
    first = draw(st.integers(0, 1))
    one_slot = draw(st.integers(0, 9)) == 0
    preload = [
        {"asset_id": row["asset_id"], "slot": 0 if one_slot else number}
        for number, row in enumerate(made[first:])
    ]
    parts = Parts(contract=CURRENT, rows=made, preload=preload)
    for fault in draw(st.sampled_from([1, 1, 1, 2, 0]).flatmap(faults)):
        fault(draw, parts)
    return Pack(parts.build())


def faults(count: int) -> st.SearchStrategy[Any]:
    return st.tuples(*[st.sampled_from(FAULTS)] * count)


def test_readers_agree() -> None:
    seen: Counter[str | None] = Counter()

    @settings(
        derandomize=True,
        max_examples=300,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(packs())
    def judge(data: Pack) -> None:
        validate(data)
        open_pack(data)
        seen[verdict(data, "writer")] += 1

    judge()
    assert seen[None] > 25
    assert len(seen) > 20, seen
