"""From WAV files to a sound bank's slice.

Clauses: ``spec/contract/1/banks.md#sounds``, ``spec/workspace.md#samples``.
"""

from __future__ import annotations

from prometeu_assets.banks.sounds.payload import table
from prometeu_assets.banks.sounds.value import SoundBank
from prometeu_assets.banks.sounds.wav import read_wav
from prometeu_assets.contract.bank import Bank, Sources
from prometeu_assets.contract.slice import Slice, numbered


def encode(bank: Bank[SoundBank], sources: Sources) -> Slice:
    """The slice of a sound bank. Raises `Refused` with every fault in its inputs."""
    # Judged before any sound is read, and again as the entry of the pack.
    metadata = sources.metadata({"samples": table([2])})
    rate = metadata["sample_rate"]

    def possible(other: int) -> bool:
        return sources.allows({**metadata, "sample_rate": other})

    runs = sources.each(
        "samples",
        lambda item: read_wav(item.data, name=item.name, sample_rate=rate, possible=possible),
    )
    lengths = [run.nbytes for run in runs]
    sources.check_size(sum(lengths))  # before it is put together
    made = SoundBank(samples=tuple(runs), sample_rate=rate)
    numbers = numbered((item.name for item in sources.of("samples")), [1] * len(runs))
    return bank.stored(made, {**metadata, **bank.measured(made)}, numbers=numbers)
