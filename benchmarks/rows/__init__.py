"""The rows of the table: one module for each group, listed here in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from benchmarks.rows import growth, kit, memory, packer, reader, start
from benchmarks.trials import Scale, Trial

GROUPS: Mapping[str, Callable[[Scale], Iterator[Trial]]] = {
    "reader": reader.trials,
    "start": start.trials,
    "memory": memory.trials,
    "packer": packer.trials,
    "growth": growth.trials,
    "kit": kit.trials,
}
"""The groups by name."""
