"""Whatever stands where a verb writes: nothing of the user's is lost, and the exit code is honest.

The places are found by watching the verbs, so one that is new comes under this by itself; a call
that changes a path and that no verb here reaches is told from the syntax trees.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.shipper.cartridges import describe
from tests.trust.obstacles import DEPTH, OBSTACLES, THREE_CASES, Site, sites, watched
from tests.trust.test_execution import GROUPS
from tests.workspace.projects import Project

from prometeu_assets.conformance import manifest
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.build import build

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have other links")

Line = list[str]
KIT = "kit update"
EXPORTED = [word for case in THREE_CASES for word in ("--only", case)]
LINES: dict[str, list[Line]] = {
    **GROUPS,
    "packer": GROUPS["packer"][:-1],
    "repairing": [
        ["register", "moved/assets/here", "--project", "moved"],
        ["doctor", "messy", "--fix"],
        ["register", "moved/assets/copy", "--new-uuid", "--project", "moved"],
    ],
    "kit": [["conformance", "export", "exported", *EXPORTED], [KIT]],
}
"""Lines that follow each other, as lines of the command line; one is a function."""

UNREACHED = {
    ("banks/sounds/views.py", "wave.open"): "bytes in memory",
    ("banks/tiles/nearest.py", "whole.copy"): "pixels in memory",
    ("banks/tiles/nearest.py", "whole_alpha.copy"): "pixels in memory",
    ("cli/console.py", "os.open"): "the null device",
    ("conformance/kit.py", "path.mkdir"): "in a temporary folder",
    ("conformance/kit.py", "path.symlink_to"): "in a temporary folder",
    ("conformance/kit.py", "shutil.copytree"): "in a temporary folder",
    ("conformance/manifest.py", "file.unlink"): "in a temporary folder",
    ("conformance/manifest.py", "shutil.rmtree"): "in a temporary folder",
    ("live/preview.py", "files.make_directory"): "the verb runs until it is interrupted",
}
"""(module, what it calls) to the reason why no line here reaches it."""


def prepare(top: Path) -> None:
    """Projects: one that is built, one of an older version, one to be repaired; and a kit."""
    game = Project(top / "game")
    game.tiles("art/hero")
    game.sounds("fx")
    build(game.path)
    game.tiles("stray", registered=False)
    describe(game)
    old = Project(top / "old", version=1)
    old.sounds("fx")
    moved = Project(top / "moved")
    moved.sounds("fx")
    moved.tiles("hero")
    shutil.copytree(moved.root("hero"), moved.root("copy"))
    moved.root("fx").rename(moved.root("here"))
    messy = Project(top / "messy")
    messy.tiles("hero")
    messy.sounds("fx")
    messy.rows[1]["asset_id"] = messy.rows[0]["asset_id"]
    messy.write_index()
    hero = json.dumps({"asset_id": 1, "asset_uuid": messy.rows[0]["asset_uuid"]})
    record = f'{{"schema_version": 1, "assets": [\n{hero},\n\nnull]}}\n'
    (messy.path / "assets/.prometeu/released.json").write_text(record)
    (top / "main.pbx").write_bytes(b"program")
    for name, text in (("vectors/extra.pa", b"extra"), ("vectors/a.pa", b"old")):
        (top / "kit" / name).parent.mkdir(parents=True, exist_ok=True)
        (top / "kit" / name).write_bytes(text)


def update_kit() -> int:
    manifest.write(Path("kit"), {"vectors/a.pa": b"new", "expected/a.json": b"{}\n"})
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line, the projects before and after it, the places it writes to, and what it calls."""

    line: Line
    before: Path
    after: Path
    places: tuple[Path, ...]
    calls: tuple[tuple[Site, ...], ...]


def steps(run: Callable[[Line], int], group: str, folder: Path) -> Iterator[Step]:
    """Run the lines of a group one after the other; what each wrote by calls that are new."""
    work = folder / "work"
    work.mkdir()
    prepare(work)
    seen: set[tuple[Site, ...]] = set()
    for number, line in enumerate(LINES[group]):
        before = folder / f"before-{number}"
        shutil.copytree(work, before)
        with watched(work) as watch:
            assert in_folder(work, lambda line=line: run(line)) == 0, line
        # A line that writes by the same calls of the package as one before it is no other case.
        new = {(*c[:DEPTH], c[-1]): path for c, path in reversed(watch.places.items())}
        places = dict.fromkeys(path.relative_to(work) for c, path in new.items() if c not in seen)
        seen |= new.keys()
        yield Step(
            line=line, before=before, after=work, places=tuple(places), calls=tuple(watch.calls)
        )


def in_folder(folder: Path, run: Callable[[], int]) -> int:
    there = Path.cwd()
    os.chdir(folder)
    try:
        return run()
    finally:
        os.chdir(there)


def content(path: Path) -> object:
    """What stands at a path itself."""
    if not os.path.lexists(path):
        return None
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return os.readlink(path)
    return path.read_bytes() if stat.S_ISREG(mode) else stat.S_IFMT(mode)


def everything(folder: Path) -> dict[str, object]:
    return {path.relative_to(folder).as_posix(): content(path) for path in folder.rglob("*")}


def is_own(place: Path) -> bool:
    """Whether the tool may remove what stands there: in a staging folder or a kit, and the cache."""
    staged = any(part.endswith(".staging") for part in place.parts[:-1])
    return staged or place.name == "cache.json" or place.parts[0] == "kit"


@pytest.mark.parametrize("group", LINES)
def test_what_stands_in_the_way(cli: Cli, fast: Path, small_kit: None, group: str) -> None:
    said = ""

    def run(line: Line) -> int:
        nonlocal said
        ran = cli(*line) if line != [KIT] else (update_kit(), "", "")
        said = ran[2]
        return ran[0]

    refused = 0
    for step in steps(run, group, fast):
        for place in step.places:
            for name, put in OBSTACLES.items():
                trial = fast / "trial"
                shutil.rmtree(trial, ignore_errors=True)
                shutil.copytree(step.before, trial / "work")
                theirs, there = trial / "theirs", trial / "work" / place
                theirs.mkdir()
                there.parent.mkdir(parents=True, exist_ok=True)
                put(there, theirs)
                outside, inside, stood = everything(theirs), everything(there), content(there)
                code = -1
                try:
                    code = in_folder(trial / "work", lambda step=step: run(step.line))
                except (OSError, Refused):
                    assert step.line == [KIT]
                case = f"{step.line} with {name} at {place}: {code} {said}"
                given = [Path(word) for word in step.line]
                is_given = any(path in (place, *place.parents) for path in given if path.parts)
                is_around = any(place in path.parents for path in given)
                if is_given or is_around:
                    # What the user names may be a folder or a link to one: it is added to.
                    assert everything(theirs).items() >= outside.items(), case
                else:
                    assert everything(theirs) == outside, case
                if "--discard-backup" in step.line:
                    inside = {n: c for n, c in inside.items() if Path(n).name == "other"}
                if not is_own(place):
                    assert everything(there).items() >= inside.items(), case
                    if not (code == 0 and name == "a hard link"):
                        assert content(there) == stood, case
                assert code in ((0, 1, 2, 3) if is_given else (0, 1, 3)) or step.line == [KIT], case
                assert "report it" not in said, case
                refused += code != 0
    assert refused > 3


def test_every_call_that_changes_a_path_is_watched(cli: Cli, fast: Path, small_kit: None) -> None:
    found = set()
    for group, lines in LINES.items():
        folder = fast / group
        folder.mkdir()

        def run(line: Line) -> int:
            return cli(*line).code if line != [KIT] else update_kit()

        for number, line in enumerate(lines):
            if not number:
                (folder / "work").mkdir()
                prepare(folder / "work")
            with watched(folder / "work") as watch:
                in_folder(folder / "work", lambda line=line: run(line))
            found |= watch.sites
    missed = {
        (module, name)
        for (module, name), places in sites().items()
        for each in places
        if not any((module, line) in found for line in each)
    }
    assert missed == set(UNREACHED)
