"""A reader that misses a rule fails the cases of that rule, and the report names no other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.conformance import broken
from tests.every import every

from prometeu_assets.conformance.kit import Kit, Vector
from prometeu_assets.conformance.reader import judge
from prometeu_assets.conformance.suite import run_suite
from prometeu_assets.contract.current import CURRENT

SCRIPT = Path(__file__).with_name("broken.py")
SLOW = ("header-asset-table-maxitems", "order-largest-table")


def quick(kit: Kit) -> list[Vector]:
    return [v for v in kit.vectors if v.id not in SLOW and v.question.kind != "migrate"]


def telling(kit: Kit) -> list[Vector]:
    """Rejected cases of every rule; what is accepted stays so without a rule."""
    begins = ("rule-", "fault-", "order-", "prelude-", "json-")
    return [v for v in quick(kit) if v.id.startswith(begins) and v.verdict == "reject"]


def misjudged(fault: str, vectors: list[Vector], scratch: Path) -> set[str]:
    """The ids of what the broken reader answers wrongly, or fails to answer."""
    contract, wrong = broken.contract(fault), set()
    for vector in vectors:
        try:
            found = judge(vector.input(scratch), vector.question, contract=contract).diagnostic
        except Exception:  # noqa: BLE001  # it ran into what the rule guards against
            wrong.add(vector.id)
            continue
        if (found.code if found else None) != vector.code:
            wrong.add(vector.id)
    return wrong


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recipes")


@every([rule.id for rule in CURRENT.rules])
def test_a_missing_rule_is_named(rule: str, kit: Kit, scratch: Path) -> None:
    rules = {v.id: v.rule_id for v in kit.vectors}
    assert {rules[id] for id in misjudged(rule, telling(kit), scratch)} == {rule}


@every(
    [
        ("prelude-flags", "prelude-flags", "prelude-flags-one"),
        ("header-checksum", "header-checksum", "rule-header-checksum"),
        ("preload-slot", "preload-slot", "rule-preload-slot"),
        ("lenient-json", "header-canonical", "json-canonical-names-repeated"),
        ("off-by-one", "table-bounds", "fault-table-bounds-by-one"),
        ("wrong-order", "prelude-flags", "order-prelude-flags-before-prelude-reserved"),
    ]
)
def test_what_is_broken_fails_cases_of_its_rule_alone(
    fault: str, rule: str, some: str, kit: Kit, scratch: Path
) -> None:
    ids = misjudged(fault, quick(kit), scratch)
    assert some in ids
    assert {v.rule_id for v in kit.vectors if v.id in ids} == {rule}


def test_the_report_names_what_is_broken(kit: Kit) -> None:
    vectors = [v for v in quick(kit) if v.id.startswith(("rule-", "fault-", "order-"))]
    outcome = run_suite(kit, [sys.executable, str(SCRIPT), "off-by-one"], vectors)
    assert set(outcome.broken) == {"container.md#table-bounds"}, "\n".join(outcome.lines())
    assert "fault-table-bounds-by-one" in {result.vector.id for result in outcome.failures}
    assert [row["rule"] for row in outcome.as_json()["rules"]] == ["container.md#table-bounds"]


@pytest.mark.parametrize(
    ("fault", "only"),
    [
        ("lenient-json", "names-repeated"),
        ("wrong-order", "order-prelude-flags-before-prelude-reserved"),
    ],
)
def test_nothing_else_of_the_rule_fails(kit: Kit, fault: str, only: str, scratch: Path) -> None:
    found = misjudged(fault, quick(kit), scratch)
    assert found
    assert all(only in id for id in found)
