"""The codes of a sound bank's sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prometeu_assets.banks.faults import STRANGERS
from prometeu_assets.codes.code import Code

_CONVERT: Final = "`ffmpeg -i {source:place} -ac 1 -ar {rate} -c:a pcm_s16le {target:place}`"
_SOX: Final = "`sox {source:place} -c 1 -r {rate} -b 16 -e signed-integer {target:place}`"
"""What ffmpeg reads wrongly: it takes big-endian samples for little-endian ones."""

WAV_FORMAT: Final = Code(
    "WAV_FORMAT",
    summary="A WAV file has the content of another format, or is damaged.",
    meaning="The file is not a RIFF WAVE file, or its parts contradict each other. The hint has a "
    "command that converts it.",
    message="The file is not a valid WAV: {what}.",
    hint="Export the sound again as a WAV file.",
    hints={
        **STRANGERS,
        "convert": "Export the sound again, or convert it and list the new file in its place: "
        + _CONVERT,
        "kind": "A new name does not convert it. Convert it and list the new file in its place: "
        + _CONVERT,
        "other": "The content is {kind}. List a sound instead.",
        "large": "Large-file WAV is not supported. Convert it and list the new file in its place: "
        + _CONVERT,
        "big": "Big-endian WAV is not supported. Convert it and list the new file in its place: "
        + _SOX,
    },
)
WAV_ENCODING: Final = Code(
    "WAV_ENCODING",
    summary="A WAV is not 16-bit PCM mono.",
    meaning="A sound bank contains 16-bit PCM with one channel. Sounds are not converted "
    "silently, because the author should choose how they are mixed and rounded.",
    message="The sound is {found}; a sound bank needs 16-bit PCM mono at {rate} Hz.",
    hint="Export the sound again as 16-bit PCM, mono, {rate} Hz.",
    hints={
        "channels": "Mix the channels down to one and list the new file in its place: " + _CONVERT,
        "depth": "Convert it to 16 bits and list the new file in its place: " + _CONVERT,
        "float": "Convert it to 16-bit integers and list the new file in its place: " + _CONVERT,
        "compressed": "Decode it to PCM and list the new file in its place: " + _CONVERT,
    },
)
WAV_RATE: Final = Code(
    "WAV_RATE",
    summary="The sample rate of a WAV differs from the one that its asset declares.",
    meaning="All samples of a bank have the rate that the asset declares. With another rate, a "
    "sound would play too fast or too slow.",
    message="The sample rate of the sound is {found} Hz; the asset declares {rate} Hz.",
    hint="Resample it and list the new file in its place: " + _CONVERT,
    hints={
        "declare": "Resample it and list the new file in its place: "
        + _CONVERT
        + ". If every sample of the asset has {found} Hz, set `output.metadata.sample_rate` to "
        "{found} instead.",
    },
)
WAV_TRUNCATED: Final = Code(
    "WAV_TRUNCATED",
    summary="A WAV file is truncated.",
    meaning="The file announces more frames than it contains. This happens if a recorder is "
    "killed, or if a program writes to a pipe.",
    message="The WAV is truncated: {what}.",
    hint="Take the file from its source again.",
    hints={
        "part": "Take the file from its source again. To keep the sound that is there, convert it "
        "and list the new file in its place: " + _CONVERT,
        "streamed": "The program that wrote it left out the length. Convert it and list "
        "the new file in its place: " + _CONVERT,
    },
)
WAV_EMPTY: Final = Code(
    "WAV_EMPTY",
    summary="A WAV file contains no sound.",
    meaning="A sample needs at least one frame.",
    message="The WAV contains no sound: {what}.",
    hint="Record or export the sound again, or remove the file from `inputs.samples`.",
)
BRING_EXTRA: Final = Code(
    "BRING_EXTRA",
    summary="A sound must be converted, but the packages for that are not installed.",
    message="{path!r} must be converted to a WAV file (16-bit, mono), but the packages for that "
    "are not installed.",
    hint="Install them with `{install}`, then give the file again.",
)
BRING_SOUND: Final = Code(
    "BRING_SOUND",
    summary="A sound cannot be converted.",
    message="{path!r} cannot be converted: {what}.",
    hint="Open it in an audio editor and save it as WAV; if it is too long or has too many "
    "channels, change that. Then give the new file.",
)

CODES: Final[Mapping[str, tuple[Code, ...]]] = {
    "INPUT_TOTAL": (WAV_FORMAT, WAV_ENCODING, WAV_RATE, WAV_TRUNCATED, WAV_EMPTY),
    "BRING_KIND": (BRING_EXTRA, BRING_SOUND),
}
