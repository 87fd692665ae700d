"""The page *Look up* leads to each page of its part of the site, and to those of the contract."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Final

from prometeu_assets.contract.current import CURRENT

ROOT: Final = Path(__file__).parents[2]
GENERATED: Final = ("prelude", "rules", "limits", "exports", "reader-compatibility")
"""Pages of the contract in which people look things up; codes are those of the tools there."""


def test_each_page_is_reached_from_look_up() -> None:
    text = (ROOT / "spec/reference/index.md").read_text("utf-8")
    links = {
        posixpath.normpath(f"reference/{link.partition('#')[0]}")
        for link in re.findall(r"\]\(([^)]+)\)", text)
    }
    nav = (ROOT / "mkdocs.yml").read_text("utf-8").partition("- Look up:\n")[2]
    part = nav.partition("\n  - ")[0]
    pages = {page for _, page in re.findall(r"- ([^:]+): (\S+)", part)} - {"reference/index.md"}
    assert len(pages) > 10
    assert pages | {f"{CURRENT.folder}/{name}.md" for name in GENERATED} <= links
    assert {"reference/codes.md", "reference/cases.md", "inspector.md"} <= links
