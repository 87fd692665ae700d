"""Each rule has a reason, a code, cases, and a place where each reader checks it."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Final

from tests.every import every
from tools import checked

from prometeu_assets.catalog import CODES
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Rule

ROOT: Final = Path(__file__).parents[2]
CASES: Final = {
    case["rule"]
    for case in json.loads((ROOT / "conformance/manifest.json").read_text("utf-8"))["cases"]
}


@every(CURRENT.every_rule)
def test_nothing_of_a_rule_is_missing(rule: Rule) -> None:
    has = {
        "reason": len(checked.why(rule)) > 20,
        "code": rule.code in CODES,
        "cases": rule.anchor in CASES,
        "package": _is_function(*checked.in_package(rule)),
        **{reader.name: _are_there(rule, reader) for reader in checked.KIT},
    }
    assert [name for name, found in has.items() if not found] == []


def _is_function(file: str, name: str) -> bool:
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    return callable(getattr(module, name))


def _are_there(rule: Rule, reader: checked.Reader) -> bool:
    """Whether the reader has functions for it, and each of them names it or its code."""
    found = checked.in_kit(rule, reader)
    for file, functions in found.items():
        text = (ROOT / checked.READERS / file).read_text("utf-8")
        for name in functions:
            assert re.search(rf"\b(def|fn|function) {name}\b", text)
    return bool(found)


def test_a_place_is_the_function_around_the_mark() -> None:
    places = {
        (rule.id, reader.name): checked.in_kit(rule, reader)
        for rule in CURRENT.every_rule
        for reader in checked.KIT
        if rule.id in {"table-offset", "manifest-repeated"}
    }
    assert places == {
        ("table-offset", "Python, standard library"): {"python-stdlib/reader.py": ["step_5_table"]},
        ("table-offset", "JavaScript"): {"javascript/reader.mjs": ["checkTable"]},
        ("table-offset", "Rust"): {"rust/pack.rs": ["check_table"]},
        ("manifest-repeated", "Python, standard library"): {
            "python-stdlib/reader.py": ["boot_1_text"]
        },
        ("manifest-repeated", "JavaScript"): {"javascript/reader.mjs": ["checkManifest"]},
        ("manifest-repeated", "Rust"): {"rust/cartridge.rs": ["manifest"]},
    }


def test_the_page_lists_every_rule_once() -> None:
    rows = re.findall(r"^\| \[`([\w-]+)`\]\([^)]*\)\{ #\1 \}<br>", checked.page(), re.MULTILINE)
    assert rows == [rule.id for rule in CURRENT.every_rule]
