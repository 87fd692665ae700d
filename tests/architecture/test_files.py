"""Only `storage` touches the file system; whoever else does is listed with the reason.

Read from the syntax trees. What a document, a pack or a folder of a project names goes through
`storage.paths` and `storage.folders`, which follow no link; what is listed here was named by the
command line, lies in the installed package, or is a file that this process has just made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.architecture.test_imports import MODULES, tree
from tests.every import every

METHODS = {
    "absolute", "chmod", "exists", "glob", "hardlink_to", "is_block_device", "is_char_device",
    "is_dir", "is_fifo", "is_file", "is_junction", "is_mount", "is_socket", "is_symlink", "iterdir",
    "lchmod", "lstat", "mkdir", "open", "read_bytes", "read_text", "readlink", "rename", "resolve",
    "rglob", "rmdir", "samefile", "stat", "symlink_to", "touch", "unlink", "walk", "write_bytes",
    "write_text",
}  # fmt: skip
"""Methods that ask or change the disk; `replace` is one when it has a single argument."""

DOORS = {"open_pack", "open_source", "pa.open", "pa.validate", "validate", "verify"}
"""Functions of the project that open a path they are given, following links to it."""

LIBRARIES = {"fileinput", "glob", "io", "linecache", "mmap", "os", "shutil", "tempfile"}
"""Every call of these counts, but for what looks at no file."""

HARMLESS = {
    "io.BytesIO", "os.cpu_count", "os.environ.get", "os.fsencode", "os.getpid", "os.killpg",
    "os.fspath", "os.path.abspath", "os.path.relpath", "os.sched_getaffinity", "os.strerror",
    "shutil.get_terminal_size", "shutil.which",
}  # fmt: skip

GIVEN = "a path that the command line or a caller gave"
PACKAGE = "files of the installed package"
OWN = "a file that this process makes, or has just made"
MEMORY = "bytes in memory: no file is named"
KIT = "the kit of vectors, in the package or in a directory that is given"

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("cli/__init__.py", "os.fstat"): "the standard streams",
    ("cli/__init__.py", "os.open"): "the null device, in place of a standard stream",
    ("cli/console.py", "os.close"): "the null device, in place of a standard stream",
    ("cli/console.py", "os.dup2"): "the null device, in place of a standard stream",
    ("cli/console.py", "os.open"): "the null device, in place of a standard stream",
    ("cli/conformance.py", "directory.is_dir"): KIT,
    ("cli/environment.py", "os.listdir"): "names beside a path that could not be opened",
    ("cli/environment.py", "pack.is_file"): GIVEN,
    ("cli/environment.py", "path.is_file"): GIVEN,
    ("cli/environment.py", "path.open"): GIVEN,
    ("cli/packs.py", "pa.open"): GIVEN,
    ("cli/packs.py", "pa.validate"): GIVEN,
    ("codes/explain.py", "EXAMPLES.read_text"): PACKAGE,
    ("conformance/export.py", "(target / name).mkdir"): GIVEN,
    ("conformance/export.py", "shutil.copyfile"): KIT,
    ("conformance/export.py", "shutil.copytree"): KIT,
    ("conformance/export.py", "shutil.ignore_patterns"): KIT,
    ("conformance/export.py", "target.iterdir"): GIVEN,
    ("conformance/export.py", "target.mkdir"): GIVEN,
    ("conformance/export.py", "vector.path.is_dir"): KIT,
    ("conformance/kit.py", "Path(__file__).resolve"): PACKAGE,
    ("conformance/kit.py", "directory.resolve"): KIT,
    ("conformance/kit.py", "installed.is_dir"): PACKAGE,
    ("conformance/kit.py", "os.path.lexists"): KIT,
    ("conformance/kit.py", "path.exists"): KIT,
    ("conformance/kit.py", "path.is_dir"): KIT,
    ("conformance/kit.py", "path.is_symlink"): KIT,
    ("conformance/kit.py", "path.readlink"): KIT,
    ("conformance/kit.py", "path.symlink_to"): OWN,
    ("conformance/kit.py", "shutil.copytree"): OWN,
    ("conformance/kit.py", "path.iterdir"): KIT,
    ("conformance/kit.py", "path.mkdir"): OWN,
    ("conformance/kit.py", "path.open"): OWN,
    ("conformance/manifest.py", "(directory / name).rglob"): KIT,
    ("conformance/manifest.py", "file.unlink"): OWN,
    ("conformance/manifest.py", "from tempfile import TemporaryDirectory"): OWN,
    ("conformance/manifest.py", "path.is_dir"): KIT,
    ("conformance/manifest.py", "path.is_file"): KIT,
    ("conformance/manifest.py", "path.read_bytes"): KIT,
    ("conformance/manifest.py", "shutil.rmtree"): OWN,
    ("conformance/reader.py", "open_source"): GIVEN,
    ("conformance/suite.py", "from tempfile import TemporaryDirectory"): OWN,
    ("contract/documents.py", "Path(__file__).resolve"): PACKAGE,
    ("contract/documents.py", "installed.is_dir"): PACKAGE,
    ("contract/documents.py", "path.is_file"): PACKAGE,
    ("contract/documents.py", "path.read_bytes"): PACKAGE,
    ("contract/documents.py", "self.directory.glob"): PACKAGE,
    ("packer/build.py", "from tempfile import SpooledTemporaryFile"): OWN,
    ("live/server.py", "io.BufferedReader"): "a connection of the preview",
    ("packer/build.py", "from tempfile import TemporaryFile"): OWN,
    ("packer/cache.py", "os.fstat"): "a file that is already open",
    ("packer/build.py", "validate"): OWN,
    ("packer/memory.py", "validate"): "the bytes of a pack, and no path",
    ("reader/pack.py", "open_source"): GIVEN,
    ("live/shown.py", "os.fstat"): "a file that is already open",
    ("reader/opening.py", "within.open"): "a path within something that the caller has opened",
    ("reader/remote.py", "system.open"): "the optional remote source, whose address is given",
    ("reader/source.py", "mmap.mmap"): "a file that is already open",
    ("reader/opening.py", "os.close"): GIVEN,
    ("reader/opening.py", "io.FileIO"): GIVEN,
    ("reader/opening.py", "os.fstat"): "a file that is already open",
    ("reader/source.py", "os.fstat"): "a file that is already open",
    ("reader/opening.py", "os.open"): GIVEN,
    ("reader/source.py", "os.pread"): "a file that is already open",
    ("shipper/boot.py", "os.fstat"): "a file that is already open",
    (
        "shipper/boot.py",
        "os.listdir",
    ): "the directory that is given; what is in it is looked at by name",
    ("shipper/cargo.py", "os.fstat"): "a file that is already open",
    ("shipper/cargo.py", "path.open"): "the program that the command line names",
    ("shipper/cargo.py", "path.stat"): "the program that the command line names",
    ("shipper/place.py", "directory.exists"): GIVEN,
    ("shipper/place.py", "found.is_file"): "what is in the place that is given, links refused",
    ("shipper/place.py", "found.is_symlink"): "what is in the place that is given, links refused",
    ("shipper/place.py", "os.listdir"): GIVEN,
    ("shipper/place.py", "os.path.lexists"): GIVEN,
    ("shipper/place.py", "os.path.realpath"): GIVEN,
    ("shipper/place.py", "p.exists"): GIVEN,
    ("shipper/place.py", "p.samefile"): GIVEN,
    ("shipper/place.py", "place.is_dir"): GIVEN,
    ("shipper/ship.py", "os.path.lexists"): "names of a cartridge in the directory that is given",
    ("shipper/released.py", "open_source"): GIVEN,
    ("shipper/verify.py", "open_source"): GIVEN,
    ("views/diff.py", "open_pack"): GIVEN,
    ("views/extract.py", "open_pack"): GIVEN,
    ("views/inspect.py", "open_pack"): GIVEN,
    ("views/page.py", "open_source"): GIVEN,
    ("views/extract.py", "directory.iterdir"): GIVEN,
    ("views/html.py", "os.path.lexists"): GIVEN,
    ("views/html.py", "path.is_file"): GIVEN,
    ("views/html.py", "path.is_symlink"): GIVEN,
    ("workspace/git.py", "path.resolve"): "settings of git, of the user or the machine",
    ("views/html.py", "(PARTS / name).read_text"): PACKAGE,
    ("views/html.py", "path.open"): GIVEN,
    (
        "workspace/git.py",
        "os.path.lexists",
    ): "whether a folder around the project is a clone of git",
    ("workspace/merging.py", "Path(ours).write_bytes"): "the file that git gives to be written",
    ("workspace/places.py", "anchor.exists"): GIVEN,
    ("workspace/places.py", "given.is_dir"): GIVEN,
    ("workspace/places.py", "p.exists"): GIVEN,
    ("workspace/places.py", "p.samefile"): GIVEN,
    ("workspace/project.py", "directory.resolve"): GIVEN,
    ("banks/sounds/starter.py", "wave.open"): "a file that is already open",
    ("banks/sounds/views.py", "wave.open"): MEMORY,
}
"""(module, what it calls) to the reason why that names nothing untrusted."""


def calls(program: ast.AST) -> Iterator[tuple[str, int]]:
    """(what is called as written, line) of each call that may ask or change the disk."""
    for node in ast.walk(program):
        if isinstance(node, ast.ImportFrom) and node.module in LIBRARIES | {"os.path"}:
            yield from ((f"from {node.module} import {a.name}", node.lineno) for a in node.names)
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if touches(name, node):
            yield name, node.lineno
        for argument in node.args:
            # A function handed on is called by somebody else.
            if name.endswith("partial") and ast.unparse(argument) in DOORS:
                yield f"{name}({ast.unparse(argument)})", node.lineno


def touches(name: str, node: ast.Call) -> bool:
    first, last = name.partition(".")[0], name.rpartition(".")[2]
    if name == "open" or name in DOORS:
        return True
    if "." not in name or first == "files":  # `storage.files`
        return False
    if first in LIBRARIES:
        return name not in HARMLESS
    single = len(node.args) == 1 and not node.keywords
    return last in METHODS or (
        last == "replace" and single and not isinstance(node.args[0], ast.Constant)
    )


def test_only_storage_touches_the_disk() -> None:
    found = {
        (module, name): line
        for module in MODULES
        if not module.startswith("storage/")
        for name, line in calls(tree(module))
    }
    unexpected = [f"{m}:{line}: {n}" for (m, n), line in found.items() if (m, n) not in EXCEPTIONS]
    assert not unexpected, "route it through storage.paths, or say why it is fine"
    assert not set(EXCEPTIONS) - set(found), "an exception that nothing needs"


@every(
    [
        "open(p)",
        "(a / b).read_text()",
        "p.exists()",
        "Path(x).replace(y)",
        "os.walk(p)",
        "os.path.isfile(p)",
        "shutil.copy(a, b)",
        "from os import scandir",
        "pa.open(declared)",
        "partial(open_pack, declared)",
    ]
)
def test_calls_are_found(program: str) -> None:
    assert list(calls(ast.parse(program)))


@pytest.mark.parametrize("program", ["text.replace('a', 'b')", "files.unlink(p)", "io.BytesIO(b)"])
def test_other_calls_are_not(program: str) -> None:
    assert not list(calls(ast.parse(program)))
