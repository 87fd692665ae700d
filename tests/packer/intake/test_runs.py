"""The palette of each tile as a short text, and that text in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.every import every

from prometeu_assets.banks import TILES
from prometeu_assets.banks.tiles.runs import NONE, lines, read_runs, write_runs

METADATA = {**TILES.sample(), "palette_authored": 2}
PALETTES = st.integers(NONE, 63)
TILES_OF_A_BANK = st.one_of(
    st.lists(PALETTES, min_size=1, max_size=1024),
    st.lists(st.tuples(PALETTES, st.integers(1, 64)), min_size=1, max_size=16).map(
        lambda runs: [palette for palette, count in runs for _ in range(count)]
    ),
)


@given(TILES_OF_A_BANK)
def test_what_is_written_is_what_is_read(palettes: list[int]) -> None:
    text = write_runs(palettes)
    runs = read_runs(text)
    assert [palette for palette, count in runs for _ in range(count)] == palettes
    assert len(text) <= 4096
    assert " ".join(write_runs([palette] * count) for palette, count in runs) == text


@given(st.text(alphabet="-*01 2", max_size=12))
def test_there_is_one_text_for_the_same_palettes(text: str) -> None:
    try:
        runs = read_runs(text)
    except ValueError:
        return
    assert write_runs([palette for palette, count in runs for _ in range(count)]) == text


@every([
        ([0], "0", ["0: tile 0"]),
        ([0] * 12 + [1] + [NONE] * 4, "0*12 1 -*4",
         ["0: tiles 0-11", "1: tile 12", "none: tiles 13-16"]),
        ([NONE, 1, 0, 1], "- 1 0 1", ["0: tile 2", "1: tiles 1, 3", "none: tile 0"]),
        ([0, 1] * 10, " ".join(["0 1"] * 10),
         ["0: tiles 0, 2, 4, 6, 8, 10, 12, 14 and 2 more",
          "1: tiles 1, 3, 5, 7, 9, 11, 13, 15 and 2 more"]),
    ])  # fmt: skip
def test_texts_and_words(palettes: list[int], text: str, words: list[str]) -> None:
    assert write_runs(palettes) == text
    assert list(lines(read_runs(text))) == words


@every(["", " ", "0 ", "0  1", "0*1", "0*0", "0*02", "00", "+1", "--", "-1", "0*", "*2", "0 0", "1*2 1",
     "0,1", "0\n", "\u0660", "0*\u0662", "x", "0*10000", "10000"])  # fmt: skip
def test_what_is_no_text_of_runs(text: str) -> None:
    with pytest.raises(ValueError, match="run"):
        read_runs(text)


@every([{"palettes": "2"}, {"palettes": "0*1025"}, {"palettes": "0*512 1*513"}, {"palettes": ""},
     {"tiles": "0"}, {"palettes": "0", "tiles": "0"}])  # fmt: skip
def test_details_that_no_tile_bank_has(details: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"palette|tiles|run"):
        TILES.explain(details, METADATA)
    assert TILES.explain({"palettes": "1*1024"}, METADATA) == [("palettes", "1: tiles 0-1023")]
    assert TILES.explain({}, METADATA) == []
