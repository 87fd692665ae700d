"""Which versions of each document each party reads and writes.

Clause: ``spec/contract/1/versioning-and-migration.md#support``. The versions are the contract's;
what stands here is only who touches what, and what becomes of a version outside the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from prometeu_assets.contract.companions import METADATA, PACK
from prometeu_assets.contract.value import Contract


class Fate(StrEnum):
    """How a document with an older or a newer version is handled."""

    MIGRATED = "migrated"
    REBUILT = "rebuilt"
    DISCARDED = "discarded"
    REFUSED = "refused"


class Access(StrEnum):
    """What a party does with a document."""

    NONE = ""
    READS = "reads"
    WRITES = "writes"
    BOTH = "reads and writes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A document that carries a version: ``name`` is that of its schemas, or ``assets.pa``.

    A reader is a program that reads packs, such as a runtime.
    """

    name: str
    file: str
    fate: Fate
    packer: Access = Access.NONE
    reader: Access = Access.NONE
    shipper: Access = Access.NONE


ROWS: Final[tuple[Row, ...]] = (
    Row(
        name=PACK,
        file="build/assets.pa",
        fate=Fate.REBUILT,
        packer=Access.WRITES,
        reader=Access.READS,
        shipper=Access.READS,
    ),
    Row(name="asset", file="asset.json", fate=Fate.MIGRATED, packer=Access.BOTH),
    Row(name="index", file="index.json", fate=Fate.MIGRATED, packer=Access.BOTH),
    Row(name="released", file="released.json", fate=Fate.MIGRATED, packer=Access.BOTH),
    Row(
        name="cartridge",
        file="cartridge.json",
        fate=Fate.REFUSED,
        packer=Access.WRITES,
        shipper=Access.READS,
    ),
    Row(
        name="asset-table-metadata",
        file=f"build/{METADATA}",
        fate=Fate.REBUILT,
        packer=Access.WRITES,
        reader=Access.READS,
        shipper=Access.READS,
    ),
    Row(name="cache", file="cache.json", fate=Fate.DISCARDED, packer=Access.BOTH),
    Row(
        name="manifest",
        file="manifest.json",
        fate=Fate.REFUSED,
        reader=Access.READS,
        shipper=Access.WRITES,
    ),
)
"""Every document that one run leaves for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A row with its versions: those that are read, by increasing number, and the one written."""

    row: Row
    reads: tuple[int, ...]
    writes: int


def support(contract: Contract) -> Iterator[Support]:
    """The support windows under a contract, in the order of `ROWS`."""
    for row in ROWS:
        if row.name == PACK:
            versions = tuple(container.version for container in contract.containers)
            yield Support(row=row, reads=versions, writes=contract.writes)
            continue
        # What has no window of its own is read in its newest version alone.
        newest = contract.documents.versions(row.name)[-1:]
        window = contract.windows.get(row.name, newest)
        yield Support(row=row, reads=window, writes=window[-1])
