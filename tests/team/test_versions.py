"""A team of version 2 that migrates on one branch while others go on: what each sees."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.team.repository import INDEX
from tests.team.story import Story, uuid
from tests.team.verbs import Verbs


def version_2(following: int, *rows: tuple[int, str]) -> str:
    """An index as the tool of version 2 wrote it."""
    lines = "\n  , ".join(
        json.dumps({"asset_id": id_, "asset_uuid": uuid(name), "root": f"t/{name}", "included_in_build": True})
        for id_, name in rows
    )  # fmt: skip
    return f'{{\n  "schema_version": 2,\n  "next_asset_id": {following},\n  "assets": [\n    {lines}\n  ]\n}}\n'


BEGAN = (1, "a"), (2, "b")


@pytest.fixture(scope="module")
def begun_older(tmp_path_factory: pytest.TempPathFactory, begun: Path, verbs: Verbs) -> Path:
    """The clone as every test here finds it."""
    story = Story(shutil.copytree(begun, tmp_path_factory.mktemp("older") / "game"), verbs)
    story.write(INDEX, version_2(5, *BEGAN))
    story.tell("""
        main: files unused
        A: migrate
        git checkout -q main""")
    story.tell("B: files x")
    story.write(INDEX, version_2(6, *BEGAN, (5, "x")))
    story.tell("B: files more")
    return story.path


@pytest.fixture
def older(tmp_path: Path, begun_older: Path, verbs: Verbs) -> Story:
    """Version 2 on main, which forgot the ids 3 and 4; on A it is migrated, on B x was added."""
    return Story(shutil.copytree(begun_older, tmp_path / "game"), verbs)


def test_the_migrated_branch(older: Story) -> None:
    """One row holds the highest id that version 2 gave, not one for each gap."""
    older.tell("""
        git checkout -q A
        index 1 a, 2 b, 4 -
        new y
        index 1 a, 2 b, 4 -, 5 y""")
    assert json.loads(older.read(INDEX))["schema_version"] == 3


@pytest.mark.parametrize("how", ["", "driver", "union", "git config merge.conflictStyle diff3"])
@pytest.mark.parametrize("here", ["A", "B"])
@pytest.mark.parametrize("text", ["merge", "marks"])
def test_versions_meet(older: Story, how: str, here: str, text: str) -> None:
    """Whichever side merges, and however: the same index of version 3."""
    older.tell(f"""
        {how}
        A: new w
        git checkout -q {here}
        {text} {"AB".replace(here, "")}
        fix
        index 1 a, 2 b, 4 -, 5 w, 6 x""")
