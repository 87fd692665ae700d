"""The decision records: complete, listed, and naming definitions that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.every import every

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "spec" / "decisions"
RECORDS: Final = sorted(FOLDER.glob("[0-9]*.md"))
SECTIONS: Final = (
    "Context",
    "Decision",
    "Why",
    "Rejected",
    "What to change if the console's team decides otherwise",
)
DEFINITION: Final = re.compile(r"- `([^`]+)`: ((?:`[^`]+`(?:, )?)+)")

each_record = every(RECORDS)


def parts(record: Path) -> dict[str, str]:
    """Section title to text; the part before the first is ``""``."""
    head, *rest = re.split(r"^## ", record.read_text(encoding="utf-8"), flags=re.MULTILINE)
    titled = (section.partition("\n") for section in rest)
    return {"": head} | {title: text.strip() for title, _, text in titled}


@each_record
def test_a_record_has_every_section_with_text(record: Path) -> None:
    found = parts(record)
    assert tuple(found)[1:] == SECTIONS
    assert all(found.values())


@each_record
def test_a_record_has_number_status_and_date(record: Path) -> None:
    number = record.name[:4]
    assert re.match(
        rf"# {number}: .+\n\n- Status: (?:accepted|replaced by \[\d{{4}}\]\(.+\))\n"
        r"- Date: \d{4}-\d{2}-\d{2}\n",
        parts(record)[""],
    )


@each_record
def test_a_record_names_a_definition_that_exists(record: Path) -> None:
    lines = parts(record)[SECTIONS[-1]].splitlines()
    assert lines
    for line in lines:
        match = DEFINITION.fullmatch(line)
        assert match, line
        text = (ROOT / match[1]).read_text(encoding="utf-8")
        missing = [name for name in re.findall(r"`([^`]+)`", match[2]) if name not in text]
        assert missing == []


def test_records_have_a_number_each_and_are_listed_once() -> None:
    assert len({record.name[:4] for record in RECORDS}) == len(RECORDS)
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d{4})\]\((.+?)\) \| (.+) \|$", index, re.MULTILINE)
    titles = [parts(record)[""].partition(": ")[2].partition("\n")[0] for record in RECORDS]
    wanted = [(r.name[:4], r.name, title) for r, title in zip(RECORDS, titles, strict=True)]
    assert sorted(rows) == wanted
