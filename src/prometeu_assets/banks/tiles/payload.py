"""What a slice of a tile bank holds, as bytes and as arrays.

Clause: ``spec/contract/1/banks.md#tiles``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from construct import Struct, this

from prometeu_assets.contract.layouts import NibbleOrder, Plane, Words, exact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

METADATA: Final = ("tiles-metadata", 1)
"""The schema of a tile bank's metadata."""
COLORS: Final = 16
"""Colours of a palette: what a 4-bit index can name."""


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


def _palettes(rgb: Sequence[ArrayLike], most: int) -> NDArray[np.uint16]:
    import numpy as np

    if not 1 <= len(rgb) <= most:
        raise ValueError(f"rgb: there are {len(rgb)} palettes, and a bank has 1 to {most}")
    palettes = np.zeros((most, COLORS), np.uint16)
    for number, given in enumerate(rgb):
        colors = np.asarray(given)
        if colors.ndim != 2 or colors.shape[1] != 3 or not 1 <= len(colors) <= COLORS:
            raise ValueError(
                f"rgb: palette {number} must have the shape (colours, 3) with 1 to {COLORS} "
                f"colours, not {colors.shape}"
            )
        palettes[number, : len(colors)] = rgb565(colors)
    return palettes


def tiles_payload(order: NibbleOrder = "high") -> Struct:
    """The slice of a tile bank: packed 4-bit indices, then RGB565 palettes."""
    return Struct(
        "indices" / Plane(this._.width, this._.height, bits=4, order=order)
        * "Colour indices, two pixels a byte, row-major over the sheet.",
        "palettes" / Words((this._.palette_count, COLORS), "<u2")
        * "Palettes of 16 RGB565 colours, little-endian; unused ones are zero.",
    )  # fmt: skip


RESIDENT: Final = Struct(
    "indices" / Plane(this._.width, this._.height, bits=8) * "One byte a pixel.",
    "palettes" / Words((this._.palette_count, COLORS), "<u2") * "As stored.",
)
"""A tile bank once loaded."""


def rgb565(colors: NDArray[Any]) -> NDArray[np.uint16]:
    """24-bit colours (…, 3) as RGB565 (…), by truncation.

    Clause: ``spec/contract/1/banks.md#rgb565``.

    Raises `ValueError` unless each is a whole number of 0 … 255.
    """
    import numpy as np

    wide = exact(colors, np.shape(colors), range(256), "colours").astype(np.uint16)
    packed: NDArray[Any] = (
        ((wide[..., 0] >> 3) << 11) | ((wide[..., 1] >> 2) << 5) | (wide[..., 2] >> 3)
    )
    return packed


def rgb888(colors: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """RGB565 (…) as 24-bit colours (…, 3), the high bits repeated in the low ones.

    `rgb565` of the result gives the same colours back.
    """
    import numpy as np

    red, green, blue = colors >> 11, (colors >> 5) & 0x3F, colors & 0x1F
    channels = (red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2)
    return np.stack(channels, axis=-1).astype(np.uint8)
