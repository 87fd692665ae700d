"""The readers of the kit as targets: every change of one that no case notices.

A changed reader is built in a directory of its own and asked the kit's cases; see `jury`. What is
known to be the same reader stands in `equivalent-readers.toml`, each with the reason.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from prometeu_assets.conformance.case import folder_listing
from prometeu_assets.conformance.kit import Kit, load
from prometeu_assets.conformance.ledger import LEDGER, decoded
from tools.mutants import fresh, operators, tokens
from tools.mutants.jury import Jury, Wrong
from tools.mutants.noted import NO_PROGRAM, Noted
from tools.mutants.operators import SAID, Mutant
from tools.mutants.tree import ROOT

READERS: Final = ROOT / "conformance/readers"
EQUIVALENT: Final = Path(__file__).with_name("equivalent-readers.toml")
CACHE: Final = ROOT / ".mutants"
RESULTS: Final = Path(__file__).with_name("results")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """A reader of the kit.

    ``build`` makes a program of the files in a directory and returns the command that runs it;
    None when the files are no program. ``skipped`` are functions that no case of the kit asks for,
    because they speak the protocol's options; `tests/conformance/test_protocol.py` does.
    """

    folder: str
    files: tuple[str, ...]
    skipped: frozenset[str]
    mutants: Callable[[bytes], Iterator[Mutant]]
    fresh: Callable[[bytes], Iterator[Mutant]]
    """Changes of other kinds, by which no case was found."""
    build: Callable[[Path], list[str] | None]


def _python(folder: Path) -> list[str] | None:
    try:
        compile((folder / "reader.py").read_bytes(), "reader.py", "exec")
    except SyntaxError:
        return None
    return [sys.executable, "-I", "-S", str(folder / "reader.py")]


def _javascript(folder: Path) -> list[str] | None:
    return ["node", "--max-old-space-size=1024", str(folder / "cli.mjs")]


def _rust(folder: Path) -> list[str] | None:
    """One crate of the library and the program, which is quicker to compile."""
    modules = ("banks", "cartridge", "json", "pack")
    program = (folder / "main.rs").read_text(encoding="utf-8")
    program = program.replace("use reader::", "use crate::reader::")
    program = re.sub(r"(?m)^mod (\w+);", r'#[path = "\1.rs"]\nmod \1;', program)
    (folder / "program.rs").write_text(program.replace("\nfn main", "\npub fn main"), "utf-8")
    (folder / "one.rs").write_text(
        "extern crate alloc;\n"
        + "".join(f"pub mod {name};\n" for name in modules)
        + f"pub mod reader {{ pub use crate::{{{', '.join(modules)}}}; }}\n"
        "mod program;\nfn main() { program::main() }\n",
        "utf-8",
    )
    made = folder / "one"
    # As in a release, where an overflow wraps; what a change leaves as it is is not compiled again.
    options = ["--edition", "2021", "-A", "warnings", "-C", "overflow-checks=off"]
    options += ["-C", f"incremental={folder / 'compiled'}"]
    done = subprocess.run(  # noqa: S603
        ["rustc", *options, str(folder / "one.rs"), "-o", str(made)],  # noqa: S607
        capture_output=True, check=False,
    )  # fmt: skip
    return [str(made)] if done.returncode == 0 else None


TARGETS: Final = {
    "reader": Reader(
        folder="python-stdlib",
        files=("reader.py",),
        skipped=frozenset({"Options", "main", "open_file", "take", "take_all"}),
        mutants=partial(operators.mutants, said=SAID),
        fresh=fresh.of("python"),
        build=_python,
    ),
    "javascript": Reader(
        folder="javascript",
        files=("reader.mjs", "cli.mjs"),
        skipped=frozenset(
            {"requireProfile", "sourceOf", "pointer", "rgb888"}
            | {"stop", "withFiles", "whole", "unsupported", "parse", "main", "OPTIONS", "USAGE"}
        ),
        mutants=partial(tokens.mutants, rust=False),
        fresh=fresh.of("javascript"),
        build=_javascript,
    ),
    "rust": Reader(
        folder="rust",
        files=("banks.rs", "cartridge.rs", "json.rs", "pack.rs", "main.rs", "sha256.rs"),
        skipped=frozenset({"run", "main", "open", "from"}),
        mutants=partial(tokens.mutants, rust=True),
        fresh=fresh.of("rust"),
        build=_rust,
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A change of a reader, in its file."""

    file: str
    mutant: Mutant
    number: int
    """Which of those that look the same in one function, from 1."""

    @property
    def row(self) -> dict[str, str]:
        """What names it: its file, the function, and what is replaced by what."""
        number = f" ({self.number})" if self.number > 1 else ""
        change = f"{self.mutant.change}{number}"
        return {"file": self.file, "where": self.mutant.where, "change": change}


@cache
def places(name: str, *, fresh: bool = False) -> tuple[Place, ...]:
    """Every change of a reader, in the order of its files."""
    reader = TARGETS[name]
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for file in reader.files:
        source = (READERS / reader.folder / file).read_bytes()
        mutants: Iterable[Mutant] = reader.mutants(source)
        if fresh:
            old = {mutant.applied(source) for mutant in mutants}
            mutants = (m for m in reader.fresh(source) if m.applied(source) not in old)
        for mutant in mutants:
            if mutant.where.partition(".")[0] not in reader.skipped:
                key = (file, mutant.where, mutant.change)
                seen[key] += 1
                folder = f"{reader.folder}/{file}"
                found.append(Place(file=folder, mutant=mutant, number=seen[key]))
    return tuple(found)


def equivalent() -> dict[tuple[str, str, str], str]:
    """The reason of each change that makes the same reader."""
    rows = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    return {(row["file"], row["where"], row["change"]): row["reason"] for row in rows}


def digest(name: str) -> str:
    """One digest of a reader's files."""
    reader = TARGETS[name]
    files = {file: (READERS / reader.folder / file).read_bytes() for file in reader.files}
    return hashlib.sha256(folder_listing(files)).hexdigest()


def chosen(name: str, number: int, seed: str, *, fresh: bool = False) -> list[Place]:
    """So many changes of a reader, or all, in the order of its files."""
    found = places(name, fresh=fresh)
    if number >= len(found):
        return [*found]
    picked = random.Random(seed).sample(range(len(found)), len(found))  # noqa: S311 - a sample
    if fresh:  # as many of each kind, for some are many and easy
        kinds = defaultdict(list)
        for index in picked:
            kinds[found[index].mutant.kind].append(index)
        picked = [
            index for turn in zip_longest(*kinds.values()) for index in turn if index is not None
        ]
    return [found[index] for index in sorted(picked[:number])]


def tried(
    name: str, number: int, seed: str, workers: int = 1, *, fresh: bool = False
) -> dict[str, Any]:
    """What noticed the changes of a reader, and which ones nothing noticed.

    Raises `Wrong` when the reader fails before it is changed.
    """
    reader, kit, known = TARGETS[name], load(ROOT / "conformance"), equivalent()
    places_ = chosen(name, number, seed, fresh=fresh)
    asked = [place for place in places_ if tuple(place.row.values()) not in known]
    noted = _noted(name, kit)
    with TemporaryDirectory(prefix="mutants-") as scratch:
        inputs = Path(scratch) / "inputs"
        inputs.mkdir()
        folders = [Path(scratch) / f"reader-{number}" for number in range(workers)]
        for folder in folders:
            shutil.copytree(READERS / reader.folder, folder)
        jury = Jury.called(kit, inputs, reader.build(folders[0]) or [])

        def of(worker: int) -> list[str | None]:
            own = jury.copied()
            return [_by(reader, folders[worker], p, own, noted) for p in asked[worker::workers]]

        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(of, range(workers)))
    by = [found[at % workers][at // workers] for at in range(len(asked))]
    rules = {vector.id: vector.rule for vector in kit.vectors}
    noticed = Counter(rules[case] for case in by if case in rules)
    return {
        "reader": reader.folder,
        "digest": digest(name),
        "suite": kit.suite_version,
        "cases": len(kit.vectors),
        "seed": seed,
        "seconds": round(jury.total, 1),
        "changes": len(places(name, fresh=fresh)),
        "tried": len(places_),
        "equivalent": len(places_) - len(asked),
        "no_program": by.count(NO_PROGRAM),
        "noticed": dict(sorted(noticed.items())),
        "alive": [place.row for place, case in zip(asked, by, strict=True) if case is None],
    }


def _noted(name: str, kit: Kit) -> Noted:
    """The notes of earlier runs, which hold for each case that the ledger has as it was."""
    ledger = (ROOT / "conformance" / LEDGER).read_bytes()
    cases = {case: line.expectation + line.input for case, line in decoded(ledger).items()}
    CACHE.mkdir(exist_ok=True)
    file = CACHE / f"reader-{name}.jsonl"
    return Noted(file=file, reader=digest(name), cases=cases)


def _by(reader: Reader, folder: Path, place: Place, jury: Jury, noted: Noted) -> str | None:
    """The case that notices a change, `NO_PROGRAM`, or None."""
    row = place.row
    by = noted.by(tuple(row.values()))
    if by is not None:
        return by
    with changed(folder, place):
        command = reader.build(folder)
        vector = jury.noticed_by(command) if command else None
    if command is not None and vector is None:
        line = place.mutant.lines.start
        print("{file}:{0} in {where}: {change}".format(line, **row), flush=True)
        return None
    by = NO_PROGRAM if vector is None else vector.id
    noted.note(tuple(row.values()), by)
    return by


@contextmanager
def changed(folder: Path, place: Place) -> Iterator[None]:
    """One file of a reader is another one meanwhile."""
    file = folder / place.file.rpartition("/")[2]
    source = file.read_bytes()
    file.write_bytes(place.mutant.applied(source))
    try:
        yield
    finally:
        file.write_bytes(source)


def results(*, fresh: bool = False) -> dict[str, dict[str, Any]]:
    """What is written down of the last runs, by reader."""
    files = {name: RESULTS / f"{'fresh-' * fresh}{name}.json" for name in TARGETS}
    return {n: json.loads(f.read_text("utf-8")) for n, f in files.items() if f.exists()}


def main(options: argparse.Namespace, seed: str) -> int:
    """Try changes of a reader; as the exit code of `tools.mutants`."""
    name, write = options.target, options.json
    try:
        result = tried(name, options.number, seed, options.workers, fresh=options.fresh)
    except Wrong as wrong:
        print(f"the reader is wrong before it is changed, in {wrong}", file=sys.stderr)
        return 3
    count = sum(result["noticed"].values())
    whole = count + len(result["alive"])
    score = count / max(1, whole)
    print(f"{count} of {whole} changes of {name} are noticed: {score:.1%} (seed {seed})")
    if write is not None:
        write.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0 if score >= options.at_least else 1
