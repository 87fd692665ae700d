"""A JSON text with another value, and every byte kept that the change does not ask for.

Clause: ``spec/migration.md#formatting``. People format their documents, and version
control compares them: indentation, order, line ends and the spelling of what stays are theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.text import escape, scan

_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ATOM: Final = re.compile(rb"[^\s,\]}]+")
_EMPTY: Final = re.compile(rb"[\[{]\s*[\]}]")
_CLOSING: Final = re.compile(rb"\s*[\]}]")
_BETWEEN: Final = re.compile(rb"[\s,]*")
_INDENT: Final = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """One part of an array or object: ``start`` with its name, ``value`` … ``end`` without."""

    start: int
    value: int
    end: int


def rewrite(data: bytes, value: Any) -> bytes:
    """The JSON text ``data``, which has no repeated member, changed to hold ``value``.

    What is equal before and after keeps its bytes. Members keep their order; a new one comes
    after the one before it in ``value``, written as its neighbours are; one whose value is that
    of a member that goes takes its place: it is renamed. Raises `TextFault` for what is no JSON.
    """
    text = scan(data, integers=False, nesting=None, places=True)
    if text.repeats:
        raise ValueError("a text with repeated members has no one value")
    rewriter = _Rewriter(data, text.places, text.value)
    start = text.places[""]
    end = rewriter.end("", text.value)
    return data[:start] + rewriter.render("", text.value, value, b"") + data[end:]


class _Rewriter:
    def __init__(self, data: bytes, places: Mapping[str, int], root: Any) -> None:
        self.data, self.places = data, places
        self.colon, self.comma, self.indent = b": ", b", ", _INDENT
        if isinstance(root, Mapping) and root:
            first = self.spans("", root)[0]
            self.colon = self._colon(first)
            self.comma = b", " if self.colon.endswith(b" ") else b","
            self.indent = _margin(data[places[""] + 1 : first.start]).decode() or _INDENT

    def end(self, pointer: str, value: Any) -> int:
        """Where the value at ``pointer`` ends."""
        start = self.places[pointer]
        if isinstance(value, str):
            return self._match(_STRING, start)
        if not isinstance(value, Mapping | list):
            return self._match(_ATOM, start)
        if not value:
            return self._match(_EMPTY, start)
        last = next(reversed(value)) if isinstance(value, Mapping) else len(value) - 1
        return self._match(_CLOSING, self.end(_below(pointer, last), value[last]))

    def spans(self, pointer: str, value: Mapping[str, Any] | list[Any]) -> list[_Span]:
        """Where the parts of an array or object stand, in order."""
        found = []
        position = self.places[pointer] + 1
        parts = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, part in parts:
            start = self._match(_BETWEEN, position)
            position = self.end(_below(pointer, name), part)
            place = self.places[_below(pointer, name)]
            found.append(_Span(start=start, value=place, end=position))
        return found

    def render(self, pointer: str, old: Any, new: Any, gap: bytes) -> bytes:
        """The text of ``new`` where ``old`` stands behind the white space ``gap``."""
        if same(old, new):
            return self.data[self.places[pointer] : self.end(pointer, old)]
        if isinstance(old, Mapping) and isinstance(new, Mapping) and old and new:
            return self._object(pointer, old, new)
        if isinstance(old, list) and isinstance(new, list) and old and new:
            return self._array(pointer, old, new)
        return self._fresh(new, gap)

    def _object(self, pointer: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bytes:
        spans = dict(zip(old, self.spans(pointer, old), strict=True))
        gaps = self._gaps(pointer, list(spans.values()))
        own_gap = dict(zip(old, gaps, strict=False))
        between = gaps[1] if len(spans) > 1 else self._comma(gaps[0])
        was = _origins(old, new)
        out = [b"{", gaps[0]]
        for number, name in enumerate(_order(old, new, was)):
            origin = was.get(name)
            # What stood first has no comma before it.
            first = origin is None or origin == next(iter(old))
            gap = between if first else own_gap[origin]  # type: ignore[index]
            if number:
                out.append(gap)
            if origin is None:
                out += [_quoted(name), self._colon(next(iter(spans.values())))]
                out.append(self._fresh(new[name], gap))
                continue
            span = spans[origin]
            title = self.data[span.start : span.value]
            if origin != name:
                title = _quoted(name) + self._colon(span)
            out += [title, self.render(_below(pointer, origin), old[origin], new[name], gap)]
        last = list(spans.values())[-1]
        return b"".join([*out, self.data[last.end : self.end(pointer, old)]])

    def _array(self, pointer: str, old: list[Any], new: list[Any]) -> bytes:
        spans = self.spans(pointer, old)
        gaps = self._gaps(pointer, spans)
        between = gaps[1] if len(spans) > 1 else self._comma(gaps[0])
        out = [b"["]
        for index, part in enumerate(new):
            gap = gaps[index] if index < len(old) else between
            out.append(gap)
            if index < len(old):
                out.append(self.render(_below(pointer, index), old[index], part, gap))
            else:
                out.append(self._fresh(part, gap))
        return b"".join([*out, self.data[spans[-1].end : self.end(pointer, old)]])

    def _gaps(self, pointer: str, spans: list[_Span]) -> list[bytes]:
        """The text before each part: white space, and a comma except before the first."""
        ends = [self.places[pointer] + 1, *(span.end for span in spans)]
        return [self.data[e : span.start] for e, span in zip(ends, spans, strict=False)]

    def _comma(self, opening: bytes) -> bytes:
        """The text between two parts if there is only one part, after ``opening``."""
        return b"," + opening if b"\n" in opening else self.comma

    def _colon(self, span: _Span) -> bytes:
        return self.data[self._match(_STRING, span.start) : span.value]

    def _fresh(self, value: Any, gap: bytes) -> bytes:
        """The text of a value that was not there, over several lines if ``gap`` is."""
        colon = self.colon.decode()
        if b"\n" not in gap:
            separators = (self.comma.decode(), colon)
            return json.dumps(value, ensure_ascii=False, separators=separators).encode()
        margin = _margin(gap)
        line = b"\r\n" if b"\r\n" in gap else b"\n"
        text = json.dumps(value, ensure_ascii=False, indent=self.indent, separators=(",", colon))
        return text.encode().replace(b"\n", line + margin)

    def _match(self, pattern: re.Pattern[bytes], position: int) -> int:
        match = pattern.match(self.data, position)
        assert match is not None, "the text was read by `scan` before"
        return match.end()


def _margin(gap: bytes) -> bytes:
    """The indentation of the line that begins in ``gap``, which may lead with a comma."""
    line = gap.rpartition(b"\n")[2]
    return line[: len(line) - len(line.lstrip(b" \t"))]


def _below(pointer: str, name: str | int) -> str:
    return f"{pointer}/{escape(str(name))}"


def _quoted(name: str) -> bytes:
    return json.dumps(name, ensure_ascii=False).encode()


def _origins(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """For each member of ``new`` that was there before: its name then."""
    was = {name: name for name in new if name in old}
    gone = [name for name in old if name not in new]
    for name in new:
        other = next((g for g in gone if name not in was and same(old[g], new[name])), None)
        if other is not None:
            was[name] = other
            gone.remove(other)
    return was


def _order(old: Mapping[str, Any], new: Mapping[str, Any], was: Mapping[str, str]) -> list[str]:
    """The members of ``new``: those that were there in their old order, others where they came."""
    now = {origin: name for name, origin in was.items()}
    order = [now[name] for name in old if name in now]
    before = None
    for name in new:
        if name not in was:
            order.insert(0 if before is None else order.index(before) + 1, name)
        before = name
    return order
