"""What a person or a machine sees: results on stdout, diagnostics on stderr.

The options that say how (``--format``, ``--max-issues``, ``--quiet``) are the same on every verb
that reports; `report_options` adds them and `Output` obeys them. They hold for a whole run, so
they and what was reported so far live with the run's click context.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from prometeu_assets.cli.console import say
from prometeu_assets.cli.ending import DONE, SETTINGS, WRONG_INPUT
from prometeu_assets.codes.code import Severity
from prometeu_assets.diagnostics import Report
from prometeu_assets.names import printable, unicode

if TYPE_CHECKING:
    from prometeu_assets.result import Result
    from prometeu_assets.viewpoint import Found

_COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True, kw_only=True)
class Settings:
    """The output settings of one run, and what it has reported so far.

    ``kept`` are the diagnostics held back for a format that is one document; ``hidden`` counts
    those over ``max_issues``, and ``more`` says that a report was cut before it came here.
    ``judged`` says that the verb has a verdict about its input, ``failed`` why it has none.
    ``by_line`` says that the verb prints many JSON values, each on a line of its own.
    """

    format: str = "text"
    max_issues: int | None = None
    quiet: bool = False
    shown: int = 0
    hidden: int = 0
    more: bool = False
    judged: bool = False
    failed: str | None = None
    by_line: bool = False
    kept: list[Found] = field(default_factory=list)


def settings() -> Settings:
    """Those of the run in progress; fresh ones outside of any."""
    context = click.get_current_context(silent=True)
    if context is None:
        return Settings()
    found: Settings = context.meta.setdefault(SETTINGS, Settings())
    return found


def _remember(context: click.Context, option: click.Parameter, value: Any) -> Any:
    setattr(settings(), str(option.name), value)
    return value


def _output(context: click.Context, option: click.Parameter, value: str) -> Output:
    settings().format = value
    return Output(format=value)


def report_options(command: F) -> F:
    """``--format``, ``--max-issues`` and ``--quiet``, for a verb that reports diagnostics.

    The verb is given its `Output` as ``output``.
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
        "output",
        type=click.Choice(["text", "json", "sarif", "github"]),
        default="text",
        callback=_output,
        help="Print for people (text), for programs (json), or only diagnostics: for code "
        "scanning (sarif) or as annotations on GitHub (github).",
    )(command)


def result_option(command: F) -> F:
    """``--format`` for a verb that has a result and never a diagnostic; it is given ``output``."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(["text", "json"]),
        default="text",
        callback=_output,
        help="Print for people (text) or for programs (json).",
    )(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """How to print: ``format`` is one of the option's.

    What else was asked for comes from the run in progress.
    """

    format: str
    settings: Settings = field(default_factory=settings)

    @property
    def is_json(self) -> bool:
        """Whether a machine reads the result."""
        return self.format == "json"

    def report(self, report: Report) -> None:
        """Diagnostics: to stderr for people, to stdout for machines."""
        if self.is_json:
            self.value(report.as_json())
            return
        for found in self._seen(report):
            if self.format == "text":
                say(_paragraph(found), err=True)
            elif self.format == "sarif":
                self.settings.kept.append(found)
            else:
                from prometeu_assets.cli.machines import annotation

                say(annotation(found))

    def tell(self, report: Report) -> None:
        """Diagnostics beside a result: on stderr for those who read JSON from stdout, too."""
        if not self.is_json:
            self.report(report)
            return
        for found in self._seen(report):
            say(_paragraph(found), err=True)

    def checked(self, report: Report, right: str = "up to date") -> int:
        """What a check has found, and in words when that is nothing; the exit code."""
        self.report(report)
        if report.ok:
            self.line(right)
        return DONE if report.ok else WRONG_INPUT

    def value(self, value: Mapping[str, Any]) -> None:
        """A whole document, for machines; of each report in it as much as was asked for."""
        write = _on_a_line if self.settings.by_line else _indented
        say(write(self._shortened(value)))

    def printed_json(self, result: Result) -> bool:
        """Print a result for machines; False when it is people who read it."""
        if self.is_json:
            self.value(result.as_json())
        return self.is_json

    def note(self, text: str) -> None:
        """One line for people that is no result; on stderr, and not when they want quiet."""
        if self.format == "text" and not self.settings.quiet:
            say(printable(text), err=True)

    def next_part(self) -> None:
        """Say what was left out of one part of a run that has many; the next begins anew."""
        told = self.settings
        if self.format == "text" and (told.hidden or told.more):
            say(_left_out(told), err=True)
        told.shown = told.hidden = 0
        told.more = False

    def line(self, text: str = "", **style: Any) -> None:
        """One line of a result for people; formats that are diagnostics alone have none."""
        if self.format == "text":
            text = printable(text)
            say(click.style(text, **style) if style else text)

    def advice(self, text: str, *, project: Path | None, **data: object) -> None:
        """One line with commands as one types them in the current directory, as hints say them.

        ``project`` is where the verb worked; None stands for the project around the user.
        ``text`` has the gaps of hints (`prometeu_assets.names.Standpoint`).
        """
        from prometeu_assets.viewpoint import View

        self.line(View(base=project).standpoint.fill(text, data))

    def drawn(self, line: str) -> None:
        """One line of a picture for people: it has codes for colours, and no text of a file's."""
        if self.format == "text":
            say(line)

    def _seen(self, report: Report) -> Iterator[Found]:
        """What of a report is shown, as somebody in the current directory sees it."""
        from prometeu_assets.viewpoint import Found, View

        shown = self._cut(list(report), lambda d: d.severity, is_cut=report.truncated)
        view = report.viewpoint or View()
        standpoint = view.standpoint
        places = report.viewpoint.places(shown) if report.viewpoint else [None] * len(shown)
        for diagnostic, place in zip(shown, places, strict=True):
            hint = diagnostic.hint_from(standpoint)
            yield Found(diagnostic, view.file(diagnostic), place, hint)

    def _shortened(self, value: Mapping[str, Any]) -> dict[str, Any]:
        cut: dict[str, Any] = self._cut_value(value)
        return {name: self._cut_value(part) for name, part in cut.items()}

    def _cut_value(self, value: Any) -> Any:
        """A report with what of it is shown; whether it is ok does not depend on that."""
        if not isinstance(value, dict) or not value.keys() >= {"ok", "truncated", "diagnostics"}:
            return value
        hidden, is_cut = self.settings.hidden, value["truncated"]
        shown = self._cut(value["diagnostics"], lambda row: row["severity"], is_cut=is_cut)
        is_cut |= self.settings.hidden > hidden
        return {**value, "truncated": is_cut, "diagnostics": shown}

    def _cut(self, found: list[T], severity: Callable[[T], object], *, is_cut: bool) -> list[T]:
        """What of some findings is shown: errors come before warnings, the order stays."""
        told = self.settings
        told.judged = True
        told.more |= is_cut
        wanted = [one for one in found if not told.quiet or severity(one) == Severity.ERROR]
        room = len(wanted) if told.max_issues is None else max(0, told.max_issues - told.shown)
        if len(wanted) > room:
            first = sorted(wanted, key=lambda one: severity(one) != Severity.ERROR)[:room]
            chosen = {id(one) for one in first}
            told.hidden += len(wanted) - room
            wanted = [one for one in wanted if id(one) in chosen]
        told.shown += len(wanted)
        return wanted


def _paragraph(found: Found) -> str:
    """A finding for people, of up to three lines."""
    diagnostic, file, place, hint = found
    where = file or ""
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


def finish() -> None:
    """Print what only the end of a run knows: the one document, or how much was left out."""
    told = settings()
    if told.format == "sarif":
        from prometeu_assets.cli.machines import sarif

        say(_indented(sarif(told.kept, cut=told.hidden > 0 or told.more, failed=told.failed)))
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


def _on_a_line(value: Mapping[str, Any]) -> str:
    return json.dumps(_unicode(value), separators=(",", ":"))


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
