"""How a run ends: the exit codes, and why there is no verdict.

Clause: ``spec/ci.md#exit-codes``.
"""

from typing import Final, NamedTuple

DONE, WRONG_INPUT, USAGE, ENVIRONMENT = range(4)

SETTINGS: Final = "prometeu_assets.cli"
"""Where the context of a run has the settings of its output, once a verb has asked for them."""


class Cause(NamedTuple):
    """Why there is no verdict: what happened, on one line, and what helps, where that is known."""

    what: str
    hint: str | None = None
    is_interrupt: bool = False

    @property
    def text(self) -> str:
        """What people are told, of one line or two."""
        said = self.what if self.is_interrupt else f"failed: {self.what}"
        return f"{said}\n  hint: {self.hint}" if self.hint else said


INTERRUPTED: Final = Cause("Interrupted. All published files are complete.", is_interrupt=True)
NO_MEMORY: Final = Cause("there is not enough memory.")
