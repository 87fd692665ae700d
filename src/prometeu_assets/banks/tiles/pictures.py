"""A picture of a tile bank: a PNG or an Aseprite document, recognised by its first bytes.

Clause: ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

import posixpath
from typing import Final

from prometeu_assets import kinds
from prometeu_assets.banks.tiles.raster import Picture, scan, size_of

ASEPRITE_ENDINGS: Final = (".aseprite", ".ase")
"""Endings of names, in lower case."""


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


def _is_aseprite(data: bytes, name: str) -> bool:
    kind = kinds.sniff(data)
    ending = posixpath.splitext(name)[1].lower()
    return kind == kinds.ASEPRITE or (kind != kinds.PNG and ending in ASEPRITE_ENDINGS)
