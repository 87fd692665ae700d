"""Questions to a person at a terminal; without a terminal nothing is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click


def is_asked(format: str) -> bool:
    """Whether somebody is there to answer: at a terminal, not in CI, and not for a machine."""
    terminals = sys.stdin.isatty() and sys.stdout.isatty()
    return terminals and format == "text" and not os.environ.get("CI")


def ask(text: str, choices: Sequence[int], assumed: int) -> int:
    """One of the choices; an empty answer is the assumed one, a wrong one is asked again.

    Raises `click.Abort` at the end of the input, or when the person interrupts.
    """
    answer = click.prompt(
        text, type=click.Choice([str(choice) for choice in choices]), default=str(assumed)
    )
    return int(answer)
