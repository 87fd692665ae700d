"""A picture of a tile bank: a PNG or an Aseprite document, told apart by its first bytes.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from prometeu_assets import kinds
from prometeu_assets.banks.tiles.raster import Header, Picture, scan, size_of
from prometeu_assets.diagnostics import Diagnostic

ASEPRITE_ENDINGS: Final = (".aseprite", ".ase")
"""Endings of names, in lower case."""

_PLACES: Final = (("x", "y"), ("other_x", "other_y"))
"""Members of a diagnostic's data that are a pixel."""


def read_picture(data: bytes, *, name: str) -> Picture:
    """The picture in the file ``name``. Raises `Refused` as `scan`, `aseprite.read`, `flatten`."""
    if not _is_aseprite(data, name):
        return scan(data, name=name)
    from prometeu_assets.banks.tiles import aseprite
    from prometeu_assets.banks.tiles.flatten import flatten

    return flatten(aseprite.read(data, name=name))


def frames_of(data: bytes, *, name: str) -> tuple[int, int, int] | None:
    """Number, width and height of the frames; None when `read_picture` will say what is wrong."""
    if not _is_aseprite(data, name):
        size = size_of(data, name=name)
        return size and (1, *size)
    from prometeu_assets.banks.tiles import aseprite

    return aseprite.frames_of(data, name=name)


def in_frames(found: Iterable[Diagnostic], header: Header) -> Iterator[Diagnostic]:
    """The same findings; a pixel is told as one of its frame where there are several."""
    for diagnostic in found:
        data = dict(diagnostic.data)
        for x, y in _PLACES:
            row = data.get(y)
            if header.frames > 1 and isinstance(row, int):
                frame, row = divmod(row, header.height)
                data |= {x: f"frame {frame + 1}: {data[x]}", y: row}
        row, tile_size = data.get("row"), data.get("tile_size")
        if isinstance(row, int) and isinstance(tile_size, int):
            data["row"] = row % (header.height // tile_size)
        yield diagnostic.at(data=data)


def _is_aseprite(data: bytes, name: str) -> bool:
    kind = kinds.sniff(data)
    ending = posixpath.splitext(name)[1].lower()
    return kind == kinds.ASEPRITE or (kind != kinds.PNG and ending in ASEPRITE_ENDINGS)
