"""`make mutants`: which changes are made, which tests are chosen, and how a trial ends."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from tests.every import every
from tools.mutants.__main__ import EQUIVALENT, TARGETS, Place, places, sample, tried
from tools.mutants.lines import Map, bodies, part_of
from tools.mutants.operators import mutants
from tools.mutants.tree import PACKAGE, ROOT, Tree
from tools.mutants.trial import outcome

CHANGES = {
    "x = a < b": {"(a <= b)"},
    "x = a >= b": {"(a > b)"},
    "x = a == b != c": {"(a != b != c)", "(a == b == c)"},
    "x = a is not b": {"(a is b)"},
    "x = a and b": {"(a or b)", "(a)", "(b)"},
    "x = a or b or c": {"(a and b and c)", "(b or c)", "(a or c)", "(a or b)"},
    "x = not a": {"(a)"},
    "x = a + b": {"(a - b)"},
    "x = a << b": {"(a >> b)"},
    "x = 7": {"8", "(6)"},
    "x = True": {"False"},
    "x = {'key': y}": {"'key_'"},
    "x = 'a text for people'": set(),
    "x = f'{7}'": set(),
    "x: Literal[7] = y": set(),
    "x = Literal[7]": set(),
    "__all__ = ['a']": set(),
    "assert a < b": set(),
    "import a": set(),
    "from a import b": set(),
    "'docstring'": set(),
    "a()": {"pass"},
    "raise a": {"pass"},
    "a += b": {"pass"},
    "del a": {"pass"},
    "a = b": set(),
    "a.b = c": {"pass"},
    "a[b] = c": {"pass"},
    "x = a if b else c": {"True", "False"},
    "x = [a for a in b if c]": {"True"},
    "if TYPE_CHECKING:\n    x = 7": set(),
    "if a:\n    x = y": {"True", "False"},
    "while a:\n    break": {"continue"},
    "while a:\n    continue": {"break"},
    "def f(a: 7) -> 7:\n    'docstring'\n    return a": {"return\n    return a"},
    "@decorated(7)\ndef f():\n    pass": set(),
}


@every(CHANGES)
def test_the_changes_of_a_text(text: str) -> None:
    # Columns of the syntax tree count bytes.
    source = text if "\n" in text else f"é = 1j; {text}"
    found = list(mutants(source.encode()))
    assert {mutant.text for mutant in found} == CHANGES[text]
    for mutant in found:
        changed = mutant.applied(source.encode()).decode()
        ast.parse(changed)
        assert changed == source.replace(mutant.before, mutant.text, 1) != source


def test_a_mutant_says_where_it_is() -> None:
    source = b"class A:\n    def f(self):\n        return (a and\n            7)\n"
    (found,) = [m for m in mutants(source) if m.kind == "and, or"]
    assert (found.where, found.lines, found.change) == ("A.f", range(3, 5), "a and 7 => (a or 7)")


@pytest.fixture(scope="module")
def found() -> list[Place]:
    """Every mutant of the package."""
    return places(TARGETS["src"])


def test_every_mutant_of_the_project_is_a_program(found: list[Place]) -> None:
    for place in sample(found, 60, "seed"):
        ast.parse(place.mutant.applied((ROOT / place.file).read_bytes()))


def test_a_mutant_that_is_listed_as_equivalent_exists_and_is_not_tried(
    found: list[Place],
) -> None:
    rows = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    tried = {(place.file, place.mutant.where, place.mutant.change) for place in found}
    for row in rows:
        assert row.keys() == {"file", "where", "change", "reason"}
        key = (row["where"], row["change"])
        assert key in {(m.where, m.change) for m in mutants((ROOT / row["file"]).read_bytes())}
        assert (row["file"], *key) not in tried


def test_a_sample_is_drawn_equally_from_the_parts_and_again_by_its_seed(
    found: list[Place],
) -> None:
    parts = {part_of(place.file) for place in found}
    chosen = sample(found, 3 * len(parts), "seed")
    assert sorted(part_of(p.file) for p in chosen) == sorted([*parts] * 3)
    assert chosen == sample(found, 3 * len(parts), "seed") != sample(found, 3 * len(parts), "other")


def test_the_tests_of_a_line_are_chosen_quick_ones_of_its_part_first() -> None:
    name = f"{PACKAGE}/reader/pack.py"
    quick, slow, other = (
        "tests/reader/test_a.py::q",
        "tests/reader/test_a.py::s",
        "tests/test_b.py::o",
    )
    chosen = Map({slow: 5.0, quick: 1.0, other: 0.5}, {name: {3: [other, slow, quick], 4: [slow]}})
    for lines, budget, expected in (
        (range(3, 4), 60, [quick, slow, other]),
        (range(3, 4), 2, [quick, other]),
        (range(4, 6), 60, [slow]),
        (range(9, 10), 60, [quick, slow, other]),  # run at import alone
    ):
        assert chosen.tests(name, lines, budget) == expected
    # A module that only declares is noticed by any test.
    assert chosen.tests(f"{PACKAGE}/reader/other.py", range(1), 60) == [quick, slow, other]


def test_lines_that_run_at_import_are_told_apart() -> None:
    source = b"""A = [
    7]
@decorated
def f(
    a=7,
):
    x = [
        a]
    def g(b=7):
        return b
class B:
    c = 7
    def h(self): return 7
"""
    assert bodies(source) == {7, 8, 9, 10, 13}


@every(
    [
        (0, "", None),
        (None, "", "the time was over"),
        (1, "x\nFAILED tests/a.py::b[c] - d\n", "tests/a.py::b[c]"),
        (3, "", "exit code 3"),
    ]
)
def test_what_noticed(code: int | None, printed: str, by: str | None) -> None:
    assert outcome(code, printed) == by


def test_a_trial_leaves_the_copy_as_it_was(tmp_path: Path) -> None:
    """A small project: a test that checks a bound, and none that checks a number."""
    name, test = f"{PACKAGE}/reader/small.py", "tests/reader/test_small.py"
    source = b"def f(a):\n    return a < 3\n\n\ndef g():\n    return 7\n"
    tree = Tree(tmp_path / "tree")
    for file, data in {
        name: source,
        "src/prometeu_assets/__init__.py": b"",
        test: b"from prometeu_assets.reader.small import f, g\n"
        b"def test_it():\n    assert f(2) and not f(3) and g()\n",
        "tools/mutants/plugin.py": (ROOT / "tools/mutants/plugin.py").read_bytes(),
        "tools/mutants/recording.py": (ROOT / "tools/mutants/recording.py").read_bytes(),
        "pytest.ini": b"[pytest]\n",
    }.items():
        (tree.path / file).parent.mkdir(parents=True, exist_ok=True)
        (tree.path / file).write_bytes(data)
    found = [p for p in mutants(source) if p.text in ("(a <= 3)", "8")]
    lines = Map({f"{test}::test_it": 0.1}, {name: {n: [f"{test}::test_it"] for n in range(1, 7)}})
    seen = {p.change: tried(Place(file=name, mutant=p), TARGETS["src"], tree, lines) for p in found}
    assert seen == {
        "a < 3 => (a <= 3)": f"{test}::test_it",
        "7 => 8": None,
    }
    assert (tree.path / name).read_bytes() == source
