"""What an editor finds in a project: the schema that a `$schema` leads to, and nothing else.

Paths are followed as an editor does it, and schemas are judged by `jsonschema` without a registry.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.every import every
from tests.workspace.projects import ASSET, Project, drawing, dump, edit, examined, snapshot, uuid

from prometeu_assets.contract.bundle import bundle
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.scaffold import kinds, new
from prometeu_assets.workspace.migrate import migrate
from prometeu_assets.workspace.project import init, listing
from prometeu_assets.workspace.registration import register
from prometeu_assets.workspace.renaming import duplicate

PUBLISHED = Path(__file__).parents[2] / "schemas"
EXAMPLE = PUBLISHED.parent / "examples/hello-cartridge"
SCHEMA = f"assets/.prometeu/schemas/asset/v{ASSET}.json"
ELSEWHERE = "https://example.org/mine.json"


def led_to(document: Path) -> dict[str, Any]:
    """The file that an editor finds, from a document on disk."""
    found = (document.parent / json.loads(document.read_bytes())["$schema"]).resolve()
    return json.loads(found.read_bytes())  # type: ignore[no-any-return]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """A validator with this one file, which is a schema."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(schema: dict[str, Any], value: object) -> list[str]:
    """What a validator with this one file says: the place and the keyword of each fault."""
    errors = validator(schema).iter_errors(value)
    return sorted(f"{'/'.join(map(str, e.absolute_path))} {e.validator}" for e in errors)


@pytest.fixture
def game(tmp_path: Path) -> Path:
    """A new project with an asset of each kind."""
    init(tmp_path / "game")
    for kind in kinds(CURRENT):
        new(kind, tmp_path / f"game/assets/art/{kind}", project=tmp_path / "game")
    return tmp_path / "game"


# --- the schema in a project ----------------------------------------------------------------


def with_metadata(**members: object) -> Callable[[dict[str, Any]], None]:
    return lambda value: value["output"]["metadata"].update(members)


def with_inputs(**roles: object) -> Callable[[dict[str, Any]], None]:
    return lambda value: value["inputs"].update(roles)


JUDGED: dict[str, tuple[str, Callable[[dict[str, Any]], None], list[str]]] = {
    "as new writes it": ("tile-bank", lambda value: None, []),
    "a sound as new writes it": ("sound-bank", lambda value: None, []),
    "tile_sise": ("tile-bank", with_metadata(tile_sise=8), ["output/metadata additionalProperties"]),
    "a member of one's own": ("tile-bank", with_metadata(x_author="Ana"), []),
    "metadata of sounds": (
        "tile-bank", with_metadata(sample_rate=8000), ["output/metadata additionalProperties"],
    ),
    "metadata of tiles": (
        "sound-bank", with_metadata(tile_size=8), ["output/metadata additionalProperties"],
    ),
    "a role of sounds": ("tile-bank", with_inputs(samples=["a.wav"]), ["inputs additionalProperties"]),
    "a role of tiles": ("sound-bank", with_inputs(sprites=["a.png"]), ["inputs additionalProperties"]),
    "a picture that is cut": (
        "tile-bank", with_inputs(sprites=[{"path": "a.png", "margin": 1}]), [],
    ),
    "a path beside a shared one": (
        "tile-bank", with_inputs(sprites=[{"path": "a.png", "shared": "b.png"}]),
        ["inputs/sprites/0/path type"],
    ),
    "a misspelt setting": (
        "tile-bank", with_inputs(sprites=[{"path": "a.png", "marign": 1}]),
        ["inputs/sprites/0 additionalProperties"],
    ),
    "a setting of pictures at a palette": (
        "tile-bank", with_inputs(palettes=[{"path": "a.hex", "margin": 1}]),
        ["inputs/palettes/0 additionalProperties"],
    ),
    "an unknown type": (
        "tile-bank", lambda value: value.update(type="image_bank"), ["type enum"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", JUDGED)
def test_the_file_alone_judges_a_document(game: Path, case: str) -> None:
    kind, change, expected = JUDGED[case]
    document = game / f"assets/art/{kind}/asset.json"
    value = json.loads(document.read_bytes())
    change(value)
    assert faults(led_to(document), value) == expected


def followed(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A part of a schema, where its `$ref` leads inside of the same file."""
    while "$ref" in part:
        place = part["$ref"].removeprefix("#/").split("/")
        part = schema
        for name in place:
            part = part[name]
    return part


def test_the_file_says_what_an_editor_completes(game: Path) -> None:
    schema = led_to(game / "assets/art/tile-bank/asset.json")
    banks = {bank.asset_type: bank for bank in CURRENT.written.banks}
    assert schema["properties"]["type"]["enum"] == list(banks)
    assert {rule["if"]["properties"]["type"]["const"] for rule in schema["allOf"]} == banks.keys()
    for rule in schema["allOf"]:
        bank = banks[rule["if"]["properties"]["type"]["const"]]
        then = rule["then"]["properties"]
        roles = followed(schema, then["inputs"])["properties"]
        members = followed(schema, then["output"]["properties"]["metadata"])["properties"]
        assert roles.keys() == {*bank.roles, "payload"}
        assert members.keys() == CURRENT.documents.schema(*bank.metadata)["properties"].keys()
        assert all(part["description"] for part in (*roles.values(), *members.values()))


def test_what_a_project_has_is_the_published_schema(game: Path) -> None:
    for base in (game, EXAMPLE):
        found = {
            path.relative_to(base / "assets/.prometeu/schemas").as_posix(): path.read_bytes()
            for path in (base / "assets/.prometeu/schemas").rglob("*.json")
        }
        assert set(found) == {f"asset/v{ASSET}.json", "cartridge/v1.json"}
        assert all((PUBLISHED / name).read_bytes() == data for name, data in found.items())
        for document in (*base.glob("assets/*/*/asset.json"), base / "cartridge.json"):
            assert faults(led_to(document), json.loads(document.read_bytes())) == []


def test_an_editor_takes_the_paths_for_paths(game: Path) -> None:
    """Editors take a `$schema` for a path of the document when it begins with a dot."""
    for document in (*game.glob("assets/*/*/asset.json"), game / "cartridge.json"):
        assert json.loads(document.read_bytes())["$schema"].startswith(".")


def test_a_schema_is_no_asset_and_no_source(game: Path) -> None:
    assert [found.root for found in listing(game).assets] == ["art/tile-bank", "art/sound-bank"]
    assert examined(game, workspace=True).report.codes == ()
    (made, *_) = new("tile-bank", game / "assets/late", project=game).written
    assert made.startswith("assets/late/"), "the schema is there already"


def test_new_writes_the_schema_where_there_is_none(game: Path) -> None:
    shutil.rmtree(game / "assets/.prometeu/schemas")
    planned = new("tile-bank", game / "assets/late", project=game, dry_run=True)
    assert not (game / SCHEMA).exists()
    done = new("tile-bank", game / "assets/late", project=game)
    assert SCHEMA in done.written and done.written == planned.written
    assert led_to(game / "assets/late/asset.json")["$id"] == f"urn:prometeu:schema:asset:{ASSET}"


# --- a bundle -------------------------------------------------------------------------------


@every([f"{name}@{version}" for name, version in CURRENT.documents.keys])
def test_a_bundle_needs_no_other_schema(document: str) -> None:
    name, _, version = document.partition("@")
    schema = bundle(CURRENT.documents, name, int(version))
    judge = validator(schema)
    for example in schema["examples"]:
        assert [*judge.iter_errors(example)] == []
        if "report" in schema.get("properties", {}):
            assert not judge.is_valid({**example, "report": {}}), "what it refers to is judged too"


# --- who moves ------------------------------------------------------------------------------


def addresses(game: Path) -> dict[str, str]:
    """Root to the `$schema` in its document."""
    return {
        path.parent.relative_to(game / "assets").as_posix(): json.loads(path.read_bytes())[
            "$schema"
        ]
        for path in sorted((game / "assets").rglob("asset.json"))
        if ".prometeu" not in path.parts
    }


def test_a_moved_root_leads_to_the_schema_again(game: Path) -> None:
    (game / "assets/deep/er").mkdir(parents=True)
    for kind, place in (("tile-bank", "deep/er/tiles"), ("sound-bank", "sounds")):
        (game / "assets/art" / kind).rename(game / "assets" / place)
    texts = {
        p: (game / "assets" / p / "asset.json").read_text() for p in ("deep/er/tiles", "sounds")
    }
    (game / SCHEMA).unlink()
    register(game / "assets/deep/er/tiles", game / "assets/sounds", project=game)
    assert addresses(game) == {
        "deep/er/tiles": f"../../../.prometeu/schemas/asset/v{ASSET}.json",
        "sounds": f"../.prometeu/schemas/asset/v{ASSET}.json",
    }
    for place, text in texts.items():
        document = game / "assets" / place / "asset.json"
        new = addresses(game)[place]
        old = f"../../.prometeu/schemas/asset/v{ASSET}.json"
        assert document.read_text() == text.replace(f'"{old}"', f'"{new}"'), "no other byte"
        assert led_to(document)["$id"] == f"urn:prometeu:schema:asset:{ASSET}"


def test_a_root_that_follows_leads_to_the_schema_too(game: Path) -> None:
    """Its old root was taken by another asset, which alone is registered."""
    (game / "assets/art/tile-bank").rename(game / "assets/tiles")
    (game / "assets/art/sound-bank").rename(game / "assets/art/tile-bank")
    register(game / "assets/art/tile-bank", project=game)
    assert addresses(game) == {
        "art/tile-bank": f"../../.prometeu/schemas/asset/v{ASSET}.json",
        "tiles": f"../.prometeu/schemas/asset/v{ASSET}.json",
    }


def test_a_copy_leads_to_the_schema(game: Path) -> None:
    shutil.copytree(game / "assets/art/tile-bank", game / "assets/copy")
    drawing(lambda: uuid(9), register, game / "assets/copy", project=game, new_uuid=True)
    done = duplicate("art/sound-bank", game / "assets/a/b/c", project=game)
    found = addresses(game)
    assert found["copy"] == f"../.prometeu/schemas/asset/v{ASSET}.json"
    assert found["a/b/c"] == f"../../../.prometeu/schemas/asset/v{ASSET}.json"
    assert done.written[-1] == "assets/a/b/c/asset.json"
    assert json.loads((game / "assets/copy/asset.json").read_bytes())["asset_uuid"] == uuid(9)
    assert not {"SCHEMA_ADDRESS", "SCHEMA_FILE"} & set(examined(game, workspace=True).report.codes)


def test_a_duplicate_brings_the_schema_along(game: Path) -> None:
    shutil.rmtree(game / "assets/.prometeu/schemas")
    done = duplicate("art/sound-bank", game / "assets/b", project=game)
    assert SCHEMA in done.written and (game / SCHEMA).is_file()


@pytest.mark.parametrize(
    "editor", [ELSEWHERE, "mine.json", "../.prometeu/schemas/asset/v3.yaml", None]
)
def test_the_schema_of_somebody_else_stays(tmp_path: Path, editor: str | None) -> None:
    project = Project(tmp_path)
    project.tiles("hero")
    if editor is not None:
        edit(project.anchor("hero"), **{"$schema": editor})
    document = project.anchor("hero").read_bytes()
    (tmp_path / "assets/a").mkdir()
    project.root("hero").rename(project.root("a/hero"))
    register(project.root("a/hero"), project=tmp_path)
    assert project.anchor("a/hero").read_bytes() == document
    duplicate("a/hero", project.root("copy"), project=tmp_path)
    assert json.loads(project.anchor("copy").read_bytes()).get("$schema") == editor
    assert examined(tmp_path, fix=True, workspace=True).repairs == ()
    assert not (tmp_path / SCHEMA).exists()


# --- migration ------------------------------------------------------------------------------


def test_a_migration_writes_the_reference_and_the_schema(tmp_path: Path) -> None:
    project = Project(tmp_path, version=1)
    project.tiles("art/hero")
    project.sounds("fx")
    edit(project.anchor("fx"), **{"$schema": ELSEWHERE})
    done = migrate(tmp_path)
    assert set(done.created) == {"assets/.prometeu/released.json", SCHEMA}
    assert addresses(tmp_path) == {
        "art/hero": f"../../.prometeu/schemas/asset/v{ASSET}.json",
        "fx": ELSEWHERE,
    }
    document = project.anchor("art/hero")
    assert faults(led_to(document), json.loads(document.read_bytes())) == []
    assert examined(tmp_path, workspace=True).report.codes == ()


def test_a_migration_of_documents_with_another_schema_writes_none(tmp_path: Path) -> None:
    project = Project(tmp_path, version=1)
    project.sounds("fx")
    edit(project.anchor("fx"), **{"$schema": ELSEWHERE})
    assert set(migrate(tmp_path).created) == {"assets/.prometeu/released.json"}


# --- doctor ---------------------------------------------------------------------------------


def schema_gone(game: Path) -> None:
    shutil.rmtree(game / "assets/.prometeu/schemas")


def moved_by_hand(game: Path) -> None:
    """To another depth, and the index changed by hand as well."""
    (game / "assets/art/tile-bank").rename(game / "assets/tiles")
    index = game / "assets/.prometeu/index.json"
    index.write_text(index.read_text().replace("art/tile-bank", "tiles"))


def of_an_older_version(game: Path) -> None:
    """A document of version 2 that names the schema of version 3."""
    edit(game / "assets/art/sound-bank/asset.json", schema_version=2)


WRONG = {
    schema_gone: (["SCHEMA_FILE", "SCHEMA_FILE"], 2),
    moved_by_hand: (["SCHEMA_ADDRESS"], 1),
    of_an_older_version: (["DOCUMENT_OLD", "SCHEMA_ADDRESS", "SCHEMA_FILE"], 2),
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_doctor_repairs_what_leads_nowhere(game: Path, wrong: Callable[[Path], None]) -> None:
    codes, count = WRONG[wrong]
    wrong(game)
    before = snapshot(game)
    planned = examined(game, workspace=True, dry_run=True)
    assert list(planned.report.codes) == codes and planned.report.ok
    assert snapshot(game) == before
    done = examined(game, workspace=True, fix=True)
    assert done.repairs == planned.repairs
    assert [repair.kind for repair in done.repairs] == ["editor"] * count
    assert set(done.report.codes) <= {"DOCUMENT_OLD"}
    for document in (*game.rglob("asset.json"), game / "cartridge.json"):
        value = json.loads(document.read_bytes())
        assert led_to(document)["$id"].endswith(f":{value['schema_version']}")
    assert examined(game, fix=True).repairs == ()


@pytest.mark.parametrize(
    "text", ["{}", f'{{"$id": "urn:prometeu:schema:asset:{ASSET}"}}', "no JSON", ""]
)
def test_another_file_in_the_place_of_the_schema_stays(game: Path, text: str) -> None:
    (game / SCHEMA).write_text(text)
    (found,) = examined(game, workspace=True).report
    assert (found.code, found.hint_key, found.file) == ("SCHEMA_FILE", "other", SCHEMA)
    assert examined(game, fix=True).repairs == ()
    new("tile-bank", game / "assets/late", project=game)
    (game / "assets/art/tile-bank").rename(game / "assets/tiles")
    register(game / "assets/tiles", project=game)
    assert (game / SCHEMA).read_text() == text


def test_a_schema_that_is_formatted_otherwise_is_the_schema(game: Path) -> None:
    dump(game / SCHEMA, json.loads((game / SCHEMA).read_bytes()))
    (game / SCHEMA).write_bytes((game / SCHEMA).read_bytes().replace(b"\n", b"\r\n"))
    assert examined(game, workspace=True).report.codes == ()


def test_what_is_in_the_way_of_the_folder_hinders_nobody(game: Path) -> None:
    shutil.rmtree(game / "assets/.prometeu/schemas")
    (game / "assets/.prometeu/schemas").write_text("mine")
    new("tile-bank", game / "assets/late", project=game)
    assert (game / "assets/.prometeu/schemas").read_text() == "mine"
    assert "SCHEMA_FILE" in examined(game, workspace=True).report.codes


def test_a_cartridge_with_another_schema_asks_for_none(game: Path) -> None:
    (game / "assets/.prometeu/schemas/cartridge/v1.json").unlink()
    edit(game / "cartridge.json", **{"$schema": ELSEWHERE})
    assert examined(game, workspace=True, fix=True).repairs == ()
    (game / "cartridge.json").write_text("[1]")
    assert examined(game, workspace=True).report.codes == ()
    (game / "cartridge.json").unlink()
    assert examined(game, workspace=True).report.codes == ()
