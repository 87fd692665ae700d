"""The payload drawn to scale."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from tests import packs
from tests.every import every

from prometeu_assets.views.payload_map import bar, columns, extent, letters, percent

A, B, C = packs.tiles(1, "a"), packs.sounds(2, "b", [34_816]), packs.tiles(3, "c")


def row(*sizes: int, bank: str = "TILES") -> list[dict[str, Any]]:
    """Assets of these sizes, where the placement rule puts them."""
    return packs.placed([{"bank_type": bank, "size": size} for size in sizes])


@every(
    [
        ([], 8, ""),
        (packs.placed([A]), 8, "TTTTTTTT"),
        (packs.placed([A, C]), 8, "TTTTtttt"),
        (packs.placed([A, B]), 8, "TTTTssss"),
        (packs.placed([B, A, B, C]), 8, "SSttSStt"),
        (packs.placed([A, B, C]), 2, "TT"),  # more assets than letters: no case
        (packs.placed([A, packs.sounds(2, "b", [2])]), 4, "TTTT"),
        (row(2, 2), 9, "TTTTTTTTt"),  # the padding belongs to the slice before it
    ]
)
def test_letters(assets: list[dict[str, Any]], width: int, drawn: str) -> None:
    assert letters(assets, width) == drawn


def test_what_begins_where_a_column_ends_is_not_in_it() -> None:
    one, two = columns(row(128, 128), 2)
    assert (one.first, one.last, two.first, two.last) == (0, 0, 1, 1)


def test_twenty_thousand_assets_are_as_many_columns() -> None:
    many = packs.placed(
        [
            packs.tiles(i, f"t{i}") if i % 3 else packs.sounds(i, f"s{i}", [200])
            for i in range(1, 20_001)
        ]
    )
    parts = list(columns(many, 72))
    assert len(parts) == len(letters(many, 72)) == 72
    assert parts[0].start == 0
    assert parts[-1].end == extent(many)
    assert (parts[0].first, parts[-1].last) == (0, 19_999)
    for one, two in pairwise(parts):
        assert one.end == two.start
        assert one.last <= two.first <= one.last + 1
        assert one.first <= one.owner <= one.last
        assert sum(one.shares.values()) == pytest.approx(1)
        assert one.bank_type == "TILES"


@every([(0, "....", "<1%"), (1, "#...", "<1%"), (500, "##..", "50%"), (1000, "####", "100%")])
def test_bar(part: int, drawn: str, told: str) -> None:
    assert (bar(part, 1000, 4), percent(part, 1000)) == (drawn, told)


def test_a_share_above_zero_is_not_shown_as_zero() -> None:
    assert [percent(1, whole) for whole in (199, 200, 201)] == ["1%", "<1%", "<1%"]
