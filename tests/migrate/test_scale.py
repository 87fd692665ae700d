"""Many assets: a project of 300 in version 1 migrates, builds, and gives the same pack."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.migrate.documents import backups, documents
from tests.workspace.projects import INDEX, Project, dump, record, uuid

from prometeu_assets.packer.build import build
from prometeu_assets.workspace.migrate import migrate

COUNT = 300


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of 300 sound banks, with one declaration in four formattings."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    project = Project(tmp_path, version=1)
    for number in range(COUNT):
        root = f"bank{number % 10}/sound{number}"
        record(project.root(root) / "a.wav", [number, -number])
        dump(
            project.anchor(root),
            {
                "schema_version": 1,
                "name": f"sound/{number}",
                "type": "sound_bank",
                "inputs": {"samples": ["a.wav"]},
                "output": {
                    "format": "SOUNDS/pcm16le_v1",
                    "codec": "RAW",
                    "metadata": {"sample_rate": 8000, "x_number": number},
                },
                "preload": {"enabled": number < 16},
                "build": {"ratio": number / 7},
            },
        )
        value = json.loads(project.anchor(root).read_bytes())
        indent = (2, 4, "\t", None)[number % 4]
        project.anchor(root).write_text(json.dumps(value, indent=indent))
        row = {"asset_id": number + 1, "asset_uuid": uuid(number), "root": root}
        project.rows.append(row)
    project.write_index()
    return project.path


def test_the_pack_of_300_assets_stays_the_same(many: Path) -> None:
    before = build(many)
    assert before.report.codes == ("DOCUMENT_OLD",) * (COUNT + 1)
    packed = before.outputs["assets.pa"].read_bytes()
    old = documents(many)
    done = migrate(many)
    assert len(done.documents) == COUNT + 1
    (kept,) = backups(many).values()
    assert {f"assets/{name}": text for name, text in kept.items()} == old
    shutil.rmtree(many / "build")
    (many / "assets/.prometeu/cache.json").unlink()
    after = build(many)
    assert after.report.diagnostics == ()
    assert after.statistics.assets == COUNT
    assert after.outputs["assets.pa"].read_bytes() == packed
    for name, text in documents(many).items():
        assert name == INDEX or len(text.splitlines()) - len(old[name].splitlines()) in (0, 2)
    assert migrate(many).documents == ()
