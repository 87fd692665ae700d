"""How long a saved sheet takes to be built by `build --watch`: beside the build, and with it.

    python -m benchmarks.watch [--assets 1000] [--saves 20]

A process watches a project of N assets, as `benchmarks/inputs.py` makes it. One sheet is saved, and
the time is taken until the line of its round comes. ``noticed`` is that time without the build,
which the round tells: what the watch itself takes. ``cpu`` is what the process took of a processor.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.inputs import png, project

COMMAND = (sys.executable, "-m", "prometeu_assets", "build", "--watch", "--format", "json")


def spent(pid: int) -> float:
    """Seconds of processor time of a process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--assets", type=int, default=1_000)
    parser.add_argument("--saves", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "game"
        project(base, asked.assets)
        sheet = next(iter(sorted(base.rglob("*.png"))))
        rows = []
        with subprocess.Popen(COMMAND, cwd=base, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            for number in range(asked.saves):
                time.sleep(0.7)
                before, started = spent(process.pid), time.monotonic()
                sheet.write_bytes(png(7_000 + number))
                made = json.loads(process.stdout.readline())
                whole = time.monotonic() - started
                build = made["milliseconds"] / 1000
                rows.append((whole - build, build, whole, spent(process.pid) - before))
            idle, began = spent(process.pid), time.monotonic()
            time.sleep(10)
            idle = (spent(process.pid) - idle) / (time.monotonic() - began)
            process.kill()
        print(f"{asked.assets} assets, {asked.saves} saves; seconds: median (least, most)")
        for name, values in zip(
            ("noticed", "build", "whole", "cpu"), zip(*rows, strict=True), strict=True
        ):
            middle = statistics.median(values)
            print(f"{name:8} {middle:.3f} ({min(values):.3f}, {max(values):.3f})")
        print(f"waiting takes {idle:.1%} of a processor")


if __name__ == "__main__":
    main()
