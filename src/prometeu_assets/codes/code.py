"""What a diagnostic code is: a stable name, how much it matters, and its texts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self


class Severity(StrEnum):
    """How much a diagnostic matters: only errors make a report not ``ok``."""

    ERROR = "error"
    WARNING = "warning"


class Code(str):
    """A stable name, as a `str`, with its texts.

    ``message`` and the hints are `str.format` templates over the diagnostic's data.
    ``hints`` holds refinements by key: codes do not multiply, hints refine.
    ``meaning`` says more than ``summary`` where that helps: why it is so, or how it comes about.
    """

    __slots__ = ("hint", "hints", "meaning", "message", "severity", "summary")

    summary: str
    message: str
    meaning: str
    hint: str
    hints: Mapping[str, str]
    severity: Severity

    def __new__(
        cls,
        name: str,
        *,
        summary: str,
        message: str,
        meaning: str = "",
        hint: str = "",
        hints: Mapping[str, str] = MappingProxyType({}),
        severity: Severity = Severity.ERROR,
    ) -> Self:
        """A code with these texts."""
        code = super().__new__(cls, name)
        code.summary, code.message, code.meaning = summary, message, meaning
        code.hint, code.hints, code.severity = hint, dict(hints), severity
        return code

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """What a copy is made from."""
        texts = {"summary": self.summary, "message": self.message, "meaning": self.meaning}
        more = {"hint": self.hint, "hints": self.hints, "severity": self.severity}
        return (self.name,), {**texts, **more}

    @property
    def name(self) -> str:
        """The name alone."""
        return str.__str__(self)
