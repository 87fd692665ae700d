"""Where the console will show something else than a sprite image: warnings, each with a pixel.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.tiles.color import css, merged
from prometeu_assets.banks.tiles.palettes import Palette
from prometeu_assets.banks.tiles.raster import OPAQUE, TRANSPARENT, Picture
from prometeu_assets.diagnostics import Diagnostic


def where(mask: NDArray[np.bool_]) -> tuple[int, int, int]:
    """X and y of the first pixel in ``mask``, and how many there are."""
    y, x = divmod(int(mask.argmax()), mask.shape[1])
    return x, y, int(mask.sum())


def compare(
    png: Picture, indices: NDArray[np.uint8], visible: Sequence[int], palettes: Sequence[Palette]
) -> tuple[int | None, tuple[Diagnostic, ...]]:
    """An indexed image beside the declared ``palettes``.

    ``visible`` are the indices in use, 0 excepted. The result is the first palette that has the
    image's colours at all of them, or None, and what the console will show otherwise.
    """
    longest = max(len(palette.colors) for palette in palettes)
    declared = [index for index in visible if index < longest]
    palette, differences = _agreement(png, indices, declared, palettes)
    return (
        palette if declared == list(visible) else None,
        (
            *_zero(png, indices, palettes),
            *_transparent(png, indices, visible),
            *_undeclared(png, indices, palettes, longest),
            *differences,
        ),
    )


def merged_colors(
    indices: NDArray[np.uint8], palette: Palette, *, name: str
) -> tuple[Diagnostic, ...]:
    """A warning if two colours of ``palette`` that an image uses are one on the console."""
    colors = palette.colors
    if not merged(colors, range(1, len(colors))):
        return ()
    used = [index for index in range(1, len(colors)) if (indices == index).any()]
    pairs = merged(colors, used)
    if not pairs:
        return ()
    first, second = pairs[0]
    x, y, _ = where(indices == first)
    other_x, other_y, _ = where(indices == second)
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
    return (Diagnostic(code="SHEET_RGB565", data=data, file=name),)


def _zero(
    png: Picture, indices: NDArray[np.uint8], palettes: Sequence[Palette]
) -> Iterator[Diagnostic]:
    """A warning if index 0 is a colour that the image shows."""
    x, y, count = where(indices == 0)
    if not count or png.alpha(0) == TRANSPARENT:
        return
    color = png.colors[0]
    again = [
        index
        for palette in palettes
        for index in range(1, len(png.colors))
        if png.colors[index] == color and palette.colors[index : index + 1] == (color,)
    ]
    data = {"color": css(color), "x": x, "y": y, "count": count, "again": min(again, default=None)}
    yield Diagnostic(
        code="SHEET_INDEX_ZERO", data=data, file=png.name, hint_key="again" if again else None
    )


def _transparent(
    png: Picture, indices: NDArray[np.uint8], visible: Sequence[int]
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
            code="SHEET_TRANSPARENCY",
            data=data,
            file=png.name,
            hint_key=None if alpha == TRANSPARENT else "partial",
        )


def _undeclared(
    png: Picture, indices: NDArray[np.uint8], palettes: Sequence[Palette], longest: int
) -> Iterator[Diagnostic]:
    """A warning if no declared palette has an index: a bank's other colours are black."""
    x, y, count = where(indices >= longest)
    if count:
        index = int(indices[y, x])
        palette = next(each for each in palettes if len(each.colors) == longest)
        data = {
            "index": index,
            "color": css(png.colors[index]),
            "x": x,
            "y": y,
            "count": count,
            "palette": palette.name,
            "colors": longest,
        }
        yield Diagnostic(code="SHEET_UNDECLARED", data=data, file=png.name)


def _agreement(
    png: Picture, indices: NDArray[np.uint8], visible: Sequence[int], palettes: Sequence[Palette]
) -> tuple[int | None, tuple[Diagnostic, ...]]:
    """The first declared palette with the image's colours at the indices used, or a warning."""
    differing = [
        [i for i in visible if palette.colors[i : i + 1] != png.colors[i : i + 1]]
        for palette in palettes
    ]
    best = min(range(len(palettes)), key=lambda position: len(differing[position]))
    if not differing[best]:
        return best, ()
    index = differing[best][0]
    colors = palettes[best].colors
    x, y, _ = where(indices == index)
    warning = Diagnostic(
        code="SHEET_PALETTE",
        data={
            "index": index,
            "x": x,
            "y": y,
            "own": css(png.colors[index]),
            "declared": css(colors[index]) if index < len(colors) else "not declared",
            "best": palettes[best].name,
            "disagreeing": len(differing[best]),
        },
        file=png.name,
        offset=png.colors_at,
        hint_key=None if index < len(colors) else "undeclared",
    )
    return None, (warning,)
