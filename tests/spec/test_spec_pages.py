"""The specification's pages: every rule has its anchor, every link leads somewhere."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.text import TextFault, scan

SPEC: Final = Path(__file__).parents[2] / "spec"
PAGES: Final = sorted(path.relative_to(SPEC).as_posix() for path in SPEC.rglob("*.md"))
WRITTEN: Final = [page for page in PAGES if not page.startswith(("reference/", "codes/"))]
FENCE: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
HEADING: Final = re.compile(r"#+ +(.*?)(?: *\{ *#([\w-]+) *\})?")
LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CITED: Final = {
    "container": "prelude file payload checksum worked-pack",
    "header": "text canonical schema asset-table preload metadata numbers",
    "banks": "tiles sounds rgb565 indices",
    "reader": "order profiles limits slices verdicts lifetime",
}
"""Anchors that docstrings cite, beside those of the rules."""


@cache
def prose(page: str) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", (SPEC / page).read_text(encoding="utf-8"))


def slug(title: str) -> str:
    """The id that a heading gets when it states none."""
    plain = re.sub(r"[^\w\s-]", "", title.replace("`", "")).strip().lower()
    return re.sub(r"[-\s]+", "-", plain)


@cache
def blocks(page: str) -> tuple[tuple[str, str], ...]:
    """(anchor, text) of everything on a page that can be linked to.

    The text of a heading is its section up to the next heading; that of a paragraph is its own.
    """
    found: list[tuple[str, str]] = []
    for section in re.split(r"^(?=#+ )", prose(page), flags=re.MULTILINE):
        title, _, _ = section.partition("\n")
        match = HEADING.fullmatch(title)
        if match:
            found.append((match[2] or slug(match[1]), section))
        for paragraph in section.split("\n\n"):
            own = re.search(r"^\{ *#([\w-]+) *\}$", paragraph, re.MULTILINE)
            if own:
                found.append((own[1], paragraph))
    return tuple(found)


def anchors(page: str) -> set[str]:
    return {anchor for anchor, _ in blocks(page)}


@pytest.mark.parametrize("rule", CURRENT.every_rule, ids=lambda rule: rule.id)
def test_a_rule_is_stated_once_on_its_page_with_its_code(rule: Rule) -> None:
    texts = [text for anchor, text in blocks(f"{rule.page}.md") if anchor == rule.id]
    assert len(texts) == 1
    assert f"`{rule.code}`" in texts[0]
    assert "MUST" in texts[0]


def test_a_rule_is_stated_on_no_other_page() -> None:
    pages = {rule.id: f"{rule.page}.md" for rule in CURRENT.every_rule}
    strays = [
        f"{page}#{anchor}"
        for page in WRITTEN
        for anchor, _ in blocks(page)
        if pages.get(anchor, page) != page
    ]
    assert strays == []


ORDERS = {"reader.md": CURRENT.rules, "cartridge.md": CURRENT.load_rules}


def test_reader_outline_rejects_in_the_order_of_the_rules() -> None:
    outline = (SPEC / "reader.md").read_text(encoding="utf-8").partition("{ #outline }")[2]
    outline = outline.partition("```text")[2].partition("```")[0]
    codes = re.findall(r"\b[A-Z]+_[A-Z0-9_]+\b", outline)
    wanted = [rule.code for rule in CURRENT.rules if rule.profile == "reader"]
    assert _merged(codes) == _merged(wanted)


def _merged(codes: list[str]) -> list[str]:
    """Codes with direct repeats left out: one line may hold two rules, or one rule two lines."""
    return [code for i, code in enumerate(codes) if i == 0 or codes[i - 1] != code]


@pytest.mark.parametrize("page", CITED)
def test_anchors_cited_elsewhere_exist(page: str) -> None:
    assert set(CITED[page].split()) <= anchors(f"{page}.md")


@pytest.mark.parametrize("page", PAGES)
def test_anchors_of_a_page_are_unique(page: str) -> None:
    counted = Counter(anchor for anchor, _ in blocks(page))
    assert [anchor for anchor, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("page", WRITTEN)
def test_local_links_resolve(page: str) -> None:
    broken = []
    for target in LINK.findall(prose(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = ((SPEC / page).parent / path).resolve() if path else SPEC / page
        if not file.is_file() or (
            anchor and anchor not in anchors(file.relative_to(SPEC.resolve()).as_posix())
        ):
            broken.append(target)
    assert broken == []


def test_docstrings_cite_anchors_of_these_pages_that_exist() -> None:
    source = Path(__file__).parents[2] / "src" / "prometeu_assets"
    cited = {
        match
        for path in source.rglob("*.py")
        for match in re.findall(r"spec/([a-z-]+\.md)#([\w-]+)", path.read_text(encoding="utf-8"))
    }
    ours = [(page, anchor) for page, anchor in cited if page.removesuffix(".md") in CITED]
    missing = [f"{page}#{anchor}" for page, anchor in ours if anchor not in anchors(page)]
    assert missing == []


@pytest.mark.parametrize("page", WRITTEN)
def test_one_sentence_a_line(page: str) -> None:
    crowded = [
        line
        for line in prose(page).splitlines()
        if not line.startswith(("|", "#")) and re.search(r"[a-z`)][.!?] [A-Z]", line)
    ]
    assert crowded == []


def _violations() -> list[tuple[str, int, str]]:
    """Rows of the table of first violations that give their text literally."""
    section = prose("header.md").partition("{ #first-violation }")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| byte (\d+).*?\| `(\w+)` \|", section, re.MULTILINE)
    return [(text, int(offset), code) for text, offset, code in rows if text != "EF BB BF"]


@pytest.mark.parametrize(("text", "offset", "code"), _violations())
def test_first_violations_are_where_the_page_says(text: str, offset: int, code: str) -> None:
    with pytest.raises(TextFault) as caught:
        scan(text.encode())
    assert (caught.value.offset, f"HEADER_{caught.value.kind.upper()}") == (offset, code)


def test_there_are_enough_examples_of_first_violations() -> None:
    assert {code for _, _, code in _violations()} == {"HEADER_JSON", "HEADER_NUMBER"}
    assert len(_violations()) >= 10
