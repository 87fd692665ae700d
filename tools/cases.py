"""The page of the conformance cases: each below the clause that it is about, with its input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from prometeu_assets.contract.current import CURRENT

KIT = Path(__file__).resolve().parents[1] / "conformance"
HEAD = "| Case | Asked | Expected | Input | Why |\n|---|---|---|---|---|\n"


def page() -> str:
    """The page, from the manifest of the kit."""
    manifest = json.loads((KIT / "manifest.json").read_text("utf-8"))
    cases = sorted(manifest["cases"], key=lambda case: (case["rule"], case["id"]))
    lead = (
        "---\nhide:\n  - toc  # the table needs the room\n---\n# Cases\n\n"
        f"The {len(cases)} cases of the [conformance kit](../conformance/README.md), suite "
        f"{manifest['suite_version']}, each below the clause that it is about.\n"
        "A link leads to the input, to be downloaded.\n"
        "`prometeu-assets conformance run --only ID -- ./my-reader` runs one of them.\n"
    )
    parts = [lead]
    for rule, group in groupby(cases, key=lambda case: case["rule"]):
        name = rule.partition("#")[2]
        parts.append(f"\n## {name} {{ #{name} }}\n\n")
        parts.append(f"The clause: [{rule}](../{CURRENT.folder}/{rule}).\n\n{HEAD}")
        parts += map(_row, group)
    return "".join(parts)


def _row(case: Mapping[str, Any]) -> str:
    asked = ", ".join(filter(None, (case["kind"], case.get("profile"), case.get("document"))))
    expected = f"`{case['code']}`" if "code" in case else "accept"
    why = escape(case.get("notes", {}).get("why", "")).replace("|", "&#124;")
    inputs = " ".join(_inputs(case["input"]))
    return f"| `{case['id']}` | {asked} | {expected} | {inputs} | {why} |\n"


def _inputs(given: Mapping[str, Any]) -> Iterator[str]:
    """Links to the files of an input; a recipe has none."""
    if "recipe" in given:
        yield "a recipe in the manifest"
        return
    files = [(given["file"].rpartition("/")[2], given["file"])] if "file" in given else []
    folder = given.get("directory")
    files += [(row["name"], f"{folder}/{row['name']}") for row in given.get("files", ())]
    for name, path in files:
        shown = escape(name).replace("|", "&#124;")
        is_kept = (KIT / path).is_file() and not (KIT / path).is_symlink()
        yield f"[{shown}](../conformance/{path})" if is_kept else shown
