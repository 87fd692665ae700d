"""Any commands in any order on a real disk, beside a model of a few lines.

Ids are never given twice and follow their asset; a build succeeds exactly when the model says the
project is whole, and makes the same bytes of the same state; no file of a person is lost.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from tests.fuzz.commands import Commands, names, roots, some
from tests.fuzz.model import ROOTS, Row
from tests.workspace.projects import draw, dump, edit, record

from prometeu_assets.documents import INDEX

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""Runs of `make fuzz`, which are others each time; 0 for the few that are always the same."""


class Workspace(Commands):
    # What people do.

    @precondition(lambda self: self.model.disk)
    @rule(number=some, to=roots, keep=st.booleans(), then=st.sampled_from(["", "register", "fix"]))
    def move_or_copy(self, number: int, to: str, keep: bool, then: str) -> None:
        root = self.pick(number, sorted(self.model.disk))
        if not self.model.free_on_disk(to):
            to = next(filter(self.model.free_on_disk, ROOTS), root)
        if to == root:
            return
        (self.base / "assets" / to).parent.mkdir(parents=True, exist_ok=True)
        if keep:
            shutil.copytree(self.base / "assets" / root, self.base / "assets" / to)
            self.model.disk[to] = self.model.copied(root)
        else:
            os.rename(self.base / "assets" / root, self.base / "assets" / to)
            self.model.disk[to] = self.model.disk.pop(root)
            self.tidy(root)
        if then == "register":
            self.register(to, adopt=keep, new_uuid=keep)
        elif then == "fix":
            self.doctor_fix()

    def tidy(self, root: str) -> None:
        """Remove the folder around a root that is gone, as version control does."""
        for folder in (self.base / "assets" / root).parents:
            if folder == self.base / "assets" or any(folder.iterdir()):
                return
            folder.rmdir()

    @precondition(lambda self: len(self.model.disk) > 2)
    @rule(number=some)
    def delete(self, number: int) -> None:
        root = self.pick(number, sorted(self.model.disk))
        shutil.rmtree(self.base / "assets" / root)
        del self.model.disk[root]
        self.tidy(root)

    @precondition(lambda self: self.readable())
    @rule(number=some, name=names)
    def rename(self, number: int, name: str) -> None:
        root = self.pick(number, self.readable())
        edit(self.anchor(root), name=name)
        self.model.disk[root].name = name

    @precondition(lambda self: self.readable())
    @rule(
        number=some, preload=st.booleans(), extra=st.sampled_from([None, 1, 2]), built=st.booleans()
    )
    def declare(self, number: int, preload: bool, extra: int | None, built: bool) -> None:
        root = self.pick(number, self.readable())
        if built:
            self.build()
        output = json.loads(self.anchor(root).read_bytes())["output"]
        metadata = {n: v for n, v in output["metadata"].items() if n != "x_extra"}
        metadata |= {} if extra is None else {"x_extra": extra}
        edit(
            self.anchor(root), output={**output, "metadata": metadata}, preload={"enabled": preload}
        )
        self.model.disk[root].preload, self.model.disk[root].extra = preload, extra
        if built:
            self.build()

    @precondition(lambda self: self.readable())
    @rule(number=some, content=st.integers(1, 3), built=st.booleans())
    def draw_or_record(self, number: int, content: int, built: bool) -> None:
        root = self.pick(number, self.readable())
        if built:
            self.build()
        doc = self.model.disk[root]
        doc.content = content
        if doc.kind == "sound-bank":
            rate = json.loads(self.anchor(root).read_bytes())["output"]["metadata"]["sample_rate"]
            record(self.source(root), range(content, 9), rate=rate)
        else:
            (sheet,) = self.anchor(root).parent.rglob("*.png")
            (colors,) = self.anchor(root).parent.rglob("*.hex")
            draw(sheet, content)
            colors.write_text("000000\nff0044\n0099db\nfee761\n", encoding="ascii")
        if built:
            self.build()

    @precondition(lambda self: self.readable())
    @rule(number=some, how=st.sampled_from(["syntax", "schema", "gone", "noise"]))
    def break_one(self, number: int, how: str) -> None:
        root = self.pick(number, self.readable())
        folder, doc = self.anchor(root).parent, self.model.disk[root]
        path = self.anchor(root)
        if how in ("gone", "noise"):
            path = min(folder.rglob("*.wav" if doc.kind == "sound-bank" else "*.png"))
        doc.broken = how
        doc.saved = {path.relative_to(folder).as_posix(): path.read_bytes()}
        if how == "syntax":
            path.write_bytes(path.read_bytes()[:-4])
        elif how == "schema":
            edit(path, colour=1)
        elif how == "gone":
            path.unlink()
        else:
            path.write_bytes(b"no source at all")

    @precondition(lambda self: any(doc.broken for doc in self.model.disk.values()))
    @rule(number=some)
    def repair(self, number: int) -> None:
        broken = sorted(root for root, doc in self.model.disk.items() if doc.broken)
        root = self.pick(number, broken)
        doc = self.model.disk[root]
        for name, data in doc.saved.items():
            (self.anchor(root).parent / name).write_bytes(data)
        doc.broken, doc.saved = None, {}

    @precondition(lambda self: self.model.index == "ok" and self.model.rows)
    @rule(how=st.sampled_from(["syntax", "twice"]))
    def break_index(self, how: str) -> None:
        path = self.base / INDEX
        self.index_saved = path.read_bytes()
        if how == "syntax":
            path.write_bytes(self.index_saved.replace(b"[", b"[<<<<<<< HEAD\n", 1))
        else:
            value = json.loads(self.index_saved)
            dump(path, {**value, "assets": [*value["assets"], value["assets"][0]]})
        self.model.index = how

    @precondition(lambda self: self.model.index != "ok")
    @rule()
    def repair_index(self) -> None:
        (self.base / INDEX).write_bytes(self.index_saved)
        self.model.index = "ok"

    @precondition(lambda self: self.readable())
    @rule(number=some)
    def old_document(self, number: int) -> None:
        """A document as the first version of the tool wrote it: it knew no uuid."""
        root = self.pick(number, self.readable())
        value = json.loads(self.anchor(root).read_bytes())
        doc = self.model.disk[root]
        type_ = {"tile-bank": "image_bank", "sound-bank": "sound_bank"}[doc.kind]
        output = {**value["output"], "codec": "RAW"}
        newer: dict[str, Any] = {"$schema": ..., "asset_uuid": ...}
        edit(self.anchor(root), schema_version=1, type=type_, output=output, **newer)
        doc.version, doc.uuid = 1, None

    @precondition(
        lambda self: self.model.index == "ok" and all(r.included for r in self.model.rows)
    )
    @rule()
    def old_index(self) -> None:
        value = json.loads((self.base / INDEX).read_bytes())
        rows = [
            {n: v for n, v in row.items() if n != "included_in_build"}
            for row in value["assets"]
            if row and "root" in row
        ]
        old = {"schema_version": 1, "next_asset_id": self.model.following, "assets": rows}
        dump(self.base / INDEX, old)
        self.model.index_version = 1
        self.model.forgotten.clear()

    @rule(what=st.sampled_from(["assets/.prometeu/cache.json", "build"]))
    def lose(self, what: str) -> None:
        """What is made again from the rest may always be removed."""
        path = self.base / what
        if what == "build":
            shutil.rmtree(path, ignore_errors=True)
            self.published = None
        else:
            path.unlink(missing_ok=True)

    # What always holds.

    @invariant()
    def the_index_is_the_models(self) -> None:
        if self.model.index != "ok" or not (self.base / INDEX).exists():
            return
        value = json.loads((self.base / INDEX).read_bytes())
        assert value["schema_version"] == self.model.index_version
        highest = max((r["asset_id"] for r in value["assets"] if r), default=0)
        assert value.get("next_asset_id", highest + 1) == self.model.following
        found = [
            Row(r["asset_id"], r["asset_uuid"], r["root"], r.get("included_in_build", True))
            for r in value["assets"]
            if r and "root" in r
        ]
        assert found == self.model.rows
        assert all(self.model.ever[row.id] == row.uuid for row in found)

    @invariant()
    def the_documents_are_the_models(self) -> None:
        assets = self.base / "assets"
        found = {p.parent.relative_to(assets).as_posix() for p in assets.rglob("asset.json")}
        assert {root for root in found if not root.startswith(".")} == set(self.model.disk)
        for root, doc in self.model.disk.items():
            if doc.readable:
                value: dict[str, Any] = json.loads(self.anchor(root).read_bytes())
                shown = (value["schema_version"], value.get("asset_uuid"), value["name"])
                assert shown == (doc.version, doc.uuid, doc.name)


Workspace.TestCase.settings = settings(
    derandomize=not EXAMPLES,
    database=None,
    max_examples=EXAMPLES or 15,
    stateful_step_count=40,
)
TestWorkspace = Workspace.TestCase
