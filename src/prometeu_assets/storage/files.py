"""Every call of the project that changes the file system.

All take trusted paths (see `paths.destination`), follow no link at the path itself, and let
`OSError` pass: a disk that fails is the environment's fault, not the input's.
"Synced" means handed to the disk, so that it outlives a loss of power, as far as the system can.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import shutil
import stat
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, NoReturn, Protocol

from prometeu_assets.storage import exchange

if sys.platform != "win32":
    import fcntl

    FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)
else:
    FULL_SYNC = None
"""The `fcntl` command that empties the disk's own cache too (macOS, where fsync does not)."""

COPY_RANGE: bool = hasattr(os, "copy_file_range")
"""Whether the system copies between files by itself, sharing blocks where the disk can."""

DIRECTORY_SYNC: bool = os.name == "posix"
"""Whether the system can sync a directory; elsewhere a rename is as durable as it gets."""

_CHUNK: Final = 1024 * 1024
_WORTH: Final = 128 * 1024
"""Bytes from which a call to the system is worth it."""

# Between two file systems, on one that has no such call, or for a kind of file that has none.
_CANNOT_COPY: Final = frozenset(
    {errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}
)

_NOFOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)
_NONBLOCK: Final[int] = getattr(os, "O_NONBLOCK", 0)
_READ: Final[int] = os.O_RDONLY | getattr(os, "O_BINARY", 0) | _NOFOLLOW | _NONBLOCK
_CREATE: Final[int] = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | _NOFOLLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file holds: its size in bytes and its SHA-256 in lower-case hexadecimal."""

    size: int
    sha256: str


class Digest(Protocol):
    """What is fed with bytes, such as a `hashlib.sha256`."""

    def update(self, data: bytes | memoryview, /) -> object:
        """Take in more bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``size`` bytes of an open file from ``offset`` on, to be written.

    ``digests`` are fed with them.
    """

    file: IO[bytes]
    offset: int
    size: int
    digests: tuple[Digest, ...] = ()

    @classmethod
    def whole(cls, file: IO[bytes]) -> Span:
        """All of a file, as large as it is now."""
        return cls(file=file, offset=0, size=os.fstat(file.fileno()).st_size)

    def read(self, start: int = 0) -> Iterator[bytes]:
        """The bytes from ``start`` on, which the digests are computed from.

        Raises `OSError` when the file is shorter by now.
        """
        self.file.seek(self.offset + start)
        left = self.size - start
        while left:
            chunk = self.file.read(min(_CHUNK, left))
            if not chunk:
                raise OSError(errno.EIO, "the file shrank while it was copied")
            left -= len(chunk)
            _feed(self.digests, chunk)
            yield chunk


Chunk = bytes | memoryview | Span


def plain(chunks: Iterable[Chunk]) -> Iterator[bytes | memoryview]:
    """The bytes of chunks, for those who do not write them."""
    for chunk in chunks:
        if isinstance(chunk, Span):
            yield from chunk.read()
        else:
            yield chunk


def measured(chunks: Iterable[Chunk]) -> Written:
    """Size and SHA-256 of what `write_new` would write."""
    size, digest = 0, hashlib.sha256()
    for data in plain(chunks):
        size += len(data)
        digest.update(data)
    return Written(size=size, sha256=digest.hexdigest())


def write_new(path: Path, chunks: Iterable[Chunk], *, sync: bool = True) -> Written:
    """Create ``path`` from ``chunks`` and sync it; its name in the directory is not synced.

    To write many files, pass False for ``sync`` and call `sync_files` once.

    The system copies a large `Span` by itself where it can; digests are taken of what was written.
    A file that cannot be written whole is removed again, also when ``chunks`` raises.
    Raises `FileExistsError` when something is there, `OSError` also when a span's file shrinks.
    """
    digest = hashlib.sha256()
    with _created(path, sync=sync) as file:
        for chunk in chunks:
            if isinstance(chunk, Span):
                _put(file, chunk, digest)
            else:
                file.write(chunk)
                digest.update(chunk)
        size = file.tell()
    return Written(size=size, sha256=digest.hexdigest())


def _put(file: IO[bytes], span: Span, whole: Digest) -> None:
    """Write a span, and feed ``whole`` and its digests with what was written."""
    done = 0
    if COPY_RANGE and span.size >= _WORTH:
        file.flush()
        start = file.tell()
        done = _copy_range(span, file.fileno(), start)
        for at in range(0, done, _CHUNK):
            _feed(
                (whole, *span.digests), os.pread(file.fileno(), min(_CHUNK, done - at), start + at)
            )
        file.seek(start + done)
    for chunk in span.read(done):
        whole.update(chunk)
        file.write(chunk)


def _feed(digests: Iterable[Digest], data: bytes) -> None:
    for digest in digests:
        digest.update(data)


def write_part(
    folder: Path, chunks: Iterable[Chunk], *, prefix: str = "", sync: bool = True
) -> Path:
    """Create a file in ``folder`` from ``chunks`` and sync it, for a rename to another name there.

    Its name is ``prefix`` and the first number that is free, so that no file that is there gives
    way. Raises `OSError`.
    """
    for number in itertools.count():
        path = folder / f"{prefix}{number}"
        if os.path.lexists(path):
            continue
        with contextlib.suppress(FileExistsError):
            write_new(path, chunks, sync=sync)
            return path
    raise AssertionError


@contextlib.contextmanager
def waiting(staging: Path, data: bytes, *, sync: bool = True) -> Iterator[Path]:
    """A file of ``data`` in a folder ``staging``, to be renamed; then both are removed.

    ``sync`` syncs it.

    Its name is a number, as of all that waits in such a folder: what a loss of power leaves there
    is swept by the next command. Raises `OSError`.
    """
    make_directory(staging)
    try:
        part = write_part(staging, [data], sync=sync)
        try:
            yield part
        finally:
            unlink(part)
    finally:
        remove_empty_directory(staging)


@contextlib.contextmanager
def _created(path: Path, *, sync: bool) -> Iterator[IO[bytes]]:
    """A new file to write, synced at the end, or removed again."""
    opened = os.open(path, _CREATE, 0o666)
    try:
        with os.fdopen(opened, "wb") as file:
            yield file
            file.flush()
            if sync:
                _sync(opened)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise


def _copy_range(span: Span, target: int, start: int) -> int:
    """How many bytes of a span the system copied by itself: all, or as far as it could."""
    done = 0
    source = span.file.fileno()
    while done < span.size:
        try:
            copied = os.copy_file_range(
                source, target, span.size - done, span.offset + done, start + done
            )
        except OSError as error:
            if error.errno in _CANNOT_COPY:
                break
            raise
        if not copied:
            break
        done += copied
    return done


def replace(source: Path, target: Path, *, sync: bool = True) -> None:
    """Rename ``source`` to ``target``; an existing file is replaced atomically.

    The permission bits of a replaced file stay. ``sync`` syncs both directories; whoever renames
    many passes False and calls `sync_directory` once per directory.
    Raises `OSError`: on Windows also when somebody has ``target`` open or mapped.
    """
    with contextlib.suppress(FileNotFoundError):
        old = os.lstat(target)
        # Not the set-id bits: they were given to the old content.
        if stat.S_ISREG(old.st_mode):
            os.chmod(source, old.st_mode & 0o777)
    os.replace(source, target)
    if sync:
        for folder in sorted({source.parent, target.parent}):
            sync_directory(folder)


def publish(path: Path, chunks: Iterable[Chunk], *, prefix: str = "", over: bool = True) -> None:
    """Write ``path`` from ``chunks``, synced, as a whole or not at all.

    It replaces the file that is there, or none when it may not go ``over`` one. Until it is whole
    its name is that of a `write_part`. Raises `FileExistsError`, `OSError`.
    """
    part = write_part(path.parent, chunks, prefix=prefix)
    try:
        if over:
            replace(part, path)
        else:
            rename_new(part, path)
            sync_directory(path.parent)
    except BaseException:
        unlink(part)
        raise


def rename_new(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target``, where nothing may be; not synced. Raises as `name_new`."""
    name_new(source, target)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(source)


def name_new(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target``, where nothing may be; not synced.

    The old name stays where the system has hard links, so that a loss of power cannot take both.
    Raises `FileExistsError` when something is there, `OSError`. On a file system without hard
    links the two steps, looking and renaming, are apart.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        os.rename(source, target)


def keep(source: Path, path: Path) -> None:
    """Give the file ``source`` the new name ``path`` as well, or copy it where no link can be made.

    Raises `FileExistsError`, `FileNotFoundError`, and the `OSError` that tells that ``source``
    itself cannot be replaced: something is mounted there, or the system keeps it as it is.
    """
    try:
        os.link(source, path, follow_symlinks=False)
    except (FileExistsError, FileNotFoundError):
        raise
    except (OSError, NotImplementedError) as error:
        number = error.errno if isinstance(error, OSError) else None
        if number == errno.EXDEV:
            raise OSError(errno.EBUSY, "something is mounted there", str(source)) from error
        if number == errno.EPERM:
            _require_mutable(source)
        opened = os.open(source, _READ)
        with os.fdopen(opened, "rb") as file:
            write_new(path, [Span.whole(file)])


def _require_mutable(path: Path) -> None:
    """Raise the `OSError` of an immutable file, which not even the superuser may change."""
    # Neither link nor open says so by itself: a disk without links gives the same number, and a
    # file that is only read-only is replaced all the same.
    try:
        os.close(os.open(path, os.O_WRONLY | _NOFOLLOW | _NONBLOCK))
    except OSError as error:
        if error.errno == errno.EPERM:
            raise OSError(errno.EPERM, "the file is immutable", str(path)) from error


def require_replaceable(path: Path) -> None:
    """Raise the `OSError` that a rename to ``path`` would give, as far as that can be known."""
    folder = next(folder for folder in path.parents if folder.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        # It says no without a reason, also when the disk fails; trying it tells.
        os.unlink(write_part(folder, [], prefix=".prometeu-assets.part."))
    if sys.platform == "win32":
        return
    with contextlib.suppress(FileNotFoundError):
        owner, above, user = os.lstat(path).st_uid, os.stat(folder), os.geteuid()
        if above.st_mode & stat.S_ISVTX and user not in (0, owner, above.st_uid):
            text = "the file is another user's, and its folder is sticky"
            raise PermissionError(errno.EPERM, text, str(path))


def mode_of(path: Path) -> int | None:
    """The mode of what is at ``path`` itself, None if nothing is. Raises `OSError`."""
    # `exists` and its like take what cannot be seen for what is not there.
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return None


def sync_directory(path: Path) -> None:
    """Sync the names in the directory ``path``, where the system can."""
    if not DIRECTORY_SYNC:
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        _sync(opened)
    except OSError as error:
        # Some network and FUSE file systems cannot; there is nothing better to do on them.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(opened)


def sync_files(folder: Path, paths: Iterable[Path]) -> None:
    """Sync files in a folder: with all of its file system where the system can, else one by one."""
    if exchange.sync_around(folder):
        return
    for path in paths:
        opened = os.open(path, os.O_RDWR | _NOFOLLOW)
        try:
            _sync(opened)
        finally:
            os.close(opened)


def make_directory(path: Path, *, exclusive: bool = False) -> None:
    """Create the directory ``path``, its missing parents first, each synced into its parent.

    A directory that is there is fine unless ``exclusive``. Raises `FileExistsError`, `OSError`.
    """
    absent = missing(path)
    if exclusive and not absent:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    for folder in reversed(absent):
        os.mkdir(folder)
        sync_directory(folder.parent)


def missing(path: Path) -> list[Path]:
    """The directories that `make_directory` would create for ``path``, the innermost first."""
    return list(itertools.takewhile(lambda folder: not folder.is_dir(), (path, *path.parents)))


def unlink(path: Path) -> None:
    """Remove the file or link ``path``, if it is there, and sync its directory."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
        sync_directory(path.parent)


def remove_tree_of_own(path: Path) -> None:
    """Remove ``path``, if it is there, with all below it: only for what this tool made itself.

    Links are removed, never followed. Not synced: what is left after a crash is swept again.
    """
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(os.lstat(path).st_mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)


def remove_files(path: Path, names: Collection[str]) -> None:
    """Remove the regular files below ``path`` with one of these names, and folders left empty.

    Nothing where ``path`` is a link or no directory. Raises `OSError`. Not synced.
    """
    mode = mode_of(path)
    if mode is None or not stat.S_ISDIR(mode):
        return
    for folder, _, found in os.walk(path, topdown=False, onerror=_raise):
        for name in names:
            file = Path(folder, name)
            if name in found and stat.S_ISREG(os.lstat(file).st_mode):
                os.unlink(file)
        remove_empty_directory(Path(folder))


def _raise(error: OSError) -> NoReturn:
    raise error


def remove_empty_directory(path: Path) -> None:
    """Remove the directory ``path`` if it is there and holds nothing."""
    try:
        os.rmdir(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        # Systems disagree on the number for "not empty"; looking is portable.
        with contextlib.suppress(OSError):
            if os.listdir(path):
                return
        raise error from None


def _sync(opened: int) -> None:
    if sys.platform != "win32" and FULL_SYNC is not None:
        try:
            fcntl.fcntl(opened, FULL_SYNC)
        except OSError:
            pass  # not on this file system
        else:
            return
    os.fsync(opened)
