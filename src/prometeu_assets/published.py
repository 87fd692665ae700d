"""The published contract for those who have only the package: its schemas and its codes.

Clauses: ``spec/reference/schemas.md``, ``spec/reference/codes.md``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from prometeu_assets.catalog import CODES
from prometeu_assets.codes.code import Code
from prometeu_assets.codes.explain import fixes
from prometeu_assets.contract.bundle import bundle as bundled
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.nearest import nearest
from prometeu_assets.result import Result
from prometeu_assets.verbs import VERBS


class NotPublished(LookupError):
    """There is no such schema or code; the text says which is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSchema:
    """One schema: the document that it describes, its version, its ``$id`` and its title.

    ``verbs`` are the command lines whose JSON it describes.
    """

    document: str
    version: int
    id: str
    title: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaList(Result):
    """The published schemas, by document and version."""

    schemas: tuple[PublishedSchema, ...]

    document = "schema-list"

    @property
    def members(self) -> dict[str, Any]:
        return {"schemas": [{**asdict(row), "verbs": list(row.verbs)} for row in self.schemas]}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTable(Result):
    """Diagnostic codes, each with its severity, its texts and its hints."""

    codes: tuple[Code, ...]

    document = "codes"

    @property
    def members(self) -> dict[str, Any]:
        return {"codes": [_row(code) for code in self.codes]}


def schemas() -> SchemaList:
    """Every published schema."""
    return SchemaList(
        schemas=tuple(
            PublishedSchema(
                document=name,
                version=version,
                id=CURRENT.documents.schema(name, version)["$id"],
                title=CURRENT.documents.schema(name, version)["title"],
                verbs=_verbs(name) if version == CURRENT.newest(name) else (),
            )
            for name, version in CURRENT.documents.keys
        )
    )


def _verbs(document: str) -> tuple[str, ...]:
    """The command lines whose JSON is a document."""
    return tuple(verb.line for verb in VERBS if verb.document == document)


def schema(document: str, *, bundle: bool = False) -> dict[str, Any]:
    """The newest schema of a document, or that of a version such as ``"index@1"``.

    ``bundle`` includes every schema that it refers to, as validators and editors need it.
    Raises `NotPublished`, a `LookupError`.
    """
    name, at, version = document.partition("@")
    versions = CURRENT.documents.versions(name)
    if not versions or (at and version not in map(str, versions)):
        known = [f"{n}@{v}" for n, v in CURRENT.documents.keys]
        near = nearest(document, [*known, *(n for n, _ in CURRENT.documents.keys)])
        asked = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        raise NotPublished(f"no schema {document!r}; {asked}")
    key = (name, int(version) if version else versions[-1])
    return bundled(CURRENT.documents, *key) if bundle else dict(CURRENT.documents.schema(*key))


def explain_codes(*codes: str) -> CodeTable:
    """The diagnostic codes of these names; all of them without a name.

    Raises `NotPublished`, a `LookupError`, for a name that is no code.
    """
    for code in codes:
        if code.upper() not in CODES:
            near = nearest(code, CODES)
            asked = f"; did you mean {near}?" if near else ""
            raise NotPublished(f"no code {code!r}{asked}")
    return CodeTable(codes=tuple(CODES[code.upper()] for code in codes) or tuple(CODES.values()))


def _row(code: Code) -> dict[str, Any]:
    """A code as a row of the document."""
    return {
        "code": code.name,
        "severity": str(code.severity),
        "summary": code.summary,
        "hints": fixes(code),
        "rules": [rule.id for rule in CURRENT.every_rule if rule.code == code.name],
    }
