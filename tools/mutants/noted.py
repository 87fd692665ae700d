"""What was found of each change of a reader, noted at once: a run that is ended goes on.

A change that a case noticed is noticed as long as the reader and that case are the same, so it is
not asked again. One that nothing noticed is asked every time, for the kit may have grown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

NO_PROGRAM: Final = "no program"


@dataclass(kw_only=True, slots=True)
class Noted:
    """The notes on a reader in ``file``: ``cases`` says what each case of the kit is."""

    file: Path
    reader: str
    cases: Mapping[str, str]
    _found: dict[tuple[str, ...], str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Take what earlier runs noted of this very reader, and still holds."""
        if not self.file.exists():
            return
        for line in self.file.read_text(encoding="utf-8").splitlines():
            note = json.loads(line)
            by = note["by"]
            same = by == NO_PROGRAM or self.cases.get(by) == note["case"]
            if note["reader"] == self.reader and same:
                self._found[tuple(note["change"])] = by

    def by(self, change: Sequence[str]) -> str | None:
        """The case that noticed a change, or `NO_PROGRAM`."""
        return self._found.get(tuple(change))

    def note(self, change: Sequence[str], by: str) -> None:
        """Write down what noticed a change."""
        case = self.cases.get(by)
        line = {"reader": self.reader, "change": list(change), "by": by, "case": case}
        with self._lock, self.file.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps(line) + "\n")
