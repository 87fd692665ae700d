"""Every fault at every file-system call of every operation, and what came of it.

``python -m tests.fault.sweep [OPERATION...]`` prints a table; the exit code is 1 when anything
that must hold was violated.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.fault import shim
from tests.fault.operations import OPERATIONS
from tests.fault.worker import FAULTS, Result
from tests.memory import memory

ROOT = Path(__file__).parents[2]


def swept(
    directory: Path, faults: Mapping[str, int], names: Sequence[str] = tuple(OPERATIONS)
) -> list[Result]:
    """What comes of the faults, each at each call of so many, in the order of the operations."""
    asked = ",".join(f"{fault}={every}" for fault, every in faults.items())
    arguments = [str(directory), asked, *names]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fault.worker", *arguments],
        cwd=ROOT,
        env=shim.environment(shim.built(directory)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    results = [Result(**json.loads(line)) for line in done.stdout.splitlines()]
    return sorted(results, key=lambda result: names.index(result.operation))


def table(results: Iterable[Result]) -> str:
    """The results, a line each, and under it what was violated."""
    head = f"{'operation':20} {'calls':>6} {'faults':>7} {'states':>7} {'violations':>11}"
    lines = [head, "-" * len(head)]
    for r in results:
        lines.append(
            f"{r.operation:20} {r.calls:6} {r.faults:7} {r.states:7} {len(r.violations):11}"
        )
        lines += [f"    {text}" for text in r.violations]
    return "\n".join(lines)


def main(names: Sequence[str]) -> int:
    """Sweep and print; the exit code."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="prometeu-fault-", dir=memory()) as directory:
        results = swept(
            Path(directory), dict.fromkeys([*FAULTS, "power"], 1), names or tuple(OPERATIONS)
        )
    count, seconds = sum(result.faults for result in results), time.monotonic() - start
    sys.stdout.write(f"{table(results)}\n{count} faults in {seconds:.0f} s\n")
    return any(result.violations for result in results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
