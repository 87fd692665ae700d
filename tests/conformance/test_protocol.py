"""The package's reader as a program: what it prints, its exit codes, and wrong calls."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from tests.every import every

from prometeu_assets.conformance.kit import Kit
from prometeu_assets.conformance.reader import main

SHIPPED = Path(__file__).parents[2] / "conformance" / "readers"


def paths(kit: Kit, *ids: str) -> list[str]:
    return [str(kit.only(id)[0].path) for id in ids]


def test_one_line_for_each_file(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(paths(kit, "accept-base", "prelude-flags-one", "accept-empty")) == 1
    out, err = capsys.readouterr()
    first, second, third = map(json.loads, out.splitlines())
    assert first == {"verdict": "accept", "view": kit.only("accept-base")[0].view()}
    assert second == {"verdict": "reject", "code": "PRELUDE_FLAGS"}
    assert third["view"]["assets"] == []
    assert err.count("\n") == 1
    assert main(paths(kit, "accept-base")) == 0


def test_profile_and_tier(kit: Kit) -> None:
    file = paths(kit, "rule-payload-padding")
    assert main(file) == main(["--exact", *file]) == 0
    assert main(["--profile", "writer", *file]) == 1
    assert main(["--profile", "writer", "--exact", *file]) == 1


def test_canonical_json_has_no_view(kit: Kit, capsys: pytest.CaptureFixture[str]) -> None:
    kind = ["--kind", "canonical-json"]
    assert main([*kind, *paths(kit, "json-accept-zero")]) == 0
    assert json.loads(capsys.readouterr().out) == {"verdict": "accept"}


def test_no_verdict(kit: Kit, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = paths(kit, "accept-base")
    assert main([*good, str(tmp_path / "missing.pa"), *good]) == 3
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert "missing.pa" in err
    assert main([str(tmp_path)]) == 3


READERS = {
    "package": [],
    "standard-library": [sys.executable, "-I", "-S", str(SHIPPED / "python-stdlib" / "reader.py")],
    "javascript": ["node", str(SHIPPED / "javascript" / "cli.mjs")],
}


def called(reader: str, arguments: list[str]) -> tuple[int, str, str]:
    """(exit code, standard output, standard error); `test_readers` has the package as a process."""
    if reader == "package":
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = main(arguments)
        return code, out.getvalue(), err.getvalue()
    done = subprocess.run(
        [*READERS[reader], *arguments], capture_output=True, check=False, encoding="utf-8"
    )
    return done.returncode, done.stdout, done.stderr


every_reader = pytest.mark.parametrize("reader", READERS)


@every_reader
@every(
    [
        (["--kind", "ship"], "kind ship"),
        (["--profile", "other"], "profile other"),
        (["--kind", "migrate", "--document", "ship"], "document ship"),
        (["--kind", "ship", "--profile", "other", "--document", "x"], "kind ship"),
    ]
)
def test_what_is_not_supported(arguments: list[str], what: str, kit: Kit, reader: str) -> None:
    status, out, err = called(reader, [*arguments, *paths(kit, "accept-base")])
    assert (status, out, err) == (3, f"{what} is not supported\n", "")


@every_reader
def test_a_file_that_cannot_be_read_is_no_skip(reader: str, tmp_path: Path) -> None:
    status, out, err = called(reader, [str(tmp_path / "missing.pa")])
    assert (status, out) == (3, "")
    assert "missing.pa" in err


@every_reader
@pytest.mark.parametrize("name", ["pack", "pack.json", "pack.PNG"])
def test_the_name_of_a_file_decides_nothing(
    kit: Kit, reader: str, name: str, tmp_path: Path
) -> None:
    shutil.copy(paths(kit, "accept-base")[0], tmp_path / name)
    assert called(reader, [str(tmp_path / name)])[0] == 0


@every_reader
def test_an_option_that_a_kind_does_not_use_may_be_any(kit: Kit, reader: str) -> None:
    text = [*paths(kit, "json-accept-zero")]
    odd = ["--document", "x", "--asset-uuid", "y"]
    accepted = (0, '{"verdict":"accept"}\n', "")
    status, out, err = called(reader, ["--kind", "canonical-json", "--profile", "z", *odd, *text])
    assert (status, out.replace(" ", ""), err) == accepted
    assert called(reader, [*odd, *paths(kit, "accept-base")])[0] == 0


@every_reader
@every(
    [
        [],
        ["--profile"],
        ["--profile", "reader"],
        ["--profile", "reader", "--profile", "reader", "a.pa"],
        ["--profile=reader", "a.pa"],
        ["--other", "x", "a.pa"],
        ["a.pa", "--profile", "reader"],
        ["a.pa", "-"],
        ["--kind", "ship"],
        ["--kind", "ship", "--other", "x", "a.pa"],
        ["--profile", "other", "a.pa", "-"],
        ["--kind", "migrate", "--document", "ship"],
        ["--kind", "migrate", "a.json"],
        ["--kind", "migrate", "--document", "asset", "a.json"],
    ]
)
def test_a_wrong_call(arguments: list[str], reader: str) -> None:
    status, out, err = called(reader, arguments)
    assert (status, out) == (2, "")
    assert err
