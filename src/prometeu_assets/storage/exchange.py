"""Two names swapped in one step, and a file system synced as a whole, where the system can.

Python has no calls for it, so those of the C library that is already loaded are used.
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


def sync_around(folder: Path) -> bool:
    """Bring all that was written to the file system of ``folder`` to its disk.

    False when the system cannot. Raises `OSError`, which Linux does from 5.8 on.
    """
    if not ENABLED or sys.platform != "linux":
        return False
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        failed = library.syncfs(opened)
    except AttributeError:
        return False  # a C library without the call
    finally:
        os.close(opened)
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(folder))
    return True
