"""Paths written in documents: the rules they obey, and the one safe way to what they name.

Clause: ``spec/workspace.md#paths``.
A ``root`` argument is trusted and may itself be, or be below, a symbolic link; what is
below it is not. So start from the project or its ``assets/``, never from a root that a document
names: ``open_inside(assets, f"{root}/{path}")``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from io import BufferedReader
from pathlib import Path
from threading import local
from typing import IO, Final

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.storage.status import Status

DIRECTORY_DESCRIPTORS: bool = {os.open, os.stat} <= os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
"""Whether the system can open a name relative to an open directory (not on Windows)."""

_READ: Final[int] = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_NOFOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY: Final[int] = getattr(os, "O_DIRECTORY", 0)
# A FIFO without a writer would otherwise block the open for ever.
_NONBLOCK: Final[int] = getattr(os, "O_NONBLOCK", 0)

_FILE: Final = "a file"
_FOLDER: Final = "a folder"
_KINDS: Final = {stat.S_IFREG: _FILE, stat.S_IFDIR: _FOLDER, stat.S_IFIFO: "a named pipe"}

# The errors of opening when something else is there; if it no longer is, it was exchanged.
_OTHER_KIND: Final = frozenset({errno.ELOOP, errno.EMLINK, errno.ENOTDIR, errno.ENXIO})

# Set in the tag of every reparse point that leads to another name: links, junctions.
_NAME_SURROGATE: Final = 0x2000_0000

_WHOLE: Final = (
    (r"[\ud800-\udfff]", "PATH_FORM", "unicode"),
    (r"[\x00-\x1f\x7f-\x9f]", "PATH_FORM", "control"),
    (r"\A(//|\\\\)", "PATH_ESCAPES", "network"),
    (r"\A/", "PATH_ESCAPES", "absolute"),
    (r"\A[A-Za-z]:", "PATH_ESCAPES", "drive"),
    (r"\\", "PATH_FORM", "backslash"),
)
# Neither end of a part is a dot or a space, and no character is special anywhere.
_SIMPLE: Final = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*/)*[\w-]+(?:\.[\w-]+)*", re.ASCII)
_PART: Final = (
    (r"\A\Z", "PATH_FORM", "empty"),
    (r"\A\.\Z", "PATH_FORM", "dot"),
    (r"\A\.\.\Z", "PATH_ESCAPES", "parent"),
    (r"[?*]", "PATH_FORM", "wildcard"),
    (r'[<>:"|]', "PATH_FORM", "character"),
    (r"[. ]\Z", "PATH_FORM", "trailing"),
)
_DEVICES: Final = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [f"{port}{digit}" for port in ("COM", "LPT") for digit in "123456789¹²³"]
)


def _refused(code: str, path: str, hint_key: str | None = None, **data: object) -> Refused:
    if len(path) > LIMITS.path_characters:
        path = f"{path[: LIMITS.path_characters]}…"
    return Refused(Diagnostic(code=code, data={"path": path, **data}, hint_key=hint_key))


@lru_cache(maxsize=1000)
def check(text: str) -> tuple[str, ...]:
    """The parts of the path ``text``, as a document may write it; the disk is not looked at.

    Raises `Refused`: ``PATH_ESCAPES`` when it is absolute or has a drive, a network share or a
    ``..``; ``PATH_FORM`` when some system could not hold it.
    """
    if len(text) > LIMITS.path_characters:
        raise _refused("PATH_FORM", text, "long", limit=LIMITS.path_characters, unit="characters")
    simple = len(text) <= LIMITS.path_part_bytes and _SIMPLE.fullmatch(text)
    for pattern, code, hint in () if simple else _WHOLE:
        if re.search(pattern, text):
            raise _refused(code, text, _locale(text) if hint == "unicode" else hint)
    parts = tuple(text.split("/"))
    for part in parts:
        for pattern, code, hint in () if simple else _PART:
            if re.search(pattern, part):
                raise _refused(code, text, hint, part=part)
        # Windows takes `NUL`, `nul.txt` and `nul .tar.gz` for the device.
        if part.partition(".")[0].rstrip(" ").upper() in _DEVICES:
            raise _refused("PATH_FORM", text, "device", part=part)
        if len(part.encode()) > LIMITS.path_part_bytes:
            limit = LIMITS.path_part_bytes
            raise _refused("PATH_FORM", text, "long", limit=limit, unit="bytes in one part")
    return parts


def _locale(text: str) -> str:
    """The hint for a name that Python could not decode."""
    try:
        text.encode(errors="surrogateescape").decode()
    except UnicodeError:
        return "unicode"
    return "locale"  # it is UTF-8, for which this system is not set up


def fold(path: str) -> str:
    """What a system that ignores case and normalisation compares: equal means one file there."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def collisions(paths: Iterable[str]) -> list[tuple[str, str]]:
    """The different paths that some systems take for one, each with the first such seen.

    In the order of ``paths``; a path that is merely repeated is no collision.
    """
    first: dict[str, str] = {}
    found: dict[tuple[str, str], None] = {}
    for path in paths:
        other = first.setdefault(fold(path), path)
        if other != path:
            found[other, path] = None
    return list(found)


def open_inside(root: Path, relative: str) -> BufferedReader:
    """The regular file ``relative`` below ``root``, open for reading.

    No link below ``root`` is followed: with directory descriptors, not even one that appears now.
    Raises `Refused`: what `check` says, ``PATH_MISSING``, ``PATH_KIND``, ``PATH_SYMLINK``, and
    ``PATH_UNREADABLE`` when permission is denied. Raises `OSError` when the system fails.
    """
    opened, _ = _opened(root, relative)
    try:
        return os.fdopen(opened, "rb")
    except BaseException:
        os.close(opened)
        raise


def _opened(root: Path, relative: str) -> tuple[int, os.stat_result]:
    """The descriptor of a regular file, and its status. Raises as `open_inside`."""
    parts = check(relative)
    opened = _open_walking(root, parts) if DIRECTORY_DESCRIPTORS else _open_looking(root, parts)
    try:
        info = os.fstat(opened)
        _expect(relative, relative, info, _FILE)
    except BaseException:
        os.close(opened)
        raise
    return opened, info


def read_inside(root: Path, relative: str, *, limit: int, what: str) -> bytes:
    """The bytes of the file ``relative`` below ``root``, at most ``limit`` of them.

    ``what`` names the kind of file with its article, for people. The size is known before memory
    is spent. Raises what `open_inside` raises, ``FILE_TOO_LARGE``, and ``PATH_UNREADABLE`` when
    the file changes while it is read.
    """
    return read_stated(root, relative, limit=limit, what=what)[0]


def read_stated(root: Path, relative: str, *, limit: int, what: str) -> tuple[bytes, Status]:
    """The same with the status that the file had before and after."""
    opened, info = _opened(root, relative)
    try:
        before = Status.of(info)
        if before.size > limit:
            raise _refused("FILE_TOO_LARGE", relative, size=before.size, limit=limit, what=what)
        data = os.read(opened, before.size + 1)
        while len(data) <= before.size and (more := os.read(opened, before.size + 1 - len(data))):
            data += more
        if len(data) > limit:
            raise _refused("FILE_TOO_LARGE", relative, size=len(data), limit=limit, what=what)
        if len(data) != before.size or Status.of(os.fstat(opened)) != before:
            raise changed(relative)
    finally:
        os.close(opened)
    return data, before


def changed(relative: str) -> Refused:
    """The refusal of a file that was changed while it was read."""
    return _refused("PATH_UNREADABLE", relative, "changed")


def require_unchanged(file: IO[bytes], status: Status, relative: str) -> None:
    """Raise `changed` unless an open file still has this status."""
    if Status.of(os.fstat(file.fileno())) != status:
        raise changed(relative)


def destination(root: Path, relative: str) -> Path:
    """Where the file ``relative`` below ``root`` is written; it and its folders need not exist.

    Raises `Refused`: what `check` says, ``PATH_SYMLINK`` when a link is on the way or there,
    ``PATH_KIND`` when a file is on the way, or something else than a file is there.
    """
    parts = check(relative)
    _look(root, parts)
    return root.joinpath(*parts)


@contextlib.contextmanager
def folder_inside(
    root: Path, parts: tuple[str, ...], above: int | Path | None = None
) -> Iterator[int | Path]:
    """A folder below ``root`` to look into: an open descriptor, or without those its path.

    ``parts`` are names as the disk has them, so not all need pass `check`. No link below ``root``
    is followed. ``above`` is the folder that it is in, given by this function.
    Raises what `open_inside` raises, except for what `check` says.
    """
    if not DIRECTORY_DESCRIPTORS:
        path = "/".join(parts)
        if len(found := _look(root, parts, _FOLDER)) < len(parts):
            raise _missing(path, "/".join(parts[: len(found) + 1]))
        yield root.joinpath(*parts)
        return
    if isinstance(above, int):
        opened = _open_below(above, parts, len(parts), _FOLDER)
    else:
        opened = _open_walking(root, parts, _FOLDER)
    try:
        yield opened
    finally:
        # Nothing was written through it; an error that ends the work is the one to report.
        with contextlib.suppress(OSError):
            os.close(opened)


def entries_inside(
    root: Path, parts: tuple[str, ...], folder: int | Path
) -> Iterator[os.DirEntry[str]]:
    """What is in the ``folder`` that `folder_inside` gave, in no order; raises as it does."""
    path = "/".join(parts) or root.name
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        raise _explained(error, path, path, partial(os.stat, root), _FOLDER) from error


def stat_inside(root: Path, relative: str) -> os.stat_result:
    """The status of ``relative`` below ``root``; a link there is not followed.

    Raises what `open_inside` raises about the way there, ``PATH_MISSING`` when nothing is there.
    """
    *above, name = check(relative)
    _spelled((*above, name))
    with folder_inside(root, tuple(above)) as folder:
        try:
            if isinstance(folder, int):
                return os.stat(name, dir_fd=folder, follow_symlinks=False)
            return os.lstat(folder / name)
        except OSError as error:
            at_root = partial(os.stat, root)
            raise _explained(error, relative, relative, at_root, _FOLDER) from error


def exists(root: Path, relative: str) -> bool:
    """Whether something is at ``relative`` or in the way there; reading it says what is wrong.

    Raises `Refused` (``PATH_UNREADABLE``) when that cannot be seen, `OSError`.
    """
    try:
        stat_inside(root, relative)
    except Refused as refused:
        if refused.report.codes == ("PATH_UNREADABLE",):
            raise
        return refused.report.codes != ("PATH_MISSING",)
    return True


class _Way:
    """The folders from a root to the last file that was opened below it, all of them open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._parts: tuple[str, ...] = ()
        self._opened = [os.open(root, _READ | _DIRECTORY)]

    def open(self, parts: tuple[str, ...], wanted: str) -> int:
        """What the parts name. Raises `OSError`, `Refused`."""
        folders = parts[:-1]
        if folders != self._parts:
            same = 0
            while folders[: same + 1] == self._parts[: same + 1]:
                same += 1
            self._leave(same)
            for depth in range(same + 1, len(parts)):
                self._opened.append(_open_below(self._opened[-1], parts, depth, _FOLDER))
                self._parts = parts[:depth]
        return _open_below(self._opened[-1], parts, len(parts), wanted)

    def close(self) -> None:
        """Close all folders."""
        self._leave(0)
        os.close(self._opened.pop())

    def _leave(self, depth: int) -> None:
        self._parts = self._parts[:depth]
        while len(self._opened) > depth + 1:
            os.close(self._opened.pop())


_kept = local()


@contextlib.contextmanager
def folders_kept(root: Path) -> Iterator[None]:
    """Meanwhile the folders on the way to a file below ``root`` stay open for the next file.

    In this thread alone. Files in one folder, and in folders beside each other, are then opened
    in a fraction of the time. A folder that was opened stays the one that it was, also when
    another takes its name; where it has no such file, the way is walked again.
    """
    if not DIRECTORY_DESCRIPTORS or getattr(_kept, "way", None) is not None:
        yield
        return
    try:
        way = _Way(root)
    except OSError:  # Whoever opens a file says what is wrong.
        yield
        return
    _kept.way = way
    try:
        yield
    finally:
        _kept.way = None
        way.close()


def _open_walking(root: Path, parts: tuple[str, ...], last: str = _FILE) -> int:
    """Descend one open directory at a time: the system itself refuses links."""
    path = _spelled(parts)
    way: _Way | None = getattr(_kept, "way", None)
    if way is not None and way.root == root and parts:
        with contextlib.suppress(OSError, Refused):
            return way.open(parts, last)
    try:
        current = os.open(root, _READ | _DIRECTORY)
    except OSError as error:
        raise _explained(error, path, root.name, partial(os.stat, root), _FOLDER) from error
    try:
        for depth in range(1, len(parts) + 1):
            wanted = last if depth == len(parts) else _FOLDER
            opened = _open_below(current, parts, depth, wanted)
            # A close that fails has closed all the same: its number may be another file's already.
            before, current = current, opened
            os.close(before)
        return current
    except BaseException:
        os.close(current)
        raise


def _open_below(above: int, parts: tuple[str, ...], depth: int, wanted: str) -> int:
    """The part at ``depth``, counted from 1, in the open folder above it."""
    name, how = parts[depth - 1], _NONBLOCK if wanted == _FILE else _DIRECTORY
    try:
        return os.open(name, _READ | _NOFOLLOW | how, dir_fd=above)
    except OSError as error:
        look = partial(os.stat, name, dir_fd=above, follow_symlinks=False)
        part = "/".join(parts[:depth])
        raise _explained(error, "/".join(parts), part, look, wanted) from error


def _spelled(parts: tuple[str, ...]) -> str:
    """The path of these parts, which the system has to be able to spell.

    Raises `Refused` where it cannot: a locale of ASCII alone, say.
    """
    path = "/".join(parts)
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise _refused("PATH_FORM", path, "locale") from error
    return path


def _open_looking(root: Path, parts: tuple[str, ...]) -> int:
    """Look at every part before and after the open: the portable way."""
    path = _spelled(parts)
    before = _look(root, parts)
    if len(before) < len(parts):
        raise _missing(path, "/".join(parts[: len(before) + 1]))
    place = root.joinpath(*parts)
    try:
        opened = os.open(place, _READ | _NOFOLLOW | _NONBLOCK)
    except OSError as error:
        raise _explained(error, path, path, partial(os.lstat, place), _FILE) from error
    try:
        after = _look(root, parts)
        if len(after) < len(parts) or not all(
            map(os.path.samestat, [*before, before[-1]], [*after, os.fstat(opened)])
        ):
            raise _refused("PATH_UNREADABLE", path, "changed")
        return opened
    except BaseException:
        os.close(opened)
        raise


def _look(root: Path, parts: tuple[str, ...], last: str = _FILE) -> list[os.stat_result]:
    """The status of each part, up to the first missing one; only folders, then the last."""
    path = _spelled(parts)
    found: list[os.stat_result] = []
    for depth in range(1, len(parts) + 1):
        try:
            info = os.lstat(root.joinpath(*parts[:depth]))
        except FileNotFoundError:
            break
        except OSError as error:
            raise _explained(error, path, root.name, partial(os.stat, root), _FOLDER) from error
        _expect(path, "/".join(parts[:depth]), info, last if depth == len(parts) else _FOLDER)
        found.append(info)
    return found


def _explained(
    error: OSError, path: str, part: str, look: Callable[[], os.stat_result], wanted: str
) -> Exception:
    """The refusal that ``error`` amounts to, or ``error`` itself when it is the system's.

    Systems disagree on the number they give for a link, a socket or a file in a folder's place,
    so the kind of what is there decides, not the error number.
    """
    try:
        _expect(path, part, look(), wanted)
    except Refused as refused:
        return refused
    except OSError:
        pass
    if error.errno in _OTHER_KIND:
        return _refused("PATH_UNREADABLE", path, "changed")
    if isinstance(error, FileNotFoundError):
        return _missing(path, part)
    if isinstance(error, PermissionError):
        return _refused("PATH_UNREADABLE", path)
    if error.errno == errno.ENAMETOOLONG:
        return _refused("PATH_FORM", path, "system")
    return error


def _expect(path: str, part: str, info: os.stat_result, wanted: str) -> None:
    """Refuse ``part`` of ``path`` unless it has the wanted kind."""
    if is_link(info):
        raise _refused("PATH_SYMLINK", path, part=part)
    found = _KINDS.get(stat.S_IFMT(info.st_mode), "a device or a socket")
    if found != wanted:
        raise _refused("PATH_KIND", path, part=part, found=found, wanted=wanted)


def _missing(path: str, part: str) -> Refused:
    return _refused("PATH_MISSING", path, None if part == path else "folder", part=part)


def around(start: Path, name: str) -> Path | None:
    """The nearest directory upwards from ``start`` that holds a file ``name``; None if none does.

    Relative to the current directory when ``start`` is. Links are not resolved on the way.
    """
    above = Path(os.path.abspath(start))
    for directory in (above, *above.parents):
        if _is_file(directory / name):
            return directory if start.is_absolute() else Path(os.path.relpath(directory))
    return None


def _is_file(path: Path) -> bool:
    # Not `Path.is_file`, to which a folder that may not be entered holds nothing.
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def is_link(info: os.stat_result) -> bool:
    """Whether it refers to another name: a symbolic link or, on Windows, a junction."""
    return stat.S_ISLNK(info.st_mode) or bool(getattr(info, "st_reparse_tag", 0) & _NAME_SURROGATE)
