"""The declaration of one asset: its ``asset.json``, read.

Clause: ``spec/workspace.md``; schema ``schemas/asset/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from prometeu_assets.contract.bank import Origin
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.documents import Parsed, all_obey, document_bytes, document_stated, parse
from prometeu_assets.storage.status import Status
from prometeu_assets.workspace.registry import Registered

_TOGETHER: Final = 500
"""Documents that are held before their schema is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What one asset says of itself. ``inputs`` is role to files, in the order they are listed.

    ``version`` is that of the document on disk, ``editor`` its ``$schema``.
    """

    registered: Registered
    name: str
    type: str
    inputs: Mapping[str, tuple[Origin, ...]]
    format: str
    codec: str
    preload: bool
    version: int
    editor: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    pipeline: Mapping[str, Any] | None = None
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def file(self) -> str:
        """The path of the declaration, relative to the project."""
        return self.registered.anchor

    @property
    def ref(self) -> AssetRef:
        """The asset, for a diagnostic."""
        return AssetRef(id=self.registered.asset_id, name=self.name)

    @property
    def origins(self) -> Iterator[tuple[str, str, Origin]]:
        """(pointer of its path, role, origin) of each input, in the order they are listed."""
        for role, origins in self.inputs.items():
            for index, origin in enumerate(origins):
                member = "/shared" if origin.shared else ""
                yield f"/inputs/{role}/{index}{member}", role, origin

    def place(self, origin: Origin) -> str:
        """The path of an input, relative to the project."""
        return self.registered.place(origin)

    def fault(
        self, code: str, pointer: str, *, hint_key: str | None = None, **data: object
    ) -> Diagnostic:
        """A finding at ``pointer`` of this declaration."""
        return Diagnostic(
            code=code,
            data=data,
            pointer=pointer,
            file=self.file,
            asset=self.ref,
            hint_key=hint_key,
        )


class Texts(Protocol):
    """Documents that an earlier build read. They are judged like any: they need not be true."""

    def known(self, path: str) -> bytes | None:
        """The content of the document at a path, if it need not be read."""

    def remember(self, path: str, status: Status, data: bytes) -> None:
        """Record a document that had this status before and after it was read."""


def load(project: Path, registered: Registered, contract: Contract) -> Declaration:
    """The declaration at a registered root. Raises `Refused` with every fault in it."""
    (found,) = load_all(project, [registered], contract)
    if isinstance(found, Refused):
        raise found
    return found


def load_all(
    project: Path,
    rows: Iterable[Registered],
    contract: Contract,
    known: Callable[[str], Parsed | None] = lambda _: None,
    texts: Texts | None = None,
) -> Iterator[Declaration | Refused]:
    """Each row's declaration, or why there is none; schemas are asked of many documents at once.

    ``known`` gives the document at a root, if it was read before; ``texts`` are of earlier builds.
    """
    rows = iter(rows)
    while some := list(islice(rows, _TOGETHER)):
        remembered = [_remembered(row, contract, texts) for row in some]
        parsed = [
            known(row.root) or old or _parsed(project, row, contract, texts)
            for row, old in zip(some, remembered, strict=True)
        ]
        obey = all_obey((each for each in parsed if isinstance(each, Parsed)), contract)
        for row, old, each in zip(some, remembered, parsed, strict=True):
            declared = _declared(row, each, contract, obeys=obey)
            if old is not None and isinstance(declared, Refused):
                # Whoever wrote what is remembered may have made it up.
                again = _parsed(project, row, contract, texts)
                declared = _declared(row, again, contract, obeys=False)
            yield declared


def _remembered(registered: Registered, contract: Contract, texts: Texts | None) -> Parsed | None:
    if texts is None or (data := texts.known(registered.anchor)) is None:
        return None
    with suppress(Refused):
        return Parsed.of(data, registered.anchor, "asset", contract)
    return None


def _parsed(
    project: Path, registered: Registered, contract: Contract, texts: Texts | None
) -> Parsed | Refused:
    try:
        data, status = document_stated(project, registered.anchor, "asset", contract)
        if texts is not None:
            texts.remember(registered.anchor, status, data)
        return Parsed.of(data, registered.anchor, "asset", contract)
    except Refused as refused:
        if refused.report.codes == ("PATH_MISSING",):
            return Refused(
                Diagnostic(
                    code="ROOT_MISSING",
                    data={"root": registered.root, "id": registered.asset_id},
                    file=registered.anchor,
                    asset=registered.ref,
                )
            )
        return refused.at(asset=registered.ref)


def _declared(
    registered: Registered, parsed: Parsed | Refused, contract: Contract, *, obeys: bool
) -> Declaration | Refused:
    if isinstance(parsed, Refused):
        return parsed
    context = {"asset_uuid": registered.asset_uuid}
    try:
        document = parsed.document(contract, context=context, obeys=obeys)
    except Refused as refused:
        return refused.at(asset=registered.ref)
    value = document.value
    output = value["output"]
    if value["asset_uuid"] != registered.asset_uuid:
        return Refused(
            Diagnostic(
                code="ASSET_UUID",
                data={"found": value["asset_uuid"], "expected": registered.asset_uuid},
                pointer="/asset_uuid",
                file=registered.anchor,
                asset=registered.ref,
            )
        )
    return Declaration(
        registered=registered,
        name=value["name"],
        type=value["type"],
        inputs={role: tuple(map(Origin.of, files)) for role, files in value["inputs"].items()},
        format=output["format"],
        codec=output["codec"],
        preload=value["preload"]["enabled"],
        version=document.version,
        editor=value.get("$schema"),
        metadata=output.get("metadata", {}),
        pipeline=output.get("pipeline"),
        warnings=tuple(d.at(asset=registered.ref) for d in document.warnings),
    )


def as_written(
    project: Path, registered: Registered, contract: Contract
) -> tuple[bytes, dict[str, Any]]:
    """The bytes of an asset's document, and its value in the version it has. Raises `Refused`."""
    data = document_bytes(project, registered.anchor, "asset", contract)
    value: dict[str, Any] = parse(data, registered.anchor, contract)
    return data, value


def require_name(document: Mapping[str, Any], root: str, contract: Contract) -> None:
    """Raise `Refused` (``NEW_NAME``) when the document's schema does not allow its name.

    ``root`` is that of the asset which is to have the name.
    """
    key = ("asset", document["schema_version"])
    for violation in contract.documents.violations(key, document):
        if violation.pointer == "/name":
            data = {"name": document["name"]}
            raise Refused(Diagnostic(code="NEW_NAME", data=data, asset=AssetRef(name=root)))
