"""The page of the conformance cases: each below the clause that it is about, with its input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from prometeu_assets.catalog import address
from prometeu_assets.contract.cartridge import FILES
from prometeu_assets.contract.current import CURRENT

KIT = Path(__file__).resolve().parents[1] / "conformance"
HEAD = "| Case | Asked | Expected | Input | Inspector | Why |\n|---|---|---|---|---|---|\n"

OPENED = ("read", "decode", "cartridge")
"""How the kinds begin whose inputs the inspector opens."""

LONGEST = 6_000
"""Characters of the longest query in a link: a server may refuse longer addresses."""


def page() -> str:
    """The page, from the manifest of the kit."""
    manifest = _manifest()
    cases = sorted(manifest["cases"], key=lambda case: (case["rule"], case["id"]))
    lead = (
        "---\nhide:\n  - toc  # the table needs the room\n---\n# Cases\n\n"
        f"The {len(cases)} cases of the [conformance kit](../conformance/README.md), suite "
        f"{manifest['suite_version']}, each below the clause that it is about.\n"
        "A link leads to the input, which you can download.\n"
        "An input that is too large to keep is a recipe in the manifest: "
        "`prometeu-assets conformance export` writes it as a file.\n"
        "*open* shows the input in the [inspector](../inspector.md).\n"
        "`prometeu-assets conformance run --only ID -- ./my-reader` runs one of them.\n"
    )
    parts = [lead]
    codes = {rule.anchor: rule.code for rule in CURRENT.every_rule}
    for rule, group in groupby(cases, key=lambda case: case["rule"]):
        name = rule.partition("#")[2]
        parts.append(f"\n## {name} {{ #{name} }}\n\n")
        parts.append(f"The clause: [{rule}](../{CURRENT.folder}/{rule}).\n")
        if rule in codes:
            parts.append(f"Its code: [`{codes[rule]}`](../{address(codes[rule])}).\n")
        parts.append(f"\n{HEAD}")
        parts += map(_row, group)
    return "".join(parts)


def _row(case: Mapping[str, Any]) -> str:
    asked = ", ".join(filter(None, (case["kind"], case.get("profile"), case.get("document"))))
    expected = f"`{case['code']}`" if "code" in case else "accept"
    why = escape(case.get("notes", {}).get("why", "")).replace("|", "&#124;")
    inputs = " ".join(_inputs(case["input"]))
    query = inspected(case)
    opened = "" if query is None else f"[open](../inspector/page.html?{query})"
    return f"| `{case['id']}` | {asked} | {expected} | {inputs} | {opened} | {why} |\n"


def inspected(case: Mapping[str, Any]) -> str | None:
    """The query with which the inspector of the site opens an input; None where it cannot."""
    given = case["input"]
    if not case["kind"].startswith(OPENED):
        return None
    if "recipe" in given:
        pieces = (
            piece["hex"] + (f"x{piece['repeat']}" if "repeat" in piece else "")
            for piece in given["recipe"]
        )
        query = f"name={case['id']}.pa&recipe={','.join(pieces)}"
        return query if len(query) <= LONGEST else None
    if "file" in given:
        return f"pack=conformance/{given['file']}"
    names = [row["name"] for row in given["files"]]
    if not all("sha256" in row for row in given["files"]):
        return None
    paths = (f"conformance/{given['directory']}/{name}" for name in FILES.values() if name in names)
    return "&".join(f"cartridge={path}" for path in paths) or None


@cache
def of_rule(rule: str) -> str | None:
    """The query for a case that breaks a rule: the smallest fault, which bears the rule's name."""
    found = (
        (not case["id"].startswith("rule-"), "order" in case, case["kind"] != "read", query)
        for case in _manifest()["cases"]
        if case["verdict"] == "reject" and case["rule"].endswith(f"#{rule}")
        if (query := inspected(case)) is not None
    )
    return min(found, default=(None,))[-1]


@cache
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((KIT / "manifest.json").read_text("utf-8"))
    return manifest


def _inputs(given: Mapping[str, Any]) -> Iterator[str]:
    """Links to the files of an input; a recipe is in the manifest."""
    if "recipe" in given:
        yield "[a recipe](../conformance/manifest.json)"
        return
    files = [(given["file"].rpartition("/")[2], given["file"])] if "file" in given else []
    folder = given.get("directory")
    files += [(row["name"], f"{folder}/{row['name']}") for row in given.get("files", ())]
    for name, path in files:
        shown = escape(name).replace("|", "&#124;")
        is_kept = (KIT / path).is_file() and not (KIT / path).is_symlink()
        yield f"[{shown}](../conformance/{path})" if is_kept else shown
