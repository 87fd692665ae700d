"""Which proof each rule has: the vectors that keep it, those that break it, those that miss it.

A vector kills the mutant of a rule when its outcome is another once the rule is never checked.
A rule proved by vectors without an accepted, a rejected or a killing one is a hole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive import cases
from prometeu_assets.conformance.kinds import asked
from prometeu_assets.conformance.kit import vector_name, write_input
from prometeu_assets.conformance.manifest import question
from prometeu_assets.conformance.reader import judge
from prometeu_assets.contract.rule import LoadStep, Profile, Rule, Step
from prometeu_assets.contract.value import Contract

VECTOR: Final = "vector"
"""What `Rule.proved_by` says of a rule that vectors prove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The proof of one rule, as ids of cases.

    ``accepted`` are the accepted inputs that the rule is checked on; ``edges`` those of them
    that were made to just keep it. ``killers`` are rejected ones whose outcome hangs on it.
    """

    rule: Rule
    accepted: tuple[str, ...]
    edges: tuple[str, ...]
    rejected: tuple[str, ...]
    killers: tuple[str, ...]

    @property
    def holes(self) -> tuple[str, ...]:
        """What is missing, in words; nothing for a rule that a test proves."""
        if self.rule.proved_by != VECTOR:
            return ()
        found = {
            "no accepting case": self.accepted,
            "no rejecting case": self.rejected,
            "no killing vector": self.killers,
        }
        return tuple(what for what, ids in found.items() if not ids)


def proofs(contract: Contract, made: Iterable[Case] | None = None) -> list[Proof]:
    """The proof of every rule, in the order of checks."""
    listed = list(cases(contract) if made is None else made)
    with TemporaryDirectory() as scratch:
        return [_proof(rule, contract, listed, Path(scratch)) for rule in contract.every_rule]


def _proof(rule: Rule, contract: Contract, listed: list[Case], scratch: Path) -> Proof:
    accepted = [c for c in listed if c.verdict == "accept" and _checks(c, rule)]
    rejected = [c for c in listed if c.verdict == "reject" and c.rule == rule.id]
    mutant = contract.without(rule.id)
    return Proof(
        rule=rule,
        accepted=tuple(case.id for case in accepted),
        edges=tuple(case.id for case in accepted if case.rule == rule.id),
        rejected=tuple(case.id for case in rejected),
        killers=tuple(case.id for case in rejected if is_killed(case, mutant, scratch)),
    )


def _checks(case: Case, rule: Rule) -> bool:
    """Whether judging an accepted case checks the rule."""
    if isinstance(rule.step, LoadStep):
        return asked(case.kind) == "cartridge"
    if asked(case.kind) == "read":
        return rule.profile is Profile.READER or case.profile == rule.profile
    if asked(case.kind) == "decode":
        return rule.profile is Profile.READER
    return case.kind == "canonical-json" and rule.step is Step.TEXT


def is_killed(case: Case, mutant: Contract, scratch: Path) -> bool:
    """Whether a rejected case has another outcome by this contract."""
    file = scratch / vector_name(case.id, case.kind)
    if not file.exists():
        write_input(file, case)
    try:
        answer = judge(file, question(case), contract=mutant)
    except Exception:  # noqa: BLE001  # it ran into what the missing rule guards against
        return True
    return answer.diagnostic is None or answer.diagnostic.code != case.code


def holes(found: Iterable[Proof]) -> Iterator[str]:
    """What no vector proves though it should, one sentence each."""
    for proof in found:
        for what in proof.holes:
            yield f"{proof.rule.id} has {what}"
