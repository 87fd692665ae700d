"""How the published schemas are written: one small vocabulary that any validator reads alike."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
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
ABROAD: Final = {
    **dict.fromkeys(
        (
            "addition", "asset-view", "build-result", "creation", "examination", "listing",
            "loading", "migration", "shipment", "watch-round",
        ),
        "urn:prometeu:schema:report:*",
    ),
    "asset-table": "urn:prometeu:schema:pack-header:*#/$defs/asset_table",
    "conformance-cases": "urn:prometeu:schema:conformance-manifest:*#/$defs/case",
    "preload": "urn:prometeu:schema:pack-header:*#/$defs/preload",
}  # fmt: skip
"""The documents that refer to another schema: they mirror a part of it, or hold a report."""

OPEN: Final = {
    "asset": {
        "/properties/build",
        "/properties/output/properties/pipeline",
        "/properties/inputs",  # closed by type
    },
    "asset-table-metadata": {
        "/$defs/asset/properties/pipeline",
        "/$defs/origin/properties/pipeline",
    },
    "contract": {"/$defs/member/properties/schema"},  # which is a schema
}
"""Where a document takes any member: notes of tools that never reach a runtime, and schemas."""

MAPS: Final = ("$defs", "properties", "patternProperties")
SINGLES: Final = ("items", "propertyNames", "additionalProperties", "if", "then", "else")
ANNOTATIONS: Final = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples"}
KEYWORDS: Final = {
    *ANNOTATIONS, *MAPS, "items", "propertyNames", "additionalProperties", "$ref", "type", "required", "enum", "const",
    "minimum", "maximum", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "minProperties", "maxProperties",
}  # fmt: skip
PARTIAL_KEYWORDS: Final = {
    "sounds-metadata": frozenset({"multipleOf"}),
    "asset": frozenset({"if", "then", "else", "allOf"}),
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
    document, _, _ = path.partition("/")
    extra = PARTIAL_KEYWORDS.get(document, frozenset())
    assert lint(SCHEMAS[path], extra=extra) <= {"reference to another schema"}


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


def of_each_document(found: Callable[[Schema], set[str]]) -> dict[str, set[str]]:
    """What is found in the versions of each document in which something is found."""
    whole: dict[str, set[str]] = {}
    for path, schema in SCHEMAS.items():
        if of_one := found(schema):
            whole.setdefault(path.partition("/")[0], set()).update(of_one)
    return whole


def abroad(schema: Schema) -> set[str]:
    refs = {node["$ref"] for _, node in subschemas(schema) if "$ref" in node}
    return {re.sub(r":[0-9]+(?=#|\Z)", ":*", ref) for ref in refs if ref[0] != "#"}


def test_only_a_few_refer_to_another_schema() -> None:
    assert of_each_document(abroad) == {document: {ref} for document, ref in ABROAD.items()}


def unclosed(schema: Schema) -> set[str]:
    return {at for at, node in subschemas(schema) if node.get("additionalProperties") is True}


def test_only_notes_of_tools_are_open() -> None:
    assert of_each_document(unclosed) == OPEN


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
