"""From where a report is seen: its files, its hints, and the lines and columns in texts.

All of it is computed only when somebody reads the report.
Clause: ``spec/tools.md#names-shown``.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.text import TextFault, scan
from prometeu_assets.diagnostics import Diagnostic, Place, Refused, Report
from prometeu_assets.documents import INDEX
from prometeu_assets.names import Standpoint
from prometeu_assets.storage.paths import around, exists, read_inside

StrPath = str | os.PathLike[str]
"""A path as callers give it."""

_SCANNED: Final = 12 * 1024 * 1024
"""Bytes of a text in which values are looked for; in a larger one that takes too long."""
_BINARY: Final = frozenset({".pa", ".png", ".wav", ".bin"})


class Found(NamedTuple):
    """A diagnostic, with its file and its hint relative to the current directory."""

    diagnostic: Diagnostic
    file: str | None
    place: Place | None
    hint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Diagnostics as a user in the current directory sees them.

    ``base`` is what their files are relative to, and ``near`` a file or folder of the project
    that commands in hints are for, if that is not ``base``.
    """

    base: Path | None = None
    near: Path | None = None

    @property
    def standpoint(self) -> Standpoint:
        """From where hints are said: commands name the project when it is not around the user."""
        project = self.base if self.near is None else around(self.near, INDEX)
        is_found = project == Path() or project == around(Path(), INDEX)
        return Standpoint(self.base, None if is_found else project)

    def file(self, diagnostic: Diagnostic) -> str | None:
        """The file as seen from the current directory, which is where CI looks for it."""
        if diagnostic.file is None:
            return None
        path = (self.base or Path()) / diagnostic.file
        if path.is_absolute() and path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        return path.as_posix()

    def places(self, diagnostics: Iterable[Diagnostic]) -> list[Place | None]:
        """The line and the column of each, where its file is a text that has the place.

        Every file is read once for all the places in it.
        """
        diagnostics = list(diagnostics)
        pointers: dict[str, list[str]] = {}
        for each in diagnostics:
            if each.file is None or (each.pointer is None and each.offset is None):
                continue
            wanted = pointers.setdefault(each.file, [])
            if each.pointer is not None:
                wanted.append(each.pointer)
        texts = {file: self._text(file) for file in pointers}
        for file, wanted in pointers.items():
            texts[file].look_for(wanted)
        return [_place(diagnostic, texts) for diagnostic in diagnostics]

    def told(self, tell: Callable[[Report], None]) -> Callable[[Report], None]:
        """A function that is told of reports seen from here."""
        return lambda report: tell(report.seen_from(self))

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """What is refused within is seen from here, unless it has a viewpoint already."""
        try:
            yield
        except Refused as refused:
            refused.report = refused.report.seen_from(refused.report.viewpoint or self)
            raise

    def _text(self, file: str) -> TextFile:
        # Below a project nothing is trusted; without one, the caller gave the path.
        path = Path(file)
        return TextFile(*((self.base, file) if self.base else (path.parent, path.name)))


def _place(diagnostic: Diagnostic, texts: Mapping[str, TextFile]) -> Place | None:
    text = texts.get(diagnostic.file or "")
    if text is None:
        return None
    offset = diagnostic.offset
    if diagnostic.pointer is not None:
        offset = text.offset(diagnostic.pointer)
    return None if offset is None else text.line_and_column(offset)


def find(start: Path) -> Path:
    """The project that holds ``start``: the nearest directory upwards with an index.

    Raises `Refused` (``WORKSPACE_MISSING``) when there is none.
    """
    found = around(start, INDEX)
    if found is not None:
        return found
    absolute = os.path.abspath(start)  # noqa: PTH100  # `resolve` would follow links
    data = {"path": absolute, "index": INDEX, "nor": ", and no directory above it has one"}
    raise Refused(Diagnostic(code="WORKSPACE_MISSING", data=data))


def require(project: Path) -> None:
    """Raise `Refused` (``WORKSPACE_MISSING``) unless the directory is a project."""
    if not exists(project, INDEX):
        data = {"path": str(project), "index": INDEX, "nor": ""}
        raise Refused(Diagnostic(code="WORKSPACE_MISSING", data=data))


@contextmanager
def at_project(project: StrPath | None) -> Iterator[tuple[Path, View]]:
    """The directory of a project, and the view from it; None is the one around the current one.

    Raises `Refused` (``WORKSPACE_MISSING``) when there is none there. What is refused within is
    seen from the project.
    """
    with View().refusals():
        base = find(Path()) if project is None else Path(project)
    view = View(base=base)
    with view.refusals():
        yield base, view


class TextFile:
    """A file that diagnostics are about, read once; no places are in what is not a text.

    ``path`` is below ``root``, which is trusted.
    """

    def __init__(self, root: Path, path: str) -> None:
        self._data = b""
        self._asked: set[str] = set()
        self._places: Mapping[str, int] = {}
        if PurePosixPath(path).suffix.lower() in _BINARY:
            return
        # What is wrong with the file may be that it cannot be read.
        with suppress(OSError, Refused):
            limit = LIMITS.index_document_bytes
            data = read_inside(root, path, limit=limit, what="a text")
            if b"\0" not in data[:1024]:
                self._data = data

    def look_for(self, pointers: Iterable[str]) -> None:
        """Find where these values stand and those around them, in one reading of the text."""
        wanted = {around for pointer in pointers for around in _around(pointer)}
        if wanted <= self._asked or len(self._data) > _SCANNED:
            return
        self._asked |= wanted
        with suppress(TextFault):
            self._places = scan(self._data, integers=False, places=self._asked).places

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in re.finditer(b"\n", self._data))]

    def offset(self, pointer: str) -> int | None:
        """The byte offset of a value, or of the nearest value around it that exists."""
        self.look_for([pointer])
        found = (around for around in _around(pointer) if around in self._places)
        return self._places.get(next(found, ""))

    def line_and_column(self, offset: int) -> Place | None:
        """The line and the column of a byte."""
        if not self._data or offset > len(self._data):
            return None
        line = bisect_right(self._lines, offset)
        before = self._data[self._lines[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1


def _around(pointer: str) -> Iterator[str]:
    """A pointer, then those to what is around it."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer
