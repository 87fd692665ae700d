"""Codes about outputs and migrations, made to appear by a project with that fault."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from tests.workspace.projects import Project, uuid

from prometeu_assets import Report
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.migrations import STEPS
from prometeu_assets.packer.build import build, check_build
from prometeu_assets.workspace.migrate import migrate, plan_migration

Case = Callable[[Project, pytest.MonkeyPatch], object]


def much(project: Project, _: pytest.MonkeyPatch) -> object:
    """Files that are each within their limit, of which the disk holds nothing."""
    huge = project.root("fx") / "0.wav"
    os.truncate(huge, CURRENT.limits.wav_bytes)
    names = [f"{number}.wav" for number in range(64)]
    for name in names[1:]:
        (project.root("fx") / name).hardlink_to(huge)
    shutil.rmtree(project.root("hero"))
    project.rows.clear()
    output = {"format": "SOUNDS/pcm16le_v1", "codec": "NONE", "metadata": {"sample_rate": 8000}}
    project.add("fx", "sound_bank", {"samples": names}, "SOUNDS/pcm16le_v1", {}, {"output": output})
    return build(project.path)


def stale(project: Project, _: pytest.MonkeyPatch) -> object:
    (build(project.path).outputs["preload.json"]).write_text("[ ]", encoding="utf-8")
    return check_build(project.path)


def old(project: Project) -> Project:
    """The project as one of version 1."""
    shutil.rmtree(project.path / "assets")
    older = Project(project.path, version=1)
    older.tiles("hero")
    return older


def needed(project: Project, _: pytest.MonkeyPatch) -> Report:
    return Report.of(document.needed for document in plan_migration(old(project).path).documents)


def alone(project: Project, _: pytest.MonkeyPatch) -> object:
    older = old(project)
    older.tiles("draft", registered=False, uuid=uuid(9))
    return plan_migration(older.path).report


def nonsense(project: Project, _: pytest.MonkeyPatch) -> object:
    def step(document: Any, context: Any) -> dict[str, Any]:
        return {**STEPS["asset", 1](document, context), "colour": "red"}

    contract = CURRENT.with_(migrations={**STEPS, ("asset", 1): step})
    return migrate(old(project).path, contract=contract)


CASES: dict[str, Case] = {
    "INPUT_TOTAL": much,
    "OUTPUT_STALE": stale,
    "MIGRATION_NEEDED": needed,
    "MIGRATION_UNREGISTERED": alone,
    "MIGRATION_INVALID": nonsense,
}
