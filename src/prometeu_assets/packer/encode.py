"""One asset, from its declaration and source files to its slice.

Clauses: ``spec/banks.md`` for the payloads, ``spec/workspace.md`` for the inputs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from prometeu_assets.contract.banks import Bank, TileBank, rgb565
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer.metadata import check_declared, check_size, whole
from prometeu_assets.packer.sources import Input
from prometeu_assets.workspace.declarations import Declaration

if TYPE_CHECKING:
    from prometeu_assets.packer.intake import Palette, Sheet

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What one asset puts into the payload, and the metadata that goes with it."""

    payload: bytes
    metadata: Mapping[str, Any]
    decoded_size: int
    warnings: tuple[Diagnostic, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The payload's SHA-256 in lower-case hexadecimal."""
        return hashlib.sha256(self.payload).hexdigest()


ROLES: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "tile_bank": (frozenset({"sprites", "palettes"}), frozenset({"payload"})),
    "sound_bank": (frozenset({"samples"}), frozenset({"payload"})),
}
"""For each asset type, the sets of roles it may have."""


def bank_of(declaration: Declaration, contract: Contract) -> Bank:
    """The bank an asset goes into.

    Raises `Refused` when type, format and roles do not fit, or no header can hold its metadata.
    """
    bank = contract.written.bank_of_format(declaration.format)
    if bank is None or bank.asset_type != declaration.type:
        fitting = [b.format for b in contract.written.banks if b.asset_type == declaration.type]
        raise Refused(
            declaration.fault(
                "ASSET_FORMAT",
                "/output/format",
                type=declaration.type,
                format=declaration.format,
                expected=" or ".join(fitting),
            )
        )
    roles = ROLES[declaration.type]
    if frozenset(declaration.inputs) not in roles:
        raise Refused(
            declaration.fault(
                "ASSET_ROLES",
                "/inputs",
                type=declaration.type,
                expected=", or ".join(" and ".join(sorted(r, reverse=True)) for r in roles),
                found=" and ".join(declaration.inputs),
            )
        )
    check_declared(declaration, contract)
    return bank


def encode(declaration: Declaration, bank: Bank, inputs: list[Input], contract: Contract) -> Slice:
    """The slice of an asset. Raises `Refused` with every fault in its inputs."""
    if "payload" in declaration.inputs:
        made = _raw(declaration, bank, inputs, contract)
    elif bank.spans is not None:
        made = _sounds(declaration, bank, inputs, contract)
    else:
        made = _tiles(declaration, bank, inputs, contract)
    _check_payload(declaration, len(made.payload), contract)
    check_size(declaration, bank, made.metadata, contract)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """The sources of a tile bank, read: one palette and one sheet for each file listed."""

    metadata: Mapping[str, Any]
    palettes: list[Palette]
    sheets: list[Sheet]


def read_tiles(
    declaration: Declaration, bank: Bank, inputs: list[Input], contract: Contract
) -> Tiles:
    """Palettes and sheets of a tile bank. Raises `Refused` with every fault in its inputs."""
    from prometeu_assets.packer.intake import check_capacity, read_palette, read_sheet, tiles_in

    count = len(declaration.inputs["palettes"])
    metadata = whole(declaration, bank, contract, {"palette_authored": count})
    tile_size = metadata["tile_size"]
    by_role = {role: [i for i in inputs if i.source.role == role] for role in declaration.inputs}
    palettes = _each(
        declaration, by_role["palettes"], lambda item: read_palette(item.data, name=item.name)
    )
    sprites = by_role["sprites"]
    try:
        # By the headers alone, before any pixel takes memory: then all sheets together are small.
        check_capacity(
            [tiles_in(item.data, name=item.name, tile_size=tile_size) for item in sprites],
            tile_size=tile_size,
            width=metadata["width"],
            height=metadata["height"],
        )
    except Refused as refused:
        raise refused.at(
            file=declaration.file, pointer="/inputs/sprites", asset=declaration.ref
        ) from None
    sheets = _each(
        declaration,
        sprites,
        lambda item: read_sheet(item.data, name=item.name, tile_size=tile_size, palettes=palettes),
    )
    return Tiles(metadata=metadata, palettes=palettes, sheets=sheets)


def _tiles(declaration: Declaration, bank: Bank, inputs: list[Input], contract: Contract) -> Slice:
    import numpy as np

    from prometeu_assets.packer.intake import lay_out

    read = read_tiles(declaration, bank, inputs, contract)
    metadata, palettes, sheets = read.metadata, read.palettes, read.sheets
    indices = lay_out(
        [sheet.indices for sheet in sheets],
        tile_size=metadata["tile_size"],
        width=metadata["width"],
        height=metadata["height"],
    )
    colors = np.zeros((metadata["palette_count"], _colors(bank)), dtype="<u2")
    for row, palette in zip(colors, palettes, strict=False):
        row[: len(palette.colors)] = rgb565(np.array(palette.colors))
    return Slice(
        payload=bank.encode({"indices": indices, "palettes": colors}, metadata),
        metadata=metadata,
        decoded_size=bank.decoded_size(metadata),
        warnings=tuple(w.at(asset=declaration.ref) for s in sheets for w in s.warnings),
    )


def _colors(bank: Bank) -> int:
    """Colours of one palette of a tile bank, read off its definition."""
    palettes = next(item.subcon for item in bank.payload.subcons if item.name == "palettes")
    return int(palettes.shape[1])


def _sounds(declaration: Declaration, bank: Bank, inputs: list[Input], contract: Contract) -> Slice:
    from prometeu_assets.packer.intake import read_wav

    placeholder = {"0": {"length": 2, "offset": 0}}
    metadata = whole(declaration, bank, contract, {"samples": placeholder})
    runs = _each(
        declaration,
        inputs,
        lambda item: read_wav(item.data, name=item.name, sample_rate=metadata["sample_rate"]),
    )
    spans, position = {}, 0
    for number, run in enumerate(runs):
        spans[str(number)] = {"length": run.nbytes, "offset": position}
        position += run.nbytes
    _check_payload(declaration, position, contract)  # before it is put together
    metadata = {**metadata, "samples": spans}
    return Slice(
        payload=bank.encode({"samples": runs}, metadata),
        metadata=metadata,
        decoded_size=bank.decoded_size(metadata),
    )


def _check_payload(declaration: Declaration, found: int, contract: Contract) -> None:
    """Raise `Refused` when a slice would have more bytes than an entry may have."""
    limit = contract.shape(contract.written).parts["asset_table.size"]["maximum"]
    if found > limit:
        raise Refused(declaration.fault("ASSET_SIZE", "/inputs", found=found, limit=limit))


def _raw(declaration: Declaration, bank: Bank, inputs: list[Input], contract: Contract) -> Slice:
    from prometeu_assets.packer.intake import read_raw

    metadata = whole(declaration, bank, contract, None)
    size = bank.size(metadata)
    payload = _each(
        declaration, inputs, lambda item: read_raw(item.data, name=item.name, size=size)
    )[0]
    found = bank.decode(payload, metadata)
    if isinstance(found, TileBank):
        _check_palettes(declaration, found)
    return Slice(payload=payload, metadata=metadata, decoded_size=bank.decoded_size(metadata))


def _check_palettes(declaration: Declaration, bank: TileBank) -> None:
    """Refuse colours in palettes beyond those that are authored, which are all zero in a pack."""
    import numpy as np

    wanted = int(np.flatnonzero(bank.palettes.any(axis=1)).max(initial=-1)) + 1
    if wanted > bank.palette_authored:
        raise Refused(
            declaration.fault(
                "ASSET_PALETTES",
                "/output/metadata/palette_authored",
                authored=bank.palette_authored,
                wanted=wanted,
            )
        )


def _each(declaration: Declaration, inputs: Iterable[Input], read: Callable[[Input], T]) -> list[T]:
    """What ``read`` makes of each input; raises `Refused` with the faults of all of them."""
    made: list[T] = []
    faults: list[Diagnostic] = []
    for item in inputs:
        try:
            made.append(read(item))
        except Refused as refused:
            faults += refused.at(asset=declaration.ref).report
    if faults:
        raise Refused(*faults)
    return made
