"""What a browser, or somebody who pretends to be one, sends over a real socket."""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """What came back; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """A client of one preview; ``address`` is that of the page."""

    def __init__(self, address: str) -> None:
        found = urlsplit(address)
        assert found.hostname is not None
        assert found.port is not None
        self.host, self.place, self.path = found.netloc, (found.hostname, found.port), found.path

    def connect(self) -> socket.socket:
        return socket.create_connection(self.place, timeout=30)

    def send(self, request: bytes) -> bytes:
        """The whole answer to some bytes."""
        with self.connect() as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def request(
        self, name: str = "", *, method: str = "GET", path: str | None = None, **headers: str
    ) -> bytes:
        """A request as a browser's; a header with the value "" is left out."""
        told = {"Host": self.host, **{k.replace("_", "-"): v for k, v in headers.items()}}
        lines = [f"{method} {self.path + name if path is None else path} HTTP/1.1"]
        lines += [f"{key}: {value}" for key, value in told.items() if value]
        return ("\r\n".join([*lines, "", ""])).encode("latin-1")

    def ask(self, *arguments: str, **options: str) -> Answer:
        return answer(self.send(self.request(*arguments, **options)))


def answer(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return Answer(int(first.split(" ")[1]), {k.lower(): v for k, v in pairs}, body)
