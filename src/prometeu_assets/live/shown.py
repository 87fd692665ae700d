"""What a preview shows: the page, the last good pack, and what the last round said.

Clause: ``spec/watch.md#preview``.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Condition
from typing import IO, Any, Final

from prometeu_assets.contract.companions import METADATA, PACK
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused
from prometeu_assets.live.server import Content, Resource, Table, Text
from prometeu_assets.live.watching import Round
from prometeu_assets.names import unicode
from prometeu_assets.nouns import counted
from prometeu_assets.reader.source import ShortRead, Source, disk_source
from prometeu_assets.storage.paths import open_inside, read_inside
from prometeu_assets.storage.status import Status
from prometeu_assets.storage.transaction import BUILD

LIVE: Final = {"events": "events", "pack": "pack", "state": "state"}
"""What the page asks for: addresses relative to its own."""

FILE: Final = f"{BUILD.directory}/{PACK}"
_BEAT: Final = 10.0
"""Seconds after which a client that hears nothing is sent something, to notice that it has gone."""
_JSON: Final = "application/json"


@dataclass(slots=True, eq=False)
class _Pack:
    """A pack that stays open until nothing is read from it any more."""

    file: IO[bytes]
    tag: str
    companion: Any
    users: int = 1
    type: str = field(default="application/octet-stream", init=False)
    source: Source = field(init=False)
    _status: Status = field(init=False)

    def __post_init__(self) -> None:
        self._status = self._now()
        self.source = disk_source(self.file, FILE)

    @property
    def size(self) -> int:
        return self.source.size

    @property
    def is_whole(self) -> bool:
        """Whether nobody wrote to the file since it was opened; it may be gone from its place."""
        return self._now().is_renamed(self._status)

    def read(self, offset: int, size: int) -> memoryview:
        data = self.source.read(offset, size)
        if not self.is_whole:
            raise ShortRead(errno.EIO, "the pack changed while it was read", FILE)
        return data

    def _now(self) -> Status:
        return Status.of(os.fstat(self.file.fileno()))


class Shown:
    """What is shown of the project ``base``; changed by one thread, and read by many."""

    def __init__(self, base: Path, page: bytes) -> None:
        self._base, self._page = base, Text("text/html; charset=utf-8", page)
        self._news = Condition()
        self._round, self._has_ended = 0, False
        self._packs = count(1)
        self._pack: _Pack | None = None
        self._state = Text(_JSON, b"{}")

    @property
    def table(self) -> Table:
        """What a server answers."""
        resources: dict[str, Resource] = {
            "": lambda: nullcontext(self._page),
            LIVE["state"]: lambda: nullcontext(self._state),
            LIVE["pack"]: self._reading,
        }
        return Table(resources=resources, events=self._events)

    def show(self, made: Round) -> None:
        """Show a round: its pack when it is good, else its faults above the last good one."""
        if made.result is not None or self._pack is None:
            self._replace(self._opened())
        text = json.dumps(_state(made, self._pack), separators=(",", ":"))
        with self._news:
            self._state, self._round = Text(_JSON, text.encode()), made.number
            self._news.notify_all()

    def end(self) -> None:
        """Nothing new comes; threads that wait for it go on."""
        with self._news:
            self._has_ended = True
            self._news.notify_all()
        self._replace(None)

    def _opened(self) -> _Pack | None:
        """The pack in ``build/`` with its companion; None when there is none, whatever it is."""
        with suppress(OSError, Refused):
            file = open_inside(self._base, FILE)
            return _Pack(file, str(next(self._packs)), self._companion())
        return None

    def _companion(self) -> Any:
        with suppress(OSError, Refused, ValueError, RecursionError):
            name, limit = f"{BUILD.directory}/{METADATA}", LIMITS.index_document_bytes
            return json.loads(read_inside(self._base, name, limit=limit, what="a companion"))
        return None

    def _replace(self, pack: _Pack | None) -> None:
        with self._news:
            before, self._pack = self._pack, pack
        if before is not None:
            self._leave(before)

    def _leave(self, pack: _Pack) -> None:
        with self._news:
            pack.users -= 1
            is_last = pack.users == 0
        if is_last:
            pack.source.close()

    @contextmanager
    def _reading(self) -> Iterator[Content | None]:
        with self._news:
            pack = self._pack
            if pack is not None:
                pack.users += 1
        try:
            yield pack if pack is not None and pack.is_whole else None
        finally:
            if pack is not None:
                self._leave(pack)

    def _events(self) -> Iterator[bytes]:
        """A message for each round; the first at once, for a page that was loaded before it."""
        heard = 0
        while True:
            with self._news:
                if not self._has_ended and self._round == heard:
                    self._news.wait(_BEAT)
                if self._has_ended:
                    return
                is_new, heard = self._round > heard, self._round
            yield f"id: {heard}\ndata: {heard}\n\n".encode() if is_new else b":\n\n"


def _state(made: Round, pack: _Pack | None) -> dict[str, Any]:
    """What the page is told of a round."""
    return {
        **made.as_json(),
        "message": _message(made, pack),
        "file": FILE,
        "pack": None if pack is None else {"number": int(pack.tag), "size": pack.size},
        "companion": None if pack is None else pack.companion,
    }


def _message(made: Round, pack: _Pack | None) -> str:
    """One line for people about the last round."""
    if made.result is not None:
        return f"Built in {made.seconds:.2f} s."
    why = str(made.failure) if made.failure else counted(len(made.report.errors), "error")
    shown = "No pack was built yet." if pack is None else "This is the last good pack."
    return f"The last build failed: {unicode(why)}. {shown}"
