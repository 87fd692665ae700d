"""The rounds of a project that is watched, as they are printed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from prometeu_assets.cli import console
from prometeu_assets.cli.ending import DONE
from prometeu_assets.cli.environment import explained
from prometeu_assets.cli.output import Output, size
from prometeu_assets.nouns import counted

if TYPE_CHECKING:
    from prometeu_assets.live.watching import Round
    from prometeu_assets.packer.build import BuildResult

_NAMED: Final = 3
"""Changed files that are named; the others are counted."""


def show_rounds(output: Output, rounds: Iterable[Round]) -> int:
    """Print each round as it ends, until the iteration ends or the output is closed; the exit code.

    SIGTERM counts as an interrupt.
    """
    with _terminated_is_interrupted():
        output.note("watching for changes; Ctrl-C ends it")
        for made in rounds:
            if not output.printed_json(made):
                _tell(output, made)
            output.next_part()
            if console.is_lost():
                break
    return DONE


def show_built(output: Output, result: BuildResult, took: str = "") -> None:
    """What a build published, for people."""
    figures = result.statistics
    reused = f", {figures.reused} unchanged" if figures.reused else ""
    output.line(f"built {result.outputs['assets.pa']}{took}", bold=True)
    output.line(f"  {counted(figures.assets, 'asset')}{reused}, {size(figures.pack_size)}")
    output.line(f"  sha256 {figures.pack_sha256}")


def _tell(output: Output, made: Round) -> None:
    if made.changed:
        named = ", ".join(made.changed[:_NAMED])
        more = f" and {len(made.changed) - _NAMED} more" if len(made.changed) > _NAMED else ""
        output.line(f"{time.strftime('%H:%M:%S')} changed: {named}{more}")
    output.report(made.report)
    took = f" in {made.seconds:.2f} s"
    if made.result is not None:
        show_built(output, made.result, took)
        return
    if made.failure is not None:
        console.say(explained(made.failure).text, err=True)
    output.line(f"not built{took}; build/ is unchanged", bold=True)


@contextmanager
def _terminated_is_interrupted() -> Iterator[None]:
    """Have a request to terminate end the work as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = None
    with suppress(ValueError):  # only the main thread hears signals
        before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)
