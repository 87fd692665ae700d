"""The options that every reporting verb has: --format, --max-issues, --quiet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator
from tests.cli.running import Cli
from tests.every import every
from tests.workspace.projects import Project, dump, edit

from prometeu_assets.catalog import CODES, address
from prometeu_assets.cli import machines
from prometeu_assets.cli.app import _VERBS, DONE, USAGE, WRONG_INPUT, app
from prometeu_assets.cli.examples import EXAMPLES
from prometeu_assets.cli.machines import Found
from prometeu_assets.diagnostics import AssetRef, Diagnostic

REPORTING = [
    ["init", "."], ["register", "assets/hero"], ["list"], ["build"], ["build", "--check"],
    ["inspect", "bad.pa"], ["validate", "bad.pa"], ["verify", "bad.pa"],
    ["extract", "bad.pa", "--out", "out"],
]  # fmt: skip
"""Verbs with arguments that give a diagnostic each in the broken project."""


@pytest.fixture
def broken(project: Project) -> Project:
    """A file with a warning, a file with two errors, and a file that is no pack."""
    (project.path / "bad.pa").write_bytes(b"PPA1")
    value = json.loads(project.anchor("hero").read_text())
    dump(project.anchor("hero"), {**value, "colour": 1, "name": 7})
    return project


# --- SARIF ----------------------------------------------------------------------------------

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}},
        "additionalProperties": False}  # fmt: skip
LEVEL = {"enum": ["none", "note", "warning", "error"]}
COUNT = {"type": "integer", "minimum": 1}


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties,
            "additionalProperties": False}  # fmt: skip


# The parts of the standard that are used, from its sections 3.13 to 3.49.
SARIF = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={"type": "array", "minItems": 1, "items": closed(
        ["tool", "results"],
        tool=closed(["driver"], driver=closed(
            ["name"], name={"type": "string"}, version={"type": "string"},
            rules={"type": "array", "uniqueItems": True, "items": closed(
                ["id"], id={"type": "string"}, shortDescription=TEXT,
                defaultConfiguration=closed([], level=LEVEL), properties={"type": "object"})})),
        columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        invocations={"type": "array", "items": closed(
            ["executionSuccessful"], executionSuccessful={"type": "boolean"},
            toolExecutionNotifications={
                "type": "array", "items": closed(["message"], message=TEXT, level=LEVEL)})},
        results={"type": "array", "items": closed(
            ["message"], message=TEXT, ruleId={"type": "string"},
            ruleIndex={"type": "integer", "minimum": 0}, level=LEVEL,
            properties={"type": "object"},
            locations={"type": "array", "items": closed(
                [],
                physicalLocation=closed(
                    ["artifactLocation"],
                    artifactLocation=closed(["uri"], uri={
                        "type": "string", "pattern": r"^[A-Za-z0-9%._~:/@!$&'()*+,;=-]+\Z"}),
                    region=closed(
                        [], startLine=COUNT, startColumn=COUNT,
                        byteOffset={"type": "integer", "minimum": 0})),
                logicalLocations={"type": "array", "items": closed(
                    [], fullyQualifiedName={"type": "string"})})})},
    )},
)  # fmt: skip


def sarif(text: str) -> list[dict[str, Any]]:
    """The results of a log that keeps to the standard."""
    log = json.loads(text)
    Draft202012Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert "None" not in result.get("properties", {}).values()
        assert rule["shortDescription"]["text"] == CODES[rule["id"]].summary
        assert rule["defaultConfiguration"]["level"] == result["level"]
        assert rule["properties"] == {"page": f"spec/{address(rule['id'])}"}
    return run["results"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("arguments", REPORTING, ids=" ".join)
def test_sarif_of_every_verb(cli: Cli, broken: Project, arguments: list[str]) -> None:
    ran = cli(*arguments, "--format", "sarif")
    assert (ran.code, ran.err) == (WRONG_INPUT, "")
    assert sarif(ran.out)


def test_sarif_says_where(cli: Cli, broken: Project) -> None:
    found = sarif(cli("build", "--format", "sarif").out)
    assert [row["ruleId"] for row in found] == ["DOCUMENT_SCHEMA"] * 2
    assert found[1]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "assets/hero/asset.json"},
                "region": {"startLine": 4, "startColumn": 11},
            },
            "logicalLocations": [{"fullyQualifiedName": "/name"}],
        }
    ]
    assert found[1]["properties"] == {"asset": "#1 hero", "keyword": "type"}
    (found,) = sarif(cli("validate", "bad.pa", "--format", "sarif").out)  # type: ignore[assignment]
    (place,) = found["locations"]  # type: ignore[call-overload]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "bad.pa"}, "region": {"byteOffset": 0},
    }  # fmt: skip


def test_sarif_of_what_is_well(cli: Cli, project: Project) -> None:
    assert cli("build").code == DONE
    for arguments in (["validate", "build/assets.pa"], ["inspect", "build/assets.pa"]):
        ran = cli(*arguments, "--format", "sarif")
        assert (ran.code, sarif(ran.out)) == (DONE, [])
    (found,) = sarif(cli("build", "--format", "sarif").out)
    assert (found["ruleId"], found["level"]) == ("ROOT_UNREGISTERED", "warning")


def test_sarif_of_several_reports_is_one_log(cli: Cli, broken: Project) -> None:
    ran = cli("validate", "bad.pa", "bad.pa", "--format", "sarif")
    assert [row["ruleId"] for row in sarif(ran.out)] == ["PRELUDE_LEGACY"] * 2


def test_sarif_says_that_it_is_cut(cli: Cli, broken: Project) -> None:
    ran = cli("build", "--format", "sarif", "--max-issues", 1)
    assert len(sarif(ran.out)) == 1
    (invocation,) = json.loads(ran.out)["runs"][0]["invocations"]
    assert "More was found" in invocation["toolExecutionNotifications"][0]["message"]["text"]


FILES = {
    # file of a diagnostic, below the current directory: how SARIF spells it
    "a b/\u00e9#?%.json": "a%20b/%C3%A9%23%3F%25.json",
    "../up.json": "../up.json",
    "plain": "plain",
}


@pytest.mark.parametrize("file", FILES)
def test_sarif_spells_paths_as_uris(file: str) -> None:
    log = machines.sarif(
        [Found(Diagnostic(code=CODES["PRELUDE_LEGACY"]), file, None, None)], cut=False
    )
    (result,) = sarif(json.dumps(log))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == FILES[file]


def test_a_path_from_elsewhere_is_absolute(tmp_path: Path) -> None:
    file = (tmp_path / "x y.pa").as_posix()
    log = machines.sarif(
        [Found(Diagnostic(code=CODES["PRELUDE_LEGACY"]), file, None, None)], cut=False
    )
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
        "uri"
    ]
    assert uri.startswith("file:///")
    assert uri.endswith("/x%20y.pa")


# --- GitHub ---------------------------------------------------------------------------------

COMMAND = re.compile(r"::(error|warning) ((?:\w+=[^,:\r\n]*)(?:,\w+=[^,:\r\n]*)*)::([^\r\n]*)")


@pytest.mark.parametrize("arguments", REPORTING, ids=" ".join)
def test_github_of_every_verb(cli: Cli, broken: Project, arguments: list[str]) -> None:
    ran = cli(*arguments, "--format", "github")
    assert (ran.code, ran.err) == (WRONG_INPUT, "")
    lines = ran.out.splitlines()
    assert lines
    assert all(COMMAND.fullmatch(line) for line in lines)


def test_github_says_where(cli: Cli, broken: Project) -> None:
    lines = cli("build", "--format", "github").out.splitlines()
    assert lines[1] == (
        "::error file=assets/hero/asset.json,line=4,col=11,title=DOCUMENT_SCHEMA"
        "::/name is 7; it must be of type string."
    )


def test_github_escapes() -> None:
    assert "Code" not in CODES
    diagnostic = Diagnostic(
        code="DOCUMENT_SCHEMA", data={"what": "50% of\r\na: b, c"}, asset=AssetRef(id=1)
    )
    assert machines.annotation(Found(diagnostic, "a,b:c%\r\n.json", (3, 4), diagnostic.hint)) == (
        "::error file=a%2Cb%3Ac%25%0D%0A.json,line=3,col=4,title=DOCUMENT_SCHEMA"
        "::50%25 of\\r\\na: b, c."
    )
    assert machines.annotation(Found(diagnostic, None, None, None)).startswith(
        "::error title=DOCUMENT_SCHEMA::"
    )


def test_files_are_named_from_the_current_directory(
    cli: Cli, broken: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There CI looks for them, wherever in the repository the project is."""
    monkeypatch.chdir(broken.path.parent)
    assert "file=game/assets/hero/asset.json," in cli("build", "game", "--format", "github").out
    assert "file=game/assets/hero/asset.json," in cli(
        "build", broken.path, "--format", "github"
    ).out  # fmt: skip
    monkeypatch.chdir(broken.root("hero"))
    assert "file=../../assets/hero/asset.json," in cli("build", "--format", "github").out
    (found, _) = sarif(cli("build", "--format", "sarif").out)
    uri = found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "../../assets/hero/asset.json"


# --- how much -------------------------------------------------------------------------------


@pytest.fixture
def many(project: Project) -> Project:
    """Ten errors in one file; in the list, two warnings before them."""
    value = json.loads(project.anchor("fx").read_text())
    dump(project.anchor("fx"), {**value, **{f"member{n}": n for n in range(10)}})
    return project


def test_at_most_so_many_are_shown(cli: Cli, many: Project) -> None:
    ran = cli("build", "--max-issues", 3)
    assert ran.err.count("error DOCUMENT_SCHEMA") == 3
    assert ran.err.endswith("\n… and 7 more\n")
    for enough in (10, 11):
        ran = cli("build", "--max-issues", enough)
        assert ran.err.count("error DOCUMENT_SCHEMA") == 10
        assert "more" not in ran.err
    ran = cli("build", "--max-issues", 4, "--format", "github")
    assert len(ran.out.splitlines()) == 4


def test_json_says_that_it_is_cut(cli: Cli, many: Project) -> None:
    report = cli("build", "--max-issues", 3, "--format", "json").value("report")
    assert (len(report["diagnostics"]), report["truncated"], report["ok"]) == (3, True, False)
    report = cli("build", "--max-issues", 10, "--format", "json").value("report")
    assert (len(report["diagnostics"]), report["truncated"]) == (10, False)


def test_at_least_so_many_when_the_report_itself_is_cut(cli: Cli, many: Project) -> None:
    value = json.loads(many.anchor("fx").read_text())
    dump(many.anchor("fx"), {**value, **{f"member{n}": n for n in range(1_200)}})
    assert cli("build", "--max-issues", 1).err.endswith("\n… and at least 999 more\n")


def test_errors_come_before_warnings(cli: Cli, project: Project) -> None:
    """With room for one, the error is shown, though a warning was found before it."""
    project.version = 1
    project.write_index(assets=[{k: v for k, v in row.items() if k != "included_in_build"}
                                for row in project.rows])  # fmt: skip
    edit(project.anchor("fx"), name=7)
    codes = [
        d["code"] for d in cli("list", "--format", "json").value("listing")["report"]["diagnostics"]
    ]
    assert codes == ["DOCUMENT_OLD", "DOCUMENT_SCHEMA"]
    ran = cli("list", "--max-issues", 1)
    assert "DOCUMENT_SCHEMA" in ran.err
    assert "DOCUMENT_OLD" not in ran.err


def test_the_count_is_of_the_whole_run(cli: Cli, broken: Project) -> None:
    ran = cli("validate", "bad.pa", "bad.pa", "bad.pa", "--max-issues", 2)
    assert ran.out.count("not valid") == 3, "results are not diagnostics"
    assert ran.err.count("PRELUDE_LEGACY") == 2
    assert ran.err.endswith("\n… and 1 more\n")


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_number_that_is_none(cli: Cli, project: Project, number: str) -> None:
    assert cli("build", "--max-issues", number).code == USAGE


def test_quiet(cli: Cli, project: Project) -> None:
    ran = cli("build", "--quiet")
    assert (ran.code, ran.err) == (DONE, "")
    assert ran.out.startswith("built ")
    report = cli("build", "-q", "--format", "json").value("build-result")["report"]
    assert (report["diagnostics"], report["truncated"]) == ([], False)
    assert cli("build", "-q", "--format", "github").out == ""
    edit(project.anchor("fx"), name=7)
    ran = cli("build", "-q")
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert ran.err.startswith("error DOCUMENT_SCHEMA")


def test_quiet_has_no_bar(cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("prometeu_assets.cli.progress.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("prometeu_assets.cli.progress.terminal", lambda: True)
    assert cli("build", "-q").err == ""


# --- build --check --------------------------------------------------------------------------


def test_check(cli: Cli, project: Project) -> None:
    ran = cli("build", "--check")
    assert (ran.code, ran.out, ran.err.count("error OUTPUT_STALE")) == (WRONG_INPUT, "", 4)
    assert not (project.path / "build").exists()
    assert cli("build").code == DONE
    ran = cli("build", "--check")
    assert (ran.code, ran.out) == (DONE, "up to date\n")
    assert "unchanged" in cli("build").out
    assert "unchanged" not in cli("build", "--fresh").out
    assert cli("build", "--check", "--format", "json").value("report")["ok"] is True
    (project.path / "build/preload.json").write_text("[]")
    ran = cli("build", "--fresh", "--check", "-q")
    said = "error OUTPUT_STALE: build/preload.json is not up to date: it differs from byte 1 on."
    assert ran.err.startswith(said)
    assert "at build/preload.json:1:2\n" in ran.err
    report = cli("build", "--check", "-q", "--format", "json").value("report")
    assert [d["file"] for d in report["diagnostics"]] == ["build/preload.json"]


# --- help -----------------------------------------------------------------------------------


@every([*_VERBS, *(verb for verb in EXAMPLES if " " in verb)])
def test_help_has_an_example(verb: str, cli: Cli) -> None:
    ran = cli(*verb.split(), "--help")
    assert (ran.code, ran.err) == (DONE, "")
    shown = ran.out.partition("\nUsage: ")[2] or ran.out
    assert re.search(rf"(?m)^ +(?:\w+ +)?prometeu-assets {verb}\b", shown)
    for line in EXAMPLES.get(verb, ()):
        assert f"  prometeu-assets {line}\n" in ran.out, "on a line of its own"


def test_every_example_is_one_the_verb_takes(cli: Cli, tmp_path: Path) -> None:
    """Its verb and options are known, whatever becomes of its files."""
    for lines in EXAMPLES.values():
        for line in lines:
            words = line.partition(" > ")[0].split()
            if words[0] == "conformance":
                continue  # it runs a reader
            command = app.get_command(click.Context(app), words[0])
            assert command is not None
            command.make_context(words[0], words[1:], resilient_parsing=False)


@every([
        (["bild"], "'build'"), (["list-all"], "'list'"), (["inspct", "a.pa"], "'inspect'"),
        (["build", "--chek"], "--check"), (["--colour", "never", "list"], "--color"),
        (["schema", "shwo"], "show"), (["schema", "show", "carridge"], "cartridge"),
        (["build", "--format", "jsn"], "json"),
    ])  # fmt: skip
def test_what_is_misspelled_is_guessed(arguments: list[str], nearest: str, cli: Cli) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (USAGE, "")
    assert nearest in ran.err


def test_what_resembles_nothing_is_not_guessed(cli: Cli) -> None:
    assert "Did you mean" not in cli("qqqq").err


def test_the_options_outside_of_a_run() -> None:
    """Whoever uses `Output` without the command line gets everything."""
    from prometeu_assets.cli.output import Output

    assert Output(format="text").settings.max_issues is None


def test_half_of_a_character_is_escaped(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    from prometeu_assets.cli.output import Output

    Output(format="json").value({"name": "\udcff"})
    assert capsys.readouterr().out == '{\n  "name": "\\\\xff"\n}\n'
