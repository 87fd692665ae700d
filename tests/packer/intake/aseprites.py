"""Aseprite documents made by hand with `struct` alone, and flattened pixel by pixel.

The order in which layers are drawn follows the editor's own code: a list of layers, groups with
their layers in their place, sorted by place plus z-index.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Pixel = Sequence[int]
Rows = Sequence[Sequence[Pixel]]

HIDDEN, VISIBLE, BACKGROUND, REFERENCE = 0, 1, 9, 65
"""Flags of a layer."""


def chunk(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<IH", 6 + len(body), kind) + body


def text(value: str) -> bytes:
    return struct.pack("<H", len(value.encode())) + value.encode()


def layer(
    name: str = "L", flags: int = 1, kind: int = 0, level: int = 0, blend: int = 0,
    opacity: int = 255,
) -> bytes:  # fmt: skip
    body = struct.pack("<6HB3x", flags, kind, level, 0, 0, blend, opacity) + text(name)
    return chunk(0x2004, body + (struct.pack("<I", 0) if kind == 2 else b""))


def group(name: str = "G", flags: int = 1, level: int = 0, **more: int) -> bytes:
    return layer(name, flags, 1, level, **more)


def raw(rows: Rows) -> bytes:
    return bytes(channel for row in rows for pixel in row for channel in pixel)


def cel(
    rows: Rows, of: int = 0, x: int = 0, y: int = 0, *, z: int = 0, opacity: int = 255,
    kind: int = 2, data: bytes | None = None, size: tuple[int, int] | None = None,
) -> bytes:  # fmt: skip
    width, height = size or (len(rows[0]) if rows else 0, len(rows))
    packed = raw(rows) if data is None else data
    packed = zlib.compress(packed) if kind == 2 and data is None else packed
    head = struct.pack("<HhhBHh5x", of, x, y, opacity, kind, z)
    return chunk(0x2005, head + struct.pack("<HH", width, height) + packed)


def link(to: int, of: int = 0, x: int = 0, y: int = 0, z: int = 0) -> bytes:
    return chunk(0x2005, struct.pack("<HhhBHh5xH", of, x, y, 255, 1, z, to))


def palette(
    colors: Sequence[Pixel], first: int = 0, size: int | None = None, names: Sequence[str] = ()
) -> bytes:
    """The new chunk; a colour of three channels is opaque."""
    total = first + len(colors) if size is None else size
    body = struct.pack("<III8x", total, first, first + len(colors) - 1)
    for number, color in enumerate(colors):
        named = number < len(names)
        body += struct.pack("<H4B", named, *(*color, 255)[:4])
        body += text(names[number]) if named else b""
    return chunk(0x2019, body)


def old_palette(packets: Sequence[tuple[int, Sequence[Pixel]]], kind: int = 4) -> bytes:
    body = struct.pack("<H", len(packets))
    for skip, colors in packets:
        body += struct.pack("<BB", skip, len(colors) % 256)
        body += bytes(channel for color in colors for channel in color)
    return chunk(kind, body)


def frame(*chunks: bytes, old: bool = False, count: int | None = None) -> bytes:
    body = b"".join(chunks)
    number = len(chunks) if count is None else count
    few, many = (number, 0) if old else (min(number, 0xFFFF), number)
    return struct.pack("<IHHH2xI", 16 + len(body), 0xF1FA, few, 100, many) + body


def document(
    *frames: bytes, size: tuple[int, int] = (8, 8), depth: int = 32, flags: int = 1,
    transparent: int = 0, grid: tuple[int, int, int, int] = (0, 0, 16, 16),
    count: int | None = None,
) -> bytes:  # fmt: skip
    body = b"".join(frames)
    number = len(frames) if count is None else count
    return (
        struct.pack("<IHHHHHIH8x", 128 + len(body), 0xA5E0, number, *size, depth, flags, 100)
        + struct.pack("<B3xHBB", transparent, 0, 1, 1)
        + struct.pack("<hhHH84x", *grid)
        + body
    )


def plain(rows: Rows, *chunks: bytes, depth: int = 32, **more: int) -> bytes:
    """One frame of one layer, with these chunks before the cel."""
    size = (len(rows[0]), len(rows))
    return document(frame(layer(), *chunks, cel(rows)), size=size, depth=depth, **more)


# --- drawn pixel by pixel --------------------------------------------------------------------


@dataclass
class Image:
    """What a layer shows in one frame."""

    rows: Rows
    x: int = 0
    y: int = 0
    z: int = 0


@dataclass
class Node:
    """A layer with its image in each frame, or a group with its layers."""

    flags: int = VISIBLE
    images: dict[int, Image] = field(default_factory=dict)
    layers: list[Node] | None = None


def written(
    nodes: Sequence[Node], frames: int, size: tuple[int, int], depth: int, *chunks: bytes,
    flags: int = 1, transparent: int = 0,
) -> bytes:  # fmt: skip
    """These layers as a document."""
    heads: list[bytes] = []
    flat: list[Node] = []

    def head(these: Iterable[Node], level: int) -> None:
        for node in these:
            flat.append(node)
            heads.append(layer("n", node.flags, int(node.layers is not None), level))
            head(node.layers or (), level + 1)

    head(nodes, 0)
    made = [
        frame(
            *(heads if number == 0 else ()),
            *(chunks if number == 0 else ()),
            *[
                cel(image.rows, place, image.x, image.y, z=image.z)
                for place, node in enumerate(flat)
                if (image := node.images.get(number))
            ],
        )
        for number in range(frames)
    ]
    return document(*made, size=size, depth=depth, flags=flags, transparent=transparent)


def drawn(
    nodes: Sequence[Node], frames: int, size: tuple[int, int], depth: int, *, flags: int = 1,
    transparent: int = 0,
) -> list[list[Pixel]]:  # fmt: skip
    """All frames, one below the other."""
    width, height = size
    empty: Pixel = (transparent,) if depth == 8 else (0,) * (depth // 8)
    rows = [[empty] * width for _ in range(frames * height)]
    for number in range(frames):
        for flags_of, image in _plan(nodes, number, separate=bool(flags & 2)):
            for dy, row in enumerate(image.rows):
                for dx, pixel in enumerate(row):
                    x, y = image.x + dx, image.y + dy
                    if 0 <= x < width and 0 <= y < height:
                        at = number * height + y
                        rows[at][x] = _over(pixel, rows[at][x], flags_of, transparent)
    return rows


def _plan(nodes: Sequence[Node], number: int, *, separate: bool) -> list[tuple[int, Image]]:
    """Flags and images of the visible layers, in the order in which the editor draws them."""
    order = 0
    items: list[tuple[int, int, list[tuple[int, Image]]]] = []

    def add(these: Iterable[Node], shown: bool) -> None:
        nonlocal order
        for node in these:
            order += 1
            seen = shown and bool(node.flags & 1) and not node.flags & 64
            if node.layers is None:
                image = node.images.get(number)
                if image:
                    found = [(node.flags, image)] if seen else []
                    items.append((order + image.z, image.z, found))
            elif separate:
                inner = _plan(node.layers, number, separate=True) if seen else []
                items.append((order, 0, inner))
            else:
                add(node.layers, seen)

    add(nodes, True)
    items.sort(key=lambda item: item[:2])
    return [each for _, _, found in items for each in found]


def _over(pixel: Pixel, below: Pixel, flags: int, transparent: int) -> Pixel:
    if len(pixel) == 1:
        return below if pixel[0] == transparent and not flags & 8 else pixel
    *color, alpha = pixel
    *under, strength = below
    if alpha == 0:
        return below
    if strength == 0:
        return pixel
    product = alpha * strength + 128
    result = alpha + strength - (((product >> 8) + product) >> 8)
    # As in C: a quotient is cut towards zero.
    mixed = [
        low + int((high - low) * alpha / result) for high, low in zip(color, under, strict=True)
    ]
    return (*mixed, result)
