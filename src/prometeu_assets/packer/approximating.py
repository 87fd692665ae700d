"""Copies of files that fit, in place of files that come into an asset, where a person asks for it.

Clause: ``spec/workspace.md#nearest``. Nothing is written here, and no file that is there changes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import Bank, Metadata, Present
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer.bringing import Carried, require_free_place, require_role
from prometeu_assets.workspace.registry import Registered


def require_approximate(bank: Bank[Any], inputs: Present, contract: Contract) -> None:
    """Raise `Refused` (``BRING_SETTING``) when no file is of a role that has the option."""
    known = [name for name, role in bank.roles.items() if role.approximate]
    every = (role for each in contract.written.banks for role in each.roles.values())
    options = dict.fromkeys(role.approximate[0] for role in every if role.approximate)
    require_role(bank, inputs, known, options)


def approximate(
    project: Path,
    row: Registered,
    bank: Bank[Any],
    listed: Present,
    new: Present,
    carried: Carried,
    metadata: Metadata,
) -> tuple[Present, Carried]:
    """The ``new`` entries and what is carried for them, with copies in place of what does not fit.

    ``listed`` are the other inputs of the asset, ``metadata`` is that of its document. Raises
    `Refused` with ``BRING_INSIDE`` for each file that stays where it is and does not fit.
    """
    found = bank.approximate(listed, new, partial(carried.opener, project, row), metadata)
    own = {
        old.path: near
        for old, near in found.items()
        if near.data is not None and not old.shared and old.path in carried.texts
    }
    faults = [
        Diagnostic(
            code="BRING_INSIDE",
            data={"path": row.place(old)},
            file=row.place(old),
            asset=row.ref,
        )
        for old, near in found.items()
        if near.data is not None and (old.shared or old.path not in own)
    ]
    if faults:
        raise Refused(*faults)
    texts: dict[str, bytes] = {}
    origins, done = dict(carried.origins), dict(carried.done)
    for path, data in carried.texts.items():
        near = own.get(path)
        if near is None or near.data is None:
            texts[path] = data
            continue
        copy = near.origin.path
        origins[copy], done[copy] = origins.pop(path), near.done
        if copy != path:
            require_free_place(project, row.root, copy, carried.texts, origins[copy])
        texts[copy] = near.data
    entries = {
        role: tuple(
            found[entry].origin if bank.roles[role].approximate and entry in found else entry
            for entry in entries
        )
        for role, entries in new.items()
    }
    measures = {row.place(near.origin): near.measures for near in found.values()}
    return entries, replace(carried, texts=texts, origins=origins, done=done, measures=measures)
