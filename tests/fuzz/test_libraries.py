"""What compiled libraries parse for us: their answers are those of a slow reading by hand."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.packer.intake.files import ADAM7, CHANNELS, SIGNATURE, chunk, header, refused

from prometeu_assets.banks.tiles.raster import scan as scan_png
from prometeu_assets.contract import canonical
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.plain import DONT_KNOW, plain
from prometeu_assets.contract.text import TextFault, scan

Draw = Callable[[st.SearchStrategy[Any]], Any]

# Pillow: unfiltering, unpacking and deinterlacing of pixels.


def predicted(kind: int, left: int, above: int, corner: int) -> int:
    """What a filter of the PNG specification takes away from a byte."""
    if kind == 4:
        base = left + above - corner
        return min((left, above, corner), key=lambda one: abs(base - one))
    return (0, left, above, (left + above) // 2)[kind]


def filtered(lines: Sequence[bytes], kinds: Sequence[int], step: int) -> bytes:
    """The lines of one pass, each with its filter; ``step`` is bytes between pixels."""
    out, before = bytearray(), bytes(len(lines[0]))
    for line, kind in zip(lines, kinds):
        out.append(kind)
        for i, byte in enumerate(line):
            left = line[i - step] if i >= step else 0
            corner = before[i - step] if i >= step else 0
            known = predicted(kind, left, before[i], corner) if kind <= 4 else 0
            out.append((byte - known) % 256)
        before = line
    return bytes(out)


def packed(row: Sequence[int], depth: int) -> bytes:
    bits = "".join(f"{sample:0{depth}b}" for sample in row)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


@st.composite
def images(draw: Draw) -> tuple[bytes, np.ndarray[Any, Any], bool]:
    """A PNG, its samples, and whether one of its lines has a filter that there is not."""
    color_type, depth = draw(
        st.sampled_from([(0, 1), (0, 2), (0, 4), (0, 8), (2, 8), (3, 1), (3, 2), (3, 4), (3, 8),
                         (4, 8), (6, 8)])
    )  # fmt: skip
    width, height, interlaced = draw(
        st.tuples(st.integers(1, 17), st.integers(1, 9), st.booleans())
    )
    channels = CHANNELS[color_type]
    # One draw for all pixels: what they are matters less than that they differ.
    data = draw(st.binary(min_size=1, max_size=99))
    flat = np.resize(np.frombuffer(data, np.uint8), width * height * channels)
    samples = (flat >> (8 - depth)).reshape(height, width, channels)
    kinds = draw(st.lists(st.integers(0, 4), min_size=1, max_size=9))
    bad = draw(st.sampled_from([0, 0, 0, 5, 255]))
    raw, first = b"", True
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if not part.size:
            continue
        lines = [packed(row.ravel().tolist(), depth) for row in part]
        used = np.resize(kinds, len(lines)).tolist()
        used[0] = bad if first and bad else used[0]
        first = False
        raw += filtered(lines, used, max(1, channels * depth // 8))
    body = zlib.compress(raw)
    cut = draw(st.integers(0, len(body)))
    parts = [
        header(width, height, depth, color_type, 0, 0, int(interlaced)),
        *([chunk(b"PLTE", bytes(3 * 2**depth))] if color_type == 3 else []),
        chunk(b"IDAT", body[:cut]),
        chunk(b"IDAT", body[cut:]),
        chunk(b"IEND"),
    ]
    file = SIGNATURE + b"".join(parts)
    scaled = samples * (255 // (2**depth - 1)) if color_type == 0 else samples
    return file, scaled[:, :, 0] if channels == 1 else scaled, bad > 0


@settings(derandomize=True, max_examples=250)
@given(images())
def test_pixels(drawn: tuple[bytes, np.ndarray[Any, Any], bool]) -> None:
    file, samples, bad = drawn
    png = scan_png(file, name="a.png")
    if bad:
        assert refused(png.samples).code == "PNG_CORRUPT"
    else:
        assert np.array_equal(png.samples(), samples)


# json and msgspec: texts and values.

names = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters='"\\'), max_size=6
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
exact = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
"""Values that a header may hold."""
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@settings(derandomize=True, max_examples=150)
@given(anything, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_a_text_that_the_fast_tier_reads(value: Any, indent: Any, ascii_: bool) -> None:
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=ascii_).encode()
    except UnicodeEncodeError:
        return  # a lone surrogate, as it is
    found = plain(text, CURRENT.limits.nesting)
    try:
        slow = scan(text, integers=False)
    except TextFault:
        assert found is DONT_KNOW
        return
    assert not slow.repeats
    assert repr(slow.value) == repr(value)
    assert found is DONT_KNOW or repr(found) == repr(value)
    sure = b"\\u" not in text and b"Infinity" not in text
    assert found is not DONT_KNOW or not sure, text


@settings(derandomize=True, max_examples=150)
@given(exact)
def test_a_value_written_by_three_hands(value: Any) -> None:
    text = canonical.encode(value)
    assert msgspec.json.Encoder(order="sorted").encode(value) == text
    assert msgspec.json.decode(text) == scan(text).value == value
    indented = msgspec.json.format(text, indent=2)
    assert scan(indented).value == value


SHAPE = CURRENT.shape(CURRENT.written)
free = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True), inner)
    ),
    max_leaves=6,
)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, inner), default=0) if isinstance(value, dict | list) else 0


@settings(derandomize=True, max_examples=120)
@given(free)
def test_free_metadata_in_a_header(value: Any) -> None:
    samples = {"0": {"length": 2, "offset": 0}}
    entry = {
        "asset_id": 1, "asset_name": "a", "bank_type": "SOUNDS", "codec": "NONE",
        "decoded_size": 2, "offset": 0, "size": 2,
        "metadata": {"channels": 1, "sample_rate": 8000, "samples": samples, "x_a": value},
    }  # fmt: skip
    whole = {"asset_table": [entry], "preload": []}
    text = canonical.encode(whole)
    found = SHAPE.decode(text)
    assert not any(CURRENT.documents.violations(CURRENT.written.header, whole))
    assert found is not None or depth(value) > 3
    if found is not None:
        read = msgspec.json.decode(msgspec.json.encode(found))
        assert {name: read[name] for name in whole} == whole
