"""A third bank type is one package, one schema and one line; everything else follows it."""

from __future__ import annotations

import inspect
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools import generate, schemas

import prometeu_assets as pa
from prometeu_assets.banks import BANKS
from prometeu_assets.catalog import CODES, GROUPS
from prometeu_assets.cli.output import Output
from prometeu_assets.cli.pack_text import difference_lines, inspection_lines
from prometeu_assets.cli.pictures import show_picture
from prometeu_assets.cli.show import _print as print_asset
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.derive import cases
from prometeu_assets.conformance.kit import write_input
from prometeu_assets.conformance.manifest import question
from prometeu_assets.conformance.reader import judge
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.bundle import references
from prometeu_assets.contract.companions import COMPANION, METADATA
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build, check_build
from prometeu_assets.packer.doctor import doctor
from prometeu_assets.packer.preview import show
from prometeu_assets.packer.scaffold import kinds, new
from prometeu_assets.reader.source import MemorySource
from prometeu_assets.shipper.boot import boot
from prometeu_assets.shipper.ship import ship
from prometeu_assets.shipper.verify import verify
from prometeu_assets.views.diff import difference
from prometeu_assets.views.extract import write_assets
from prometeu_assets.views.html import page
from prometeu_assets.views.inspect import inspection
from prometeu_assets.workspace.project import init, listing
from prometeu_assets.workspace.registry import Registry
from tests.third.contract import KNOWING, THIRD
from tests.third.tilemaps import TILEMAPS, TileMap


@pytest.fixture
def game(tmp_path: Path) -> Path:
    """A project with an asset of each kind, built."""
    project = tmp_path / "game"
    init(project)
    for kind in kinds(THIRD):
        made = new(kind, project / "assets" / kind, project=project, contract=THIRD)
        anchor = project / made.written[-1]
        document = json.loads(anchor.read_bytes())
        assert document["schema_version"] == THIRD.newest("asset")
        anchor.write_text(json.dumps({**document, "preload": {"enabled": True}}))
    assert build(project, contract=THIRD).report.codes == ()
    return project


def test_the_schemas_list_the_banks() -> None:
    assert schemas.faults(CURRENT) == []
    assert schemas.listing(CURRENT) == [
        "asset", "asset-table", "asset-table-metadata", "asset-view", "difference", "inspection",
        "listing", "loading", "pack-header", "preload",
    ]  # fmt: skip
    assert schemas.faults(THIRD) == []
    old = KNOWING.with_(containers=[CURRENT.container(1).with_(banks=(*BANKS, TILEMAPS))])
    assert schemas.faults(old) == schemas.listing(CURRENT), "a list that is out of date is found"


def test_from_new_to_boot(game: Path, tmp_path: Path) -> None:
    data = (game / "build/assets.pa").read_bytes()
    for fast in (True, False):
        assert pa.validate(data, profile="writer", contract=THIRD, fast=fast).codes == ()
    assert pa.validate(data).codes == ("PRELUDE_VERSION",)
    companion = json.loads((game / "build" / METADATA).read_bytes())
    assert companion["schema_version"] == THIRD.newest(COMPANION) == 3
    details = [asset.get("details") for asset in companion["assets"]]
    assert details == [{"palettes": "- 0"}, None, {"highest": "1"}]
    assert check_build(game, contract=THIRD).codes == ()
    assert verify(game / "build/assets.pa", contract=THIRD).codes == ()
    assert doctor(game, workspace=True, contract=THIRD).report.codes == ()
    with pa.open(data, contract=THIRD) as pack:
        bank = pack.decode(pack["tilemap-bank"])
        assert isinstance(bank, TileMap)
        assert bank.cells.tolist() == [[0, 1, 0], [1, 0, 1]]
    cartridge = json.loads((game / "cartridge.json").read_bytes())
    (game / cartridge["program"]).parent.mkdir(exist_ok=True)
    (game / cartridge["program"]).write_bytes(b"program")
    cartridge["capabilities"] = ["asset"]
    (game / "cartridge.json").write_text(json.dumps(cartridge))
    ship(game, contract=THIRD)
    with boot(game / "cartridge", contract=THIRD) as loaded:
        banks = [load.entry.bank_type for load in loaded.take_preload()]
    assert banks == [bank.bank_type for bank in THIRD.written.banks]


def test_every_verb_of_a_workspace(game: Path) -> None:
    """Each result is a document of the contract that has the bank."""
    at = {"project": game, "contract": THIRD}
    copied = game / "assets/copy"
    shutil.copytree(game / "assets/tilemap-bank", copied)
    verbs: list[Callable[[], pa.Result]] = [
        lambda: pa.new("tilemap-bank", game / "assets/late", dry_run=True, **at),
        lambda: pa.add("tilemap-bank", game / "assets/tilemap-bank/level.map", **at),
        lambda: pa.listing(**at),
        lambda: pa.show("tilemap-bank", **at),
        lambda: pa.register(copied, new_uuid=True, **at),
        lambda: pa.rename(4, "twin", **at),
        lambda: pa.duplicate("twin", game / "assets/third", **at),
        lambda: pa.exclude("twin", **at),
        lambda: pa.include("copy", **at),
        lambda: pa.forget("third", **at),
        lambda: pa.release(**at),
        lambda: pa.migrate(**at),
        lambda: pa.doctor(workspace=True, **at),
    ]
    for verb in verbs:
        done = verb()
        value = done.as_json(contract=THIRD)
        key = (done.document, THIRD.newest(done.document))
        assert list(THIRD.documents.violations(key, value)) == [], done
        assert "report" not in value or value["report"]["ok"], value


def test_a_pack_from_memory(game: Path, tmp_path: Path) -> None:
    """The bank goes through `pack` and `write` as the others do, and back."""
    built = (game / "build/assets.pa").read_bytes()
    with pa.open(built, contract=THIRD) as pack:
        banks: dict[str, Any] = {entry.asset_name: pack.decode(entry) for entry in pack}
        ids = {entry.asset_name: entry.asset_id for entry in pack}
        preload = [pack[item.asset_id].asset_name for item in pack.preload]
    asked: dict[str, Any] = {"ids": ids, "preload": preload, "contract": THIRD}
    assert pa.pack(banks, **asked) == built
    written = pa.write(tmp_path / "assets.pa", banks, companions=True, **asked)
    assert verify(written[-1], contract=THIRD).ok
    with pa.open(written[-1], contract=THIRD) as pack:
        assert isinstance(pack.decode("tilemap-bank"), TileMap)
    wrong = {"a": TileMap(cells=banks["tilemap-bank"].cells[:0])}
    with pytest.raises(pa.Refused):
        pa.pack(wrong, contract=THIRD)


def test_a_build_again_takes_nothing_for_another(game: Path) -> None:
    before = (game / "build/assets.pa").read_bytes()
    level = game / "assets/tilemap-bank/level.map"
    level.write_text("7 7\n7 65535\n")
    assert check_build(game, contract=THIRD).codes != ()
    build(game, contract=THIRD)
    with (
        pa.open(before, contract=THIRD) as old,
        pa.open(game / "build/assets.pa", contract=THIRD) as now,
    ):
        told = difference(old, now, ("old", "new"))
        lines = "\n".join(difference_lines(told, now.container, everything=True))
        assert "metadata height" not in lines
        assert "metadata width: 3 -> 2" in lines
        version = THIRD.newest("difference")
        value = told.as_json(contract=THIRD)
        assert list(THIRD.documents.violations(("difference", version), value)) == []


def test_how_people_see_it(game: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = listing(game, contract=THIRD)
    rows, report = listed.assets, listed.report
    assert (len(rows), report.codes) == (3, ())
    registry = Registry.load(game, THIRD)
    seen = show(registry.assets[-1].asset_id, project=game, contract=THIRD)
    print_asset(Output(format="text"), seen)
    shown = capsys.readouterr().out
    assert "TILEMAPS bank, 12 B in the pack" in shown
    assert "  tiles     up to 1\n" in shown
    assert seen.becomes is not None
    picture = seen.becomes.bank.drawn(seen.becomes.made)
    show_picture(Output(format="text"), seen.becomes.bank, picture)
    assert capsys.readouterr().out == "A TILEMAPS bank has no picture in a terminal.\n"
    assert seen.becomes.bank.counts(seen.becomes.made.metadata, {}) == {}
    with pa.open(game / "build/assets.pa", contract=THIRD) as pack:
        told = inspection(pack, "assets.pa", contract=THIRD)
        lines = "\n".join(inspection_lines(told, pack.container, everything=True))
        assert "tilemap-bank  3x2 cells" in lines
        assert "TILEMAPS [#" in lines
        html = page(source=MemorySource(b"".join(pack.chunks())), contract=THIRD)
        assert b'"banks":["TILES","SOUNDS","TILEMAPS"]' in html
        written = write_assets(pack, ["tilemap-bank"], tmp_path / "out", decode=True)
        assert [path.read_bytes() for path in written] == [b"0 1 0\n1 0 1\n"]
    version = THIRD.newest("inspection")
    value = told.as_json(contract=THIRD)
    assert list(THIRD.documents.violations(("inspection", version), value)) == []


def test_vectors_are_derived_for_it(tmp_path: Path) -> None:
    published = {vector.id for vector in kits.load().vectors}
    added = [case for case in cases(THIRD) if "tilemaps" in case.id]
    assert len(added) > 15
    assert "read-2-accept-one-tilemaps" in {case.id for case in added}, (
        "from the sample, by default"
    )
    several = "decode-2-several-tilemaps-first"
    decoded = {"decode-2-tilemaps-rows", several}
    assert decoded <= {case.id for case in added}
    assert [b["bank_type"] for c in added if c.id == several for b in c.view["assets"]] == [
        "TILEMAPS", "TILES", "SOUNDS"] * 3  # fmt: skip
    assert not published & {case.id for case in added}
    for case in added:
        file = tmp_path / case.id
        write_input(file, case)
        for fast in (True, False):
            answer = judge(file, question(case), contract=THIRD, fast=fast)
            assert (answer.diagnostic and answer.diagnostic.code) == case.code, case.id
            assert case.view is None or answer.view == case.view, case.id


def test_the_generated_tables_have_a_row_for_it() -> None:
    assert "`TILEMAPS/cells_v1` as `TILEMAPS`" in generate.PAGES["reference/support.md"](THIRD)
    row = "| `TILEMAPS/cells_v1` | `TILEMAPS` | a map of tile numbers |"
    assert row in generate.REGIONS["banks.md"](THIRD)


def test_a_code_of_its_sources_is_in_its_package_and_in_every_table(game: Path) -> None:
    assert "MAP_ROWS" not in CODES, "no release has it"
    (game / "assets/tilemap-bank/level.map").write_text("1 2 3\n4 5\n")
    with pytest.raises(pa.Refused) as refused:
        build(game, contract=THIRD)
    (found,) = refused.value.report
    assert (found.code, found.file) == ("MAP_ROWS", "assets/tilemap-bank/level.map")
    assert found.message == "Row 1 has 2 cells; the first row has 3."
    assert found.hint == "Give every row 3 cells."
    row = "| [`MAP_ROWS`](../codes/intake.md#MAP_ROWS) | error | The rows of a map "
    assert row in generate.PAGES["reference/codes.md"](THIRD)
    assert "## `MAP_ROWS` { #MAP_ROWS }" in generate.PAGES["codes/intake.md"](THIRD)
    listed = json.loads(generate.PAGES["reference/codes.json"](THIRD))["codes"]
    assert [c["group"] for c in listed if c["code"] == "MAP_ROWS"] == ["intake"]
    own = {code for bank in BANKS for codes in bank.codes.values() for code in codes}
    assert own <= CODES.keys(), "each is listed after a code that there is"
    assert set(GROUPS["intake"]) - own == {"INPUT_TOTAL", "RAW_SIZE"}
    source = Path(inspect.getfile(pa)).parent / "banks"
    written = re.findall(
        r"^(\w+): Final = Code\(",
        "".join(path.read_text(encoding="utf-8") for path in sorted(source.rglob("*.py"))),
        re.MULTILINE,
    )
    assert sorted(written) == sorted({*own, "RAW_SIZE"}), "a code of a bank is in its list"


def test_a_missing_part_fails_before_a_user_meets_it() -> None:
    """Every part that all others ask for is abstract; without one the bank cannot be made."""
    asked = set(Bank.__abstractmethods__)
    assert asked == {
        "begin", "decoded_view", "decodings", "endings", "files", "intake", "measured", "parts",
        "sample", "summary", "value",
    }  # fmt: skip
    parts = dict(vars(type(TILEMAPS)))
    for name in asked:
        lacking = type("Lacking", (Bank,), {n: p for n, p in parts.items() if n in asked - {name}})
        with pytest.raises(TypeError, match=name):
            lacking(
                bank_type="X", format="X/v1", asset_type="x", metadata=("x", 1), what="x",
                payload=TILEMAPS.payload,
            )  # fmt: skip


def test_nothing_outside_of_its_package_tells_a_bank_apart() -> None:
    """No module names what belongs to one bank: its types, roles, metadata, formats."""
    source = Path(inspect.getfile(pa)).parent
    own = {"isinstance(bank", "SoundBank)", "TileBank)", '"tile_size"', '"palette_authored"',
           '"sample_rate"', '"sprites"', '"palettes"'}  # fmt: skip
    own |= {f'"{bank.format}"' for bank in BANKS} | {f'"{bank.bank_type}"' for bank in BANKS}
    found = [
        (path.relative_to(source).as_posix(), word)
        for path in source.rglob("*.py")
        if path.relative_to(source).parts[0] not in ("banks", "conformance", "codes")
        for word in own
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_a_map_is_what_its_arrays_say() -> None:
    cells = np.array([[0, 65535], [256, 1]])
    metadata = {"height": 2, "width": 2}
    data = TILEMAPS.encode({"cells": cells}, metadata)
    assert data == b"\x00\x00\xff\xff\x00\x01\x01\x00"
    assert TILEMAPS.decode(data, metadata).cells.tolist() == cells.tolist()


def test_every_slot_of_every_bank_has_a_place_in_the_preload_list() -> None:
    for name, at in (
        ("pack-header", ("$defs", "preload")),
        ("inspection", ("properties", "preload")),
        ("loading", ("properties", "preload")),
    ):
        lists: list[int] = []
        for contract in (CURRENT, THIRD):
            found: Any = contract.documents.schema(name, contract.documents.versions(name)[-1])
            for part in at:
                found = found[part]
            lists.append(found["maxItems"])
        assert lists == [32, 48], name


def test_the_companions_mirror_the_newest_header() -> None:
    for name in ("asset-table", "preload"):
        newest = THIRD.documents.schema(name, THIRD.documents.versions(name)[-1])
        assert references(newest) == {THIRD.written.header}
