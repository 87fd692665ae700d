"""The pages of the schemas: of each document a page, with tables of the members of each version.

Members of an object are below it, indented; what a schema defines once, in ``$defs``, has a table
of its own, to which each use leads. A keyword that has no words here is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.documents import Documents, Key
from prometeu_assets.verbs import VERBS
from tools.markdown import code, number, plain, table

Schema = Mapping[str, Any]
Part = Schema | bool
"""A schema inside of a schema; True admits every value."""
Row = tuple[str, str, str, str]
"""Member, whether it is required, type and limits, meaning."""

ANY: Final = "any value"
HEAD: Final = ("Member", "Presence", "Type and limits", "Meaning")

BOUNDS: Final = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "element"),
    ("minProperties", "maxProperties", "member"),
)
"""Keywords of a lower and an upper bound, and what they count."""
ONE_OF: Final = (("oneOf", "Exactly one of:"), ("anyOf", "One or more of:"))
KNOWN: Final = {
    "$schema", "$id", "$ref", "$defs", "$comment", "title", "description", "examples", "default",
    "type", "const", "enum", "pattern", "multipleOf", "required", "properties",
    "patternProperties", "propertyNames", "additionalProperties", "items", "allOf", "if", "then",
    "else", *(word for low, high, _ in BOUNDS for word in (low, high)), *dict(ONE_OF),
}  # fmt: skip
"""Keywords that the pages put into words."""

_LINK: Final = re.compile(r"(?:urn:prometeu:schema:([a-z-]+):(\d+))?(?:#/\$defs/(\w+))?")
_END: Final = "(?![\\s\\S])"
"""The end of a text, as schemas write it so that each engine reads it alike."""


def overview() -> str:
    """The page that leads to all others; its anchors are addresses of versions, kept for ever."""
    documents = CURRENT.documents
    lead = (
        "# Schemas\n\n"
        "Each JSON document has a schema of draft 2020-12, with an id that never changes.\n"
        "`prometeu-assets schema list` lists them, and `schema show DOCUMENT` prints one; they "
        "are in the package, so no tool has to load one.\n\n"
    )
    rows = [
        (
            f"[`{name}`](schemas/{name}.md)",
            plain(_newest(documents, name)["description"]),
            " ".join(f"[{v}](schemas/{name}.md#v{v}){{ #{name}{v} }}" for v in numbers),
            ", ".join(f"`{verb}`" for verb in _printed_by(name)),
        )
        for name in names()
        for numbers in [documents.versions(name)[::-1]]
    ]
    return lead + table(("Document", "What it is", "Versions", "Printed by"), rows)


def names() -> list[str]:
    """The documents that have a schema."""
    return list(dict.fromkeys(name for name, _ in CURRENT.documents.keys))


def page(name: str, documents: Documents = CURRENT.documents) -> str:
    """The page of a document: each version, the newest first."""
    newest, *older = documents.versions(name)[::-1]
    verbs = ", ".join(f"`{verb} --format json`" for verb in _printed_by(name))
    parts = [
        f"# `{name}`\n\n{plain(_newest(documents, name)['description'])}\n",
        f"Printed by {verbs}.\n" if verbs else "",
        "\n",
        "An object has no other members than those of its table.\n",
        "In a pattern, `$` is the end of the text.\n",
    ]
    for version in (newest, *older):
        parts.append(f"\n## Version {version} {{ #v{version} }}\n\n")
        if version != newest:
            parts.append(f"An older one; the newest is [version {newest}](#v{newest}).\n")
        parts += _version(documents, (name, version))
    return "".join(parts)


def _newest(documents: Documents, name: str) -> Schema:
    return documents.schema(name, documents.versions(name)[-1])


def _printed_by(name: str) -> list[str]:
    return [verb.line for verb in VERBS if verb.document == name]


def _version(documents: Documents, key: Key) -> Iterator[str]:
    name, version = key
    schema = documents.schema(name, version)
    yield f"{plain(schema['title'])}: {plain(schema['description'])}\n"
    yield f"`{schema['$id']}`, [as JSON](../../schemas/{name}/v{version}.json).\n"
    shown = Shown(schema, version)
    yield shown.part(schema)
    for word, part in schema.get("$defs", {}).items():
        yield f"\n### `{word}` {{ #v{version}-{word} }}\n\n{plain(part['description'])}\n"
        yield shown.part(part)
    for count, example in enumerate(schema.get("examples", ())):
        text = json.dumps(example, indent=2, ensure_ascii=False)
        of = f" {count + 1}" if count else ""
        yield (
            f'\n<details markdown="1"><summary>Example{of}</summary>\n\n'
            f"``` {{ .json .wrap }}\n{text}\n```\n\n</details>\n"
        )


class Shown:
    """Parts of one version of a schema, in words."""

    def __init__(self, schema: Schema, version: int) -> None:
        self._schema, self._version = schema, version

    def part(self, part: Schema) -> str:
        """A whole schema, or a definition: what it is, rules outside of it, and its table."""
        rows = list(self.rows(part))
        words = self.type(part)
        is_plain = rows and words == "object"
        note = f"\n{plain(part['$comment'])}\n" if "$comment" in part else ""
        return (
            ("" if is_plain else f"\nType: {words}.\n")
            + note
            + ("\n" + table(HEAD, rows) if rows else "")
        )

    def type(self, part: Part) -> str:
        """A type and its limits."""
        if isinstance(part, bool):
            return ANY if part else "nothing"
        unknown = part.keys() - KNOWN
        if unknown:
            raise ValueError(f"keywords without words: {sorted(unknown)}")
        words = list(self._kinds(part))
        for low, high, unit in BOUNDS:
            if low in part or high in part:
                words.append(_range(part.get(low), part.get(high), unit))
        if "multipleOf" in part:
            words.append(f"a multiple of {part['multipleOf']}")
        if "pattern" in part:
            words.append(f"matches {code(part['pattern'].replace(_END, '$'))}")
        if "propertyNames" in part:
            words.append(f"each name: {self.type(part['propertyNames'])}")
        if "default" in part:
            words.append(f"default {_value(part['default'])}")
        return ", ".join(words) or ANY

    def _kinds(self, part: Schema) -> Iterator[str]:
        if "$ref" in part:
            yield self._link(part["$ref"])
        if "const" in part:
            yield f"always {_value(part['const'])}"
        if "enum" in part:
            yield " or ".join(map(_value, part["enum"]))
        kinds = part.get("type", ())
        if kinds:
            each = [kinds] if isinstance(kinds, str) else kinds
            yield " or ".join(self._array(part) if kind == "array" else kind for kind in each)

    def _array(self, part: Schema) -> str:
        """An array, with the type of its elements."""
        inner = self.type(part.get("items", True))
        if inner == ANY:
            return "array"
        return f"array of {inner}s" if inner.isalpha() else f"array, each element: {inner}"

    def _link(self, reference: str) -> str:
        match = _LINK.fullmatch(reference)
        assert match, reference
        document, version, name = match.groups()
        anchor = f"v{version or self._version}" + (f"-{name}" if name else "")
        link = f"[{name or document}]({f'{document}.md' if document else ''}#{anchor})"
        kind = None if document else self._schema["$defs"][name].get("type")
        return f"{link} ({kind})" if isinstance(kind, str) else link

    def rows(self, part: Part, depth: int = 0) -> Iterator[Row]:
        """What is inside of a part: members, elements, and what holds under a condition."""
        if isinstance(part, bool):
            return
        yield from self._members(part, depth)
        if "items" in part:
            yield from self.rows(part["items"], depth)
        for inner in part.get("allOf", ()):
            yield from self.rows(inner, depth)
        for keyword, lead in ONE_OF:
            if keyword in part:
                yield _row(depth, f"*{lead}*", "", "", "")
                for inner in part[keyword]:
                    yield from self._inner("•", inner, depth + 1, "")
        if "if" in part:
            yield _row(depth, f"*If {self._condition(part['if'])}:*", "", "", "")
            yield from self.rows(part.get("then", True), depth + 1)
            if "else" in part:
                yield _row(depth, "*Otherwise:*", "", "", "")
                yield from self.rows(part["else"], depth + 1)

    def _members(self, part: Schema, depth: int) -> Iterator[Row]:
        members, needed = part.get("properties", {}), part.get("required", ())
        for name in [*members, *(name for name in needed if name not in members)]:
            inner = members.get(name, {})
            mark = "required" if name in needed else "optional"
            yield from self._inner(code(name), inner, depth, mark)
        for pattern, inner in part.get("patternProperties", {}).items():
            name = f"*each name that matches* {code(pattern.replace(_END, '$'))}"
            yield from self._inner(name, inner, depth, "")
        others = part.get("additionalProperties", False)
        if others is not False:
            name = f"*each {'other ' if members else ''}member*"
            yield from self._inner(name, others, depth, "")

    def _inner(self, name: str, part: Part, depth: int, mark: str) -> Iterator[Row]:
        meaning = "" if isinstance(part, bool) else plain(part.get("description", ""))
        inner = list(self.rows(part, depth + 1))
        words = self.type(part)
        # A part of a condition says more of a member, and not its type again.
        yield _row(depth, name, mark, "" if inner and words == ANY else words, meaning)
        yield from inner

    def _condition(self, part: Schema) -> str:
        """What a condition asks, such as: `type` is `tile_bank`."""
        asked = part.get("properties", {})
        words = [f"{code(name)} is {self.type(inner)}" for name, inner in asked.items()]
        words += [f"{code(n)} is there" for n in part.get("required", ()) if n not in asked]
        return " and ".join(words).replace("is always", "is")


def _row(depth: int, name: str, mark: str, words: str, meaning: str) -> Row:
    return ("&nbsp;" * (4 * depth) + name, mark, words, meaning)


def _range(low: float | None, high: float | None, unit: str) -> str:
    if high is None:
        text = f"at least {number(low or 0)}"
    elif low is None or (unit and not low):
        text = f"at most {number(high)}" if high else "no"
    else:
        text = number(low) if low == high else f"{number(low)} to {number(high)}"
    last = low if high is None else high
    return f"{text} {unit}{'' if last == 1 else 's'}" if unit else text


def _value(value: object) -> str:
    return code(json.dumps(value, ensure_ascii=False))
