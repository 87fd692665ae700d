"""The fast tier of a document's text: the library's own parser, where it hides nothing.

A value from here is the one `contract.text.scan` would give, of a text in which it finds neither
a fault nor a repeated member; for anything else the answer is don't-know, and `scan` decides.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

DONT_KNOW: Final[Any] = object()
"""Says nothing about the text."""

_DOUBTFUL: Final = re.compile(rb"\\u[dD][89a-fA-F]|[0-9]{300}")
"""Half of a character, or a number that `scan` would not take for exact."""


class _Unsure(Exception):
    """The parser met something it treats in its own way."""


def plain(data: bytes, nesting: int) -> Any:
    """The value of a JSON text (RFC 8259) of UTF-8 bytes, or `DONT_KNOW`."""
    if _DOUBTFUL.search(data):
        return DONT_KNOW
    try:
        value = _DECODER.decode(data.decode())
    except (_Unsure, ValueError, RecursionError):
        return DONT_KNOW
    return value if _is_shallow(value, nesting) else DONT_KNOW


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise _Unsure
    return value


def _constant(_: str) -> Any:
    raise _Unsure


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Unsure
    return value


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_float
)


def _is_shallow(root: Any, nesting: int) -> bool:
    """Whether no more than ``nesting`` arrays and objects are open at once."""
    level = [root] if isinstance(root, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > nesting:
            return False
        level = [
            part
            for value in level
            for part in (value.values() if isinstance(value, dict) else value)
            if isinstance(part, dict | list)
        ]
    return True
