"""Figures, goals, table and plot of `make bench`, from numbers that are easy to check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from benchmarks import report
from benchmarks.trials import MIB, Call, Goal, Launcher, Program, Trial, run

SECONDS = {
    "ours": {"wall": 5.0, "cpu": 4.0, "peak": 30 * MIB},
    "peer": {"wall": 2.0, "cpu": 2.0, "peak": 10 * MIB},
    "start": {"wall": 1.0, "cpu": 1.0, "peak": 0},
}


@pytest.mark.parametrize(
    ("goal", "figure"),
    [
        (Goal(peer="peer"), 2),
        (Goal(peer="peer", by="wall"), 2.5),
        (Goal(peer="peer", less="start"), 3),
        (Goal(peer="peer", less="start", share=0.1), 0.3),
        (Goal(peer="peer", by="peak", per=MIB), 20),
        (Goal(ours="peer", peer="start"), 2),
    ],
)
def test_a_figure(goal: Goal, figure: float) -> None:
    assert goal.figure(SECONDS, goal.by) == pytest.approx(figure)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A run of two programs, one with 64 MiB more, and of a call."""
    launcher = Launcher(tmp_path_factory.mktemp("bench"))
    code = "held = bytearray(64 * 1024 * 1024); held[::4096] = b'x' * len(held[::4096])"
    sides = {
        "ours": Program(argv=[sys.executable, "-c", code]),
        "nothing": Program(argv=[sys.executable, "-c", "pass"]),
        "call": Call(call=lambda: None, times=3),
    }
    goals = (
        Goal(peer="nothing", by="peak", per=MIB, at_most=60),
        Goal(peer="nothing", by="peak", per=MIB, at_most=80),
        Goal(peer="nothing", by="peak"),
    )
    trial = Trial(work="hold <64> MiB", sides=sides, goals=goals)
    try:
        trials = [run(trial, launcher, 2)]
    finally:
        launcher.close()
    return {"machine": {}, "quick": True, "groups": {"some": trials}}


def test_the_peak_of_a_program_does_not_begin_at_that_of_this_process(
    result: dict[str, Any],
) -> None:
    held = bytearray(200 * MIB)
    held[::4096] = b"x" * len(held[::4096])
    (trial,) = result["groups"]["some"]
    assert trial["sides"]["nothing"]["peak"]["median"] < 60 * MIB
    assert 60 < trial["goals"][0]["figure"] < 80


def test_the_table_says_which_goal_is_missed(result: dict[str, Any]) -> None:
    lines = report.table(result).splitlines()[2:]
    assert [line.split(" | ")[-1] for line in lines] == ["**missed** |", "reached |", " |"]
    (missed,) = report.missed(result)
    assert missed.startswith("hold <64> MiB, beside nothing: ")
    assert missed.endswith("the goal is ≤ 60")


def test_the_table_has_the_figures_of_other_runs(result: dict[str, Any]) -> None:
    """Of the same goals; a run that has not measured a goal says nothing of it."""
    (trial,) = result["groups"]["some"]
    goals = [{**goal, "figure": 7.5, "unit": "x"} for goal in trial["goals"][:1]]
    other = {**result, "groups": {"some": [{**trial, "goals": goals}]}}
    head, _, *rows = report.table(result, {"Again": result, "Before": other}).splitlines()
    assert (
        head == "| Work | Ours | Peer | Figure | Again | Before | By the clock | Goal | Verdict |"
    )
    cells = [row.split(" | ") for row in rows]
    assert [row[3] for row in cells] == [row[4] for row in cells]
    assert cells[0][5] == "7.50 x"
    elsewhere = {**other, "groups": {"some": [{**trial, "work": "other"}]}}
    assert report.table(result, {"Before": elsewhere}).splitlines()[2].split(" | ")[4] == ""


def test_the_plot_has_a_bar_for_each_goal(result: dict[str, Any]) -> None:
    root = ET.fromstring(report.plot(result))
    bars = [rect for rect in root.iter("{http://www.w3.org/2000/svg}rect") if rect.get("x")]
    assert [bar.get("fill") for bar in bars] == ["#c33", "#2a7"]


def test_a_program_that_fails_ends_the_run(tmp_path: Path) -> None:
    launcher = Launcher(tmp_path)
    with pytest.raises(SystemExit, match="exited 3"):
        launcher.run([sys.executable, "-c", "raise SystemExit(3)"])
    launcher.close()
