"""Where a diagnostic points to: line and column in what people can open in an editor."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

import pytest
from tests.cli.running import Cli
from tests.workspace.projects import Project, dump

from prometeu_assets import viewpoint
from prometeu_assets.contract.text import scan

CASES: dict[str, tuple[str, str, int, int]] = {
    # file below the project: its text, the line and the column of the fault
    "comma": ("assets/hero/asset.json", '{\n  "name": "\u00e9\u00e9",\n}\n', 3, 1),
    "same line": ("assets/hero/asset.json", '{"name": "\u00e9\u2764", oops}', 1, 16),
    "windows lines": ("assets/hero/asset.json", '{\r\n  "name": nil\r\n}', 2, 12),
    "repeated": ("assets/hero/asset.json", '{"a": 1,\n "a": 2}', 2, 2),
    "index": ("assets/.prometeu/index.json", '{\n"assets": [],\n"schema_version": 2,\n"next_asset_id": 0}', 4, 18),
    "hex": ("assets/hero/colors.hex", "000000\nff0044\nred\n", 3, 1),
    "gpl": ("assets/hero/colors.gpl", "GIMP Palette\n#\n  0   0   0\nred green\n", 4, 1),
    "pal": ("assets/hero/colors.pal", "JASC-PAL\r\n0100\r\n1\r\n0 0\r\n", 4, 1),
    "json": ("assets/hero/colors.json", '{"colors": [\n  "#000000",\n  "red"]}', 3, 3),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_line_and_column(cli: Cli, project: Project, case: str) -> None:
    file, text, line, column = CASES[case]
    name = Path(file).name
    if name.startswith("colors."):
        anchor = json.loads(project.anchor("hero").read_text())
        anchor["inputs"]["palettes"] = [name]
        dump(project.anchor("hero"), anchor)
    (project.path / file).write_bytes(text.encode("utf-8"))
    ran = cli("build")
    assert f"at {file}:{line}:{column}" in ran.err
    found = cli("build", "--format", "json").value("report")["diagnostics"][0]
    assert (found["file"], found["line"], found["column"]) == (file, line, column)


def test_what_is_absent_has_the_place_of_what_should_hold_it(cli: Cli, project: Project) -> None:
    """Members that are required, at any depth: each in turn is left out."""
    whole = json.loads(project.anchor("hero").read_text())
    for path in (("name",), ("output",), ("output", "format"), ("output", "metadata")):
        value = json.loads(json.dumps(whole))
        holder = value
        for name in path[:-1]:
            holder = holder[name]
        del holder[path[-1]]
        text = json.dumps(value, indent=2)
        project.anchor("hero").write_text(text)
        before = text[: text.index('"output": {') + len('"output": ')] if path[:-1] else ""
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        (found,) = cli("build", "--format", "json").value("report")["diagnostics"]
        assert (found["line"], found["column"]) == (line, column), path


def test_a_place_in_what_is_no_text(cli: Cli, project: Project) -> None:
    (project.root("hero") / "sheet.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    ran = cli("build")
    assert "at assets/hero/sheet.png byte 8 (asset #1 hero)" in ran.err
    assert ".png:" not in ran.err


def test_a_header_is_no_text_file(cli: Cli, project: Project) -> None:
    cli("build")
    pack = project.path / "build/assets.pa"
    data = bytearray(pack.read_bytes())
    data[33] ^= 1
    pack.with_name("copy").write_bytes(data)
    assert "at build/copy byte 28" in cli("validate", "build/copy").err


def test_a_file_is_read_once(cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    value = json.loads(project.anchor("hero").read_text())
    dump(project.anchor("hero"), {**value, **{f"member{n}": n for n in range(300)}})
    scans = 0
    original = scan

    def counted(*arguments: object, **options: object) -> object:
        nonlocal scans
        scans += 1
        return original(*arguments, **options)  # type: ignore[arg-type]

    read = mock.Mock(wraps=viewpoint.read_inside)
    monkeypatch.setattr(viewpoint, "scan", counted)
    monkeypatch.setattr(viewpoint, "read_inside", read)
    assert cli("build").err.count("DOCUMENT_SCHEMA") == 300
    assert scans == 1
    assert read.call_count == 1


def test_a_long_report_is_cut_and_says_so(cli: Cli, project: Project) -> None:
    for root in ("hero", "fx"):
        value = json.loads(project.anchor(root).read_text())
        dump(project.anchor(root), {**value, **{f"member{n}": n for n in range(600)}})
    ran = cli("build")
    assert ran.err.count("DOCUMENT_SCHEMA") == 1000
    assert ran.err.rstrip().endswith("only the first are shown.")
    report = cli("build", "--format", "json").value("report")
    assert (len(report["diagnostics"]), report["truncated"]) == (1000, True)


def test_a_column_behind_a_byte_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.gpl").write_bytes("é".encode() + b"\xff?\n")
    assert viewpoint.TextFile(tmp_path, "a.gpl").line_and_column(3) == (1, 3)
