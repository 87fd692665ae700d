"""Whether a pack is the one that was published with the companions beside it.

Clauses: ``spec/workspace.md#companions``, ``spec/security-and-trust.md#publication``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from prometeu_assets.contract import CURRENT, Contract
from prometeu_assets.contract.companions import METADATA, MIRRORS, mirrors
from prometeu_assets.contract.text import TextFault, scan, utf8_fault
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.reader.pack import Pack, validate
from prometeu_assets.reader.pack import open as open_pack
from prometeu_assets.storage.paths import read_inside
from prometeu_assets.storage.transaction import BUILD, refuse_unfinished


def verify(
    path: Path,
    *,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> Report:
    """Every rule of profile *writer*, then mirrors and digests against the companions.

    Raises `OSError` when the pack cannot be read.
    """
    report = validate(path, profile="writer", contract=contract)
    if not report.ok:
        return report
    try:
        refuse_unfinished(path.parent / Path(BUILD.staging).name)
        with open_pack(path, contract=contract) as pack:
            return Report.of(_faults(pack, path, contract, progress))
    except Refused as refused:
        return refused.report


def _faults(pack: Pack, path: Path, contract: Contract, progress: Progress) -> Iterator[Diagnostic]:
    header = msgspec.json.decode(pack.header_bytes)
    names = contract.shape(contract.container(pack.prelude["schema_version"])).names
    for name, expected in mirrors(header, names).items():
        found = _companion(path, name, contract)
        if isinstance(found, Diagnostic):
            yield found
        elif found != expected:
            yield _not_wanted(path, name, f"the pack's own {names[MIRRORS[name]]}, byte for byte")
    found = _companion(path, METADATA, contract)
    if isinstance(found, Diagnostic):
        yield found
        return
    value = _value(found, contract)
    if value is None:
        yield _not_wanted(path, METADATA, "a document that its schema accepts")
        return
    for diagnostic in _digests(pack, value, progress):
        yield diagnostic.at(file=str(path))


def _not_wanted(path: Path, name: str, wanted: str) -> Diagnostic:
    data = {"name": name, "wanted": wanted}
    return Diagnostic(code="COMPANION_DIFFERS", data=data, file=str(path.with_name(name)))


def _companion(path: Path, name: str, contract: Contract) -> bytes | Diagnostic:
    limit = contract.limits.index_document_bytes
    try:
        return read_inside(path.parent, name, limit=limit, what="a companion")
    except Refused as refused:
        first = refused.report.diagnostics[0]
        if first.code != "PATH_MISSING":
            return first.at(file=str(path.with_name(name)))
        return Diagnostic(code="COMPANION_MISSING", data={"name": name}, file=str(path))


def _value(data: bytes, contract: Contract) -> Mapping[str, Any] | None:
    """The tooling companion's value, None if it is not what its schema says."""
    try:
        value = scan(data, integers=False).value if utf8_fault(data) is None else None
    except TextFault:
        return None
    broken = any(contract.documents.violations(("asset-table-metadata", 1), value))
    return None if broken else value


def _digests(pack: Pack, value: Mapping[str, Any], progress: Progress) -> Iterator[Diagnostic]:
    recorded, assets = value["pack"], value["assets"]
    for what, expected, found in (
        ("Size of the pack", recorded["size"], pack.size),
        ("Container version", recorded["schema_version"], pack.prelude["schema_version"]),
        ("Payload offset", recorded["payload_offset"], pack.payload_offset),
        ("Size of the header", recorded["header"]["size"], len(pack.header_bytes)),
        ("SHA-256 of the header", recorded["header"]["sha256"], sha256([pack.header_bytes])),
        ("SHA-256 of the pack", recorded["sha256"], sha256(pack.chunks())),
        ("Number of assets", len(assets), len(pack)),
    ):
        if found != expected:
            yield _differs(what, expected, found)
    for done, (row, entry) in enumerate(zip(assets, pack, strict=False)):
        progress(done, len(pack), entry.asset_name)
        asset = AssetRef(id=entry.asset_id, name=entry.asset_name)
        told = AssetRef(id=row["asset_id"], name=row["asset_name"])
        if told != asset:
            yield _differs("Asset", told, asset).at(asset=asset)
            return  # From here on the two lists may speak of different assets.
        digest = sha256([pack.read(entry)])
        if row["payload_sha256"] != digest:
            yield _differs("SHA-256 of the slice", row["payload_sha256"], digest).at(asset=asset)


def sha256(chunks: Iterable[bytes | memoryview]) -> str:
    """The SHA-256 of all chunks together, in lower-case hex."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _differs(what: str, expected: object, found: object) -> Diagnostic:
    data = {"what": what, "expected": expected, "found": found}
    return Diagnostic(code="COMPANION_DIGEST", data=data)
