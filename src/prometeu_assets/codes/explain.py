"""What can be told about a code beside its row: a real example, and every way to mend it."""

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


@cache
def examples() -> Mapping[str, str]:
    """Code to the text that the command line prints for a case of it."""
    recorded: dict[str, str] = json.loads(EXAMPLES.read_text(encoding="ascii"))
    return recorded


def mends(code: Code) -> list[str]:
    """All that a diagnostic of this code may advise; ``<name>`` stands for what it fills in."""
    texts = dict.fromkeys(text for text in (code.hint, *code.hints.values()) if text)
    filled = (re.sub(r"(?<!\{)\{(\w+)(?:![rs])?\}", r"<\1>", text) for text in texts)
    return [text.replace("{{", "{").replace("}}", "}") for text in filled]
