"""Fixtures: the command line, and a project to use it on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.workspace.projects import Project, uuid


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two registered assets and a root that is not; the current directory is the project's."""
    made = Project(tmp_path / "game")
    made.tiles("hero", preload=True)
    made.sounds("fx", [(1, 2), (3,)])
    made.tiles("draft", registered=False, uuid=uuid(9))
    monkeypatch.chdir(made.path)
    return made
