"""Step 2: the file against its prelude. Clause: ``spec/contract/1/container.md#file``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.container import Computed
from prometeu_assets.contract.limits import LIMITS, number
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination


def size(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file is not longer than a pack may be."""
    limit = exam.contract.limits.file_bytes
    if exam.source.size > limit:
        yield Fault(data={"found": exam.source.size, "limit": limit}, offset=limit)


def holds_header(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file reaches to its payload region."""
    needed = exam.prelude["payload_offset"]
    if exam.source.size < needed:
        yield Fault(data={"found": exam.source.size, "needed": needed}, offset=exam.source.size)


def checksum(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The field that carries this rule holds what the header's bytes compute to."""
    for field in exam.container.fields:
        if field.rule != rule.id or not isinstance(field.constraint, Computed):
            continue
        found = field.constraint.value(exam.prelude, exam.header_bytes)
        recorded = exam.prelude[field.role]
        if found != recorded:
            yield Fault(
                data={"found": f"{found:08x}", "expected": f"{recorded:08x}"},
                offset=field.offset,
            )


def padding(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Only zero bytes stand between header and payload."""
    start = exam.container.prelude_size + len(exam.header_bytes)
    yield from nonzero(exam, start, exam.prelude["payload_offset"])


def nonzero(exam: Examination, start: int, end: int) -> Iterator[Fault]:
    """A fault for the first byte from ``start`` to ``end`` that is not zero, if there is one."""
    if start >= end:
        return
    data = bytes(exam.source.read(start, end - start))
    rest = data.lstrip(b"\0")
    if rest:
        offset = end - len(rest)
        yield Fault(data={"offset": offset, "found": f"{rest[0]:02X}"}, offset=offset)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="file-size",
        code=Code(
            "FILE_SIZE",
            summary="The file is longer than a pack may be.",
            meaning="Every position in a pack fits a signed integer of 32 bits, so that every "
            "language and machine can reach it. A longer file is not read.",
            message="The file has {found} bytes; a pack has at most {limit}.",
            hint="Split the assets over several cartridges, or exclude some.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.POLICY,
        text="The file is not longer than a pack may be.",
        broken=f"longer than {number(LIMITS.file_bytes)} bytes",
        check=size,
        final=True,
    ),
    Rule(
        id="header-truncated",
        code=Code(
            "HEADER_TRUNCATED",
            summary="The file ends before its payload region begins.",
            meaning="The prelude is whole, but the file ends inside the header or the padding "
            "after it. The usual cause is a download or copy that broke off.",
            message="The file has {found} bytes, but its payload region begins at byte {needed}.",
            hint="The file was cut short: build it or copy it again.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file reaches at least to its payload region.",
        broken="fewer than `payload_offset` bytes",
        check=holds_header,
        final=True,
    ),
    Rule(
        id="header-checksum",
        code=Code(
            "HEADER_CHECKSUM",
            summary="The header's CRC-32 differs from the one recorded.",
            meaning="The prelude records the CRC-32 of the header's bytes. A difference means that "
            "the header is not the one that was written: bytes were damaged, or edited by hand.",
            message="The header's CRC-32 is {found}; the prelude records {expected}.",
            hint="The header is damaged or was edited: build or copy the file again.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="The header's CRC-32 is the one recorded.",
        broken="the checksum differs",
        check=checksum,
    ),
    Rule(
        id="header-padding",
        code=Code(
            "HEADER_PADDING",
            summary="A byte between header and payload is not zero.",
            meaning="Between header and payload stand zero bytes up to the alignment, and nothing "
            "may hide there.",
            message="Padding byte {offset} between header and payload is {found}; it must be 00.",
            hint="Padding is zero bytes only: the file is damaged or its writer is wrong.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.INVALID,
        text="Every byte between header and payload region is zero.",
        broken="a non-zero byte between header and payload",
        check=padding,
    ),
)
