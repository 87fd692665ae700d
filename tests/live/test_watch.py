"""`build --watch`: real processes, real files, edits as editors and git make them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.running import Cli, other_process
from tests.every import every
from tests.live.watched import Watched
from tests.workspace.projects import Project, draw, edit

from prometeu_assets.cli.app import DONE, ENVIRONMENT, USAGE, WRONG_INPUT
from prometeu_assets.storage.lock import Lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and git differ")


def test_a_saved_sheet(project: Project, watched: Watched, tmp_path: Path) -> None:
    draw(project.root("art/hero") / "sheet.png", 3)
    found = watched.round()
    assert (found["changed"], found["changes"]) == (["assets/art/hero/sheet.png"], 1)
    assert found["statistics"]["reused"] == 1
    assert watched.agrees(tmp_path / "cold")


def test_faults_are_told_and_the_last_pack_stays(
    project: Project, watched: Watched, tmp_path: Path
) -> None:
    sheet = project.root("art/hero") / "sheet.png"
    good, pack = sheet.read_bytes(), (project.path / "build/assets.pa").read_bytes()
    sheet.write_bytes(good[:40])
    found = watched.round()
    assert not found["published"]
    assert [d["file"] for d in found["report"]["diagnostics"]] == ["assets/art/hero/sheet.png"]
    assert (project.path / "build/assets.pa").read_bytes() == pack
    draw(sheet, 2)
    assert watched.until(published=True)["report"]["ok"]
    assert watched.agrees(tmp_path / "cold")


def test_an_editor_that_saves_by_rename(project: Project, watched: Watched, tmp_path: Path) -> None:
    sheet = project.root("art/hero") / "sheet.png"
    for seed in (2, 3, 1):
        draw(sheet.with_name("saving.png"), seed)
        os.replace(sheet, sheet.with_name("sheet.png~"))
        os.replace(sheet.with_name("saving.png"), sheet)
        found = watched.round()
        assert "assets/art/hero/sheet.png" in found["changed"]
        assert found["published"]
    assert watched.agrees(tmp_path / "cold")


def test_roots_that_are_new_and_renamed(project: Project, watched: Watched, tmp_path: Path) -> None:
    made = other_process("new", "tile-bank", "assets/deep/er/moth", cwd=project.path)
    assert made.returncode == DONE
    assert watched.until(published=True)["statistics"]["assets"] == 3
    sheet = next((project.path / "assets/deep/er/moth").rglob("*.png"))
    draw(sheet, 2)
    assert watched.round()["statistics"]["reused"] == 2
    (project.path / "assets/deep").rename(project.path / "assets/far")
    assert not watched.round()["published"]
    moved = other_process("register", "assets/far/er/moth", cwd=project.path)
    assert moved.returncode == DONE
    watched.until(published=True)
    # What moved is watched at its new place.
    draw(project.path / sheet.relative_to(project.path).as_posix().replace("deep", "far"), 3)
    assert watched.round()["published"]
    assert watched.agrees(tmp_path / "cold")


def test_the_folder_of_assets_is_exchanged(
    project: Project, watched: Watched, tmp_path: Path
) -> None:
    assets = project.path / "assets"
    shutil.copytree(assets, tmp_path / "other")
    draw(tmp_path / "other/art/hero/sheet.png", 2)
    assets.rename(tmp_path / "aside")
    (tmp_path / "other").rename(assets)
    watched.until(published=True)
    draw(project.root("art/hero") / "sheet.png", 3)
    watched.until(published=True, changes=1)
    assert watched.agrees(tmp_path / "cold")


def git(folder: Path, *arguments: str) -> None:
    known = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *known, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_checkout_of_a_thousand_files_is_one_change(project: Project, tmp_path: Path) -> None:
    for number in range(1, 1_000):
        shutil.copy(project.root("fx") / "0.wav", project.root("fx") / f"{number}.wav")
    edit(project.anchor("fx"), inputs={"samples": [f"{n}.wav" for n in range(1_000)]})
    git(project.path, "init", "--quiet", "--initial-branch=main")
    (project.path / ".gitignore").write_text("/build/\n/assets/.prometeu/lock\n*/cache.json\n")
    git(project.path, "add", ".")
    git(project.path, "commit", "--quiet", "-m", "one")
    git(project.path, "checkout", "--quiet", "-b", "other")
    data = (project.root("fx") / "0.wav").read_bytes()
    for number in range(1_000):
        changed = bytes(b ^ (i > 43) for i, b in enumerate(data))
        (project.root("fx") / f"{number}.wav").write_bytes(changed)
    git(project.path, "commit", "--quiet", "-a", "-m", "two")
    with Watched(project.path) as watched:
        assert watched.round()["published"]
        git(project.path, "checkout", "--quiet", "main")
        found = watched.round()
        assert (found["changes"], len(found["changed"]), found["published"]) == (1_000, 1_000, True)
        assert watched.agrees(tmp_path / "cold")


def test_what_it_writes_itself_is_no_change(project: Project, watched: Watched) -> None:
    assert other_process("build", "--fresh", cwd=project.path).returncode == DONE
    os.utime(project.path / "assets/.prometeu/cache.json")
    shutil.rmtree(project.path / "build")
    (project.path / "cartridge").mkdir()
    (project.path / "cartridge/assets.pa").write_bytes(b"")
    assert watched.is_quiet(3)


@every([signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(number: int, project: Project) -> None:
    with Watched(project.path) as watched:
        watched.round()
        code, told = watched.end(number)
    assert (code, told) == (ENVIRONMENT, "Interrupted. All published files are complete.\n")
    assert not (project.path / "build/.staging").exists() or not any(
        (project.path / "build/.staging").iterdir()
    )
    assert other_process("verify", "build/assets.pa", cwd=project.path).returncode == DONE


def test_it_waits_for_another_process_that_writes(project: Project, watched: Watched) -> None:
    with Lock(project.path):
        draw(project.root("art/hero") / "sheet.png", 3)
        assert watched.is_quiet(2)
    assert watched.round()["published"]


def test_it_ends_with_its_reader(project: Project) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "prometeu_assets", "build", "--watch", "--format", "json"],
        cwd=project.path, stdout=writing, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writing)
    os.read(reading, 65536)
    os.close(reading)
    draw(project.root("art/hero") / "sheet.png", 3)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (DONE, b"")


def test_a_name_that_is_no_text(project: Project, watched: Watched, tmp_path: Path) -> None:
    """The library fails at it; what changes is seen nevertheless."""
    strange = os.fsencode(project.root("art/hero")) + b"/\xff.tmp"
    try:
        with open(strange, "wb") as file:
            file.write(b"x")
    except OSError:
        pytest.skip("this disk has no such names")
    assert watched.round()["published"]
    draw(project.root("art/hero") / "sheet.png", 3)
    assert watched.round()["changed"] == ["assets/art/hero/sheet.png"]


def test_where_it_does_not_work(cli: Cli, project: Project, tmp_path: Path) -> None:
    for wrong in (["--check"], ["--format", "sarif"], ["--format", "github"]):
        assert cli("build", "--watch", project.path, *wrong).code == USAGE
    ran = cli("build", "--watch", tmp_path, "--format", "json")
    assert ran.code == WRONG_INPUT
    assert ran.value("report")["diagnostics"][0]["code"] == "WORKSPACE_MISSING"
    assert ran.out.count("\n") == 1


def test_little_is_spent_on_waiting(watched: Watched) -> None:
    """A process that waits takes less than a twentieth of a processor."""

    def spent() -> float:
        fields = Path(f"/proc/{watched.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    if not Path("/proc/self/stat").exists():
        pytest.skip("Linux tells how much a process has spent")
    before = spent()
    time.sleep(4)
    assert spent() - before < 0.2
