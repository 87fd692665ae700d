"""Which assets a pack holds, by id and uuid: what a release of it records.

Clause: ``spec/workspace.md#released``. Only artifacts are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.companions import METADATA, PACK
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Progress, Refused, silent
from prometeu_assets.documents import companion_value
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.source import Source, disk_source
from prometeu_assets.shipper.verify import Companions, not_wanted, verified
from prometeu_assets.storage.paths import exists, open_inside
from prometeu_assets.storage.transaction import BUILD

Held = tuple[tuple[int, str], ...]
"""(id, uuid) of each asset."""

_PACK: Final = f"{BUILD.directory}/{PACK}"


def held_by_build(
    project: Path, *, contract: Contract = CURRENT, progress: Progress = silent
) -> Held:
    """The assets of a project's build. Raises `Refused` when it cannot be verified, `OSError`."""
    if not exists(project, _PACK):
        raise Refused(Diagnostic(code="RELEASE_UNBUILT", data={"path": _PACK}, file=_PACK))
    source = disk_source(open_inside(project, _PACK), _PACK)
    companions = Companions(root=project, folder=BUILD.directory)
    return _held(source, companions, contract, progress)


def held_by_file(file: Path, *, contract: Contract = CURRENT, progress: Progress = silent) -> Held:
    """The assets of a pack with its companions beside it, or of a companion for tools alone.

    Raises `Refused` when they cannot be verified, the companion is none, or an asset in it comes
    from no workspace; `OSError`.
    """
    if file.name.endswith(".json"):
        return _companion(Companions(root=file.parent), file.name, contract)
    return _held(open_source(file), Companions(root=file.parent), contract, progress)


def _held(source: Source, companions: Companions, contract: Contract, progress: Progress) -> Held:
    with closing(source):
        report = verified(source, companions, contract, progress).report
    if not report.ok:
        raise Refused(report=report)
    return _companion(companions, METADATA, contract)


def _companion(companions: Companions, name: str, contract: Contract) -> Held:
    value = companion_value(companions.read(name, contract), name, contract)
    if value is None:
        raise Refused(not_wanted(companions, name, "valid by its schema"))
    foreign = [row for row in value["assets"] if "origin" not in row]
    if foreign:
        raise Refused(*(_no_uuid(row).at(file=companions.shown(name)) for row in foreign))
    return tuple((row["asset_id"], row["origin"]["asset_uuid"]) for row in value["assets"])


def _no_uuid(row: Mapping[str, Any]) -> Diagnostic:
    asset = AssetRef(id=row["asset_id"], name=row["asset_name"])
    return Diagnostic(code="RELEASE_ORIGIN", data={"id": asset.id, "name": asset.name}, asset=asset)
