"""Arrays inside payloads, as Construct classes with numpy inside: a sheet costs microseconds.

Clause: ``spec/contract/1/banks.md``. Banks put their payloads together from these. Dimensions come
from the entry's metadata, which Construct finds in the context (``this._``); what they may be is
stated by the metadata's schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from construct import Construct, evaluate, stream_read, stream_write

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def dimension(ksy: Any, value: Any) -> str:
    """How Kaitai Struct names a dimension: a number, or a parameter of the type being exported.

    ``ksy`` is what Construct's export gathers, with the parameters (name to type) in ``params``.
    """
    if isinstance(value, int):
        return str(value)
    name = str(value.__getfield__())
    ksy.params[name] = "u4"
    return name


def repeated(type: str, *counts: str) -> dict[str, str]:
    """As many values of a type of Kaitai Struct as the product of ``counts``."""
    return {"type": type, "repeat": "expr", "repeat-expr": " * ".join(counts)}


NibbleOrder = Literal["high", "low"]
"""Which nibble of a byte holds the pixel with the even x."""


class Plane(Construct):  # type: ignore[misc]  # construct ships no types
    """Pixels of ``bits`` bits (4 or 8), row-major, packed without gaps between rows.

    Value: uint8 array of shape (height, width). ``order`` says which nibble of a byte
    is the pixel of even x.
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
        values = exact(obj, (height, width), range(1 << self.bits), path)
        data = values.astype(np.uint8, copy=False).tobytes()
        if self.bits == 4:
            # The pixel of even x is the low byte of each pair.
            pairs = np.frombuffer(data + bytes(len(data) % 2), "<u2")
            packed = pairs << 4 | pairs >> 8 if self.order == "high" else pairs >> 4 | pairs
            data = packed.astype(np.uint8).tobytes()
        stream_write(stream, data, self._sizeof(context, path), path)
        return obj

    def _emitfulltype(self, ksy: Any, bitwise: Any) -> dict[str, str]:
        """Construct's export to Kaitai Struct."""
        type = "u1" if self.bits == 8 else f"b4{'be' if self.order == 'high' else 'le'}"
        return repeated(type, dimension(ksy, self.width), dimension(ksy, self.height))

    @property
    def _nibbles(self) -> tuple[int, int]:
        """Parities of x of the pixel in the high and in the low nibble."""
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
        data = exact(obj, shape, numbers_of(self.dtype), path).astype(self.dtype).tobytes()
        stream_write(stream, data, self._sizeof(context, path), path)
        return obj

    def _emitfulltype(self, ksy: Any, bitwise: Any) -> dict[str, str]:
        """Construct's export to Kaitai Struct."""
        return repeated(_kaitai(self.dtype), *(dimension(ksy, length) for length in self.shape))

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
        numbers, end = numbers_of(self.dtype), 0
        for run, (name, offset, length) in zip(obj, places, strict=True):
            if offset != end:
                raise ValueError(f"{path}: run {name} must begin at {end}, not at {offset}")
            count = length // np.dtype(self.dtype).itemsize
            values = exact(run, (count,), numbers, f"{path} {name}")
            stream_write(stream, values.astype(self.dtype).tobytes(), length, path)
            end += length
        return obj

    def _emitfulltype(self, ksy: Any, bitwise: Any) -> dict[str, str]:
        """Construct's export to Kaitai Struct: the parameter has the length of each run."""
        lengths = f"{self.table.__getfield__()}_lengths"
        ksy.params[lengths] = "u4[]"
        type = _kaitai(self.dtype)
        values = repeated(type, f"length / {type[1]}")
        ksy.types[f"{type}_run"] = {
            "params": [{"id": "length", "type": "u4", "doc": "Bytes of the run."}],
            "seq": [{"id": "values", **values}],
        }
        return repeated(f"{type}_run({lengths}[_index])", f"{lengths}.size")


def array(obj: Any, path: str) -> NDArray[Any]:
    """``obj`` as an array. Raises `ValueError` for rows of several lengths, which no array has."""
    import numpy as np

    try:
        return np.asarray(obj)
    except ValueError:
        raise ValueError(f"{path}: all rows must have the same length") from None


def exact(obj: Any, shape: tuple[int, ...], numbers: range, path: str) -> NDArray[Any]:
    """``obj`` as an array, if it has this shape and holds whole numbers of this range alone.

    Raises `ValueError`: a number that is cut to its bits changes, or changes the one
    beside it.
    """
    found = array(obj, path)
    if found.dtype.kind not in "iu":
        raise ValueError(f"{path}: whole numbers are needed, not {found.dtype}")
    if found.shape != shape:
        raise ValueError(f"{path}: the shape must be {shape}, not {found.shape}")
    if found.size:
        for number in (int(found.min()), int(found.max())):
            if number not in numbers:
                raise ValueError(f"{path}: {number} is not {numbers[0]} … {numbers[-1]}")
    return found


def _kaitai(dtype: str) -> str:
    """The name that Kaitai Struct has for an integer type."""
    order, kind, size = tuple(dtype)
    return ("s" if kind == "i" else "u") + size + {"<": "le", ">": "be"}.get(order, "")


@lru_cache
def numbers_of(dtype: str) -> range:
    """The numbers that an integer type holds."""
    import numpy as np

    kind = np.iinfo(dtype)
    return range(int(kind.min), int(kind.max) + 1)


def spans(table: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, int, int]]:
    """(name, offset, length) of each span in numeric order of the names, in bytes."""
    for name in numeric(tuple(table)):
        yield name, table[name]["offset"], table[name]["length"]


@lru_cache(maxsize=100)
def numeric(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of spans in numeric order."""
    return tuple(sorted(names, key=int))
