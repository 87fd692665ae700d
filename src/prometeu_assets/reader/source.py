"""Where a pack's bytes come from: a mapped file, bytes in memory, or any seekable file.

Clause: ``spec/reader.md#verdicts``. Size and bytes come from one open handle; a read that is
shorter than the size promised is an error of the environment, never filled with zeros.
"""

from __future__ import annotations

import errno
import io
import mmap
import os
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self, cast

PackInput = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""What `open_source` takes."""


class ShortRead(OSError):
    """Fewer bytes came than the size measured at the start: the file changed meanwhile."""


class Source(Protocol):
    """Bytes by position."""

    name: str | None

    @property
    def size(self) -> int:
        """Bytes of the whole."""

    def read(self, offset: int, size: int) -> memoryview:
        """Exactly ``size`` bytes from ``offset`` on; raises `ShortRead`."""

    def close(self) -> None:
        """Drop what this source holds; views handed out stay valid."""


class Closing(ABC):
    """What is closed at the end of a ``with``."""

    @abstractmethod
    def close(self) -> None:
        """Drop what is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class MemorySource:
    """Bytes that are already in memory."""

    def __init__(self, data: bytes | bytearray | memoryview, name: str | None = None) -> None:
        self.name = name
        self._view = memoryview(data).cast("B").toreadonly()

    @property
    def size(self) -> int:
        return self._view.nbytes

    def read(self, offset: int, size: int) -> memoryview:
        piece = self._view[offset : offset + size]
        if piece.nbytes != size:
            raise _short(self.name, offset, size, piece.nbytes)
        return piece

    def close(self) -> None:
        self._view = memoryview(b"")


class MappedSource:
    """A file on disk, mapped into memory; views handed out keep the map alive.

    ``file`` is open for reading, and closed with the source.
    """

    def __init__(self, file: IO[bytes], name: str | None) -> None:
        self.name = name
        self._file = file
        try:
            # A mapping has a length of its own; the handle tells when the file loses bytes.
            self.size = os.fstat(self._file.fileno()).st_size
            self._view = memoryview(b"")
            if self.size:
                self._view = memoryview(
                    mmap.mmap(self._file.fileno(), self.size, access=mmap.ACCESS_READ)
                )
        except BaseException:
            self._file.close()
            raise

    def read(self, offset: int, size: int) -> memoryview:
        # Touching a page beyond the end of a file that shrank would kill the process.
        there = os.fstat(self._file.fileno()).st_size
        if offset + size > min(self.size, there):
            raise _short(self.name, offset, size, max(0, there - offset))
        return self._view[offset : offset + size]

    def close(self) -> None:
        self._view = memoryview(b"")
        self._file.close()


class FileSource:
    """A seekable binary file that somebody else opened, and closes."""

    def __init__(self, file: IO[bytes], name: str | None = None) -> None:
        self.name = name
        self._file = file
        self.size = file.seek(0, io.SEEK_END)

    def read(self, offset: int, size: int) -> memoryview:
        self._file.seek(offset)
        pieces, missing = [], size
        while missing:
            piece = self._file.read(missing)
            if not piece:
                raise _short(self.name, offset, size, size - missing)
            pieces.append(piece)
            missing -= len(piece)
        return memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def close(self) -> None:
        pass


class RemoteSource(FileSource):
    """A file behind an fsspec URL, which this source opened and closes."""

    def __init__(self, url: str) -> None:
        try:
            import fsspec
        except ImportError as error:
            raise OSError(
                errno.ENOSYS, "reading URLs needs the extra: pip install 'prometeu-assets[remote]'"
            ) from error
        opened = fsspec.open(url, "rb").open()
        super().__init__(cast("IO[bytes]", opened), url)

    def close(self) -> None:
        self._file.close()


def open_source(given: PackInput) -> Source:
    """A source for a path, bytes, a seekable binary file, or an fsspec URL.

    Raises `OSError` when the path cannot be opened or is no regular file.
    """
    if isinstance(given, bytes | bytearray | memoryview):
        return MemorySource(given)
    if isinstance(given, str) and "://" in given:
        return RemoteSource(given)
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return MappedSource(path.open("rb", buffering=0), str(path))
    name = getattr(given, "name", None)
    return FileSource(given, name if isinstance(name, str) else None)


def _short(name: str | None, offset: int, size: int, found: int) -> ShortRead:
    return ShortRead(
        errno.EIO, f"{found} of {size} bytes at {offset}: the file changed while it was read", name
    )
