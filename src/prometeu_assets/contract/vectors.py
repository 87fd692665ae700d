"""What a bank gives the conformance kit: packs to accept, and slices with what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """A pack with one entry that every reader accepts, for the conformance kit.

    ``id`` is the case's, ``name`` and ``metadata`` the entry's; ``rule`` is the one that it just
    keeps, and ``why`` says in a few words what is at its edge.
    """

    id: str
    rule: str
    name: str
    metadata: Mapping[str, Any]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """One slice and what a runtime has in its bank after it loaded the slice.

    Clause: ``conformance/PROTOCOL.md``, decoding.
    ``clause`` is an anchor on the page of the banks; ``why`` says in a few words what the pattern
    shows. ``data`` are the bytes of the slice and ``metadata`` that of its entry. ``values`` are
    what a person compares; ``view`` is what every reader answers. None of these three may come from
    `Bank.encode` or `Bank.decode`: an encoder and a decoder with the same fault agree.
    """

    id: str
    clause: str
    why: str
    metadata: Mapping[str, Any]
    data: bytes
    values: Mapping[str, Any]
    view: Mapping[str, Any]


def digest(data: bytes) -> str:
    """The SHA-256 of bytes in lower-case hexadecimal."""
    return sha256(data).hexdigest()


def little(numbers: Iterable[int], size: int, *, signed: bool = False) -> bytes:
    """Whole numbers of ``size`` bytes each, the least significant byte first."""
    return b"".join(n.to_bytes(size, "little", signed=signed) for n in numbers)
