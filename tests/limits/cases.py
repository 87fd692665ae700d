"""Every limit with a case at it and one past it, and inputs that are larger than they look.

The verdict of a case is the codes reported, in order; ``()`` is accepted. ``most`` is the memory in
MiB that the verb may take beyond what it takes for a small input of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.limits import inputs as of
from tests.limits.inputs import MIB, Make, Verdict
from tests.packer.intake import aseprites as ase
from tests.packer.intake.files import chunk, riff, riff_chunk
from tests.workspace.projects import INDEX

from prometeu_assets.banks.sounds import SOUNDS
from prometeu_assets.contract.bank import Origin
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import MAX_DIAGNOSTICS, Refused
from prometeu_assets.packer.sources import read_inputs
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.registry import Registered, Registry

CACHE = "assets/.prometeu/cache.json"
JOURNAL = "assets/.prometeu/.staging/journal.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An input, the verb that meets it, and what it says."""

    name: str
    make: Make
    act: Callable[[Path], Verdict]
    verdict: Verdict
    most: int = 8
    limit: str | None = None
    slow: bool = False
    """Takes seconds, and something quicker shows the same: measured by hand alone."""


def pair(
    limit: str,
    act: Callable[[Path], Verdict],
    make: Callable[[int], Make],
    past: str,
    *,
    at: Verdict = (),
    value: int | None = None,
    most: int = 8,
    most_past: int = 8,
    slow: bool = False,
) -> list[Case]:
    """The cases at a limit of the table, or at ``value``, and one past it."""
    number = getattr(LIMITS, limit) if value is None else value

    def lazily(number: int) -> Make:
        return lambda folder: make(number)(folder)

    return [
        Case(
            name=f"{limit} at",
            make=lazily(number),
            act=act,
            verdict=at,
            most=most,
            limit=limit,
            slow=slow,
        ),
        Case(
            name=f"{limit} past",
            make=lazily(number + 1),
            act=act,
            verdict=(past,),
            most=most_past,
            limit=limit,
            slow=slow,
        ),
    ]


def declared(count: int) -> Make:
    return lambda folder: (folder / "count").write_text(str(count))


def read_declared(folder: Path) -> Verdict:
    """Inputs of a declaration that no schema has bounded."""
    names = tuple(Origin(path=str(number)) for number in range(int((folder / "count").read_text())))
    row = Registered(asset_id=1, asset_uuid="u", root="r")
    declaration = Declaration(
        registered=row, name="n", type="t", inputs={"samples": names}, format="f", codec="NONE",
        preload=False, version=CURRENT.newest("asset"),
    )  # fmt: skip
    try:
        list(read_inputs(folder, declaration, SOUNDS, CURRENT))
    except Refused as refused:
        return (*dict.fromkeys(refused.report.codes), *["truncated"] * refused.report.truncated)
    return ()


def examine(folder: Path) -> Verdict:
    return of.verdict("doctor", folder)


def load_index(folder: Path) -> Verdict:
    try:
        Registry.load(folder, CURRENT)
    except Refused as refused:
        return (*dict.fromkeys(refused.report.codes), *["truncated"] * refused.report.truncated)
    return ()


BARE = len(of.canonical(of.free(x_p="")["metadata"]))
"""Bytes of an entry's metadata without what is put into it."""

HEADER = [
    Case(
        name="file_bytes, the largest pack",
        make=of.large_pack(LIMITS.file_bytes - 1),
        act=of.validate,
        verdict=(),
        limit="file_bytes",
    ),
    *pair(
        "file_bytes",
        of.validate,
        lambda size: of.pack(of.table([of.free()]), size=size),
        "FILE_SIZE",
        at=("TABLE_TRAILING",),
    ),
    *pair(
        "header_bytes",
        of.validate,
        lambda size: of.pack(of.header_of(size), body=bytes(300 * 16 - 14)),
        "PRELUDE_HEADER_LEN",
        most=120,
    ),
    Case(
        name="header_bytes, a lie",
        make=of.pack(b"{}", header_len=LIMITS.header_bytes),
        act=of.validate,
        verdict=("HEADER_TRUNCATED",),
    ),
    *pair(
        "nesting",
        of.validate,
        # Around them are the header, the table, the entry and its metadata.
        lambda depth: of.entries_pack([of.free(x_n=of.nested(depth - 4))]),
        "HEADER_NESTING",
    ),
    *pair(
        "integer",
        of.validate,
        lambda number: of.entries_pack([of.free(x_n=-number)]),
        "HEADER_NUMBER",
    ),
    *pair(
        "metadata_bytes",
        of.validate,
        lambda size: of.entries_pack([of.free(x_p="p" * (size - BARE))]),
        "HEADER_SCHEMA",
    ),
    *pair(
        "assets",
        of.validate,
        of.assets,
        "HEADER_SCHEMA",
        value=65_536,
        most=200,
        most_past=200,
        slow=True,
    ),
    *pair("preload", of.validate, of.preloads, "HEADER_SCHEMA", value=32),
]

DOCUMENTS = [
    *pair("asset_document_bytes", of.build, of.anchor, "FILE_TOO_LARGE", most=24),
    *pair("index_document_bytes", load_index, of.index, "FILE_TOO_LARGE", most=260),
    *pair(
        "document_values",
        of.listing,
        of.many_values,
        "DOCUMENT_VALUES",
        at=("DOCUMENT_SCHEMA",),
        most=320,
        most_past=64,
    ),
    *pair(
        "registered",
        load_index,
        of.rows,
        "DOCUMENT_SCHEMA",
        value=65_536,
        most=200,
        most_past=200,
    ),
    *pair(
        "inputs",
        read_declared,
        declared,
        "ASSET_INPUTS",
        at=("PATH_MISSING", "truncated"),
        most=60,
        most_past=60,
    ),
    *pair("path_characters", of.build, of.named, "PATH_FORM"),
    *pair("path_part_bytes", of.build, of.part, "PATH_FORM"),
    Case(
        name="diagnostics at",
        make=of.missing(MAX_DIAGNOSTICS),
        act=of.build,
        verdict=("PATH_MISSING",),
        limit="diagnostics",
    ),
    Case(
        name="diagnostics past",
        make=of.missing(MAX_DIAGNOSTICS + 1),
        act=of.build,
        verdict=("PATH_MISSING", "truncated"),
        limit="diagnostics",
    ),
]

SOURCES = [
    *pair(
        "palette_file_bytes",
        of.build,
        lambda size: of.palette("p.hex", of.palette_text().encode() + b"\n" * (size - 28)),
        "FILE_TOO_LARGE",
    ),
    *pair(
        "image_pixels",
        of.build,
        lambda width: of.source("sheet.png", of.image(width, 16)),
        "PNG_LIMIT",
    ),
    *pair(
        "image_file_bytes",
        of.build,
        lambda size: of.source("sheet.png", of.SMALL_IMAGE, size),
        "FILE_TOO_LARGE",
        most=100,
    ),
    *pair(
        "png_chunks",
        of.build,
        lambda count: of.source("sheet.png", of.chunks(count)),
        "PNG_CORRUPT",
        most=80,
        most_past=80,
    ),
    *pair(
        "aseprite_chunks",
        of.build,
        lambda count: of.drawing(*[of.SPARE] * (count - 2)),
        "ASEPRITE_LIMIT",
        most=80,
    ),
    *pair(
        "aseprite_colors",
        of.build,
        lambda count: of.drawing(ase.palette([(1, 2, 3)], size=count)),
        "ASEPRITE_LIMIT",
        most=24,
    ),
    *pair(
        "aseprite_groups",
        of.build,
        lambda depth: of.drawing(
            *[ase.group(level=level) for level in range(depth)], ase.layer(level=depth)
        ),
        "ASEPRITE_LIMIT",
    ),
    *pair("aseprite_pixels", of.build, of.cels, "ASEPRITE_LIMIT", most=80),
    *pair(
        "wav_bytes",
        of.build,
        lambda size: of.source("0.wav", of.wav(), size),
        "FILE_TOO_LARGE",
        most=40,
    ),
    *pair(
        "wav_chunks", of.build, lambda count: of.source("0.wav", of.wav_chunks(count)), "WAV_FORMAT"
    ),
    *pair("input_bytes", of.build, of.total, "INPUT_TOTAL", most=200, most_past=200),
]

DEEP = 100_000
LARGE = 64 * MIB

HOSTILE = [
    Case(
        name="image of 65535 x 65535",
        make=of.source("sheet.png", of.image(65535, 65535, data=b"")),
        act=of.build,
        verdict=("PNG_LIMIT",),
    ),
    Case(
        name="image data that inflates to 64 MiB",
        make=of.source("sheet.png", of.image(8, 8, data=of.inflating(LARGE))),
        act=of.build,
        verdict=("PNG_CORRUPT",),
    ),
    Case(
        name="cel that inflates to 64 MiB",
        make=of.drawing(ase.layer(), ase.cel([[(0,) * 4]], 1, data=of.inflating(LARGE))),
        act=of.build,
        verdict=("ASEPRITE_CORRUPT",),
    ),
    Case(
        name="old palette of 3 GiB of skipped colours",
        make=of.drawing(ase.chunk(4, b"\xff\xff" + b"\xff\1abc" * 65_535)),
        act=of.build,
        verdict=("ASEPRITE_LIMIT",),
        most=64,
    ),
    Case(
        name="65535 frames of 4096 x 4096",
        make=of.source("sheet.png", ase.document(count=65_535, size=(4096, 4096))),
        act=of.build,
        verdict=("ASEPRITE_LIMIT",),
    ),
    *[
        Case(
            name=f"{kind.decode()} that inflates to 64 MiB",
            make=of.source(
                "sheet.png", of.image(8, 8, before=chunk(kind, head + of.inflating(LARGE)))
            ),
            act=of.build,
            verdict=(),
        )
        for kind, head in ((b"zTXt", b"k\0\0"), (b"iTXt", b"k\0\1\0\0\0"), (b"iCCP", b"k\0\0"))
    ],
    Case(
        name="50 images of 4096 x 4096",
        make=of.many_sheets(50, of.image(4096, 4096)),
        act=of.build,
        verdict=("TILES_CAPACITY",),
    ),
    Case(
        name="palette in an image of 4096 x 4096",
        make=of.palette("p.png", of.image(4096, 4096)),
        act=of.build,
        verdict=(),
        most=100,
    ),
    Case(
        name="sound that announces 4 GiB",
        make=of.source("0.wav", of.wav(announced=0xFFFFFFF0)),
        act=of.build,
        verdict=("WAV_TRUNCATED",),
    ),
    Case(
        name="sound of unknown length",
        make=of.source("0.wav", of.wav(announced=0xFFFFFFFF)),
        act=of.build,
        verdict=("WAV_TRUNCATED",),
    ),
    Case(
        name="sound whose format announces 4 GiB",
        make=of.source("0.wav", riff(riff_chunk(b"fmt ", b"", 0xFFFFFFF0))),
        act=of.build,
        verdict=("WAV_TRUNCATED",),
    ),
    Case(
        name="eight sounds of 16 MiB",
        make=of.long_sounds(8),
        act=of.build,
        verdict=("ASSET_SIZE",),
        most=160,
    ),
    Case(
        name="asset.json of 100 MB",
        make=of.sparse("assets/hero/asset.json", 100_000_000),
        act=of.build,
        verdict=("FILE_TOO_LARGE",),
    ),
    Case(
        name="index.json of 100 MB",
        make=of.sparse(INDEX, 100_000_000),
        act=of.listing,
        verdict=("FILE_TOO_LARGE",),
    ),
    *[
        Case(
            name=f"asset.json {DEEP} deep, {what}",
            make=of.document("assets/hero/asset.json", text),
            act=of.build,
            verdict=("DOCUMENT_NESTING",),
        )
        for what, text in (
            ("arrays", b"[" * DEEP),
            ("objects", b'{"a":' * DEEP),
            ("closed", b"[" * DEEP + b"]" * DEEP),
        )
    ],
    Case(
        name="index.json 1 000 000 deep",
        make=of.document(INDEX, b"[" * 1_000_000),
        act=of.listing,
        verdict=("DOCUMENT_NESTING",),
        most=16,
    ),
    Case(
        name=f"header {DEEP} deep",
        make=of.pack(b"[" * DEEP),
        act=of.validate,
        verdict=("HEADER_NESTING",),
    ),
    Case(
        name=f"JSON palette {DEEP} deep",
        make=of.palette("p.json", b"[" * DEEP),
        act=of.build,
        verdict=("PALETTE_FORMAT",),
    ),
    Case(name=f"cache {DEEP} deep", make=of.document(CACHE, b"[" * DEEP), act=of.build, verdict=()),
    Case(
        name=f"journal {DEEP} deep",
        make=of.document(JOURNAL, b"[" * DEEP),
        act=of.build,
        verdict=("TRANSACTION_DAMAGED",),
    ),
    Case(
        name=f"companion {DEEP} deep",
        make=of.companion(b"[" * DEEP),
        act=examine,
        verdict=(),
    ),
    Case(
        name="asset.json with an integer of 10 000 digits",
        make=of.document("assets/hero/asset.json", b'{"schema_version":' + b"9" * 10_000 + b"}"),
        act=of.build,
        verdict=("DOCUMENT_NUMBER",),
    ),
    Case(
        name="index.json with an integer of 10 000 digits",
        make=of.document(
            INDEX, b'{"schema_version":2,"next_asset_id":' + b"9" * 10_000 + b',"assets":[]}'
        ),
        act=of.listing,
        verdict=("DOCUMENT_NUMBER",),
    ),
    Case(
        name="index.json with an integer of 1 000 000 digits",
        make=of.document(
            INDEX, b'{"schema_version":2,"next_asset_id":' + b"9" * 1_000_000 + b',"assets":[]}'
        ),
        act=of.listing,
        verdict=("DOCUMENT_NUMBER",),
        most=16,
    ),
    Case(
        name="header with an integer of 10 000 digits",
        make=of.pack(b'{"asset_table":[],"preload":' + b"9" * 10_000 + b"}"),
        act=of.validate,
        verdict=("HEADER_NUMBER",),
    ),
    Case(
        name="journal with an integer of 10 000 digits",
        make=of.document(JOURNAL, b'{"schema_version":' + b"9" * 10_000 + b"}"),
        act=of.build,
        verdict=("TRANSACTION_DAMAGED",),
    ),
    Case(
        name="cache with an integer of 10 000 digits",
        make=of.document(CACHE, b'{"schema_version":' + b"9" * 10_000 + b"}"),
        act=of.build,
        verdict=(),
    ),
    Case(
        name="index.json of 200 000 assets",
        make=of.rows(200_000),
        act=of.listing,
        verdict=("DOCUMENT_SCHEMA",),
        most=600,
        slow=True,
    ),
    Case(
        name="index.json of 64 MiB of empty lists",
        make=of.document(INDEX, b'{"assets":[' + b"[]," * 22_000_000),
        act=of.listing,
        verdict=("DOCUMENT_VALUES",),
        most=200,
    ),
    *[
        Case(
            name=f"{what} of 48 MiB of empty lists",
            make=make(b"[" + b"[]," * 16_000_000),
            act=act,
            verdict=verdict,
            most=140,
        )
        for what, make, act, verdict in (
            ("journal", partial(of.document, JOURNAL), of.build, ("TRANSACTION_DAMAGED",)),
            ("cache", partial(of.document, CACHE), of.build, ()),
            ("companion", of.companion, examine, ()),
        )
    ],
    Case(
        name="index.json of 20 000 assets that are one",
        make=of.rows(20_000, asset_id=1, root="../r"),
        act=of.listing,
        verdict=("PATH_ESCAPES", "truncated"),
        most=300,
        slow=True,
    ),
]

CASES = [*HEADER, *DOCUMENTS, *SOURCES, *HOSTILE]

BASELINES: dict[Callable[[Path], Verdict], Make] = {
    of.build: of.project(),
    of.listing: of.project(),
    load_index: of.project(),
    of.validate: of.entries_pack([of.free()]),
    read_declared: declared(1),
}
"""A small input for each verb; for another, the small project."""
