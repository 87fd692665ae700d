"""The library between Python and libc: building it, and speaking to it in the process it is in."""

from __future__ import annotations

import ctypes
import os
import subprocess
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("shim.c")

IDLE, KILL, TEAR, FAIL, FAIL_ON = range(5)
"""Nothing, only count; kill before the call; write half and kill; fail once; fail from there on."""


def built(directory: Path) -> Path:
    """The library, compiled into ``directory``."""
    library = directory / "shim.so"
    flags = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library


def environment(library: Path) -> dict[str, str]:
    """The environment of a process with the library in it, where sets have one order."""
    return {**os.environ, "LD_PRELOAD": str(library), "PYTHONHASHSEED": "0"}


class Shim:
    """The library, in a process that was started with it."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.fault_name.restype = ctypes.c_char_p

    def arm(self, below: Path, mode: int, at: int = 0, error: int = 0) -> None:
        """Count calls on paths below a directory; the call number ``at`` goes wrong."""
        self._library.fault_arm(os.fsencode(below), mode, at, error)

    def disarm(self) -> int:
        """Back to idle; how many calls there were."""
        return self._library.fault_disarm()

    @property
    def fired(self) -> int:
        """How many calls failed."""
        return self._library.fault_fired()

    def name(self, number: int) -> str:
        """What was called at this number."""
        return self._library.fault_name(number).decode()

    def log(self, descriptor: int) -> None:
        """From now on write what changes the disk to an open file; -1 for no more."""
        self._library.fault_log(descriptor)
