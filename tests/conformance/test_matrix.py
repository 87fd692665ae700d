"""Every rule is proved, and the matrix says when one is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import generate
from tools.proofs import VECTOR, Proof, holes, proofs

from prometeu_assets.conformance.case import Case
from prometeu_assets.contract.current import CURRENT

SLOW = "header-asset-table-maxitems"
TWO_FAULTS_OF_ONE_CODE = {
    "order-header-schema-before-metadata-size",
    "cartridge-order-manifest-schema-before-manifest-title",
}
"""Without the first fault's rule the second gives the same code: it pins nothing but the place."""


@pytest.fixture(scope="module")
def quick(made: dict[str, Case]) -> list[Case]:
    return [case for id, case in made.items() if id != SLOW]


@pytest.fixture(scope="module")
def found(quick: list[Case]) -> list[Proof]:
    return proofs(CURRENT, quick)


def test_every_rule_is_proved(found: list[Proof]) -> None:
    assert [p.rule.id for p in found][: len(CURRENT.rules)] == [rule.id for rule in CURRENT.rules]
    for proof in found:
        assert proof.rule.proved_by == VECTOR, proof.rule.id
        assert proof.holes == (), proof.rule.id
        assert set(proof.rejected) - set(proof.killers) <= TWO_FAULTS_OF_ONE_CODE, proof.rule.id


@pytest.mark.parametrize(
    ("rule", "missing", "hole"),
    [
        ("prelude-legacy", "reject", "no rejecting case"),
        ("payload-padding", "accept", "no accepting case"),
    ],
)
def test_a_hole_is_found(quick: list[Case], rule: str, missing: str, hole: str) -> None:
    """In what is accepted and what the rule rejects; what others reject says nothing of it."""
    left = [
        case
        for case in quick
        if (case.verdict == "accept" or case.rule == rule)
        and not (case.rule == rule and case.verdict == missing)
        and not (missing == "accept" and case.profile == "writer")
    ]
    assert f"{rule} has {hole}" in list(holes(proofs(CURRENT, left)))


def test_a_rule_that_a_test_proves_needs_no_vector(found: list[Proof]) -> None:
    from dataclasses import replace

    bare = replace(found[0], accepted=(), rejected=(), killers=())
    assert bare.holes == ("no accepting case", "no rejecting case", "no killing vector")
    proved = replace(bare.rule, proved_by="tests/contract/test_rules.py")
    assert replace(bare, rule=proved).holes == ()


def test_the_page_fails_on_a_hole(monkeypatch: pytest.MonkeyPatch, found: list[Proof]) -> None:
    from dataclasses import replace

    monkeypatch.setattr(generate, "proofs", lambda contract: found)
    page = generate.matrix_page(CURRENT)
    assert "| [`table-order`](../contract/1/header.md#table-order) |" in page
    monkeypatch.setattr(
        generate, "proofs", lambda contract: [replace(found[0], killers=()), *found[1:]]
    )
    with pytest.raises(SystemExit, match="prelude-truncated-magic has no killing vector"):
        generate.matrix_page(CURRENT)


def test_tests_that_are_named_are_there() -> None:
    root = Path(__file__).parents[2]
    named = {rule.proved_by for rule in CURRENT.rules} - {VECTOR}
    assert all((root / name.partition("::")[0]).is_file() for name in named)
