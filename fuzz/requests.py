"""Target: what somebody sends to the server of a preview."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from email.message import Message
from email.parser import HeaderParser
from io import BytesIO
from itertools import product
from types import SimpleNamespace
from typing import Any, Final, cast

from fuzz.packs import Disagreement
from prometeu_assets.live.server import Handler, Table, Text

_HOST: Final = "127.0.0.1:40117"
_KEY: Final = "0f5ec2a9d3b14c6e8f7a60b5d2c49e13"
_PACK: Final = bytes(range(256)) * 4
_NAMES: Final = ("", "events", "pack", "none", "other")
_GIVEN: Final = {"": b"<title>page</title>", "events": b"data: 1\n\n", "pack": _PACK}
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3}) [A-Za-z ]+\r\n")

_SERVER: Final = SimpleNamespace(
    host=_HOST,
    token=_KEY,
    table=Table(
        resources={
            "": lambda: nullcontext(Text("text/html; charset=utf-8", _GIVEN[""])),
            "pack": lambda: nullcontext(Text("application/octet-stream", _PACK, "7")),
            "none": lambda: nullcontext(None),
        },
        events=lambda: iter([_GIVEN["events"]]),
    ),
)


class _Client:
    """A connection whose client has sent all that it will."""

    def __init__(self, data: bytes) -> None:
        self._sent, self.answer = BytesIO(data), b""

    def makefile(self, *_: object) -> BytesIO:
        return BytesIO()

    def recv_into(self, buffer: Any) -> int:
        return self._sent.readinto(buffer)

    def sendall(self, data: Any) -> None:
        self.answer += bytes(data)

    def settimeout(self, seconds: float) -> None:
        """Nothing is waited for."""


def request(data: bytes) -> bool:
    """There is one answer, and content only for who has the address and asks from the page."""
    client = _Client(data)
    Handler(cast("Any", client), ("127.0.0.1", 1), cast("Any", _SERVER))
    line, _, rest = client.answer.partition(b"\r\n")
    found = _STATUS.fullmatch(line + b"\r\n")
    if found is None:
        raise Disagreement(f"no answer: {client.answer[:80]!r}")
    head, _, body = rest.partition(b"\r\n\r\n")
    fields = HeaderParser().parsestr(head.decode("ascii") + "\n\n")
    for name, value in _ALWAYS.items():
        if fields.get_all(name) != [value]:
            raise Disagreement(f"{name}: {fields.get_all(name)}")
    status, is_head = int(found[1]), data.startswith(b"HEAD ")
    if is_head and body and status < 400:
        raise Disagreement("an answer to HEAD has a body")
    if status in (200, 206):
        _judge(data, fields, body, is_head=is_head)
        return True
    if not 400 <= status < 500 or _PACK[:16] in body:
        raise Disagreement(f"status {status} with {body[:16]!r}")
    return False


def _judge(data: bytes, fields: Message, body: bytes, *, is_head: bool) -> None:
    """It was asked for by the exact words, and is what was asked for."""
    first, *lines = data.split(b"\r\n")
    name = next(
        (
            n
            for n in _GIVEN
            if re.fullmatch(rf"(GET|HEAD) /{_KEY}/{n} HTTP/1\.[01]".encode(), first)
        ),
        None,
    )
    told = [line.strip() for line in lines if line[:5].lower() == b"host:"]
    if name is None or told[0][5:].strip() != _HOST.encode():
        raise Disagreement(f"content for {first!r} and {told}")
    if body not in _GIVEN[name]:
        raise Disagreement(f"other bytes for {name!r}")
    if not is_head and int(fields.get("Content-Length", len(body))) != len(body):
        raise Disagreement("another length than the one told")


def request_seeds() -> Iterator[bytes]:
    """What a browser asks, and what it must not be given."""
    more = (
        (), ("Range: bytes=3-40", 'If-Match: "7"'), ("Range: bytes=-5",), ("Range: bytes=9999-",),
        ('If-Match: "6"',), ("Range: bytes=0-1", 'If-Range: "6"'),
        (f"Origin: http://{_HOST}", "Sec-Fetch-Site: same-origin"), ("Origin: null",),
        ("Sec-Fetch-Site: cross-site",), ("Sec-Fetch-Site: none", "Accept: text/event-stream"),
        ("Host: evil.example",), ("Content-Length: 4", "Transfer-Encoding: chunked"),
    )  # fmt: skip
    for method, name, fields in product(("GET", "HEAD", "POST"), _NAMES, more):
        lines = [f"{method} /{_KEY}/{name} HTTP/1.1", f"Host: {_HOST}", *fields, "", ""]
        yield "\r\n".join(lines).encode()
