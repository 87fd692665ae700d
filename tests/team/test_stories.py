"""What teams do in git, story by story; `story.py` says how a story is told."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.team.repository import ENVIRONMENT, INDEX, declaration
from tests.team.story import Story, uuid

STORIES = {
    # --- rows beside each other ---
    "the first row is forgotten, and its neighbour excluded": """
        A: forget @a
        main: exclude @b
        clean A
        fix
        index 1 a gone, 2 b out""",
    "two neighbours are excluded": """
        A: exclude @a
        main: exclude @b
        clean A
        fix
        index 1 a out, 2 b out""",
    "rows in the middle and at the end are excluded": """
        main: new c
        A: exclude @b
        main: exclude @c
        clean A
        fix
        index 1 a, 2 b out, 3 c out""",
    "two rows are forgotten under merge=union": """
        union
        main: new c
        A: forget @a; git rm -qr assets/t/a
        main: forget @b; git rm -qr assets/t/b
        clean A
        fix
        index 1 a gone, 2 b gone, 3 c""",
    "every row of the base changes on both sides": """
        A: exclude @a @b
        main: git mv assets/t/a assets/t/m; git mv assets/t/b assets/t/n; register @m @n
        merge A
        fix
        index 1 a@m out, 2 b@n out""",
    # --- both register ---
    "two branches add different numbers of assets": """
        A: new x; new xx
        main: new y
        merge A
        fix
        index 1 a, 2 b, 3 x, 4 xx, 5 y""",
    "the marks are still there": """
        A: new y; new yy
        main: new x
        marks A
        fix
        index 1 a, 2 b, 3 x, 4 yy, 5 y""",
    "the base is still between the marks": """
        git config merge.conflictStyle diff3
        A: exclude @b; new y
        main: git mv assets/t/b assets/t/m; register @m; new x
        marks A
        fix
        index 1 a, 2 b@m out, 3 x, 4 y""",
    "one root is begun on both branches": """
        A: new hero=p
        main: new hero=q
        merge A
        fix
        index 1 a, 2 b, 3 q@hero""",
    "one root is begun on both branches, with other ids": """
        A: new x; new hero=p
        main: new hero=q
        merge A
        fix
        index 1 a, 2 b, 3 q@hero, 4 p gone, 5 x""",
    "a root is registered on both branches under other ids": """
        main: files x
        A: register @x
        main: new w; register @x
        merge A
        fix
        index 1 a, 2 b, 3 w, 4 x""",
    "three branches under one id": """
        A: new z
        B: new x
        main: new y
        merge A
        git commit -qm marks
        merge B
        fix
        index 1 a, 2 b, 3 x, 4 y, 5 z""",
    "a third holder is in a build of a branch that was dropped": """
        dropped: new v; build
        A: new x
        main: new y
        git branch -qD dropped
        merge A
        fix
        index 1 a, 2 b, 3 x, 4 y""",
    "a third holder was released, and its row dropped": """
        new v
        build
        release
        git checkout HEAD -- assets/.prometeu/index.json
        git clean -fdq assets/t
        main: build
        A: new x
        main: new y
        merge A
        fix
        index 1 a, 2 b, 4 x, 5 y
        released 1 a, 2 b, 3 v""",
    "an asset was taken over from a branch, and then merged": """
        A: new x; build
        main: new y; build
        git? cherry-pick A
        git checkout --ours assets/.prometeu/index.json
        git add -A
        git cherry-pick --continue
        main: register @x
        index 1 a, 2 b, 3 y, 4 x
        merge A
        fix
        index 1 a, 2 b, 3 x, 4 -, 5 y""",
    "an asset was taken over, and its id is another's": """
        A: new z
        main: new y
        git? cherry-pick A
        git checkout --ours assets/.prometeu/index.json
        git add -A
        git cherry-pick --continue
        main: register @z
        merge A
        fix
        index 1 a, 2 b, 3 y, 4 z""",
    "an asset with two ids meets two assets": """
        A: new x
        B: new w; forget @w; rm @w; git checkout A -- assets/t/x; register @x
        main: new y; new z; build
        merge A
        git commit -qm A
        merge B
        fix
        index 1 a, 2 b, 3 w gone, 4 x, 5 y, 6 z""",
    "an id that stays unused is given to nobody": """
        A: new p; new x
        B: new q; new w; git checkout A -- assets/t/x; register @x
        merge A
        fix
        index 1 a, 2 b, 3 p, 4 w, 5 x, 6 q""",
    # --- what was released ---
    "a released asset keeps its id against a smaller uuid": """
        A: new y; build; release
        main: new x; build
        merge A
        fix
        index 1 a, 2 b, 3 y, 4 x
        released 1 a, 2 b, 3 y""",
    "a local build decides nothing": """
        A: new y; build
        main: new x; build
        merge A
        fix
        index 1 a, 2 b, 3 x, 4 y""",
    "a registration is reverted after its release": """
        main: new x
        git tag made
        main: build; release
        main: git revert --no-edit made
        index 1 a, 2 b
        main: new y
        index 1 a, 2 b, 4 y
        main: git checkout made -- assets/t/x; register @x
        fix
        index 1 a, 2 b, 3 x, 4 y""",
    "a registration is reverted together with its release": """
        main: new x; build; release
        git revert --no-edit HEAD
        main: new y
        fix
        index 1 a, 2 b, 3 y""",
    "the commit of a release is dropped here, and is still on the shared branch": """
        main: new x; build; release
        git branch shared
        git reset -q --hard HEAD~1
        main: new w
        index 1 a, 2 b, 3 w
        merge shared
        fix
        index 1 a, 2 b, 3 x, 4 w""",
    "two branches release first": """
        A: new x; build; release
        main: build; release
        clean A
        fix
        index 1 a, 2 b, 3 x
        released 1 a, 2 b, 3 x""",
    "two branches release first, and the base is shown": """
        git config merge.conflictStyle diff3
        A: new x; build; release
        main: new w; build; release; forget @w
        merge A
        asks RELEASED_ID: doctor --fix
        release --keep %w
        fix
        index 1 a, 2 b, 3 w gone, 4 x
        released 1 a, 2 b, 3 w, 3 x, 3 x up""",
    "two branches release different assets under one id": """
        A: new x; build; release
        main: new y; build; release
        merge A
        released 1 a, 2 b, 3 x, 3 y
        refused RELEASED_ID: doctor --fix
        refused RELEASED_ID: build
        refused RELEASED_ID: register @a
        refused RELEASED_ID: release
        release --keep %y
        fix
        index 1 a, 2 b, 3 y, 4 x
        released 1 a, 2 b, 3 x, 3 x up, 3 y""",
    "two branches release several assets under the same ids": """
        A: new w x; build; release
        main: new y z; build; release
        merge A
        refused RELEASED_ID: doctor
        release --keep %w
        refused RELEASED_ID: doctor
        release --keep %z
        fix
        index 1 a, 2 b, 3 w, 4 z, 5 x, 6 y
        released 1 a, 2 b, 3 w, 3 y, 3 y up, 4 x, 4 x up, 4 z""",
    "one asset is released under two ids": """
        main: files x
        A: register @x; build; release
        main: new w; register @x; build; release
        merge A
        refused RELEASED_ID: build
        release --keep %w
        fix
        index 1 a, 2 b, 3 w, 4 x""",
    "an asset that was released is forgotten, and comes back": """
        main: new x; build; release; forget @x
        main: new y
        main: register @x
        fix
        index 1 a, 2 b, 3 x, 4 y""",
    # --- moves ---
    "one asset is moved, and excluded on the other branch": """
        A: git mv assets/t/b assets/t/m; register @m
        main: exclude @b
        merge A
        fix
        index 1 a, 2 b@m out""",
    "one asset is moved to two places": """
        A: git mv assets/t/b assets/t/m; register @m
        main: git mv assets/t/b assets/t/n; register @n
        git? merge A
        git rm -rqf --ignore-unmatch assets/t/b assets/t/n
        both
        fix
        index 1 a, 2 b@m""",
    "a root is moved, and nobody registered it": """
        main: git mv assets/t/b assets/t/m
        refused ROOT_MISSING: doctor --fix
        refused ROOT_MISSING: build
        index 1 a, 2 b
        register @m
        fix
        index 1 a, 2 b@m""",
    "a root is deleted, and nobody forgot it": """
        main: git rm -qr assets/t/b
        refused ROOT_MISSING: doctor --fix
        forget 2
        fix
        index 1 a, 2 b gone""",
    "two roots change their places": """
        git mv assets/t/a assets/t/c
        git mv assets/t/b assets/t/a
        git mv assets/t/c assets/t/b
        register @a @b
        fix
        index 1 a@b, 2 b@a""",
    "two roots change their places, and one is registered": """
        git mv assets/t/a assets/t/c
        git mv assets/t/b assets/t/a
        git mv assets/t/c assets/t/b
        register @b
        fix
        index 1 a@b, 2 b@a""",
    "three roots move on by one, registered in the wrong order": """
        main: new c
        git mv assets/t/c assets/t/d
        git mv assets/t/b assets/t/c
        git mv assets/t/a assets/t/b
        register @b @c @d
        fix
        index 1 a@b, 2 b@c, 3 c@d""",
    "a swap on one branch, an exclusion on the other": """
        A: git mv assets/t/a assets/t/c; git mv assets/t/b assets/t/a; git mv assets/t/c assets/t/b; register @a @b
        main: exclude @a
        git? merge A
        git checkout A -- assets/t
        both
        fix
        index 1 a@b out, 2 b@a""",
    "a root is absent from a sparse checkout, and a copy of it is there": """
        main: files copy=a
        git sparse-checkout set --no-cone /* !/assets/t/a/
        refused ROOT_MISSING: doctor --fix
        index 1 a, 2 b
        refused REGISTER_ABSENT: register @copy
        register --new-uuid @copy
        git sparse-checkout disable
        fix
        index 1 a, 2 b, 3 ?@copy""",
    "two swapped roots are both one asset after a merge": """
        A: git mv assets/t/a assets/t/c; git mv assets/t/b assets/t/a; git mv assets/t/c assets/t/b; register @a @b
        main: exclude @a @b
        git? merge A
        git checkout main -- assets/t/a
        git checkout A -- assets/t/b
        both
        asks INDEX_UUID: doctor --fix
        forget %b
        register @a
        register --new-uuid @b
        fix
        index 1 a out, 2 b gone, 3 ?@b""",
    "a root was moved in a sparse checkout": """
        git sparse-checkout set --no-cone /* !/assets/t/b/
        git mv assets/t/a assets/t/m
        refused REGISTER_ABSENT: register @m
        register --moved @m
        git add -A
        git sparse-checkout disable
        fix
        index 1 a@m, 2 b""",
    # --- forgotten ---
    "forgotten wins over a move": """
        A: forget @b
        main: git mv assets/t/b assets/t/m; register @m
        merge A
        fix
        index 1 a, 2 b gone""",
    "a forgotten asset is registered again, and has its id": """
        main: forget @b; new c
        register @b
        fix
        index 1 a, 2 b, 3 c""",
    "a forgotten id holds its place in a merge": """
        A: new x; forget @x; rm @x
        main: new y
        merge A
        fix
        index 1 a, 2 b, 3 x gone, 4 y""",
    # --- other ways of git ---
    "a rebase stops at every commit": """
        A: new y
        A: new z
        main: new x
        git checkout -q A
        git? rebase main
        both
        doctor --fix
        git add -A
        git rebase --continue
        fix
        index 1 a, 2 b, 3 x, 4 y, 5 z""",
    "a stash meets a registration": """
        new y
        git stash push -qu
        main: new x
        git? stash pop
        both
        fix
        index 1 a, 2 b, 3 x, 4 y""",
    "the other side is thrown away, and comes again": """
        A: new x
        main: new y
        git merge -q -X ours A
        doctor
        index 1 a, 2 b, 3 y
        main: register @x
        fix
        index 1 a, 2 b, 3 y, 4 x""",
    "three branches at once": """
        A: exclude @a
        B: exclude @b
        main: files c
        git merge -q A B
        fix
        index 1 a out, 2 b out""",
}


@pytest.mark.parametrize("told", STORIES.values(), ids=STORIES)
def test_story(story: Story, told: str) -> None:
    story.tell(told)


MERGED = {name: told for name, told in STORIES.items() if "\n        merge A" in told}


@pytest.mark.parametrize("told", MERGED.values(), ids=MERGED)
def test_story_with_the_driver(story: Story, told: str) -> None:
    """The same comes of it when git knows the merge driver."""
    before = story.verbs.driver.runs
    story.tell(f"driver\n{told}")
    assert story.verbs.driver.runs > before


def version_1(story: Story, root: str) -> None:
    """A root whose document is of version 1 and holds no uuid."""
    story.begin(root, uuid("v"))
    path = story.path / "assets" / root / "asset.json"
    value = json.loads(path.read_bytes())
    del value["asset_uuid"]
    value["schema_version"], value["output"]["codec"] = 1, "RAW"
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


@pytest.mark.parametrize("then", ["migrate", "forget @old", "register --new-uuid @old", "list"])
def test_one_root_is_adopted_on_both_branches(story: Story, then: str) -> None:
    """Its document has no uuid that could decide: the smallest uuid counts, and all verbs work."""
    version_1(story, "t/old")
    story.tell("main: git add -A")
    drawn = []
    for branch in ("A", "main"):
        story.tell(f"{branch}: register --adopt @old")
        drawn.append(story.rows()[-1].uuid)
    story.tell("""
        merge A
        fix
        index 1 a, 2 b, 3 ?@old""")
    assert story.rows()[-1].uuid == min(drawn)
    if "--new-uuid" not in then:
        story.tell(then)


def test_line_ends_of_a_clone_change_no_digest(story: Story) -> None:
    """A clone of Windows builds the same, text sources included, and the build is up to date."""
    (story.path / "prog.pbx").write_bytes(b"P\0")
    for name, old, new in ((".gitignore", "/build/\n", ""),
                           ("cartridge.json", "build/program.pbx", "prog.pbx")):  # fmt: skip
        story.write(name, story.read(name).replace(old, new))
    payload = (b"3333\n3" * 6000)[: 256 * 256 // 2 + 64 * 16 * 2]
    value = json.loads(declaration(uuid("raw"), "raw"))
    value |= {"type": "tile_bank", "inputs": {"payload": ["p.bin"]}}
    value["output"] |= {
        "format": "TILES/indexed_v1",
        "metadata": {"tile_size": 8, "width": 256, "height": 256, "palette_count": 64,
                     "palette_authored": 64},
    }  # fmt: skip
    story.write("assets/t/raw/asset.json", json.dumps(value, indent=2))
    (story.path / "assets/t/raw/p.bin").write_bytes(payload)
    story.tell("register @raw")
    story.pa("new", "tile-bank", "assets/t/tiles")
    story.tell("main: build")
    windows = story.clone("windows", "-c", "core.autocrlf=true")
    assert b"\r\n" not in (windows.path / "assets/t/raw/p.bin").read_bytes()
    windows.tell("""
        verify build/assets.pa
        build --check
        ship
        build
        doctor --fix
        index 1 a, 2 b, 3 raw, 4 ?@tiles""")
    assert windows.git("status", "--porcelain", "--", "assets", "build").stdout == ""


def test_a_build_in_git_is_not_asked(story: Story) -> None:
    """After a merge the companion can be of the other side; it decides nothing."""
    story.write(".gitignore", story.read(".gitignore").replace("/build/\n", ""))
    story.tell("""
        A: new y; build
        main: new x; build
        git? merge A
        git checkout --ours build/assets.pa
        git checkout --theirs build/asset_table_metadata.json build/asset_table.json
        both
        fix
        index 1 a, 2 b, 3 x, 4 y""")


KILLED = """
import os, sys
def stop(real):
    def instead(source, target, *rest, **options):
        if str(target).endswith("index.json"):
            os._exit(137)
        return real(source, target, *rest, **options)
    return instead
os.replace, os.rename = stop(os.replace), stop(os.rename)
from prometeu_assets.cli.app import run
run(["exclude", "1"])
"""


def test_an_interrupted_write_is_completed_only_over_its_own_file(story: Story) -> None:
    """Another branch was checked out in between: its index stays."""
    story.tell("A: new p q")
    story.tell("git checkout -q main")
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=story.path, env=ENVIRONMENT, check=False)  # fmt: skip
    assert killed.returncode == 137
    story.tell("git checkout -q A")
    text = story.read(INDEX)
    story.verbs(story.path, "doctor", "--fix")
    assert story.read(INDEX) == text
    story.tell("index 1 a, 2 b, 3 p, 4 q")
