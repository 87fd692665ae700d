"""Every type that a public signature or attribute names is public itself.

Annotations are read as they are written, which is how `help` and editors show them.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import prometeu_assets as pa

OURS = "prometeu_assets"
SITE = Path(__file__).resolve().parents[2] / "mkdocs.yml"
HIDDEN = set(re.findall(r'- "!\^(\w+)\$"', SITE.read_text(encoding="utf-8")))
"""Members that the reference does not show: the package has them for itself."""
OPAQUE = {"Bank", "Contract"}
"""Types that are passed on and not looked into: the definitions of the format."""


@cache
def own_names(module: str) -> frozenset[str]:
    """What a module calls by name and is ours: its own definitions, and imports from the package."""
    source = Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8")
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(OURS):
            found |= {alias.asname or alias.name for alias in node.names}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(found)


def named(annotations: dict[str, Any], module: str) -> Iterator[str]:
    """The names of ours in annotations."""
    for member, text in annotations.items():
        if not member.startswith("_") and member not in HIDDEN:
            assert isinstance(text, str), (
                "annotations are text: `from __future__ import annotations`"
            )
            words = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
            yield from words & own_names(module)


def functions(kind: type) -> Iterator[Any]:
    """The public methods and properties of a class, as functions."""
    for name, member in vars(kind).items():
        if name.startswith("_") and name not in {
            "__getitem__",
            "__iter__",
            "__contains__",
            "__enter__",
        }:
            continue
        if name in HIDDEN:
            continue
        inner = inspect.unwrap(getattr(member, "__func__", member))
        if isinstance(member, property):
            inner = member.fget
        elif isinstance(member, cached_property):
            inner = member.func
        if inspect.isfunction(inner):
            yield inner


def types_in(name: str) -> Iterator[tuple[str, str]]:
    """(a type of ours, where it is named) of a public name."""
    thing = getattr(pa, name)
    if inspect.isfunction(thing):
        for found in named(thing.__annotations__, inspect.unwrap(thing).__module__):
            yield found, name
    if not inspect.isclass(thing) or name in OPAQUE:
        return
    for base in thing.__mro__:
        if not base.__module__.startswith(OURS):
            continue
        for found in named(vars(base).get("__annotations__", {}), base.__module__):
            yield found, name
        for function in functions(base):
            for found in named(function.__annotations__, function.__module__):
                yield found, f"{name}.{function.__name__}"


def test_every_type_in_a_public_signature_is_public() -> None:
    public = {*pa.__all__, "open"}
    hidden = {
        f"{found} in {where}"
        for name in public
        for found, where in types_in(name)
        if found not in public and not found.startswith("_")
    }
    assert sorted(hidden) == []


def test_what_is_hidden_is_there() -> None:
    members = {name for public in pa.__all__ for name in dir(getattr(pa, public))}
    assert HIDDEN - {"_"} <= members | {"document"}
    assert {"viewpoint", "told", "require"} <= HIDDEN


def test_what_is_looked_for_is_found() -> None:
    """A type of the package, an alias, and one behind a property and in a base."""
    found = {type_ for name in ("Pack", "open", "Created") for type_, _ in types_in(name)}
    assert {"PackInput", "Entry", "Decoded", "Limits", "Contract", "Registered", "Report"} <= found
