"""Where a diagnostic points to in a text file: line and column, computed only when shown."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.text import TextFault, scan
from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage.paths import read_inside

_BINARY: Final = frozenset({".pa", ".png", ".wav", ".bin"})


class TextFile:
    """A file that diagnostics are about, read once; no places are in what is no text.

    ``path`` is below ``root``, which is trusted.
    """

    def __init__(self, root: Path, path: str) -> None:
        self._data = b""
        if PurePosixPath(path).suffix.lower() in _BINARY:
            return
        # What is wrong with the file may be that it cannot be read.
        with suppress(OSError, Refused):
            limit = LIMITS.index_document_bytes
            data = read_inside(root, path, limit=limit, what="a text")
            if b"\0" not in data[:1024]:
                self._data = data

    @cached_property
    def _places(self) -> Mapping[str, int]:
        try:
            return scan(self._data, integers=False, places=True).places
        except TextFault:
            return {}

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in re.finditer(b"\n", self._data))]

    def offset(self, pointer: str) -> int | None:
        """The byte at which a value stands, or the nearest one around it that is there."""
        while pointer and pointer not in self._places:
            pointer = pointer.rpartition("/")[0]
        return self._places.get(pointer)

    def line_and_column(self, offset: int) -> tuple[int, int] | None:
        """The line and the column of a byte."""
        if not self._data or offset > len(self._data):
            return None
        line = bisect_right(self._lines, offset)
        before = self._data[self._lines[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1
