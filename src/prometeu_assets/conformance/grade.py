"""Judging what a reader under test printed: its answers, and its faults against the protocol."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from prometeu_assets.conformance.compare import difference, short
from prometeu_assets.conformance.kit import Vector, later_codes, passes
from prometeu_assets.conformance.reader import ACCEPTED, NO_VERDICT, REJECTED, WRONG_CALL
from prometeu_assets.conformance.run import LINE_LIMIT, Run
from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.rule import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a case failed: ``kind`` for machines, what was found in words for people.

    Kinds: ``verdict``, ``code``, ``view`` for a wrong answer; ``crash``, ``timeout``, ``silence``,
    ``garbage``, ``flood``, ``extra``, ``exit-code``, ``no-verdict``, ``usage`` for what breaks the
    protocol; ``unrun`` when the reader was given up; ``unexpected-pass`` and ``unexpected-skip``
    for a case that was expected to fail, or may not be skipped; ``skipped`` with the reader's
    reason.
    """

    kind: str
    found: str


def answer_of(line: bytes) -> Mapping[str, Any]:
    """The answer in a line; raises `ValueError` with what is wrong with it."""
    shown = short(line.decode("utf-8", "replace").strip())
    try:
        value = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValueError(f"{shown!r}, which is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError(f"{shown!r}, which is no object")  # noqa: TRY004  # the line is wrong
    if value.get("verdict") not in ("accept", "reject"):
        raise ValueError(f"{shown!r}, whose verdict is neither accept nor reject")
    return value


def _refuse(token: str) -> NoReturn:
    raise ValueError(token)


def wrong_answer(
    vector: Vector,
    answer: Mapping[str, Any],
    *,
    verdicts_only: bool = False,
    until: Step | None = None,
) -> Fault | None:
    """What is wrong with an answer, compared with what the case expects.

    ``until`` is the last step that the reader checks. A pack that passes it may be accepted without
    a view, or rejected with the code of a later step. Without codes, only accepted packs are judged
    of these.
    """
    said = _said(answer)
    if until is not None and passes(vector, until):
        if answer["verdict"] == "accept":
            return None
        if verdicts_only:
            right = vector.verdict == "reject"
        else:
            right = answer.get("code") in later_codes(until)
        return None if right else Fault(kind="verdict", found=said)
    if answer["verdict"] != vector.verdict:
        return Fault(kind="verdict", found=said)
    if verdicts_only:
        return None
    if vector.verdict == "reject":
        return None if answer.get("code") == vector.code else Fault(kind="code", found=said)
    view = vector.view()
    if view is None or same(answer.get("view"), view):
        return None
    return Fault(kind="view", found=f"accept, and {difference(answer.get('view'), view)}")


def expected(vector: Vector, *, until: Step | None = None) -> str:
    """What a case expects of a reader that checks up to a step, or all, in words."""
    if until is not None and passes(vector, until):
        return f"to pass step {until.name.lower()}"
    return f"reject {vector.code}" if vector.verdict == "reject" else "accept"


def _said(answer: Mapping[str, Any]) -> str:
    if answer["verdict"] == "accept":
        return "accept"
    return f"reject {short(str(answer['code']))}" if "code" in answer else "reject without a code"


def broken_run(run: Run, answered: int, asked: int, limit: float) -> Fault | None:
    """How a process broke off before it had answered all files, or in ending; None if it did not.

    An exit code that contradicts the answers is no breaking off: see `contradicts`.
    """
    match run.ended:
        case "timeout":
            where = "no answer" if answered < asked else "it did not end"
            return Fault(kind="timeout", found=f"{where} within {limit:g} s")
        case "flood":
            return Fault(kind="flood", found=f"a line of more than {LINE_LIMIT} bytes")
        case "extra":
            return Fault(kind="extra", found=f"more lines than files ({asked})")
    status = run.status
    assert status is not None
    if status == NO_VERDICT:
        return Fault(kind="no-verdict", found=f"no verdict: {reason(run)}")
    if status == WRONG_CALL:
        return Fault(kind="usage", found=f"it says that it was called wrongly: {reason(run)}")
    if status not in (ACCEPTED, REJECTED):
        return Fault(kind="crash", found=_crash(status))
    if answered < asked:
        return Fault(kind="silence", found=f"no answer, and it ended with exit code {status}")
    return None


def contradicts(status: int, answer: Mapping[str, Any], *, any_rejected: bool) -> Fault | None:
    """Whether the exit code says otherwise than an answer does."""
    if status == ACCEPTED and answer["verdict"] == "reject":
        return Fault(kind="exit-code", found=f"{_said(answer)}, but exit code {ACCEPTED}")
    if status == REJECTED and not any_rejected:
        return Fault(kind="exit-code", found=f"accept, but exit code {REJECTED}")
    return None


def refusal(run: Run) -> str | None:
    """Why a reader does not support what it was asked; None when it did not say so.

    It ends with 3 and prints plain text to standard output, which is not JSON.
    """
    lines = [line for line in map(bytes.strip, run.lines) if line]
    if run.status != NO_VERDICT or not lines or any(map(_is_json, lines)):
        return None
    return short(lines[0].decode("utf-8", "replace"))


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def reason(run: Run) -> str:
    """The line in which a reader says why it gives no verdict, from either stream."""
    printed = [line.decode("utf-8", "replace").strip() for line in run.lines]
    lines = [line for line in (*printed, *run.stderr.splitlines()) if line]
    return short(lines[-1]) if lines else "it does not say why"


def _crash(status: int) -> str:
    if status > 0:
        return f"it ended with exit code {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"it was ended by {name}"
