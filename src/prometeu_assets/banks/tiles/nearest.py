"""Copies of pictures whose colours are the nearest of palettes, where a person asks for them.

Clause: ``spec/workspace.md#nearest``. Nothing here takes part in a build. The work is bounded by
pixels x colours of all palettes: more tiles than a bank holds are not mapped.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from posixpath import splitext

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.tiles.color import console, distances, levels
from prometeu_assets.banks.tiles.cutting import Cut, cut_up
from prometeu_assets.banks.tiles.given import palettes_given, picture_given
from prometeu_assets.banks.tiles.grid import cut, joined
from prometeu_assets.banks.tiles.indexed import is_shown
from prometeu_assets.banks.tiles.matching import Image, drawable
from prometeu_assets.banks.tiles.palettes import Palette
from prometeu_assets.banks.tiles.pictures import read_picture
from prometeu_assets.banks.tiles.raster import (
    INDEXED,
    NEARLY_OPAQUE,
    OPAQUE,
    TRANSPARENT,
    Png,
    colors_and_alpha,
)
from prometeu_assets.banks.tiles.views import true_color_png
from prometeu_assets.contract.bank import Approximated, Metadata, Opener, Origin, Present
from prometeu_assets.diagnostics import Refused


def copies(
    listed: Present, new: Present, opener: Opener, tile_size: int, limits: Metadata
) -> dict[Origin, Approximated]:
    """The new pictures with the nearest colours of the palettes; fewer where a build refuses.

    ``listed`` and ``new`` are the entries of each role, ``tile_size`` is in pixels.
    """
    found: dict[Origin, Approximated] = {}
    palettes: list[Palette] = []
    room = limits["width"]["const"] * limits["height"]["const"] // tile_size**2
    with suppress(Refused):
        for origin in (*listed.get("palettes", ()), *new.get("palettes", ())):
            palettes += palettes_given(origin, opener)
        if len(palettes) > limits["palette_count"]["const"]:
            return {}
        for origin in new.get("sprites", ()):
            name, settings = origin.path, origin.settings
            data, count = picture_given(origin, opener, tile_size)
            room -= count
            if not count or room < 0:
                return {}
            picture = cut_up(read_picture(data, name=name), tile_size, settings)
            found[origin] = _copy(picture, origin, palettes)
    return found


def _copy(picture: Cut, origin: Origin, palettes: Sequence[Palette]) -> Approximated:
    """A copy of a picture. Raises `Refused` as `Cut.samples`.

    That of a PNG has its size, so the entry is right for it; that of another document has the
    tiles alone, frame below frame.
    """
    indexed = picture.header.color_type == INDEXED
    if indexed and is_shown(picture, palettes):
        return _told(origin, None, picture.samples().size)
    whole, whole_alpha = colors_and_alpha(picture.whole)
    area = np.ix_(*picture.places)
    pixels, alpha = whole[area], whole_alpha[area]
    colors = [drawable(palette) for palette in palettes]
    clear = np.zeros_like(alpha, np.bool_)
    if picture.key is not None:
        clear = pixels == picture.key
        # No pixel may become transparent by its new colour.
        colors = [held[held != picture.key] for held in colors]
    drawn = (alpha >= NEARLY_OPAQUE) & ~clear
    near = mapped(pixels, drawn, colors, tile_size=picture.tile_size)
    solid = np.where(clear, alpha, np.where(drawn, OPAQUE, TRANSPARENT)).astype(np.uint8)
    if not indexed and (near == pixels).all() and (solid == alpha).all():
        return _told(origin, None, pixels.size)
    measures = _measures(pixels, near, alpha, solid)
    if not isinstance(picture.whole, Png):
        copy = Origin(path=f"{splitext(origin.path)[0]}.png")
        return _told(copy, true_color_png(near, solid), pixels.size, **measures)
    whole, whole_alpha = whole.copy(), whole_alpha.copy()
    whole[area], whole_alpha[area] = near, solid
    return _told(origin, true_color_png(whole, whole_alpha), pixels.size, **measures)


def mapped(
    pixels: NDArray[np.uint32],
    drawn: NDArray[np.bool_],
    palettes: Sequence[NDArray[np.uint32]],
    *,
    tile_size: int,
) -> NDArray[np.uint32]:
    """The pixels with the nearest colours; ``pixels`` and ``drawn`` are (height, width).

    ``palettes`` are the colours that each can draw. A tile whose colours one of them holds, as
    RGB565, stays as it is. Any other has the palette with the least sum of distances, the first
    of these, and each pixel its nearest colour, the first of these.
    """
    image = Image(pixels, drawn, tile_size)
    usable = [held for held in palettes if len(held)]
    if not usable:
        return pixels
    alike = [np.isin(console(image.colors), console(held)) for held in usable]
    strange = np.logical_not((image.missing(alike) == 0).any(axis=0))
    tables: list[NDArray[np.uint32]] = []
    costs: list[NDArray[np.int64]] = []
    for held in usable:
        apart = distances(image.colors, held)
        tables.append(np.append(held[apart.argmin(axis=1)], np.uint32(0)))
        costs.append(np.append(apart.min(axis=1), 0)[image.numbers].sum(axis=1))
    best = np.array(costs).argmin(axis=0)
    changed = strange[:, np.newaxis] & (image.numbers < len(image.colors))
    near = np.array(tables)[best[:, np.newaxis], image.numbers]
    tiles = np.where(changed, near, cut(pixels, tile_size))
    return joined(tiles, pixels.shape, tile_size)


def _measures(
    pixels: NDArray[np.uint32],
    near: NDArray[np.uint32],
    alpha: NDArray[np.uint8],
    solid: NDArray[np.uint8],
) -> dict[str, int]:
    """How many pixels changed, and by how much a channel of one at most (0 to 255)."""
    faded = np.abs(solid.astype(int) - alpha)
    return {
        "changed": int(((near != pixels) | (faded > 0)).sum()),
        "most": int(np.abs(levels(near) - levels(pixels)).max()),
        "alpha_changed": int((faded > 0).sum()),
        "alpha_most": int(faded.max()),
    }


def _told(
    origin: Origin,
    data: bytes | None,
    pixels: int,
    *,
    changed: int = 0,
    most: int = 0,
    alpha_changed: int = 0,
    alpha_most: int = 0,
) -> Approximated:
    done = f"{changed} of {pixels} pixels changed"
    if most:
        done += f", red, green or blue by {most} of 255 at most"
    if alpha_changed:
        done += f"; alpha of {alpha_changed} by {alpha_most} at most"
    return Approximated(
        origin=origin,
        data=data,
        done=done,
        measures={
            "pixels": pixels,
            "changed": changed,
            "most": most,
            "alpha_changed": alpha_changed,
            "alpha_most": alpha_most,
        },
    )
