"""Change the code in a sample of places, one at a time, and see whether a test notices.

Exit codes: 0 the share that is noticed is at least `--at-least`, 1 it is less, 2 usage, 3 the
tests fail on the code as it is.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import tomllib
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from tools.mutants import readers
from tools.mutants.lines import Map, mapped, part_of
from tools.mutants.operators import Mutant, mutants
from tools.mutants.tree import PACKAGE, ROOT, Tree, commit, files
from tools.mutants.trial import outcome, tested

EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Code to change, and the command that must fail; without one, the tests that run the line."""

    files: str
    command: tuple[str, ...] = ()
    seconds: float = 60
    """The time for the first tests of a mutant, or for the command on unchanged code."""


TARGETS: Final = {"src": Target(files=f"{PACKAGE}/")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A mutant in its file."""

    file: str
    mutant: Mutant

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.mutant.lines.start,
            "where": self.mutant.where,
            "kind": self.mutant.kind,
            "change": self.mutant.change,
        }


def places(target: Target) -> list[Place]:
    """Every mutant of a target but for those that no test can notice."""
    rows = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    equivalent = {(row["file"], row["where"], row["change"]) for row in rows}
    return [
        Place(file=name, mutant=mutant)
        for name in files()
        if name.startswith(target.files) and name.endswith(".py")
        for mutant in mutants((ROOT / name).read_bytes())
        if (name, mutant.where, mutant.change) not in equivalent
    ]


def sample(found: list[Place], number: int, seed: str) -> list[Place]:
    """So many mutants, equally many of each part, and in it of each kind of change."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    parts: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in chance.sample(found, len(found)):
        parts[part_of(place.file)][place.mutant.kind].append(place)
    of_parts = [
        _in_turn(chance.sample(list(kinds.values()), len(kinds))) for kinds in parts.values()
    ]
    return _in_turn(of_parts)[:number]


def _in_turn(groups: list[list[Place]]) -> list[Place]:
    """The first of each group, then the second of each."""
    return [place for turn in zip_longest(*groups) for place in turn if place is not None]


def tried(place: Place, target: Target, tree: Tree, lines: Map | None) -> str | None:
    """What noticed the mutant; None when nothing did."""
    source = (tree.path / place.file).read_bytes()
    tree.write(place.file, place.mutant.applied(source))
    try:
        if lines is None:
            return outcome(*tree.run(target.command, 5 * target.seconds, {}))
        done: list[str] = []
        # Few live on: for those, also tests that are slow or less likely to notice.
        for budget in (target.seconds, 10 * target.seconds):
            tests = lines.tests(place.file, place.mutant.lines, budget)
            by = tested(tree, [test for test in tests if test not in done], 30 + 5 * budget)
            if by is not None:
                return by
            done = tests
        return None
    finally:
        tree.write(place.file, source)


def main(arguments: list[str]) -> int:
    """Try a sample of mutants."""
    options = _options(arguments)
    seed = options.seed or commit()
    if options.target in readers.TARGETS:
        return readers.main(options, seed)
    target = TARGETS[options.target]
    chosen = sample(places(target), options.number, seed)
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        trees: SimpleQueue[Tree] = SimpleQueue()
        first = Tree.copied(Path(scratch) / "tree-0")
        trees.put(first)
        lines = None
        if not target.command:
            lines = mapped(first, readers.CACHE, workers=options.workers, keep=options.keep_map)
        elif first.run(target.command, None, {})[0] != 0:
            print(f"fails on the code as it is: {' '.join(target.command)}", file=sys.stderr)
            return 3
        for number in range(1, options.workers):
            trees.put(Tree.copied(Path(scratch) / f"tree-{number}"))

        def one(place: Place) -> dict[str, Any]:
            tree = trees.get()
            try:
                by = tried(place, target, tree, lines)
            finally:
                trees.put(tree)
            result = {**place.as_json(), "noticed_by": by}
            if by is None:
                print("{file}:{line} in {where}: {change}".format(**result), flush=True)
            return result

        with ThreadPoolExecutor(options.workers) as pool:
            results = list(pool.map(one, chosen))
    noticed = sum(result["noticed_by"] is not None for result in results)
    score = noticed / max(1, len(results))
    print(f"{noticed} of {len(results)} mutants are noticed: {score:.1%} (seed {seed})")
    if options.json:
        whole = {"target": options.target, "seed": seed, "score": score, "mutants": results}
        options.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 0 if score >= options.at_least else 1


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--target", choices=[*TARGETS, *readers.TARGETS], default="src")
    parser.add_argument("--number", type=int, default=60, help="how many mutants; 60 unless said")
    parser.add_argument("--seed", help="another sample than that of the commit")
    parser.add_argument("--at-least", type=float, default=0.97, help="the share to be noticed")
    parser.add_argument("--workers", type=int, default=2, help="how many are tried at a time")
    parser.add_argument("--keep-map", action="store_true", help="take the map of an earlier tree")
    parser.add_argument(
        "--fresh", action="store_true", help="changes of a reader that no case was written for"
    )
    parser.add_argument("--json", type=Path, help="write every mutant and what noticed it")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
