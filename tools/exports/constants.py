"""What a program needs of the contract as named constants, for languages that have no objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from prometeu_assets.contract.value import Contract
from tools.exports.model import Row, model

Value = int | str | bytes | Sequence[int] | Sequence[str]

SUFFIXES: Final = {
    "const": "",
    "enum": "VALUES",
    "minimum": "MIN",
    "maximum": "MAX",
    "minLength": "MIN_LENGTH",
    "maxLength": "MAX_LENGTH",
    "minItems": "MIN_ITEMS",
    "maxItems": "MAX_ITEMS",
    "minProperties": "MIN_MEMBERS",
    "maxProperties": "MAX_MEMBERS",
}
"""What of a member becomes a constant, and how its name ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """One constant: its name in capitals without a prefix, its value and what it is."""

    name: str
    value: Value
    what: str


def constants(contract: Contract) -> dict[str, list[Constant]]:
    """The constants of the newest container, by the title of their group.

    Raises `ValueError` when two would have one name.
    """
    value = model(contract)
    manifest = value["cartridge"]["manifest"]["members"]
    groups = {
        "The container; sizes and offsets are in bytes": list(container(value["container"])),
        "The header": list(members("", value["header"]["members"])),
        **{f"The bank {bank['bank_type']}": list(of_bank(bank)) for bank in value["banks"]},
        "The cartridge": [
            *(
                Constant(name=f"FILE_{role.upper()}", value=name, what=f"The file of the {role}.")
                for role, name in value["cartridge"]["files"].items()
            ),
            *members("MANIFEST_", manifest),
        ],
        "Limits; a value equal to its limit is accepted": [
            Constant(
                name=f"LIMIT_{row['name'].upper()}",
                value=row["value"],
                what=f"At most{row['unit'] and ', in '}{row['unit']}: {row['what']}.",
            )
            for row in value["limits"]
        ],
        "Codes, in the order of checks": [
            Constant(name=f"CODE_{row['code']}", value=row["code"], what=row["summary"])
            for row in value["codes"]
        ],
    }
    names = [item.name for group in groups.values() for item in group]
    if len(set(names)) < len(names):
        raise ValueError(f"two constants have one name: {sorted(names)}")
    return groups


def container(row: Row) -> Iterator[Constant]:
    """The sizes of the container, and the fields of its prelude."""
    yield Constant(name="PRELUDE_SIZE", value=row["prelude_size"], what="Bytes of the prelude.")
    what = "What the payload region and each slice are aligned to."
    yield Constant(name="ALIGNMENT", value=row["alignment"], what=what)
    for field in row["fields"]:
        name = f"PRELUDE_{field['name'].upper()}"
        yield Constant(name=f"{name}_OFFSET", value=field["offset"], what=field["meaning"])
        yield Constant(
            name=f"{name}_SIZE", value=field["size"], what=f"Its type is {field['type']}."
        )
        if "bytes" in field:
            what = "The one valid value."
            yield Constant(name=f"{name}_VALUE", value=bytes(field["bytes"]), what=what)
        elif "minimum" in field and field["minimum"] == field["maximum"]:
            what = "The one valid value."
            yield Constant(name=f"{name}_VALUE", value=field["minimum"], what=what)
        elif "minimum" in field:
            for bound, what in (("minimum", "least"), ("maximum", "greatest")):
                text = f"The {what} valid value."
                yield Constant(name=f"{name}_{bound[:3].upper()}", value=field[bound], what=text)


def members(prefix: str, rows: Sequence[Row]) -> Iterator[Constant]:
    """What the schema of a document says of its members in numbers and texts."""
    for row in rows:
        path = row["path"].replace("[]", "").replace("{}", "").replace(".", "_").upper()
        for keyword, suffix in SUFFIXES.items():
            if keyword in row["schema"]:
                name = f"{prefix}{path}_{suffix}".rstrip("_")
                yield Constant(name=name, value=row["schema"][keyword], what=row["meaning"])


def of_bank(row: Row) -> Iterator[Constant]:
    """The names of a bank, its sizes and the places in its slice, as far as they are fixed."""
    prefix = row["bank_type"].upper()
    yield Constant(name=f"{prefix}_BANK_TYPE", value=row["bank_type"], what=f"Holds {row['what']}.")
    yield Constant(name=f"{prefix}_FORMAT", value=row["format"], what="The format of its slices.")
    for size, what in (("size", "Bytes of a slice."), ("decoded_size", "Bytes once resident.")):
        if size in row:
            yield Constant(name=f"{prefix}_{size.upper()}", value=row[size], what=what)
    for part in row["payload"]:
        for place in ("offset", "size"):
            if place in part:
                name = f"{prefix}_{part['name']}_{place}".upper()
                yield Constant(name=name, value=part[place], what=part["meaning"])
    yield from members(f"{prefix}_", row["metadata"]["members"])
