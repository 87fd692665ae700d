"""What a new sound bank begins with: sounds that are there, or a short tone.

Clause: ``spec/workspace.md#new``. A starter exists so that a new asset builds at once.
"""

from __future__ import annotations

import wave
from typing import IO, Final

from prometeu_assets.contract.bank import Beginning, Opener, Present

RATE: Final = 22_050
"""The starter sound's frames a second."""


def begin(present: Present, opener: Opener) -> Beginning:
    """Sounds that are there, at the rate of the first."""
    samples, made, rate = present["samples"], {}, RATE
    if samples:
        with opener(samples[0]) as file:
            rate = _rate(file) or rate
    else:
        samples = ("samples/blip.wav",)
        made[samples[0]] = sound()
    return Beginning(
        inputs={"samples": samples},
        starters=made,
        metadata={"sample_rate": rate},
        advice=(
            f"put your sound in place of {samples[0]}:",
            f"  WAV, PCM of 16 bits, mono, {rate} Hz (or change `sample_rate`)",
        ),
    )


def sound() -> bytes:
    """A WAV, PCM of 16 bits, mono: a tenth of a second of a square tone that fades."""
    import numpy as np

    from prometeu_assets.banks.sounds.views import wav

    count = RATE // 10
    half = RATE // (2 * 440)
    frames = [
        (1 if (n // half) % 2 else -1) * 8_192 * (count - n) // count  # a quarter of full scale
        for n in range(count)
    ]
    return wav(np.array(frames, np.int16), RATE)


def _rate(file: IO[bytes]) -> int | None:
    """The frames a second of a WAV; None if it has none to tell, and a build says why."""
    try:
        with wave.open(file) as opened:
            rate: int = opened.getframerate()
            return rate
    except (wave.Error, EOFError):
        return None
