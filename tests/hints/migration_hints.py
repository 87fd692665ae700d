"""The hints about migrations, carried out on a project of version 1."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hints.documents_hints import brought_up_to_date, of_version_1
from tests.hints.scene import Case, Cases, Pair, Scene, done, shell
from tests.workspace.projects import INDEX


def checked(scene: Scene) -> list[str | Path]:
    return ["migrate", scene.project.path, "--check"]


def planned(scene: Scene) -> list[str | Path]:
    return ["migrate", scene.project.path, "--dry-run"]


def a_draft(scene: Scene) -> None:
    """A root that is not registered, whose document is of version 1."""
    of_version_1(scene)
    scene.project.tiles("draft", registered=False)


def migrated_too(scene: Scene) -> None:
    """The draft is an asset, and its document of the newest version."""
    assert scene.run("migrate", scene.project.path).code == 0
    document = json.loads(scene.project.anchor("draft").read_bytes())
    rows = json.loads((scene.project.path / INDEX).read_bytes())["assets"]
    assert document["schema_version"] == 2
    assert [row["root"] for row in rows if row and row["asset_uuid"] == document["asset_uuid"]] == [
        "draft"
    ]


CASES: dict[Pair, Cases] = {
    ("MIGRATION_NEEDED", None): Case(done(of_version_1, run=checked), shell, brought_up_to_date),
    ("MIGRATION_UNREGISTERED", "adopt"): Case(done(a_draft, run=planned), shell, migrated_too),
}
REASONS: dict[Pair, str] = {
    ("MIGRATION_UNREGISTERED", None): "no older version holds a uuid until asset.json version 3",
    ("MIGRATION_INVALID", None): "it asks to report a fault of the tool, which no input brings out",
}
