"""What people do after a merge: resolve its conflicts, repair once, and answer what is asked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.team.clones import Clone, Ran, must
from tests.team.judge import Merge, sound_index, still_released
from tests.team.repository import INDEX, RECORD, Row, without_marks
from tests.workspace.projects import TABLE


def resolve(clone: Clone, how: str) -> None:
    """End the conflicts of a merge as people do. Of other files the choice depends on no side."""
    files = clone.unmerged()
    choice: dict[str, str] = {}
    for path, stages in files.items():
        if path.endswith("/asset.json") and {2, 3} <= stages.keys():
            choice[path.rpartition("/")[0]] = "--ours" if stages[2] < stages[3] else "--theirs"
    for path, stages in files.items():
        if path in (INDEX, RECORD):
            if not {2, 3} <= stages.keys():
                clone.git("checkout", "--ours" if 2 in stages else "--theirs", "--", path)
            elif 1 not in stages:  # the strategy resolve leaves ours alone, without marks
                both = clone.world.objects.read(stages[2]), clone.world.objects.read(stages[3])
                clone.write(path, "".join(f"{mark}\n{side}" for mark, side in zip(("<<<<<<<", "======="), both)) + ">>>>>>>\n")  # fmt: skip
            elif how == "stripped":
                clone.write(path, without_marks(clone.read(path)))
        elif not {2, 3} & stages.keys():
            clone.git("rm", "--quiet", "--sparse", "--", path)
        elif {2, 3} <= stages.keys():
            side = "--ours" if stages[2] < stages[3] else "--theirs"
            clone.git("checkout", choice.get(path.rpartition("/")[0], side), "--", path)
        else:
            clone.git("checkout", "--ours" if 2 in stages else "--theirs", "--", path)
    mend_sources(clone)


def mend_sources(clone: Clone) -> None:
    """What git made of documents that it took for one another is written anew."""
    for root, found in clone.roots().items():
        where = f"assets/{root}"
        if not found:
            uuids = re.findall(
                r'"asset_uuid": "([-0-9a-f]{36})"', clone.read(f"{where}/asset.json")
            )
            clone.world.say(f"  {clone.name}: {root} is written anew: {uuids}")
            if uuids:
                clone.begin(root, min(uuids))
            else:
                shutil.rmtree(clone.path / where)
        elif not (clone.path / where / "a.wav").exists():
            clone.begin(root, found)


def settle(clone: Clone, merge: Merge | None = None) -> None:
    """Resolve, repair once, let a person answer once, and look at what came of it."""
    world = clone.world
    if clone.old:
        index = clone.rows()
        twice = any(len({row[part] for row in index}) < len(index) for part in range(3))
        text = clone.read(INDEX)
        clone.old = not (
            twice or f'"schema_version": {TABLE}' in text or broken(text) or clone.unmerged()
        )
        if clone.old:
            return
        world.say(f"  {clone.name} gets the new tool")
    how = world.random.choice(("stripped", "marks"))
    resolve(clone, how)
    before = sources(clone)
    text = clone.read(INDEX)
    if how == "stripped" and not world.older:
        json.loads(text)
    world.say(f"  {clone.name}: {how}")
    planned = None
    if world.random.random() < 0.3:
        planned = clone.pa("doctor", "--fix", "--dry-run", codes=(0, 1))
        must(clone.read(INDEX) == text, "a dry run wrote")
    fixed = clone.pa("doctor", "--fix", codes=(0, 1))
    if planned:
        must(planned.value["repairs"] == fixed.value["repairs"], "not as planned", planned.out, fixed.out)  # fmt: skip
    must(before == sources(clone), "doctor --fix changed a source")
    person(clone, fixed)
    done = clone.read(INDEX)
    if fixed.value["repairs"] or fixed.code:
        again = clone.pa("doctor", "--fix")
        must(not again.value["repairs"], "a second repair", text, again.out)
        must(clone.read(INDEX) == done, "a second repair wrote")
    sound_index(clone)
    if merge:
        merge.judge(clone)


def broken(text: str) -> bool:
    """Whether a text is no JSON: git made it of two indexes of version 2."""
    try:
        json.loads(text)
    except ValueError:
        return True
    return False


def sources(clone: Clone) -> dict[Path, bytes]:
    """The files of all assets."""
    found = ((clone.path / "assets").glob(f"t/*/{name}") for name in ("asset.json", "a.wav"))
    return {path: path.read_bytes() for paths in found for path in paths}


def person(clone: Clone, ran: Ran) -> None:
    """Answer what the doctor asks, once, as its hints say."""
    for attempt in range(24):
        if ran.code == 0:
            return
        there = clone.roots()
        by_id = {row.id: row for row in clone.rows()}
        # A hint may only work when another was followed before.
        fault = ran.faults[attempt % len(ran.faults)]
        code, asset = fault["code"], by_id.get((fault.get("asset") or {}).get("id", 0))
        clone.world.count[f"person: {code}"] += 1
        clone.world.say(f"  {clone.name}: {code}: {fault['message']} | {fault.get('hint')}")
        ANSWERS.get(code, follow)(clone, fault, asset, there)
        ran = clone.pa("doctor", codes=(0, 1))
    must(ran.code == 0, "the hints do not lead out", ran.out)


def follow(clone: Clone, fault: dict[str, Any], asset: Row | None, there: dict[str, str]) -> None:
    """Run the first command of the hint."""
    command = re.search(r"`prometeu-assets ([^`A-Z]+)`", fault["hint"])
    must(command, "a hint without a command", fault, clone.read(INDEX), there)
    assert command
    clone.pa(*command[1].split(), codes=(0, 1))


def find_again(
    clone: Clone, fault: dict[str, Any], asset: Row | None, there: dict[str, str]
) -> None:
    """The root is gone: it is elsewhere, or the asset is forgotten."""
    if not asset:
        return
    places = [root for root, found in there.items() if found == asset.uuid]
    if places:
        ran = clone.pa("register", f"assets/{places[0]}", codes=(0, 1))
        if ran.codes == {"REGISTER_TAKEN"}:
            clone.pa("forget", str(ran.faults[0]["asset"]["id"]), codes=(0, 1))
            clone.pa("register", f"assets/{places[0]}", codes=(0, 1))
    else:
        clone.pa("forget", str(asset.id), codes=(0, 1))


def decide(clone: Clone, fault: dict[str, Any], asset: Row | None, there: dict[str, str]) -> None:
    """Two branches released different assets under one id: one keeps it."""
    record = still_released(clone.rows(RECORD))
    for id_ in sorted({row.id for row in record}):
        held = sorted({row.uuid for row in record if row.id == id_})
        if len(held) > 1:
            clone.pa("release", "--keep", held[0], codes=(0, 1))
    clone.pa("doctor", "--fix", codes=(0, 1))


def choose(clone: Clone, fault: dict[str, Any], asset: Row | None, there: dict[str, str]) -> None:
    """Several roots have the uuid of one asset: the first is it, each other is a copy."""
    uuid_ = re.findall(r"[0-9a-f]{8}-[-0-9a-f]{27}", fault["message"])[0]
    places = sorted(root for root, found in there.items() if found == uuid_)
    if places:
        clone.pa("register", f"assets/{places[0]}", codes=(0, 1))
    else:
        clone.pa("forget", uuid_, codes=(0, 1))


def rename(clone: Clone, fault: dict[str, Any], asset: Row | None, there: dict[str, str]) -> None:
    """A merge of git gave two assets one name."""
    path = clone.path / fault["file"]
    value = json.loads(path.read_bytes())
    value["name"] = f"{path.parent.name}-{value['asset_uuid'][:12]}"
    path.write_text(json.dumps(value, indent=2) + "\n")


ANSWERS: Final[dict[str, Callable[..., None]]] = {
    "ROOT_MISSING": find_again,
    "ASSET_UUID": find_again,
    "RELEASED_ID": decide,
    "INDEX_UUID": choose,
    "ASSET_NAME": rename,
}
