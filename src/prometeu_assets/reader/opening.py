"""Which source a pack is read from: a path, a buffer, a file object or a URL.

Clause: ``spec/python-reader.md#sources``.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from typing import IO, Any, Final, Literal, Protocol, cast

from prometeu_assets.reader.source import (
    TIMEOUT,
    FileSource,
    MappedSource,
    MemorySource,
    Source,
    disk_source,
)


class PathWithin(Protocol):
    """A path within something, such as a `zipfile.Path` or a resource of a package."""

    def read_bytes(self) -> bytes:
        """The whole."""

    def open(self, mode: Literal["rb"]) -> IO[bytes]:
        """The file, open for reading."""


PackInput = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | PathWithin
"""What `open_source` takes; also anything else with the interface of a buffer."""

# A pipe without a writer would otherwise block the open for ever.
_OPEN: Final[int] = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)


def open_source(given: PackInput, *, mmap: bool = False, timeout: float = TIMEOUT) -> Source:
    """A source for a path, a buffer, a seekable binary file, or an fsspec URL.

    ``mmap`` maps the file at a path; ``timeout`` is in seconds, for each read from a URL.
    Raises `OSError` when it cannot be opened, or the path leads to no regular file.
    """
    if isinstance(given, str) and "://" in given:
        from prometeu_assets.reader.remote import remote_source

        return remote_source(given, timeout)
    if isinstance(given, str | os.PathLike):
        path = os.fspath(given)
        file = _open_regular(path)
        return MappedSource(file, path) if mmap else disk_source(file, path)
    view = _view(given)
    if view is not None:
        return MemorySource(view)
    if hasattr(given, "read_bytes"):
        within = cast("PathWithin", given)
        return FileSource(within.open("rb"), str(within), owned=True)
    if not hasattr(given, "seek"):
        raise TypeError(f"a pack is opened from a path, bytes or a binary file, not {given!r}")
    if isinstance(given, io.TextIOBase):
        raise TypeError("a pack is opened from a binary file: open it with mode 'rb'")
    file = cast("IO[bytes]", given)
    name = getattr(file, "name", None)
    return FileSource(file, name if isinstance(name, str) else None)


def _view(given: Any) -> memoryview | None:
    """The bytes of a buffer, such as a map or an array."""
    try:
        return memoryview(given).cast("B")
    except TypeError:
        return None


def _open_regular(path: str) -> IO[bytes]:
    """The regular file at a path that the caller gave: links are followed, nothing is awaited."""
    try:
        opened = os.open(path, _OPEN)
    except ValueError as error:  # no system can spell it
        raise OSError(errno.EINVAL, str(error), ascii(path)) from error
    try:
        mode = os.fstat(opened).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        return io.FileIO(opened, "rb")
    except BaseException:
        os.close(opened)
        raise
