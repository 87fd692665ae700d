"""A sound of any common format as a WAV file that a build takes; once, when it comes in.

Clause: ``spec/workspace.md#converted-sounds``. Needs the extra ``audio``; a build never comes here.
"""

from __future__ import annotations

import io
from posixpath import splitext
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal
from prometeu_assets.banks.sounds.codes import BRING_EXTRA, BRING_SOUND
from prometeu_assets.banks.sounds.views import wav
from prometeu_assets.contract.bank import Brought
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused
from prometeu_assets.extras import installing

_BLOCK: Final = 50_000
"""Frames that are decoded at once."""
_FRAMES: Final = (LIMITS.wav_bytes - len(wav(np.zeros(0, np.int16), 1))) // 2
"""Most frames that a WAV file may hold after its header."""
_CHANNELS: Final = 8
_RATES: Final = range(1_000, 768_001)
"""Rates of a source, in Hz."""
_LOUDEST: Final = 2.0**31
"""A larger number is not a sound, and sums of such numbers lose precision."""
_FULL_SCALE: Final = -int(np.iinfo(np.int16).min)


def convert(file: Brought, rate: int | None, rates: range) -> Brought:
    """The sound as PCM of 16 bits, mono, at ``rate`` (Hz).

    Without a rate it is that of the source, halved or doubled until it is one of ``rates``.
    Raises `Refused` with ``BRING_EXTRA`` or ``BRING_SOUND``.
    """
    try:
        import soundfile
        import soxr
    except (ImportError, OSError) as error:  # OSError: libsndfile itself is missing
        install = installing("audio")
        raise refusal(BRING_EXTRA, file.name, path=file.name, install=install) from error
    try:
        with soundfile.SoundFile(io.BytesIO(file.data)) as sound:
            source = sound.samplerate
            if source not in _RATES or sound.channels > _CHANNELS:
                raise _unfit(file.name, f"it has {sound.channels} channels at {source} Hz")
            rate = rate or _nearest(source, rates)
            mono = _mono(sound, _FRAMES * source // rate, file.name)
            was = f"{sound.format} {sound.subtype} at {source} Hz, channels: {sound.channels}"
    except soundfile.SoundFileError as error:
        raise _unfit(file.name, "its format is unknown or it is damaged") from error
    made = mono if source == rate else soxr.resample(mono, source, rate, quality="VHQ")
    scaled = np.rint(made * _FULL_SCALE)
    frames = np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
    cut = int(np.count_nonzero(frames != scaled))
    note = f"; frames too loud, cut off: {cut}" if cut else ""
    seconds = len(frames) / rate
    return Brought(
        name=f"{splitext(file.name)[0]}.wav",
        data=wav(frames, rate),
        done=f"was {was}; now {rate} Hz, mono, 16 bits, {seconds:.3f} seconds{note}",
        metadata={"sample_rate": rate},
    )


def _mono(sound: Any, most: int, name: str) -> NDArray[np.float32]:
    """The mean of the channels, decoded block by block; refused when it has over ``most`` frames.

    What a header says of the length is not relied on.
    """
    # `read` seeks after each block where it can, and an MP3 goes on with wrong levels then.
    sound.seekable = lambda: False
    blocks: list[NDArray[np.float32]] = []
    total = 0
    while len(block := sound.read(_BLOCK, dtype="float32", always_2d=True)):
        total += len(block)
        if total > most:
            raise _unfit(name, f"it is longer than {most // sound.samplerate} seconds")
        loudest = float(np.abs(block).max())
        if not loudest <= _LOUDEST:  # it may also be no number
            raise _unfit(name, f"it has a level of {loudest:g}, where full scale is 1")
        blocks.append(block.mean(axis=1, dtype=np.float32))
    if not blocks:
        raise _unfit(name, "it has no sound")
    return np.concatenate(blocks)


def _nearest(source: int, rates: range) -> int:
    while source >= rates.stop:
        source //= 2
    while source < rates.start:
        source *= 2
    return source


def _unfit(name: str, what: str) -> Refused:
    return refusal(BRING_SOUND, name, path=name, what=what)
