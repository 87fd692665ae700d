"""A PNG file as raw samples: chunks are checked here, Pillow only unfilters and deinterlaces.

Lines of whole bytes that have no filter are the samples as they are.

Pillow is given the header, the palette and the image data, all verified, and nothing else: text,
colour profiles, gamma and animation never reach it, so samples are those of the file.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.banks.tiles.chunks import Chunk, corrupt, single, truncated, walk
from prometeu_assets.banks.tiles.codes.pictures import PNG_LIMIT, PNG_UNSUPPORTED
from prometeu_assets.banks.tiles.color import Color, packed
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused

GREY: Final = 0
RGB: Final = 2
INDEXED: Final = 3
GREY_ALPHA: Final = 4
RGB_ALPHA: Final = 6

WIDTH_AT: Final = 16
"""Offset of the width: after the signature and a chunk's head."""

COLOR_TYPE_AT: Final = 25
"""Offset of the colour type: after the dimensions and the depth."""

TRANSPARENT: Final = 0
OPAQUE: Final = 255
"""The alpha of a pixel that is drawn."""
NEARLY_OPAQUE: Final = 128
"""The least alpha that is nearer to opaque than to transparent."""

_CHANNELS: Final = {GREY: 1, RGB: 3, INDEXED: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
_DEPTHS: Final = {
    GREY: (1, 2, 4, 8, 16),
    RGB: (8, 16),
    INDEXED: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    RGB_ALPHA: (8, 16),
}
_ADAM7: Final = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
)  # fmt: skip
"""Per pass of an interlaced image: first x, first y, step in x, step in y."""

_PILLOW_ERRORS: Final = (OSError, SyntaxError, ValueError)


def _chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG, whole."""
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return b"".join([struct.pack(">I4s", len(body), kind), body, struct.pack(">I", checksum)])


_END: Final = _chunk(b"IEND", b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the ``IHDR`` chunk says; width and height in pixels, within the limit."""

    width: int
    height: int
    depth: int
    color_type: int
    interlaced: bool
    frames: int = 1
    """Pictures of this size, which stand one below the other."""

    @property
    def raw_bytes(self) -> int:
        """Size of the inflated image data: a filter byte and packed samples for every line."""
        bits = self.depth * _CHANNELS[self.color_type]
        total = 0
        for x, y, step_x, step_y in _ADAM7 if self.interlaced else ((0, 0, 1, 1),):
            width = (self.width - x + step_x - 1) // step_x
            height = (self.height - y + step_y - 1) // step_y
            if width > 0 and height > 0:
                total += height * (1 + (width * bits + 7) // 8)
        return total


class Picture(Protocol):
    """What the intake asks of a picture, whatever its format."""

    @property
    def name(self) -> str:
        """The file."""

    @property
    def header(self) -> Header:
        """Size and sort of one frame."""

    @property
    def colors(self) -> tuple[Color, ...]:
        """The palette of an indexed picture."""

    @property
    def colors_at(self) -> int | None:
        """Offset of that palette in the file."""

    @property
    def transparency(self) -> bytes:
        """The colour that is transparent, of a picture without an alpha channel."""

    def alpha(self, index: int) -> int:
        """The alpha of a colour of an indexed picture."""

    def samples(self) -> NDArray[np.uint8]:
        """Indices or greys, or channels; frames stand one below the other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Png:
    """A PNG whose chunks were checked and whose pixels were not yet decoded."""

    name: str
    header: Header
    colors: tuple[Color, ...]
    """The ``PLTE`` chunk of an indexed image; empty for any other."""
    colors_at: int | None
    """Offset of that chunk."""
    transparency: bytes
    """The body of the ``tRNS`` chunk; empty without one, or with an alpha channel."""
    kept: tuple[memoryview, ...]
    """The chunks that Pillow is given as they are, before the image data."""
    data: tuple[memoryview, ...]
    """The bodies of the ``IDAT`` chunks."""
    data_at: int
    """Offset of the first of them."""

    def alpha(self, index: int) -> int:
        """The alpha of a colour of an indexed image."""
        return self.transparency[index] if index < len(self.transparency) else OPAQUE

    def samples(self) -> NDArray[np.uint8]:
        """Indices or greys (height, width), or channels (height, width, n); all greys 0 to 255.

        Raises `Refused` if the image data is truncated or damaged.
        """
        samples = self._decoded(self._image_data())
        if samples.dtype == np.bool_:
            return samples.astype(np.uint8) * np.uint8(255)
        if self.header.color_type == INDEXED and (top := int(samples.max())) >= len(self.colors):
            what = f"a pixel has index {top} of a palette of {len(self.colors)} colours"
            raise corrupt(self.name, what, self.data_at)
        return samples

    def _decoded(self, data: bytes) -> NDArray[Any]:
        """The samples in inflated image data, as Pillow gives them. Raises `Refused`."""
        header = self.header
        if header.depth == 8 and not header.interlaced:
            lines = np.frombuffer(data, np.uint8).reshape(header.height, -1)
            if not lines[:, 0].any():  # No line is filtered, as in most indexed images.
                shape = (header.height, header.width, _CHANNELS[header.color_type])
                plain = np.ascontiguousarray(lines[:, 1:]).reshape(shape)
                return plain[..., 0] if shape[2] == 1 else plain
        from PIL.PngImagePlugin import PngImageFile

        # Stored as they are: Pillow inflates nothing that was inflated to be checked.
        stored = _chunk(b"IDAT", zlib.compress(data, 0))
        file = io.BytesIO(b"".join([kinds.PNG_SIGNATURE, *self.kept, stored, _END]))
        try:
            # Not `Image.open`, which loads every format that it knows to choose from.
            with PngImageFile(file) as image:
                return np.asarray(image)
        except _PILLOW_ERRORS as error:
            # What is left to go wrong is a line with a filter that does not exist.
            raise corrupt(self.name, "its pixels cannot be decoded", self.data_at) from error

    def _image_data(self) -> bytes:
        """The inflated image data, of just the size that the header needs. Raises `Refused`."""
        wanted = self.header.raw_bytes
        inflater = zlib.decompressobj()
        try:
            data = inflater.decompress(b"".join(self.data), wanted + 1)
        except zlib.error as error:
            raise corrupt(
                self.name, "its compressed image data is inconsistent", self.data_at
            ) from error
        found = len(data)
        if found <= wanted and not inflater.eof:
            raise truncated(self.name, "its compressed image data is incomplete", self.data_at)
        if found != wanted:
            amount = "more" if found > wanted else "less"
            raise corrupt(
                self.name, f"it has {amount} image data than its size needs", self.data_at
            )
        return data


def colors_and_alpha(png: Picture) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """The pixels of an image as it shows them: colours as ``0xRRGGBB`` and alpha.

    Both are (height, width); a colour that ``tRNS`` names has the alpha said there.
    Raises `Refused` as `Png.samples`.
    """
    samples = png.samples()
    kind = png.header.color_type
    if kind == INDEXED:
        colors = np.array([packed(color) for color in png.colors], np.uint32)
        alphas = np.array([png.alpha(index) for index in range(len(colors))], np.uint8)
        return colors[samples], alphas[samples]
    pixels: NDArray[np.uint32]
    if kind == RGB_ALPHA:
        pixels = np.ascontiguousarray(samples).view(">u4")[..., 0] >> np.uint32(8)
        return pixels.astype(np.uint32, copy=False), np.ascontiguousarray(samples[..., -1])
    wide = samples.astype(np.uint32)
    if kind == RGB:
        pixels = wide[..., 0] << np.uint32(16) | wide[..., 1] << np.uint32(8) | wide[..., 2]
    else:
        pixels = (wide[..., 0] if kind == GREY_ALPHA else wide) * np.uint32(0x010101)
    if kind == GREY_ALPHA:
        return pixels, samples[..., -1]
    alpha = np.full(pixels.shape, OPAQUE, np.uint8)
    if png.transparency:
        alpha[pixels == _transparent_color(png)] = TRANSPARENT
    return pixels, alpha


def _transparent_color(png: Picture) -> int:
    """The colour in ``tRNS``: 16 bits a channel; only the low `depth` bits count."""
    key, top = png.transparency, (1 << png.header.depth) - 1
    levels = [(key[i] << 8 | key[i + 1]) & top for i in range(0, len(key), 2)]
    if len(levels) == 1:
        levels *= 3
    # Greys of fewer than 8 bits were scaled to 0 to 255, and so is their key.
    red, green, blue = (level * 255 // top for level in levels)
    return packed((red, green, blue))


def size_of(data: bytes, *, name: str) -> tuple[int, int] | None:
    """Width and height as the first chunk says; None when `scan` will say what is wrong with it."""
    try:
        header = _header(next(walk(data, name)), name)
    except Refused:
        return None
    return header.width, header.height


def scan(data: bytes, *, name: str) -> Png:
    """Check the chunks of a PNG, without decoding any pixel.

    Every chunk's CRC is verified, ancillary ones included; bytes after ``IEND`` are ignored.
    Raises `Refused` with ``PNG_FORMAT``, ``PNG_TRUNCATED``, ``PNG_CORRUPT``, ``PNG_LIMIT`` or
    ``PNG_UNSUPPORTED`` (16 bits per channel, animation).
    """
    head, *chunks = walk(data, name)
    header = _header(head, name)
    for chunk in chunks:
        _check_type(chunk, name)
    places = [place for place, chunk in enumerate(chunks) if chunk.type == b"IDAT"]
    if not places:
        raise corrupt(name, "it has no image data", None)
    if places[-1] - places[0] >= len(places):
        raise corrupt(name, "its image data is not in one piece", chunks[places[0]].offset)
    images = chunks[places[0] : places[-1] + 1]
    palette = single(b"PLTE", chunks, before=places[0], name=name)
    transparency = single(b"tRNS", chunks, before=places[0], name=name)
    if header.color_type != INDEXED:
        palette = None  # a suggestion for screens of few colours, or an error without effect
    elif palette is None:
        raise corrupt(name, "it is indexed and has no palette", None)
    colors = _colors(palette, name) if palette else ()
    return Png(
        name=name,
        header=header,
        colors=colors,
        colors_at=palette.offset if palette else None,
        transparency=_transparency(transparency, header, len(colors), name),
        kept=tuple(c.whole for c in (head, palette) if c is not None),
        data=tuple(c.body for c in images),
        data_at=images[0].offset,
    )


def _check_type(chunk: Chunk, name: str) -> None:
    if chunk.type == b"acTL":
        raise refusal(
            PNG_UNSUPPORTED,
            name,
            offset=chunk.offset,
            hint_key="animated",
            feature="is animated (APNG)",
        )
    if chunk.type == b"IHDR":
        raise corrupt(name, "its header is repeated", chunk.offset)
    critical = chunk.type[0] & 0x20 == 0
    if critical and chunk.type not in (b"PLTE", b"IDAT", b"IEND"):
        raise corrupt(name, f"its chunk {shown(chunk.type)} is unknown", chunk.offset)


def _header(chunk: Chunk, name: str) -> Header:
    if chunk.type != b"IHDR" or len(chunk.body) != 13:
        raise corrupt(name, "it does not begin with its header", chunk.offset)
    width, height, depth, color_type, compression, filtering, interlace = struct.unpack(
        ">2I5B", chunk.body
    )
    if not width or not height:
        raise corrupt(name, f"it is {width}x{height} pixels", chunk.offset)
    if max(width, height) > LIMITS.image_pixels:
        raise refusal(
            PNG_LIMIT,
            name,
            offset=chunk.offset + (8 if width > LIMITS.image_pixels else 12),
            width=width,
            height=height,
            limit=LIMITS.image_pixels,
        )
    if depth not in _DEPTHS.get(color_type, ()) or compression or filtering or interlace > 1:
        raise corrupt(name, "its header has values that PNG does not allow", chunk.offset)
    if depth == 16:
        raise refusal(
            PNG_UNSUPPORTED,
            name,
            offset=chunk.offset + 16,
            hint_key="depth",
            feature="has 16 bits per channel",
        )
    return Header(
        width=width,
        height=height,
        depth=depth,
        color_type=color_type,
        interlaced=bool(interlace),
    )


def _colors(chunk: Chunk, name: str) -> tuple[Color, ...]:
    body = bytes(chunk.body)
    if not body or len(body) % 3 or len(body) > 3 * 256:
        raise corrupt(name, f"its palette has {len(body)} bytes", chunk.offset)
    return tuple((body[i], body[i + 1], body[i + 2]) for i in range(0, len(body), 3))


def _transparency(chunk: Chunk | None, header: Header, colors: int, name: str) -> bytes:
    """The body; empty where the colour type has an alpha channel, which then decides."""
    if chunk is None or header.color_type in (GREY_ALPHA, RGB_ALPHA):
        return b""
    size = len(chunk.body)
    if header.color_type == INDEXED:
        fits = 0 < size <= colors
    else:
        fits = size == 2 * _CHANNELS[header.color_type]
    if not fits:
        raise corrupt(name, f"its transparency has {size} bytes", chunk.offset)
    return bytes(chunk.body)
