"""From pictures and palettes to a tile bank's slice.

Clauses: ``spec/contract/1/banks.md#tiles``, ``spec/workspace.md#sprites``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from prometeu_assets.banks.tiles.codes.palettes import PALETTE_COUNT
from prometeu_assets.banks.tiles.codes.sheets import TILES_CAPACITY
from prometeu_assets.banks.tiles.color import on_console
from prometeu_assets.banks.tiles.grid import cut, drawn
from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.banks.tiles.payload import COLORS
from prometeu_assets.banks.tiles.png import (
    Sheet,
    check_capacity,
    distinct_tiles,
    lay_out,
    read_sheet,
    tiles_in,
)
from prometeu_assets.banks.tiles.runs import NONE, PALETTES, write_runs
from prometeu_assets.banks.tiles.value import TileBank
from prometeu_assets.contract.bank import Bank, Sources
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.slice import Slice, numbered
from prometeu_assets.diagnostics import Diagnostic, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The sources of a tile bank, read: one sheet for each image listed.

    ``owners`` is for each palette the number of its file in the list.
    """

    metadata: Mapping[str, Any]
    palettes: list[Palette]
    owners: list[int]
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
    tile_size = metadata["tile_size"]
    tiles = np.concatenate([cut(sheet.indices, tile_size) for sheet in sheets])
    owners = np.concatenate([sheet.palettes for sheet in sheets])
    colors = np.zeros((metadata["palette_count"], COLORS), dtype="<u2")
    for row, palette in zip(colors, palettes, strict=False):
        row[: len(palette.colors)] = on_console(palette.colors)
    made = TileBank(
        indices=lay_out(
            tiles, tile_size=tile_size, width=metadata["width"], height=metadata["height"]
        ),
        palettes=colors,
        tile_size=tile_size,
        palette_authored=len(palettes),
    )
    return bank.stored(
        made,
        metadata,
        details={PALETTES: write_runs(np.where(drawn(tiles), owners, NONE).tolist())},
        warnings=tuple(warning.at(asset=sources.ref) for warning in read.warnings),
        numbers=numbered(
            (item.name for item in sources.of("sprites")), (len(sheet.palettes) for sheet in sheets)
        ),
    )


def unused_palettes(bank: Bank[TileBank], sources: Sources) -> list[str]:
    """The listed palettes whose colours no sheet has.

    Empty when that cannot be told: for an indexed sheet that agrees with no palette. Raises
    `Refused` as `encode` does.
    """
    read = _read(sources)
    used = {int(palette) for sheet in read.sheets for palette in np.unique(sheet.palettes)}
    if -1 in used:
        return []
    files = {read.owners[palette] for palette in used}
    listed = sources.of("palettes")
    return [item.name for number, item in enumerate(listed) if number not in files]


def _read(sources: Sources) -> _Read:
    palette_files, sprites = sources.of("palettes"), sources.of("sprites")
    # What is declared is judged before any file is read.
    declared = sources.metadata({"palette_authored": len(palette_files)})
    tile_size, most = declared["tile_size"], declared["palette_count"]
    of_files = sources.each("palettes", lambda item: read_palettes(item.data, name=item.name))
    palettes = [palette for found in of_files for palette in found]
    if (count := len(palettes)) > most:
        raise Refused(sources.fault(PALETTE_COUNT, "/inputs/palettes", found=count, limit=most))
    if count == len(palette_files):
        metadata = declared
    else:
        metadata = sources.metadata({"palette_authored": count})
    counts = sources.each(
        "sprites",
        lambda item: tiles_in(
            item.data, name=item.name, tile_size=tile_size, settings=item.origin.settings
        ),
    )

    def different() -> int | None:
        if sum(counts) * tile_size**2 > LIMITS.image_pixels**2:
            return None  # more than the largest image
        found: set[bytes] = set()
        try:
            for item in sprites:
                found |= distinct_tiles(
                    item.data, name=item.name, tile_size=tile_size, settings=item.origin.settings
                )
        except Refused:
            return None
        return len(found)

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
        place = sources.fault(TILES_CAPACITY, "/inputs/sprites")
        raise refused.at(file=place.file, pointer=place.pointer, asset=sources.ref) from None
    return _Read(
        metadata=metadata,
        palettes=palettes,
        owners=[number for number, found in enumerate(of_files) for _ in found],
        sheets=sources.each(
            "sprites",
            lambda item: read_sheet(
                item.data,
                name=item.name,
                tile_size=tile_size,
                palettes=palettes,
                settings=item.origin.settings,
            ),
        ),
    )
