"""How many requests a pack behind a URL costs, and reads of many slices.

`UPDATE_TABLES=1` writes the table of `spec/python-reader.md#remote` again.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.every import every
from tests.packs import canonical, pack, placed, sounds, tiles
from tests.reader.web import Web, altered, always, serving, status

import prometeu_assets as pa
from prometeu_assets.reader.pack import BATCH, GAP

PAGE = Path(__file__).parents[2] / "spec" / "python-reader.md"
MARKS = ("<!-- Counted by tests/reader/test_requests.py -->\n\n", "\n<!-- end -->")


def many(count: int, size: int = 2000) -> bytes:
    return pack([sounds(id, f"sound/{id:05}", [size]) for id in range(1, count + 1)])


def header_of(data: bytes) -> int:
    return int.from_bytes(data[8:12], "little")


SMALL = many(60)
EDGE = next(data for count in range(315, 200, -1) if header_of(data := many(count)) <= 1 << 16)
LARGE = many(5_000, 20)
SHEETS = pack([tiles(id, f"tiles/{id:03}") for id in range(1, 201)])
assert header_of(EDGE) > (1 << 16) - 300


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    ways: dict[str, Any] = {
        "pack": always(altered()),
        "moved": always(status(302, Location="/pack")),
    }
    with serving(b"", ways) as made:
        yield made


def counted(web: Web, data: bytes, use: Any, way: str = "pack") -> tuple[int, int, int]:
    """(requests to open, requests to use, bytes of both) of a pack."""
    web.data, web.sent = data, 0
    with pa.open(web.url(way)) as opened:
        opening = len(web.asked)
        use(opened)
        return opening, len(web.asked) - opening, web.sent


def nothing(opened: pa.Pack) -> None:
    pass


def each(opened: pa.Pack) -> None:
    for entry in opened:
        opened.read(entry)


def all_at_once(opened: pa.Pack) -> None:
    assert len([*opened.read_many(opened)]) == len(opened)


def every_tenth(opened: pa.Pack) -> None:
    assert len([*opened.read_many(opened.entries[::10])]) == 20


def distant(opened: pa.Pack) -> None:
    assert len([*opened.read_many(["tiles/100", "tiles/001", "tiles/101", "tiles/200"])]) == 4


ROWS: dict[str, tuple[bytes, Any, str]] = {
    "open": (SMALL, nothing, "pack"),
    "open, behind a redirect": (SMALL, nothing, "moved"),
    "open, with a header of 64 KiB": (EDGE, nothing, "pack"),
    "open, with 5 000 assets": (LARGE, nothing, "pack"),
    "one slice": (SHEETS, lambda opened: opened.read("tiles/100"), "pack"),
    "200 slices of 34 KiB, one after another": (SHEETS, each, "pack"),
    "the same with `read_many`": (SHEETS, all_at_once, "pack"),
    "every tenth of them with `read_many`": (SHEETS, every_tenth, "pack"),
    "four of them with `read_many`, of which two are neighbours": (SHEETS, distant, "pack"),
    "5 000 slices of 20 bytes with `read_many`": (LARGE, all_at_once, "pack"),
}
WANTED = [(1, 0), (2, 0), (2, 0), (2, 0), (2, 1), (2, 200), (2, 2), (2, 20), (2, 3), (2, 1)]


def table(web: Web) -> str:
    lines = [
        "| Work | Header | File | Requests to open | Requests after | KiB from the server |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for work, (data, use, way) in ROWS.items():
        opening, after, sent = counted(web, data, use, way)
        sizes = f"{header_of(data) / 1024:,.0f} KiB | {len(data) / 1024:,.0f} KiB"
        lines.append(f"| {work} | {sizes} | {opening} | {after} | {sent / 1024:,.0f} |")
    return "\n".join(lines)


def test_the_table_is_what_is_counted(web: Web) -> None:
    made, text = table(web), PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    there, mark, after = rest.partition(MARKS[1])
    assert mark
    if os.environ.get("UPDATE_TABLES"):
        PAGE.write_text(before + MARKS[0] + made + mark + after, encoding="utf-8")
    else:
        assert there == made


def test_requests_are_as_promised(web: Web) -> None:
    found = [counted(web, *row)[:2] for row in ROWS.values()]
    assert found == WANTED


# Many slices at once, whatever the source.

ENTRIES = placed([sounds(id, f"s/{id}", [2 * id % 90 + 2]) for id in range(1, 40)])
NUMBERED = bytearray(pack(ENTRIES))
START = int.from_bytes(NUMBERED[12:16], "little")
NUMBERED[START:] = bytes((at * 7 + at // 256) % 255 for at in range(len(NUMBERED) - START))
DATA = bytes(NUMBERED)


class Reads(io.BytesIO):
    """A file that notes what is read of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.reads: list[int] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads.append(size or 0)
        return super().read(size)


@settings(max_examples=200)
@given(st.lists(st.integers(1, 39)), st.integers(-1, 400))
def test_read_many_is_read_in_the_order_of_the_file(ids: list[int], gap: int) -> None:
    file = Reads(DATA)
    with pa.open(file) as opened:
        wanted = sorted(set(ids))
        alone = {id: bytes(opened.read(id)) for id in wanted}
        file.reads.clear()
        found = [*opened.read_many(ids, gap=gap)]
        assert [entry.asset_id for entry, _ in found] == wanted
        assert {entry.asset_id: bytes(view) for entry, view in found} == alone
        assert all(entry == opened[entry.asset_id] for entry, _ in found)
        between = [
            b.offset - a.offset - a.size
            for (a, _), (b, _) in pairwise(found)
            if b.offset - a.offset - a.size > gap
        ]
        assert len(file.reads) == (len(between) + 1 if found else 0)


@every([(GAP, 1), (GAP - 1, 2)])
def test_the_gap_that_is_read_over(gap: int, reads: int) -> None:
    between = sounds(2, "between", [GAP])
    file = Reads(pack([sounds(1, "a", [16]), between, sounds(3, "b", [16])]))
    with pa.open(file) as opened:
        file.reads.clear()
        assert len([*opened.read_many(["b", "a"], gap=gap)]) == 2
        assert len(file.reads) == reads
        file.reads.clear()
        assert len([*opened.read_many(["b", "a"])]) == 2
        assert len(file.reads) == 1, "the gap unless told otherwise"


@every([(BATCH, 1), (BATCH + 4, 2)])
def test_no_read_of_several_slices_is_longer_than_a_batch(total: int, reads: int) -> None:
    file = Reads(pack([sounds(1, "a", [total // 2]), sounds(2, "b", [total - total // 2])]))
    with pa.open(file) as opened:
        file.reads.clear()
        assert len([*opened.read_many(["a", "b"])]) == 2
        assert len(file.reads) == reads
        assert max(file.reads) <= BATCH


def test_what_is_not_in_the_pack_is_said_before_anything_is_read() -> None:
    file = Reads(DATA)
    with pa.open(file) as opened:
        file.reads.clear()
        with pytest.raises(KeyError, match="none"):
            opened.read_many(["s/1", "none"])
        assert file.reads == []
        views = opened.read_many(["s/1", "s/39"], gap=0)
        assert file.reads == [], "a slice is read when it is asked for"
        next(views)
    with pytest.raises(OSError, match="the pack is closed"):
        next(views)


def test_a_header_of_the_tests_is_what_it_says() -> None:
    assert header_of(DATA) == len(canonical({"asset_table": ENTRIES, "preload": []}))
