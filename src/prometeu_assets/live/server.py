"""A server for one browser on the same machine: a fixed table of resources, behind a secret path.

Clause: ``spec/security-and-trust.md#preview``. Nothing here knows projects or packs, and no request
reaches a path on the disk. The one module that opens a socket; reader, packer, shipper and
migrations never import it.
"""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import BoundedSemaphore, Thread
from types import TracebackType
from typing import Any, Final, Protocol, Self

PLACES: Final = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}
"""The addresses that a server binds, and their families; the second where the system has it."""

CONNECTIONS: Final = 24
"""Connections that are served at once; one more is told so, and closed."""
ASKING: Final = 5.0
"""Seconds in which a whole request must have come."""
TAKING: Final = 20.0
"""Seconds in which a client must take one piece of an answer."""
_LINE: Final = 10_000
"""Bytes of one line of a request."""
_FIELDS: Final = 100
"""Header fields of a request."""
_PIECE: Final = 256 * 1024
"""Bytes of an answer that are read and sent at once."""
_TRIES: Final = 20
"""Free ports that are tried until one is free at both addresses."""
_TOKEN: Final = 128 // 8
"""Random bytes of the path: 128 bits."""

_NO_IPV6: Final = frozenset(
    {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT, errno.EINVAL}
)
_FIRST: Final = re.compile(rb"([!-~]+) ([!-~]+) HTTP/1\.[01]\r\n")
_FIELD: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*\r\n")
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Connection": "close",
}
"""What every answer has. None of them allows another origin anything."""
_PAGE_POLICY: Final = "frame-ancestors 'none'"
_DATA_POLICY: Final = f"default-src 'none'; {_PAGE_POLICY}"
"""A page says in itself what it may load."""


class Content(Protocol):
    """Bytes of a known size."""

    @property
    def type(self) -> str:
        """The media type."""

    @property
    def size(self) -> int:
        """How many bytes."""

    @property
    def tag(self) -> str:
        """Another one for other bytes; empty for what is always given as a whole."""

    def read(self, offset: int, size: int) -> bytes | memoryview:
        """Some of the bytes; raises `OSError`."""


@dataclass(frozen=True, slots=True)
class Text:
    """Content in memory."""

    type: str
    data: bytes
    tag: str = ""

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, size: int) -> memoryview:
        return memoryview(self.data)[offset : offset + size]


Resource = Callable[[], AbstractContextManager[Content | None]]
"""Gives the content for one answer; None when there is none yet."""
Events = Callable[[], Iterator[bytes]]
"""Gives the events for one client, from now on, until there are no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All that a server answers: resources by their names, and the events under ``events``."""

    resources: Mapping[str, Resource]
    events: Events


class _Patient(io.RawIOBase):
    """What a client sends, up to a point in time, however little it sends at once."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection, self._until = connection, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class Handler(BaseHTTPRequestHandler):
    """One request: whether it is one, who may ask, then what is asked for.

    The library sends; what is received is judged here, for the library forgives much.
    """

    server: _Listening
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.rfile = io.BufferedReader(_Patient(self.connection, time.monotonic() + ASKING))

    def handle(self) -> None:
        # A client that has gone, or is too slow, ends its own connection and nothing else.
        with suppress(OSError):
            wrong = self._heard()
            self.connection.settimeout(TAKING)
            if wrong is None:
                self._answer()
            else:
                self._refuse(wrong)

    def _heard(self) -> HTTPStatus | None:
        """Take in the request; the status for what is none."""
        self.command, self.headers = "GET", HTTPMessage()
        first = self.rfile.readline(_LINE + 1)
        asked = _FIRST.fullmatch(first)
        if asked is None:
            is_long = len(first) > _LINE
            return HTTPStatus.REQUEST_URI_TOO_LONG if is_long else HTTPStatus.BAD_REQUEST
        for _ in range(_FIELDS + 1):
            line = self.rfile.readline(_LINE + 1)
            if line == b"\r\n":
                self.command, self.path = asked[1].decode(), asked[2].decode()
                return None
            if len(line) > _LINE:
                break
            field = _FIELD.fullmatch(line)
            if field is None:
                return HTTPStatus.BAD_REQUEST
            self.headers[field[1].decode()] = field[2].decode("latin-1")
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE

    def _answer(self) -> None:
        if not self._is_ours():
            self._refuse(HTTPStatus.FORBIDDEN)
        elif self.command not in ("GET", "HEAD"):
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET, HEAD")
        else:
            name = self._name()
            table = self.server.table
            if name == "events":
                self._send_events(table.events)
            elif name in table.resources:
                with table.resources[name]() as content:
                    self._send(content)
            else:
                self._refuse(HTTPStatus.NOT_FOUND)

    def _is_ours(self) -> bool:
        """Whether the request is for this address, and from our own page or from the user."""
        asked = self.headers.get_all
        return (
            asked("Host") == [self.server.host]
            and asked("Origin", []) in ([], [f"http://{self.server.host}"])
            and set(asked("Sec-Fetch-Site", [])) <= {"same-origin", "none"}
        )

    def _name(self) -> str:
        """What the path says behind the token, compared as it is; ``?`` without the token."""
        given, slash, name = self.path.removeprefix("/").partition("/")
        is_known = secrets.compare_digest(given.encode(), self.server.token.encode())
        return name if self.path.startswith("/") and slash and is_known else "?"

    def _send(self, content: Content | None) -> None:
        if content is None:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        wanted = self.headers.get("If-Match")
        tag = f'"{content.tag}"'
        if content.tag and wanted is not None and wanted != tag:
            self._refuse(HTTPStatus.PRECONDITION_FAILED)
            return
        told = {"Content-Type": content.type}
        start, end, status = 0, content.size, HTTPStatus.OK
        if content.tag:
            told |= {"ETag": tag, "Accept-Ranges": "bytes"}
            part = self._part(content.size, tag)
            if part is not None:
                start, end = part
                if start >= end:
                    self._refuse(
                        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                        **{"Content-Range": f"bytes */{content.size}"},
                    )
                    return
                status = HTTPStatus.PARTIAL_CONTENT
                told["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
        self._begin(status, told, end - start)
        if self.command == "GET":
            for offset in range(start, end, _PIECE):
                self.wfile.write(content.read(offset, min(_PIECE, end - offset)))

    def _part(self, size: int, tag: str) -> tuple[int, int] | None:
        """The part that is asked for; None for the whole, empty if it is out of bounds."""
        found = _RANGE.fullmatch(self.headers.get("Range", ""))
        if found is None or self.headers.get("If-Range", tag) != tag or found[0] == "bytes=-":
            return None
        if not found[1]:
            return max(0, size - int(found[2])), size
        start = int(found[1])
        if found[2] and int(found[2]) < start:
            return None
        return start, min(size, int(found[2]) + 1 if found[2] else size)

    def _send_events(self, events: Events) -> None:
        self._begin(HTTPStatus.OK, {"Content-Type": "text/event-stream"}, None)
        if self.command == "GET":
            for event in events():
                self.wfile.write(event)

    def _begin(self, status: HTTPStatus, told: Mapping[str, str], size: int | None) -> None:
        self.request_version = self.protocol_version  # in others the library sends no headers
        self.send_response_only(status)
        is_page = told.get("Content-Type", "").startswith("text/html")
        policy = _PAGE_POLICY if is_page else _DATA_POLICY
        for name, value in {**_HEADERS, "Content-Security-Policy": policy, **told}.items():
            self.send_header(name, value)
        if size is not None:
            self.send_header("Content-Length", str(size))
        self.end_headers()

    def _refuse(self, status: HTTPStatus, **told: str) -> None:
        text = f"{status.value} {status.phrase}\n".encode()
        self._begin(status, {"Content-Type": "text/plain; charset=utf-8", **told}, len(text))
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a terminal is for the rounds."""


class _Listening(ThreadingMixIn, TCPServer):
    """One address; a thread for each connection."""

    daemon_threads = True
    block_on_close = False
    # On Windows this would let another program take the port as well.
    allow_reuse_address = os.name == "posix"
    request_queue_size = CONNECTIONS

    def __init__(self, place: str, port: int, table: Table, token: str, slots: Any) -> None:
        self.address_family = PLACES[place]
        self.table, self.token, self._slots = table, token, slots
        super().__init__((place, port), Handler)
        self.port: int = self.server_address[1]
        self.host = f"[{place}]:{self.port}" if ":" in place else f"{place}:{self.port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._slots.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.settimeout(0)
            request.send(b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n")
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what a client does is no fault of the project."""


class Server:
    """Answers at the loopback addresses, under a secret path, while a ``with`` lasts.

    ``port`` is 0 for one that is free. Raises `OSError` when the port is taken.
    """

    def __init__(self, table: Table, port: int = 0) -> None:
        self.token = secrets.token_hex(_TOKEN)
        slots = BoundedSemaphore(CONNECTIONS)
        self._listening = _bound(port, table, self.token, slots)
        self._threads = [
            Thread(target=one.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
            for one in self._listening
        ]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address of the page, at each of the places."""
        return tuple(f"http://{one.host}/{self.token}/" for one in self._listening)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._listening:
            one.shutdown()
            one.server_close()


def _bound(port: int, table: Table, token: str, slots: BoundedSemaphore) -> list[_Listening]:
    """Both addresses at the same port, or the first alone on a system without the other."""
    for left in reversed(range(_TRIES if port == 0 else 1)):
        found: list[_Listening] = []
        for place in PLACES:
            try:
                wanted = found[0].port if found else port
                found.append(_Listening(place, wanted, table, token, slots))
            except OSError as error:
                if found and error.errno in _NO_IPV6:
                    continue
                for one in found:
                    one.server_close()
                if left and error.errno == errno.EADDRINUSE:
                    break
                where = f"[{place}]:{wanted}" if ":" in place else f"{place}:{wanted}"
                raise OSError(error.errno, error.strerror, where) from None
        else:
            return found
    raise AssertionError
