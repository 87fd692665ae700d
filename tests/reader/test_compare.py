"""Whether a file holds just the bytes it should, in whatever pieces they come."""

from __future__ import annotations

import io
from itertools import pairwise, product

from tests.every import every

from prometeu_assets.reader.compare import difference

WANTED = b"abcdefgh"


def pieces(data: bytes, cuts: tuple[bool, ...]) -> list[bytes]:
    """The data, cut before each byte at which ``cuts`` says so."""
    places = [0, *(at for at, cut in enumerate(cuts, 1) if cut), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


FILES = {
    "the same": (WANTED, None),
    "empty": (b"", 0),
    "longer": (WANTED + b"i", 8),
    **{f"shorter, {at}": (WANTED[:at], at) for at in range(1, 8)},
    **{f"byte {at}": (WANTED[:at] + b"?" + WANTED[at + 1 :], at) for at in range(8)},
}


@every(FILES)
def test_the_first_byte_that_differs(case: str) -> None:
    there, expected = FILES[case]
    for cuts in product((False, True), repeat=len(WANTED) - 1):
        assert difference(io.BytesIO(there), pieces(WANTED, cuts)) == expected
