"""Which published outputs are not what a build would make, and why.

Clause: ``spec/workspace.md``. Outputs are compared byte by byte and never written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from prometeu_assets.contract.canonical import encode
from prometeu_assets.contract.companions import PACK
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer.last import open_last
from prometeu_assets.packer.outputs import Outputs
from prometeu_assets.packer.plan import Planned
from prometeu_assets.reader.compare import difference
from prometeu_assets.reader.pack import Pack
from prometeu_assets.storage.files import Written, plain
from prometeu_assets.storage.paths import open_inside
from prometeu_assets.storage.transaction import BUILD

_NAMED: Final = 3
"""Assets that are named; the others are counted."""


def stale(base: Path, made: Outputs, pack: Written, contract: Contract) -> Iterator[Diagnostic]:
    """An ``OUTPUT_STALE`` for each output that is not on disk, byte for byte.

    ``pack`` is what was measured of the pack.
    """
    for name, chunks in made.files(pack):
        path = f"{BUILD.directory}/{name}"
        try:
            with open_inside(base, path) as file:
                offset = difference(file, plain(chunks))
        except Refused as refused:
            (found,) = refused.report
            missing = found.code == "PATH_MISSING"
            yield _fault(path, "it is missing" if missing else found.message.rstrip("."))
            continue
        if offset is None:
            continue
        if name == PACK:
            yield _fault(
                path, _changes(base, made, contract) or f"it differs from byte {offset} on"
            )
        else:
            yield _fault(path, f"it differs from byte {offset} on").at(offset=offset)


def _fault(path: str, why: str) -> Diagnostic:
    return Diagnostic(code="OUTPUT_STALE", data={"path": path, "why": why}, file=path)


def _changes(base: Path, made: Outputs, contract: Contract) -> str:
    """What the pack on disk has otherwise than the plan, asset by asset."""
    try:
        with open_last(base, contract=contract) as pack:
            changes = list(_asset_changes(pack, made.slices.assets))
            if not changes and pack.header_bytes != made.plan.header_bytes:
                changes = ["the preload list changed"]
    except Refused as refused:
        return f"it is not a valid pack ({refused.report.codes[0]})"
    more = f" and {len(changes) - _NAMED} more" if len(changes) > _NAMED else ""
    return ", ".join(changes[:_NAMED]) + more


def _asset_changes(pack: Pack, assets: Iterable[Planned]) -> Iterator[str]:
    before = {entry.asset_id: entry for entry in pack}
    for asset in assets:
        shown = f"asset {asset.asset_id} {asset.asset_name}"
        old = before.pop(asset.asset_id, None)
        if old is None:
            yield f"{shown} is new"
        elif old.asset_name != asset.asset_name:
            yield f"{shown} was named {old.asset_name}"
        elif encode(old.metadata) != encode(dict(asset.metadata)):
            yield f"the metadata of {shown} changed"
        elif hashlib.sha256(pack.read(old)).hexdigest() != asset.payload_sha256:
            yield f"the content of {shown} changed"
    yield from (f"asset {id} {old.asset_name} is not built any more" for id, old in before.items())
