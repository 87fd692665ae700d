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
    yield from nonzero(exam.header_padding, start)


def nonzero(data: bytes | memoryview, start: int) -> Iterator[Fault]:
    """A fault for the first byte of ``data``, from ``start`` on in the file, that is not zero."""
    data = bytes(data)
    rest = data.lstrip(b"\0")
    if rest:
        offset = start + len(data) - len(rest)
        yield Fault(data={"offset": offset, "found": f"{rest[0]:02X}"}, offset=offset)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="file-size",
        code=Code(
            "FILE_SIZE",
            summary="The file is longer than the limit for packs.",
            meaning="Every byte offset in a pack fits into a signed integer of 32 bits, so every "
            "language and machine can use it. A longer file is not read.",
            message="The file has {found} bytes; the limit for a pack is {limit}.",
            hint="Exclude some assets from the build, or split them into several cartridges.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.POLICY,
        text="The file is not longer than the limit for packs.",
        broken=f"longer than {number(LIMITS.file_bytes)} bytes",
        check=size,
        final=True,
    ),
    Rule(
        id="header-truncated",
        code=Code(
            "HEADER_TRUNCATED",
            summary="The file is truncated before its payload region.",
            meaning="The prelude is complete, but the file ends inside the header or the padding "
            "after it. Usually a download or a copy was interrupted.",
            message="The file is truncated: it has {found} bytes, and its payload region begins "
            "at byte {needed}.",
            hint="Build the file or copy it again.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file contains all bytes before its payload region.",
        broken="fewer than `payload_offset` bytes",
        check=holds_header,
        final=True,
    ),
    Rule(
        id="header-checksum",
        code=Code(
            "HEADER_CHECKSUM",
            summary="The checksum of the header does not match.",
            meaning="The prelude records the CRC-32 of the header's bytes. A mismatch means that "
            "the header changed after it was written: it was damaged, or edited by hand.",
            message="Checksum mismatch: the CRC-32 of the header is {found}, and the prelude "
            "records {expected}.",
            hint="The header is damaged or was edited. Build the file or copy it again.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="The CRC-32 of the header's bytes equals `header_checksum`.",
        broken="checksum mismatch",
        check=checksum,
    ),
    Rule(
        id="header-padding",
        code=Code(
            "HEADER_PADDING",
            summary="A padding byte between header and payload is not zero.",
            meaning="The bytes between the header and the payload are padding up to the "
            "alignment. They are all zero, so that they cannot hide anything.",
            message="Padding byte {offset} between header and payload is {found}; it must be 00.",
            hint="The file is damaged, or its writer is wrong. Build it or copy it again.",
        ),
        step=Step.FILE,
        page="container",
        layer=Layer.INVALID,
        text="Every byte between the header and the payload region is zero.",
        broken="a non-zero byte between header and payload",
        check=padding,
    ),
)
