"""The name that was probably meant where one is asked for that is not there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Final

COMPARED: Final = 200
"""Names that are compared letter by letter with the one asked for, which takes long."""
ANSWERED: Final = 20
"""Names for which another is looked for; with more wrong names a suggestion does not help."""


class Nearest:
    """Finds the nearest of the names that are there.

    Where there are many, only those are compared that share the longest beginning or the longest
    ending with the one asked for: a slip of the finger leaves one of them as it was.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = list(known)
        self._left = ANSWERED

    def to(self, asked: str) -> str | None:
        """The name that differs in case alone, else the nearest; None where none is near."""
        if not self._left:
            return None
        self._left -= 1
        other_case = self._folded.get(asked.casefold())
        if other_case is not None:
            return other_case
        return next(iter(get_close_matches(asked, self._candidates(asked), n=1)), None)

    def _candidates(self, asked: str) -> Sequence[str]:
        if len(self._known) <= COMPARED:
            return self._known
        backward = [name[::-1] for name in _around(self._reversed, asked[::-1])]
        return _around(self._sorted, asked) + backward

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {name.casefold(): name for name in reversed(self._known)}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._known)

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted(name[::-1] for name in self._known)


def nearest(asked: str, known: Iterable[str]) -> str | None:
    """The nearest of some names, asked once."""
    return Nearest(known).to(asked)


def _around(names: list[str], asked: str) -> list[str]:
    """Half of those that are compared: the names between which the one asked for would stand."""
    at, beside = bisect_left(names, asked), COMPARED // 4
    return names[max(0, at - beside) : at + beside]
