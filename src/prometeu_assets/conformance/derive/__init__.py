"""Every case of the suite, derived from a contract.

Vectors are never edited by hand: a case comes from a definition (a prelude field, a schema keyword,
a rule), and its expectation from the table of rules. Two other readers confirm it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive import (
    cartridge_edges,
    cartridges,
    decodings,
    documents,
    edges,
    fields,
    inherited,
    orders,
    positives,
    rules,
    scans,
    schemas,
    texts,
)
from prometeu_assets.conformance.kinds import ASKS, asked, kinds, known
from prometeu_assets.contract.value import Contract

_OF_ASK: Final = {
    "read": (
        fields.cases,
        schemas.cases,
        rules.cases,
        orders.cases,
        edges.cases,
        positives.cases,
        scans.packs,
        inherited.packs,
    ),
    "canonical-json": (texts.cases, inherited.texts),
    "migrate": (documents.cases,),
    "cartridge": (
        cartridges.cases,
        cartridge_edges.cases,
        scans.in_manifests,
        inherited.in_manifests,
    ),
    "decode": (decodings.cases,),
}
"""What derives the cases of every kind that asks this."""
_OF_KIND: Final = {"migrate": (scans.in_documents, inherited.in_documents)}
"""What derives cases of a kind that no later kind has as well: a version changes no text."""

_OLDER: Final = {"read": positives.cases, "decode": decodings.cases}
"""What derives packs of the container versions before, for a reader that knows several."""


def cases(contract: Contract) -> list[Case]:
    """All cases, by id; of those with the same input and expectation, the first derived.

    A later version in the contract brings kinds of its own, beside the cases that were there.
    Raises `ValueError` when two have one id.
    """
    found: dict[str, Case] = {}
    said: set[tuple[object, ...]] = set()
    for case in _all(contract):
        if case.id in found:
            raise ValueError(f"two cases are called {case.id}")
        # The recipe of gigabytes tells as well what the input is, without all that hashing.
        content = case.sha256 if case.is_file or case.folder is not None else case.recipe
        key = (case.kind, case.profile, case.document, case.verdict, case.code, content)
        if key not in said:
            found[case.id] = case
            said.add(key)
    return [found[id] for id in sorted(found)]


def _all(contract: Contract) -> Iterator[Case]:
    for kind in kinds(contract):
        then = known(contract, kind)
        for derived in (*_OF_ASK[asked(kind)], *_OF_KIND.get(kind, ())):
            yield from (_of(kind, case) for case in derived(then) if _belongs(kind, case))
        for older in then.containers[:-1] if asked(kind) in _OLDER else ():
            for case in _OLDER[asked(kind)](then.with_(writes=older.version)):
                yield _of(kind, replace(case, id=f"v{older.version}-{case.id}"))


def _belongs(kind: str, case: Case) -> bool:
    """Whether a case of documents is about the one of a later kind."""
    return kind in ASKS or case.document is None or f"-{case.document}-" in kind


def _of(kind: str, case: Case) -> Case:
    """A case of this kind; a later one has its kind in its id."""
    if kind in ASKS:
        return case
    stem = kind.rpartition("-")[0]
    return replace(case, kind=kind, id=f"{kind}-{case.id.removeprefix(f'{stem}-')}")
