"""A map of tile numbers: ``width`` × ``height`` cells of 16 bits, little-endian, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from construct import Struct, this
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.bank import (
    Bank,
    Beginning,
    Input,
    Metadata,
    Opener,
    Origin,
    Present,
    Role,
    Sources,
)
from prometeu_assets.contract.layouts import Words
from prometeu_assets.contract.slice import NO_DETAILS, Details, Slice
from prometeu_assets.contract.vectors import Decoding, digest

MAP_ROWS: Final = Code(
    "MAP_ROWS",
    summary="The rows of a map have different lengths.",
    message="Row {row} has {found} cells; the first row has {expected}.",
    hint="Give every row {expected} cells.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TileMap:
    """A decoded map: ``cells`` are uint16 (height, width), each the number of a tile."""

    cells: NDArray[np.uint16]


@dataclass(frozen=True, kw_only=True, eq=False)
class TileMaps(Bank[TileMap]):
    """Maps of tile numbers."""

    decoded: ClassVar = TileMap
    roles: ClassVar = {
        "map": Role(
            what="a map",
            description="A text file for a tile map: a line for each row of cells.",
            limit="palette_file_bytes",
            most=1,
            endings=(".map",),
        )
    }

    codes: ClassVar = {"INPUT_TOTAL": (MAP_ROWS,)}

    def value(self, parts: Mapping[str, Any], metadata: Metadata) -> TileMap:
        return TileMap(cells=parts["cells"])

    def parts(self, value: TileMap) -> Mapping[str, Any]:
        return {"cells": value.cells}

    def measured(self, value: TileMap) -> Metadata:
        height, width = value.cells.shape
        return {"height": height, "width": width}

    def sample(self) -> Metadata:
        return {"height": 2, "width": 3}

    def decodings(self) -> Iterator[Decoding]:
        yield Decoding(
            id="rows",
            clause="tilemaps",
            why="rows from top to bottom, cells from left to right, the low byte first",
            metadata={"height": 2, "width": 3},
            data=bytes.fromhex("0100 0200 0001 ffff 0000 3412"),
            values={"cells": [[1, 2, 256], [65_535, 0, 0x1234]]},
            view={"cells_sha256": digest(bytes.fromhex("0100 0200 0001 ffff 0000 3412"))},
        )

    def decoded_view(self, value: TileMap) -> dict[str, Any]:
        return {"cells_sha256": digest(value.cells.astype("<u2").tobytes())}

    def intake(self, sources: Sources) -> Slice:
        (cells,) = sources.each("map", read_map)
        made = TileMap(cells=cells)
        return self.stored(
            made,
            sources.metadata(self.measured(made)),
            details={"highest": str(cells.max())},
        )

    def begin(
        self, present: Present, opener: Opener, asked: Metadata, *, approximate: bool = False
    ) -> Beginning:
        there = present["map"][:1]
        starters = {} if there else {"level.map": b"0 1 0\n1 0 1\n"}
        return Beginning(
            inputs={"map": there or tuple(Origin(path=path) for path in starters)},
            starters=starters,
            metadata={},
            advice=("put your map in place of level.map: numbers of tiles, a line for each row",),
        )

    def summary(self, metadata: Metadata, details: Details = NO_DETAILS) -> str:
        return f"{metadata['width']}x{metadata['height']} cells"

    def explain(self, details: Details, metadata: Metadata) -> list[tuple[str, str]]:
        return [("tiles", f"up to {int(number)}") for number in details.values()]

    def endings(self, metadata: Metadata) -> list[str]:
        return [".map"]

    def files(self, value: TileMap) -> Iterator[bytes]:
        yield text(value.cells).encode()


def read_map(item: Input) -> NDArray[np.int64]:
    """The cells (height, width) in a file. Raises `Refused` with ``MAP_ROWS``."""
    rows = [line.split() for line in item.data.decode("ascii", "replace").splitlines()]
    width = len(rows[0]) if rows else 1
    for number, row in enumerate(rows or [[]]):
        if len(row) != width:
            raise refusal(MAP_ROWS, item.name, row=number, found=len(row), expected=width)
    return np.array([[int(cell) for cell in row] for row in rows])


def text(cells: NDArray[np.uint16]) -> str:
    """A map as the text it came from."""
    return "".join(f"{' '.join(map(str, row))}\n" for row in cells.tolist())


TILEMAPS: Final = TileMaps(
    bank_type="TILEMAPS",
    format="TILEMAPS/cells_v1",
    asset_type="tilemap_bank",
    what="a map of tile numbers",
    metadata=("tilemaps-metadata", 1),
    payload=Struct("cells" / Words((this._.height, this._.width), "<u2") * "Numbers of tiles."),
)
