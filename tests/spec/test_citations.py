"""Every clause that the code cites is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CITED = sorted(
    {
        (match[1], match[2] or "")
        for path in (ROOT / "src").rglob("*.py")
        for match in re.finditer(r"spec/([a-z-]+\.md)(?:#([a-z0-9-]+))?", path.read_text("utf-8"))
    }
)


def test_something_is_cited() -> None:
    assert len(CITED) > 15


@pytest.mark.parametrize(("page", "anchor"), CITED)
def test_cited_clause_exists(page: str, anchor: str) -> None:
    text = (ROOT / "spec" / page).read_text("utf-8")
    if anchor:
        headings = {
            re.sub(r"[^a-z0-9]+", "-", h.lower()).strip("-")
            for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        }
        assert f"#{anchor}" in text or anchor in headings
