"""How a run ends: the exit codes.

Clause: ``spec/ci.md#exit-codes``.
"""

from typing import Final

DONE, WRONG_INPUT, USAGE, ENVIRONMENT = range(4)

SETTINGS: Final = "prometeu_assets.cli"
"""Where the context of a run has the settings of its output, once a verb has asked for them."""
