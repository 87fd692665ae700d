"""A loss of power, played from the log of what a process did to the disk.

A disk keeps what was synced: the bytes of a file when the file was, a name when its directory was.
Of everything else it may have kept any part. Four things are relied on, as every file system in
use gives them: the changes of one name happen in order, a rename never loses the file, the two
halves of an exchange happen together, and permission bits are part of the name's change.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tests.fault.states import Tree

RENAME_EXCHANGE: Final = 2

RANDOM: Final = 4
"""States drawn at random after each change, beside the three that are extreme."""

_UMASK: Final = os.umask(0)
os.umask(_UMASK)


@dataclass(slots=True, eq=False)
class Node:
    """A file, or a directory with ``names``; ``kept`` and ``kept_names`` are what was synced."""

    mode: int
    data: bytes = b""
    kept: bytes = b""
    names: dict[str, Node] = field(default_factory=dict)
    kept_names: dict[str, Node] = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)
    """The changes of names since the last sync, in order."""

    @property
    def is_directory(self) -> bool:
        """Whether it has names below it."""
        return stat.S_ISDIR(self.mode)


@dataclass(slots=True, eq=False)
class Change:
    """A name in ``folder`` that now stands for ``node``, or for nothing; synced when ``kept``.

    The end of an old name by a rename comes only ``after`` the new name; the two changes of an
    exchange come ``along`` with each other.
    """

    folder: Node
    name: str
    node: Node | None
    after: Change | None = None
    along: Change | None = None
    kept: bool = False

    def keep(self) -> None:
        """The change is on the disk for certain, and what it comes after, or along with."""
        if self.after is not None and not self.after.kept:
            self.after.keep()
        self.kept = True
        _apply(self, self.folder.kept_names)
        if self.along is not None and not self.along.kept:
            self.along.keep()


class Disk:
    """The disk below ``base`` while the lines of a log are played."""

    def __init__(self, base: Path, found: Tree) -> None:
        self._base = base
        self._opened: dict[int, Node] = {}
        self._root = _directory()
        for name, (mode, content) in sorted(found.items()):
            node = Node(mode=mode, data=content, kept=content)
            folder, last = self._place(base / name)
            folder.names[last] = folder.kept_names[last] = node

    def play(self, line: str) -> bool:
        """Do what one line says; whether a loss of power is to be tried then.

        It is not after each piece of a file's bytes, of which any part may be lost at any time.
        """
        call, one, two, path, other = line.split("\t")
        getattr(self, f"_{call}")(int(one), int(two), path, other)
        return call not in ("write", "close") and (call != "open" or bool(int(two) & os.O_CREAT))

    def states(self, random: Random) -> Iterator[Tree]:
        """What may be there if the power is lost now; the first is what is there for certain."""
        yield self._tree(lambda node: (node.kept_names, node.kept))
        yield self._tree(lambda node: (node.names, node.kept))
        yield self._tree(lambda node: (node.names, node.data))
        for _ in range(RANDOM):
            drawn: dict[Change, bool] = {}
            yield self._tree(lambda node, drawn=drawn: _drawn(node, random, drawn))

    def _tree(self, choose: Callable[[Node], tuple[dict[str, Node], bytes]]) -> Tree:
        found: Tree = {}
        pending = [("", self._root)]
        while pending:
            path, node = pending.pop()
            names, data = choose(node)
            if path:
                found[path] = (node.mode, b"" if node.is_directory else data)
            if node.is_directory:
                pending += [(f"{path}/{n}" if path else n, part) for n, part in names.items()]
        return found

    def _place(self, path: str | Path) -> tuple[Node, str]:
        parts = Path(path).relative_to(self._base).parts
        folder = self._root
        for part in parts[:-1]:
            folder = folder.names[part]
        return folder, parts[-1] if parts else ""

    def _node(self, path: str) -> Node | None:
        folder, name = self._place(path)
        return folder.names.get(name) if name else folder

    def _set(self, path: str, node: Node | None, after: Change | None = None) -> Change:
        folder, name = self._place(path)
        change = Change(folder, name, node, after)
        folder.pending.append(change)
        _apply(change, folder.names)
        return change

    # One method for each word of the log: its two numbers, its two paths.

    def _open(self, opened: int, flags: int, path: str, _: str) -> None:
        node = self._node(path)
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            node = _file()
        elif node is None:
            self._set(path, node := _file())
        elif flags & os.O_TRUNC:
            node.data = b""
        self._opened[opened] = node

    def _close(self, opened: int, *_: object) -> None:
        self._opened.pop(opened, None)

    def _write(self, opened: int, offset: int, _: str, text: str) -> None:
        node, data = self._opened[opened], bytes.fromhex(text)
        whole = node.data.ljust(offset, b"\0")
        node.data = whole[:offset] + data + whole[offset + len(data) :]

    def _truncate(self, opened: int, size: int, *_: object) -> None:
        node = self._opened[opened]
        node.data = node.data[:size].ljust(size, b"\0")

    def _sync(self, opened: int, *_: object) -> None:
        node = self._opened[opened]
        node.kept = node.data
        for change in node.pending:
            change.keep()
        node.pending.clear()

    def _mkdir(self, bits: int, _: int, path: str, __: str) -> None:
        self._set(path, _directory(bits))

    def _rmdir(self, _: int, __: int, path: str, ___: str) -> None:
        self._set(path, None)

    _unlink = _rmdir

    def _chmod(self, bits: int, _: int, path: str, __: str) -> None:
        node = self._node(path)
        assert node is not None
        node.mode = stat.S_IFMT(node.mode) | bits

    def _rename(self, flags: int, _: int, path: str, other: str) -> None:
        node, replaced = self._node(path), self._node(other)
        assert node is not None
        if flags & RENAME_EXCHANGE:
            assert replaced is not None
            one, two = self._set(other, node), self._set(path, replaced)
            one.along, two.along = two, one
            return
        self._set(path, None, after=self._set(other, node))

    def _link(self, _: int, __: int, path: str, other: str) -> None:
        self._set(other, self._node(path))


def _directory(bits: int = 0o777) -> Node:
    return Node(mode=stat.S_IFDIR | (bits & ~_UMASK))


def _file() -> Node:
    return Node(mode=stat.S_IFREG | (0o666 & ~_UMASK))


def _apply(change: Change, names: dict[str, Node]) -> None:
    if change.node is None:
        names.pop(change.name, None)
    else:
        names[change.name] = change.node


def _drawn(node: Node, random: Random, drawn: dict[Change, bool]) -> tuple[dict[str, Node], bytes]:
    """Any part of what was not synced: some changes of names, some state of the bytes."""
    names = dict(node.kept_names)
    for change in node.pending:
        before = change.after
        possible = before is None or before.kept or drawn.get(before, False)
        told = drawn.get(change.along) if change.along is not None else None
        drawn[change] = random.random() < 0.5 and possible if told is None else told
        if change.kept or drawn[change]:
            _apply(change, names)
    if node.data == node.kept:
        return names, node.kept
    half = node.data[: random.randrange(len(node.data) + 1)]
    return names, random.choice([node.kept, node.data, half, bytes(len(node.data))])


def written(base: Path, found: Tree) -> None:
    """Put a tree on the real disk, into an empty directory."""
    for name, (mode, content) in sorted(found.items()):
        path = base / name
        if stat.S_ISDIR(mode):
            path.mkdir()
        else:
            path.write_bytes(content)
        path.chmod(stat.S_IMODE(mode))
