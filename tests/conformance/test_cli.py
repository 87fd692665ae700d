"""The verb: list, export, run, build."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.test_bad_readers import SCRIPT

from prometeu_assets.cli.app import run
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance import reader
from prometeu_assets.conformance.export import export
from prometeu_assets.conformance.kit import Kit
from prometeu_assets.contract.current import CURRENT

RIGHT = ["--", sys.executable, "-I", "-S", str(SCRIPT), "none", "-"]
WRONG = ["--", sys.executable, "-I", "-S", str(SCRIPT), "accept-all", "-"]

pytestmark = pytest.mark.usefixtures("answers")


@pytest.fixture
def copied(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit of two cases that every verb takes for the one it comes with."""
    directory = tmp_path / "kit"
    export(kit, directory, kit.only("accept-base", "cartridge-accept-base"))
    monkeypatch.setattr(kits, "kit_directory", lambda: directory)
    return directory


def value(capsys: pytest.CaptureFixture[str], schema: str) -> Any:
    """What was printed, which obeys its schema."""
    printed = json.loads(capsys.readouterr().out)
    assert list(CURRENT.documents.violations((schema, CURRENT.newest(schema)), printed)) == []
    return printed


def test_list(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["conformance", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [vector.id for vector in kit.vectors]
    assert run(["conformance", "list", "--only", "prelude-flags-*", "--format", "json"]) == 0
    rows = value(capsys, "conformance-cases")["cases"]
    assert [row["id"] for row in rows] == [v.id for v in kit.only("prelude-flags-*")]


def test_cases_are_chosen_by_kind_and_profile(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    for options, kinds, profiles in (
        (["--kind", "migrate,canonical-json"], {"migrate", "canonical-json"}, {"reader"}),
        (
            ["--kind", "migrate", "--kind", "canonical-json"],
            {"migrate", "canonical-json"},
            {"reader"},
        ),
        (["--kind", "read", "--profile", "writer"], {"read"}, {"writer"}),
    ):
        assert run(["conformance", "list", *options]) == 0
        found = [line.split()[1:3] for line in capsys.readouterr().out.splitlines()]
        assert {kind for kind, _ in found} == kinds
        assert {profile for _, profile in found} == profiles
        assert len(found) == len(kit.only(kinds=kinds, profiles=profiles))
    assert run(["conformance", "run", "--kind", "migrate", *RIGHT]) == 0
    assert "migration" in capsys.readouterr().out
    assert run(["conformance", "list", "--kind", "ship"]) == 2
    assert (
        "'ship' is not one of read, canonical-json, migrate, cartridge" in capsys.readouterr().err
    )
    assert run(["conformance", "list", "--kind", "migrate", "--profile", "writer"]) == 2
    assert "no case of kind migrate of profile writer" in capsys.readouterr().err


def test_a_pack_that_must_pass_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    """Its view and its later fault are not looked at, a rejection at the step is."""

    def until(step: str, only: str, fault: str) -> int:
        asked = ["conformance", "run", "--until", step, "--only", only]
        return run([*asked, "--", sys.executable, "-I", "-S", str(SCRIPT), fault, "-"])

    assert until("prelude", "accept-base", "wrong-view") == 0
    assert until("prelude", "rule-table-order", "accept-all") == 0
    assert until("prelude", "rule-table-order", "none") == 0
    assert until("table", "rule-table-order", "accept-all") == 1
    capsys.readouterr()
    for id in ("accept-base", "rule-table-order"):
        assert until("prelude", id, "reject-all") == 1
        said = "expected to pass step prelude; found reject PRELUDE_MAGIC\n"
        assert said in capsys.readouterr().out
    assert until("prelude", "accept-base", "no-code") == 0
    assert until("prelude", "rule-table-order", "no-code") == 1
    assert "found reject without a code" in capsys.readouterr().out


def test_a_text_has_no_later_step(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    """Step text is the last one of kind ``canonical-json``, so its cases are judged wholly."""
    asked = ["conformance", "run", "--until", "text", "--kind", "canonical-json"]
    assert run([*asked, *RIGHT]) == 0
    capsys.readouterr()
    assert run([*asked, *RIGHT[:-2], "reject-all", "-"]) == 1
    text = capsys.readouterr().out
    accepted = [v for v in kit.only(kinds=["canonical-json"]) if v.verdict == "accept"]
    assert text.count("expected accept; found reject PRELUDE_MAGIC\n") == len(accepted) > 0


def test_a_skip_can_be_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--", sys.executable, "-I", "-S", str(SCRIPT), "no-migration", "-"]
    chosen = ["--only", "migrate-index-is-*"]
    assert run(["conformance", "run", "--no-skip", *chosen, *command]) == 1
    assert "it is skipped: kind migrate is not supported" in capsys.readouterr().out


@pytest.mark.parametrize("verb", [["list"], ["run", *RIGHT], ["export", "new"]])
def test_a_pattern_that_matches_nothing_is_a_mistake(
    verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["conformance", verb[0], "--only", "nothing-*", *verb[1:]]) == 2
    assert "no case matches 'nothing-*'" in capsys.readouterr().err


def test_export(kit: Kit, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "new" / "kit"
    assert run(["conformance", "export", str(target)]) == 0
    assert capsys.readouterr().out == f"{len(kit.vectors)} cases in {target}\n"
    exported = kits.load(target)
    assert [v.id for v in exported.vectors] == [v.id for v in kit.vectors]
    for vector in exported.vectors:
        path = vector.input(tmp_path / "unused")
        files = list(path.iterdir()) if path.is_dir() else [path]
        kept = [file for file in files if file.is_file() and not file.is_symlink()]
        assert sum(file.stat().st_size for file in kept) == vector.size
        assert vector.recipe is None
    assert len(list((target / "vectors").iterdir())) == len(kit.vectors)
    text = json.loads((target / "manifest.json").read_bytes())
    assert list(CURRENT.documents.violations(("conformance-manifest", 1), text)) == []
    for name in ("README.md", "PROTOCOL.md", "readers/javascript/cli.mjs"):
        assert (target / name).read_bytes() == (kit.directory / name).read_bytes()
    for page in target.rglob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"
    assert run(["conformance", "export", str(target)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_export_of_some(tmp_path: Path) -> None:
    assert run(["conformance", "export", "--only", "accept-base", str(tmp_path)]) == 0
    assert [p.name for p in (tmp_path / "vectors").iterdir()] == ["accept-base.pa"]
    assert [p.name for p in (tmp_path / "expected").iterdir()] == ["accept-base.json"]
    assert [v.id for v in kits.load(tmp_path).vectors] == ["accept-base"]


def test_run(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["conformance", "run", *RIGHT]) == 0
    said = f"suite {kit.suite_version}, {len(kit.vectors)} cases: {len(kit.vectors)} passed, "
    assert capsys.readouterr().out.splitlines()[-1].startswith(said)
    assert run(["conformance", "run", "--only", "prelude-flags-*", *WRONG]) == 1
    assert "container.md#prelude-flags (7)" in capsys.readouterr().out


def test_run_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--only", "prelude-flags-*", "--format", "json"]
    assert run(["conformance", "run", *chosen, *WRONG]) == 1
    report = value(capsys, "conformance-report")
    assert not report["ok"]
    assert report["counts"] == {"passed": 0, "failed": 9, "skipped": 0, "expected-failure": 0}
    assert report["areas"] == [{"name": "prelude", **report["counts"]}]
    assert {row["status"] for row in report["cases"]} == {"failed"}
    assert run(["conformance", "run", *chosen, "--verdicts-only", *RIGHT]) == 0
    assert value(capsys, "conformance-report")["graded"] == "verdicts"


def test_run_with_a_list_of_failures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "xfail.txt"
    listed.write_text("# not yet\nprelude-flags-one\n\n prelude-flags-two # nor this\n", "utf-8")
    chosen = ["run", "--only", "prelude-flags-[ot][nw]*", "--xfail", str(listed)]
    assert run(["conformance", *chosen, *WRONG]) == 0
    assert "2 expected-failure" in capsys.readouterr().out
    assert run(["conformance", *chosen, *RIGHT]) == 1
    assert "take it off the list" in capsys.readouterr().out


def test_patterns_add_up(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    both = ["--only", "prelude-flags-*", "--only", "accept-base"]
    assert run(["conformance", "list", *both]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [v.id for v in (*kit.only("accept-base"), *kit.only("prelude-flags-*"))]
    assert run(["conformance", "list", *both, "--only", "nothing-*"]) == 2
    assert "no case matches 'nothing-*'" in capsys.readouterr().err


CARTRIDGE = "vectors/cartridge-accept-base"
DAMAGES = ("missing", "changed", "changed, and well-formed", "a pipe", "a folder")
OPENED = (
    "manifest.json",
    "ledger.jsonl",
    "vectors/accept-base.pa",
    "expected/accept-base.json",
    f"{CARTRIDGE}/manifest.json",
)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    ("verb", "name"),
    [("list", "manifest.json"), *((v, name) for v in ("run", "export") for name in OPENED)],
)
def test_a_damaged_kit_is_no_fault_of_the_reader(
    copied: Path,
    verb: str,
    name: str,
    damage: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = copied / name
    path.unlink()
    if damage == "changed":
        path.write_bytes(b"\xff")
    elif damage == "changed, and well-formed":
        path.write_bytes(b"[]\n")
    elif damage == "a pipe":
        os.mkfifo(path)
    elif damage == "a folder":
        path.mkdir()
    only = ["--only", "accept-base", "--only", "cartridge-accept-base"]
    rest = {"run": RIGHT, "export": [str(tmp_path / "out")], "list": []}[verb]
    assert run(["conformance", verb, *only, *rest]) == 3
    told = capsys.readouterr()
    assert (told.out, "the kit is damaged: " in told.err) == ("", True)
    assert str(path if name.count("/") < 2 else path.parent) in told.err
    assert not (tmp_path / "out").exists()


def test_of_two_damages_the_expectation_is_told(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("vectors/accept-base.pa", "expected/accept-base.json"):
        (copied / name).write_bytes(b"[]\n")
    assert run(["conformance", "run", "--only", "accept-base", *RIGHT]) == 3
    assert str(copied / "expected/accept-base.json") in capsys.readouterr().err


def test_what_stands_beside_a_cartridge_is_damage(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / CARTRIDGE / "stray").touch()
    assert run(["conformance", "run", "--only", "cartridge-accept-base", *RIGHT]) == 3
    assert run(["conformance", "run", "--only", "accept-base", *RIGHT]) == 0
    shutil.rmtree(copied / CARTRIDGE)
    assert run(["conformance", "run", "--only", "cartridge-accept-base", *RIGHT]) == 3


def test_a_list_of_failures_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "xfail"
    chosen = ["conformance", "run", "--only", "accept-base", "--xfail", str(listed), *RIGHT]
    os.mkfifo(listed)
    assert run(chosen) == 3
    assert f"{listed}: not a regular file" in capsys.readouterr().err
    listed.unlink()
    listed.write_bytes(b"\xff\n")
    assert run(chosen) == 2
    assert f"{listed} is not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [["read"], ["canonical-json"], ["migrate", "--document", "index"]])
def test_the_package_waits_for_no_pipe(kind: list[str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert reader.main(["--kind", *kind, str(tmp_path / "pipe")]) == 3


def test_a_reader_that_cannot_be_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["conformance", "run", "--", "no-such-reader"]) == 3
    assert "the reader cannot be started: no-such-reader: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["--timeout", "0", "--", "true"], 2),
        (["--xfail", "missing", "--", "true"], 3),  # a file that cannot be read
    ],
)
def test_a_wrong_call(arguments: list[str], code: int) -> None:
    assert run(["conformance", "run", *arguments]) == code


def test_an_installed_kit_is_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor is one that is not there, where a checkout would have it."""
    monkeypatch.setattr(kits, "kit_directory", lambda: tmp_path)
    assert run(["conformance", "build"]) == 2
    assert "only a checkout" in capsys.readouterr().err
    for name in ("kit_directory", "checkout_directory"):
        monkeypatch.setattr(kits, name, lambda: tmp_path / "absent")
    assert run(["conformance", "build"]) == 2
    assert "only a checkout" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())
