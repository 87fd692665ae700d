"""Where a cartridge may be put: nothing that somebody else made ever has to give way.

Clause: ``spec/shipper-integration.md#place``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from prometeu_assets.contract.cartridge import FILES
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.shipper.boot import manifest_in

_SOURCES: Final = "assets"


def place_for(project: Path, out: Path, contract: Contract) -> Path:
    """The real place of ``out``, which need not be there, links on the way followed.

    Raises `Refused` (``SHIP_OUT``) unless nothing is there, or an empty directory, or a cartridge
    that `ship` made.
    """
    place = Path(os.path.realpath(out))
    if _is_inside(place, project / _SOURCES):
        raise _refused(out, f"it is inside {project / _SOURCES}", "inside")
    if not os.path.lexists(place):
        return place
    if not place.is_dir():
        raise _refused(out, "a file is there")
    stranger = _stranger(place, contract)
    if stranger is not None:
        raise _refused(out, f"it holds {stranger}, which `ship` did not make")
    return place


def _is_inside(place: Path, directory: Path) -> bool:
    """Whether a place is a directory or below it, by whatever name."""
    if not directory.exists():
        return False
    return any(p.exists() and p.samefile(directory) for p in (place, *place.parents))


def _stranger(place: Path, contract: Contract) -> str | None:
    """The name of something in the directory that no `ship` put there."""
    names = sorted(os.listdir(place))  # noqa: PTH208  # names alone
    for name in names:
        found = place / name
        if name not in FILES.values() or found.is_symlink() or not found.is_file():
            return name
    if not names:
        return None
    made = manifest_in(place, contract)
    # What ship writes has one spelling; a manifest of any other was written by somebody else.
    if made is None or made[0].encode(contract) != made[1]:
        return FILES["manifest"] if FILES["manifest"] in names else names[0]
    return None


def _refused(out: Path, what: str, hint_key: str | None = None) -> Refused:
    data = {"path": str(out), "what": what}
    return Refused(Diagnostic(code="SHIP_OUT", data=data, hint_key=hint_key))
