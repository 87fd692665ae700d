"""Names from a disk act on no terminal, begin no line, and are Unicode wherever they are printed.

Clause: ``spec/tools.md#names-shown``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from tests.cli.running import Cli, other_process
from tests.every import every
from tests.workspace.projects import Project, edit

from prometeu_assets.cli.app import DONE, ENVIRONMENT, USAGE, WRONG_INPUT
from prometeu_assets.packer.build import build

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse the names")

# A name, and how it is printed.
NAMES = {
    "a byte": (os.fsdecode(b"a\xffb"), r"a\xffb"),
    "a line": ("a\n::error ::x", r"a\n::error ::x"),
    "a return": ("a\r::error ::x", r"a\r::error ::x"),
    "a title": ("\x1b]0;t\x07", r"\x1b]0;t\x07"),
    "a colour": ("\x9b31m", r"\x9b31m"),
    "a direction": ("a\u202eb", r"a\u202eb"),
}

# A command, with {} for the name and FORM for a word that each form has of its own, its exit code,
# and whether it prints the name.
COMMANDS = [
    ("validate {}.pa", DONE, True),
    ("validate {}bad.pa", WRONG_INPUT, True),
    ("validate {}none.pa", ENVIRONMENT, True),
    ("validate none{}bad.pa", ENVIRONMENT, True),
    ("inspect {}.pa", DONE, True),
    ("inspect {}", ENVIRONMENT, True),
    ("inspect {}.pa --html {}.html", DONE, True),
    ("verify {}.pa", WRONG_INPUT, True),
    ("extract {}.pa --out {}.FORM", DONE, True),
    ("extract {}.pa {} --out out", WRONG_INPUT, True),
    ("diff {}.pa {}.pa", DONE, True),
    ("diff {}bad.pa {}.pa", WRONG_INPUT, True),
    ("list", DONE, True),
    ("build", DONE, True),
    ("build {}", DONE, True),
    ("build --check {}", DONE, False),
    ("build --{}", USAGE, True),
    ("build {}.pa", USAGE, False),
    ("doctor --workspace", DONE, True),
    ("release --from {}bad.pa", WRONG_INPUT, True),
    ("show {}", WRONG_INPUT, True),
    ("new tile-bank assets/{}", WRONG_INPUT, True),
    ("new tile-bank assets/ok --name {}", WRONG_INPUT, True),
    ("register assets/hero assets/{}", WRONG_INPUT, False),
    ("forget {}", WRONG_INPUT, True),
    ("exclude {}", WRONG_INPUT, True),
    ("migrate {}", DONE, False),
    ("init {}", WRONG_INPUT, True),
    ("init {}.new-FORM", DONE, True),
    ("boot {}", WRONG_INPUT, False),
    ("ship {}", WRONG_INPUT, False),
    ("codes {}", USAGE, True),
    ("schema show {}", USAGE, True),
    ("{}", USAGE, True),
    ("conformance list --only {}", USAGE, True),
]
FORMATS = {
    "text": {line for line, *_ in COMMANDS},
    "json": {line for line, code, _ in COMMANDS if code != USAGE},
    "sarif": {"validate {}bad.pa", "build", "build {}", "doctor --workspace"},
    "github": {"validate {}bad.pa", "build", "build {}", "doctor --workspace"},
}
CASES = [(*row, form) for form, lines in FORMATS.items() for row in COMMANDS if row[0] in lines]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("made") / "game")
    project.tiles("hero")
    project.tiles("draft", registered=False)
    build(project.path)
    return project.path


@pytest.fixture(params=NAMES)
def named(
    request: pytest.FixtureRequest, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """A project in which packs, roots, inputs and a whole project have the name."""
    name, shown = NAMES[request.param]
    game = tmp_path / "game"
    shutil.copytree(made, game)
    shutil.copytree(made, game / name)
    shutil.copytree(made / "assets/draft", game / "assets" / name)
    (game / "assets/hero" / name).write_bytes(b"x")
    shutil.copyfile(made / "build/assets.pa", game / f"{name}.pa")
    (game / f"{name}bad.pa").write_bytes(b"PPA1")
    monkeypatch.chdir(game)
    return name, shown


@every(CASES, ids=[f"{row[0]} {row[3]}" for row in CASES])
def test_a_name_that_is_printed(
    line: str, code: int, is_shown: bool, form: str, cli: Cli, named: tuple[str, str]
) -> None:
    name, shown = named
    arguments = [word.replace("{}", name).replace("FORM", form) for word in line.split()]
    ran = cli(*arguments, *(["--format", form] if form != "text" else []))
    said = ran.out + ran.err
    assert ran.code == code, said
    for text in said.split("\n"):
        assert text.isprintable(), text
        assert not text.startswith("::error ::x")
    said.encode()
    assert not re.search(r"(?i)\\u?dc[89a-f]", said), "half of a surrogate pair"
    if form in ("json", "sarif") and ran.out:
        json.dumps(json.loads(ran.out), ensure_ascii=False).encode()
    if form == "text" and is_shown:
        assert shown in said
    if "--html" in line:
        assert shown in Path(f"{name}.html").read_text(encoding="utf-8")


def test_a_uri_has_the_bytes(cli: Cli, made: Path, tmp_path: Path) -> None:
    file = tmp_path / NAMES["a byte"][0]
    file.write_bytes(b"PPA1")
    (run,) = json.loads(cli("validate", file, "--format", "sarif").out)["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/a%FFb")


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LOCALE = [
    ("build", WRONG_INPUT),
    ("list", DONE),
    ("doctor --workspace", WRONG_INPUT),
    ("show hero", WRONG_INPUT),
    ("new tile-bank assets/ü", WRONG_INPUT),
    ("register assets/é", WRONG_INPUT),
]


@every(LOCALE, ids=[line for line, _ in LOCALE])
def test_a_system_that_is_set_up_for_ascii(
    line: str, code: int, made: Path, tmp_path: Path
) -> None:
    game = tmp_path / "game"
    shutil.copytree(made, game)
    shutil.copytree(made / "assets/draft", game / "assets/é")
    anchor = game / "assets/hero/asset.json"
    inputs = json.loads(anchor.read_text())["inputs"]
    shutil.copyfile(anchor.parent / inputs["sprites"][0], anchor.parent / "é.png")
    edit(anchor, inputs={**inputs, "sprites": ["é.png"]})
    ran = other_process(*line.split(), cwd=game, env=ASCII)
    assert ran.returncode == code, ran
    assert (code == DONE) or b"PATH_FORM" in ran.stderr
    assert (code == DONE) or b"PYTHONUTF8=1" in ran.stderr
