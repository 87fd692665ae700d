"""Markdown for the pages that are generated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(c.replace('|', '&#124;') for c in line)} |\n" for line in lines)


def plain(text: str) -> str:
    """A text in which only backticks are markup."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part
        if part.startswith("`")
        else re.sub(r"([\\*_\[\]])", r"\\\1", escape(part, quote=False))
        for part in parts
    )


def code(text: str) -> str:
    """Any text as code, also in a table: no character of it is markup."""
    shown = (c if c.isalnum() or c in " .-" else f"&#{ord(c)};" for c in text)
    return f"<code>{''.join(shown)}</code>"


def number(value: float) -> str:
    """A number with its digits in groups of three."""
    return f"{value:,}".replace(",", "\u202f")
