"""What `new` and `add` made of an asset. Clause: ``spec/workspace.md#bringing``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import Bank, Present
from prometeu_assets.contract.slice import Slice
from prometeu_assets.diagnostics import Report
from prometeu_assets.result import Result
from prometeu_assets.workspace.registry import Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Result):
    """An asset as it is now. Files are relative to ``project``; ``written`` are the new ones.

    ``made`` is the asset's slice, of the type ``bank``. ``sources`` is for each file written that
    was brought the user's file; ``done`` says of files that were converted how, ``unused`` are
    files of no role. ``approximated`` says in numbers how far copies are from what was given, by
    the bank's names. ``report`` is what a build will warn of.
    With ``dry_run`` all of it is only planned, and nothing was written.
    """

    project: Path
    registered: Registered
    name: str
    written: tuple[str, ...]
    bank: Bank[Any] = field(repr=False)
    made: Slice = field(repr=False)
    sources: Mapping[str, Path]
    done: Mapping[str, str]
    unused: tuple[str, ...]
    approximated: Mapping[str, Mapping[str, int]]
    dry_run: bool
    report: Report

    @property
    def summary(self) -> str:
        """The asset in a few words."""
        return self.bank.summary(self.made.metadata, self.made.details)

    def told(self, listed: Present) -> dict[str, Any]:
        """The members that the documents of both verbs have; ``listed`` are the entries told."""
        return {
            **self.registered.members,
            "asset_name": self.name,
            "written": list(self.written),
            "copied_from": {file: str(path) for file, path in self.sources.items()},
            "listed": [
                {"role": role, "path": origin.path, "shared": origin.shared}
                for role, origins in listed.items()
                for origin in origins
            ],
            "summary": self.summary,
            "numbers": numbers_value(self.made),
            "counts": self.bank.counts(self.made.metadata, self.made.details),
            "converted": dict(self.done),
            "unused": list(self.unused),
            "approximated": {path: dict(found) for path, found in self.approximated.items()},
            "report": self.report.as_json(),
            "dry_run": self.dry_run,
        }


def numbers_value(made: Slice) -> list[dict[str, Any]]:
    """Which tiles or samples each file gave, as the result of a verb tells it."""
    return [
        {"file": file, "first": numbers.start, "count": len(numbers)}
        for file, numbers in made.numbers
    ]
