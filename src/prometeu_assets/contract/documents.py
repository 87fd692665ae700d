"""The versioned JSON Schemas: where they live, their registry, and validation against them.

Clause: ``spec/contract/1/header.md#schema``; the schemas are ``schemas/<document>/v<N>.json`` with
the ids ``urn:prometeu:schema:<document>:<N>``, kept for ever. Everything is offline: a reference to
any other schema is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from prometeu_assets.contract.schema import APPLICATORS, Broken, Checks, Part, Schema
from prometeu_assets.contract.text import escape, unescape
from prometeu_assets.diagnostics import MAX_DIAGNOSTICS

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator
    from referencing import Registry

Key = tuple[str, int]
"""A document's name and version, e.g. ``("asset", 2)``."""

_SMALL: Final = 500
"""Characters of a text that is kept."""
_MANY: Final = 500
"""Texts that are kept."""
_TEXT: Final = json.JSONEncoder(sort_keys=True)
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
    def _checks(self) -> dict[Key, Checks]:
        return {}

    def checks(self, key: Key) -> Checks:
        """The checks of a document's schema."""
        if key not in self._checks:
            self._checks[key] = Checks(self.schema(*key), self)
        return self._checks[key]

    def accepts(self, key: Key, value: Any) -> bool:
        """Whether a value obeys the schema of a document."""
        return self.checks(key).holds([value])

    def accepts_small(self, key: Key, value: Any) -> bool:
        """The same, for a value that many others may equal: each is looked at once."""
        text = _TEXT.encode(value)
        if len(text) > _SMALL:
            return self.accepts(key, value)
        if (key, text) not in self._accepted:
            if not self.accepts(key, value):
                return False
            if len(self._accepted) == _MANY:
                self._accepted.clear()
            self._accepted.add((key, text))
        return True

    @cached_property
    def _accepted(self) -> set[tuple[Key, str]]:
        return set()

    def violations(self, key: Key, value: Any) -> Iterator[Violation]:
        """The ways in which ``value`` breaks a schema, in document order.

        At most as many as a report keeps and one more, which says that there were more.
        """
        errors = (
            (_place(broken, error), broken, error)
            for broken in self.checks(key).broken(value)
            for error in self._errors(broken)
        )
        found = sorted(islice(errors, MAX_DIAGNOSTICS + 1), key=lambda e: _order(e[0], e[2]))
        every = chain.from_iterable(_explained(*one) for one in found)
        yield from islice(every, MAX_DIAGNOSTICS + 1)

    def target(self, root: Schema, reference: str) -> tuple[Schema, Any]:
        """The schema that a reference in ``root`` leads into, and the part that it means.

        Raises `LookupError` where it leads nowhere among the published schemas.
        """
        base, _, pointer = reference.partition("#")
        if base:
            match = _ID.fullmatch(base)
            if match is None:
                raise LookupError(reference)
            root = self.schema(match[1], int(match[2]))
        node: Any = root
        for token in pointer.split("/")[1:]:
            node = node.get(unescape(token)) if isinstance(node, Mapping) else None
        if node is None:
            raise LookupError(reference)
        return root, node

    def judge(self, part: Part, value: Any) -> bool:
        """Whether jsonschema accepts a value for a part of a schema."""
        return bool(self._whole(part).is_valid(value))

    def _errors(self, broken: Broken) -> Iterator[ValidationError]:
        """What jsonschema says of a place: of that alone, unless its part is foreign."""
        part = broken.part
        validator = self._whole(part) if part.foreign else _Validators.get().alone(dict(part.node))
        return iter(validator.iter_errors(broken.value))

    def _whole(self, part: Part) -> Validator:
        """What judges a part of a schema with all that is inside of it."""
        root = self.validator(part.root)
        return root if part.node is part.root else root.evolve(schema=part.node)

    @cached_property
    def _validators(self) -> dict[int, Validator]:
        return {}

    def validator(self, schema: Schema) -> Validator:
        """The validator of jsonschema for a published schema, and for those it refers to."""
        if id(schema) not in self._validators:
            whole = _Validators.get().whole
            self._validators[id(schema)] = whole(dict(schema), registry=self.registry)
        return self._validators[id(schema)]

    def with_(self, schemas: Iterable[Schema]) -> Documents:
        """The same documents with these schemas put in, by their ids."""
        changed = dict(self.changed)
        for schema in schemas:
            match = _ID.fullmatch(schema["$id"])
            if match is None:
                raise ValueError(f"not the id of a schema: {schema['$id']}")
            changed[match[1], int(match[2])] = schema
        return Documents(directory=self.directory, changed=changed)


class _Validators:
    """The classes of jsonschema for this project's data model, loaded when first needed.

    It has integers, not numbers that happen to be whole. ``whole`` judges a value with all that
    is inside of it; ``alone`` looks at the value and not into it.
    """

    @staticmethod
    @cache
    def get() -> _Validators:
        """The one there is."""
        return _Validators()

    def __init__(self) -> None:
        from jsonschema import Draft202012Validator
        from jsonschema.validators import extend

        integer = Draft202012Validator.TYPE_CHECKER.redefine(
            "integer", lambda _, value: type(value) is int
        )
        closed = Draft202012Validator.VALIDATORS["additionalProperties"]

        def unknown(validator: Any, others: Any, value: Any, schema: Schema) -> Iterator[Any]:
            return closed(validator, others, value, schema) if others is False else iter(())

        into = dict.fromkeys(APPLICATORS, lambda *_: ()) | {"additionalProperties": unknown}
        self.whole: Any = extend(Draft202012Validator, type_checker=integer)  # type: ignore[no-untyped-call]
        self.alone: Any = extend(self.whole, into)  # type: ignore[no-untyped-call]


def _place(broken: Broken, error: ValidationError) -> tuple[str | int, ...]:
    return (*broken.path, *error.absolute_path)


def _order(place: Iterable[str | int], error: ValidationError) -> tuple[list[str], str]:
    """Places in the order in which a canonical document has them."""
    return [f"{p:010}" if isinstance(p, int) else p for p in place], str(error.validator)


def _explained(place: Iterable[str | int], broken: Broken, error: Any) -> Iterator[Violation]:
    """What jsonschema says, as violations: one per unknown or missing member."""
    pointer = "".join(f"/{escape(str(part))}" for part in place)
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
        what = f"{where} is missing the member {name!r}"
        yield Violation(pointer=pointer, keyword=keyword, what=what, value=value, expected=name)
        return
    name = broken.name or "propertyNames" in error.schema_path
    subject = f"{where} has a member name that" if name else where
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
            typed = f"must be of type {' or '.join(kinds)}"
            return f"is {found}; it {'is not allowed here' if expected == 'null' else typed}"
        case "const":
            return f"is {found}; it must be {shown(expected)}"
        case "enum":
            listed = ", ".join(map(shown, expected))
            return f"is {found}; it must be one of {listed}"
        case "minimum":
            return f"is {found}; it must be at least {expected}"
        case "maximum":
            return f"is {found}; it must be at most {expected}"
        case "minLength" | "minItems" | "minProperties":
            return f"has length {len(value)}; it must have at least {expected}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"has length {len(value)}; it must have at most {expected}"
        case "pattern":
            return f"is {found}, which has a character or a form that is not allowed here"
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
