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
    summary="A file given as WAV is something else, or breaks the rules of its format.",
    meaning="The file is not a RIFF WAVE file whose parts agree with each other. The hint has "
    "the command that makes one of it.",
    message="The file is not a readable WAV: {what}.",
    hint="Export the sound again as a WAV file.",
    hints={
        **STRANGERS,
        "convert": "Export the sound again, or convert it and list the new file in its place: "
        + _CONVERT,
        "kind": "Renaming does not convert. Convert it and list the new file in its place: "
        + _CONVERT,
        "other": "The content is {kind}: list a sound in its place.",
        "large": "Large-file WAV is not read. Convert it and list the new file in its place: "
        + _CONVERT,
        "big": "Big-endian WAV is not read. Convert it and list the new file in its place: " + _SOX,
    },
)
WAV_ENCODING: Final = Code(
    "WAV_ENCODING",
    summary="A WAV is not 16-bit PCM mono.",
    meaning="A sound bank holds PCM frames of 16 bits, one channel. Sounds are not converted "
    "silently, because how to mix and round is the author's choice.",
    message="The sound is {found}; a sound bank holds 16-bit PCM mono at {rate} Hz.",
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
    summary="A WAV has another sample rate than its asset declares.",
    meaning="All samples of a bank have the one rate that its asset declares, or they would "
    "play too fast or too slow.",
    message="The sound has {found} samples a second; the asset declares {rate} Hz.",
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
    summary="A WAV ends too early.",
    meaning="The file announces more frames than it has. Recorders that were killed, and "
    "programs that write to a pipe, leave such files.",
    message="The WAV ends too early: {what}.",
    hint="Take the file from its source again.",
    hints={
        "part": "Take the file from its source again. To keep what there is, convert it and "
        "list the new file in its place: " + _CONVERT,
        "streamed": "The program that wrote it never filled in the length. Convert it and list "
        "the new file in its place: " + _CONVERT,
    },
)
WAV_EMPTY: Final = Code(
    "WAV_EMPTY",
    summary="A WAV holds no sound.",
    meaning="A sample has at least one frame.",
    message="The WAV holds no sound: {what}.",
    hint="Record or export the sound again, or remove the file from `inputs.samples`.",
)
BRING_EXTRA: Final = Code(
    "BRING_EXTRA",
    summary="A sound has to be converted, and the packages for it are not installed.",
    message="{path!r} has to be converted to a WAV file of 16 bits, mono; the packages for "
    "that are not installed.",
    hint="Install them with `pip install 'prometeu-assets[audio]'`, then give the file again.",
)
BRING_SOUND: Final = Code(
    "BRING_SOUND",
    summary="A sound cannot be converted.",
    message="{path!r} cannot be converted: {what}.",
    hint="Open it in an audio editor and save it as WAV, shorter or with fewer channels if "
    "that is what is wrong; then give that file.",
)

CODES: Final[Mapping[str, tuple[Code, ...]]] = {
    "INPUT_TOTAL": (WAV_FORMAT, WAV_ENCODING, WAV_RATE, WAV_TRUNCATED, WAV_EMPTY),
    "BRING_KIND": (BRING_EXTRA, BRING_SOUND),
}
