"""What a new sound bank begins with: sounds that are there, or a short tone.

Clause: ``spec/workspace.md#new``. A starter exists so that a new asset builds at once.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import IO, Final

from prometeu_assets.contract.bank import Beginning, Brought, Metadata, Opener, Origin, Present
from prometeu_assets.diagnostics import Refused

RATE: Final = 22_050
"""The starter sound's frames a second."""


def begin(schema: tuple[str, int], present: Present, opener: Opener, asked: Metadata) -> Beginning:
    """Sounds that are there, at the rate that was asked for.

    Without one it is the first of their rates that the metadata's ``schema`` allows.
    """
    samples, made, rate = present["samples"], {}, asked.get("sample_rate", RATE)
    advice: tuple[str, ...] = ()
    if samples and "sample_rate" not in asked:
        rates = _allowed(schema)
        rate = next((r for r in _rates(samples, opener) if r in rates), rate)
    if not samples:
        samples = (Origin(path="samples/blip.wav"),)
        made[samples[0].path] = sound(rate)
        advice = (
            f"put your sound in place of {samples[0].path}:",
            f"  WAV, PCM of 16 bits, mono, {rate} Hz (or change `sample_rate`)",
        )
    return Beginning(
        inputs={"samples": samples},
        starters=made,
        metadata={**asked, "sample_rate": rate},
        advice=advice,
    )


def bring(schema: tuple[str, int], file: Brought, asked: Metadata) -> Brought:
    """A sound as it is if a build takes it at the rate asked for; else one that is converted."""
    from prometeu_assets.banks.sounds.wav import read_wav

    stated = _rate(io.BytesIO(file.data))
    rate = asked.get("sample_rate") or (stated if stated in _allowed(schema) else None)
    if rate and file.name.lower().endswith(".wav"):
        with suppress(Refused):
            read_wav(file.data, name=file.name, sample_rate=rate, possible=lambda _: False)
            return replace(file, metadata={"sample_rate": rate})
    from prometeu_assets.banks.sounds.converting import convert

    return convert(file, rate, _allowed(schema))


def _allowed(schema: tuple[str, int]) -> range:
    """The rates that the metadata's schema allows, in Hz."""
    from prometeu_assets.contract.documents import Documents

    allowed = Documents().schema(*schema)["properties"]["sample_rate"]
    return range(allowed["minimum"], allowed["maximum"] + 1)


def sound(rate: int = RATE) -> bytes:
    """A WAV, PCM of 16 bits, mono: a tenth of a second of a square tone that fades."""
    import numpy as np

    from prometeu_assets.banks.sounds.views import wav

    count = rate // 10
    half = max(1, rate // (2 * 440))
    frames = [
        (1 if (n // half) % 2 else -1) * 8_192 * (count - n) // count  # a quarter of full scale
        for n in range(count)
    ]
    return wav(np.array(frames, np.int16), rate)


def _rates(samples: Iterable[Origin], opener: Opener) -> Iterator[int]:
    for origin in samples:
        with opener(origin) as file:
            rate = _rate(file)
        if rate is not None:
            yield rate


def _rate(file: IO[bytes]) -> int | None:
    """The frames a second of a WAV; None if it has none to tell, and a build says why."""
    try:
        with wave.open(file) as opened:
            rate: int = opened.getframerate()
            return rate
    except (wave.Error, EOFError, RuntimeError):
        return None
