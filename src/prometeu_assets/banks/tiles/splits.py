"""How a sheet that is refused can be cut up so that it is accepted; for hints alone.

Tiles are numbered row by row. An image that is no whole number of tiles has none.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_WIDEST: Final = 4
"""Pixels of the widest gap that is looked for; editors use 1 or 2."""


class Gaps(NamedTuple):
    """A grid of ``columns`` x ``rows`` tiles with ``spacing`` pixels between them."""

    columns: int
    rows: int
    spacing: int
    around: bool
    """Whether the gap is around the grid as well."""


def gaps(width: int, height: int, tile_size: int) -> Gaps | None:
    """The narrowest gaps with which an image of this size is a grid of tiles, if there are any.

    All sizes are in pixels.
    """
    for spacing in range(1, _WIDEST + 1):
        for around in (False, True):
            margin = spacing if around else 0
            step = tile_size + spacing
            columns, left = divmod(width - 2 * margin + spacing, step)
            rows, below = divmod(height - 2 * margin + spacing, step)
            if not left and not below and columns * rows > 1:
                return Gaps(columns, rows, spacing, around)
    return None
