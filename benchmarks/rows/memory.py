"""Peak memory over that of the imports, each side a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import prometeu_assets as pa
from benchmarks import inputs
from benchmarks.trials import Goal, Program, Scale, Trial

IMPORTS = "import json, sys; import prometeu_assets as pa; pa.open, sys.argv; "
OPENS = "pack = pa.open(sys.argv[1])"
PARSES = "header = open(sys.argv[1], 'rb').read(int(sys.argv[2]) + 32)[32:]; json.loads(header)"


def trials(scale: Scale) -> Iterator[Trial]:
    """Opening many entries, by the bytes of the header."""
    path = inputs.pack(scale.folder, scale.of(60_000, quick=6_000))
    with pa.open(path) as pack:
        header, entries = len(pack.header_bytes), len(pack)
    yield Trial(
        work=f"memory to open {entries} entries",
        sides={
            name: Program(argv=[sys.executable, "-c", IMPORTS + code, str(path), str(header)])
            for name, code in (("ours", OPENS), ("json.loads", PARSES), ("imports", ""))
        },
        goals=(
            Goal(peer="imports", by="peak", at_most=5, per=header, unit="× header"),
            Goal(peer="imports", by="peak", ours="json.loads", per=header, unit="× header"),
        ),
        repeat=3,
    )
