"""Folders for targets that read files, and projects in them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def place(name: str) -> Path:
    """A folder of its own for each purpose, gone with the process."""
    made = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def write(path: Path, data: bytes) -> None:
    """Put bytes there, whatever was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
