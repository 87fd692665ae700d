"""Cases of names that an object has from the start in some languages: an object of JSON has none.

A reader that asks such an object for a member finds one that the text does not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive import cartridges, documents
from prometeu_assets.conformance.derive.breakers import in_header
from prometeu_assets.conformance.derive.make import accepted, base, rejected, slug
from prometeu_assets.contract.value import Contract

_NAMES: Final = ("__proto__", "constructor", "toString")
_ALL: Final = b'{"__class__":1,"__proto__":{"a":1},"a":2,"constructor":3,"length":4,"toString":5}'
_TWICE: Final = b'{"__proto__":1,"__proto__":1}'
_WHY: Final = "a name like any other, which no object has from the start"


def texts(contract: Contract) -> Iterator[Case]:
    """A header's text alone."""
    made = partial(accepted, contract, kind="canonical-json", origin="canonical JSON")
    yield made("json-accept-names-inherited", "header-canonical", _ALL, _WHY)
    yield rejected(
        contract,
        "json-canonical-names-repeated-inherited",
        "header-canonical",
        _TWICE,
        "__proto__ twice",
        kind="canonical-json",
        origin="canonical JSON",
    )


def packs(contract: Contract) -> Iterator[Case]:
    """A member too many, in each object of a header that lists its members."""
    for place, rule, path in (
        ("header", "header-schema", ()),
        ("entry", "header-schema", ("asset_table", 0)),
        ("preload", "header-schema", ("preload", 0)),
        ("metadata", "bank-metadata", ("asset_table", 0, "metadata")),
        ("sample", "bank-metadata", ("asset_table", 0, "metadata", "samples", "0")),
        ("samples", "bank-metadata", ("asset_table", 0, "metadata", "samples")),
    ):
        for name in _NAMES:
            if name.startswith("_") and rule == "bank-metadata":
                continue  # no name of metadata begins so
            parts = base(contract)
            parts.header.append(partial(_with, path=path, name=name))
            yield rejected(
                contract,
                f"fault-inherited-{place}-{slug(name)}",
                rule,
                parts,
                f"{name} is a member too many",
            )
    parts = base(contract)
    in_header(lambda header: _hidden(header["asset_table"][0], "codec"))(parts)
    yield rejected(
        contract,
        "fault-inherited-codec",
        "header-schema",
        parts,
        "a member of __proto__ is none of the object that has it",
    )


def in_documents(contract: Contract) -> Iterator[Case]:
    """Values that are for other tools."""
    yield documents.tooling(contract, "names-inherited", _ALL, why=_WHY)
    yield documents.tooling(
        contract, "names-inherited-twice", _TWICE, "DOCUMENT_REPEATED", why="__proto__ twice"
    )


def in_manifests(contract: Contract) -> Iterator[Case]:
    """A member too many, one that is missing, and what the entry point may have."""
    good = cartridges.draft(contract).value
    for name in _NAMES:
        yield _manifest(contract, f"inherited-{slug(name)}", {**good, name: 1})
    yield _manifest(contract, "inherited-title", _hidden(dict(good), "title"))
    for id, rule, text in (
        ("accept-names-inherited", None, _ALL),
        ("names-inherited-twice", "manifest-repeated", _TWICE),
    ):
        made = cartridges.draft(contract, entrypoint="HERE")
        made.edits.append(lambda t, text=text: t.replace(b'"HERE"', text))  # type: ignore[misc]
        if rule is None:
            yield accepted(
                contract, f"cartridge-{id}", "manifest-json", made.made(), _WHY, kind="cartridge"
            )
        else:
            yield rejected(
                contract, f"cartridge-{id}", rule, made.made(), "__proto__ twice", kind="cartridge"
            )


def _manifest(contract: Contract, id: str, value: Mapping[str, Any]) -> Case:
    made = cartridges.draft(contract)
    made.edits.append(lambda _: json.dumps(value).encode())
    why = "the manifest has a member too many"
    return rejected(
        contract, f"cartridge-{id}", "manifest-schema", made.made(), why, kind="cartridge"
    )


def _with(header: Any, *, path: tuple[str | int, ...], name: str) -> Any:
    """The header with one more member in the object at ``path``, a copy of what else it has."""
    found = header
    for step in path:
        found = found[step]
    found[name] = found.get("0", 1)
    return header


def _hidden(members: dict[str, Any], name: str) -> dict[str, Any]:
    """The members, one of them in ``__proto__`` instead."""
    members["__proto__"] = {name: members.pop(name)}
    return members
