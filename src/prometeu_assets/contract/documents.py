"""The versioned JSON Schemas: where they live, their registry, and validation against them.

Clause: ``spec/header.md#schema``; the schemas are ``schemas/<document>/v<N>.json`` with the ids
``urn:prometeu:schema:<document>:<N>``, kept for ever. Everything is offline: a reference to any
other schema is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from prometeu_assets.contract.text import escape
from prometeu_assets.diagnostics import MAX_DIAGNOSTICS

if TYPE_CHECKING:
    from jsonschema.protocols import Validator
    from referencing import Registry

Schema = Mapping[str, Any]
Key = tuple[str, int]
"""A document's name and version, e.g. ``("asset", 2)``."""

_ID: Final = re.compile(r"urn:prometeu:schema:([a-z-]+):([0-9]+)")


def schema_directory() -> Path:
    """Where the schemas lie: inside an installed package, else in the checkout around it."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "schemas"
    return installed if installed.is_dir() else package.parents[1] / "schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One way in which a value breaks a schema: where, by which keyword, and why."""

    pointer: str
    keyword: str
    what: str
    value: Any
    expected: Any


@dataclass(frozen=True, kw_only=True, eq=False)
class Documents:
    """The published schemas, with any that a test puts in their place."""

    directory: Path = field(default_factory=schema_directory)
    changed: Mapping[Key, Schema] = field(default_factory=dict)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every (document, version), sorted."""
        found = {
            (path.parent.name, int(path.stem.removeprefix("v")))
            for path in self.directory.glob("*/v*.json")
        }
        return tuple(sorted(found | set(self.changed)))

    @cached_property
    def _loaded(self) -> dict[Key, Schema]:
        return {}

    def schema(self, name: str, version: int) -> Schema:
        """The schema of a document; raises `KeyError` when there is none."""
        key = (name, version)
        if key in self.changed:
            return self.changed[key]
        if key not in self._loaded:
            path = self.directory / name / f"v{version}.json"
            if not path.is_file():
                raise KeyError(f"no schema {name}@{version}")
            self._loaded[key] = MappingProxyType(msgspec.json.decode(path.read_bytes()))
        return self._loaded[key]

    def versions(self, name: str) -> tuple[int, ...]:
        """The versions of a document that have a schema, oldest first."""
        return tuple(version for document, version in self.keys if document == name)

    def constants(self, key: Key) -> dict[str, Any]:
        """The members whose value a schema fixes with ``const``."""
        properties = self.schema(*key)["properties"]
        return {name: part["const"] for name, part in properties.items() if "const" in part}

    @cached_property
    def registry(self) -> Registry[Schema]:
        """All schemas by id. Nothing is ever retrieved from anywhere else."""
        from referencing import Registry, Resource

        resources = (Resource.from_contents(dict(self.schema(*key))) for key in self.keys)
        return Registry().with_resources((r.id() or "", r) for r in resources)

    @cached_property
    def _validators(self) -> dict[Key, Validator]:
        return {}

    def _validator(self, key: Key) -> Validator:
        if key not in self._validators:
            from jsonschema import Draft202012Validator
            from jsonschema.validators import extend

            # The data model of the project has integers, not numbers that happen to be whole.
            strict = extend(  # type: ignore[no-untyped-call]
                Draft202012Validator,
                {"items": _items(self.schema(*key))},
                type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
                    "integer", lambda _, value: type(value) is int
                ),
            )
            self._validators[key] = strict(dict(self.schema(*key)), registry=self.registry)
        return self._validators[key]

    def violations(self, key: Key, value: Any) -> Iterator[Violation]:
        """The ways in which ``value`` breaks a schema, in document order.

        At most as many as a report keeps and one more, which says that there were more.
        """
        errors = sorted(
            islice(self._validator(key).iter_errors(value), MAX_DIAGNOSTICS + 1),
            key=lambda e: ([_sorting(part) for part in e.absolute_path], str(e.validator)),
        )
        for error in errors:
            yield from _explained(error)

    def with_(self, schemas: Iterable[Schema]) -> Documents:
        """The same documents with these schemas put in, by their ids."""
        changed = dict(self.changed)
        for schema in schemas:
            match = _ID.fullmatch(schema["$id"])
            if match is None:
                raise ValueError(f"not the id of a schema: {schema['$id']}")
            changed[match[1], int(match[2])] = schema
        return Documents(directory=self.directory, changed=changed)


def _sorting(part: str | int) -> str:
    """One part of a place, so that places sort as a canonical document has them."""
    return f"{part:010}" if isinstance(part, int) else part


def _items(root: Schema) -> Callable[..., Iterator[Any]]:
    """The keyword ``items`` as the schemas of this project need it on long tables.

    An array that is too long is refused for that, and its items, however many, are not looked
    at. Items that the fast tier recognises are valid, and only the others are explained.
    """
    from prometeu_assets.contract.typed import recognizer

    certain: dict[int, Callable[[Any], bool]] = {}
    # Behind a reference to another schema, local references have another root.
    alone = '"$ref": "urn:' not in json.dumps(dict(root))

    def items(validator: Any, part: Any, value: Any, schema: Schema) -> Iterator[Any]:
        if not isinstance(value, list) or len(value) > schema.get("maxItems", len(value)):
            return
        if id(part) not in certain:
            whole = {"$defs": root.get("$defs", {})}
            if alone and isinstance(part, Mapping):
                whole = {**part, **whole}
            certain[id(part)] = recognizer(whole)
        recognized = certain[id(part)]
        for index, item in enumerate(value):
            if not isinstance(item, dict) or not recognized(item):
                yield from validator.descend(item, part, path=index)

    return items


def _explained(error: Any) -> Iterator[Violation]:
    """A `ValidationError` of jsonschema as violations: one per unknown or missing member."""
    pointer = "".join(f"/{escape(str(part))}" for part in error.absolute_path)
    keyword, value = str(error.validator), error.instance
    expected, schema = error.validator_value, error.schema
    where = pointer or "The document"
    if keyword == "additionalProperties" and expected is False:
        properties = list(schema.get("properties", {}))
        patterns = schema.get("patternProperties", {})
        for name in value:
            if name in properties or any(re.search(p, name) for p in patterns):
                continue
            yield Violation(
                pointer=f"{pointer}/{escape(name)}",
                keyword=keyword,
                what=f"{where} has an unknown member {name!r}",
                value=name,
                expected=properties,
            )
        return
    if keyword == "required":
        missing = [name for name in expected if name not in value]
        # jsonschema reports each missing member on its own; say each once.
        name = next(name for name in missing if error.message.startswith(repr(name)))
        what = f"{where} lacks the member {name!r}"
        yield Violation(pointer=pointer, keyword=keyword, what=what, value=value, expected=name)
        return
    subject = f"{where} has a member name that" if "propertyNames" in error.schema_path else where
    yield Violation(
        pointer=pointer,
        keyword=keyword,
        what=f"{subject} {_complaint(keyword, expected, value)}",
        value=value,
        expected=expected,
    )


def _complaint(keyword: str, expected: Any, value: Any) -> str:
    found = shown(value)
    match keyword:
        case "type":
            kinds = [expected] if isinstance(expected, str) else expected
            return f"is {found}; it must be of type {' or '.join(kinds)}"
        case "const":
            return f"is {found}; it must be {shown(expected)}"
        case "enum":
            return f"is {found}; it must be one of {', '.join(map(shown, expected))}"
        case "minimum":
            return f"is {found}; it must be at least {expected}"
        case "maximum":
            return f"is {found}; it must be at most {expected}"
        case "minLength" | "minItems" | "minProperties":
            return f"has length {len(value)}; it must have at least {expected}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"has length {len(value)}; it must have at most {expected}"
        case "pattern":
            return f"is {found}, which has characters or a form that may not stand there"
        case "multipleOf":
            return f"is {found}; it must be a multiple of {expected}"
        case _:
            return f"breaks the schema's keyword {keyword!r} with {found}"


def shown(value: Any) -> str:
    """A value as JSON, cut to what fits into a sentence."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "an array"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}…"
