"""Mutations of sounds that are converted: fields of headers, with right sizes and checksums."""

from __future__ import annotations

import struct
from random import Random
from typing import Final

from fuzz.mutate import Change
from fuzz.mutate_sources import aseprite, png, wav

_VALUES: Final = (0, 1, 2, 3, 8, 9, 16, 255, 999, 1_000, 44_100, 65_535, 768_001, 2**31, 2**32 - 1)
"""Channels, bits, rates, lengths that matter."""
_FLAC_FIELDS: Final = ((80, 20), (100, 3), (103, 5), (108, 36), (0, 16), (16, 16), (32, 24))
"""(first bit, bits) in STREAMINFO: rate, channels, bits, frames, sizes of blocks and frames."""


def brought(data: bytes, chance: Random, change: Change) -> bytes:
    """A sound or a picture of any format, which its first bytes tell."""
    known = {b"RIFF": wav, b"fLaC": _flac, b"OggS": _ogg, b"FORM": _aiff, b"\x89PNG": png}
    if data[4:6] == b"\xe0\xa5":
        return aseprite(data, chance, change)
    if chance.random() < 0.1:
        return change(data)
    return known.get(data[:4], _mp3)(data, chance, change)


def _flac(data: bytes, chance: Random, change: Change) -> bytes:
    """A field of STREAMINFO, a block of metadata, or what follows."""
    at, length = 8, 34
    if len(data) < at + length or chance.random() < 0.3:
        return data[:4] + change(data[4:])
    info = int.from_bytes(data[at : at + length], "big")
    start, bits = chance.choice(_FLAC_FIELDS)
    place = length * 8 - start - bits
    mask = (1 << bits) - 1
    value = chance.choice([*_VALUES, mask]) & mask
    info = info & ~(mask << place) | value << place
    return data[:at] + info.to_bytes(length, "big") + data[at + length :]


def _ogg(data: bytes, chance: Random, change: Change) -> bytes:
    """The pages of a stream: their bodies and fields changed, each with a right checksum."""
    pages: list[bytearray] = []
    at = 0
    while data[at : at + 4] == b"OggS" and at + 27 <= len(data):
        segments = data[at + 26]
        size = 27 + segments + sum(data[at + 27 : at + 27 + segments])
        pages.append(bytearray(data[at : at + size]))
        at += size
    if not pages:
        return change(data)
    page = chance.choice(pages)
    match chance.randrange(5):
        case 0:
            pages.remove(page)
        case 1:
            pages.insert(chance.randrange(len(pages) + 1), bytearray(page))
        case 2:
            struct.pack_into("<Q", page, 6, chance.choice([*_VALUES, 2**63 - 1, 2**64 - 1]))
        case 3:
            body = 27 + page[26]
            place = body + chance.choice([11, 12, 16, 20, 24, 28])
            if place + 4 <= len(page):
                struct.pack_into("<I", page, place, chance.choice(_VALUES))
        case _:
            body = 27 + page[26]
            page[body:] = change(bytes(page[body:]))[: len(page) - body].ljust(len(page) - body)
    for each in pages:
        each[22:26] = bytes(4)
        each[22:26] = _ogg_sum(each).to_bytes(4, "little")
    return b"".join(pages)


def _ogg_sum(page: bytes) -> int:
    """The checksum of a page."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


def _aiff(data: bytes, chance: Random, change: Change) -> bytes:
    """The chunks of an AIFF with sizes that fit, or the fields of its format."""
    chunks: list[tuple[bytes, bytes]] = []
    at = 12
    while at + 8 <= len(data):
        (size,) = struct.unpack_from(">I", data, at + 4)
        chunks.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    if not chunks:
        return change(data)
    place = chance.randrange(len(chunks))
    kind, body = chunks[place]
    match chance.randrange(4):
        case 0:
            chunks[place] = (kind, change(body))
        case 1:
            chunks.insert(chance.randrange(len(chunks) + 1), (kind, body))
        case _:
            fields = bytearray(body.ljust(18, b"\0"))
            where, form = chance.choice([(0, ">H"), (2, ">I"), (6, ">H"), (8, ">H"), (10, ">I")])
            most = 2 ** (8 * struct.calcsize(form)) - 1
            struct.pack_into(form, fields, where, chance.choice(_VALUES) & most)
            chunks[place] = (kind, bytes(fields))
    whole = b"".join(
        kind + struct.pack(">I", len(body)) + body + bytes(len(body) % 2) for kind, body in chunks
    )
    return b"FORM" + struct.pack(">I", 4 + len(whole)) + data[8:12] + whole


def _mp3(data: bytes, chance: Random, change: Change) -> bytes:
    """The headers of frames: layer, bit rate, rate and channels."""
    if len(data) < 8 or chance.random() < 0.3:
        return change(data)
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 4])):
        at = made.find(b"\xff", chance.randrange(len(made)))
        if 0 <= at < len(made) - 4:
            made[at + 1 + chance.randrange(3)] ^= 1 << chance.randrange(8)
    return bytes(made)
