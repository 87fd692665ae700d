"""Nouns behind numbers, in what people read."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number of things, the noun in the singular for one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
