"""The published kit: where it is, and its cases as they were published.

Clause: ``conformance/README.md``; ``manifest.json`` is described by
``schemas/conformance-manifest/v1.json``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

from prometeu_assets.conformance.case import (
    Case,
    Directory,
    Link,
    Member,
    Recipe,
    Repeat,
    expand,
    folder_listing,
)
from prometeu_assets.conformance.kinds import asked
from prometeu_assets.conformance.ledger import LEDGER, Line, decoded, line
from prometeu_assets.conformance.reader import Question, whole
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Profile, Step

MANIFEST: Final = "manifest.json"

PROFILES: Final = tuple(map(str, Profile))
"""The profiles that a case may be of."""


_OTHER: Final = "it is not what was published"


class Damaged(OSError):
    """A file of the kit is missing or is not the one that was published: no reader's fault."""

    def __init__(self, path: Path, what: object) -> None:
        super().__init__(errno.EIO, f"the kit is damaged: {what}", str(path))


def _published(path: Path, read: Callable[[bytes], Any]) -> Any:
    """What a file of the kit says. Raises `Damaged`."""
    try:
        return read(whole(path))
    except OSError as error:
        raise Damaged(path, error.strerror) from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Damaged(path, _OTHER) from None


def kit_directory() -> Path:
    """Where the kit is: inside an installed package, else in the checkout around it."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "kit"
    return installed if installed.is_dir() else checkout_directory()


def checkout_directory() -> Path:
    """The path of the kit in a checkout, which may not exist."""
    return Path(__file__).resolve().parents[3] / "conformance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One case as published; `case.Case` says what its members mean.

    ``rule`` is an anchor of the specification. The input is a ``file`` of the kit or, for a
    cartridge, a directory, either relative to its ``directory``; or a ``recipe``. ``expect`` is
    the file of the view when accepted, ``values`` the one of what its digests stand for.
    """

    directory: Path
    row: Mapping[str, Any]
    id: str
    question: Question
    verdict: str
    code: str | None
    where: Mapping[str, Any] | None
    rule: str
    layer: str | None
    notes: Mapping[str, str]
    order: bool
    derived_from: str
    file: str | None
    recipe: Recipe | None
    size: int
    sha256: str
    expect: str | None
    values: str | None

    def __str__(self) -> str:
        return self.id

    @property
    def rule_id(self) -> str:
        """The rule's id, which is its anchor on a page of the specification."""
        return self.rule.rpartition("#")[2]

    @property
    def area(self) -> str:
        """What the case is about: a step of reading, a cartridge, decoding, or migration."""
        if asked(self.question.kind) in ("cartridge", "decode"):
            return asked(self.question.kind)
        if CURRENT.has(self.rule_id):
            return CURRENT.rule(self.rule_id).step.name.lower()
        return "migration"

    @property
    def name(self) -> str:
        """The file name of the input."""
        return vector_name(self.id, self.question.kind)

    @property
    def path(self) -> Path | None:
        """Where the input is kept; None for a recipe."""
        return None if self.file is None else self.directory / self.file

    def input(self, scratch: Path) -> Path:
        """The input's path; what the kit cannot keep is written into ``scratch`` first."""
        missing = self._missing()
        if self.path is not None and not missing:
            return self.path
        path = scratch / self.name
        if self.path is not None:
            if not path.exists():
                shutil.copytree(self.path, path, symlinks=True)
                for name, part in missing.items():
                    _write_special(path / name, part)
            return path
        if not path.exists():
            assert self.recipe is not None
            write_sparse(path, self.recipe)
        return path

    def _missing(self) -> dict[str, Link | Directory]:
        """What is no regular file in the directory of a cartridge, and is not there.

        A kit is kept where there are neither links nor empty directories.
        """
        special: dict[str, Link | Directory] = {}
        for row in self.row["input"].get("files", ()):
            if "link" in row:
                special[row["name"]] = Link(row["link"])
            elif "directory" in row:
                special[row["name"]] = Directory()
        assert self.path is not None or not special
        return {n: part for n, part in special.items() if not os.path.lexists(self.path / n)}  # type: ignore[operator]

    def view(self) -> Any:
        """The view expected of an accepted input, or None when there is none to compare."""
        return None if self.expect is None else _published(self.directory / self.expect, json.loads)

    def require(self, published: Mapping[str, Line]) -> None:
        """Raise `Damaged` when what the kit keeps of this case is not what was published."""
        view = None if self.expect is None else _published(self.directory / self.expect, bytes)
        if line(self.row, view) != published.get(self.id):
            raise Damaged(self.directory / (self.expect or MANIFEST), _OTHER)
        if self.path is not None and self._digest(self.path) != self.sha256:
            raise Damaged(self.path, _OTHER)

    def _digest(self, path: Path) -> str:
        """The SHA-256 of the input in the kit. Raises `Damaged`."""
        if asked(self.question.kind) != "cartridge":
            return hashlib.sha256(_published(path, bytes)).hexdigest()
        try:
            folder = {**self._missing(), **{file.name: _member(file) for file in path.iterdir()}}
        except OSError as error:
            raise Damaged(path, error.strerror) from None
        return hashlib.sha256(folder_listing(folder)).hexdigest()


def _member(path: Path) -> Member:
    """What is at a name in a cartridge. Raises `Damaged`, `OSError`."""
    if path.is_symlink():
        return Link(str(path.readlink()))
    if path.is_dir():
        return Directory()
    return bytes(_published(path, bytes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """A suite of vectors, sorted by id."""

    directory: Path
    manifest: Mapping[str, Any]
    vectors: tuple[Vector, ...]

    @property
    def suite_version(self) -> str:
        """The version of the suite."""
        return str(self.manifest["suite_version"])

    def listing(self, vectors: Iterable[Vector]) -> dict[str, Any]:
        """The manifest with these cases alone."""
        ids = {vector.id for vector in vectors}
        rows = [dict(row) for row in self.manifest["cases"] if row["id"] in ids]
        return {**self.manifest, "cases": rows}

    def require(self, vectors: Iterable[Vector]) -> None:
        """Raise `Damaged` when what the kit keeps of a vector is not what was published."""
        published = ledger(self.directory)
        for vector in vectors:
            vector.require(published)

    def only(
        self,
        *globs: str,
        kinds: Collection[str] = (),
        profiles: Collection[str] = (),
        until: Step | None = None,
    ) -> tuple[Vector, ...]:
        """The vectors whose id matches one of the patterns, of one of these kinds and profiles.

        Any will do where none is given. With ``until`` only what a reader can get wrong that has
        the checks up to this step: the packs that are rejected at this step or before it, every
        accepted pack, and the first pack of each later rule. If their kind is asked for, the texts
        of kind ``canonical-json`` as well, once step text is reached.
        """
        kinds = kinds if until is None else kinds or ("read",)
        found = tuple(
            v
            for v in self.vectors
            if (not globs or any(fnmatchcase(v.id, glob) for glob in globs))
            and (not kinds or v.question.kind in kinds)
            and (not profiles or v.question.profile in profiles)
        )
        return found if until is None else _up_to(until, found)


@cache
def later_codes(step: Step) -> frozenset[str]:
    """The codes of the rules that are checked after this step."""
    return frozenset(rule.code for rule in CURRENT.rules if rule.step > step)


def passes(vector: Vector, step: Step) -> bool:
    """Whether the case is a pack with nothing wrong up to this step of the order of checks."""
    later = vector.code is None or vector.code in later_codes(step)
    return vector.question.kind == "read" and later


def _up_to(step: Step, vectors: tuple[Vector, ...]) -> tuple[Vector, ...]:
    """Those that a reader with the checks up to ``step`` can get wrong, as `Kit.only` says."""
    packs = [v for v in vectors if v.question.kind == "read"]
    later = {v.rule: v for v in reversed(packs) if v.code is not None and passes(v, step)}
    chosen = {v.id for v in packs if v.code is None or not passes(v, step)}
    chosen |= {v.id for v in later.values()}
    if step >= Step.TEXT:
        chosen |= {v.id for v in vectors if v.question.kind == "canonical-json"}
    return tuple(v for v in vectors if v.id in chosen)


def load(directory: Path | None = None) -> Kit:
    """The kit in a directory, or the one that comes with the package.

    Raises `Damaged` when the manifest is missing or is none.
    """
    where = kit_directory() if directory is None else directory.resolve()

    def kit(text: bytes) -> Kit:
        manifest = json.loads(text)
        vectors = tuple(_vector(row, where) for row in manifest["cases"])
        return Kit(directory=where, manifest=manifest, vectors=vectors)

    found: Kit = _published(where / MANIFEST, kit)
    return found


def ledger(directory: Path) -> dict[str, Line]:
    """The ledger of a kit. Raises `Damaged`."""
    found: dict[str, Line] = _published(directory / LEDGER, decoded)
    return found


def _vector(row: Mapping[str, Any], directory: Path) -> Vector:
    recipe = row["input"].get("recipe")
    return Vector(
        directory=directory,
        row=row,
        id=row["id"],
        question=Question(
            kind=row["kind"],
            profile=row["profile"],
            document=row.get("document"),
            asset_uuid=row.get("asset_uuid"),
        ),
        verdict=row["verdict"],
        code=row.get("code"),
        where=row.get("where"),
        rule=row["rule"],
        layer=row.get("layer"),
        notes=row["notes"],
        order=row.get("order", False),
        derived_from=row["derived_from"],
        file=row["input"].get("file", row["input"].get("directory")),
        recipe=None if recipe is None else tuple(_piece(piece) for piece in recipe),
        size=row["input"]["size"],
        sha256=row["input"]["sha256"],
        expect=row.get("expect"),
        values=row.get("values"),
    )


def _piece(row: Mapping[str, Any]) -> bytes | Repeat:
    data = bytes.fromhex(row["hex"])
    return Repeat(unit=data, count=row["repeat"]) if "repeat" in row else data


def vector_name(id: str, kind: str) -> str:
    """The name of a case's input: a file's, or a directory's for a cartridge."""
    if asked(kind) == "cartridge":
        return id
    return f"{id}.{'pa' if asked(kind) in ('read', 'decode') else 'json'}"


def write_input(path: Path, case: Case) -> None:
    """Write the input of a case, a file or a directory."""
    if case.folder is None:
        write_sparse(path, case.recipe)
        return
    path.mkdir()
    for name, part in case.folder.items():
        if isinstance(part, bytes):
            write_sparse(path / name, (part,))
        else:
            _write_special(path / name, part)


def write_sparse(path: Path, recipe: Recipe) -> None:
    """Write what a recipe makes; a run of zeros is a hole where the file system has holes.

    Raises `FileExistsError` when something is there, `OSError`.
    """
    with path.open("xb") as file:
        for piece in recipe:
            if isinstance(piece, Repeat) and not any(piece.unit):
                file.seek(len(piece.unit) * piece.count, 1)
            else:
                file.writelines(expand((piece,)))
        file.truncate()


def _write_special(path: Path, part: Link | Directory) -> None:
    """Make what is no regular file. Raises `OSError`."""
    if isinstance(part, Link):
        path.symlink_to(part.target)
    else:
        path.mkdir()
