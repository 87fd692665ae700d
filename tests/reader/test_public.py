"""What the package gives by name: one list, for people, for `dir`, and for type checkers."""

from __future__ import annotations

import builtins
import inspect
from operator import attrgetter

import pytest

import prometeu_assets as pa

PUBLIC = {*pa.__all__, "open"}


def test_one_list_of_names() -> None:
    assert set(dir(pa)) >= PUBLIC == set(pa._HOME)
    assert len(pa.__all__) == len(set(pa.__all__))
    for name in PUBLIC:
        assert inspect.getdoc(getattr(pa, name)), name
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
