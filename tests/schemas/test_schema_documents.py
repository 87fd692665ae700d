"""What the published schemas accept and reject."""

from __future__ import annotations

import itertools
import json
import re
import string
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tests.every import every

from prometeu_assets.catalog import CODES
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Report

ROOT: Final = Path(__file__).parents[2] / "schemas"
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    f"{path.parent.name} {path.stem[1:]}": json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.rglob("*.json"))
}
REGISTRY: Final[Registry[Any]] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)
EXAMPLES: Final = [
    (name, example) for name, schema in SCHEMAS.items() for example in schema["examples"]
]


@cache
def validator(name: str, definition: str = "") -> Draft202012Validator:
    """The validator of a schema, or of one of its definitions."""
    suffix = f"#/$defs/{definition}" if definition else ""
    ref = {"$ref": SCHEMAS[name]["$id"] + suffix}
    return Draft202012Validator(ref, registry=REGISTRY)


def accepts(name: str, value: object, definition: str = "") -> bool:
    return bool(validator(name, definition).is_valid(value))


def said(member: str, right: list[Any], wrong: list[Any]) -> tuple[list[Any], list[Any]]:
    """An input with each of these values as a setting."""
    accepted, refused = ([{"path": "a", member: v} for v in values] for values in (right, wrong))
    return accepted, refused


def put(value: Any, pointer: str, new: object) -> Any:
    """A copy of ``value`` with ``new`` at ``pointer``."""
    changed = deepcopy(value)
    *parents, last = pointer.split("/")[1:]
    target = changed
    for part in parents:
        target = target[int(part) if isinstance(target, list) else part]
    target[int(last) if isinstance(target, list) else last] = new
    return changed


# --- examples -------------------------------------------------------------------------------


@every(EXAMPLES)
def test_an_example_is_valid(name: str, example: object) -> None:
    assert list(validator(name).iter_errors(example)) == []


def members(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from members(child)


def described(node: dict[str, Any]) -> Iterator[str]:
    yield from node.get("properties", ())
    for child in (*node.get("properties", {}).values(), *node.get("$defs", {}).values()):
        yield from described(child)


@every(SCHEMAS)
def test_examples_show_every_member(name: str) -> None:
    assert set(described(SCHEMAS[name])) <= set(members(SCHEMAS[name]["examples"]))


def test_examples_agree_with_each_other() -> None:
    header = SCHEMAS["pack-header 1"]["examples"][0]
    assert SCHEMAS["asset-table 1"]["examples"][0] == header["asset_table"]
    assert SCHEMAS["preload 1"]["examples"][0] == header["preload"]
    for entry in header["asset_table"]:
        assert accepts(f"{entry['bank_type'].lower()}-metadata 1", entry["metadata"])


def test_a_report_of_the_package_is_valid() -> None:
    data = {"found": 16, "limit": 2}
    found = Diagnostic(code=CODES["FILE_SIZE"], data=data, file="a.pa", keyword="enum")
    hero = AssetRef(id=1, name="hero")
    report = Report.of(
        [found, found.at(offset=16, asset=hero, rule="a"), found.at(pointer="/preload/0")]
    ).as_json()
    assert len(report["diagnostics"]) == 3
    assert list(validator("report 3").iter_errors(report)) == []


# --- one member removed, added or of another type -------------------------------------------

WRONG: Final[dict[type, list[object]]] = {
    bool: [None, 0, 1, "true"],
    int: [None, True, 1.5, "1"],
    str: [None, 7, ["a"]],
    list: [None, {}, "a"],
    dict: [None, [], "a"],
}
REPORTED: Final = "/diagnostics/*/"
ANY: Final = {"asset 3": {"/output/metadata/tile_size", "/output/metadata/x_author"}}
"""Members that may have any value."""
_CACHE: Final = {
    "/entries/*/details/palettes",
    *(f"/entries/*/warnings/*/{name}" for name in ("pointer", "offset", "hint_key")),
}
OPTIONAL: Final = {
    "addition 1": {"/copied_from/assets/tiles/hero/sprites/walk.png", "/counts/tiles", "/counts/palettes"},
    "creation 2": {"/counts/tiles", "/counts/palettes"},
    "asset 1": {"/$schema", "/build", "/inputs/sprites", "/inputs/palettes", "/output/metadata"},
    "asset 2": {
        "/$schema", "/build", "/inputs/sprites", "/inputs/palettes", "/output/metadata",
        "/output/codec_configuration", "/output/pipeline",
    },
    "asset 3": {
        "/$schema", "/build", "/inputs/sprites", "/inputs/palettes", "/output/metadata",
        "/output/codec_configuration", "/output/pipeline", *ANY["asset 3"],
    },
    "asset-table-metadata 1": {"/assets/*/pipeline"},
    "asset-table-metadata 2": {
        "/assets/*/origin", "/assets/*/origin/pipeline", "/assets/*/details",
        "/assets/*/details/palettes", "/assets/*/origin/sources/*/shared",
    },
    "asset-view 1": {"/declared", "/becomes", "/becomes/slot"},
    "asset-view 2": {
        "/declared", "/becomes", "/becomes/slot", "/becomes/details", "/becomes/details/palettes",
        "/becomes/numbers", "/sources/*/shared",
    },
    "cartridge 1": {"/$schema"},
    "conformance-manifest 1": {
        "/cases/*/code", "/cases/*/where", "/cases/*/order", "/cases/*/document",
        "/cases/*/asset_uuid", "/cases/*/expect", "/cases/*/values", "/cases/*/input/file",
        "/cases/*/input/recipe", "/cases/*/input/recipe/*/repeat", "/cases/*/layer", "/cases/*/notes/why",
        "/cases/*/input/directory", "/cases/*/input/files", "/cases/*/input/files/*/sha256",
        "/cases/*/input/files/*/size", "/cases/*/input/files/*/link",
        "/cases/*/input/files/*/directory",
    },
    "contract 1": {
        "/container/fields/*/bytes", "/container/fields/*/minimum", "/container/fields/*/maximum",
        "/banks/*/size", "/banks/*/decoded_size", "/banks/*/payload/*/offset",
        "/banks/*/payload/*/size",
    },
    "conformance-report 1": {
        "/cases/*/kind", "/cases/*/expected", "/cases/*/found", "/cases/*/rule", "/cases/*/notes",
        "/cases/*/input", "/cases/*/where", "/cases/*/stderr", "/cases/*/notes/why",
    },
    "difference 1": {
        f"/{rows}/*/{side}/{name}"
        for rows in ("changed", "moved")
        for side in ("old", "new")
        for name in (
            "asset_name", "bank_type", "codec", "decoded_size", "metadata", "offset", "size",
            "slot",
        )
        if rows == "changed" or name == "offset"
    },
    "index 1": {"/$schema"},
    "index 3": {
        "/$schema", "/assets/*/asset_uuid", "/assets/*/included_in_build", "/assets/*/root",
    },
    "release 1": {"/recorded/*/given_up"},
    "released 1": {"/$schema", "/released/*/given_up"},
    "inspection 1": {"/banks/TILES", "/banks/SOUNDS"},
    "listing 1": {
        "/assets/*/asset_id", "/assets/*/asset_uuid", "/assets/*/included_in_build",
        "/assets/*/asset_name", "/assets/*/format", "/assets/*/preload",
    },
    "loading 1": {"/manifest", "/assets", "/preload"},
    "migration 1": {"/backup"},
    "report 1": {
        REPORTED + name
        for name in (
            "hint", "file", "pointer", "offset", "rule", "keyword", "line", "column", "asset",
            "asset/id", "asset/name",
        )
    },
    "cache 3": _CACHE,
    "cache 4": {*_CACHE, "/files/assets/tiles/hat/sheet.png", "/files/build/assets.pa"},
    "cache 5": {
        *_CACHE, "/files/assets/tiles/hat/sheet.png", "/files/build/assets.pa", "/last",
        "/last/warnings/*/file", "/last/warnings/*/pointer", "/last/warnings/*/asset",
        "/last/warnings/*/asset/id", "/last/warnings/*/asset/name",
    },
    "sounds-metadata 1": {"/samples/*"},
    "watch-round 1": {"/changed/*", "/statistics"},
}  # fmt: skip
"""Members that may be left out, in a schema's first example."""

OPTIONAL["report 2"] = OPTIONAL["report 1"] | {f"{REPORTED}data"}
OPTIONAL["cache 6"] = OPTIONAL["cache 5"] | {"/documents/assets/tiles/hat/asset.json"}
OPTIONAL["conformance-cases 1"] = OPTIONAL["conformance-manifest 1"]

NAMED: Final = {
    "addition": 3, "asset-view": 4, "build-result": 3, "codes": 2, "conformance-report": 2, "creation": 4,
    "difference": 2, "duplication": 2, "examination": 4, "extraction": 2, "initialization": 3,
    "inspection": 2, "listing": 3, "loading": 3, "membership": 2, "migration": 3, "preview": 2,
    "registration": 2, "release": 2, "removal": 2, "renaming": 2, "report": 3, "schema-list": 3,
    "shipment": 3, "watch-round": 3,
}  # fmt: skip
"""The version of each output that differs from the one before in naming its schema alone."""

FREE: Final = {
    "asset 1": {"/build", "/output/metadata"},
    "asset 2": {"/build", "/output/metadata", "/output/pipeline"},
    "asset 3": {"/build", "/output/pipeline"},
    "asset-table 1": {"/*/metadata"},
    "asset-table-metadata 1": {"/assets/*/pipeline"},
    "asset-table-metadata 2": {"/assets/*/origin/pipeline"},
    "asset-view 1": {"/becomes/metadata"},
    "cache 3": {"/entries/*/metadata", "/entries/*/warnings/*/data"},
    "cache 5": {
        "/entries/*/metadata",
        "/entries/*/warnings/*/data",
        "/last/warnings/*/data",
    },
    "contract 1": {
        "/header/members/*/schema",
        "/banks/*/metadata/members/*/schema",
        "/cartridge/manifest/members/*/schema",
    },
    "difference 1": {"/changed/*/old/metadata", "/changed/*/new/metadata"},
    "inspection 1": {"/assets/*/metadata"},
    "report 2": {"/diagnostics/*/data"},
    "pack-header 1": {"/asset_table/*/metadata"},
}
"""Objects that take any member."""

ROWS: Final = {"index 3": {"assets"}, "released 1": {"released"}}
"""The list that ends with null, of the documents that have one."""


def said_of(name: str, table: dict[str, set[str]]) -> set[str]:
    """What a table says of a document, here or for the newest version before it."""
    document, version = name.split()
    said = (table.get(f"{document} {number}") for number in range(int(version), 0, -1))
    return next((row for row in said if row is not None), set())


@every(NAMED.items())
def test_a_version_says_in_addition_which_schema_it_obeys(name: str, version: int) -> None:
    """All else is as in the version before."""
    named = deepcopy(SCHEMAS[f"{name} {version}"])
    assert named["required"].pop(0) == "$schema"
    assert named["properties"].pop("$schema")["const"] == named["$id"]
    named["properties"]["schema_version"]["const"] = version - 1
    before = SCHEMAS[f"{name} {version - 1}"]
    refs = re.sub(r"(urn:prometeu:schema:report:)3", r"\g<1>2", json.dumps(named))
    same = {"examples", "$id", "title"}
    assert {k: v for k, v in json.loads(refs).items() if k not in same} == {
        k: v for k, v in before.items() if k not in same
    }


def mutants(value: Any, at: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every copy of ``value`` with one fault: what was done, where, the copy."""
    for wrong in WRONG[type(value)]:
        yield "type", at, wrong
    children: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
        yield "added", at, {**value, "unexpected": None}
        for name in value:
            yield "removed", f"{at}/{name}", {k: v for k, v in value.items() if k != name}
    elif isinstance(value, list):
        children = list(enumerate(value))
    for name, child in children:
        for done, where, mutant in mutants(child, f"{at}/{name}"):
            copy = value.copy()
            copy[name] = mutant
            yield done, where, copy


@every(SCHEMAS)
def test_a_faulty_copy_of_the_example_is_rejected(name: str) -> None:
    free, optional, anything, lists = (
        said_of(name, table) for table in (FREE, OPTIONAL, ANY, ROWS)
    )
    misjudged, seen = [], set()
    for done, where, mutant in mutants(SCHEMAS[name]["examples"][0]):
        place = re.sub(r"/[0-9]+(?=/|\Z)", "/*", where)
        if any(place.startswith(inside + "/") for inside in free):
            continue
        if done == "type" and place in anything:
            seen |= {place}
            continue
        right = {
            "added": place in free,
            "removed": place in optional,
            "type": False,
        }[done]
        seen |= {place}
        rows = [mutant.get(member) for member in lists] if isinstance(mutant, dict) else []
        if any(isinstance(row, list) and None in row for row in rows):
            continue  # null ends the list, and is no row
        if accepts(name, mutant) is not right:
            misjudged.append((done, where))
    assert misjudged == []
    assert free | optional <= seen


# --- values at their limits -----------------------------------------------------------------

I31: Final = 2**31 - 1
SAFE: Final = 2**53 - 1
SLICE: Final = 2**24
DIGEST: Final = "0123456789abcdef" * 4
ID: Final[tuple[list[Any], list[Any]]] = ([1, I31], [0, -1, I31 + 1])
OFFSET: Final[tuple[list[Any], list[Any]]] = ([0, I31], [-1, I31 + 1])
SIZE: Final[tuple[list[Any], list[Any]]] = ([1, SLICE], [0, SLICE + 1])
FILE_SIZE: Final[tuple[list[Any], list[Any]]] = ([0, I31], [-1, I31 + 1])
PATH: Final[tuple[list[Any], list[Any]]] = (["a", "a/b.png", "a" * 1024], ["", "a" * 1025])
FORMAT: Final[tuple[list[Any], list[Any]]] = (
    ["TILES/indexed_v1", "SOUNDS/pcm16le_v1"],
    ["TILES", "tiles/indexed_v1", "TILES/indexed_v2"],
)
APP_ID: Final[tuple[list[Any], list[Any]]] = ([0, 2**32 - 1], [-1, 2**32])
TITLE: Final[tuple[list[Any], list[Any]]] = (["a", "\u00e9" * 64], ["", "a" * 65])
MODE: Final[tuple[list[Any], list[Any]]] = (["Game", "System"], ["game", "App"])
CAPABILITIES: Final = [
    "system", "gfx", "audio", "input", "fs", "log", "asset", "bank", "memcard",
]  # fmt: skip
CAPS: Final[tuple[list[Any], list[Any]]] = (
    [[], CAPABILITIES],
    [["GFX"], ["net"], [*CAPABILITIES, "gfx"]],
)
METADATA: Final[tuple[list[Any], list[Any]]] = (
    [{}, {"a": None}, {"0": [True, SAFE, -SAFE, "\u00e9", [], {"b": {"c": -1}}]}, {"a" * 64: 0}],
    [{"a": SAFE + 1}, {"a": -SAFE - 1}, {"a": 0.5}, {"a": [[1e300]]}, {"": 0}, {"a" * 65: 0},
     {"_a": 0}, {"a": {"a b": 0}}, {"a": [{"a/b": 0}]}, {"a\n": 0}, {"\u00e9": 0}],
)  # fmt: skip
DETAILS: Final[tuple[list[Any], list[Any]]] = (
    [{}, {"a": "x"}, {"a_1": "x" * 4096}, {f"a{n}": "x" for n in range(16)}],
    [{"a": ""}, {"a": "x" * 4097}, {"a": 1}, {"A": "x"}, {"": "x"}, {"a" * 65: "x"},
     {f"a{n}": "x" for n in range(17)}],
)  # fmt: skip
COMPANIONS: Final = {
    "asset-table-metadata 1": "/assets/0",
    "asset-table-metadata 2": "/assets/0/origin",
}
"""Where each version of the companion says what an asset comes from."""
LIMITS: Final[list[tuple[str, str, tuple[list[Any], list[Any]]]]] = [
    ("pack-header 1", "/asset_table/0/asset_id", ID),
    ("pack-header 1", "/asset_table/0/bank_type", (["TILES", "SOUNDS"], ["tiles", "SPRITES"])),
    ("pack-header 1", "/asset_table/0/codec", (["NONE"], ["RAW", "none", "ZSTD"])),
    ("pack-header 1", "/asset_table/0/offset", OFFSET),
    ("pack-header 1", "/asset_table/0/size", SIZE),
    ("pack-header 1", "/asset_table/0/decoded_size", SIZE),
    ("pack-header 1", "/asset_table/0/metadata", METADATA),
    ("pack-header 1", "/asset_table", ([[]], [[None] * 65_537])),
    ("pack-header 1", "/preload/0/asset_id", ID),
    ("pack-header 1", "/preload/0/slot", ([0, 15], [-1, 16])),
    ("pack-header 1", "/preload", ([[{"asset_id": 1, "slot": 0}] * 32],
                                   [[{"asset_id": 1, "slot": 0}] * 33])),
    ("tiles-metadata 1", "/tile_size", ([8, 16, 32], [0, 4, 64, "8"])),
    ("tiles-metadata 1", "/width", ([256], [255, 512])),
    ("tiles-metadata 1", "/height", ([256], [255, 512])),
    ("tiles-metadata 1", "/palette_count", ([64], [63, 65])),
    ("tiles-metadata 1", "/palette_authored", ([1, 64], [0, 65])),
    ("tiles-metadata 1", "/x_", ([None, 0.5, {}], [])),
    ("tiles-metadata 1", "/x_" + "a" * 62, ([1], [])),
    ("tiles-metadata 1", "/x_" + "a" * 63, ([], [1])),
    ("tiles-metadata 1", "/x_a\n", ([], [1])),
    ("tiles-metadata 1", "/y_a", ([], [1])),
    ("sounds-metadata 1", "/x_a", ([None, [1]], [])),
    ("sounds-metadata 1", "/channels", ([1], [0, 2])),
    ("sounds-metadata 1", "/sample_rate", ([8000, 48000], [7999, 48001])),
    ("sounds-metadata 1", "/samples/0/length", ([2, SLICE], [0, 1, 3, SLICE + 2])),
    ("sounds-metadata 1", "/samples/0/offset", ([0, 1, SLICE], [-1, SLICE + 1])),
    ("sounds-metadata 1", "/samples", (
        [{str(n): {"length": 2, "offset": 2 * n} for n in range(4096)}],
        [{}, {str(n): {"length": 2, "offset": 2 * n} for n in range(4097)}],
    )),
    *((name, pointer, limits) for name in ("asset 1", "asset 2") for pointer, limits in (
        ("/output/format", FORMAT),
        ("/output/metadata", METADATA),
        ("/inputs", ([{"payload": ["a"]}, {"samples": ["a"]}], [{}, {"sounds": ["a"]}])),
        ("/inputs/sprites", ([["a"], ["a"] * 4096], [[], "a", ["a"] * 4097])),
        ("/inputs/samples", ([["a"], ["a"] * 4096], [[], "a", ["a"] * 4097])),
        ("/inputs/palettes", ([["a"], ["a"] * 64], [[], "a", ["a"] * 65])),
        ("/inputs/payload", ([["a"]], [[], "a", ["a", "b"]])),
        ("/inputs/sprites/0", PATH),
    )),
    ("asset 1", "/schema_version", ([1], [0, 2])),
    ("asset 1", "/asset_uuid", ([], ["3f2b8c1e-6d0a-4b57-9c41-2a7e5d90f3b6"])),
    ("asset 1", "/type", (["image_bank", "sound_bank"], ["tile_bank"])),
    ("asset 1", "/output/codec", (["RAW"], ["NONE"])),
    ("asset 1", "/output/pipeline", ([], [{}])),
    ("asset 1", "/output/codec_configuration", ([], [{}])),
    ("asset 2", "/schema_version", ([2], [1, 3])),
    ("asset 2", "/type", (["tile_bank", "sound_bank"], ["image_bank"])),
    ("asset 2", "/output/codec", (["NONE"], ["RAW"])),
    ("asset 2", "/output/pipeline", ([{}, {"a b": [0.5]}], [[]])),
    ("asset 2", "/output/codec_configuration", ([{}], [{"level": 3}])),
    *(("asset 3", pointer, limits) for pointer, limits in (
        ("/schema_version", ([3], [2, 4])),
        ("/type", (["tile_bank"], ["image_bank", "sound_bank"])),
        ("/output/codec", (["NONE"], ["RAW"])),
        ("/output/format", FORMAT),
        ("/output/metadata", (
            [{}, {"tile_size": 16}, {"x_": {"a": None}}, {"width": "a", "x_a": SAFE}],
            [{"tile_sise": 16}, {"sample_rate": 8000}, {"a": None}, {"x_a": SAFE + 1},
             {"x_a": 0.5}, {"x_a": {"a b": 0}}],
        )),
        ("/inputs", ([{"payload": ["a"]}], [{}, {"sprite": ["a"]}, {"samples": ["a"]}])),
        ("/inputs/sprites", (
            [["a"], ["a"] * 4096, [{"path": "a"}, "a", {"shared": "a"}]],
            [[], "a", ["a"] * 4097, {"path": "a"}, [["a"]]],
        )),
        ("/inputs/palettes", (
            [["a"], [{"path": "a"}] * 64],
            [[], "a", ["a"] * 65, [{"path": "a", "margin": 1}]],
        )),
        ("/inputs/payload", ([["a"], [{"shared": "a"}]], [[], "a", ["a", "b"]])),
        ("/inputs/sprites/0", PATH),
        ("/inputs/sprites/0", (
            [{member: path} for member in ("path", "shared") for path in PATH[0]],
            [{member: path} for member in ("path", "shared") for path in PATH[1]]
            + [{}, {"path": "a", "shared": "a"}, {"margin": 1}, {"path": "a", "marign": 1},
               {"shared": "a", "tile_size": 8}, {"path": None}, None, 1, ["a"]],
        )),
        ("/inputs/sprites/0", said("margin", [0, 4096], [-1, 4097, 0.5, "1", None])),
        ("/inputs/sprites/0", said("spacing", [0, 4096], [-1, 4097, True])),
        ("/inputs/sprites/0", said("transparent",
            ["#ff00ff", "#FF00ff"], ["ff00ff", "#ff00f", "#ff00ff\n", "#gg0000", 0, ""])),
        ("/inputs/sprites/0", said("area",
            [{"column": 0, "row": 4096, "columns": 1, "rows": 4096}],
            [{}, {"column": 0, "row": 0, "columns": 0, "rows": 1},
             {"column": 0, "row": 0, "columns": 1}, [0, 0, 1, 1],
             {"column": -1, "row": 0, "columns": 1, "rows": 1},
             {"column": 0, "row": 0, "columns": 1, "rows": 1, "x": 0}],
        )),
    )),
    ("index 1", "/schema_version", ([1], [2])),
    ("index 1", "/assets/0/included_in_build", ([], [True])),
    ("index 2", "/schema_version", ([2], [1])),
    ("index 3", "/schema_version", ([3], [2])),
    ("index 3", "/assets", ([[], [None]], [[None] * 65_538])),
    ("index 3", "/assets/0", ([None, {"asset_id": 1}], [{}])),
    ("index 3", "/assets/0/asset_id", ID),
    ("index 3", "/assets/0/root", PATH),
    ("release 1", "/recorded/0/given_up", ([True], [False])),
    ("release 1", "/recorded/0/asset_id", ID),
    ("released 1", "/schema_version", ([1], [2])),
    ("released 1", "/released", ([[], [None]], [[None] * 65_538])),
    ("released 1", "/released/0/asset_id", ID),
    ("released 1", "/released/3/given_up", ([True], [False])),
    *((name, pointer, limits) for name in ("index 1", "index 2") for pointer, limits in (
        ("/next_asset_id", ([1, 2**31], [0, 2**31 + 1])),
        ("/assets", ([[]], [[None] * 65_537])),
        ("/assets/0/asset_id", ID),
        ("/assets/0/root", PATH),
    )),
    *((name, pointer, limits) for name, origin in COMPANIONS.items() for pointer, limits in (
        ("/pack/file", (["assets.pa"], ["other.pa"])),
        ("/pack/size", ID),
        ("/pack/schema_version", ([1, 2**32 - 1], [0, 2**32])),
        ("/pack/header/size", SIZE),
        ("/pack/payload_offset", ID),
        ("/assets/0/asset_id", ID),
        ("/assets/0/format", FORMAT),
        (f"{origin}/root", PATH),
        (f"{origin}/sources", ([], [[]])),
        (f"{origin}/sources/0/role", (["sprites", "palettes", "samples", "payload"], ["build"])),
        (f"{origin}/sources/0/path", PATH),
        (f"{origin}/sources/0/size", FILE_SIZE),
    )),
    ("asset-table-metadata 1", "/schema_version", ([1], [2])),
    ("asset-table-metadata 2", "/schema_version", ([2], [1])),
    ("asset-table-metadata 1", "/assets/0/details", ([], [{}])),
    *((name, pointer, DETAILS) for name, pointer in (
        ("asset-table-metadata 2", "/assets/0/details"),
        ("asset-view 2", "/becomes/details"),
        ("cache 3", "/entries/0/details"),
        ("cache 4", "/entries/0/details"),
        ("cache 5", "/entries/0/details"),
        ("cache 6", "/entries/0/details"),
    )),
    *((name, pointer, limits) for name in ("cartridge 1", "manifest 1") for pointer, limits in (
        ("/app_id", APP_ID),
        ("/title", TITLE),
        ("/app_mode", MODE),
        ("/capabilities", CAPS),
    )),
    ("cartridge 1", "/program", PATH),
    ("contract 1", "/container/fields/0/bytes", ([[], [0, 255]], [[-1], [256], [0] * 65])),
    ("contract 1", "/rules/0/profile", (["reader", "writer"], ["runtime"])),
    ("contract 1", "/rules/0/link", (["a.md", "a-b.md#c_d-1"], ["a", "../a.md", "a.md#", "A.md"])),
    ("contract 1", "/limits/0/value", ([0, SAFE], [-1, SAFE + 1])),
    ("manifest 1", "/magic", (["PMTU"], ["pmtu", "ASPA"])),
    ("manifest 1", "/cartridge_version", ([1], [0, 2])),
    ("manifest 1", "/entrypoint", ([None, 0, "main", {"func": 1}], [])),
    *((name, pointer, limits) for name in ("cache 3", "cache 4", "cache 5", "cache 6") for pointer, limits in (
        ("/entries/0/asset_id", ID),
        ("/entries/0/decoded_size", SIZE),
        ("/entries/0/metadata", METADATA),
        ("/entries/1/warnings", ([[]], [[{"code": "A", "file": "", "data": {}}] * 101])),
        ("/entries/1/warnings/0/code", (["SHEET_PALETTE"], ["", "a", "A" * 65, "A\n"])),
        ("/entries/1/warnings/0/offset", ([0, SAFE], [-1, SAFE + 1])),
        ("/entries/1/warnings/0/data", (
            [{}, {"a": None}, {"a_1": True, "b": "\u00e9", "c": -SAFE}],
            [{"a": 0.5}, {"a": []}, {"a": {}}, {"A": 0}, {"": 0}, {"a" * 65: 0}, {"a": SAFE + 1}])),
    )),
    *((name, "/files", (
        [{}, {"a": f"0_1_2_-3_4_{'0' * 64}"}],
        [{"a": 0}, {"a": ""}, {"a": f"0_1_2_3_{'0' * 64}"}, {"a": f"0_1_2_3_4_{'0' * 64}\n"}]))
      for name in ("cache 4", "cache 5", "cache 6")),
    ("cache 6", "/documents", ([{}, {"a": ""}], [{"a": 0}, {"a": None}, {"a": {}}, []])),
    *((name, pointer, limits) for name in ("cache 5", "cache 6") for pointer, limits in (
        ("/last/statistics/assets", ([0, 65536], [-1, 65537])),
        ("/last/statistics/header_size", ([0, 16777216], [-1, 16777217])),
        ("/last/statistics/pack_size", ([0, 2147483647], [-1, 2147483648])),
        ("/last/warnings", ([[]], [[{"code": "A", "data": {}}] * 1001])),
        ("/last/warnings/0/code", (["SHEET_PALETTE"], ["", "a", "A" * 65, "A\n"])),
        ("/last/warnings/0/asset", ([{}, {"id": 0}], [{"id": -1}, {"id": SAFE + 1}])),
        ("/last/warnings/0/data", (
            [{}, {"a": None}, {"a_1": True, "b": ["c"], "c": -SAFE}],
            [{"a": 0.5}, {"a": [1]}, {"a": {}}, {"A": 0}, {"": 0}, {"a" * 65: 0}, {"a": SAFE + 1}])),
    )),
    *((name, pointer, limits) for name in ("asset-view 1", "asset-view 2") for pointer, limits in (
        ("/becomes/metadata", METADATA),
        ("/becomes/size", SIZE),
        ("/becomes/slot", ([0, 15], [-1, 16])),
        ("/sources", ([[]], [[None]])),
        ("/sources/0/size", FILE_SIZE),
    )),
    ("asset-view 1", "/becomes/details", ([], [{}])),
    ("addition 1", "/asset_id", ID),
    ("addition 1", "/root", PATH),
    ("duplication 1", "/asset_id", ID),
    ("duplication 1", "/source_id", ID),
    ("duplication 1", "/root", PATH),
    ("renaming 1", "/asset_id", ID),
    ("renaming 1", "/root", PATH),
    ("creation 1", "/asset_id", ID),
    ("creation 1", "/root", PATH),
    ("creation 2", "/asset_id", ID),
    ("creation 2", "/root", PATH),
    ("examination 1", "/assets", ([0, I31], [-1, I31 + 1])),
    ("examination 1", "/repairs/0/repair", (["new-id", "order"], ["deleted"])),
    ("membership 1", "/assets/0/asset_id", ID),
    ("removal 1", "/forgotten/0/root", PATH),
    ("report 1", "/schema_version", ([1], [2])),
    ("report 1", "/diagnostics/0/severity", (["error", "warning"], ["info"])),
    ("report 1", "/diagnostics/0/line", ID),
    ("report 1", "/diagnostics/0/column", ID),
    ("report 1", "/diagnostics/0/offset", ([0, SAFE], [-1, SAFE + 1])),
    ("report 1", "/diagnostics/0/asset", ([{}, {"id": 1}, {"name": "a"}], [{"id": 0}])),
    ("report 1", "/diagnostics", (
        [[{"code": "A", "severity": "error", "message": ""}] * 1000],
        [[{"code": "A", "severity": "error", "message": ""}] * 1001],
    )),
]  # fmt: skip


@every(LIMITS)
def test_limits(name: str, pointer: str, limits: tuple[list[Any], list[Any]]) -> None:
    example = SCHEMAS[name]["examples"][0]
    for right, values in zip((True, False), limits, strict=True):
        wrong = [v for v in values if accepts(name, put(example, pointer, v)) is not right]
        assert wrong == [], f"should be {'accepted' if right else 'rejected'}"


# --- texts ----------------------------------------------------------------------------------

UUID: Final = "3f2b8c1e-6d0a-4b57-9c41-2a7e5d90f3b6"
TEXTS: Final[dict[str, tuple[list[tuple[str, str]], list[str], list[str]]]] = {
    "uuid": (
        [("asset 2", "/asset_uuid"), ("index 1", "/assets/0/asset_uuid"),
         ("index 2", "/assets/0/asset_uuid"), ("index 3", "/assets/0/asset_uuid"),
         ("release 1", "/recorded/0/asset_uuid"), ("released 1", "/released/0/asset_uuid"),
         *((name, f"{origin}/asset_uuid") for name, origin in COMPANIONS.items())],
        [UUID, "00000000-0000-0000-0000-000000000000", "018f2c5e-9d3a-7c41-bf10-6a2d4e8b9c05"],
        [UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", f"urn:uuid:{UUID}", UUID + "\n",
         UUID + "0", UUID[:-1], UUID.replace("3", "g"), " " + UUID, UUID.replace("3", "\u0663")],
    ),
    "sha256": (
        [*((name, pointer) for name, origin in COMPANIONS.items() for pointer in (
            "/pack/sha256", "/pack/header/sha256", "/assets/0/payload_sha256",
            f"{origin}/sources/0/sha256")),
         ("cache 3", "/entries/0/key"),
         ("cache 3", "/entries/0/payload_sha256"),
         ("cache 5", "/last/state"),
         ("cache 5", "/last/statistics/pack_sha256"),
         ("cache 6", "/last/state"),
         ("cache 6", "/last/statistics/pack_sha256")],
        [DIGEST, "0" * 64],
        [DIGEST.upper(), DIGEST + "0", DIGEST[1:], DIGEST + "\n", "sha256:" + DIGEST, "g" * 64],
    ),
    "version": (
        [("cartridge 1", "/app_version"), ("manifest 1", "/app_version")],
        ["0.0.0", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta", "1.0.0-alpha",
         "1.0.0-alpha.0valid", "1.0.0-0A.is.legal", "1.0.0--", "1.0.0-0", "1.0.0-x-y-z.--",
         "1.0.0+0.build.1-rc.10000aaa-kk-0.1", "2.0.0+001", "1.0.0-" + "a" * 58],
        ["1", "1.2", "1.2.3.4", "01.1.1", "1.01.1", "1.1.01", "1.2.3-0123", "1.2.3-a.01", "v1.2.3",
         "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3+a+b", "1.2.3-a_b", "1.2.3+\u00e9", "1.2.3\n",
         "-1.0.0", " 1.2.3", "\u0661.2.3", "", "1.0.0-" + "a" * 59],
    ),
    "asset name": (
        [("pack-header 1", "/asset_table/0/asset_name"), ("asset-table 1", "/0/asset_name"),
         ("asset 1", "/name"), ("asset 2", "/name"),
         *((name, "/assets/0/asset_name") for name in COMPANIONS)],
        ["a", "_", "0", "tiles/hero", "A.b-c_d", "a/...", "a/.b", "a/..b", "a/-", "a..", "a" * 255],
        ["", "/a", "a/", "a//b", "a/.", "a/..", "a/../b", ".a", "-a", "a b", "a\\b", "a\n",
         "\u00e9", "a\u0663", "a" * 256],
    ),
    "code": (
        [("report 1", "/diagnostics/0/code"), ("report 2", "/diagnostics/0/code")],
        ["A", "HEADER_SCHEMA", "A1_2", "A" * 64],
        ["", "a", "1A", "_A", "A_", "A__B", "A-B", "A\n", "A" * 65],
    ),
}  # fmt: skip


@every(
    [(name, pointer, good, bad) for places, good, bad in TEXTS.values() for name, pointer in places]
)
def test_texts(name: str, pointer: str, good: list[str], bad: list[str]) -> None:
    example = SCHEMAS[name]["examples"][0]
    assert [t for t in good if not accepts(name, put(example, pointer, t))] == []
    assert [t for t in bad if accepts(name, put(example, pointer, t))] == []


@every(["0", "9", "10", "4095", "00", "01", "-1", "+1", "a", "", "0\n"])
def test_sample_names(key: str) -> None:
    example = SCHEMAS["sounds-metadata 1"]["examples"][0]
    changed = {**example, "samples": {key: {"length": 2, "offset": 0}}}
    assert accepts("sounds-metadata 1", changed) is (key in {"0", "9", "10", "4095"})


LETTERS: Final = set(string.ascii_letters + string.digits)


def is_asset_name(text: str) -> bool:
    """The rule as ``spec/contract/1/header.md`` words it."""
    return (
        1 <= len(text) <= 255
        and set(text) <= LETTERS | set("_./-")
        and text[0] in LETTERS | {"_"}
        and not set(text.split("/")) & {"", ".", ".."}
    )


def test_the_asset_name_pattern_is_the_rule() -> None:
    """Every text of up to seven characters over an alphabet that holds each kind of them."""
    search = re.compile(SCHEMAS["pack-header 1"]["$defs"]["asset_name"]["pattern"]).search
    texts = (
        "".join(parts)
        for length in range(8)
        for parts in itertools.product("./a-_\n", repeat=length)
    )
    assert [text for text in texts if bool(search(text)) is not is_asset_name(text)] == []


@every([*range(0x180), 0x660, 0x212A, 0xFF21, 0x1F600])
def test_each_character_of_an_asset_name(point: int) -> None:
    for text in (chr(point), "a" + chr(point), "a/" + chr(point) + "b"):
        assert accepts("pack-header 1", text, "asset_name") is is_asset_name(text)


def test_where_an_asset_comes_from_is_said_whole_or_not_at_all() -> None:
    example = SCHEMAS["asset-table-metadata 2"]["examples"][0]
    row = example["assets"][0]
    for name in ("asset_uuid", "root", "sources"):
        part = {key: value for key, value in row["origin"].items() if key != name}
        assert not accepts(
            "asset-table-metadata 2", {**example, "assets": [row | {"origin": part}]}
        )
        beside = {**row, name: row["origin"][name]}
        assert not accepts("asset-table-metadata 2", {**example, "assets": [beside]})
    without = {key: value for key, value in row.items() if key != "origin"}
    assert accepts("asset-table-metadata 2", {**example, "assets": [without]})
