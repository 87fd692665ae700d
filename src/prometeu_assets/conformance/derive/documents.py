"""Cases of workspace documents: what each version migrates to, and which are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from prometeu_assets.conformance.case import VERSIONS, Case
from prometeu_assets.conformance.derive.make import slug
from prometeu_assets.contract.value import Contract
from prometeu_assets.documents import TELLING

_LARGEST: Final = 2**1024 - 2**971
"""The largest double, as an integer."""

_HELD: Final[Mapping[str, bytes]] = {
    "beyond-2-53": b"9007199254740993",
    "beyond-2-53-negative": b"-9007199254740993",
    "beyond-64-bits": b"18446744073709551617",
    "largest-double": b"1.7976931348623157e308",
    "rounds-down-to-the-largest-double": b"1.7976931348623158e308",
    "largest-double-as-integer": b"%d" % _LARGEST,
    "rounds-down-as-integer": b"%d" % (_LARGEST + 2**970 - 1),
    "too-small": b"1e-400",
    "of-a-thousand-digits": b"0." + b"3" * 1000,
    "minus-zero": b"-0",
}
"""Numbers that a document may have, for they are finite as doubles."""

_TOO_LARGE: Final[Mapping[str, bytes]] = {
    "1e400": b"1e400",
    "1e400-negative": b"-1e400",
    "rounds-up": b"1.7976931348623159e308",
    "rounds-up-as-integer": b"%d" % (_LARGEST + 2**970),
    "of-400-digits": b"9" * 400,
    "of-5000-digits": b"9" * 5000,
}
"""Numbers that are infinite as doubles."""

_WHY: Final = {"DOCUMENT_NUMBER": "a number that no double holds"}

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
        ("between", version + 0.5),
        ("true", True),
        ("list", [version]),
        ("null", None),
        *((f"wrapped-{bits}", version + 2**bits) for bits in (8, 16, 32, 64)),
    ):
        yield f"version-{id}", "DOCUMENT_VERSION", {**good, "schema_version": value}
    yield "version-missing", "DOCUMENT_VERSION", _unversioned(good)
    _, stranger = _newest(contract, other)
    yield f"is-{other}", "DOCUMENT_KIND", _unversioned(stranger)
    yield from _kinds(contract, document, other)
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
    for id, token in _TOO_LARGE.items():
        yield f"number-{id}", "DOCUMENT_NUMBER", text[:-1] + b',"a":[' + token + b"]}"
    large = b'{"a":1e400,'
    yield "number-as-version", "DOCUMENT_NUMBER", large + b'"schema_version":1e400}'
    yield "order-number-before-kind", "DOCUMENT_NUMBER", large + json.dumps(stranger).encode()[1:]
    yield "order-number-before-no-object", "DOCUMENT_NUMBER", b"1e400"
    yield "order-number-before-list", "DOCUMENT_NUMBER", b"[1e400]"
    yield "order-repeated-before-no-object", "DOCUMENT_REPEATED", b'[{"a":1,"a":1}]'
    yield "order-repeated-before-number", "DOCUMENT_REPEATED", large + b'"a":1}'
    yield "order-json-before-number", "DOCUMENT_JSON", large + b"}"
    again = b'":%d,' % version + text[1:]
    token = b'"schema_version":%d' % version
    exponent = json.dumps(good, separators=(",", ":")).encode().replace(token, token + b"e0")
    yield "version-exponent", "DOCUMENT_VERSION", exponent
    yield "repeated", "DOCUMENT_REPEATED", b'{"schema_version' + again
    yield "repeated-by-escape", "DOCUMENT_REPEATED", b'{"schema\\u005fversion' + again


def _kinds(
    contract: Contract, document: str, other: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Documents that have members of another document; the newer version is none that is read."""
    version, good = _newest(contract, document)
    _, stranger = _newest(contract, other)
    _, cartridge = _newest(contract, "cartridge")
    newer = {"schema_version": version + 1}
    for name, value in ((other, stranger), ("cartridge", cartridge)):
        yield f"is-{name}-with-version", "DOCUMENT_KIND", value
        yield f"is-{name}-newer", "DOCUMENT_KIND", {**value, **newer}
        yield f"is-{name}-version-null", "DOCUMENT_KIND", {**value, "schema_version": None}
        code = "DOCUMENT_VERSION" if TELLING[document] <= good.keys() else "DOCUMENT_KIND"
        yield f"has-members-of-{name}", code, _unversioned({**value, **good})
        yield f"has-members-of-{name}-newer", code, {**value, **good, **newer}
    yield "is-cartridge", "DOCUMENT_KIND", _unversioned(cartridge)
    telling = TELLING[document]
    own, theirs = (dict.fromkeys(sorted(TELLING[name])) for name in (document, other))
    yield f"is-{other}-of-two-members", "DOCUMENT_KIND", theirs
    yield f"is-{other}-by-null", "DOCUMENT_KIND", {"schema_version": version, **theirs}
    yield f"has-own-members-by-null-and-those-of-{other}", "DOCUMENT_VERSION", {**own, **theirs}
    for member in sorted(telling):
        half = {name: part for name, part in good.items() if name != member}
        yield f"without-{slug(member)}", "DOCUMENT_VERSION", _unversioned(half)
        both = _unversioned({**stranger, **half})
        yield f"is-{other}-without-{slug(member)}", "DOCUMENT_KIND", both


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
    for id, address in (("newer", "urn:prometeu:schema:asset:2"), ("relative", "asset/v1.json")):
        why = "no step changes the address of a schema, whatever it leads to"
        addressed = {**example, "$schema": address}
        yield _accepted(contract, f"asset-v1-schema-{id}", "asset", addressed, why=why)
    for id, token in _HELD.items():
        yield tooling(contract, f"number-{id}", token, why="a number that a double holds")
    spaced = json.dumps(example, indent=4).replace("\n", "\r\n").encode()
    yield _accepted(contract, "asset-v1-formatting", "asset", example, spaced)


def tooling(contract: Contract, id: str, text: bytes, code: str | None = None, *, why: str) -> Case:
    """A case of an asset in version 1 with this text as a value that is for other tools."""
    example = contract.documents.schema("asset", 1)["examples"][0]
    data = json.dumps({**example, "build": {"n": "HERE"}}).encode().replace(b'"HERE"', text)
    if code is not None:
        return _rejected(contract, f"asset-{id}", "asset", code, data, why=why)
    value = json.loads(data)
    return _accepted(contract, f"asset-v1-{id}", "asset", value, data, why=why)


def _accepted(
    contract: Contract,
    id: str,
    document: str,
    value: Any,
    data: bytes | None = None,
    *,
    why: str = "a version that the packer reads",
) -> Case:
    return Case(
        id=f"migrate-{id}",
        kind="migrate",
        verdict="accept",
        rule=VERSIONS,
        recipe=(_encoded(value) if data is None else data,),
        notes={"why": why},
        derived_from=f"{document}@{value['schema_version']}",
        document=document,
        view=dict(contract.upgraded(document, value, {"asset_uuid": ASSET_UUID})),
    )


def _rejected(
    contract: Contract, id: str, document: str, code: str, value: Any, *, why: str = ""
) -> Case:
    layers = {"DOCUMENT_VERSION": "unsupported", "DOCUMENT_KIND": "invalid"}
    return Case(
        id=f"migrate-{id}",
        kind="migrate",
        verdict="reject",
        code=code,
        rule=VERSIONS,
        layer=layers.get(code, "malformed"),
        recipe=(value if isinstance(value, bytes) else _encoded(value),),
        notes={"why": why or _WHY.get(code, "a document that no version covers")},
        derived_from=f"{document}@{contract.windows[document][-1]}",
        document=document,
    )


def _encoded(value: Any) -> bytes:
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()
