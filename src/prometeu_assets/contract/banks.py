"""Both banks: what a payload slice holds, as Construct definitions that build and parse.

Clause: ``spec/banks.md``. The definitions are the production path: `Plane`, `Words` and
`Spans` are Construct classes with numpy inside, so that a sheet costs microseconds.
Dimensions come from the entry's metadata, which Construct finds in the context (``this._``);
what they may be is stated by the metadata's schema.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from construct import Construct, Struct, evaluate, stream_read, stream_write, this
from construct import Container as Values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Metadata = Mapping[str, Any]
NibbleOrder = Literal["high", "low"]
"""Which nibble of a byte holds the pixel with the even x."""


class Plane(Construct):  # type: ignore[misc]  # construct ships no types
    """Pixels of ``bits`` bits (4 or 8), row-major, packed without gaps between rows.

    Value: uint8 array of shape (height, width). ``order`` says where even x stands in a byte.
    """

    def __init__(self, width: Any, height: Any, bits: int, order: NibbleOrder = "high") -> None:
        super().__init__()
        self.width, self.height, self.bits, self.order = width, height, bits, order

    def _shape(self, context: Any) -> tuple[int, int]:
        return evaluate(self.height, context), evaluate(self.width, context)

    def _sizeof(self, context: Any, path: Any) -> int:
        height, width = self._shape(context)
        return -(-height * width * self.bits // 8)

    def _parse(self, stream: Any, context: Any, path: Any) -> NDArray[np.uint8]:
        import numpy as np

        height, width = self._shape(context)
        packed = np.frombuffer(
            stream_read(stream, self._sizeof(context, path), path), dtype=np.uint8
        )
        if self.bits == 8:
            return packed.reshape(height, width)
        pixels = np.empty(packed.size * 2, dtype=np.uint8)
        first, second = self._nibbles
        pixels[first::2] = packed >> 4
        pixels[second::2] = packed & 0x0F
        return pixels[: height * width].reshape(height, width)

    def _build(self, obj: Any, stream: Any, context: Any, path: Any) -> Any:
        import numpy as np

        height, width = self._shape(context)
        values = _exact(obj, (height, width), range(1 << self.bits), path)
        pixels = np.zeros(-(-height * width // 2) * 2, dtype=np.uint8)
        pixels[: height * width] = values.reshape(height * width)
        packed: NDArray[Any] = pixels[: height * width]
        if self.bits == 4:
            first, second = self._nibbles
            packed = (pixels[first::2] << 4) | pixels[second::2]
        stream_write(stream, packed.tobytes(), self._sizeof(context, path), path)
        return obj

    @property
    def _nibbles(self) -> tuple[int, int]:
        """Parities of x whose pixel stands in the high and in the low nibble."""
        return (0, 1) if self.order == "high" else (1, 0)


class Words(Construct):  # type: ignore[misc]  # construct ships no types
    """An array of fixed-width numbers. Value: array of ``shape`` and ``dtype``."""

    def __init__(self, shape: tuple[Any, ...], dtype: str) -> None:
        super().__init__()
        self.shape, self.dtype = shape, dtype

    def _sizeof(self, context: Any, path: Any) -> int:
        count = self.itemsize
        for length in self.shape:
            count *= evaluate(length, context)
        return count

    def _parse(self, stream: Any, context: Any, path: Any) -> NDArray[Any]:
        import numpy as np

        data = stream_read(stream, self._sizeof(context, path), path)
        shape = [evaluate(length, context) for length in self.shape]
        return np.frombuffer(data, dtype=self.dtype).reshape(shape)

    def _build(self, obj: Any, stream: Any, context: Any, path: Any) -> Any:
        shape = tuple(evaluate(length, context) for length in self.shape)
        data = _exact(obj, shape, _numbers(self.dtype), path).astype(self.dtype).tobytes()
        stream_write(stream, data, self._sizeof(context, path), path)
        return obj

    @property
    def itemsize(self) -> int:
        """Bytes of one number."""
        return int(self.dtype[-1])


class Spans(Construct):  # type: ignore[misc]  # construct ships no types
    """Runs of numbers, each where a table of ``{"0": {"offset", "length"}, …}`` puts it (bytes).

    Value: a tuple of arrays of ``dtype``, in numeric order of their names.
    """

    def __init__(self, table: Any, dtype: str) -> None:
        super().__init__()
        self.table, self.dtype = table, dtype

    def _sizeof(self, context: Any, path: Any) -> int:
        return sum(length for _, _, length in spans(evaluate(self.table, context)))

    def _parse(self, stream: Any, context: Any, path: Any) -> tuple[NDArray[Any], ...]:
        import numpy as np

        data = stream_read(stream, self._sizeof(context, path), path)
        return tuple(
            np.frombuffer(data[offset : offset + length], dtype=self.dtype)
            for _, offset, length in spans(evaluate(self.table, context))
        )

    def _build(self, obj: Any, stream: Any, context: Any, path: Any) -> Any:
        import numpy as np

        places = list(spans(evaluate(self.table, context)))
        if len(obj) != len(places):
            raise ValueError(f"{path}: {len(places)} runs are needed, not {len(obj)}")
        numbers, end = _numbers(self.dtype), 0
        for run, (name, offset, length) in zip(obj, places, strict=True):
            if offset != end:
                raise ValueError(f"{path}: run {name} must begin at {end}, not at {offset}")
            count = length // np.dtype(self.dtype).itemsize
            values = _exact(run, (count,), numbers, f"{path} {name}")
            stream_write(stream, values.astype(self.dtype).tobytes(), length, path)
            end += length
        return obj


def _exact(obj: Any, shape: tuple[int, ...], numbers: range, path: str) -> NDArray[Any]:
    """``obj`` as an array, if it has this shape and holds whole numbers of this range alone.

    Raises `ValueError`: a number that is cut to its bits becomes another one, or changes the one
    beside it.
    """
    import numpy as np

    found = np.asarray(obj)
    if found.dtype.kind not in "iu":
        raise ValueError(f"{path}: whole numbers are needed, not {found.dtype}")
    if found.shape != shape:
        raise ValueError(f"{path}: the shape must be {shape}, not {found.shape}")
    if found.size:
        for number in (int(found.min()), int(found.max())):
            if number not in numbers:
                raise ValueError(f"{path}: {number} is not {numbers[0]} … {numbers[-1]}")
    return found


def _numbers(dtype: str) -> range:
    """The numbers that an integer type holds."""
    import numpy as np

    kind = np.iinfo(dtype)
    return range(int(kind.min), int(kind.max) + 1)


def spans(table: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, int, int]]:
    """(name, offset, length) of each span in numeric order of the names, in bytes."""
    for name in sorted(table, key=int):
        yield name, table[name]["offset"], table[name]["length"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TileBank:
    """A decoded tile bank.

    ``indices``: uint8 (height, width) pixels, each 0 … 15, 0 transparent.
    ``palettes``: uint16 (palette count, colours) RGB565; the first ``palette_authored`` are used.
    """

    indices: NDArray[np.uint8]
    palettes: NDArray[np.uint16]
    tile_size: int
    palette_authored: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SoundBank:
    """A decoded sound bank: ``samples`` are int16 (frames,) arrays at ``sample_rate`` Hz, mono."""

    samples: tuple[NDArray[np.int16], ...]
    sample_rate: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bank:
    """One bank type: its spellings, its metadata's schema and its payload.

    ``payload`` is the slice as stored, ``resident`` the bytes once loaded into a bank.
    ``spans`` names the metadata member that divides the slice, if one does: then the slice's
    size is what the spans add up to. ``blank`` names (member of ``payload``, metadata member
    that counts its used rows): rows beyond are zero.
    """

    bank_type: str
    format: str
    asset_type: str
    metadata: tuple[str, int]
    payload: Struct
    resident: Struct | None = None
    spans: str | None = None
    blank: tuple[str, str] | None = None

    def size(self, metadata: Metadata) -> int:
        """Bytes of the slice as stored."""
        return int(self.payload.sizeof(**metadata))

    def decoded_size(self, metadata: Metadata) -> int:
        """Bytes once resident."""
        return int((self.resident or self.payload).sizeof(**metadata))

    def blank_range(self, metadata: Metadata) -> range:
        """Positions in the slice that must be zero because nothing was authored there."""
        if self.blank is None:
            return range(0)
        member, counter = self.blank
        context = Values(_=metadata)
        start = 0
        for item in self.payload.subcons:
            size = int(item.sizeof(**context))
            if item.name == member:
                rows = evaluate(item.subcon.shape[0], context)
                return range(start + size // rows * metadata[counter], start + size)
            start += size
        raise LookupError(member)

    def encode(self, parts: Mapping[str, Any], metadata: Metadata) -> bytes:
        """The slice's bytes from the payload's members: arrays of whole numbers.

        Raises `ValueError` for a missing or unknown member, another shape, or a number that has
        no place in its bits.
        """
        names = [item.name for item in self.payload.subcons]
        if set(parts) != set(names):
            raise ValueError(f"the members are {', '.join(names)}, not {', '.join(parts)}")
        # Field by field: a Struct keeps its context in a cycle, and with it the slice.
        stream, context = io.BytesIO(), Values(_=metadata)
        for item in self.payload.subcons:
            item._build(parts[item.name], stream, context, self.bank_type)  # noqa: SLF001
        return stream.getvalue()

    def decode(self, data: bytes | memoryview, metadata: Metadata) -> TileBank | SoundBank:
        """The bank in a slice; its arrays have memory of their own, and cannot be changed.

        Raises `ValueError` unless ``data`` has `size` bytes.
        """
        if len(data) != self.size(metadata):
            raise ValueError(f"the slice has {len(data)} bytes; it must be {self.size(metadata)}")
        # As in `encode`, no Struct makes a cycle.
        stream, context = io.BytesIO(data), Values(_=metadata)
        parts: dict[str, Any] = {}
        for item in self.payload.subcons:
            parts[item.name] = item._parse(stream, context, self.bank_type)  # noqa: SLF001
        if self.spans is not None:
            return SoundBank(samples=parts["samples"], sample_rate=metadata["sample_rate"])
        return TileBank(
            indices=parts["indices"],
            palettes=parts["palettes"],
            tile_size=metadata["tile_size"],
            palette_authored=metadata["palette_authored"],
        )

    def with_(self, **changes: Any) -> Bank:
        """The same bank with some members replaced."""
        return replace(self, **changes)


def tiles_payload(order: NibbleOrder = "high") -> Struct:
    """The slice of a tile bank: packed 4-bit indices, then RGB565 palettes."""
    return Struct(
        "indices" / Plane(this._.width, this._.height, bits=4, order=order)
        * "Colour indices, two pixels a byte, row-major over the sheet.",
        "palettes" / Words((this._.palette_count, COLORS), "<u2")
        * "Palettes of 16 RGB565 colours, little-endian; unused ones are zero.",
    )  # fmt: skip


COLORS: Final = 16
"""Colours of a palette: what a 4-bit index can name."""

TILES: Final = Bank(
    bank_type="TILES",
    format="TILES/indexed_v1",
    asset_type="tile_bank",
    metadata=("tiles-metadata", 1),
    payload=tiles_payload(),
    resident=Struct(
        "indices" / Plane(this._.width, this._.height, bits=8) * "One byte a pixel.",
        "palettes" / Words((this._.palette_count, COLORS), "<u2") * "As stored.",
    ),
    blank=("palettes", "palette_authored"),
)
"""Indexed tiles: one sheet and its palettes."""

SOUNDS: Final = Bank(
    bank_type="SOUNDS",
    format="SOUNDS/pcm16le_v1",
    asset_type="sound_bank",
    metadata=("sounds-metadata", 1),
    payload=Struct(
        "samples" / Spans(this._.samples, "<i2")
        * "PCM16 little-endian mono samples, concatenated in the order of their ids.",
    ),
    spans="samples",
)  # fmt: skip
"""PCM sounds, concatenated."""


def rgb565(colors: NDArray[Any]) -> NDArray[np.uint16]:
    """24-bit colours (…, 3) as RGB565 (…), by truncation. Clause: ``spec/banks.md#rgb565``.

    Raises `ValueError` unless each is a whole number of 0 … 255.
    """
    import numpy as np

    wide = _exact(colors, np.shape(colors), range(256), "colours").astype(np.uint16)
    packed: NDArray[Any] = (
        ((wide[..., 0] >> 3) << 11) | ((wide[..., 1] >> 2) << 5) | (wide[..., 2] >> 3)
    )
    return packed


def rgb888(colors: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """RGB565 (…) as 24-bit colours (…, 3), the high bits repeated in the low ones.

    `rgb565` of the result gives the same colours back.
    """
    import numpy as np

    red, green, blue = colors >> 11, (colors >> 5) & 0x3F, colors & 0x1F
    channels = (red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2)
    return np.stack(channels, axis=-1).astype(np.uint8)
