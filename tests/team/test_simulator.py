"""Short runs of the simulator. A long one: ``python -m tests.team.simulator --steps 20000``."""

from __future__ import annotations

import pytest
from tests.team.simulator import one_world


@pytest.mark.parametrize("seed", ["suite:1", "suite:2"])
def test_everything_holds(seed: str) -> None:
    _, counts, broken = one_world(seed, 40)
    assert not broken
    assert counts["merge"] and counts["converged"]
