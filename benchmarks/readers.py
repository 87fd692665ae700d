"""The readers of the kit beside each other: how long each takes to judge a pack.

    python benchmarks/readers.py [--entries 6000 60000] [--repeat 5]

Each reader runs as a program of its own, by the kit's protocol, in turns with the others; the time
of an empty pack, which is mostly that of the start, is taken off. A figure is the median of the
wall time in milliseconds, then its ratio to the reader in Rust. The one in Rust is compiled here
with `rustc -O`; `node` and `rustc` must be there.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import prometeu_assets as pa

READERS = Path(__file__).parents[1] / "conformance/readers"


def compiled(folder: Path) -> Path:
    """The reader in Rust."""
    rustc = ("rustc", "--edition", "2021", "-O")
    library = folder / "libreader.rlib"
    source = READERS / "rust"
    library_of = (*rustc, "--crate-type", "rlib", "--crate-name", "reader", source / "lib.rs")
    subprocess.run([*library_of, "-o", library], check=True)
    program = folder / "reader"
    extern = ("--extern", f"reader={library}")
    subprocess.run([*rustc, source / "main.rs", *extern, "-o", program], check=True)
    return program


def sample(folder: Path, entries: int) -> Path:
    """A pack of so many sounds of one frame."""
    bank = pa.SoundBank.from_arrays([[1]], sample_rate=8000)
    path = folder / f"{entries}.pa"
    pa.write(path, {f"sounds/{number}": bank for number in range(entries)})
    return path


def seconds(command: list[str], pack: Path) -> float:
    """How long a reader takes for a pack, which it must accept."""
    start = time.perf_counter()
    call = [*command, "--kind", "read", "--profile", "reader", str(pack)]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print a line for each reader and each number of entries."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[6_000, 60_000])
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    node = shutil.which("node") or "node"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        readers = {
            "rust": [str(compiled(folder))],
            "package": [sys.executable, "-m", "prometeu_assets.conformance.reader"],
            "javascript": [node, str(READERS / "javascript/cli.mjs")],
            "python-stdlib": [sys.executable, str(READERS / "python-stdlib/reader.py")],
        }
        empty = sample(folder, 0)
        for entries in asked.entries:
            pack = sample(folder, entries)
            taken: dict[str, list[float]] = {name: [] for name in readers}
            starts: dict[str, list[float]] = {name: [] for name in readers}
            for _ in range(asked.repeat):
                for name, command in readers.items():
                    starts[name].append(seconds(command, empty))
                    taken[name].append(seconds(command, pack))
            figures = {
                name: 1000 * (statistics.median(taken[name]) - statistics.median(starts[name]))
                for name in readers
            }
            for name, figure in figures.items():
                start = 1000 * statistics.median(starts[name])
                print(
                    f"{entries:6} entries  {name:14} {figure:8.1f} ms"
                    f"  {figure / figures['rust']:6.1f}  (start {start:.0f} ms)"
                )


if __name__ == "__main__":
    main()
