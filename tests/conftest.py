"""What holds in every test: files are in memory, and a reported diagnostic has its data."""

from __future__ import annotations

import gc
import os
import tempfile
from typing import Any

import pytest

from prometeu_assets.diagnostics import Report
from tests.memory import memory

if "TMPDIR" not in os.environ and (fast := memory()):
    os.environ["TMPDIR"] = tempfile.tempdir = fast


def pytest_collection_finish() -> None:
    """What is collected stays: no collection of garbage looks at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _rendered() -> None:
    """Each diagnostic of a report gives its message and its hint, whether or not a test asks.

    Otherwise a name that is misspelled in its data would fail before the user, and nowhere else.
    """
    plain = Report.__init__

    def rendered(self: Report, **members: Any) -> None:
        plain(self, **members)
        for found in self.diagnostics:
            assert found.message
            assert found.hint != ""

    Report.__init__ = rendered  # type: ignore[method-assign]
