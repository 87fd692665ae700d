"""The server of a preview, against those who may not ask: real sockets, hostile requests."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from itertools import product

import pytest
from tests.every import every
from tests.live.browser import Browser, answer

from prometeu_assets.live import server
from prometeu_assets.live.server import CONNECTIONS, Server, Table, Text

PACK = bytes(range(256)) * 3000


def events() -> Iterator[bytes]:
    yield b"data: 1\n\n"
    yield b"data: 2\n\n"


TABLE = Table(
    resources={
        "": lambda: nullcontext(Text("text/html; charset=utf-8", b"<title>page</title>")),
        "pack": lambda: nullcontext(Text("application/octet-stream", PACK, "7")),
        "none": lambda: nullcontext(None),
    },
    events=events,
)


@pytest.fixture
def served() -> Iterator[Server]:
    with Server(TABLE) as running:
        yield running


@pytest.fixture
def browser(served: Server) -> Browser:
    return Browser(served.addresses[0])


def test_both_addresses_and_no_other(served: Server) -> None:
    port = Browser(served.addresses[0]).place[1]
    assert [Browser(a).place for a in served.addresses] == [("127.0.0.1", port), ("::1", port)]
    for address in served.addresses:
        assert Browser(address).ask().body == b"<title>page</title>"
    for other in ("127.0.0.2", socket.gethostbyname(socket.gethostname())):
        if other != "127.0.0.1":
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((other, port), timeout=5)


def test_the_path_is_secret_and_new_each_time(served: Server) -> None:
    with Server(TABLE) as other:
        tokens = {address.split("/")[3] for one in (served, other) for address in one.addresses}
    assert len(tokens) == 2
    assert all(len(bytes.fromhex(token)) * 8 == 128 for token in tokens)


@every(list(product(["", "pack", "none", "events", "other"], ["GET", "HEAD", "POST"])))
def test_every_answer_is_for_this_page_alone(name: str, method: str) -> None:
    with Server(TABLE) as running:
        found = Browser(running.addresses[0]).ask(name, method=method)
    headers = found.headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert ("default-src 'none'" in headers["content-security-policy"]) is (
        not headers["content-type"].startswith("text/html")
    )
    assert headers["connection"] == "close"
    assert not [header for header in headers if header.startswith("access-control-")]
    assert not {"server", "set-cookie"} & set(headers)


FOREIGN = {
    "another name": {"Host": "localhost:{port}"},
    "a name that was rebound": {"Host": "evil.example:{port}"},
    "a name without a port": {"Host": "127.0.0.1"},
    "another port": {"Host": "127.0.0.1:1"},
    "the other address": {"Host": "[::1]:{port}"},
    "a longer name": {"Host": "127.0.0.1:{port}.evil.example"},
    "no name": {"Host": ""},
    "another origin": {"Origin": "http://evil.example"},
    "an origin without a name": {"Origin": "null"},
    "an origin with TLS": {"Origin": "https://127.0.0.1:{port}"},
    "another port's origin": {"Origin": "http://127.0.0.1:1"},
    "from another site": {"Sec_Fetch_Site": "cross-site"},
    "from another port": {"Sec_Fetch_Site": "same-site"},
    "from a lie": {"Sec_Fetch_Site": "none, cross-site"},
}


@every(list(product(sorted(FOREIGN), ["", "pack", "events"])))
def test_who_is_from_elsewhere_is_refused(who: str, name: str) -> None:
    with Server(TABLE) as running:
        browser = Browser(running.addresses[0])
        told = {k: v.format(port=browser.place[1]) for k, v in FOREIGN[who].items()}
        found = browser.ask(name, **told)
    assert (found.status, found.body) == (403, b"403 Forbidden\n")


def test_two_names_are_refused(browser: Browser) -> None:
    request = browser.request().replace(b"\r\n\r\n", b"\r\nHost: evil.example\r\n\r\n")
    assert answer(browser.send(request)).status == 403


def test_the_page_itself_is_answered(browser: Browser) -> None:
    own = {"Origin": f"http://{browser.host}", "Sec_Fetch_Site": "same-origin"}
    assert browser.ask("pack", **own).status == 200
    assert browser.ask("", Sec_Fetch_Site="none").status == 200


@every(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "get", "X"])
def test_nothing_is_changed(method: str) -> None:
    with Server(TABLE) as running:
        found = Browser(running.addresses[0]).ask(method=method)
    assert (found.status, found.headers["allow"]) == (405, "GET, HEAD")


PATHS = [
    "/", "//", "/{token}", "/{token}/..", "/{token}/../", "/{token}/pack/", "/{token}//pack",
    "/{token}/./pack", "/{token}/%70ack", "/{token}/pack?x", "/{token}/pack#x", "/{token}/PACK",
    "/{token}/pack%00", "/{token}/../../etc/passwd", "/{token}/..%2f..%2fetc/passwd",
    "/{token}/assets.pa", "/{token}/build/assets.pa", "/{token}\\pack", "/{other}/pack",
    "/{short}/pack", "/{upper}/pack", "/{token}{token}/pack", "//pack", "/pack", "pack",
    "/{token}/{token}/pack", "http://evil.example/{token}/pack", "http://{host}/{token}/pack", "*",
    "/x/../{token}/pack", "//{token}//pack", "//{token}/pack", "/{token}/%2e%2e/{token}/pack",
    "/%2e/{token}/pack", "/{token};x/pack", "/{token}/pack;x", "/{token}/pack%20", "/{token}/pack.",
    "{token}/pack", "?/{token}/pack", "/?{token}/pack", "/{token}%2fpack", "/{token}/events/..",
]  # fmt: skip


@every(PATHS)
def test_a_path_is_never_taken_apart(path: str) -> None:
    with Server(TABLE) as running:
        browser, token = Browser(running.addresses[0]), running.token
        others = {"other": "0" * 32, "short": token[:-1], "upper": token.upper() + "g"}
        path = path.format(token=token, host=browser.host, **others)
        found = browser.ask(path=path)
    assert (found.status, found.body) == (404, b"404 Not Found\n")


RANGES = {
    "bytes=0-99": (206, 0, 100),
    "bytes=100-": (206, 100, len(PACK)),
    "bytes=-10": (206, len(PACK) - 10, len(PACK)),
    "bytes=0-": (206, 0, len(PACK)),
    "bytes=700000-999999999": (206, 700_000, len(PACK)),
    "bytes=-999999999": (206, 0, len(PACK)),
    "bytes=9-3": (200, 0, len(PACK)),
    "bytes=0-1,3-4": (200, 0, len(PACK)),
    "bytes=-": (200, 0, len(PACK)),
    "bytes=a-b": (200, 0, len(PACK)),
    "lines=0-1": (200, 0, len(PACK)),
    "bytes=0-99999999999999999999": (200, 0, len(PACK)),
}


@every(sorted(RANGES))
def test_a_part_of_the_pack(asked: str) -> None:
    status, start, end = RANGES[asked]
    with Server(TABLE) as running:
        found = Browser(running.addresses[0]).ask("pack", Range=asked)
    assert (found.status, found.body) == (status, PACK[start:end])
    told = f"bytes {start}-{end - 1}/{len(PACK)}" if status == 206 else None
    assert found.headers.get("content-range") == told
    assert found.headers["content-length"] == str(end - start)


def test_a_part_out_of_bounds(browser: Browser) -> None:
    for asked in (f"bytes={len(PACK)}-", "bytes=999999999-999999999", "bytes=-0"):
        found = browser.ask("pack", Range=asked)
        assert found.status == 416, asked
        assert found.headers["content-range"] == f"bytes */{len(PACK)}"


def test_the_same_pack(browser: Browser) -> None:
    assert browser.ask("pack").headers["etag"] == '"7"'
    assert browser.ask("pack", If_Match='"7"').status == 200
    assert browser.ask("pack", If_Match='"6"').status == 412
    assert browser.ask("pack", Range="bytes=0-1", If_Range='"7"').status == 206
    assert browser.ask("pack", Range="bytes=0-1", If_Range='"6"').status == 200


def test_head_has_no_body(browser: Browser) -> None:
    found = browser.ask("pack", method="HEAD")
    assert (found.status, found.headers["content-length"]) == (200, str(len(PACK)))
    assert found.body == b""
    assert browser.ask("other", method="HEAD").body == b""
    assert browser.ask("events", method="HEAD").body == b""


def test_events(browser: Browser) -> None:
    found = browser.ask("events")
    assert found.headers["content-type"] == "text/event-stream"
    assert found.body == b"data: 1\n\ndata: 2\n\n"


MALFORMED = {
    "nothing": (b"\r\n", 400),
    "HTTP/0.9": (b"GET {path}\r\n", 400),
    "another protocol": (b"GET {path} ICY/1.1\r\n{host}\r\n", 400),
    "HTTP/9.9": (b"GET {path} HTTP/9.9\r\n{host}\r\n", 400),
    "a version that is no number": (b"GET {path} HTTP/x\r\n{host}\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "four words": (b"GET {path} x HTTP/1.1\r\n{host}\r\n", 400),
    "two spaces": (b"GET  {path} HTTP/1.1\r\n{host}\r\n", 400),
    "another space": (b"GET\xa0{path} HTTP/1.1\r\n{host}\r\n", 400),
    "a path that is not ASCII": (b"GET {path}\xff HTTP/1.1\r\n{host}\r\n", 400),
    "lines that end as on Unix": (b"GET {path} HTTP/1.1\nHost: {name}\n\n", 400),
    "a field without a colon": (b"GET {path} HTTP/1.1\r\nno colon\r\n{host}\r\n", 400),
    "a field without a name": (b"GET {path} HTTP/1.1\r\n{host}: x\r\n\r\n", 400),
    "a space before the colon": (b"GET {path} HTTP/1.1\r\nHost : {name}\r\n\r\n", 400),
    "a field on two lines": (b"GET {path} HTTP/1.1\r\n{host} X: a\r\n\r\n", 400),
    "a line end within a field": (b"GET {path} HTTP/1.1\r\nX: a\rHost: {name}\r\n\r\n", 400),
    "a zero byte": (b"GET {path} HTTP/1.1\r\n{host}X: \0\r\n\r\n", 400),
    "a long path": (b"GET {path}" + b"a" * 20_000 + b" HTTP/1.1\r\n{host}\r\n", 414),
    "a long field": (b"GET {path} HTTP/1.1\r\n{host}X: " + b"a" * 12_000 + b"\r\n\r\n", 431),
    "many fields": (b"GET {path} HTTP/1.1\r\n{host}" + b"X: y\r\n" * 100 + b"\r\n", 431),
}


def asked(request: bytes, browser: Browser) -> bytes:
    """The request, with the address of the page in it."""
    told = {
        b"{path}": browser.path,
        b"{host}": f"Host: {browser.host}\r\n",
        b"{name}": browser.host,
    }
    for part, text in told.items():
        request = request.replace(part, text.encode())
    return request


@every(sorted(MALFORMED))
def test_what_is_no_request_is_refused(what: str) -> None:
    request, status = MALFORMED[what]
    with Server(TABLE) as running:
        browser = Browser(running.addresses[0])
        found = answer(browser.send(asked(request, browser)))
        assert found.status == status
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.body.startswith(f"{status} ".encode()), "no page of the library"
        assert browser.ask().status == 200, "the others are served"


ODD = {
    "fields as many as there may be": b"GET {path} HTTP/1.1\r\n{host}" + b"X: y\r\n" * 99 + b"\r\n",
    "a long field": b"GET {path} HTTP/1.1\r\n{host}X: " + b"a" * 9_000 + b"\r\n\r\n",
    "HTTP/1.0": b"GET {path} HTTP/1.0\r\n{host}\r\n",
    "bytes that are not ASCII": b"GET {path} HTTP/1.1\r\n{host}X: \xff\r\n\r\n",
    "a body": b"GET {path} HTTP/1.1\r\n{host}Content-Length: 4\r\n\r\nbody",
    "chunks": b"GET {path} HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "who waits to be told to go on": b"GET {path} HTTP/1.1\r\n{host}Expect: 100-continue\r\n\r\n",
    "who wants another protocol": (
        b"GET {path} HTTP/1.1\r\n{host}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    ),
    "a second request": b"GET {path} HTTP/1.1\r\n{host}\r\nGET {path}pack HTTP/1.1\r\n{host}\r\n",
    "a request in a body": (
        b"GET {path} HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\nGET {path}pack HTTP/1.1\r\n{host}\r\n"
    ),
}


@every(sorted(ODD))
def test_one_request_has_one_answer(what: str) -> None:
    """Whatever comes behind the fields is no second request, and no part of the first."""
    with Server(TABLE) as running:
        browser = Browser(running.addresses[0])
        with browser.connect() as connection:
            connection.sendall(asked(ODD[what], browser))
            found = connection.makefile("rb").read(65_536)
    assert found.count(b"HTTP/1.1 ") == 1
    assert (answer(found).status, answer(found).body) == (200, b"<title>page</title>")


def test_a_request_that_does_not_end(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is closed after some seconds, however steadily it drips."""
    monkeypatch.setattr(server, "ASKING", 1.0)
    with browser.connect() as slow:
        slow.sendall(b"GET /")
        started = time.monotonic()
        slow.settimeout(0.1)
        while True:
            try:
                slow.sendall(b"a")
                if slow.recv(1) == b"":
                    break
            except TimeoutError:
                assert time.monotonic() - started < 10
            except OSError:
                break
        assert 0.5 < time.monotonic() - started < 10
    assert browser.ask().status == 200


def test_an_answer_that_nobody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its place is free again after some seconds."""
    monkeypatch.setattr(server, "TAKING", 0.5)
    monkeypatch.setattr(server, "CONNECTIONS", 1)
    huge = Text("application/octet-stream", bytes(64 * 1024 * 1024), "1")
    table = Table(resources={"pack": lambda: nullcontext(huge)}, events=events)
    with Server(table) as running:
        browser = Browser(running.addresses[0])
        with browser.connect() as lazy:
            lazy.sendall(browser.request("pack"))
            lazy.recv(10)
            assert browser.ask("pack").status == 503
            until = time.monotonic() + 20
            while browser.ask("pack", Range="bytes=0-1").status != 206:
                assert time.monotonic() < until
                time.sleep(0.05)


def test_too_many_connections(browser: Browser) -> None:
    with ExitStack() as open_:
        waiting = [open_.enter_context(browser.connect()) for _ in range(CONNECTIONS)]
        time.sleep(0.3)
        refused = answer(browser.send(browser.request()))
        assert refused.status == 503
        for one in waiting:
            one.sendall(browser.request())
            assert answer(b"".join(iter(lambda one=one: one.recv(65536), b""))).status == 200
    until = time.monotonic() + 10
    while browser.ask().status != 200:
        assert time.monotonic() < until


def test_a_browser_that_goes_away(browser: Browser) -> None:
    for name in ("pack", "events", ""):
        for _ in range(CONNECTIONS * 2):
            with browser.connect() as gone:
                gone.sendall(browser.request(name))
                gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    until = time.monotonic() + 20
    while answer(browser.send(browser.request("pack"))).body != PACK:
        assert time.monotonic() < until


def test_a_port_that_is_taken(served: Server) -> None:
    port = Browser(served.addresses[0]).place[1]
    with pytest.raises(OSError, match=f"127.0.0.1:{port}"):
        Server(TABLE, port)
    other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    with other, pytest.raises(OSError, match=r"\[::1\]"):
        Server(TABLE, other.getsockname()[1])


def test_a_system_without_the_second_address(monkeypatch: pytest.MonkeyPatch) -> None:
    original = server._Listening.server_bind

    def bind(self: server._Listening) -> None:
        if self.address_family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        original(self)

    monkeypatch.setattr(server._Listening, "server_bind", bind)
    with Server(TABLE) as running:
        (address,) = running.addresses
        assert Browser(address).ask().status == 200


def test_it_ends_with_the_with() -> None:
    with Server(TABLE) as running:
        browser = Browser(running.addresses[0])
    with pytest.raises(OSError, match="refused"):
        browser.ask()
