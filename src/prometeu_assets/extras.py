"""What the optional extras of the package bring, and the command that installs one.

The package is not on an index yet, so what an extra brings is installed by name.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final

from prometeu_assets.names import argument

EXTRAS: Final = {
    "audio": ("soundfile>=0.13", "soxr>=0.5"),
    "remote": ("fsspec[http]>=2024.12",),
}
"""The extras that a user can lack, as ``pyproject.toml`` has them."""


def installing(extra: str) -> str:
    """The command that installs an extra for the Python in use, also one that uv set up."""
    python = sys.executable or "python"
    start = [python, "-m", "pip", "install"]
    if find_spec("pip") is None:
        start = ["uv", "pip", "install", "--python", python]
    return " ".join(map(argument, [*start, *EXTRAS[extra]]))
