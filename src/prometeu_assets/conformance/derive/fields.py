"""Cases from the prelude: every field cut, every constant and every number out of its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive.make import base, rejected, slug
from prometeu_assets.conformance.parts import Parts
from prometeu_assets.contract.container import Computed, Constant, Container, HeaderLength
from prometeu_assets.contract.container import PreludeField as Field
from prometeu_assets.contract.rule import Step
from prometeu_assets.contract.value import Contract


def cases(contract: Contract) -> Iterator[Case]:
    """All cases of the prelude of the container version that is written."""
    container = contract.written
    known = {other.version for other in contract.containers}
    for item in container.fields:
        origin = f"prelude v{container.version}.{item.name}"
        for id, position in (
            (f"prelude-{slug(item.name)}-cut-at-start", item.offset),
            (f"prelude-{slug(item.name)}-cut-inside", item.offset + max(1, item.size // 2)),
        ):
            parts = base(contract)
            parts.file.append(lambda data, position=position: data[:position])  # type: ignore[misc]
            yield rejected(
                contract,
                id,
                _cut_rule(container, position),
                parts,
                f"a file of {position} bytes ends inside the prelude",
                origin=origin,
            )
        for name, value, why in _wrong(item, container):
            if item.role == "schema_version" and value in known:
                continue  # Another version that is read is not a wrong one.
            parts = base(contract)
            parts.prelude[item.role] = value
            yield rejected(
                contract, f"prelude-{slug(item.name)}-{name}", item.rule, parts, why, origin=origin
            )
        yield from _at_the_end(contract, item)
    parts = Parts(contract=contract, file=[lambda _: b"PPA1"])
    yield rejected(
        contract,
        "prelude-magic-legacy-alone",
        "prelude-legacy",
        parts,
        "four bytes are enough to tell a legacy artifact",
        origin="LEGACY_MAGIC",
    )
    parts = base(contract)
    parts.file.append(lambda data: b"PPA1" + data[4:])
    yield rejected(
        contract,
        "prelude-magic-legacy",
        "prelude-legacy",
        parts,
        "a legacy artifact is told apart from any other file",
        origin="LEGACY_MAGIC",
    )


def _at_the_end(contract: Contract, item: Field) -> Iterator[Case]:
    """A wrong value in a file that ends as soon as there is enough of it to judge the field."""
    container = contract.written
    known = [c.version for c in contract.containers if item.role == "schema_version"]
    wrong = [row for row in _wrong(item, container) if row[1] not in known]
    if not wrong or contract.rule(item.rule).step is not Step.PRELUDE:
        return
    if item.offset + item.size <= container.identity_size:
        size = item.offset + item.size
    else:
        size = container.prelude_size
    name, value, _ = wrong[0]
    parts = base(contract)
    parts.prelude[item.role] = value
    parts.file.append(lambda data: data[:size])
    yield rejected(
        contract,
        f"prelude-at-the-end-{slug(item.name)}-{name}",
        item.rule,
        parts,
        f"{size} bytes are enough to see it",
        origin=f"prelude v{container.version}.{item.name}",
    )


def _cut_rule(container: Container, position: int) -> str:
    if position < container.field("magic").size:
        return "prelude-truncated-magic"
    if position < container.identity_size:
        return "prelude-truncated-version"
    return "prelude-truncated"


def _wrong(item: Field, container: Container) -> Iterator[tuple[str, Any, str]]:
    """(name, value or function of the right value, why) of each wrong value of a field."""
    match item.constraint:
        case Constant(expected=bytes() as expected):
            yield from _wrong_bytes(expected)
        case Constant(expected=int() as expected):
            yield from _wrong_integers(item, expected)
        case HeaderLength():
            yield from _wrong_lengths(item, item.constraint)
        case Computed(from_prelude=None):
            yield from _wrong_checksums(item)
        case Computed():
            yield from _wrong_places(item, container)


def _wrong_integers(item: Field, expected: int) -> Iterator[tuple[str, Any, str]]:
    top = 2 ** (8 * item.size) - 1
    swapped = int.from_bytes(expected.to_bytes(item.size, "little"), "big")
    for name, value in (
        ("zero", 0),
        ("one", 1),
        ("two", 2),
        ("sign-bit", (top + 1) // 2),
        ("maximum", top),
        ("byte-swapped", swapped),
    ):
        if value != expected and not (name == "byte-swapped" and value in (0, 1)):
            yield name, value, f"{value} is not {expected}"
    for index in range(item.size):
        yield f"byte-{index}", expected ^ 1 << 8 * index, f"byte {index} counts as well"


def _wrong_lengths(item: Field, limits: HeaderLength) -> Iterator[tuple[str, Any, str]]:
    minimum, maximum = limits.minimum, limits.maximum
    top = 2 ** (8 * item.size) - 1
    for name, value in (
        ("below-minimum", minimum - 1),
        ("above-maximum", maximum + 1),
        ("sign-bit", (top + 1) // 2),
        ("maximum-of-type", top),
    ):
        yield name, value, f"{value} is outside {minimum} … {maximum}"


def _wrong_checksums(item: Field) -> Iterator[tuple[str, Any, str]]:
    for index in range(item.size):
        yield (
            f"byte-{index}",
            lambda right, index=index: right ^ 1 << 8 * index,
            f"byte {index} of the checksum is wrong",
        )
    yield "zero", 0, "0 has no special meaning"
    yield (
        "byte-swapped",
        lambda right: int.from_bytes(right.to_bytes(item.size, "little"), "big"),
        "the checksum is little-endian",
    )
    yield "inverted", lambda right: right ^ 2 ** (8 * item.size) - 1, "the final inversion"


def _wrong_places(item: Field, container: Container) -> Iterator[tuple[str, Any, str]]:
    step = container.alignment
    for name, change in (
        ("one-less", -1),
        ("one-more", 1),
        ("a-step-less", -step),
        ("a-step-more", step),
    ):
        why = f"{change:+} bytes from the one valid place"
        yield name, lambda right, change=change: right + change, why
    for index in range(item.size):
        yield (
            f"byte-{index}",
            lambda right, index=index: right ^ 1 << 8 * index,
            f"byte {index} counts as well",
        )
    yield "zero", 0, "0 is no place for a payload"
    yield "end-of-prelude", container.prelude_size, "the header stands there"
    yield "maximum", 2 ** (8 * item.size) - 1, "the largest value of the type"


def _wrong_bytes(expected: bytes) -> Iterator[tuple[str, bytes, str]]:
    for index in range(len(expected)):
        changed = bytearray(expected)
        changed[index] ^= 0x80 if expected.isalpha() else 0x01
        yield f"byte-{index}", bytes(changed), f"byte {index} is wrong"
    if expected.isalpha():
        yield "lower-case", expected.lower(), "case matters"
        yield "byte-swapped", expected[::-1], "the bytes stand in order"
        for size in (2,):
            pairs = b"".join(expected[i : i + size][::-1] for i in range(0, len(expected), size))
            yield "pairs-swapped", pairs, "the bytes stand in order"
