"""A sound: RIFF/WAVE with 16-bit PCM mono samples, plain or WAVE_FORMAT_EXTENSIBLE.

Clause: ``spec/workspace.md#samples``. Read by definitions of our own, so that every Python reads
alike. The size in the RIFF header is not relied on, since many programs leave it wrong; what
counts is that the ``data`` chunk lies wholly in the file. What follows that chunk is ignored.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Any, Final

import construct as cs
import numpy as np
from numpy.typing import NDArray

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused

RIFF: Final = cs.Struct("id" / cs.Bytes(4), "size" / cs.Int32ul, "form" / cs.Bytes(4))
CHUNK: Final = cs.Struct("id" / cs.Bytes(4), "size" / cs.Int32ul)
FORMAT: Final = cs.Struct(
    "tag" / cs.Int16ul,
    "channels" / cs.Int16ul,
    "rate" / cs.Int32ul,
    "byte_rate" / cs.Int32ul,
    "block_align" / cs.Int16ul,
    "bits" / cs.Int16ul,
)
EXTENSION: Final = cs.Struct(
    "size" / cs.Int16ul,
    "valid_bits" / cs.Int16ul,
    "speakers" / cs.Int32ul,
    "tag" / cs.Int16ul,
    "guid" / cs.Bytes(14),
)
"""Follows `FORMAT` when its tag is `_EXTENSIBLE`; ``tag`` and ``guid`` are the sub-format."""

_RIFF_SIZE: Final[int] = RIFF.sizeof()
_CHUNK_SIZE: Final[int] = CHUNK.sizeof()
_FORMAT_SIZE: Final[int] = FORMAT.sizeof()
# Asked once: a definition adds itself up anew each time.

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
_UNKNOWN_SIZE: Final = 0xFFFFFFFF
"""What a program writes that cannot go back to fill in the length."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The file, and how to speak of it."""

    data: bytes
    name: str
    rate: int

    def refusal(
        self, code: str, offset: int, hint_key: str | None = None, **data: object
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


def read_wav(data: bytes, *, name: str, sample_rate: int) -> NDArray[np.int16]:
    """The frames of the WAV in the file ``name``: (frames,) ``<i2``, a read-only view of ``data``.

    ``sample_rate`` (Hz) is what the file must have.
    Raises `Refused` with ``WAV_FORMAT``, ``WAV_TRUNCATED``, ``WAV_ENCODING``, ``WAV_RATE`` or
    ``WAV_EMPTY``.
    """
    source = _Source(data, name, sample_rate)
    _check_form(source)
    format_at, format_size, data_at, size = _find_chunks(source)
    _check_format(source, format_at, format_size)
    if size == 0:
        raise source.refusal("WAV_EMPTY", data_at, what="its data chunk has no bytes")
    if size == _UNKNOWN_SIZE:
        raise source.refusal(
            "WAV_TRUNCATED", data_at, "streamed", what="the length of its data is unset"
        )
    start = data_at + _CHUNK_SIZE
    there = len(data) - start
    if size > there:
        what = f"its data chunk announces {size} bytes and {there} are there"
        raise source.refusal("WAV_TRUNCATED", data_at, what=what)
    if size % 2:
        what = f"its data chunk has {size} bytes, which is not a whole number of 16-bit samples"
        raise source.refusal("WAV_FORMAT", data_at, what=what)
    return np.frombuffer(data, "<i2", count=size // 2, offset=start)


def _check_form(source: _Source) -> None:
    data = source.data
    if not data:
        raise source.refusal("WAV_EMPTY", 0, what="the file has no bytes")
    if len(data) < _RIFF_SIZE and b"RIFF".startswith(data[:4]):
        raise source.refusal("WAV_TRUNCATED", len(data), what=f"it has {len(data)} bytes")
    kind = kinds.sniff(data)
    if kind == kinds.WAV:
        return
    big = "big" if kind in (kinds.RF64, kinds.RIFX) else None
    raise source.refusal(
        "WAV_FORMAT",
        0,
        big or kinds.stranger(kind) or ("kind" if kind else None),
        what=f"it looks like {kind}" if kind else "it begins unlike one",
        kind=kind,
    )


def _find_chunks(source: _Source) -> tuple[int, int, int, int]:
    """Where the bodies of ``fmt `` and the head of ``data`` are, each with its size in bytes."""
    data, at = source.data, _RIFF_SIZE
    format_at = format_size = 0
    for _ in range(LIMITS.wav_chunks):
        if len(data) - at < _CHUNK_SIZE:
            break
        chunk = CHUNK.parse(data[at : at + _CHUNK_SIZE])
        body = at + _CHUNK_SIZE
        if chunk.id == b"data":
            if not format_at:
                raise source.refusal("WAV_FORMAT", at, what="its data comes before its format")
            return format_at, format_size, at, chunk.size
        if chunk.size > len(data) - body:
            what = (
                f"its {shown(chunk.id)} chunk announces {chunk.size} bytes and "
                f"{len(data) - body} are there"
            )
            raise source.refusal("WAV_TRUNCATED", at, what=what)
        if chunk.id == b"fmt ":
            if format_at:
                raise source.refusal("WAV_FORMAT", at, what="its format is repeated")
            format_at, format_size = body, chunk.size
        at = body + chunk.size + chunk.size % 2
    else:
        raise source.refusal(
            "WAV_FORMAT", at, what=f"no data is among its first {LIMITS.wav_chunks} chunks"
        )
    announced = RIFF.parse(data).size + _CHUNK_SIZE
    code = "WAV_TRUNCATED" if max(announced, at) > len(data) else "WAV_FORMAT"
    raise source.refusal(code, len(data), what="it has no data chunk")


def _check_format(source: _Source, at: int, size: int) -> None:
    body = source.data[at : at + size]
    if size < _FORMAT_SIZE:
        raise source.refusal("WAV_FORMAT", at, what=f"its format chunk has {size} bytes")
    form: Any = FORMAT.parse(body)
    tag = form.tag
    if tag == _EXTENSIBLE:
        if size < _FORMAT_SIZE + EXTENSION.sizeof():
            raise source.refusal("WAV_FORMAT", at, what=f"its format chunk has {size} bytes")
        extension: Any = EXTENSION.parse(body[_FORMAT_SIZE:])
        tag = extension.tag if extension.guid == _GUID else _EXTENSIBLE
    hint_key = _departure(tag, form.channels, form.bits)
    if hint_key:
        found = ", ".join([_encoding(tag, form.bits), _channels(form.channels), f"{form.rate} Hz"])
        raise source.refusal("WAV_ENCODING", at, hint_key, found=found)
    if form.rate != source.rate:
        raise source.refusal("WAV_RATE", at + 4, found=form.rate)
    if form.block_align != _BITS // 8 or form.byte_rate != form.rate * form.block_align:
        what = (
            f"its format contradicts itself: {form.block_align} bytes a frame and "
            f"{form.byte_rate} a second, for 16-bit mono at {form.rate} Hz"
        )
        raise source.refusal("WAV_FORMAT", at + 8, what=what)


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
