"""The nearest colours beside a slow reference, which looks at one pixel after the other."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
from tests.every import every

from prometeu_assets.banks.tiles.making import DRAWN
from prometeu_assets.banks.tiles.nearest import mapped
from prometeu_assets.banks.tiles.reducing import Painted, few_palettes, reduce

Colors = list[int]


def channels(color: int) -> tuple[int, int, int]:
    return color >> 16, color >> 8 & 255, color & 255


@cache
def distance(one: int, other: int) -> int:
    pairs = zip(channels(one), channels(other), strict=True)
    return sum((a - b) ** 2 for a, b in pairs)


def console(color: int) -> tuple[int, int, int]:
    red, green, blue = channels(color)
    return red // 8, green // 4, blue // 8


def reference(
    rows: list[Colors], drawn: list[list[bool]], palettes: list[Colors], size: int
) -> list[Colors]:
    """Each tile in the palette that is nearest, unless one holds it on the console."""
    made = [list(row) for row in rows]
    for top in range(0, len(rows), size):
        for left in range(0, len(rows[0]), size):
            places = [
                (y, x)
                for y in range(top, top + size)
                for x in range(left, left + size)
                if drawn[y][x]
            ]
            shown = {console(rows[y][x]) for y, x in places}
            if any(shown <= set(map(console, palette)) for palette in palettes):
                continue
            costs = [
                sum(min(distance(rows[y][x], color) for color in palette) for y, x in places)
                for palette in palettes
                if palette
            ]
            best = [palette for palette in palettes if palette][costs.index(min(costs))]
            for y, x in places:
                made[y][x] = min(best, key=lambda color, y=y, x=x: distance(rows[y][x], color))
    return made


def sheet(rng: random.Random, size: int, pool: Colors) -> list[Colors]:
    return [[rng.choice(pool) for _ in range(3 * size)] for _ in range(2 * size)]


@every(range(20))
def test_each_tile_has_the_nearest_palette_and_each_pixel_the_nearest_colour(seed: int) -> None:
    rng = random.Random(seed)
    size = rng.choice([8, 8, 16])
    spread = rng.choice([4, 64, 256])  # few levels: equal distances, and colours alike in RGB565
    pool = [
        sum(rng.randrange(spread) * (255 // (spread - 1)) << shift for shift in (0, 8, 16))
        for _ in range(rng.choice([3, 20, 90]))
    ]
    palettes = [
        rng.sample(pool, min(len(pool), rng.randrange(16)))
        + [rng.randrange(1 << 24) for _ in range(rng.randrange(3))]
        for _ in range(rng.randrange(1, 6))
    ]
    if not any(palettes):
        palettes.append([0x808080])
    rows = sheet(rng, size, pool)
    # Some tiles of colours that a palette holds.
    for y in range(size):
        rows[y][:size] = [rng.choice(next(filter(None, palettes))) for _ in range(size)]
    drawn = [[rng.random() < 0.9 for _ in row] for row in rows]
    found = mapped(
        np.array(rows, np.uint32),
        np.array(drawn),
        [np.array(palette, np.uint32) for palette in palettes],
        tile_size=size,
    )
    assert found.tolist() == reference(rows, drawn, palettes, size)


def test_without_a_colour_that_is_drawn_nothing_changes() -> None:
    pixels = np.arange(64, dtype=np.uint32).reshape(8, 8)
    drawn = np.ones((8, 8), np.bool_)
    assert mapped(pixels, drawn, [np.array([], np.uint32)], tile_size=8) is pixels
    clear = np.zeros((8, 8), np.bool_)
    found = mapped(pixels, clear, [np.array([5], np.uint32)], tile_size=8)
    assert (found == pixels).all()


def reduced(counts: dict[int, int]) -> dict[int, int]:
    """As the page says it, one colour after the other."""
    left: dict[int, int] = {}
    lowest: dict[tuple[int, int, int], int] = {}
    for color in sorted(counts):
        color_of = lowest.setdefault(console(color), color)
        left[color_of] = left.get(color_of, 0) + counts[color]
    while len(left) > DRAWN:
        others = {
            color: min((o for o in left if o != color), key=lambda o, c=color: distance(o, c))
            for color in left
        }
        gone = min(left, key=lambda color: left[color] * distance(color, others[color]))
        left[others[gone]] += left.pop(gone)
    return left


@every(range(15))
def test_the_colour_that_costs_least_gives_way(seed: int) -> None:
    rng = random.Random(seed)
    levels = rng.choice([3, 20, 256])
    pixels = [
        sum(rng.randrange(levels) * (255 // (levels - 1)) << shift for shift in (0, 8, 16))
        for _ in range(rng.choice([10, 64, 100]))
    ]
    counts = {color: pixels.count(color) for color in sorted(pixels)}
    tile = Painted(np.array(list(counts), np.uint32), np.array(list(counts.values()), np.int64))
    found = reduce(tile)
    assert dict(zip(found.colors.tolist(), found.counts.tolist(), strict=True)) == reduced(counts)
    assert len(found.colors) <= DRAWN
    assert int(found.counts.sum()) == len(pixels)


def kept(tiles: list[Colors], made: list[Colors], held: list[Colors], most: int) -> list[Colors]:
    """While there are too many, the palette whose tiles lose least goes."""
    made = list(made)
    while len(made) > most:
        every = held + made
        losses = [0] * len(every)
        for tile in tiles:
            costs = [sum(min(distance(c, o) for o in palette) for c in tile) for palette in every]
            best = costs.index(min(costs))
            losses[best] += min(costs[:best] + costs[best + 1 :]) - costs[best]
        own = losses[len(held) :]
        del made[own.index(min(own))]
    return made


@every(range(4))
def test_the_palettes_whose_tiles_lose_least_go(seed: int) -> None:
    rng = random.Random(seed)
    tiles = [
        [(n % 4 * 32 + k * 8) << 16 | n << 10 | rng.randrange(16) << 3 for k in range(15)]
        for n in range(8)
    ]
    painted = [Painted(np.array(sorted(tile), np.uint32), np.ones(15, np.int64)) for tile in tiles]
    held = [[0x204060, 0xA0B0C0]] * (seed % 2)
    every = few_palettes(painted, held, most=64)
    assert len(every) == len(tiles)
    for most in (5, 2, 1):
        assert few_palettes(painted, held, most=most) == kept(
            [sorted(tile) for tile in tiles], every, held, most
        )


def test_palettes_that_are_held_are_enough_when_there_is_no_room() -> None:
    tile = Painted(np.array([0x102030], np.uint32), np.array([64], np.int64))
    assert few_palettes([tile], [[0xFFFFFF]], most=0) == []
    assert few_palettes([tile], [[0x102030]], most=64) == []
    assert few_palettes([], [], most=64) == []


def test_tiles_that_are_empty_have_no_palette() -> None:
    empty = Painted(np.array([], np.uint32), np.array([], np.int64))
    one, other = (
        Painted(np.arange(n, n + (15 << 4), 16, dtype=np.uint32), np.ones(15, np.int64))
        for n in (0, 1 << 20)
    )
    assert len(few_palettes([empty, one, empty, other, empty], [], most=64)) == 2
    assert len(few_palettes([empty, one, empty, other, empty], [], most=1)) == 1


def test_many_tiles_of_noise_have_as_many_palettes_as_a_bank() -> None:
    """200 tiles of 64 colours each, none of them alike."""
    rng = np.random.default_rng(3)
    tiles = [
        Painted(np.unique(rng.integers(0, 1 << 24, 64, np.uint32)), np.ones(64, np.int64))
        for _ in range(200)
    ]
    assert len(few_palettes(tiles, [], most=64)) == 64
