"""The chunks of a PNG file, walked with bounds and checksums verified."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.banks.tiles.codes.pictures import PNG_CORRUPT, PNG_FORMAT, PNG_TRUNCATED
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused


class Chunk(NamedTuple):
    """A chunk in the file's bytes, which are not copied."""

    type: bytes
    offset: int
    """Of the chunk's first byte, which is that of its length."""
    body: memoryview
    whole: memoryview


def walk(data: bytes, name: str) -> Iterator[Chunk]:
    """The chunks up to and including ``IEND``, each whole and with a right CRC."""
    _check_signature(data, name)
    view, at = memoryview(data), len(kinds.PNG_SIGNATURE)
    for _ in range(LIMITS.png_chunks):
        if len(data) - at < 8:
            raise truncated(name, "its end chunk is missing", len(data))
        length, kind = struct.unpack_from(">I4s", data, at)
        if not kind.isalpha():
            raise corrupt(name, f"{shown(kind)} is not a chunk", at)
        if length >= 2**31:
            raise corrupt(name, f"its {shown(kind)} chunk announces {length} bytes", at)
        end = at + 12 + length
        if end > len(data):
            missing = end - len(data)
            raise truncated(name, f"its {shown(kind)} chunk is missing {missing} bytes", at)
        body = view[at + 8 : end - 4]
        (crc,) = struct.unpack_from(">I", data, end - 4)
        if crc != zlib.crc32(view[at + 4 : end - 4]):
            raise corrupt(name, f"the checksum of its {shown(kind)} chunk is wrong", at)
        yield Chunk(kind, at, body, view[at:end])
        if kind == b"IEND":
            return
        at = end
    raise corrupt(name, f"it has more than {LIMITS.png_chunks} chunks", at)


def single(kind: bytes, chunks: list[Chunk], *, before: int, name: str) -> Chunk | None:
    """The only chunk of this type, which is before the image data; or None."""
    places = [place for place, chunk in enumerate(chunks) if chunk.type == kind]
    if not places:
        return None
    if len(places) > 1 or places[0] > before:
        raise corrupt(
            name, f"its {shown(kind)} chunk is repeated or late", chunks[places[-1]].offset
        )
    return chunks[places[0]]


def corrupt(name: str, what: str, offset: int | None) -> Refused:
    """The PNG breaks the rules of its format."""
    return refusal(PNG_CORRUPT, name, offset=offset, what=what)


def truncated(name: str, what: str, offset: int) -> Refused:
    """The PNG ends before it is complete."""
    return refusal(PNG_TRUNCATED, name, offset=offset, what=what)


def _check_signature(data: bytes, name: str) -> None:
    if data.startswith(kinds.PNG_SIGNATURE):
        return
    if data and kinds.PNG_SIGNATURE.startswith(data):
        raise truncated(name, f"it has {len(data)} bytes", len(data))
    kind = kinds.sniff(data)
    hint_key = kinds.stranger(kind)
    if kind == kinds.PNG_AS_TEXT:
        hint_key = "newlines"
    elif kind is not None and kind.endswith((" image", " document")):
        hint_key = "image"
    looks = (
        "has no bytes" if not data else f"looks like {kind}" if kind else "does not begin like one"
    )
    raise refusal(PNG_FORMAT, name, offset=0, hint_key=hint_key, looks=looks, kind=kind)
