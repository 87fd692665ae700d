"""The operations that are interrupted: one row each, of three functions.

The first makes a project in an empty directory, the second is the operation, the third says what
must hold of the project after the operation went wrong. An operation may be one that is refused.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest import mock

from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer import build as packer
from prometeu_assets.packer.adding import add
from prometeu_assets.packer.scaffold import new
from prometeu_assets.shipper.ship import ship
from prometeu_assets.storage import exchange, transaction
from prometeu_assets.workspace.membership import exclude, forget
from prometeu_assets.workspace.migrate import discard_backups, migrate
from prometeu_assets.workspace.project import init
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.renaming import duplicate, rename
from tests.fault.states import Case, cartridge, documents, piecemeal, publication
from tests.shipper.cartridges import describe
from tests.workspace.projects import (
    ASSET,
    Project,
    draw,
    drawing,
    edit,
    examined,
    palette_text,
    uuid,
)

USER_FILES: Final = {
    "cartridge.json": b'{"title": "mine"}',
    ".gitignore": b"/build/\n",
    "notes.txt": b"",
    "build/program.pbx": b"the compiler's",
}


Run = Callable[[Path], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row: ``prepare`` a project, ``run`` the operation, ``check`` what it left."""

    prepare: Callable[[Path], object]
    run: Callable[[Path], object]
    check: Callable[[Case], None]


# Projects


def _project(base: Path, *, version: int = 2) -> Project:
    """Three assets and, of whatever a person may have beside them, one with odd permissions."""
    made = Project(base, version=version)
    made.tiles("hero", preload=True)
    made.sounds("deep/fx", [(1, 2), (3,)], name="fx")
    made.tiles("moth", seed=3)
    for name, data in USER_FILES.items():
        (base / name).parent.mkdir(exist_ok=True)
        (base / name).write_bytes(data)
    (base / "build/program.pbx").chmod(0o600)
    (base / "assets/hero/asset.json").chmod(0o640)
    return made


def _unbuilt(base: Path) -> None:
    _project(base)
    shutil.rmtree(base / "build")


def _built_and_changed(base: Path) -> None:
    """A pack is there and its cache warm; all its companions are to change."""
    made = _project(base)
    packer.build(base)
    (base / "build/assets.pa").chmod(0o640)
    draw(base / "assets/hero/sheet.png", 2)
    edit(base / "assets/moth/asset.json", preload={"enabled": True})
    made.sounds("beep")


def _other_sheet(base: Path) -> None:
    """The other asset's picture has a name of its own."""
    made = _project(base)
    (made.root("moth") / "sheet.png").rename(made.root("moth") / "moth.png")
    edit(made.anchor("moth"), inputs={"sprites": ["moth.png"], "palettes": ["colors.hex"]})


def _half_published(base: Path) -> None:
    """An earlier build was interrupted after its commit point."""
    _built_and_changed(base)
    with mock.patch.object(transaction, "_finish", side_effect=OSError), suppress(OSError):
        packer.build(base)


def _half_changed(base: Path) -> None:
    """An earlier change of documents was interrupted after its commit point."""
    _project(base)
    with mock.patch.object(transaction, "_finish", side_effect=OSError), suppress(OSError):
        exclude("moth", project=base)


def _old(base: Path) -> None:
    _project(base, version=1)


def _migrated(base: Path) -> None:
    _old(base)
    migrate(base)


def _drafts(base: Path) -> None:
    made = _project(base)
    for number, root in enumerate(("one", "t/wo")):
        made.tiles(root, registered=False, uuid=uuid(40 + number))


def _moved(base: Path) -> None:
    _project(base)
    (base / "assets/moth").rename(base / "assets/butterfly")


def _moved_to_two_places(base: Path) -> None:
    _moved(base)
    shutil.copytree(base / "assets/butterfly", base / "assets/caterpillar")


def _copied(base: Path) -> None:
    _project(base)
    shutil.copytree(base / "assets/moth", base / "assets/copy")


SCHEMA: Final = f"../.prometeu/schemas/asset/v{ASSET}.json"


def _moved_deeper(base: Path) -> None:
    """Its `$schema` does not lead to the schema any more, which is missing too."""
    _project(base)
    edit(base / "assets/moth/asset.json", **{"$schema": SCHEMA})
    (base / "assets/moth").rename(base / "assets/deep/moth")


def _with_a_schema(base: Path) -> None:
    _project(base)
    edit(base / "assets/deep/fx/asset.json", **{"$schema": f"../{SCHEMA}"})


def _leading_nowhere(base: Path) -> None:
    """All that doctor repairs for editors: a path, and the schema."""
    _project(base)
    edit(base / "assets/deep/fx/asset.json", **{"$schema": SCHEMA})


def _with_sources(base: Path) -> None:
    """Where an asset is to begin there are files, named as its starters would be."""
    _project(base)
    place = base / "assets/art/new"
    draw(place / "sprites/tiles.png", 5)
    (place / "palettes").mkdir()
    (place / "palettes/main.hex").write_text(palette_text(), encoding="ascii")


def _namesakes(base: Path) -> None:
    """A root is the name of another asset."""
    made = _project(base)
    made.sounds("fx", name="other")


def _tangled(base: Path) -> None:
    """All that doctor repairs: a repeat, two rows for one asset, two assets with one id."""
    made = _project(base)
    made.sounds("beep")
    made.rows.append(dict(made.rows[0]))
    made.rows.append({**made.rows[1], "root": "gone"})
    made.rows.append({**made.rows[3], "asset_uuid": uuid(30), "root": "newcomer"})
    made.write_index()
    made.tiles("newcomer", registered=False, uuid=uuid(30))


# Operations


def _build(base: Path) -> None:
    packer.build(base, jobs=1)


def _build_on_disk(base: Path) -> None:
    """As where no file is without a name."""
    with mock.patch.object(tempfile, "_O_TMPFILE_WORKS", False):
        _build(base)


def _new(kind: str) -> Run:
    return lambda base: drawing(lambda: uuid(50), new, kind, base / "assets/art/new", project=base)


def _duplicate(base: Path) -> None:
    drawing(lambda: uuid(51), duplicate, "fx", base / "assets/copy", project=base)


def _add(base: Path) -> None:
    add("moth", base / "assets/hero/sheet.png", project=base)


def _register(*roots: str, new_uuid: bool = False) -> Run:
    def run(base: Path) -> None:
        given = map(uuid, itertools.count(60)).__next__
        drawing(
            given,
            register,
            *[base / "assets" / root for root in roots],
            project=base,
            new_uuid=new_uuid,
        )

    return run


def _forget(name: str) -> Run:
    return lambda base: forget(name, project=base)


def _doctor(base: Path) -> None:
    found = examined(base, fix=True)
    if not found.report.ok:
        raise Refused(report=found.report)


def _init(base: Path) -> None:
    init(base)


def _shippable(base: Path) -> None:
    """A cartridge is there, and all that goes into another one."""
    made = _project(base)
    describe(made)
    packer.build(base)
    ship(base)
    describe(made, title="Hero 2", capabilities=["asset"])
    (base / "build/program.pbx").write_bytes(b"compiled anew")
    draw(base / "assets/hero/sheet.png", 2)
    packer.build(base)


def _shippable_first(base: Path) -> None:
    """No cartridge is there yet."""
    _shippable(base)
    shutil.rmtree(base / "cartridge")


def _ship(base: Path) -> None:
    ship(base)


def _ship_in_two_steps(base: Path) -> None:
    """As where two names cannot be swapped."""
    with mock.patch.object(exchange, "ENABLED", new=False):
        ship(base)


def _empty(base: Path) -> None:
    """Nothing is there yet."""


def _exclude(base: Path) -> None:
    exclude("moth", project=base)


OPERATIONS: Final = {
    "build first": Operation(prepare=_unbuilt, run=_build, check=publication),
    "build again": Operation(prepare=_built_and_changed, run=_build, check=publication),
    "build on disk": Operation(prepare=_built_and_changed, run=_build_on_disk, check=publication),
    "build completes": Operation(prepare=_half_published, run=_build, check=publication),
    "migrate": Operation(prepare=_old, run=migrate, check=documents),
    "discard": Operation(prepare=_migrated, run=discard_backups, check=piecemeal),
    "register": Operation(prepare=_drafts, run=_register("one", "t/wo"), check=documents),
    "register move": Operation(prepare=_moved, run=_register("butterfly"), check=documents),
    "register deeper": Operation(
        prepare=_moved_deeper, run=_register("deep/moth"), check=documents
    ),
    "register copy": Operation(prepare=_copied, run=_register("copy"), check=documents),
    "register anew": Operation(
        prepare=_copied, run=_register("copy", new_uuid=True), check=documents
    ),
    "new": Operation(prepare=_project, run=_new("sound-bank"), check=documents),
    "new in place": Operation(prepare=_with_sources, run=_new("tile-bank"), check=documents),
    "add": Operation(prepare=_other_sheet, run=_add, check=documents),
    "rename": Operation(
        prepare=_project,
        run=lambda base: rename("moth", "butterfly", project=base),
        check=documents,
    ),
    "duplicate": Operation(prepare=_with_a_schema, run=_duplicate, check=documents),
    "forget": Operation(prepare=_project, run=_forget("moth"), check=documents),
    "forget either": Operation(prepare=_namesakes, run=_forget("fx"), check=documents),
    "exclude": Operation(prepare=_project, run=_exclude, check=documents),
    "exclude completes": Operation(prepare=_half_changed, run=_exclude, check=documents),
    "doctor": Operation(prepare=_tangled, run=_doctor, check=documents),
    "doctor for editors": Operation(prepare=_leading_nowhere, run=_doctor, check=documents),
    "doctor in doubt": Operation(prepare=_moved_to_two_places, run=_doctor, check=documents),
    "init": Operation(prepare=_empty, run=_init, check=piecemeal),
    "ship first": Operation(prepare=_shippable_first, run=_ship, check=cartridge),
    "ship again": Operation(prepare=_shippable, run=_ship, check=cartridge),
    "ship in two steps": Operation(prepare=_shippable, run=_ship_in_two_steps, check=cartridge),
}
