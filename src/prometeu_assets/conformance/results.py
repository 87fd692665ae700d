"""What came of a suite: one result per case, and what they add up to.

Clause: ``conformance/README.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from prometeu_assets.conformance.grade import Fault
from prometeu_assets.conformance.kit import Vector
from prometeu_assets.result import Result

VALID: Final = "valid"
"""Where the layers count the accepted inputs, which have none."""


class Status(StrEnum):
    """What came of a case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    EXPECTED = "expected-failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case: what was expected, and in ``fault`` what was found instead."""

    vector: Vector
    status: Status
    expected: str
    fault: Fault | None = None
    stderr: str = ""

    def as_json(self) -> dict[str, Any]:
        """The result as a row of the report."""
        row: dict[str, Any] = {"id": self.vector.id, "status": str(self.status)}
        if self.fault is None:
            return row
        row |= {
            "kind": self.fault.kind,
            "expected": self.expected,
            "found": self.fault.found,
            "rule": self.vector.rule,
            "notes": dict(self.vector.notes),
        }
        if self.vector.path is not None:
            row["input"] = str(self.vector.path)
        if self.vector.where is not None:
            row["where"] = dict(self.vector.where)
        return row | ({"stderr": self.stderr} if self.stderr else {})

    def lines(self) -> Iterator[str]:
        """The result as text: expected and found, the input and the place, the rule and why."""
        assert self.fault is not None
        yield f"{self.status} {self.vector.id}"
        yield f"  expected {self.expected}; found {self.fault.found}"
        yield f"  input {self._input()}"
        yield f"  rule {self.vector.rule}: {'; '.join(self.vector.notes.values())}"
        for line in self.stderr.splitlines()[-5:]:
            yield f"  stderr: {line}"

    def _input(self) -> str:
        """Where the input is, and where in it the fault."""
        vector = self.vector
        made = f"a recipe: `prometeu-assets conformance export --only {vector.id} DIR` writes it"
        place = str(vector.path) if vector.path is not None else made
        if vector.where is None:
            return place
        if "offset" in vector.where:
            return f"{place}, at byte {vector.where['offset']}"
        return f"{place}, at {vector.where['pointer'] or 'the top'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformanceReport(Result):
    """All results in order of id; ``unknown`` are expected failures without a case."""

    suite_version: str
    command: tuple[str, ...]
    verdicts_only: bool
    results: tuple[CaseResult, ...]
    unknown: tuple[str, ...] = ()

    document = "conformance-report"

    @property
    def ok(self) -> bool:
        """Whether all is as expected, and anything was judged at all."""
        counts = self.counts
        judged = counts[Status.PASSED] + counts[Status.EXPECTED]
        return not counts[Status.FAILED] and not self.unknown and judged > 0

    @property
    def counts(self) -> Counter[Status]:
        """How many cases have each status."""
        return Counter(result.status for result in self.results)

    @property
    def failures(self) -> tuple[CaseResult, ...]:
        """The cases that failed."""
        return tuple(r for r in self.results if r.status is Status.FAILED)

    @property
    def broken(self) -> Counter[str]:
        """Anchors of the rules whose cases failed, and how many did."""
        return Counter(result.vector.rule for result in self.failures)

    def by(self, key: Callable[[Vector], str]) -> dict[str, Counter[Status]]:
        """Counts of the cases by what ``key`` says of them, in order of id."""
        found: dict[str, Counter[Status]] = {}
        for result in self.results:
            found.setdefault(key(result.vector), Counter())[result.status] += 1
        return dict(sorted(found.items()))

    @property
    def members(self) -> dict[str, Any]:
        return {
            "suite_version": self.suite_version,
            "ok": self.ok,
            "command": list(self.command),
            "graded": "verdicts" if self.verdicts_only else "verdicts, codes and views",
            "counts": _counts(self.counts),
            "areas": _table(self.by(_area)),
            "layers": _table(self.by(_layer)),
            "rules": [{"rule": rule, "failed": n} for rule, n in sorted(self.broken.items())],
            "unknown": list(self.unknown),
            "cases": [result.as_json() for result in self.results],
        }

    def lines(self) -> Iterator[str]:
        """The report for people: failures, then skips by reason, then counts."""
        for result in self.failures:
            yield from result.lines()
        for id in self.unknown:
            yield f"failed {id}\n  expected to fail, but there is no such case"
        skips = Counter(
            (r.fault.found, r.vector.question.kind, r.vector.question.profile)
            for r in self.results
            if r.status is Status.SKIPPED and r.fault
        )
        for (why, kind, profile), count in skips.items():
            yield f"skipped {count} of kind {kind}, profile {profile}: {why}"
        for title, key in (("area", _area), ("layer", _layer)):
            yield ""
            yield _columns(title, *Status)
            for name, counts in self.by(key).items():
                yield _columns(name, *(counts[status] for status in Status))
        yield ""
        if self.broken:
            yield "Rules broken:"
            yield from (f"  {rule} ({count})" for rule, count in sorted(self.broken.items()))
        yield self.summary()

    def summary(self) -> str:
        """One line: how many cases have each status."""
        said = ", ".join(f"{self.counts[status]} {status}" for status in Status)
        nothing = "" if self.counts.keys() - {Status.SKIPPED} else "; nothing was judged"
        return f"suite {self.suite_version}, {len(self.results)} cases: {said}{nothing}"


def _area(vector: Vector) -> str:
    return vector.area


def _layer(vector: Vector) -> str:
    return vector.layer or VALID


def _columns(name: str, *cells: object) -> str:
    return f"{name:<14}" + "".join(f"{cell!s:>18}" for cell in cells)


def _counts(counts: Counter[Status]) -> dict[str, int]:
    return {str(status): counts[status] for status in Status}


def _table(rows: dict[str, Counter[Status]]) -> list[dict[str, Any]]:
    return [{"name": name, **_counts(counts)} for name, counts in rows.items()]
