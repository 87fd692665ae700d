"""Every code about paths and source files, made to appear by a project with that fault."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from tests.packer.intake import aseprites as ase
from tests.packer.intake import files
from tests.workspace.projects import COLORS, Project, edit, record

from prometeu_assets.cli.environment import explained, no_verdict
from prometeu_assets.diagnostics import Report
from prometeu_assets.packer.build import build
from prometeu_assets.reader.pack import validate
from prometeu_assets.storage import transaction
from prometeu_assets.workspace.membership import exclude

Case = Callable[[Project, pytest.MonkeyPatch], object]


def source(name: str, data: bytes | str, **changes: Any) -> Case:
    """Build with this file in an asset's root, and with these members of its document."""
    owner = "fx" if name.endswith(".wav") else "hero"

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        path = project.root(owner) / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        if changes:
            edit(project.anchor(owner), **changes)
        return build(project.path).report

    return case


def sprites(*names: str) -> Case:
    """Build with these paths as sprites."""

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        edit(project.anchor("hero"), inputs={"sprites": list(names), "palettes": ["colors.hex"]})
        return build(project.path)

    return case


def palette(name: str, data: bytes | str) -> Case:
    return source(name, data, inputs={"sprites": ["sheet.png"], "palettes": [name]})


def sheet(rows: list[list[tuple[int, ...]]], kind: int = 2, depth: int = 8, **more: Any) -> Case:
    return source("sheet.png", files.png(rows, kind, depth, **more))


def said(data: bytes, **settings: Any) -> Case:
    """Build with this picture as the only sheet, and with this said of it."""
    entry = {"path": "sheet.png", **settings}
    return source("sheet.png", data, inputs={"sprites": [entry], "palettes": ["colors.hex"]})


def drawing(data: bytes) -> Case:
    """Build with this Aseprite document as the only sheet."""
    inputs = {"sprites": ["sheet.aseprite"], "palettes": ["colors.hex"]}
    return source("sheet.aseprite", data, inputs=inputs)


def wav(*chunks: bytes) -> Case:
    return source("0.wav", files.riff(*chunks))


def link(project: Project, _: pytest.MonkeyPatch) -> object:
    path = project.root("hero") / "sheet.png"
    path.rename(project.path / "sheet.png")
    path.symlink_to(project.path / "sheet.png")
    return build(project.path)


def folder(project: Project, _: pytest.MonkeyPatch) -> object:
    path = project.root("hero") / "sheet.png"
    path.unlink()
    path.mkdir()
    return build(project.path)


def shared(project: Project, _: pytest.MonkeyPatch) -> object:
    edit(
        project.anchor("hero"),
        inputs={"sprites": ["sheet.png"], "palettes": [{"shared": "fx/a.hex"}]},
    )
    return build(project.path)


def denied(project: Project, patch: pytest.MonkeyPatch) -> object:
    """Injected, because the superuser is never denied."""
    real = os.open

    def deny(path: Any, *args: Any, **kwargs: Any) -> int:
        if Path(path).name == "sheet.png":
            raise PermissionError(13, "denied", str(path))
        return real(path, *args, **kwargs)

    patch.setattr(os, "open", deny)
    return build(project.path)


def large(project: Project, _: pytest.MonkeyPatch) -> object:
    os.truncate(project.root("fx") / "0.wav", 2**24 + 2)
    return build(project.path)


def no_verdict_about(project: Project, _: pytest.MonkeyPatch) -> object:
    """A pack that is not there."""
    try:
        return validate(project.path / "missing.pa")
    except OSError as error:
        return Report.of([no_verdict(error, explained(error))])


def unfinished(project: Project, _: pytest.MonkeyPatch) -> object:
    from prometeu_assets.shipper.verify import verify

    built = build(project.path).outputs["assets.pa"]
    _journal(project)
    return verify(built)


def damaged(project: Project, _: pytest.MonkeyPatch) -> object:
    _journal(project)
    return build(project.path)


def completed(project: Project, _: pytest.MonkeyPatch) -> object:
    _interrupt(project)
    return build(project.path).report


def outdated(project: Project, _: pytest.MonkeyPatch) -> object:
    _interrupt(project)
    project.tiles("owl", seed=5)
    return build(project.path)


def _interrupt(project: Project) -> None:
    """A command that stops after its commit point, before it replaces the index."""
    with mock.patch.object(transaction, "_finish", side_effect=OSError), suppress(OSError):
        exclude("fx", project=project.path)


def foreign(project: Project, _: pytest.MonkeyPatch) -> object:
    build(project.path)
    lock = project.path / "assets/.prometeu/lock"
    lock.with_name("copy").hardlink_to(lock)
    return build(project.path)


def _journal(project: Project) -> None:
    staging = project.path / "build/.staging"
    staging.mkdir(parents=True, exist_ok=True)
    (staging / "journal.json").write_text("{}", encoding="utf-8")


def stereo(project: Project, _: pytest.MonkeyPatch) -> object:
    return wav(files.fmt(channels=2, rate=8000), files.riff_chunk(b"data", bytes(8)))(project, _)


def rate(project: Project, _: pytest.MonkeyPatch) -> object:
    record(project.root("fx") / "0.wav", [1, 2, 3], rate=44_100)
    return build(project.path)


def two_palettes(project: Project, _: pytest.MonkeyPatch) -> object:
    """A tile of indices 1 and 17."""
    data = files.indexed([[1, 17] * 4] * 8, [*COLORS[:2], *[COLORS[0]] * 15, (0, 255, 0)])
    (project.root("hero") / "sheet.png").write_bytes(data)
    (project.root("hero") / "green.hex").write_text("000000\n00ff00\n", encoding="ascii")
    inputs = {"sprites": ["sheet.png"], "palettes": ["colors.hex", "green.hex"]}
    edit(project.anchor("hero"), inputs=inputs)
    return build(project.path)


def many_palettes(project: Project, _: pytest.MonkeyPatch) -> object:
    """Images that have 16 palettes each."""
    names = [f"{number}.png" for number in range(5)]
    for name in names:
        (project.root("hero") / name).write_bytes(files.indexed([[255]], [COLORS[1]] * 256))
    edit(project.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": names})
    return build(project.path)


def nearly(project: Project, _: pytest.MonkeyPatch) -> object:
    """Two yellows that only 24 bits tell apart."""
    rows = [[COLORS[3], (254, 230, 98)] * 8] * 16
    (project.root("hero") / "sheet.png").write_bytes(files.png(rows, 2))
    text = "000000\nff0044\n0099db\nfee761\nfee662\n"
    (project.root("hero") / "colors.hex").write_text(text, encoding="ascii")
    return build(project.path).report


def payload(project: Project, _: pytest.MonkeyPatch) -> object:
    (project.root("hero") / "bank.bin").write_bytes(bytes(34_800))
    members = {
        "width": 256, "height": 256, "palette_count": 64, "palette_authored": 1, "tile_size": 8,
    }  # fmt: skip
    output = {"format": "TILES/indexed_v1", "codec": "NONE", "metadata": members}
    edit(project.anchor("hero"), inputs={"payload": ["bank.bin"]}, output=output)
    return build(project.path)


def _rows(pixel: tuple[int, ...], width: int = 16, height: int = 16) -> list[Any]:
    return [[pixel] * width for _ in range(height)]


def _spot(ground: tuple[int, ...], pixel: tuple[int, ...]) -> list[Any]:
    rows = _rows(ground)
    rows[3][5] = pixel
    return rows


RED = COLORS[1]
SORTED = [COLORS[0], COLORS[2], COLORS[3], COLORS[1]]
GREYS = [(i, i, i) for i in range(32)]
PLAIN = files.png(_rows(RED), 2)
WHITE_FIRST = files.indexed([[1, 2] * 8] * 16, [COLORS[0], (255, 255, 255), COLORS[2]])
CLEAR_TWO = files.indexed([[1, 2] * 8] * 16, COLORS, transparency=b"\xff\xff\x00")

CASES: dict[str, Case] = {
    "PATH_FORM": sprites("sprites\\hero.png"),
    "PATH_ESCAPES": sprites("../shared/hero.png"),
    "PATH_SYMLINK": link,
    "PATH_COLLISION": sprites("sheet.png", "Sheet.png"),
    "PATH_MISSING": sprites("sheet.png", "hat.png"),
    "PATH_KIND": folder,
    "SHARED_PLACE": shared,
    "PATH_UNREADABLE": denied,
    "FILE_TOO_LARGE": large,
    "NO_VERDICT": no_verdict_about,
    "LOCK_FOREIGN": foreign,
    "TRANSACTION_UNFINISHED": unfinished,
    "TRANSACTION_DAMAGED": damaged,
    "TRANSACTION_OUTDATED": outdated,
    "TRANSACTION_COMPLETED": completed,
    "PALETTE_KIND": palette("colors.txt", "; Paint.NET palette\n"),
    "PALETTE_FORMAT": palette("colors.hex", "000000\nff004\n"),
    "PALETTE_EMPTY": palette("colors.hex", ""),
    "PALETTE_LENGTH": palette("colors.hex", "".join(f"0000{i:02x}\n" for i in range(17))),
    "PALETTE_COUNT": many_palettes,
    "PALETTE_TRANSPARENCY": palette(
        "colors.png", files.indexed([[0, 1], [2, 3]], COLORS, transparency=b"\xff\xff\0")
    ),
    "PALETTE_ORDER": palette("colors.png", files.indexed([[0, 3, 1, 2]], SORTED)),
    "PALETTE_RGB565": palette("colors.hex", "000000\nff0044\n0099db\nfee761\nfee662\n"),
    "PNG_FORMAT": source("sheet.png", b"GIF89a" + bytes(20)),
    "PNG_TRUNCATED": source("sheet.png", PLAIN[:-20]),
    "PNG_CORRUPT": source("sheet.png", PLAIN.replace(b"IDAT", b"IDAt")),
    "PNG_LIMIT": source(
        "sheet.png", files.SIGNATURE + files.header(8192, 16, 8, 2, 0, 0, 0) + files.chunk(b"IEND")
    ),
    "PNG_UNSUPPORTED": sheet(_rows((1, 2, 3)), depth=16),
    "ASEPRITE_FORMAT": drawing(b"GIF89a" + bytes(20)),
    "ASEPRITE_TRUNCATED": drawing(ase.document(ase.frame(ase.layer()))[:-10]),
    "ASEPRITE_CORRUPT": drawing(ase.document(ase.frame(ase.layer(level=1)))),
    "ASEPRITE_LIMIT": drawing(ase.document(ase.frame(), size=(8192, 16))),
    "ASEPRITE_UNSUPPORTED": drawing(
        ase.document(ase.frame(ase.layer("shadow", blend=1), ase.cel([[(*RED, 255)]])))
    ),
    "SHEET_SIZE": sheet(_rows(RED, 20)),
    "SHEET_AREA": said(PLAIN, area={"column": 1, "row": 0, "columns": 2, "rows": 1}),
    "SHEET_KEY_INDEX": said(files.indexed([[0, 1] * 8] * 16, COLORS), transparent="#ff0044"),
    "SHEET_KEY": said(files.png(_rows(RED), 2), transparent="#ff00ff"),
    "SHEET_INDEX": source("sheet.png", files.indexed([[*range(17), *[0] * 7]] * 16, GREYS)),
    "SHEET_TILE": two_palettes,
    "SHEET_ALPHA": sheet(_spot((*RED, 255), (*RED, 128)), kind=6),
    "SHEET_COLOR": sheet(_spot(RED, (240, 1, 70))),
    "SHEET_ALIKE": sheet(_rows((250, 2, 70))),
    "SHEET_PALETTE": source("sheet.png", WHITE_FIRST),
    "SHEET_INDEX_ZERO": source("sheet.png", files.indexed([[0, 1] * 8] * 16, COLORS)),
    "SHEET_TRANSPARENCY": source("sheet.png", CLEAR_TWO),
    "SHEET_UNDECLARED": source(
        "sheet.png", files.indexed([[1, 5] * 8] * 16, [*COLORS, RED, (255, 255, 255)])
    ),
    "SHEET_RGB565": nearly,
    "TILES_CAPACITY": sheet(_rows(RED, 256, 264)),
    "WAV_FORMAT": source("0.wav", b"ID3\x04" + bytes(20)),
    "WAV_ENCODING": stereo,
    "WAV_RATE": rate,
    "WAV_TRUNCATED": wav(files.fmt(rate=8000), files.riff_chunk(b"data", b"1234", 400)),
    "WAV_EMPTY": wav(files.fmt(rate=8000), files.riff_chunk(b"data", b"")),
    "RAW_SIZE": payload,
}
