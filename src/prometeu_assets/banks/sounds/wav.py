"""A sound: RIFF/WAVE with 16-bit PCM mono samples, plain or WAVE_FORMAT_EXTENSIBLE.

Clause: ``spec/workspace.md#samples``. Read by definitions of our own, so that every Python reads
alike. The size in the RIFF header is not relied on, since many programs leave it wrong; what
counts is that the ``data`` chunk lies wholly in the file. Bytes after that chunk are ignored.
An odd chunk whose pad byte is missing is read where the next chunk can only be there.
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.banks.sounds.codes import (
    WAV_EMPTY,
    WAV_ENCODING,
    WAV_FORMAT,
    WAV_RATE,
    WAV_TRUNCATED,
)
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused

_RIFF: Final = struct.Struct("<4sI4s")
"""Name, size, form."""
_CHUNK: Final = struct.Struct("<4sI")
"""Name and size."""


class _Format(NamedTuple):
    """The ``fmt `` chunk."""

    tag: int
    channels: int
    rate: int
    byte_rate: int
    block_align: int
    bits: int


_FORMAT: Final = struct.Struct("<2H2I2H")
_EXTENSION: Final = struct.Struct("<2HIH14s")
"""Follows a `_Format` whose tag is `_EXTENSIBLE`: size, bits, speakers, tag and rest of a GUID."""

_PCM: Final = 0x0001
_FLOAT: Final = 0x0003
_EXTENSIBLE: Final = 0xFFFE
_GUID: Final = bytes.fromhex("0000 0000 1000 8000 00aa00389b71")
"""What follows the tag in every sub-format that has one."""
_ENCODINGS: Final = {
    0x0002: "ADPCM-compressed",
    0x0006: "A-law-compressed",
    0x0007: "mu-law-compressed",
    0x0011: "ADPCM-compressed",
    0x0055: "MP3-compressed",
}
_BITS: Final = 16
_NAME: Final = re.compile(rb"[ -~]{4}")
_NEEDED: Final = (b"fmt ", b"data")
"""Names of the chunks without which a file is not a sound."""
_KINDS: Final = {kinds.RF64: "large", kinds.RIFX: "big"}
"""What is a WAV in all but its head, to the key of the hint that converts it."""
_UNKNOWN_SIZE: Final = 0xFFFFFFFF
"""What a program writes that cannot go back to fill in the length."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The file, and how to speak of it."""

    data: bytes
    name: str
    rate: int

    def refusal(
        self, code: Code, offset: int, hint_key: str | None = None, **data: object
    ) -> Refused:
        stem, _ = posixpath.splitext(self.name)
        return refusal(
            code,
            self.name,
            offset=offset,
            pointer=None,
            hint_key=hint_key,
            rate=self.rate,
            source=self.name,
            target=f"{stem}-pcm16.wav",
            **data,
        )


def read_wav(
    data: bytes, *, name: str, sample_rate: int, possible: Callable[[int], bool]
) -> NDArray[np.int16]:
    """The frames of the WAV in the file ``name``: (frames,) ``<i2``, a read-only view of ``data``.

    ``sample_rate`` (Hz) is what the file must have; ``possible`` tells which rates a bank can have.
    Raises `Refused` with ``WAV_FORMAT``, ``WAV_TRUNCATED``, ``WAV_ENCODING``, ``WAV_RATE`` or
    ``WAV_EMPTY``.
    """
    source = _Source(data, name, sample_rate)
    _check_form(source)
    format_at, format_size, data_at, size = _find_chunks(source)
    _check_format(source, format_at, format_size, possible)
    start = data_at + _CHUNK.size
    there = len(data) - start
    if size == _UNKNOWN_SIZE or (size == 0 and not _are_chunks(data, start)):
        what = f"the length of its data was never filled in ({size}), and {there} bytes are there"
        raise source.refusal(WAV_TRUNCATED, data_at, "streamed" if there > 1 else None, what=what)
    if size == 0:
        raise source.refusal(WAV_EMPTY, data_at, what="its data chunk has no bytes")
    if size > there:
        what = f"its data chunk announces {size} bytes and {there} are there"
        raise source.refusal(WAV_TRUNCATED, data_at, "part" if there > 1 else None, what=what)
    if size % 2:
        what = f"its data chunk has {size} bytes, which is not a whole number of 16-bit samples"
        raise source.refusal(WAV_FORMAT, data_at, "convert", what=what)
    return np.frombuffer(data, "<i2", count=size // 2, offset=start)


def _check_form(source: _Source) -> None:
    data = source.data
    if not data:
        raise source.refusal(WAV_EMPTY, 0, what="the file has no bytes")
    if len(data) < _RIFF.size and b"RIFF".startswith(data[:4]):
        raise source.refusal(WAV_TRUNCATED, len(data), what=f"it has {len(data)} bytes")
    kind = kinds.sniff(data)
    if kind == kinds.WAV:
        return
    raise source.refusal(
        WAV_FORMAT,
        0,
        _KINDS.get(kind or "") or kinds.stranger(kind) or _hint_for(kind),
        what=f"it looks like {kind}" if kind else "it does not begin like one",
        kind=kind,
    )


def _hint_for(kind: str | None) -> str | None:
    """The key of the hint for a file that is not a WAV and looks like ``kind``."""
    if kind is None:
        return None
    return "kind" if kind.endswith((" sound", " film")) else "other"


def _are_chunks(data: bytes, at: int) -> bool:
    """Whether nothing but whole chunks are from ``at`` to the end."""
    for _ in range(LIMITS.wav_chunks):
        if not _is_chunk(data, at):
            break
        _, size = _CHUNK.unpack_from(data, at)
        at = _after(data, at + _CHUNK.size + size, odd=size % 2 == 1)
    # The last pad byte is often left out.
    return at in (len(data), len(data) + 1)


def _find_chunks(source: _Source) -> tuple[int, int, int, int]:
    """Where the bodies of ``fmt `` and the head of ``data`` are, each with its size in bytes."""
    data, at = source.data, _RIFF.size
    format_at = format_size = 0
    for _ in range(LIMITS.wav_chunks):
        if len(data) - at < _CHUNK.size:
            break
        name, size = _CHUNK.unpack_from(data, at)
        body = at + _CHUNK.size
        if name == b"data":
            if not format_at:
                what = "its data comes before its format"
                raise source.refusal(WAV_FORMAT, at, "convert", what=what)
            return format_at, format_size, at, size
        if size > len(data) - body:
            what = (
                f"its {shown(name)} chunk announces {size} bytes and {len(data) - body} are there"
            )
            raise source.refusal(WAV_TRUNCATED, at, what=what)
        if name == b"fmt ":
            if format_at:
                raise source.refusal(WAV_FORMAT, at, "convert", what="its format is repeated")
            format_at, format_size = body, size
        at = _after(data, body + size, odd=size % 2 == 1)
    else:
        raise source.refusal(
            WAV_FORMAT, at, what=f"no data is among its first {LIMITS.wav_chunks} chunks"
        )
    announced = _RIFF.unpack_from(data)[1] + _CHUNK.size
    code = WAV_TRUNCATED if max(announced, at) > len(data) else WAV_FORMAT
    raise source.refusal(code, len(data), what="it has no data chunk")


def _after(data: bytes, end: int, *, odd: bool) -> int:
    """Where the chunk after one that ends at ``end`` begins.

    An ``odd`` chunk is followed by a pad byte. Some programs leave it out: then a chunk is there
    one byte earlier, and none where it should be. Clause: ``spec/workspace.md#samples``.
    """
    padded = end + odd
    return end if odd and _is_chunk(data, end) and not _is_chunk(data, padded) else padded


def _is_chunk(data: bytes, at: int) -> bool:
    """Whether a chunk begins here: its name is valid, and it is needed or whole in the file."""
    if len(data) - at < _CHUNK.size:
        return False
    name, size = _CHUNK.unpack_from(data, at)
    fits = size <= len(data) - at - _CHUNK.size
    return name in _NEEDED or (fits and _NAME.fullmatch(name) is not None)


def _check_format(source: _Source, at: int, size: int, possible: Callable[[int], bool]) -> None:
    body = source.data[at : at + size]
    if size < _FORMAT.size:
        raise source.refusal(WAV_FORMAT, at, what=f"its format chunk has {size} bytes")
    form = _Format(*_FORMAT.unpack_from(body))
    tag = form.tag
    if tag == _EXTENSIBLE:
        if size < _FORMAT.size + _EXTENSION.size:
            raise source.refusal(WAV_FORMAT, at, what=f"its format chunk has {size} bytes")
        *_, kind, guid = _EXTENSION.unpack_from(body, _FORMAT.size)
        tag = kind if guid == _GUID else _EXTENSIBLE
    departure = _departure(tag, form.channels, form.bits)
    if departure:
        hint_key = None if departure == "compressed" and tag not in _ENCODINGS else departure
        found = ", ".join([_encoding(tag, form.bits), _channels(form.channels), f"{form.rate} Hz"])
        raise source.refusal(WAV_ENCODING, at, hint_key, found=found)
    if form.rate != source.rate:
        hint_key = "declare" if possible(form.rate) else None
        raise source.refusal(WAV_RATE, at + 4, hint_key, found=form.rate)
    if form.block_align != _BITS // 8 or form.byte_rate != form.rate * form.block_align:
        what = (
            f"its format contradicts itself: {form.block_align} bytes a frame and "
            f"{form.byte_rate} a second, for 16-bit mono at {form.rate} Hz"
        )
        raise source.refusal(WAV_FORMAT, at + 8, "convert", what=what)


def _departure(tag: int, channels: int, bits: int) -> str | None:
    """In what the encoding departs from 16-bit PCM mono, most telling first; None if in nothing."""
    if tag == _FLOAT:
        return "float"
    if tag != _PCM:
        return "compressed"
    if bits != _BITS:
        return "depth"
    return "channels" if channels != 1 else None


def _encoding(tag: int, bits: int) -> str:
    if tag == _PCM:
        return f"{bits}-bit PCM"
    if tag == _FLOAT:
        return f"{bits}-bit floating point"
    return _ENCODINGS.get(tag, f"in encoding 0x{tag:04x}")


def _channels(channels: int) -> str:
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")
