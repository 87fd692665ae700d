"""Where a pack's bytes come from: a file on disk, bytes in memory, a file object, or a URL.

Clauses: ``spec/contract/1/reader.md#verdicts``, ``spec/python-reader.md#sources``. Size and bytes
come from one open handle. A read gives exactly the bytes asked for or raises `OSError`; no other
exception comes from an environment that fails.
"""

from __future__ import annotations

import errno
import io
import mmap
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import IO, Any, Final, Literal, NoReturn, Protocol, Self, TypeVar, cast
from weakref import WeakKeyDictionary

T = TypeVar("T")


class PathWithin(Protocol):
    """A path within something, such as a `zipfile.Path` or a resource of a package."""

    def read_bytes(self) -> bytes:
        """The whole."""

    def open(self, mode: Literal["rb"]) -> IO[bytes]:
        """The file, open for reading."""


PackInput = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | PathWithin
"""What `open_source` takes; also anything else with the interface of a buffer."""

TIMEOUT: Final = 60.0
"""Seconds that one read from a URL may take, unless the caller says otherwise."""

POSITIONAL_READ: bool = hasattr(os, "pread")
"""Whether the system reads at a position without moving the file's own (not on Windows)."""

# A pipe without a writer would otherwise block the open for ever.
_OPEN: Final[int] = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)


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

    def __init__(self, file: IO[bytes], *, owned: bool = True) -> None:
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
            with _explained(name):
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
                raise _closed(self.name)
            with _explained(self.name):
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
                raise _short(self.name, offset, size, size - missing)
            pieces.append(piece)
            missing -= len(piece)
        return memoryview(b"".join(pieces))


class MappedSource(_OpenFile):
    """A file on disk, mapped into memory; views handed out keep the map alive.

    The system ends the process when a page is touched that the file has lost.
    """

    def __init__(self, file: IO[bytes], name: str | None) -> None:
        super().__init__(file, name)
        self._length: Callable[[], int] = int
        self._view: memoryview | None = memoryview(b"")
        try:
            if self.size:
                mapped = mmap.mmap(file.fileno(), self.size, access=mmap.ACCESS_READ)
                self._view, self._length = memoryview(mapped), mapped.size
        except BaseException as error:
            there = os.fstat(file.fileno()).st_size
            self.close()
            if isinstance(error, ValueError):  # it lost bytes since it was measured
                raise _short(name, 0, self.size, there) from error
            raise

    def read(self, offset: int, size: int) -> memoryview:
        # A mapping has a length of its own; the file behind it tells when it loses bytes.
        there = self._length()
        if offset + size > there and self._view is not None:
            raise _short(self.name, offset, size, max(0, there - offset))
        return _cut(self._view, offset, size, self.name)

    def close(self) -> None:
        self._view, self._length = None, int
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
        if os.getpid() != self._process:
            text = "the pack was opened in another process; open it again in this one"
            raise OSError(errno.EBADF, text, self.name)
        pieces, missing = [], size
        with self._lock:
            file.seek(offset)
            while missing > 0 and (piece := file.read(missing)):
                pieces.append(piece)
                missing -= len(piece)
        data = b"".join(pieces)
        if len(data) != size:
            raise _short(self.name, offset, size, len(data))
        return memoryview(data)


class RemoteSource(FileSource):
    """A file behind an fsspec URL, which this source opened and closes.

    Opening, and each read, may take ``timeout`` seconds; then the source is closed.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        try:
            import fsspec
        except ImportError as error:
            raise OSError(
                errno.ENOSYS, "reading URLs needs the extra: pip install 'prometeu-assets[remote]'"
            ) from error
        self._timeout = timeout
        with _explained(url):
            # Kept: an archive is closed with the last reference to its file system.
            self._opener = _within(timeout, url, lambda: fsspec.open(url, "rb"))
            opened = _within(timeout, url, self._opener.open)
        super().__init__(cast("IO[bytes]", opened), url, owned=True)

    def _measure(self, file: IO[bytes]) -> int:
        if getattr(file, "size", 0) is None:
            text = "no length, or no plain bytes by position, is offered: download the file first"
            raise OSError(errno.ESPIPE, text, self.name)
        measure = super()._measure
        return _within(self._timeout, self.name, lambda: measure(file))

    def _take(self, file: IO[bytes], offset: int, size: int) -> memoryview:
        take = super()._take
        try:
            return _within(self._timeout, self.name, lambda: take(file, offset, size))
        except TimeoutError:
            self.close()  # the read that was left behind still moves the file's position
            raise


def open_source(given: PackInput, *, mmap: bool = False, timeout: float = TIMEOUT) -> Source:
    """A source for a path, a buffer, a seekable binary file, or an fsspec URL.

    ``mmap`` maps the file at a path; ``timeout`` is in seconds, for each read from a URL.
    Raises `OSError` when it cannot be opened, or the path leads to no regular file.
    """
    view = _view(given)
    if view is not None:
        return MemorySource(view)
    if isinstance(given, str) and "://" in given:
        return RemoteSource(given, timeout)
    if isinstance(given, str | os.PathLike):
        path = os.fspath(given)
        file = _open_regular(path)
        return MappedSource(file, path) if mmap else disk_source(file, path)
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


def disk_source(file: IO[bytes], name: str | None) -> Source:
    """The bytes of a file on disk that is open for reading, and closed with the source."""
    return DiskSource(file, name) if POSITIONAL_READ else FileSource(file, name, owned=True)


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
        return os.fdopen(opened, "rb", buffering=0)
    except BaseException:
        os.close(opened)
        raise


_LOCKS: WeakKeyDictionary[Any, Lock] = WeakKeyDictionary()


def _lock_of(file: IO[bytes]) -> Lock:
    """The lock of a file object; a thread holds it to move the position of the file."""
    try:
        return _LOCKS.setdefault(file, Lock())
    except TypeError:  # it is not hashed, or not referred to weakly
        return Lock()


def _within(seconds: float, name: str | None, call: Callable[[], T]) -> T:
    """What ``call`` returns or raises; `TimeoutError` once the seconds have passed.

    The call is then left behind in its thread, which keeps no program from ending.
    """
    done: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def work() -> None:
        try:
            done.put((call(), None))
        except Exception as error:  # noqa: BLE001 - raised again where the call was made
            done.put((None, error))

    Thread(target=work, daemon=True).start()
    try:
        value, failure = done.get(timeout=seconds)
    except Empty:
        text = f"no answer came within {seconds:g} seconds"
        raise TimeoutError(errno.ETIMEDOUT, text, name) from None
    try:
        if failure is not None:
            raise failure
        return cast("T", value)
    finally:
        del failure


def _cut(view: memoryview | None, offset: int, size: int, name: str | None) -> memoryview:
    """Just these bytes of ``view``, which is None once it is closed."""
    if view is None:
        raise _closed(name)
    piece = view[offset : offset + size]
    if piece.nbytes != size:
        raise _short(name, offset, size, piece.nbytes)
    return piece


def _closed(name: str | None) -> OSError:
    return OSError(errno.EBADF, "the pack is closed", name)


def _short(name: str | None, offset: int, size: int, found: int) -> ShortRead:
    return ShortRead(
        errno.EIO, f"{found} of {size} bytes at {offset}: the file changed while it was read", name
    )


_NUMBERS: Final[dict[type[Exception], int]] = {
    MemoryError: errno.ENOMEM,
    FileNotFoundError: errno.ENOENT,
    PermissionError: errno.EACCES,
    TimeoutError: errno.ETIMEDOUT,
}


@contextmanager
def _explained(name: str | None) -> Iterator[None]:
    """Convert an exception of the system, a file object or a library to an `OSError`."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and isinstance(error.errno, int):
            raise
        number = next((n for kind, n in _NUMBERS.items() if isinstance(error, kind)), errno.EIO)
        raise OSError(number, "; ".join(_reasons(error)), name) from error


def _reasons(error: BaseException | None) -> Iterator[str]:
    """What an exception says, and each that caused it, one line each."""
    while error is not None:
        yield f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")
        error = error.__cause__
