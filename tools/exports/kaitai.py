"""The container as a description for Kaitai Struct: ``assets_pa.ksy``.

The types are Construct's own export of the definitions. Construct says nothing of valid values,
and Kaitai Struct reads no JSON: a slice is a type that is given the numbers of its entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml
from construct.core import KsyGen

from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.companions import EXTENSION, MEDIA_TYPE, PACK
from prometeu_assets.contract.container import Constant, Container, Field, HeaderLength
from prometeu_assets.contract.value import Contract
from tools.exports.model import GENERATED

Element = dict[str, Any]


class Gathering(KsyGen):
    """What Construct's export gathers, and the parameters of the type that is being made."""

    def __init__(self) -> None:
        super().__init__()
        self.params: dict[str, str] = {}


def description(contract: Contract) -> Element:
    """The newest container. Raises `ConstructError` for a payload that Kaitai Struct lacks."""
    container = contract.containers[-1]
    types = {"prelude": {"doc-ref": "prelude.md", "seq": prelude(container)}}
    for bank in container.banks:
        types |= bank_types(bank, contract.documents.schema(*bank.metadata)["properties"])
    return {
        "meta": {
            "id": PACK.replace(".", "_"),
            "title": f"{PACK}, container version {container.version}",
            "file-extension": EXTENSION,
            "xref": {"mime": MEDIA_TYPE},
            "license": "Apache-2.0",
        },
        "doc": DOC,
        "doc-ref": "container.md",
        "seq": [
            {"id": "prelude", "type": "prelude"},
            {
                "id": "header",
                "size": "prelude.header_len",
                "doc": "Canonical JSON. What it says of a slice is given to the slice's type.",
                "doc-ref": "header.md",
            },
            {
                "id": "padding",
                "type": "u1",
                "valid": 0,
                "repeat": "expr",
                "repeat-expr": "prelude.payload_offset - _io.pos",
                "doc": "Zero bytes up to the payload region.",
            },
        ],
        "instances": {
            "payload": {
                "pos": "prelude.payload_offset",
                "size-eos": True,
                "doc": "The slices, in the order of the table.",
            },
        },
        "types": types,
    }


DOC: Final = """\
The parts of a pack, and the content of its slices.
A pack that this description reads may still be invalid: it checks no checksum and no JSON.
To read a slice, make its type `…_slice` with the numbers in its entry of `header`."""


def prelude(container: Container) -> list[Element]:
    """The fields of the prelude, with the values that each may have."""
    found = []
    for renamed in container.prelude.subcons:
        checked = valid(renamed.subcon, container)
        kind = renamed.subcon.subcon._compilefulltype(Gathering())  # noqa: SLF001
        if "contents" in checked:  # which has a size of its own
            kind = {}
        found.append({"id": renamed.name, **kind, **checked, "doc": renamed.docs})
    return found


def valid(field: Field, container: Container) -> Element:
    """What a field may hold, as far as the fields before it decide."""
    match field.constraint:
        case Constant(expected=bytes() as expected):
            return {"contents": expected.decode() if expected.isalnum() else list(expected)}
        case Constant(expected=expected):
            return {"valid": expected}
        case HeaderLength(minimum=minimum, maximum=maximum):
            return {"valid": {"min": minimum, "max": maximum}}
    if field.role == "payload_offset":
        size, align = container.prelude_size, container.alignment
        return {"valid": f"({size} + header_len + {align - 1}) / {align} * {align}"}
    return {}


def bank_types(bank: Bank[Any], members: Mapping[str, Any]) -> dict[str, Element]:
    """The type of a bank as stored, and that of a slice with it at a given offset.

    ``members`` are those of the bank's metadata, with the description of each.
    """
    name, ksy = bank.bank_type.lower(), Gathering()
    seq = bank.payload._compileseq(ksy)  # noqa: SLF001
    params = [
        {"id": param, "type": type, "doc": members[param]["description"]}
        if param in members
        else {"id": param, "type": type, "doc": "Bytes of each, in the order of their numbers."}
        for param, type in ksy.params.items()
    ]
    place = [
        {"id": "offset", "type": "u4", "doc": "Bytes from the start of the payload region."},
        {"id": "size", "type": "u4", "doc": "Bytes of the slice."},
    ]
    content = {
        "pos": "_root.prelude.payload_offset + offset",
        "size": "size",
        "type": f"{name}({', '.join(ksy.params)})",
    }
    return {
        **ksy.types,
        name: {"doc": bank.what, "doc-ref": f"banks.md#{name}", "params": params, "seq": seq},
        f"{name}_slice": {"params": [*place, *params], "instances": {"bank": content}},
    }


class Plain(yaml.SafeDumper):
    """YAML as people write it: no references, and a text of several lines as it is."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def text(self, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else None
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    def numbers(self, value: list[Any]) -> yaml.SequenceNode:
        flow = all(isinstance(item, int) for item in value)
        return self.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flow)


Plain.add_representer(str, Plain.text)
Plain.add_representer(list, Plain.numbers)


def ksy(contract: Contract) -> str:
    """The text of the description."""
    text = yaml.dump(
        description(contract), Dumper=Plain, sort_keys=False, allow_unicode=True, width=100
    )
    return f"# {GENERATED}\n{text}"
