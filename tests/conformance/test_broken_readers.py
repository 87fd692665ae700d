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


RULES = [rule.id for rule in CURRENT.rules]
EACH = 5


@every(RULES)
def test_a_missing_rule_is_named(rule: str, kit: Kit, scratch: Path) -> None:
    """All cases of the rule, and each fifth of the others: one after the other is asked of all."""
    its = [v for v in telling(kit) if v.rule_id == rule]
    others = [v for v in telling(kit) if v.rule_id != rule][RULES.index(rule) % EACH :: EACH]
    ids = misjudged(rule, its + others, scratch)
    assert ids
    assert ids <= {v.id for v in its}


@every(
    [
        ("header-checksum", "header-checksum", "rule-header-checksum", ""),
        ("lenient-json", "header-canonical", "json-canonical-names-repeated", "names-repeated"),
        ("off-by-one", "table-bounds", "fault-table-bounds-by-one", ""),
        ("wrong-order", "prelude-flags", "order-prelude-flags-before-prelude-reserved",
         "order-prelude-flags-before-prelude-reserved"),
    ]
)  # fmt: skip
def test_what_is_broken_fails_cases_of_its_rule_alone(
    fault: str, rule: str, some: str, only: str, kit: Kit, scratch: Path
) -> None:
    ids = misjudged(fault, quick(kit), scratch)
    assert some in ids
    assert {v.rule_id for v in kit.vectors if v.id in ids} == {rule}
    assert all(only in id for id in ids)


def test_the_report_names_what_is_broken(kit: Kit) -> None:
    vectors = [v for v in quick(kit) if v.id.startswith(("rule-", "fault-", "order-"))]
    outcome = run_suite(kit, [sys.executable, str(SCRIPT), "off-by-one"], vectors)
    assert set(outcome.broken) == {"container.md#table-bounds"}, "\n".join(outcome.lines())
    assert "fault-table-bounds-by-one" in {result.vector.id for result in outcome.failures}
    assert [row["rule"] for row in outcome.as_json()["rules"]] == ["container.md#table-bounds"]
