"""A `Drawing` as text for a terminal: two pixels in each character, one above the other.

A half block is filled in the colour of the text, and the rest of its character in that of the
background. A transparent pixel has no colour of its own. Clause: ``spec/tools.md#pictures``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prometeu_assets.contract.drawing import Drawing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UPPER, LOWER = "▀", "▄"
LEGIBLE: Final = 8
"""Pixels of the smaller side of a cell: with fewer, one can hardly tell tiles apart."""
ENOUGH: Final = 4
"""Cells in a row for which none is reduced: pixels that are left out are missed in small art."""
_CUBE: Final = (0, 95, 135, 175, 215, 255)
"""The six levels of a channel among the 256 colours of a terminal."""

Pixel = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Lines for a terminal, with its codes for colours.

    ``shown`` are the numbers of the cells in them. Of the rows and of the columns of pixels, every
    ``step``-th is drawn.
    """

    lines: tuple[str, ...]
    shown: range
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where cells stand: ``gutter`` characters for numbers, then ``columns`` cells."""

    gutter: int
    columns: int
    rows: int
    step: int
    width: int
    height: int


def draw(
    drawing: Drawing, width: int, height: int, *, deep: bool, first: int = 0
) -> Picture | None:
    """The picture in at most ``width`` characters and ``height`` lines; None without room.

    Cells are drawn pixel by pixel. They are reduced when less than `ENOUGH` fit in a row, as long
    as they stay `LEGIBLE`; and further when not even one fits. In a row their number is a power of
    two, or all. The numbers of the columns come first; each row begins with that of its first cell.
    Where not all have room, it begins with the row of the cell ``first``, if it can.
    ``deep``: the terminal shows colours of 24 bits; else of 256 the nearest is taken.
    """
    layout = _layout(drawing, width, height)
    if layout is None:
        return None
    rows = -(-drawing.count // layout.columns)
    start = min(first // layout.columns, max(0, rows - layout.rows)) * layout.columns
    shown = range(start, min(drawing.count, start + layout.columns * layout.rows))
    lines = [_numbers(layout)]
    for number in shown[:: layout.columns]:
        cells = range(number, min(number + layout.columns, shown.stop))
        label = f"{number:>{layout.gutter - 1}} "
        for text in _row(drawing, cells, layout, deep=deep):
            lines.append(label + text)
            label = " " * layout.gutter
    return Picture(lines=tuple(lines), shown=shown, step=layout.step)


def _layout(drawing: Drawing, width: int, height: int) -> _Layout | None:
    gutter = len(str(drawing.count - 1)) + 1
    step = 1
    while True:
        cell_width, cell_height = (-(-side // step) for side in drawing.size)
        columns = min(_power_below((width - gutter) // cell_width), drawing.count)
        rows = (height - 1) // -(-cell_height // 2)
        is_least = min(cell_width, cell_height) < 2 * LEGIBLE
        if columns and rows > 0 and (columns >= min(ENOUGH, drawing.count) or is_least):
            return _Layout(
                gutter=gutter, columns=columns, rows=rows, step=step,
                width=cell_width, height=cell_height,
            )  # fmt: skip
        if max(cell_width, cell_height) == 1:
            return None
        step *= 2


def _power_below(number: int) -> int:
    """The greatest power of two that is not above a number; 0 without one."""
    return 1 << (number.bit_length() - 1) if number > 0 else 0


def _numbers(layout: _Layout) -> str:
    """Above every column its number, or above every second, fourth, … where they are narrow."""
    digits = len(str(layout.columns - 1))
    apart = 1
    while apart * layout.width <= digits and apart < layout.columns:
        apart *= 2
    each = [f"{column:<{apart * layout.width}}" for column in range(0, layout.columns, apart)]
    return (" " * layout.gutter + "".join(each)).rstrip()


def _row(drawing: Drawing, numbers: range, layout: _Layout, *, deep: bool) -> Iterator[str]:
    import numpy as np

    cells = [drawing.cell(number)[:: layout.step, :: layout.step] for number in numbers]
    pixels = np.concatenate(cells, axis=1)
    if layout.height % 2:
        pixels = np.concatenate([pixels, np.zeros_like(pixels[:1])])
    for top, bottom in zip(pixels[::2], pixels[1::2], strict=True):
        yield _line(top, bottom, deep=deep)


def _line(top: NDArray[np.uint8], bottom: NDArray[np.uint8], *, deep: bool) -> str:
    """Two rows of pixels (width, 4) as characters; it ends in the terminal's own colours."""
    parts: list[str] = []
    before = ""
    for upper, lower in zip(top.tolist(), bottom.tolist(), strict=True):
        style, mark = _character(upper, lower, deep=deep)
        if style != before:
            parts.append(f"\x1b[0{style}m")
            before = style
        parts.append(mark)
    return "".join(parts) + ("\x1b[0m" if before else "")


def _character(upper: Pixel, lower: Pixel, *, deep: bool) -> tuple[str, str]:
    """The colours of a character, as parameters of a code, and the character."""
    if upper[3] and lower[3]:
        return f";38;{_color(upper, deep=deep)};48;{_color(lower, deep=deep)}", UPPER
    if upper[3]:
        return f";38;{_color(upper, deep=deep)}", UPPER
    if lower[3]:
        return f";38;{_color(lower, deep=deep)}", LOWER
    return "", " "


def _color(pixel: Pixel, *, deep: bool) -> str:
    if deep:
        return "2;{};{};{}".format(*pixel[:3])
    red, green, blue = (
        min(range(len(_CUBE)), key=lambda level: abs(_CUBE[level] - value)) for value in pixel[:3]
    )
    return f"5;{16 + 36 * red + 6 * green + blue}"
