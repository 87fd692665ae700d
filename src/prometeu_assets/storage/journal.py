"""The journal of a publication: what was to become what, read as untrusted input.

Clause: ``spec/security-and-trust.md#publication``. A staging folder may have come with a project
from anywhere, so a journal can name only files of its own area.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from prometeu_assets.contract.limits import LIMITS, values
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.storage import paths
from prometeu_assets.storage.files import Written

JOURNAL: Final = "journal.json"
JOURNAL_VERSION: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A folder of a project that is published as one, and the folder where its files wait.

    Both relative to the project. Only files below ``directory`` can be published. A file that is
    there is replaced only if its name is one of ``replaced``; others are created.
    """

    directory: str
    staging: str
    replaced: frozenset[str]


BUILD: Final = Area(
    directory="build",
    staging="build/.staging",
    replaced=frozenset(
        {"assets.pa", "asset_table.json", "preload.json", "asset_table_metadata.json"}
    ),
)
WORKSPACE: Final = Area(
    directory="assets",
    staging="assets/.prometeu/.staging",
    replaced=frozenset({"asset.json", "index.json", "released.json"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFile:
    """What the file ``name`` is to hold; ``replaces`` is what it held before, None for no file."""

    name: str
    new: Written
    replaces: Written | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The files of one publication, in the order in which they are renamed."""

    files: tuple[JournalFile, ...]

    def encode(self) -> bytes:
        """The text of ``journal.json``."""
        fields = {"schema_version": JOURNAL_VERSION, **asdict(self)}
        return f"{json.dumps(fields, indent=2)}\n".encode()


class Names:
    """Names of files that can all stand beside each other, on every system."""

    def __init__(self) -> None:
        self._files: dict[PurePosixPath, str] = {}
        self._folders: dict[PurePosixPath, str] = {}

    def require_free(self, name: str) -> None:
        """Raise `Refused` (``PATH_COLLISION``) if ``name`` cannot stand beside those added."""
        key = PurePosixPath(paths.fold(name))
        taken = [(self._files.get(key), None), (self._folders.get(key), "nested")]
        taken += [(self._files.get(folder), "nested") for folder in key.parents]
        for other, hint in taken:
            if other is not None:
                data = {"path": name, "other": other}
                raise Refused(Diagnostic(code="PATH_COLLISION", data=data, hint_key=hint))

    def add(self, name: str) -> None:
        """From now on ``name`` is taken, and so are the folders around it."""
        key = PurePosixPath(paths.fold(name))
        self._files[key] = name
        self._folders |= dict.fromkeys(key.parents, name)


def require_inside(area: Area, name: str) -> None:
    """Refuse a name outside the area; pure, the disk is not looked at."""
    paths.check(name)
    in_staging = paths.fold(name).startswith(f"{paths.fold(area.staging)}/")
    if in_staging or not name.startswith(f"{area.directory}/"):
        data = {"path": name, "area": area.directory}
        raise Refused(Diagnostic(code="PATH_ESCAPES", data=data, hint_key="area"))


def read_journal(base: Path, area: Area) -> Journal | None:
    """The journal of an area; None when there is none. Raises `Refused`, `OSError`."""
    limit = LIMITS.index_document_bytes
    path = f"{area.staging}/{JOURNAL}"
    try:
        data = paths.read_inside(base, path, limit=limit, what="a journal")
    except Refused as refused:
        if refused.report.codes == ("PATH_MISSING",):
            return None
        raise
    hint = "journal"
    try:
        if values(data) > LIMITS.document_values:
            raise ValueError(hint)
        fields = json.loads(data)
        if fields["schema_version"] != JOURNAL_VERSION:
            hint = "version"
            raise ValueError(hint)
        if set(fields) != {"schema_version", "files"}:
            raise ValueError(hint)
        journal = Journal(files=tuple(map(_file, fields["files"])))
        names = Names()
        for file in journal.files:
            require_inside(area, file.name)
            names.require_free(file.name)
            names.add(file.name)
            last = PurePosixPath(file.name).name
            if file.replaces is not None and last not in area.replaced:
                raise ValueError(hint)
        numbers = [file.new.size for file in journal.files]
        numbers += [file.replaces.size for file in journal.files if file.replaces is not None]
        if any(type(number) is not int or number < 0 for number in numbers):
            raise ValueError(hint)
    except (Refused, ValueError, TypeError, LookupError, RecursionError) as error:
        raise damaged(area, JOURNAL, hint_key=hint) from error
    return journal


def _file(row: dict[str, Any]) -> JournalFile:
    new, old = row["new"], row["replaces"]
    return JournalFile(
        name=row["name"],
        new=Written(**new),
        replaces=None if old is None else Written(**old),
    )


def named(names: Sequence[str]) -> dict[str, str]:
    """The first names of files for a message."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return {"files": ", ".join(map(repr, names[:5])) + more}


def damaged(area: Area, *missing: str, hint_key: str | None = None) -> Refused:
    """The refusal of a journal that cannot be completed, for the files that are ``missing``."""
    data = {"path": f"{area.staging}/{JOURNAL}", "staging": area.staging, **named(missing)}
    return Refused(Diagnostic(code="TRANSACTION_DAMAGED", data=data, hint_key=hint_key))
