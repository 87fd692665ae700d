"""Which hint a fault of the table has: its numbers tell the cause."""

from __future__ import annotations

from tests.docs.pack_cases import FX, GOOD, HERO, at, from_file
from tests.every import every
from tests.packs import assemble, canonical, pack, payload, placed, sounds

from prometeu_assets import validate

BEEP, HUM = sounds(3, "sound/beep", [8]), sounds(4, "sound/hum", [8])
BEGINS = int.from_bytes(at(0, 34_816)[12:16], "little")
SMALL = (FX, BEEP, HUM)
OFFSET, BOUNDS, TRAILING = "TABLE_OFFSET", "TABLE_BOUNDS", "TABLE_TRAILING"
Hints = list[tuple[str, str | None]]


def longer(by: int) -> bytes:
    """The last entry says a size that differs by this, and its offset is 8 too large."""
    entries = placed([HERO, FX])
    entries[1] |= {"size": FX["size"] + by, "offset": entries[1]["offset"] + 8}
    return assemble(canonical({"asset_table": entries, "preload": []}), payload([HERO, FX]))


CASES: dict[str, tuple[bytes, Hints]] = {
    # The end of the file follows from an offset, or does not.
    "8 too far": (at(0, 34_824), [(OFFSET, None), (BOUNDS, "offset")]),
    "8 too near": (at(0, 34_808), [(OFFSET, None), (TRAILING, "offset")]),
    "8 too far, and cut": (at(0, 34_824)[:-1], [(OFFSET, None), (BOUNDS, None)]),
    "8 too near, and longer": (at(0, 34_808) + b"\0", [(OFFSET, None), (TRAILING, None)]),
    "8 too far, of another size": (longer(1), [(OFFSET, None), (BOUNDS, None)]),
    "cut": (GOOD[:-1], [(BOUNDS, None)]),
    "longer": (GOOD + b"\0", [(TRAILING, None)]),
    "no entries, and longer": (pack([]) + b"\0", [(TRAILING, None)]),
    # The offsets count from another place.
    "from the start of the file": (
        from_file(), [(OFFSET, "file"), (BOUNDS, "offset"), (OFFSET, "file"), (BOUNDS, "offset")],
    ),
    "one of two from the start of the file": (
        at(0, 34_816 + BEGINS), [(OFFSET, None), (BOUNDS, "offset")],
    ),
    # The offsets are not rounded up.
    "one after the other": (
        at(0, 10, 18, entries=SMALL),
        [(OFFSET, "unrounded"), (OFFSET, "unrounded"), (TRAILING, "offset")],
    ),
    "one is not rounded up": (at(0, 10, 32, entries=SMALL), [(OFFSET, "unrounded")]),
    "an aligned end of a misplaced slice": (
        at(0, 8, 16, entries=SMALL), [(OFFSET, None), (OFFSET, None), (TRAILING, "offset")],
    ),
    "the first at the end of the last": (
        at(40, 16, 32, entries=SMALL), [(OFFSET, None), (BOUNDS, "offset")],
    ),
    "all at 0": (at(0, 0, 32, entries=SMALL), [(OFFSET, None)]),
}  # fmt: skip


@every(CASES)
def test_the_numbers_choose_the_hint(name: str) -> None:
    data, hints = CASES[name]
    found = validate(data).diagnostics
    assert [(one.code, one.hint_key) for one in found] == hints


def test_the_hints_have_the_numbers_of_the_pack() -> None:
    data = from_file()
    begins = int.from_bytes(data[12:16], "little")
    (first, *_) = validate(data).diagnostics
    assert f"each is {begins} too large" in (first.hint or "")
    for data in (at(0, 34_832), at(0, 10, 32, entries=SMALL)):
        (first, *_) = validate(data).diagnostics
        assert "a multiple of 16" in (first.hint or "")
