"""No regular expression is one that some supported Python matches wrongly."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.test_imports import MODULES, tree
from tests.every import every

WRONG = re.compile(r"\)(?:[*+?]|\{[0-9,]*\})\+|\(\?>")
"""A group that never gives back: Python before 3.11.5 may go on where an attempt had failed."""


def patterns(module: ast.AST) -> Iterator[str]:
    """The texts, and parts of texts, that a module gives to `re`."""
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("re."):
            for part in ast.walk(call):
                if isinstance(part, ast.Constant) and isinstance(part.value, str | bytes):
                    text = part.value
                    yield text if isinstance(text, str) else text.decode("latin-1")


@every(MODULES)
def test_no_group_is_possessive(name: str) -> None:
    assert not [text for text in patterns(tree(name)) if WRONG.search(text)]


@every(
    ['re.compile(rb"(?:a|b)*+")', 're.search(f"(?:{line}\\n){{2,}}+", text)', 're.sub("(?>a)", x)']
)
def test_they_are_found(program: str) -> None:
    assert [text for text in patterns(ast.parse(program)) if WRONG.search(text)]
