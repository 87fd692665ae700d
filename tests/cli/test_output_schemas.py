"""Every JSON output names its schema, and obeys it: a result, a refusal, a run without a verdict.

Clause: ``spec/ci.md#formats``. The verbs are those of the table, so that none is left out.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from jsonschema import Draft202012Validator
from tests.cli.running import Cli
from tests.live.watched import Watched
from tests.shipper.cartridges import game
from tests.workspace.projects import uuid

import prometeu_assets as pa
from prometeu_assets import published
from prometeu_assets.cli.app import DONE, ENVIRONMENT, WRONG_INPUT
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.documents import Documents
from prometeu_assets.verbs import VERBS

LINES = [verb for verb in VERBS if verb.document]
BY_LINE = ("build --watch", "preview")
"""Verbs that go on until they are ended, and print a value on each line."""

READER = f"{sys.executable} -m prometeu_assets.conformance.reader"
INDEX = "assets/.prometeu/index.json"
WORKS = {
    "init": "init begun",
    "new": "new tile-bank assets/fresh",
    "add": "add hero assets/hero/sheet.png",
    "register": "register assets/draft",
    "rename": "rename hero knight",
    "duplicate": "duplicate hero assets/twin",
    "forget": "forget hero",
    "include": "include hero",
    "exclude": "exclude hero",
    "list": "list",
    "show": "show hero",
    "doctor": "doctor",
    "build": "build",
    "build --check": "build --check",
    "migrate": "migrate",
    "migrate --dry-run": "migrate --dry-run",
    "migrate --check": "migrate --check",
    "migrate --discard-backup": "migrate --discard-backup",
    "inspect": "inspect build/assets.pa",
    "inspect --html": "inspect build/assets.pa --html page.html",
    "validate": "validate build/assets.pa",
    "verify": "verify build/assets.pa",
    "extract": "extract build/assets.pa --out out",
    "diff": "diff build/assets.pa build/assets.pa",
    "release": "release",
    "release --check": "release --check",
    "ship": "ship",
    "ship --check": "ship --check",
    "boot": "boot cartridge",
    "merge-index": f"merge-index {INDEX} {INDEX} {INDEX}",
    "conformance list": "conformance list --only accept-base",
    "conformance export": "conformance export kit --only accept-base",
    "conformance run": f"conformance run --only accept-base -- {READER}",
    "schema list": "schema list",
    "codes": "codes NO_VERDICT",
}
"""A command that goes well in the project, by the row of the table."""

REFUSED = {
    **WORKS,
    "init": f"init {INDEX}/..",
    "add": "add nobody a.png",
    "conformance run": f"conformance run --only accept-base -- {sys.executable} -c pass",
    # Where there is no project.
    **{line: f"{line} .." for line in (*BY_LINE, "migrate --discard-backup")},
}
"""The same where the input is wrong, in the project as `break_all` leaves it."""
for _line in ("conformance list", "conformance export", "schema list", "codes"):
    del REFUSED[_line]  # a wrong word is a wrong call, which is told as text


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is built, released and shipped, with a root that is not registered."""
    project = game(tmp_path_factory.mktemp("schemas") / "made")
    project.tiles("draft", registered=False, uuid=uuid(9))
    pa.release(project.path)
    pa.ship(project.path)
    return project.path


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = Path(shutil.copytree(made, tmp_path / "game"))
    monkeypatch.chdir(place)
    return place


def break_all(project: Path) -> None:
    """Leave nothing that a verb can take: index, pack and cartridge are not what they should be."""
    (project / INDEX).write_text("[7")
    for pack in ("build/assets.pa", "cartridge/assets.pa"):
        (project / pack).write_bytes(b"PPA1")
    (project / "cartridge.json").write_text("{}")


def obeyed(text: str) -> str:
    """The document that an output is, which obeys the schema that it names."""
    value = json.loads(text)
    schema = CURRENT.documents.registry.contents(value["$schema"])
    validator = Draft202012Validator(schema, registry=CURRENT.documents.registry)
    assert list(validator.iter_errors(value)) == []
    document, version = schema["$id"].split(":")[-2:]
    assert int(version) == CURRENT.newest(document) == value["schema_version"]
    return str(document)


def test_every_verb_is_tried() -> None:
    lines = {verb.line for verb in LINES}
    assert WORKS.keys() | {*BY_LINE} == lines
    assert REFUSED.keys() < lines


@pytest.mark.parametrize("verb", [v for v in LINES if v.line in WORKS], ids=lambda v: v.line)
def test_a_result_names_its_schema(cli: Cli, project: Path, verb: Any) -> None:
    words = WORKS[verb.line].split()
    at = words.index("--") if "--" in words else len(words)
    ran = cli(*words[:at], "--format", "json", *words[at:])
    assert (ran.code, obeyed(ran.out)) == (DONE, verb.document), ran


@pytest.mark.parametrize("line", REFUSED)
def test_a_refusal_names_its_schema(cli: Cli, project: Path, line: str) -> None:
    break_all(project)
    words = REFUSED[line].split()
    at = words.index("--") if "--" in words else len(words)
    ran = cli(*words[:at], "--format", "json", *words[at:])
    document = next(verb.document for verb in LINES if verb.line == line)
    assert ran.code == WRONG_INPUT, ran
    assert obeyed(ran.out) in ("report", document)
    assert (ran.out.count("\n") == 1) is (line in BY_LINE)


def fails(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.EIO, os.strerror(errno.EIO), "disk")


@contextmanager
def nothing_works(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file can be opened, and no schema, code or case can be found."""
    with monkeypatch.context() as patch:
        for module, name in ((os, "open"), (io, "open"), (os, "scandir")):
            patch.setattr(module, name, fails)
        patch.setattr(Documents, "schema", fails)
        patch.setattr(published, "CODES", None)
        yield


@pytest.mark.parametrize("line", WORKS)
def test_a_run_without_a_verdict_names_its_schema(
    cli: Cli, project: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round of those that go on tells of such a failure; they wait for the next."""
    words = WORKS[line].split()
    at = words.index("--") if "--" in words else len(words)
    with nothing_works(monkeypatch):
        ran = cli(*words[:at], "--format", "json", *words[at:])
    assert ran.code == ENVIRONMENT, ran
    assert obeyed(ran.out) == "report"


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
@pytest.mark.parametrize("line", BY_LINE)
def test_every_line_names_its_schema(project: Path, line: str) -> None:
    """Those of the rounds, and that of the interrupt that ends them."""
    first = ["preview"] if line == "preview" else []
    with Watched(project, "--format", "json", verb=tuple(line.split())) as watched:
        lines = [watched.line() for _ in [*first, "watch-round"]]
        assert watched.end()[0] == ENVIRONMENT
        lines += [watched.line(), watched.line()]
    assert lines.pop() == ""
    assert list(map(obeyed, lines)) == [*first, "watch-round", "report"]
    assert json.loads(lines[-1])["diagnostics"][0]["code"] == "NO_VERDICT"


def test_a_schema_is_its_own() -> None:
    """`schema show` prints a schema, which names the dialect."""
    for text in (pa.schema("report"), pa.schema("creation", bundle=True)):
        Draft202012Validator.check_schema(text)
        assert text["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
