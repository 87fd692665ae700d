"""Records the lines that a process runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import coverage

DIRECTORY: Final = "MUTANTS_RECORD"
SOURCE: Final = "MUTANTS_SOURCE"
TESTS: Final = "MUTANTS_TESTS"

_QUIET: Final = (
    "already-imported",
    "module-not-imported",
    "module-not-measured",
    "no-data-collected",
)


def started(context: str = "") -> coverage.Coverage:
    """A recorder of this process, which is on from now."""
    record = coverage.Coverage(
        data_file=str(Path(os.environ[DIRECTORY]) / "lines"),
        data_suffix=True,
        config_file=False,
        source=[os.environ[SOURCE]],
        context=context or None,
    )
    record.set_option("run:disable_warnings", list(_QUIET))
    record.start()
    return record
