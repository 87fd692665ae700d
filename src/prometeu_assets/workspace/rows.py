"""The text of the index and of the record: one row a line, so that git merges them.

Clause: ``spec/workspace.md#index-text``, ``#merges``. Here are lines; what rows mean is elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from prometeu_assets.contract.current import CURRENT

_LAST: Final = "null]}"
_MARK: Final = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?:\s|\Z)")
_FIRST: Final = re.compile(
    r'\{?\s*(?:"schema_version":\s*(?P<version>[0-9]+))?,?\s*(?:"\$schema":\s*"[^"]*")?,?'
    r'\s*(?:"(?:assets|released)":\s*\[\]?)?\Z'
)
_NEXT: Final = re.compile(r'"next_asset_id":\s*([0-9]{1,10})\Z')
_ENDS: Final = (_LAST, "null", "]", "}", "]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What the lines of a merged text hold: rows, and the ``next_asset_id`` of version 2."""

    rows: tuple[Any, ...]
    following: tuple[int, ...]


def text(kind: str, member: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The text of a document whose ``member`` is the list of these rows."""
    first = f'{{"schema_version": {CURRENT.newest(kind)}, "{member}": [\n'
    lines = (f"{json.dumps(row, ensure_ascii=False)},\n\n" for row in rows)
    return "".join([first, *lines, f"{_LAST}\n"]).encode()


def lines(data: bytes, newest: int) -> Lines | None:
    """What is in the lines of a text that a merge left; None when one of them is no such line.

    ``newest`` is the last version that can be read. The bases of conflicts are passed over. A text
    without its first or its last line was cut off.
    """
    rows: list[Any] = []
    following: list[int] = []
    began = ended = False
    try:
        for line in _sides(data.decode()):
            if line.startswith('{"asset_id"'):
                rows.append(json.loads(line))
            elif found := _NEXT.match(line):
                following.append(int(found[1]))
            elif line in _ENDS:
                ended = True
            elif (first := _FIRST.match(line)) and int(first["version"] or 0) <= newest:
                began = True
            else:
                return None
    except ValueError:
        return None
    return Lines(rows=tuple(rows), following=tuple(following)) if began and ended else None


def _sides(text: str) -> Iterator[str]:
    """The lines of both sides of every conflict and of what is around, without commas around."""
    base = False
    for line in text.splitlines():
        mark = _MARK.match(line)
        if mark:
            base = mark[1].startswith("|")
        elif not base and (bare := line.strip(" \t,")):
            yield bare
