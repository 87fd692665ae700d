"""JSON texts by the libraries' own parsers, where these hide nothing.

What comes from here is what `contract.text.scan` would give, of a text in which it finds no
fault; for anything else the answer is don't-know, and `scan` decides.
"""

from __future__ import annotations

import gc
import re
from typing import Any, Final

import msgspec

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.text import Text

DONT_KNOW: Final[Any] = object()
"""Says nothing about the text."""

_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
"""Half of a character."""
_MANY: Final = 300
_HUGE: Final = re.compile(rb"[0-9]{%d}" % _MANY)
"""A number that `scan` would not take for exact."""
_LONG: Final = re.compile(rb"[0-9]{16,17}")
"""The digits of an integer that may be beyond the limit: 15 are always within, 17 never."""
_STRING: Final = re.compile(rb'"[^"]*"')
_ESCAPED_NAME: Final = re.compile(rb'"[^"\\]*(\\)[^"]*"[ \t\n\r]*:')
"""Both for a text of `_marked`."""
_TO_ARRAYS: Final = bytes.maketrans(b"{}", b"[]")
_NO_DIGITS: Final = bytes(set(range(256)) - set(b"0123456789"))
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


class _Unsure(ValueError):
    """The parser met something it treats in its own way."""


def plain(data: bytes, nesting: int) -> Any:
    """The value of a JSON text (RFC 8259) of UTF-8 bytes, or `DONT_KNOW`."""
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return DONT_KNOW
    opened = data.count(b"{") + data.count(b"[")
    if opened > nesting and not is_shallow(without_strings(data), nesting):
        return DONT_KNOW
    if len(data.translate(None, _NO_DIGITS)) >= _MANY and _HUGE.search(data):
        return DONT_KNOW
    if b"\\u" in data:
        if _HALF.search(data):
            return DONT_KNOW
        text, again = without_strings(data), without_strings(msgspec.json.encode(value))
    else:  # A string has as many colons in both.
        text, again = data, msgspec.json.encode(value)
    # Of members with one name only the last is left.
    return value if text.count(b":") == again.count(b":") else DONT_KNOW


def _unsure(_: str) -> Any:
    raise _Unsure


STRICT: Final[dict[str, Any]] = {"float_hook": _unsure}
"""What a decoder of msgspec needs so that it takes integers alone for numbers."""
_INTEGERS: Final = msgspec.json.Decoder(**STRICT)


def header_text(data: bytes, nesting: int) -> Text | None:
    """What `scan` gives of a text whose numbers obey the number rule, or None: don't know.

    Repeated names are not noted: a text with one is not canonical.
    """
    try:
        value = _INTEGERS.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    rest = without_strings(data)
    if b"-0" in rest or not (has_safe_integers(rest) and is_shallow(rest, nesting)):
        return None
    nul, escaped_name = hidden(data)
    return Text(value=value, nul=nul, escaped_name=escaped_name)


def without_strings(data: bytes) -> bytes:
    """A JSON text with nothing where its strings and names were."""
    return _STRING.sub(b"", _marked(data))


def has_safe_integers(rest: bytes) -> bool:
    """Whether in a text of integers and without strings none is beyond `Limits.integer`."""
    return all(int(digits) <= LIMITS.integer for digits in _LONG.findall(rest))


def is_shallow(rest: bytes, nesting: int) -> bool:
    """Whether a text without strings has at most ``nesting`` arrays and objects open at once."""
    left = rest.translate(_TO_ARRAYS, _NO_BRACKETS)
    for _ in range(nesting):
        # Those with nothing inside of them go, so that those around them have nothing inside.
        left = left.replace(b"[]", b"")
    return not left


def hidden(data: bytes) -> tuple[int | None, int | None]:
    r"""Where a JSON text has its first ``\u0000``, and its first escape in a member's name."""
    if b"\\" not in data:
        return None, None
    text = _marked(data)
    nul, name = text.find(rb"\u0000"), _ESCAPED_NAME.search(text)
    return None if nul < 0 else nul, name and name.start(1)


def _marked(data: bytes) -> bytes:
    r"""A JSON text with ``\_`` for each escaped backslash and quote.

    It is as long, each quote begins or ends a string, and each backslash begins an escape.
    """
    return data.replace(rb"\\", rb"\_").replace(rb"\"", rb"\_")


class uncollected:  # noqa: N801  # read as a word, in a `with`
    """Without garbage collection, which takes long after a large parse and finds nothing."""

    def __enter__(self) -> None:
        self._enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._enabled:
            gc.enable()
