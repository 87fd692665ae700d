"""Encoding elsewhere: the same bytes, and what becomes of a worker that answers otherwise."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from tests.every import every
from tests.packer.test_build import OUTPUTS
from tests.workspace.projects import Project, draw, record, snapshot

import prometeu_assets as pa
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer import slices, workers
from prometeu_assets.packer.workers import Unit, judged, work

RAW_TILES = {
    "height": 256, "palette_authored": 2, "palette_count": 64, "tile_size": 8, "width": 256,
}  # fmt: skip
RAW_SOUNDS = {"channels": 1, "sample_rate": 8000, "samples": {"0": {"length": 4, "offset": 0}}}


def made(base: Path) -> Project:
    """Tile banks, one of them with a warning, sound banks, and a raw payload of each kind."""
    project = Project(base / "game")
    for number in range(4):
        project.sounds(f"sound{number}", [range(-900 + number, 900), [number]])
        project.tiles(f"tiles{number}", seed=number + 1)
    with (project.root("tiles2") / "colors.hex").open("a", encoding="ascii") as colors:
        colors.write("fee760\n")
    for name, size, kind, form, metadata in (
        ("raw-tiles", 34816, "tile_bank", "TILES/indexed_v1", RAW_TILES),
        ("raw-sounds", 4, "sound_bank", "SOUNDS/pcm16le_v1", RAW_SOUNDS),
    ):
        project.root(name).mkdir(parents=True)
        (project.root(name) / "bank.bin").write_bytes(bytes(size))
        project.add(name, kind, {"payload": ["bank.bin"]}, form, metadata, {})
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return made(tmp_path)


def published(project: Project) -> dict[str, bytes]:
    return {name: (project.path / "build" / name).read_bytes() for name in OUTPUTS}


class Here(Executor):
    """Works at once, on what was pickled, as any that sends it does; then ``change`` has its say."""

    def __init__(self, change: Callable[[Unit, Any], Any] = lambda unit, answer: answer) -> None:
        self.change = change
        self.units: list[Unit] = []
        self.groups: list[int] = []

    def submit(self, fn: Any, /, *given: Any, **named: Any) -> Future[Any]:
        assert fn is work and not named
        (units,) = pickle.loads(pickle.dumps(given))
        self.units += units
        self.groups.append(len(units))
        future: Future[Any] = Future()
        try:
            answers = pickle.loads(pickle.dumps(fn(units)))
            answer = [self.change(*each) for each in zip(units, answers)]
        except Exception as error:  # noqa: BLE001  # told where the result is taken
            future.set_exception(error)
        else:
            future.set_result(answer)
        return future


@contextlib.contextmanager
def dask() -> Iterator[Executor]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
            silence_logs=50,
        ) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        yield client.get_executor()


EXECUTORS: dict[str, Callable[[], Any]] = {
    "at once": Here,
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
}


@pytest.mark.parametrize(
    ("kind", "jobs"),
    [("at once", None), ("at once", 1), ("at once", 5), ("threads", 5), ("processes", 5)],
)
def test_the_bytes_and_the_report_are_the_same(
    kind: str, jobs: int | None, project: Project
) -> None:
    one = pa.build(project.path, jobs=1)
    before = published(project)
    with EXECUTORS[kind]() as executor:
        found = pa.build(project.path, fresh=True, jobs=jobs, executor=executor)
        again = pa.build(project.path, executor=executor)
    assert published(project) == before
    assert found.report == one.report
    assert found.statistics == one.statistics
    assert found.report.codes == ("PALETTE_RGB565",)
    assert again.statistics.reused == 10
    assert pa.check_build(project.path).ok


def test_a_unit_has_content_and_opens_no_file(project: Project, monkeypatch: Any) -> None:
    executor = Here()
    pa.build(project.path, executor=executor)
    assert [unit.declaration.name for unit in executor.units] == [
        *(f"{kind}{number}" for number in range(4) for kind in ("sound", "tiles")),
        "raw-tiles",
    ]

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a worker opens no file")

    answers = work(executor.units)
    for name in ("builtins.open", "os.open", "io.open"):
        monkeypatch.setattr(name, refuse)
    assert work(executor.units) == answers
    assert None not in answers


@every([(1, 256 * 1024, 9), (3, 256 * 1024, 3), (20, 256 * 1024, 1), (20, 1, 9)])
def test_small_assets_go_to_a_worker_together(
    together: int, heavy: int, groups: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, executor = made(tmp_path), Here()
    pa.build(project.path, jobs=1)
    before = published(project)
    monkeypatch.setattr(slices, "_TOGETHER", together)
    monkeypatch.setattr(slices, "_HEAVY", heavy)
    pa.build(project.path, fresh=True, executor=executor)
    assert (len(executor.groups), sum(executor.groups)) == (groups, 9)
    assert published(project) == before


def test_no_more_groups_are_out_than_jobs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "_TOGETHER", 1)
    out: list[Future[Any]] = []
    most = 0

    class Slow(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *given: Any, **named: Any) -> Future[Any]:
            nonlocal most
            future = super().submit(lambda: (time.sleep(0.01), fn(*given))[1])
            out.append(future)
            most = max(most, sum(not each.done() for each in out))
            return future

    with Slow(8) as executor:
        pa.build(project.path, jobs=3, executor=executor)
    assert 1 < most <= 4
    assert len(out) == 9


def test_faults_are_told_as_without_an_executor(project: Project) -> None:
    for number in (1, 3):
        record(project.root(f"sound{number}") / "0.wav", range(9), rate=44_100)
        (project.root(f"tiles{number}") / "sheet.png").write_bytes(b"no")
    reports = []
    for options in ({"jobs": 1}, {"executor": Here()}):
        with pytest.raises(pa.InvalidWorkspace) as refused:
            pa.build(project.path, **options)
        reports.append(refused.value.report)
    assert reports[0] == reports[1]
    assert reports[0].codes == ("WAV_RATE", "PNG_FORMAT") * 2


def test_a_warning_that_cannot_be_sent_is_told_all_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that could not say all says nothing, and the asset is encoded by the build."""
    one = pa.build(project.path, jobs=1)
    before, executor = published(project), Here()
    real = workers.kept.written
    monkeypatch.setattr(workers.kept, "written", lambda rows: real(rows)[:0])
    assert pa.build(project.path, fresh=True, executor=executor).report == one.report
    assert published(project) == before


def test_another_contract_is_not_for_workers(project: Project) -> None:
    with pytest.raises(ValueError, match="published contract alone"):
        pa.build(project.path, contract=CURRENT.with_(), executor=Here())


# Answers that are none.


def text(**changes: Any) -> Callable[[Unit, Any], Any]:
    """The answer with other members in its text; those set to `...` are removed."""

    def change(unit: Unit, answer: Any) -> Any:
        value = {**json.loads(answer[0]), **changes}
        value = {name: part for name, part in value.items() if part is not ...}
        return json.dumps(value).encode(), answer[1]

    return change


def metadata(**changes: Any) -> Callable[[Unit, Any], Any]:
    def change(unit: Unit, answer: Any) -> Any:
        value = json.loads(answer[0])
        return text(metadata={**value["metadata"], **changes})(unit, answer)

    return change


WARNING = {"code": "PALETTE_RGB565", "file": "assets/tiles2/colors.hex", "data": {}}
TOGETHER: dict[str, Callable[[list[Any]], Any]] = {
    "nothing": lambda answers: None,
    "no list": tuple,
    "one less": lambda answers: answers[1:],
    "one more": lambda answers: [*answers, None],
    "another order": lambda answers: answers[::-1],
}
FORGED: dict[str, tuple[Callable[[Unit, Any], Any], str]] = {
    "nothing of the kind": (lambda unit, answer: 5, "not a pair of byte strings"),
    "a list": (lambda unit, answer: [*answer], "not a pair of byte strings"),
    "a slice": (lambda unit, answer: unit.encoded(), "not a pair of byte strings"),
    "three": (lambda unit, answer: (*answer, b""), "not a pair of byte strings"),
    "text": (lambda unit, answer: (answer[0].decode(), answer[1]), "not a pair of byte strings"),
    "other buffers": (lambda unit, answer: (answer[0], bytearray(answer[1])), "not a pair"),
    "no JSON": (lambda unit, answer: (b"{", answer[1]), "Input data was truncated"),
    "deep JSON": (lambda unit, answer: (b"[" * 100_000, answer[1]), "object"),
    "deep metadata": (
        lambda unit, answer: (b'{"metadata":{"a":' + b"[" * 100_000, answer[1]),
        "recursion",
    ),
    "a long text": (
        lambda unit, answer: (answer[0] + b" " * CURRENT.limits.asset_document_bytes, answer[1]),
        "the limit is",
    ),
    "a member more": (text(more=1), "unknown field"),
    "a member less": (text(details=...), "missing required field"),
    "another unit": (text(key="0" * 64), "answers another unit of work"),
    "too short": (lambda unit, answer: (answer[0], answer[1][:-2]), "bytes"),
    "too long": (lambda unit, answer: (answer[0], answer[1] + b"\0\0"), "bytes"),
    "empty": (lambda unit, answer: (answer[0], b""), "bytes"),
    "metadata of no bank": (text(metadata={}), "is not what the asset declares"),
    "a declared member changed": (metadata(tile_size=16), "is not what the asset declares"),
    "a declared member of another type": (metadata(tile_size=8.0), "float has no canonical"),
    "a number of the bank's own": (metadata(palette_count=1), "palette_count"),
    "more palettes than there are": (metadata(palette_authored=65), "palette_authored"),
    "a member that no bank has": (metadata(more=1), "more"),
    "details of no slice": (text(details={"more": "1"}), ""),
    "a warning without a code": (text(warnings=[{**WARNING, "code": "NONE"}]), "a code that"),
    "an error as a warning": (text(warnings=[{**WARNING, "code": "PNG_FORMAT"}]), "a code that"),
    "a warning of another file": (text(warnings=[{**WARNING, "file": "/etc/passwd"}]), "a file"),
    "a warning that tells nothing": (text(warnings=[WARNING]), "data or a hint"),
    "a warning with control characters": (
        text(warnings=[{**WARNING, "data": {"a": "\x1b[31m"}}]), "cannot be printed",
    ),
}  # fmt: skip


def only_tiles2(change: Callable[[Unit, Any], Any]) -> Callable[[Unit, Any], Any]:
    return lambda unit, answer: (
        change(unit, answer) if unit.declaration.name == "tiles2" else answer
    )


@every(FORGED)
def test_a_forged_answer_is_refused(case: str, tmp_path: Path) -> None:
    project = made(tmp_path)
    pa.build(project.path)
    before = snapshot(project.path / "build")
    draw(project.root("tiles2") / "sheet.png", 9)
    change, told = FORGED[case]
    with pytest.raises(pa.InvalidWorkspace) as refused:
        pa.build(project.path, executor=Here(only_tiles2(change)))
    (found,) = refused.value.report
    assert found.code == "WORKER_ANSWER"
    assert found.asset is not None and found.asset.name == "tiles2"
    assert told in found.message
    assert found.message.isprintable() and len(found.message) < 400
    assert snapshot(project.path / "build") == before
    pa.build(project.path)


@every(TOGETHER)
def test_forged_answers_together_are_refused(case: str, tmp_path: Path) -> None:
    class Forging(Here):
        def submit(self, fn: Any, /, *given: Any, **named: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result(TOGETHER[case](super().submit(fn, *given).result()))
            return future

    project = made(tmp_path)
    with pytest.raises(pa.InvalidWorkspace) as refused:
        pa.build(project.path, executor=Forging())
    assert set(refused.value.report.codes) == {"WORKER_ANSWER"}
    assert not (project.path / "build").exists()
    assert len(refused.value.report.codes) >= 8


@every(["sound0", "tiles0"])
def test_an_answer_for_another_asset_is_refused(name: str, tmp_path: Path) -> None:
    """Of the same bank, or of another one; also if it says that it is for this one."""
    project, executor = made(tmp_path), Here()
    pa.build(project.path, executor=executor)
    units = {unit.declaration.name: unit for unit in executor.units}
    for other in ("sound1", "tiles1"):
        (answer,) = work([units[other]])
        assert answer is not None
        with pytest.raises(pa.Refused, match="answers another unit of work"):
            judged(units[name], answer)
        if other[:-1] != name[:-1]:
            renamed = text(key=units[name].key)(units[other], answer)
            with pytest.raises(pa.Refused, match="WORKER_ANSWER"):
                judged(units[name], renamed)


def test_what_a_forged_answer_can_do(project: Project) -> None:
    """Another picture of this size cannot be told from the right one; `check_build` can."""

    def darker(unit: Unit, answer: Any) -> Any:
        return answer[0], bytes([answer[1][0] ^ 0x11]) + answer[1][1:]

    assert pa.build(project.path, executor=Here(only_tiles2(darker))).statistics.assets == 10
    assert "OUTPUT_STALE" in pa.check_build(project.path).codes
    pa.build(project.path, fresh=True)
    assert "OUTPUT_STALE" not in pa.check_build(project.path).codes


# Workers that give no answer.


class Unreadable(Exception):
    """One that cannot be read where it arrives."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one}{two}")


def raise_unreadable(units: list[Unit]) -> None:
    raise Unreadable("no", "thing")


def raise_error(units: list[Unit]) -> None:
    raise RuntimeError("what\nit \x1b[31m says " + "x" * 1000)


def end(units: list[Unit]) -> None:
    os._exit(3)


class Doing(ProcessPoolExecutor):
    """Does something else than it is asked for the group of one of the assets."""

    def __init__(self, instead: Callable[[list[Unit]], None]) -> None:
        super().__init__(2, mp_context=get_context("spawn"))
        self.instead = instead

    def submit(self, fn: Any, /, *given: Any, **named: Any) -> Future[Any]:
        names = {unit.declaration.name for unit in given[0]}
        does = self.instead if "tiles2" in names else fn
        return super().submit(does, *given, **named)


@pytest.mark.parametrize("does", [raise_unreadable, raise_error, end])
def test_a_worker_without_an_answer_is_an_oserror(
    project: Project, does: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pa.build(project.path)
    monkeypatch.setattr(slices, "_TOGETHER", 3)
    before = snapshot(project.path / "build")
    with Doing(does) as executor, pytest.raises(OSError, match="no worker encoded") as found:
        pa.build(project.path, fresh=True, executor=executor)
    assert str(found.value).isprintable() and len(str(found.value)) < 400
    assert snapshot(project.path / "build") == before


def raising(error: Exception) -> Callable[[Unit, Any], Any]:
    def change(unit: Unit, answer: Any) -> Any:
        raise error

    return change


@every([CancelledError(), MemoryError("x"), OSError(5, "x"), pa.Refused(), KeyError("x")])
def test_what_a_worker_raises_is_no_verdict(error: Exception, tmp_path: Path) -> None:
    text = f"no worker encoded sound0 and 8 more: {type(error).__name__}"
    with pytest.raises(OSError, match=text) as found:
        pa.build(made(tmp_path).path, executor=Here(only_tiles2(raising(error))))
    assert found.value.__cause__ is error


def test_an_executor_that_takes_nothing(project: Project) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(OSError, match="no worker encoded sound0 and 8 more: RuntimeError"):
        pa.build(project.path, executor=executor)


def test_a_worker_of_another_version(project: Project) -> None:
    class Old(Here):
        def submit(self, fn: Any, /, *given: Any, **named: Any) -> Future[Any]:
            return super().submit(fn, [replace(unit, tool="0.0.1") for unit in given[0]])

    with pytest.raises(OSError, match=r"RuntimeError: it has prometeu-assets .*, and the build 0"):
        pa.build(project.path, executor=Old())


def test_an_executor_is_left_open_and_what_was_begun_is_cancelled(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "_TOGETHER", 1)
    futures: list[Future[Any]] = []

    class Noting(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *given: Any, **named: Any) -> Future[Any]:
            name = given[0][0].declaration.name
            does = (lambda: 5) if name == "sound0" else (lambda: (time.sleep(0.05), fn(*given))[1])
            futures.append(super().submit(does))
            return futures[-1]

    with Noting(1) as executor:

        def stop(done: int, of: int, name: str) -> None:
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pa.build(project.path, jobs=6, executor=executor, progress=stop)
        assert any(future.cancelled() for future in futures)
        assert futures[0].done() and not executor._shutdown


# Another machine, as far as one machine can be two.


@pytest.mark.filterwarnings("default")  # a cluster that loses a worker has much to say
def test_dask_with_a_worker_that_is_killed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "_TOGETHER", 2)
    for number in range(4, 24):
        project.tiles(f"tiles{number}", seed=number + 1)
    pa.build(project.path, fresh=True, jobs=1)
    before = published(project)
    killed: list[int] = []
    with dask() as executor:
        client = executor._client

        def kill(done: int, of: int, name: str) -> None:
            if done == 10:
                pids = client.run(os.getpid)
                assert len(pids) == 2
                os.kill(next(iter(pids.values())), signal.SIGKILL)
                killed.append(len(pids))

        found = pa.build(project.path, fresh=True, jobs=8, executor=executor, progress=kill)
    assert killed == [2]
    assert found.statistics.assets == 30
    assert published(project) == before
