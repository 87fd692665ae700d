"""Raw payloads that go into the pack as they are: of the file, only its size is judged.

Clause: ``spec/workspace.md#build``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from prometeu_assets.contract.bank import PAYLOAD, RAW, Bank, SourceFile
from prometeu_assets.contract.slice import NO_DETAILS, Details
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer.digests import Digests
from prometeu_assets.packer.encode import AssetSources
from prometeu_assets.packer.metadata import check_size, whole
from prometeu_assets.packer.sources import most_bytes, source_file
from prometeu_assets.storage.files import Span, measured
from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.paths import open_inside, require_unchanged
from prometeu_assets.storage.status import Status
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.places import check_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The slice of an asset that is one of its files; ``name`` is its path below the project."""

    project: Path
    declaration: Declaration
    name: str
    status: Status
    metadata: Mapping[str, Any]
    decoded_size: int
    details: Details = field(default_factory=lambda: NO_DETAILS)
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the slice."""
        return self.status.size

    def source(self, sha256: str) -> SourceFile:
        """The file, with its digest."""
        ((_, role, origin),) = self.declaration.origins
        return source_file(role, origin, self.size, sha256)

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file. Raises `Refused` when it is not, or does not stay, the one that was judged."""
        try:
            with open_inside(self.project, self.name) as file:
                require_unchanged(file, self.status, self.name)
                yield file
                require_unchanged(file, self.status, self.name)
        except Refused as refused:
            ((pointer, _, _),) = self.declaration.origins
            place = {"file": self.declaration.file, "pointer": pointer}
            raise refused.at(asset=self.declaration.ref, **place) from None

    def digest(self, digests: Digests) -> str:
        """Its SHA-256, from reading it; remembered. Raises as `opened`."""
        with self.opened() as file:
            digest = measured([Span.whole(file)]).sha256
        digests.remember(self.name, self.status, digest)
        return digest


def copied(
    project: Path, declaration: Declaration, bank: Bank[Any], contract: Contract, survey: Survey
) -> Copied | None:
    """The raw payload of an asset, if it has one that is copied without being decoded.

    None also when something is wrong with it, which `encode` says.
    """
    if PAYLOAD not in declaration.inputs or bank.judges_raw:
        return None
    (origin,) = declaration.inputs[PAYLOAD]
    name = declaration.place(origin)
    status = survey.files.get(name)
    if status is None or status.size > most_bytes(RAW, contract):
        return None
    try:
        check_origin(project, origin)
        metadata = whole(declaration, bank, contract, None)
        sources = AssetSources(declaration=declaration, bank=bank, inputs=(), contract=contract)
        sources.check_size(status.size)
        check_size(declaration, bank, metadata, contract)
    except Refused:
        return None
    if status.size != bank.size(metadata):
        return None
    return Copied(
        project=project,
        declaration=declaration,
        name=name,
        status=status,
        metadata=metadata,
        decoded_size=bank.decoded_size(metadata),
    )
