"""Whatever call on whatever file goes wrong: everything is old, or everything is new.

Here the process is killed after every call that changes the disk, and every call of some
operations fails with one of three errors. ``make faults`` puts every fault into every call of every
operation.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.operations import OPERATIONS
from tests.fault.sweep import memory, swept, table

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a library stands between Python and libc on Linux alone"
)

FAILING = (
    "build again",
    "migrate",
    "new in place",
    "forget either",
    "doctor in doubt",
    "init",
    "ship again",
)
"""The operations of which every call fails here: each kind of project and of change once."""

POWERLESS = ("build on disk", "migrate", "discard", "new", "ship again", "ship in two steps")
"""The operations during which the power is lost here, after every change and in several ways."""


@pytest.fixture
def fast() -> Iterator[Path]:
    """A directory where files are fast."""
    with tempfile.TemporaryDirectory(prefix="prometeu-fault-", dir=memory()) as directory:
        yield Path(directory)


@pytest.mark.parametrize(
    ("fault", "names"),
    [("stop", tuple(OPERATIONS)), ("any", FAILING), ("power", POWERLESS)],
    ids=["killed", "failing", "powerless"],
)
def test_all_is_old_or_all_is_new(fast: Path, fault: str, names: tuple[str, ...]) -> None:
    results = swept(fast, [fault], names)
    assert [result.operation for result in results] == list(names)
    assert all(result.calls > 50 and result.faults for result in results), table(results)
    assert not any(result.violations for result in results), table(results)
