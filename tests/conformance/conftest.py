"""The kit as it stands, and as it is derived: both are made once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.conformance.digests import published_digests

from prometeu_assets.conformance import case, manifest
from prometeu_assets.conformance import kit as kits
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
def answers(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The right answer to each case, for the readers that do wrong on purpose."""
    folder = tmp_path_factory.mktemp("answers")
    for vector in kit.vectors:
        answer = {"verdict": vector.verdict}
        if vector.verdict == "reject":
            answer["code"] = vector.code
        elif (view := vector.view()) is not None:
            answer["view"] = view
        (folder / vector.id).write_text(json.dumps(answer), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSWERS", str(folder))
        yield


@pytest.fixture(scope="session")
def made() -> dict[str, Case]:
    """Every case, derived anew, by its id."""
    return {case.id: case for case in cases(CURRENT)}


@pytest.fixture(scope="session")
def files(kit: Kit, made: dict[str, Case]) -> dict[str, bytes]:
    """Every generated file; the package's reader has confirmed each case."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "cases", lambda contract: made.values())
        patch.setattr(case, "_digest", published_digests(kit))
        return generated(kits.ledger(kits.kit_directory()))
