"""The structure of an Aseprite document (``.aseprite``, ``.ase``), read with bounds verified.

Clause: ``spec/workspace.md#aseprite``. Every number is little-endian. What the document holds for
the editor alone (tags, slices, colour profile, user data, tilesets) is skipped, and so is any chunk
of an unknown type. No pixel is decoded here: see `flatten`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import construct as cs

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.tiles.codes.pictures import (
    ASEPRITE_CORRUPT,
    ASEPRITE_FORMAT,
    ASEPRITE_LIMIT,
    ASEPRITE_TRUNCATED,
)
from prometeu_assets.banks.tiles.color import Color
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused

HEADER: Final = cs.Struct(
    "size" / cs.Int32ul,
    "magic" / cs.Int16ul,
    "frames" / cs.Int16ul,
    "width" / cs.Int16ul,
    "height" / cs.Int16ul,
    "depth" / cs.Int16ul,
    "flags" / cs.Int32ul,
    "speed" / cs.Int16ul,
    cs.Padding(8),
    "transparent" / cs.Int8ul,
    cs.Padding(3),
    "colors" / cs.Int16ul,
    "pixel_width" / cs.Int8ul,
    "pixel_height" / cs.Int8ul,
    "grid_x" / cs.Int16sl,
    "grid_y" / cs.Int16sl,
    "grid_width" / cs.Int16ul,
    "grid_height" / cs.Int16ul,
    cs.Padding(84),
)
FRAME: Final = cs.Struct(
    "size" / cs.Int32ul,
    "magic" / cs.Int16ul,
    "few_chunks" / cs.Int16ul,
    "duration" / cs.Int16ul,
    cs.Padding(2),
    "chunks" / cs.Int32ul,
)
"""``few_chunks`` counts the chunks in documents that are old: there ``chunks`` is 0."""
CHUNK: Final = cs.Struct("size" / cs.Int32ul, "type" / cs.Int16ul)
LAYER: Final = cs.Struct(
    "flags" / cs.Int16ul,
    "type" / cs.Int16ul,
    "level" / cs.Int16ul,
    "width" / cs.Int16ul,
    "height" / cs.Int16ul,
    "blend" / cs.Int16ul,
    "opacity" / cs.Int8ul,
    cs.Padding(3),
    "name" / cs.Prefixed(cs.Int16ul, cs.GreedyBytes),
)
CEL: Final = cs.Struct(
    "layer" / cs.Int16ul,
    "x" / cs.Int16sl,
    "y" / cs.Int16sl,
    "opacity" / cs.Int8ul,
    "type" / cs.Int16ul,
    "z" / cs.Int16sl,
    cs.Padding(5),
)
LINK: Final = cs.Struct("frame" / cs.Int16ul)
IMAGE: Final = cs.Struct("width" / cs.Int16ul, "height" / cs.Int16ul)
"""Before the pixels of a cel; these fill the rest of its chunk."""
PALETTE: Final = cs.Struct(
    "size" / cs.Int32ul, "first" / cs.Int32ul, "last" / cs.Int32ul, cs.Padding(8)
)
COLOR: Final = cs.Struct(
    "flags" / cs.Int16ul,
    "rgba" / cs.Array(4, cs.Int8ul),
    "name" / cs.If(cs.this.flags & 1, cs.Prefixed(cs.Int16ul, cs.GreedyBytes)),
)
"""One of the entries that follow `PALETTE`."""
OLD_PALETTE: Final = cs.PrefixedArray(
    cs.Int16ul,
    cs.Struct(
        "skip" / cs.Int8ul,
        "count" / cs.Int8ul,
        "colors" / cs.Array(lambda packet: packet.count or 256, cs.Array(3, cs.Int8ul)),
    ),
)

MAGIC: Final = 0xA5E0
FRAME_MAGIC: Final = 0xF1FA
INDEXED: Final = 8
GREY: Final = 16
RGBA: Final = 32
"""Bits of a pixel: an index; grey and alpha; red, green, blue and alpha."""

LAYER_OPACITY: Final = 1
GROUP_BLENDING: Final = 2
"""Flags of the header: whether the opacity of a layer counts, and mode and opacity of a group."""
VISIBLE: Final = 1
BACKGROUND: Final = 8
REFERENCE: Final = 64
"""Flags of a layer."""
GROUP: Final = 1
TILEMAP_LAYER: Final = 2
"""Types of a layer that have no image."""
RAW: Final = 0
LINKED: Final = 1
COMPRESSED: Final = 2
TILEMAP: Final = 3
"""Types of a cel."""

_OLD_PALETTES: Final = (0x0004, 0x0011)
_SIX_BITS: Final = 0x0011
"""An old palette whose channels go from 0 to 63."""
_LAYER_CHUNK: Final = 0x2004
_CEL_CHUNK: Final = 0x2005
_PALETTE_CHUNK: Final = 0x2019

_HEADER_SIZE: Final[int] = HEADER.sizeof()
_FRAME_SIZE: Final[int] = FRAME.sizeof()
_CHUNK_SIZE: Final[int] = CHUNK.sizeof()
_CEL_SIZE: Final[int] = CEL.sizeof()
_PALETTE_SIZE: Final[int] = PALETTE.sizeof()
_IMAGE_SIZE: Final[int] = IMAGE.sizeof()
_MAGIC_AT: Final = 4
_WIDTH_AT: Final = 8
_HEIGHT_AT: Final = 10
_DEPTH_AT: Final = 12
_FRAMES_AT: Final = 6
_PACKET_SIZE: Final = 5
"""Most bytes that one colour takes in an old palette."""
_Rgba = tuple[int, ...]
_BLACK: Final[_Rgba] = (0, 0, 0, 255)


class Chunk(NamedTuple):
    """A chunk in the file's bytes, which are not copied."""

    frame: int
    type: int
    offset: int
    """Of the chunk's first byte, which is that of its size."""
    body: memoryview


class Grid(NamedTuple):
    """The grid of the editor, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer or a group; ``parents`` are positions of the groups around it, outermost first."""

    position: int
    name: bytes
    type: int
    flags: int
    blend: int
    opacity: int
    parents: tuple[int, ...]
    place: tuple[int, ...]
    """Its position among the layers of each of its groups, outermost first."""
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cel:
    """What a layer shows in a frame: ``pixels`` as they stand in the file, at ``x`` and ``y``.

    ``width`` and ``height`` are in pixels; a linked cel has those of the cel that it shows.
    """

    frame: int
    layer: int
    x: int
    y: int
    z: int
    opacity: int
    type: int
    width: int
    height: int
    pixels: memoryview
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An Aseprite document whose chunks were checked and whose pixels were not yet decoded."""

    name: str
    header: Any
    layers: tuple[Layer, ...]
    cels: tuple[Cel, ...]
    """Frame by frame."""
    colors: tuple[Color, ...]
    alphas: tuple[int, ...]
    """The palette of the first frame."""
    colors_at: int | None
    """Offset of its chunk."""
    changed: Chunk | None
    """The first chunk that changes the palette in a later frame."""

    @property
    def indexed(self) -> bool:
        """Whether its pixels are indices of its palette."""
        return bool(self.header.depth == INDEXED)

    @property
    def pixel_bytes(self) -> int:
        """Bytes of a pixel."""
        return int(self.header.depth) // 8


def is_aseprite(data: bytes) -> bool:
    """Whether ``data`` begins as an Aseprite document."""
    return kinds.sniff(data) == kinds.ASEPRITE


def grid(data: bytes, *, name: str) -> Grid | None:
    """The grid that the document has for its tiles; None if it has none.

    Raises `Refused` as `read` does for the header.
    """
    header = _header(data, name)
    if not header.grid_width or not header.grid_height:
        return None
    return Grid(header.grid_x, header.grid_y, header.grid_width, header.grid_height)


def frames_of(data: bytes, *, name: str) -> tuple[int, int, int] | None:
    """Number, width and height of the frames; None when `read` will say what is wrong."""
    try:
        header = _header(data, name)
    except Refused:
        return None
    return header.frames, header.width, header.height


def read(data: bytes, *, name: str) -> Document:
    """Check the structure of a document, without decoding any pixel.

    Raises `Refused` with ``ASEPRITE_FORMAT``, ``ASEPRITE_TRUNCATED``, ``ASEPRITE_CORRUPT`` or
    ``ASEPRITE_LIMIT``.
    """
    header = _header(data, name)
    layers: list[Layer] = []
    children: Counter[tuple[int, ...]] = Counter()
    cels: dict[tuple[int, int], Cel] = {}
    new: list[Chunk] = []
    old: list[Chunk] = []
    for chunk in _walk(data, header.frames, name):
        if chunk.type == _LAYER_CHUNK:
            layers.append(_layer(chunk, layers, children, name))
        elif chunk.type == _CEL_CHUNK:
            cel = _cel(chunk, cels, len(layers), name)
            if (cel.frame, cel.layer) in cels:
                raise corrupt(name, "a layer has two cels in one frame", chunk.offset)
            cels[cel.frame, cel.layer] = cel
        elif chunk.type == _PALETTE_CHUNK:
            new.append(chunk)
        elif chunk.type in _OLD_PALETTES:
            old.append(chunk)
    # A document that has the new chunk has the old ones for old programs alone.
    palettes = new or old
    colors, changed = _palette(palettes, name)
    return Document(
        name=name,
        header=header,
        layers=tuple(layers),
        cels=tuple(cels.values()),
        colors=tuple((red, green, blue) for red, green, blue, _ in colors),
        alphas=tuple(alpha for *_, alpha in colors),
        colors_at=palettes[0].offset if palettes else None,
        changed=changed,
    )


def corrupt(name: str, what: str, offset: int) -> Refused:
    """The document breaks the rules of its format."""
    return refusal(ASEPRITE_CORRUPT, name, offset=offset, what=what)


def too_large(name: str, what: str, limit: str, offset: int) -> Refused:
    """The document has more than is read."""
    return refusal(ASEPRITE_LIMIT, name, offset=offset, what=what, limit=limit)


def _truncated(name: str, what: str, offset: int) -> Refused:
    return refusal(ASEPRITE_TRUNCATED, name, offset=offset, what=what)


def _parse(definition: Any, body: memoryview, what: str, name: str, offset: int) -> Any:
    """What ``definition`` finds at the beginning of ``body``, a chunk's."""
    try:
        return definition.parse(body)
    except cs.ConstructError as error:
        raise corrupt(name, f"its {what} is too short", offset) from error


def _header(data: bytes, name: str) -> Any:
    if not is_aseprite(data):
        kind = kinds.sniff(data)
        looks = f"looks like {kind}" if kind else "does not begin like one"
        if not data:
            looks = "has no bytes"
        hint_key = kinds.stranger(kind)
        raise refusal(ASEPRITE_FORMAT, name, offset=0, hint_key=hint_key, looks=looks)
    if len(data) < _HEADER_SIZE:
        raise _truncated(name, "its header is incomplete", 0)
    header = HEADER.parse(data[:_HEADER_SIZE])
    width, height = header.width, header.height
    if not width or not height or not header.frames:
        what = f"it has {header.frames} frames of {width}x{height} pixels"
        raise corrupt(name, what, _WIDTH_AT)
    if header.depth not in (INDEXED, GREY, RGBA):
        raise corrupt(name, f"it has {header.depth} bits a pixel", _DEPTH_AT)
    most = LIMITS.image_pixels
    if max(width, height) > most:
        offset = _WIDTH_AT if width > most else _HEIGHT_AT
        raise too_large(name, f"{width}x{height} pixels", f"{most}x{most}", offset)
    if header.frames * width * height > most**2:
        what = f"{header.frames} frames of {width}x{height} pixels"
        raise too_large(name, what, f"{most**2} pixels in all frames", _FRAMES_AT)
    return header


def _walk(data: bytes, frames: int, name: str) -> Iterator[Chunk]:
    """The chunks of all frames, each whole; bytes after the last frame are ignored."""
    view, start, left = memoryview(data), _HEADER_SIZE, LIMITS.aseprite_chunks
    for number in range(frames):
        if len(data) - start < _FRAME_SIZE:
            raise _truncated(name, f"its frame {number + 1} is missing", min(start, len(data)))
        frame = FRAME.parse(view[start : start + _FRAME_SIZE])
        if frame.magic != FRAME_MAGIC or frame.size < _FRAME_SIZE:
            raise corrupt(name, f"its frame {number + 1} does not begin like a frame", start)
        end = start + frame.size
        if end > len(data):
            lacking = end - len(data)
            raise _truncated(name, f"its frame {number + 1} is missing {lacking} bytes", start)
        at = start + _FRAME_SIZE
        count = frame.chunks or frame.few_chunks
        left -= count
        if left < 0:
            raise too_large(name, "more chunks", f"{LIMITS.aseprite_chunks} chunks", start)
        for _ in range(count):
            if end - at < _CHUNK_SIZE:
                raise corrupt(name, f"its frame {number + 1} has fewer chunks than it says", start)
            chunk = CHUNK.parse(view[at : at + _CHUNK_SIZE])
            if not _CHUNK_SIZE <= chunk.size <= end - at:
                raise corrupt(
                    name, f"a chunk of {chunk.size} bytes does not fit into its frame", at
                )
            yield Chunk(number, chunk.type, at, view[at + _CHUNK_SIZE : at + chunk.size])
            at += chunk.size
        start = end


def _layer(
    chunk: Chunk, before: list[Layer], children: Counter[tuple[int, ...]], name: str
) -> Layer:
    found = _parse(LAYER, chunk.body, "layer", name, chunk.offset)
    above: tuple[int, ...] = ()
    if before:
        last = before[-1]
        above = (*last.parents, last.position) if last.type == GROUP else last.parents
    if found.level > len(above):
        raise corrupt(name, "a layer is in a group that does not exist", chunk.offset)
    if found.level > LIMITS.aseprite_groups:
        limit = f"{LIMITS.aseprite_groups} groups"
        raise too_large(name, f"a layer in {found.level} groups", limit, chunk.offset)
    parents = above[: found.level]
    children[parents] += 1
    return Layer(
        position=len(before),
        name=found.name,
        type=found.type,
        flags=found.flags,
        blend=found.blend,
        opacity=found.opacity,
        parents=parents,
        place=(*(before[parents[-1]].place if parents else ()), children[parents]),
        offset=chunk.offset,
    )


def _cel(chunk: Chunk, cels: dict[tuple[int, int], Cel], layers: int, name: str) -> Cel:
    found = _parse(CEL, chunk.body, "cel", name, chunk.offset)
    if found.layer >= layers:
        raise corrupt(name, f"a cel is in layer {found.layer} of {layers}", chunk.offset)
    rest = chunk.body[_CEL_SIZE:]
    width = height = 0
    kind = found.type
    if kind in (RAW, COMPRESSED):
        image = _parse(IMAGE, rest, "cel", name, chunk.offset)
        width, height, rest = image.width, image.height, rest[_IMAGE_SIZE:]
        if max(width, height) > LIMITS.image_pixels:
            limit = f"{LIMITS.image_pixels}x{LIMITS.image_pixels}"
            raise too_large(name, f"a cel of {width}x{height} pixels", limit, chunk.offset)
    elif kind == LINKED:
        link = _parse(LINK, rest, "cel", name, chunk.offset).frame
        shown = cels.get((link, found.layer))
        if shown is None:
            what = f"a cel links to frame {link + 1}, which has no cel"
            raise corrupt(name, what, chunk.offset)
        kind, width, height, rest = shown.type, shown.width, shown.height, shown.pixels
    elif kind != TILEMAP:
        raise corrupt(name, f"a cel has the unknown type {kind}", chunk.offset)
    return Cel(
        frame=chunk.frame,
        layer=found.layer,
        x=found.x,
        y=found.y,
        z=found.z,
        opacity=found.opacity,
        type=kind,
        width=width,
        height=height,
        pixels=rest,
        offset=chunk.offset,
    )


def _palette(chunks: list[Chunk], name: str) -> tuple[list[_Rgba], Chunk | None]:
    """The colours of the first frame that has any, and what changes them in a later one."""
    colors: list[_Rgba] = []
    left = LIMITS.aseprite_colors
    for chunk in chunks:
        size, entries = (_entries if chunk.type == _PALETTE_CHUNK else _old_entries)(
            chunk, left, name
        )
        left -= size
        if chunk.type != _PALETTE_CHUNK:
            size = max(size, len(colors))
        if chunk.frame == chunks[0].frame:
            colors = [*colors[:size], *[_BLACK] * (size - len(colors))]
            for index, color in entries.items():
                colors[index] = color
        elif size != len(colors) or any(colors[i] != color for i, color in entries.items()):
            return colors, chunk
    return colors, None


def _entries(chunk: Chunk, left: int, name: str) -> tuple[int, dict[int, _Rgba]]:
    """The size of a palette, at most ``left``, and the colours that a chunk sets."""
    head = _parse(PALETTE, chunk.body, "palette", name, chunk.offset)
    if head.size > left:
        raise _too_many(chunk, name)
    if not head.first <= head.last < head.size:
        what = f"its palette of {head.size} colours sets {head.first} to {head.last}"
        raise corrupt(name, what, chunk.offset)
    colors = cs.Array(head.last - head.first + 1, COLOR)
    found = _parse(colors, chunk.body[_PALETTE_SIZE:], "palette", name, chunk.offset)
    return head.size, {head.first + i: tuple(each.rgba) for i, each in enumerate(found)}


def _old_entries(chunk: Chunk, left: int, name: str) -> tuple[int, dict[int, _Rgba]]:
    """The same of an old chunk, which says no size."""
    if len(chunk.body) > _PACKET_SIZE * left:
        raise _too_many(chunk, name)
    entries: dict[int, _Rgba] = {}
    index = 0
    for packet in _parse(OLD_PALETTE, chunk.body, "palette", name, chunk.offset):
        index += packet.skip
        for color in packet.colors:
            red, green, blue = color
            if chunk.type == _SIX_BITS:
                red, green, blue = ((each << 2 | each >> 4) & 0xFF for each in color)
            entries[index] = (red, green, blue, 255)
            index += 1
    if index > left:
        raise _too_many(chunk, name)
    return index, entries


def _too_many(chunk: Chunk, name: str) -> Refused:
    limit = f"{LIMITS.aseprite_colors} colours"
    return too_large(name, "more colours in its palettes", limit, chunk.offset)
