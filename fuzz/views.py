"""Target: everything that is shown of a valid pack, whatever its names and its metadata hold."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from typing import Final

import prometeu_assets as pa
from fuzz.disk import place
from fuzz.outcome import outcome
from fuzz.packs import Disagreement
from prometeu_assets.conformance.parts import Parts, sounds
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.reader.source import MemorySource
from prometeu_assets.views.diff import difference
from prometeu_assets.views.extract import write_assets
from prometeu_assets.views.html import page
from prometeu_assets.views.inspect import inspection

_DRAWN: Final = 2
"""Palettes of a pack that is extracted: each is a picture, which takes long."""

_TAGS: Final = frozenset({
    "body", "head", "html", "meta", "noscript", "script", "style", "title",
})  # fmt: skip
"""What a page is made of."""


def view(data: bytes) -> bool:
    """Inspect, show, compare and extract a valid pack."""
    pack = outcome(lambda: pa.open(data))
    if isinstance(pack, Refused):
        return False
    with pack, pa.open(_other()) as other:
        _obeys("inspection", inspection(pack, "a.pa").as_json())
        _Page().check(page(file="a.pa", source=MemorySource(data)).decode())
        same = difference(pack, pack, ("a.pa", "a.pa"))
        if not same.identical or same.changed or same.moved:
            raise Disagreement("a pack differs from itself")
        _obeys("difference", same.as_json())
        _obeys("difference", difference(pack, other, ("a.pa", "b.pa")).as_json())
        drawn = sum(entry.metadata.get("palette_authored", 0) for entry in pack)
        _extracted(pack, decode=drawn <= _DRAWN)
    return True


def _extracted(pack: pa.Pack, *, decode: bool) -> None:
    """Every file lies in the folder that was asked for, and holds what the slice holds."""
    target = place("views") / "out"
    shutil.rmtree(target, ignore_errors=True)
    written = write_assets(pack, [], target)
    if {path.name for path in written} != {path.name for path in target.rglob("*")}:
        raise Disagreement("files that are not told of")
    for path, entry in zip(written, pack, strict=True):
        if path.parent != target or path.read_bytes() != bytes(pack.read(entry)):
            raise Disagreement(f"{path} is not the slice of {entry.asset_name}")
    if decode:
        write_assets(pack, [], target, decode=True)


def _obeys(name: str, value: object) -> None:
    for violation in CURRENT.documents.violations((name, CURRENT.newest(name)), value):
        raise Disagreement(f"{name}: {violation.what}")


def _other() -> bytes:
    return Parts(contract=CURRENT, rows=[sounds(1, "a", [2]), sounds(3, "x", [4])]).build()


class _Page(HTMLParser):
    """A page in which nothing of a pack became markup."""

    def check(self, text: str) -> None:
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        handlers = [name for name, _ in attrs if name.startswith("on")]
        if tag not in _TAGS or handlers:
            raise Disagreement(f"the page has <{tag} {handlers}>")
