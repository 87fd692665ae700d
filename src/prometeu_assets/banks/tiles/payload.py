"""What a slice of a tile bank holds, as bytes and as arrays.

Clause: ``spec/contract/1/banks.md#tiles``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from construct import Struct, this

from prometeu_assets.contract.layouts import NibbleOrder, Plane, Words, exact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLORS: Final = 16
"""Colours of a palette: what a 4-bit index can name."""


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
