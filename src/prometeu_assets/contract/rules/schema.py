"""Step 4: the header's schema. Clause: ``spec/contract/1/header.md``.

The schema says nothing about a header that the fast tier recognised; the size of metadata is
checked in either case, because no schema states it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.limits import LIMITS, number
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination
from prometeu_assets.diagnostics import AssetRef


def schema(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The header obeys its schema."""
    if exam.recognized is not None:
        return
    value = exam.text.value
    for violation in exam.contract.documents.violations(exam.container.header, value):
        raw = violation.value == "RAW" and violation.pointer.endswith("/codec")
        yield Fault(
            data={"what": f"{violation.what}."},
            pointer=violation.pointer,
            asset=_asset(exam, violation.pointer),
            keyword=violation.keyword,
            hint_key="RAW" if raw else None,
        )


def _asset(exam: Examination, pointer: str) -> AssetRef | None:
    """The asset of the entry that a pointer leads into, as far as the entry tells."""
    parts = pointer.split("/")
    if len(parts) < 3 or parts[1] != "asset_table":
        return None
    entry = exam.text.value["asset_table"][int(parts[2])]
    if not isinstance(entry, dict):
        return None
    id, name = entry.get("asset_id"), entry.get("asset_name")
    # Only what could be an id is one: a report has a schema of its own.
    valid = exam.shape.parts["asset_table.asset_id"]
    known = type(id) is int and valid["minimum"] <= id <= valid["maximum"]
    return AssetRef(id=id if known else None, name=name if isinstance(name, str) else None)


def metadata_size(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """No entry's metadata takes more header text than the limit."""
    limit = exam.contract.limits.metadata_bytes
    if len(exam.header_bytes) <= limit:
        return
    if exam.recognized is not None and (exam.recognized.longest or 0) <= limit:
        return
    for index, found in _metadata_sizes(exam):
        if found > limit:
            pointer = f"/asset_table/{index}/metadata"
            what = f"{pointer} has {found} bytes of header text; the limit is {limit}."
            yield Fault(data={"what": what}, pointer=pointer, asset=_asset_at(exam, index))


def _metadata_sizes(exam: Examination) -> Iterator[tuple[int, int]]:
    """How long each metadata object is, by index, also of a header that breaks its schema."""
    if exam.recognized is not None:
        yield from enumerate(map(len, map(bytes, exam.column("metadata"))))
        return
    value = exam.text.value
    table = value.get("asset_table") if isinstance(value, dict) else None
    for index, row in enumerate(table if isinstance(table, list) else ()):
        metadata = row.get("metadata") if isinstance(row, dict) else None
        if isinstance(metadata, dict):
            # The header is canonical by now, and this encoding is as long as the canonical one.
            yield index, len(msgspec.json.encode(metadata))


def _asset_at(exam: Examination, index: int) -> AssetRef | None:
    if exam.recognized is not None:
        entry = exam.recognized.asset_table[index]
        return AssetRef(id=entry.asset_id, name=entry.asset_name)
    return _asset(exam, f"/asset_table/{index}")


_HEADER_SCHEMA: Final = Code(
    "HEADER_SCHEMA",
    summary="The header does not match its schema.",
    meaning="The published schema lists the members of the header, with their types and ranges. "
    "Other members are not allowed. Your own members belong in `metadata`, with names that begin "
    "with `x_`.",
    message="{what}",
    hint="The program that wrote the pack is wrong. Build the pack with this packer, or fix that "
    "program.",
    hints={
        "RAW": "`RAW` is the old name of `NONE`. Build the pack again from its workspace.",
    },
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="header-schema",
        code=_HEADER_SCHEMA,
        step=Step.SCHEMA,
        page="header",
        layer=Layer.INVALID,
        text="The header matches its schema.",
        broken="any violation of the header's schema",
        check=schema,
    ),
    Rule(
        id="metadata-size",
        code=_HEADER_SCHEMA,
        step=Step.SCHEMA,
        page="header",
        layer=Layer.POLICY,
        text=f"One entry's `metadata` is at most {number(LIMITS.metadata_bytes)} bytes of header "
        "text.",
        broken=f"one `metadata` over {number(LIMITS.metadata_bytes)} bytes of text",
        check=metadata_size,
    ),
)
