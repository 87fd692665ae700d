"""Nothing of the project runs, loads or evaluates what is not its own code.

Read from the syntax trees, so that what stands inside a function counts as well; what happens when
the verbs run is watched in `tests/trust/test_execution.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.architecture.test_imports import MODULES, SOURCE, edges, imported, tree
from tests.every import every

FORBIDDEN = {
    # the network
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib",
    "socket", "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "websockets",
    "xmlrpc",
    # processes
    "multiprocessing", "pexpect", "pty", "sh", "subprocess",
    # code that is not ours
    "cffi", "code", "codeop", "ctypes", "imp", "importlib", "pkg_resources", "pkgutil", "runpy",
    "zipimport",
    # values that run code when they are read, and formats with surprises
    "cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "pickle", "ruamel", "shelve", "yaml",
    "xml",
    # what would differ from run to run
    "random", "secrets",
}  # fmt: skip

EXEMPT: dict[tuple[str, str], str] = {
    ("__init__.py", "importlib"): "a module of the package, by a name from its own table",
    ("extras.py", "importlib"): "whether there is pip; it is not imported",
    ("cli/app.py", "importlib"): "a verb's module, by a name from its own table",
    ("storage/exchange.py", "ctypes"): "two calls of the C library that Python does not offer",
    **dict.fromkeys(
        (("live/server.py", name) for name in ("http", "secrets", "socket", "socketserver")),
        "the server of a preview, which its user asks for: spec/security-and-trust.md#preview",
    ),
    ("conformance/run.py", "subprocess"): "starts the reader under test that its user names",
}

CALLS = {
    "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "execfile", "globals",
    "import_module", "input", "locals", "setattr", "vars",
}  # fmt: skip
ATTRIBUTES = {
    "exec_module", "find_spec", "fork", "forkpty", "fromfile", "import_module", "literal_eval",
    "load_module", "loadtxt", "memmap", "popen", "startfile", "system",
}  # fmt: skip
"""Called as a method or of a module. `np.load` and its like read pickles."""
PREFIXES = ("os.exec", "os.posix_spawn", "os.spawn", "builtins.", "np.load", "np.save", "Image.")

USED: dict[tuple[str, str], str] = {
    ("__init__.py", "import_module"): "see the table of names",
    ("__init__.py", "globals"): "keeps what a name of its own table is",
    ("cli/app.py", "importlib.import_module"): "see the test of the table of verbs",
    ("cli/output.py", "setattr"): "an option of our own, by the name that it is defined with",
}
"""(module, call) to why it is fine."""

COMPUTED: dict[tuple[str, str], str] = {
    ("__init__.py", "import_module(f'{__name__}.{_HOME[name]}')"): "a name from its own table",
    ("cli/app.py", "module"): "the function of a verb of the table",
    ("contract/entries.py", "row"): "a member of an entry",
    ("contract/entries.py", "*PLAIN"): "the members of an entry but its metadata",
    ("contract/value.py", "limits"): "a field of the table of limits",
    ("contract/value.py", "self.limits"): "the same",
    ("contract/limits.py", "self"): "a field of the table of limits",
    ("contract/columns.py", "name"): "a member of a struct made from the schema, of each value",
    ("packer/bringing.py", "contract.limits"): "a limit's name from a table of roles",
    ("packer/sources.py", "limits"): "a limit's name from a table of roles",
    ("views/diff.py", "entry"): "a member's name from a table",
    ("workspace/registry.py", "row"): "a member's name from the call",
}
"""(module, object) to whence the name comes that `getattr` is given."""


def calls(program: ast.AST) -> Iterator[tuple[str, int]]:
    """(forbidden call as written, line) of each."""
    for node in ast.walk(program):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        last = name.rpartition(".")[2]
        if name in CALLS or ("." in name and last in ATTRIBUTES) or name.startswith(PREFIXES):
            yield name, node.lineno


def computed(program: ast.AST) -> Iterator[tuple[str, int]]:
    """(object, line) of each attribute whose name is not written out."""
    for node in ast.walk(program):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("getattr", "attrgetter", "methodcaller")
        ):
            name = node.args[1] if len(node.args) > 1 else None
            if not isinstance(name, ast.Constant):
                yield ast.unparse(node.args[0]), node.lineno


@every(MODULES)
def test_nothing_forbidden_is_imported(module: str) -> None:
    for name, line in imported(module):
        top = name.split(".")[0]
        assert top not in FORBIDDEN or (module, top) in EXEMPT, f"{module}:{line} imports {name}"


def test_who_reaches_the_module_that_opens_a_socket() -> None:
    """One verb does; no reader, packer, shipper or migration, whatever it imports."""
    # The face of the package imports a module when a name of it is asked for.
    graph = {m: edges(m, tree(m)) for m in MODULES if m != "__init__.py"}
    reached = {"live/server.py"}
    while more := {m for m in graph if graph[m] & reached} - reached:
        reached |= more
    assert reached == {"live/server.py", "live/shown.py", "live/preview.py", "cli/preview.py"}


@every(MODULES)
def test_nothing_forbidden_is_called(module: str) -> None:
    for name, line in calls(tree(module)):
        assert (module, name) in USED, f"{module}:{line} calls {name}"
    for name, line in computed(tree(module)):
        assert (module, name) in COMPUTED, f"{module}:{line} computes an attribute of {name}"


def test_every_exception_is_needed() -> None:
    names = {(m, name.split(".")[0]) for m in MODULES for name, _ in imported(m)}
    assert set(EXEMPT) <= names
    assert set(USED) == {(m, name) for m in MODULES for name, _ in calls(tree(m))}
    assert set(COMPUTED) == {(m, name) for m in MODULES for name, _ in computed(tree(m))}


def test_a_verbs_module_is_named_by_the_table_alone() -> None:
    """The one import by a name: the table is written out, and each name is one of our modules."""
    program = tree("cli/app.py")
    (call,) = [
        node
        for node in ast.walk(program)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "importlib.import_module"
    ]
    assert [ast.unparse(argument) for argument in call.args] == [
        "f'prometeu_assets.cli.{_VERBS[name][0]}'"
    ]
    (table,) = [
        node.value
        for node in program.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_VERBS"
    ]
    verbs = ast.literal_eval(table)
    assert all((SOURCE / "cli" / f"{module}.py").is_file() for module, _ in verbs.values())
    changed = [
        node
        for node in ast.walk(program)
        if isinstance(node, ast.Subscript | ast.Attribute)
        and ast.unparse(node.value) == "_VERBS"
        and (isinstance(node.ctx, ast.Store | ast.Del) or getattr(node, "attr", "items") != "items")
    ]
    assert not changed, "and nobody adds to it"


@every(
    [
        "eval(text)",
        "compile(text, 'x', 'exec')",
        "__import__(name)",
        "os.system(text)",
        "os.execv(a, b)",
        "os.posix_spawnp(a, b, c)",
        "builtins.eval(text)",
        "importlib.import_module(name)",
        "spec.loader.exec_module(module)",
        "np.load(path)",
        "Image.open(file)",
        "setattr(module, name, value)",
    ]
)
def test_calls_are_found(program: str) -> None:
    assert list(calls(ast.parse(program)))


@pytest.mark.parametrize("program", ["getattr(os, name)()", "operator.attrgetter(name)"])
def test_computed_names_are_found(program: str) -> None:
    assert list(computed(ast.parse(program)))


@pytest.mark.parametrize("program", ["re.compile(text)", "getattr(os, 'open')", "item.exec_time()"])
def test_others_are_not(program: str) -> None:
    assert not [*calls(ast.parse(program)), *computed(ast.parse(program))]
