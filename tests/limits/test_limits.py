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
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.every import every

from prometeu_assets.contract.limits import Limits

OTHERS = {"assets", "registered", "preload", "diagnostics"}
"""Limits that a schema states, and that of a report."""

PAIRS = sorted({field.name for field in fields(Limits)} | OTHERS)


@pytest.fixture(scope="module")
def cases() -> list[Any]:
    """Every case. Making the inputs takes seconds, which only who runs these tests spends."""
    found: list[Any] = import_module("tests.limits.cases").CASES
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each case is measured in a forked process")
def test_verdict_and_memory(cases: list[Any]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.limits.peaks", "--json"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    measured = {name: (tuple(verdict), taken) for name, verdict, taken in json.loads(done.stdout)}
    quick = {case.name: case for case in cases if not case.slow}
    assert measured.keys() == quick.keys()
    assert {name: verdict for name, (verdict, _) in measured.items()} == {
        name: case.verdict for name, case in quick.items()
    }
    greedy = {name: mib for name, (_, mib) in measured.items() if mib >= quick[name].most}
    assert not greedy, "MiB over a small input"


@pytest.mark.skipif(os.name == "nt", reason="the cases import what only other systems have")
def test_every_limit_has_its_cases(cases: list[Any]) -> None:
    assert {case.limit for case in cases if case.limit} == set(PAIRS)


@every(PAIRS)
def test_the_two_sides_of_a_limit_differ(limit: str, cases: list[Any]) -> None:
    at, past = (
        next(case for case in cases if case.name == f"{limit} {side}") for side in ("at", "past")
    )
    assert at.limit == past.limit == limit
    assert past.verdict
    assert at.verdict != past.verdict


def test_names_are_unique(cases: list[Any]) -> None:
    assert len({case.name for case in cases}) == len(cases)
