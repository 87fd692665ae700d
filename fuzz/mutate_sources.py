"""Mutations of source files: their parts are moved and changed, and every checksum is right."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from random import Random
from typing import Final

from fuzz.mutate import Change, json_text

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KINDS: Final = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"acTL", b"tEXt", b"iCCP")
_SIDES: Final = (0, 1, 7, 8, 9, 16, 64, 4096, 4097, 2**31)


def png(data: bytes, chance: Random, change: Change) -> bytes:
    """A PNG: chunks changed, moved, repeated, or its raw lines; every checksum is right."""
    if not data.startswith(_SIGNATURE) or chance.random() < 0.1:
        return change(data)
    chunks = list(_chunks(data))
    if not chunks:
        return change(data)
    at = chance.randrange(len(chunks))
    kind, body = chunks[at]
    match chance.randrange(8):
        case 0:
            chunks[at] = (kind, change(body))
        case 1:
            chunks[at] = (change(kind)[:4].ljust(4, b"a"), body)
        case 2:
            del chunks[at]
        case 3:
            chunks.insert(chance.randrange(len(chunks) + 1), (kind, body))
        case 4:
            chunks.insert(at, (chance.choice(_KINDS), change(body[:64])))
        case 5:
            chunks[0] = (chunks[0][0], _head(chunks[0][1], chance))
        case _:
            chunks = list(_redrawn(chunks, chance, change))
    return _SIGNATURE + b"".join(map(_chunk, chunks))


def _head(body: bytes, chance: Random) -> bytes:
    """An image header with one of its fields set to a value that matters."""
    fields = list(struct.unpack(">2I5B", body[:13].ljust(13, b"\0")))
    field = chance.randrange(7)
    values = _SIDES if field < 2 else (0, 1, 2, 3, 4, 6, 8, 16)
    fields[field] = chance.choice(values)
    return struct.pack(">2I5B", *fields)


def _redrawn(
    chunks: list[tuple[bytes, bytes]], chance: Random, change: Change
) -> Iterator[tuple[bytes, bytes]]:
    """The chunks with the lines of the image changed before they are compressed again."""
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    try:
        raw = zlib.decompressobj().decompress(packed, 1 << 16)
    except zlib.error:
        raw = packed
    new = zlib.compress(change(raw), chance.choice([0, 1, 9]))
    drawn = False
    for kind, body in chunks:
        if kind != b"IDAT":
            yield kind, body
        elif not drawn:
            drawn = True
            yield kind, new


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : min(at + 8 + length, len(data) - 4)]
        at += 12 + length


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, body = part
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def aseprite(data: bytes, chance: Random, change: Change) -> bytes:
    """An Aseprite document: chunks changed, moved, repeated or redrawn; sizes and counts fit."""
    frames = list(_frames(data))
    places = [(number, at) for number, chunks in enumerate(frames) for at in range(len(chunks))]
    if not places or chance.random() < 0.1:
        return change(data)
    head = bytearray(data[:128])
    number, at = chance.choice(places)
    chunks = frames[number]
    kind, body = chunks[at]
    match chance.randrange(8):
        case 0:
            del chunks[at]
        case 1:
            other = frames[chance.randrange(len(frames))]
            other.insert(chance.randrange(len(other) + 1), (kind, body))
        case 2:
            chunks[at] = (chance.choice(_ASEPRITE_KINDS), body)
        case 3:
            place, values = chance.choice(_ASEPRITE_FIELDS)
            struct.pack_into("<H", head, place, chance.choice(values))
        case 4 | 5 if kind == 0x2005 and body[7:9] == b"\2\0":
            try:
                raw = zlib.decompressobj().decompress(body[20:], 1 << 16)
            except zlib.error:
                raw = body[20:]
            chunks[at] = (kind, body[:20] + zlib.compress(change(raw)))
        case _:
            start = chance.choice([0, 16, len(body)])
            chunks[at] = (kind, change(body[:start]) + body[start:] if start else change(body))
    made = bytes(head)
    for chunks in frames:
        whole = b"".join(struct.pack("<IH", 6 + len(each), kind) + each for kind, each in chunks)
        made += struct.pack("<IHHH2xI", 16 + len(whole), 0xF1FA, len(chunks), 100, len(chunks))
        made += whole
    return made


_ASEPRITE_KINDS: Final = (0x0004, 0x0011, 0x2004, 0x2005, 0x2007, 0x2018, 0x2019, 0x2020)
_ASEPRITE_FIELDS: Final = (
    (6, (0, 1, 2, 3, 65_535)),
    (8, (0, 1, 8, 16, 4096, 4097)),
    (10, (0, 1, 8, 16, 4096, 4097)),
    (12, (8, 16, 32, 24)),
    (14, (0, 1, 2, 3, 7)),
    (28, (0, 1, 5, 255)),
)
"""Places of 16 bits in the header, and values that matter there."""


def _frames(data: bytes) -> Iterator[list[tuple[int, bytes]]]:
    """The chunks of each frame, as far as they can be followed."""
    at = 128
    while at + 16 <= len(data):
        (size,) = struct.unpack_from("<I", data, at)
        end, place, chunks = min(at + size, len(data)), at + 16, []
        while place + 6 <= end:
            length, kind = struct.unpack_from("<IH", data, place)
            chunks.append((kind, data[place + 6 : min(place + length, end)]))
            place += max(length, 6)
        yield chunks
        at += max(size, 16)


def wav(data: bytes, chance: Random, change: Change) -> bytes:
    """A WAV: its chunks changed, moved or repeated, with sizes that fit; or its fields."""
    if data[:4] != b"RIFF" or chance.random() < 0.2:
        return change(data)
    chunks = list(_riff_chunks(data))
    if not chunks:
        return change(data)
    at = chance.randrange(len(chunks))
    kind, body = chunks[at]
    match chance.randrange(5):
        case 0:
            chunks[at] = (kind, change(body))
        case 1:
            del chunks[at]
        case 2:
            chunks.insert(chance.randrange(len(chunks) + 1), (kind, body))
        case 3:
            chunks.insert(at, (chance.choice([b"LIST", b"fact", b"fmt ", b"data"]), body[:64]))
        case _:
            fields = bytearray(body.ljust(16, b"\0"))
            offset = chance.choice([0, 2, 4, 8, 12, 14, 16, 18, 24])
            value = chance.choice([0, 1, 2, 3, 8, 16, 0xFFFE, 8_000, 22_050, 44_100])
            fields[offset : offset + 2] = struct.pack("<H", value)
            chunks[at] = (kind, bytes(fields))
    whole = b"".join(
        kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for kind, body in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(whole)) + b"WAVE" + whole


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, at + 4)
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def source(data: bytes, chance: Random, change: Change) -> bytes:
    """A source file of either kind."""
    return (png if data.startswith(_SIGNATURE) else wav)(data, chance, change)


def palette(data: bytes, chance: Random, change: Change) -> bytes:
    """A palette file: lines moved or repeated; a JSON document as such; an image as such."""
    if data.startswith(_SIGNATURE):
        return png(data, chance, change)
    if data.startswith(b"{"):
        return json_text(data, chance, change)
    if chance.random() < 0.6:
        return change(data)
    lines = data.splitlines(keepends=True) or [b""]
    at = chance.randrange(len(lines))
    lines[at:at] = [lines[chance.randrange(len(lines))]] * chance.choice([0, 1, 1, 16, 256])
    if chance.random() < 0.5:
        lines[at] = change(lines[at])
    return b"".join(lines)
