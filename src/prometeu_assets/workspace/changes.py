"""Two texts as a unified diff, in a time that grows with their length and not with its square.

A registry of many assets changes in every entry, which is the worst case of `difflib`; but nearly
all of its lines occur once in either text, and what stands between two such lines is short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

_CONTEXT: Final = 3
"""Lines shown before and after a change."""

_LONGEST: Final = 1000
"""Lines between two that occur once; if there are more, they are shown as replaced."""

Line = tuple[str, str]
"""A mark, one of space, minus and plus; and a line."""


def unified_diff(before: str, after: str, old: str, new: str) -> str:
    """The change from ``before`` to ``after``, titled ``old`` and ``new``; empty when equal.

    Lines end at line feeds alone, and are shown without the carriage return before one.
    """
    lines = list(_marked(_lines(before), _lines(after)))
    near = [False] * len(lines)
    for index, (mark, _) in enumerate(lines):
        if mark != " ":
            start = max(0, index - _CONTEXT)
            for other in range(start, min(len(lines), index + _CONTEXT + 1)):
                near[other] = True
    out: list[str] = []
    hunk: list[Line] = []
    at = [1, 1]
    for shown, (mark, line) in zip([*near, False], [*lines, (" ", "")], strict=True):
        if shown:
            hunk.append((mark, line))
        elif hunk:
            out += _hunk(hunk, at)
            hunk = []
        if not shown:
            at = [number + 1 for number in at]
    return "".join(f"{line}\n" for line in (f"--- {old}", f"+++ {new}", *out)) if out else ""


def _hunk(lines: list[Line], at: list[int]) -> Iterator[str]:
    """One hunk that begins ``at`` these lines of both texts; ``at`` moves behind it."""
    counts = [sum(mark != other for mark, _ in lines) for other in ("+", "-")]
    starts = (number if count else number - 1 for number, count in zip(at, counts, strict=True))
    (old, new), (removed, added) = starts, counts
    yield f"@@ -{old},{removed} +{new},{added} @@"
    yield from (mark + line for mark, line in lines)
    at[:] = [number + count for number, count in zip(at, counts, strict=True)]


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def _marked(before: list[str], after: list[str]) -> Iterator[Line]:
    """Every line of both texts with its mark."""
    start = [0, 0]
    for place in (*_anchors(before, after), (len(before), len(after))):
        yield from _between(before[start[0] : place[0]], after[start[1] : place[1]])
        if place[0] < len(before):
            yield " ", before[place[0]]
        start = [number + 1 for number in place]


def _anchors(before: list[str], after: list[str]) -> Iterator[tuple[int, int]]:
    """Where lines stand that occur once in either text, as far as their order is the same."""
    counted = Counter(before), Counter(after)
    where = {line: index for index, line in enumerate(after) if counted[1][line] == 1}
    last = -1
    for index, line in enumerate(before):
        other = where.get(line, -1) if counted[0][line] == 1 else -1
        if other > last:
            yield index, other
            last = other


def _between(before: list[str], after: list[str]) -> Iterator[Line]:
    if before == after:
        yield from ((" ", line) for line in before)
        return
    if max(len(before), len(after)) > _LONGEST:
        yield from (("-", line) for line in before)
        yield from (("+", line) for line in after)
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ((" ", line) for line in before[a:b])
        else:
            yield from (("-", line) for line in before[a:b])
            yield from (("+", line) for line in after[c:d])
