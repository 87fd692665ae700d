"""How names from a disk or a document are written: for people, for programs, and for a shell.

The maker of a project chooses its names: they may hold line breaks, escape sequences, and bytes
that are not UTF-8, which Python keeps as lone surrogates. Clause: ``spec/tools.md#names-shown``.
"""

from __future__ import annotations

import os
import re
import string
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_UNPRINTABLE: Final = r"[^\t -~]"
_SURROGATE: Final = "[\ud800-\udfff]"
_BYTE: Final = r"(?<!\\)((?:\\\\)*)\\udc([89a-f][0-9a-f])"
"""A byte that is not UTF-8, in the spelling of `repr`."""

_PLAIN: Final = r"[\w.:\\/+,=@-]+"


def printable(text: str) -> str:
    """Text on one line that cannot act on a terminal: what is not printable is escaped."""
    if text.isprintable():
        return text
    return re.sub(_UNPRINTABLE, lambda m: m[0] if m[0].isprintable() else _escaped(m), text)


def unicode(text: str) -> str:
    r"""Text that every encoding of Unicode holds: a byte that is not UTF-8 is written ``\xNN``."""
    return re.sub(_SURROGATE, _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return match[0].encode("unicode_escape").decode()


def respelt(text: str) -> str:
    """Text that has names in the spelling of `repr`, with bytes that are not UTF-8 as above."""
    return re.sub(_BYTE, r"\1\\x\2", text)


def argument(word: str) -> str:
    """A word as one argument of a command for the shell of this system, on one line."""
    if os.name == "nt":
        return word if re.fullmatch(_PLAIN, word) else f'"{word}"'
    if word.isprintable():
        from shlex import quote

        return quote(word)
    # A line break inside plain quotes would end the line on which the command is shown.
    return f"$'{''.join(map(_ansi_c, word))}'"


def _ansi_c(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))


class Standpoint(string.Formatter):
    """Fills the texts of codes for a user whose current directory is not always the project.

    ``base`` leads from the current directory to the directory that the paths of diagnostics are
    relative to. ``project`` is set when commands must name the project. A template may say, beside
    what `str.format` knows:

    - ``{x:place}``: the path ``x``, as an argument of a command in the current directory;
    - ``{x:places}``: the same of each of the paths ``x``, with blanks between;
    - ``{x:root}``: the same of an asset root, which is relative to ``assets/``;
    - ``{x:argument}``: ``x`` as it is, as an argument of a command;
    - ``{project}``, ``{of_project}``: the project, for a verb that takes a DIRECTORY, or an option
      ``--project``. Both begin with a space, and are empty where the command finds the project.
    """

    def __init__(self, base: Path | None = None, project: Path | None = None) -> None:
        self._base = base or Path()
        named = "" if project is None else _path(project)
        self._own = {
            "project": f" {named}" if named else "",
            "of_project": f" --project {named}" if named else "",
        }
        self._forms: Mapping[str, Callable[[str], str]] = {
            "place": self._place,
            "root": lambda root: self._place(f"assets/{root}"),
            "argument": argument,
        }

    def fill(self, template: str, data: Mapping[str, object]) -> str:
        """The text of a template."""
        return self.vformat(template, (), data)

    def _place(self, path: str) -> str:
        return _path(self._base / path)

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return self._own[key] if key in self._own else kwargs[str(key)]

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return (
            respelt(repr(value)) if conversion == "r" else super().convert_field(value, conversion)
        )

    def format_field(self, value: Any, format_spec: str) -> Any:
        if format_spec == "places":
            return " ".join(map(self._place, value))
        form = self._forms.get(format_spec)
        return super().format_field(value, format_spec) if form is None else form(str(value))


def _path(path: Path) -> str:
    """A path as an argument, and never an option."""
    shown = str(path)
    return argument(f".{os.sep}{shown}" if shown.startswith("-") else shown)
