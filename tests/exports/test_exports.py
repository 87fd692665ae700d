"""The contract as data and as constants: it says what the definitions say, and it compiles."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.spec.test_spec_pages import SPEC, anchors
from tests.third.contract import THIRD
from tools.exports import EXPORTS
from tools.exports.constants import Constant, constants
from tools.exports.languages import c_value, plain, rust_value, whole
from tools.exports.model import model

from prometeu_assets.contract.current import CURRENT

FOLDER = SPEC / CURRENT.folder / "exports"
CONSTANTS = {item.name: item for group in constants(CURRENT).values() for item in group}
VALUE: dict[str, Any] = json.loads((FOLDER / "contract.json").read_bytes())


def shown(item: Constant) -> str:
    """A constant as the programs below print it."""
    value = list(item.value) if isinstance(item.value, bytes) else item.value
    return f"{item.name} {json.dumps(value)}"


def test_the_data_obeys_its_schema_and_names_what_there_is() -> None:
    for contract in (CURRENT, THIRD):
        assert list(CURRENT.documents.violations(("contract", 1), model(contract))) == []
    assert model(CURRENT) == VALUE
    for rules, table in (("rules", CURRENT.rules), ("load_rules", CURRENT.load_rules)):
        assert [row["id"] for row in VALUE[rules]] == [rule.id for rule in table]
    assert {row["code"] for row in VALUE["codes"]} == {rule.code for rule in CURRENT.every_rule}
    links = [row["link"] for row in (*VALUE["rules"], *VALUE["load_rules"], *VALUE["banks"])]
    for link in (*links, VALUE["container"]["link"]):
        page, _, anchor = link.partition("#")
        assert anchor in anchors(f"{CURRENT.folder}/{page}"), link
    pages = {path.name for path in (SPEC / CURRENT.folder).glob("*.md")}
    assert set(VALUE["pages"]) == pages


def test_members_are_those_of_the_schemas() -> None:
    documents = [VALUE["header"], VALUE["cartridge"]["manifest"]]
    documents += [bank["metadata"] for bank in VALUE["banks"]]
    for document in documents:
        _, _, _, name, version = document["id"].split(":")
        assert CURRENT.documents.schema(name, int(version))
        for row in document["members"]:
            Draft202012Validator.check_schema(row["schema"])
            assert row["schema"] or row["path"] == "entrypoint", "only it takes any value"
    paths = {row["path"]: row["schema"] for row in VALUE["header"]["members"]}
    assert paths["preload[].slot"] == {"type": "integer", "minimum": 0, "maximum": 15}
    sounds = {row["path"]: row["schema"] for row in VALUE["banks"][1]["metadata"]["members"]}
    assert sounds["samples{}.length"]["multipleOf"] == 2


def test_constants_that_are_known_by_heart() -> None:
    known = {
        "PRELUDE_SIZE": 32, "ALIGNMENT": 16, "PRELUDE_MAGIC_VALUE": b"ASPA",
        "PRELUDE_HEADER_LEN_OFFSET": 8, "PRELUDE_HEADER_LEN_MAX": 16 * 1024 * 1024,
        "PRELUDE_HEADER_CHECKSUM_OFFSET": 28, "PRELUDE_SCHEMA_VERSION_VALUE": 1,
        "TILES_SIZE": 34816, "TILES_DECODED_SIZE": 67584, "TILES_PALETTES_OFFSET": 32768,
        "TILES_TILE_SIZE_VALUES": [8, 16, 32], "SOUNDS_SAMPLE_RATE_MAX": 48000,
        "PRELOAD_SLOT_MAX": 15, "LIMIT_INTEGER": 2**53 - 1, "MANIFEST_MAGIC": "PMTU",
        "FILE_PACK": "assets.pa", "CODE_TABLE_ORDER": "TABLE_ORDER",
    }  # fmt: skip
    assert {name: CONSTANTS[name].value for name in known} == known


def test_a_third_bank_has_its_constants() -> None:
    assert "#define ASSETS_PA_TILEMAPS_HEIGHT_MAX " in EXPORTS["assets_pa.h"](THIRD)
    assert 'pub const TILEMAPS_FORMAT: &str = "TILEMAPS/cells_v1";' in EXPORTS["assets_pa.rs"](
        THIRD
    )
    assert "TILEMAPS_SIZE" not in EXPORTS["assets_pa.rs"](THIRD), "each map has its own"


@pytest.mark.parametrize("value", ['"', "\\", "\u00e9", "\n", "??/"])
def test_a_text_that_needs_escapes_is_refused(value: str) -> None:
    for made in (c_value, rust_value, plain):
        with pytest.raises(ValueError, match="needs escapes"):
            made(value)


def test_a_number_that_needs_a_sign_is_refused() -> None:
    for made in (c_value, rust_value, whole):
        with pytest.raises(ValueError, match="needs a sign"):
            made(-1)


def run(*command: object) -> str:
    """What a program prints. It fails the test when it cannot be run, or ends in another way."""
    program = str(command[0])
    if shutil.which(program) is None:
        pytest.fail(f"the exports are compiled, and there is no `{program}` here")
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


C_PROGRAM = r"""
#include <stdio.h>
#include "assets_pa.h"
#define NUMBER(name) printf(#name " %llu\n", (unsigned long long) ASSETS_PA_##name);
#define TEXT(name) printf(#name " \"%s\"\n", ASSETS_PA_##name);
#define LIST(name, type, form, show) { \
    static type const list[] = ASSETS_PA_##name; \
    size_t i; \
    printf(#name " ["); \
    for (i = 0; i < sizeof list / sizeof list[0]; i++) printf(form, i ? ", " : "", show list[i]); \
    printf("]\n"); \
}
#define BYTES(name) LIST(name, unsigned char, "%s%u", (unsigned))
#define NUMBERS(name) LIST(name, uint32_t, "%s%lu", (unsigned long))
#define TEXTS(name) LIST(name, char const *, "%s\"%s\"", (const char *))
int main(void) {
"""


def c_line(item: Constant) -> str:
    """The line of the C program that prints a constant."""
    value = item.value
    if isinstance(value, bytes):
        return f"BYTES({item.name})"
    if isinstance(value, list):
        return f"{'TEXTS' if isinstance(value[0], str) else 'NUMBERS'}({item.name})"
    return f"{'TEXT' if isinstance(value, str) else 'NUMBER'}({item.name})"


@pytest.mark.parametrize(
    ("compiler", "name", "standard"),
    [("gcc", "program.c", "c99"), ("g++", "program.cpp", "c++11")],
)
def test_the_header_compiles_without_a_warning(
    compiler: str, name: str, standard: str, tmp_path: Path
) -> None:
    lines = "\n".join(map(c_line, CONSTANTS.values()))
    source = tmp_path / name
    source.write_text(f"{C_PROGRAM}{lines}\nreturn 0;\n}}\n")
    flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-std={standard}", "-I", FOLDER]
    run(compiler, *flags, source, "-o", tmp_path / "program")
    assert run(tmp_path / "program").splitlines() == list(map(shown, CONSTANTS.values()))


def test_the_module_compiles_without_a_warning(tmp_path: Path) -> None:
    module = f'#[path = "{FOLDER / "assets_pa.rs"}"]\npub mod assets_pa;\n'
    library = tmp_path / "library.rs"
    library.write_text(f"//! A library.\n#![no_std]\n#![deny(missing_docs)]\n{module}")
    flags = ["--edition", "2021", "-D", "warnings"]
    run("rustc", *flags, "--crate-type", "lib", library, "-o", tmp_path / "library.rlib")
    lines = [f'println!("{name} {{:?}}", assets_pa::{name});' for name in CONSTANTS]
    program = tmp_path / "program.rs"
    program.write_text(f"{module}fn main() {{\n{chr(10).join(lines)}\n}}\n")
    run("rustc", *flags, program, "-o", tmp_path / "program")
    assert run(tmp_path / "program").splitlines() == list(map(shown, CONSTANTS.values()))


def test_each_name_is_there_once_in_both_languages() -> None:
    header, module = EXPORTS["assets_pa.h"](CURRENT), EXPORTS["assets_pa.rs"](CURRENT)
    assert re.findall(r"^#define ASSETS_PA_(\w+) ", header, re.MULTILINE) == list(CONSTANTS)
    assert re.findall(r"^pub const (\w+):", module, re.MULTILINE) == list(CONSTANTS)
