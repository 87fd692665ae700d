"""More about a code than its row: a real example, and every way to fix it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from prometeu_assets.codes.code import Code

EXAMPLES: Final = Path(__file__).with_name("examples.json")
"""What the command line printed for a real case of each code; ``tools/examples.py`` records it."""


_GAP: Final = re.compile(r"(?<!\{)\{(?P<name>\w+)(?:![rs])?(?::(?P<form>\w+))?\}")
"""What a template fills in, as `prometeu_assets.names.Standpoint` reads it."""


@cache
def examples() -> Mapping[str, str]:
    """Code to the text that the command line prints for a case of it."""
    recorded: dict[str, str] = json.loads(EXAMPLES.read_text(encoding="ascii"))
    return recorded


def fixes(code: Code) -> list[str]:
    """All that a diagnostic of this code may advise; ``<name>`` marks a value that is filled in."""
    texts = dict.fromkeys(text for text in (code.hint, *code.hints.values()) if text)
    return [_GAP.sub(_shown, text).replace("{{", "{").replace("}}", "}") for text in texts]


def _shown(gap: re.Match[str]) -> str:
    if gap["name"] in ("project", "of_project"):
        return ""
    return f"{'assets/' if gap['form'] == 'root' else ''}<{gap['name']}>"
