"""The page of the cases: every case once, below its clause, and every rule leads to its cases."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools.cases import KIT, page

from prometeu_assets.contract.current import CURRENT

LARGE = "accept-most-preload"
"""The recipe that is too long for an address."""
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


def test_the_row_of_a_case_has_each_file_of_its_input_and_opens_it() -> None:
    """What the kit cannot keep, a symbolic link or an empty directory, is named without a link."""
    rows = dict(re.findall(r"^\| `([^`]+)` \|(.*)$", page(), re.MULTILINE))
    missing, opened = [], 0
    for case in json.loads((KIT / "manifest.json").read_text("utf-8"))["cases"]:
        row, given = rows[case["id"]], case["input"]
        files = [given["file"]] if "file" in given else []
        files += [
            f"{given['directory']}/{f['name']}" for f in given.get("files", ()) if "size" in f
        ]
        files += ["manifest.json"] if "recipe" in given else []
        missing += [f"{case['id']}: {f}" for f in files if f"](../conformance/{f})" not in row]
        others = [f["name"] for f in given.get("files", ()) if "size" not in f]
        missing += [f"{case['id']}: {name}" for name in others if f" {name} " not in row]
        is_opened = "[open](../inspector/page.html?" in row
        opened += is_opened
        if case["kind"] in {"read", "decode"} and not is_opened and case["id"] != LARGE:
            missing.append(f"{case['id']}: the inspector")
    assert missing == []
    assert opened > 1_000


def test_a_rule_and_its_cases_lead_to_each_other() -> None:
    text = page()
    rules = (SPEC / CURRENT.folder / "rules.md").read_text("utf-8")
    for rule in CURRENT.every_rule:
        assert f"## {rule.id} {{ #{rule.id} }}\n\nThe clause: [{rule.anchor}](" in text
        assert f"[cases](../../reference/cases.md#{rule.id})" in rules
