"""Texts in which a token of JSON is where another must be: each place with each token.

A scanner that confuses two places takes what may be in the other one. So each token is also
followed by what follows it where it may be.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Final

_PLACES: Final[Mapping[str, tuple[bytes, bytes]]] = {
    "value": (b"", b""),
    "value-end": (b"1", b""),
    "first-element": (b"[", b"]"),
    "element": (b"[1,", b"]"),
    "element-end": (b"[1", b"]"),
    "first-name": (b"{", b"}"),
    "name": (b'{"a":1,', b"}"),
    "name-end": (b'{"a"', b"}"),
    "member": (b'{"a":', b"}"),
    "member-end": (b'{"a":1', b"}"),
}
"""What is before a place, and what closes the text."""
_TOKENS: Final[Mapping[str, bytes]] = {
    "string": b'"b"',
    "string-and-value": b'"b":2',
    "number": b" 2",
    "bracket": b"[]",
    "brace": b"{}",
    "comma": b",2",
    "comma-and-name": b',"b":2',
    "colon": b":2",
}
"""A token, with what follows it where it may be."""
_CLOSING: Final[Mapping[str, bytes]] = {"bracket-closing": b"]", "brace-closing": b"}"}


def wrong(known: Collection[bytes]) -> Iterator[tuple[str, bytes, str]]:
    """(end of an id, text, why) of each text, except for those that are ``known``.

    Left out is what is JSON, alone or as the value of a member.
    """
    for place, (before, end) in _PLACES.items():
        texts = {token: before + text + end for token, text in _TOKENS.items()}
        texts |= {token: before + text for token, text in _CLOSING.items()}
        for token, text in texts.items():
            if not (text in known or _is_json(text) or _is_json(b'{"a":%s}' % text)):
                yield f"{place}-{token}", text, f"{text.decode()!r} is no value of JSON"


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
