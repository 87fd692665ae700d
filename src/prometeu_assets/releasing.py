"""Recording what is released: what a pack holds, read as a shipper reads it, in the registry.

Clause: ``spec/workspace.md#released``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Progress, Report, silent
from prometeu_assets.shipper.released import held_by_build, held_by_file
from prometeu_assets.storage.transaction import Tell
from prometeu_assets.viewpoint import StrPath, at_project
from prometeu_assets.workspace.recording import Recording, record_release, unrecorded


def release(
    project: StrPath | None = None,
    *,
    file: StrPath | None = None,
    keep: Iterable[str] = (),
    contract: Contract = CURRENT,
    progress: Progress = silent,
    tell: Tell = silent,
) -> Recording:
    """Record the assets of the build of a project as released, so that they keep their ids.

    Without ``project``, the one around the current directory. ``file`` is an older pack with its
    companions beside it, or its ``asset_table_metadata.json``, in place of the build. ``keep``
    are the uuids of assets that keep an id with which several were released; with it alone no
    build is read.
    Raises `Refused` when the pack cannot be verified, when the build does not have the ids of the
    index, or when two assets would be released under one id; `OSError`.
    """
    if isinstance(keep, str):
        raise TypeError(f"keep is several uuids, such as [{keep!r}], not one text")
    kept = tuple(keep)
    with at_project(project) as (base, view):
        if file is not None:
            held = held_by_file(Path(file), contract=contract, progress=progress)
        else:
            held = () if kept else held_by_build(base, contract=contract, progress=progress)
        is_built = file is None and not kept
        tell = view.told(tell)
        return record_release(base, held, keep=kept, built=is_built, contract=contract, tell=tell)


def check_release(
    project: StrPath | None = None, *, contract: Contract = CURRENT, progress: Progress = silent
) -> Report:
    """Whether the build of a project is recorded as released; nothing is written.

    Without ``project``, the one around the current directory. The report has a
    ``RELEASE_UNRECORDED`` for each asset that is not. Raises as `release`.
    """
    with at_project(project) as (base, view):
        held = held_by_build(base, contract=contract, progress=progress)
        return unrecorded(base, held, contract=contract).seen_from(view)
