"""Every threat of the page on trust names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.every import every
from tests.spec.test_spec_pages import prose

ROOT = Path(__file__).parents[2]
SECTION = prose("security-and-trust.md").partition("{ #threats }")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", SECTION, re.MULTILINE)[2:]


def test_there_are_threats() -> None:
    assert len(ROWS) >= 15


@every([(row,) for row in ROWS])
def test_a_threat_has_a_rule_and_tests_that_exist(row: tuple[str, str, str]) -> None:
    _, rule, held = row
    assert rule.strip()
    named = re.findall(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`", held)
    assert named
    assert len(named) == held.count("`") // 2
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        there = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        assert name in there, f"{file} has no {name}"
