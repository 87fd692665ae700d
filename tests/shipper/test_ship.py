"""Shipping: what is made, what is refused, and that nothing of anybody's is lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.memory import MEMORY
from tests.shipper.cartridges import cartridge, describe, game, tree
from tests.workspace.projects import Project, edit

import prometeu_assets as pa
from prometeu_assets.packer.build import build
from prometeu_assets.shipper import place as places
from prometeu_assets.shipper.ship import check_ship, ship
from prometeu_assets.shipper.verify import verify
from prometeu_assets.storage import exchange, files
from prometeu_assets.storage.lock import Busy
from prometeu_assets.storage.tree import Tree, interrupted, staging_of

NAMES = {"manifest.json", "program.pbx", "assets.pa"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return game(tmp_path / "game")


def codes(call: Callable[[], object]) -> tuple[str, ...]:
    with pytest.raises(pa.InvalidCartridge) as caught:
        call()
    return caught.value.report.codes


def test_what_is_shipped(project: Project) -> None:
    made = pa.ship(project.path)
    place = project.path / "cartridge"
    assert made.directory == place
    assert tree(place).keys() == NAMES
    assert made.files == {path.name: path.stat().st_size for path in place.iterdir()}
    for name in ("assets.pa", "program.pbx"):
        assert (place / name).read_bytes() == (project.path / "build" / name).read_bytes()
    text = (place / "manifest.json").read_bytes()
    assert text == (
        b'{"app_id":7,"app_mode":"Game","app_version":"1.0.0","capabilities":["asset","audio",'
        b'"gfx"],"cartridge_version":1,"magic":"PMTU","title":"Hero"}'
    )
    with pa.boot(place) as booted:
        assert booted.manifest == made.manifest
        assert len(booted.take_preload()) == 2
    assert not staging_of(place).exists()


def test_the_same_cartridge_anywhere(project: Project, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(project.path, tmp_path / "a" / "b")
    ship(project.path)
    ship(elsewhere, tmp_path / "out" / "deep" / "er")
    ship(elsewhere)
    trees = [
        tree(d)
        for d in (project.path / "cartridge", elsewhere / "cartridge", tmp_path / "out/deep/er")
    ]
    assert trees[0] == trees[1] == trees[2]


def test_only_what_is_published_is_read(project: Project) -> None:
    """A project without its sources and its registry ships the same."""
    ship(project.path)
    before = tree(project.path / "cartridge")
    shutil.rmtree(project.path / "assets")
    ship(project.path)
    assert tree(project.path / "cartridge") == before


def test_what_is_no_project_is_not_shipped(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(lambda: ship(tmp_path / "none")) == ("WORKSPACE_MISSING",)
    monkeypatch.chdir(tmp_path)
    assert codes(ship) == codes(check_ship) == ("WORKSPACE_MISSING",)
    (project.path / "cartridge.json").unlink()
    # In a project, at any depth, its description is what is missing.
    monkeypatch.chdir(project.root("hero"))
    assert codes(ship) == ("CARTRIDGE_MISSING",)


def test_shipping_imports_no_packer_and_no_workspace(project: Project) -> None:
    script = (
        "import sys\n"
        "from prometeu_assets.cli.app import run\n"
        "assert run(['ship', sys.argv[1]]) == 0\n"
        "assert run(['boot', sys.argv[1] + '/cartridge']) == 0\n"
        "names = ('prometeu_assets.packer', 'prometeu_assets.workspace', 'PIL', 'numpy')\n"
        "print([name for name in sys.modules if name.startswith(names)], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(project.path)], capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stderr == "[]\n"


def test_a_cartridge_without_assets(tmp_path: Path) -> None:
    """With neither capability nor pack; and an empty pack holds none that would be left behind."""
    project = Project(tmp_path / "game")
    describe(project, capabilities=[], program="main.pbx")
    (project.path / "main.pbx").write_bytes(b"program")
    ship(project.path)
    assert check_ship(project.path).codes == ()
    assert tree(project.path / "cartridge").keys() == NAMES - {"assets.pa"}
    build(project.path)
    with pa.open(project.path / "build/assets.pa") as pack:
        assert len(pack) == 0
    ship(project.path)
    assert tree(project.path / "cartridge").keys() == NAMES - {"assets.pa"}
    describe(project, capabilities=["asset"], program="main.pbx")
    ship(project.path)
    assert tree(project.path / "cartridge").keys() == NAMES


def test_another_program(project: Project, tmp_path: Path) -> None:
    (tmp_path / "main.bin").write_bytes(b"another")
    (tmp_path / "link").symlink_to(tmp_path / "main.bin")
    (project.path / "build" / "program.pbx").unlink()
    for given in ("main.bin", "link"):
        ship(project.path, program=tmp_path / given)
        assert (project.path / "cartridge" / "program.pbx").read_bytes() == b"another"


def test_a_newer_cartridge_takes_the_place_of_an_older(project: Project) -> None:
    place = project.path / "cartridge"
    ship(project.path)
    place.chmod(0o750)
    describe(project, title="Hero 2")
    ship(project.path)
    assert json.loads((place / "manifest.json").read_bytes())["title"] == "Hero 2"
    assert place.stat().st_mode & 0o777 == 0o750


def test_who_has_the_old_cartridge_mapped_keeps_it(project: Project) -> None:
    ship(project.path)
    with pa.boot(project.path / "cartridge") as booted:
        before = [bytes(booted.read(entry)) for entry in booted.asset_table]
        project.sounds("more")
        build(project.path)
        ship(project.path)
        assert [bytes(booted.read(entry)) for entry in booted.asset_table] == before
    with pa.boot(project.path / "cartridge") as booted:
        assert len(booted.asset_table) == 3


# What is refused.


def write(name: str, data: bytes) -> Callable[[Project], object]:
    return lambda project: (project.path / name).write_bytes(data)


def remove(name: str) -> Callable[[Project], object]:
    return lambda project: (project.path / name).unlink()


def described(**members: Any) -> Callable[[Project], object]:
    return lambda project: describe(project, **members)


def flipped(at: int) -> Callable[[Project], object]:
    def change(project: Project) -> None:
        path = project.path / "build/assets.pa"
        data = bytearray(path.read_bytes())
        data[at] ^= 1
        path.write_bytes(data)

    return change


def unfinished(project: Project) -> None:
    staging = project.path / "build/.staging"
    staging.mkdir()
    (staging / "journal.json").write_text("{}")


def edited(project: Project) -> None:
    edit(project.path / "build/asset_table_metadata.json", schema_version=3)


def reformatted(project: Project) -> None:
    path = project.path / "build/preload.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()), indent=2))


def linked(name: str) -> Callable[[Project], object]:
    def change(project: Project) -> None:
        place = project.path / name
        place.rename(project.path.parent / "elsewhere")
        place.symlink_to(project.path.parent / "elsewhere")

    return change


def older_pack(project: Project) -> None:
    """A whole pack, valid in itself, of another build than the companions."""
    old = (project.path / "build/assets.pa").read_bytes()
    project.sounds("more")
    build(project.path)
    (project.path / "build/assets.pa").write_bytes(old)


REFUSED: dict[str, tuple[Callable[[Project], object], tuple[str, ...]]] = {
    "no cartridge.json": (remove("cartridge.json"), ("CARTRIDGE_MISSING",)),
    "cartridge.json is no JSON": (write("cartridge.json", b"{"), ("DOCUMENT_JSON",)),
    "cartridge.json of a newer version": (described(schema_version=2), ("DOCUMENT_VERSION",)),
    "an unknown member": (described(author="me"), ("DOCUMENT_SCHEMA",)),
    "app_id out of range": (described(app_id=2**32), ("DOCUMENT_SCHEMA",)),
    "an empty title": (described(title=""), ("DOCUMENT_SCHEMA",)),
    "a control character in the title": (described(title="He\tro"), ("DOCUMENT_SCHEMA",)),
    "no version": (described(app_version="1.0"), ("DOCUMENT_SCHEMA",)),
    "an unknown capability": (described(capabilities=["asset", "graphics"]), ("DOCUMENT_SCHEMA",)),
    "a capability in capitals": (described(capabilities=["Asset"]), ("DOCUMENT_SCHEMA",)),
    "a repeated capability": (described(capabilities=["asset", "gfx", "asset"]), ("CAPABILITY_REPEATED",)),
    "no program": (remove("build/program.pbx"), ("PROGRAM_MISSING",)),
    "an empty program": (write("build/program.pbx", b""), ("PROGRAM_MISSING",)),
    "a program that is a link": (linked("build/program.pbx"), ("PATH_SYMLINK",)),
    "a program outside": (described(program="../program.pbx"), ("PATH_ESCAPES",)),
    "a program that is a folder": (described(program="build"), ("PATH_KIND",)),
    "assets and no pack": (remove("build/assets.pa"), ("PACK_MISSING",)),
    "a pack and no asset": (described(capabilities=["gfx"]), ("PACK_UNDECLARED",)),
    "a pack that is a link": (linked("build/assets.pa"), ("PATH_SYMLINK",)),
    "outputs behind a link": (linked("build"), ("PATH_SYMLINK", "PATH_SYMLINK")),
    "a damaged header": (flipped(40), ("ARTIFACT_REFUSED", "HEADER_CHECKSUM")),
    "a damaged payload": (flipped(-1), ("ARTIFACT_REFUSED", "COMPANION_DIGEST", "COMPANION_DIGEST")),
    "a pack of a newer version": (flipped(4), ("ARTIFACT_REFUSED", "PRELUDE_VERSION")),
    "a pack of another build": (older_pack, ("ARTIFACT_REFUSED", "COMPANION_DIFFERS", *["COMPANION_DIGEST"] * 6)),
    "no companion": (remove("build/preload.json"), ("ARTIFACT_REFUSED", "COMPANION_MISSING")),
    "a companion of a newer version": (edited, ("ARTIFACT_REFUSED", "COMPANION_DIFFERS")),
    "a companion that was reformatted": (reformatted, ("ARTIFACT_REFUSED", "COMPANION_DIFFERS")),
    "an interrupted publication": (unfinished, ("TRANSACTION_UNFINISHED",)),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_all_as_it_was(project: Project, case: str) -> None:
    change, wanted = REFUSED[case]
    ship(project.path)
    cartridge_before = tree(project.path / "cartridge")
    change(project)
    before = tree(project.path)
    assert codes(lambda: ship(project.path)) == wanted
    assert codes(lambda: check_ship(project.path)) == wanted
    assert tree(project.path) == before
    assert tree(project.path / "cartridge") == cartridge_before


def test_faults_of_program_and_pack_are_told_together(project: Project) -> None:
    (project.path / "build/program.pbx").unlink()
    (project.path / "build/assets.pa").unlink()
    assert codes(lambda: ship(project.path)) == ("PROGRAM_MISSING", "PACK_MISSING")


def test_a_refused_artifact_names_the_command_that_renews_it(project: Project) -> None:
    flipped(40)(project)
    with pytest.raises(pa.InvalidCartridge) as caught:
        ship(project.path)
    hint = caught.value.report.diagnostics[0].hint
    assert hint == "Run `prometeu-assets build`, then ship again."


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: None, "is missing"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: os.mkfifo(path), "is not a file"),
        (lambda path: path.symlink_to(path.parent / "none"), "is missing"),
    ],
)
def test_a_program_on_the_command_line(
    project: Project, tmp_path: Path, make: Callable[[Path], object], told: str
) -> None:
    make(tmp_path / "main.pbx")
    with pytest.raises(pa.InvalidCartridge) as caught:
        ship(project.path, program=tmp_path / "main.pbx")
    (found,) = caught.value.report
    assert (found.code, found.file) == ("PROGRAM_MISSING", None)
    assert found.message.endswith(f"main.pbx {told}.")


def test_an_unreadable_program(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions say nothing to root, so the system's answer is put in its mouth."""
    real = os.open

    def denied(path: Any, *given: Any, **options: Any) -> int:
        if path == "program.pbx":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *given, **options)

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(pa.InvalidCartridge) as caught:
        ship(project.path)
    (found,) = caught.value.report
    assert found.message == "build/program.pbx cannot be read."


# Where it is put.


def occupied(*names: str) -> Callable[[Path], object]:
    def make(place: Path) -> None:
        place.mkdir()
        for name in names:
            (place / name).write_bytes(b"mine")

    return make


def by_hand(place: Path) -> None:
    """A good cartridge, but its manifest was written by somebody else."""
    cartridge(place)


def saved(place: Path) -> None:
    """A cartridge that `ship` made, and a file that it did not."""
    cartridge(place)
    (place / "manifest.json").write_bytes(
        json.dumps(
            json.loads((place / "manifest.json").read_bytes()),
            separators=(",", ":"),
            sort_keys=True,
        ).encode()
    )
    (place / "save.dat").write_bytes(b"mine")


PLACES: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "nothing is there": (lambda place: None, None),
    "an empty folder": (lambda place: place.mkdir(), None),
    "a file": (lambda place: place.write_bytes(b"mine"), "a file is there"),
    "somebody's files": (occupied("notes.txt"), "it holds notes.txt"),
    "somebody's pack": (occupied("assets.pa"), "it holds assets.pa"),
    "no manifest of ours": (occupied("manifest.json"), "it holds manifest.json"),
    "a cartridge by hand": (by_hand, "it holds manifest.json"),
    "a save beside the cartridge": (saved, "it holds save.dat"),
}


@pytest.mark.parametrize("case", PLACES)
def test_places(project: Project, tmp_path: Path, case: str) -> None:
    make, told = PLACES[case]
    place = tmp_path / "out"
    make(place)
    before = tree(place) if place.is_dir() else place.read_bytes() if place.exists() else None
    if told is None:
        ship(project.path, place)
        assert tree(place).keys() == NAMES
        return
    with pytest.raises(pa.InvalidCartridge) as caught:
        ship(project.path, place)
    (found,) = caught.value.report
    assert (found.code, told in found.message) == ("SHIP_OUT", True)
    assert (tree(place) if place.is_dir() else place.read_bytes()) == before
    assert not staging_of(place).exists()


@pytest.mark.parametrize(
    "inside", ["assets", "assets/hero", "assets/new/deep", "link", "link/deep"]
)
def test_no_cartridge_inside_of_the_assets(project: Project, inside: str) -> None:
    (project.path / "link").symlink_to("assets")
    before = tree(project.path)
    assert codes(lambda: ship(project.path, project.path / inside)) == ("SHIP_OUT",)
    assert tree(project.path) == before


def test_no_cartridge_in_the_place_of_the_project(project: Project) -> None:
    for place in (project.path, project.path.parent, project.path / "build"):
        assert codes(lambda place=place: ship(project.path, place)) == ("SHIP_OUT",)  # type: ignore[misc]


def test_a_place_behind_a_link(project: Project, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    ship(project.path, tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert tree(tmp_path / "real").keys() == NAMES


def test_another_file_system(project: Project) -> None:
    """Blocks are shared or copied by the system within one; between two, read and written."""
    here = project.path.stat().st_dev
    places = [MEMORY, Path("/var/tmp"), Path(__file__).parent]
    others = [place for place in places if place.is_dir() and place.stat().st_dev != here]
    if not others:
        pytest.skip("this machine has one file system alone")
    with tempfile.TemporaryDirectory(prefix="prometeu-", dir=others[0]) as folder:
        place = Path(folder) / "cartridge"
        ship(project.path, place)
        ship(project.path, place)
        ship(project.path)
        assert tree(place) == tree(project.path / "cartridge")


@pytest.mark.parametrize("copies", [True, False])
@pytest.mark.parametrize("swaps", [True, False])
def test_every_way_of_a_system_gives_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch, copies: bool, swaps: bool
) -> None:
    monkeypatch.setattr(files, "COPY_RANGE", copies and files.COPY_RANGE)
    monkeypatch.setattr(files, "_WORTH", 1)
    monkeypatch.setattr(exchange, "ENABLED", swaps and exchange.ENABLED)
    for title in ("One", "Two"):
        describe(project, title=title)
        ship(project.path)
        assert check_ship(project.path).ok
    assert tree(project.path / "cartridge").keys() == NAMES


def test_a_full_disk(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    ship(project.path)
    before = tree(project.path)
    describe(project, title="Hero 2")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "COPY_RANGE", True)
    monkeypatch.setattr(files, "_WORTH", 1)
    monkeypatch.setattr(os, "copy_file_range", full, raising=False)
    with pytest.raises(OSError, match="No space"):
        ship(project.path)
    assert tree(project.path / "cartridge") == {
        name.removeprefix("cartridge/"): data
        for name, data in before.items()
        if name.startswith("cartridge/")
    }
    assert not staging_of(project.path / "cartridge").exists()


def test_two_at_once(project: Project) -> None:
    place = project.path / "cartridge"
    with Tree(place, NAMES), pytest.raises(Busy) as caught:
        ship(project.path)
    assert caught.value.owner == str(os.getpid())
    ship(project.path)


def test_many_at_once(project: Project) -> None:
    """Each of many processes ships, or is told who does; what is there at the end is whole."""
    command = [sys.executable, "-m", "prometeu_assets", "ship", str(project.path)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    done = [(process.communicate()[1], process.returncode) for process in running]
    assert {code for _, code in done} <= {0, 3}
    assert 0 in {code for _, code in done}
    for told, code in done:
        assert code == 0 or "is writing to this project" in told, told
    assert check_ship(project.path).ok
    assert not staging_of(project.path / "cartridge").exists()


def test_a_place_that_changes_while_it_is_looked_at(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process takes away in between is no file of a stranger."""
    ship(project.path)
    found = iter(["assets.pa", None, None, "assets.pa", "assets.pa"])
    monkeypatch.setattr(places, "_stranger", lambda *_: next(found))
    ship(project.path)
    assert codes(lambda: ship(project.path)) == ("SHIP_OUT",)


def test_a_pack_that_changes_while_it_is_shipped(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was judged is what is shipped."""
    real = files.write_new

    def late(path: Path, chunks: Any) -> files.Written:
        if path.name == "assets.pa":
            with (project.path / "build/assets.pa").open("r+b") as file:
                file.seek(-1, os.SEEK_END)
                file.write(b"?")
        return real(path, chunks)

    monkeypatch.setattr(files, "write_new", late)
    assert codes(lambda: ship(project.path)) == ("PATH_UNREADABLE",)
    assert not (project.path / "cartridge").exists()


def test_an_interrupted_exchange_is_undone(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two names cannot be swapped, a kill may fall between the two renames."""
    place = project.path / "cartridge"
    ship(project.path)
    before = tree(place)
    staging = staging_of(place)
    staging.mkdir()
    place.rename(staging / "old")
    (staging / "new").mkdir()
    (staging / "new" / "manifest.json").write_bytes(b"{")
    assert interrupted(place)
    with pytest.raises(pa.InvalidCartridge) as caught:
        pa.boot(place)
    (found,) = caught.value.report
    assert found.hint and "interrupted" in found.hint
    # Even a ship that is refused gives the old cartridge back.
    with Tree(place, NAMES):
        pass
    assert tree(place) == before
    assert not staging.exists()


# Whether it is up to date.


def test_check_finds_any_difference(project: Project) -> None:
    place = project.path / "cartridge"
    assert check_ship(project.path).codes == ("CARTRIDGE_STALE",) * 3
    ship(project.path)
    assert check_ship(project.path).codes == ()
    for name in NAMES:
        data = (place / name).read_bytes()
        for changed in (data[:-1], data + b" ", bytes([data[0] ^ 1]) + data[1:], data[:-1] + b"?"):
            (place / name).write_bytes(changed)
            (found,) = check_ship(project.path)
            assert (found.code, found.file) == ("CARTRIDGE_STALE", f"cartridge/{name}")
        (place / name).write_bytes(data)
    describe(project, capabilities=["gfx"])
    for name in ("assets.pa", "asset_table.json", "preload.json", "asset_table_metadata.json"):
        (project.path / "build" / name).unlink()
    assert [d.file for d in check_ship(project.path)] == [
        "cartridge/manifest.json",
        "cartridge/assets.pa",
    ]


def test_a_damaged_payload_is_found_against_the_companions(project: Project) -> None:
    """A runtime never reads what it does not load; `verify` does."""
    ship(project.path)
    file = project.path / "cartridge" / "assets.pa"
    data = bytearray(file.read_bytes())
    start = int.from_bytes(data[12:16], "little")
    assert verify(file, companions=project.path / "build").ok
    assert not verify(file).ok  # there are none beside it
    for at in range(start, len(data), 997):
        changed = bytearray(data)
        changed[at] ^= 1
        file.write_bytes(changed)
        pa.boot(project.path / "cartridge").close()
        assert not verify(file, companions=project.path / "build").ok


def test_the_project_around(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project.path)
    monkeypatch.chdir(project.root("hero"))
    assert ship().directory == Path("../../cartridge")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pa.InvalidCartridge):
        ship()
