"""A link, wherever it stands in a project, is never followed: not to read and not to write.

What stands there is moved out of the project and linked to, so everything would work if the link
were followed. Where a verb needs it, it refuses; where it does not, it works as without.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.every import every
from tests.trust.verbs import PROJECT_VERBS, verdict
from tests.workspace.projects import Project, snapshot

from prometeu_assets.packer.build import build

ALL = frozenset(PROJECT_VERBS)
WRITERS = {"build", "repair", "migrate", "exclude", "include"}
READERS = ALL - {"exclude", "include"}
OUTPUTS = {"build": "PATH_SYMLINK", "check": "OUTPUT_STALE"}

REFUSING: dict[str, dict[str, str]] = {
    "assets/art/hero/colors.hex": dict.fromkeys(READERS - {"list", "migrate"}, "PATH_SYMLINK"),
    "assets/art/hero/asset.json": dict.fromkeys(READERS, "PATH_SYMLINK"),
    "assets/art/hero": dict.fromkeys(READERS, "PATH_SYMLINK"),
    "assets/art": dict.fromkeys(READERS, "PATH_SYMLINK"),
    "assets": dict.fromkeys(ALL, "PATH_SYMLINK"),
    "assets/.prometeu": dict.fromkeys(ALL, "PATH_SYMLINK"),
    "assets/.prometeu/index.json": dict.fromkeys(ALL, "PATH_SYMLINK"),
    "assets/.prometeu/cache.json": {},
    "assets/.prometeu/lock": dict.fromkeys(WRITERS, "PATH_SYMLINK"),
    "assets/.prometeu/.staging": dict.fromkeys(WRITERS, "PATH_SYMLINK"),
    "build": OUTPUTS,
    "build/.staging": {"build": "PATH_SYMLINK"},
    "build/assets.pa": OUTPUTS,
    "build/asset_table.json": OUTPUTS,
    "build/preload.json": OUTPUTS,
    "build/asset_table_metadata.json": OUTPUTS,
}
"""Where a link stands: verb to the code with which it refuses; the others take no notice."""

LOCKS = ["assets/.prometeu/lock"]
FOLDERS = (".staging",)


def link_away(project: Path, where: str) -> Path:
    """Move what is there out of the project and link to it; the folder it is in now."""
    outside = project.with_name("outside")
    outside.mkdir()
    place = project / where
    if not place.exists():
        place.mkdir() if place.name in FOLDERS else place.write_bytes(b"")
    place.rename(outside / place.name)
    place.symlink_to(outside / place.name, target_is_directory=(outside / place.name).is_dir())
    return outside


@pytest.mark.parametrize("where", REFUSING)
def test_a_link_in_a_project(cli: Cli, project: Project, where: str) -> None:
    outside = link_away(project.path, where)
    before = snapshot(outside)
    for verb in PROJECT_VERBS:
        code = REFUSING[where].get(verb)
        expected = (0, set()) if code is None else (1, {code})
        assert verdict(cli, verb, project.path) == expected, verb
        assert snapshot(outside) == before, verb


@pytest.mark.parametrize("where", [*(where for where in REFUSING if Path(where).suffix), *LOCKS])
def test_a_file_with_a_second_name(cli: Cli, project: Project, where: str) -> None:
    """A hard link, as some archives make: what has the other name never changes."""
    place, other = project.path / where, project.path.with_name("other")
    if not place.exists():
        place.write_bytes(b"")
    other.hardlink_to(place)
    before = other.read_bytes(), other.stat().st_mtime_ns
    for verb in PROJECT_VERBS:
        refused = where in LOCKS and verb in WRITERS
        expected = (1, {"LOCK_FOREIGN"}) if refused else (0, set())
        assert verdict(cli, verb, project.path) == expected, verb
        assert (other.read_bytes(), other.stat().st_mtime_ns) == before, verb


@every([".gitignore", "cartridge.json", "assets", "assets/.prometeu", "build"])
def test_init_writes_through_no_link(where: str, cli: Cli, tmp_path: Path) -> None:
    """A folder from somebody else that is not a project yet."""
    game, outside = tmp_path / "game", tmp_path / "outside"
    (game / where).parent.mkdir(parents=True)
    outside.mkdir()
    target = outside / "target"
    target.mkdir() if "." not in where.rpartition("/")[2][1:] else target.write_bytes(b"kept")
    (game / where).symlink_to(target, target_is_directory=target.is_dir())
    before = snapshot(outside)
    ran = cli("init", game, "--format", "json")
    found = json.loads(ran.out)
    codes = [each["code"] for each in found.get("diagnostics", ())]
    assert (ran.code, codes) == (
        (0, []) if where in (".gitignore", "build") else (1, ["PATH_SYMLINK"])
    )
    assert snapshot(outside) == before
    assert not list(target.iterdir() if target.is_dir() else ())


@pytest.mark.parametrize("kind", ["tile-bank", "sound-bank"])
def test_new_takes_no_link_for_a_source(cli: Cli, project: Project, kind: str) -> None:
    outside = project.path.with_name("outside")
    outside.mkdir()
    root = project.root("fresh")
    root.mkdir()
    for name in ("a.png", "a.hex", "a.wav"):
        (outside / name).write_bytes(b"secret")
        (root / name).symlink_to(outside / name)
    ran = cli("new", kind, root, "--project", project.path)
    assert (ran.code, "PATH_SYMLINK" in ran.err) == (1, True)
    assert not (root / "asset.json").exists()
    assert build(project.path).statistics.assets == 2


def test_the_last_pack_is_nobodys_but_ours(project: Project) -> None:
    """A cache that matches a pack outside: its slices are not taken from there."""
    link_away(project.path, "build/assets.pa")
    (project.path / "build/assets.pa").unlink()
    (project.path / "build/assets.pa").symlink_to(project.path.with_name("outside") / "assets.pa")
    from prometeu_assets.contract.current import CURRENT
    from prometeu_assets.packer.cache import Cache

    with Cache(project.path, CURRENT, fresh=False) as cache:
        assert cache._pack is None


@pytest.mark.parametrize("where", ["asset_table.json", "preload.json", "asset_table_metadata.json"])
def test_verify_follows_no_link_beside_a_pack(cli: Cli, project: Project, where: str) -> None:
    link_away(project.path, f"build/{where}")
    ran = cli("verify", project.path / "build/assets.pa", "--format", "json")
    assert (ran.code, [d["code"] for d in json.loads(ran.out)["diagnostics"]]) == (
        1,
        ["PATH_SYMLINK"],
    )
