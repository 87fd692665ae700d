"""What a terminal makes of a text: read anew from the escape codes, with nothing of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CODE = re.compile(r"\x1b\[([0-9;]*)m|(.)")
CLEAR = (0, 0, 0, 0)
"""A pixel in the colour of the terminal's background."""


@dataclass(frozen=True)
class Screen:
    """``pixels`` are uint8 (2 × lines, columns, 4); ``text`` is each line without its pixels."""

    pixels: NDArray[np.uint8]
    text: list[str]


def screen(lines: list[str], columns: int) -> Screen:
    """The screen after these lines; each begins without a colour, and must fit."""
    pixels = np.zeros((2 * len(lines), columns, 4), np.uint8)
    text = []
    for number, line in enumerate(lines):
        front = back = CLEAR
        words = ""
        for code, character in CODE.findall(line):
            if not character:
                front, back = style(code, front, back)
                continue
            assert len(words) < columns, f"line {number} is wider than {columns}"
            upper, lower = {"▀": (front, back), "▄": (back, front)}.get(character, (back, back))
            pixels[2 * number : 2 * number + 2, len(words)] = upper, lower
            words += " " if character in "▀▄" else character
        assert (front, back) == (CLEAR, CLEAR), "the terminal has its own colours afterwards"
        text.append(words.rstrip())
    return Screen(pixels, text)


Color = tuple[int, ...]


def style(code: str, front: Color, back: Color) -> tuple[Color, Color]:
    """The colours of what follows a code."""
    numbers = [int(part or 0) for part in code.split(";")]
    while numbers:
        first = numbers.pop(0)
        if first == 0:
            front = back = CLEAR
            continue
        assert first in (38, 48), f"a code that no picture needs: {code!r}"
        kind = numbers.pop(0)
        if kind == 2:
            color = (*numbers[:3], 255)
            del numbers[:3]
        else:
            assert kind == 5
            color = cube(numbers.pop(0))
        front, back = (color, back) if first == 38 else (front, color)
    return front, back


def cube(number: int) -> Color:
    """One of the 216 colours from 16 on, as xterm has them."""
    assert 16 <= number < 232
    rest, levels = number - 16, []
    for _ in range(3):
        rest, level = divmod(rest, 6)
        levels.append(55 + 40 * level if level else 0)
    return (*reversed(levels), 255)
