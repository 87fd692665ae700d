"""Canonical JSON: the one encoding of a header.

Clause: ``spec/contract/1/header.md#canonical``. RFC 8785, with these differences: integers only;
U+0000 and names that need an escape are refused; names are ordered by their UTF-8 bytes (which is
Python's own order of strings), not by UTF-16 units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from prometeu_assets.contract.limits import LIMITS

_ESCAPED: Final = re.compile(r'["\\\x00-\x1f]')
"""Characters that a string cannot hold without an escape; a member name has none."""


class NotCanonical(ValueError):
    """The value has no canonical encoding; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# The C encoder of the standard library writes exactly the shortest spellings the clause asks
# for: short escapes, other controls as \u00xx in lower case, everything else raw.
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)


def encode(value: Any, *, checked: bool = False) -> bytes:
    """The canonical encoding of ``value`` (None, bool, int, str, list, tuple, dict).

    ``checked`` when the value is known to have nothing of what is refused but lone surrogates.
    Raises `NotCanonical` for any other type, an integer beyond `Limits.integer`, a string with
    U+0000 or a lone surrogate, or a member name that needs an escape.
    """
    if not checked:
        _check(value)
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a lone surrogate has no UTF-8 form") from error


def _check(root: Any) -> None:
    # A loop with a stack, so that depth costs memory and never the interpreter's own stack.
    pending = [root]
    while pending:
        value = pending.pop()
        kind = type(value)
        if kind is str:
            if "\0" in value:
                raise NotCanonical("U+0000 is not allowed in a string")
        elif kind is int:
            if not -LIMITS.integer <= value <= LIMITS.integer:
                raise NotCanonical(f"{value} is beyond ±{LIMITS.integer}")
        elif isinstance(value, dict):
            pending.extend(value)
            pending.extend(value.values())
            for name in value:
                _check_name(name)
        elif isinstance(value, list | tuple):
            pending.extend(value)
        elif value is not None and kind is not bool:
            raise NotCanonical(f"{kind.__name__} has no canonical encoding")


def _check_name(name: object) -> None:
    if type(name) is not str:
        raise NotCanonical("a member's name is not a string")
    if _ESCAPED.search(name):
        raise NotCanonical(f"the member name {name!r} cannot be written unescaped")


def first_difference(left: bytes, right: bytes) -> int:
    """The position of the first byte in which two byte strings differ."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def same(one: Any, two: Any) -> bool:
    """Whether two JSON values are equal, also in their types: 1, 1.0 and true are three."""
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return one.keys() == two.keys() and all(same(part, two[name]) for name, part in one.items())
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    return type(one) is type(two) and bool(one == two)
