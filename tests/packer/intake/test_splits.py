"""How a sheet can be cut up: gaps between tiles, a palette for each tile, blocks of 16 indices."""

from __future__ import annotations

import numpy as np
import pytest

from prometeu_assets.banks.tiles.splits import Gaps, by_block, by_palette, counted, gaps


@pytest.mark.parametrize(
    ("width", "height", "tile_size", "found"),
    [
        (35, 8, 8, Gaps(4, 1, 1, around=False)),
        (8, 35, 8, Gaps(1, 4, 1, around=False)),
        (37, 10, 8, Gaps(4, 1, 1, around=True)),
        (38, 18, 8, Gaps(4, 2, 2, around=False)),
        (42, 22, 8, Gaps(4, 2, 2, around=True)),
        (16 * 4 + 3 * 4, 16, 16, Gaps(4, 1, 4, around=False)),
        (12, 8, 8, None),
        (20, 8, 8, Gaps(2, 1, 4, around=False)),
        (21, 8, 8, None),
        (10, 10, 8, None),
        (1, 1, 8, None),
        (4095, 7, 8, None),
    ],
)
def test_gaps(width: int, height: int, tile_size: int, found: Gaps | None) -> None:
    assert gaps(width, height, tile_size) == found


def quarters(*values: int) -> np.ndarray:
    """Four tiles of 2 x 2 pixels in two rows, each of one value."""
    return np.kron(np.reshape(values, (2, 2)), np.ones((2, 2), int)).astype(np.uint8)


@pytest.mark.parametrize(
    ("values", "blocks"),
    [
        ((1, 17, 33, 15), [0, 1, 2, 0]),
        ((16, 32, 0, 1), [0, 0, 0, 0]),
        ((255, 240, 241, 3), [15, 0, 15, 0]),
    ],
)
def test_blocks(values: tuple[int, ...], blocks: list[int]) -> None:
    assert by_block(quarters(*values), 2) == blocks


def test_a_tile_of_two_blocks_is_of_none() -> None:
    indices = quarters(1, 17, 1, 1)
    indices[0, 0] = 18
    assert by_block(indices, 2) is None
    indices[0, 0] = 16  # transparent, so of any block
    assert by_block(indices, 2) == [0, 1, 0, 0]


RED, GREEN, BOTH = ([True, False, False], [False, True, False], [True, True, False])


@pytest.mark.parametrize(
    ("values", "palettes", "found"),
    [
        ((0, 1, 0, 1), [RED, GREEN], [0, 1, 0, 1]),
        ((0, 1, 0, 1), [RED, BOTH, GREEN], [0, 1, 0, 1]),
        ((0, 1, 2, 1), [RED, GREEN], None),
        ((0, 1, 0, 1), [], None),
    ],
)
def test_a_palette_for_each_tile(
    values: tuple[int, ...], palettes: list[list[bool]], found: list[int] | None
) -> None:
    numbers = quarters(*values).astype(np.intp)
    tables = [np.array(palette) for palette in palettes]
    assert by_palette(numbers, np.ones(numbers.shape, bool), tables, 2) == found


def test_what_is_transparent_fits_every_palette() -> None:
    numbers = quarters(0, 2, 0, 2).astype(np.intp)
    assert by_palette(numbers, numbers != 2, [np.array(RED)], 2) == [0, 0, 0, 0]


def test_the_places_are_counted_and_shown() -> None:
    shown = counted([0, 1, 1, 0, 1], ["p.hex", "q.hex"], 2, 8)
    assert shown == "2 tiles for p.hex, the first at (0, 0); 3 tiles for q.hex, the first at (8, 0)"
