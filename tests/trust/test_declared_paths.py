"""Every rule of paths, end to end: in inputs of an asset, roots of the index, and the program.

The file is there where the disk can hold its name, so that nothing is refused for being missing.
"""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.shipper.cartridges import describe
from tests.trust.verbs import verdict
from tests.workspace.projects import Project, edit, palette_text

RULES = {
    "absolute": ("/etc/passwd", "PATH_ESCAPES"),
    "drive": ("C:/windows/win.ini", "PATH_ESCAPES"),
    "drive-relative": ("C:win.ini", "PATH_ESCAPES"),
    "share": ("//server/share/file", "PATH_ESCAPES"),
    "share-backslashes": ("\\\\server\\share", "PATH_ESCAPES"),
    "device-namespace": ("\\\\?\\C:\\file", "PATH_ESCAPES"),
    "parent": ("../colors.hex", "PATH_ESCAPES"),
    "parent-within": ("sub/../colors.hex", "PATH_ESCAPES"),
    "backslash": ("sub\\colors.hex", "PATH_FORM"),
    "here": ("./colors.hex", "PATH_FORM"),
    "empty-part": ("sub//colors.hex", "PATH_FORM"),
    "nul": ("colors\0.hex", "PATH_FORM"),
    "newline": ("colors\n.hex", "PATH_FORM"),
    "escape-sequence": ("\x1b[2Jcolors.hex", "PATH_FORM"),
    "delete": ("colors\x7f.hex", "PATH_FORM"),
    "stream": ("colors.hex:stream", "PATH_FORM"),
    "wildcard": ("*.hex", "PATH_FORM"),
    "trailing-dot": ("colors.hex.", "PATH_FORM"),
    "trailing-space": ("colors.hex ", "PATH_FORM"),
    "folder-with-trailing-dot": ("sub./colors.hex", "PATH_FORM"),
    "device": ("nul", "PATH_FORM"),
    "device-with-ending": ("Aux.hex", "PATH_FORM"),
    "device-folder": ("com1/colors.hex", "PATH_FORM"),
    "device-superscript": ("LPT\u00b9", "PATH_FORM"),
    "long-part": ("c" * 256, "PATH_FORM"),
    "long-part-in-bytes": ("\u00e9" * 128, "PATH_FORM"),
    "long": ("/".join(["c" * 100] * 10), "PATH_FORM"),
    "endless": ("c" * 500_000, "DOCUMENT_SCHEMA"),
}


def put(place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(palette_text(), encoding="ascii")
    except (OSError, ValueError):
        pass  # the disk itself cannot hold the name


def is_shown_safely(cli: Cli, *arguments: object) -> bool:
    """For people: no control character of the path reaches the terminal, and not all of it."""
    ran = cli(*arguments)
    text = (ran.out + ran.err).replace("\n", "")
    return text.isprintable() and len(text) < 10_000


@pytest.mark.parametrize("rule", RULES)
def test_an_input(cli: Cli, fresh: Project, rule: str) -> None:
    path, code = RULES[rule]
    if not path.startswith(("/", "..")):
        put(fresh.root("art/hero") / path)
    inputs = {"sprites": ["sheet.png"], "palettes": [path]}
    edit(fresh.anchor("art/hero"), inputs=inputs)
    for verb in ("doctor", "build"):
        assert code in (found := verdict(cli, verb, fresh.path))[1], verb
        assert found[0] == 1
    assert is_shown_safely(cli, "build", fresh.path)


@pytest.mark.parametrize("rule", RULES)
def test_a_root(cli: Cli, fresh: Project, rule: str) -> None:
    path, code = RULES[rule]
    fresh.rows[0]["root"] = path
    fresh.write_index()
    for verb in ("list", "build"):
        found = verdict(cli, verb, fresh.path)
        assert found[0] == 1, verb
        assert code in found[1], verb
    assert is_shown_safely(cli, "build", fresh.path)


PROGRAM_RULES = {**RULES, "long": ("/".join(["c" * 100] * 11), "DOCUMENT_SCHEMA")}
"""No root stands before the program's path."""


@pytest.mark.parametrize("rule", PROGRAM_RULES)
def test_a_program(cli: Cli, project: Project, rule: str) -> None:
    """The one path of ``cartridge.json``, from the project down."""
    path, code = PROGRAM_RULES[rule]
    if not path.startswith(("/", "..")):
        put(project.path / path)
    describe(project, program=path)
    for options in ((), ("--check",)):
        ran = cli("ship", project.path, *options, "--format", "json")
        found = {diagnostic["code"] for diagnostic in json.loads(ran.out)["diagnostics"]}
        assert (ran.code, found) == (1, {code})
    assert not (project.path / "cartridge").exists()
    assert is_shown_safely(cli, "ship", project.path)


ALIKE = {
    "case": ("colors.hex", "Colors.hex"),
    "case-of-a-folder": ("sub/colors.hex", "Sub/colors.hex"),
    "accents": ("caf\u00e9.hex", "cafe\u0301.hex"),
    "case-and-accents": ("CAF\u00c9.hex", "cafe\u0301.hex"),
    "folding": ("stra\u00dfe.hex", "STRASSE.hex"),
    "compatibility-sign": ("k.hex", "\u212a.hex"),
}


@pytest.mark.parametrize("how", ALIKE)
def test_inputs_that_are_one_file_elsewhere(cli: Cli, fresh: Project, how: str) -> None:
    for path in ALIKE[how]:
        put(fresh.root("art/hero") / path)
    edit(fresh.anchor("art/hero"), inputs={"sprites": ["sheet.png"], "palettes": [*ALIKE[how]]})
    assert verdict(cli, "build", fresh.path) == (1, {"PATH_COLLISION"})


@pytest.mark.parametrize("how", ALIKE)
def test_roots_that_are_one_folder_elsewhere(cli: Cli, fresh: Project, how: str) -> None:
    for row, path in zip(fresh.rows, ALIKE[how], strict=True):
        row["root"] = path
    fresh.write_index()
    assert verdict(cli, "build", fresh.path) == (1, {"INDEX_ROOT"})


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_form_on_disk_is_the_form_that_counts(cli: Cli, fresh: Project, form: str) -> None:
    """No path is normalised: on a disk that tells the forms apart, the other form is missing."""
    root = fresh.root("art/hero")
    (root / "colors.hex").unlink()
    put(root / unicodedata.normalize(form, "caf\u00e9.hex"))
    for declared in ("NFC", "NFD"):
        path = unicodedata.normalize(declared, "caf\u00e9.hex")
        edit(fresh.anchor("art/hero"), inputs={"sprites": ["sheet.png"], "palettes": [path]})
        expected = (0, set()) if (root / path).exists() else (1, {"PATH_MISSING"})
        assert verdict(cli, "build", fresh.path) == expected


@pytest.mark.parametrize("where", ["art/hero", "", "art"])
def test_names_on_disk_that_are_no_text(cli: Cli, fresh: Project, where: str) -> None:
    """They are in nobody's way, and an asset there is told of and not built."""
    folder = os.fsencode(fresh.root(where)) + b"/caf\xe9"
    try:
        os.mkdir(folder)
    except OSError:
        pytest.skip("the file system takes only text as a name")
    with open(folder + b"/asset.json", "wb"), open(folder + b"/\xff.hex", "wb"):
        pass
    assert verdict(cli, "list", fresh.path) == (0, set())
    code, found = verdict(cli, "build", fresh.path)
    assert (code, found) == (0, {"ROOT_UNREGISTERED"})
    assert verdict(cli, "doctor", fresh.path)[0] == 0


def test_a_message_about_many_missing_files_is_short(cli: Cli, fresh: Project) -> None:
    """The first thousand are told, and the others are not even looked for."""
    inputs = {"sprites": [f"{number}" for number in range(4_096)], "palettes": ["colors.hex"]}
    edit(fresh.anchor("art/hero"), inputs=inputs)
    ran = cli("build", fresh.path, "--format", "json")
    assert ran.code == 1
    assert ran.out.count("PATH_MISSING") == 1_000
    assert '"truncated": true' in ran.out
