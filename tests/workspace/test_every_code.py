"""Every code about documents and workspaces, made to appear by a project with that fault."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.every import every
from tests.workspace.projects import (
    ASSET,
    INDEX,
    Project,
    draw,
    dump,
    edit,
    examined,
    from_no_workspace,
    record,
    uuid,
)

from prometeu_assets import Refused, Report, SoundBank, extras, pack, validate
from prometeu_assets import open as open_pack
from prometeu_assets.catalog import GROUPS
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer import build as build_module
from prometeu_assets.packer import workers
from prometeu_assets.packer.adding import add
from prometeu_assets.packer.build import build, check_build
from prometeu_assets.packer.scaffold import new
from prometeu_assets.shipper.released import held_by_build
from prometeu_assets.shipper.verify import verify
from prometeu_assets.views.extract import write_assets
from prometeu_assets.workspace.membership import forget
from prometeu_assets.workspace.project import init
from prometeu_assets.workspace.recording import record_release, unrecorded
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.registry import Registry

Case = Callable[[Project, pytest.MonkeyPatch], object]


def limited(**limits: int) -> Any:
    return CURRENT.with_(limits=replace(CURRENT.limits, **limits))


def asset(text: str | bytes | None = None, **changes: object) -> Case:
    """Build with this asset.json, or with these members of it changed."""

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        if text is None:
            edit(project.anchor("hero"), **changes)
        else:
            data = text.encode() if isinstance(text, str) else text
            project.anchor("hero").write_bytes(data)
        return build(project.path)

    return case


def rows(*changes: dict[str, Any], **index: Any) -> Case:
    """Build with these changes to the rows of the index, and to the index itself."""

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        for row, change in zip(project.rows, changes, strict=False):
            row.update(change)
        project.write_index(**index)
        return build(project.path)

    return case


def missing_root(project: Project, _: pytest.MonkeyPatch) -> object:
    project.anchor("hero").unlink()
    return build(project.path)


def nested(project: Project, _: pytest.MonkeyPatch) -> object:
    project.tiles("hero/hat")
    return build(project.path)


def unregistered(project: Project, _: pytest.MonkeyPatch) -> object:
    project.tiles("draft", registered=False)
    return build(project.path).report


def registering(*names: str, **options: Any) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        project.tiles("new", registered=False, **options)
        return register(*[project.root(name) for name in names], project=project.path)

    return case


def anonymous(project: Project, _: pytest.MonkeyPatch) -> object:
    project.version = 1
    project.tiles("new", registered=False)
    return register(project.root("new"), project=project.path)


def named(*given: str) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        edit(project.anchor("fx"), name="hero2")
        project.tiles("hero2")
        return forget(*given, project=project.path)

    return case


def creating(root: str, **options: Any) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        return new("tile-bank", project.root(root), project=project.path, **options)

    return case


def adding(name: str) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        (project.path / "art.xcf").write_bytes(b"gimp xcf")
        return add("fx", project.path / name, project=project.path)

    return case


def bad_sound(project: Project, _: pytest.MonkeyPatch) -> object:
    (project.path / "fx.ogg").write_bytes(b"OggS")
    return add("fx", project.path / "fx.ogg", project=project.path)


def without_the_extra(project: Project, patch: pytest.MonkeyPatch) -> object:
    patch.setitem(sys.modules, "soxr", None)
    # The command is for the Python in use: here one that every reader of the example knows.
    patch.setattr(sys, "executable", "python")
    patch.setattr(extras, "find_spec", lambda name: name)
    return bad_sound(project, patch)


def bring_taken(project: Project, _: pytest.MonkeyPatch) -> object:
    sound = project.path / "fx.wav"
    record(sound, [1])
    add("fx", sound, project=project.path)
    return add("fx", sound, project=project.path)


def bring_inside(project: Project, _: pytest.MonkeyPatch) -> object:
    picture = project.root("hero") / "walk.png"
    Image.new("RGB", (8, 8), (10, 20, 200)).save(picture)
    return add("hero", picture, project=project.path, approximated=True)


def unlisted(project: Project, _: pytest.MonkeyPatch) -> object:
    draw(project.root("hero") / "walk.png", 2)
    return build(project.path).report


def setting(*, version: int) -> Case:
    """Say something of a picture in a document of this version, of a sound in the newest."""

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        edit(project.anchor("hero"), schema_version=version)
        asset, name = ("hero", "sheet.png") if version == 2 else ("fx", "0.wav")
        file = project.root(asset) / name
        return add(asset, file, project=project.path, settings={"area": {
            "column": 0, "row": 0, "columns": 1, "rows": 1}})  # fmt: skip

    return case


def untidy(spoil: Callable[[Project], object]) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        spoil(project)
        return examined(project.path, workspace=True).report

    return case


def out_of_order(project: Project) -> None:
    project.rows.reverse()
    project.write_index()


def without_its_schema(project: Project) -> None:
    edit(project.anchor("hero"), **{"$schema": f"../.prometeu/schemas/asset/v{ASSET}.json"})


def moved_by_hand(project: Project) -> None:
    schema = dict(CURRENT.documents.schema("asset", ASSET))
    dump(project.path / f"assets/.prometeu/schemas/asset/v{ASSET}.json", schema)
    edit(project.anchor("hero"), **{"$schema": f"../../.prometeu/schemas/asset/v{ASSET}.json"})


def full(project: Project, _: pytest.MonkeyPatch) -> object:
    project.tiles("new", registered=False, uuid=uuid(9))
    project.write_index(assets=[*project.rows, {"asset_id": 2**31 - 1}])
    return register(project.root("new"), project=project.path)


def merge_left(project: Project, _: pytest.MonkeyPatch) -> object:
    text = "<<<<<<< ours\n=======\n>>>>>>> theirs\n"
    index = project.path / INDEX
    index.write_bytes(text.encode() + Registry.load(project.path, CURRENT).encode())
    return build(project.path)


def released(*rows: dict[str, Any]) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        project.release(*rows)
        return build(project.path)

    return case


def foreign(project: Project, _: pytest.MonkeyPatch) -> object:
    build(project.path)
    from_no_workspace(project.path / "build")
    return held_by_build(project.path)


def in_a_clone(project: Project) -> None:
    (project.path / ".git").mkdir()
    (project.path / ".git/config").write_text("[core]\n", encoding="ascii")


def sparse_copy(project: Project, _: pytest.MonkeyPatch) -> object:
    in_a_clone(project)
    (project.path / ".git/config").write_text("[core]\n\tsparseCheckout = true\n", encoding="ascii")
    project.root("hero").rename(project.root("copy"))
    return register(project.root("copy"), project=project.path)


def moved_over_another(project: Project, _: pytest.MonkeyPatch) -> object:
    shutil.rmtree(project.root("fx"))
    project.root("hero").rename(project.root("fx"))
    return register(project.root("fx"), project=project.path)


def one_name(project: Project, _: pytest.MonkeyPatch) -> object:
    edit(project.anchor("fx"), name="hero")
    return build(project.path)


def many_preloads(project: Project, _: pytest.MonkeyPatch) -> object:
    for number in range(17):
        project.sounds(f"s{number}", preload=True)
    return build(project.path)


def big_sounds(project: Project, _: pytest.MonkeyPatch) -> object:
    for name in ("0.wav", "1.wav"):
        record(project.root("fx") / name, [7] * (5 * 2**20))
    edit(project.anchor("fx"), inputs={"samples": ["0.wav", "1.wav"]})
    return build(project.path)


def raw_palettes(project: Project, _: pytest.MonkeyPatch) -> object:
    (project.root("hero") / "bank.bin").write_bytes(b"\1" * 34_816)
    members = {"width": 256, "height": 256, "palette_count": 64, "palette_authored": 1}
    edit(project.anchor("hero"), inputs={"payload": ["bank.bin"]})
    return metadata(tile_size=8, **members)(project, _)


def invalid_output(project: Project, patch: pytest.MonkeyPatch) -> object:
    found = validate(bytes(64))
    patch.setattr(build_module, "validate", lambda *_, **__: found)
    return build(project.path)


def forged(project: Project, patch: pytest.MonkeyPatch) -> object:
    patch.setattr(workers, "work", str)  # a worker that does something else
    with ThreadPoolExecutor(1) as executor:
        return build(project.path, executor=executor)


def companion(name: str, text: str | None) -> Case:
    """Verify after a companion was removed or rewritten."""

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        outputs = build(project.path).outputs
        if text is None:
            outputs[name].unlink()
        else:
            outputs[name].write_text(text, encoding="utf-8")
        return verify(outputs["assets.pa"])

    return case


def other_pack(project: Project, _: pytest.MonkeyPatch) -> object:
    outputs = build(project.path).outputs
    data = bytearray(outputs["assets.pa"].read_bytes())
    data[-1] ^= 1
    outputs["assets.pa"].write_bytes(data)
    return verify(outputs["assets.pa"])


def extracting(name: str, *, twice: bool = False) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        out = project.path / "out"
        with open_pack(build(project.path).outputs["assets.pa"]) as pack:
            for _again in range(1 + twice):
                write_assets(pack, [name], out)
        return Report()

    return case


def sounds_in(format_: str) -> Case:
    return asset(output={"format": format_, "codec": "NONE", "metadata": {"tile_size": 8}})


def metadata(**members: Any) -> Case:
    output = {"format": "TILES/indexed_v1", "codec": "NONE", "metadata": members}
    return asset(output=output)


CASES: dict[str, Case] = {
    "DOCUMENT_UTF8": asset(b'{"name": "\xff"}'),
    "DOCUMENT_JSON": asset("{"),
    "DOCUMENT_NESTING": asset('{"build": ' + "[" * 20 + "]" * 20 + "}"),
    "DOCUMENT_VALUES": lambda project, _: build(project.path, contract=limited(document_values=1)),
    "DOCUMENT_REPEATED": asset('{"name": 1, "name": 2}'),
    "DOCUMENT_NUMBER": asset('{"build": {"a": 1e999}}'),
    "DOCUMENT_VERSION": asset(schema_version=99),
    "DOCUMENT_KIND": asset('{"schema_version": 2, "next_asset_id": 1, "assets": []}'),
    "DOCUMENT_SCHEMA": asset(name=7),
    "DOCUMENT_OLD": lambda project, _: old(project),
    "WORKSPACE_MISSING": lambda project, _: build(project.path / "elsewhere"),
    "WORKSPACE_EXISTS": lambda project, _: init(project.path),
    "INDEX_ID": rows({}, {"asset_id": 1}),
    "INDEX_UUID": rows({}, {"asset_uuid": uuid(1)}),
    "INDEX_ROOT": rows({}, {"root": "hero"}),
    "INDEX_TEXT": merge_left,
    "INDEX_RELEASED": released({"asset_id": 1, "asset_uuid": uuid(77)}),
    "RELEASED_ID": released(
        {"asset_id": 1, "asset_uuid": uuid(1)}, {"asset_id": 1, "asset_uuid": uuid(77)}
    ),
    "RELEASE_UNBUILT": lambda project, _: held_by_build(project.path),
    "RELEASE_DIFFERS": lambda project, _: record_release(project.path, [(3, uuid(1))], built=True),
    "RELEASE_ORIGIN": foreign,
    "RELEASE_UNRECORDED": lambda project, _: unrecorded(project.path, [(1, uuid(1))]),
    "MERGE_DRIVER": untidy(in_a_clone),
    "INDEX_ORDER": untidy(out_of_order),
    "SCHEMA_ADDRESS": untidy(moved_by_hand),
    "SCHEMA_FILE": untidy(without_its_schema),
    "ROOT_MISSING": missing_root,
    "ROOT_NESTED": nested,
    "ROOT_UNREGISTERED": unregistered,
    "REGISTER_KNOWN": registering("hero"),
    "REGISTER_OUTSIDE": registering("new/sheet.png"),
    "REGISTER_COPY": registering("new", uuid=uuid(1)),
    "REGISTER_ABSENT": sparse_copy,
    "REGISTER_TAKEN": moved_over_another,
    "REGISTER_ANONYMOUS": anonymous,
    "REGISTER_FULL": full,
    "NEW_EXISTS": creating("hero"),
    "NEW_NAME": creating("new", name="two words"),
    "BRING_KIND": adding("art.xcf"),
    "BRING_EXTRA": without_the_extra,
    "BRING_SOUND": bad_sound,
    "BRING_TAKEN": bring_taken,
    "BRING_INSIDE": bring_inside,
    "BRING_SETTING": setting(version=3),
    "ADD_VERSION": setting(version=2),
    "LOOKUP_UNKNOWN": named("hera"),
    "LOOKUP_AMBIGUOUS": named("hero2"),
    "ASSET_UUID": asset(asset_uuid=uuid(77)),
    "ASSET_NAME": one_name,
    "ASSET_FORMAT": sounds_in("SOUNDS/pcm16le_v1"),
    "ASSET_ROLES": asset(inputs={"sprites": ["sheet.png"]}),
    "ASSET_METADATA": metadata(tile_size=9),
    "ASSET_METADATA_COLLISION": metadata(tile_size=8, width=256),
    "ASSET_METADATA_SIZE": metadata(tile_size=8, x_note="a" * 65_536),
    "ASSET_PALETTES": raw_palettes,
    "ASSET_SIZE": big_sounds,
    "ASSET_VALUE": lambda _, __: pack({"fx": SoundBank(samples=([1 << 15],), sample_rate=8000)}),  # type: ignore[arg-type]
    "ASSET_INPUTS": lambda project, _: build(project.path, contract=limited(inputs=1)),
    "PRELOAD_FULL": many_preloads,
    "PACK_LIMIT": lambda project, _: build(project.path, contract=limited(file_bytes=34_816)),
    "SOURCE_DUPLICATE": untidy(lambda project: project.tiles("copy")),
    "SOURCE_UNUSED": untidy(lambda p: (p.root("hero") / "art.psd").write_bytes(b"8BPS")),
    "SHARED_UNUSED": untidy(lambda p: (p.path / "assets/night.hex").write_bytes(b"")),
    "SOURCE_UNLISTED": unlisted,
    "PALETTE_UNUSED": untidy(lambda p: (p.root("hero") / "night.gpl").write_bytes(b"")),
    "NAME_CASE": untidy(lambda p: p.sounds("fx2", [(9, 9)], name="Hero")),
    "OUTPUT_INVALID": invalid_output,
    "WORKER_ANSWER": forged,
    "OUTPUT_STALE": lambda project, _: check_build(project.path),
    "COMPANION_MISSING": companion("preload.json", None),
    "COMPANION_DIFFERS": companion("preload.json", "[ ]"),
    "COMPANION_DIGEST": other_pack,
    "EXTRACT_UNKNOWN": extracting("hera"),
    "EXTRACT_EXISTS": extracting("hero", twice=True),
}


SAY_IT_ALL = {
    "DOCUMENT_NESTING", "DOCUMENT_SCHEMA", "ASSET_METADATA", "ASSET_FORMAT", "ASSET_ROLES",
}  # fmt: skip
"""Codes whose message already says what would be right."""


def old(project: Project) -> Report:
    shutil.rmtree(project.path)
    older = Project(project.path, version=1)
    older.tiles("hero")
    return build(project.path).report


def test_the_table_names_every_code() -> None:
    codes = {code.name for group in ("documents", "workspace") for code in GROUPS[group]}
    assert set(CASES) == codes


@every(CASES)
def test_a_code_appears(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    project.sounds("fx")
    try:
        report = CASES[code](project, monkeypatch)
    except Refused as refused:
        report = refused.report
    assert isinstance(report, Report)
    assert code in report.codes
    assert set(report.codes) <= {code, "ROOT_UNREGISTERED", "PRELUDE_MAGIC"}
    for found in report:
        if found.code != code:
            continue
        assert found.message.endswith((".", "…"))
        assert "None" not in found.message
        assert "{" not in found.message
        assert found.hint or code in SAY_IT_ALL
        assert found.file is None or not found.file.startswith("/") or "build" in found.file
        if code.startswith("ASSET_"):
            assert found.asset is not None
            assert found.asset.id in {1, 2}
            assert found.pointer or code == "ASSET_VALUE", "it is in no document"
    assert not (project.path / "build/.staging").exists()
