"""Two names swapped in one step, where the system can: nothing is missing at any instant.

Python has no call for it, so the one of the C library that is already loaded is used.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

ENABLED: bool = sys.platform in ("linux", "darwin")
"""Whether to try at all; elsewhere, or when switched off, nothing is ever swapped."""

_AT_FDCWD: Final = -100
_EXCHANGE: Final = 2
"""``RENAME_EXCHANGE`` on Linux, and ``RENAME_SWAP`` on macOS."""

_CANNOT: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})


def exchange(one: Path, two: Path) -> bool:
    """Give each of two files or directories the other's name, at once; not synced.

    False when the system or the file system cannot. Raises `OSError`.
    """
    if not ENABLED:
        return False
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(two)
    try:
        if sys.platform == "darwin":
            failed = library.renamex_np(first, second, _EXCHANGE)
        else:
            failed = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _EXCHANGE)
    except AttributeError:
        return False  # a C library without the call
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(two))
