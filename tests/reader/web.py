"""A server on this machine that keeps or breaks what it owes a reader of parts; it counts."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ETAG, MODIFIED = '"first"', "Thu, 26 Nov 2026 10:00:00 GMT"


@dataclass
class Answer:
    """What is sent for a request: an honest one, until a behaviour changes it."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None
    """Bytes after which the server stops, with the connection open."""
    drop: int | None = None
    """Bytes after which it closes the connection."""
    endless: bool = False
    pause: float = 0
    """Seconds between two bytes."""


def honest(data: bytes, asked: str | None, etag: str | None = ETAG) -> Answer:
    """The part, or the whole when no part is asked for, as RFC 9110 says."""
    said = {"ETag": etag or "", "Last-Modified": MODIFIED, "Accept-Ranges": "bytes"}
    said = {name: value for name, value in said.items() if value}
    if not asked:
        return Answer(data, 200, {"Content-Length": str(len(data)), **said})
    first, _, last = asked.removeprefix("bytes=").partition("-")
    begin, end = int(first), min(int(last) + 1, len(data))
    if begin >= end:
        return Answer(
            b"none", 416, {"Content-Range": f"bytes */{len(data)}", "Content-Length": "4"}
        )
    place = f"bytes {begin}-{end - 1}/{len(data)}"
    said |= {"Content-Range": place, "Content-Length": str(end - begin)}
    return Answer(data[begin:end], 206, said)


@dataclass
class Web:
    """The server: ``url(name)`` is answered by the behaviour of that name."""

    address: str
    data: bytes
    ways: dict[str, Callable[[Web, str, str | None], Answer]]
    asked: list[str] = field(default_factory=list)
    """Method and range of each request since it was last cleared."""
    sent: int = 0
    """Bytes of all answers."""
    done: threading.Event = field(default_factory=threading.Event)

    def url(self, way: str) -> str:
        self.asked.clear()
        return f"{self.address}/{way}"


@contextmanager
def serving(data: bytes, ways: dict[str, Any]) -> Iterator[Web]:
    """The server with these behaviours, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            web.asked.append(f"{self.command} {asked}")
            answer = web.ways[self.path[1:]](web, self.command, asked)
            if answer.status == 0:  # says nothing
                self.close_connection = True
                web.done.wait()
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            if self.command == "GET":
                web.sent += len(answer.body)
                with suppress(OSError):  # whoever asked has gone
                    self.send(answer)

        def send(self, answer: Answer) -> None:
            if answer.drop is not None:
                self.wfile.write(answer.body[: answer.drop])
                self.close_connection = True
                return
            if answer.pause:
                for at in range(len(answer.body)):
                    self.wfile.write(answer.body[at : at + 1])
                    if web.done.wait(answer.pause):
                        return
            self.wfile.write(answer.body[: answer.sent])
            while answer.endless and not web.done.is_set():
                self.wfile.write(bytes(1 << 16))
            if answer.sent is not None:
                self.close_connection = True
                web.done.wait()

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a connection that its reader has left

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        web = Web(f"http://127.0.0.1:{server.server_port}", data, ways)
        yield web
        web.done.set()
        server.shutdown()


# Behaviours.


def later(change: Callable[[Web, str | None], Answer]) -> Any:
    """Honest for the first request, and then ``change``."""

    def way(web: Web, command: str, asked: str | None) -> Answer:
        return honest(web.data, asked) if len(web.asked) == 1 else change(web, asked)

    return way


def always(change: Callable[[Web, str | None], Answer]) -> Any:
    return lambda web, command, asked: change(web, asked)


def altered(headers: dict[str, str | None] | None = None, **changes: Any) -> Any:
    """The honest answer, with other headers (None: without it) or other members."""

    def change(web: Web, asked: str | None) -> Answer:
        answer = honest(web.data, asked)
        for name, value in (headers or {}).items():
            answer.headers.pop(name, None)
            if value is not None:
                answer.headers[name] = value
        for name, value in changes.items():
            setattr(answer, name, value(answer) if callable(value) else value)
        return answer

    return change


def whole(web: Web, asked: str | None) -> Answer:
    """All of the file, whatever is asked."""
    return honest(web.data, None)


def compressed(web: Web, asked: str | None) -> Answer:
    body = gzip.compress(web.data)
    return Answer(body, 200, {"Content-Length": str(len(body)), "Content-Encoding": "gzip"})


def status(number: int, **headers: str) -> Any:
    body = b"" if number == 204 else b"no"
    said = {"Content-Length": str(len(body)), **headers}
    return lambda web, asked: Answer(body, number, said)


def other(data: Callable[[bytes], bytes], etag: str | None = '"second"') -> Any:
    """Another file stands there, with parts as honest as those of the first."""
    return lambda web, asked: honest(data(web.data), asked, etag)


def silent(web: Web, asked: str | None) -> Answer:
    return Answer(b"", 0)
