"""Slices of a sound bank with what they decode to, for the conformance kit.

Clauses: ``spec/contract/1/banks.md#sounds``; ``conformance/PROTOCOL.md``, decoding. Both sides are
written by hand: the bytes of the slice, and the frames of each sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from prometeu_assets.banks.sounds.payload import table
from prometeu_assets.banks.sounds.value import SoundBank
from prometeu_assets.contract.vectors import Decoding, digest, little

FRAME: Final = 4
"""Bytes of a frame in a digest: enough to tell a negative number from a large one."""


def decodings(sample: Mapping[str, Any]) -> Iterator[Decoding]:
    """Patterns in the metadata ``sample`` unless one says more; each shows one thing."""
    for id, why, rate, stored, frames in (
        (
            "signs",
            "the most negative frame first, the largest last",
            8000,
            "0080 ffff 0000 0100 ff7f",
            [[-32_768, -1, 0, 1, 32_767]],
        ),
        (
            "bits",
            "each bit of a frame alone, the lowest first: the low byte is the first",
            11_025,
            "0100 0200 0400 0800 1000 2000 4000 8000 0001 0002 0004 0008 0010 0020 0040 0080",
            [[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, -32_768]],
        ),
        (
            "last-frame",
            "samples of 1, 2 and 3 frames: the last frame of each is there",
            22_050,
            "0100 0200 0380 0400 0500 feff",
            [[1], [2, -32_765], [4, 5, -2]],
        ),
        (
            "order",
            'twelve samples of one frame, by their number: "10" sorts before "2" as text',
            44_100,
            "0000 0100 0200 0300 0400 0500 0600 0700 0800 0900 0a00 0b00",
            [[0], [1], [2], [3], [4], [5], [6], [7], [8], [9], [10], [11]],
        ),
        ("one-frame", "the smallest bank: one frame", 48_000, "0080", [[-32_768]]),
    ):
        lengths = [2 * len(each) for each in frames]
        yield Decoding(
            id=id,
            clause="sounds",
            why=why,
            metadata={**sample, "sample_rate": rate, "samples": table(lengths)},
            data=bytes.fromhex(stored),
            values={"samples": frames},
            view=_view(frames, rate),
        )


def _view(samples: Sequence[Sequence[int]], rate: int) -> dict[str, Any]:
    """Clause: ``conformance/PROTOCOL.md``, decoding."""
    return {
        "sample_rate": rate,
        "samples": [
            {"frame_count": len(frames), "sha256": digest(little(frames, FRAME, signed=True))}
            for frames in samples
        ],
    }


def bank_view(bank: SoundBank) -> dict[str, Any]:
    """The same view of a bank that was decoded."""
    return {
        "sample_rate": bank.sample_rate,
        "samples": [
            {"frame_count": len(frames), "sha256": digest(frames.astype(f"<i{FRAME}").tobytes())}
            for frames in bank.samples
        ],
    }
