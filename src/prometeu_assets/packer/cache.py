"""The cache: which slice of the last published pack came from which inputs.

Clause: ``spec/workspace.md#cache``; schema ``schemas/cache/``. An optimisation and never a
source of truth: the slices themselves lie in ``build/assets.pa``, each is taken only if its
SHA-256 is the one recorded, and anything unexpected means an empty cache.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from prometeu_assets._version import __version__
from prometeu_assets.contract import canonical
from prometeu_assets.contract.bank import Bank, Input
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.limits import values
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer import kept
from prometeu_assets.packer.last import open_last
from prometeu_assets.packer.plan import Planned
from prometeu_assets.reader.pack import Pack
from prometeu_assets.storage import files
from prometeu_assets.storage.paths import read_inside
from prometeu_assets.storage.transaction import WORKSPACE
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.rewrite import same

CACHE: Final = "assets/.prometeu/cache.json"
_VERSION: Final = 3
_KEY: Final = ("cache", _VERSION)


class Cache:
    """Slices of the last pack by the key of their inputs.

    As a context manager it opens the last pack, and knows nothing if that or the record of it
    is not there, not valid, or not of the published contract; nor if it is to be ``fresh``.
    """

    def __init__(self, base: Path, contract: Contract, *, fresh: bool) -> None:
        self._base, self._contract, self._fresh = base, contract, fresh
        self._pack: Pack | None = None
        self._known: dict[str, Mapping[str, Any]] = {}
        self._entries: list[dict[str, Any]] = []

    def key(self, declaration: Declaration, inputs: list[Input]) -> str:
        """The SHA-256 of everything the slice depends on."""
        container = self._contract.written
        return hashlib.sha256(
            canonical.encode(
                {
                    "tool": __version__,
                    "container": container.version,
                    "type": declaration.type,
                    "format": declaration.format,
                    "codec": declaration.codec,
                    "metadata": dict(declaration.metadata),
                    "inputs": [[i.source.role, i.origin.value, i.source.sha256] for i in inputs],
                }
            )
        ).hexdigest()

    def find(self, key: str, declaration: Declaration, bank: Bank[Any]) -> Slice | None:
        """The slice made from these inputs before, if it is still there, unchanged.

        It has the details and the warnings that were told when it was made. Any thread may ask.
        """
        entry = self._known.get(key)
        if entry is None or self._pack is None:
            return None
        try:
            found = self._pack[entry["asset_id"]]
            warnings = self._warnings(entry, declaration)
            bank.explain(entry["details"], found.metadata)
            payload = bytes(self._pack.read(found))
        except (KeyError, ValueError, OSError):
            return None
        made = Slice(
            payload=payload,
            metadata=found.metadata,
            decoded_size=found.decoded_size,
            details=entry["details"],
            warnings=warnings,
        )
        if made.sha256 != entry["payload_sha256"]:
            return None
        if found.decoded_size != entry["decoded_size"]:
            return None
        return made if same(found.metadata, entry["metadata"]) else None

    def remember(self, key: str, planned: Planned, made: Slice, declaration: Declaration) -> None:
        """Record a slice of the pack being built, unless its warnings cannot be repeated."""
        entry = {
            "key": key,
            "asset_id": planned.asset_id,
            "payload_sha256": planned.payload_sha256,
            "decoded_size": planned.decoded_size,
            "metadata": dict(planned.metadata),
            "details": dict(made.details),
            "warnings": kept.written(made.warnings),
        }
        if not made.warnings or self._tells(entry, made.warnings, declaration):
            self._entries.append(entry)

    def _tells(
        self, entry: dict[str, Any], warnings: tuple[Diagnostic, ...], declaration: Declaration
    ) -> bool:
        """Whether a later build would read exactly these warnings from the entry."""
        if not self._contract.documents.accepts(_KEY, _document([entry])):
            return False
        with suppress(ValueError):
            return self._warnings(entry, declaration) == warnings
        return False

    def _warnings(
        self, entry: Mapping[str, Any], declaration: Declaration
    ) -> tuple[Diagnostic, ...]:
        bank = self._contract.written.bank_of_format(declaration.format)
        if bank is None:
            raise ValueError("a format that no bank has")
        return kept.read(entry["warnings"], declaration, bank)

    def save(self) -> None:
        """Write what was remembered. What fails is left: the next build is only slower."""
        if self._contract is not CURRENT:
            return
        text = f"{json.dumps(_document(self._entries), separators=(',', ':'))}\n"
        staging = self._base / WORKSPACE.staging
        with suppress(OSError), files.waiting(staging, text.encode()) as part:
            files.replace(part, self._base / CACHE)

    def __enter__(self) -> Self:
        if self._fresh or self._contract is not CURRENT:
            return self  # A key says nothing about definitions that no release has.
        limit = self._contract.limits.index_document_bytes
        # A plain parser will do: whatever it lets pass, no slice is taken without its digest.
        with suppress(Refused, OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            text = read_inside(self._base, CACHE, limit=limit, what="a cache")
            if values(text) > self._contract.limits.document_values:
                return self
            value = msgspec.json.decode(text)
            if isinstance(value, dict) and self._contract.documents.accepts(_KEY, value):
                self._pack = open_last(self._base)
                self._known = {entry["key"]: entry for entry in value["entries"]}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pack is not None:
            self._pack.close()


def _document(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schema_version": _VERSION, "entries": entries}
