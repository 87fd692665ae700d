"""The contract is a value: change one definition, and packer and reader follow.

Each variant is a contract that no release has. A real project is built with it by the packer,
read back by the reader, and refused by the published contract where the bytes say so.
"""

from __future__ import annotations

import json
import struct
import wave
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from construct import Bytes, Int32ub, Int32ul, Int64ul, Struct
from PIL import Image
from tests.every import every

import prometeu_assets as pa
from prometeu_assets.banks import SOUNDS, TILES
from prometeu_assets.banks.tiles.payload import tiles_payload
from prometeu_assets.contract import container as definitions
from prometeu_assets.contract.container import Constant
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.value import Contract
from prometeu_assets.packer.build import build

ONE = CURRENT.container(1)
COLORS = [(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)]
PIXELS = (np.arange(64).reshape(8, 8) % 3 + 1).astype(np.uint8)
SOUND = np.array([0, 1, -1, 32767, -32768], dtype="<i2")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one tile bank and one sound bank, their sources real files."""
    base = tmp_path / "project"
    assets = {
        "hero": {
            "type": "tile_bank",
            "inputs": {"sprites": ["hero.png"], "palettes": ["hero.json"]},
            "output": {"format": TILES.format, "codec": "NONE", "metadata": {"tile_size": 8}},
        },
        "beep": {
            "type": "sound_bank",
            "inputs": {"samples": ["beep.wav"]},
            "output": {"format": SOUNDS.format, "codec": "NONE", "metadata": {"sample_rate": 8000}},
        },
    }
    rows = []
    for number, (root, declared) in enumerate(assets.items(), 1):
        uuid = f"00000000-0000-4000-8000-{number:012}"
        (base / "assets" / root).mkdir(parents=True)
        document = {"schema_version": 2, "asset_uuid": uuid, "name": root, **declared}
        document["preload"] = {"enabled": True}
        (base / "assets" / root / "asset.json").write_text(json.dumps(document))
        rows.append(
            {"asset_id": number, "asset_uuid": uuid, "root": root, "included_in_build": True}
        )
    (base / "assets/.prometeu").mkdir()
    index = {"schema_version": 3, "assets": rows}
    (base / "assets/.prometeu/index.json").write_text(json.dumps(index))
    image = Image.fromarray(PIXELS, "P")
    image.putpalette([channel for color in COLORS for channel in color])
    image.save(base / "assets/hero/hero.png")
    colors = ["#{:02x}{:02x}{:02x}".format(*color) for color in COLORS]
    (base / "assets/hero/hero.json").write_text(json.dumps({"colors": colors}))
    with wave.open(str(base / "assets/beep/beep.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(SOUND.tobytes())
    return base


def copied(key: tuple[str, int]) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(dict(CURRENT.documents.schema(*key))))
    return copy


def container_2() -> Contract:
    """Version 2 beside version 1: one more prelude field, one bank type renamed."""
    schema = copied(ONE.header)
    schema["$id"] = "urn:prometeu:schema:pack-header:2"
    schema["$defs"]["entry"]["properties"]["bank_type"]["enum"] = ["SHEETS", "SOUNDS"]
    serial = definitions.field("serial", Int32ul, "", Constant(7), "A number.")
    two = ONE.with_field("schema_version", constraint=Constant(2)).with_(
        version=2,
        header=("pack-header", 2),
        banks=(TILES.with_(bank_type="SHEETS"), SOUNDS),
    )
    two = two.with_(prelude=Struct(*two.prelude.subcons, serial))
    return CURRENT.with_(containers=[two], schemas=[schema], writes=2)


def one(**changes: Any) -> Contract:
    return CURRENT.with_(containers=[ONE.with_(**changes)])


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A contract, the code with which the published one refuses its packs, and what is new.

    ``code`` is None where the difference is not in anything that is checked.
    """

    contract: Callable[[], Contract]
    code: str | None
    prelude_size: int = 32
    tiles: str = "TILES"


VARIANTS: dict[str, Variant] = {
    "the published one": Variant(contract=lambda: CURRENT, code=None),
    "a wider field": Variant(
        contract=lambda: CURRENT.with_(containers=[ONE.with_field("flags", subcon=Int64ul)]),
        code="HEADER_CHECKSUM",
        prelude_size=36,
    ),
    "a field of more bytes": Variant(
        contract=lambda: CURRENT.with_(
            containers=[
                ONE.with_field("reserved", subcon=Bytes(24), constraint=Constant(bytes(24)))
            ]
        ),
        code="PRELUDE_PAYLOAD_OFFSET",
        prelude_size=48,
    ),
    "another magic": Variant(
        contract=lambda: CURRENT.with_(
            containers=[ONE.with_field("magic", constraint=Constant(b"PACK"))]
        ),
        code="PRELUDE_MAGIC",
    ),
    "a big-endian field": Variant(
        contract=lambda: CURRENT.with_(containers=[ONE.with_field("header_len", subcon=Int32ub)]),
        code="PRELUDE_HEADER_LEN",
    ),
    "another flag": Variant(
        contract=lambda: CURRENT.with_(
            containers=[ONE.with_field("flags", constraint=Constant(1))]
        ),
        code="PRELUDE_FLAGS",
    ),
    "another checksum": Variant(
        contract=lambda: CURRENT.with_(
            containers=[
                ONE.with_field(
                    "header_checksum",
                    constraint=definitions.Computed("Adler-32", from_header=zlib.adler32),
                )
            ]
        ),
        code="HEADER_CHECKSUM",
    ),
    "another alignment": Variant(
        contract=lambda: one(alignment=4096), code="PRELUDE_PAYLOAD_OFFSET"
    ),
    "another order of nibbles": Variant(
        contract=lambda: one(banks=(TILES.with_(payload=tiles_payload("low")), SOUNDS)), code=None
    ),
    "a field renamed": Variant(
        contract=lambda: CURRENT.with_(containers=[ONE.with_field("header_len", name="json_size")]),
        code=None,
    ),
    "version 2": Variant(
        contract=container_2, code="PRELUDE_VERSION", prelude_size=36, tiles="SHEETS"
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_packer_and_reader_follow(name: str, project: Path) -> None:
    variant = VARIANTS[name]
    contract = variant.contract()
    result = build(project, contract=contract)
    data = result.outputs["assets.pa"].read_bytes()
    assert result.report.ok
    for fast in (True, False):
        assert pa.validate(data, profile="writer", contract=contract, fast=fast) == pa.Report()
    with pa.open(data, contract=contract) as pack:
        assert contract.written.prelude_size == variant.prelude_size
        assert contract.shape(contract.written).decode(pack.header_bytes) is not None
        hero, beep = pack["hero"], pack["beep"]
        assert [e.bank_type for e in pack] == [variant.tiles, "SOUNDS"]
        assert [(p.asset_id, p.slot) for p in pack.preload] == [(1, 0), (2, 0)]
        assert hero.offset == 0 and hero.size == len(pack.read(hero)) == 34816
        assert beep.offset == -(-hero.size // contract.written.alignment) * (
            contract.written.alignment
        )
        tiles, sounds = pack.decode(hero), pack.decode(beep)
        assert isinstance(tiles, pa.TileBank) and isinstance(sounds, pa.SoundBank)
        assert (tiles.indices[:8, :8] == PIXELS).all()
        assert not tiles.indices[8:].any()
        assert tiles.palettes[0, :4].tolist() == [0, 0xF800, 0x07E0, 0x001F]
        assert [sample.tolist() for sample in sounds.samples] == [SOUND.tolist()]
    first = pa.validate(data, profile="writer").codes[:1]
    assert first == (() if variant.code is None else (variant.code,))


def test_the_order_of_nibbles_is_in_the_bytes(project: Path) -> None:
    for order, pair in (("high", 0x12), ("low", 0x21)):
        contract = one(banks=(TILES.with_(payload=tiles_payload(order)), SOUNDS))  # type: ignore[arg-type]
        data = build(project, contract=contract).outputs["assets.pa"].read_bytes()
        start = int.from_bytes(data[12:16], "little")
        assert data[start] == pair


def test_a_wider_field_is_in_the_bytes(project: Path) -> None:
    contract = VARIANTS["a wider field"].contract()
    data = build(project, contract=contract).outputs["assets.pa"].read_bytes()
    found = struct.unpack_from("<4sIIIQ8sI", data)
    assert found[:2] == (b"ASPA", 1)
    header = data[36 : 36 + found[2]]
    assert json.loads(header)["preload"]
    assert found[3] == -(-(36 + len(header)) // 16) * 16
    assert found[4:6] == (0, bytes(8))
    assert found[6] == zlib.crc32(header)


def test_a_renamed_field_is_named_in_messages() -> None:
    contract = VARIANTS["a field renamed"].contract()
    (fault,) = pa.validate(b"ASPA\1\0\0\0" + bytes(24), contract=contract)
    assert fault.code == "PRELUDE_HEADER_LEN"
    assert fault.message.startswith("json_size is 0;")


def test_versions_stand_beside_each_other(project: Path) -> None:
    """A reader of both versions reads packs of both, each by its own definitions."""
    both = container_2()
    old = build(project).outputs["assets.pa"].read_bytes()
    new = build(project, contract=both).outputs["assets.pa"].read_bytes()
    for data, version, bank_type in ((old, 1, "TILES"), (new, 2, "SHEETS")):
        for fast in (True, False):
            assert pa.validate(data, profile="writer", contract=both, fast=fast).ok
        with pa.open(data, contract=both) as pack:
            assert pack.prelude["schema_version"] == version
            assert pack["hero"].bank_type == bank_type
            assert pack.prelude.get("serial") == (7 if version == 2 else None)
    cases = {
        "the prelude of the shorter version is enough": (old[:32], "HEADER_TRUNCATED"),
        "a version's own prelude is needed": (new[:35], "PRELUDE_TRUNCATED"),
        "neither": (old[:4] + b"\3" + old[5:], "PRELUDE_VERSION"),
    }
    for data, code in cases.values():
        assert pa.validate(data, contract=both).codes == (code,)
    (fault,) = pa.validate(old[:4] + b"\3" + old[5:], contract=both)
    assert "supports 1, 2" in fault.message


@every([rule.id for rule in CURRENT.rules])
def test_a_rule_can_be_taken_out(rule: str) -> None:
    less = CURRENT.without(rule)
    assert not less.has(rule) and CURRENT.has(rule)
    assert [r.id for r in less.rules] == [r.id for r in CURRENT.rules if r.id != rule]
    with pytest.raises(KeyError):
        less.rule(rule)


def test_what_there_is_not() -> None:
    for ask in (
        lambda: CURRENT.container(2),
        lambda: CURRENT.rule("no-such-rule"),
        lambda: CURRENT.without("no-such-rule"),
        lambda: CURRENT.documents.schema("asset", 99),
    ):
        with pytest.raises(KeyError):
            ask()
    with pytest.raises(ValueError, match="not the id"):
        CURRENT.with_(schemas=[{"$id": "urn:other:1"}])


def test_changing_a_contract_leaves_the_published_one_alone() -> None:
    before = (CURRENT.containers, CURRENT.rules, CURRENT.limits, CURRENT.documents)
    for variant in VARIANTS.values():
        variant.contract()
    assert (CURRENT.containers, CURRENT.rules, CURRENT.limits, CURRENT.documents) == before
    assert CURRENT.with_(limits=replace(LIMITS, nesting=3)).limits.nesting == 3
    assert CURRENT.limits.nesting == 16


@every([(b"[1.0]", 2), (b"[1, 2]", 3), (b'"\xff"', 1), (b"[1]x", 3)])
def test_places_count_from_the_start_of_the_file(header: bytes, offset: int) -> None:
    contract = VARIANTS["a wider field"].contract()
    lead = contract.written.build(header) + header
    lead += bytes(contract.written.payload_offset(len(header)) - len(lead))
    (fault,) = pa.validate(lead, contract=contract)
    assert fault.offset == 36 + offset
    assert f" {36 + offset}" in fault.message
