"""A pack behind a URL, by way of fsspec.

Clause: ``spec/python-reader.md#remote``. The first request brings the beginning of the file, and
each read after it is one request. What a server answers is judged before it is used: a read gives
exactly the bytes asked for, of the file that was opened, or raises `OSError`.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, Final, NamedTuple, TypeVar, cast

from prometeu_assets.contract.limits import MIB
from prometeu_assets.extras import installing
from prometeu_assets.reader.source import (
    TIMEOUT,
    FileSource,
    ShortRead,
    Source,
    closed,
    explained,
    own_process,
    short,
)

T = TypeVar("T")

FIRST: Final = 40_000
"""Bytes of the first request."""

SMALL: Final = 4 * MIB
"""Bytes of the longest file that is taken whole, from a server that sends no parts."""

_WHOLE, _PART, _BEYOND = 200, 206, 416
"""The answers to a request for a part: all of the file, the part, and that there is none."""

_PLACE: Final = re.compile(r"bytes (?:([0-9]{1,19})-([0-9]{1,19})|\*)/([0-9]{1,19})")

_NUMBERS: Final = {
    401: errno.EACCES,
    403: errno.EACCES,
    404: errno.ENOENT,
    410: errno.ENOENT,
}
"""Status to the number of the error; any other is `errno.EIO`."""


def remote_source(url: str, timeout: float = TIMEOUT) -> Source:
    """The bytes behind a URL; ``timeout`` is in seconds, for opening and for each read.

    Raises `OSError`, such as `TimeoutError`, when they cannot be had.
    """
    try:
        from fsspec import url_to_fs
    except ImportError as error:
        raise OSError(
            errno.ENOSYS, f"reading URLs needs packages that are missing: {installing('remote')}"
        ) from error
    with explained(url):
        # One that opens an archive waits for it.
        system, path = _within(timeout, url, lambda: url_to_fs(url))
        if _is_http(system, path):
            return HttpSource(system, path, timeout)
        # No block is read ahead: the ranges that are needed are known.
        opened = _within(timeout, url, lambda: system.open(path, "rb", cache_type="none"))
    return StoredSource(opened, url, system, timeout)


def _is_http(system: Any, path: str) -> bool:
    """Whether a file system is fsspec's own for HTTP, and not one that keeps copies before it."""
    if not path.lower().startswith(("http://", "https://")):
        return False
    from fsspec.implementations.http import HTTPFileSystem

    return issubclass(type(system), HTTPFileSystem)


class StoredSource(FileSource):
    """A file of one of fsspec's file systems other than HTTP, which this source closes.

    A read that takes longer than ``timeout`` seconds closes the source.
    """

    def __init__(self, file: IO[bytes], url: str, system: Any, timeout: float) -> None:
        # An archive is closed with the last reference to its file system.
        self._system, self._timeout, self._front = system, timeout, memoryview(b"")
        super().__init__(file, url, owned=True)
        try:
            self._front = self.read(0, min(FIRST, self.size))
        except BaseException:
            self.close()
            raise

    def _measure(self, file: IO[bytes]) -> int:
        if getattr(file, "size", 0) is None:
            text = "the file has no length: download it first"
            raise OSError(errno.ESPIPE, text, self.name)
        measure = super()._measure
        return _within(self._timeout, self.name, lambda: measure(file))

    def _take(self, file: IO[bytes], offset: int, size: int) -> memoryview:
        take = super()._take

        def rest(offset: int, size: int) -> memoryview:
            return _within(self._timeout, self.name, lambda: take(file, offset, size))

        try:
            return _joined(self._front, offset, size, rest)
        except TimeoutError:
            self.close()  # the read that was left behind still moves the file's position
            raise


class _Answer(NamedTuple):
    """Which bytes of which file a server says that it sends."""

    start: int
    end: int
    total: int
    """Bytes of the whole file."""
    version: str | None
    """Its ``ETag``, else its ``Last-Modified``."""


class HttpSource:
    """A file behind HTTP: each read is one request, and any thread may make one.

    Bytes are given only if the answer says that they are those asked for, of the file that was
    opened: of the same length, with the same ``ETag`` or else the same ``Last-Modified``.
    """

    def __init__(self, system: Any, url: str, timeout: float = TIMEOUT) -> None:
        self.name: str | None = url
        self._system, self._url, self._timeout = system, url, timeout
        self._process = os.getpid()
        self._opened: _Answer | None = None
        with explained(url):
            self._opened, data = self._ask(0, FIRST)
        self.size = self._opened.total
        self._front: memoryview | None = data

    def read(self, offset: int, size: int) -> memoryview:
        front = self._front
        if front is None:
            raise closed(self.name)
        own_process(self._process, self.name)
        if offset + size > self.size:
            raise short(self.name, offset, size, max(0, self.size - offset))
        with explained(self.name):
            return _joined(front, offset, size, lambda start, length: self._ask(start, length)[1])

    def close(self) -> None:
        self._front = None

    def _ask(self, start: int, size: int) -> tuple[_Answer, memoryview]:
        """One request: what the answer says, and its bytes."""
        from fsspec.asyn import sync

        try:
            answer, data = sync(self._system.loop, self._get, start, size, timeout=self._timeout)
        except TimeoutError as error:
            raise _late(self._timeout, self.name) from error
        return answer, memoryview(data).toreadonly()

    async def _get(self, start: int, size: int) -> tuple[_Answer, bytearray]:
        session = await self._system.set_session()
        options = dict(self._system.kwargs)
        options["headers"] = {
            **options.get("headers", {}),
            "Range": f"bytes={start}-{start + size - 1}",
            "Accept-Encoding": "identity",
        }
        # The session has a limit of its own, of five minutes.
        options["timeout"] = type(session.timeout)(total=None)
        async with session.get(self._system.encode_url(self._url), **options) as response:
            answer = self._announced(response.status, response.headers)
            self._check(answer, response.status, start, start + size)
            promised, data = answer.end - answer.start, bytearray()
            if not promised:  # an answer without a part has a text of its own
                return answer, data
            async for piece in response.content.iter_any():
                data += piece
                if len(data) > promised:
                    break
        if len(data) != promised:
            count = "more than" if len(data) > promised else f"{len(data)} of"
            raise self._lied(f"sent {count} the {promised} bytes that it promised")
        return answer, data

    def _announced(self, status: int, headers: Any) -> _Answer:
        """What an answer says of its bytes; raises when it says that there are none to have."""
        if status >= 400 and status != _BEYOND:
            number = _NUMBERS.get(status, errno.EIO)
            raise OSError(number, f"the server answered with status {status}", self.name)
        if headers.get("Content-Encoding", "identity") != "identity":
            raise self._unfit("sends the file compressed")
        version = headers.get("ETag") or headers.get("Last-Modified")
        length, place = headers.get("Content-Length"), headers.get("Content-Range", "")
        if status == _WHOLE:
            if length is None:
                raise self._unfit("sends no length and no parts of the file")
            return _Answer(0, int(length), int(length), version)
        found = _PLACE.fullmatch(place)
        if found is None or status not in (_PART, _BEYOND):
            raise self._lied(f"answered with status {status} and the place {place[:80]!a}")
        first, last, total = found.groups()
        if status == _BEYOND or last is None:
            return _Answer(int(total), int(total), int(total), version)
        return _Answer(int(first), int(last) + 1, int(total), version)

    def _check(self, answer: _Answer, status: int, start: int, end: int) -> None:
        """That the answer is of the file that was opened, and has the bytes from start to end."""
        opened = self._opened
        if opened and (answer.total, answer.version) != (opened.total, opened.version):
            text = "the file at the URL changed after the pack was opened: open the pack again"
            raise ShortRead(errno.ESTALE, text, self.name)
        if status == _WHOLE:
            if opened or answer.total > SMALL:
                raise self._unfit("sends no parts of the file")
            return
        if (answer.start, answer.end) != (start, min(end, answer.total)):
            given = f"{answer.start} to {answer.end} of {answer.total}"
            raise self._lied(f"was asked for the bytes from {start} to {end}, and sends {given}")
        if answer.version is None and answer.end < answer.total:
            raise self._unfit("sends no ETag and no Last-Modified, so no change could be seen")

    def _lied(self, what: str) -> OSError:
        return OSError(errno.EPROTO, f"the server {what}", self.name)

    def _unfit(self, what: str) -> OSError:
        text = f"the server {what}: download the file first, or open simplecache::{self.name}"
        return OSError(errno.ESPIPE, text, self.name)


def _joined(
    front: memoryview, offset: int, size: int, rest: Callable[[int, int], memoryview]
) -> memoryview:
    """The bytes at a position: what ``front``, the beginning of the file, has is not asked for."""
    held = front[offset : offset + size]
    if held.nbytes == size:
        return held
    missing = rest(offset + held.nbytes, size - held.nbytes)
    return memoryview(b"".join((held, missing))) if held.nbytes else missing


def _within(seconds: float, name: str | None, call: Callable[[], T]) -> T:
    """What ``call`` returns or raises; `TimeoutError` once the seconds have passed.

    The call is then left behind in its thread, which keeps no program from ending.
    """
    done: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def work() -> None:
        try:
            done.put((call(), None))
        except Exception as error:  # noqa: BLE001 - raised again where the call was made
            done.put((None, error))

    Thread(target=work, daemon=True).start()
    try:
        value, failure = done.get(timeout=seconds)
    except Empty:
        raise _late(seconds, name) from None
    try:
        if failure is not None:
            raise failure
        return cast("T", value)
    finally:
        del failure


def _late(seconds: float, name: str | None) -> TimeoutError:
    return TimeoutError(errno.ETIMEDOUT, f"no answer came within {seconds:g} seconds", name)
