"""One case of the suite, and recipes for those too large to keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from prometeu_assets.contract.limits import MIB
from prometeu_assets.storage.files import measured

Verdict = Literal["accept", "reject"]

VERSIONS: Final = "versions"
"""What cases of migration are about: it is no rule of reading a pack."""

LARGEST_FILE: Final = 64 * 1024
"""Bytes of the largest vector that is kept as a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A piece of a recipe: ``unit`` repeated ``count`` times."""

    unit: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link in a cartridge, to another name in it."""

    target: str


@dataclass(frozen=True, slots=True)
class Directory:
    """An empty directory in a cartridge."""


Member = bytes | Link | Directory
"""What is at a name in a cartridge: the bytes of a file, or what is no regular file."""

Recipe = tuple["bytes | Repeat", ...]
"""Pieces that make an input when put behind each other."""


def size_of(recipe: Recipe) -> int:
    """Bytes of the input a recipe makes."""
    return sum(len(p) if isinstance(p, bytes) else len(p.unit) * p.count for p in recipe)


def expand(recipe: Recipe) -> Iterator[bytes]:
    """The bytes of a recipe, in chunks of about a mebibyte."""
    for piece in recipe:
        if isinstance(piece, bytes):
            yield piece
            continue
        times = max(1, MIB // len(piece.unit))
        whole, rest = divmod(piece.count, times)
        for _ in range(whole):
            yield piece.unit * times
        if rest:
            yield piece.unit * rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One input and what every reader says of it.

    ``id`` is permanent. ``rule`` is the id of the rule that a rejected pack breaks, or of the
    one an accepted input just keeps; `VERSIONS` for migrations, a clause of the banks' page for
    decoding. ``derived_from`` names the definition it came from. ``layer`` is what kind of wrong a
    rejected input is. ``document`` is for migrations, and ``view`` for them and for decoding, whose
    digests stand for ``values``. The input is what ``recipe`` makes or, for a cartridge, a
    ``folder``: what it holds by name.
    """

    id: str
    kind: str = "read"
    profile: str = "reader"
    verdict: Verdict
    code: str | None = None
    rule: str
    layer: str | None = None
    recipe: Recipe = ()
    folder: Mapping[str, Member] | None = None
    notes: Mapping[str, str]
    derived_from: str
    order: bool = False
    document: str | None = None
    view: Any = None
    values: Any = None

    @property
    def size(self) -> int:
        """Bytes of the input."""
        files = (part for part in (self.folder or {}).values() if isinstance(part, bytes))
        return size_of(self.recipe) + sum(map(len, files))

    @property
    def is_file(self) -> bool:
        """Whether the input is small enough to be kept."""
        return self.size <= LARGEST_FILE

    def chunks(self) -> Iterator[bytes]:
        """The input's bytes."""
        return expand(self.recipe)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the input; of a folder, that of the list of its files' digests."""
        if self.folder is None:
            return _digest(self.recipe)
        return hashlib.sha256(folder_listing(self.folder)).hexdigest()


def folder_listing(folder: Mapping[str, Member]) -> bytes:
    """What is at each name, sorted by name: a file's digest, as ``sha256sum`` prints it."""
    return "".join(f"{_told(folder[name])}  {name}\n" for name in sorted(folder)).encode()


def _told(part: Member) -> str:
    match part:
        case Link(target):
            return f"link to {target}"
        case Directory():
            return "directory"
    return hashlib.sha256(part).hexdigest()


@cache
def _digest(recipe: Recipe) -> str:
    # Kept, because the largest inputs have gigabytes of zeros.
    return measured(expand(recipe)).sha256
