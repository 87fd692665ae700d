"""Source files made by hand, so that what is read is known independently of any library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

from prometeu_assets.diagnostics import Diagnostic, Refused

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
         (0, 1, 1, 2)]  # fmt: skip

Pixel = tuple[int, ...]


def refused(call: Callable[[], object]) -> Diagnostic:
    """The one diagnostic with which ``call`` is refused, its texts known to be composable."""
    try:
        value = call()
    except Refused as refusal:
        (diagnostic,) = refusal.report.diagnostics
        for text in (diagnostic.message, diagnostic.hint or "x"):
            assert text.isprintable()
            assert text.isascii()
            assert "None" not in text
        assert diagnostic.hint, "a refusal says what to do"
        return diagnostic
    raise AssertionError(f"accepted: {value!r}")


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int, height: int, depth: int, color_type: int, *rest: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">2I5B", width, height, depth, color_type, *rest))


def lines(rows: Sequence[Sequence[Pixel]], depth: int) -> bytes:
    """Filter bytes and packed samples, high bits first."""
    out = bytearray()
    for number, row in enumerate(rows):
        bits = "".join(f"{sample:0{depth}b}" for pixel in row for sample in pixel)
        bits += "0" * (-len(bits) % 8)
        line = int(bits, 2).to_bytes(len(bits) // 8, "big")
        if number == 0 or depth < 8:
            out += b"\x00" + line
        else:  # filter Sub, so that filters are exercised
            step = len(row[0])
            out += b"\x01" + bytes(
                (line[i] - (line[i - step] if i >= step else 0)) & 255 for i in range(len(line))
            )
    return bytes(out)


def png(
    rows: Sequence[Sequence[Pixel]],
    color_type: int,
    depth: int = 8,
    *,
    colors: Sequence[Pixel] = (),
    transparency: bytes = b"",
    before: bytes = b"",
    interlaced: bool = False,
    pieces: int = 1,
) -> bytes:
    """A PNG with these rows of pixels; ``before`` is whole chunks put after the header."""
    height, width = len(rows), len(rows[0])
    if interlaced:
        raw = b""
        for x, y, dx, dy in ADAM7:
            part = [row[x::dx] for row in rows[y::dy]]
            if part and part[0]:
                raw += lines(part, depth)
    else:
        raw = lines(rows, depth)
    packed = zlib.compress(raw)
    step = -(-len(packed) // pieces)
    return b"".join(
        [
            SIGNATURE,
            header(width, height, depth, color_type, 0, 0, int(interlaced)),
            before,
            chunk(b"PLTE", bytes(c for color in colors for c in color)) if colors else b"",
            chunk(b"tRNS", transparency) if transparency else b"",
            *(chunk(b"IDAT", packed[i : i + step]) for i in range(0, len(packed), step)),
            chunk(b"IEND"),
        ]
    )


def indexed(
    rows: Sequence[Sequence[int]], colors: Sequence[Pixel], depth: int = 8, **more: object
) -> bytes:
    return png([[(i,) for i in row] for row in rows], 3, depth, colors=colors, **more)  # type: ignore[arg-type]


def reseal(data: bytes) -> bytes:
    """``data`` with every chunk's checksum made right again, as far as chunks can be followed."""
    out, at = bytearray(data), len(SIGNATURE)
    while at + 12 <= len(out):
        (length,) = struct.unpack_from(">I", out, at)
        end = at + 12 + length
        if end > len(out):
            break
        struct.pack_into(">I", out, end - 4, zlib.crc32(bytes(out[at + 4 : end - 4])))
        at = end
    return bytes(out)


PCM_GUID = bytes.fromhex("00000000 1000 8000 00aa00389b71".replace(" ", ""))


def riff(
    *chunks: bytes, form: bytes = b"WAVE", size: int | None = None, id_: bytes = b"RIFF"
) -> bytes:
    body = form + b"".join(chunks)
    return id_ + struct.pack("<I", len(body) if size is None else size) + body


def riff_chunk(kind: bytes, body: bytes, size: int | None = None) -> bytes:
    announced = len(body) if size is None else size
    return kind + struct.pack("<I", announced) + body + b"\0" * (len(body) % 2)


def fmt(
    tag: int = 1,
    channels: int = 1,
    rate: int = 22050,
    bits: int = 16,
    *,
    sub: int | None = None,
    guid: bytes = PCM_GUID,
    align: int | None = None,
    byte_rate: int | None = None,
    extra: bytes = b"",
) -> bytes:
    align = channels * bits // 8 if align is None else align
    byte_rate = rate * align if byte_rate is None else byte_rate
    body = struct.pack("<HHIIHH", tag, channels, rate, byte_rate, align, bits)
    if sub is not None:
        body += struct.pack("<HHIH", 22, bits, 4, sub) + guid
    return riff_chunk(b"fmt ", body + extra)
