"""What a diagnostic code is: a stable name, how much it matters, and its texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a diagnostic matters: only errors make a report not ``ok``."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One row of the table of codes: a stable name and the texts that go with it.

    ``message`` and the hints are `str.format` templates over the diagnostic's data.
    ``hints`` holds refinements by key: codes do not multiply, hints refine.
    ``meaning`` says more than ``summary`` where that helps: why it is so, or how it comes about.
    """

    name: str
    summary: str
    message: str
    meaning: str = ""
    hint: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
