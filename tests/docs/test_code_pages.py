"""The pages of the codes: every code has its entry, and a real example."""

from __future__ import annotations

import os
import re
import string
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.docs.cases import CASES, shown
from tests.every import every
from tests.spec.test_spec_pages import SPEC

from prometeu_assets.catalog import CODES, GROUPS
from prometeu_assets.cli.app import DONE
from prometeu_assets.codes.explain import examples, fixes

PAGES = {group: SPEC / "codes" / f"{group}.md" for group in GROUPS}


def entry(code: str) -> str:
    """The part of a group's page that is about one code."""
    (group,) = (name for name, codes in GROUPS.items() if code in {row.name for row in codes})
    text = PAGES[group].read_text(encoding="utf-8")
    return text.partition(f"{{ #{code} }}")[2].partition("\n## ")[0]


@every(CODES)
def test_a_code_has_an_entry(code: str) -> None:
    text = entry(code)
    assert f"**{str(CODES[code].severity).capitalize()}.** " in text
    assert f" {code}: " in text, "its example"
    assert "How to fix it:" in text or code in SAY_IT_ALL
    assert "{" not in re.sub(r"```.*?```|`[^`]*`|\{\"colors\".*?\}", "", text, flags=re.DOTALL)


def test_advice_names_what_it_fills_in() -> None:
    """Each name of a hint is there in brackets, but for that of the project: no need to say it."""
    seen = set()
    for code in CODES.values():
        hints = list(dict.fromkeys(hint for hint in (code.hint, *code.hints.values()) if hint))
        for hint, told in zip(hints, fixes(code), strict=True):
            names = {name for _, name, _, _ in string.Formatter().parse(hint) if name is not None}
            seen |= names
            left_out = {"project", "of_project"}
            assert all((f"<{name}>" in told) is (name not in left_out) for name in names), hint
    assert {"project", "of_project"} < seen


SAY_IT_ALL = {"DOCUMENT_NESTING", "ASSET_FORMAT", "ASSET_ROLES"}
"""Codes whose message already says what would be right."""


@pytest.mark.skipif(os.sep != "/", reason="recorded where `/` stands in paths")
@every(CODES)
def test_an_example_is_what_is_printed_now(code: str, tmp_path: Path) -> None:
    assert code in CASES, "add a case to tests/docs or tests/workspace/test_every_code.py"
    assert examples()[code] == shown(code, tmp_path), (
        "run tools/examples.py, then tools/generate.py"
    )


def test_every_example_is_of_a_code() -> None:
    assert list(examples()) == [code for code in CODES if code in examples()]
    for code, text in examples().items():
        assert text.startswith(f"{CODES[code].severity} {code}: ")
        assert "/tmp" not in text


@every(CODES)
def test_every_template_is_one(code: str) -> None:
    """Nothing but names stands in the braces, and a hint fills in nothing by position."""
    row = CODES[code]
    for text in (row.message, row.hint, *row.hints.values()):
        for _, name, form, _ in string.Formatter().parse(text):
            assert name is None or name.isidentifier()
            assert not form or (
                text != row.message and form in ("place", "places", "root", "argument")
            )
    assert all(text[0] != text[0].lower() or not text[0].isalpha() for text in fixes(row))
    for text in (row.summary, row.meaning):
        assert not text or text.endswith(".")


def test_the_overview_links_to_every_code() -> None:
    text = (SPEC / "reference/codes.md").read_text(encoding="utf-8")
    assert re.findall(r"\.\./codes/\w+\.md#([A-Z0-9_]+)", text) == list(CODES)


@pytest.mark.parametrize("code", ["SHEET_COLOR", "PRELOAD_SLOT", "DOCUMENT_OLD"])
def test_the_command_line_says_the_same(capsys: pytest.CaptureFixture[str], code: str) -> None:
    ran = Cli(capsys)("codes", code)
    assert ran.code == DONE
    said = " ".join(ran.out.split())
    row = CODES[code]
    for text in (row.summary, row.meaning, examples()[code], *fixes(row)):
        assert " ".join(text.split()) in said
