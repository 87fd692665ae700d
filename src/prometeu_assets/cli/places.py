"""Where a diagnostic points to in a text file: line and column, computed only when shown."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.text import TextFault, scan
from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage.paths import read_inside

_SCANNED: Final = 12 * 1024 * 1024
"""Bytes of a text in which values are looked for; in a larger one that takes too long."""
_BINARY: Final = frozenset({".pa", ".png", ".wav", ".bin"})


class TextFile:
    """A file that diagnostics are about, read once; no places are in what is not a text.

    ``path`` is below ``root``, which is trusted.
    """

    def __init__(self, root: Path, path: str) -> None:
        self._data = b""
        self._asked: set[str] = set()
        self._places: Mapping[str, int] = {}
        if PurePosixPath(path).suffix.lower() in _BINARY:
            return
        # What is wrong with the file may be that it cannot be read.
        with suppress(OSError, Refused):
            limit = LIMITS.index_document_bytes
            data = read_inside(root, path, limit=limit, what="a text")
            if b"\0" not in data[:1024]:
                self._data = data

    def look_for(self, pointers: Iterable[str]) -> None:
        """Find where these values stand and those around them, in one reading of the text."""
        wanted = {around for pointer in pointers for around in _around(pointer)}
        if wanted <= self._asked or len(self._data) > _SCANNED:
            return
        self._asked |= wanted
        with suppress(TextFault):
            self._places = scan(self._data, integers=False, places=self._asked).places

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in re.finditer(b"\n", self._data))]

    def offset(self, pointer: str) -> int | None:
        """The byte offset of a value, or of the nearest value around it that exists."""
        self.look_for([pointer])
        found = (around for around in _around(pointer) if around in self._places)
        return self._places.get(next(found, ""))

    def line_and_column(self, offset: int) -> tuple[int, int] | None:
        """The line and the column of a byte."""
        if not self._data or offset > len(self._data):
            return None
        line = bisect_right(self._lines, offset)
        before = self._data[self._lines[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1


def _around(pointer: str) -> Iterator[str]:
    """A pointer, then those to what is around it."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer
