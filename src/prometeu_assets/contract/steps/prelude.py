"""Step 1: the prelude. Clause: ``spec/container.md#prelude``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometeu_assets import kinds
from prometeu_assets.contract.container import LEGACY_MAGIC, Computed, show
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.examination import Examination
from prometeu_assets.contract.steps.fault import Fault


def holds_magic(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """At least the magic is there."""
    yield from _holds(exam, exam.contract.containers[-1].field("magic").size)


def holds_version(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """At least magic and version are there."""
    yield from _holds(exam, exam.contract.containers[-1].identity_size)


def holds_prelude(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The prelude of the file's version is there."""
    yield from _holds(exam, exam.container.prelude_size)


def _holds(exam: Examination, needed: int) -> Iterator[Fault]:
    found = len(exam.head)
    if found < needed:
        yield Fault(
            data={"found": found, "needed": needed},
            offset=found,
            hint_key=None if found else "empty",
        )


def not_legacy(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file is not an artifact of the old packer."""
    if exam.head.startswith(LEGACY_MAGIC):
        yield Fault(data={}, offset=0)


def magic(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The magic is there."""
    field = exam.contract.containers[-1].field("magic")
    found = exam.head[: field.size]
    if not field.constraint.allows(found, {}):
        kind = kinds.sniff(bytes(exam.source.read(0, min(exam.source.size, 1024))))
        yield Fault(
            data={"found": show(found), "expected": field.constraint.describe({}), "kind": kind},
            offset=field.offset,
            hint_key=_HINTS.get(kind, "other") if kind else None,
        )


_HINTS: Final = {
    kinds.LFS: "lfs",
    kinds.HTML: "html",
    kinds.ZIP: "zip",
    kinds.JSON: "json",
    kinds.PNG: "source",
    kinds.WAV: "source",
}


def version(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The version is supported."""
    supported = [c.version for c in exam.contract.containers]
    found = exam.identity["schema_version"]
    if found not in supported:
        field = exam.contract.containers[-1].field("schema_version")
        shown = ", ".join(map(str, supported))
        yield Fault(
            data={"field": field.name, "found": found, "supported": shown},
            offset=field.offset,
            hint_key="newer" if found > max(supported) else None,
        )


def field_value(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The field that carries this rule has a value its constraint allows."""
    container, prelude = exam.container, exam.prelude
    for field in container.fields:
        if field.rule != rule.id or container.allows(field, prelude):
            continue
        length = container.field("header_len")
        if isinstance(field.constraint, Computed) and not container.allows(length, prelude):
            # What it is computed from is wrong, which its own rule says.
            continue
        yield Fault(
            data={
                "field": field.name,
                "found": show(prelude[field.role]),
                "expected": container.describe(field, prelude),
            },
            offset=field.offset,
        )
