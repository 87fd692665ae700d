"""A project that somebody works on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.live.watched import Watched
from tests.workspace.projects import Project


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of two assets, not built."""
    made = Project(tmp_path / "game")
    made.tiles("art/hero")
    made.sounds("fx")
    return made


@pytest.fixture
def watched(project: Project) -> Iterator[Watched]:
    """The project, watched by a process of its own, after its first round."""
    with Watched(project.path) as running:
        first = running.round()
        assert (first["round"], first["published"], first["changed"]) == (1, True, [])
        yield running
