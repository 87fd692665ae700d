"""A project of two assets under git, and its verbs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.team.story import Story
from tests.team.verbs import Verbs


@pytest.fixture(scope="session")
def verbs() -> Iterator[Verbs]:
    """Verbs in processes of their own."""
    made = Verbs()
    yield made
    made.close()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, verbs: Verbs) -> Path:
    """The project as every story finds it."""
    made = Story(tmp_path_factory.mktemp("team") / "game", verbs)
    made.begin_project()
    return made.path


@pytest.fixture
def story(tmp_path: Path, begun: Path, verbs: Verbs) -> Story:
    """A project of the assets a and b, with the ids 1 and 2, on main."""
    return Story(shutil.copytree(begun, tmp_path / "game"), verbs)
