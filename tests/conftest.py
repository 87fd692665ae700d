"""What holds in every test: a diagnostic that is reported has the data of its texts."""

from __future__ import annotations

from typing import Any

import pytest

from prometeu_assets.diagnostics import Report


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
