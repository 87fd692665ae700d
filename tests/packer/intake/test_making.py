"""Palettes made from the colours of tiles: few, every tile covered, always the same."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from tests.every import every

from prometeu_assets.banks.tiles.making import DRAWN, EXACT, fit, make_palettes

Tile = frozenset[int]


def grey(*numbers: int) -> Tile:
    """Colours that differ on the console: one for each number below 2048."""
    return frozenset((n >> 6) << 19 | (n & 0x3F) << 10 for n in numbers)


def covered(tile: Tile, palettes: list[list[int]]) -> bool:
    return any(tile <= set(palette) for palette in palettes)


def partitions(items: list[Tile]) -> Iterator[list[Tile]]:
    """Every way to put tiles together, as unions: the slow and plain way."""
    if not items:
        yield []
        return
    first, *rest = items
    for parts in partitions(rest):
        yield [first, *parts]
        for n in range(len(parts)):
            yield [*parts[:n], parts[n] | first, *parts[n + 1 :]]


def random_tiles(seed: int, count: int) -> list[Tile]:
    rng = random.Random(seed)
    pool = rng.choice([20, 30, 60])
    sizes = rng.choice([(2, 8), (4, 9), (1, 15)])
    return [grey(*rng.sample(range(pool), rng.randint(*sizes))) for _ in range(count)]


@every(range(60))
def test_the_number_is_the_least_for_few_tiles(seed: int) -> None:
    tiles = random_tiles(seed, 1 + seed % 8)
    made = make_palettes(tiles, most=64)
    least = min(
        len(parts) for parts in partitions(tiles) if all(len(part) <= DRAWN for part in parts)
    )
    assert made is not None
    assert len(made) == least
    assert all(covered(tile, made) for tile in tiles)
    first = [next(n for n, tile in enumerate(tiles) if tile <= {*each}) for each in made]
    assert first == sorted(first)
    assert make_palettes([frozenset(), *tiles], most=64) == made


@every([EXACT, EXACT + 1, 200, 1024])
def test_every_tile_of_many_is_covered(count: int) -> None:
    tiles = random_tiles(count, count)
    made = make_palettes(tiles, most=1024)
    assert made is not None
    assert all(len(palette) <= DRAWN and palette == sorted(set(palette)) for palette in made)
    assert all(covered(tile, made) for tile in tiles)
    for one, two in itertools.combinations(made, 2):
        assert len({*one, *two}) > DRAWN, "two palettes that fit into one"


def test_six_groups_of_fifteen_are_six_palettes_in_the_order_of_the_tiles() -> None:
    groups = [list(range(first, first + 15)) for first in (75, 0, 15, 60, 30, 45)]
    tiles = [grey(*group[n : n + 5]) for n in (0, 5, 10) for group in groups]
    full = [grey(*group) for group in groups]
    made = make_palettes([*tiles, *full], most=64)
    assert made == [sorted(each) for each in full]


def test_the_order_of_colours_in_a_tile_is_of_no_account() -> None:
    tiles = random_tiles(5, 40)
    assert make_palettes(tiles, most=64) == make_palettes(
        [frozenset(sorted(t, reverse=True)) for t in tiles], most=64
    )


def test_colours_that_are_one_on_the_console_are_one_colour() -> None:
    tile = frozenset(range(16)) | {0x080000}
    assert make_palettes([tile], most=64) == [[0x000000, 0x000008, 0x080000]]


def test_what_has_no_palette_and_what_needs_none() -> None:
    assert make_palettes([grey(*range(16))], most=64) is None
    assert make_palettes([grey(*range(15))], most=64) == [sorted(grey(*range(15)))]
    assert make_palettes([grey(*range(n, n + 15)) for n in (0, 15)], most=1) is None
    assert make_palettes([grey(*range(8)), grey(*range(4, 16))], most=1) is None
    assert make_palettes([], most=64) == []
    assert make_palettes([frozenset()], most=64) == []


def test_tiles_fit_when_each_has_few_enough_colours_on_the_console() -> None:
    assert fit([])
    assert fit([grey(*range(15)), grey(*range(15, 30))])
    assert not fit([grey(1), grey(*range(16))])
    assert fit([frozenset(range(16))]), "sixteen colours that are three on the console"
