"""How a sprite image is cut into tiles: what its entry in ``sprites`` says beside the path.

Clause: ``spec/workspace.md#cutting``. Margin and spacing are in pixels, an area is in tiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.codes.sheets import (
    SHEET_AREA,
    SHEET_KEY,
    SHEET_KEY_INDEX,
    SHEET_SIZE,
)
from prometeu_assets.banks.tiles.color import Color, css, packed
from prometeu_assets.banks.tiles.raster import (
    TRANSPARENT,
    Header,
    Picture,
    colors_and_alpha,
)
from prometeu_assets.banks.tiles.settings import AREA
from prometeu_assets.banks.tiles.splits import Gaps, gaps
from prometeu_assets.diagnostics import Diagnostic, Refused

_PIXELS: Final = (("x", "y"), ("other_x", "other_y"))
"""Members of a diagnostic's data that are a pixel."""

AS_IT_IS: Final[Mapping[str, Any]] = {}
"""The settings of a picture in which every pixel belongs to a tile."""


class Grid(NamedTuple):
    """The tiles of one frame that are taken: where each column and each row of them begins.

    All numbers are in pixels; ``column`` and ``row`` are the numbers of the first ones.
    """

    lefts: range
    tops: range
    column: int = 0
    row: int = 0

    @property
    def tiles(self) -> int:
        """How many tiles there are."""
        return len(self.lefts) * len(self.tops)


def grid_of(
    width: int, height: int, tile_size: int, settings: Mapping[str, Any], *, name: str
) -> Grid:
    """The tiles that are taken of a frame of this size.

    Without an area it is all of them, and what remains at the right and below is nothing, a
    margin, a spacing or both. Raises `Refused` with ``SHEET_SIZE`` or ``SHEET_AREA``.
    """
    margin, spacing = settings.get("margin", 0), settings.get("spacing", 0)
    step = tile_size + spacing
    columns, right = divmod(width - margin + spacing, step)
    rows, below = divmod(height - margin + spacing, step)
    rest = (0, margin, spacing, margin + spacing)
    area = settings.get("area")
    if columns < 1 or rows < 1 or (area is None and (right not in rest or below not in rest)):
        offset = 20 if right in rest else 16
        raise _size(width, height, tile_size, margin, spacing, offset=offset, name=name)
    column, row, wide, high = [area[member] for member in AREA] if area else (0, 0, columns, rows)
    if column + wide > columns or row + high > rows:
        asked = {"column": column, "row": row, "wide": wide, "high": high}
        raise refusal(
            SHEET_AREA,
            name,
            columns=columns,
            rows=rows,
            last_column=columns - 1,
            last_row=rows - 1,
            tile_size=tile_size,
            **asked,
        )
    return Grid(
        lefts=range(margin + step * column, margin + step * (column + wide), step),
        tops=range(margin + step * row, margin + step * (row + high), step),
        column=column,
        row=row,
    )


def _size(
    width: int, height: int, tile_size: int, margin: int, spacing: int, *, offset: int, name: str
) -> Refused:
    plain = not margin and not spacing
    apart = gaps(width, height, tile_size) if plain else None
    said = f", with a margin of {margin} and a spacing of {spacing} pixels"
    return refusal(
        SHEET_SIZE,
        name,
        hint_key="spacing" if apart else None if plain else "apart",
        offset=offset,
        width=width,
        height=height,
        tile_size=tile_size,
        wider=-(-width // tile_size) * tile_size,
        taller=-(-height // tile_size) * tile_size,
        apart="" if plain else said,
        **_options(apart),
    )


def _options(apart: Gaps | None) -> dict[str, Any]:
    """What the hint on a sheet with gaps speaks of."""
    if apart is None:
        return {}
    margin = f"--margin {apart.spacing} " if apart.around else ""
    return {
        "columns": apart.columns,
        "rows": apart.rows,
        "between": "1 pixel" if apart.spacing == 1 else f"{apart.spacing} pixels",
        "around": " and around them" if apart.around else "",
        "options": f"{margin}--spacing {apart.spacing}",
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class Cut:
    """A picture cut to its tiles, side by side; ``header`` describes one such frame.

    It is read as the picture is. ``key`` is the colour that is transparent, ``0xRRGGBB``.
    """

    whole: Picture
    grid: Grid
    tile_size: int
    key: int | None = None

    @property
    def name(self) -> str:
        """The file."""
        return self.whole.name

    @property
    def colors(self) -> tuple[Color, ...]:
        """The palette of an indexed picture."""
        return self.whole.colors

    @property
    def colors_at(self) -> int | None:
        """Offset of that palette in the file."""
        return self.whole.colors_at

    @property
    def transparency(self) -> bytes:
        """The colour that is transparent by the file itself."""
        return self.whole.transparency

    def alpha(self, index: int) -> int:
        """The alpha of a colour of an indexed picture."""
        return self.whole.alpha(index)

    @cached_property
    def header(self) -> Header:
        """Size and sort of one frame of tiles."""
        width, height = (len(starts) * self.tile_size for starts in self.grid[:2])
        return replace(self.whole.header, width=width, height=height)

    @cached_property
    def places(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows and the columns of pixels of the whole picture that are left."""
        height = self.whole.header.height
        frames = np.arange(self.whole.header.frames)[:, np.newaxis] * height
        rows = (frames + self._pixels(self.grid.tops)).ravel()
        return rows, self._pixels(self.grid.lefts)

    def samples(self) -> NDArray[np.uint8]:
        """Those of the tiles; frames stand one below the other. Raises `Refused`."""
        samples = self.whole.samples()
        if (
            self.grid.tiles * self.tile_size**2
            == self.whole.header.width * self.whole.header.height
        ):
            return samples
        rows, columns = self.places
        cut: NDArray[np.uint8] = samples[rows][:, columns]
        return cut

    def colors_and_alpha(self) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """The pixels of the tiles, as the function of this name gives them.

        Pixels of the colour ``key`` are transparent. Raises `Refused`.
        """
        pixels, alpha = colors_and_alpha(self)
        if self.key is not None:
            alpha = np.where(pixels == self.key, np.uint8(TRANSPARENT), alpha)
        return pixels, alpha

    def absent_key(self, found: NDArray[np.uint32]) -> tuple[Diagnostic, ...]:
        """A warning if none of the colours ``found`` is the picture's key colour, if it has one."""
        if self.key is None or (found == self.key).any():
            return ()
        return (Diagnostic(code=SHEET_KEY, data={"color": css(self.key)}, file=self.name),)

    def told(self, diagnostic: Diagnostic) -> Diagnostic:
        """The same finding, each of its pixels and tiles as one of the file."""
        data = dict(diagnostic.data)
        frames = self.header.frames
        for x, y in _PIXELS:
            row, column = data.get(y), data.get(x)
            if isinstance(row, int) and isinstance(column, int):
                frame, row = divmod(row, self.header.height)
                column = int(self._pixels(self.grid.lefts)[column])
                data |= {
                    x: f"frame {frame + 1}: {column}" if frames > 1 else column,
                    y: int(self._pixels(self.grid.tops)[row]),
                }
        row, column = data.get("row"), data.get("column")
        if "tile" in data and isinstance(row, int) and isinstance(column, int):
            data["row"] = row % len(self.grid.tops) + self.grid.row
            data["column"] = column + self.grid.column
        return diagnostic.at(data=data)

    def _pixels(self, starts: range) -> NDArray[np.intp]:
        return (np.array(starts)[:, np.newaxis] + np.arange(self.tile_size)).ravel()


def cut_up(picture: Picture, tile_size: int, settings: Mapping[str, Any] = AS_IT_IS) -> Cut:
    """The tiles of a picture. Raises `Refused` as `grid_of`, and with ``SHEET_KEY_INDEX``.

    ``tile_size`` is in pixels.
    """
    header, key = picture.header, settings.get("transparent")
    grid = grid_of(header.width, header.height, tile_size, settings, name=picture.name)
    color = None if key is None else int(key[1:], 16)
    if picture.colors and color is not None and color != packed(picture.colors[0]):
        data = {"color": css(color), "zero": css(picture.colors[0])}
        raise refusal(SHEET_KEY_INDEX, picture.name, offset=picture.colors_at, **data)
    return Cut(whole=picture, grid=grid, tile_size=tile_size, key=color)
