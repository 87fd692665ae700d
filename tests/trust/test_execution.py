"""No verb runs, loads, connects to or opens what it should not, whatever a project brings along."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.cli.running import Cli
from tests.shipper.cartridges import describe
from tests.trust.verbs import verdict
from tests.workspace.projects import Project

import prometeu_assets
from prometeu_assets.contract.documents import schema_directory

SOURCE = Path(prometeu_assets.__file__).parent


def audited(folder: Path, *lines: list[str]) -> tuple[list[int], list[str], str]:
    """(exit codes, modules in memory, stderr) of verbs that may open files in ``folder`` alone."""
    checkout = SOURCE.parents[1]
    given = [place for name in ("schemas", "conformance") if (place := checkout / name).is_dir()]
    asked = {"lines": lines, "places": [str(folder)], "source": str(SOURCE)}
    if given:
        asked["places"] += map(str, given)
    done = subprocess.run(
        [sys.executable, "-B", str(Path(__file__).with_name("audited.py"))],
        input=json.dumps(asked),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent), "PYTHONIOENCODING": "utf-8"},
        timeout=120,
    )
    if done.returncode:
        return [done.returncode], [], done.stderr
    codes, modules = json.loads(done.stdout.splitlines()[-1])
    return codes, modules, done.stderr


PACKER = [
    ["init", "new-game"],
    ["new", "tile-bank", "game/assets/more", "--project", "game"],
    ["add", "game/assets/more", "game/assets/art/hero/sheet.png", "--project", "game"],
    ["duplicate", "fx", "game/assets/fx2", "--project", "game"],
    ["rename", "fx2", "beeps", "--project", "game"],
    ["register", "game/assets/stray", "--project", "game"],
    ["exclude", "fx", "--project", "game"],
    ["include", "fx", "--project", "game"],
    ["forget", "game/assets/more", "--project", "game"],
    ["build", "game", "--jobs", "3"],
    ["build", "game", "--check"],
    ["list", "game"],
    ["show", "art/hero", "--project", "game"],
    ["doctor", "game", "--workspace"],
    ["doctor", "game", "--fix"],
    ["release", "--project", "game", "--from", "game/build/assets.pa"],
    ["merge-index", *["game/assets/.prometeu/index.json"] * 3],
    ["build", "game", "--format", "sarif"],
]
MIGRATIONS = [
    ["migrate", "old", "--dry-run"],
    ["migrate", "old"],
    ["migrate", "old", "--discard-backup"],
]
READER = [
    ["inspect", "game/build/assets.pa"],
    ["inspect", "game/build/assets.pa", "--html", "page.html"],
    ["validate", "game/build/assets.pa", "--profile", "writer"],
    ["verify", "game/build/assets.pa"],
    ["extract", "game/build/assets.pa", "--out", "raw"],
    ["extract", "game/build/assets.pa", "--out", "decoded", "--decode"],
    ["diff", "game/build/assets.pa", "game/build/assets.pa"],
    ["schema", "list"],
    ["codes", "PATH_FORM"],
    ["completion", "bash"],
    ["conformance", "list"],
]


@pytest.fixture
def games(project: Project) -> Path:
    """A folder with a project, built, and one of an older version."""
    project.tiles("stray", registered=False)
    old = Project(project.path.with_name("old"), version=1)
    old.sounds("fx")
    describe(project)
    project.path.with_name("main.pbx").write_bytes(b"program")
    return project.path.parent


SHIPPER = [
    ["ship", "game", "--program", "main.pbx"],
    ["ship", "game", "--program", "main.pbx"],
    ["ship", "game", "--program", "main.pbx", "--check"],
    ["ship", "game", "--program", "main.pbx", "--out", "dist/game"],
    ["boot", "game/cartridge"],
    ["verify", "dist/game/assets.pa", "--companions", "game/build"],
]

GROUPS = {"packer": PACKER, "migrations": MIGRATIONS, "reader": READER, "shipper": SHIPPER}


@pytest.mark.parametrize("group", GROUPS)
def test_a_good_project(games: Path, group: str) -> None:
    codes, modules, err = audited(games, *GROUPS[group])
    assert codes == [0] * len(GROUPS[group]), err
    plugins = {name for name in modules if name.startswith("PIL.") and name.endswith("Plugin")}
    assert plugins <= {"PIL.PngImagePlugin"}
    assert group == "packer" or "PIL" not in modules


def test_every_verb_is_audited() -> None:
    from prometeu_assets.cli.app import _VERBS

    audited_verbs = {line[0] for group in GROUPS.values() for line in group}
    # It starts the reader that its user names, which is what it is for: `conformance list` is here.
    # `preview` answers a browser, so it has sockets: `tests/live` watches what it answers.
    assert audited_verbs == set(_VERBS) - {"preview"}


FORMATS = ["BMP", "EPS", "GIF", "ICO", "JPEG", "PDF", "PPM", "TIFF", "TGA", "WEBP"]


def picture(form: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (16, 16)).save(data, form)
    return data.getvalue()


def test_no_other_format_of_images_is_ever_loaded(games: Path) -> None:
    """Pictures of other formats named ``.png``, as sprites and as palettes."""
    lines = []
    for form in FORMATS:
        for name in ("sheet.png", "colors.png"):
            game = games / f"{form}-{name}"
            made = Project(game)
            inputs = {"sprites": ["sheet.png"], "palettes": ["colors.png"]}
            made.tiles("hero", inputs=inputs)
            shutil.copy(made.root("hero") / "sheet.png", made.root("hero") / "colors.png")
            (made.root("hero") / name).write_bytes(picture(form))
            lines.append(["build", str(game)])
    codes, modules, err = audited(games, *lines)
    assert codes == [1] * len(lines), err
    assert err.count("PNG_FORMAT") == len(lines)
    assert {m for m in modules if m.endswith("ImagePlugin")} <= {"PIL.PngImagePlugin"}


@pytest.mark.parametrize("form", FORMATS)
def test_another_format_is_told(cli: Cli, fresh: Project, form: str) -> None:
    (fresh.root("art/hero") / "sheet.png").write_bytes(picture(form))
    assert verdict(cli, "build", fresh.path) == (1, {"PNG_FORMAT"})


# What the hook is worth: each of these, done by a verb, ends it.

BREACHES: dict[str, str] = {
    "nothing": "pass",
    "a process": "import os; os.system('true')",
    "a connection": "import socket",
    "code from a text": "eval('1')",
    "a file outside": "open('/etc/hostname')",
    "a library": "import ctypes; ctypes.CDLL('libc.so.6')",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the breaches are those of another system")
@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_seen(games: Path, breach: str, tmp_path: Path) -> None:
    copy = tmp_path / "src" / "prometeu_assets"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(schema_directory(), tmp_path / "schemas")
    verb = copy / "cli" / "show.py"
    text = verb.read_text(encoding="utf-8")
    begins = "    require_picture("
    assert text.count(begins) == 1
    verb.write_text(text.replace(begins, f"    {BREACHES[breach]}\n{begins}"))
    done: Any = subprocess.run(
        [sys.executable, "-B", str(Path(__file__).with_name("audited.py"))],
        input=json.dumps(
            {
                "lines": [["show", "fx", "--project", "game"]],
                "places": [str(games), str(tmp_path / "schemas")],
                "source": str(copy),
            }
        ),
        cwd=games,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(copy.parent)},
    )
    assert done.returncode == (0 if breach == "nothing" else 99), done.stderr
