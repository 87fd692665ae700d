"""What a bank shows of itself in a terminal.

Clause: ``spec/tools.md#pictures``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """Cells of pixels, numbered from 0: the tiles of a sheet, or one wave for each sound.

    ``count`` is how many there are, ``size`` width and height of each in pixels. ``cell`` gives the
    pixels of a number: uint8 (height, width, 4), red, green, blue and alpha, which is 0 or 255.
    ``note`` is one line for people, or empty.
    """

    count: int
    size: tuple[int, int]
    cell: Callable[[int], NDArray[np.uint8]]
    note: str = ""
