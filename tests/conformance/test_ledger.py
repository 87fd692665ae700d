"""The ledger gains lines, and never loses or changes one."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prometeu_assets.cli.app import run
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance import manifest
from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.kit import Kit
from prometeu_assets.conformance.ledger import LEDGER, decoded, encoded, line, unkept
from prometeu_assets.conformance.manifest import SUITE_VERSION
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract

CLOSED = {
    ("1.0.0", "1.1.0"): (
        789,
        "9314da170be7e327019cb9b056f0684e0b570411b92a198c7694ca929f58f56c",
    ),
    ("1.2.0",): (
        1736,
        "9bcbc40e4e47f71caeedc4d2f1e741928214a416a002d7ac95d4781d0a884c7d",
    ),
}
"""The suites that are closed: how many lines they have, and the digest of these lines.

A new case belongs to the next suite: raise `SUITE_VERSION`.
"""


@pytest.fixture
def text(kit: Kit) -> bytes:
    return (kit.directory / LEDGER).read_bytes()


@pytest.mark.parametrize("suites", CLOSED)
def test_what_was_published_stands(text: bytes, suites: tuple[str, ...]) -> None:
    lines = [t for t in text.splitlines(keepends=True) if json.loads(t)["since"] in suites]
    assert (len(lines), hashlib.sha256(b"".join(lines)).hexdigest()) == CLOSED[suites]


def test_the_suites_are_listed(kit: Kit, text: bytes) -> None:
    page = (kit.directory / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"(?m)^\| (\d+\.\d+\.\d+) \| (\d+) \|", page)
    counts = Counter(json.loads(line)["since"] for line in text.splitlines())
    assert {suite: int(number) for suite, number in listed} == counts


def test_every_case_has_its_line(kit: Kit, text: bytes) -> None:
    def view(row: dict[str, str]) -> bytes | None:
        return (kit.directory / row["expect"]).read_bytes() if "expect" in row else None

    lines = {row["id"]: line(row, view(row)) for row in kit.manifest["cases"]}
    assert encoded(lines) == text
    assert decoded(text) == lines
    assert {found.since for found in lines.values()} <= {*itertools.chain(*CLOSED), SUITE_VERSION}
    for row in map(json.loads, text.splitlines()):
        assert list(CURRENT.documents.violations(("conformance-ledger", 1), row)) == []


def test_each_change_is_told(text: bytes) -> None:
    published = decoded(text)
    good = published["accept-base"]
    for new, what in (
        (None, "is not derived any more; suite 1.0.0 published it"),
        (replace(good, input="0" * 64), "has another input than suite 1.0.0 published"),
        (replace(good, expectation="0" * 64), "has another expectation than suite 1.0.0 published"),
        (replace(good, since="1.2.0"), "has another since than suite 1.0.0 published"),
    ):
        derived = {**published, "new": replace(good, id="new")}
        derived |= {} if new is None else {"accept-base": new}
        if new is None:
            del derived["accept-base"]
        assert list(unkept(published, derived)) == [f"accept-base {what}"]


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_nothing_published_is_changed_or_dropped(
    kit: Kit,
    made: dict[str, Case],
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dropped, changed, judged = "accept-base", "accept-empty", "json-accept-zero"
    new = replace(made[dropped], id="accept-other")

    def derived(contract: Contract) -> Iterator[Case]:
        yield new
        yield replace(made[changed], recipe=made[dropped].recipe)
        yield replace(made[judged], kind="canonical-json", recipe=(b"00",), verdict="reject",
                      code="HEADER_JSON", rule="header-json")  # fmt: skip

    chosen = {id: found for id, found in kits.ledger(kit.directory).items()
              if id in (dropped, changed, judged)}  # fmt: skip
    (tmp_path / LEDGER).write_bytes(encoded(chosen))
    for name in ("kit_directory", "checkout_directory"):
        monkeypatch.setattr(kits, name, lambda: tmp_path)
    monkeypatch.setattr(manifest, "cases", derived)
    assert run(["conformance", "build", *options]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.splitlines()) == ("", [
        f"refused: {dropped} is not derived any more; suite 1.0.0 published it",
        f"refused: {changed} has another input than suite 1.0.0 published",
        f"refused: {changed} has another expectation than suite 1.0.0 published",
        f"refused: {judged} has another input than suite 1.0.0 published",
        f"refused: {judged} has another expectation than suite 1.0.0 published",
    ])  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER]


def test_a_case_that_the_reader_judges_otherwise_is_refused(
    made: dict[str, Case], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = replace(made["prelude-flags-one"], code="PRELUDE_RESERVED")
    monkeypatch.setattr(manifest, "cases", lambda contract: [wrong])
    assert run(["conformance", "build", "--check"]) == 1
    assert capsys.readouterr().err.startswith("refused: prelude-flags-one: PRELUDE_RESERVED was")


def test_without_a_ledger_nothing_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("kit_directory", "checkout_directory"):
        monkeypatch.setattr(kits, name, lambda: tmp_path)
    assert run(["conformance", "build"]) == 3
    assert "the kit is damaged" in capsys.readouterr().err
