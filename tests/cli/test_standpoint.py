"""Commands in hints work where the user stands, whatever the names in them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable

import pytest
from tests.cli.running import Cli
from tests.workspace.projects import Project, record

from prometeu_assets.cli.app import DONE, WRONG_INPUT


@pytest.fixture
def elsewhere(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project, called ``my game``, as seen from a folder beside it."""
    place = project.path.rename(project.path.with_name("my game"))
    monkeypatch.chdir(place.parent)
    project.path = place.relative_to(place.parent)
    return project


def without_an_index(project: Project) -> None:
    (project.path / "assets/.prometeu/index.json").unlink()


def one_id_twice(project: Project) -> None:
    project.write_index(assets=[*project.rows, {"asset_id": 1}])


def without_a_companion(project: Project) -> None:
    (project.path / "build/preload.json").unlink()


def nothing(project: Project) -> None:
    """The project is as it should be."""


# What is broken, what is run, and a command that a hint advises.
CASES: list[tuple[Callable[[Project], None], str, str]] = [
    (without_an_index, "build 'my game'", "init 'my game'"),
    (one_id_twice, "build 'my game'", "doctor --fix 'my game'"),
    (without_a_companion, "verify 'my game/build/assets.pa'", "build 'my game'"),
    (without_a_companion, "build --check 'my game'", "build 'my game'"),
    (nothing, "boot 'my game'", "ship 'my game'"),
    (nothing, "show nobody --project 'my game'", "list 'my game'"),
    (nothing, "extract 'my game/build/assets.pa' zzz --out o", "inspect 'my game/build/assets.pa'"),
]


@pytest.mark.parametrize(("broken", "arguments", "advice"), CASES, ids=[c[1] for c in CASES])
@pytest.mark.parametrize("format", ["text", "json", "sarif", "github"])
def test_a_command_names_its_project(
    cli: Cli,
    elsewhere: Project,
    broken: Callable[[Project], None],
    arguments: str,
    advice: str,
    format: str,
) -> None:
    assert cli("build", elsewhere.path).code == DONE
    broken(elsewhere)
    ran = cli(*shlex.split(arguments), "--format", format)
    assert ran.code == WRONG_INPUT
    said = ran.err if format == "text" else ran.out
    assert advice in re.findall(r"`prometeu-assets ([^`]*)`", said)
    if advice.split(maxsplit=1)[0] != "ship":  # that one needs a compiled program
        assert cli(*shlex.split(advice)).code == DONE


def test_a_command_inside_the_project_does_not_name_it(
    cli: Cli, elsewhere: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_id_twice(elsewhere)
    monkeypatch.chdir(elsewhere.path / "assets")
    for arguments in (["build"], ["build", ".."]):
        assert "`prometeu-assets doctor --fix`" in cli(*arguments).err


def test_a_root_is_registered_from_elsewhere(cli: Cli, elsewhere: Project) -> None:
    (elsewhere.path / "assets/draft").rename(elsewhere.path / "assets/it's; loose")
    hint = cli("build", elsewhere.path).err
    (command,) = re.findall(r"`prometeu-assets (register [^`]*)`", hint)
    assert cli(*shlex.split(command)).code == DONE
    assert "registered" not in cli("build", elsewhere.path).err


def test_a_file_is_named_from_elsewhere(cli: Cli, elsewhere: Project) -> None:
    assert "\n  at my game/assets/draft/asset.json\n" in cli("build", elsewhere.path).err


def test_a_sound_is_named_from_elsewhere(cli: Cli, elsewhere: Project) -> None:
    sound = elsewhere.path / "assets/fx/0.wav"
    record(sound, [1, 2], rate=11025)
    hint = json.loads(cli("build", elsewhere.path, "--format", "json").out)["diagnostics"][0][
        "hint"
    ]
    (command,) = re.findall(r"`(ffmpeg [^`]*)`", hint)
    words = shlex.split(command)
    assert words[:3] == ["ffmpeg", "-i", str(sound)]
    assert words[-1] == str(sound.with_name("0-pcm16.wav"))
