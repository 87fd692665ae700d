"""What is asked about an input, and which versions the reader that is asked knows.

Clause: ``conformance/PROTOCOL.md``, kinds. A published case says of its input what such a reader
says for ever, so a later version brings a kind of its own, and changes no case of an older one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from prometeu_assets.contract.value import Contract

ASKS: Final = ("read", "canonical-json", "migrate", "cartridge", "decode")
"""What can be asked; also the kinds of the versions in `FIRST`."""

FIRST: Final[Mapping[str, int]] = {"pack": 1, "manifest": 1, "asset": 2, "index": 2}
"""The newest version that a reader knows, for the kinds that the suite began with."""

_LATER: Final = (
    ("pack", "read-{}"),
    ("manifest", "cartridge-{}"),
    ("asset", "migrate-asset-{}"),
    ("index", "migrate-index-{}"),
    ("pack", "decode-{}"),
)


@cache
def kinds(contract: Contract) -> Mapping[str, Mapping[str, int]]:
    """Every kind, and the newest version of each document that its reader knows."""
    found = dict.fromkeys(ASKS, FIRST)
    versions = {"pack": tuple(c.version for c in contract.containers), **contract.windows}
    for name, label in _LATER:
        for version in versions[name]:
            if version > FIRST[name]:
                found[label.format(version)] = {**FIRST, name: version}
    return found


def asked(kind: str) -> str:
    """What a kind asks: one of `ASKS`."""
    return next(ask for ask in ASKS if f"{kind}-".startswith(f"{ask}-"))


@cache
def known(contract: Contract, kind: str) -> Contract:
    """The contract as a reader that is asked this kind knows it; raises `KeyError` for no kind."""
    return contract.until(kinds(contract)[kind])
