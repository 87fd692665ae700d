"""What an entry of ``sprites`` may say of its picture beside the path.

Clauses: ``spec/workspace.md#cutting``, ``spec/workspace.md#nearest``. Margin and spacing are in
pixels, an area is in tiles.
"""

from __future__ import annotations

import re
from typing import Any, Final

from prometeu_assets.contract.bank import Setting
from prometeu_assets.contract.limits import LIMITS


def _whole(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ValueError(f"`{text}` is not a whole number of pixels")
    return int(text)


def _color(text: str) -> str:
    if not re.fullmatch("#?[0-9a-fA-F]{6}", text):
        raise ValueError(f"`{text}` is not a colour such as `#ff00ff`")
    return f"#{text.removeprefix('#').lower()}"


def _area(text: str) -> dict[str, int]:
    numbers = text.split(",")
    if len(numbers) != len(AREA) or not all(re.fullmatch("[0-9]{1,9}", n) for n in numbers):
        raise ValueError(f"`{text}` is not COLUMN,ROW,COLUMNS,ROWS, such as `0,0,16,8`")
    return dict(zip(AREA, map(int, numbers), strict=True))


def _number(description: str, least: int = 0) -> dict[str, Any]:
    return {
        "description": description,
        "type": "integer",
        "minimum": least,
        "maximum": LIMITS.image_pixels,
    }


AREA: Final = {
    "column": _number("The first column of tiles, from 0."),
    "row": _number("The first row of tiles, from 0."),
    "columns": _number("Columns of tiles.", 1),
    "rows": _number("Rows of tiles.", 1),
}
"""The members of an area."""

SETTINGS: Final = {
    "margin": Setting(
        schema=_number("Pixels left of the first column and above the first row of tiles."),
        option="--margin",
        metavar="PIXELS",
        help="Skip this many pixels left of the first tile of a picture and above it.",
        read=_whole,
    ),
    "spacing": Setting(
        schema=_number("Pixels between one tile and the next, in both directions."),
        option="--spacing",
        metavar="PIXELS",
        help="Skip this many pixels between the tiles of a picture.",
        read=_whole,
    ),
    "transparent": Setting(
        schema={
            "description": "The colour of the picture that is transparent, as #rrggbb.",
            "type": "string",
            "pattern": "^#[0-9a-fA-F]{6}(?![\\s\\S])",
        },
        option="--transparent",
        metavar="COLOUR",
        help="Make this colour of a picture transparent, such as '#ff00ff'.",
        read=_color,
    ),
    "area": Setting(
        schema={
            "description": "The part of the picture that is taken, in tiles; of each frame.",
            "type": "object",
            "required": list(AREA),
            "properties": AREA,
            "additionalProperties": False,
        },
        option="--area",
        metavar="COLUMN,ROW,COLUMNS,ROWS",
        help="Take this part of a picture, counted in tiles, such as 0,0,16,8.",
        read=_area,
    ),
}
"""What an entry of ``sprites`` may say of its picture."""

NEAREST: Final = (
    "--nearest",
    "Write a copy with the nearest colours if no palette has those of a picture.",
)
"""The option with which copies of pictures are changed, and its help."""
