"""The load order on a cartridge directory: what it gives, where it stops, and what it reads."""

from __future__ import annotations

import builtins
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.every import every
from tests.packs import SMALL, pack
from tests.shipper.cartridges import MANIFEST, PRELOAD, cartridge

import prometeu_assets as pa
from prometeu_assets.conformance.kit import load as kit
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import LoadStep
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Report
from prometeu_assets.shipper.boot import load


def verdict(directory: Path, contract: Contract = CURRENT) -> Report:
    """What the load order says of a directory."""
    loading = load(directory, contract=contract)
    if loading.cartridge is not None:
        loading.cartridge.close()
    return loading.report


def test_what_a_booted_cartridge_holds(tmp_path: Path) -> None:
    directory = cartridge(tmp_path / "game")
    data = (directory / "assets.pa").read_bytes()
    with pa.boot(directory) as booted:
        assert booted.manifest.title == "Lantern Cave"
        assert booted.manifest.capabilities == ("asset", "gfx")
        assert [entry.asset_id for entry in booted.asset_table] == [
            row["asset_id"] for row in SMALL
        ]
        (placement,) = booted.take_preload()
        entry = booted.asset_table[0]
        assert (placement.entry, placement.slot) == (entry, 0)
        assert placement.bank_type == entry.bank_type
        start = placement.offset
        assert data[start : start + placement.size] == booted.read(entry)
        assert booted.decode(entry) is not None


def test_preload_is_dropped_and_the_table_stays(tmp_path: Path) -> None:
    with pa.boot(cartridge(tmp_path / "game")) as booted:
        table = booted.asset_table
        assert len(booted.take_preload()) == len(PRELOAD)
        assert booted.take_preload() == ()
        assert booted.pack is not None and booted.pack.preload == ()
        assert booted.asset_table is table
        with pytest.raises(AttributeError):
            table[0].asset_id = 2  # type: ignore[misc]


def test_a_cartridge_without_assets(tmp_path: Path) -> None:
    """What no capability declares is not even opened."""
    directory = cartridge(tmp_path / "game", capabilities=["gfx"])
    (directory / "assets.pa").unlink()
    os.mkfifo(directory / "assets.pa")  # who opens this waits for ever
    with pa.boot(directory) as booted:
        assert booted.asset_table == booted.take_preload() == ()
        assert booted.pack is None


def test_views_outlive_the_cartridge(tmp_path: Path) -> None:
    with pa.boot(cartridge(tmp_path / "game")) as booted:
        view = booted.read(booted.asset_table[0])
    assert len(bytes(view)) == SMALL[0]["size"]


def test_only_the_manifest_and_the_header_are_read(tmp_path: Path) -> None:
    directory = cartridge(tmp_path / "game")
    loading = load(directory)
    assert loading.cartridge is not None
    loading.cartridge.close()
    text = (directory / "manifest.json").stat().st_size
    start = int.from_bytes((directory / "assets.pa").read_bytes()[12:16], "little")
    assert [(s.step, s.read) for s in loading.steps] == [
        (step, {LoadStep.MANIFEST: text, LoadStep.PACK: start}.get(step, 0)) for step in LoadStep
    ]
    sizes = {s.file: s.size for s in loading.steps}
    assert sizes == {path.name: path.stat().st_size for path in directory.iterdir()}


def broken(change: Callable[[Path], object]) -> Callable[[Path], object]:
    return change


def link(name: str) -> Callable[[Path], object]:
    def change(directory: Path) -> None:
        (directory / name).rename(directory.parent / name)
        (directory / name).symlink_to(directory.parent / name)

    return change


def folder(name: str) -> Callable[[Path], object]:
    def change(directory: Path) -> None:
        (directory / name).unlink()
        (directory / name).mkdir()

    return change


STOPS: dict[str, tuple[Callable[[Path], object], LoadStep, str, str]] = {
    "no manifest": (lambda d: (d / "manifest.json").unlink(), LoadStep.MANIFEST, "MANIFEST_MISSING", "is missing"),
    "manifest is a link": (link("manifest.json"), LoadStep.MANIFEST, "MANIFEST_MISSING", "symbolic link"),
    "manifest is a folder": (folder("manifest.json"), LoadStep.MANIFEST, "MANIFEST_MISSING", "is a folder"),
    "no program": (lambda d: (d / "program.pbx").unlink(), LoadStep.PROGRAM, "PROGRAM_MISSING", "is missing"),
    "empty program": (lambda d: (d / "program.pbx").write_bytes(b""), LoadStep.PROGRAM, "PROGRAM_MISSING", "is empty"),
    "program is a link": (link("program.pbx"), LoadStep.PROGRAM, "PROGRAM_MISSING", "symbolic link"),
    "no pack": (lambda d: (d / "assets.pa").unlink(), LoadStep.PACK, "PACK_MISSING", "is missing"),
    "pack is a link": (link("assets.pa"), LoadStep.PACK, "PACK_MISSING", "symbolic link"),
    "pack is a folder": (folder("assets.pa"), LoadStep.PACK, "PACK_MISSING", "is a folder"),
    "pack is cut off": (lambda d: os.truncate(d / "assets.pa", 40), LoadStep.PACK, "HEADER_TRUNCATED", "40"),
}  # fmt: skip


@every(STOPS)
def test_where_it_stops(case: str, tmp_path: Path) -> None:
    change, step, code, told = STOPS[case]
    directory = cartridge(tmp_path / "game")
    change(directory)
    loading = load(directory)
    assert loading.cartridge is None
    assert loading.report.codes == (code,)
    assert [(s.step, s.ok) for s in loading.steps] == [
        (s, s is not step) for s in LoadStep if s <= step
    ]
    (found,) = loading.report
    assert told in found.message
    with pytest.raises(pa.InvalidCartridge) as caught:
        pa.boot(directory)
    assert caught.value.report == loading.report


def test_what_cannot_be_read_gives_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once its step has come; permissions say nothing to root, so the system's answer is put in."""
    directory = cartridge(tmp_path / "game")
    real = os.open

    def denied(path: Any, *given: Any, **options: Any) -> int:
        if path == "program.pbx":
            raise PermissionError(13, os.strerror(13), path)
        return real(path, *given, **options)

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(PermissionError):
        load(directory)
    (directory / "manifest.json").write_text("{}")
    assert verdict(directory).codes == ("MANIFEST_MAGIC",)


def test_names_match_exactly_on_any_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that ignores case would find the one for the other."""
    directory = cartridge(tmp_path / "game")
    (directory / "program.pbx").rename(directory / "Program.pbx")
    real = os.open

    def careless(path: Any, *given: Any, **options: Any) -> int:
        return real("Program.pbx" if path == "program.pbx" else path, *given, **options)

    monkeypatch.setattr(os, "open", careless)
    assert verdict(directory).codes == ("PROGRAM_MISSING",)


def test_every_fault_of_the_first_step_that_fails(tmp_path: Path) -> None:
    report = verdict(cartridge(tmp_path / "game", app_id=-1, title=..., capabilities=["x", "x"]))
    assert report.codes == ("MANIFEST_SCHEMA", "MANIFEST_SCHEMA")
    report = verdict(cartridge(tmp_path / "more", capabilities=["gfx", "Asset", "asset", "asset"]))
    found = [(d.code, d.pointer) for d in report]
    assert found == [
        ("CAPABILITY_UNKNOWN", "/capabilities/1"),
        ("CAPABILITY_ORDER", "/capabilities/1"),
        ("CAPABILITY_ORDER", "/capabilities/2"),
        ("CAPABILITY_REPEATED", "/capabilities/3"),
        ("CAPABILITY_ORDER", "/capabilities/3"),
    ]
    assert "'asset'" in (report.diagnostics[0].hint or "")


def test_a_manifest_at_its_limit_and_past_it(tmp_path: Path) -> None:
    directory = cartridge(tmp_path / "game")
    path = directory / "manifest.json"
    limit = CURRENT.limits.asset_document_bytes
    path.write_bytes(path.read_bytes().ljust(limit))
    pa.boot(directory).close()
    path.write_bytes(path.read_bytes() + b" ")
    assert verdict(directory).codes == ("FILE_TOO_LARGE",)
    assert [s.read for s in load(directory).steps] == [0]
    # The rule and nothing else says so.
    assert verdict(directory, contract=CURRENT.without("manifest-size")).ok


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pa.boot(tmp_path / "nothing")
    (tmp_path / "game.pmc").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        pa.boot(tmp_path / "game.pmc")


DIRECTORIES: dict[str, tuple[dict[str, str], str, bool]] = {
    # files in the directory, the code, whether the hint says that it is a project
    "nothing": ({}, "MANIFEST_MISSING", False),
    "something else": ({"notes.txt": ""}, "MANIFEST_MISSING", False),
    "a project": ({"cartridge.json": "{}"}, "MANIFEST_MISSING", True),
    "a broken manifest": ({"manifest.json": "{"}, "DOCUMENT_JSON", False),
    "a broken manifest in a project": (
        {"manifest.json": "{", "cartridge.json": "{}"}, "DOCUMENT_JSON", False,
    ),
}  # fmt: skip


@every(DIRECTORIES)
def test_a_directory_without_a_good_manifest(case: str, tmp_path: Path) -> None:
    files, code, is_project = DIRECTORIES[case]
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (found,) = verdict(tmp_path)
    assert found.code == code
    assert found.hint
    assert ("This is a project" in found.hint) is is_project


def test_a_hint_for_a_cartridge_json_in_place_of_a_manifest(tmp_path: Path) -> None:
    directory = cartridge(tmp_path / "game", magic=..., program="a.pbx")
    (found,) = verdict(directory)
    assert (found.code, found.pointer) == ("MANIFEST_MAGIC", "")
    assert found.hint and "This is a cartridge.json" in found.hint


def test_a_file_that_changes_while_it_is_read_gives_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shorter, or longer, than when it was opened."""
    directory = cartridge(tmp_path / "game")
    real = os.fstat
    for change in (1, -1):

        def changed(opened: int, change: int = change) -> os.stat_result:
            info = real(opened)
            return os.stat_result((*info[:6], info.st_size + change, *info[7:]))

        with monkeypatch.context() as patched:
            patched.setattr(os, "fstat", changed)
            with pytest.raises(OSError, match="changed while it was read"):
                load(directory)
    with pa.boot(directory) as booted:
        assert booted.pack


def flips(data: bytes) -> builtins.list[bytes]:
    """The data with every byte in turn complemented."""
    return [data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :] for at in range(len(data))]


def test_a_flipped_byte_is_found(tmp_path: Path) -> None:
    """Any of the manifest, and any of the pack's prelude, header and padding."""
    directory = cartridge(tmp_path / "game", title="Höhle 🏮")
    manifest, file = directory / "manifest.json", directory / "assets.pa"
    text, data = manifest.read_bytes(), file.read_bytes()
    for flipped in flips(text):
        manifest.write_bytes(flipped)
        assert not verdict(directory).ok
    manifest.write_bytes(text)
    start = int.from_bytes(data[12:16], "little")
    for flipped in flips(data[:start]):
        file.write_bytes(flipped + data[start:])
        assert not verdict(directory).ok
    file.write_bytes(data)
    pa.boot(directory).close()


def test_a_flipped_bit_of_the_pack_is_found(tmp_path: Path) -> None:
    directory = cartridge(tmp_path / "game")
    file = directory / "assets.pa"
    data = file.read_bytes()
    start = int.from_bytes(data[12:16], "little")
    for at in range(start):
        flipped = bytearray(data)
        flipped[at] ^= 1 << at % 8
        file.write_bytes(flipped)
        assert not verdict(directory).ok, at


PROVED_BY_VECTORS = [r.id for r in CURRENT.load_rules if r.proved_by == "vector"]


@every(PROVED_BY_VECTORS)
def test_every_rule_is_needed(rule: str) -> None:
    """Without it, a vector that only it refuses is not refused by its code."""
    without = CURRENT.without(rule)
    cases = [v for v in kit().vectors if v.question.kind == "cartridge" and v.rule_id == rule]
    rejected = [v for v in cases if v.verdict == "reject"]
    assert rejected
    changed = []
    for vector in rejected:
        assert vector.path is not None
        assert verdict(vector.path).codes[:1] == (vector.code,)
        try:
            report = verdict(vector.path, contract=without)
        except Exception:  # noqa: BLE001  # it ran into what the missing rule guards against
            changed.append(vector)
            continue
        if report.codes[:1] != (vector.code,):
            changed.append(vector)
    assert changed


def test_the_newest_versions_are_read_in_their_window(tmp_path: Path) -> None:
    """A version that does not exist yet is data of the contract."""
    schema: dict[str, Any] = json.loads(json.dumps(dict(CURRENT.documents.schema("manifest", 1))))
    schema["$id"] = "urn:prometeu:schema:manifest:2"
    schema["properties"]["cartridge_version"]["const"] = 2
    schema["properties"]["author"] = {"type": "string"}
    windows = {**CURRENT.windows, "manifest": (1, 2)}
    future = CURRENT.with_(schemas=[schema], windows=windows)
    newer = cartridge(tmp_path / "newer", cartridge_version=2, author="me")
    assert verdict(newer).codes == ("MANIFEST_VERSION",)
    assert verdict(newer, contract=future).ok
    assert verdict(cartridge(tmp_path / "older"), future).ok
    stray = load(cartridge(tmp_path / "stray", author="me"), contract=future)
    assert stray.report.codes == ("MANIFEST_SCHEMA",)


def test_the_base_is_a_cartridge() -> None:
    assert set(MANIFEST) == set(CURRENT.documents.schema("manifest", 1)["required"])
    assert pa.validate(pack(SMALL, PRELOAD), profile="writer").ok
