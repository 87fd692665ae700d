"""How many assets are encoded at once changes no byte and no diagnostic, and bounds memory."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.every import every
from tests.packer.test_build import OUTPUTS
from tests.workspace.projects import Project, draw, record, snapshot

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer import slices
from prometeu_assets.packer.build import InvalidWorkspace, build
from prometeu_assets.packer.cache import Made
from prometeu_assets.packer.pool import default_jobs, in_order

JOBS = [1, 2, 3, 16]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Large and small assets in turns."""
    made = Project(tmp_path / "game")
    for number in range(6):
        made.sounds(f"large{number}", [range(-9000 + number, 9000), [number]])
        made.tiles(f"small{number}", seed=number)
    return made


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The threads that encoded; what is large here is so from 10 kB on."""
    seen: set[str] = set()
    original = slices.encode

    def encode(*arguments: Any) -> Any:
        seen.add(threading.current_thread().name.partition("_")[0])
        return original(*arguments)

    monkeypatch.setattr(slices, "encode", encode)
    monkeypatch.setattr(slices, "_HEAVY", 10_000)
    return seen


@pytest.mark.parametrize("jobs", JOBS[1:])
def test_the_bytes_are_the_same(project: Project, threads: set[str], jobs: int) -> None:
    build(project.path, jobs=1)
    assert threads == {"MainThread"}
    before = {name: (project.path / "build" / name).read_bytes() for name in OUTPUTS}
    (project.path / "assets/.prometeu/cache.json").unlink()
    assert build(project.path, jobs=jobs).statistics.reused == 0
    assert threads == {"MainThread", "asset"}
    assert {name: (project.path / "build" / name).read_bytes() for name in OUTPUTS} == before
    assert build(project.path, jobs=jobs).statistics.reused == 12


@pytest.mark.parametrize("jobs", JOBS[1:])
def test_the_diagnostics_are_the_same(project: Project, threads: set[str], jobs: int) -> None:
    for number in (1, 2, 4):
        record(project.root(f"large{number}") / "0.wav", range(9000), rate=44_100)
        (project.root(f"small{number}") / "sheet.png").write_bytes(b"no")
    reports = []
    for n in (1, jobs):
        with pytest.raises(InvalidWorkspace) as caught:
            build(project.path, jobs=n)
        reports.append(caught.value.report)
    assert reports[0] == reports[1]
    assert reports[0].codes == ("WAV_RATE", "PNG_FORMAT") * 3


def test_progress_is_the_same(project: Project, threads: set[str]) -> None:
    told: list[list[tuple[int, int, str]]] = []
    for jobs in (1, 3):
        steps: list[tuple[int, int, str]] = []
        build(project.path, fresh=True, jobs=jobs, progress=lambda *step, to=steps: to.append(step))
        told.append(steps)
    assert told[0] == told[1]


@every(product(JOBS, [True, False]))
def test_few_are_in_flight(jobs: int, heavy: bool) -> None:
    begun, taken, most = [], 0, 0
    lock = threading.Lock()

    def work(item: int) -> int:
        with lock:
            begun.append(item)
        time.sleep(0.0005 * (item % 3))
        return item

    for result in in_order(work, range(100), jobs, heavy=lambda item: heavy or item % 2 == 0):
        with lock:
            most = max(most, len(begun) - taken)
        assert result == taken
        taken += 1
    assert taken == 100
    assert most <= jobs + 1


@every(JOBS)
def test_what_is_raised_is_raised_in_its_turn(jobs: int) -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        if item in (5, 6):
            raise OSError(item)
        return item

    found = []
    with pytest.raises(OSError, match="5"):
        found += in_order(work, range(1000), jobs, heavy=lambda item: item % 2 == 0)
    assert len(begun) < 50, "and nothing is begun any more"
    assert all(not thread.name.startswith("asset") for thread in threading.enumerate())


@every(JOBS)
def test_whoever_stops_taking_stops_the_work(jobs: int) -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        return item

    results = in_order(work, range(1000), jobs, heavy=lambda _: True)
    assert next(results) == 0
    results.close()
    assert len(begun) < 50
    assert all(not thread.name.startswith("asset") for thread in threading.enumerate())


def test_a_default() -> None:
    assert 1 <= default_jobs() <= 4


@pytest.mark.parametrize("missing", ["sched_getaffinity", "cpu_count"])
def test_a_default_where_little_is_known(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    if missing == "cpu_count":
        monkeypatch.setattr("os.cpu_count", lambda: None)
        assert default_jobs() == 1
    assert 1 <= default_jobs() <= 4


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("at", [0, 5, 11])
@pytest.mark.parametrize("kind", [KeyboardInterrupt, OSError, MemoryError])
def test_an_interruption_leaves_the_outputs(
    project: Project, threads: set[str], monkeypatch: pytest.MonkeyPatch,
    jobs: int, at: int, kind: type[BaseException],
) -> None:  # fmt: skip
    build(project.path)
    before = snapshot(project.path / "build")
    for number in range(6):
        record(project.root(f"large{number}") / "0.wav", range(number, 9000))
        draw(project.root(f"small{number}") / "sheet.png", number + 7)
    calls = iter(range(100))

    def remembered(**members: Any) -> Made:
        if next(calls) == at:
            raise kind
        return Made(**members)

    monkeypatch.setattr(slices, "Made", remembered)
    with pytest.raises(kind):
        build(project.path, jobs=jobs)
    assert snapshot(project.path / "build") == before
    assert all(not thread.name.startswith("asset") for thread in threading.enumerate())
    monkeypatch.undo()
    assert build(project.path, jobs=jobs).statistics.assets == 12


# What one asset may hold in memory.


def limited(**limits: int) -> Any:
    return CURRENT.with_(limits=replace(CURRENT.limits, **limits))


def test_the_inputs_of_an_asset_are_bounded_together(tmp_path: Path) -> None:
    project = Project(tmp_path / "game")
    project.sounds("fx", [range(1000)] * 40)
    size = (project.root("fx") / "0.wav").stat().st_size
    build(project.path, contract=limited(input_bytes=40 * size))
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path, contract=limited(input_bytes=40 * size - 1))
    (found,) = caught.value.report
    assert (found.code, found.pointer) == ("INPUT_TOTAL", "/inputs/samples/39")
    assert found.file == "assets/fx/asset.json"
    assert found.data == {"path": "39.wav", "found": 40 * size, "limit": 40 * size - 1}


def test_a_file_over_its_own_limit_is_told_as_such(tmp_path: Path) -> None:
    project = Project(tmp_path / "game")
    project.sounds("fx", [range(1000)])
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path, contract=limited(input_bytes=100, wav_bytes=99))
    assert caught.value.report.codes == ("FILE_TOO_LARGE",)


def test_a_hostile_bank_is_refused_before_memory_is_spent(tmp_path: Path) -> None:
    """4096 files of 16 MiB each, of which the disk holds nothing."""
    import tracemalloc

    project = Project(tmp_path / "game")
    project.sounds("fx")
    huge = project.root("fx") / "0.wav"
    with huge.open("r+b") as file:
        file.truncate(CURRENT.limits.wav_bytes)
    names = [f"{number}.wav" for number in range(4096)]
    for name in names[1:]:
        (project.root("fx") / name).hardlink_to(huge)
    output = {"format": "SOUNDS/pcm16le_v1", "codec": "NONE", "metadata": {"sample_rate": 8000}}
    project.rows.clear()
    project.add("fx", "sound_bank", {"samples": names}, "SOUNDS/pcm16le_v1", {}, {"output": output})
    tracemalloc.start()
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.report.codes == ("INPUT_TOTAL",)
    assert peak < 2 * CURRENT.limits.input_bytes
