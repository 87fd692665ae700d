"""Every place that a verb writes to, found by watching it, and what may stand there already.

A hook of the interpreter sees each path that is opened for writing, made, renamed or removed, and
from which lines of the package; so a place that is new comes under the test by itself.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import prometeu_assets

SOURCE: Final = Path(prometeu_assets.__file__).parent

THREE_CASES: Final = ("accept-base", "accept-metadata-largest", "cartridge-accept-app-id-largest")
"""Of the kit: a file, a recipe and a cartridge."""

Site = tuple[str, int]
"""A module, relative to the package, and a line of it."""

PATHS: Final[dict[str, tuple[int, ...]]] = {
    "open": (0,), "os.mkdir": (0,), "os.remove": (0,), "os.rmdir": (0,), "os.truncate": (0,),
    "os.chmod": (0,), "os.rename": (0, 1), "os.link": (1,), "os.symlink": (1,),
    "shutil.rmtree": (0,),
}  # fmt: skip
"""An event of the interpreter to the positions of the paths that change by it."""

LOOKS: Final = {"os.listdir": (0,), "os.scandir": (0,)}
"""The same of an event that changes nothing."""

DEPTH: Final = 3
"""Calls of the package, the innermost, by which two chains are told apart."""

WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

CALLS: Final = {
    "chmod", "copy", "copy2", "copyfile", "copytree", "hardlink_to", "keep", "link",
    "make_directory", "mkdir", "move", "name_new", "remove_empty_directory", "remove_tree_of_own",
    "removedirs", "rename", "rename_new", "rmdir", "rmtree", "stage", "symlink_to", "touch",
    "unlink", "write_bytes", "write_new", "write_part", "write_text",
}  # fmt: skip
"""Methods and functions that change a path; `replace` does with ``files`` or ``os`` in front."""


@dataclass(slots=True)
class Watch:
    """What was written: each path below ``base``, and the lines of the package that had it so."""

    base: Path
    places: dict[tuple[Site, ...], Path] = field(default_factory=dict)
    """One path for each chain of calls, the first."""
    sites: set[Site] = field(default_factory=set)
    calls: dict[tuple[Site, ...], None] = field(default_factory=dict)
    """Each chain that ended in a call of the system, one that only reads too."""
    fails: tuple[Site, ...] | None = None
    error: BaseException | None = None
    """What the first call of a chain raises."""


_EVENTS: Final = {**PATHS, **LOOKS}
_watch: Watch | None = None


def _hook(event: str, told: tuple[Any, ...]) -> None:
    global _watch
    watch = _watch
    if watch is None or event not in _EVENTS:
        return
    _watch = None  # what is done in here is ours
    try:
        _seen(watch, event, told)
    finally:
        _watch = watch


def _seen(watch: Watch, event: str, told: tuple[Any, ...]) -> None:
    positions = _EVENTS[event]
    given = [told[n] for n in positions if isinstance(told[n], str | bytes | os.PathLike)]
    paths = [Path(os.path.abspath(os.fsdecode(path))) for path in given]
    inside = [p for p in paths if p.is_relative_to(watch.base) and p != watch.base]
    if not inside:
        return
    chain = tuple(_chain(sys._getframe(2)))
    watch.calls[*chain[:DEPTH], (event, 0)] = None
    if event not in LOOKS and (event != "open" or told[2] & WRITING):
        watch.sites |= set(chain)
        for number, path in enumerate(inside):
            watch.places.setdefault((*chain, (event, number)), path)
    if watch.error is not None and watch.fails == (*chain[:DEPTH], (event, 0)):
        error, watch.error = watch.error, None
        raise error


def _chain(frame: Any) -> Iterator[Site]:
    while frame is not None:
        module = _module(frame.f_code.co_filename)
        if module is not None:
            yield module, frame.f_lineno
        frame = frame.f_back


@cache
def _module(file: str) -> str | None:
    path = Path(file)
    return path.relative_to(SOURCE).as_posix() if path.is_relative_to(SOURCE) else None


sys.addaudithook(_hook)


@contextmanager
def watched(
    base: Path, fails: tuple[Site, ...] | None = None, error: BaseException | None = None
) -> Iterator[Watch]:
    """Watch what is written below a directory; the first call of a chain raises the error."""
    global _watch
    _watch = watch = Watch(base, fails=fails, error=error)
    try:
        yield watch
    finally:
        _watch = None


def sites() -> dict[tuple[str, str], list[range]]:
    """The calls of the package, outside of `storage`, that change a path: as written, and where.

    What is done only when something fails stays out: it removes what was just made.
    """
    found: dict[tuple[str, str], list[range]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        module = file.relative_to(SOURCE).as_posix()
        if module.startswith("storage/"):
            continue
        for node in _plain(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and writes(node):
                lines = range(node.lineno, (node.end_lineno or 0) + 1)
                found.setdefault((module, ast.unparse(node.func)), []).append(lines)
    return found


def _plain(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree, without those in the handler of an exception."""
    yield tree
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.ExceptHandler):
            yield from _plain(node)


def writes(node: ast.Call) -> bool:
    """Whether a call changes a path."""
    if isinstance(node.func, ast.Name):
        return node.func.id == "open" and len(node.args) > 1
    if not isinstance(node.func, ast.Attribute):
        return False
    owner, name = ast.unparse(node.func.value), node.func.attr
    if name == "replace":
        return owner in ("files", "os")
    if name == "open":
        modes = [*node.args[owner == "os" :], *(k.value for k in node.keywords)]
        return any("O_" in ast.unparse(m) for m in modes) if owner == "os" else any(
            isinstance(m, ast.Constant) and isinstance(m.value, str) and set(m.value) & set("wax+")
            for m in modes
        )  # fmt: skip
    return name in CALLS


# What may stand in a place: each takes the place and a folder of the user's elsewhere.


def _hard_link(place: Path, theirs: Path) -> None:
    _out_of_the_way(place, theirs)
    if not (theirs / "before").is_file():
        (theirs / "other").write_bytes(b"theirs")
    place.hardlink_to(next(path for path in theirs.iterdir() if path.is_file()))


def _link(place: Path, theirs: Path) -> None:
    _out_of_the_way(place, theirs)
    if not (theirs / "before").exists():
        (theirs / "other").write_bytes(b"theirs")
    place.symlink_to(next(theirs.iterdir()))


def _link_to_folder(place: Path, theirs: Path) -> None:
    _out_of_the_way(place, theirs)
    (theirs / "folder").mkdir()
    (theirs / "folder/other").write_bytes(b"theirs")
    place.symlink_to(theirs / "folder", target_is_directory=True)


def _pipe(place: Path, theirs: Path) -> None:
    _out_of_the_way(place, theirs)
    os.mkfifo(place)


def _folder(place: Path, theirs: Path) -> None:
    if not place.is_dir():
        _out_of_the_way(place, theirs)
        place.mkdir()
    (place / "other").write_bytes(b"theirs")


def _out_of_the_way(place: Path, theirs: Path) -> None:
    if os.path.lexists(place):
        place.rename(theirs / "before")


OBSTACLES: Final[dict[str, Callable[[Path, Path], None]]] = {
    "a hard link": _hard_link,
    "a link": _link,
    "a link to a folder": _link_to_folder,
    "a pipe": _pipe,
    "a folder": _folder,
}
