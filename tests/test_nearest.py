"""The name that was probably meant: found among very many, and in bounded time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from prometeu_assets import nearest as module
from prometeu_assets.nearest import ANSWERED, COMPARED, Nearest, nearest
from tests.every import every

FEW = ["tiles/hero", "tiles/hat", "sfx/Jump"]
MANY = [f"tiles/part_{number:05}_of_the_world" for number in range(65_536)] + FEW

CASES = {
    # what is asked for: what was meant
    "tiles/herp": "tiles/hero",
    "iles/hero": "tiles/hero",
    "tiels/hero": "tiles/hero",
    "tiles/heroo": "tiles/hero",
    "SFX/JUMP": "sfx/Jump",
    "nothing like it": None,
    "": None,
}


@every([(known, asked, meant) for known in [FEW, MANY] for asked, meant in CASES.items()])
def test_what_was_meant(known: list[str], asked: str, meant: str | None) -> None:
    assert nearest(asked, known) == meant


@pytest.mark.parametrize(
    "asked", ["tiles/part_12x45_of_the_world", "xiles/part_12345_of_the_world"]
)
def test_a_slip_among_names_that_are_alike(asked: str) -> None:
    assert nearest(asked, MANY) in MANY[12_000:12_999]


def test_the_first_of_very_many_names_is_compared() -> None:
    """It is the first by its begin and by its end."""
    assert nearest("abba", ["aba", *MANY]) == "aba"


@pytest.mark.parametrize("known", [[], FEW, MANY], ids=["none", "few", "many"])
def test_the_work_is_bounded(known: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def counted(asked: str, names: Sequence[str], *, n: int) -> list[str]:
        compared.append(len(names))
        return []

    monkeypatch.setattr(module, "get_close_matches", counted)
    near = Nearest(known)
    for number in range(10 * ANSWERED):
        assert near.to(f"tiles/part_{number}") is None
    assert len(compared) == ANSWERED
    assert max(compared) <= COMPARED
