"""The readers of the kit beside each other: whole programs that judge a pack by its protocol."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import inputs
from benchmarks.trials import Goal, Program, Scale, Trial

READERS = Path(__file__).parents[2] / "conformance/readers"


def trials(scale: Scale) -> Iterator[Trial]:
    """Each reader beside the one in Rust, with the start of each."""
    node = shutil.which("node") or "node"
    readers = {
        "ours": [sys.executable, "-m", "prometeu_assets.conformance.reader"],
        "rust": [str(compiled(scale.folder))],
        "javascript": [node, str(READERS / "javascript/cli.mjs")],
        "python-stdlib": [sys.executable, str(READERS / "python-stdlib/reader.py")],
    }
    for entries in (10, scale.of(60_000, quick=6_000)):
        pack = inputs.pack(scale.folder, entries)
        asked = ["--kind", "read", "--profile", "reader", str(pack)]
        yield Trial(
            work=f"judge {entries} entries, whole program",
            sides={name: Program(argv=[*command, *asked]) for name, command in readers.items()},
            goals=tuple(Goal(ours=name, peer="rust") for name in readers if name != "rust"),
            note="`rustc -O`; the start of each interpreter is in its time",
        )


def compiled(folder: Path) -> Path:
    """The reader in Rust."""
    rustc = ("rustc", "--edition", "2021", "-O")
    library, program = folder / "libreader.rlib", folder / "reader"
    source = READERS / "rust"
    library_of = (*rustc, "--crate-type", "rlib", "--crate-name", "reader", source / "lib.rs")
    subprocess.run([*library_of, "-o", library], check=True)
    extern = ("--extern", f"reader={library}")
    subprocess.run([*rustc, source / "main.rs", *extern, "-o", program], check=True)
    return program
