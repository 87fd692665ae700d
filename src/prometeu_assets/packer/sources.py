"""The source files of one asset, read.

Clause: ``spec/workspace.md`` for the inputs, ``spec/workspace.md#paths`` for the paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final

from prometeu_assets.contract.bank import PAYLOAD, RAW, Bank, Input, Origin, Role, SourceFile
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import MAX_DIAGNOSTICS, Diagnostic, Refused
from prometeu_assets.nearest import ANSWERED, Nearest
from prometeu_assets.packer.digests import FORGETFUL, Digests
from prometeu_assets.storage.folders import Survey, names_in
from prometeu_assets.storage.paths import collisions, read_stated
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.places import check_origin

_WEIGHED: Final = 200
"""Files that tell the weight of an asset."""


def read_inputs(
    project: Path,
    declaration: Declaration,
    bank: Bank[Any],
    contract: Contract,
    *,
    waiting: Mapping[str, bytes] = MappingProxyType({}),
    digests: Digests = FORGETFUL,
) -> Iterator[Input]:
    """The asset's source files in the order they are listed. Raises `Refused` with every fault.

    ``waiting`` are files that are not on the disk yet, by their paths below the project.
    ``digests`` remember those of the others.
    """
    named = list(declaration.origins)
    limits = contract.limits
    if len(named) > limits.inputs:
        raise Refused(
            declaration.fault("ASSET_INPUTS", "/inputs", found=len(named), limit=limits.inputs)
        )
    where = {origin.path: pointer for pointer, _, origin in named if not origin.shared}
    faults = [
        declaration.fault("PATH_COLLISION", where[two], path=two, other=one)
        for one, two in collisions(where)
    ]
    left = limits.input_bytes
    names = cache(partial(_names, project))
    for pointer, role, origin in named:
        kind, path = RAW if role == PAYLOAD else bank.roles[role], origin.path
        # From the project down, so that a root that became a link is not followed either.
        name = declaration.place(origin)
        most = most_bytes(kind, contract)
        room = min(most, left)
        try:
            check_origin(project, origin)
            data, status = waiting.get(name), None
            if data is None:
                data, status = read_stated(project, name, limit=room, what=kind.what)
            elif len(data) > room:
                found = {"path": name, "size": len(data), "limit": room, "what": kind.what}
                raise Refused(Diagnostic(code="FILE_TOO_LARGE", data=found))
        except Refused as refused:
            total = _total(refused, path, left, most, contract)
            refused = total or refused
            if len(faults) < ANSWERED:
                refused = _nearest(names, name, path, refused)
            place = {"file": declaration.file, "pointer": pointer}
            faults += refused.at(asset=declaration.ref, **place).report
            # A report that is full would not tell of another.
            if total or len(faults) > MAX_DIAGNOSTICS:
                break
            continue
        left -= len(data)
        if not faults:
            source = source_file(role, origin, len(data), digests.taken(name, status, data))
            yield Input(source=source, origin=origin, name=name, data=data)
    if faults:
        raise Refused(*faults)


def _names(project: Path, folder: str) -> Nearest:
    """The names in a folder; none if it is not ours."""
    with suppress(OSError, Refused):
        return Nearest(names_in(project, folder))
    return Nearest(())


def _nearest(names: Callable[[str], Nearest], name: str, path: str, refused: Refused) -> Refused:
    """The refusal of a file that is not there, with the one beside it that was probably meant."""
    (found,) = refused.report
    if found.code != "PATH_MISSING" or found.hint_key is not None:
        return refused
    near = names(PurePosixPath(name).parent.as_posix()).to(PurePosixPath(path).name)
    if near is None:
        return refused
    shown = PurePosixPath(path).with_name(near).as_posix()
    return refused.at(data={**found.data, "near": shown}, hint_key="nearest")


def _total(refused: Refused, path: str, left: int, most: int, contract: Contract) -> Refused | None:
    """The refusal of a file that is too large only together with those before it."""
    (found,) = refused.report
    size = found.data.get("size")
    if found.code != "FILE_TOO_LARGE" or not isinstance(size, int) or size > most:
        return None
    limit = contract.limits.input_bytes
    data = {"path": path, "found": limit - left + size, "limit": limit}
    return Refused(Diagnostic(code="INPUT_TOTAL", data=data))


def most_bytes(role: Role, contract: Contract) -> int:
    """Bytes that a file of a role may have."""
    limits = contract.limits
    most: int = getattr(limits, role.limit)
    return most


def unread_inputs(
    project: Path, declaration: Declaration, digests: Digests, survey: Survey
) -> list[SourceFile] | None:
    """The asset's source files, if the digest of each is certain without reading it.

    Then all that `read_inputs` refuses is refused when a slice is made of them, except for the
    place of a shared file, which is checked here.
    """
    found: list[SourceFile] = []
    for _, role, origin in declaration.origins:
        name = declaration.place(origin)
        status = survey.files.get(name)
        digest = digests.of(name, status)
        if digest is None or status is None:
            return None
        if origin.shared:
            try:
                check_origin(project, origin)
            except Refused:
                return None
        found.append(source_file(role, origin, status.size, digest))
    return found


def source_file(role: str, origin: Origin, size: int, sha256: str) -> SourceFile:
    """A file of an asset, with its size in bytes and its SHA-256."""
    return SourceFile(role=role, path=origin.path, size=size, sha256=sha256, shared=origin.shared)


def weight(declaration: Declaration, survey: Survey) -> int:
    """Bytes of the asset's first source files, as the walk found them; nothing is decided by it."""
    origins = islice(chain.from_iterable(declaration.inputs.values()), _WEIGHED)
    found = (survey.files.get(declaration.place(origin)) for origin in origins)
    return sum(status.size for status in found if status is not None)
