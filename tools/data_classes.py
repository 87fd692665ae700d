"""For the pages of the API: a class of `prometeu_assets.records` is shown as a data class.

An extension of griffe, which `mkdocs.yml` names.
"""

from __future__ import annotations

from typing import Any

import griffe

OURS = "prometeu_assets.records.dataclass"


class DataClasses(griffe.Extension):
    """Has griffe take the package's decorator for the one of the standard library."""

    def on_class_instance(self, *, cls: griffe.Class, **_: Any) -> None:
        """Name the decorator as griffe knows it."""
        for decorator in cls.decorators:
            call = decorator.value
            if isinstance(call, griffe.ExprCall) and call.canonical_path == OURS:
                assert isinstance(call.function, griffe.ExprName)
                call.function.parent = "dataclasses"
                cls.labels.add("dataclass")
