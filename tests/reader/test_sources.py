"""What a pack's source means for threads, forks, pickling, closing and a file that changes.

The table of `spec/python-reader.md#sources`, each cell tried.
"""

from __future__ import annotations

import copy
import errno
import io
import os
import pickle
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any

import fsspec
import pytest
from tests.every import every
from tests.forks import forked
from tests.packs import SMALL, pack, sounds

import prometeu_assets as pa
from prometeu_assets.reader import source as sources
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.source import MappedSource, ShortRead

ENTRIES = [*SMALL, *(sounds(id, f"sound/{id}", [2 * id]) for id in range(10, 40))]
DATA = bytearray(pack(ENTRIES))
START = int.from_bytes(DATA[12:16], "little")
# Each byte tells its place, so that no two slices are alike.
DATA[START:] = bytes((at * 7 + at // 256) % 255 for at in range(len(DATA) - START))
GOOD = bytes(DATA)


class Switching(io.BytesIO):
    """A file object that lets other threads run between moving and reading."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        moved = super().seek(offset, whence)
        time.sleep(0)
        return moved


Opener = Callable[[Path, ExitStack], pa.Pack]


def mapped(folder: Path, stack: ExitStack) -> pa.Pack:
    return pa.open(folder / "assets.pa")


def read(folder: Path, stack: ExitStack) -> pa.Pack:
    return pa.open(folder / "assets.pa", mmap=False)


def without_positions(folder: Path, stack: ExitStack) -> pa.Pack:
    patch = stack.enter_context(pytest.MonkeyPatch.context())
    patch.setattr(sources, "POSITIONAL_READ", False)
    return pa.open(folder / "assets.pa", mmap=False)


def in_memory(folder: Path, stack: ExitStack) -> pa.Pack:
    return pa.open(GOOD)


def file_object(folder: Path, stack: ExitStack) -> pa.Pack:
    return pa.open(stack.enter_context((folder / "assets.pa").open("rb")))


def object_in_memory(folder: Path, stack: ExitStack) -> pa.Pack:
    return pa.open(Switching(GOOD))


def zip_member(folder: Path, stack: ExitStack) -> pa.Pack:
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("assets.pa", GOOD)
    archive = stack.enter_context(zipfile.ZipFile(folder / "all.zip"))
    return pa.open(stack.enter_context(archive.open("assets.pa")))


def url(folder: Path, stack: ExitStack) -> pa.Pack:
    with fsspec.open("memory://sources/assets.pa", "wb") as file:
        file.write(GOOD)
    stack.callback(lambda: fsspec.filesystem("memory").rm("/sources", recursive=True))
    return pa.open("memory://sources/assets.pa")


OPENERS: dict[str, tuple[Opener, bool]] = {
    "path, mapped": (mapped, True),
    "path, read": (read, hasattr(os, "pread")),
    "path, read without positions": (without_positions, False),
    "bytes": (in_memory, True),
    "file object": (file_object, False),
    "file object in memory": (object_in_memory, False),
    "zip member": (zip_member, False),
    "URL": (url, False),
}
"""Kind of source to (how it is opened, whether a forked process may read)."""


@pytest.fixture
def often() -> Iterator[None]:
    """Threads are switched as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(params=OPENERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(kind: str, tmp_path: Path) -> Iterator[pa.Pack]:
    (tmp_path / "assets.pa").write_bytes(GOOD)
    with ExitStack() as stack, OPENERS[kind][0](tmp_path, stack) as found:
        yield found


def expected(opened: pa.Pack, entry: pa.Entry) -> bytes:
    begin = opened.payload_offset + entry.offset
    return GOOD[begin : begin + entry.size]


def test_threads_get_their_own_slices(opened: pa.Pack, often: None) -> None:
    def wrong(turn: int) -> list[str]:
        entries = [*opened][turn:] + [*opened][:turn]
        return [e.asset_name for e in entries if opened.read(e) != expected(opened, e)]

    with ThreadPoolExecutor(8) as pool:
        assert [name for names in pool.map(wrong, range(24)) for name in names] == []


def test_packs_of_one_file_object_take_turns(often: None) -> None:
    file = Switching(GOOD)
    packs = [pa.open(file) for _ in range(8)]

    def wrong(opened: pa.Pack) -> list[str]:
        return [e.asset_name for e in opened if opened.read(e) != expected(opened, e)]

    with ThreadPoolExecutor(8) as pool:
        assert [name for names in pool.map(wrong, packs) for name in names] == []


def test_a_forked_process_reads_or_is_refused(kind: str, opened: pa.Pack) -> None:
    if not hasattr(os, "fork"):
        return

    def child() -> int:
        try:
            return 0 if all(opened.read(e) == expected(opened, e) for e in opened) else 1
        except OSError as error:
            return 2 if "opened in another process" in str(error) else 3

    assert forked(child) == (0 if OPENERS[kind][1] else 2)
    assert all(opened.read(e) == expected(opened, e) for e in opened), "the parent reads on"


def test_a_pack_is_neither_pickled_nor_copied(opened: pa.Pack) -> None:
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a Pack cannot be pickled or copied: open"):
            way(opened)


def test_what_a_pack_gives_is_pickled(opened: pa.Pack) -> None:
    entry = opened["sound/fx"]
    bank = pickle.loads(pickle.dumps(opened.decode(entry)))
    assert [run.tobytes() for run in bank.samples] == [
        expected(opened, entry)[:6],
        expected(opened, entry)[6:],
    ]
    assert pickle.loads(pickle.dumps(bytes(opened.read(entry)))) == expected(opened, entry)


def test_a_report_is_pickled_and_copied() -> None:
    report = pa.validate(bytes(64))
    assert report.codes
    for made in (pickle.loads(pickle.dumps(report)), copy.deepcopy(report)):
        assert made == report
        assert made.as_json() == report.as_json()


def test_use_after_close_is_one_error(opened: pa.Pack) -> None:
    entry, view = opened["sound/fx"], opened.read(opened["sound/fx"])
    opened.close()
    opened.close()
    for use in (
        lambda: opened.read(entry),
        lambda: opened.decode(entry),
        lambda: next(opened.chunks()),
    ):
        with pytest.raises(OSError, match="the pack is closed") as refused:
            use()
        assert refused.value.errno == errno.EBADF
    assert view == expected(opened, entry), "what was handed out stays"
    assert (opened.size, len(opened), "sound/fx" in opened) == (len(GOOD), len(ENTRIES), True)


def test_close_during_reads_gives_whole_slices_or_the_error(
    opened: pa.Pack, kind: str, often: None
) -> None:
    begun = threading.Barrier(5)

    def wrong(_: int) -> list[str]:
        begun.wait()
        found = []
        try:
            for _ in range(2000):
                for entry in opened:
                    if opened.read(entry) != expected(opened, entry):
                        found.append(entry.asset_name)
        except OSError as error:
            return found if error.errno == errno.EBADF else [str(error)]
        return [*found, "it was not closed"]

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(wrong, each) for each in range(4)]
        begun.wait()
        time.sleep(0.005)
        opened.close()
        assert [name for each in running for name in each.result()] == []


@pytest.mark.skipif(not hasattr(os, "pread"), reason="reads are positional")
def test_a_number_of_a_closed_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`close` comes between the read and the system call, and somebody opens another file."""
    (tmp_path / "assets.pa").write_bytes(GOOD)
    (tmp_path / "other").write_bytes(bytes(len(GOOD)))
    opened, real = pa.open(tmp_path / "assets.pa", mmap=False), os.pread
    others: list[Any] = []

    def pread(number: int, size: int, offset: int) -> bytes:
        opened.close()
        others.append((tmp_path / "other").open("rb"))
        return real(number, size, offset)

    monkeypatch.setattr(os, "pread", pread)
    entry = opened["sound/fx"]
    assert opened.read(entry) == expected(opened, entry)
    for other in others:
        other.close()


class Odd(io.BytesIO):
    """A file object that does what none should."""

    answer: Any = None

    def read(self, size: int | None = -1, /) -> bytes:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return super().read(size) if self.answer is None else self.answer(super().read(size))


ODD: dict[str, tuple[Any, int, str]] = {
    "more than asked": (lambda data: data + b"x", errno.EIO, "11 of 10 bytes"),
    "nothing": (lambda data: b"", errno.EIO, "0 of 10 bytes"),
    "no answer": (lambda data: None, errno.EIO, "0 of 10 bytes"),
    "text": (lambda data: "x" * len(data), errno.EIO, "TypeError"),
    "closed": (ValueError("I/O operation on closed file"), errno.EIO, "closed file"),
    "a bad zip": (zipfile.BadZipFile("Bad CRC-32"), errno.EIO, "BadZipFile: Bad CRC-32"),
    "an early end": (EOFError(), errno.EIO, "EOFError"),
    "no memory": (MemoryError(), errno.ENOMEM, "MemoryError"),
    "the system": (PermissionError(errno.EPERM, "not now"), errno.EPERM, "not now"),
}


@every(ODD)
def test_a_file_object_gives_the_slice_or_an_oserror(case: str) -> None:
    file = Odd(GOOD)
    with pa.open(file) as opened:
        file.answer, number, text = ODD[case]
        with pytest.raises(OSError, match=text) as refused:
            opened.read(opened["sound/fx"])
        assert refused.value.errno == number
        if isinstance(file.answer, Exception) and not isinstance(file.answer, OSError):
            assert refused.value.__cause__ is file.answer


def test_a_file_object_of_its_own_kind(tmp_path: Path) -> None:
    class Unhashed(io.BytesIO):
        __hash__ = None  # type: ignore[assignment]

    with pa.open(Unhashed(GOOD)) as opened:
        assert opened.read(opened["sound/fx"]) == expected(opened, opened["sound/fx"])
    for given in (5, None, object()):
        with pytest.raises(TypeError, match="a pack is opened from a path, bytes or"):
            pa.open(given)  # type: ignore[arg-type]


def test_a_finding_in_an_open_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pa"
    path.write_bytes(b"no pack")
    with path.open("rb") as file:
        assert {found.file for found in pa.validate(file)} == {str(path)}
        # A file that was opened by its number has that for a name.
        with os.fdopen(os.dup(file.fileno()), "rb") as numbered:
            assert {found.file for found in pa.validate(numbered)} == {None}
    assert {found.file for found in pa.validate(io.BytesIO(b"no pack"))} == {None}


def test_no_memory_for_a_slice_is_an_oserror(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pread(*_: int) -> bytes:
        raise MemoryError

    (tmp_path / "assets.pa").write_bytes(GOOD)
    with pa.open(tmp_path / "assets.pa", mmap=False) as opened:
        if hasattr(os, "pread"):
            monkeypatch.setattr(os, "pread", pread)
            with pytest.raises(OSError, match="MemoryError") as refused:
                opened.read(opened["sound/fx"])
            assert refused.value.errno == errno.ENOMEM


@pytest.mark.skipif(sys.platform == "win32", reason="a mapped file is not truncated on Windows")
@every(product([True, False], [0, 20, START + 100]))
def test_a_file_that_loses_bytes_while_it_is_opened(
    mmap: bool, left: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tmp_path / "assets.pa", os.fstat
    path.write_bytes(GOOD)
    calls = []

    def fstat(number: int) -> os.stat_result:
        found = real(number)
        calls.append(number)
        if len(calls) == 2:  # after the kind of file, its size
            os.truncate(path, left)
        return found

    monkeypatch.setattr(os, "fstat", fstat)
    if left > START and not mmap:
        with pa.open(path, mmap=False) as opened, pytest.raises(ShortRead):
            opened.read(opened["tiles/hero"])
    else:
        with pytest.raises(ShortRead):
            pa.open(path, mmap=mmap)


@pytest.mark.parametrize("name", ["a\0b", "\ud800" if os.name == "posix" else "a\0"])
def test_a_path_that_no_system_can_spell(name: str) -> None:
    for call in (pa.open, pa.validate):
        with pytest.raises(OSError):
            call(name)


def test_only_open_maps_and_only_when_it_may(tmp_path: Path) -> None:
    path = tmp_path / "assets.pa"
    path.write_bytes(GOOD)
    for mmap in (True, False):
        source = open_source(path, mmap=mmap)
        assert isinstance(source, MappedSource) == mmap
        source.close()


def test_a_mapping_ends_where_the_file_ended(tmp_path: Path) -> None:
    """A file that has grown since then gives no short slice."""
    path = tmp_path / "assets.pa"
    path.write_bytes(GOOD)
    source = open_source(path, mmap=True)
    with path.open("ab") as file:
        file.write(bytes(100))
    assert source.read(len(GOOD) - 1, 1) == GOOD[-1:]
    with pytest.raises(ShortRead, match="1 of 2 bytes"):
        source.read(len(GOOD) - 1, 2)
    source.close()


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="open files are counted")
def test_no_handle_stays_open(tmp_path: Path) -> None:
    def count() -> int:
        return len(os.listdir("/dev/fd"))

    (tmp_path / "good").write_bytes(GOOD)
    (tmp_path / "bad").write_bytes(b"x" * 100)
    (tmp_path / "empty").touch()
    before = count()
    for name in ("good", "bad", "empty", "missing", "."):
        for mmap in (True, False):
            try:
                with pa.open(tmp_path / name, mmap=mmap) as opened:
                    os.truncate(tmp_path / "good", START)
                    opened.read(opened["sound/fx"])
            except (OSError, pa.InvalidPack) as error:
                assert count() == before, error
            (tmp_path / "good").write_bytes(GOOD)
    assert count() == before
    source = open_source(tmp_path / "good")
    with pytest.warns(ResourceWarning, match="unclosed file"):
        del source
