"""Where the tests have their files: in memory, if the system has such a place with room.

There a file that must be on the disk before the next step costs no waiting.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
ROOM: Final = 2 << 30
"""Bytes: several times what all tests together have at once."""


def memory() -> str | None:
    """A folder where files are fast, or None where the system has none."""
    fast = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return str(MEMORY) if fast else None
