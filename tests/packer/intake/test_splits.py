"""Whether a sheet has gaps between its tiles."""

from __future__ import annotations

from tests.every import every

from prometeu_assets.banks.tiles.splits import Gaps, gaps


@every(
    [
        (35, 8, 8, Gaps(4, 1, 1, around=False)),
        (8, 35, 8, Gaps(1, 4, 1, around=False)),
        (37, 10, 8, Gaps(4, 1, 1, around=True)),
        (38, 18, 8, Gaps(4, 2, 2, around=False)),
        (42, 22, 8, Gaps(4, 2, 2, around=True)),
        (16 * 4 + 3 * 4, 16, 16, Gaps(4, 1, 4, around=False)),
        (12, 8, 8, None),
        (20, 8, 8, Gaps(2, 1, 4, around=False)),
        (21, 8, 8, None),
        (10, 10, 8, None),
        (1, 1, 8, None),
        (4095, 7, 8, None),
    ]
)
def test_gaps(width: int, height: int, tile_size: int, found: Gaps | None) -> None:
    assert gaps(width, height, tile_size) == found
