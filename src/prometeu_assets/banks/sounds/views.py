"""How people see and hear a sound bank: outlines, and WAV files.

Clause: ``spec/tools.md#names``.
"""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

from prometeu_assets.contract.drawing import Drawing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLES: Final = 12
"""Sounds of one bank that are drawn."""
WAVE: Final = (160, 36)
"""Width and height of a drawn sound."""
CELL: Final = (30, 8)
"""Width and height of a sound in a terminal, in pixels."""
GAP: Final = 2
"""Columns of them that part it from the next one."""
COLOR: Final = (65, 166, 246, 255)
"""Red, green, blue and alpha of a sound in a terminal: legible on dark and on light."""


class _Sounds(Protocol):
    """What of a `SoundBank` is shown. The class itself shows itself by this module."""

    @property
    def samples(self) -> tuple[NDArray[np.int16], ...]: ...
    @property
    def sample_rate(self) -> int: ...


def wav(sample: NDArray[np.int16], rate: int) -> bytes:
    """Samples (frames,) at ``rate`` Hz as a plain WAV file: PCM16, mono."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sample.astype("<i2").tobytes())
    return buffer.getvalue()


def picture(bank: _Sounds) -> Iterator[str]:
    """The outlines of the first sounds, with their lengths."""
    count = len(bank.samples)
    yield f"<p>{count:,} sample{'' if count == 1 else 's'} at {bank.sample_rate} Hz</p>\n"
    yield '<ul class="waves">\n'
    for index, sample in enumerate(bank.samples[:SAMPLES]):
        seconds = len(sample) / bank.sample_rate
        yield f"<li>{_wave(sample)}<span>{index}: {seconds:.2f} s</span></li>\n"
    yield "</ul>\n"
    if count > SAMPLES:
        yield f"<p>… and {count - SAMPLES:,} more</p>\n"


def players(bank: _Sounds) -> Iterator[str]:
    """Players of the first sounds, as HTML; the sounds are inside."""
    for index, sample in enumerate(bank.samples[:SAMPLES]):
        data = base64.b64encode(wav(sample, bank.sample_rate)).decode()
        yield f'<p>{index} <audio controls src="data:audio/wav;base64,{data}"></audio></p>\n'


def drawing(bank: _Sounds) -> Drawing:
    """The outline of each sound."""
    import numpy as np

    width, height = CELL
    drawn = width - GAP

    def wave(number: int) -> NDArray[np.uint8]:
        pixels = np.zeros((height, width, 4), np.uint8)
        outline = _outline(bank.samples[number], drawn)
        for column in range(drawn):
            low, high = outline[column * len(outline) // drawn]
            top, bottom = (int((1 - level) * (height - 1) / 2 + 0.5) for level in (high, low))
            pixels[top : bottom + 1, column] = COLOR
        return pixels

    return Drawing(count=len(bank.samples), size=CELL, cell=wave)


def _outline(sample: NDArray[np.int16], width: int) -> list[tuple[float, float]]:
    """The lowest and highest level, -1 to 1, in each of ``width`` parts; fewer of a short sound."""
    import numpy as np

    edges = np.linspace(0, len(sample), min(width, len(sample)) + 1).astype(int)
    full = float(-int(np.iinfo(np.int16).min))
    pieces = (sample[start:end] for start, end in pairwise(edges))
    return [(float(piece.min()) / full, float(piece.max()) / full) for piece in pieces]


def _wave(sample: NDArray[np.int16]) -> str:
    """A sound's outline: the lowest and highest frame of each column."""
    width, height = WAVE
    outline = _outline(sample, width)
    step = width / len(outline)
    parts = []
    for column, (low, high) in enumerate(outline):
        top, bottom = height / 2 * (1 - high), height / 2 * (1 - low)
        parts.append(f"M{column * step + step / 2:.1f} {top - 0.4:.1f}V{bottom + 0.4:.1f}")
    return (
        f'<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path stroke-width="{step:.2f}" d="{"".join(parts)}"/></svg>'
    )
