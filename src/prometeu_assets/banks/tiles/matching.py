"""Which declared palettes hold the colours of an image, and the indices that follow.

Clause: ``spec/workspace.md#matching``. A colour is one integer here, ``0xRRGGBB``.

The work is bounded by pixels x palettes: a bank holds at most 65 536 pixels and 64 palettes, and
more tiles than it holds are refused before any of them is matched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.codes.sheets import SHEET_ALIKE, SHEET_COLOR
from prometeu_assets.banks.tiles.color import console, css, distances, packed
from prometeu_assets.banks.tiles.grid import cut, joined, place
from prometeu_assets.banks.tiles.palettes import MAX_COLORS, Palette
from prometeu_assets.diagnostics import Diagnostic, Refused

_TRIED_SHOWN: Final = 16
"""Palettes listed in a message; the others are counted."""


_NOTHING: Final = np.uint32(0xFFFFFFFF)
"""A pixel that is not opaque, after every colour of 24 bits."""
_FEW: Final = 4
"""Counters for each number, up to which counting is faster than sorting."""


class Match(NamedTuple):
    """An image as indices (height, width), each 0 to 15, and the palette of every tile (tiles).

    A tile has palette -1 when no declared palette shows it as the image does.
    """

    indices: NDArray[np.uint8]
    palettes: NDArray[np.int16]
    warnings: tuple[Diagnostic, ...]


def match(
    pixels: NDArray[np.uint32],
    opaque: NDArray[np.bool_],
    palettes: Sequence[Palette],
    *,
    name: str,
    tile_size: int,
) -> Match:
    """Match an image against one palette, else each of its tiles against one.

    ``pixels`` are colours and ``opaque`` says which of them count, both (height, width);
    ``tile_size`` is in pixels. A pixel that is not opaque gets index 0.
    Raises `Refused` with ``SHEET_COLOR``.
    """
    image = Image(pixels, opaque, tile_size)
    exact = [np.isin(image.colors, drawable(palette)) for palette in palettes]
    alike: list[NDArray[np.bool_]] = []
    chosen = _chosen(image, exact)
    if chosen is None:
        shown = console(image.colors)
        alike = [np.isin(shown, console(drawable(palette))) for palette in palettes]
        chosen = _chosen(image, alike, before=exact)
        if chosen is None:
            raise _unmatched(image, palettes, alike, name)
    tables = np.zeros((len(palettes), len(image.colors) + 1), np.uint8)
    for position in np.unique(chosen):
        tables[position, :-1] = _indices(image.colors, palettes[position])
    tiles = tables[chosen[:, np.newaxis], image.numbers]
    return Match(
        joined(tiles, pixels.shape, tile_size),
        chosen,
        _alike(image, palettes, exact, chosen, tiles, name) if alike else (),
    )


class Image:
    """An image by its tiles.

    ``colors`` are those of opaque pixels, increasing. ``numbers`` (tiles, pixels) are positions
    in them; a pixel that is not opaque has the position after the last.
    ``tile_of`` and ``color_of`` are the pairs of a tile and a colour that it has.
    """

    def __init__(
        self, pixels: NDArray[np.uint32], opaque: NDArray[np.bool_], tile_size: int
    ) -> None:
        flat = np.where(opaque, pixels, _NOTHING).ravel()
        # A run of pixels of one colour is looked at once.
        starts = np.append(0, np.flatnonzero(flat[1:] != flat[:-1]) + 1)
        runs = flat[starts]
        found: NDArray[np.uint32] = np.unique(runs)
        self.colors = found[found != _NOTHING]
        count = len(self.colors)
        numbers = np.repeat(np.searchsorted(self.colors, runs), np.diff(starts, append=len(flat)))
        self.numbers = cut(numbers.reshape(pixels.shape), tile_size)
        self.tile_size, self.columns = tile_size, pixels.shape[1] // tile_size
        tiles = np.arange(len(self.numbers))[:, np.newaxis]
        pairs = _distinct(tiles * (count + 1) + self.numbers, len(self.numbers) * (count + 1))
        tile_of, color_of = np.divmod(pairs, count + 1)
        drawn = color_of < count
        self.tile_of, self.color_of = tile_of[drawn], color_of[drawn]

    def missing(self, held: Sequence[NDArray[np.bool_]]) -> NDArray[np.intp]:
        """How many colours of each tile each palette lacks: (palettes, tiles).

        A palette is the table of the image's colours that it holds.
        """
        count = len(self.numbers)
        return np.array(
            [np.bincount(self.tile_of[~table[self.color_of]], minlength=count) for table in held]
        )

    def place(self, tile: int, pixel: int) -> dict[str, Any]:
        """Where a pixel of a tile is, for a message."""
        return place(tile, pixel, self.columns, self.tile_size)


def _distinct(numbers: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """The different numbers, increasing; all are below ``most``."""
    if most > _FEW * numbers.size:
        return np.unique(numbers)
    return np.flatnonzero(np.bincount(numbers.ravel(), minlength=most))


def drawable(palette: Palette) -> NDArray[np.uint32]:
    """The colours that can be drawn: without index 0."""
    return np.array([packed(color) for color in palette.colors[1:]], np.uint32)


def _chosen(
    image: Image,
    held: Sequence[NDArray[np.bool_]],
    *,
    before: Sequence[NDArray[np.bool_]] = (),
) -> NDArray[np.int16] | None:
    """The palette of each tile; None if a tile has none.

    The first palette that fits the whole image, else the first that fits each tile; among these
    one of the tables ``before`` goes first. A tile without opaque pixels has palette 0.
    """
    missing = image.missing(held)
    whole = ~missing.any(axis=1)
    if whole.any():
        chosen = np.full(len(image.numbers), whole.argmax(), np.int16)
    else:
        fits = missing == 0
        if not fits.any(axis=0).all():
            return None
        chosen = fits.argmax(axis=0).astype(np.int16)
        if before:
            better = image.missing(before) == 0
            chosen = np.where(better.any(axis=0), better.argmax(axis=0), chosen).astype(np.int16)
    empty = ~np.isin(np.arange(len(chosen)), image.tile_of)
    chosen[empty] = 0
    return chosen


def _indices(colors: NDArray[np.uint32], palette: Palette) -> NDArray[np.uint8]:
    """The index of each colour: the lowest with this colour, else with the same RGB565."""
    found = np.zeros(len(colors), np.uint8)
    shown = console(colors)
    held = drawable(palette)
    for alike, one in ((shown, console(held)), (colors, held)):
        for index in range(len(one), 0, -1):
            found[alike == one[index - 1]] = index
    return found


def _alike(
    image: Image,
    palettes: Sequence[Palette],
    exact: Sequence[NDArray[np.bool_]],
    chosen: NDArray[np.int16],
    tiles: NDArray[np.uint8],
    name: str,
) -> tuple[Diagnostic, ...]:
    """A warning if pixels have a colour that is only on the console that of their palette."""
    tables = np.column_stack([np.array(exact), np.ones(len(exact), np.bool_)])
    strange = ~tables[chosen[:, np.newaxis], image.numbers]
    if not strange.any():
        return ()
    tile, pixel = divmod(int(strange.argmax()), strange.shape[1])
    palette = palettes[chosen[tile]]
    index = int(tiles[tile, pixel])
    data = {
        **image.place(tile, pixel),
        "color": css(int(image.colors[image.numbers[tile, pixel]])),
        "count": int(strange.sum()),
        "palette": palette.name,
        "declared": css(palette.colors[index]),
        "index": index,
    }
    return (Diagnostic(code=SHEET_ALIKE, data=data, file=name),)


def _unmatched(
    image: Image, palettes: Sequence[Palette], held: Sequence[NDArray[np.bool_]], name: str
) -> Refused:
    """The refusal: of the first tile that fits no palette.

    It speaks of the palette that lacks fewest of its colours, the first of these.
    """
    missing = image.missing(held)
    strange = (missing > 0).all(axis=0)
    tile = int(strange.argmax())
    lacks = missing[:, tile]
    best = int(lacks.argmin())
    lacking = np.append(~held[best], False)
    pixel = int(lacking[image.numbers[tile]].argmax())
    color = int(image.colors[image.numbers[tile, pixel]])
    palette = palettes[best]
    visible = drawable(palette)
    zero = packed(palette.colors[0])
    apart = distances(np.array([color], np.uint32), visible)[0]
    near = int(apart.argmin()) if len(visible) else None
    colors = image.color_of[image.tile_of == tile]
    if len(colors) >= MAX_COLORS:
        hint_key = "many"
    elif color == zero:
        hint_key = "index_zero"
    elif near is None:
        hint_key = None
    else:
        hint_key = "near" if len(palette.colors) < MAX_COLORS else "full"
    return refusal(
        SHEET_COLOR,
        name,
        hint_key=hint_key,
        **image.place(tile, pixel),
        color=css(color),
        best=palette.name,
        tried=_tried(palettes, lacks),
        missing=tuple(int(count) for count in lacks),
        colors=len(colors),
        strange=int(strange.sum()),
        zero=css(zero),
        near=None if near is None else css(int(visible[near])),
        near_index=None if near is None else 1 + near,
    )


def _tried(palettes: Sequence[Palette], missing: NDArray[np.intp]) -> str:
    tried = [
        f"{palette.name} ({count} missing)"
        for palette, count in zip(palettes[:_TRIED_SHOWN], missing, strict=False)
    ]
    more = len(palettes) - len(tried)
    return ", ".join([*tried, *([f"and {more} more"] if more else [])])
