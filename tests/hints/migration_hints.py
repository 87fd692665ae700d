"""The hints about migrations, carried out on a project of version 1."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hints.documents_hints import brought_up_to_date, of_version_1
from tests.hints.scene import Case, Cases, Pair, Scene, done, shell, swap
from tests.workspace.projects import ASSET, INDEX, edit, uuid


def checked(scene: Scene) -> list[str | Path]:
    return ["migrate", scene.project.path, "--check"]


def planned(scene: Scene) -> list[str | Path]:
    return ["migrate", scene.project.path, "--dry-run"]


def a_draft(scene: Scene) -> None:
    """A root that is not registered, whose document is of version 1."""
    of_version_1(scene)
    scene.project.tiles("draft", registered=False)


def a_draft_of_version_2(scene: Scene) -> None:
    scene.project.asset_version = 2
    scene.project.tiles("draft", registered=False, uuid=uuid(9))


def a_mood(scene: Scene) -> None:
    """A member that version 2 lets stand, and that no build accepts."""
    output = json.loads(scene.project.anchor("hero").read_bytes())["output"]
    output["metadata"]["mood"] = "dark"
    edit(scene.project.anchor("hero"), schema_version=2, output=output)


def its_own_name(scene: Scene, hint: str) -> None:
    assert "`x_`" in hint
    swap('"mood"', '"x_mood"')(scene, hint)


def migrated_mood(scene: Scene) -> None:
    assert scene.run("migrate", scene.project.path).code == 0
    document = json.loads(scene.project.anchor("hero").read_bytes())
    assert document["schema_version"] == ASSET
    assert document["output"]["metadata"]["x_mood"] == "dark"


def migrated_too(scene: Scene) -> None:
    """The draft is an asset, and its document of the newest version."""
    assert scene.run("migrate", scene.project.path).code == 0
    document = json.loads(scene.project.anchor("draft").read_bytes())
    rows = json.loads((scene.project.path / INDEX).read_bytes())["assets"]
    assert document["schema_version"] == ASSET
    assert [row["root"] for row in rows if row and row["asset_uuid"] == document["asset_uuid"]] == [
        "draft"
    ]


CASES: dict[Pair, Cases] = {
    ("MIGRATION_NEEDED", None): Case(done(of_version_1, run=checked), shell, brought_up_to_date),
    ("MIGRATION_UNREGISTERED", None): Case(
        done(a_draft_of_version_2, run=planned), shell, migrated_too
    ),
    ("MIGRATION_INVALID", "member"): Case(done(a_mood, run=planned), its_own_name, migrated_mood),
    ("MIGRATION_UNREGISTERED", "adopt"): Case(done(a_draft, run=planned), shell, migrated_too),
}
REASONS: dict[Pair, str] = {
    ("MIGRATION_INVALID", None): "it asks to report a fault of the tool, which no input brings out",
}
