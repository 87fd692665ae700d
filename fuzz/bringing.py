"""The target that brings files in: `new` and `add` with a file from outside of the project."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from tests.workspace.projects import drawing

from fuzz.disk import place, write
from fuzz.outcome import outcome
from fuzz.packs import Disagreement
from fuzz.sources import drawing_seeds, image_seeds, sound_seeds
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.adding import add
from prometeu_assets.packer.build import build
from prometeu_assets.packer.scaffold import new
from prometeu_assets.workspace.registry import INDEX, Registry

_UUID: Final = "00000000-0000-4000-8000-00000000000"
_ENDINGS: Final = {b"RIFF": ".wav", b"fLaC": ".flac", b"OggS": ".ogg", b"FORM": ".aif"}
_PICTURES: Final = {b"\x89PNG": ".png", b"\xe0\xa5": ".ase"}


def bringing(data: bytes) -> bool:
    """The bytes as a file of a new asset; what is refused there, as one of an asset that is there.

    A refusal leaves nothing; what came in builds.
    """
    base = place("bringing")
    shutil.rmtree(base)
    write(base / INDEX, Registry().encode())
    ending = _PICTURES.get(data[:4]) or _PICTURES.get(data[4:6])
    kind = "tile-bank" if ending else "sound-bank"
    given = place("given") / f"a{ending or _ENDINGS.get(data[:4], '.mp3')}"
    write(given, data)
    root = base / "assets/a"
    before = _files(base)
    made = outcome(lambda: drawing(lambda: f"{_UUID}1", new, kind, root, given, project=base))
    if isinstance(made, Refused):
        _check_same(base, before)
        if ending and _near(base, root, given):
            return True
        # With metadata and palettes that are there, others of the checks decide.
        drawing(lambda: f"{_UUID}2", new, kind, root, project=base)
        before = _files(base)
        if isinstance(outcome(lambda: add("a", given, project=base)), Refused):
            _check_same(base, before)
            return False
    if isinstance(outcome(lambda: build(base, jobs=1)), Refused):
        raise Disagreement("what came in is refused by a build")
    if (base / "build/assets.pa").stat().st_size > 2 * LIMITS.wav_bytes:
        raise Disagreement("more than a file may hold")
    return True


def _near(base: Path, root: Path, given: Path) -> bool:
    """Whether the picture comes in with its nearest colours; then it builds."""
    files, before = [given], _files(base)
    near = outcome(lambda: new("tile-bank", root, *files, project=base, approximated=True))
    if isinstance(near, Refused):
        _check_same(base, before)
        return False
    if isinstance(outcome(lambda: build(base, jobs=1)), Refused):
        raise Disagreement("a copy is refused by a build")
    return True


def _files(base: Path) -> dict[str, bytes]:
    return {
        path.relative_to(base).as_posix(): path.read_bytes()
        for path in base.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def _check_same(base: Path, before: dict[str, bytes]) -> None:
    if _files(base) != before:
        raise Disagreement("a refusal that leaves files")


def bringing_seeds() -> Iterator[bytes]:
    """Short sounds of every format that is converted, WAV files, and pictures."""
    waves = np.sin(np.arange(600) / 5) / 2
    formats = (
        ("WAV", "PCM_U8"), ("WAV", "PCM_24"), ("WAV", "FLOAT"), ("WAV", "IMA_ADPCM"),
        ("WAV", "ULAW"), ("WAVEX", "PCM_24"), ("FLAC", "PCM_16"), ("FLAC", "PCM_24"),
        ("AIFF", "PCM_16"), ("AIFF", "FLOAT"), ("OGG", "VORBIS"),
        ("MP3", "MPEG_LAYER_III"),
    )  # fmt: skip
    for number, (form, subtype) in enumerate(formats):
        channels = 1 + number % 2
        file = io.BytesIO()
        sound = np.stack([waves] * channels, axis=1)
        soundfile.write(file, sound, 22_050, format=form, subtype=subtype)
        yield file.getvalue()
    yield from sound_seeds()
    yield from image_seeds()
    yield from drawing_seeds()
