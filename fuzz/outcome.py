"""What a parser may do with bytes: give a value, or refuse them with diagnostics that can be read.

Any other outcome is a fault of the project, and so is an `AssertionError` from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused, Report

T = TypeVar("T")

_CHECKED = 8
"""Diagnostics of one report whose form is looked at; the others are made in the same places."""


class Unclear(AssertionError):
    """A diagnostic that nobody could read."""


def outcome(call: Callable[[], T]) -> T | Refused:
    """What ``call`` gives, or its refusal, whose diagnostics are well-formed."""
    try:
        return call()
    except Refused as refused:
        if refused.report.ok:
            raise Unclear("a refusal without an error") from refused
        judge(refused.report)
        return refused


def judge(report: Report) -> Report:
    """The report, if its texts can be composed and its schema accepts it.

    A code that is not in the table, or data that its texts lack, is a `KeyError`.
    """
    shown = Report(diagnostics=report.diagnostics[:_CHECKED], truncated=report.truncated)
    value = shown.as_json()
    for violation in CURRENT.documents.violations(("report", CURRENT.newest("report")), value):
        raise Unclear(f"{violation.pointer}: {violation.what} in {value}")
    for diagnostic in shown:
        if not diagnostic.message or not (diagnostic.hint or "x").strip():
            raise Unclear(f"an empty text: {diagnostic}")
        if "None" in diagnostic.message:
            raise Unclear(f"a text with a hole: {diagnostic.message}")
    return report
