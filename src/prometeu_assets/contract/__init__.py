"""The contract: what `assets.pa` and its workspace documents are, as data.

`CURRENT` is the published value; everything else in the project is derived from one.
"""

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract

__all__ = ["CURRENT", "Contract"]
