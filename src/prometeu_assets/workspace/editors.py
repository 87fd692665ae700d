"""What an editor is told of a document: its ``$schema``, and the file that this leads to.

Clause: ``spec/workspace.md#editors``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.bundle import bundle, bundle_text
from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.documents import Key
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.documents import document_bytes, document_limit, parse, understood
from prometeu_assets.storage.paths import exists, read_inside
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.identity import Identity
from prometeu_assets.workspace.places import ANCHOR
from prometeu_assets.workspace.registry import ASSETS
from prometeu_assets.workspace.rewrite import rewrite

MEMBER: Final = "$schema"
CARTRIDGE: Final = "cartridge.json"
_FOLDER: Final = ".prometeu/schemas"
_OWN: Final = re.compile(rf"(?:\.\./)+{re.escape(_FOLDER)}/asset/v[0-9]+\.json")


def schema_file(kind: str, version: int) -> str:
    """The file in a project that has the schema of a document, relative to the project."""
    return f"{ASSETS}/{_FOLDER}/{kind}/v{version}.json"


def reference(root: str, version: int) -> str:
    """The ``$schema`` of an ``asset.json`` of a version at a root: the path to its schema file."""
    way = "../" * (root.count("/") + 1)
    return way + schema_file("asset", version).removeprefix(f"{ASSETS}/")


def cartridge_reference(version: int) -> str:
    """The ``$schema`` of a ``cartridge.json``; editors take a path only if it begins with a dot."""
    return f"./{schema_file('cartridge', version)}"


def is_own(editor: object) -> bool:
    """Whether the ``$schema`` of an ``asset.json`` is one of this tool, for whatever root."""
    return isinstance(editor, str) and _OWN.fullmatch(editor) is not None


def addressed(value: Mapping[str, Any], root: str, found: int) -> dict[str, Any]:
    """An asset's document that is of a newer version than it was ``found`` in, for its ``$schema``.

    It gets one if it has none. One that is of this tool, or that is the address of the schema of
    the old version, becomes that of the new version; any other stays.
    """
    editor, newest = value.get(MEMBER), value["schema_version"]
    if editor is None or is_own(editor):
        return {MEMBER: "", **value} | {MEMBER: reference(root, newest)}
    for form in ("urn:prometeu:schema:asset:{}", "asset/v{}.json"):
        old, new = form.format(found), form.format(newest)
        if re.search(rf"(?:\A|/){re.escape(old)}\Z", editor):
            return {**value, MEMBER: editor.removesuffix(old) + new}
    return dict(value)


def lacking(project: Path, keys: Iterable[Key], contract: Contract) -> dict[str, bytes]:
    """The schema files of these documents that are not there, with their texts.

    Whatever is in the place of one stays. Raises `Refused` (``PATH_UNREADABLE``), `OSError`.
    """
    return {
        file: bundle_text(contract.documents, *key).encode()
        for key in sorted(set(keys))
        if not exists(project, file := schema_file(*key))
    }


def led(
    project: Path,
    root: str,
    contract: Contract,
    data: bytes | None = None,
    known: Identity | None = None,
) -> dict[str, bytes]:
    """The files to write so that the ``$schema`` of an asset leads to its schema, with their texts.

    There are none when the ``$schema`` is not one of this tool. ``data`` is the text that the
    ``asset.json`` at the root is to have, if not the one that is there; no other byte of it
    changes. With what is ``known`` of the one that is there, only one that changes is read.
    Raises `Refused` when the document or the place of its schema cannot be read.
    """
    anchor = f"{ASSETS}/{root}/{ANCHOR}"
    if data is None and known is not None:
        if not is_own(known.editor):
            return {}
        if known.editor == reference(root, known.version):
            return lacking(project, [("asset", known.version)], contract)
    data = document_bytes(project, anchor, "asset", contract) if data is None else data
    document = understood(data, anchor, "asset", contract, context={"asset_uuid": None})
    editor = document.value.get(MEMBER)
    if not is_own(editor):
        return {}
    found = lacking(project, [("asset", document.version)], contract)
    if editor != (wanted := reference(root, document.version)):
        found[anchor] = rewrite(data, {**parse(data, anchor, contract), MEMBER: wanted})
    return found


def repairs(
    project: Path, roots: Iterable[str], contract: Contract, known: Callable[[str], Identity]
) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
    """All files to write so that documents lead to their schemas, with their texts.

    And what was left because it cannot be read. ``known`` gives what is at a root. Raises
    `Refused` when the place of the schema of the ``cartridge.json`` cannot be read.
    """
    found = lacking(project, _of_cartridge(project, contract), contract)
    left: list[Diagnostic] = []
    for root in roots:
        try:
            found |= led(project, root, contract, known=known(root))
        except Refused as refused:
            left += refused.report
    return found, tuple(left)


def editor_faults(
    project: Path, declarations: Iterable[Declaration], contract: Contract
) -> Iterator[Diagnostic]:
    """A warning for each ``$schema`` of this tool that does not lead to the document's schema.

    And one for each schema file that a document needs and that is missing or another file.
    """
    needed = set(_of_cartridge(project, contract))
    for declaration in declarations:
        if not is_own(declaration.editor):
            continue
        needed.add(("asset", declaration.version))
        wanted = reference(declaration.registered.root, declaration.version)
        if declaration.editor != wanted:
            data = {"found": declaration.editor, "expected": wanted}
            yield declaration.fault("SCHEMA_ADDRESS", f"/{MEMBER}", **data)
    for key in sorted(needed):
        file = schema_file(*key)
        if not exists(project, file):
            data = {"path": file, "what": "is missing"}
            yield Diagnostic(code="SCHEMA_FILE", data=data, file=file)
        elif not _is_schema(project, file, key, contract):
            data = {"path": file, "what": f"is another file than the schema of {key[0]}@{key[1]}"}
            yield Diagnostic(code="SCHEMA_FILE", data=data, file=file, hint_key="other")


def _of_cartridge(project: Path, contract: Contract) -> Iterator[Key]:
    """The schema that the ``cartridge.json`` of a project names, if it is one of this tool."""
    try:
        value = parse(
            document_bytes(project, CARTRIDGE, "cartridge", contract), CARTRIDGE, contract
        )
    except Refused:
        return  # there is none, or the shipper says what is wrong with it
    editor = value.get(MEMBER) if isinstance(value, dict) else None
    for version in contract.windows["cartridge"]:
        if editor == cartridge_reference(version):
            yield "cartridge", version


def _is_schema(project: Path, file: str, key: Key, contract: Contract) -> bool:
    """Whether a file has the schema of a document, however it is formatted."""
    try:
        limit = document_limit(key[0], contract)
        value = parse(read_inside(project, file, limit=limit, what="a schema"), file, contract)
    except Refused:
        return False
    return same(value, bundle(contract.documents, *key))
