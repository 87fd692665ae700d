"""Raw payloads: taken as they are, if their size is the one demanded."""

from __future__ import annotations

import pytest
from tests.every import every
from tests.packer.intake.files import refused

from prometeu_assets.banks.raw import read_raw

RAW = [
    ("short", b"\xff" * 9, 10, "has 9 bytes; its metadata needs exactly 10", "1 byte too few", 9),
    ("long", b"\xff" * 12, 10, "has 12 bytes", "2 bytes too many", 10),
    ("empty", b"", 10, "has 0 bytes", "export it again", 0),
    ("png", b"\x89PNG\r\n\x1a\n", 10, "has 8 bytes", "is a PNG image, not a payload", 8),
    ("lfs", b"version https://git-lfs.github.com/spec/v1\n", 10, "has 43", "git lfs pull", 10),
    ("looks like text", b"[\xff\xfe", 10, "has 3 bytes", "it has 7 bytes too few", 3),
    ("looks like MP3", b"\xff\xfb", 10, "has 2 bytes", "8 bytes too few", 2),
]


@every([c[1:] for c in RAW], ids=[c[0] for c in RAW])
def test_raw_of_wrong_size(data: bytes, size: int, message: str, hint: str, offset: int) -> None:
    diagnostic = refused(lambda: read_raw(data, name="x.bin", size=size))
    assert (diagnostic.code, diagnostic.file) == ("RAW_SIZE", "x.bin")
    assert message in diagnostic.message
    assert hint in (diagnostic.hint or "")
    assert diagnostic.offset == offset


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", bytes(34_816)])
def test_raw_is_taken_as_it_is(data: bytes) -> None:
    assert read_raw(data, name="x.bin", size=len(data)) is data
