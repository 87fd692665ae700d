"""The sound bank: PCM sounds, one after the other. Clause: ``spec/contract/1/banks.md#sounds``."""

from prometeu_assets.banks.sounds.bank import SOUNDS
from prometeu_assets.banks.sounds.value import SoundBank

__all__ = ["SOUNDS", "SoundBank"]
