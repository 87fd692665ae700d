"""Where the console will show something else than a sprite image: warnings, each with a pixel.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.tiles.codes.sheets import (
    SHEET_INDEX_ZERO,
    SHEET_PALETTE,
    SHEET_RGB565,
    SHEET_TRANSPARENCY,
    SHEET_UNDECLARED,
)
from prometeu_assets.banks.tiles.color import css, merged, packed
from prometeu_assets.banks.tiles.cutting import Cut
from prometeu_assets.banks.tiles.grid import cut, joined
from prometeu_assets.banks.tiles.palettes import MAX_COLORS, Palette
from prometeu_assets.banks.tiles.raster import OPAQUE, TRANSPARENT
from prometeu_assets.diagnostics import Diagnostic


def where(mask: NDArray[np.bool_]) -> tuple[int, int, int]:
    """X and y of the first pixel in ``mask``, and how many there are."""
    y, x = divmod(int(mask.argmax()), mask.shape[1])
    return x, y, int(mask.sum())


class Declared:
    """What the declared palettes show at the indices of an image.

    ``first`` is the palette of the indices 0 to 15, ``palettes`` are that one and those of the
    next indices. ``colors`` is index to colour.
    """

    def __init__(self, first: int, palettes: Sequence[Palette]) -> None:
        self.first, self.palettes = first, palettes
        self.colors = {
            MAX_COLORS * block + index: color
            for block, palette in enumerate(palettes)
            for index, color in enumerate(palette.colors)
        }

    def name(self, index: int) -> str:
        """The file that has, or should have, the colour of an index."""
        return self.palettes[index // MAX_COLORS].name

    def differing(self, png: Cut, visible: Iterable[int]) -> list[int]:
        """The indices that have another colour in the image."""
        own = dict(enumerate(png.colors))
        return [index for index in visible if self.colors.get(index) != own.get(index)]


def compare(
    png: Cut, samples: NDArray[np.uint8], used: Iterable[int], declared: Sequence[Declared]
) -> tuple[int | None, tuple[Diagnostic, ...]]:
    """An indexed image beside the palettes that its indices may mean.

    ``used`` are the indices in use. The result is the first palette of those that have the image's
    colours at all of them, or None, and what the console will show otherwise.
    """
    used = list(used)
    visible = [index for index in used if index % MAX_COLORS]
    known = [index for index in visible if any(index in each.colors for each in declared)]
    first, differences = _agreement(png, samples, known, declared)
    return (
        first if known == visible else None,
        (
            *_zero(png, samples, used, declared),
            *_transparent(png, samples, visible),
            *_undeclared(png, samples, set(visible) - set(known), declared),
            *differences,
        ),
    )


def merged_colors(
    indices: NDArray[np.uint8],
    owners: NDArray[np.int16],
    palettes: Sequence[Palette],
    *,
    name: str,
    tile_size: int,
) -> tuple[Diagnostic, ...]:
    """A warning if two colours that an image draws from one palette are one on the console.

    ``owners`` is the palette of each tile (tiles), -1 where none is known.
    """
    for position in sorted({*owners.tolist()} - {-1}):
        palette = palettes[position]
        colors = palette.colors
        if not merged(colors, range(1, len(colors))):
            continue
        own = (owners == position)[:, np.newaxis]
        drawn = joined(np.where(own, cut(indices, tile_size), 0), indices.shape, tile_size)
        used = [index for index in range(1, len(colors)) if (drawn == index).any()]
        pairs = merged(colors, used)
        if pairs:
            first, second = pairs[0]
            x, y, _ = where(drawn == first)
            other_x, other_y, _ = where(drawn == second)
            data = {
                "color": css(colors[first]),
                "x": x,
                "y": y,
                "other": css(colors[second]),
                "other_x": other_x,
                "other_y": other_y,
                "count": len(pairs),
                "palette": palette.name,
            }
            return (Diagnostic(code=SHEET_RGB565, data=data, file=name),)
    return ()


def _zero(
    png: Cut, samples: NDArray[np.uint8], used: Iterable[int], declared: Sequence[Declared]
) -> Iterator[Diagnostic]:
    """A warning for each first index of a palette that is a colour which the image shows."""
    for zero in used:
        if zero % MAX_COLORS or png.alpha(zero) == TRANSPARENT:
            continue
        color = png.colors[zero]
        if packed(color) == png.key:
            continue  # It is said to be transparent.
        again = [
            index
            for index in range(zero + 1, min(zero + MAX_COLORS, len(png.colors)))
            if png.colors[index] == color
            and any(each.colors.get(index) == color for each in declared)
        ]
        x, y, count = where(samples == zero)
        data = {
            "index": zero,
            "color": css(color),
            "x": x,
            "y": y,
            "count": count,
            "again": min(again, default=None),
            "first": zero + 1,
            "last": zero + MAX_COLORS - 1,
        }
        yield Diagnostic(
            code=SHEET_INDEX_ZERO, data=data, file=png.name, hint_key="again" if again else None
        )


def _transparent(
    png: Cut, indices: NDArray[np.uint8], visible: Sequence[int]
) -> Iterator[Diagnostic]:
    """A warning if pixels of a visible index are not opaque in the image."""
    affected = [index for index in visible if png.alpha(index) != OPAQUE]
    if affected:
        x, y, count = where(np.isin(indices, affected))
        index = int(indices[y, x])
        alpha = png.alpha(index)
        data = {
            "index": index,
            "color": css(png.colors[index]),
            "alpha": alpha,
            "x": x,
            "y": y,
            "count": count,
        }
        yield Diagnostic(
            code=SHEET_TRANSPARENCY,
            data=data,
            file=png.name,
            hint_key=None if alpha == TRANSPARENT else "partial",
        )


def _undeclared(
    png: Cut, samples: NDArray[np.uint8], unknown: set[int], declared: Sequence[Declared]
) -> Iterator[Diagnostic]:
    """A warning if no declared palette has an index: a bank's other colours are black."""
    if not unknown:
        return
    x, y, count = where(np.isin(samples, list(unknown)))
    index = int(samples[y, x])
    longest = max(declared, key=lambda each: len(each.colors))
    data = {
        "index": index,
        "color": css(png.colors[index]),
        "x": x,
        "y": y,
        "count": count,
        "palette": longest.name(index),
        "colors": len(longest.colors),
    }
    yield Diagnostic(code=SHEET_UNDECLARED, data=data, file=png.name)


def _agreement(
    png: Cut,
    samples: NDArray[np.uint8],
    visible: Sequence[int],
    declared: Sequence[Declared],
) -> tuple[int | None, tuple[Diagnostic, ...]]:
    """The first declared palettes with the image's colours at the indices used, or a warning."""
    best = min(declared, key=lambda each: len(each.differing(png, visible)))
    differing = best.differing(png, visible)
    if not differing:
        return best.first, ()
    index = differing[0]
    x, y, _ = where(samples == index)
    color = best.colors.get(index)
    warning = Diagnostic(
        code=SHEET_PALETTE,
        data={
            "index": index,
            "x": x,
            "y": y,
            "own": css(png.colors[index]),
            "declared": "not declared" if color is None else css(color),
            "best": best.name(index),
            "disagreeing": len(differing),
        },
        file=png.name,
        offset=png.colors_at,
        hint_key="undeclared" if color is None else None,
    )
    return None, (warning,)
