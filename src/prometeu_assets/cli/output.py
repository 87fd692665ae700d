"""What a person or a machine sees: results on stdout, diagnostics on stderr.

The options that say how (``--format``, ``--max-issues``, ``--quiet``) are the same on every verb
that reports; `report_options` adds them and `Output` obeys them. They hold for a whole run, so
they and what was reported so far live with the run's click context.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from prometeu_assets.cli.console import say
from prometeu_assets.cli.places import TextFile
from prometeu_assets.codes.code import Severity
from prometeu_assets.diagnostics import Diagnostic, Report
from prometeu_assets.names import Standpoint, printable, unicode

if TYPE_CHECKING:
    from prometeu_assets.cli.machines import Found

_COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_META: Final = "prometeu_assets.cli"

Place = tuple[int, int]
"""Line and column, both from 1, columns in characters."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True, kw_only=True)
class Settings:
    """The output settings of one run, and what it has reported so far.

    ``kept`` are the diagnostics held back for a format that is one document; ``hidden`` counts
    those over ``max_issues``, and ``more`` says that a report was cut before it came here.
    ``judged`` says that the verb has a verdict about its input.
    """

    format: str = "text"
    max_issues: int | None = None
    quiet: bool = False
    shown: int = 0
    hidden: int = 0
    more: bool = False
    judged: bool = False
    kept: list[Found] = field(default_factory=list)


def settings() -> Settings:
    """Those of the run in progress; fresh ones outside of any."""
    context = click.get_current_context(silent=True)
    if context is None:
        return Settings()
    found: Settings = context.meta.setdefault(_META, Settings())
    return found


def _remember(context: click.Context, option: click.Parameter, value: Any) -> Any:
    setattr(settings(), str(option.name), value)
    return value


def report_options(command: F) -> F:
    """``--format``, ``--max-issues`` and ``--quiet``, for a verb that reports diagnostics.

    The verb is given ``format``; the others reach `Output` by themselves.
    """
    command = click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Print errors and results only, without warnings and progress.",
    )(command)
    command = click.option(
        "--max-issues",
        type=click.IntRange(min=1),
        metavar="N",
        expose_value=False,
        callback=_remember,
        help="Print at most N diagnostics, errors first, and count the others.",
    )(command)
    return click.option(
        "--format",
        "format",
        type=click.Choice(["text", "json", "sarif", "github"]),
        default="text",
        callback=_remember,
        help="Print for people (text), for programs (json), or only diagnostics: for code "
        "scanning (sarif) or as annotations on GitHub (github).",
    )(command)


def result_option(command: F) -> F:
    """``--format`` for a verb that has a result and never a diagnostic."""
    return click.option(
        "--format",
        "format",
        type=click.Choice(["text", "json"]),
        default="text",
        callback=_remember,
        help="Print for people (text) or for programs (json).",
    )(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """How to print: ``format`` is one of the option's, ``base`` what diagnostics' files are under.

    ``near`` is a file or folder of the project that commands in hints are for, if that is not
    ``base``. What else was asked for comes from the run in progress.
    """

    format: str
    base: Path | None = None
    near: Path | None = None
    settings: Settings = field(default_factory=settings)
    _texts: dict[Path, TextFile] = field(default_factory=dict, repr=False)

    @property
    def is_json(self) -> bool:
        """Whether a machine reads the result."""
        return self.format == "json"

    def report(self, report: Report) -> None:
        """Diagnostics: to stderr for people, to stdout for machines."""
        if self.is_json:
            self.value(self.report_value(report))
            return
        cut = self._cut(report)
        self._look_for(cut)
        standpoint = self._standpoint()
        for diagnostic in cut:
            place, hint = self._line_and_column(diagnostic), diagnostic.hint_from(standpoint)
            if self.format == "text":
                say(self._paragraph(diagnostic, place, hint), err=True)
                continue
            from prometeu_assets.cli.machines import Found, annotation

            found = Found(diagnostic, self._file(diagnostic), place, hint)
            if self.format == "sarif":
                self.settings.kept.append(found)
            else:
                say(annotation(found))

    def tell(self, report: Report) -> None:
        """Diagnostics beside a result: on stderr for those who read JSON from stdout, too."""
        if not self.is_json:
            self.report(report)
            return
        standpoint = self._standpoint()
        for diagnostic in self._cut(report):
            hint = diagnostic.hint_from(standpoint)
            click.echo(self._paragraph(diagnostic, None, hint), err=True)

    def report_value(self, report: Report) -> dict[str, Any]:
        """A report as a JSON value, with lines and columns where a file has them."""
        cut = self._cut(report)
        self._look_for(cut)
        # Whether it is ok does not depend on how much of it is shown.
        value: dict[str, Any] = {**cut.as_json(self._standpoint()), "ok": report.ok}
        for row, diagnostic in zip(value["diagnostics"], cut, strict=True):
            place = self._line_and_column(diagnostic)
            if place:
                row["line"], row["column"] = place
        return value

    def result(self, schema: str, **members: Any) -> None:
        """The result of a verb, for machines: a value of the newest version of this schema."""
        from prometeu_assets.contract.current import CURRENT

        self.value({"schema_version": CURRENT.newest(schema), **members})

    def value(self, value: Mapping[str, Any]) -> None:
        """A whole document, for machines."""
        say(_indented(value))

    def line(self, text: str = "", **style: Any) -> None:
        """One line of a result for people; formats that are diagnostics alone have none."""
        if self.format == "text":
            text = printable(text)
            say(click.style(text, **style) if style else text)

    def drawn(self, line: str) -> None:
        """One line of a picture for people: it has codes for colours, and no text of a file's."""
        if self.format == "text":
            say(line)

    def _cut(self, report: Report) -> Report:
        """What of a report is shown: errors come before warnings, the order stays."""
        told = self.settings
        told.judged = True
        wanted = [d for d in report if not told.quiet or d.severity is Severity.ERROR]
        told.more |= report.truncated
        room = len(wanted) if told.max_issues is None else max(0, told.max_issues - told.shown)
        if len(wanted) > room:
            first = sorted(wanted, key=lambda d: d.severity is not Severity.ERROR)[:room]
            chosen = {id(d) for d in first}
            told.hidden += len(wanted) - room
            wanted = [d for d in wanted if id(d) in chosen]
            report = replace(report, truncated=True)
        told.shown += len(wanted)
        return replace(report, diagnostics=tuple(wanted))

    def _standpoint(self) -> Standpoint:
        """From where hints are said: commands name the project when it is not around the user."""
        from prometeu_assets.documents import INDEX
        from prometeu_assets.storage.paths import around

        project = self.base if self.near is None else around(self.near, INDEX)
        is_found = project == Path() or project == around(Path(), INDEX)
        return Standpoint(self.base, None if is_found else project)

    def _paragraph(self, diagnostic: Diagnostic, place: Place | None, hint: str | None) -> str:
        where = self._file(diagnostic) or ""
        if place:
            where += f":{place[0]}:{place[1]}"
        elif diagnostic.offset is not None:
            where += f" byte {diagnostic.offset}"
        elif diagnostic.pointer:
            where += f" {diagnostic.pointer}"
        severity = click.style(str(diagnostic.severity), fg=_COLORS[diagnostic.severity], bold=True)
        asset = f" (asset {diagnostic.asset})" if diagnostic.asset else ""
        lines = [f"{severity} {diagnostic.code}: {printable(diagnostic.message)}"]
        if where or asset:
            lines.append(printable(f"  at {where.strip() or 'the pack'}{asset}"))
        if hint:
            lines.append(printable(f"  hint: {hint}"))
        return "\n".join(lines)

    def _path(self, diagnostic: Diagnostic) -> Path | None:
        if diagnostic.file is None:
            return None
        return self.base / diagnostic.file if self.base else Path(diagnostic.file)

    def _file(self, diagnostic: Diagnostic) -> str | None:
        """The file as seen from the current directory, which is where CI looks for it."""
        path = self._path(diagnostic)
        if path is None:
            return None
        if path.is_absolute() and path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        return path.as_posix()

    def _look_for(self, report: Report) -> None:
        """Have every file read once for all the places in it that a report speaks of."""
        pointers: dict[str, list[Diagnostic]] = {}
        for diagnostic in report:
            if diagnostic.file is not None and diagnostic.pointer is not None:
                pointers.setdefault(diagnostic.file, []).append(diagnostic)
        for found in pointers.values():
            if text := self._text(found[0]):
                text.look_for(str(each.pointer) for each in found)

    def _text(self, diagnostic: Diagnostic) -> TextFile | None:
        path = self._path(diagnostic)
        if path is None:
            return None
        if path not in self._texts:
            # Below a project nothing is trusted; without one, the command line gave the path.
            below = (self.base, str(diagnostic.file)) if self.base else (path.parent, path.name)
            self._texts[path] = TextFile(*below)
        return self._texts[path]

    def _line_and_column(self, diagnostic: Diagnostic) -> Place | None:
        """The place in a text file."""
        if diagnostic.offset is None and diagnostic.pointer is None:
            return None
        text = self._text(diagnostic)
        if text is None:
            return None
        offset = diagnostic.offset
        if offset is None and diagnostic.pointer is not None:
            offset = text.offset(diagnostic.pointer)
        return None if offset is None else text.line_and_column(offset)


def finish() -> None:
    """Print what only the end of a run knows: the one document, or how much was left out."""
    told = settings()
    if told.format == "sarif":
        from prometeu_assets.cli.machines import sarif

        say(_indented(sarif(told.kept, cut=told.hidden > 0 or told.more)))
    elif told.format == "text" and (told.hidden or told.more):
        say(_left_out(told), err=True)


def _indented(value: Mapping[str, Any]) -> str:
    """JSON in ASCII alone, so that no console can lose a character."""
    import msgspec

    try:
        # The standard library indents in Python, which takes ten times as long as writing.
        return msgspec.json.format(json.dumps(value), indent=2)
    except msgspec.DecodeError:  # a name on disk that is not UTF-8
        return json.dumps(_unicode(value), indent=2)


def _unicode(value: Any) -> Any:
    """A JSON value, every string of it in Unicode."""
    if isinstance(value, str):
        return unicode(value)
    if isinstance(value, Mapping):
        return {unicode(name): _unicode(part) for name, part in value.items()}
    return list(map(_unicode, value)) if isinstance(value, list | tuple) else value


def _left_out(told: Settings) -> str:
    if not told.hidden:
        return "… and more: only the first are shown."
    return f"… and {'at least ' if told.more else ''}{told.hidden} more"


def counted(count: int, noun: str) -> str:
    """A number of things, the noun in the singular for one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def numbered(noun: str, numbers: range) -> str:
    """Some things that have numbers, such as ``tiles 0-11`` or ``tile 3``."""
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    return f"{noun}s {numbers[0]}-{numbers[-1]}" if numbers else f"no {noun}s"


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
