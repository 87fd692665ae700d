"""The generated files are what the definitions make, and any that is not is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from prometeu_assets.cli.app import run
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance import manifest
from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.kit import Kit
from prometeu_assets.conformance.manifest import Disagreement, differences, generated, write


def test_the_kit_is_up_to_date(kit: Kit, files: dict[str, bytes]) -> None:
    assert differences(kit.directory, files) == {}


@pytest.fixture
def copy(kit: Kit, tmp_path: Path) -> Path:
    shutil.copytree(kit.directory, tmp_path / "kit", ignore=shutil.ignore_patterns("readers"))
    return tmp_path / "kit"


def test_every_stray_file_is_named(copy: Path, files: dict[str, bytes]) -> None:
    flipped = copy / "vectors" / "accept-base.pa"
    data = bytearray(flipped.read_bytes())
    data[100] ^= 1
    flipped.write_bytes(data)
    (copy / "expected" / "accept-empty.json").unlink()
    (copy / "vectors" / "prelude-flags-one.pa").unlink()
    (copy / "vectors" / "stranger.pa").write_bytes(b"")
    (copy / "expected" / "deep").mkdir()
    (copy / "expected" / "deep" / "stranger.json").write_bytes(b"{}")
    (copy / "manifest.json").write_bytes((copy / "manifest.json").read_bytes() + b"\n")
    assert differences(copy, files) == {
        "expected/accept-empty.json": "missing",
        "expected/deep/stranger.json": "extra",
        "manifest.json": "differs",
        "vectors/accept-base.pa": "differs",
        "vectors/prelude-flags-one.pa": "missing",
        "vectors/stranger.pa": "extra",
    }
    write(copy, files)
    assert differences(copy, files) == {}


def test_a_case_that_the_reader_judges_otherwise_is_not_published(
    made: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in (
        replace(made["prelude-flags-one"], code="PRELUDE_RESERVED"),
        replace(made["prelude-flags-one"], rule="prelude-reserved"),
        replace(made["accept-base"], verdict="reject", code="PRELUDE_MAGIC"),
        replace(made["migrate-index-v1-example-0"], view={"schema_version": 2.0}),
    ):
        monkeypatch.setattr(manifest, "cases", lambda contract, wrong=wrong: [wrong])
        with pytest.raises(Disagreement, match=f"^{wrong.id}: "):
            generated({})


def test_the_verb(
    copy: Path,
    files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("kit_directory", "checkout_directory"):
        monkeypatch.setattr(kits, name, lambda: copy)
    monkeypatch.setattr(manifest, "generated", lambda published: files)
    assert run(["conformance", "build", "--check"]) == 0
    path = copy / "vectors" / "accept-base.pa"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    capsys.readouterr()
    assert run(["conformance", "build", "--check"]) == 1
    assert capsys.readouterr().err == "differs: vectors/accept-base.pa\n"
    assert run(["conformance", "build"]) == 0
    assert run(["conformance", "build", "--check"]) == 0
