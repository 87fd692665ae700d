"""The page of the cases: every case once, below its clause, and every rule leads to its cases."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools.cases import KIT, page

from prometeu_assets.contract.current import CURRENT

SPEC = Path(__file__).resolve().parents[2] / "spec"


def test_every_case_is_there_once() -> None:
    cases = json.loads((KIT / "manifest.json").read_text("utf-8"))["cases"]
    assert sorted(re.findall(r"^\| `([^`]+)` \|", page(), re.MULTILINE)) == sorted(
        case["id"] for case in cases
    )


def test_every_input_that_is_a_file_can_be_taken() -> None:
    links = re.findall(r"\]\(\.\./conformance/(vectors/[^)]+)\)", page())
    assert len(links) > 1_000
    assert [link for link in links if not (KIT / link).is_file()] == []


def test_a_rule_and_its_cases_lead_to_each_other() -> None:
    text = page()
    rules = (SPEC / CURRENT.folder / "rules.md").read_text("utf-8")
    for rule in CURRENT.every_rule:
        assert f"## {rule.id} {{ #{rule.id} }}\n\nThe clause: [{rule.anchor}](" in text
        assert f"[cases](../../reference/cases.md#{rule.id})" in rules
