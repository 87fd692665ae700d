"""Folders for targets that read files, and projects in them."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path


@cache
def place(name: str) -> Path:
    """A folder of its own for each purpose."""
    return Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))


def write(path: Path, data: bytes) -> None:
    """Put bytes there, whatever was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
