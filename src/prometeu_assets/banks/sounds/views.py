"""How people see and hear a sound bank: outlines, and WAV files.

Clause: ``spec/tools.md#names``.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from prometeu_assets.banks.sounds.payload import SoundBank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLES: Final = 12
"""Sounds of one bank that are drawn."""
WAVE: Final = (160, 36)
"""Width and height of a drawn sound."""


def wav(sample: NDArray[np.int16], rate: int) -> bytes:
    """Samples (frames,) at ``rate`` Hz as a plain WAV file: PCM16, mono."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sample.astype("<i2").tobytes())
    return buffer.getvalue()


def picture(bank: SoundBank) -> Iterator[str]:
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


def _wave(sample: NDArray[np.int16]) -> str:
    """A sound's outline: the lowest and highest frame of each column."""
    import numpy as np

    width, height = WAVE
    edges = np.linspace(0, len(sample), min(width, len(sample)) + 1).astype(int)
    full = float(-int(np.iinfo(np.int16).min))
    step = width / (len(edges) - 1)
    parts = []
    for column, (start, end) in enumerate(pairwise(edges)):
        piece = sample[start:end]
        top = height / 2 * (1 - float(piece.max()) / full)
        bottom = height / 2 * (1 - float(piece.min()) / full)
        parts.append(f"M{column * step + step / 2:.1f} {top - 0.4:.1f}V{bottom + 0.4:.1f}")
    return (
        f'<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path stroke-width="{step:.2f}" d="{"".join(parts)}"/></svg>'
    )
