"""Which tests run a line: recorded in a run of all tests, kept in a file of `coverage`."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import coverage

from tools.mutants.recording import DIRECTORY, SOURCE
from tools.mutants.tree import PACKAGE, Tree, digest
from tools.mutants.trial import tested


@dataclass(frozen=True, slots=True)
class Map:
    """The tests of the project, and the lines that each of them runs."""

    seconds: dict[str, float]
    """Test to the time that it took."""
    lines: dict[str, dict[int, list[str]]]
    """File to line to the tests that run it, but for lines that are run at import."""

    def tests(self, name: str, lines: range, budget: float) -> list[str]:
        """The tests most likely to notice a change of these lines, in `budget` seconds or less.

        First come the tests of the same part, the quick ones first. A line that is run at import
        is tested by whatever runs another line of the module, and by all tests if none is.
        """
        module = self.lines.get(name, {})
        found = {test for line in lines for test in module.get(line, ())}
        found = found or {test for tests in module.values() for test in tests}
        found = found or set(self.seconds)
        part = f"tests/{part_of(name)}/"
        chosen = []
        for test in sorted(found, key=lambda t: (not t.startswith(part), self.seconds[t], t)):
            if self.seconds[test] <= budget:
                budget -= self.seconds[test]
                chosen.append(test)
        return chosen


def part_of(name: str) -> str:
    """The part of the package that a file belongs to; `""` at the top."""
    return name.removeprefix(PACKAGE).lstrip("/").rpartition("/")[0].partition("/")[0]


def bodies(source: bytes) -> set[int]:
    """The lines of functions without their heads: others run once, for whoever imports first."""
    return {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for line in range(node.body[0].lineno, (node.end_lineno or 0) + 1)
    }


def mapped(tree: Tree, folder: Path, *, workers: int, keep: bool) -> Map:
    """The map of this working tree: the one in ``folder``, or a new one from a run of all tests."""
    kept, now = folder / "map.json", digest("src/", "tests/", "schemas/", "conformance/")
    if kept.exists():
        document = json.loads(kept.read_text(encoding="utf-8"))
        if keep or document["digest"] == now:
            return _unpacked(document)
    fresh = _recorded(tree, workers)
    folder.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"digest": now, **_packed(fresh)}), encoding="utf-8")
    return fresh


def _packed(whole: Map) -> dict[str, Any]:
    """The map as JSON, where lines with the same tests share them."""
    numbers = {test: number for number, test in enumerate(whole.seconds)}
    sets: dict[tuple[int, ...], int] = {}
    lines = {
        name: {
            line: sets.setdefault(tuple(numbers[test] for test in tests), len(sets))
            for line, tests in module.items()
        }
        for name, module in whole.lines.items()
    }
    return {"seconds": whole.seconds, "sets": list(sets), "lines": lines}


def _unpacked(document: dict[str, Any]) -> Map:
    tests = list(document["seconds"])
    sets = [[tests[number] for number in one] for one in document["sets"]]
    lines = {
        name: {int(line): sets[at] for line, at in module.items()}
        for name, module in document["lines"].items()
    }
    return Map(document["seconds"], lines)


def _recorded(tree: Tree, workers: int) -> Map:
    """Run all tests under `coverage`. Tests that fail on unchanged code are left out."""
    directory = tree.path.with_name("record")
    directory.mkdir()
    source = str(tree.path / PACKAGE)
    tree.run(
        ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tools.mutants.plugin",
         "--numprocesses", str(workers)),
        None, {DIRECTORY: str(directory), SOURCE: source},
    )  # fmt: skip
    tests: dict[str, Any] = {}
    for path in directory.glob("tests-*.json"):
        tests |= json.loads(path.read_text(encoding="utf-8"))
    failed = [test for test, found in tests.items() if found["failed"]]
    if failed:
        failed = [test for test in failed if tested(tree, [test], None)]
    seconds = {test: found["seconds"] for test, found in tests.items() if test not in failed}
    users = defaultdict(list)
    for test in seconds:
        for context in (test, *tests[test]["fixtures"]):
            users[context].append(test)
    # One file for each process, and there are a thousand of them.
    called = cache(lambda file: bodies(Path(file).read_bytes()))
    contexts: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in directory.glob("lines.*"):
        data = coverage.CoverageData(str(path))
        data.read()
        for file in data.measured_files():
            module = contexts[Path(file).relative_to(tree.path).as_posix()]
            for line, found in data.contexts_by_lineno(file).items():
                if line in called(file):
                    module[line].update(found)
    lines = {
        name: {n: sorted({t for c in found for t in users[c]}) for n, found in module.items()}
        for name, module in contexts.items()
    }
    return Map(seconds, {name: {n: t for n, t in m.items() if t} for name, m in lines.items()})
