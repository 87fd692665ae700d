"""Long work shows how far it is: each verb that walks over assets tells of every one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.workspace.projects import Project

from prometeu_assets.packer.build import build
from prometeu_assets.shipper.verify import verify
from prometeu_assets.workspace.project import listing
from prometeu_assets.workspace.registration import register

Told = list[tuple[int, int, str]]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    made.sounds("fx")
    return made


def test_listing_and_verify(project: Project) -> None:
    told: Told = []
    listing(project.path, progress=lambda *step: told.append(step))
    assert told == [(0, 2, "hero"), (1, 2, "fx")]
    pack = build(project.path).outputs["assets.pa"]
    told.clear()
    assert verify(pack, progress=lambda *step: told.append(step)).ok
    assert told == [(0, 2, "hero"), (1, 2, "fx")]


def test_register(project: Project) -> None:
    told: Told = []
    project.write_index(assets=[])
    roots = [project.root("hero"), project.root("fx")]
    register(*roots, project=project.path, progress=lambda *step: told.append(step))
    assert told == [(0, 2, "hero"), (1, 2, "fx")]
