"""From pictures and palettes to a tile bank's slice.

Clauses: ``spec/contract/1/banks.md#tiles``, ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from prometeu_assets.banks.tiles.palettes import Palette, read_palette
from prometeu_assets.banks.tiles.payload import COLORS, TileBank, rgb565
from prometeu_assets.banks.tiles.png import (
    Sheet,
    check_capacity,
    count_different,
    lay_out,
    read_sheet,
    tiles_in,
)
from prometeu_assets.contract.bank import Bank, Input, Slice, Sources
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Diagnostic, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The sources of a tile bank, read: one palette and one sheet for each file listed."""

    metadata: Mapping[str, Any]
    palettes: list[Palette]
    sheets: list[Sheet]

    @property
    def warnings(self) -> list[Diagnostic]:
        """Where the console will show something else than the sources."""
        in_palettes = [warning for palette in self.palettes for warning in palette.warnings]
        return in_palettes + [warning for sheet in self.sheets for warning in sheet.warnings]


def encode(bank: Bank[TileBank], sources: Sources) -> Slice:
    """The slice of a tile bank. Raises `Refused` with every fault in its inputs."""
    read = _read(sources)
    metadata, palettes, sheets = read.metadata, read.palettes, read.sheets
    indices = lay_out(
        [sheet.indices for sheet in sheets],
        tile_size=metadata["tile_size"],
        width=metadata["width"],
        height=metadata["height"],
    )
    colors = np.zeros((metadata["palette_count"], COLORS), dtype="<u2")
    for row, palette in zip(colors, palettes, strict=False):
        row[: len(palette.colors)] = rgb565(np.array(palette.colors))
    return Slice(
        payload=bank.encode({"indices": indices, "palettes": colors}, metadata),
        metadata=metadata,
        decoded_size=bank.decoded_size(metadata),
        warnings=tuple(warning.at(asset=sources.ref) for warning in read.warnings),
    )


def unused_palettes(bank: Bank[TileBank], sources: Sources) -> list[str]:
    """The listed palettes whose colours no sheet has.

    Empty when that cannot be told: for an indexed sheet that agrees with no palette. Raises
    `Refused` as `encode` does.
    """
    used = {sheet.palette for sheet in _read(sources).sheets}
    if None in used:
        return []
    listed = sources.of("palettes")
    return [item.source.path for number, item in enumerate(listed) if number not in used]


def _read(sources: Sources) -> _Read:
    palette_files, sprites = sources.of("palettes"), sources.of("sprites")
    metadata = sources.metadata({"palette_authored": len(palette_files)})
    tile_size = metadata["tile_size"]
    palettes = sources.each("palettes", lambda item: read_palette(item.data, name=item.name))
    counts = sources.each(
        "sprites", lambda item: tiles_in(item.data, name=item.name, tile_size=tile_size)
    )

    def sheet_of(item: Input) -> Sheet:
        return read_sheet(item.data, name=item.name, tile_size=tile_size, palettes=palettes)

    def different() -> int | None:
        if sum(counts) * tile_size**2 > LIMITS.image_pixels**2:
            return None  # more than the largest image
        try:
            return count_different((sheet_of(i).indices for i in sprites), tile_size=tile_size)
        except Refused:
            return None

    try:
        # By the headers alone, before any pixel takes memory: then all sheets together are small.
        check_capacity(
            counts,
            tile_size=tile_size,
            width=metadata["width"],
            height=metadata["height"],
            different=different,
        )
    except Refused as refused:
        place = sources.fault("TILES_CAPACITY", "/inputs/sprites")
        raise refused.at(file=place.file, pointer=place.pointer, asset=sources.ref) from None
    sheets = sources.each("sprites", sheet_of)
    return _Read(metadata=metadata, palettes=palettes, sheets=sheets)
