"""What a person or a machine sees: results on stdout, diagnostics on stderr."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import click

from prometeu_assets.contract.text import TextFault, scan
from prometeu_assets.diagnostics import Diagnostic, Report, Severity

_COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_TEXT_LIMIT: Final = 64 * 1024 * 1024
_BINARY: Final = frozenset({".pa", ".png", ".wav", ".bin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """How to print: ``format`` is text or json, ``base`` is what diagnostics' files are under."""

    format: str
    base: Path | None = None
    _texts: dict[Path, _Text] = field(default_factory=dict, repr=False)

    @property
    def is_json(self) -> bool:
        """Whether a machine reads."""
        return self.format == "json"

    def report(self, report: Report) -> None:
        """Diagnostics: to stderr for people, the report to stdout for machines."""
        if self.is_json:
            self.value(self.report_value(report))
            return
        for diagnostic in report:
            click.echo(self._paragraph(diagnostic), err=True)
        if report.truncated:
            click.echo("… and more: only the first are shown.", err=True)

    def report_value(self, report: Report) -> dict[str, Any]:
        """A report as a JSON value, with lines and columns where a file has them."""
        value: dict[str, Any] = report.as_json()
        for row, diagnostic in zip(value["diagnostics"], report, strict=True):
            place = self._line_and_column(diagnostic)
            if place:
                row["line"], row["column"] = place
        return value

    def value(self, value: Mapping[str, Any]) -> None:
        """A result for machines."""
        # ASCII alone, so that no console can lose a character.
        click.echo(json.dumps(value, indent=2))

    def line(self, text: str = "", **style: Any) -> None:
        """One line of a result for people."""
        click.echo(click.style(text, **style) if style else text)

    def _paragraph(self, diagnostic: Diagnostic) -> str:
        place = self._line_and_column(diagnostic)
        where = diagnostic.file or ""
        if place:
            where += f":{place[0]}:{place[1]}"
        elif diagnostic.offset is not None:
            where += f" byte {diagnostic.offset}"
        elif diagnostic.pointer:
            where += f" {diagnostic.pointer}"
        severity = click.style(str(diagnostic.severity), fg=_COLORS[diagnostic.severity], bold=True)
        asset = f" (asset {diagnostic.asset})" if diagnostic.asset else ""
        lines = [f"{severity} {diagnostic.code}: {diagnostic.message}"]
        if where or asset:
            lines.append(f"  at {where.strip() or 'the pack'}{asset}")
        if diagnostic.hint:
            lines.append(f"  hint: {diagnostic.hint}")
        return "\n".join(lines)

    def _line_and_column(self, diagnostic: Diagnostic) -> tuple[int, int] | None:
        """The place in a text file, both counted from 1, columns in characters."""
        if diagnostic.file is None:
            return None
        path = self.base / diagnostic.file if self.base else Path(diagnostic.file)
        if path not in self._texts:
            self._texts[path] = _Text(path)
        text = self._texts[path]
        offset = diagnostic.offset
        if offset is None and diagnostic.pointer is not None:
            offset = text.offset(diagnostic.pointer)
        return None if offset is None else text.line_and_column(offset)


class _Text:
    """A file that diagnostics are about, read once; no places are in what is no text."""

    def __init__(self, path: Path) -> None:
        self._data = b""
        if path.suffix.lower() in _BINARY:
            return
        # What is wrong with the file may be that it cannot be read.
        with suppress(OSError):
            if path.is_file():
                with path.open("rb") as file:
                    data = file.read(_TEXT_LIMIT)
                if b"\0" not in data[:1024]:
                    self._data = data

    @cached_property
    def _places(self) -> Mapping[str, int]:
        try:
            return scan(self._data, integers=False, places=True).places
        except TextFault:
            return {}

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in re.finditer(b"\n", self._data))]

    def offset(self, pointer: str) -> int | None:
        """The byte at which a value stands, or the nearest one around it that is there."""
        while pointer and pointer not in self._places:
            pointer = pointer.rpartition("/")[0]
        return self._places.get(pointer)

    def line_and_column(self, offset: int) -> tuple[int, int] | None:
        """The line and the column of a byte."""
        if not self._data or offset > len(self._data):
            return None
        line = bisect_right(self._lines, offset)
        before = self._data[self._lines[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1


def counted(count: int, noun: str) -> str:
    """A number of things, the noun in the singular for one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def size(count: int) -> str:
    """A size in bytes as people read it."""
    if count < 10_000:
        return f"{count} B"
    units = ("KiB", "MiB", "GiB")
    value = float(count)
    for unit in units:
        value /= 1024
        if value < 1000 or unit == units[-1]:
            return f"{value:.1f} {unit}"
    raise AssertionError
