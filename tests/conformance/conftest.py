"""The kit as it stands, and as it is derived: both are made once."""

from __future__ import annotations

import pytest

from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance import manifest
from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive import cases
from prometeu_assets.conformance.kit import Kit
from prometeu_assets.conformance.manifest import generated
from prometeu_assets.contract.current import CURRENT


@pytest.fixture(scope="session")
def kit() -> Kit:
    """The kit in the checkout."""
    return kits.load()


@pytest.fixture(scope="session")
def made() -> dict[str, Case]:
    """Every case, derived anew, by its id."""
    return {case.id: case for case in cases(CURRENT)}


@pytest.fixture(scope="session")
def files(made: dict[str, Case]) -> dict[str, bytes]:
    """Every generated file; the package's reader has confirmed each case."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "cases", lambda contract: made.values())
        return generated(kits.ledger(kits.kit_directory()))
