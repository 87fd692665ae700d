"""What files are taken for, by their first bytes."""

from __future__ import annotations

from tests.every import every

from prometeu_assets.kinds import sniff


@every(
    [
        (b"", "an empty file"),
        (b"BM\0\0\0\0\0\0\0\0", "a BMP image"),
        (b"BMW", None),
        (b"\x10\x20\0\0\xe0\xa5", "an Aseprite document"),
        (b"\0\0\0\x1cftypavif", "an AVIF or HEIC image"),
        (b"\xff\xfb\x90", "an MP3 sound"),
        (b"RIFF", "a RIFF file"),
        (b"FORM\0\0\0\0ILBM", "an IFF image"),
        (b"FORM", "an IFF file"),
        (b"<!-- saved\nhere -->\n<HTML>", "an HTML page"),
        (b"\n<svg>", "an XML or SVG document"),
        (b"\xef\xbb\xbfGIMP Palette\n", "a GIMP palette"),
        (b"GIMP Palettes", None),
        (b"#a0b0c0", "a list of hexadecimal colours"),
        (b"a0b0c0d", None),
        (b"\0\0", None),
    ]
)
def test_sniff(data: bytes, kind: str | None) -> None:
    assert sniff(data) == kind
