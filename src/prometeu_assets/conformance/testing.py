"""The vectors as parametrised tests of a reader written in Python, or bound to it.

    @pytest.mark.parametrize("case", conformance_cases(), ids=str)
    def test_my_reader(case, tmp_path):
        case.check(my_reader(case.input(tmp_path), case.profile))

where ``my_reader`` returns the code of the first fault, or None for a pack that it accepts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometeu_assets.conformance.grade import expected, wrong_answer
from prometeu_assets.conformance.kit import Vector, load


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformanceCase:
    """One case: an input, the question about it, and the check of an answer."""

    vector: Vector

    def __str__(self) -> str:
        return self.vector.id

    @property
    def profile(self) -> str:
        """The profile that decides: ``reader`` or ``writer``."""
        return self.vector.question.profile

    def input(self, scratch: Path) -> Path:
        """The file to read; the few too large to keep are written into ``scratch``."""
        return self.vector.input(scratch)

    def check(self, answer: str | Mapping[str, Any] | None) -> None:
        """Raise `AssertionError` unless the answer is the one expected.

        ``answer`` is a code, None for acceptance, or a line of the protocol as a value:
        ``{"verdict": "accept", "view": …}``; a view is compared when there is one.
        """
        if isinstance(answer, Mapping):
            given, only_verdict = answer, answer.get("verdict") == "accept" and "view" not in answer
        else:
            given = {"verdict": "reject", "code": answer} if answer else {"verdict": "accept"}
            only_verdict = answer is None
        fault = wrong_answer(self.vector, given, verdicts_only=only_verdict)
        if fault is not None:
            why = "; ".join(self.vector.notes.values())
            raise AssertionError(
                f"{self.vector.id}: expected {expected(self.vector)}; found {fault.found}\n"
                f"rule {self.vector.rule}: {why}"
            )


def conformance_cases(
    *,
    kind: str | None = "read",
    profile: str | None = None,
    only: str | None = None,
    kit: Path | None = None,
) -> list[ConformanceCase]:
    """The cases of a kind (packs, unless told otherwise) and a profile; None for any.

    ``only`` is a pattern of ids; ``kit`` a directory other than the one of this package.
    """
    return [
        ConformanceCase(vector=vector)
        for vector in load(kit).only(*([] if only is None else [only]))
        if kind in (None, vector.question.kind) and profile in (None, vector.question.profile)
    ]
