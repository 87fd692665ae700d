"""Which declared palettes hold the colours of an image, and the indices that follow.

Clause: ``spec/workspace.md#matching``. A colour is one integer here, ``0xRRGGBB``.

The work is bounded by pixels x palettes: a bank holds at most 65 536 pixels and 64 palettes, and
more tiles than it holds are refused before any of them is matched.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

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
_FEW: Final = 24
"""Colours up to which comparing with each of them is faster than a search."""

N = TypeVar("N", bound=np.integer[Any])


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
    exact = [_among(image.colors, drawable(palette)) for palette in palettes]
    alike: list[NDArray[np.bool_]] = []
    chosen = _chosen(image, exact)
    if chosen is None:
        shown = console(image.colors)
        alike = [_among(shown, console(drawable(palette))) for palette in palettes]
        chosen = _chosen(image, alike, before=exact)
        if chosen is None:
            raise _unmatched(image, palettes, alike, name)
    tables = np.zeros((len(palettes), len(image.colors) + 1), np.uint8)
    for position in {*chosen.tolist()}:
        tables[position, :-1] = _indices(image.colors, palettes[position])
    if (chosen == chosen[0]).all():
        indices = tables[chosen[0]].take(image.seen)
    else:
        tiles = tables[chosen[:, np.newaxis], image.numbers]
        indices = joined(tiles, pixels.shape, tile_size)
    return Match(
        indices,
        np.where((image.numbers < len(image.colors)).any(axis=1), chosen, np.int16(0)),
        _alike(image, palettes, exact, chosen, cut(indices, tile_size), name) if alike else (),
    )


class Image:
    """An image by its tiles.

    ``colors`` are those of opaque pixels, increasing. ``seen`` (height, width) are positions
    in them; a pixel that is not opaque has the position after the last.
    """

    def __init__(
        self, pixels: NDArray[np.uint32], opaque: NDArray[np.bool_], tile_size: int
    ) -> None:
        shown = np.where(opaque, pixels, _NOTHING)
        found = _distinct(shown)
        self.colors = found[found != _NOTHING]
        self.seen = _positions(shown, found)
        self.tile_size, self.columns = tile_size, pixels.shape[1] // tile_size

    @cached_property
    def numbers(self) -> NDArray[np.integer[Any]]:
        """The positions by tiles: (tiles, pixels)."""
        return cut(self.seen, self.tile_size)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Each tile with each colour that it has."""
        count = len(self.colors)
        tiles = np.arange(len(self.numbers))[:, np.newaxis]
        tile_of, color_of = np.divmod(_distinct(tiles * (count + 1) + self.numbers), count + 1)
        drawn = color_of < count
        return tile_of[drawn], color_of[drawn]

    def missing(self, held: Sequence[NDArray[np.bool_]]) -> NDArray[np.intp]:
        """How many colours of each tile each palette lacks: (palettes, tiles).

        A palette is the table of the image's colours that it holds.
        """
        (tile_of, color_of), count = self.pairs, len(self.numbers)
        return np.array([np.bincount(tile_of[~table[color_of]], minlength=count) for table in held])

    def place(self, tile: int, pixel: int) -> dict[str, Any]:
        """Where a pixel of a tile is, for a message."""
        return place(tile, pixel, self.columns, self.tile_size)


def _distinct(numbers: NDArray[N]) -> NDArray[N]:
    """The different numbers, increasing."""
    # `np.unique` takes ten times as long for the pixels of a sheet.
    ordered: NDArray[N] = np.sort(numbers, axis=None)
    found: NDArray[N] = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return found


def _positions(numbers: NDArray[np.uint32], among: NDArray[np.uint32]) -> NDArray[np.integer[Any]]:
    """Where each number is among different ones, increasing."""
    if len(among) > _FEW:
        return np.searchsorted(among, numbers)
    found = np.zeros(numbers.shape, np.uint8)
    for number in among[1:]:
        found += numbers >= number
    return found


def _among(numbers: NDArray[N], others: NDArray[N]) -> NDArray[np.bool_]:
    """Which of some numbers are among others, of which there are few."""
    found: NDArray[np.bool_] = (numbers[:, np.newaxis] == others).any(axis=1)
    return found


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
    one of the tables ``before`` goes first.
    """
    for number, table in enumerate(held):
        if table.all():
            return np.full(len(image.numbers), number, np.int16)
    fits = image.missing(held) == 0
    if not fits.any(axis=0).all():
        return None
    chosen: NDArray[np.intp] = fits.argmax(axis=0)
    if before:
        better = image.missing(before) == 0
        chosen = np.where(better.any(axis=0), better.argmax(axis=0), chosen)
    return chosen.astype(np.int16)


def _indices(colors: NDArray[np.uint32], palette: Palette) -> NDArray[np.uint8]:
    """The index of each colour: the lowest with this colour, else with the same RGB565."""
    found = np.zeros(len(colors), np.uint8)
    held = drawable(palette)
    same = colors[:, np.newaxis] == held
    if not same.any(axis=1).all():
        alike = console(colors)[:, np.newaxis] == console(held)
        for index in range(len(held), 0, -1):
            found[alike[:, index - 1]] = index
    for index in range(len(held), 0, -1):
        found[same[:, index - 1]] = index
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
    tile_of, color_of = image.pairs
    colors = color_of[tile_of == tile]
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
