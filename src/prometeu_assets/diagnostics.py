"""What the project says about input: a diagnostic, and a report of several.

A diagnostic is made where a fault is seen and carries *data*; its text comes from the
table of codes (`prometeu_assets.codes`) and is composed only when somebody reads it.
The published form is ``schemas/report/v3.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Protocol

from prometeu_assets.codes import COMMON
from prometeu_assets.codes.code import Code, Severity
from prometeu_assets.names import Standpoint
from prometeu_assets.schema_ids import output

MAX_DIAGNOSTICS: Final = 1_000
"""A report keeps this many diagnostics, then says ``truncated``."""

REPORT_VERSION: Final = 3
"""The newest version of the report's schema; this module knows no contract."""

_HERE: Final = Standpoint()

_WHOLE: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps."""

Progress = Callable[[int, int, str], None]
"""Told about long work: called with (how many are done, of how many, name of the next)."""


class _Silent:
    """Is told, and shows nothing: the default of ``progress``, ``tell`` and ``planned``."""

    def __call__(self, *told: object) -> None:
        """Show nothing."""

    def __repr__(self) -> str:
        return "silent"  # as signatures print it


silent: Final = _Silent()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRef:
    """The asset a diagnostic is about, by its id (when it has one) and its name (likewise)."""

    id: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        parts = [] if self.id is None else [f"#{self.id}"]
        return " ".join([*parts, *([self.name] if self.name else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding.

    At most one of ``pointer`` (RFC 6901, into the JSON document or header named) and
    ``offset`` (bytes from the start of the file) tells the place.
    ``hint_key`` selects a refinement among the code's hints.
    """

    code: str
    data: Mapping[str, object] = field(default_factory=dict)
    pointer: str | None = None
    offset: int | None = None
    file: str | None = None
    asset: AssetRef | None = None
    rule: str | None = None
    keyword: str | None = None
    hint_key: str | None = None

    def __post_init__(self) -> None:
        if self.pointer is not None and self.offset is not None:
            raise ValueError("a diagnostic has a pointer or an offset, not both")

    @property
    def _row(self) -> Code:
        return self.code if isinstance(self.code, Code) else COMMON[self.code]

    @property
    def severity(self) -> Severity:
        """The severity of the code, which is fixed."""
        return self._row.severity

    @property
    def message(self) -> str:
        """What is wrong, as one sentence."""
        return _HERE.fill(self._row.message, self.data)

    @property
    def hint(self) -> str | None:
        """What to do about it, said to somebody in the project; or None."""
        return self.hint_from(_HERE)

    def hint_from(self, standpoint: Standpoint) -> str | None:
        """What to do about it, with commands and paths for the current directory; or None."""
        row = self._row
        text = row.hints[self.hint_key] if self.hint_key else row.hint
        asset = self.asset and (self.asset.id or self.asset.name)
        known = {"file": self.file or "FILE", "asset": asset or "ASSET"}
        return standpoint.fill(text, {**known, **self.data}) or None

    @property
    def place(self) -> str:
        """The file and the byte or the JSON pointer in it, as far as they are known."""
        inside = self.pointer if self.offset is None else f"byte {self.offset}"
        return " ".join(filter(None, (self.file, inside)))

    def at(self, **place: Any) -> Diagnostic:
        """The same finding with more known about where it is (file, asset …)."""
        return replace(self, **place)

    def as_json(self) -> dict[str, object]:
        """The diagnostic as a value of ``schemas/report/v3.json#/$defs/diagnostic``."""
        return self.as_json_from(_HERE)

    def as_json_from(self, standpoint: Standpoint) -> dict[str, object]:
        """The same, with commands and paths for the current directory."""
        fields: dict[str, object | None] = {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint_from(standpoint),
            "file": self.file,
            "pointer": self.pointer,
            "offset": self.offset,
            "rule": self.rule,
            "keyword": self.keyword,
        }
        if self.asset is not None:
            fields["asset"] = {
                key: value
                for key, value in (("id", self.asset.id), ("name", self.asset.name))
                if value is not None
            }
        if self.data:
            fields["data"] = {name: _plain(value) for name, value in self.data.items()}
        return {key: value for key, value in fields.items() if value is not None}


def _plain(value: object) -> object:
    """A value of a diagnostic's data as JSON: a scalar, or a list of scalars."""
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_scalar(part) for part in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= _WHOLE:
        return int(value)
    return str(value)


Place = tuple[int, int]
"""Line and column, both from 1, columns in characters."""


class Viewpoint(Protocol):
    """From where a report is seen: how its files and its hints are said, and where in texts."""

    @property
    def standpoint(self) -> Standpoint:
        """From where hints are said."""

    def file(self, diagnostic: Diagnostic) -> str | None:
        """The file of a diagnostic as seen from the current directory."""

    def places(self, diagnostics: Iterable[Diagnostic]) -> list[Place | None]:
        """The line and the column of each, where its file is a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Diagnostics in the order they were found, at most `MAX_DIAGNOSTICS` of them.

    ``viewpoint`` is from where they are seen; a verb of a project has set it.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    truncated: bool = False
    viewpoint: Viewpoint | None = field(default=None, compare=False, repr=False)

    document: ClassVar[str] = "report"

    @classmethod
    def of(cls, diagnostics: Iterable[Diagnostic]) -> Report:
        """A report of ``diagnostics``; those beyond the limit are counted out, and said so."""
        kept: list[Diagnostic] = []
        for diagnostic in diagnostics:
            if len(kept) == MAX_DIAGNOSTICS:
                return cls(diagnostics=tuple(kept), truncated=True)
            kept.append(diagnostic)
        return cls(diagnostics=tuple(kept))

    @property
    def ok(self) -> bool:
        """True when nothing of severity error was found."""
        return all(d.severity is not Severity.ERROR for d in self.diagnostics)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics of severity error."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.ERROR)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes found, in order."""
        return tuple(d.code for d in self.diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    def __bool__(self) -> bool:
        """Raises `TypeError`: both an empty report and one with warnings may be called true."""
        raise TypeError("a report is neither true nor false: ask for its `ok`")

    def _repr_html_(self) -> str:
        """The findings, for a notebook."""
        from prometeu_assets.html_table import table

        head = ("severity", "code", "place", "message", "hint")
        return table(head, ((d.severity, d.code, d.place, d.message, d.hint or "") for d in self))

    def __add__(self, other: Report) -> Report:
        joined = Report.of((*self.diagnostics, *other.diagnostics))
        is_cut = joined.truncated or self.truncated or other.truncated
        return replace(joined, truncated=is_cut, viewpoint=self.viewpoint or other.viewpoint)

    def seen_from(self, viewpoint: Viewpoint) -> Report:
        """The same report, seen from another place."""
        return replace(self, viewpoint=viewpoint)

    def as_json(self) -> dict[str, Any]:
        """The report as a value of ``schemas/report/``, with the line and column in texts."""
        standpoint = self.viewpoint.standpoint if self.viewpoint else _HERE
        rows = [diagnostic.as_json_from(standpoint) for diagnostic in self.diagnostics]
        places = self.viewpoint.places(self) if self.viewpoint else ()
        for row, place in zip(rows, places, strict=False):
            if place:
                row["line"], row["column"] = place
        members = {"ok": self.ok, "truncated": self.truncated, "diagnostics": rows}
        return output(self.document, REPORT_VERSION, members)


class Refused(Exception):
    """Input was refused; ``report`` says why, as data.

    Raised for bad *input*. A failing *environment* (a disk, a permission) raises `OSError`.
    """

    def __init__(self, *diagnostics: Diagnostic, report: Report | None = None) -> None:
        self.report: Report = Report.of(diagnostics) if report is None else report
        super().__init__(self.report)

    def at(self, **place: Any) -> Refused:
        """The same refusal with more known about where its findings are."""
        moved = tuple(d.at(**place) for d in self.report)
        return Refused(report=replace(self.report, diagnostics=moved))

    def __str__(self) -> str:
        shown = [
            f"{f'{d.place}: ' if d.place else ''}{d.code}: {d.message}"
            for d in self.report.diagnostics[:3]
        ]
        more = len(self.report.diagnostics) - len(shown)
        return "; ".join([*shown, *([f"and {more} more"] if more else [])])
