"""`watch` as a function: what its rounds are, and that no change is lost."""

from __future__ import annotations

import errno
import random
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest
from tests.every import every
from tests.live.watched import cold, published
from tests.workspace.projects import Project, draw, dump, record

import prometeu_assets as pa
from prometeu_assets.live import changes, watching
from prometeu_assets.storage.lock import Lock


@contextmanager
def running(project: Project) -> Iterator[Queue[pa.Round]]:
    """The rounds of a project that is watched in a thread."""
    told: Queue[pa.Round] = Queue()
    stop = threading.Event()

    def work() -> None:
        for made in pa.watch(project.path, stop=stop):
            told.put(made)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join(timeout=60)
        assert not thread.is_alive()


def test_a_round(project: Project) -> None:
    with running(project) as told:
        first = told.get(timeout=60)
        assert (first.number, first.changed, first.failure) == (1, (), None)
        assert first.result is not None
        assert first.report == first.result.report
        assert first.seconds > 0
        shutil.rmtree(project.root("fx"))
        second = told.get(timeout=60)
        assert (second.number, second.result, second.report.ok) == (2, None, False)
        assert set(second.changed) == {
            "assets/fx", "assets/fx/0.wav", "assets/fx/asset.json"
        }  # fmt: skip


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(pa.Refused) as refused:
        pa.watch(tmp_path)
    assert refused.value.report.codes == ("WORKSPACE_MISSING",)


def test_the_environment_fails(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "build")

    original = watching.build
    with running(project) as told:
        assert told.get(timeout=60).result is not None
        monkeypatch.setattr(watching, "build", full)
        draw(project.root("art/hero") / "sheet.png", 2)
        made = told.get(timeout=60)
        assert made.result is None
        assert made.failure is not None
        assert made.failure.errno == errno.ENOSPC
        assert made.report.codes == ()
        monkeypatch.setattr(watching, "build", original)
        draw(project.root("art/hero") / "sheet.png", 3)
        assert told.get(timeout=60).result is not None


def test_another_process_that_does_not_end(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_PATIENCE", 0.3)
    with running(project) as told:
        told.get(timeout=60)
        with Lock(project.path):
            draw(project.root("art/hero") / "sheet.png", 2)
            made = told.get(timeout=60)
            assert "is writing to this project" in str(made.failure)
        after = told.get(timeout=60)
        assert after.result is not None
        assert after.number == made.number
        assert after.changed == made.changed


class Editor:
    """Random edits of a project, good and bad."""

    def __init__(self, project: Project, seed: int) -> None:
        self.project, self.random = project, random.Random(seed)
        self.number = 0

    def edit(self) -> None:
        root = self.project.root("art/hero")
        self.number += 1
        match self.random.randrange(9):
            case 0 | 1:
                draw(root / "sheet.png", self.random.randrange(1, 9))
            case 2:
                record(self.project.root("fx") / "0.wav", [self.number, 1])
            case 3:
                (root / "sheet.png").write_bytes(b"\x89PNG")
            case 4:
                self.project.tiles(f"more/m{self.number}", seed=self.number)
                self.project.write_index()
            case 5:
                (root / "colors.hex").write_text(
                    "000000\nff0044\n0099db\nfee76%x\n" % (self.number % 16)
                )
            case 6:
                (root / "sheet.png").unlink(missing_ok=True)
            case 7:
                aside = self.project.path / "aside"
                root.rename(aside)
                aside.rename(root)
            case 8:
                dump(self.project.path / "assets/notes" / f"{self.number}.json", {})

    def mend(self) -> None:
        draw(self.project.root("art/hero") / "sheet.png", self.random.randrange(1, 9))


@every(range(2))
@pytest.mark.parametrize("way", ["told", "looking"])
def test_the_last_pack_is_that_of_a_cold_build(
    seed: int, way: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any edits at any times, and whether or not the library is there."""
    if way == "looking":
        monkeypatch.setitem(sys.modules, "watchfiles", None)
    folder = tmp_path_factory.mktemp("edited")
    project = Project(folder / "game")
    project.tiles("art/hero")
    project.sounds("fx")
    editor = Editor(project, seed)
    with running(project) as told:
        told.get(timeout=60)
        for _ in range(12):
            editor.edit()
            threading.Event().wait(editor.random.choice((0, 0, 0.02, 0.1, 0.4)))
        editor.mend()
        wanted = cold(project.path, folder / "cold")
        while True:
            made = told.get(timeout=60)
            if made.result is not None and published(project.path) == wanted:
                break


def test_the_library_wakes_us(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is told to watch changes; after that it finds the watch stopped."""
    stop, watched = threading.Event(), []

    def library(path: Path, **_: object) -> Iterator[set[object]]:
        watched.append(path)
        yield set()
        draw(project.root("art/hero") / "sheet.png", 2)
        yield {"a change"}
        while not stop.is_set():
            yield set()

    monkeypatch.setattr(changes, "_library", lambda: library)
    watch = changes.Changes(project.path, stop)
    watch.look()
    late = threading.Timer(20, stop.set)
    late.start()
    try:
        assert watch.wait() == ("assets/art/hero/sheet.png",)
    finally:
        late.cancel()
        stop.set()
    assert set(watched) == {project.path / "assets"}


def test_a_file_that_is_written_slowly_is_one_change(project: Project) -> None:
    data = (project.root("fx") / "0.wav").read_bytes()
    record(project.root("fx") / "0.wav", range(3000))
    whole = (project.root("fx") / "0.wav").read_bytes()
    (project.root("fx") / "0.wav").write_bytes(data)
    with running(project) as told:
        told.get(timeout=60)
        with open(project.root("fx") / "0.wav", "wb") as file:
            for start in range(0, len(whole), 500):
                file.write(whole[start : start + 500])
                file.flush()
                threading.Event().wait(changes._QUIET / 3)
        made = told.get(timeout=60)
        assert made.result is not None, made.report
        assert made.changed == ("assets/fx/0.wav",)
