"""Every case of the suite, derived from a contract.

Nobody edits vectors by hand: a case comes from a definition (a prelude field, a schema keyword,
a rule), and its expectation from the table of rules. Two other readers confirm it.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive import (
    cartridges,
    documents,
    edges,
    fields,
    orders,
    positives,
    rules,
    schemas,
    texts,
)
from prometeu_assets.contract.value import Contract


def cases(contract: Contract) -> list[Case]:
    """All cases, by id; of those with the same input and expectation, the first derived.

    Raises `ValueError` when two have one id.
    """
    found: dict[str, Case] = {}
    said: set[tuple[object, ...]] = set()
    for case in _all(contract):
        if case.id in found:
            raise ValueError(f"two cases are called {case.id}")
        key = (case.kind, case.profile, case.document, case.verdict, case.code, case.sha256)
        if key not in said:
            found[case.id] = case
            said.add(key)
    return [found[id] for id in sorted(found)]


def _all(contract: Contract) -> Iterator[Case]:
    yield from fields.cases(contract)
    yield from schemas.cases(contract)
    yield from rules.cases(contract)
    yield from orders.cases(contract)
    yield from edges.cases(contract)
    yield from positives.cases(contract)
    yield from texts.cases(contract)
    yield from documents.cases(contract)
    yield from cartridges.cases(contract)
