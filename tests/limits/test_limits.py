"""What is at a limit is accepted or judged for something else; what is past it is refused early.

Early means before memory is spent: each case is measured in a process of its own. The measuring
forks, which not every system can; the verdicts are asked there as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from tests.limits.cases import CASES

from prometeu_assets.contract.limits import Limits

OTHERS = {"assets", "registered", "preload", "diagnostics"}
"""Limits that a schema states, and that of a report."""

PAIRS = sorted({case.limit for case in CASES if case.limit})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each case is measured in a forked process")
def test_verdict_and_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.limits.peaks", "--json"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    measured = {name: (tuple(verdict), taken) for name, verdict, taken in json.loads(done.stdout)}
    cases = {case.name: case for case in CASES if not case.slow}
    assert measured.keys() == cases.keys()
    assert {name: verdict for name, (verdict, _) in measured.items()} == {
        name: case.verdict for name, case in cases.items()
    }
    greedy = {name: mib for name, (_, mib) in measured.items() if mib >= cases[name].most}
    assert not greedy, "MiB over a small input"


@pytest.mark.skipif(os.name == "nt", reason="the cases import what only other systems have")
def test_every_limit_has_its_cases() -> None:
    assert set(PAIRS) == {field.name for field in fields(Limits)} | OTHERS


@pytest.mark.parametrize("limit", PAIRS)
def test_the_two_sides_of_a_limit_differ(limit: str) -> None:
    at, past = (
        next(case for case in CASES if case.name == f"{limit} {side}") for side in ("at", "past")
    )
    assert at.limit == past.limit == limit
    assert past.verdict
    assert at.verdict != past.verdict


def test_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
