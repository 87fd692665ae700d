"""The verb ``migrate``, for people, for machines and for CI."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest
from tests.cli.running import Cli, other_process
from tests.migrate.documents import backups, documents
from tests.workspace.projects import ASSET, TABLE, Project, edit, snapshot

from prometeu_assets.cli.app import DONE, ENVIRONMENT, USAGE, WRONG_INPUT
from prometeu_assets.storage import files
from prometeu_assets.storage.lock import Lock

CURRENT_TEXT = "Every document is current: nothing to do.\n"
FILES = ["assets/.prometeu/index.json", "assets/hero/asset.json", "assets/fx/asset.json"]


def test_for_people(cli: Cli, old: Project) -> None:
    before = snapshot(old.path)
    ran = cli("migrate", "--dry-run")
    assert (ran.code, ran.err) == (DONE, "")
    for name, newest in zip(FILES, (TABLE, ASSET, ASSET), strict=True):
        assert f"--- {name} (version 1)\n+++ {name} (version {newest})\n@@ " in ran.out
    assert '-    "codec": "RAW",\n+    "codec": "NONE",\n' in ran.out
    assert ran.out.endswith(
        "would migrate 3 documents; nothing was written\n"
        "  new: assets/.prometeu/released.json\n"
        f"  new: assets/.prometeu/schemas/asset/v{ASSET}.json\n"
    )
    assert snapshot(old.path) == before
    told = cli("migrate")
    assert (told.code, told.err) == (DONE, "")
    diff = ran.out.rpartition("would")[0]
    assert told.out.startswith(diff), "what was said is what is done"
    assert told.out.removeprefix(diff).splitlines() == [
        "migrated 3 documents",
        "  new: assets/.prometeu/released.json",
        f"  new: assets/.prometeu/schemas/asset/v{ASSET}.json",
        "  originals in assets/.prometeu/backup/1-asset-v1-index-v1",
        "  to remove them: prometeu-assets migrate --discard-backup",
    ]
    assert cli("migrate") == (DONE, CURRENT_TEXT, "")
    assert cli("migrate", "--dry-run") == (DONE, CURRENT_TEXT, "")
    ran = cli("migrate", "--discard-backup")
    assert (ran.code, ran.out) == (DONE, "removed assets/.prometeu/backup/1-asset-v1-index-v1\n")
    assert cli("migrate", "--discard-backup").out == "There is no backup: nothing to do.\n"


def test_quiet(cli: Cli, old: Project) -> None:
    old.tiles("draft", registered=False)
    ran = cli("migrate", "--quiet")
    assert (ran.code, ran.out.splitlines()[0], ran.err) == (DONE, "migrated 3 documents", "")


def test_colours(cli: Cli, old: Project) -> None:
    assert "\x1b[32m+  " in cli("--color", "always", "migrate", "--dry-run").out
    assert "\x1b" not in cli("--color", "never", "migrate", "--dry-run").out


def test_check(cli: Cli, old: Project) -> None:
    before = snapshot(old.path)
    ran = cli("migrate", "--check")
    assert (ran.code, ran.out) == (WRONG_INPUT, "3 documents not current\n")
    assert ran.err.count("error MIGRATION_NEEDED: The document has version 1") == 3
    assert "  at assets/hero/asset.json:2:21 (asset #1 hero)\n" in ran.err
    assert "hint: Run `prometeu-assets migrate`" in ran.err
    both = cli("migrate", "--check", "--dry-run")
    assert both.code == WRONG_INPUT
    assert f"+++ assets/fx/asset.json (version {ASSET})\n" in both.out
    assert snapshot(old.path) == before
    cli("migrate")
    assert cli("migrate", "--check") == (DONE, CURRENT_TEXT, "")


def test_for_machines(cli: Cli, old: Project) -> None:
    old.tiles("draft", registered=False)
    ran = cli("migrate", "--check", "--format", "json")
    assert (ran.code, ran.err) == (WRONG_INPUT, "")
    value = ran.value("migration")
    assert [row["file"] for row in value["documents"]] == FILES
    assert [row["document"] for row in value["documents"]] == ["index", "asset", "asset"]
    codes = [found["code"] for found in value["report"]["diagnostics"]]
    assert codes == ["MIGRATION_NEEDED"] * 3 + ["MIGRATION_UNREGISTERED"]
    assert (value["report"]["ok"], "backup" in value) == (False, False)
    ran = cli("migrate", "--dry-run", "--format", "json")
    assert (ran.code, ran.err) == (DONE, "")
    planned = ran.value("migration")["documents"]
    ran = cli("migrate", "--format", "json")
    value = ran.value("migration")
    assert (ran.code, value["documents"]) == (DONE, planned)
    assert value["backup"] == "assets/.prometeu/backup/1-asset-v1-index-v1"
    assert [found["code"] for found in value["report"]["diagnostics"]] == ["MIGRATION_UNREGISTERED"]
    value = cli("migrate", "--discard-backup", "--format", "json").value("migration")
    assert value["discarded"] == ["assets/.prometeu/backup/1-asset-v1-index-v1"]
    assert cli("migrate", "--format", "json").value("migration")["documents"] == []


def test_for_code_scanning(cli: Cli, old: Project) -> None:
    ran = cli("migrate", "--check", "--format", "sarif")
    (log,) = json.loads(ran.out)["runs"]
    assert ran.code == WRONG_INPUT
    assert {result["ruleId"] for result in log["results"]} == {"MIGRATION_NEEDED"}
    place = log["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "assets/hero/asset.json"
    assert place["region"] == {"startLine": 2, "startColumn": 21}


def test_for_annotations(cli: Cli, old: Project) -> None:
    ran = cli("migrate", "--check", "--format", "github")
    assert ran.code == WRONG_INPUT
    lines = ran.out.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("::error ")
    assert "file=assets/hero/asset.json" in lines[1] and "line=2" in lines[1]


def test_from_elsewhere(
    cli: Cli, old: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(old.root("hero"))
    assert cli("migrate", "--check").code == WRONG_INPUT
    monkeypatch.chdir(tmp_path)
    ran = cli("migrate", "--check")
    assert (ran.code, "WORKSPACE_MISSING" in ran.err) == (WRONG_INPUT, True)
    assert cli("migrate", "game").code == DONE
    assert list(backups(old.path)) == ["1-asset-v1-index-v1"]


def test_faults_are_told_together(cli: Cli, old: Project) -> None:
    edit(old.anchor("hero"), schema_version=ASSET + 1)
    edit(old.anchor("fx"), name=7)
    before = documents(old.path)
    for options in ([], ["--check"], ["--dry-run"]):
        ran = cli("migrate", *options)
        assert (ran.code, ran.out) == (WRONG_INPUT, "")
        assert "DOCUMENT_VERSION" in ran.err and "DOCUMENT_SCHEMA" in ran.err
        report = cli("migrate", *options, "--format", "json").value("report")
        assert len(report["diagnostics"]) == 2
    assert documents(old.path) == before


@pytest.mark.parametrize("options", [["--check"], ["--dry-run"]])
def test_discarding_stands_alone(cli: Cli, old: Project, options: list[str]) -> None:
    ran = cli("migrate", "--discard-backup", *options)
    assert (ran.code, ran.out) == (USAGE, "")
    assert "cannot be combined" in ran.err


def test_the_environment(cli: Cli, old: Project) -> None:
    with Lock(old.path):
        ran = cli("migrate")
        assert (ran.code, ran.out) == (ENVIRONMENT, "")
        assert cli("migrate", "--check").code == WRONG_INPUT, "looking needs no lock"


def test_a_folder_that_may_not_be_written(
    cli: Cli, old: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(source: Path, target: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))

    before = documents(old.path)
    with monkeypatch.context() as patch:
        patch.setattr(files, "replace", denied)
        assert cli("migrate").code == ENVIRONMENT
    assert cli("migrate").code == DONE
    assert documents(old.path) != before


def test_an_interruption(cli: Cli, old: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = documents(old.path)
    monkeypatch.setattr("prometeu_assets.storage.transaction.Transaction.commit", interrupted)
    ran = cli("migrate", "--quiet")
    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert documents(old.path) == before


def test_a_build_says_what_to_do(cli: Cli, old: Project) -> None:
    before = documents(old.path)
    ran = cli("build")
    assert ran.code == DONE
    assert ran.err.count("warning DOCUMENT_OLD") == 3
    assert "`prometeu-assets migrate` updates the file" in ran.err
    assert documents(old.path) == before, "a build never migrates"
    packed = Path("build/assets.pa").read_bytes()
    cli("migrate")
    shutil.rmtree("build")
    assert "DOCUMENT_OLD" not in cli("build").err
    assert Path("build/assets.pa").read_bytes() == packed


def test_adopted_and_then_migrated(cli: Cli, old: Project) -> None:
    """The way that the diagnostic names leads there."""
    old.tiles("draft", registered=False)
    ran = cli("migrate")
    assert "`prometeu-assets register assets/draft --adopt` registers the root" in ran.err
    assert cli("register", "assets/draft", "--adopt").code == DONE
    ran = cli("migrate")
    assert (ran.code, ran.err) == (DONE, "")
    assert sorted(backups(old.path)) == ["1-asset-v1-index-v1", "2-asset-v1"]
    assert cli("build").err == ""


def test_in_a_console_without_our_characters(old: Project) -> None:
    edit(old.anchor("hero"), build={"note": "\u2764"})
    text = old.anchor("hero").read_text("utf-8").replace("\\u2764", "\u2764")
    old.anchor("hero").write_text(text, "utf-8")
    ran = other_process(
        "migrate", cwd=old.path, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert (ran.returncode, b"Traceback" in ran.stderr) == (DONE, False)
    assert "\u2764" in old.anchor("hero").read_text("utf-8")
