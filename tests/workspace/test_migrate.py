"""Migration steps: pure, one version at a time, valid in the next."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from tests.workspace.projects import uuid

from prometeu_assets.contract.companions import COMPANION
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.migrations import (
    STEPS,
    asset_1_to_2,
    companion_1_to_2,
    index_1_to_2,
)

ASSET_1: dict[str, Any] = {
    "$schema": "asset/v1.json",
    "schema_version": 1,
    "name": "hero",
    "type": "image_bank",
    "inputs": {"sprites": ["a.png"], "palettes": ["a.hex"]},
    "output": {"format": "TILES/indexed_v1", "codec": "RAW", "metadata": {"tile_size": 8}},
    "preload": {"enabled": True},
    "build": {"any": [1.5]},
}
SOUND_1 = ASSET_1 | {
    "type": "sound_bank",
    "inputs": {"samples": ["a.wav"]},
    "output": {"format": "SOUNDS/pcm16le_v1", "codec": "RAW"},
}
INDEX_1: dict[str, Any] = {
    "schema_version": 1,
    "next_asset_id": 9,
    "assets": [{"asset_id": 3, "asset_uuid": uuid(3), "root": "a"}],
}
COMPANION_1: dict[str, Any] = CURRENT.documents.schema(COMPANION, 1)["examples"][0]
CONTEXT = {"asset_uuid": uuid(7)}


def valid(kind: str, value: Any) -> bool:
    return not list(CURRENT.documents.violations((kind, value["schema_version"]), value))


@pytest.mark.parametrize("document", [ASSET_1, SOUND_1])
def test_an_asset_of_version_1(document: dict[str, Any]) -> None:
    before = deepcopy(document)
    after = asset_1_to_2(document, CONTEXT)
    assert document == before, "the input is left alone"
    assert valid("asset", document)
    assert valid("asset", after)
    assert after["asset_uuid"] == uuid(7)
    assert after["type"] == {"image_bank": "tile_bank"}.get(document["type"], document["type"])
    assert after["output"] == {**document["output"], "codec": "NONE"}
    same = {"$schema", "name", "inputs", "preload", "build"}
    assert {name: after[name] for name in same} == {name: document[name] for name in same}


def test_an_index_of_version_1() -> None:
    before = deepcopy(INDEX_1)
    after = index_1_to_2(INDEX_1, {})
    assert before == INDEX_1
    assert valid("index", INDEX_1)
    assert valid("index", after)
    assert after["next_asset_id"] == 9
    assert after["assets"] == [{**INDEX_1["assets"][0], "included_in_build": True}]


def test_a_companion_of_version_1() -> None:
    before = deepcopy(COMPANION_1)
    after = companion_1_to_2(before, {})
    assert before == COMPANION_1, "the input is left alone"
    assert valid(COMPANION, after)
    assert after["pack"] == before["pack"]
    for old, new in zip(before["assets"], after["assets"], strict=True):
        assert {**new, **new["origin"]} == {**old, "origin": new["origin"]}
        assert "details" not in new


@pytest.mark.parametrize(
    ("kind", "document"), [("asset", ASSET_1), ("index", INDEX_1), (COMPANION, COMPANION_1)]
)
def test_steps_compose_to_the_current_version(kind: str, document: dict[str, Any]) -> None:
    newest = CURRENT.windows[kind][-1]
    after = CURRENT.upgraded(kind, document, CONTEXT)
    assert after["schema_version"] == newest
    assert valid(kind, after)
    assert CURRENT.upgraded(kind, after, CONTEXT) == after, "again changes nothing"
    assert json.dumps(after) == json.dumps(CURRENT.upgraded(kind, document, CONTEXT))


def test_every_older_version_in_a_window_has_a_step() -> None:
    wanted = {(kind, v) for kind, window in CURRENT.windows.items() for v in window[:-1]}
    assert wanted == set(STEPS)


def test_a_missing_step_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        CURRENT.with_(migrations={}).upgraded("asset", ASSET_1, CONTEXT)
