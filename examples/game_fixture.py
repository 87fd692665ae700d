"""Fixtures of pytest for the tests of a game: its pack as it is built now, and an empty project.

    pytest_plugins = ["game_fixture"]   # in conftest.py

    def test_the_hero_has_four_tiles(pack):
        assert pack.tiles("tiles/hero").indices.any()

`--game DIR` is the project of the game; without it, the one around the current directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import prometeu_assets as pa


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the project be named."""
    parser.addoption("--game", help="the project whose pack is tested")


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest) -> pa.BuildResult:
    """The build of the game; tests that need it fail, and say why, when it cannot be built."""
    try:
        return pa.build(request.config.getoption("--game"))
    except pa.Refused as refused:
        pytest.fail(str(refused), pytrace=False)


@pytest.fixture(scope="session")
def pack(built: pa.BuildResult) -> Iterator[pa.Pack]:
    """The pack of the game, open."""
    with pa.open(built.outputs["assets.pa"]) as opened:
        yield opened


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A new project with a tile bank and a sound bank, for the test of a tool."""
    root = tmp_path / "game"
    pa.init(root)
    pa.new("tile-bank", root / "assets/tiles/hero", project=root)
    pa.new("sound-bank", root / "assets/sounds/fx", project=root)
    return root
