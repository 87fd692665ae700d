"""The limits of the format and its tools, in one frozen table.

Clause: ``spec/contract/1/reader.md#limits``. Every limit is checked before memory is spent on what
it limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Final


def _limit(value: int, unit: str, what: str, *, binds: bool = False) -> int:
    """A limit; one that ``binds`` is part of the contract, any other is a choice of our tools."""
    return field(default=value, metadata={"unit": unit, "what": what, "binds": binds})


MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Largest values accepted; a value equal to its limit is accepted."""

    file_bytes: int = _limit(2**31 - 1, "bytes", "a whole `assets.pa`", binds=True)
    header_bytes: int = _limit(16 * MIB, "bytes", "the header of a pack (`header_len`)", binds=True)
    nesting: int = _limit(
        16, "levels", "arrays and objects inside each other in a JSON text", binds=True
    )
    integer: int = _limit(2**53 - 1, "", "the magnitude of a number in a header", binds=True)
    metadata_bytes: int = _limit(
        65_536, "bytes", "one entry's `metadata`, as header text", binds=True
    )
    asset_document_bytes: int = _limit(
        MIB,
        "bytes",
        "an `asset.json`, a `cartridge.json` or a cartridge's `manifest.json`",
        binds=True,
    )
    index_document_bytes: int = _limit(64 * MIB, "bytes", "an `index.json` or a cache")
    document_values: int = _limit(
        4_000_000,
        "values",
        "a workspace document: its commas and opening brackets, as bytes",
    )
    palette_file_bytes: int = _limit(MIB, "bytes", "a palette file")
    image_pixels: int = _limit(4096, "pixels", "the width and the height of an image")
    image_file_bytes: int = _limit(64 * MIB, "bytes", "an image file")
    wav_bytes: int = _limit(16 * MIB, "bytes", "a WAV file")
    png_chunks: int = _limit(65_536, "chunks", "an image, up to and including its end chunk")
    aseprite_chunks: int = _limit(65_536, "chunks", "an Aseprite document, in all its frames")
    aseprite_colors: int = _limit(
        65_536, "colours", "the palettes of an Aseprite document together"
    )
    aseprite_groups: int = _limit(64, "groups", "the groups around a layer of an Aseprite document")
    aseprite_pixels: int = _limit(
        4 * 4096**2,
        "pixels",
        "the cels that an Aseprite document shows together; one that is linked counts again",
    )
    wav_chunks: int = _limit(1_024, "chunks", "a WAV file, up to and including its data")
    inputs: int = _limit(65_536, "files", "the input files of one asset")
    input_bytes: int = _limit(128 * MIB, "bytes", "the input files of one asset together")
    path_characters: int = _limit(1_024, "characters", "a path in a document")
    path_part_bytes: int = _limit(255, "bytes", "one part of such a path, as UTF-8")

    def rows(self, *, binds: bool) -> list[tuple[str, int, str, str]]:
        """(name, value, unit, what it limits): those of the contract, or those of our tools."""
        return [
            (f.name, getattr(self, f.name), f.metadata["unit"], f.metadata["what"])
            for f in fields(self)
            if f.metadata["binds"] == binds
        ]


def number(value: int) -> str:
    """A number for people: a space between its thousands."""
    return f"{value:,}".replace(",", " ")


def values(data: bytes) -> int:
    """An upper bound of the values in a JSON text, by counting bytes: each value takes memory."""
    return data.count(b",") + data.count(b"[") + data.count(b"{")


LIMITS: Final = Limits()
