"""What the file system says of a file, and when that tells that the content is the same.

Clause: ``spec/workspace.md#remembered``.
"""

from __future__ import annotations

import os
from typing import NamedTuple

CHANGE_TIMES: bool = os.name == "posix"
"""Whether the system has a time that no program can set (on Windows it is that of creation)."""


class Status(NamedTuple):
    """A file by its device and inode, its size in bytes, and its times in nanoseconds."""

    device: int
    inode: int
    size: int
    mtime: int
    ctime: int

    @classmethod
    def of(cls, info: os.stat_result) -> Status:
        """The part of a `stat` that changes with the content."""
        return cls(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)

    @property
    def changed(self) -> int:
        """The later of the two times."""
        return max(self.mtime, self.ctime)

    def is_renamed(self, before: Status) -> bool:
        """Whether it is the file that had the status ``before``, but perhaps for its names.

        A name that is given or taken changes the time of change, and no other.
        """
        return self[:-1] == before[:-1]

    def __str__(self) -> str:
        device, inode, size, mtime, ctime = self  # quicker than a join: it is made of each file
        return f"{device}_{inode}_{size}_{mtime}_{ctime}"


class Moment(NamedTuple):
    """A change time (nanoseconds) that the file system gave to a file of ours just now."""

    device: int
    time: int

    def follows(self, status: Status) -> bool:
        """Whether a file with this status was last changed before, on the same device.

        Then each later change gives it another status: it would have this time or a later one.
        """
        return status.device == self.device and status.changed < self.time
