"""Whether a file holds just the bytes it should."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from prometeu_assets.contract.canonical import first_difference


def difference(file: IO[bytes], chunks: Iterable[bytes | memoryview]) -> int | None:
    """The first byte at which ``file``, from its position, differs from ``chunks``, or None."""
    position = 0
    for chunk in chunks:
        there = file.read(len(chunk))
        if there != chunk:
            return position + first_difference(there, bytes(chunk))
        position += len(chunk)
    return position if file.read(1) else None
