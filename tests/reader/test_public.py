"""What the package gives by name: one list, for people, for `dir`, and for type checkers."""

from __future__ import annotations

import ast
import builtins
import inspect
from importlib import import_module
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import pytest

import prometeu_assets as pa

PUBLIC = {*pa.__all__, "open"}


def described(name: str) -> bool:
    """Whether a text stands behind the definition of a name, as behind that of an alias."""
    home = import_module(f"prometeu_assets.{pa._HOME[name]}")
    body = ast.parse(Path(str(home.__file__)).read_text(encoding="utf-8")).body
    for node, after in pairwise(body):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    return name == "__version__"


def test_one_list_of_names() -> None:
    assert set(dir(pa)) >= PUBLIC == set(pa._HOME)
    assert len(pa.__all__) == len(set(pa.__all__))
    for name in PUBLIC:
        thing = getattr(pa, name)
        is_alias = not (inspect.isclass(thing) or inspect.isfunction(thing))
        assert described(name) if is_alias else inspect.getdoc(thing), name
    with pytest.raises(AttributeError, match="module 'prometeu_assets' has no attribute 'biuld'"):
        attrgetter("biuld")(pa)
    taken: dict[str, object] = {}
    exec("from prometeu_assets import *", taken)
    assert set(taken) - {"__builtins__"} == set(pa.__all__)
    assert not set(pa.__all__) & set(dir(builtins))


def test_a_signature_is_short_enough_to_read() -> None:
    for name in PUBLIC:
        value = getattr(pa, name)
        if inspect.isfunction(value):
            assert len(str(inspect.signature(value))) <= 400, name
            assert " at 0x" not in str(inspect.signature(value)), name
