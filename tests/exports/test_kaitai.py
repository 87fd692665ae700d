"""The parser that Kaitai Struct makes of the description reads what ours reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from construct import Construct, Struct
from construct.core import ConstructError
from kaitaistruct import KaitaiStream, ValidationFailedError
from tests.exports.assets_pa import AssetsPa
from tests.spec.test_spec_pages import SPEC
from tests.third.contract import THIRD
from tools.exports import EXPORTS
from tools.exports.__main__ import PARSER, lead
from tools.exports.kaitai import description

import prometeu_assets as pa
from prometeu_assets.banks import BANKS
from prometeu_assets.conformance import kit as kits
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.layouts import Plane, Words, spans

CONTAINER = CURRENT.containers[-1]
TYPES = description(CURRENT)["types"]
READ = [vector for vector in kits.load().vectors if str(vector.question.kind) == "read"]
RULES = [rule.id for rule in CURRENT.rules]

JUDGED = {
    "PRELUDE_TRUNCATED", "PRELUDE_MAGIC", "PRELUDE_VERSION", "PRELUDE_HEADER_LEN",
    "PRELUDE_PAYLOAD_OFFSET", "PRELUDE_FLAGS", "PRELUDE_RESERVED", "HEADER_TRUNCATED",
    "HEADER_PADDING",
}  # fmt: skip
"""The codes of what the parser can see. It computes no checksum and reads no JSON."""


def test_the_parser_is_that_of_the_description() -> None:
    first = PARSER.read_text(encoding="utf-8").partition("\n")[0]
    assert first + "\n" == lead(EXPORTS["assets_pa.ksy"](CURRENT)), "run python -m tools.exports"


def fault(path: Path) -> str | None:
    """The rule of the first fault that the parser finds in a file."""
    with path.open("rb") as stream:
        try:
            AssetsPa(KaitaiStream(stream))
        except ValidationFailedError as error:
            *parents, index = error.src_path.split("/")
            is_prelude = "prelude" in parents
            return CONTAINER.fields[int(index)].rule if is_prelude else "header-padding"
        except EOFError:
            short = path.stat().st_size < CONTAINER.prelude_size
            return "prelude-truncated" if short else "header-truncated"
    return None


def test_as_a_reader_it_judges_what_it_can_see(tmp_path: Path) -> None:
    agreed: Counter[str | None] = Counter()
    later = []
    for vector in READ:
        found = fault(vector.input(tmp_path))
        if found is None:
            assert vector.code not in JUDGED, vector.id
        elif CURRENT.rule(found).code == vector.code:
            agreed[vector.code] += 1
        else:
            # It does not see the first of several faults; then what it sees comes after that.
            assert RULES.index(vector.rule_id) < RULES.index(found), vector.id
            later.append(vector.code)
    assert set(agreed) == JUDGED
    assert agreed.total() > 70
    assert Counter(later) == {"PRELUDE_LEGACY": 2, "PRELUDE_TRUNCATED": 1, "HEADER_CHECKSUM": 1}


def given(bank: Bank[Any], metadata: Mapping[str, Any]) -> Iterator[Any]:
    """What the type of a bank is given of metadata: a number, or the length of each run."""
    for param in TYPES[bank.bank_type.lower()]["params"]:
        value = metadata[param["id"].removesuffix("_lengths")]
        yield [length for *_, length in spans(value)] if isinstance(value, Mapping) else value


def plain(part: Any) -> list[Any]:
    """A part of a slice as numbers: of runs, those of each."""
    if isinstance(part, np.ndarray):
        return part.reshape(-1).tolist()
    return [plain(getattr(run, "values", run)) if not isinstance(run, int) else run for run in part]


LARGEST = 2**20
"""Bytes of a slice that is read here. A larger one is as regular, and takes as long as all others."""


def test_prelude_header_and_banks_of_every_accepted_pack_are_the_same(tmp_path: Path) -> None:
    compared, packs = set(), 0
    for vector in READ:
        if vector.verdict != "accept":
            continue
        path, packs = vector.input(tmp_path), packs + 1
        with pa.open(path, contract=CURRENT) as pack, path.open("rb") as stream:
            theirs = AssetsPa(KaitaiStream(stream))
            with path.open("rb") as file:
                head = file.read(theirs.prelude.payload_offset)
            for item, value in zip(CONTAINER.fields, CONTAINER.parse(head).values(), strict=True):
                assert getattr(theirs.prelude, item.name) == value, vector.id
            assert theirs.header == head[CONTAINER.prelude_size :][: theirs.prelude.header_len]
            for entry, row in zip(pack, json.loads(theirs.header)["asset_table"], strict=True):
                key = (bytes(pack.read(entry)), json.dumps(row["metadata"]))
                if key in compared or row["size"] > LARGEST:
                    continue
                compared.add(key)
                bank, ours = CONTAINER.bank(row["bank_type"]), pack.decode(entry)
                kind = getattr(AssetsPa, f"{bank.bank_type.capitalize()}Slice")
                numbers = (row["offset"], row["size"], *given(bank, row["metadata"]))
                found = kind(*numbers, theirs._io, theirs, theirs).bank
                for part in bank.payload.subcons:
                    read = plain(getattr(found, part.name))
                    assert read == plain(getattr(ours, part.name)), (vector.id, part.name)
    assert packs > 90
    assert len(compared) > 50


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.bank_type)
def test_a_slice_of_any_bytes_is_the_same(bank: Bank[Any]) -> None:
    # Slices of packs of kind `read` are too regular: equal nibbles, and no negative sample.
    metadata = bank.sample()
    data = bytes(number * 167 % 251 for number in range(bank.size(metadata)))
    kind, stream = getattr(AssetsPa, bank.bank_type.capitalize()), KaitaiStream(BytesIO(data))
    found, ours = kind(*given(bank, metadata), stream), bank.decode(data, metadata)
    for part in bank.payload.subcons:
        assert plain(getattr(found, part.name)) == plain(getattr(ours, part.name)), part.name


def test_the_example_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (SPEC / CURRENT.folder / "exports.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    (vector,) = (vector for vector in READ if vector.id == "accept-one-tiles")
    (tmp_path / "assets.pa").write_bytes(vector.input(tmp_path).read_bytes())
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"AssetsPa": AssetsPa, "json": json}
    exec(example, names)
    with pa.open(tmp_path / "assets.pa") as pack:
        ours = pack.decode(next(iter(pack)))
    assert names["bank"].indices == plain(ours.indices)


def test_a_third_bank_has_its_type() -> None:
    types = description(THIRD)["types"]
    assert [param["id"] for param in types["tilemaps"]["params"]] == ["height", "width"]
    (cells,) = types["tilemaps"]["seq"]
    assert (cells["type"], cells["repeat-expr"]) == ("u2le", "height * width")
    assert types["tilemaps_slice"]["instances"]["bank"]["type"] == "tilemaps(height, width)"


def test_layouts_of_other_banks_have_their_type() -> None:
    payload = Struct(
        "low" / Plane(2, 3, bits=4, order="low"),
        "bytes" / Plane(2, 3, bits=8),
        "big" / Words((4,), ">i4"),
        "small" / Words((2, 2), "|u1"),
    )
    changed = CURRENT.with_(containers=[CONTAINER.with_(banks=[BANKS[0].with_(payload=payload)])])
    seq = description(changed)["types"]["tiles"]["seq"]
    assert [(part["type"], part["repeat-expr"]) for part in seq] == [
        ("b4le", "2 * 3"), ("u1", "2 * 3"), ("s4be", "4"), ("u1", "2 * 2"),
    ]  # fmt: skip


def test_a_payload_without_a_type_fails_when_the_description_is_made() -> None:
    banks = [BANKS[0].with_(payload=Struct("parts" / Construct()))]
    with pytest.raises(ConstructError, match="does not implement KSY export"):
        description(CURRENT.with_(containers=[CONTAINER.with_(banks=banks)]))
