"""Opening a pack, and reading slices of it: in one process, with the pack mapped.

safetensors judges its header in Rust and has nothing like the rules of a pack; `json.loads` parses
the same header and judges nothing. Neither side reads the payload or makes a digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safetensors import safe_open

import prometeu_assets as pa
from benchmarks import inputs
from benchmarks.trials import Call, Goal, Scale, Trial

SLICES = 2_000
"""How many are read by name in one call."""


def trials(scale: Scale) -> Iterator[Trial]:
    """Opening many entries and few; slices by name, and all of them."""
    large = inputs.pack(scale.folder, scale.of(60_000, quick=6_000))
    small = inputs.pack(scale.folder, 10)
    tensors, few = inputs.tensors(large), inputs.tensors(small)
    with pa.open(large) as pack:
        header, names = pack.header_bytes, list(pack)
    yield Trial(
        work=f"open, {len(names)} entries",
        sides={
            "ours": Call(call=lambda: _open(large)),
            "safetensors": Call(call=lambda: _open_tensors(tensors)),
            "json.loads": Call(call=lambda: json.loads(header)),
        },
        goals=(
            Goal(peer="safetensors", at_most=1.4, never=2),
            Goal(peer="json.loads", at_most=1.1),
        ),
        note="`json.loads` of the header's bytes, in memory",
    )
    yield Trial(
        work="open, 10 entries",
        sides={
            "ours": Call(call=lambda: _open(small), times=scale.of(500, quick=100)),
            "safetensors": Call(call=lambda: _open_tensors(few), times=scale.of(500, quick=100)),
        },
        goals=(Goal(peer="safetensors", at_most=2),),
    )
    yield from _slices(large, scale)


def _slices(path: Path, scale: Scale) -> Iterator[Trial]:
    with pa.open(path) as pack, safe_open(inputs.tensors(path), "np") as tensors:
        some = list(pack.keys())[:SLICES]
        yield Trial(
            work=f"{len(some)} slices by name",
            sides={
                "ours": Call(call=lambda: [pack.read(name) for name in some], times=10),
                "safetensors": Call(call=lambda: [tensors.get_tensor(n) for n in some], times=10),
            },
            goals=(Goal(peer="safetensors", at_most=0.5),),
            note="a view without a copy; `get_tensor` copies four bytes",
        )
        yield Trial(
            work=f"every slice of {len(pack)}",
            sides={
                "ours": Call(call=lambda: _every(pack, pack.read)),
                "safetensors": Call(call=lambda: _every(tensors, tensors.get_slice)),
            },
            goals=(Goal(peer="safetensors", at_most=1),),
            note="`get_slice` reads nothing yet",
        )


def _open(path: Path) -> None:
    with pa.open(path):
        pass


def _open_tensors(path: Path) -> None:
    with safe_open(path, "np"):
        pass


def _every(named: Any, read: Any) -> None:
    for name in named.keys():  # noqa: SIM118  # a file of tensors cannot be iterated
        read(name)
