"""Any commands in any order on a real disk, beside a model of a few lines.

Ids are never given twice and follow their asset; a build succeeds exactly when the model says the
project is whole, and makes the same bytes of the same state; no file of a person is lost.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import struct
import tempfile
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from fuzz.outcome import outcome
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.fuzz.model import NAMES, ROOTS, Model, Row
from tests.workspace.projects import draw, dump, edit, record, uuid

from prometeu_assets.contract import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.build import build, check
from prometeu_assets.workspace.doctor import doctor
from prometeu_assets.workspace.membership import forget, include
from prometeu_assets.workspace.migrate import discard_backups, migrate
from prometeu_assets.workspace.project import init
from prometeu_assets.workspace.published import Published, companion_holders, last_pack
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import INDEX
from prometeu_assets.workspace.scaffold import new

T = TypeVar("T")
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""Runs of `make fuzz`, which are others each time; 0 for the few that are always the same."""

some = st.integers(0, 11)
kinds = st.sampled_from(["tile-bank", "sound-bank"])
roots = st.sampled_from(ROOTS)
names = st.sampled_from(NAMES)


class Workspace(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(prefix="workspace-"))
        self.model = Model()
        self.numbers = itertools.count(1)
        self.published: object = None
        self.outputs: dict[object, dict[str, bytes]] = {}
        self.index_saved = b""
        self.sync, os.fsync = os.fsync, lambda _: None

    def teardown(self) -> None:
        os.fsync = self.sync
        shutil.rmtree(self.base)

    # Helpers.

    def anchor(self, root: str) -> Path:
        return self.base / "assets" / root / "asset.json"

    def draws(self) -> Iterator[str]:
        return map(uuid, self.numbers)

    def files(self) -> dict[str, bytes]:
        """What is a person's: all but the tool's own folders."""
        own = ("assets/.prometeu/", "build/")
        found = {
            path.relative_to(self.base).as_posix(): path.read_bytes()
            for path in self.base.rglob("*")
            if path.is_file()
        }
        return {name: data for name, data in found.items() if not name.startswith(own)}

    def tool(self, call: Callable[[], T], *changes: str) -> T | Refused:
        """Run a command: it loses no file, and changes none but ``changes``.

        If it is refused, it is with codes, and neither the index nor an output is touched.
        """
        mine, kept = self.files(), self.kept()
        found = outcome(call)
        after = self.files()
        allowed = () if isinstance(found, Refused) else changes
        for name, data in mine.items():
            assert name in after, f"{name} is lost"
            assert after[name] == data or name in allowed, f"{name} is changed"
        if isinstance(found, Refused):
            assert (after, self.kept()) == (mine, kept), "a refused command changes something"
        return found

    def kept(self) -> dict[str, bytes]:
        paths = [self.base / INDEX, *sorted((self.base / "build").glob("*"))]
        return {path.name: path.read_bytes() for path in paths if path.is_file()}

    def agree(self, done: bool, found: object) -> None:
        assert done == (not isinstance(found, Refused)), found

    def pick(self, number: int, among: list[T]) -> T:
        return among[number % len(among)]

    def readable(self) -> list[str]:
        return sorted(root for root, doc in self.model.disk.items() if not doc.broken)

    # Commands.

    @initialize(kinds=st.lists(kinds, min_size=2, max_size=4))
    def begin(self, kinds: list[str]) -> None:
        self.tool(lambda: init(self.base))
        self.agree(False, self.tool(lambda: init(self.base)))
        for kind, root in zip(kinds, ROOTS):
            self.new(kind, root, None)

    @rule(kind=kinds, root=roots, name=st.none() | names)
    def new(self, kind: str, root: str, name: str | None) -> None:
        given = next(self.draws())
        path = self.base / "assets" / root
        found = self.tool(lambda: new(self.base, kind, path, name=name, draw=lambda: given))
        self.agree(self.model.new(kind, root, name or root, given), found)

    @rule(root=roots, adopt=st.booleans(), new_uuid=st.booleans())
    def register(self, root: str, adopt: bool, new_uuid: bool) -> None:
        given = next(self.draws())
        found = self.tool(
            lambda: register(
                self.base,
                [self.base / "assets" / root],
                adopt=adopt,
                new_uuid=new_uuid,
                draw=lambda: given,
            ),
            *([f"assets/{root}/asset.json"] if new_uuid else []),
        )
        done = self.model.register(root, iter([given]), adopt=adopt, new_uuid=new_uuid)
        self.agree(done, found)

    @precondition(lambda self: self.model.strangers)
    @rule(number=some, adopt=st.booleans(), new_uuid=st.sampled_from([False, False, True]))
    def register_a_stranger(self, number: int, adopt: bool, new_uuid: bool) -> None:
        self.register(self.pick(number, sorted(self.model.strangers)), adopt, new_uuid)

    @precondition(lambda self: self.model.rows)
    @rule(number=some, included=st.booleans())
    def include(self, number: int, included: bool) -> None:
        row = self.pick(number, self.model.rows)
        found = self.tool(lambda: include(self.base, [str(row.id)], included=included))
        self.agree(self.model.index == "ok", found)
        if self.model.index == "ok":
            if row.included != included:
                self.model.index_version = 2
            row.included = included

    @precondition(lambda self: self.model.rows)
    @rule(number=some)
    def forget(self, number: int) -> None:
        row = self.pick(number, self.model.rows)
        # Not the root alone, which may be the name of another.
        found = self.tool(lambda: forget(self.base, [str(self.base / "assets" / row.root)]))
        self.agree(self.model.index == "ok", found)
        if self.model.index == "ok":
            self.model.rows.remove(row)
            self.model.index_version = 2

    @rule()
    def build(self) -> None:
        found = self.tool(lambda: build(self.base, jobs=1))
        self.agree(self.model.whole, found)
        if isinstance(found, Refused):
            return
        self.published = self.model.key
        made = {path.name: path.read_bytes() for path in found.outputs.values()}
        assert self.outputs.setdefault(self.published, made) == made, "one state, two packs"
        self.compare(made["assets.pa"])
        assert check(self.base, jobs=1).ok

    def compare(self, pack: bytes) -> None:
        """The pack against the model and the sources, read by hand."""
        size, start = struct.unpack_from("<II", pack, 8)
        header = json.loads(pack[32 : 32 + size])
        built = self.model.built
        shown = [(e["asset_id"], e["asset_name"], e["bank_type"]) for e in header["asset_table"]]
        types = {"tile-bank": "TILES", "sound-bank": "SOUNDS"}
        assert shown == [(row.id, doc.name, types[doc.kind]) for row, doc in built]
        asking = [row.id for row, doc in built if doc.preload]
        assert [p["asset_id"] for p in header["preload"]] == asking
        for entry, (row, doc) in zip(header["asset_table"], built):
            assert entry["metadata"].get("x_extra") == doc.extra
            if doc.kind == "sound-bank":
                with wave.open(str(self.source(row.root))) as file:
                    frames = file.readframes(file.getnframes())
                assert pack[start + entry["offset"] :][: entry["size"]] == frames

    @rule()
    def check(self) -> None:
        found = self.tool(lambda: check(self.base, jobs=1))
        self.agree(self.model.whole, found)
        if not isinstance(found, Refused):
            assert found.ok == (self.published == self.model.key and self.published is not None)

    @rule()
    def doctor(self) -> None:
        found = self.tool(lambda: doctor(self.base, workspace=True, published=self.known()))
        assert not isinstance(found, Refused)
        assert found.report.ok == self.model.healthy, found.report

    @rule()
    def doctor_fix(self) -> None:
        found = self.tool(lambda: doctor(self.base, fix=True, published=self.known()))
        assert not isinstance(found, Refused)
        self.model.fix()
        assert found.report.ok == self.model.healthy, found.report

    def known(self) -> Published:
        return Published(companion_holders(last_pack(self.base), CURRENT) or [], known=True)

    @precondition(lambda self: self.model.old)
    @rule(discard=st.booleans())
    def migrate(self, discard: bool) -> None:
        registered = [f"assets/{row.root}/asset.json" for row in self.model.rows]
        old = {n: d for n, d in self.files().items() if n in registered}
        found = self.tool(lambda: migrate(self.base), *registered)
        self.agree(self.model.migrate(), found)
        if isinstance(found, Refused):
            return
        for document in found.documents:
            if document.kind == "asset":
                kept = Path(found.backup or "") / document.file.removeprefix("assets/")
                assert (self.base / kept).read_bytes() == old[document.file]
        assert self.tool(lambda: migrate(self.base)).documents == ()  # type: ignore[union-attr]
        if discard:
            self.tool(lambda: discard_backups(self.base))

    # What people do.

    def source(self, root: str) -> Path:
        (found,) = self.anchor(root).parent.rglob("*.wav")
        return found

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
        edit(self.anchor(root), schema_version=1, asset_uuid=..., type=type_, output=output)
        doc.version, doc.uuid = 1, None

    @precondition(
        lambda self: self.model.index == "ok" and all(r.included for r in self.model.rows)
    )
    @rule()
    def old_index(self) -> None:
        value = json.loads((self.base / INDEX).read_bytes())
        rows = [
            {n: v for n, v in row.items() if n != "included_in_build"} for row in value["assets"]
        ]
        dump(self.base / INDEX, {**value, "schema_version": 1, "assets": rows})
        self.model.index_version = 1

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
        assert value["next_asset_id"] == self.model.following
        found = [
            Row(r["asset_id"], r["asset_uuid"], r["root"], r.get("included_in_build", True))
            for r in value["assets"]
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
    deadline=None,
    max_examples=EXAMPLES or 40,
    stateful_step_count=40,
)
TestWorkspace = Workspace.TestCase
