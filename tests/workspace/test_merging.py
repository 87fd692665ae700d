"""The merge driver: three indexes in, one out; each case in both orders of the sides."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.every import every
from tests.workspace.projects import TABLE, uuid

from prometeu_assets import Refused
from prometeu_assets.cli.app import run
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.workspace.merging import merge_index


def row(number: int, root: str | None = "a", *, owner: int = 1, included: bool = True) -> Any:
    forgotten = {"asset_id": number, "asset_uuid": uuid(owner)}
    return forgotten if root is None else {**forgotten, "included_in_build": included, "root": root}


def text(*rows: Any, version: int = TABLE, following: int | None = None) -> str:
    if version >= 3:
        lines = "".join(f"{json.dumps(r)},\n\n" for r in rows)
        return f'{{"schema_version": {version}, "assets": [\n{lines}null]}}\n'
    drop = ("included_in_build",) if version == 1 else ()
    rows = tuple({k: v for k, v in r.items() if k not in drop} for r in rows)
    number = following or max((r["asset_id"] for r in rows), default=0) + 1
    value = {"schema_version": version, "next_asset_id": number, "assets": rows}
    return json.dumps(value, indent=2)


A, GONE = row(1), row(1, None)
CASES: dict[str, tuple[list[Any], list[Any], list[Any], list[Any], bool]] = {
    "nothing": ([A], [A], [A], [A], True),
    "one adds": ([A], [A], [A, row(2, "b", owner=2)], [A, row(2, "b", owner=2)], True),
    "one moves, one excludes": ([A], [row(1, "b")], [row(1, included=False)],
                                [row(1, "b", included=False)], True),
    "one forgets": ([A], [GONE], [A], [GONE], True),
    "one forgets, one moves": ([A], [GONE], [row(1, "b")], [GONE], True),
    "one registers again": ([GONE], [GONE], [A], [A], True),
    "one numbers anew, one moves": ([A], [row(5)], [row(1, "b")], [{"asset_id": 1}, row(5, "b")],
                                    True),
    "one side never had it": ([A], [], [A], [{"asset_id": 1}], True),
    "one side never had what the other changes": ([A], [], [row(1, "b")], [row(1, "b")], True),
    "both add the same": ([], [A], [row(1, included=False)], [row(1, included=False)], True),
    "both add, one id": ([], [A], [row(1, "b", owner=2)], [A, row(1, "b", owner=2)], False),
    "both move": ([A], [row(1, "b")], [row(1, "c")], [row(1, "b"), row(1, "c")], False),
    "both take one root": ([], [A], [row(2, "a", owner=2)], [A, row(2, "a", owner=2)], False),
    "two ids for one": ([], [A], [row(2)], [A, row(2)], False),
    "a side that was not repaired": ([A], [A, row(1, "b", owner=2)], [row(1, "c")],
                                     [row(1, "c"), row(1, "b", owner=2)], False),
    "ids alone": ([], [{"asset_id": 1}], [A, {"asset_id": 9}], [A, {"asset_id": 9}], True),
}  # fmt: skip


@every([*product(CASES, (False, True))])
def test_a_merge(case: str, swapped: bool, tmp_path: Path) -> None:
    *sides, expected, clean = CASES[case]
    base, ours, theirs = sides if not swapped else (sides[0], sides[2], sides[1])
    files = [tmp_path / name for name in ("base", "ours", "theirs")]
    for file, rows in zip(files, (base, ours, theirs), strict=True):
        file.write_text(text(*rows), encoding="utf-8")
    before = files[1].read_bytes()
    done = merge_index(*files)
    assert (done.text.decode(), done.report.ok) == (text(*expected), clean)
    assert files[1].read_bytes() == done.text
    files[1].write_bytes(before)
    assert run(["merge-index", *map(str, files)]) == (0 if clean else 1)
    assert files[1].read_bytes() == done.text
    assert files[2].read_text(encoding="utf-8") == text(*theirs), "only OURS is written"


@every([(versions,) for versions in [*product(CURRENT.windows["index"], repeat=3)]])
def test_every_version_on_every_side(versions: tuple[int, ...], tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(3)]
    sides = [A], [A, row(2, "b", owner=2)], [row(1, "c")]
    for file, version, rows in zip(files, versions, sides, strict=True):
        file.write_text(text(*rows, version=version), encoding="utf-8")
    done = merge_index(*files)
    assert done.text.decode() == text(row(1, "c"), row(2, "b", owner=2))
    assert done.report.codes == ()


def test_what_version_2_forgot_keeps_the_highest_id(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(3)]
    for file, following in zip(files, (2, 6, 4), strict=True):
        file.write_text(text(A, version=2, following=following), encoding="utf-8")
    kept = [{"asset_id": 3}, {"asset_id": 5}]
    assert merge_index(*files).text.decode() == text(A, *kept)


def test_a_base_that_is_empty_and_a_side_that_is_no_index(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(3)]
    for file, data in zip(files, ("", text(A), text(A)), strict=True):
        file.write_text(data, encoding="utf-8")
    assert merge_index(*files).text.decode() == text(A)
    files[2].write_text("version 4", encoding="utf-8")
    with pytest.raises(Refused, match="DOCUMENT_JSON"):
        merge_index(*files)
    assert run(["merge-index", *map(str, files)]) == 1
    assert files[1].read_text(encoding="utf-8") == text(A), "nothing is written"
