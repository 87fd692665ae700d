"""What a verb prints with ``--format json`` is what its function gives, value for value.

In the project, from another directory, and also when the input is refused.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from tests.cli.running import Cli
from tests.conformance.test_bad_readers import SCRIPT
from tests.every import every
from tests.shipper.cartridges import game

import prometeu_assets as pa


class Told(Protocol):
    """The result of a function."""

    def as_json(self) -> dict[str, Any]: ...


READER = [sys.executable, "-I", "-S", str(SCRIPT), "none", "-"]
Call = Callable[[Path], Told]

# A command line, in which {} is the project; the call that is the same.
VERBS: dict[str, Call] = {
    "build {}/": lambda p: pa.build(p),
    "build --check {}/": lambda p: pa.check_build(p),
    "ship {}/": lambda p: pa.ship(p),
    "ship --check {}/": lambda p: pa.check_ship(p),
    "ship {}/ --out {}/other": lambda p: pa.ship(p, p / "other"),
    "boot {}/cartridge": lambda p: pa.load(p / "cartridge"),
    "inspect {}/build/assets.pa": lambda p: pa.inspect(p / "build/assets.pa"),
    "inspect {}/build/assets.pa --html {}/page.html": lambda p: pa.inspect_html(
        p / "build/assets.pa", p / "page.html"
    ),
    "validate {}/build/assets.pa": lambda p: pa.validate(p / "build/assets.pa"),
    "validate {}/build/assets.pa --profile writer": lambda p: pa.validate(
        p / "build/assets.pa", profile="writer"
    ),
    "verify {}/build/assets.pa": lambda p: pa.verify(p / "build/assets.pa"),
    "verify {}/cartridge/assets.pa --companions {}/build": lambda p: pa.verify(
        p / "cartridge/assets.pa", companions=p / "build"
    ),
    "diff {}/old.pa {}/build/assets.pa": lambda p: pa.diff(p / "old.pa", p / "build/assets.pa"),
    "extract {}/build/assets.pa --out {}/out": lambda p: pa.extract(
        p / "build/assets.pa", p / "out"
    ),
    "extract {}/build/assets.pa hero --decode --out {}/out": lambda p: pa.extract(
        p / "build/assets.pa", p / "out", ["hero"], decode=True
    ),
    "extract {}/build/assets.pa herro --out {}/out": lambda p: pa.extract(
        p / "build/assets.pa", p / "out", ["herro"]
    ),
    "schema list": lambda p: pa.schemas(),
    "codes": lambda p: pa.explain_codes(),
    "codes sheet_color": lambda p: pa.explain_codes("SHEET_COLOR"),
    "conformance list --kind decode": lambda p: pa.conformance_cases(kinds=["decode"]),
    "conformance export --only accept-base {}/kit": lambda p: pa.export_kit(
        p / "kit", only=["accept-base"]
    ),
    "conformance run --only prelude-flags-* -- READER": lambda p: pa.run_conformance(
        READER, only=["prelude-flags-*"]
    ),
}


def as_it_is(project: Path) -> None:
    """The project builds, and ships."""


def no_pack(project: Path) -> None:
    (project / "build/assets.pa").write_bytes(b"PPA1")


def no_companion(project: Path) -> None:
    (project / "build/preload.json").unlink()


def wrong_document(project: Path) -> None:
    """Two faults at lines and columns of a text."""
    path = project / "assets/hero/asset.json"
    value = json.loads(path.read_text()) | {"colour": 1, "name": 7}
    path.write_text(json.dumps(value, indent=2))


def no_index(project: Path) -> None:
    (project / "assets/.prometeu/index.json").unlink()


def wrong_cartridge(project: Path) -> None:
    (project / "cartridge.json").write_text('{\n  "schema_version": 1\n}')
    shutil.rmtree(project / "cartridge")
    (project / "cartridge").mkdir()
    (project / "cartridge/assets.pa").write_bytes(b"PPA1")


def old_pack_is_none(project: Path) -> None:
    (project / "old.pa").write_bytes(b"ASPA")
    no_pack(project)


STATES = [
    as_it_is, no_pack, no_companion, wrong_document, no_index, wrong_cartridge, old_pack_is_none,
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is built and shipped, and another pack."""
    project = game(tmp_path_factory.mktemp("functions") / "made")
    pa.ship(project.path)
    with pa.open(project.path / "build/assets.pa") as pack:
        bank = pack.decode(next(iter(pack)))
    pa.write(project.path / "old.pa", {"hero": bank})
    return project.path


def told(call: Call, project: Path) -> tuple[dict[str, Any], bool]:
    """The JSON value of a result or of a refusal, and whether it is one."""
    try:
        result = call(project)
    except pa.Refused as refused:
        return refused.report.as_json(), True
    value = result.as_json()
    if isinstance(result, pa.Loading):
        result.close()
    return value, False


def is_told_of(line: str) -> bool:
    """Whether what is told depends on the project."""
    return "{}/" in line and not line.startswith("conformance")


@every(
    [(state, line) for state in STATES for line in VERBS if is_told_of(line) or state is as_it_is]
)
def test_a_verb_prints_what_its_function_gives(
    state: Callable[[Path], None],
    line: str,
    cli: Cli,
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number, from_within in enumerate((True, False)):
        values = []
        place = tmp_path / f"{state.__name__} {list(VERBS).index(line)} {number}"
        for turn in ("verb", "function"):
            shutil.rmtree(place, ignore_errors=True)
            project = place / "my game"
            shutil.copytree(made, project)
            state(project)
            monkeypatch.chdir(project if from_within else place)
            seen = Path() if from_within else Path("my game")
            if turn == "verb":
                words = [word.replace("{}", seen.as_posix()) for word in line.split(" ")]
                at = words.index("--") if "--" in words else len(words)
                words[at:] = ["--format", "json", *(["--", *READER] if at < len(words) else [])]
                ran = cli(*words)
                assert ran.err == ""
                values.append(json.loads(ran.out))
            else:
                value, is_refused = told(VERBS[line], seen)
                values.append(json.loads(json.dumps(value)))
                assert not is_refused or ran.code == 1
        assert values[0] == values[1]
