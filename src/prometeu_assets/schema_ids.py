"""The ids of the published schemas, and how a JSON output names its own.

Clause: ``spec/ci.md#formats``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def schema_id(document: str, version: int) -> str:
    """The permanent ``$id`` of a schema."""
    return f"urn:prometeu:schema:{document}:{version}"


def output(document: str, version: int, members: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON output: the id of its schema, its version, and its members."""
    return {"$schema": schema_id(document, version), "schema_version": version, **members}
