"""Where two views differ, in words."""

from __future__ import annotations

import json
from typing import Any, Final

from prometeu_assets.contract.canonical import same

_SHOWN: Final = 60


def difference(found: Any, wanted: Any, at: str = "view") -> str:
    """The first place where two views differ, in words."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in sorted(found.keys() | wanted.keys()):
            if name not in found:
                return f"{at} has no {name}"
            if name not in wanted:
                return f"{at} has an unknown {short(name)}"
            if not same(found[name], wanted[name]):
                return difference(found[name], wanted[name], f"{at}.{name}")
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for index, (left, right) in enumerate(zip(found, wanted, strict=True)):
            if not same(left, right):
                return difference(left, right, f"{at}[{index}]")
    return f"{at} is {short(json.dumps(found))} instead of {short(json.dumps(wanted))}"


def short(text: str) -> str:
    """Text cut to what fits into a sentence."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
