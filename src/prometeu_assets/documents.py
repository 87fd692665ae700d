"""Reading one JSON document of a project: text, version, schema, in this order.

Clause: ``spec/contract/1/versioning-and-migration.md`` for the versions; each schema for its
document.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.companions import COMPANION
from prometeu_assets.contract.documents import Violation
from prometeu_assets.contract.limits import LIMITS, values
from prometeu_assets.contract.migrations import RENAMED
from prometeu_assets.contract.mistakes import mistake
from prometeu_assets.contract.plain import DONT_KNOW, plain
from prometeu_assets.contract.text import TextFault, escape, scan, unescape, utf8_fault
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.nearest import nearest
from prometeu_assets.storage.paths import read_stated
from prometeu_assets.storage.status import Status

TELLING: Final[Mapping[str, frozenset[str]]] = {
    "asset": frozenset({"inputs", "output"}),
    "index": frozenset({"next_asset_id", "assets"}),
    "cartridge": frozenset({"app_id", "program"}),
}
"""The members that tell of each document.

Clause: ``spec/contract/1/versioning-and-migration.md#kind``.
"""

_CALLED: Final = {
    "asset": "an asset.json",
    "index": "an index.json",
    "released": "a released.json",
    "cartridge": "a cartridge.json",
}

INDEX: Final = "assets/.prometeu/index.json"
"""The registry; a directory that has it is a project."""

RELEASED: Final = "assets/.prometeu/released.json"
"""The record of what was released."""

_LARGE: Final = ("index", "released")
"""The documents with a row for each asset."""

_SHOWN_CHARACTERS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as read: ``value`` is in the current version, ``version`` the one on disk."""

    path: str
    version: int
    value: Mapping[str, Any]
    warnings: tuple[Diagnostic, ...]


def read_document(
    project: Path,
    path: str,
    kind: str,
    contract: Contract,
    *,
    context: Mapping[str, Any],
) -> Document:
    """Read, check and, in memory, bring up to date one document of a project.

    ``path`` is relative to ``project``; ``context`` is what migration steps may need to know.
    Raises `Refused` with every fault of the first check that fails.
    """
    data = document_bytes(project, path, kind, contract)
    return understood(data, path, kind, contract, context=context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document of a version that is supported, before its schema is asked."""

    path: str
    kind: str
    version: int
    value: Any

    @classmethod
    def of(cls, data: bytes, path: str, kind: str, contract: Contract) -> Parsed:
        """The document in these bytes. Raises `Refused`."""
        value = parse(data, path, contract)
        version = _version(value, kind, path, contract)
        return cls(path=path, kind=kind, version=version, value=value)

    def document(
        self, contract: Contract, *, context: Mapping[str, Any], obeys: bool = False
    ) -> Document:
        """The document in the current version; ``obeys`` says that its schema accepts it.

        Raises `Refused` with each violation.
        """
        key = (self.kind, self.version)
        found = () if obeys else contract.documents.violations(key, self.value)
        if faults := [_schema_fault(violation, self.path) for violation in found]:
            raise Refused(*faults)
        newest, value = contract.windows[self.kind][-1], self.value
        warnings: tuple[Diagnostic, ...] = ()
        if self.version != newest:
            data, pointer = {"found": self.version, "newest": newest}, "/schema_version"
            warnings = (
                Diagnostic(code="DOCUMENT_OLD", data=data, pointer=pointer, file=self.path),
            )
            value = contract.upgraded(self.kind, value, context)
        return Document(path=self.path, version=self.version, value=value, warnings=warnings)


def all_obey(parsed: Iterable[Parsed], contract: Contract) -> bool:
    """Whether every document obeys its schema; many at once cost little more than one."""
    by_key: dict[tuple[str, int], list[Any]] = {}
    for each in parsed:
        by_key.setdefault((each.kind, each.version), []).append(each.value)
    return all(contract.documents.checks(key).holds(values) for key, values in by_key.items())


def document_bytes(project: Path, path: str, kind: str, contract: Contract) -> bytes:
    """The bytes of a document of a project. Raises `Refused`."""
    return document_stated(project, path, kind, contract)[0]


def document_stated(
    project: Path, path: str, kind: str, contract: Contract
) -> tuple[bytes, Status]:
    """The same with the status that the file had before and after. Raises `Refused`."""
    try:
        limit = document_limit(kind, contract)
        return read_stated(project, path, limit=limit, what=_CALLED[kind])
    except Refused as refused:
        raise refused.at(file=path) from None


def document_limit(kind: str, contract: Contract) -> int:
    """The bytes that a document may have."""
    limits = contract.limits
    return limits.index_document_bytes if kind in _LARGE else limits.asset_document_bytes


def understood(
    data: bytes, path: str, kind: str, contract: Contract, *, context: Mapping[str, Any]
) -> Document:
    """What `read_document` makes of a document's bytes. Raises `Refused`."""
    return Parsed.of(data, path, kind, contract).document(contract, context=context)


def parse(data: bytes, path: str, contract: Contract) -> Any:
    """The value of a JSON text without repeated members. Raises `Refused`."""
    offset = utf8_fault(data)
    if offset is not None:
        raise Refused(
            Diagnostic(code="DOCUMENT_UTF8", data={"offset": offset}, offset=offset, file=path)
        )
    if (found := values(data)) > (limit := contract.limits.document_values):
        told = {"found": found, "limit": limit}
        raise Refused(Diagnostic(code="DOCUMENT_VALUES", data=told, file=path))
    value = plain(data, contract.limits.nesting)
    if value is not DONT_KNOW:
        return value
    try:
        text = scan(data, integers=False, nesting=contract.limits.nesting)
    except TextFault as fault:
        raise Refused(_text_fault(fault, data, path, contract)) from None
    faults = [
        Diagnostic(
            code="DOCUMENT_REPEATED",
            data={"name": unescape(pointer.rpartition("/")[2])},
            offset=offset,
            file=path,
        )
        for pointer, offset in text.repeats
    ]
    faults += [
        Diagnostic(code="DOCUMENT_NUMBER", pointer=pointer, file=path)
        for pointer in _infinite(text.value)
    ]
    if faults:
        raise Refused(*faults)
    return text.value


def companion_value(data: bytes, path: str, contract: Contract) -> Mapping[str, Any] | None:
    """The companion for tools in its current version, None if it is not what a schema says."""
    try:
        value = parse(data, path, contract)
    except Refused:
        return None
    version = value.get("schema_version") if isinstance(value, dict) else None
    if type(version) is not int or version not in contract.windows[COMPANION]:
        return None
    if not contract.documents.accepts((COMPANION, version), value):
        return None
    return contract.upgraded(COMPANION, value, {})


def _infinite(root: Any) -> Iterator[str]:
    """The pointers of numbers so large that reading made them infinite."""
    pending = [("", root)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict):
            pending += ((f"{pointer}/{escape(name)}", part) for name, part in value.items())
        elif isinstance(value, list):
            pending += ((f"{pointer}/{index}", part) for index, part in enumerate(value))
        elif isinstance(value, float) and math.isinf(value):
            yield pointer


def _text_fault(fault: TextFault, data: bytes, path: str, contract: Contract) -> Diagnostic:
    if fault.kind == "nesting":
        return Diagnostic(
            code="DOCUMENT_NESTING",
            data={"limit": contract.limits.nesting},
            offset=fault.offset,
            file=path,
        )
    return Diagnostic(
        code="DOCUMENT_JSON",
        data={"found": fault.found},
        offset=fault.offset,
        file=path,
        hint_key=mistake(data, fault.offset),
    )


def _version(value: Any, kind: str, path: str, contract: Contract) -> int:
    """The document's version, if it is one that is supported. Raises `Refused`."""
    _check_kind(value, kind, path)
    window = contract.windows[kind]
    found = value.get("schema_version")
    if found in window and type(found) is int:
        return found
    hint = None
    if "schema_version" not in value:
        hint = "missing"
    elif type(found) is not int:
        hint = "type"
    elif found > window[-1]:
        hint = "newer"
    raise Refused(
        Diagnostic(
            code="DOCUMENT_VERSION",
            data={
                "found": "missing" if hint == "missing" else _shown(found),
                "supported": ", ".join(map(str, window)),
                "newest": window[-1],
            },
            pointer="" if hint == "missing" else "/schema_version",
            file=path,
            hint_key=hint,
        )
    )


def _check_kind(value: Any, kind: str, path: str) -> None:
    """Refuse a document that is clearly one of another kind."""
    names = set(value) if isinstance(value, dict) else set()
    if TELLING.get(kind, names) <= names:
        return
    others = (_CALLED[other] for other, telling in TELLING.items() if telling <= names)
    found = next(others, None if isinstance(value, dict) else "something else")
    if found is not None:
        data = {"found": found, "expected": _CALLED[kind]}
        raise Refused(Diagnostic(code="DOCUMENT_KIND", data=data, pointer="", file=path))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _schema_fault(violation: Violation, path: str) -> Diagnostic:
    data: dict[str, object] = {"what": violation.what}
    hint = None
    value, expected = violation.value, violation.expected
    if value == "RAW":
        hint = "RAW"
    elif violation.keyword == "type" and expected == "array" and isinstance(value, str):
        hint, data["value"] = "list", f'"{value}"'
    elif violation.keyword == "type" and "integer" in expected and isinstance(value, float):
        hint = "fraction"
        if value.is_integer() and abs(value) <= LIMITS.integer:
            hint, data["whole"] = "integer", int(value)
    elif expected == "asset_uuid" or violation.pointer == "/asset_uuid":
        hint = "uuid"
    elif violation.keyword == "enum" and isinstance(value, str) and value in RENAMED:
        hint, data["nearest"] = "type", RENAMED[value]
    elif violation.keyword in ("additionalProperties", "enum") and isinstance(value, str):
        near = nearest(value, [e for e in expected if isinstance(e, str)])
        if near:
            hint, data["nearest"] = "nearest", near
        elif violation.pointer.startswith("/output/metadata/"):
            hint = "free"
    return Diagnostic(
        code="DOCUMENT_SCHEMA",
        data=data,
        pointer=violation.pointer,
        file=path,
        keyword=violation.keyword,
        hint_key=hint,
    )
