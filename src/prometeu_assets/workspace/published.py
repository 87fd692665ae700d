"""Which assets published artifacts hold: what decides who keeps an id that two assets claim.

Clause: ``spec/workspace.md#doctor``. The companion for tools knows each asset's uuid; a pack knows
ids and names alone, and reading one is the business of whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from prometeu_assets.contract.companions import METADATA, PACK
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused
from prometeu_assets.documents import companion_value
from prometeu_assets.storage.paths import read_inside
from prometeu_assets.storage.transaction import BUILD
from prometeu_assets.workspace.registry import Registered

LAST_PACK: Final = f"{BUILD.directory}/{PACK}"
"""Where the last build of a project is, if it was built here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One asset of a published artifact. ``asset_uuid`` is None when only its name is known."""

    asset_id: int
    asset_name: str
    asset_uuid: str | None = None


class Published:
    """The assets of all artifacts at hand. ``known`` is False when there is none to consult."""

    def __init__(self, holders: Iterable[Holder], *, known: bool) -> None:
        self.known = known
        self._by_id: dict[int, list[Holder]] = {}
        for holder in holders:
            self._by_id.setdefault(holder.asset_id, []).append(holder)

    @property
    def highest(self) -> int:
        """The highest id that is published, 0 without any."""
        return max(self._by_id, default=0)

    def keepers(
        self, rows: Sequence[Registered], name_of: Callable[[Registered], str | None]
    ) -> list[Registered] | None:
        """Which of ``rows`` are published under the id they have; None if that cannot be told."""
        kept: list[Registered] = []
        for row in rows:
            for holder in self._by_id.get(row.asset_id, ()):
                if holder.asset_uuid is None:
                    held = holder.asset_name == name_of(row)
                else:
                    held = holder.asset_uuid == row.asset_uuid
                if held:
                    kept.append(row)
                    break
        published = any(row.asset_id in self._by_id for row in rows)
        # An id in the field that is none of these: its asset changed its name, or was forgotten.
        return None if not self.known or (published and not kept) else kept


def companion_holders(root: Path, pack: str, contract: Contract) -> list[Holder] | None:
    """The assets that the companion beside ``pack`` names; None if it is not there or not valid."""
    return document_holders(root, PurePosixPath(pack).with_name(METADATA).as_posix(), contract)


def document_holders(root: Path, path: str, contract: Contract) -> list[Holder] | None:
    """The assets that ``asset_table_metadata.json`` names; None if it is not there or not valid.

    ``path`` is below ``root``, which is trusted.
    """
    limit = contract.limits.index_document_bytes
    try:
        data = read_inside(root, path, limit=limit, what="a companion")
    except Refused:
        return None
    value = companion_value(data, path, contract)
    if value is None:
        return None
    return [
        Holder(asset_id=row["asset_id"], asset_name=row["asset_name"], asset_uuid=row["asset_uuid"])
        for row in value["assets"]
    ]
