"""JSON text, read by position: the exact tier behind every JSON the project accepts.

Clause: ``spec/contract/1/header.md#text``. A language's own parser hides repeated names, ``1.0``
and lone surrogates, and reports places differently; this one names the first byte that cannot
stand. It is used for headers that the typed decoder does not recognise, and for workspace
documents.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from prometeu_assets.contract.limits import LIMITS

Kind = Literal["utf8", "json", "nesting", "number"]

_SPACE: Final = re.compile(rb"[ \t\n\r]*")
_PLAIN: Final = re.compile(rb'[^"\\\x00-\x1f]*')
_SPACES: Final = b" \t\n\r"
_COLON: Final = re.compile(rb"[ \t\n\r]*:[ \t\n\r]*")
_STRINGS: Final = re.compile(rb'"([^"\\\x00-\x1f]*)"')
_INTEGERS: Final = re.compile(_STRINGS.pattern + rb"|(?:0|-?[1-9][0-9]{0,14})(?![0-9.eE])")
"""Strings without an escape, and integers that are within the limit whatever their digits."""
_KEPT: Final = ("utf-8", "surrogateescape")
"""A rule before this one refuses what is not UTF-8; without it, the bytes are kept."""
_DIGITS: Final = re.compile(rb"[0-9]*")
_SIMPLE: Final = {
    ord('"'): '"',
    ord("\\"): "\\",
    ord("/"): "/",
    ord("b"): "\b",
    ord("f"): "\f",
    ord("n"): "\n",
    ord("r"): "\r",
    ord("t"): "\t",
}
_LITERALS: Final[dict[int, tuple[bytes, Any]]] = {
    ord("t"): (b"true", True),
    ord("f"): (b"false", False),
    ord("n"): (b"null", None),
}
_HEX: Final = b"0123456789abcdefABCDEF"
_LOW_SURROGATE: Final = (b"\\", b"u", b"dD", b"cdefCDEF", _HEX, _HEX)


class TextFault(Exception):
    """The text breaks a rule at byte ``offset``: the first that cannot stand there."""

    def __init__(self, kind: Kind, offset: int, found: str) -> None:
        super().__init__(kind, offset, found)
        self.kind, self.offset, self.found = kind, offset, found


@dataclass(slots=True, kw_only=True)
class Text:
    r"""A JSON text's value, and what a plain parser would have hidden.

    ``nul``: byte offset of the first U+0000 written ``\u0000``, or None.
    ``escaped_name``: byte offset of the first ``\`` in a member name, or None.
    ``repeats``: (pointer, byte offset) of each member name that stood there before.
    ``places``: byte offset of each value by pointer, when asked for.
    """

    value: Any = None
    nul: int | None = None
    escaped_name: int | None = None
    repeats: list[tuple[str, int]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)


def escape(name: str) -> str:
    """A member name as one token of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The member name of one token of a JSON Pointer (RFC 6901)."""
    return token.replace("~1", "/").replace("~0", "~")


def utf8_fault(data: bytes) -> int | None:
    """The first byte with which ``data`` stops being UTF-8 (RFC 3629), or None."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Python names the start of the broken sequence; the byte that broke it comes after,
        # unless the very first cannot begin one.
        return error.start if error.reason == "invalid start byte" else error.end
    return None


def attempt(data: bytes, *, integers: bool, nesting: int | None) -> tuple[Text, TextFault | None]:
    """What `scan` gives, and no fault; or a text of nothing, and the fault."""
    try:
        return scan(data, integers=integers, nesting=nesting), None
    except TextFault as fault:
        return Text(), fault


def scan(
    data: bytes,
    *,
    integers: bool = True,
    nesting: int | None = LIMITS.nesting,
    places: bool | Container[str] = False,
) -> Text:
    """Read one JSON text (RFC 8259) of UTF-8 bytes.

    With ``integers``, numbers obey the number rule (integers within `Limits.integer`);
    ``nesting`` is how many arrays and objects may be open at once, None for any number;
    ``places`` is whether to note where values stand, or the pointers of those of interest.
    Raises `TextFault` at the first byte that breaks a rule.
    """
    return _Scanner(data, integers=integers, nesting=nesting, places=places).run()


class _Scanner:
    def __init__(
        self,
        data: bytes,
        *,
        integers: bool,
        nesting: int | None,
        places: bool | Container[str],
    ) -> None:
        self.data, self.integers, self.nesting = data, integers, nesting
        self.text = Text()
        self.want_places = places
        self.path: list[str | int] = []

    def run(self) -> Text:  # noqa: C901, PLR0912, PLR0915  # one loop, so that depth costs no stack
        # The end is marked by a byte that no text has, so that most steps need not look for it.
        data, text, path = self.data + b"\0", self.text, self.path
        simple = _INTEGERS if self.integers else _STRINGS
        stack: list[Any] = []
        position = self.space(0)
        while True:
            # A value must begin here.
            if self.want_places is not False:
                pointer = self.pointer()
                if self.want_places is True or pointer in self.want_places:
                    self.byte(position)
                    text.places[pointer] = position
            byte = data[position]
            if byte in b"[{":
                if self.nesting is not None and len(stack) >= self.nesting:
                    raise TextFault("nesting", position, chr(byte))
                container: Any = [] if byte == ord("[") else {}
                position += 1
                if data[position] in _SPACES:
                    position = self.space(position)
                if data[position] == byte + 2:  # "]" and "}" stand two after "[" and "{"
                    value, position = container, position + 1
                else:
                    stack.append(container)
                    position = self.enter(container, position)
                    continue
            elif token := simple.match(data, position):
                position = token.end()
                value = int(token[0]) if token[1] is None else token[1].decode(*_KEPT)
            else:
                value, position = self.scalar(self.byte(position), position)
            # A value has ended here.
            while stack:
                container = stack[-1]
                name = path.pop()
                is_list = type(container) is list
                if is_list:
                    container.append(value)
                else:
                    container[name] = value
                if data[position] in _SPACES:
                    position = self.space(position)
                byte = data[position]
                if byte == ord(","):
                    position += 1
                    if data[position] in _SPACES:
                        position = self.space(position)
                    if is_list:
                        path.append(len(container))
                    else:
                        position = self.enter(container, position)
                    break
                if byte != (ord("]") if is_list else ord("}")):
                    raise self.unexpected(position)
                value, position = stack.pop(), position + 1
            else:
                text.value = value
                position = self.space(position)
                if position != len(self.data):
                    raise self.unexpected(position)
                return text

    def enter(self, container: Any, position: int) -> int:
        """Go to the next value of a container: past its name and colon, in an object."""
        if type(container) is list:
            self.path.append(len(container))
            return position
        if token := _STRINGS.match(self.data, position):
            name, end = token[1].decode(*_KEPT), token.end()
        elif self.byte(position) == ord('"'):
            name, end = self.string(position)
        else:
            raise self.unexpected(position)
        if token is None and self.text.escaped_name is None:
            backslash = self.data.find(b"\\", position, end)
            self.text.escaped_name = None if backslash < 0 else backslash
        self.path.append(name)
        if name in container:
            self.text.repeats.append((self.pointer(), position))
        match = _COLON.match(self.data, end)
        if match is None:
            raise self.unexpected(self.space(end))
        return match.end()

    def scalar(self, byte: int, position: int) -> tuple[Any, int]:
        if byte == ord('"'):
            return self.string(position)
        if byte == ord("-") or byte in b"0123456789":
            return self.number(position)
        if byte in _LITERALS:
            literal, value = _LITERALS[byte]
            for expected in literal:
                if self.byte(position) != expected:
                    raise self.unexpected(position)
                position += 1
            return value, position
        raise self.unexpected(position)

    def number(self, start: int) -> tuple[int | float, int]:
        data, position = self.data, start
        if data[position] == ord("-"):
            position += 1
            if self.byte(position) not in b"0123456789":
                raise self.unexpected(position)
            if self.integers and data[position] == ord("0"):
                raise TextFault("number", position, "-0")
        end = self.digits(position)
        if data[position] == ord("0") and end > position + 1:
            raise self.unexpected(position + 1)
        if self.integers:
            self.within(position, end)
            if data[end : end + 1] in (b".", b"e", b"E"):
                raise TextFault("number", end, data[start : end + 1].decode())
            return int(data[start:end]), end
        whole = end
        if data[end : end + 1] == b".":
            end = self.some_digits(end + 1)
        if data[end : end + 1] in (b"e", b"E"):
            signed = data[end + 1 : end + 2] in (b"+", b"-")
            end = self.some_digits(end + 1 + signed)
        token = data[start:end]
        # An integer beyond every double is none that anyone holds; int() would refuse it later.
        exact = end == whole and (len(token) < 300 or math.isfinite(float(token)))
        return int(token) if exact else float(token), end

    def within(self, start: int, end: int) -> None:
        magnitude = 0
        for position in range(start, end):
            magnitude = magnitude * 10 + self.data[position] - ord("0")
            if magnitude > LIMITS.integer:
                raise TextFault("number", position, self.data[start : position + 1].decode())

    def digits(self, position: int) -> int:
        match = _DIGITS.match(self.data, position)
        assert match is not None
        return match.end()

    def some_digits(self, position: int) -> int:
        end = self.digits(position)
        if end == position:
            raise self.unexpected(position)
        return end

    def string(self, start: int) -> tuple[str, int]:
        data, position = self.data, start + 1
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(data, position)
            assert plain is not None
            parts.append(plain.group().decode(*_KEPT))
            position = plain.end()
            byte = self.byte(position)
            if byte == ord('"'):
                return "".join(parts), position + 1
            if byte != ord("\\"):
                raise self.unexpected(position)
            escaped = self.byte(position + 1)
            if escaped in _SIMPLE:
                parts.append(_SIMPLE[escaped])
                position += 2
            elif escaped == ord("u"):
                character, end = self.unicode(position + 2)
                if character == "\0" and self.text.nul is None:
                    self.text.nul = position
                parts.append(character)
                position = end
            else:
                raise self.unexpected(position + 1)

    def unicode(self, start: int) -> tuple[str, int]:
        """The character of four hex digits at ``start``, with its second half if it needs one."""
        for index in range(4):
            byte = self.byte(start + index)
            lone_low = index == 1 and self.data[start] in b"dD" and byte in b"cdefCDEF"
            if byte not in _HEX or lone_low:
                raise self.unexpected(start + index)
        end = start + 4
        code = int(self.data[start:end], 16)
        if 0xD800 <= code <= 0xDBFF:
            for allowed in _LOW_SURROGATE:
                if self.byte(end) not in allowed:
                    raise self.unexpected(end)
                end += 1
            low = int(self.data[end - 4 : end], 16)
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        return chr(code), end

    def space(self, position: int) -> int:
        match = _SPACE.match(self.data, position)
        assert match is not None
        return match.end()

    def byte(self, position: int) -> int:
        if position >= len(self.data):
            raise TextFault("json", position, "the text ends too early")
        return self.data[position]

    def unexpected(self, position: int) -> TextFault:
        if position >= len(self.data):
            return TextFault("json", position, "the text ends too early")
        if self.data.startswith(b"\xef\xbb\xbf", position):
            return TextFault("json", position, "a byte order mark")
        byte = self.data[position]
        shown = repr(chr(byte)) if 0x20 <= byte < 0x7F else f"byte {byte:02X}"
        return TextFault("json", position, f"unexpected {shown}")

    def pointer(self) -> str:
        return "".join(f"/{escape(str(name))}" for name in self.path)
