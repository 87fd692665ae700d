"""A table as HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import Final

from prometeu_assets.names import printable

_ROWS: Final = 200


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of texts and numbers, every one of them escaped; of many rows the first."""
    left = iter(rows)
    body = "".join(_row("td", row) for row in islice(left, _ROWS))
    more = sum(1 for _ in left)
    told = f"<p>… and {more} more</p>" if more else ""
    return f"<table><thead>{_row('th', head)}</thead><tbody>{body}</tbody></table>{told}"


def _row(tag: str, cells: Sequence[object]) -> str:
    shown = (f"<{tag}>{escape(printable(str(cell)))}</{tag}>" for cell in cells)
    return f"<tr>{''.join(shown)}</tr>"
