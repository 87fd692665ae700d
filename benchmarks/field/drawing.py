"""A small decoder of Aseprite documents, written from the published format for the judge alone."""

from __future__ import annotations

import struct
import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Layer(NamedTuple):
    """A layer; ``shown`` counts the groups around it, ``exact`` says that nothing is mixed."""

    shown: bool
    exact: bool
    kind: int
    background: bool
    level: int


class Drawing(NamedTuple):
    """``frames``: (height, width) of indices, else (height, width, 4) of channels and alpha."""

    frames: list[NDArray[Any]]
    palette: list[tuple[int, ...]]
    indexed: bool


class Inexact(Exception):
    """What the editor shows is not what the layers hold."""


def _times(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    product = one * other + 128
    return (product >> 8) + product >> 8


def _over(below: NDArray[Any], above: NDArray[Any]) -> NDArray[Any]:
    """Pixels over pixels, by the editor's whole numbers."""
    source, under = above[..., 3:].astype(int), below[..., 3:].astype(int)
    alpha = source + under - _times(source, under)
    change = (above[..., :3].astype(int) - below[..., :3]) * source
    divisor = np.maximum(alpha, 1)
    mixed = below[..., :3] + np.sign(change) * (abs(change) // divisor)
    colors = np.where(under == 0, above[..., :3], np.where(source == 0, below[..., :3], mixed))
    return np.concatenate([colors, alpha], axis=-1)


def read(data: bytes) -> Drawing:
    """Every frame, flattened. Raises `Inexact`, or any error for a damaged document."""
    _, magic, count, width, height, depth, flags = struct.unpack("<I5HI", data[:18])
    if magic != 0xA5E0:
        raise ValueError("not an Aseprite document")
    transparent = data[28]
    layers: list[Layer] = []
    cels: list[dict[int, tuple[int, int, int, int, Any]]] = []
    palette: dict[int, tuple[int, ...]] = {}
    old: dict[int, tuple[int, ...]] = {}
    later = False
    at = 128
    for number in range(count):
        size, _, few, _, many = struct.unpack("<I3H2xI", data[at : at + 16])
        here, end = at + 16, at + size
        cels.append({})
        for _ in range(many or few):
            length, kind = struct.unpack("<IH", data[here : here + 6])
            body = data[here + 6 : here + length]
            if kind == 0x2004:
                layers.append(_layer(body, layers, flags))
            elif kind == 0x2005:
                index, x, y, opacity, of, z = struct.unpack("<H2hBHh", body[:11])
                cels[-1][index] = (x, y, opacity, z, _pixels(body[16:], of, index, cels, depth))
            elif kind == 0x2019:
                first, last = struct.unpack("<2I", body[4:12])
                later = later or number > 0
                _colors(body[20:], first, last, palette)
            elif kind in (0x0004, 0x0011) and number == 0:
                _old(body, old, 4 if kind == 0x0011 else 1)
            here += length
        at = end
    if later and depth == 8:
        raise Inexact("its palette changes")
    found = palette or old
    colors = [found.get(index, (0, 0, 0, 255)) for index in range(max(found, default=-1) + 1)]
    frames = [_frame(each, layers, (height, width), depth, transparent) for each in cels]
    return Drawing(frames, colors, depth == 8)


def _layer(body: bytes, before: list[Layer], flags: int) -> Layer:
    bits, kind, level, _, _, blend, opacity = struct.unpack("<6HB", body[:13])
    parent = None
    for one in reversed(before):
        if one.level == level - 1 and one.kind == 1:
            parent = one
            break
    plain = blend == 0 and (opacity == 255 or not flags & 1)
    if kind == 1:
        plain = plain or not flags & 2
    return Layer(
        shown=bool(bits & 1) and not bits & 64 and (parent is None or parent.shown),
        exact=plain and (parent is None or parent.exact),
        kind=kind,
        background=bool(bits & 8),
        level=level,
    )


def _pixels(body: bytes, of: int, index: int, cels: list[Any], depth: int) -> Any:
    if of == 1:
        (frame,) = struct.unpack("<H", body[:2])
        return cels[frame][index][4]
    if of == 3:
        return None
    width, height = struct.unpack("<2H", body[:4])
    raw = body[4:] if of == 0 else zlib.decompress(body[4:])
    pixels = np.frombuffer(raw, np.uint8, width * height * depth // 8)
    return pixels.reshape(height, width, depth // 8)


def _colors(body: bytes, first: int, last: int, palette: dict[int, tuple[int, ...]]) -> None:
    at = 0
    for index in range(first, last + 1):
        (flags,) = struct.unpack("<H", body[at : at + 2])
        palette[index] = tuple(body[at + 2 : at + 6])
        at += 6
        if flags & 1:
            at += 2 + struct.unpack("<H", body[at : at + 2])[0]


def _old(body: bytes, palette: dict[int, tuple[int, ...]], factor: int) -> None:
    (packets,) = struct.unpack("<H", body[:2])
    at = 2
    index = 0
    for _ in range(packets):
        index += body[at]
        count = body[at + 1] or 256
        at += 2
        for _ in range(count):
            red, green, blue = (channel * factor + channel * (factor - 1) // 63 if factor > 1
                                else channel for channel in body[at : at + 3])  # fmt: skip
            palette[index] = (red, green, blue, 255)
            index, at = index + 1, at + 3


def _frame(
    cels: dict[int, Any], layers: list[Layer], shape: tuple[int, int], depth: int, transparent: int
) -> NDArray[Any]:
    if depth == 8:
        canvas: NDArray[Any] = np.full(shape, transparent, int)
    else:
        canvas = np.zeros((*shape, 4), int)
    for index in sorted(cels, key=lambda each: (each + cels[each][3], cels[each][3])):
        x, y, opacity, _, pixels = cels[index]
        layer = layers[index]
        if not layer.shown:
            continue
        if pixels is None or layer.kind == 2:
            raise Inexact("a tilemap layer")
        height, width = pixels.shape[:2]
        top, left = max(0, y), max(0, x)
        bottom, right = min(shape[0], y + height), min(shape[1], x + width)
        if bottom <= top or right <= left:
            continue
        part = pixels[top - y : bottom - y, left - x : right - x]
        drawn = part[..., 0] != transparent if depth == 8 else part[..., -1] > 0
        if not (layer.exact and opacity == 255) and drawn.any():
            raise Inexact("a blend mode or an opacity")
        target = canvas[top:bottom, left:right]
        if depth == 8:
            keep = drawn | layer.background
            target[keep] = part[..., 0][keep]
        else:
            rgba = part[..., [0, 0, 0, 1]] if depth == 16 else part
            target[:] = _over(target, rgba)
    return canvas
