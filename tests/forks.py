"""A fork of the process that tests run in."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable


def forked(call: Callable[[], int]) -> int:
    """The exit code of a fork of this process that makes the call: what it returns, or 9."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # this process has threads
        child = os.fork()
    if not child:
        code = 9
        try:
            code = call()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
