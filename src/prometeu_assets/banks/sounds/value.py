"""A decoded sound bank. Clause: ``spec/contract/1/banks.md#sounds``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometeu_assets.contract.layouts import array, exact, numbers_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SoundBank:
    """A decoded sound bank: ``samples`` are int16 (frames,) arrays at ``sample_rate`` Hz, mono."""

    samples: tuple[NDArray[np.int16], ...]
    sample_rate: int

    @classmethod
    def from_arrays(cls, samples: Iterable[ArrayLike], *, sample_rate: int) -> SoundBank:
        """A bank from sounds: each whole numbers -32 768 … 32 767 (frames,), mono.

        ``sample_rate`` is in Hz. Raises `ValueError`. Clause: ``spec/python-writer.md#banks``.
        """
        import numpy as np

        made = []
        for number, given in enumerate(samples):
            numbers = array(given, f"sample {number}")
            if numbers.ndim != 1 or not numbers.size:
                raise ValueError(
                    f"sample {number}: the shape must be (frames,), at least (1,), not "
                    f"{numbers.shape}"
                )
            levels = exact(numbers, numbers.shape, numbers_of("<i2"), f"sample {number}")
            made.append(levels.astype(np.int16))
        return cls(samples=tuple(made), sample_rate=sample_rate)

    def __repr__(self) -> str:
        seconds = sum(map(len, self.samples)) / self.sample_rate
        return f"<SoundBank: {len(self.samples)} samples at {self.sample_rate} Hz, {seconds:.2f} s>"

    def _repr_html_(self) -> str:
        """The waves of the first sounds, and players for them, for a notebook."""
        from prometeu_assets.banks.sounds.views import picture, players

        return "".join((*picture(self), *players(self)))
