"""Cases of workspace documents: what each version migrates to, and which are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from prometeu_assets.conformance.case import VERSIONS, Case
from prometeu_assets.contract.value import Contract

ASSET_UUID: Final = "3f0c8c2e-7b1d-4a65-9a0e-0d5b8f6c1e42"
"""The uuid that the registry of every case gives its asset."""


def cases(contract: Contract) -> Iterator[Case]:
    """Both documents in every version, and every way in which a version can be wrong."""
    for document, other in (("asset", "index"), ("index", "asset")):
        for version in contract.windows[document]:
            examples = contract.documents.schema(document, version)["examples"]
            for number, example in enumerate(examples):
                id = f"{document}-v{version}-example-{number}"
                yield _accepted(contract, id, document, example)
        for id, code, value in _wrong(contract, document, other):
            yield _rejected(contract, f"{document}-{id}", document, code, value)
    yield from _tooling(contract)


def _wrong(contract: Contract, document: str, other: str) -> Iterator[tuple[str, str, Any]]:
    """The end of an id, the code, and the document or its text."""
    version, good = _newest(contract, document)
    for id, value in (
        ("zero", 0),
        ("newer", version + 1),
        ("largest", 2**32 - 1),
        ("negative", -1),
        ("string", str(version)),
        ("fraction", float(version)),
        ("true", True),
        ("list", [version]),
    ):
        yield f"version-{id}", "DOCUMENT_VERSION", {**good, "schema_version": value}
    yield "version-missing", "DOCUMENT_VERSION", _unversioned(good)
    _, stranger = _newest(contract, other)
    yield f"is-{other}", "DOCUMENT_KIND", _unversioned(stranger)
    yield "is-list", "DOCUMENT_KIND", [good]
    yield "is-null", "DOCUMENT_KIND", None
    text = json.dumps(good).encode()
    yield "byte-order-mark", "DOCUMENT_JSON", b"\xef\xbb\xbf" + text
    yield "trailing-comma", "DOCUMENT_JSON", text[:-1] + b",}"
    yield "empty", "DOCUMENT_JSON", b""
    yield "cut-off", "DOCUMENT_JSON", text[:-1]
    yield "not-utf8", "DOCUMENT_UTF8", text[:-1] + b',"a":"\xff"}'
    deep = b"[" * contract.limits.nesting + b"]" * contract.limits.nesting
    yield "too-deep", "DOCUMENT_NESTING", text[:-1] + b',"a":' + deep + b"}"
    again = b'":%d,' % version + text[1:]
    yield "repeated", "DOCUMENT_REPEATED", b'{"schema_version' + again
    yield "repeated-by-escape", "DOCUMENT_REPEATED", b'{"schema\\u005fversion' + again


def _newest(contract: Contract, document: str) -> tuple[int, dict[str, Any]]:
    """The current version of a document, and a document in it."""
    version = contract.windows[document][-1]
    return version, dict(contract.documents.schema(document, version)["examples"][0])


def _unversioned(document: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in document.items() if name != "schema_version"}


def _tooling(contract: Contract) -> Iterator[Case]:
    """What is for other tools survives a migration untouched, its numbers included."""
    example = deepcopy(contract.documents.schema("asset", 1)["examples"][0])
    example["build"] = {"quality": 0.5, "levels": [1, 2.25, -3e-2], "name": "é", "none": None}
    yield _accepted(contract, "asset-v1-tooling", "asset", example)
    reordered = dict(reversed(example.items()))
    yield _accepted(contract, "asset-v1-member-order", "asset", reordered)
    spaced = json.dumps(example, indent=4).replace("\n", "\r\n").encode()
    yield _accepted(contract, "asset-v1-formatting", "asset", example, spaced)


def _accepted(
    contract: Contract, id: str, document: str, value: Any, data: bytes | None = None
) -> Case:
    return Case(
        id=f"migrate-{id}",
        kind="migrate",
        verdict="accept",
        rule=VERSIONS,
        recipe=(_encoded(value) if data is None else data,),
        notes={"why": "a version that the packer reads"},
        derived_from=f"{document}@{value['schema_version']}",
        document=document,
        view=dict(contract.upgraded(document, value, {"asset_uuid": ASSET_UUID})),
    )


def _rejected(contract: Contract, id: str, document: str, code: str, value: Any) -> Case:
    layers = {"DOCUMENT_VERSION": "unsupported", "DOCUMENT_KIND": "invalid"}
    return Case(
        id=f"migrate-{id}",
        kind="migrate",
        verdict="reject",
        code=code,
        rule=VERSIONS,
        layer=layers.get(code, "malformed"),
        recipe=(value if isinstance(value, bytes) else _encoded(value),),
        notes={"why": "a document that no version covers"},
        derived_from=f"{document}@{contract.windows[document][-1]}",
        document=document,
    )


def _encoded(value: Any) -> bytes:
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()
