"""Who may import whom, and where the contract's numbers may stand.

All of it is read from the syntax trees, so that an import inside a function counts as well.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.every import every
from tests.packs import SMALL, pack

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import REPORT_VERSION

PACKAGE = "prometeu_assets"
SOURCE = Path(__file__).resolve().parents[2] / "src" / PACKAGE
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))

LAYERS: dict[str, set[str]] = {
    "_version": set(),
    "schema_ids": set(),
    "diagnostics": {"codes", "names", "html_table", "schema_ids"},
    "codes": {"diagnostics"},
    "kinds": set(),
    "extras": {"names"},
    "names": set(),
    "html_table": {"names"},
    "nearest": set(),
    "nouns": set(),
    "contract": {"diagnostics", "codes", "kinds", "nearest"},
    "catalog": {"codes", "contract"},
    "published": {"catalog", "codes", "contract", "nearest", "result", "verbs"},
    "verbs": set(),
    "banks": {"contract", "diagnostics", "codes", "extras", "kinds", "nearest", "nouns"},
    "storage": {"diagnostics", "codes", "kinds", "contract.limits"},
    "reader": {"contract", "diagnostics", "codes", "extras", "kinds", "html_table"},
    "documents": {"contract", "storage", "diagnostics", "codes", "kinds", "nearest"},
    "viewpoint": {"documents", "contract", "storage", "diagnostics", "names"},
    "result": {"contract", "schema_ids"},
    "workspace": {
        "documents", "viewpoint", "result", "contract", "storage", "diagnostics", "codes", "kinds", "nearest",
        "nouns",
    },
    "packer": {
        "workspace", "viewpoint", "result", "contract", "storage", "diagnostics", "codes", "kinds", "nearest",
        "_version",
    },
    "shipper": {
        "reader", "documents", "viewpoint", "result", "contract", "storage", "diagnostics", "codes", "kinds",
    },
    "releasing": {
        "workspace", "shipper", "contract", "diagnostics", "storage", "viewpoint",
    },
    "views": {
        "reader", "viewpoint", "result", "catalog", "contract", "storage", "diagnostics", "codes", "kinds", "names",
        "nearest", "_version",
    },
    "live": {
        "packer", "reader", "views", "workspace", "documents", "contract", "storage", "diagnostics", "names",
        "nouns", "result", "viewpoint",
    },
    "conformance": {
        "reader", "documents", "shipper", "viewpoint", "result", "contract", "storage",
        "diagnostics", "codes", "kinds", "names", "_version",
    },
}  # fmt: skip
"""Layer to what it may import besides itself; ``__init__`` and ``cli`` may import all but cli."""

MORE: dict[str, set[str]] = {
    "catalog.py": {"banks.raw"},  # its code is no bank's own
    "contract/current.py": {"banks"},  # the published contract lists them
    "packer/encode.py": {"banks.raw"},  # a raw payload is the same for every bank
    "reader/pack.py": {"banks.Banks", "banks.Decoded"},  # the type of what it decodes
    "shipper/boot.py": {"banks.Decoded"},
    "views/page.py": {"shipper"},  # the companion beside the pack
    "packer/scaffold.py": {"documents"},  # the name of the index
    "packer/build.py": {"reader"},  # it re-reads what it wrote
    "packer/last.py": {"reader"},  # opens that pack
    "packer/memory.py": {"reader", "banks"},  # it reads what it made; values of banks are given
    "packer/check.py": {"reader"},  # says in what the published pack is out of date
    "packer/cache.py": {"reader"},  # slices are taken from the last pack, which it reads
}
"""Single modules that may import more than their layer."""

ONLY: dict[str, str] = {
    "difflib.get_close_matches": "nearest.py",
    "PIL": "banks/tiles/raster.py",
    "fsspec": "reader/remote.py",
    "soundfile": "banks/sounds/converting.py",
    "soxr": "banks/sounds/converting.py",
    "watchfiles": "live/changes.py",
    "jsonschema": "contract/documents.py",
    "referencing": "contract/documents.py",
}
"""Libraries, and a function, that one module alone stands between the project and."""


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((SOURCE / module).read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[tuple[str, int]]:
    """(full name, line) of each import, wherever in the module it stands."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute"
            assert node.module
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def layer(name: str) -> str:
    """The layer that a module of the package, given as a path, belongs to."""
    return name.split("/", maxsplit=1)[0].removesuffix(".py")


def test_there_are_modules() -> None:
    assert len(MODULES) > 40
    found = {layer(module) for module in MODULES} - {"__init__", "__main__", "cli"}
    assert found <= set(LAYERS), "a layer without a row says nothing of what it may import"


@every(MODULES)
def test_who_imports_whom(module: str) -> None:
    for name, line in imported(module):
        if name.split(".")[0] != PACKAGE:
            continue
        target = name.removeprefix(PACKAGE).lstrip(".")
        where = f"{module}:{line} imports {name}"
        if layer(module) in ("cli", "__main__"):
            continue
        assert layer_of(target) != "cli", where
        if layer(module) == "__init__":
            continue
        allowed = {layer(module)} | LAYERS[layer(module)] | MORE.get(module, set())
        assert any(f"{target}.".startswith(f"{prefix}.") for prefix in allowed), where


def layer_of(target: str) -> str:
    return target.split(".", maxsplit=1)[0]


# Circles.


def files(name: str) -> str | None:
    """The file of a module of the package, given by its full name; None for any other name."""
    path = name.removeprefix(PACKAGE).lstrip(".").replace(".", "/")
    found = [f for f in (f"{path}.py", f"{path}/__init__.py".lstrip("/")) if f in MODULES]
    return found[0] if name.startswith(PACKAGE) and found else None


def edges(module: str, program: ast.Module) -> set[str]:
    """The files that a module imports, wherever in it: in a function, and for types alone too.

    Each name counts as the module it is, or else as the module that it is taken from.
    """
    found: set[str | None] = set()
    for node in ast.walk(program):
        if isinstance(node, ast.Import):
            found |= {files(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {files(name) or files(node.module) for name in names}
    return {f for f in found if f is not None} - {module}


def circles(graph: dict[str, set[str]]) -> set[frozenset[str]]:
    """The sets of modules each of which leads to each other one."""
    reached = {}
    for start in graph:
        seen: set[str] = set()
        pending = [start]
        while pending:
            more = graph[pending.pop()] - seen
            seen |= more
            pending += more
        reached[start] = seen
    inside = [module for module in graph if module in reached[module]]
    return {frozenset(m for m in reached[start] if start in reached[m]) for start in inside}


def test_imports_have_no_circle() -> None:
    found = circles({module: edges(module, tree(module)) for module in MODULES})
    assert found == set()


@every(
    [
        "from prometeu_assets.contract import limits",
        "import prometeu_assets.contract.limits",
        "def f():\n    from prometeu_assets.contract.limits import LIMITS",
        "if TYPE_CHECKING:\n    from prometeu_assets.contract.limits import Limits",
    ]
)
def test_circles_are_found_however_they_are_imported(program: str) -> None:
    back = edges("diagnostics.py", ast.parse(program))
    assert back == {"contract/limits.py"}
    graph = {"diagnostics.py": back, "contract/limits.py": {"kinds.py"}, "kinds.py": set()}
    assert circles(graph) == set()
    graph["kinds.py"] = {"diagnostics.py"}
    assert circles(graph) == {frozenset(graph)}


@every(MODULES)
def test_libraries_that_one_module_stands_before(module: str) -> None:
    for name, line in imported(module):
        top = name.split(".")[0]
        allowed = ONLY.get(name, ONLY.get(top, module))
        assert allowed == module, f"{module}:{line} imports {name}"


def test_optional_libraries_are_imported_where_they_are_needed() -> None:
    """Some are extras, and schemas and pictures are not needed to read a good pack."""
    for module in MODULES:
        for node in tree(module).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names]
                tops = {name.split(".")[0] for name in names}
                if isinstance(node, ast.ImportFrom) and node.module:
                    tops = {node.module.split(".")[0]}
                found = tops & {
                    "fsspec",
                    "jsonschema",
                    "referencing",
                    "soundfile",
                    "soxr",
                    "watchfiles",
                }
                assert not found, f"{module}:{node.lineno} imports {found} at the top"


@every(MODULES)
def test_no_module_is_too_long(module: str) -> None:
    lines = (SOURCE / module).read_text(encoding="utf-8").count("\n")
    assert lines <= 500, f"{module} has {lines} lines"


# What a verb loads.


def loaded(program: str, *arguments: str) -> set[str]:
    """The modules in memory after a program has run in a process of its own."""
    script = (
        "import sys, json\n"
        f"{program}\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))"
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


HEAVY = {"jsonschema", "referencing", "PIL", "numpy", "fsspec", "urllib.request", "socket"}


def test_inspecting_a_good_pack_loads_nothing_heavy(tmp_path: Path) -> None:
    file = tmp_path / "assets.pa"
    file.write_bytes(pack(SMALL, [{"asset_id": 1, "slot": 0}]))
    program = (
        "from prometeu_assets.cli.app import run\n"
        "assert run(['inspect', sys.argv[1]]) == 0\n"
        "assert run(['validate', sys.argv[1]]) == 0"
    )
    modules = loaded(program, str(file))
    assert f"{PACKAGE}.reader.pack" in modules
    assert not modules & HEAVY
    assert not [
        name for name in modules if name.startswith((f"{PACKAGE}.packer", f"{PACKAGE}.shipper"))
    ]


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded("import prometeu_assets") & HEAVY


# Where the contract's numbers may stand.

NUMBERS = {
    16, 32, 64, 256, 2048, 4096, 8000, 48000, 32768, 34816, 67584, 65535, 65536, 2**24, 2**24 - 1,
    2**31 - 1, 2**31, 2**53 - 1, 2**53,
}  # fmt: skip
"""Sizes, limits and ranges of the format: read off the definitions, never written again."""

CASES = ("conformance/", "banks/sounds/decoding.py", "banks/tiles/decoding.py")
"""Vectors are cases: like tests, they say on purpose what lies on either side of a limit."""

DEFINITIONS = {
    "banks/sounds/bank.py", "banks/tiles/bank.py", "banks/tiles/payload.py",
    "contract/container.py", "contract/current.py", "contract/limits.py",
}  # fmt: skip

ALLOWED: dict[tuple[str, int], str] = {
    ("diagnostics.py", 9007199254740991): "whole numbers that every JSON reader keeps",
    ("contract/plain.py", 256): "the values of a byte",
    ("contract/text.py", 16): "hexadecimal",
    ("contract/text.py", 32): "the first printable ASCII character",
    ("contract/text.py", 65536): "the first character with surrogates",
    ("banks/tiles/aseprite.py", 16): "an Aseprite document's bits",
    ("banks/tiles/aseprite.py", 32): "an Aseprite document's bits",
    ("banks/tiles/aseprite.py", 64): "a flag of a layer of an Aseprite document",
    ("banks/tiles/aseprite.py", 256): "the colours of an old palette of an Aseprite document",
    ("banks/tiles/chunks.py", 2**31): "a PNG chunk's own limit",
    ("banks/tiles/color.py", 16): "a byte of a packed colour",
    ("banks/tiles/matching.py", 16): "a byte of a packed colour",
    ("banks/tiles/palette_texts.py", 16): "hexadecimal",
    ("banks/tiles/palettes.py", 16): "the colours of an index of four bits",
    ("banks/tiles/cutting.py", 16): "a PNG's bits",
    ("banks/tiles/raster.py", 16): "a PNG's bits",
    ("banks/tiles/raster.py", 32): "a flag in a PNG chunk's name",
    ("banks/sounds/wav.py", 16): "a WAV's bits",
    ("cli/preview.py", 65535): "the last port",
    ("views/half_blocks.py", 16): "the colours of a terminal before its cube of 216",
    ("workspace/registry.py", 2**31 - 1): "the last id there is to give",
    ("workspace/project.py", 64): "the longest title a new project takes",
}
"""(module, number) that means something else there."""


def numbers(node: ast.AST) -> Iterator[tuple[int, int]]:
    """(value, line) of each integer, and of each sum, product or power of integers as a whole."""
    if isinstance(node, ast.BinOp):
        value = folded(node)
        if value is not None:
            yield value, node.lineno
            return
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node.value, node.lineno
    for child in ast.iter_child_nodes(node):
        yield from numbers(child)


def folded(node: ast.expr) -> int | None:
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if not isinstance(node, ast.BinOp):
        return None
    left, right = folded(node.left), folded(node.right)
    if left is None or right is None:
        return None
    match node.op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Pow() if 0 <= right < 100:
            return int(left**right)
        case ast.LShift() if 0 <= right < 100:
            return left << right
    return None


@every(m for m in MODULES if m not in DEFINITIONS and not m.startswith(CASES))
def test_the_contracts_numbers_stand_in_its_definitions(module: str) -> None:
    for value, line in numbers(tree(module)):
        if value in NUMBERS:
            assert (module, value) in ALLOWED, (
                f"{module}:{line} states {value}, a number of the contract: read it there, or say "
                "in ALLOWED what else it means"
            )


def test_what_is_allowed_is_there() -> None:
    found = {(module, value) for module in MODULES for value, _ in numbers(tree(module))}
    assert set(ALLOWED) <= found, "an exception that nothing needs"
    assert {module for module, _ in ALLOWED} <= set(MODULES)


def test_numbers_are_found_however_they_are_written() -> None:
    program = ast.parse("a = 2**31 - 1\nb = [16 * 1024 * 1024]\nc = 0x8800\nd = x + 32")
    assert {value for value, _ in numbers(program)} == {2**31 - 1, 2**24, 34816, 32}


# Where the version of a document may stand.

VERSIONS = {"schema_version", "cartridge_version"}
STEPS = {"contract/migrations.py": "a step leads to one version for ever"}
"""Modules that may write the number of a version."""


def versions(node: ast.AST) -> Iterator[int]:
    """The line of each number that is written as the version of a document."""
    for child in ast.walk(node):
        if isinstance(child, ast.Dict):
            pairs = zip(child.keys, child.values, strict=True)
            named = [(getattr(key, "value", None), value) for key, value in pairs]
        elif isinstance(child, ast.Call):
            named = [(word.arg, word.value) for word in child.keywords]
        else:
            text = getattr(child, "value", None) if isinstance(child, ast.Constant) else None
            if isinstance(text, str) and re.search(r'"(schema|cartridge)_version": *\d', text):
                yield child.lineno
            continue
        for name, value in named:
            if name in VERSIONS and isinstance(value, ast.Constant):
                yield value.lineno


@every([m for m in MODULES if not m.startswith(CASES)])
def test_no_module_writes_the_number_of_a_version(module: str) -> None:
    found = list(versions(tree(module)))
    assert bool(found) is (module in STEPS), f"{module}:{found}: ask Contract.newest"


def test_versions_are_found_however_they_are_written() -> None:
    program = (
        'a = {"schema_version": 1}\nb = f(cartridge_version=2)\nc = f\'{{"schema_version": 2,{a}\''
    )
    assert list(versions(ast.parse(program))) == [1, 2, 3]
    assert list(versions(ast.parse('{"schema_version": contract.newest("asset")}'))) == []


def test_the_report_is_in_its_newest_version() -> None:
    assert CURRENT.newest("report") == REPORT_VERSION
