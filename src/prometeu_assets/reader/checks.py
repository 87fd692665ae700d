"""The one runner of checks: a table of rules over one examination.

Clauses: ``spec/contract/1/reader.md#order``, ``spec/contract/1/cartridge.md#order``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prometeu_assets.contract.plain import uncollected
from prometeu_assets.contract.rule import Fault, Profile, Rule
from prometeu_assets.contract.rules.examination import Examination
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import MAX_DIAGNOSTICS, Diagnostic, Report
from prometeu_assets.reader.source import Source


def examine(
    source: Source, contract: Contract, profile: Profile, *, fast: bool = True
) -> tuple[Report, Examination]:
    """Run the rules of ``profile`` in their order; every fault of the first failing step.

    ``fast=False`` leaves the typed decoders out, which changes the time and nothing else.
    Raises `OSError` when the bytes cannot be read: that is no verdict.
    """
    exam = Examination(source, contract, fast=fast)
    rules = contract.rules if profile is Profile.WRITER else contract.reader_rules
    with uncollected():
        found = first_faults(exam, rules)
    return Report.of(diagnostic(rule, fault, source.name) for rule, fault in found), exam


def first_faults(exam: Any, rules: Iterable[Rule]) -> list[tuple[Rule, Fault]]:
    """The faults of the first step that has any; ``exam`` is what the rules look at.

    They are in their order: entry by entry for rules that are, then rule by rule.
    """
    found: list[tuple[tuple[bool, int, int], Rule, Fault]] = []
    for position, rule in enumerate(rules):
        if found and rule.step != found[0][1].step:
            break
        if rule.since > 1 and exam.container.version < rule.since:
            continue
        before = len(found)
        for fault in rule.check(exam, rule):
            found.append(((not rule.each, fault.index if rule.each else 0, position), rule, fault))
            # No report keeps more; and one more says that there were more.
            if len(found) - before > MAX_DIAGNOSTICS:
                break
        if found and rule.final:
            break
    found.sort(key=lambda item: item[0])
    return [(rule, fault) for _, rule, fault in found]


def diagnostic(rule: Rule, fault: Fault, file: str | None) -> Diagnostic:
    """What is said of a fault that ``rule`` found in ``file``."""
    return Diagnostic(
        code=rule.code,
        data=fault.data,
        pointer=fault.pointer,
        offset=fault.offset,
        file=file,
        asset=fault.asset,
        rule=rule.id,
        keyword=fault.keyword,
        hint_key=fault.hint_key,
    )
