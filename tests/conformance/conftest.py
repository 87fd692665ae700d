"""The kit as it stands, and as it is derived: both are made once."""

from __future__ import annotations

import pytest

from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.kit import Kit
from prometeu_assets.conformance.manifest import generated


@pytest.fixture(scope="session")
def kit() -> Kit:
    """The kit in the checkout."""
    return kits.load()


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """Every generated file, derived anew; the package's reader has confirmed each case."""
    return generated(kits.ledger(kits.kit_directory()))
