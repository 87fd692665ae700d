"""Pictures of assets in a terminal: whether it can show them, and with what words.

Clause: ``spec/tools.md#pictures``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from prometeu_assets.cli.app import in_colour
from prometeu_assets.cli.output import Output, numbered

if TYPE_CHECKING:
    from prometeu_assets.contract.bank import Bank
    from prometeu_assets.contract.drawing import Drawing
    from prometeu_assets.contract.slice import Slice

F = TypeVar("F", bound=Callable[..., Any])

_BESIDE: Final = 12
"""Lines of a window that the other words of a result may need."""
_LEAST: Final = 10
"""Lines that a picture has even so."""


def picture_option(command: F) -> F:
    """``--picture``, for a verb that draws when it is asked to."""
    return click.option(
        "--picture",
        is_flag=True,
        help="Draw the content in the terminal, in colours, as large as the window.",
    )(command)


def require_picture(output: Output, *, asked: bool) -> None:
    """Raise `click.UsageError` when a picture is asked for that cannot be shown."""
    if not asked:
        return
    if output.format != "text":
        raise click.UsageError(f"--picture cannot be combined with --format {output.format}.")
    if reason := _no_colours():
        helps = f"`{in_colour(click.get_current_context())}`"
    elif reason := _no_blocks():
        helps = "With PYTHONIOENCODING=utf-8 in the environment it"
    else:
        return
    raise click.UsageError(
        f"--picture needs a terminal with colours: {reason}. {helps} draws anyway."
    )


def lack() -> str | None:
    """Why standard output shows no picture; None if it can."""
    return _no_colours() or _no_blocks()


def _no_colours() -> str | None:
    context = click.get_current_context(silent=True)
    color = context and context.color  # of --color and NO_COLOR
    if color is False:
        return "colours are off (NO_COLOR, or --color never)"
    if color is None:
        if not sys.stdout.isatty():
            return "standard output is not a terminal"
        if os.environ.get("TERM") in (None, "", "dumb"):
            return "TERM is dumb or not set"
    return None


def _no_blocks() -> str | None:
    from prometeu_assets.views.half_blocks import LOWER, UPPER

    encoding = sys.stdout.encoding or "ascii"
    try:
        f"{UPPER}{LOWER}".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return f"its encoding, {encoding}, has no half blocks"
    return None


def show_result(output: Output, bank: Bank[Any], made: Slice, new: Container[str]) -> None:
    """What was just made, small, when somebody can see it, without being asked for.

    ``new`` are the files whose tiles or samples had better be seen.
    """
    quiet = output.settings.quiet or output.format != "text"
    if quiet or not sys.stdout.isatty() or lack():
        return
    drawing = bank.drawn(made)
    if drawing is not None:
        lines = _terminal().lines
        first = next((numbers.start for file, numbers in made.numbers if file in new), 0)
        _show(output, bank, drawing, max(_LEAST, lines - _BESIDE), first)


def show_picture(output: Output, bank: Bank[Any], drawing: Drawing | None) -> None:
    """A picture that was asked for; or why the bank type has none."""
    if drawing is None:
        output.line(f"A {bank.bank_type} bank has no picture in a terminal.")
        return
    # One line for the prompt, and two for words.
    _show(output, bank, drawing, max(_LEAST, _terminal().lines - 3))


def _terminal() -> os.terminal_size:
    import shutil

    return shutil.get_terminal_size()


def _show(output: Output, bank: Bank[Any], drawing: Drawing, height: int, first: int = 0) -> None:
    from prometeu_assets.views.half_blocks import draw

    deep = os.environ.get("COLORTERM") in ("truecolor", "24bit")
    picture = draw(drawing, _terminal().columns, height, deep=deep, first=first)
    if picture is None:
        output.line("The window is too narrow for a picture.")
        return
    for line in picture.lines:
        output.drawn(line)
    if picture.step > 1:
        output.line(f"Drawn at 1/{picture.step} of its size.")
    hidden = (range(picture.shown.start), range(picture.shown.stop, drawing.count))
    if told := ", ".join(numbered(bank.unit, numbers) for numbers in hidden if numbers):
        output.line(f"Not shown: {told}. A larger window shows more.")
    if drawing.note:
        output.line(drawing.note)
