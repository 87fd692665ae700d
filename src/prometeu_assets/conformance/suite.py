"""Running the suite against a reader: in batches, so that it costs a handful of processes.

Clause: ``conformance/PROTOCOL.md``. After a fault the reader is started again at the file that
was next, with that file alone: a reader that holds its output back does not get the blame on the
wrong file, and one bad file costs nothing but itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from prometeu_assets.conformance.grade import (
    Fault,
    answer_of,
    broken_run,
    contradicts,
    expected,
    refusal,
    wrong_answer,
)
from prometeu_assets.conformance.kit import Kit, Vector
from prometeu_assets.conformance.reader import ACCEPTED, REJECTED, Question, whole
from prometeu_assets.conformance.results import CaseResult, ConformanceReport, Status
from prometeu_assets.conformance.run import Run, run
from prometeu_assets.contract.rule import Step

TIMEOUT: Final = 10.0
"""Seconds for each answer, unless the user says otherwise."""

MAX_TIMEOUTS: Final = 10
"""So often a reader may hang; then the rest has failed without being run."""

_BATCH_FILES: Final = 128
_BATCH_CHARACTERS: Final = 24_000
"""A batch's command line stays below what the strictest system takes (Windows: 32 767)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run and grade: ``timeout`` in seconds for each answer, ``xfail`` by id.

    With ``no_skip`` a case that the reader does not support has failed. ``until`` is the last step
    of the order of checks that the reader has.
    """

    timeout: float = TIMEOUT
    verdicts_only: bool = False
    no_skip: bool = False
    xfail: frozenset[str] = frozenset()
    until: Step | None = None


def run_suite(
    kit: Kit, command: Sequence[str], vectors: Iterable[Vector], options: Options | None = None
) -> ConformanceReport:
    """Every vector's result, in order of id.

    Raises `NotStarted` when the reader cannot start, and `Damaged` when what the kit keeps of a
    vector is not what was published: the reader is not asked then.
    """
    options = options or Options()
    chosen = list(vectors)
    kit.require(chosen)
    with TemporaryDirectory() as scratch:
        suite = _Suite(command=tuple(command), options=options, scratch=Path(scratch))
        order = sorted(chosen, key=_group)
        results = [r for _, group in groupby(order, key=_group) for r in suite.results(group)]
    return ConformanceReport(
        suite_version=kit.suite_version,
        command=tuple(command),
        verdicts_only=options.verdicts_only,
        results=tuple(sorted(results, key=lambda result: result.vector.id)),
        unknown=tuple(sorted(options.xfail - {vector.id for vector in kit.vectors})),
    )


def read_xfail(file: Path) -> frozenset[str]:
    """The ids in a list of expected failures: one a line, ``#`` begins a comment.

    Raises `OSError`, and `ValueError` for a text that is not UTF-8.
    """
    lines = (line.partition("#")[0].strip() for line in whole(file).decode().splitlines())
    return frozenset(line for line in lines if line)


def arguments(question: Question) -> tuple[str, ...]:
    """A question as options of the protocol."""
    asked = ["--kind", question.kind, "--profile", question.profile]
    if question.document is not None:
        asked += ["--document", question.document]
    if question.asset_uuid is not None:
        asked += ["--asset-uuid", question.asset_uuid]
    return tuple(asked)


def _group(vector: Vector) -> tuple[str, ...]:
    return arguments(vector.question)


@dataclass(slots=True, kw_only=True)
class _Suite:
    """The state of one suite: how often the reader has hung."""

    command: tuple[str, ...]
    options: Options
    scratch: Path
    timeouts: int = 0
    _size: int = field(default=_BATCH_FILES)

    def results(self, group: Iterable[Vector]) -> Iterator[CaseResult]:
        """The results of vectors that ask one question."""
        pending = list(group)
        asked = arguments(pending[0].question)
        answered = False
        while pending:
            if self.timeouts >= MAX_TIMEOUTS:
                fault = Fault(kind="unrun", found=f"not run: it had hung {MAX_TIMEOUTS} times")
                yield from (self._graded(vector, fault) for vector in pending)
                return
            batch, files = self._batch(pending)
            done = run((*self.command, *asked), files, self.options.timeout)
            self.timeouts += done.ended == "timeout"
            why = None if answered else refusal(done)
            if why is not None:
                yield from (self._skipped(vector, why) for vector in pending)
                return
            results = list(self._judged(batch, done))
            answered = answered or bool(results)
            yield from results
            pending = pending[len(results) :]

    def _batch(self, pending: list[Vector]) -> tuple[list[Vector], list[str]]:
        """The next vectors and the paths of their inputs, as many as one process gets."""
        files: list[str] = []
        for vector in pending[: self._size]:
            path = str(vector.input(self.scratch))
            if files and sum(map(len, files)) + len(path) > _BATCH_CHARACTERS:
                break
            files.append(path)
        return pending[: len(files)], files

    def _judged(self, batch: list[Vector], done: Run) -> Iterator[CaseResult]:
        """The results that one process settles; those behind a fault are left to the next."""
        answers, garbage = _answers(done)
        fault = garbage or broken_run(done, len(answers), len(batch), self.options.timeout)
        if done.ended == "extra" or (fault is not None and len(answers) >= len(batch)):
            # Which line belongs to which file, or which file spoilt the end, is anybody's guess.
            answers = []
        for vector, answer in zip(batch, answers, strict=False):
            yield self._settled(vector, answer, answers, None if fault else done.status, done)
        if fault is None:
            self._size = min(2 * self._size, _BATCH_FILES)
            return
        if len(batch) == 1:
            yield self._graded(batch[0], fault, done.stderr)
        self._size = 1

    def _settled(
        self,
        vector: Vector,
        answer: Mapping[str, Any],
        answers: list[Mapping[str, Any]],
        status: int | None,
        done: Run,
    ) -> CaseResult:
        options = self.options
        fault = wrong_answer(
            vector, answer, verdicts_only=options.verdicts_only, until=options.until
        )
        if fault is None and status in (ACCEPTED, REJECTED):
            rejected = any(other["verdict"] == "reject" for other in answers)
            fault = contradicts(status, answer, any_rejected=rejected)
        return self._graded(vector, fault, done.stderr if len(answers) == 1 else "")

    def _graded(self, vector: Vector, fault: Fault | None, stderr: str = "") -> CaseResult:
        """The result of a case that was run, expected failures taken into account."""
        if vector.id not in self.options.xfail:
            return self._result(vector, Status.FAILED if fault else Status.PASSED, fault, stderr)
        if fault is not None:
            return self._result(vector, Status.EXPECTED, fault, stderr)
        passed = Fault(kind="unexpected-pass", found="it passes: take it off the list")
        return self._result(vector, Status.FAILED, passed)

    def _skipped(self, vector: Vector, why: str) -> CaseResult:
        """The result of a case that the reader does not support."""
        if vector.id in self.options.xfail:
            found = "it is skipped: take it off the list"
        elif self.options.no_skip:
            found = f"it is skipped: {why}"
        else:
            return self._result(vector, Status.SKIPPED, Fault(kind="skipped", found=why))
        return self._result(vector, Status.FAILED, Fault(kind="unexpected-skip", found=found))

    def _result(
        self, vector: Vector, status: Status, fault: Fault | None, stderr: str = ""
    ) -> CaseResult:
        said = expected(vector, until=self.options.until)
        return CaseResult(vector=vector, status=status, expected=said, fault=fault, stderr=stderr)


def _answers(done: Run) -> tuple[list[Mapping[str, Any]], Fault | None]:
    """The answers up to the first line that is none, and that line as a fault."""
    answers: list[Mapping[str, Any]] = []
    for line in done.lines:
        try:
            answers.append(answer_of(line))
        except ValueError as error:
            return answers, Fault(kind="garbage", found=f"it printed {error}")
    return answers, None
