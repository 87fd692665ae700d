"""What a file's first bytes say it is, for hints to people who gave the wrong one."""

from __future__ import annotations

import re
from typing import Final

PNG: Final = "a PNG image"
PNG_AS_TEXT: Final = "a PNG image damaged by a line-end conversion"
WAV: Final = "a WAV sound"
RF64: Final = "an RF64 sound"
RIFX: Final = "a big-endian RIFX sound"
GIMP: Final = "a GIMP palette"
JASC: Final = "a JASC palette"
HEX: Final = "a list of hexadecimal colours"
JSON: Final = "JSON text"
UTF16: Final = "UTF-16 text"
LFS: Final = "a Git LFS pointer"
HTML: Final = "an HTML page"
EMPTY: Final = "an empty file"
ZIP: Final = "a zip archive"
PACK: Final = "an assets.pa pack"
MP3: Final = "an MP3 sound"
ASEPRITE: Final = "an Aseprite document"

GUESSES: Final = frozenset({JSON, HEX, UTF16, MP3})
"""Kinds with so few magic bytes that other binary data may look like them."""

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
UTF8_BOM: Final = b"\xef\xbb\xbf"

_STARTS: Final[tuple[tuple[bytes, str], ...]] = (
    (PNG_SIGNATURE, PNG),
    (b"\x89PNG", PNG_AS_TEXT),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"8BPS", "a Photoshop image"),
    (b"\x8aMNG\r\n\x1a\n", "an MNG animation"),
    (b"RF64", RF64),
    (b"BW64", RF64),
    (b"RIFX", RIFX),
    (b"OggS", "an Ogg sound"),
    (b"fLaC", "a FLAC sound"),
    (b"ID3", MP3),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"%PDF-", "a PDF document"),
    (b"ASEF", "a palette of Adobe swatches"),
    (b"ASPA", PACK),
    (b"version https://git-lfs.github.com/", LFS),
    (b"\xff\xfe", UTF16),
    (b"\xfe\xff", UTF16),
)
_RIFF_FORMS: Final = {
    b"WAVE": WAV,
    b"WEBP": "a WebP image",
    b"PAL ": "a Microsoft RIFF palette",
    b"AVI ": "an AVI film",
}
_IFF_FORMS: Final = {
    b"AIFF": "an AIFF sound",
    b"AIFC": "an AIFF sound",
    b"ILBM": "an IFF image",
}
_TEXTS: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (re.compile(rb"GIMP Palette[ \t]*(?:[\r\n]|\Z)"), GIMP),
    (re.compile(rb"JASC-PAL[ \t]*(?:[\r\n]|\Z)"), JASC),
    (
        re.compile(
            rb"(?:<!--.{0,512}?-->\s*)?<(?:!doctype html|html|head)\b", re.IGNORECASE | re.DOTALL
        ),
        HTML,
    ),
    (re.compile(rb"<\?xml|<svg\b", re.IGNORECASE), "an XML or SVG document"),
    (re.compile(rb"[{\[]"), JSON),
    (re.compile(rb"#?[0-9A-Fa-f]{6}[ \t]*(?:[\r\n]|\Z)"), HEX),
)
_HEAD: Final = 1024


def sniff(data: bytes) -> str | None:
    """What ``data`` looks like, as words to put after "it looks like", or None if unknown."""
    head = bytes(data[:_HEAD])
    if not head:
        return EMPTY
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF"):
        return _RIFF_FORMS.get(head[8:12], "a RIFF file")
    if head.startswith(b"FORM"):
        return _IFF_FORMS.get(head[8:12], "an IFF file")
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "a BMP image"
    if head[4:6] == b"\xe0\xa5":
        return ASEPRITE
    if head[4:12] in (b"ftypavif", b"ftypheic"):
        return "an AVIF or HEIC image"
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return MP3
    text = head.removeprefix(UTF8_BOM).lstrip()
    return next((kind for pattern, kind in _TEXTS if pattern.match(text)), None)


def stranger(kind: str | None) -> str | None:
    """The key of the hint for content that is not a source file of any sort."""
    return {LFS: "lfs", HTML: "html", EMPTY: "empty"}.get(kind or "")
