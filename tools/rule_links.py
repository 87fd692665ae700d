"""Links of a rule: to its code, its cases, and one of them in the inspector.

They are added while mkdocs builds, so the pages state a rule and nothing that follows from it.
"""

from __future__ import annotations

import re

from prometeu_assets.catalog import address
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Rule
from tools import cases

_CASES = re.compile(r"\[cases\]\(((?:\.\./)+|)reference/cases\.md#([\w-]+)\)")


def linked(text: str, place: str) -> str:
    """The text of a page, which is at `place` below ``spec/``, with the links of its rules."""
    root = "../" * place.count("/")
    for rule in CURRENT.every_rule:
        if CURRENT.address(rule).partition("#")[0] == place:
            text = _stated(text, rule, root)
    return "".join(_CASES.sub(_inspected, line) for line in text.splitlines(keepends=True))


def _stated(text: str, rule: Rule, root: str) -> str:
    """A paragraph of links after the one that states the rule."""
    end = _end(text, rule)
    links = (
        f"[`{rule.code}`]({root}{address(rule.code, CURRENT)}) · "
        f"[cases]({root}reference/cases.md#{rule.id}) · "
        f"[where it is checked]({root}reference/rules.md#{rule.id})"
    )
    return f"{text[:end]}\n\n{links}\n{{ .rule }}{text[end:]}"


def _end(text: str, rule: Rule) -> int:
    """Where the paragraph of a rule ends. Raises `ValueError` where there is none."""
    own = re.search(rf"^\{{ #{rule.id} \}}$", text, re.MULTILINE)
    if own:
        return own.end()
    heading = re.search(rf"^#+ .*\{{ #{rule.id} \}}\n(?:(?!^#).*\n)*", text, re.MULTILINE)
    stated = heading and re.search(rf"MUST(?:.+\n)*?.*`{rule.code}`(?:.+\n?)*", heading[0])
    if not (heading and stated):
        raise ValueError(f"no paragraph states {rule.id}")
    return heading.start() + len(heading[0][: stated.end()].rstrip())


def _inspected(match: re.Match[str]) -> str:
    query = cases.of_rule(match[2])
    if query is None:
        return match[0]
    # A cell of a table has little room.
    words = "open one" if match.string.startswith("|") else "open one in the inspector"
    return f"{match[0]} · [{words}]({match[1]}inspector/page.html?{query})"
