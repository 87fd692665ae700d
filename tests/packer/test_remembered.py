"""Remembered digests: a warm build reads no file that it need not, and equals a cold one."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.workspace.projects import (
    Project,
    draw,
    dump,
    edit,
    palette_text,
    record,
    snapshot,
)

from prometeu_assets.contract.companions import METADATA
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import InvalidWorkspace, build, check_build
from prometeu_assets.packer.cache import CACHE, Cache, Kept
from prometeu_assets.packer.outputs import output
from prometeu_assets.packer.unchanged import State
from prometeu_assets.storage import files, paths
from prometeu_assets.storage.files import Digest, Span, Written
from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.lock import Lock
from prometeu_assets.storage.status import Moment, Status
from prometeu_assets.storage.transaction import BUILD, WORKSPACE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a system without a time of change")

TICK = 0.03
"""Seconds after which the clock of any file system here has gone on."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Sheets, sounds, raw payloads small and large, a shared palette, and a warning."""
    made = Project(tmp_path / "game")
    made.tiles("hero")
    made.tiles("hat", seed=3)
    made.sounds("fx", [(1, 2), (3,)])
    for number, size in enumerate((200_000, 20)):
        root = f"raw{number}"
        made.root(root).mkdir(parents=True)
        (made.root(root) / "p.bin").write_bytes(bytes([number]) * size)
        span = {"0": {"offset": 0, "length": size}}
        metadata = {"channels": 1, "sample_rate": 8000, "samples": span}
        made.add(root, "sound_bank", {"payload": ["p.bin"]}, "SOUNDS/pcm16le_v1", metadata, {})
    (made.path / "assets/common.hex").write_text(palette_text(), encoding="ascii")
    inputs = {"sprites": ["sheet.png"], "palettes": [{"shared": "common.hex"}]}
    edit(made.anchor("hat"), inputs=inputs)
    (made.root("hat") / "colors.hex").unlink()
    return made


def listed(project: Project) -> set[str]:
    """All inputs."""
    return {
        path.relative_to(project.path).as_posix()
        for path in (project.path / "assets").rglob("*")
        if path.suffix in (".png", ".hex", ".wav", ".bin")
    }


def opened(patch: pytest.MonkeyPatch) -> list[str]:
    """The files of the project that are opened from now on."""
    seen: list[str] = []
    real = paths._opened

    def _opened(root: Path, path: str) -> Any:
        seen.append(path)
        return real(root, path)

    patch.setattr(paths, "_opened", _opened)
    return seen


def inputs_of(seen: list[str]) -> set[str]:
    """Those that are inputs of an asset."""
    return {path for path in seen if path.startswith("assets/") and not path.endswith(".json")}


def test_nothing_changed_means_nothing_read_and_nothing_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(TICK)
    cold = build(project.path)
    before = snapshot(project.path / "build") | snapshot(project.path / "assets")
    numbers = {path: path.stat().st_ino for path in (project.path / "build").iterdir()}
    seen = opened(monkeypatch)
    warm = build(project.path)
    journals = {f"{area.staging}/journal.json" for area in (BUILD, WORKSPACE)}
    assert set(seen) == {CACHE, *journals}, "not even a document is read"
    assert {path: path.stat().st_ino for path in numbers} == numbers
    after = snapshot(project.path / "build") | snapshot(project.path / "assets")
    assert {n: v for n, v in after.items() if not n.endswith("/lock")} == {
        n: v for n, v in before.items() if not n.endswith("/lock")
    }
    assert warm.report == cold.report
    assert (warm.statistics.reused, warm.statistics.pack_sha256) == (
        5,
        cold.statistics.pack_sha256,
    )


@pytest.mark.parametrize("changed", ["hero/sheet.png", "raw0/p.bin", "raw1/p.bin", "common.hex"])
def test_one_changed_file_is_the_only_one_read(
    project: Project, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(TICK)
    build(project.path)
    path = project.path / "assets" / changed
    data = path.read_bytes()
    if changed.endswith("png"):
        draw(path, 2)
    else:
        path.write_bytes(data.replace(b"fee761", b"fee7ff") if b"fee761" in data else data[::-1])
    seen = opened(monkeypatch)
    build(project.path)
    asset = {"hero/sheet.png": {"hero/colors.hex"}, "common.hex": {"hat/sheet.png"}}
    assert inputs_of(seen) == {f"assets/{n}" for n in {changed, *asset.get(changed, ())}}
    monkeypatch.undo()
    assert check_build(project.path).ok


def test_the_cache_is_not_synced_and_outputs_are(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, synced = files.write_new, {}

    def write(path: Path, chunks: Any, *, sync: bool = True) -> Written:
        staging = path.relative_to(project.path).parts[:2]
        synced.setdefault("/".join(staging), set()).add(sync)
        return real(path, chunks, sync=sync)

    monkeypatch.setattr(files, "write_new", write)
    build(project.path)
    assert synced == {"build/.staging": {True}, "assets/.prometeu": {False}}


@pytest.mark.parametrize(("touched", "copied"), [(None, [1, 4]), (METADATA, [1, 2, 4, 5])])
def test_slices_that_move_alike_are_copied_together(
    project: Project, monkeypatch: pytest.MonkeyPatch, touched: str | None, copied: list[int]
) -> None:
    """Those before the one that grows, and those after it; one by one if they must be hashed."""
    time.sleep(TICK)
    build(project.path)
    record(project.root("fx") / "0.wav", range(100))
    if touched is not None:
        (project.path / output(touched)).touch()
    real, seen = Cache.span, []

    def span(self: Cache, kept: Kept, digests: tuple[Digest, ...] = ()) -> Span:
        seen.append(kept.entry.asset_id)
        return real(self, kept, digests)

    with monkeypatch.context() as patch:
        patch.setattr(Cache, "span", span)
        assert build(project.path).statistics.reused == 4
    assert seen == copied
    assert check_build(project.path).ok


def documents_of(seen: list[str]) -> set[str]:
    """Those that are declarations."""
    return {path for path in seen if path.endswith("/asset.json")}


def test_one_changed_declaration_is_the_only_one_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(TICK)
    build(project.path)
    edit(project.anchor("fx"), name="other")
    time.sleep(TICK)
    seen = opened(monkeypatch)
    build(project.path)
    assert documents_of(seen) == {"assets/fx/asset.json"}
    draw(project.root("hero") / "sheet.png", 2)
    seen.clear()
    build(project.path)
    assert documents_of(seen) == set()
    monkeypatch.undo()
    assert check_build(project.path).ok


def forge_text(project: Project, root: str, text: str, *, digest: bool = True) -> None:
    """A cache that has this text for a declaration, and its digest, or that of the file."""
    value = json.loads((project.path / CACHE).read_bytes())
    value.pop("last")
    path = f"assets/{root}/asset.json"
    value["documents"][path] = text
    if digest:
        status = value["files"][path].rpartition("_")[0]
        sha256 = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        value["files"][path] = f"{status}_{sha256}"
    dump(project.path / CACHE, value)


DEEP = f"{'[' * 900}{']' * 900}"
MANY = f"[{'1,' * 4_000_000}1]"
FAULTS: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "no JSON": lambda text: text[:-3],
    "no object": lambda _: "[]",
    "a mark in front": lambda text: "\ufeff" + text,
    "another version": lambda text: re.sub(r'"schema_version": \d+', '"schema_version": 99', text),
    "another uuid": lambda text: re.sub(r"[0-9a-f]{12}", "0" * 12, text),
    "a repeated member": lambda text: text.replace("{", '{"name": "hero", ', 1),
    "an unknown member": lambda text: text.replace("{", '{"more": 1, ', 1),
    "a deep one": lambda text: text.replace("{", f'{{"build": {DEEP}, ', 1),
    "many values": lambda text: text.replace("{", f'{{"build": {{"a": {MANY}}}, ', 1),
    "a number without end": lambda text: text.replace("{", '{"build": {"a": 1e999}, ', 1),
    "half a character": lambda text: text.replace("{", '{"build": {"a": "\\ud800"}, ', 1),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_forged_text_with_a_fault_is_not_the_files(project: Project, fault: str) -> None:
    time.sleep(TICK)
    cold = build(project.path)
    text = project.anchor("hero").read_text()
    forged = FAULTS[fault](text)
    assert forged != text
    forge_text(project, "hero", forged)
    warm = build(project.path)
    assert (warm.report, warm.statistics.pack_sha256) == (
        cold.report,
        cold.statistics.pack_sha256,
    )
    assert check_build(project.path) == cold.report
    value = json.loads((project.path / CACHE).read_bytes())
    assert value["documents"]["assets/hero/asset.json"] == text, "and the cache is good again"


def test_a_forged_text_is_judged(project: Project) -> None:
    """Whether it is that of the file is what a plain build trusts; `--fresh` does not."""
    time.sleep(TICK)
    build(project.path)
    text = project.anchor("hero").read_text().replace('"hero"', '"liar"')
    forge_text(project, "hero", text, digest=False)
    assert check_build(project.path) == build(project.path).report, "it has another digest"
    forge_text(project, "hero", text)
    build(project.path)
    names = (project.path / "build/asset_table.json").read_text()
    assert '"liar"' in names
    build(project.path, fresh=True)
    assert '"liar"' not in (project.path / "build/asset_table.json").read_text()


def test_a_cache_that_would_be_too_large_has_no_texts(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(TICK)
    build(project.path)
    texts = json.loads((project.path / CACHE).read_bytes())["documents"].values()
    size = (project.path / CACHE).stat().st_size - sum(map(len, texts))
    draw(project.root("hero") / "sheet.png", 2)
    limits = replace(CURRENT.limits, index_document_bytes=size)
    monkeypatch.setitem(vars(CURRENT), "limits", limits)
    build(project.path)
    assert json.loads((project.path / CACHE).read_bytes())["documents"] == {}
    assert check_build(project.path).ok


def asset_folder(project: Project) -> None:
    """A root whose document is a folder, which is no file and no link."""
    (project.path / "assets/new/asset.json").mkdir(parents=True)


def restored(change: Callable[[bytes], bytes], name: str) -> Callable[[Project], None]:
    """A file becomes another of the same size with the same time of modification."""

    def act(project: Project) -> None:
        path = project.path / name
        info, data = path.stat(), path.read_bytes()
        assert change(data) != data
        path.write_bytes(change(data))
        os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))

    return act


CHANGES: dict[str, tuple[Callable[[Project], object], str]] = {
    "a document": (restored(lambda d: d.replace(b'"fx"', b'"xf"'), "assets/fx/asset.json"), "xf"),
    "the registry": (
        restored(lambda d: d.replace(b"true", b"null", 1), "assets/.prometeu/index.json"),
        "DOCUMENT_SCHEMA",
    ),
    "a palette in a hidden folder": (
        restored(lambda d: d.replace(b"fee761", b"fee762"), "assets/hat/.art/more.hex"),
        "",
    ),
    "a link": (lambda p: (p.path / "assets/fx/link").symlink_to("0.wav"), ""),
    "a new file in a root": (lambda p: (p.root("fx") / "new.wav").write_bytes(b""), "UNLISTED"),
    "a root": (lambda p: (p.root("new").mkdir(), (p.root("new") / "asset.json").touch()), "UNREG"),
    "a root that is odd": (asset_folder, "ROOT_UNREGISTERED"),
    "a document that is gone": (lambda p: p.anchor("fx").unlink(), "ROOT_MISSING"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changed_is_looked_at(project: Project, change: str) -> None:
    """A build after it is what it is without a cache, report and all."""
    act, expected = CHANGES[change]
    (project.root("hat") / ".art").mkdir()
    (project.path / "assets/common.hex").rename(project.root("hat") / ".art/more.hex")
    inputs = {"sprites": ["sheet.png"], "palettes": [".art/more.hex"]}
    edit(project.anchor("hat"), inputs=inputs)
    time.sleep(TICK)
    before = result_of(project)
    assert '"last"' in (project.path / CACHE).read_text()
    act(project)
    time.sleep(TICK)
    warm, cold = result_of(project), result_of(project, fresh=True)
    assert warm == cold
    assert (warm == before) is (change == "a link")
    assert expected in str(warm)


def result_of(project: Project, *, fresh: bool = False) -> tuple[Any, ...]:
    """What a build reports, and every output."""
    try:
        report = build(project.path, fresh=fresh).report
    except InvalidWorkspace as refused:
        report = refused.report
    return report, {file.name: file.read_bytes() for file in (project.path / "build").iterdir()}


def test_what_a_crash_left_is_swept_although_nothing_changed(project: Project) -> None:
    time.sleep(TICK)
    build(project.path)
    left = project.path / "build/.staging/0"
    left.mkdir(parents=True)
    (left / "0").write_bytes(b"half of a pack")
    assert build(project.path).statistics.reused == 5
    assert not left.parent.exists()


def test_an_interrupted_publication_is_completed_although_nothing_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build that was interrupted made the same outputs."""
    time.sleep(TICK)
    build(project.path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("prometeu_assets.storage.transaction._finish", interrupt)
        build(project.path, fresh=True)
    done = build(project.path)
    assert done.report.codes == ("TRANSACTION_COMPLETED",)
    assert build(project.path).report.codes == ()


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


FORGED: dict[str, dict[str, Any]] = {
    "an error": {"code": "PATH_MISSING", "data": {"path": "a"}},
    "no such code": {"code": "NO_SUCH_CODE", "data": {}},
    "data that lack": {"code": "SOURCE_UNLISTED", "data": {}},
    "a command": {"code": "ROOT_UNREGISTERED", "data": {"root": "\x1b[2J"}},
    "a command in the file": {"code": "ROOT_UNREGISTERED", "data": {"root": "a"}, "file": "\n"},
    "a command in a list": {
        "code": "SOURCE_UNLISTED",
        "data": {"root": "a", "names": "a", "files": ["\u202e"]},
    },
    "a command in a name": {
        "code": "ROOT_UNREGISTERED",
        "data": {"root": "a"},
        "asset": {"name": "\x1b]0;x"},
    },
    "two places": {
        "code": "ROOT_UNREGISTERED",
        "data": {"root": "a"},
        "pointer": "",
        "offset": 1,
    },
    "more than the schema has": {"code": "ROOT_UNREGISTERED", "data": {"root": "a"}, "more": 1},
}


@pytest.mark.parametrize("warning", FORGED)
def test_a_warning_that_no_build_gives_is_not_told(project: Project, warning: str) -> None:
    time.sleep(TICK)
    cold = build(project.path)
    value = json.loads((project.path / CACHE).read_bytes())
    genuine = {"code": "ROOT_UNREGISTERED", "data": {"root": "a"}}
    for told, expected in ((genuine, ("ROOT_UNREGISTERED",)), (FORGED[warning], ())):
        value["last"]["warnings"] = [told]
        dump(project.path / CACHE, value)
        assert build(project.path).report.codes == expected
    assert build(project.path).report == cold.report


@pytest.mark.parametrize("verb", [check_build, lambda path: build(path, fresh=True)])
def test_check_and_fresh_read_everything(
    project: Project, verb: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(TICK)
    build(project.path)
    seen = opened(monkeypatch)
    verb(project.path)
    assert inputs_of(seen) == listed(project)
    assert len(documents_of(seen)) == 5


class Edits:
    """Ways in which a file becomes another, of the same size, and with the time it had."""

    def __init__(self, project: Project, random: Random) -> None:
        self.project, self.random = project, random
        self.aside = project.path.with_name("aside")
        self.aside.mkdir()
        assets = project.path / "assets"
        self.sheets = sorted(assets.rglob("*.png"))
        self.waves = sorted(assets.rglob("*.wav"))
        self.raw = sorted(assets.rglob("*.bin"))
        self.palettes = sorted(assets.rglob("*.hex"))
        self.saved: list[tuple[Path, Path]] = []

    def some(self) -> Path:
        return self.random.choice([*self.sheets, *self.waves, *self.raw, *self.palettes])

    def rewrite(self, path: Path) -> None:
        """In place: the inode stays, and so does the time of modification."""
        info, data = path.stat(), bytearray(path.read_bytes())
        if path.suffix == ".hex":
            data[-2] = self.random.choice(b"0123456789abcdef")
        elif path.suffix == ".png":
            draw(self.aside / "drawn.png", self.random.randrange(1, 9))
            data[:] = (self.aside / "drawn.png").read_bytes()
        else:
            data[-1] = self.random.randrange(256)
        with path.open("r+b") as file:
            file.write(data)
            file.truncate(len(data))
        os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))

    def swap(self, path: Path) -> None:
        """Two files exchange their names."""
        kind = next(k for k in (self.sheets, self.waves, self.raw, self.palettes) if path in k)
        other = self.random.choice([each for each in kind if same_place(each, path)])
        path.rename(self.aside / "between")
        if other != path:
            other.rename(path)
        (self.aside / "between").rename(other)

    def save(self, path: Path) -> None:
        copy = self.aside / str(len(self.saved))
        shutil.copy2(path, copy)
        self.saved.append((path, copy))

    def restore(self, path: Path) -> None:
        """An older state comes back with its times, as from a backup."""
        if self.saved:
            path, copy = self.random.choice(self.saved)
            shutil.copy2(copy, path)

    def checkout(self, path: Path) -> None:
        """A new file of the same content takes the place."""
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data)

    def rename_asset(self, path: Path) -> None:
        """A document becomes another one of the same size, with the time that it had."""
        anchor = self.project.anchor("hero")
        info, data = anchor.stat(), anchor.read_bytes()
        one, other = self.random.sample([b'"hero"', b'"h_ro"', b'"he_o"'], 2)
        anchor.write_bytes(data.replace(one, other))
        os.utime(anchor, ns=(info.st_atime_ns, info.st_mtime_ns))

    def stray(self, path: Path) -> None:
        """A file that no document lists comes, or goes."""
        other = path.with_name(f"stray{path.suffix}")
        if other.exists():
            other.unlink()
        else:
            shutil.copy2(path, other)

    def publish(self, path: Path) -> None:
        """Somebody writes into an output."""
        output = (
            self.project.path
            / "build"
            / self.random.choice(
                ["assets.pa", "preload.json", "asset_table.json", "asset_table_metadata.json"]
            )
        )
        info = output.stat()
        with output.open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            last = file.read(1)
            file.seek(-1, os.SEEK_END)
            file.write(bytes([last[0] ^ 1]))
        os.utime(output, ns=(info.st_atime_ns, info.st_mtime_ns))


def same_place(one: Path, two: Path) -> bool:
    """Raw payloads have sizes of their own."""
    return one.suffix != ".bin" or one == two


WAYS = (
    *(Edits.rewrite, Edits.swap, Edits.save, Edits.restore, Edits.checkout),
    *(Edits.rename_asset, Edits.stray),
)


@pytest.mark.parametrize("seed", range(2))
def test_warm_equals_cold(project: Project, seed: int) -> None:
    """In bytes, for `check` encodes all and compares; and in the report."""
    random = Random(seed)
    edits, warm_reused, unchanged = Edits(project, random), 0, 0
    for _ in range(30):
        for _ in range(random.randrange(20)):
            random.choices(WAYS, (8, 2, 1, 2, 2, 1, 1))[0](edits, edits.some())
        if random.random() < 0.5 and (project.path / "build/assets.pa").exists():
            edits.publish(edits.some())
        if random.random() < 0.4:
            time.sleep(TICK)
        done = build(project.path)
        assert check_build(project.path) == done.report
        warm_reused += done.statistics.reused
        numbers = inodes(project)
        again = build(project.path)
        assert again.report == done.report
        unchanged += inodes(project) == numbers
    assert warm_reused, "or nothing was warm"
    assert unchanged, "or nothing was left alone"


def inodes(project: Project) -> dict[str, int]:
    """The numbers of the outputs and of the cache."""
    files = [*(project.path / "build").iterdir(), project.path / CACHE]
    return {path.name: path.stat().st_ino for path in files}


def test_an_edit_in_the_tick_of_a_build_is_seen(project: Project) -> None:
    """A thousand times: no file is settled when the next edit comes."""
    path = project.root("raw1") / "p.bin"
    info = path.stat()
    for number in range(1000):
        with path.open("r+b") as file:
            file.write(number.to_bytes(2, "big"))
        os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
        if number % 20 == 0 or number > 980:
            build(project.path)
            pack = (project.path / "build/assets.pa").read_bytes()
            assert path.read_bytes() in pack


@pytest.mark.parametrize(
    ("device", "mtime", "ctime", "follows"),
    [(1, 9, 9, True), (1, 10, 9, False), (1, 9, 10, False), (1, 9, 11, False), (2, 9, 9, False)],
)
def test_when_a_digest_may_be_remembered(
    device: int, mtime: int, ctime: int, follows: bool
) -> None:
    status = Status(device=device, inode=1, size=1, mtime=mtime, ctime=ctime)
    assert Moment(1, 10).follows(status) is follows


@pytest.mark.parametrize(
    ("changed", "device", "settled"), [(9, 1, True), (10, 1, False), (9, 2, False)]
)
@pytest.mark.parametrize("kind", ["files", "others", "hidden"])
def test_when_a_state_may_be_remembered(
    kind: str, changed: int, device: int, settled: bool
) -> None:
    none: dict[str, dict[str, Status]] = {"files": {}, "others": {}, "hidden": {}}
    one = {"assets/a": Status(device=device, inode=1, size=1, mtime=0, ctime=changed)}
    survey = Survey(roots=[], folders=[], **{**none, kind: one})
    for since, expected in ((Moment(1, 10), settled), (None, False)):
        state = State(survey, since, CURRENT)
        assert (state.with_outputs([]) is not None) is expected


def test_no_time_of_change(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: nothing is remembered, every file is read, slices are reused all the same."""
    monkeypatch.setattr("prometeu_assets.storage.lock.CHANGE_TIMES", False)
    time.sleep(TICK)
    build(project.path)
    assert '"files":{}' in (project.path / CACHE).read_text()
    seen = opened(monkeypatch)
    assert build(project.path).statistics.reused == 5
    assert inputs_of(seen) == listed(project)


def test_a_clock_that_stands_still(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outputs are not remembered then, and the next build writes them again."""
    with Lock(project.path) as lock:
        late = Status(device=(project.path / CACHE).parent.stat().st_dev, inode=1, size=1,
                      mtime=2**62, ctime=0)  # fmt: skip
        assert lock.moment_after(late) is None
        assert lock.moment_after(late._replace(device=-1)) is None
        assert lock.moment_after(late._replace(mtime=0)) is not None
    monkeypatch.setattr(Lock, "moment_after", lambda *_: None)
    build(project.path)
    assert "build/assets.pa" not in (project.path / CACHE).read_text()
    assert build(project.path).statistics.reused == 5


def test_a_file_that_changes_while_it_is_copied(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prometeu_assets.packer.copied import Copied

    path = project.root("raw0") / "p.bin"
    real = Copied.opened

    def late(self: Copied) -> Any:
        path.write_bytes(path.read_bytes())
        return real(self)

    monkeypatch.setattr(Copied, "opened", late)
    time.sleep(TICK)
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path)
    (found,) = caught.value.report
    assert (found.code, found.hint_key, found.file, found.pointer) == (
        "PATH_UNREADABLE",
        "changed",
        "assets/raw0/asset.json",
        "/inputs/payload/0",
    )
    assert list((project.path / "build").iterdir()) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a file with holes")
def test_memory_does_not_grow_with_the_pack(tmp_path: Path) -> None:
    """A payload as large as all memory that may be taken, in files that take no disk."""
    import tracemalloc

    made, size = Project(tmp_path / "game"), 16 << 20
    for number in range(8):
        root = f"raw{number}"
        made.root(root).mkdir(parents=True)
        with (made.root(root) / "p.bin").open("wb") as file:
            file.truncate(size)
        span = {"0": {"offset": 0, "length": size}}
        metadata = {"channels": 1, "sample_rate": 8000, "samples": span}
        made.add(root, "sound_bank", {"payload": ["p.bin"]}, "SOUNDS/pcm16le_v1", metadata, {})
    tracemalloc.start()
    build(made.path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size
