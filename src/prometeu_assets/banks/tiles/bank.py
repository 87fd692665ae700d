"""The tile bank as a `Bank`: its values, and the modules of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from prometeu_assets.banks.tiles.codes import palettes, pictures, sheets
from prometeu_assets.banks.tiles.payload import RESIDENT, rgb888, tiles_payload
from prometeu_assets.banks.tiles.runs import PALETTES, Run, lines, read_runs
from prometeu_assets.banks.tiles.settings import NEAREST, SETTINGS
from prometeu_assets.banks.tiles.value import METADATA, TileBank
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.bank import (
    Approximated,
    Bank,
    Beginning,
    Metadata,
    Opener,
    Origin,
    Present,
    Role,
    Sources,
)
from prometeu_assets.contract.drawing import Drawing
from prometeu_assets.contract.slice import NO_DETAILS, Details, Slice
from prometeu_assets.contract.vectors import Decoding, Vector
from prometeu_assets.diagnostics import Diagnostic
from prometeu_assets.nouns import counted

ASSET_PALETTES: Final = Code(
    "ASSET_PALETTES",
    summary="A raw tile bank has colours after its declared palettes.",
    message="`palette_authored` is {authored}, but the payload has colours in {wanted} palettes.",
    hint="Set `palette_authored` to {wanted}, or make every byte of the other palettes zero.",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tiles(Bank[TileBank]):
    """Indexed tiles: one sheet and its palettes."""

    decoded: ClassVar = TileBank
    unit: ClassVar = "tile"
    roles: ClassVar = {
        "sprites": Role(
            what="an image",
            description="Images for a tile bank (PNG or Aseprite), each a grid of whole tiles, in "
            "the order in which tiles are numbered.",
            limit="image_file_bytes",
            most=4096,
            endings=(".png", ".aseprite", ".ase"),
            settings=SETTINGS,
            approximate=NEAREST,
        ),
        "palettes": Role(
            what="a palette",
            description="Palette files for a tile bank, at most 16 colours each, in the order in "
            "which palettes are numbered.",
            limit="palette_file_bytes",
            most=64,
            endings=(".hex", ".gpl", ".pal", ".json"),
            shared=True,
        ),
    }

    codes: ClassVar = {
        "INPUT_TOTAL": (*palettes.CODES, *pictures.CODES, *sheets.CODES),
        "ASSET_METADATA_SIZE": (ASSET_PALETTES,),
    }

    options: ClassVar = {"tile_size": ("--tile-size", "The side of a tile in pixels: 8, 16 or 32.")}

    def value(self, parts: Mapping[str, Any], metadata: Metadata) -> TileBank:
        return TileBank(
            indices=parts["indices"],
            palettes=parts["palettes"],
            tile_size=metadata["tile_size"],
            palette_authored=metadata["palette_authored"],
        )

    def parts(self, value: TileBank) -> dict[str, Any]:
        return {"indices": value.indices, "palettes": value.palettes}

    def measured(self, value: TileBank) -> dict[str, int]:
        import numpy as np

        height, width = np.shape(value.indices)
        return {
            "height": height,
            "palette_authored": value.palette_authored,
            "palette_count": len(value.palettes),
            "tile_size": value.tile_size,
            "width": width,
        }

    def sample(self) -> Metadata:
        return {
            "height": 256,
            "palette_authored": 2,
            "palette_count": 64,
            "tile_size": 8,
            "width": 256,
        }

    def vectors(self) -> Iterator[Vector]:
        yield from super().vectors()
        for tile in (8, 16, 32):
            yield self._vector(
                f"tile-size-{tile}", "bank-metadata", f"tiles of {tile} pixels", tile_size=tile
            )
        for count in (1, 64):
            yield self._vector(
                f"palettes-{count}",
                "payload-palette",
                f"{count} authored palettes",
                palette_authored=count,
            )

    def _vector(self, id: str, rule: str, why: str, **changes: int) -> Vector:
        metadata = {**self.sample(), **changes}
        return Vector(id=id, rule=rule, name="t", metadata=metadata, why=why)

    def decodings(self) -> Iterator[Decoding]:
        from prometeu_assets.banks.tiles.decoding import decodings

        return decodings(self.sample())

    def decoded_view(self, value: TileBank) -> dict[str, Any]:
        from prometeu_assets.banks.tiles.decoding import bank_view

        return bank_view(value)

    def intake(self, sources: Sources) -> Slice:
        from prometeu_assets.banks.tiles.intake import encode

        return encode(self, sources)

    def raw_faults(self, value: TileBank, sources: Sources) -> Iterator[Diagnostic]:
        """Colours in palettes beyond those that are authored, which are all zero in a pack."""
        import numpy as np

        wanted = int(np.flatnonzero(value.palettes.any(axis=1)).max(initial=-1)) + 1
        if wanted > value.palette_authored:
            pointer = "/output/metadata/palette_authored"
            yield sources.fault(
                ASSET_PALETTES, pointer, authored=value.palette_authored, wanted=wanted
            )

    def idle(self, sources: Sources) -> Iterable[tuple[str, str]]:
        from prometeu_assets.banks.tiles.intake import unused_palettes

        return (("palettes", name) for name in unused_palettes(self, sources))

    def begin(
        self, present: Present, opener: Opener, asked: Metadata, *, approximate: bool = False
    ) -> Beginning:
        from prometeu_assets.banks.tiles.starter import begin

        return begin(self.metadata, present, opener, asked, approximate=approximate)

    def lacking(
        self, listed: Present, new: Present, opener: Opener, metadata: Metadata
    ) -> dict[str, list[Origin | bytes]]:
        from prometeu_assets.banks.tiles.lacking import lacking_palettes
        from prometeu_assets.banks.tiles.starter import made_palette

        limits = self._limits()
        size: Any = metadata.get("tile_size")
        if size not in limits["tile_size"]["enum"]:
            return {}
        there = (*listed.get("palettes", ()), *new.get("palettes", ()))
        own, made = lacking_palettes(new.get("sprites", ()), there, opener, size, limits)
        return {"palettes": [*own, *map(made_palette, made)]}

    def approximate(
        self, listed: Present, new: Present, opener: Opener, metadata: Metadata
    ) -> dict[Origin, Approximated]:
        from prometeu_assets.banks.tiles.nearest import copies

        limits = self._limits()
        size: Any = metadata.get("tile_size")
        if size not in limits["tile_size"]["enum"]:
            return {}
        return copies(listed, new, opener, size, limits)

    def _limits(self) -> Metadata:
        """The members of the metadata, as the schema says them."""
        from prometeu_assets.contract.documents import Documents

        members: Metadata = Documents().schema(*self.metadata)["properties"]
        return members

    def summary(self, metadata: Metadata, details: Details = NO_DETAILS) -> str:
        """The number of tiles too, where the details tell it."""
        tile, palettes = metadata["tile_size"], metadata["palette_authored"]
        tiles = sum(count for _, count in _runs(details, metadata))
        told = f"{counted(tiles, 'tile')} of {tile}x{tile} pixels"
        return f"{told if tiles else f'{tile}x{tile} tiles'}, {counted(palettes, 'palette')}"

    def counts(self, metadata: Metadata, details: Details) -> dict[str, int]:
        tiles = sum(count for _, count in _runs(details, metadata))
        return {**({"tiles": tiles} if tiles else {}), "palettes": metadata["palette_authored"]}

    def explain(self, details: Details, metadata: Metadata) -> list[tuple[str, str]]:
        """The palette of each tile; nothing for a raw payload, which does not say it."""
        found = _runs(details, metadata)
        return [(PALETTES, line) for line in lines(found)]

    def drawing(self, value: TileBank, details: Details) -> Drawing:
        from prometeu_assets.banks.tiles.views import drawing

        return drawing(value, read_runs(details[PALETTES]) if details else [])

    def endings(self, metadata: Metadata) -> list[str]:
        numbers = range(metadata["palette_authored"])
        return [f".{number:02}.{kind}" for number in numbers for kind in ("png", "gpl")]

    def files(self, value: TileBank) -> Iterator[bytes]:
        from prometeu_assets.banks.tiles.views import gpl, png

        for number in range(value.palette_authored):
            yield png(value.indices, rgb888(value.palettes[number]))
            yield gpl(value.palettes[number], f"{number:02}")


def _runs(details: Details, metadata: Metadata) -> list[Run]:
    """The palette of each tile; none for a raw payload.

    Raises `ValueError` when no tile bank with this metadata has such details.
    """
    if not details:
        return []
    if set(details) != {PALETTES}:
        raise ValueError("the details of a tile bank are its palettes")
    found = read_runs(details[PALETTES])
    room = metadata["width"] * metadata["height"] // metadata["tile_size"] ** 2
    if sum(count for _, count in found) > room:
        raise ValueError("more tiles than the bank has")
    if max(palette for palette, _ in found) >= metadata["palette_authored"]:
        raise ValueError("a palette that the bank has not")
    return found


TILES: Final = Tiles(
    bank_type="TILES",
    format="TILES/indexed_v1",
    asset_type="tile_bank",
    what="one sheet of indexed tiles and its palettes",
    metadata=METADATA,
    payload=tiles_payload(),
    resident=RESIDENT,
    blank=("palettes", "palette_authored"),
)
"""The tile bank of container version 1."""
