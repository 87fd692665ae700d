"""A decoded tile bank. Clause: ``spec/contract/1/banks.md#tiles``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prometeu_assets.banks.tiles.payload import COLORS, rgb565, rgb888
from prometeu_assets.contract.layouts import array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

METADATA: Final = ("tiles-metadata", 1)
"""The schema of a tile bank's metadata."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TileBank:
    """A decoded tile bank.

    ``indices``: uint8 (height, width) pixels, each 0 … 15, 0 transparent.
    ``palettes``: uint16 (palette count, colours) RGB565; the first ``palette_authored`` are used.
    """

    indices: NDArray[np.uint8]
    palettes: NDArray[np.uint16]
    tile_size: int
    palette_authored: int

    @classmethod
    def from_arrays(
        cls, indices: ArrayLike, rgb: Sequence[ArrayLike], *, tile_size: int
    ) -> TileBank:
        """A bank from pixels and 24-bit colours.

        ``indices`` are whole numbers 0 … 15: a sheet (height, width) in whole tiles, which are
        taken row by row, or tiles (tiles, size, size). ``rgb`` are 1 to 64 palettes, each
        (colours, 3) of whole numbers 0 … 255 with 1 to 16 colours, cut to RGB565; the first
        colour is never drawn. ``tile_size`` is 8, 16 or 32 pixels. What is not given is zero.
        Raises `ValueError`. Clause: ``spec/python-writer.md#banks``.
        """
        from prometeu_assets.banks.tiles.arrays import sheet_of
        from prometeu_assets.contract.documents import Documents

        limits = Documents().schema(*METADATA)["properties"]
        return cls(
            indices=sheet_of(indices, tile_size, range(COLORS), limits),
            palettes=_palettes(rgb, limits["palette_count"]["const"]),
            tile_size=tile_size,
            palette_authored=len(rgb),
        )

    def __repr__(self) -> str:
        size, count = self.tile_size, self.indices.size // self.tile_size**2
        return (
            f"<TileBank: {count} tiles of {size}x{size} pixels, {self.palette_authored} palettes>"
        )

    def _repr_html_(self) -> str:
        """The sheet in its palettes, for a notebook."""
        from prometeu_assets.banks.tiles.views import picture

        return "".join(picture(self))

    def tile(self, number: int) -> NDArray[np.uint8]:
        """The colour indices (size, size) of a tile; raises `IndexError`."""
        columns = self.indices.shape[1] // self.tile_size
        row, column = divmod(number, columns)
        if not 0 <= row < self.indices.shape[0] // self.tile_size:
            raise IndexError(f"there is no tile {number}")
        top, left = row * self.tile_size, column * self.tile_size
        return self.indices[top : top + self.tile_size, left : left + self.tile_size]

    def rgba(self, palette: int) -> NDArray[np.uint8]:
        """The sheet (height, width, 4) in a palette; index 0 is transparent.

        Raises `IndexError` for a palette that is not authored.
        """
        import numpy as np

        if not 0 <= palette < self.palette_authored:
            raise IndexError(f"there is no palette {palette}")
        alpha = np.where(self.indices == 0, 0, 255).astype(np.uint8)
        return np.dstack([rgb888(self.palettes[palette])[self.indices], alpha])


def _palettes(rgb: Sequence[ArrayLike], most: int) -> NDArray[np.uint16]:
    import numpy as np

    if not 1 <= len(rgb) <= most:
        raise ValueError(f"rgb: there are {len(rgb)} palettes, and a bank has 1 to {most}")
    palettes = np.zeros((most, COLORS), np.uint16)
    for number, given in enumerate(rgb):
        colors = array(given, f"rgb: palette {number}")
        if colors.ndim != 2 or colors.shape[1] != 3 or not 1 <= len(colors) <= COLORS:
            raise ValueError(
                f"rgb: palette {number} must have the shape (colours, 3) with 1 to {COLORS} "
                f"colours, not {colors.shape}"
            )
        palettes[number, : len(colors)] = rgb565(colors)
    return palettes
