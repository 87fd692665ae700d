"""What holds in every test: files are in memory, and a reported diagnostic has its data."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prometeu_assets.diagnostics import Report
from tests.memory import memory
from tests.processes import SELDOM, SERVER

if "TMPDIR" not in os.environ and (fast := memory()):
    os.environ["TMPDIR"] = tempfile.tempdir = fast


LONGEST = (
    "fault/test_sweep.py", "conformance/test_readers.py", "limits/test_limits.py",
    "future/test_future.py", "spec/test_links.py", "conformance/test_bad_readers.py",
    "guides/test_reader.py", "team/test_stories.py", "trust/test_obstacles.py",
    "conformance/test_broken_readers.py", "contract/test_schema.py", "packer/test_workers.py",
    "fuzz/test_workspace.py", "live/test_rounds.py", "live/test_transcripts.py",
    "live/test_watch.py",
)  # fmt: skip
"""The modules that take longest. They are first, so that no worker ends with one of them alone."""


def pytest_configure(config: pytest.Config) -> None:
    """Hand out modules as they are collected, and let child processes be interrupted."""
    gc.disable()  # what is collected stays
    # The other order is by the number of tests, and some modules of few tests are the longest.
    config.option.loadscopereorder = False
    # Ignored, as by a shell that starts the tests in the background, a signal is so in children.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# How long an example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@settings(derandomize=True, database=None, max_examples=1)
@given(st.none())
def first_property(_: None) -> None:
    """Hypothesis begins: it registers its generator of random numbers."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """A worker more than there are processors: tests that wait leave theirs to another."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first."""
    folder = Path(__file__).parent
    order = {folder / name: place for place, name in enumerate(LONGEST)}
    assert all(path.is_file() for path in order), "a module of LONGEST has another name"
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_collection_finish() -> None:
    """From here on there is garbage; no collection of it looks at what was collected before."""
    # Some versions of Hypothesis look for who refers to their generator, and find none after it.
    first_property()
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)
    gc.enable()


def pytest_unconfigure() -> None:
    """End the processes that tests share."""
    SERVER.close()


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
