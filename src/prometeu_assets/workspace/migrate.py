"""Bringing the documents of a project to their current versions, all of them or none.

Clause: ``spec/migration.md#migrate``. The steps are `contract.migrations`; here they
meet files: the texts keep their formatting, the originals go to a backup, and one transaction
replaces everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report, silent
from prometeu_assets.documents import (
    INDEX,
    RELEASED,
    document_bytes,
    document_limit,
    parse,
    read_document,
    understood,
)
from prometeu_assets.result import Result
from prometeu_assets.storage import files
from prometeu_assets.storage.folders import find_roots, names_in
from prometeu_assets.storage.paths import exists, read_inside
from prometeu_assets.storage.transaction import (
    WORKSPACE,
    Tell,
    Transaction,
    refuse_unfinished,
)
from prometeu_assets.viewpoint import StrPath, at_project, require
from prometeu_assets.workspace.changes import unified_diff
from prometeu_assets.workspace.declarations import load
from prometeu_assets.workspace.editors import MEMBER, addressed, is_own, lacking
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry, changing
from prometeu_assets.workspace.released import Released
from prometeu_assets.workspace.rewrite import rewrite

BACKUPS: Final = f"{ASSETS}/.prometeu/backup"
"""Where originals are kept, relative to the project, one folder for each migration."""

_BACKUP: Final = re.compile(r"([1-9][0-9]{0,8})-[a-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """One document and its migration: its path below the project, its kind, both texts."""

    file: str
    kind: str
    found: int
    newest: int
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    asset: AssetRef | None = None

    @property
    def diff(self) -> str:
        """The change as a unified diff, without carriage returns."""
        old, new = (f"{self.file} (version {v})" for v in (self.found, self.newest))
        return unified_diff(self.before.decode(), self.after.decode(), old, new)

    @property
    def members(self) -> dict[str, Any]:
        """The document as ``schemas/migration/`` tells of it."""
        return {
            "file": self.file,
            "document": self.kind,
            "found": self.found,
            "newest": self.newest,
            "diff": self.diff,
        }

    @property
    def needed(self) -> Diagnostic:
        """That it is not current, as a fault."""
        return Diagnostic(
            code="MIGRATION_NEEDED",
            data={"found": self.found, "newest": self.newest},
            pointer="/schema_version",
            file=self.file,
            asset=self.asset,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration(Result):
    """The documents that change; ``backup`` is where their originals are, once they have changed.

    ``created`` are new files with their texts: an empty record of releases beside an index of the
    newest version, and the schema that the documents of assets lead editors to.
    ``report`` holds warnings: what was left alone, and why. ``discarded`` are backups that were
    removed.
    """

    documents: tuple[Migrated, ...] = ()
    report: Report = field(default_factory=Report)
    backup: str | None = None
    created: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    discarded: tuple[str, ...] = ()

    document = "migration"

    @property
    def members(self) -> dict[str, Any]:
        backup = {} if self.backup is None else {"backup": self.backup}
        return {
            "documents": [document.members for document in self.documents],
            "created": list(self.created),
            **backup,
            "discarded": list(self.discarded),
            "report": self.report.as_json(),
        }


def plan_migration(project: StrPath | None = None, *, contract: Contract = CURRENT) -> Migration:
    """What `migrate` would do; nothing is written.

    Without ``project``, the one around the current directory.
    Raises `Refused` with the faults of all documents, also when an earlier command was interrupted
    while it was replacing files; `OSError`.
    """
    with at_project(project) as (base, view):
        require(base)
        refuse_unfinished(base / WORKSPACE.staging)
        planned = _planned(base, contract)
        return replace(planned, report=planned.report.seen_from(view))


def check_migration(project: StrPath | None = None, *, contract: Contract = CURRENT) -> Migration:
    """Whether all documents are current: as `plan_migration`, and the report says which are not.

    It has a ``MIGRATION_NEEDED`` for each of these. Raises as `plan_migration`.
    """
    planned = plan_migration(project, contract=contract)
    needed = Report.of(document.needed for document in planned.documents)
    return replace(planned, report=needed + planned.report)


def migrate(
    project: StrPath | None = None, *, contract: Contract = CURRENT, tell: Tell = silent
) -> Migration:
    """Bring every document of a project to its current version, all of them or none.

    Without ``project``, the one around the current directory.
    Raises `Refused` with the faults of all documents, `OSError`; nothing has changed then, or the
    next command that writes completes the change.
    """
    with changing(project, tell) as (base, view):
        planned = _planned(base, contract)
        planned = replace(planned, report=planned.report.seen_from(view))
        if not planned.documents:
            return planned
        backup = _free_backup(base, planned.documents)
        with Transaction(base, WORKSPACE) as transaction:
            for document in planned.documents:
                kept = document.file.removeprefix(f"{ASSETS}/")
                transaction.stage(f"{backup}/{kept}", [document.before])
            for document in planned.documents:
                transaction.stage(document.file, [document.after])
            for name, text in planned.created.items():
                transaction.stage(name, [text])
            _require_unchanged(base, planned.documents, contract)
            transaction.commit()
    return replace(planned, backup=backup)


def discard_backups(project: StrPath | None = None, *, tell: Tell = silent) -> Migration:
    """Remove the originals that migrations have kept; ``discarded`` are their folders.

    Without ``project``, the one around the current directory. What else somebody put there stays,
    and so does its folder. Raises `Refused` when a link is on the way, `OSError`.
    """
    with changing(project, tell) as (base, _):
        names = _backups(base)
        for name in names:
            files.remove_files(base / name, WORKSPACE.replaced)
        if names:
            files.sync_directory(base / BACKUPS)
        files.remove_empty_directory(base / BACKUPS)
        return Migration(
            discarded=tuple(name for name in names if files.mode_of(base / name) is None)
        )


def _planned(project: Path, contract: Contract) -> Migration:
    report = Report()
    documents: list[Migrated] = []
    try:
        registry = Registry.load(project, contract)
    except Refused as refused:
        # The person who repairs the index also wants to know what else is wrong.
        raise Refused(report=refused.report + _unreadable(project, contract)) from None
    documents += _index(project, registry, contract)
    for row in registry.assets:
        try:
            documents += _asset(project, row, contract)
        except Refused as refused:
            report += refused.report
    if not report.ok:
        raise Refused(report=report)
    known = {row.root for row in registry.assets}
    strangers = (root for root in find_roots(project, ASSETS) if root not in known)
    return Migration(
        documents=tuple(documents),
        created=_created(project, documents, contract),
        report=Report.of(_left_alone(project, strangers, contract)),
    )


def _created(project: Path, documents: Iterable[Migrated], contract: Contract) -> dict[str, bytes]:
    """The files that belong to the new texts and are not there."""
    created: dict[str, bytes] = {}
    if any(document.kind == "index" for document in documents) and not exists(project, RELEASED):
        created[RELEASED] = Released().encode()
    led = [
        (document.kind, document.newest)
        for document in documents
        if document.kind == "asset" and is_own(parse(document.after, "", contract).get(MEMBER))
    ]
    return created | lacking(project, led, contract)


def _index(project: Path, registry: Registry, contract: Contract) -> Iterator[Migrated]:
    if _is_old(registry.warnings):
        # Its layout is for merges, and not its author's.
        after = registry.encode()
        yield _migrated(project, INDEX, "index", contract, context={}, after=after)


def _asset(project: Path, row: Registered, contract: Contract) -> Iterator[Migrated]:
    if _is_old(load(project, row, contract).warnings):
        context = {"asset_uuid": row.asset_uuid}
        try:
            made = _migrated(project, row.anchor, "asset", contract, context=context, root=row.root)
        except Refused as refused:
            raise refused.at(asset=row.ref) from None
        yield replace(made, asset=row.ref)


def _is_old(warnings: Iterable[Diagnostic]) -> bool:
    return any(warning.code == "DOCUMENT_OLD" for warning in warnings)


def _unreadable(project: Path, contract: Contract) -> Report:
    """The faults of all asset documents on disk, whether registered or not."""
    report = Report()
    for root in find_roots(project, ASSETS):
        try:
            path = f"{ASSETS}/{root}/asset.json"
            read_document(project, path, "asset", contract, context={"asset_uuid": None})
        except Refused as refused:
            report += refused.at(asset=AssetRef(name=root)).report
    return report


def _left_alone(project: Path, roots: Iterable[str], contract: Contract) -> Iterator[Diagnostic]:
    """Unregistered documents of an older version; what cannot be read is `doctor`'s business."""
    for root in roots:
        path = f"{ASSETS}/{root}/asset.json"
        try:
            context = {"asset_uuid": None}
            document = read_document(project, path, "asset", contract, context=context)
        except Refused:
            continue
        value = document.value
        if document.version != contract.windows["asset"][-1]:
            yield Diagnostic(
                code="MIGRATION_UNREGISTERED",
                data={"root": root, "found": document.version},
                pointer="/schema_version",
                file=path,
                asset=AssetRef(name=root),
                hint_key="adopt" if value["asset_uuid"] is None else None,
            )


def _migrated(
    project: Path,
    path: str,
    kind: str,
    contract: Contract,
    *,
    context: Mapping[str, Any],
    root: str = "",
    after: bytes | None = None,
) -> Migrated:
    """One document of an older version, read again as bytes and taken through the steps.

    Its text keeps the formatting, unless ``after`` is given. ``root`` is that of an asset.
    """
    before = document_bytes(project, path, kind, contract)
    document = understood(before, path, kind, contract, context=context)
    newest = contract.windows[kind][-1]
    old = parse(before, path, contract)
    value: Mapping[str, Any] = old
    for value in contract.upgrades(kind, old, context):
        _require_valid((kind, value["schema_version"]), value, path, contract)
    if after is None:
        after = rewrite(before, addressed(value, root, document.version))
        # The text is what will be read, so the text is what has to be right.
        found = parse(after, path, contract)
        assert same({**found, MEMBER: None}, {**value, MEMBER: None}), path
    _require_size(after, kind, path, contract)
    return Migrated(
        file=path, kind=kind, found=document.version, newest=newest, before=before, after=after
    )


def _require_valid(
    key: tuple[str, int], value: Mapping[str, Any], path: str, contract: Contract
) -> None:
    found = list(contract.documents.violations(key, value))
    if found:
        data = {"version": key[1], "what": "; ".join(violation.what for violation in found)}
        free = all(violation.pointer.startswith("/output/metadata/") for violation in found)
        raise Refused(
            Diagnostic(
                code="MIGRATION_INVALID",
                data=data,
                pointer="",
                file=path,
                hint_key="member" if free else None,
            )
        )


def _require_size(after: bytes, kind: str, path: str, contract: Contract) -> None:
    """Refuse a text that has grown over the limit: it could not be read again."""
    if len(after) > (limit := document_limit(kind, contract)):
        what = "the migrated document"
        data = {"path": path, "size": len(after), "limit": limit, "what": what}
        raise Refused(Diagnostic(code="FILE_TOO_LARGE", data=data, file=path))


def _require_unchanged(project: Path, documents: Iterable[Migrated], contract: Contract) -> None:
    """Refuse to replace what somebody, an editor for one, has written since it was read."""
    for document in documents:
        limit = document_limit(document.kind, contract)
        if read_inside(project, document.file, limit=limit, what="a document") != document.before:
            data = {"path": document.file}
            raise Refused(
                Diagnostic(
                    code="PATH_UNREADABLE", data=data, file=document.file, hint_key="changed"
                )
            )


def _free_backup(project: Path, documents: Iterable[Migrated]) -> str:
    """The folder for the originals: numbered after those that are there, and named for versions."""
    found = {f"{document.kind}-v{document.found}" for document in documents}
    taken = [int(Path(name).name.partition("-")[0]) for name in _backups(project)]
    return f"{BACKUPS}/{max(taken, default=0) + 1}-{'-'.join(sorted(found))}"


def _backups(project: Path) -> tuple[str, ...]:
    """The backups that are there, relative to the project, oldest first."""
    names = names_in(project, BACKUPS) if exists(project, BACKUPS) else []
    numbered = sorted((int(match[1]), match[0]) for match in map(_BACKUP.fullmatch, names) if match)
    return tuple(f"{BACKUPS}/{name}" for _, name in numbered)
