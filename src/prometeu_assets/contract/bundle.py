"""A schema with every schema that it refers to in one document, as validators and editors take it.

Clause: ``spec/workspace.md#editors``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from prometeu_assets.contract.documents import Documents, Key

_OTHER = re.compile(r'"\$ref": "urn:prometeu:schema:([a-z-]+):([0-9]+)')


def references(schema: Mapping[str, Any]) -> set[Key]:
    """The other documents that a schema refers to, and their versions."""
    return {(name, int(version)) for name, version in _OTHER.findall(json.dumps(dict(schema)))}


def bundle(documents: Documents, name: str, version: int) -> dict[str, Any]:
    """The schema of a document, with all others that it needs under ``$defs``, each by its id.

    A schema that refers to none is as it is published. Raises `KeyError` when there is none.
    """
    schema = dict(documents.schema(name, version))
    needed: dict[Key, Mapping[str, Any]] = {}
    pending = references(schema)
    while pending:
        key = pending.pop()
        needed[key] = documents.schema(*key)
        pending |= references(needed[key]) - needed.keys() - {(name, version)}
    others = {needed[key]["$id"]: dict(needed[key]) for key in sorted(needed)}
    return {**schema, "$defs": {**schema.get("$defs", {}), **others}} if others else schema


def bundle_text(documents: Documents, name: str, version: int) -> str:
    """`bundle` as the text of a file. Raises `KeyError`."""
    return f"{json.dumps(bundle(documents, name, version), indent=2, ensure_ascii=False)}\n"
