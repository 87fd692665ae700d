"""Targets that read text: JSON by position, and paths."""

from __future__ import annotations

import json
import math
import ntpath
import os
import posixpath
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from fuzz.outcome import outcome
from fuzz.packs import ROOT, Disagreement, other_reader, vectors
from prometeu_assets.contract import canonical
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.plain import DONT_KNOW, plain
from prometeu_assets.contract.text import Text, TextFault, scan, utf8_fault
from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage.paths import check, collisions, fold

NESTING = CURRENT.limits.nesting


def text(data: bytes) -> bool:
    """The exact tier against the fast one, and against the other reader's scanner."""
    if utf8_fault(data) is not None:
        try:
            data.decode()
        except UnicodeDecodeError:
            return False
        raise Disagreement("the library calls it UTF-8")
    exact = _scanned(data, integers=False)
    fast = plain(data, NESTING)
    if fast is not DONT_KNOW:
        if not isinstance(exact, Text) or exact.repeats or _infinite(exact.value):
            raise Disagreement(f"the fast tier accepts what the exact one does not: {exact!r}")
        # Not `==`: 1, 1.0 and True are three.
        if repr(fast) != repr(exact.value):
            raise Disagreement("the tiers read different values")
    _compare_header(data)
    return fast is not DONT_KNOW


def _compare_header(data: bytes) -> None:
    """A header's text by two readers that have no line in common."""
    strict = _scanned(data, integers=True)
    ours = f"HEADER_{strict.kind.upper()}" if isinstance(strict, TextFault) else None
    if isinstance(strict, Text) and not _is_canonical(strict, data):
        ours = "HEADER_CANONICAL"
    reader = other_reader()
    theirs = None
    try:
        reader.step_3_text(data)
    except reader.Reject as reject:
        theirs = reject.args[0]
    if ours != theirs:
        raise Disagreement(f"{ours} and {theirs}")


def _is_canonical(found: Text, data: bytes) -> bool:
    if found.nul is not None or found.escaped_name is not None:
        return False
    return canonical.encode(found.value) == data


def _scanned(data: bytes, *, integers: bool) -> Text | TextFault:
    try:
        return scan(data, integers=integers, nesting=NESTING)
    except TextFault as fault:
        if not 0 <= fault.offset <= len(data):
            raise Disagreement(f"a fault at {fault.offset} of {len(data)} bytes") from fault
        return fault


def _infinite(root: Any) -> bool:
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, float) and math.isinf(value):
            return True
    return False


def path(data: bytes) -> bool:
    """A path that is accepted stays below its root on every system, and is one file there."""
    # On a disk a name may hold bytes that are no text; a document cannot.
    given = data.decode("utf-8", "surrogateescape")
    found = outcome(lambda: check(given))
    if isinstance(found, Refused):
        return False
    windows = PureWindowsPath(given)
    bad = (
        ("its spelling", "/".join(found) != given),
        ("no part", not found),
        ("no relative path", posixpath.isabs(given)),
        ("a way up", ".." in found or posixpath.normpath(given) != given),
        ("a drive", bool(windows.drive or windows.root or ntpath.splitdrive(given)[0])),
        ("other parts on Windows", windows.parts != found),
        ("a device", any(PureWindowsPath(part).is_reserved() for part in found)),
        ("what no disk holds", any(len(os.fsencode(part)) > 255 for part in found)),
        ("a way out", not _below("/root", given)),
        ("no text", given.encode("utf-8", "replace") != data),
        ("a fold that is not stable", fold(fold(given)) != fold(given)),
        ("a collision with itself", bool(collisions([given, given]))),
    )
    for what, wrong in bad:
        if wrong:
            raise Disagreement(f"an accepted path has {what}: {given!r}")
    return True


def _below(root: str, given: str) -> bool:
    joined = posixpath.normpath(posixpath.join(root, given))
    return PurePosixPath(root) in PurePosixPath(joined).parents


def text_seeds() -> Iterator[bytes]:
    """Headers of the kit's packs, its documents, and the traps of parsers."""
    for pack in vectors(limit=40_000):
        yield pack[32 : 32 + int.from_bytes(pack[8:12], "little")]
    for place in sorted((ROOT / "conformance" / "vectors").glob("*.json")):
        if place.stat().st_size <= 8192:
            yield place.read_bytes()
    yield from (one.encode() for one in _TRAPS)


_TRAPS = [
    "-0", "01", "1.0e+5", "1e999", "9007199254740992", '"\\ud83d\\ude00"', '"\\udc00"', "[" * 17,
    '{"a":1,"a":2}', '{"\\u0061":1}', '"\\u0000"', "\ufeff{}", "9" * 301, '"\x7f"', "NaN",
]  # fmt: skip

_PATHS = [
    "a", "a/b.png", "../a", "/a", "C:/a", "\\\\host\\share", "a/./b", "a//b", "a/", "nul",
    "COM1.txt", "a.", "a /b", "a:b", "é/ß", "e\u0301", "ﬁ", "İ", "a" * 255, "a" * 256, "é" * 127,
    "x/" * 511 + "x", "a\u202eb", "CONIN$", "com¹", "\x7f", "~", "%2e%2e/a", "..a", "a..", "...",
]  # fmt: skip


def path_seeds() -> Iterator[bytes]:
    """Paths of every kind, and those that documents of examples name."""
    yield from (one.encode() for one in _PATHS)
    for anchor in sorted((ROOT / "examples").rglob("asset.json")):
        for paths in json.loads(anchor.read_bytes())["inputs"].values():
            yield from (Path(one).as_posix().encode() for one in paths)
