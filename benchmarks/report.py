"""What a run gave: the machine, the table of figures and goals, the plot."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.trials import MIB

HEAD = ("Work", "Ours", "Peer", "Figure", "By the clock", "Goal", "Verdict")


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    peers = ("safetensors", "pillow", "numpy", "msgspec")
    return {
        "system": platform.platform(terse=True),
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "peers": {name: version(name) for name in peers},
    }


def machine_line(result: dict[str, Any]) -> str:
    """The machine in a sentence."""
    found = result["machine"]
    peers = ", ".join(f"{name} {number}" for name, number in found["peers"].items())
    return (
        f"{found['cores']} cores ({found['processor']}), {found['system']}, "
        f"Python {found['python']}; {peers}."
    )


def table(
    result: dict[str, Any], others: Mapping[str, dict[str, Any]] = MappingProxyType({})
) -> str:
    """The table in Markdown: a line for each goal.

    ``others`` are runs by the names of their columns, which give the figures of the same goals.
    """
    head = [*HEAD[:4], *others, *HEAD[4:]]
    figures = [
        {_key(trial, goal): _figure(goal) for _, trial, goal in _goals(run)}
        for run in others.values()
    ]
    lines: list[Sequence[str]] = [head, ["---"] * len(head)]
    for (_, trial, goal), row in zip(_goals(result), _rows(result), strict=True):
        more = [known.get(_key(trial, goal), "") for known in figures]
        lines.append([*row[:4], *more, *row[4:]])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _key(trial: dict[str, Any], goal: dict[str, Any]) -> tuple[str, ...]:
    """What makes a goal the same in two runs."""
    return trial["work"], goal["ours"], goal["peer"], goal["by"], str(goal["goal"])


def missed(result: dict[str, Any]) -> list[str]:
    """The goals that were not reached, a line for each."""
    return [
        f"{trial['work']}, beside {goal['peer']}: {_figure(goal)}, the goal is {_goal(goal)}"
        for _, trial, goal in _goals(result)
        if not goal["reached"]
    ]


def _goals(result: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for group, trials in result["groups"].items():
        yield from ((group, trial, goal) for trial in trials for goal in trial["goals"])


def _rows(result: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    before = None
    for _, trial, goal in _goals(result):
        ours, peer = (trial["sides"][goal[side]][goal["by"]] for side in ("ours", "peer"))
        own = goal["ours"] if goal["ours"] != "ours" else ""
        clock = f"{goal['wall']:.2f}" if "wall" in goal and goal["by"] != "wall" else ""
        yield (
            trial["work"] if trial["work"] != before else "",
            f"{own} {_value(ours, goal['by'])}".strip(),
            f"{goal['peer']} {_value(peer, goal['by'])}",
            _figure(goal),
            clock,
            _goal(goal),
            "" if goal["goal"] is None else "reached" if goal["reached"] else "**missed**",
        )
        before = trial["work"]


def _figure(goal: dict[str, Any]) -> str:
    return f"{goal['figure']:.2f} {goal['unit']}".strip()


def _goal(goal: dict[str, Any]) -> str:
    never = f", never > {goal['never']:g}" if goal["never"] else ""
    return "" if goal["goal"] is None else f"≤ {goal['goal']:g}{never}"


def _value(measure: dict[str, Any], by: str) -> str:
    """A median with half of the distance between its quartiles, in percent."""
    median, (low, high) = measure["median"], measure["quartiles"]
    if by == "peak":
        return f"{median / MIB:.0f} MiB"
    digits = f" ± {50 * (high - low) / median:.0f} %" if median else ""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if median * factor >= 1 or unit == "µs":
            return f"{median * factor:.3g} {unit}{digits}"
    raise AssertionError


LOOK = 'font-family="sans-serif" font-size="12" role="img" aria-label="Figures beside goals"'
WIDTH, LEFT, LINE, TOP = 860, 400, 20, 40
DECADES = (-2, 1)
"""The powers of ten that the plot shows."""


def plot(result: dict[str, Any]) -> str:
    """An SVG: each figure as a share of its goal, on a logarithmic scale."""
    rows = [(t, g) for _, t, g in _goals(result) if g["goal"] is not None]
    height = TOP + LINE * len(rows) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {LOOK}>',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for decade in range(DECADES[0], DECADES[1] + 1):
        x, share = _x(10.0**decade), 10.0**decade
        color, words = ("#222", "goal") if decade == 0 else ("#ccc", f"{share:g} × goal")
        parts.append(f'<path d="M{x:.1f} {TOP - 10}V{height - 10}" stroke="{color}"/>')
        parts.append(f'<text x="{x:.1f}" y="{TOP - 16}" text-anchor="middle">{words}</text>')
    for number, (trial, goal) in enumerate(rows):
        y = TOP + LINE * number
        end = _x(goal["figure"] / goal["goal"])
        color = "#2a7" if goal["reached"] else "#c33"
        words = escape(f"{trial['work'].replace('`', '')} / {goal['peer']}")
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{words}</text>')
        parts.append(
            f'<rect x="{LEFT}" y="{y + 2}" width="{end - LEFT:.1f}" height="12" fill="{color}"/>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(share: float) -> float:
    """Where a share of the goal is, in pixels."""
    low, high = DECADES
    place = math.log10(share) if share > 0 else low
    return LEFT + (WIDTH - LEFT - 40) * (min(max(place, low), high) - low) / (high - low)
