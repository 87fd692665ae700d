"""The commands of the tool as rules beside the model; what people do is in `test_workspace`."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import struct
import tempfile
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from fuzz.outcome import outcome
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.fuzz.model import NAMES, ROOTS, Model
from tests.workspace.projects import TABLE, drawing, edit, uuid

from prometeu_assets.diagnostics import Refused
from prometeu_assets.documents import INDEX
from prometeu_assets.packer.build import build, check_build
from prometeu_assets.packer.doctor import doctor
from prometeu_assets.packer.scaffold import new
from prometeu_assets.shipper.boot import boot
from prometeu_assets.shipper.ship import ship
from prometeu_assets.workspace.membership import exclude, forget, include
from prometeu_assets.workspace.migrate import discard_backups, migrate
from prometeu_assets.workspace.project import init
from prometeu_assets.workspace.registration import register

T = TypeVar("T")

some = st.integers(0, 11)
"""Which of several; taken modulo their number."""
kinds = st.sampled_from(["tile-bank", "sound-bank"])
roots = st.sampled_from(ROOTS)
names = st.sampled_from(NAMES)


def without_address(document: bytes) -> bytes:
    """An asset.json without the address of its schema, which `doctor` corrects."""
    return re.sub(rb'\s*"\$schema": "[^"]*",', b"", document)


class Commands(RuleBasedStateMachine):
    """A project, its model, and every command of the tool as a rule."""

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
        own = ("assets/.prometeu/", "build/", "cartridge/")
        found = {
            path.relative_to(self.base).as_posix(): path.read_bytes()
            for path in self.base.rglob("*")
            if path.is_file()
        }
        return {name: data for name, data in found.items() if not name.startswith(own)}

    def tool(self, call: Callable[[], T], *changes: str, corrects: bool = False) -> T | Refused:
        """Run a command: it loses no file, and changes none but ``changes``.

        One that ``corrects`` may change where a document says its schema is.
        If it is refused, it is with codes, and neither the index nor an output is touched.
        """
        mine, kept = self.files(), self.kept()
        found = outcome(call)
        after = self.files()
        allowed = () if isinstance(found, Refused) else changes
        for name, data in mine.items():
            assert name in after, f"{name} is lost"
            same = without_address if corrects and not isinstance(found, Refused) else bytes
            assert same(after[name]) == same(data) or name in allowed, f"{name} is changed"
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

    def source(self, root: str) -> Path:
        (found,) = self.anchor(root).parent.rglob("*.wav")
        return found

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
        found = self.tool(
            lambda: drawing(lambda: given, new, kind, path, project=self.base, name=name)
        )
        self.agree(self.model.new(kind, root, name or root, given), found)

    @rule(root=roots, adopt=st.booleans(), new_uuid=st.booleans())
    def register(self, root: str, adopt: bool, new_uuid: bool) -> None:
        given = next(self.draws())
        found = self.tool(
            lambda: drawing(
                lambda: given,
                register,
                self.base / "assets" / root,
                project=self.base,
                adopt=adopt,
                new_uuid=new_uuid,
            ),
            *([f"assets/{root}/asset.json"] if new_uuid else []),
            corrects=True,
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
        found = self.tool(
            lambda: (include if included else exclude)(str(row.id), project=self.base)
        )
        self.agree(self.model.index == "ok", found)
        if self.model.index == "ok":
            if row.included != included:
                self.model.index_version = TABLE
            row.included = included

    @precondition(lambda self: self.model.rows)
    @rule(number=some)
    def forget(self, number: int) -> None:
        row = self.pick(number, self.model.rows)
        # Not the root alone, which may be the name of another.
        found = self.tool(lambda: forget(str(self.base / "assets" / row.root), project=self.base))
        self.agree(self.model.index == "ok", found)
        if self.model.index == "ok":
            self.model.rows.remove(row)
            self.model.forgotten[row.uuid] = row.id
            self.model.index_version = TABLE

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
        assert check_build(self.base, jobs=1).ok

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
        found = self.tool(lambda: check_build(self.base, jobs=1))
        self.agree(self.model.whole, found)
        if not isinstance(found, Refused):
            assert found.ok == (self.published == self.model.key and self.published is not None)

    @rule(renamed=st.sampled_from([None, "Hero", "Hero 2"]))
    def ship(self, renamed: str | None) -> None:
        """Whatever was published last, up to date or not: that is no business of the shipper's."""
        (self.base / "main.pbx").write_bytes(b"program")
        if renamed is not None:
            edit(self.base / "cartridge.json", title=renamed)
        place = self.base / "cartridge"
        before = {path.name: path.read_bytes() for path in place.glob("*")}
        found = self.tool(lambda: ship(self.base, program=self.base / "main.pbx"))
        self.agree(self.published is not None, found)
        after = {path.name: path.read_bytes() for path in place.glob("*")}
        if isinstance(found, Refused):
            assert after == before
            return
        assert after.keys() == {"manifest.json", "program.pbx", "assets.pa"}
        assert after["assets.pa"] == (self.base / "build/assets.pa").read_bytes()
        assert json.loads(after["manifest.json"])["title"] == found.manifest.title
        with boot(place) as booted:
            assert len(booted.take_preload()) <= len(booted.asset_table)

    @rule()
    def doctor(self) -> None:
        found = self.tool(lambda: doctor(self.base, workspace=True))
        assert not isinstance(found, Refused)
        assert found.report.ok == self.model.healthy, found.report

    @rule()
    def doctor_fix(self) -> None:
        found = self.tool(lambda: doctor(self.base, fix=True), corrects=True)
        assert not isinstance(found, Refused)
        self.model.fix()
        assert found.report.ok == self.model.healthy, found.report

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
