"""Nothing that is given ends in a traceback."""

from __future__ import annotations

import errno
import json
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.running import Cli, other_process
from tests.workspace.projects import INDEX, Project, dump, edit

from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.storage import paths

GARBAGE = random.Random(7).randbytes(4000)


def put(name: str, data: bytes | str) -> Callable[[Project], object]:
    raw = data.encode() if isinstance(data, str) else data
    return lambda project: (project.path / name).write_bytes(raw)


def directory(name: str) -> Callable[[Project], object]:
    def fault(project: Project) -> None:
        (project.path / name).unlink()
        (project.path / name).mkdir()

    return fault


def pipe(name: str) -> Callable[[Project], object]:
    def fault(project: Project) -> None:
        (project.path / name).unlink()
        os.mkfifo(project.path / name)

    return fault


def deep(project: Project) -> None:
    edit(project.anchor("hero"), build={"a": json.loads("[" * 14 + "]" * 14)})


HERO = "assets/hero/asset.json"
FAULTS: dict[str, Callable[[Project], object]] = {
    "garbage as asset.json": put(HERO, GARBAGE),
    "a picture as asset.json": lambda p: put(HERO, (p.root("hero") / "sheet.png").read_bytes())(p),
    "empty asset.json": put(HERO, ""),
    "null": put(HERO, "null"),
    "a number": put(HERO, "1e999"),
    "a deep array": put(HERO, "[" * 100_000),
    "a long number": put(HERO, "1" * 100_000),
    "a folder as asset.json": directory(HERO),
    "a pipe as asset.json": pipe(HERO),
    "a huge asset.json": put(HERO, b" " * (2**20 + 1)),
    "garbage as index": put(INDEX, GARBAGE),
    "empty index": put(INDEX, ""),
    "an empty object as index": put(INDEX, "{}"),
    "an array as index": put(INDEX, "[]"),
    "a folder as index": directory(INDEX),
    "rows that are no objects": lambda p: p.write_index(assets=[1, None, "a", []]),
    "a root that leads out": lambda p: p.write_index(
        assets=[{**p.rows[0], "root": "../../etc"}]),
    "a root of nothing but dots": lambda p: p.write_index(assets=[{**p.rows[0], "root": "..."}]),
    "a long root": lambda p: p.write_index(assets=[{**p.rows[0], "root": "a/" * 500 + "a"}]),
    "garbage as palette": put("assets/hero/colors.hex", GARBAGE),
    "garbage as picture": put("assets/hero/sheet.png", GARBAGE),
    "garbage as sound": put("assets/fx/0.wav", GARBAGE),
    "empty sound": put("assets/fx/0.wav", b""),
    "a folder as picture": directory("assets/hero/sheet.png"),
    "a pipe as picture": pipe("assets/hero/sheet.png"),
    "a nul in a path": lambda p: edit(p.anchor("fx"), inputs={"samples": ["a\0b.wav"]}),
    "a surrogate in a path": put("assets/fx/asset.json", '{"inputs": ["\\ud800"]}'),
    "a long path": lambda p: edit(p.anchor("fx"), inputs={"samples": ["a" * 300 + ".wav"]}),
    "a nul in metadata": lambda p: edit(p.anchor("fx"), output={
        "format": "SOUNDS/pcm16le_v1", "codec": "NONE",
        "metadata": {"sample_rate": 8000, "x_a": "\0"}}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_broken_workspace(cli: Cli, project: Project, fault: str, form: str) -> None:
    FAULTS[fault](project)
    ran = cli("build", "--format", form)
    assert ran.code == WRONG_INPUT
    if form == "json":
        assert ran.err == ""
        report = ran.value("report")
        assert not report["ok"]
        for found in report["diagnostics"]:
            assert not ("pointer" in found and "offset" in found)
    else:
        assert ran.out == ""
        assert ran.err.startswith("error ")
    listed = cli("list", "--format", form)
    assert listed.code in {DONE, WRONG_INPUT}
    assert cli("register", "assets/draft", "--format", form).code in {DONE, WRONG_INPUT}


@pytest.mark.parametrize("data", [b"", b"A", b"ASPA", GARBAGE, b"ASPA" + GARBAGE, b"{}", b"PK\3\4"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_broken_pack(cli: Cli, project: Project, data: bytes, form: str) -> None:
    path = project.path / "some.pa"
    path.write_bytes(data)
    for verb in (["inspect"], ["validate"], ["verify"], ["extract", "--out", "out"]):
        ran = cli(*verb, path, "--format", form)
        assert ran.code == WRONG_INPUT
        if form == "json":
            assert not ran.value("report")["ok"]
    assert not Path("out").exists()


def test_a_deep_document_that_is_allowed(cli: Cli, project: Project) -> None:
    deep(project)
    assert cli("build").code == DONE


@pytest.mark.skipif(sys.platform != "linux", reason="names on disk are bytes on Linux alone")
def test_a_name_on_disk_that_is_no_text(project: Project) -> None:
    strange = os.fsdecode(b"\xff\xfe")
    dump(project.root(strange) / "asset.json", {})
    for form in ("text", "json"):
        ran = other_process("list", "--format", form, cwd=project.path)
        assert (ran.returncode, b"Traceback" in ran.stderr) == (DONE, False)
        ran = other_process("build", "--format", form, cwd=project.path)
        assert (ran.returncode, b"Traceback" in ran.stderr) == (DONE, False)
        ran = other_process("register", f"assets/{strange}", "--format", form, cwd=project.path)
        assert (ran.returncode, b"Traceback" in ran.stderr) == (WRONG_INPUT, False)
    ran = other_process("build", strange, cwd=project.path)
    assert (ran.returncode, b"Traceback" in ran.stderr) == (WRONG_INPUT, False)


def test_a_console_without_our_characters(project: Project) -> None:
    project.tiles("\u2764/caf\u00e9", name="plain")
    edit(project.anchor("fx"), name="\u00e9")
    plain = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "PYTHONCOERCECLOCALE": "0",
    }
    ran = other_process("build", cwd=project.path, env=plain)
    assert (ran.returncode, b"Traceback" in ran.stderr) == (WRONG_INPUT, False)
    assert "\u00e9" in ran.stderr.decode("utf-8")
    assert b"Set `PYTHONUTF8=1`" in ran.stderr
    ran = other_process("list", "--format", "json", cwd=project.path, env=plain)
    assert ran.returncode == WRONG_INPUT
    roots = [row["root"] for row in json.loads(ran.stdout)["assets"]]
    assert "\u2764/caf\u00e9" in roots, "a machine loses no character"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes differ")
def test_a_folder_that_may_not_be_read(
    cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal is injected: whoever runs the tests may be allowed to read all."""
    original = os.scandir

    def scandir(path: str | Path) -> object:
        if os.fspath(path).endswith("draft"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
        return original(path)

    monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    monkeypatch.setattr(os, "scandir", scandir)
    for form in ("text", "json"):
        ran = cli("build", "--format", form)
        assert ran.code == WRONG_INPUT
        assert "PATH_UNREADABLE" in ran.out + ran.err
