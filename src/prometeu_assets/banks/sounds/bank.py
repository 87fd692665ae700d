"""The sound bank as a `Bank`: its values, and the modules of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from prometeu_assets.banks.sounds.codes import CODES
from prometeu_assets.banks.sounds.payload import PAYLOAD, table
from prometeu_assets.banks.sounds.value import SoundBank
from prometeu_assets.contract.bank import (
    Bank,
    Beginning,
    Brought,
    Metadata,
    Opener,
    Present,
    Role,
    Sources,
)
from prometeu_assets.contract.drawing import Drawing
from prometeu_assets.contract.slice import NO_DETAILS, Details, Slice
from prometeu_assets.contract.vectors import Decoding, Vector
from prometeu_assets.nouns import counted

_SHOWN: Final = 8
"""Names of samples in a line of `diff`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sounds(Bank[SoundBank]):
    """PCM sounds, concatenated."""

    decoded: ClassVar = SoundBank
    unit: ClassVar = "sample"
    roles: ClassVar = {
        "samples": Role(
            what="a WAV file",
            description="WAV files for a sound bank, PCM16 mono, in the order in which samples "
            "are numbered.",
            limit="wav_bytes",
            most=4096,
            endings=(".wav",),
            converted=(".ogg", ".oga", ".flac", ".mp3", ".aif", ".aiff"),
        )
    }

    codes: ClassVar = CODES

    options: ClassVar = {"sample_rate": ("--rate", "The sample rate of all sounds, in Hz.")}

    def value(self, parts: Mapping[str, Any], metadata: Metadata) -> SoundBank:
        return SoundBank(samples=parts["samples"], sample_rate=metadata["sample_rate"])

    def parts(self, value: SoundBank) -> dict[str, Any]:
        return {"samples": value.samples}

    def measured(self, value: SoundBank) -> dict[str, Any]:
        lengths = [2 * len(sample) for sample in value.samples]
        return {"sample_rate": value.sample_rate, "samples": table(lengths)}

    def sample(self) -> Metadata:
        return {"channels": 1, "sample_rate": 8000, "samples": table([4, 6])}

    def vectors(self) -> Iterator[Vector]:
        for id, rule, name, lengths, why in (
            ("one-sounds", "table-bounds", "sound", [2], "the smallest sound bank"),
            ("two-samples", "bank-range", "sound", [2, 4], "the second follows the first"),
            (
                "twelve-samples",
                "bank-samples",
                "a",
                [2 * (i + 1) for i in range(12)],
                'samples are ordered by number: "10" sorts before "2" as text',
            ),
            (
                "1500-samples",
                "bank-samples",
                "a",
                [2] * 1500,
                "metadata of some fifty kilobytes, near as many samples as fit",
            ),
        ):
            metadata = {**self.sample(), "samples": table(lengths)}
            yield Vector(id=id, rule=rule, name=name, metadata=metadata, why=why)
        for rate in (8000, 48_000):
            yield Vector(
                id=f"sample-rate-{rate}",
                rule="bank-metadata",
                name="s",
                metadata={**self.sample(), "sample_rate": rate, "samples": table([2])},
                why=f"{rate} Hz",
            )

    def decodings(self) -> Iterator[Decoding]:
        from prometeu_assets.banks.sounds.decoding import decodings

        return decodings(self.sample())

    def decoded_view(self, value: SoundBank) -> dict[str, Any]:
        from prometeu_assets.banks.sounds.decoding import bank_view

        return bank_view(value)

    def intake(self, sources: Sources) -> Slice:
        from prometeu_assets.banks.sounds.intake import encode

        return encode(self, sources)

    def begin(
        self, present: Present, opener: Opener, asked: Metadata, *, approximate: bool = False
    ) -> Beginning:
        from prometeu_assets.banks.sounds.starter import begin

        return begin(self.metadata, present, opener, asked)

    def bring(self, role: str, file: Brought, asked: Metadata) -> Brought:
        from prometeu_assets.banks.sounds.starter import bring

        return bring(self.metadata, file, asked)

    def summary(self, metadata: Metadata, details: Details = NO_DETAILS) -> str:
        count, rate = len(metadata["samples"]), metadata["sample_rate"]
        seconds = _frames(metadata) / rate
        return f"{counted(count, 'sample')} at {rate} Hz, {seconds:.2f} s"

    def counts(self, metadata: Metadata, details: Details) -> dict[str, int]:
        return {"samples": len(metadata["samples"]), "frames": _frames(metadata)}

    def change(self, member: str, old: Any, new: Any) -> str | None:
        """Samples in numbers: added, removed, of another length; shifts follow from these."""
        if member != "samples":
            return None
        old, new = old or {}, new or {}
        both = old.keys() & new.keys()
        resized = {name for name in both if "length" in old[name] or "length" in new[name]}
        told = [
            f"{word} {_names(names)}"
            for word, names in (
                ("added", new.keys() - old.keys()),
                ("removed", old.keys() - new.keys()),
                ("of another length", resized),
            )
            if names
        ]
        shifted = len(both) - len(resized)
        return "; ".join([*told, *([f"{shifted} shifted"] if shifted else [])])

    def drawing(self, value: SoundBank, details: Details) -> Drawing:
        from prometeu_assets.banks.sounds.views import drawing

        return drawing(value)

    def endings(self, metadata: Metadata) -> list[str]:
        return [f".{number:04}.wav" for number in range(len(metadata["samples"]))]

    def files(self, value: SoundBank) -> Iterator[bytes]:
        from prometeu_assets.banks.sounds.views import wav

        return (wav(sample, value.sample_rate) for sample in value.samples)


def _frames(metadata: Metadata) -> int:
    """Frames of all samples together."""
    return sum(int(row["length"]) for row in metadata["samples"].values()) // 2


def _names(names: Any) -> str:
    numbers = sorted(names, key=int)
    shown = ", ".join(numbers[:_SHOWN])
    return shown if len(numbers) <= _SHOWN else f"{shown} ... ({len(numbers)})"


SOUNDS: Final = Sounds(
    bank_type="SOUNDS",
    format="SOUNDS/pcm16le_v1",
    asset_type="sound_bank",
    what="numbered sounds, 16-bit mono",
    metadata=("sounds-metadata", 1),
    payload=PAYLOAD,
    spans="samples",
)
"""The sound bank of container version 1."""
