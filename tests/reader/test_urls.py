"""A pack behind a URL: what a server may do, and what `open` and `read` say then."""

from __future__ import annotations

import errno
import gc
import os
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import aiohttp
import fsspec
import pytest
from tests.every import every
from tests.forks import forked
from tests.packs import SMALL, pack, tiles
from tests.reader.web import (
    MODIFIED,
    Answer,
    Web,
    altered,
    always,
    compressed,
    later,
    other,
    serving,
    silent,
    status,
    whole,
)

import prometeu_assets as pa
from prometeu_assets.reader import remote
from prometeu_assets.reader.source import ShortRead

GOOD = pack([*SMALL, *(tiles(id, f"tiles/{id}") for id in range(10, 15))])
"""The first request brings header and first bank; the last bank is far behind."""
assert len(GOOD) > 4 * remote.FIRST
LAST = len(GOOD) - 34816
RANGE = {"Content-Range": None}


def shifted(data: bytes) -> bytes:
    """Another pack of the same length and header."""
    return data[:-34816] + bytes(34816)


def parts_of(data: bytes) -> Any:
    return lambda web, asked: other(lambda _: data)(web, asked)


WAYS: dict[str, Any] = {
    "good": always(altered()),
    "moved": always(status(302, Location="/good")),
    "moved-twice": always(status(307, Location="/moved")),
    "etag-alone": always(altered({"Last-Modified": None})),
    "date-alone": always(altered({"ETag": None})),
    "chunks": always(altered({"Content-Length": None})),
    "whole": always(whole),
    "bare": always(altered({"ETag": None, "Last-Modified": None})),
    "whole-bare": always(
        lambda web, asked: Answer(web.data, 200, {"Content-Length": str(len(web.data))})
    ),
    "compressed": always(compressed),
    "no-length": always(lambda web, asked: Answer(web.data, 200, {})),
    "empty": always(lambda web, asked: Answer(b"", 200, {"Content-Length": "0"})),
    "empty-parts": always(parts_of(b"")),
    "page": always(lambda web, asked: Answer(b"<html>", 200, {"Content-Length": "6"})),
    **{str(n): always(status(n)) for n in (204, 401, 403, 404, 410, 416, 429, 500, 503)},
    "not-there-any-more": later(status(404)),
    "round": always(status(302, Location="/round")),
    "moved-nowhere": always(status(302)),
    "moved-to-a-file": always(status(302, Location="file:///etc/passwd")),
    "cut": always(altered(drop=10)),
    "cut-later": later(altered(drop=10)),
    "less": later(altered({"Content-Length": "10"}, body=lambda a: a.body[:10])),
    "more": later(altered({"Content-Length": None}, body=lambda a: a.body + b"x")),
    "endless": always(altered({"Content-Length": None}, endless=True)),
    "endless-later": later(altered({"Content-Length": None}, endless=True)),
    "endless-whole": always(
        lambda web, asked: Answer(web.data, 200, {"ETag": '"first"'}, endless=True)
    ),
    "no-place": later(altered(RANGE)),
    "no-place-at-first": always(altered(RANGE)),
    "other-place": later(altered({"Content-Range": f"bytes 0-34815/{len(GOOD)}"})),
    "other-end": later(altered({"Content-Range": f"bytes {LAST}-{LAST + 9}/{len(GOOD)}"})),
    "other-start": later(
        altered(
            {
                "Content-Range": f"bytes {LAST - 10}-{len(GOOD) - 1}/{len(GOOD)}",
                "Content-Length": "34826",
            },
            body=lambda _: GOOD[LAST - 10 :],
        )
    ),
    "no-total": always(altered({"Content-Range": f"bytes 0-{remote.FIRST - 1}/*"})),
    "other-unit": always(altered({"Content-Range": f"pages 0-{remote.FIRST - 1}/{len(GOOD)}"})),
    "control": always(altered({"Content-Range": "bytes \x1b[31m 0-1/2"})),
    "whole-later": later(whole),
    "changed": later(other(shifted)),
    "changed-whole": later(altered({"ETag": '"second"'}, status=200)),
    "changed-longer": later(other(lambda data: data + bytes(9), '"first"')),
    "changed-shorter": later(other(lambda data: data[:1000])),
    "changed-date": later(
        altered({"ETag": None, "Last-Modified": MODIFIED.replace(":00 GMT", ":01 GMT")})
    ),
    "silent": always(silent),
    "silent-later": later(silent),
    "trickle": always(altered(sent=10)),
    "drip": always(altered(pause=0.05)),
    "drip-later": later(altered(pause=0.05)),
}


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving(GOOD, WAYS) as made:
        yield made


# What a reader of parts is owed.


@every(["good", "moved", "moved-twice", "etag-alone", "date-alone", "chunks"])
def test_every_slice_is_the_files(way: str, web: Web) -> None:
    with pa.open(web.url(way)) as opened:
        assert opened.size == len(GOOD)
        for entry in opened:
            begin = opened.payload_offset + entry.offset
            assert opened.read(entry) == GOOD[begin : begin + entry.size]
        assert b"".join(opened.chunks(50_000)) == GOOD
    assert pa.validate(web.url(way), profile="writer").ok
    assert all(one.startswith("GET bytes=") for one in web.asked)


@every(["whole", "whole-bare"])
def test_a_small_file_of_a_server_without_parts_is_taken_whole(way: str, web: Web) -> None:
    with pa.open(web.url(way)) as opened:
        assert b"".join(opened.chunks()) == GOOD
    assert len(web.asked) == 1


@every({"empty": "PRELUDE_TRUNCATED", "empty-parts": "PRELUDE_TRUNCATED", "page": "PRELUDE_MAGIC"})
def test_a_file_that_is_no_pack_is_a_verdict(way: str, web: Web) -> None:
    wanted = {"page": ("PRELUDE_MAGIC",)}.get(way, ("PRELUDE_TRUNCATED",))
    url = web.url(way)
    assert pa.validate(url).codes == wanted
    with pytest.raises(pa.InvalidPack) as refused:
        pa.open(url)
    assert refused.value.report.diagnostics[0].file == url


def test_a_file_longer_than_a_pack_is_a_verdict(web: Web) -> None:
    web.ways["huge"] = always(
        altered({"Content-Range": f"bytes 0-{remote.FIRST - 1}/{(1 << 62) - 1}"})
    )
    assert pa.validate(web.url("huge")).codes == ("FILE_SIZE",)
    assert len(web.asked) == 1


def test_threads_read_at_once(web: Web) -> None:
    with pa.open(web.url("good")) as opened, ThreadPoolExecutor(8) as pool:
        turns = [opened.entries[turn % 8] for turn in range(64)]
        for entry, view in zip(turns, pool.map(opened.read, turns)):
            begin = opened.payload_offset + entry.offset
            assert view == GOOD[begin : begin + entry.size]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_process_opens_it_again(web: Web) -> None:
    with pa.open(web.url("good")) as opened:

        def child() -> int:
            try:
                opened.read(opened.entries[0])
            except OSError as error:
                return 0 if "opened in another process" in str(error) else 1
            return 2

        assert forked(child) == 0
        assert opened.read("tiles/14") == GOOD[-34816:]


def test_closed_is_closed(web: Web) -> None:
    opened = pa.open(web.url("good"))
    view = opened.read("tiles/14")
    opened.close()
    for name in ("tiles/14", "tiles/hero"):
        with pytest.raises(OSError, match="the pack is closed"):
            opened.read(name)
    assert view == GOOD[-34816:]
    with pytest.raises(OSError, match="the pack is closed"):
        opened._source.read(0, 4)


def test_nothing_is_asked_for_beyond_the_end(web: Web) -> None:
    with pa.open(web.url("good")) as opened:
        web.asked.clear()
        with pytest.raises(ShortRead, match="4 of 8 bytes"):
            opened._source.read(len(GOOD) - 4, 8)
        assert not web.asked


# What one gets who is owed and not given.

CHANGED = (ShortRead, errno.ESTALE, "changed after the pack was opened: open the pack again")
INSTEAD = "download the file first, or open simplecache::http://127.0.0.1"

AT_FIRST: dict[str, tuple[type[OSError], int | None, str]] = {
    "bare": (OSError, errno.ESPIPE, "sends no ETag and no Last-Modified, so no change could be"),
    "compressed": (OSError, errno.ESPIPE, f"sends the file compressed: {INSTEAD}"),
    "no-length": (OSError, errno.ESPIPE, f"sends no length and no parts of the file: {INSTEAD}"),
    "endless-whole": (OSError, errno.ESPIPE, "sends no length and no parts of the file"),
    "204": (OSError, errno.EPROTO, "answered with status 204"),
    "401": (PermissionError, errno.EACCES, "answered with status 401"),
    "403": (PermissionError, errno.EACCES, "answered with status 403"),
    "404": (FileNotFoundError, errno.ENOENT, "answered with status 404"),
    "410": (FileNotFoundError, errno.ENOENT, "answered with status 410"),
    "416": (OSError, errno.EPROTO, "answered with status 416 and the place ''"),
    "429": (OSError, errno.EIO, "answered with status 429"),
    "500": (OSError, errno.EIO, "answered with status 500"),
    "503": (OSError, errno.EIO, "answered with status 503"),
    "round": (OSError, errno.EIO, "TooManyRedirects"),
    "moved-nowhere": (OSError, errno.EPROTO, "answered with status 302"),
    "moved-to-a-file": (OSError, errno.EIO, "file:///etc/passwd"),
    "cut": (OSError, errno.EIO, "ClientPayloadError"),
    "endless": (OSError, errno.EPROTO, f"sent more than the {remote.FIRST} bytes that it promised"),
    "no-place-at-first": (OSError, errno.EPROTO, "answered with status 206 and the place ''"),
    "no-total": (OSError, errno.EPROTO, "and the place 'bytes 0-39999/*'"),
    "other-unit": (OSError, errno.EPROTO, "and the place 'pages 0-39999/"),
    "control": (OSError, None, ""),
    "silent": (TimeoutError, errno.ETIMEDOUT, "no answer came within 0.5 seconds"),
    "trickle": (TimeoutError, errno.ETIMEDOUT, "no answer came within 0.5 seconds"),
    "drip": (TimeoutError, errno.ETIMEDOUT, "no answer came within 0.5 seconds"),
}
LATER: dict[str, tuple[type[OSError], int | None, str]] = {
    "not-there-any-more": (FileNotFoundError, errno.ENOENT, "answered with status 404"),
    "cut-later": (OSError, errno.EIO, "ClientPayloadError"),
    "less": (OSError, errno.EPROTO, "sent 10 of the 34816 bytes that it promised"),
    "more": (OSError, errno.EPROTO, "sent more than the 34816 bytes that it promised"),
    "endless-later": (OSError, errno.EPROTO, "sent more than the 34816 bytes that it promised"),
    "no-place": (OSError, errno.EPROTO, "answered with status 206 and the place ''"),
    "other-place": (OSError, errno.EPROTO, f"and sends 0 to 34816 of {len(GOOD)}"),
    "other-end": (OSError, errno.EPROTO, f"asked for the bytes from {LAST} to {len(GOOD)}"),
    "other-start": (OSError, errno.EPROTO, f"asked for the bytes from {LAST} to {len(GOOD)}"),
    "whole-later": (OSError, errno.ESPIPE, "sends no parts of the file"),
    "changed": CHANGED,
    "changed-whole": CHANGED,
    "changed-longer": CHANGED,
    "changed-shorter": CHANGED,
    "changed-date": CHANGED,
    "silent-later": (TimeoutError, errno.ETIMEDOUT, "no answer came within 0.5 seconds"),
    "drip-later": (TimeoutError, errno.ETIMEDOUT, "no answer came within 0.5 seconds"),
}


def limit(kind: type[OSError]) -> float:
    return 0.5 if kind is TimeoutError else 60


def refused(found: OSError, case: tuple[type[OSError], int | None, str]) -> None:
    kind, number, text = case
    assert type(found) is kind
    assert text in str(found)
    assert found.errno == number or number is None
    assert isinstance(found.errno, int)
    assert str(found).isprintable()


@every(product(AT_FIRST, [pa.open, pa.validate]))
def test_an_answer_that_gives_no_pack(way: str, call: Any, web: Web) -> None:
    with pytest.raises(OSError) as found:
        call(web.url(way), timeout=limit(AT_FIRST[way][0]))
    refused(found.value, AT_FIRST[way])


@every(LATER)
def test_an_answer_that_gives_no_slice(way: str, web: Web) -> None:
    with pa.open(web.url(way), timeout=limit(LATER[way][0])) as opened:
        for ask in (lambda: opened.read("tiles/14"), lambda: [*opened.read_many(["tiles/14"])]):
            with pytest.raises(OSError) as found:
                ask()
            refused(found.value, LATER[way])
        assert opened.read("tiles/hero")[:4] == b"\x11" * 4, "what was there before stays"


def test_a_file_too_long_to_be_taken_whole(web: Web) -> None:
    with serving(bytes(remote.SMALL + 1), {"whole": always(whole)}) as long:
        with pytest.raises(OSError, match="sends no parts of the file: download") as found:
            pa.open(long.url("whole"))
        assert found.value.errno == errno.ESPIPE


def test_what_a_server_sends_beyond_its_promise_takes_no_memory(web: Web) -> None:
    def ask() -> None:
        with pytest.raises(OSError, match="sent more than"):
            pa.open(web.url("endless"))

    ask()  # what is imported for it is there from now on
    tracemalloc.start()
    try:
        ask()
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_the_limit_of_time_is_of_the_whole_answer(web: Web) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        pa.open(web.url("drip"), timeout=0.5)
    assert time.monotonic() - begun < 30


def test_a_limit_of_the_session_does_not_count(web: Web) -> None:
    def slow(web: Web, asked: str | None) -> Answer:
        time.sleep(0.5)
        return altered()(web, asked)

    web.ways["slow"] = always(slow)
    session = {"timeout": aiohttp.ClientTimeout(total=0.2)}
    system = fsspec.filesystem("http", client_kwargs=session, skip_instance_cache=True)
    assert remote.HttpSource(system, web.url("slow"), 60).size == len(GOOD)


def test_a_request_that_took_too_long_is_ended_and_the_next_is_made(web: Web) -> None:
    answers = iter([silent, altered()])
    web.ways["once"] = later(lambda web, asked: next(answers)(web, asked))
    with pa.open(web.url("once"), timeout=0.5) as opened:
        with pytest.raises(TimeoutError):
            opened.read("tiles/14")
        assert opened.read("tiles/14") == GOOD[-34816:]


def test_a_file_of_another_version_is_opened_again(web: Web) -> None:
    with pa.open(web.url("changed")) as opened, pytest.raises(ShortRead):
        opened.read("tiles/14")
    assert pa.open(web.url("good")).read("tiles/14") == GOOD[-34816:]


def test_what_a_cache_holds_needs_no_parts(web: Web, tmp_path: Path) -> None:
    """The way out that the refusal names."""
    web.ways["unfit"] = always(altered({"ETag": None, "Last-Modified": None}))
    with pytest.raises(OSError, match="simplecache::http") as found:
        pa.open(web.url("unfit"))
    with pa.open(str(found.value.strerror).rpartition("or open ")[2]) as opened:
        assert b"".join(opened.chunks()) == GOOD


# Other than HTTP.


def test_a_pack_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "good.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("assets.pa", GOOD)
    with pa.open(f"zip://assets.pa::{tmp_path}/good.zip") as opened:
        gc.collect()
        assert b"".join(opened.chunks(1000)) == GOOD


REFUSED: dict[str, tuple[str, type[OSError], str]] = {
    "no server": ("http://127.0.0.1:1/assets.pa", OSError, "Cannot connect to host 127.0.0.1:1"),
    "an archive that does not come": (
        "zip://assets.pa::{server}/silent", TimeoutError, "no answer came within 0.5 seconds",
    ),
    "a bad zip": ("zip://assets.pa::{folder}/bad.zip", OSError, "BadZipFile: File is not a zip"),
    "a bad zip behind http": ("zip://assets.pa::{server}/good", OSError, "BadZipFile"),
    "a zip with a bad checksum": ("zip://assets.pa::{folder}/sum.zip", OSError, "BadZipFile: Bad"),
    "not in the zip": ("zip://other.pa::{folder}/good.zip", OSError, "other.pa"),
    "an unknown scheme": ("nope://assets.pa", OSError, "Protocol not known: nope"),
    "no scheme": ("://", OSError, ""),
    "no host": ("http://", OSError, "http://"),
    "half an address": ("http://[::1/", OSError, ""),
    "a scheme whose library is missing": ("s3://bucket/assets.pa", OSError, "Install s3fs"),
    "a folder": ("file://{folder}", OSError, "directory"),
}  # fmt: skip


@every(product(REFUSED, [pa.open, pa.validate]))
def test_what_cannot_be_read_by_position_is_an_oserror(
    case: str, call: Any, web: Web, tmp_path: Path
) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\3\4 and nothing")
    for name in ("good.zip", "sum.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as made:
            made.writestr("assets.pa", GOOD)
    damaged = (tmp_path / "sum.zip").read_bytes().replace(b"\x11\x11\x11", b"\x11\x12\x11")
    (tmp_path / "sum.zip").write_bytes(damaged)
    url, kind, text = REFUSED[case]
    with pytest.raises(kind) as found:
        opened = call(url.format(server=web.address, folder=tmp_path), timeout=limit(kind))
        if isinstance(opened, pa.Pack):  # the checksum is known at the end of the member
            opened.read(opened.entries[-1])
    assert text in str(found.value)
    assert "\n" not in str(found.value) and isinstance(found.value.errno, int)


@pytest.fixture
def stored() -> Iterator[str]:
    with fsspec.open("memory://urls/assets.pa", "wb") as file:
        file.write(GOOD)
    yield "memory://urls/assets.pa"
    fsspec.filesystem("memory").rm("/urls", recursive=True)


def test_a_read_that_takes_too_long_closes_the_pack(
    stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = pa.open(stored, timeout=0.5)
    waiting = threading.Event()
    monkeypatch.setattr(
        type(opened._source._handle.file),  # type: ignore[attr-defined]
        "read",
        lambda *_: waiting.wait(),
    )
    with pytest.raises(TimeoutError, match=r"no answer came within 0\.5 seconds"):
        opened.read("tiles/14")
    with pytest.raises(OSError, match="the pack is closed"):
        opened.read("tiles/14")
    waiting.set()


def test_no_thread_can_be_started(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pa.open(stored) as opened:
        monkeypatch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(OSError, match="can't start new thread"):
            opened.read("tiles/14")


def test_a_file_without_a_length(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        size = None
        close = staticmethod(lambda: None)

    monkeypatch.setattr(
        type(fsspec.filesystem("memory")), "open", lambda *a, **k: Endless(), raising=True
    )
    with pytest.raises(OSError, match="has no length: download it first") as found:
        pa.open(stored)
    assert found.value.errno == errno.ESPIPE
