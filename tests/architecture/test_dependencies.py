"""Every dependency is accounted for, and locked in a version that its range allows."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from tests.architecture.test_imports import MODULES, imported
from tests.every import every

import prometeu_assets as pa
from prometeu_assets import extras
from prometeu_assets.contract.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PAGE = (ROOT / "spec" / "dependencies.md").read_text(encoding="utf-8")
LOCK, LOWEST = (
    (ROOT / "requirements" / name).read_text(encoding="utf-8") for name in ("ci.txt", "lowest.txt")
)

EXTRAS = PROJECT["project"]["optional-dependencies"]
RUNTIME = [
    Requirement(text)
    for text in [*PROJECT["project"]["dependencies"], *(t for row in EXTRAS.values() for t in row)]
]
GROUPS = {
    name: group
    for name, group in PROJECT["dependency-groups"].items()
    if name not in ("bench", "lock", "fuzz")
}
LOCKED = [Requirement(text) for group in GROUPS.values() for text in group]

CALLERS = {"distributed"}
"""Extras that a program imports, which gives what it makes with them to the package."""
IMPORTED = {"pillow": "PIL"}
"""The name to import, where it is not that of the dependency."""


PLUGIN = {"pytest"}
"""What whoever imports `conformance.testing` has: it makes fixtures for their tests."""


def test_hints_install_what_the_extras_bring() -> None:
    assert {name: tuple(EXTRAS[name]) for name in extras.EXTRAS} == extras.EXTRAS


@pytest.mark.parametrize(
    ("pip", "begins"), [(None, "uv pip install --python"), ("pip", f"{sys.executable} -m pip")]
)
def test_an_extra_is_installed_for_the_python_in_use(
    monkeypatch: pytest.MonkeyPatch, pip: str | None, begins: str
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: pip)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(OSError, match="packages that are missing") as caught:
        pa.open("http://127.0.0.1:9/a.pa")
    command = str(caught.value).partition("missing: ")[2]
    assert (command.startswith(begins), sys.executable in command) == (True, True)
    assert command.endswith(" 'fsspec[http]>=2024.12'")


def rows() -> dict[str, list[str]]:
    """Dependency to the other cells of its row."""
    found = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", PAGE, flags=re.MULTILINE)
    return {name: rest.split(" | ") for name, rest in found}


def pins(lock: str) -> dict[str, list[Requirement]]:
    """Package to its pinned versions; several where they depend on the version of Python."""
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^([a-z0-9].*?) *\\$", lock, flags=re.MULTILINE):
        pin = Requirement(line)
        found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def test_every_dependency_has_a_row_and_no_other_has() -> None:
    assert set(rows()) == {requirement.name for requirement in RUNTIME}
    for name, (allowed, purpose, parses, _) in (
        (n, r + [""] * (4 - len(r))) for n, r in rows().items()
    ):
        assert purpose and parses, name
        (requirement,) = (each for each in RUNTIME if each.name == name)
        assert Requirement(f"{name}{allowed.strip('`')}").specifier == requirement.specifier


@every(sorted(requirement.name for requirement in RUNTIME))
def test_the_reason_for_a_bound_is_told(name: str) -> None:
    reasons = PAGE.partition("{ #versions }")[2].partition("## The lock")[0]
    assert f"`{name}`" in reasons


def test_limits_that_are_named_exist() -> None:
    named = {
        word for row in rows().values() for word in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", row[-1])
    }
    assert named
    assert named <= {field.name for field in fields(Limits)}


def test_every_dependency_is_used_and_nothing_else_is() -> None:
    tops = {name.split(".")[0] for module in MODULES for name, _ in imported(module)}
    third = tops - set(sys.stdlib_module_names) - {"prometeu_assets"} - PLUGIN
    used = {IMPORTED.get(requirement.name, requirement.name) for requirement in RUNTIME}
    assert third == used - CALLERS


@every([*RUNTIME, *LOCKED])
def test_the_lock_has_a_version_that_is_allowed(requirement: Requirement) -> None:
    for pin in pins(LOCK)[canonicalize_name(requirement.name)]:
        (version,) = (each.version for each in pin.specifier)
        assert str(pin.specifier) == f"=={version}"
        assert requirement.specifier.contains(version)


@every([*RUNTIME, *map(Requirement, PROJECT["dependency-groups"]["test"])])
def test_the_other_lock_has_the_lowest_version(requirement: Requirement) -> None:
    (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
    for pin in pins(LOWEST)[canonicalize_name(requirement.name)]:
        (version,) = (each.version for each in pin.specifier)
        assert Version(version) == Version(bound)


@pytest.mark.parametrize(("lock", "packages"), [(LOCK, 40), (LOWEST, 20)], ids=["newest", "lowest"])
def test_the_lock_is_whole(lock: str, packages: int) -> None:
    """Every package has the hashes of its files, and comes from the registry that is the default."""
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert len(blocks) == sum(map(len, pins(lock).values())) > packages
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]
    assert "://" not in lock
    assert not re.findall(r"^-", lock, flags=re.MULTILINE)
