"""A plugin of pytest that records which lines each test runs, and one that runs given tests.

The first is on when `MUTANTS_RECORD` names a directory. What a fixture of a wider scope runs counts
for each test that uses it, and what a child process runs for the test that started it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.mutants.recording import DIRECTORY, TESTS, started


class Recorder:
    """Switches the context at each test and each shared fixture."""

    def __init__(self) -> None:
        self.record = started()
        self.fixtures: dict[Any, str] = {}
        self.tests: dict[str, dict[str, Any]] = {}
        self.now = ""

    def switch(self, context: str) -> None:
        """From here on lines count for this context."""
        self.now = context
        self.record.switch_context(context)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        test = self.tests[item.nodeid] = {"seconds": 0.0, "failed": False, "fixtures": []}
        self.switch(item.nodeid)
        try:
            return (yield)
        finally:
            self.switch("")
            used = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009
            test["fixtures"] = [self.fixtures[f] for fs in used for f in fs if f in self.fixtures]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        before = self.now
        name = f"fixture {len(self.fixtures)} of {os.getpid()}"
        self.fixtures[fixturedef] = name
        self.switch(name)
        try:
            return (yield)
        finally:
            self.switch(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # The process that hands the tests out hears of tests that it has not run.
        if report.nodeid in self.tests:
            self.tests[report.nodeid]["seconds"] += report.duration
            self.tests[report.nodeid]["failed"] |= report.failed

    def pytest_unconfigure(self) -> None:
        self.record.stop()
        self.record.save()
        path = Path(os.environ[DIRECTORY]) / f"tests-{os.getpid()}.json"
        path.write_text(json.dumps(self.tests), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Record when a directory is named; the hooks work in each process that runs tests."""
    if DIRECTORY in os.environ:
        config.pluginmanager.register(Recorder())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that are named, when a file names tests."""
    if TESTS in os.environ:
        named = set(json.loads(Path(os.environ[TESTS]).read_text(encoding="utf-8")))
        config.hook.pytest_deselected(items=[i for i in items if i.nodeid not in named])
        items[:] = [item for item in items if item.nodeid in named]
