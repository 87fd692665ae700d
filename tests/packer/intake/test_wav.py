"""Sounds: what is read, and what is refused with which command to repair it."""

from __future__ import annotations

import io
import shlex
import struct
import wave

import numpy as np
from tests.every import every
from tests.packer.intake.files import PCM_GUID, fmt, refused, riff, riff_chunk

from prometeu_assets.banks.sounds.wav import read_wav

RATE = 22050
possible = range(8000, 48_001).__contains__
FRAMES = np.array([0, 1, -1, 32767, -32768], "<i2")
DATA = riff_chunk(b"data", FRAMES.tobytes())
LIST = riff_chunk(b"LIST", b"INFOx")
COMMAND = "`ffmpeg -i sounds/jump.wav -ac 1 -ar 22050 -c:a pcm_s16le sounds/jump-pcm16.wav`"
SOX = "`sox sounds/jump.wav -c 1 -r 22050 -b 16 -e signed-integer sounds/jump-pcm16.wav`"
AGAIN = "Export the sound again"


def read(data: bytes, name: str = "sounds/jump.wav") -> np.ndarray:
    return read_wav(data, name=name, sample_rate=RATE, possible=possible)


def written(channels: int = 1, width: int = 2, rate: int = RATE, frames: int = 5) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(FRAMES.tobytes()[:2] * channels * frames if width != 2 else
                         np.repeat(np.resize(FRAMES, frames), channels).tobytes())  # fmt: skip
    return out.getvalue()


@every(
    [
        written(),
        riff(fmt(), DATA),
        riff(fmt(extra=b"\0\0"), DATA),
        riff(fmt(0xFFFE, sub=1), DATA),
        riff(LIST, fmt(), LIST, DATA, LIST),
        riff(fmt(), DATA, size=0),
        riff(fmt(), DATA, size=0xFFFFFFFF),
        riff(fmt(), DATA, size=7),
        riff(fmt(), DATA) + b"trailing junk",
        riff(fmt(), DATA, b"LIST\xff\xff\xff\xff"),
        riff(fmt(), DATA, riff_chunk(b"data", b"again")),
        riff(LIST[:-1], fmt(), DATA),
        riff(fmt(), LIST[:-1], DATA),
        riff(fmt(), LIST[:-1], LIST, DATA),
    ]
)
def test_sounds(data: bytes) -> None:
    frames = read(data)
    assert frames.dtype == np.dtype("<i2")
    assert frames.tolist() == FRAMES.tolist()


BAD = [
    # case, bytes, code, fragments of message and hint, offset
    ("empty file", b"", "WAV_EMPTY", "the file has no bytes", "export the sound again", 0),
    ("no frames", written(frames=0), "WAV_EMPTY", "no bytes", "from `inputs.samples`", 36),
    ("no frames, a chunk behind", riff(fmt(), riff_chunk(b"data", b""), LIST), "WAV_EMPTY",
     "no bytes", "from `inputs.samples`", 36),
    ("no frames, a chunk behind without its pad byte",
     riff(fmt(), riff_chunk(b"data", b""), LIST[:-1]), "WAV_EMPTY", "no bytes", "", 36),
    ("length 0", riff(fmt(), riff_chunk(b"data", b"") + FRAMES.tobytes(), size=0), "WAV_TRUNCATED",
     "never filled in (0), and 10 bytes are there", "in its place: " + COMMAND, 36),
    ("length 0 and 4 GiB", riff(fmt(), riff_chunk(b"data", b"") + FRAMES.tobytes(),
     size=0xFFFFFFFF), "WAV_TRUNCATED", "never filled in (0)", COMMAND, 36),
    ("length 0, more chunks behind than are looked at", riff(fmt(), riff_chunk(b"data", b"") +
     riff_chunk(b"junk", b"") * 1025), "WAV_TRUNCATED", "never filled in (0)", COMMAND, 36),
    ("length 0, names of chunks behind", riff(fmt(), riff_chunk(b"data", b"") + b"LIST" * 9),
     "WAV_TRUNCATED", "never filled in (0), and 36 bytes", COMMAND, 36),
    ("stereo", written(channels=2), "WAV_ENCODING", ("is 16-bit PCM, stereo, 22050 Hz; a sound bank "
     "needs 16-bit PCM mono at 22050 Hz"), "one and list the new file in its place: " + COMMAND, 20),
    ("six channels", written(channels=6), "WAV_ENCODING", "6 channels", COMMAND, 20),
    ("8 bit", written(width=1), "WAV_ENCODING", "8-bit PCM, mono", "16 bits and list the new file in its place: " + COMMAND, 20),
    ("24 bit", written(width=3), "WAV_ENCODING", "24-bit PCM", COMMAND, 20),
    ("32 bit", written(width=4), "WAV_ENCODING", "32-bit PCM", COMMAND, 20),
    ("24 bit extensible", riff(fmt(0xFFFE, bits=24, sub=1), DATA), "WAV_ENCODING", "24-bit PCM",
     COMMAND, 20),
    ("float", riff(fmt(3, bits=32), DATA), "WAV_ENCODING", "32-bit floating point, mono",
     "16-bit integers and list the new file in its place: " + COMMAND, 20),
    ("float extensible", riff(fmt(0xFFFE, 2, bits=32, sub=3), DATA), "WAV_ENCODING",
     "32-bit floating point, stereo", COMMAND, 20),
    ("MP3 inside", riff(fmt(0x55, bits=0), DATA), "WAV_ENCODING", "MP3-compressed", COMMAND, 20),
    ("unknown", riff(fmt(0x1234), DATA), "WAV_ENCODING", "encoding 0x1234", AGAIN, 20),
    ("unknown sub-format", riff(fmt(0xFFFE, sub=1, guid=bytes(14)), DATA), "WAV_ENCODING",
     "encoding 0xfffe", AGAIN, 20),
    ("other rate", written(rate=44100), "WAV_RATE", ("The sample rate of the sound is 44100 Hz; the asset declares "
     "22050 Hz"), COMMAND, 24),
    ("other rate, declared", written(rate=8000), "WAV_RATE", "8000", ("`output.metadata.sample_rate`"
     " to 8000"), 24),
    ("no rate for a bank", written(rate=96_000), "WAV_RATE", "96000", "in its place: " + COMMAND, 24),
    ("no rate for a bank either", written(rate=7999), "WAV_RATE", "7999", "in its place: " + COMMAND, 24),
    ("cut", written()[:-3], "WAV_TRUNCATED", "announces 10 bytes and 7 are there", COMMAND, 36),
    ("cut in format", written()[:30], "WAV_TRUNCATED", "`fmt ` chunk announces 16 bytes and 10",
     "", 12),
    ("cut after format", written()[:36], "WAV_TRUNCATED", "no data chunk", "", 36),
    ("cut in chunk head", written()[:40], "WAV_TRUNCATED", "no data chunk", "", 40),
    ("cut in header", b"RIFF\0\0", "WAV_TRUNCATED", "it has 6 bytes", "", 6),
    ("cut before its frames", written()[:44], "WAV_TRUNCATED", "10 bytes and 0 are there",
     "from its source again.", 36),
    ("streamed", riff(fmt(), riff_chunk(b"data", b"1234", 0xFFFFFFFF)), "WAV_TRUNCATED",
     "never filled in (4294967295), and 4 bytes", "left out the length. Convert it", 36),
    ("streamed nothing", riff(fmt(), riff_chunk(b"data", b"", 0xFFFFFFFF)), "WAV_TRUNCATED",
     "and 0 bytes", "from its source again.", 36),
    ("mp3", b"ID3\x04", "WAV_FORMAT", "looks like an MP3 sound", COMMAND, 0),
    ("aiff", b"FORM\0\0\0\0AIFF", "WAV_FORMAT", "an AIFF sound", COMMAND, 0),
    ("ogg", b"OggS" + bytes(20), "WAV_FORMAT", "an Ogg sound", COMMAND, 0),
    ("flac", b"fLaC" + bytes(20), "WAV_FORMAT", "a FLAC sound", COMMAND, 0),
    ("png", b"\x89PNG\r\n\x1a\n", "WAV_FORMAT", "a PNG image", "List a sound instead", 0),
    ("webp", riff(form=b"WEBP"), "WAV_FORMAT", "a WebP image", "", 0),
    ("avi", riff(form=b"AVI "), "WAV_FORMAT", "an AVI film", "", 0),
    ("other riff", riff(form=b"????"), "WAV_FORMAT", "a RIFF file", "", 0),
    ("rf64", riff(fmt(), DATA, id_=b"RF64"), "WAV_FORMAT", "RF64", COMMAND, 0),
    ("rifx", riff(fmt(), DATA, id_=b"RIFX"), "WAV_FORMAT", "big-endian RIFX", SOX, 0),
    ("lfs", b"version https://git-lfs.github.com/spec/v1", "WAV_FORMAT", "LFS", "lfs pull", 0),
    ("html", b"<html>", "WAV_FORMAT", "HTML", "download", 0),
    ("noise", b"\0" * 50, "WAV_FORMAT", "does not begin like one", AGAIN, 0),
    ("no chunks", riff(), "WAV_FORMAT", "no data chunk", "", 12),
    ("no data", riff(fmt(), LIST), "WAV_FORMAT", "no data chunk", "", 50),
    ("data first", riff(DATA, fmt()), "WAV_FORMAT", "data comes before its format", "", 12),
    ("two formats", riff(fmt(), fmt(), DATA), "WAV_FORMAT", "format is repeated", "", 36),
    ("short format", riff(riff_chunk(b"fmt ", bytes(14)), DATA), "WAV_FORMAT", "has 14 bytes", "",
     20),
    ("short extension", riff(fmt(0xFFFE), DATA), "WAV_FORMAT", "has 16 bytes", "", 20),
    ("block align", riff(fmt(align=4), DATA), "WAV_FORMAT", "4 bytes a frame", COMMAND, 28),
    ("byte rate", riff(fmt(byte_rate=1), DATA), "WAV_FORMAT", "and 1 a second", COMMAND, 28),
    ("odd data", riff(fmt(), riff_chunk(b"data", b"123")), "WAV_FORMAT", ("3 bytes, which is not a "
     "whole number"), COMMAND, 36),
    ("many chunks", riff(fmt(), riff_chunk(b"junk", b"") * 1024), "WAV_FORMAT", "first 1024",
     "", 36 + 8 * 1023),
    ("neither place behind an odd chunk has a whole one", riff(fmt(), LIST[:-1], b"abcd" +
     (40).to_bytes(4, "little") + b"\xff" * 10), "WAV_TRUNCATED", "`bcd(` chunk announces", "", 50),
    ("a pad byte that is one", riff(fmt(), LIST, riff_chunk(b"dat_", b"")), "WAV_FORMAT",
     "no data chunk", AGAIN, 58),
]  # fmt: skip


@every([c[1:] for c in BAD], ids=[c[0] for c in BAD])
def test_refusals(data: bytes, code: str, message: str, hint: str, offset: int) -> None:
    diagnostic = refused(lambda: read(data))
    assert diagnostic.code == code
    assert message in diagnostic.message
    shown = diagnostic.hint or ""
    assert shown.endswith(hint) if hint.endswith(".") else hint in shown
    assert diagnostic.offset == offset
    assert diagnostic.file == "sounds/jump.wav"


@every(
    [
        ("a/b.wav", "a/b.wav", "a/b-pcm16.wav"),
        ("a b.WAV", "'a b.WAV'", "'a b-pcm16.wav'"),
        ("-b.wav", "./-b.wav", "./-b-pcm16.wav"),
        ("$(rm x).wav", "'$(rm x).wav'", "'$(rm x)-pcm16.wav'"),
        ("it's.wav", "'it'\"'\"'s.wav'", "'it'\"'\"'s-pcm16.wav'"),
        ("a.b/c", "a.b/c", "a.b/c-pcm16.wav"),
    ]
)
def test_file_names_are_quoted_in_commands(name: str, source: str, target: str) -> None:
    hint = refused(lambda: read(written(channels=2), name)).hint or ""
    assert f"ffmpeg -i {source} -ac 1 -ar 22050 -c:a pcm_s16le {target}" in hint
    words = shlex.split(hint[hint.index("ffmpeg") : hint.rindex("`")])
    assert words[:2] == ["ffmpeg", "-i"]
    assert words[2].removeprefix("./") == name
    assert len(words) == 10


def test_guid_is_the_published_one() -> None:
    assert (struct.pack("<H", 1) + PCM_GUID).hex() == "0100000000001000800000aa00389b71"
