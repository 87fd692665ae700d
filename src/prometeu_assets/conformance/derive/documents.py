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
    for document in ("asset", "index"):
        window = contract.windows[document]
        for version in window:
            schema = contract.documents.schema(document, version)
            for number, example in enumerate(schema["examples"]):
                yield _accepted(
                    contract, f"{document}-v{version}-example-{number}", document, example
                )
        newest = contract.documents.schema(document, window[-1])["examples"][0]
        for id, value in (
            ("zero", 0),
            ("newer", window[-1] + 1),
            ("largest", 2**32 - 1),
            ("negative", -1),
            ("string", str(window[-1])),
            ("fraction", float(window[-1])),
            ("true", True),
            ("list", [window[-1]]),
        ):
            yield _rejected(
                f"{document}-version-{id}",
                document,
                "DOCUMENT_VERSION",
                {**newest, "schema_version": value},
            )
        without = {name: part for name, part in newest.items() if name != "schema_version"}
        yield _rejected(f"{document}-version-missing", document, "DOCUMENT_VERSION", without)
        other = "index" if document == "asset" else "asset"
        stranger = dict(contract.documents.schema(other, 2)["examples"][0])
        del stranger["schema_version"]
        yield _rejected(f"{document}-is-{other}", document, "DOCUMENT_KIND", stranger)
        yield _rejected(f"{document}-is-list", document, "DOCUMENT_KIND", [newest])
        yield _rejected(f"{document}-is-null", document, "DOCUMENT_KIND", None)
        text = json.dumps(newest).encode()
        for id, code, data in (
            ("byte-order-mark", "DOCUMENT_JSON", b"\xef\xbb\xbf" + text),
            ("trailing-comma", "DOCUMENT_JSON", text[:-1] + b",}"),
            ("empty", "DOCUMENT_JSON", b""),
            ("cut-off", "DOCUMENT_JSON", text[:-1]),
            ("not-utf8", "DOCUMENT_UTF8", text[:-1] + b',"a":"\xff"}'),
            ("too-deep", "DOCUMENT_NESTING", text[:-1] + b',"a":' + b"[" * 16 + b"]" * 16 + b"}"),
            ("repeated", "DOCUMENT_REPEATED", b'{"schema_version":2,' + text[1:]),
            ("repeated-by-escape", "DOCUMENT_REPEATED", b'{"schema\\u005fversion":2,' + text[1:]),
        ):
            yield _rejected(f"{document}-{id}", document, code, data)
    yield from _tooling(contract)


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


def _rejected(id: str, document: str, code: str, value: Any) -> Case:
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
        derived_from=f"{document}@2",
        document=document,
    )


def _encoded(value: Any) -> bytes:
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()
