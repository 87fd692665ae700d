"""The names in the folders of a project, listed without following links.

Clause: ``spec/workspace.md#paths``.
A name on disk may be one that no document can write, bytes that are not UTF-8 among them, seen as
lone surrogates; `paths.check` refuses it when somebody wants to open it.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage.paths import check, entries_inside, folder_inside, is_link
from prometeu_assets.storage.status import Status

_ANCHOR: Final = "asset.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Survey:
    """What one walk below a folder of a project finds.

    ``roots`` are as `find_roots` gives them. ``files`` are all regular files, and ``others`` links,
    pipes and such. ``hidden`` is the same of folders that a dot hides, and ``folders`` are
    all folders. All paths but those of ``roots`` are relative to the project.
    """

    roots: list[str]
    files: dict[str, Status]
    others: dict[str, Status]
    hidden: dict[str, Status]
    folders: list[str]

    @classmethod
    def of(cls, root: Path, top: str) -> Survey:
        """Walk below the folder ``top``. Raises as `find_roots`."""
        roots: list[str] = []
        files: dict[str, Status] = {}
        others: dict[str, Status] = {}
        hidden: dict[str, Status] = {}
        folders: list[str] = []
        for folder, entry in _walk(root, top, hidden=True):
            is_hidden = f"/{folder}".find("/.") >= 0
            if entry.name == _ANCHOR and folder and not is_hidden:
                roots.append(folder)
            if (info := _stat(entry)) is None:
                continue
            path = f"{top}/{_joined(folder, entry.name)}"
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                plain = files if stat.S_ISREG(info.st_mode) else others
                (hidden if is_hidden else plain)[path] = Status.of(info)
        return cls(
            roots=_in_order(roots), files=files, others=others, hidden=hidden, folders=folders
        )

    def below(self, folder: str) -> list[str]:
        """The files below a folder, relative to it and sorted, without what a dot hides."""
        start = bisect_left(self._sorted, f"{folder}/")
        end = bisect_left(self._sorted, f"{folder}0")  # the character after the slash
        inside = (path[len(folder) + 1 :] for path in self._sorted[start:end])
        return [path for path in inside if path.rpartition("/")[2][0] != "."]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.files)


def find_roots(root: Path, below: str = "") -> list[str]:
    """The asset roots below the folder ``below`` of ``root``: folders that hold an ``asset.json``.

    Relative to that folder, sorted as UTF-8 bytes. Not entered are links, folders named with a dot
    in front, and folders too deep for a path of a document. Listed are roots inside roots, and
    roots whose ``asset.json`` is a link or a folder: reading it says what is wrong.
    Raises `Refused` (``PATH_MISSING``, ``PATH_KIND``, ``PATH_SYMLINK``, ``PATH_UNREADABLE``) or
    `OSError`.
    """
    found = (folder for folder, entry in _walk(root, below) if entry.name == _ANCHOR and folder)
    return _in_order(found)


def _in_order(found: Iterable[str]) -> list[str]:
    return sorted(found, key=lambda folder: folder.encode(errors="surrogatepass"))


def files_below(root: Path, below: str) -> dict[str, int]:
    """The regular files below a folder, relative to it, with their sizes in bytes; sorted.

    Neither links nor what a dot hides. Empty when the folder is not there. Raises as `find_roots`.
    """
    stats = ((path, _stat(entry)) for path, entry in _visible(root, below))
    regular = ((path, info) for path, info in stats if info and stat.S_ISREG(info.st_mode))
    return {path: info.st_size for path, info in sorted(regular)}


def names_below(root: Path, below: str) -> list[str]:
    """Everything below a folder that is not a folder itself, links and pipes too; sorted as bytes.

    Relative to it, and without what a dot hides. Empty when the folder is not there. Raises as
    `find_roots`.
    """
    found = (p for p, entry in _visible(root, below) if not entry.is_dir(follow_symlinks=False))
    return sorted(found, key=os.fsencode)


def _visible(root: Path, below: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """(path relative to ``below``, what it is) of all that no dot hides; none if it is absent."""
    try:
        for folder, entry in _walk(root, below):
            if not entry.name.startswith("."):
                yield _joined(folder, entry.name), entry
    except Refused as refused:
        if refused.report.codes != ("PATH_MISSING",):
            raise


Stamp = tuple[int, ...]
"""What tells that a file is another one, or was written: its kind and its `Status`."""


def stamps_below(root: Path, below: str, *, without: str) -> dict[str, Stamp]:
    """The stamp of everything below a folder, by its path relative to ``root``; nothing is opened.

    Links are not followed. What a dot hides is listed as well; only ``without``, a path relative
    to ``below``, is left out, and what cannot be listed. A folder has its kind and permissions
    alone.
    """
    found: dict[str, Stamp] = {}
    with suppress(OSError, Refused):
        for folder, entry in _walk(root, below, hidden=True, without=without):
            path = _joined(folder, entry.name)
            info = None if path == without else _stat(entry)
            if info is not None:
                found[_joined(below, path)] = stamp(info)
    return found


def stamp(info: os.stat_result) -> Stamp:
    """The stamp of one file or folder."""
    if stat.S_ISDIR(info.st_mode):
        return (info.st_mode,)
    return (info.st_mode, *Status.of(info))


def names_in(root: Path, relative: str) -> list[str]:
    """The names of everything in the folder ``relative`` of ``root``, sorted. Raises likewise."""
    parts = check(relative)
    with folder_inside(root, parts) as folder:
        return sorted(entry.name for entry in entries_inside(root, parts, folder))


def _walk(
    root: Path, below: str, *, hidden: bool = False, without: str | None = None
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """(folder relative to ``below`` or empty, what is in it) of all below ``below``.

    Not entered are the folder ``without`` and, unless ``hidden``, those that a dot hides.
    """
    top = check(below) if below else ()

    def inside(
        parts: tuple[str, ...], above: int | Path | None
    ) -> Iterator[tuple[str, os.DirEntry[str]]]:
        path, whole, inner = "/".join(parts), (*top, *parts), []
        try:
            # From an open folder to the next: none on the way can become a link meanwhile.
            with folder_inside(root, whole, above) as folder:
                for entry in entries_inside(root, whole, folder):
                    yield path, entry
                    if (
                        entry.is_dir(follow_symlinks=False)
                        and (hidden or not entry.name.startswith("."))
                        and _joined(path, entry.name) != without
                        and len(_joined(path, entry.name)) < LIMITS.path_characters
                        and not ((info := _stat(entry)) is None or is_link(info))
                    ):
                        inner.append(entry.name)
                for name in inner:
                    yield from inside((*parts, name), folder)
        except Refused as refused:
            # Removed or exchanged while we walked, as if it was so before; or too deep for a path.
            if not parts or refused.report.codes == ("PATH_UNREADABLE",):
                raise

    return inside((), None)


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What an entry is itself, no link followed; None when it was removed while we walked."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
