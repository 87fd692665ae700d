"""What schemas say of the bank types: written from the banks, never by hand.

Schemas list bank types, formats, asset types, the roles of inputs and, by asset type, the members
of metadata, and bound the preload list by the slots of all banks. ``--check`` fails when the
newest version of one does not say what the published banks say, or refers to an older version of
another. ``--next DOCUMENT…`` writes the next version of a document, for the banks as they are now.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.bank import PAYLOAD, RAW, Bank, Role
from prometeu_assets.contract.bundle import references
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.documents import Documents
from prometeu_assets.contract.value import Contract

ROOT = Path(__file__).resolve().parents[1]
Banks = Sequence[Bank[Any]]

WORDS: Final[tuple[Callable[[Bank[Any]], str], ...]] = (
    lambda bank: bank.bank_type,
    lambda bank: bank.format,
    lambda bank: bank.asset_type,
)
"""What a schema may list, one word for each bank."""


def with_banks(schema: Mapping[str, Any], banks: Banks, documents: Documents) -> dict[str, Any]:
    """A schema that says of ``banks`` all that it said of some of them."""
    every_role = roles(banks)
    lists = [*(list(map(word, banks)) for word in WORDS), list(every_role)]

    def listed(found: Any) -> list[str] | None:
        """The whole list of which some words were found; one word alone may mean another thing."""
        texts = {text for text in found if isinstance(text, str)}
        return next((words for words in lists if len(texts) > 1 and texts <= set(words)), None)

    def bounded(name: str, part: Any) -> Any:
        """The preload list has a place for each slot of each bank."""
        if name == "preload" and isinstance(part, dict) and "maxItems" in part:
            # The header that the container names may not be written yet.
            name, _ = CURRENT.written.header
            newest = CURRENT.written.with_(header=(name, CURRENT.documents.versions(name)[-1]))
            slot = CURRENT.shape(newest).parts["preload.slot"]
            return {**part, "maxItems": (slot["maximum"] + 1) * len(banks)}
        return part

    def rewritten(value: Any) -> Any:
        if isinstance(value, dict):
            words = listed(value)
            if words == list(every_role):
                return every_role
            if words:
                value = dict.fromkeys(words, next(iter(value.values()))) | value
            return {name: bounded(name, rewritten(part)) for name, part in value.items()}
        if isinstance(value, list):
            return listed(value) or [rewritten(part) for part in value]
        return value

    whole = {n: part if n == "examples" else rewritten(part) for n, part in schema.items()}
    if "inputs" in whole.get("properties", {}):
        _say_of_assets(whole, banks, documents)
    return whole


def _say_of_assets(whole: dict[str, Any], banks: Banks, documents: Documents) -> None:
    """Put the sources and the metadata of each bank's assets into the schema of assets."""
    inputs = whole["properties"]["inputs"]
    whole["properties"]["inputs"] = {
        "description": _inputs(banks),
        "type": "object",
        "minProperties": inputs["minProperties"],
        "additionalProperties": True,
    }
    whole["allOf"] = [_by_type(bank) for bank in banks]
    for bank in banks:
        whole["$defs"][f"{bank.asset_type}_inputs"] = {
            "description": f"The source files of a {bank.asset_type} by role.",
            "$comment": "Which roles go together is a rule outside this schema.",
            "properties": roles([bank]),
            "additionalProperties": False,
        }
        whole["$defs"][f"{bank.asset_type}_metadata"] = _metadata(bank, documents)
        for name, role in bank.roles.items():
            if role.settings:
                whole["$defs"][f"{name}_source"] = _source(whole["$defs"]["source"], role)


def _source(source: Mapping[str, Any], role: Role) -> dict[str, Any]:
    """An entry of a role that has settings."""
    members = {name: dict(setting.schema) for name, setting in role.settings.items()}
    description = f"{role.what[0].upper()}{role.what[1:]}: its path, or an object that says more."
    return {
        **source,
        "description": description,
        "properties": {**source["properties"], **members},
    }


def roles(banks: Banks) -> dict[str, Any]:
    """The schema of each role of ``inputs``."""
    known: dict[str, Role] = {name: role for bank in banks for name, role in bank.roles.items()}
    known[PAYLOAD] = RAW
    return {
        name: {
            "description": role.description,
            "type": "array",
            "minItems": 1,
            "maxItems": role.most,
            "items": {"$ref": f"#/$defs/{f'{name}_source' if role.settings else 'source'}"},
        }
        for name, role in known.items()
    }


def _by_type(bank: Bank[Any]) -> dict[str, Any]:
    """That an asset of a bank has its bank's inputs and metadata."""
    inputs = {
        "description": f"The source files of a {bank.asset_type}.",
        "$ref": f"#/$defs/{bank.asset_type}_inputs",
    }
    metadata = {
        "description": f"The metadata of a {bank.asset_type}.",
        "$ref": f"#/$defs/{bank.asset_type}_metadata",
    }
    output = {
        "description": f"What to produce from a {bank.asset_type}.",
        "properties": {"metadata": metadata},
    }
    kind = {"description": f"The type {bank.asset_type}.", "const": bank.asset_type}
    return {
        "if": {"required": ["type"], "properties": {"type": kind}},
        "then": {"properties": {"inputs": inputs, "output": output}},
    }


def _metadata(bank: Bank[Any], documents: Documents) -> dict[str, Any]:
    """The names of a bank's metadata members; their values are judged with what is derived."""
    schema = documents.schema(*bank.metadata)
    return {
        "description": f"The members of a {bank.asset_type}'s metadata, and the author's own.",
        "$comment": "Which are needed, and their values, are rules outside this schema.",
        "properties": {
            name: {"description": part["description"]}
            for name, part in schema["properties"].items()
        },
        "additionalProperties": False,
        "patternProperties": json.loads(json.dumps(schema["patternProperties"])),
    }


def _inputs(banks: Banks) -> str:
    takes = [f"{b.asset_type} takes {' and '.join(b.roles)}, or {PAYLOAD}." for b in banks]
    return " ".join(["The source files by role.", *takes])


def next_version(
    contract: Contract, name: str, banks: Banks, along: Collection[str] = ()
) -> dict[str, Any]:
    """The next version of a document, for ``banks``; its examples are those of the last.

    It refers to the next version of those that are written ``along`` with it.
    """
    version = contract.documents.versions(name)[-1]
    text = json.dumps(dict(contract.documents.schema(name, version)))
    for other in {name, *along}:
        newest = contract.documents.versions(other)[-1]
        text = re.sub(rf"(urn:prometeu:schema:{other}):{newest}\b", rf"\1:{newest + 1}", text)
    text = text.replace("for each of the two bank types", "for each bank type")
    schema = with_banks(json.loads(text), banks, contract.documents)
    schema["title"] = schema["title"].replace(f"version {version}", f"version {version + 1}")
    own = schema.get("properties", {}).get("schema_version")
    if own is not None:
        own["const"] = version + 1
        for example in schema.get("examples", ()):
            example["schema_version"] = version + 1
    return schema


def listing(contract: Contract) -> list[str]:
    """The documents whose newest schema says something of the bank types, or refers to one."""
    banks = contract.written.banks
    another = banks[0].with_(bank_type="?", format="?", asset_type="?")
    return _referring(contract, _not_saying(contract, (*banks, another)))


def faults(contract: Contract) -> list[str]:
    """The documents whose newest schema does not say what the banks say, or refers to one."""
    wrong = _not_saying(contract, contract.written.banks)
    older = [
        name
        for name, schema in _newest(contract).items()
        if any(
            version != contract.documents.versions(other)[-1]
            for other, version in references(schema)
        )
    ]
    return _referring(contract, [*wrong, *older])


def _not_saying(contract: Contract, banks: Banks) -> list[str]:
    newest = _newest(contract).items()
    return [
        name
        for name, schema in newest
        if with_banks(schema, banks, contract.documents) != dict(schema)
    ]


def _newest(contract: Contract) -> dict[str, Mapping[str, Any]]:
    documents = contract.documents
    return {name: documents.schema(name, version) for name, version in documents.keys}


def _referring(contract: Contract, names: Sequence[str]) -> list[str]:
    """These documents, and those that refer to one of them, in the order of the contract."""
    return [
        name
        for name, schema in _newest(contract).items()
        if name in names or any(other in names for other, _ in references(schema))
    ]


def main(arguments: list[str]) -> int:
    """Check the schemas, or write next versions; 1 when one is not what it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--next", nargs="+", metavar="DOCUMENT", default=[])
    asked = parser.parse_args(arguments)
    for name in asked.next:
        schema = next_version(CURRENT, name, CURRENT.written.banks, asked.next)
        path = ROOT / "schemas" / name / f"v{schema['$id'].rpartition(':')[2]}.json"
        path.write_text(f"{json.dumps(schema, indent=2, ensure_ascii=False)}\n", encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    wrong = faults(CURRENT) if asked.check else []
    for name in wrong:
        print(f"{name}: its newest schema does not list the banks as they are")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
