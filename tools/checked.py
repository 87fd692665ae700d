"""Where each rule is checked: in the package, and in each reader of the kit.

A reader of the kit names a rule where it checks it: by the anchor of its clause, by its id, or by
its code. The page of the rules shows the function around that place.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from prometeu_assets.catalog import address
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Profile, Rule
from tools.markdown import table

ROOT: Final = Path(__file__).resolve().parents[1]
READERS: Final = "conformance/readers"


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of the kit: its files, how a function begins, and how it names a rule.

    Each of ``marks`` has a place for the ``id`` of a rule, for its ``rest`` after the first hyphen,
    and for its ``code``; the first that is found in the files says where the rule is checked.
    """

    name: str
    files: tuple[str, ...]
    function: re.Pattern[str]
    marks: tuple[str, ...]


KIT: Final = (
    Reader(
        "Python, standard library",
        ("python-stdlib/reader.py",),
        re.compile(r"\s*def (\w+)"),
        (r"#{id}\b", r'"{code}"', r"\b{code}\b"),
    ),
    Reader(
        "JavaScript",
        ("javascript/reader.mjs",),
        re.compile(r"(?:export )?function (\w+)"),
        (r"[ (]'{id}'(?!:)", r"`\$\{{kind\}}-{rest}`"),
    ),
    Reader(
        "Rust",
        tuple(f"rust/{name}.rs" for name in ("pack", "banks", "cartridge", "main")),
        re.compile(r"\s*(?:pub )?fn (\w+)"),
        (r'"{code}"',),
    ),
)


@cache
def _lines(file: str, function: re.Pattern[str]) -> tuple[tuple[str, str], ...]:
    """Each line of a file, with the function that it is in."""
    found, inside = [], ""
    for line in (ROOT / READERS / file).read_text("utf-8").splitlines():
        match = function.match(line)
        inside = match[1] if match else inside
        found.append((inside, line))
    return tuple(found)


def in_kit(rule: Rule, reader: Reader) -> dict[str, list[str]]:
    """Functions of a reader that check a rule, by file; none where it does not."""
    words = {"id": rule.id, "rest": rule.id.partition("-")[2], "code": rule.code}
    for mark in reader.marks:
        asked = re.compile(mark.format(**words))
        found: dict[str, list[str]] = {}
        for file in reader.files:
            names = (name for name, line in _lines(file, reader.function) if asked.search(line))
            if functions := list(dict.fromkeys(filter(None, names))):
                found[file] = functions
        if found:
            return found
    return {}


def in_package(rule: Rule) -> tuple[str, str]:
    """File of the package, and the function that checks a rule."""
    file = inspect.getsourcefile(inspect.unwrap(rule.check))
    assert file
    return Path(file).relative_to(ROOT / "src").as_posix(), rule.check.__name__


@cache
def _page(name: str) -> str:
    return (ROOT / "spec" / CURRENT.folder / name).read_text("utf-8")


def why(rule: Rule) -> str:
    """The reason that the contract gives for a rule, its first line; empty without one.

    It is the first reason after the rule, and before the next one.
    """
    page, _, _ = rule.anchor.partition("#")
    after = re.split(rf"\{{ #{rule.id} \}}\n", _page(page), maxsplit=1)[-1]
    others = "|".join(other.id for other in CURRENT.every_rule)
    own = re.split(rf"\{{ #(?:{others}) \}}|^## ", after, maxsplit=1, flags=re.MULTILINE)[0]
    match = re.search(r"^\*Why[^*]*\* (.*)$", own, re.MULTILINE)
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", match[1]) if match else ""


def page() -> str:
    """The page of the rules: of each its reason, its code, its cases, and who checks it where."""
    rows = [_row(rule) for rule in CURRENT.every_rule]
    lead = (
        "---\nhide:\n  - toc  # the table needs the room\n---\n"
        "# Every rule, and where it is checked\n\n"
        f"The {len(rows)} rules of a pack and of a cartridge, in the order of checks.\n"
        f"[Rules](../{CURRENT.folder}/rules.md) says of each what kind of fault it is.\n\n"
        "The packer checks the pack that it made with the functions of the *package*, "
        "profile writer, before it publishes it: `packer/build.py`.\n"
        "The [inspector](../inspector.md) and the browser run the reader in JavaScript.\n\n"
    )
    head = ("Rule, code, cases", "What holds, and why", "Where it is checked")
    return lead + table(head, rows)


def _row(rule: Rule) -> Iterator[str]:
    yield (
        f"[`{rule.id}`](../{CURRENT.address(rule)}){{ #{rule.id} }}"
        f"<br>[`{rule.code}`](../{address(rule.code)})<br>[cases](../reference/cases.md#{rule.id})"
    )
    profile = " (Only profile writer.)" if rule.profile is Profile.WRITER else ""
    yield f"{rule.text}{profile}<br>*Why:* {why(rule)}"
    file, function = in_package(rule)
    places = [f"Package: `{file.removeprefix('prometeu_assets/')}` `{function}`"]
    for reader in KIT:
        places.append(f"{reader.name}: {', '.join(_shown(in_kit(rule, reader)))}")
    yield "<br>".join(places)


def _shown(found: Mapping[str, list[str]]) -> Iterator[str]:
    for file, functions in found.items():
        name = file.partition("/")[2]
        yield f"[{name}](../{READERS}/{file}) {', '.join(f'`{one}`' for one in functions)}"
