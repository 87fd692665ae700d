"""How the published schemas are written: one small vocabulary that any validator reads alike."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from tests.every import every

Schema = dict[str, Any]

ROOT: Final = Path(__file__).parents[2] / "schemas"
SCHEMAS: Final[dict[str, Schema]] = {
    path.relative_to(ROOT).as_posix(): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.rglob("*.json"))
}
PUBLISHED: Final = {
    "addition": (1, 2, 3),
    "asset": (1, 2, 3),
    "asset-table": (1,),
    "asset-table-metadata": (1, 2),
    "asset-view": (1, 2, 3, 4),
    "build-result": (1, 2, 3),
    "cache": (3, 4, 5, 6),
    "cartridge": (1,),
    "codes": (1, 2),
    "conformance-cases": (1,),
    "conformance-ledger": (1,),
    "conformance-manifest": (1,),
    "conformance-report": (1, 2),
    "contract": (1,),
    "creation": (1, 2, 3, 4),
    "difference": (1, 2),
    "duplication": (1, 2),
    "examination": (1, 2, 3, 4),
    "extraction": (1, 2),
    "index": (1, 2, 3),
    "initialization": (1, 2, 3),
    "inspection": (1, 2),
    "listing": (1, 2, 3),
    "loading": (1, 2, 3),
    "manifest": (1,),
    "membership": (1, 2),
    "migration": (1, 2, 3),
    "pack-header": (1,),
    "preload": (1,),
    "preview": (1, 2),
    "registration": (1, 2),
    "release": (1, 2),
    "released": (1,),
    "removal": (1, 2),
    "renaming": (1, 2),
    "report": (1, 2, 3),
    "schema-list": (1, 2, 3),
    "shipment": (1, 2, 3),
    "sounds-metadata": (1,),
    "tiles-metadata": (1,),
    "watch-round": (1, 2, 3),
}
ABROAD: Final = {
    "addition/v1.json": "urn:prometeu:schema:report:1",
    "addition/v2.json": "urn:prometeu:schema:report:2",
    "addition/v3.json": "urn:prometeu:schema:report:3",
    "asset-table/v1.json": "urn:prometeu:schema:pack-header:1#/$defs/asset_table",
    "asset-view/v1.json": "urn:prometeu:schema:report:1",
    "asset-view/v2.json": "urn:prometeu:schema:report:1",
    "asset-view/v3.json": "urn:prometeu:schema:report:2",
    "asset-view/v4.json": "urn:prometeu:schema:report:3",
    "build-result/v1.json": "urn:prometeu:schema:report:1",
    "build-result/v2.json": "urn:prometeu:schema:report:2",
    "build-result/v3.json": "urn:prometeu:schema:report:3",
    "conformance-cases/v1.json": "urn:prometeu:schema:conformance-manifest:1#/$defs/case",
    "creation/v1.json": "urn:prometeu:schema:report:1",
    "creation/v2.json": "urn:prometeu:schema:report:1",
    "creation/v3.json": "urn:prometeu:schema:report:2",
    "creation/v4.json": "urn:prometeu:schema:report:3",
    "examination/v1.json": "urn:prometeu:schema:report:1",
    "examination/v2.json": "urn:prometeu:schema:report:1",
    "examination/v3.json": "urn:prometeu:schema:report:2",
    "examination/v4.json": "urn:prometeu:schema:report:3",
    "listing/v1.json": "urn:prometeu:schema:report:1",
    "listing/v2.json": "urn:prometeu:schema:report:2",
    "listing/v3.json": "urn:prometeu:schema:report:3",
    "loading/v1.json": "urn:prometeu:schema:report:1",
    "loading/v2.json": "urn:prometeu:schema:report:2",
    "loading/v3.json": "urn:prometeu:schema:report:3",
    "migration/v1.json": "urn:prometeu:schema:report:1",
    "migration/v2.json": "urn:prometeu:schema:report:2",
    "migration/v3.json": "urn:prometeu:schema:report:3",
    "preload/v1.json": "urn:prometeu:schema:pack-header:1#/$defs/preload",
    "shipment/v1.json": "urn:prometeu:schema:report:1",
    "shipment/v2.json": "urn:prometeu:schema:report:2",
    "shipment/v3.json": "urn:prometeu:schema:report:3",
    "watch-round/v1.json": "urn:prometeu:schema:report:1",
    "watch-round/v2.json": "urn:prometeu:schema:report:2",
    "watch-round/v3.json": "urn:prometeu:schema:report:3",
}
"""Those that refer to another schema: they mirror a part of the header, or hold a report."""

OPEN: Final = {
    ("asset/v1.json", "/properties/build"),
    ("asset/v2.json", "/properties/build"),
    ("asset/v2.json", "/properties/output/properties/pipeline"),
    ("asset/v3.json", "/properties/build"),
    ("asset/v3.json", "/properties/output/properties/pipeline"),
    ("asset/v3.json", "/properties/inputs"),  # closed by type
    ("asset-table-metadata/v1.json", "/$defs/asset/properties/pipeline"),
    ("asset-table-metadata/v2.json", "/$defs/origin/properties/pipeline"),
    ("contract/v1.json", "/$defs/member/properties/schema"),  # which is a schema
}
"""Where any member may stand: notes of tools that never reach a runtime, and schemas."""

MAPS: Final = ("$defs", "properties", "patternProperties")
SINGLES: Final = ("items", "propertyNames", "additionalProperties", "if", "then", "else")
ANNOTATIONS: Final = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples"}
KEYWORDS: Final = {
    *ANNOTATIONS, *MAPS, "items", "propertyNames", "additionalProperties", "$ref", "type", "required", "enum", "const",
    "minimum", "maximum", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "minProperties", "maxProperties",
}  # fmt: skip
PARTIAL_KEYWORDS: Final = {
    "multipleOf": "sounds-metadata/v1.json",
    **dict.fromkeys(("if", "then", "else", "allOf"), "asset/v3.json"),
}
"""Keywords of one document alone."""

END: Final = r"(?![\s\S])"
TOKEN: Final = re.compile(
    r"\[[A-Za-z0-9_.-]+\]|\\[.+]|\(\?:|\)|\||[*+?]|\{[0-9]+(?:,[0-9]*)?\}|[A-Za-z0-9_/#-]"
)
"""What a pattern is made of: ASCII classes, literals, groups without capture, quantifiers."""


def subschemas(node: Schema, at: str = "") -> Iterator[tuple[str, Schema]]:
    """Every schema inside ``node``, itself first, with its place."""
    yield at, node
    for keyword in MAPS:
        for name, child in node.get(keyword, {}).items():
            yield from subschemas(child, f"{at}/{keyword}/{name}")
    for keyword in SINGLES:
        if isinstance(child := node.get(keyword), dict):
            yield from subschemas(child, f"{at}/{keyword}")
    parts = node.get("allOf", ())
    for number, child in enumerate(parts if isinstance(parts, list) else ()):
        yield from subschemas(child, f"{at}/allOf/{number}")


def pattern_faults(pattern: str, *, bounded: bool) -> Iterator[str]:
    """What is wrong with a pattern; ``bounded`` when a length limits the text it sees."""
    if not (pattern.startswith("^") and pattern.endswith(END)):
        yield "pattern not anchored at both ends"
        return
    body = pattern[1 : -len(END)]
    tokens = TOKEN.findall(body)
    if "".join(tokens) != body:
        yield "pattern outside the portable syntax"
        return
    depth = 0
    for token in tokens:
        depth += (token == "(?:") - (token == ")")
        if token == "|" and depth == 0:
            yield "pattern alternates outside a group"
        if not bounded and (token in {"*", "+"} or re.fullmatch(r"\{[0-9]+,\}", token)):
            yield "pattern of unbounded length"


def lint(schema: Schema, *, extra: frozenset[str] = frozenset()) -> set[str]:
    """What is wrong with the way ``schema`` is written; ``extra`` names keywords it may add."""
    return {fault for _, node in subschemas(schema) for fault in node_faults(node, schema, extra)}


def node_faults(node: Schema, schema: Schema, extra: frozenset[str]) -> Iterator[str]:
    """What is wrong with one subschema of ``schema``."""
    yield from (f"keyword {name}" for name in node.keys() - KEYWORDS - extra)
    if "description" in node and not re.fullmatch(r"[A-Z].*\.", node["description"]):
        yield "description is no sentence"
    for keyword in ("properties", "patternProperties"):
        if any("description" not in member for member in node.get(keyword, {}).values()):
            yield "member without description"
    if "pattern" in node:
        yield from pattern_faults(node["pattern"], bounded="maxLength" in node)
    for pattern in node.get("patternProperties", ()):
        yield from pattern_faults(pattern, bounded=False)
    yield from type_faults(node)
    yield from ref_faults(node, schema)


def type_faults(node: Schema) -> Iterator[str]:
    """What is wrong with what a subschema says about its type."""
    types = [node["type"]] if isinstance(node.get("type"), str) else node.get("type", [])
    if "integer" in types and not {"minimum", "maximum"} <= node.keys():
        yield "integer without range"
    if "number" in types:
        yield "number"
    if types == ["array"] and not {"items", "maxItems"} <= node.keys():
        yield "array without items or limit"
    if "object" in types and "additionalProperties" not in node and node.get("maxProperties") != 0:
        yield "object not closed"
    # What has no type of its own adds a condition to a part that describes the members.
    if "type" in node and not set(node.get("required", ())) <= node.get("properties", {}).keys():
        yield "required member not described"


def ref_faults(node: Schema, schema: Schema) -> Iterator[str]:
    """What is wrong with references: from a subschema, and to the definitions of ``schema``."""
    if node is schema:
        used = {child["$ref"] for _, child in subschemas(schema) if "$ref" in child}
        if any(f"#/$defs/{name}" not in used for name in schema.get("$defs", ())):
            yield "definition not used"
    if "$ref" not in node:
        return
    local = node["$ref"].removeprefix("#/$defs/")
    if local == node["$ref"]:
        yield "reference to another schema"
    elif local not in schema.get("$defs", {}):
        yield "reference to nothing"
    allowed = ANNOTATIONS if node is schema else {"description"}
    if node.keys() - allowed - {"$ref"}:
        yield "reference with siblings"


@every(SCHEMAS)
def test_a_schema_is_written_in_the_common_vocabulary(path: str) -> None:
    extra = frozenset(keyword for keyword, owner in PARTIAL_KEYWORDS.items() if owner == path)
    expected = {"reference to another schema"} if path in ABROAD else set()
    assert lint(SCHEMAS[path], extra=extra) == expected


@every(SCHEMAS)
def test_a_schema_says_what_it_is(path: str) -> None:
    schema = SCHEMAS[path]
    Draft202012Validator.check_schema(schema)
    document, version = re.fullmatch(r"(.+)/v([0-9]+)\.json", path).groups()  # type: ignore[union-attr]
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema["$id"] == f"urn:prometeu:schema:{document}:{version}"
    assert schema["title"]
    assert schema["description"]
    assert schema["examples"]
    text = (ROOT / path).read_bytes()
    assert text == (json.dumps(schema, indent=2) + "\n").encode("ascii")


def test_every_published_version_is_kept() -> None:
    assert set(SCHEMAS) == {f"{name}/v{v}.json" for name, vs in PUBLISHED.items() for v in vs}


def test_only_a_few_refer_to_another_schema() -> None:
    refs = {
        path: [node["$ref"] for _, node in subschemas(schema) if "$ref" in node]
        for path, schema in SCHEMAS.items()
    }
    abroad = {path: {r for r in found if r[0] != "#"} for path, found in refs.items()}
    assert {path: found for path, found in abroad.items() if found} == {
        path: {ref} for path, ref in ABROAD.items()
    }


def test_only_notes_of_tools_are_open() -> None:
    found = {
        (path, at)
        for path, schema in SCHEMAS.items()
        for at, node in subschemas(schema)
        if node.get("additionalProperties") is True
    }
    assert found == OPEN


@every(SCHEMAS)
def test_definitions_of_one_name_say_the_same_everywhere(path: str) -> None:
    """The self-contained schemas repeat these, and must not drift apart."""
    shared = ("asset_name", "metadata_name", "uuid", "sha256", "relative_path", "details")
    firsts = {
        name: schema["$defs"][name]
        for name in shared
        for schema in SCHEMAS.values()
        if name in schema.get("$defs", {})
    }
    own = SCHEMAS[path].get("$defs", {})
    assert {name: own[name] for name in shared if name in own} == {
        name: firsts[name] for name in shared if name in own
    }


def test_long_tables_have_one_limit() -> None:
    """Too long to fill in a test of values."""
    limits = [
        node["maxItems"]
        for schema in SCHEMAS.values()
        for _, node in subschemas(schema)
        if node.get("maxItems", 0) > 4096
    ]
    # What a verb lists of a disk has no limit but that of a table anywhere.
    # The null that ends a table of rows is one more.
    assert set(limits) == {65_536, 65_537, 2**31 - 1}


HOSTILE: Final = (
    "a", "0", "1", "A", "-", ".", "_", "/", "a.", "a/", "A_", "0.", "/...", "1-", "+a",
)  # fmt: skip


def test_patterns_take_linear_time() -> None:
    """A text as long as a header may come before its length is looked at."""
    patterns = {
        pattern
        for schema in SCHEMAS.values()
        for _, node in subschemas(schema)
        for pattern in (*([node["pattern"]] if "pattern" in node else ()),
                        *node.get("patternProperties", ()))
    }  # fmt: skip
    prefixes = ("", "1.2.3-", "1.2.3-a.", "1.2.3+")
    start = time.process_time()
    for pattern, prefix, unit in itertools.product(sorted(patterns), prefixes, HOSTILE):
        assert not re.search(pattern, prefix + unit * 50_000 + "\n")
    assert time.process_time() - start < 5  # one quadratic match alone takes longer


FORBIDDEN: Final = (
    "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependentRequired",
    "unevaluatedProperties", "unevaluatedItems", "uniqueItems", "contains", "prefixItems", "format",
    "multipleOf", "exclusiveMinimum", "exclusiveMaximum", "$dynamicRef", "$anchor", "default",
)  # fmt: skip
OPEN_STRING: Final = {"type": "string"}
PLANTED: Final[list[tuple[str, Schema]]] = [
    *((f"keyword {name}", {name: True}) for name in FORBIDDEN),
    ("description is no sentence", {"description": "bytes"}),
    ("integer without range", {"type": "integer"}),
    ("integer without range", {"type": "integer", "minimum": 0}),
    ("integer without range", {"type": ["integer", "string"], "maximum": 0}),
    ("number", {"type": "number"}),
    ("array without items or limit", {"type": "array", "items": OPEN_STRING}),
    ("array without items or limit", {"type": "array", "maxItems": 2}),
    ("object not closed", {"type": "object"}),
    ("object not closed", {"type": "object", "maxProperties": 1}),
    ("required member not described", {"type": "object", "additionalProperties": False, "required": ["a"]}),
    ("member without description", {"properties": {"a": OPEN_STRING}}),
    ("member without description", {"patternProperties": {"^x" + END: {}}}),
    ("reference to another schema", {"$ref": "urn:prometeu:schema:asset:1"}),
    ("reference to nothing", {"$ref": "#/$defs/a"}),
    ("reference with siblings", {"items": {"$ref": "#/$defs/a", "title": "A"}, "$defs": {"a": {}}}),
    ("definition not used", {"$defs": {"a": {}}}),
    ("keyword oneOf", {"items": {"$defs": {}, "items": {"items": {"oneOf": []}}}}),
    *(("pattern not anchored at both ends", {"pattern": p}) for p in ("a", "^a", "^a$", "a" + END)),
    *(
        ("pattern outside the portable syntax", {"pattern": f"^{p}{END}", "maxLength": 9})
        for p in (
            r"\d", r"\w", r"\s", r"\S", r"\p{L}", "a$", "^a", ".", "[^a]", "(a)", "(?=a)", "(?!a)",
            "(?<=a)", "(?<!a)", "(?i:a)", r"[\d]", r"\u0041", "\u00e9", "[\u00e9]", r"\b", r"\-",
            "[]",
        )
    ),
    *(
        ("pattern of unbounded length", {"pattern": f"^{p}{END}"})
        for p in ("a*", "a+", "[a-z]{2,}", "(?:ab)*")
    ),
    ("pattern of unbounded length", {"patternProperties": {f"^a*{END}": {"description": "A."}}}),
    ("pattern alternates outside a group", {"pattern": f"^a|b{END}"}),
]  # fmt: skip


@every(PLANTED)
def test_the_lint_finds_what_is_planted(fault: str, schema: Schema) -> None:
    assert lint(schema) == {fault}
