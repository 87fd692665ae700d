"""The metadata of one asset: what is declared, together with what the inputs determine.

Clauses: ``spec/contract/1/banks.md``, ``spec/contract/1/header.md`` for what a header can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from prometeu_assets.contract import canonical
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.documents import Violation
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.nearest import nearest
from prometeu_assets.workspace.declarations import Declaration

_POINTER: Final = "/output/metadata"
_AROUND: Final = 3
"""Arrays and objects of a header that are open around an entry's metadata."""


def check_declared(declaration: Declaration, contract: Contract) -> None:
    """Refuse declared metadata that no header can hold, whatever its bank.

    Raises `Refused` (``ASSET_METADATA``) for U+0000 in a string and for nesting too deep.
    """
    limit = contract.limits.nesting - _AROUND
    pending: list[tuple[str, Any, int]] = [(_POINTER, declaration.metadata, 1)]
    while pending:
        pointer, value, depth = pending.pop()
        if isinstance(value, str) and "\0" in value:
            what = f"{pointer} contains the character U+0000, which is not allowed in a header"
        elif isinstance(value, dict | list) and depth > limit:
            what = f"{pointer} is nested too deep: {limit} levels of metadata are allowed"
        else:
            pending += ((f"{pointer}/{name}", part, depth + 1) for name, part in _parts(value))
            continue
        raise Refused(declaration.fault("ASSET_METADATA", pointer, what=what))


def _parts(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def whole(
    declaration: Declaration, bank: Bank[Any], contract: Contract, derived: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Declared and ``derived`` metadata in one (None: everything is declared).

    Raises `Refused` when both say something about one member, or the whole breaks the bank's
    schema.
    """
    declared = dict(declaration.metadata)
    if derived is not None:
        derived = {**contract.documents.constants(bank.metadata), **derived}
        twice = [name for name in declared if name in derived]
        if twice:
            code = "ASSET_METADATA_COLLISION"
            raise Refused(
                *(declaration.fault(code, f"{_POINTER}/{name}", name=name) for name in twice)
            )
    metadata = {**declared, **(derived or {})}
    faults: list[Diagnostic] = []
    accepted = contract.documents.accepts_small(bank.metadata, metadata)
    violations = [] if accepted else list(contract.documents.violations(bank.metadata, metadata))
    meant = {_near(violation) for violation in violations}
    faults += (
        _fault(declaration, violation)
        for violation in violations
        # A member that is misspelled is not missing as well.
        if not (violation.keyword == "required" and violation.expected in meant)
    )
    if not faults and derived is None:
        faults += _chain_faults(declaration, bank, metadata)
    if faults:
        raise Refused(*faults)
    return metadata


def check_size(
    declaration: Declaration, bank: Bank[Any], metadata: Mapping[str, Any], contract: Contract
) -> None:
    """Raise `Refused` when the metadata takes more header text than an entry may have."""
    found, limit = len(canonical.encode(dict(metadata))), contract.limits.metadata_bytes
    if found > limit:
        many = bank.spans is not None and len(metadata[bank.spans]) > 1
        raise Refused(
            declaration.fault(
                "ASSET_METADATA_SIZE",
                _POINTER if declaration.metadata else "/inputs",
                hint_key="samples" if many else None,
                found=found,
                limit=limit,
            )
        )


def _near(violation: Violation) -> str:
    """The member that an unknown one was probably meant to be, or nothing."""
    if violation.keyword != "additionalProperties":
        return ""
    return nearest(violation.value, violation.expected) or ""


def _fault(declaration: Declaration, violation: Violation) -> Diagnostic:
    pointer = f"{_POINTER}{violation.pointer}"
    if violation.keyword == "additionalProperties":
        near = _near(violation)
        what = f"{pointer.rpartition('/')[0]} has an unknown member {violation.value!r}"
        hint = "nearest" if near else "free"
        return declaration.fault("ASSET_METADATA", pointer, hint_key=hint, what=what, nearest=near)
    what = pointer + violation.what.removeprefix(violation.pointer or "The document")
    return declaration.fault("ASSET_METADATA", pointer, what=what)


def _chain_faults(
    declaration: Declaration, bank: Bank[Any], metadata: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    """A raw payload declares its own spans: they are numbered and follow each other."""
    if bank.spans is None:
        return
    table, end = metadata[bank.spans], 0
    for number in range(len(table)):
        pointer = f"{_POINTER}/{bank.spans}/{number}"
        span = table.get(str(number))
        if span is None:
            pointer = f"{_POINTER}/{bank.spans}"
            what = f"{pointer} has no sample {number}: samples are numbered from 0 without a gap"
        elif span["offset"] != end:
            pointer = f"{pointer}/offset"
            what = f"{pointer} is {span['offset']}, but the sample before ends at {end}"
        else:
            end += span["length"]
            continue
        yield declaration.fault("ASSET_METADATA", pointer, what=what)
        return
