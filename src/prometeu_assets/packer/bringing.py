"""Files of the user's that come into the root of an asset: which, where to, converted or not.

Clause: ``spec/workspace.md#bringing``. Nothing is written here.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from posixpath import basename
from types import MappingProxyType
from typing import IO, Any, Final

from prometeu_assets.contract.bank import Bank, Brought, Metadata, Origin, Present, Role
from prometeu_assets.contract.schema import Checks
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.storage.given import files_given, place_of
from prometeu_assets.storage.paths import check, exists, fold, open_inside, read_inside
from prometeu_assets.storage.transaction import WORKSPACE, Tell, refuse_unfinished
from prometeu_assets.viewpoint import StrPath, View, at_project, require
from prometeu_assets.workspace.places import below_assets, check_origin
from prometeu_assets.workspace.registry import ASSETS, Registered, changing

NOTHING: Final[Metadata] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Files for a root. ``inputs`` is role to entries, ``texts`` those to be written, by path.

    ``origins`` is for each of these that was brought the user's file, ``done`` how it was
    converted. ``measures`` says, by paths below the project, how far copies are from what was
    given.
    ``unused`` are files of a folder that was given which are of no role.
    """

    inputs: Present
    texts: Mapping[str, bytes] = field(default_factory=dict)
    origins: Mapping[str, Path] = field(default_factory=dict)
    done: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[Path, ...] = ()
    measures: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def opener(self, project: Path, row: Registered, origin: Origin) -> IO[bytes]:
        """A file that an entry lists, also one that is not written yet."""
        if not origin.shared and origin.path in self.texts:
            return io.BytesIO(self.texts[origin.path])
        return open_inside(project, row.place(origin))

    def told_of(self, refused: Refused, project: Path, directory: str) -> Refused:
        """The same refusal, of the user's files in place of those that are not written.

        A file that none of the user's became is a starter.
        """
        own = {
            f"{directory}/{path}": place_of(project, self.origins[path])
            if path in self.origins
            else f"the starter {path}"
            for path in self.texts
        }

        def told(value: object) -> object:
            for path, name in own.items() if isinstance(value, str) else ():
                value = str(value).replace(path, name)
            return value

        return Refused(
            *(
                d.at(
                    file=own.get(d.file or "", d.file),
                    data={name: told(value) for name, value in d.data.items()},
                )
                for d in refused.report
            )
        )


@contextmanager
def held(project: StrPath | None, tell: Tell, *, dry_run: bool) -> Iterator[tuple[Path, View]]:
    """A project as for `changing`; for a dry run no file changes, not even that of the lock.

    Raises as `changing`, and for a dry run as `refuse_unfinished`.
    """
    if not dry_run:
        with changing(project, tell) as found:
            yield found
        return
    with at_project(project) as (base, view):
        require(base)
        refuse_unfinished(base / WORKSPACE.staging)
        yield base, view


def bring(
    project: Path,
    root: str,
    bank: Bank[Any],
    files: Iterable[Path],
    asked: Metadata,
    contract: Contract,
    *,
    listed: Present = NOTHING,
) -> Carried:
    """Read what is to come into a root, in the order given; a folder gives the files in it, sorted.

    A file that is below the root already is listed where it is, and one that is outside of all
    roots below ``assets/`` too, as a shared one; another one goes into the folder of its role,
    or to the place where a file of its name is ``listed`` and is not there.
    Raises `Refused` with the faults of all files, `OSError`.
    """
    inputs: dict[str, list[Origin]] = {}
    texts: dict[str, bytes] = {}
    origins: dict[str, Path] = {}
    done: dict[str, str] = {}
    unused: list[Path] = []
    faults: list[Diagnostic] = []
    for path, named in files_given(files):
        role = _role(bank, path)
        if role is None and not named:
            unused.append(path)
            continue
        try:
            if role is None:
                raise _refused(
                    "BRING_KIND", path, kind=kind_of(bank), known=", ".join(_known(bank))
                )
            kind = bank.roles[role]
            origin = _listed(project, root, path)
            if origin is None or not origin.path.lower().endswith(kind.endings):
                limit = getattr(contract.limits, kind.limit)
                data = read_inside(path.parent, path.name, limit=limit, what=kind.what)
                file = bank.bring(role, Brought(name=path.name, data=data), asked)
                asked = {**file.metadata, **asked}
                own = _place(project, root, role, file.name, listed)
                require_free_place(project, root, own, texts, path)
                texts[own], origins[own] = file.data, path
                if file.done:
                    done[own] = file.done
                origin = Origin(path=own)
            check(origin.path)
            inputs.setdefault(role, []).append(origin)
        except Refused as refused:
            place = place_of(project, path)
            faults += refused.at(file=place, asset=AssetRef(name=root)).report
    if faults:
        raise Refused(*faults)
    return Carried(
        inputs={role: tuple(found) for role, found in inputs.items()},
        texts=texts,
        origins=origins,
        done=done,
        unused=tuple(unused),
    )


def _place(project: Path, root: str, role: str, name: str, listed: Present) -> str:
    """Where a file of this name goes, below the root."""
    gone = (
        origin.path
        for origin in listed.get(role, ())
        if not origin.shared
        and basename(origin.path) == name
        and not exists(project, f"{ASSETS}/{root}/{origin.path}")
    )
    return next(gone, f"{role}/{name}")


def require_free_place(
    project: Path, root: str, own: str, texts: Iterable[str], path: Path
) -> None:
    """Raise `Refused` (``BRING_TAKEN``) when the file given at ``path`` would go where one is.

    ``texts`` are the paths of others that come in; ``own`` is below the root, as they are.
    """
    if exists(project, f"{ASSETS}/{root}/{own}") or fold(own) in map(fold, texts):
        raise _refused("BRING_TAKEN", path, taken=f"{ASSETS}/{root}/{own}")


def _role(bank: Bank[Any], path: Path) -> str | None:
    """The role of a file by the ending of its name: the first that takes it."""
    name = path.name.lower()
    return next(
        (n for n, role in bank.roles.items() if name.endswith(role.endings + role.converted)), None
    )


def with_settings(origin: Origin, role: Role, settings: Metadata) -> Origin:
    """The entry with those of the settings that its role knows; it keeps others that it has.

    One whose value is None is taken away.
    """
    known = {name: value for name, value in settings.items() if name in role.settings}
    merged = {**origin.settings, **known}
    return replace(origin, settings={n: value for n, value in merged.items() if value is not None})


def require_settings(settings: Metadata, contract: Contract) -> None:
    """Raise `ValueError` for a setting that no role has, or a value that it cannot have."""
    banks = contract.written.banks
    known = {n: s for bank in banks for r in bank.roles.values() for n, s in r.settings.items()}
    for name, value in settings.items():
        if name not in known:
            raise ValueError(f"there is no setting {name!r}, only {', '.join(sorted(known))}")
        schema = known[name].schema
        if value is not None and not Checks(schema, contract.documents).holds([value]):
            raise ValueError(f"{name} cannot be {value!r}: {schema['description']}")


def require_used(bank: Bank[Any], inputs: Present, settings: Metadata) -> None:
    """Raise `Refused` (``BRING_SETTING``) when no role of these entries knows the settings."""
    known = [name for name, role in bank.roles.items() if role.settings.keys() & settings.keys()]
    if settings:
        require_role(bank, inputs, known, [f"--{name}" for name in settings])


def require_role(
    bank: Bank[Any], inputs: Present, known: Collection[str], options: Iterable[str]
) -> None:
    """Raise `Refused` (``BRING_SETTING``) when no entry is of a role that knows the options."""
    if any(inputs.get(name) for name in known):
        return
    roles = [bank.roles[name] for name in known]
    data = {
        "options": ", ".join(f"`{option}`" for option in options),
        "known": ", ".join(ending for role in roles for ending in role.endings),
        "kind": kind_of(bank),
    }
    raise Refused(Diagnostic(code="BRING_SETTING", data=data, hint_key=None if roles else "none"))


def _listed(project: Path, root: str, path: Path) -> Origin | None:
    """The entry of a file where it is; None if no asset with this root can list it there."""
    below, start = below_assets(project, path), f"{root}/"
    if not below:
        return None
    if below.startswith(start):
        return Origin(path=below.removeprefix(start))
    shared = Origin(path=below, shared=True)
    with suppress(Refused):
        check_origin(project, shared)
        return shared
    return None


def _known(bank: Bank[Any]) -> list[str]:
    return [e for role in bank.roles.values() for e in (*role.endings, *role.converted)]


def kind_of(bank: Bank[Any]) -> str:
    """What `new` calls the assets of a bank, such as ``tile-bank``."""
    return bank.asset_type.replace("_", "-")


def _refused(code: str, path: Path, **data: object) -> Refused:
    return Refused(Diagnostic(code=code, data={"path": path.name, **data}))
