"""Whether a pack is the one that was published with its companions.

Clauses: ``spec/workspace.md#companions``, ``spec/security-and-trust.md#publication``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from prometeu_assets.contract.companions import METADATA, MIRRORS, mirrors
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry
from prometeu_assets.contract.rule import Profile
from prometeu_assets.contract.slice import Details
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.documents import companion_value
from prometeu_assets.reader.checks import examine
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.pack import Pack
from prometeu_assets.reader.source import Source
from prometeu_assets.storage.files import measured
from prometeu_assets.storage.paths import read_inside
from prometeu_assets.storage.transaction import BUILD, refuse_unfinished
from prometeu_assets.viewpoint import StrPath, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """Where the companions of a pack lie: in ``folder`` below ``root``, which is trusted.

    Diagnostics name them relative to ``root`` when there is a folder, else with it.
    """

    root: Path
    folder: str = ""

    def path(self, name: str) -> str:
        """A companion below ``root``."""
        return f"{self.folder}/{name}" if self.folder else name

    def shown(self, name: str) -> str:
        """A companion as diagnostics name it."""
        return self.path(name) if self.folder else str(self.root / name)

    def read(self, name: str, contract: Contract) -> bytes:
        """The bytes of a companion. Raises `Refused`, `OSError`."""
        limit = contract.limits.index_document_bytes
        try:
            return read_inside(self.root, self.path(name), limit=limit, what="a companion")
        except Refused as refused:
            if refused.report.codes != ("PATH_MISSING",):
                raise refused.at(file=self.shown(name)) from None
            raise Refused(Diagnostic(code="COMPANION_MISSING", data={"name": name})) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of a verification; ``pack`` and its ``sha256`` unless the pack is not valid."""

    report: Report
    pack: Pack | None = None
    sha256: str = ""


def verify(
    pack: StrPath,
    *,
    companions: StrPath | None = None,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> Report:
    """Every rule of profile *writer*, then mirrors and digests against the companions.

    Those are in the directory ``companions``, or else beside the pack.
    Raises `OSError` when the pack cannot be read.
    """
    path = Path(pack)
    with closing(open_source(path)) as source:
        beside = Companions(root=path.parent if companions is None else Path(companions))
        report = verified(source, beside, contract, progress).report
        return report.seen_from(View(near=path))


def verified(
    source: Source, companions: Companions, contract: Contract, progress: Progress
) -> Verified:
    """The same of a pack that is open already."""
    report, exam = examine(source, contract, Profile.WRITER)
    if not report.ok:
        return Verified(report=report)
    pack = Pack(source, exam)
    digest = measured(pack.chunks()).sha256
    try:
        refuse_unfinished(companions.root / companions.path(Path(BUILD.staging).name))
        report = Report.of(_faults(pack, digest, source.name, companions, contract, progress))
    except Refused as refused:
        report = refused.report
    return Verified(report=report, pack=pack, sha256=digest)


def companion_beside(path: Path, *, contract: Contract = CURRENT) -> Mapping[str, Any] | None:
    """The companion for tools beside the pack at ``path``; None where it is missing or not valid.

    Nothing says yet that it is of this pack.
    """
    try:
        data = Companions(root=path.parent).read(METADATA, contract)
        return companion_value(data, METADATA, contract)
    except (Refused, OSError):
        return None


def details_beside(
    path: Path, pack: Pack, entries: Iterable[Entry], *, contract: Contract = CURRENT
) -> dict[int, Details]:
    """The details of slices by asset id, from the companion for tools beside the pack at ``path``.

    Only those that the bank accepts, of a slice that is the one recorded there; none where the
    companion is missing or not valid. Raises `OSError` when a slice cannot be read.
    """
    value = companion_beside(path, contract=contract)
    rows = {} if value is None else {row["asset_id"]: row for row in value["assets"]}
    told: dict[int, Details] = {}
    for entry in entries:
        row = rows.get(entry.asset_id, {})
        if "details" in row and measured([pack.read(entry)]).sha256 == row["payload_sha256"]:
            with suppress(ValueError):
                pack.bank(entry).explain(row["details"], entry.metadata)
                told[entry.asset_id] = row["details"]
    return told


def _faults(
    pack: Pack,
    digest: str,
    file: str | None,
    companions: Companions,
    contract: Contract,
    progress: Progress,
) -> Iterator[Diagnostic]:
    header = msgspec.json.decode(pack.header_bytes)
    for name, expected in mirrors(header).items():
        try:
            if companions.read(name, contract) != expected:
                wanted = f"equal to the pack's own {MIRRORS[name]}, byte for byte"
                yield not_wanted(companions, name, wanted)
        except Refused as refused:
            yield from (d.at(file=d.file or file) for d in refused.report)
    try:
        value = companion_value(companions.read(METADATA, contract), METADATA, contract)
    except Refused as refused:
        yield from (d.at(file=d.file or file) for d in refused.report)
        return
    if value is None:
        yield not_wanted(companions, METADATA, "valid by its schema")
        return
    for diagnostic in _digests(pack, digest, value, progress):
        yield diagnostic.at(file=file)


def not_wanted(companions: Companions, name: str, wanted: str) -> Diagnostic:
    """A companion that exists, but differs from what it should be."""
    data = {"name": name, "wanted": wanted}
    return Diagnostic(code="COMPANION_DIFFERS", data=data, file=companions.shown(name))


def _digests(
    pack: Pack, digest: str, value: Mapping[str, Any], progress: Progress
) -> Iterator[Diagnostic]:
    recorded, assets = value["pack"], value["assets"]
    header = measured([pack.header_bytes])
    for what, expected, there in (
        ("Size of the pack", recorded["size"], pack.size),
        ("Container version", recorded["schema_version"], pack.prelude["schema_version"]),
        ("Payload offset", recorded["payload_offset"], pack.payload_offset),
        ("Size of the header", recorded["header"]["size"], header.size),
        ("SHA-256 of the header", recorded["header"]["sha256"], header.sha256),
        ("SHA-256 of the pack", recorded["sha256"], digest),
        ("Number of assets", len(assets), len(pack)),
    ):
        if there != expected:
            yield _differs(what, expected, there)
    for done, (row, entry) in enumerate(zip(assets, pack, strict=False)):
        progress(done, len(pack), entry.asset_name)
        asset = AssetRef(id=entry.asset_id, name=entry.asset_name)
        told = AssetRef(id=row["asset_id"], name=row["asset_name"])
        if told != asset:
            yield _differs("Asset", told, asset).at(asset=asset)
            return  # From here on the two lists may speak of different assets.
        found = measured([pack.read(entry)]).sha256
        if row["payload_sha256"] != found:
            yield _differs("SHA-256 of the slice", row["payload_sha256"], found).at(asset=asset)


def _differs(what: str, expected: object, found: object) -> Diagnostic:
    data = {"what": what, "expected": expected, "found": found}
    return Diagnostic(code="COMPANION_DIGEST", data=data)
