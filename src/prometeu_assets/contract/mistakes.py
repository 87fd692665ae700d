"""The usual mistakes in JSON that people write, for hints: keys of those of ``DOCUMENT_JSON``."""

from __future__ import annotations

from typing import Final

from prometeu_assets.kinds import LFS, UTF8_BOM, sniff

_ENDS: Final = (b'"', b"}", b"]")
_DIGITS: Final = tuple(b"%d" % digit for digit in range(10))


def mistake(data: bytes, offset: int) -> str | None:
    """The usual mistake that makes ``data`` stop being JSON at ``offset``."""
    before, after = data[:offset].rstrip(), data[offset:]
    if not data.strip():
        return "empty"
    if sniff(data) == LFS:
        return "lfs"
    if data.startswith(UTF8_BOM):
        return "bom"
    if after.startswith((b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>")):
        return "conflict"
    if before.endswith(b",") and after.startswith((b"}", b"]")):
        return "comma"
    if after.startswith((b"//", b"/*", b"#")):
        return "comment"
    if after.startswith(b"'"):
        return "quotes"
    # After a number or a literal there is a space; without one, this may be within a string.
    ended = _ENDS if len(before) == offset else (*_ENDS, b"e", b"l", *_DIGITS)
    if after.startswith(b'"') and before.endswith(ended):
        return "separator"
    if before.endswith(b"\\"):
        return "backslash"
    return None if after else "end"
