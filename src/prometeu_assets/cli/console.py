"""Standard output and standard error, which may be closed, full, or without a reader."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import IO, Any, Final

import click

_lost: Final[list[OSError]] = []


class _NullStream(io.TextIOBase):
    """A stream that discards what is written."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)


def begin() -> None:
    """A run begins: nothing of its output is lost yet."""
    _lost.clear()
    # Python has None for what was closed before it began.
    sys.stdout = sys.stdout or _NullStream()
    sys.stderr = sys.stderr or _NullStream()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that lacks a character shows another; it does not fail.
            stream.reconfigure(errors="replace")


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print text. Where it cannot be written, the run goes on to its verdict, without output."""
    try:
        click.echo(text, nl=nl, err=err)
    except OSError as error:
        _lose(sys.stderr if err else sys.stdout, error)


def is_lost() -> bool:
    """Whether some output could not be written: perhaps its reader has gone."""
    return bool(_lost)


def finish() -> tuple[OSError, ...]:
    """A run ends: write what waits, and tell what went wrong with the output."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            _lose(stream, error)
    return tuple(_lost)


def _lose(stream: IO[Any], error: OSError) -> None:
    name = "standard error" if stream is sys.stderr else "standard output"
    _lost.append(OSError(error.errno, error.strerror, name))
    # Python would try again while it exits, and end with a code of its own.
    with suppress(OSError):
        own = stream.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(null, own)
        finally:
            os.close(null)
