"""Whatever call on whatever file goes wrong: everything is old, or everything is new.

Here it is a sample of the calls of each operation, spread evenly: the process is killed after some
that change the disk, some fail with one of three errors, and the power is lost. ``make faults`` puts
every fault into every call of every operation.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.operations import OPERATIONS
from tests.fault.sweep import swept, table
from tests.memory import memory

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a library stands between Python and libc on Linux alone"
)

POWERLESS = ("build on disk", "migrate", "discard", "new", "ship again", "ship in two steps")
"""The operations during which the power is lost here too, in several ways."""

SAMPLE = {"stop": 7, "any": 53}
"""Each fault, at each call of so many."""


@pytest.fixture
def fast() -> Iterator[Path]:
    """A directory where files are fast."""
    with tempfile.TemporaryDirectory(prefix="prometeu-fault-", dir=memory()) as directory:
        yield Path(directory)


@pytest.mark.parametrize("power", [False, True], ids=["process", "power"])
def test_all_is_old_or_all_is_new(fast: Path, power: bool) -> None:
    names = tuple(name for name in OPERATIONS if (name in POWERLESS) is power)
    results = swept(fast, {**SAMPLE, "power": 7} if power else SAMPLE, names)
    assert [result.operation for result in results] == list(names)
    assert all(result.calls > 50 and result.faults for result in results), table(results)
    assert not any(result.violations for result in results), table(results)
