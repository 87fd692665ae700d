"""A pack behind a URL: what the server may do, and what `open` says then."""

from __future__ import annotations

import gc
import gzip
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.every import every
from tests.packs import SMALL, pack

import prometeu_assets as pa

GOOD = pack(SMALL)


class Handler(BaseHTTPRequestHandler):
    """A server that does what the path says."""

    protocol_version = "HTTP/1.1"
    released: threading.Event

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer(b"")

    def do_GET(self) -> None:
        self.answer(GOOD)

    def answer(self, body: bytes) -> None:
        what, asked = self.path[1:], self.headers.get("Range")
        if what in ("404", "500", "403"):
            self.send_error(int(what))
            return
        if what == "silent" or (what == "silent-later" and body):
            self.released.wait()
            self.close_connection = True
            return
        part, headers, status = body, {"Content-Length": str(len(GOOD))}, 200
        if what == "gzip":
            part = gzip.compress(body) if body else b""
            headers = {"Content-Length": str(len(part)), "Content-Encoding": "gzip"}
        elif what == "no-length":
            headers, self.close_connection = {"Connection": "close"}, True
        elif what == "no-positions":
            headers |= {"Accept-Ranges": "none"}
        elif asked and what != "whole":
            first, _, last = asked.removeprefix("bytes=").partition("-")
            end = min(int(last or len(GOOD) - 1), len(GOOD) - 1) + 1
            part, status = body[int(first) : end], 206
            headers = {"Content-Length": str(len(part))}
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(GOOD)}"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if what == "trickle" and body:
            self.wfile.write(part[:10])
            self.released.wait()
        elif what == "cut" and body:
            part, self.close_connection = part[:10], True
        if what != "trickle":
            self.wfile.write(part)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    Handler.released = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.daemon_threads = True
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}"
        Handler.released.set()
        made.shutdown()


@pytest.mark.parametrize("what", ["good", "whole"])
def test_a_pack_behind_http(what: str, server: str) -> None:
    with pa.open(f"{server}/{what}") as opened:
        for entry in opened:
            begin = opened.payload_offset + entry.offset
            assert opened.read(entry) == GOOD[begin : begin + entry.size]
    assert pa.validate(f"{server}/{what}", profile="writer").ok


def test_a_pack_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "good.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("assets.pa", GOOD)
    with pa.open(f"zip://assets.pa::{tmp_path}/good.zip") as opened:
        gc.collect()
        assert b"".join(opened.chunks(1000)) == GOOD


REFUSED: dict[str, tuple[str, type[OSError], str]] = {
    "no length": ("{server}/no-length", OSError, "no length, or no plain bytes by position"),
    "gzip": ("{server}/gzip", OSError, "no length, or no plain bytes by position"),
    "no positions": ("{server}/no-positions", OSError, "no length, or no plain bytes by position"),
    "not there": ("{server}/404", FileNotFoundError, "404, message='Not Found'"),
    "forbidden": ("{server}/403", OSError, "403, message='Forbidden'"),
    "a broken server": ("{server}/500", OSError, "500, message='Internal Server Error'"),
    "no server": ("http://127.0.0.1:1/assets.pa", OSError, "Cannot connect to host 127.0.0.1:1"),
    "an answer that breaks off": ("{server}/cut", OSError, "payload is not completed"),
    "no answer": ("{server}/silent", TimeoutError, "no answer came within 0.5 seconds"),
    "no bytes": ("{server}/silent-later", TimeoutError, "no answer came within 0.5 seconds"),
    "ten bytes": ("{server}/trickle", TimeoutError, "no answer came within 0.5 seconds"),
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
    "half an address": ("http://[::1/", OSError, "glob characters"),
    "a scheme whose library is missing": ("s3://bucket/assets.pa", OSError, "Install s3fs"),
    "a folder": ("file://{folder}", OSError, "directory"),
}  # fmt: skip


@every(product(REFUSED, [pa.open, pa.validate]))
def test_what_cannot_be_read_by_position_is_an_oserror(
    case: str, call: Any, server: str, tmp_path: Path
) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\3\4 and nothing")
    for name in ("good.zip", "sum.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as made:
            made.writestr("assets.pa", GOOD)
    damaged = (tmp_path / "sum.zip").read_bytes().replace(b"\x11\x11\x11", b"\x11\x12\x11")
    (tmp_path / "sum.zip").write_bytes(damaged)
    url, kind, text = REFUSED[case]
    with pytest.raises(kind) as refused:
        seconds = 0.5 if kind is TimeoutError else 60
        opened = call(url.format(server=server, folder=tmp_path), timeout=seconds)
        if isinstance(opened, pa.Pack):  # the checksum is known at the end of the member
            opened.read(opened.entries[-1])
    assert text in str(refused.value)
    assert "\n" not in str(refused.value) and isinstance(refused.value.errno, int)


def test_a_read_that_takes_too_long_closes_the_pack(server: str) -> None:
    opened = pa.open(f"{server}/good", timeout=0.5)
    waiting = threading.Event()
    held = opened._source._handle.file  # type: ignore[attr-defined]
    held.read = lambda size: waiting.wait()
    with pytest.raises(TimeoutError, match=r"no answer came within 0\.5 seconds"):
        opened.read(opened.entries[0])
    with pytest.raises(OSError, match="the pack is closed"):
        opened.read(opened.entries[0])
    waiting.set()


def test_no_thread_can_be_started(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pa.open(f"{server}/good") as opened:
        monkeypatch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(OSError, match="can't start new thread"):
            opened.read(opened.entries[0])
