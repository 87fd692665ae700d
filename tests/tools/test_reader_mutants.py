"""`make mutants` of the kit's readers: which changes are made, and what is known of them."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from tools.mutants import fresh, operators, readers
from tools.mutants.jury import Jury, Wrong
from tools.mutants.noted import NO_PROGRAM, Noted
from tools.mutants.operators import SAID
from tools.mutants.tokens import mutants, tokens

from prometeu_assets.conformance.kit import Kit, load

JAVASCRIPT = {
    "x = a < b;": {"a <= b"},
    "x = a === b;": {"a !== b"},
    "x = a && b;": {"a || b", "x = a ;", "x =  b;"},
    "x = 0x1F;": {"x = 32", "x = 30"},
    "x = 'key';": {"'key_'"},
    "x = 'a text for people';": set(),
    "x = /^[a]+$/.test(y);": {"/[a]+$/", "/^[]+$/", "/^[a]$/", "/^[\\u0060]+$/"},
    "x = `a ${b + `${c}`} d`; y = 1;": {"y = 2", "y = 0"},
    "check(a, 'rule', [...path, 7]);": {"'rule_'"},
    "// a < b": set(),
    "function f() { check(a); check(b); }": {"check(b);\ncheck(a);", "{ ; check(b); }"},
    "if (a) b();": {"if (true) b", "if (false) b", "if (!((a))) b"},
    "x = a ? b : c;": {"x = true ? b", "x = false ? b"},
    "x = !a;": {"x = a;"},
    "x = a.slice(1);": {"x = a;", "slice(2)", "slice(0)"},
}
RUST = {
    "if a < b { return Err(c); }": {"if a <= b {", "if (true) {", "if (false) {", "{ ; }"},
    "x = a as u32;": {"a as u16", "a as u64"},
    "x = b'a';": {"b'\\x60'", "b'\\x62'"},
    'x = b"ab";': {'b"a"', 'b"b"'},
    "impl<'a> X<'a> {}": set(),
    "match a { b'n' => c, _ => d, }": {"match a {  _ => d, }", "{ b'n' => c,  }"},
    "matches!(a, 1..=2)": {"1..2", "(a, 0..=2)", "1..=3"},
    "if let Some(a) = b { c }": set(),
}


FRESH = {
    ("python", "x = f(a, b[1])\n"): {"f(b[1], a)", "f(b, b[1])", "f(a, a[1])", "\n\n"},
    ("python", "need(a, 'CODE', f(b, c))\n"): {"need('CODE', a"},
    ("python", "# f(a, b)\n"): set(),
    ("javascript", "{\nx += f(a, 7) + 8;\n}\n"): {
        "f(7, a)",
        "f(a, 8) + 8",
        "8;\nx",
        "{\n\n}",
    },
    ("javascript", "check(a, 'rule', f(b, c));\n"): {"check('rule', a"},
    ("javascript", "let a = 1;\nlet b = a;\n"): {"b = a;\nlet a"},
    ("rust", "if a { b } else { c }\n"): {"if a { c } else { b }"},
}


@pytest.mark.parametrize(
    ("text", "rust", "wanted"),
    [
        *((text, False, wanted) for text, wanted in JAVASCRIPT.items()),
        *((text, True, wanted) for text, wanted in RUST.items()),
    ],
)
def test_the_changes_of_a_line(text: str, *, rust: bool, wanted: set[str]) -> None:
    source = f"\n{text}\n".encode()
    made = [mutant.applied(source).decode() for mutant in mutants(source, rust=rust)]
    assert bool(made) is bool(wanted)
    assert {part for part in wanted if not any(part in one for one in made)} == set()
    assert source.decode() not in made


@pytest.mark.parametrize(("language", "text", "wanted"), [(*key, v) for key, v in FRESH.items()])
def test_the_fresh_changes_of_a_line(language: str, text: str, wanted: set[str]) -> None:
    source = f"\n{text}".encode()
    made = [m.applied(source).decode() for m in fresh.mutants(source, language=language)]
    assert bool(made) is bool(wanted)
    assert {part for part in wanted if not any(part in one for one in made)} == set()
    assert not any("f(c, b)" in one for one in made), "what is said to people"


def test_fresh_changes_are_others_and_as_many_of_each_kind() -> None:
    for name in readers.TARGETS:
        found = readers.chosen(name, 70, "seed", fresh=True)
        made = {
            place.mutant.applied((readers.READERS / place.file).read_bytes()) for place in found
        }
        for place in readers.places(name):
            made.discard(place.mutant.applied((readers.READERS / place.file).read_bytes()))
        assert len(made) == len(found)
        kinds = Counter(place.mutant.kind for place in found)
        assert len(kinds) >= 6
        assert sorted(kinds.values())[1] >= 10


def test_what_a_case_noticed_is_noticed_while_reader_and_case_are_the_same(tmp_path: Path) -> None:
    def noted(reader: str = "a", **cases: str) -> Noted:
        return Noted(file=tmp_path / "notes.jsonl", reader=reader, cases=cases)

    first = noted(case="1", other="2")
    assert first.by(("f", "x")) is None
    first.note(("f", "x"), "case")
    first.note(("f", "y"), NO_PROGRAM)
    assert noted(case="1").by(("f", "x")) == "case"
    assert noted().by(("f", "y")) == NO_PROGRAM
    assert noted(case="changed").by(("f", "x")) is None
    assert noted(other="1").by(("f", "x")) is None
    assert noted("b", case="1").by(("f", "x")) is None


def test_a_character_and_a_lifetime_are_told_apart() -> None:
    kinds = [(token.kind, token.text) for token in tokens("f::<'a>('b', b'\\'')", rust=True)]
    assert ("char", "'b'") in kinds
    assert ("char", "b'\\''") in kinds
    assert ("text", "'a") in kinds


def test_bytes_and_checks_of_python_are_changed_and_what_is_said_is_not() -> None:
    source = b"need(a, 'CODE', f(7))\nneed(b, 'OTHER')\nx = b'ab'\n"
    made = {mutant.change for mutant in operators.mutants(source, said=SAID)}
    assert "b'ab' => b'b'" in made
    assert (
        "need(a, 'CODE', f(7)) need(b, 'OTHER') => need(b, 'OTHER') need(a, 'CODE', f(7))" in made
    )
    assert not any(change.startswith("7 ") for change in made)


@pytest.mark.parametrize("name", readers.TARGETS)
def test_a_reader_has_changes_and_each_that_is_known_is_one(name: str) -> None:
    found = readers.places(name)
    assert len(found) > 1000
    rows = {tuple(place.row.values()) for place in [*found, *readers.places(name, fresh=True)]}
    folder = f"{readers.TARGETS[name].folder}/"
    known = {key: why for key, why in readers.equivalent().items() if key[0].startswith(folder)}
    assert set(known) <= rows, "a row of equivalent-readers.toml that is no change any more"
    assert all(why.endswith(".") for why in known.values())


def test_a_changed_python_reader_is_a_program_or_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text("def f(:\n", encoding="utf-8")
    assert readers.TARGETS["reader"].build(tmp_path) is None
    for place in readers.chosen("reader", 50, "seed"):
        ast.parse(place.mutant.applied((readers.READERS / place.file).read_bytes()))


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("name", readers.TARGETS)
def test_the_last_run_was_of_this_reader_and_left_nothing(name: str, *, fresh: bool) -> None:
    """After a reader was changed: `make mutants TARGET=… MUTANTS="--json tools/mutants/results/…"`."""
    result = readers.results(fresh=fresh)[name]
    assert result["digest"] == readers.digest(name), f"run `make mutants TARGET={name}` again"
    assert result["alive"] == []
    counted = sum(result["noticed"].values()) + result["equivalent"] + result["no_program"]
    assert counted == result["tried"] <= result["changes"]
    assert result["changes"] == len(readers.places(name, fresh=fresh))


@pytest.fixture(scope="module")
def kit() -> Kit:
    """Some cases of the kit."""
    whole = load()
    return Kit(
        directory=whole.directory,
        manifest=whole.manifest,
        vectors=whole.only("prelude-flags-byte-*"),
    )


READER = """
import sys
for path in sys.argv[5:]:
    flags = open(path, "rb").read()[16:20]
    print('{"verdict": "reject", "code": "PRELUDE_FLAGS"}' if CHECK else '{"verdict": "accept"}')
sys.exit(1)
"""


@pytest.mark.parametrize(
    ("check", "noticed"),
    [("True", None), ("flags[0]", "prelude-flags-byte-1"), ("sys.exit(3)", "prelude-flags-byte-1")],
)
def test_a_jury_notices(kit: Kit, tmp_path: Path, check: str, noticed: str | None) -> None:
    reader = tmp_path / "reader.py"
    command = ["python3", str(reader)]
    reader.write_text(READER.replace("CHECK", "any(flags)"), encoding="utf-8")
    jury = Jury.called(kit, tmp_path, command)
    reader.write_text(READER.replace("CHECK", check), encoding="utf-8")
    by = jury.noticed_by(command)
    assert (by and by.id) == noticed
    if noticed:
        assert jury.groups[0][1][0].vector.id == noticed
        with pytest.raises(Wrong):
            Jury.called(kit, tmp_path, command)
