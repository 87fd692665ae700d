"""From declarations to slices: the faults an asset can have, each with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.workspace.projects import COLORS, Project, draw, edit, record

from prometeu_assets import open as open_pack
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import InvalidWorkspace, build

TILES, SOUNDS = "TILES/indexed_v1", "SOUNDS/pcm16le_v1"
RAW_TILES = {
    "tile_size": 8, "width": 256, "height": 256, "palette_count": 64, "palette_authored": 1,
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    made.sounds("fx", [(1, 2), (3,)])
    return made


def refused(project: Project, **options: Any) -> list[tuple[str, str | None, int | None]]:
    """(code, place, asset id) of every finding."""
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path, **options)
    for found in caught.value.report:
        assert found.message
        assert found.hint != ""
        assert found.file
    return [(d.code, d.pointer, d.asset.id if d.asset else None) for d in caught.value.report]


def output(format_: str, **metadata: Any) -> dict[str, Any]:
    return {"output": {"format": format_, "codec": "NONE", "metadata": metadata}}


def nest(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


META = "/output/metadata"
SPANS = {"0": {"length": 2, "offset": 0}, "1": {"length": 2, "offset": 2}}
DECLARED: list[tuple[str, str, dict[str, Any], str]] = [
    ("hero", "ASSET_FORMAT", output(SOUNDS, tile_size=8), "/output/format"),
    ("fx", "ASSET_FORMAT", output(TILES, sample_rate=8000), "/output/format"),
    ("hero", "ASSET_ROLES", {"schema_version": 2, "inputs": {"samples": ["a.wav"]}}, "/inputs"),
    ("hero", "DOCUMENT_SCHEMA", {"inputs": {"samples": ["a.wav"]}}, "/inputs/samples"),
    ("hero", "ASSET_ROLES", {"inputs": {"sprites": ["sheet.png"]}}, "/inputs"),
    ("hero", "ASSET_ROLES", {"inputs": {"palettes": ["colors.hex"]}}, "/inputs"),
    ("fx", "ASSET_ROLES", {"inputs": {"samples": ["0.wav"], "payload": ["0.wav"]}}, "/inputs"),
    ("hero", "ASSET_METADATA", output(TILES), META),
    ("hero", "ASSET_METADATA", output(TILES, tile_size=9), f"{META}/tile_size"),
    ("hero", "ASSET_METADATA", output(TILES, tile_size="8"), f"{META}/tile_size"),
    ("hero", "ASSET_METADATA", {"schema_version": 2, **output(TILES, tile_size=8, author="A")},
     f"{META}/author"),
    ("hero", "DOCUMENT_SCHEMA", output(TILES, tile_size=8, author="A"), f"{META}/author"),
    ("hero", "ASSET_METADATA", output(TILES, tile_size=8, x_a="a\0b"), f"{META}/x_a"),
    ("hero", "ASSET_METADATA", output(TILES, tile_size=8, x_a=[1, {"b": "\0"}]), f"{META}/x_a/1/b"),
    ("hero", "ASSET_METADATA", output(TILES, tile_size=8, x_a=nest(13)), f"{META}/x_a" + "/0" * 12),
    ("fx", "ASSET_METADATA", output(SOUNDS), META),
    ("fx", "ASSET_METADATA", output(SOUNDS, sample_rate=7999), f"{META}/sample_rate"),
    ("hero", "ASSET_METADATA_COLLISION", output(TILES, tile_size=8, width=256), f"{META}/width"),
    ("hero", "ASSET_METADATA_COLLISION", output(TILES, tile_size=8, palette_authored=1),
     f"{META}/palette_authored"),
    ("fx", "ASSET_METADATA_COLLISION", output(SOUNDS, sample_rate=8000, samples=SPANS),
     f"{META}/samples"),
    ("fx", "ASSET_METADATA_COLLISION", output(SOUNDS, sample_rate=8000, channels=1),
     f"{META}/channels"),
    ("hero", "ASSET_METADATA_SIZE", output(TILES, tile_size=8, x_a="\u00e9" * 32_768), META),
    ("hero", "PATH_MISSING", {"inputs": {"sprites": ["no.png"], "palettes": ["colors.hex"]}},
     "/inputs/sprites/0"),
    ("hero", "PATH_ESCAPES", {"inputs": {"sprites": ["../fx/0.wav"], "palettes": ["colors.hex"]}},
     "/inputs/sprites/0"),
    ("hero", "PATH_FORM", {"inputs": {"sprites": ["a\\b.png"], "palettes": ["colors.hex"]}},
     "/inputs/sprites/0"),
    ("hero", "PATH_COLLISION", {"inputs": {"sprites": ["sheet.png"],
                                           "palettes": ["colors.hex", "Colors.hex"]}},
     "/inputs/palettes/1"),
    ("fx", "WAV_RATE", output(SOUNDS, sample_rate=11_025), ""),
    ("hero", "SHEET_SIZE", output(TILES, tile_size=32), ""),
]  # fmt: skip


@pytest.mark.parametrize(("root", "code", "changes", "pointer"), DECLARED)
def test_a_fault(
    project: Project, root: str, code: str, changes: dict[str, Any], pointer: str
) -> None:
    shutil.copy(project.root("hero") / "colors.hex", project.root("hero") / "Colors.hex")
    edit(project.anchor(root), **changes)
    number = {"hero": 1, "fx": 2}[root]
    expected = [(code, pointer or None, number)]
    assert refused(project) == expected * (2 if code == "WAV_RATE" else 1)
    assert not (project.path / "build/assets.pa").exists()


def test_metadata_as_deep_as_a_header_can_hold(project: Project) -> None:
    edit(project.anchor("hero"), **output(TILES, tile_size=8, x_a=nest(12)))
    with open_pack(build(project.path).outputs["assets.pa"]) as pack:
        assert pack["hero"].metadata["x_a"] == nest(12)


def test_metadata_of_exactly_the_limit(project: Project) -> None:
    edit(project.anchor("hero"), **output(TILES, tile_size=8, x_a=""))
    empty = build(project.path).statistics.header_size
    table = (project.path / "build/asset_table.json").read_text()
    taken = len(table[table.index('"metadata":{') + 11 :].partition("}")[0]) + 1
    edit(project.anchor("hero"), **output(TILES, tile_size=8, x_a="a" * (65_536 - taken)))
    assert build(project.path).statistics.header_size == empty + 65_536 - taken
    edit(project.anchor("hero"), **output(TILES, tile_size=8, x_a="a" * (65_537 - taken)))
    assert refused(project) == [("ASSET_METADATA_SIZE", META, 1)]


def test_a_near_miss_is_named(project: Project) -> None:
    edit(project.anchor("hero"), **output(TILES, tile_siz=8))
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path)
    said = {d.message: d.hint for d in caught.value.report}
    # And it is not said to be missing as well.
    assert said == {
        "/output/metadata has an unknown member 'tile_siz'.": "Did you mean 'tile_size'?",
    }


def raw(**metadata: Any) -> dict[str, Any]:
    return {"inputs": {"payload": ["bank.bin"]}, **output(SOUNDS, **metadata)}


CHAINS: list[tuple[dict[str, Any], str]] = [
    ({"0": {"length": 2, "offset": 2}}, "/0/offset"),
    ({"0": {"length": 2, "offset": 0}, "1": {"length": 2, "offset": 4}}, "/1/offset"),
    ({"0": {"length": 4, "offset": 0}, "1": {"length": 2, "offset": 2}}, "/1/offset"),
    ({"0": {"length": 2, "offset": 0}, "2": {"length": 2, "offset": 2}}, ""),
    ({"1": {"length": 2, "offset": 0}}, ""),
    ({"0": {"length": 3, "offset": 0}}, "/0/length"),
    ({}, ""),
]


@pytest.mark.parametrize(("samples", "place"), CHAINS)
def test_the_spans_of_a_raw_sound_bank(
    project: Project, samples: dict[str, Any], place: str
) -> None:
    (project.root("fx") / "bank.bin").write_bytes(b"abcd")
    edit(project.anchor("fx"), **raw(sample_rate=8000, channels=1, samples=samples))
    assert refused(project) == [("ASSET_METADATA", f"{META}/samples{place}", 2)]


@pytest.mark.parametrize(("size", "code"), [(4, None), (3, "RAW_SIZE"), (5, "RAW_SIZE")])
def test_a_raw_sound_bank(project: Project, size: int, code: str | None) -> None:
    (project.root("fx") / "bank.bin").write_bytes(b"abcde"[:size])
    edit(project.anchor("fx"), **raw(sample_rate=8000, channels=1, samples=SPANS))
    if code:
        assert refused(project) == [(code, None, 2)]
        return
    with open_pack(build(project.path).outputs["assets.pa"]) as pack:
        assert bytes(pack.read(pack["fx"])) == b"abcd"


def test_a_raw_tile_bank_declares_everything(project: Project) -> None:
    (project.root("hero") / "bank.bin").write_bytes(bytes(34_816))
    edit(project.anchor("hero"), inputs={"payload": ["bank.bin"]}, **output(TILES, **RAW_TILES))
    with open_pack(build(project.path).outputs["assets.pa"]) as pack:
        assert pack["hero"].metadata == RAW_TILES


RAW_SOUNDS = {"sample_rate": 8000, "channels": 1, "samples": SPANS}


@pytest.mark.parametrize(
    ("root", "bank", "metadata", "left_out"),
    [("hero", TILES, RAW_TILES, name) for name in RAW_TILES]
    + [("fx", SOUNDS, RAW_SOUNDS, name) for name in RAW_SOUNDS],
)
def test_each_member_that_a_raw_bank_leaves_out_is_named(
    project: Project, root: str, bank: str, metadata: dict[str, Any], left_out: str
) -> None:
    (project.root(root) / "bank.bin").write_bytes(b"abcd")
    less = {name: value for name, value in metadata.items() if name != left_out}
    edit(project.anchor(root), inputs={"payload": ["bank.bin"]}, **output(bank, **less))
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path)
    (found,) = caught.value.report
    assert (found.code, found.pointer) == ("ASSET_METADATA", META)
    assert left_out in found.message


def test_a_raw_tile_bank_has_no_more_palettes_than_it_says(project: Project) -> None:
    palettes = bytearray(2048)
    palettes[2 * 32 + 1] = 1
    (project.root("hero") / "bank.bin").write_bytes(bytes(32_768) + palettes)
    for authored, refusal in ((1, True), (2, True), (3, False), (64, False)):
        metadata = RAW_TILES | {"palette_authored": authored}
        edit(project.anchor("hero"), inputs={"payload": ["bank.bin"]}, **output(TILES, **metadata))
        if refusal:
            place = f"{META}/palette_authored"
            assert refused(project) == [("ASSET_PALETTES", place, 1)]
        else:
            build(project.path)


def test_a_sound_bank_just_over_the_limit(project: Project) -> None:
    half = 4 * 2**20  # frames: 8 MiB
    for name in ("0.wav", "1.wav"):
        record(project.root("fx") / name, [1] * half)
    edit(project.anchor("fx"), inputs={"samples": ["0.wav", "1.wav"]})
    assert build(project.path).statistics.pack_size > 2**24
    record(project.root("fx") / "1.wav", [1] * (half + 1))
    assert refused(project) == [("ASSET_SIZE", "/inputs", 2)]


def test_more_samples_than_a_header_entry_holds(project: Project) -> None:
    names = ["0.wav"] * 2500
    edit(project.anchor("fx"), inputs={"samples": names})
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path)
    (found,) = caught.value.report
    assert (found.code, found.hint_key) == ("ASSET_METADATA_SIZE", "samples")


def test_inputs_are_counted(project: Project) -> None:
    contract = CURRENT.with_(limits=replace(CURRENT.limits, inputs=1))
    assert refused(project, contract=contract) == [
        ("ASSET_INPUTS", "/inputs", 1), ("ASSET_INPUTS", "/inputs", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("limit", ["image_file_bytes", "palette_file_bytes", "wav_bytes"])
def test_source_files_are_limited(project: Project, limit: str) -> None:
    contract = CURRENT.with_(limits=replace(CURRENT.limits, **{limit: 10}))
    (found, *_) = refused(project, contract=contract)
    assert found[0] == "FILE_TOO_LARGE"


Fault = Callable[[Project], object]
LINKS: list[tuple[str, Fault]] = [
    ("an input", lambda p: link(p.root("hero") / "sheet.png")),
    ("an anchor", lambda p: link(p.anchor("hero"))),
    ("a root", lambda p: link(p.root("hero"))),
]


def link(path: Path) -> None:
    """Put a link to it in its place."""
    aside = path.with_name(f"aside{path.suffix}")
    path.rename(aside)
    path.symlink_to(aside.name)


@pytest.mark.parametrize(("what", "fault"), LINKS)
def test_links_are_not_followed(project: Project, what: str, fault: Fault) -> None:
    fault(project)
    assert {code for code, _, _ in refused(project)} == {"PATH_SYMLINK"}


def test_faults_of_many_assets_are_told_in_one_go(project: Project) -> None:
    (project.root("hero") / "colors.hex").write_text("red\n", encoding="ascii")
    record(project.root("fx") / "0.wav", [1], rate=11_025)
    (project.root("fx") / "1.wav").write_bytes(b"")
    project.tiles("third", metadata={"tile_size": 7})
    project.tiles("fourth", inputs={"sprites": ["a.png", "b.png"], "palettes": ["sheet.png"]})
    project.tiles("fine")
    assert refused(project) == [
        ("PALETTE_FORMAT", None, 1),
        ("WAV_RATE", None, 2),
        ("WAV_EMPTY", None, 2),
        ("ASSET_METADATA", "/output/metadata/tile_size", 3),
        ("PATH_MISSING", "/inputs/sprites/0", 4),
        ("PATH_MISSING", "/inputs/sprites/1", 4),
    ]


def test_faults_of_many_declarations_are_told_in_one_go(project: Project) -> None:
    project.anchor("hero").write_text("{", encoding="utf-8")
    edit(project.anchor("fx"), name=7, type="x")
    project.sounds("one", name="same")
    project.sounds("two", name="same")
    project.sounds("gone")
    shutil.rmtree(project.root("gone"))
    project.sounds("two/inner")
    project.sounds("never", included=False)
    project.anchor("never").write_text("{", encoding="utf-8")
    codes = [(code, number) for code, _, number in refused(project)]
    assert codes == [
        ("DOCUMENT_JSON", 1), ("DOCUMENT_SCHEMA", 2), ("DOCUMENT_SCHEMA", 2), ("ROOT_MISSING", 5),
        ("ASSET_NAME", 4), ("ROOT_NESTED", 6),
    ]  # fmt: skip


def test_more_tiles_than_a_bank_holds(project: Project) -> None:
    draw(project.root("hero") / "sheet.png", size=512)
    assert refused(project) == [("TILES_CAPACITY", "/inputs/sprites", 1)]


@pytest.mark.parametrize(
    ("sheets", "told", "hint"),
    [
        # Sheets of 512 x 256: a colour for every tile row, or for every tile of the first sheet.
        ((0, 0), "2048 + 2048; without repeated ones 1)", "repeated tiles"),
        ((0, 1), "2048 + 2048; without repeated ones 2)", "repeated tiles"),
        ((None,), "in one image; without repeated ones 2048)", "split the asset"),
        ((0, -1), "2048 + 2048)", "split the asset"),
        ((0,) * 129, "+ ... in 129 images)", "split the asset"),
    ],
    ids=["all equal", "two sorts", "all different", "one is no image", "more than an image"],
)
def test_more_tiles_than_a_bank_holds_and_how_many_differ(
    project: Project, sheets: tuple[int | None, ...], told: str, hint: str
) -> None:
    names = []
    for number, color in enumerate(sheets):
        names.append(f"{number}.png")
        rows = np.full((256, 512), 0 if color is None else max(color, 0), np.uint8)
        if color is None:  # each tile is marked with its number in binary
            for tile in range(2048):
                y, x = divmod(tile, 64)
                rows[y * 8, x * 8 : x * 8 + 8] = [tile >> 2 * bit & 3 for bit in range(8)]
        image = Image.frombytes("P", (512, 256), rows.tobytes())
        image.putpalette([channel for color in COLORS for channel in color])
        image.save(project.root("hero") / names[-1], transparency=0)
        if color == -1:
            path = project.root("hero") / names[-1]
            path.write_bytes(path.read_bytes()[:-20])
    edit(project.anchor("hero"), inputs={"sprites": names, "palettes": ["colors.hex"]})
    with pytest.raises(InvalidWorkspace) as caught:
        build(project.path)
    (found,) = caught.value.report
    assert found.code == "TILES_CAPACITY"
    assert told in found.message
    assert hint in (found.hint or "")


def test_a_warning_says_which_asset(project: Project) -> None:
    (project.root("hero") / "colors.hex").write_text("000000\n112233\n", encoding="ascii")
    for _again in range(2):
        result = build(project.path)
        (warning, *_) = result.report
        assert (warning.code, warning.file) == ("SHEET_UNDECLARED", "assets/hero/sheet.png")
        assert warning.asset is not None
        assert warning.asset.id == 1
        assert result.report.ok


def test_sheets_fill_the_bank_in_list_order(project: Project) -> None:
    draw(project.root("hero") / "second.png", seed=3)
    inputs = {"sprites": ["second.png", "sheet.png"], "palettes": ["colors.hex"]}
    edit(project.anchor("hero"), inputs=inputs)
    with open_pack(build(project.path).outputs["assets.pa"]) as pack:
        bank = pack.decode(pack["hero"])
    assert bank.indices[0, :8].tolist() == [x * 3 % 4 for x in range(8)]  # type: ignore[union-attr]
    assert bank.indices[0, 32:40].tolist() == [x % 4 for x in range(8)]  # type: ignore[union-attr]
