"""Ours and its peers in one run, in turns, and which goals are missed: `make bench`.

    python -m benchmarks [--quick] [--only GROUP,…] [--repeat N] [--out FOLDER] [--inputs FOLDER]

Figures are of medians; times are those of the processors, unless a row says the wall clock.
Writes ``results.json``, ``table.md`` and ``plot.svg`` into ``--out``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.report import machine, missed, plot, table
from benchmarks.rows import GROUPS
from benchmarks.trials import Launcher, Scale, run


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small inputs, few turns")
    parser.add_argument("--only", default="", help=f"of {','.join(GROUPS)}")
    parser.add_argument("--repeat", type=int, help="turns; 9, or 5 with --quick")
    parser.add_argument("--out", type=Path, default=Path(".bench"), help="what was found")
    parser.add_argument("--inputs", type=Path, help="where inputs are made and kept")
    parser.add_argument("--tools", type=Path, default=Path(".venv/bench"), help="what npm has")
    given = parser.parse_args()
    chosen = [name for name in GROUPS if not given.only or name in given.only.split(",")]
    with ExitStack() as stack:
        scratch = given.inputs or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder, tools = scratch.resolve(), given.tools.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        launcher = Launcher(folder)
        stack.callback(launcher.close)
        scale = Scale(quick=given.quick, folder=folder, tools=tools, launcher=launcher)
        result: dict[str, Any] = {"machine": machine(), "quick": given.quick, "groups": {}}
        for name in chosen:
            trials = result["groups"][name] = []
            for trial in GROUPS[name](scale):
                print(f"{name}: {trial.work}", file=sys.stderr)
                trials.append(run(trial, launcher, given.repeat or scale.of(9, quick=5)))
                save(result, given.out)  # A run that is interrupted has what it found.
    print(table(result))
    for line in missed(result):
        print(f"missed: {line}")


def save(result: dict[str, Any], folder: Path) -> None:
    """Write what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (folder / "table.md").write_text(table(result), encoding="utf-8")
    (folder / "plot.svg").write_text(plot(result), encoding="utf-8")


if __name__ == "__main__":
    main()
