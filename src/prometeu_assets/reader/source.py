"""Where a pack's bytes come from: a file on disk, bytes in memory, or a file object.

Clauses: ``spec/contract/1/reader.md#verdicts``, ``spec/python-reader.md#sources``. Size and bytes
come from one open handle. A read gives exactly the bytes asked for or raises `OSError`; no other
exception comes from an environment that fails.
"""

from __future__ import annotations

import errno
import io
import mmap
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import IO, Any, Final, NoReturn, Protocol, Self, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

TIMEOUT: Final = 60.0
"""Seconds that opening a URL, and one read from it, may take, unless the caller says otherwise."""

POSITIONAL_READ: bool = hasattr(os, "pread")
"""Whether the system reads at a position without moving the file's own (not on Windows)."""


class ShortRead(OSError):
    """Other than the bytes promised came: the file changed meanwhile."""


class Source(Protocol):
    """Bytes by position."""

    name: str | None

    @property
    def size(self) -> int:
        """Bytes of the whole."""

    def read(self, offset: int, size: int) -> memoryview:
        """Exactly ``size`` bytes from ``offset`` on; raises `OSError`, such as `ShortRead`."""

    def close(self) -> None:
        """Drop what this source holds. Views handed out stay valid; a later read raises."""


class Closeable(ABC):
    """What is closed at the end of a ``with``; it belongs to its process and is never copied."""

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

    def __reduce__(self) -> NoReturn:
        kind = type(self).__name__
        raise TypeError(f"a {kind} cannot be pickled or copied: open the file again instead")


class MemorySource:
    """Bytes that are already in memory."""

    def __init__(self, data: bytes | bytearray | memoryview, name: str | None = None) -> None:
        self.name = name
        self._view: memoryview | None = memoryview(data).cast("B").toreadonly()
        self.size = self._view.nbytes

    def read(self, offset: int, size: int) -> memoryview:
        return _cut(self._view, offset, size, self.name)

    def close(self) -> None:
        self._view = None


class _Handle:
    """An open file that is closed when the last reader lets go of it.

    If it were closed under a read, the system could give its number to another file, whose bytes
    the read would return.
    """

    def __init__(self, file: IO[bytes], *, owned: bool) -> None:
        self.file, self.owned, self.dropped = file, owned, False

    def __del__(self) -> None:
        # A file that is still open was never closed; the file object warns of that itself.
        if self.owned and self.dropped:
            # There is nobody to tell, and nothing was written.
            with suppress(OSError):
                self.file.close()


class _OpenFile:
    """What all sources with an open file have in common."""

    size: int

    def __init__(self, file: IO[bytes], name: str | None, *, owned: bool = True) -> None:
        self.name = name
        self._handle: _Handle | None = _Handle(file, owned=owned)
        try:
            with explained(name):
                self.size = self._measure(file)
        except BaseException:
            self.close()
            raise

    def _measure(self, file: IO[bytes]) -> int:
        return os.fstat(file.fileno()).st_size

    def read(self, offset: int, size: int) -> memoryview:
        # `close` in another thread drops the source's reference and leaves this one.
        handle = self._handle
        try:
            if handle is None:
                raise closed(self.name)
            with explained(self.name):
                return self._take(handle.file, offset, size)
        finally:
            del handle  # or the traceback of a failure would keep the file open

    def _take(self, file: IO[bytes], offset: int, size: int) -> memoryview:
        raise NotImplementedError

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.dropped = True


class DiskSource(_OpenFile):
    """A file on disk, read by position: any thread and any forked process may."""

    def _take(self, file: IO[bytes], offset: int, size: int) -> memoryview:
        pieces, missing = [], size
        while missing:
            piece = os.pread(file.fileno(), missing, offset + size - missing)
            if not piece:
                raise short(self.name, offset, size, size - missing)
            pieces.append(piece)
            missing -= len(piece)
        return memoryview(b"".join(pieces))


class MappedSource(_OpenFile):
    """A file on disk, mapped into memory; views handed out keep the map alive.

    The system ends the process when a page is touched that the file has lost.
    """

    def __init__(self, file: IO[bytes], name: str | None) -> None:
        super().__init__(file, name)
        self._view: memoryview | None = memoryview(b"")
        self._seek = file.seek
        try:
            if self.size:
                self._view = memoryview(
                    mmap.mmap(file.fileno(), self.size, access=mmap.ACCESS_READ)
                )
        except BaseException as error:
            there = os.fstat(file.fileno()).st_size
            self.close()
            if isinstance(error, ValueError):  # it lost bytes since it was measured
                raise short(name, 0, self.size, there) from error
            raise

    def read(self, offset: int, size: int) -> memoryview:
        # A mapping has a length of its own; the file behind it tells when it loses bytes. To move
        # to its end takes half as long as to ask for its status, and nothing reads from there.
        handle, view, end = self._handle, self._view, offset + size
        try:
            if handle is None or view is None:
                raise closed(self.name)
            there = self._seek(0, io.SEEK_END)
            if end > there or end > self.size:
                raise short(self.name, offset, size, max(0, min(self.size, there) - offset))
            return view[offset:end]
        finally:
            del handle, view  # or the traceback of a failure would keep the file open

    def close(self) -> None:
        self._view = None
        super().close()


class FileSource(_OpenFile):
    """Any seekable binary file, which by default somebody else opened, and closes.

    Threads take turns, also those of other sources of the same file object. A forked process
    shares the file's position with its parent, so it is refused.
    """

    def __init__(self, file: IO[bytes], name: str | None = None, *, owned: bool = False) -> None:
        self._process, self._lock = os.getpid(), _lock_of(file)
        super().__init__(file, name, owned=owned)

    def _measure(self, file: IO[bytes]) -> int:
        with self._lock:
            return file.seek(0, io.SEEK_END)

    def _take(self, file: IO[bytes], offset: int, size: int) -> memoryview:
        own_process(self._process, self.name)
        pieces, missing = [], size
        with self._lock:
            file.seek(offset)
            while missing > 0 and (piece := file.read(missing)):
                pieces.append(piece)
                missing -= len(piece)
        data = b"".join(pieces)
        if len(data) != size:
            raise short(self.name, offset, size, len(data))
        return memoryview(data)


def disk_source(file: IO[bytes], name: str | None) -> Source:
    """The bytes of a file on disk that is open for reading, and closed with the source."""
    return DiskSource(file, name) if POSITIONAL_READ else FileSource(file, name, owned=True)


_LOCKS: WeakKeyDictionary[Any, Lock] = WeakKeyDictionary()


def _lock_of(file: IO[bytes]) -> Lock:
    """The lock of a file object; a thread holds it to move the position of the file."""
    try:
        return _LOCKS.setdefault(file, Lock())
    except TypeError:  # it is not hashed, or not referred to weakly
        return Lock()


def _cut(view: memoryview | None, offset: int, size: int, name: str | None) -> memoryview:
    """Just these bytes of ``view``, which is None once it is closed."""
    if view is None:
        raise closed(name)
    piece = view[offset : offset + size]
    if piece.nbytes != size:
        raise short(name, offset, size, piece.nbytes)
    return piece


def own_process(process: int, name: str | None) -> None:
    """Raise unless this process is ``process``, which opened the source."""
    if os.getpid() != process:
        text = "the pack was opened in another process; open it again in this one"
        raise OSError(errno.EBADF, text, name)


def closed(name: str | None) -> OSError:
    """That a source was closed."""
    return OSError(errno.EBADF, "the pack is closed", name)


def short(name: str | None, offset: int, size: int, found: int) -> ShortRead:
    """That ``found`` bytes came where ``size`` were promised."""
    return ShortRead(
        errno.EIO, f"{found} of {size} bytes at {offset}: the file changed while it was read", name
    )


_NUMBERS: Final[dict[type[Exception], int]] = {
    MemoryError: errno.ENOMEM,
    FileNotFoundError: errno.ENOENT,
    PermissionError: errno.EACCES,
    TimeoutError: errno.ETIMEDOUT,
}


class explained:  # noqa: N801  # read as a word, in a `with`
    """Convert an exception of the system, a file object or a library to an `OSError`."""

    def __init__(self, name: str | None) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        told = isinstance(error, OSError) and isinstance(error.errno, int)
        if told or not isinstance(error, Exception):
            return
        number = next((n for kind, n in _NUMBERS.items() if isinstance(error, kind)), errno.EIO)
        raise OSError(number, "; ".join(_reasons(error)), self._name) from error


def _reasons(error: BaseException | None) -> Iterator[str]:
    """What an exception says, and each that caused it, one line each."""
    while error is not None:
        yield f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")
        error = error.__cause__
