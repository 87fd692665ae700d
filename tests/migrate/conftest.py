"""Fixtures: the command line, and a project of version 1 to use it on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.workspace.projects import Project


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two registered assets and the index, all in version 1; the current directory is theirs."""
    made = Project(tmp_path / "game", version=1)
    made.tiles("hero", preload=True)
    made.sounds("fx", [(1, 2), (3,)])
    monkeypatch.chdir(made.path)
    return made
