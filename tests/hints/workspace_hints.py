"""The hints about a project as a whole, carried out on one."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.hints.documents_hints import of_version_1
from tests.hints.reading_hints import MADE
from tests.hints.scene import (
    Case,
    Cases,
    Pair,
    Scene,
    build,
    commands,
    done,
    same,
    shell,
    swap,
    swapped,
    text,
    told,
)
from tests.workspace.projects import (
    ASSET,
    INDEX,
    TABLE,
    dump,
    edit,
    from_no_workspace,
    record,
    uuid,
)

import prometeu_assets
from prometeu_assets.contract.current import CURRENT


def rows(scene: Scene) -> dict[str, dict[str, Any]]:
    """The rows of the index by root."""
    found = json.loads((scene.project.path / INDEX).read_bytes())["assets"]
    return {row["root"]: row for row in found if row and "root" in row}


def a_draft(scene: Scene, **options: Any) -> None:
    """A root with an asset that is not registered."""
    options = {"uuid": uuid(9), **options}
    scene.project.tiles("draft", seed=3, registered=False, **options)


def register(*roots: str) -> Callable[[Scene], list[str | Path]]:
    return lambda scene: [
        "register",
        *(scene.project.root(root) for root in roots),
        "--project",
        scene.project.path,
    ]


def listed(scene: Scene) -> list[str | Path]:
    return ["list", scene.project.path]


def untidy(scene: Scene) -> list[str | Path]:
    return ["doctor", scene.project.path, "--workspace"]


def checked(scene: Scene) -> list[str | Path]:
    return ["build", scene.project.path, "--check"]


def verified(scene: Scene) -> list[str | Path]:
    return ["verify", scene.project.path / MADE]


def rebuilt(scene: Scene) -> None:
    """A build after the hint was followed."""
    assert scene.run(*build(scene)).code == 0


def the_draft_is_built(scene: Scene) -> None:
    """The draft is an asset of the pack, and the others are what they were."""
    rebuilt(scene)
    content = scene.content()
    assert content["draft"][1][0][:8] == [3 * x % 4 for x in range(8)]
    assert {name: content[name] for name in scene.good} == scene.good


def without_hero(scene: Scene) -> None:
    assert scene.content() == {"fx": scene.good["fx"]}
    assert (scene.project.root("hero") / "sheet.png").exists(), "no source is removed"


def moved(scene: Scene) -> None:
    scene.project.root("hero").rename(scene.project.root("heroine"))


def nested(scene: Scene) -> None:
    """The sounds were moved into the tiles' root."""
    scene.project.root("fx").rename(scene.project.root("hero") / "fx")
    scene.project.rows[1]["root"] = "hero/fx"
    scene.project.write_index()


def moved_out(scene: Scene, _: str) -> None:
    (scene.project.root("hero") / "fx").rename(scene.project.root("fx"))
    assert scene.run(*register("fx")(scene)).code == 0


def without_the_tiles(scene: Scene) -> None:
    rebuilt(scene)
    assert scene.content() == {"fx": scene.good["fx"]}


def elsewhere(scene: Scene) -> list[str | Path]:
    """A folder that is in no project."""
    scene.stands = scene.project.path.parent / "empty"
    scene.stands.mkdir()
    return ["list"]


def begun(scene: Scene) -> None:
    """A project is where the user stands, and the other one is what it was."""
    assert json.loads((scene.stands / INDEX).read_bytes())["assets"] == [None]
    same(scene)


def known_too(scene: Scene) -> list[str | Path]:
    a_draft(scene)
    return register("hero", "draft")(scene)


def a_copy(scene: Scene) -> list[str | Path]:
    shutil.copytree(scene.project.root("hero"), scene.project.root("copy"))
    edit(scene.project.anchor("copy"), name="copy")
    return register("copy")(scene)


def two_assets(scene: Scene) -> None:
    """The copy is an asset of its own, with the content of the first."""
    rebuilt(scene)
    content = scene.content()
    assert content["copy"] == content["hero"] == scene.good["hero"]
    found = rows(scene)
    assert found["copy"]["asset_uuid"] != found["hero"]["asset_uuid"]
    assert found["copy"]["asset_id"] == 3


def anonymous(scene: Scene) -> list[str | Path]:
    of_version_1(scene)
    scene.project.tiles("draft", seed=3, registered=False)
    return register("draft")(scene)


def anonymous_and_one_gone(scene: Scene) -> list[str | Path]:
    of_version_1(scene)
    scene.project.tiles("draft", seed=3, registered=False)
    scene.project.anchor("fx").rename(scene.project.path / "kept.json")
    return register("draft")(scene)


def adopted_and_all_there(scene: Scene, hint: str) -> None:
    """It is a new asset; and the one that was gone comes back to its place."""
    shell(scene, hint)
    (scene.project.path / "kept.json").rename(scene.project.anchor("fx"))


def adopted(scene: Scene) -> None:
    """The draft has an id and a uuid of its own in the index."""
    found = rows(scene)
    assert found["draft"]["asset_id"] == 3
    assert len({row["asset_uuid"] for row in found.values()}) == 3


def the_root(scene: Scene, hint: str) -> None:
    assert "asset's root" in hint


def without_the_prefix(scene: Scene) -> list[str | Path]:
    """Register a root as the index names it, without ``assets/``."""
    return ["register", "draft", "--project", scene.project.path]


def nearest_root(scene: Scene, hint: str) -> None:
    """Register the path that the hint asks about."""
    project = shlex.quote(scene.seen(scene.project.path))
    scene.shell(f"prometeu-assets register {told('`(.+)`', hint)} --project {project}")


def new(root: str, *options: str) -> Callable[[Scene], list[str | Path]]:
    return lambda scene: [
        "new", "tile-bank", scene.project.root(root), "--project", scene.project.path, *options
    ]  # fmt: skip


def named(scene: Scene, hint: str) -> None:
    option = told("`(--name)`", hint)
    assert scene.run(*new("two words")(scene), option, "two.words").code == 0


def nothing_new(scene: Scene, hint: str) -> None:
    assert "choose another directory" in hint


def two_sheets(scene: Scene) -> None:
    """The new asset is built beside the others, which are what they were."""
    rebuilt(scene)
    content = scene.content()
    assert set(content) == {*scene.good, "heroine"}
    assert {name: content[name] for name in scene.good} == scene.good


def two_words_is_named(scene: Scene) -> None:
    rebuilt(scene)
    assert set(scene.content()) == {*scene.good, "two.words"}


def add(file: str, *options: str) -> Callable[[Scene], list[str | Path]]:
    return lambda scene: [
        "add", "fx", scene.stands / file, "--project", scene.project.path, *options
    ]  # fmt: skip


def add_sheet(file: str) -> Callable[[Scene], list[str | Path]]:
    """Take only the first tile of the picture, if the file given is the picture."""
    return lambda scene: [
        "add", "hero", scene.project.root("hero") / file, "--project", scene.project.path,
        "--area", "0,0,1,1",
    ]  # fmt: skip


def the_picture(scene: Scene, hint: str) -> None:
    assert "Give a file that it is for (.png, .aseprite, .ase)" in hint
    assert scene.run(*add_sheet("sheet.png")(scene)).code == 0


def without_the_option(scene: Scene, hint: str) -> None:
    assert "Leave the option out: no file of a sound-bank takes it." in hint
    assert scene.run(*add("beep.wav")(scene)).code == 0


def a_sound_of_the_user(scene: Scene) -> None:
    record(scene.stands / "beep.wav", [7, 8], rate=8000)


def document_of_version_2(scene: Scene) -> None:
    edit(scene.project.anchor("hero"), schema_version=2)


def migrated_and_added(scene: Scene, hint: str) -> None:
    assert "then add the file again" in hint
    shell(scene, hint)
    assert scene.run(*add_sheet("sheet.png")(scene)).code == 0


def one_tile_less(scene: Scene) -> None:
    """The bank has the first tile of the picture, and no other."""
    rebuilt(scene)
    good, found = scene.good["hero"], scene.content()["hero"]
    assert found != good
    first, second = scene.tiles(2)
    assert any(map(any, first))
    assert not any(map(any, second))


def a_document_of_an_editor(scene: Scene) -> None:
    (scene.stands / "beep.aup").write_bytes(b"audacity")


def exported(scene: Scene, hint: str) -> None:
    assert told("these, and give that file: (.wav)", hint) == ".wav"
    record(scene.stands / "beep.wav", [7, 8], rate=8000)


def no_sound(scene: Scene) -> None:
    (scene.stands / "beep.ogg").write_bytes(b"OggS")


def saved_as_wav(scene: Scene, hint: str) -> None:
    assert "save it as WAV" in hint
    record(scene.stands / "beep.wav", [7, 8], rate=8000)


def a_sound_that_is_there(scene: Scene) -> None:
    there = scene.project.root("fx") / "samples"
    there.mkdir()
    record(there / "beep.wav", [1], rate=8000)
    record(scene.stands / "beep.wav", [7, 8], rate=8000)


def renamed(scene: Scene, hint: str) -> None:
    assert "rename the file that you give" in hint
    (scene.stands / "beep.wav").rename(scene.stands / "beep2.wav")


def one_more_sound(scene: Scene) -> None:
    """The sound is the last of the asset's, and nothing else is another."""
    rebuilt(scene)
    with prometeu_assets.open(scene.project.path / "build/assets.pa") as pack:
        assert pack.decode(pack["fx"]).samples[-1].tolist() == [7, 8]
    assert scene.content()["hero"] == scene.good["hero"]


def exclude(asset: str) -> Callable[[Scene], list[str | Path]]:
    """Take an asset out of the build; the project is found from the directory."""
    return lambda scene: ["exclude", asset, "--project", scene.project.path]


def exclude_the_draft(scene: Scene) -> list[str | Path]:
    """Exclude an asset by the path of its root."""
    return ["exclude", scene.project.root("draft"), "--project", scene.project.path]


def excluded(scene: Scene) -> None:
    rebuilt(scene)
    assert scene.content() == {"fx": scene.good["fx"]}


def by_a_name_of_the_list(scene: Scene, hint: str) -> None:
    """Look into the printed list, and give a name that is there."""
    (command,) = commands(hint)
    assert "hero" in scene.shell(command)
    assert scene.run(*exclude("hero")(scene)).code == 0


def by_the_nearest(scene: Scene, hint: str) -> None:
    assert scene.run(*exclude(told("'(.+)'", hint))(scene)).code == 0


def two_heroes(scene: Scene) -> None:
    """A root and a name of two assets are one word."""
    edit(scene.project.anchor("fx"), name="hero")
    edit(scene.project.anchor("hero"), name="tiles")


def by_id(scene: Scene, hint: str) -> None:
    assert "id" in hint
    assert scene.run(*exclude("1")(scene)).code == 0


def the_tiles_are_excluded(scene: Scene) -> None:
    rebuilt(scene)
    assert scene.content() == {"hero": scene.good["fx"]}


def right_document(scene: Scene, hint: str) -> None:
    assert "Restore the right asset.json" in hint
    edit(scene.project.anchor("hero"), asset_uuid=uuid(1))


def other_name(scene: Scene, hint: str) -> None:
    assert "Change one" in hint
    edit(scene.project.anchor("fx"), name="fx")


def raw_with_palettes(scene: Scene) -> None:
    """A raw payload with colours in all palettes, of which one is declared."""
    (scene.project.root("hero") / "bank.bin").write_bytes(b"\1" * 34_816)
    whole = {
        "tile_size": 8, "width": 256, "height": 256, "palette_count": 64, "palette_authored": 1,
    }  # fmt: skip
    output = {"format": "TILES/indexed_v1", "codec": "NONE", "metadata": whole}
    edit(scene.project.anchor("hero"), inputs={"payload": ["bank.bin"]}, output=output)


def all_palettes(scene: Scene, hint: str) -> None:
    name, value = told("Set `(.+?)`", hint), told("to (.+?),", hint)
    output = json.loads(scene.project.anchor("hero").read_bytes())["output"]
    output["metadata"][name] = int(value)
    edit(scene.project.anchor("hero"), output=output)


def all_are_there(scene: Scene) -> None:
    with prometeu_assets.open(scene.project.path / MADE) as pack:
        assert bytes(pack.read(pack["hero"])) == b"\1" * 34_816
        assert pack["hero"].metadata["palette_authored"] == 64


LONG: Final = [7] * (5 * 2**20)


def two_long_sounds(scene: Scene) -> None:
    for name in ("0.wav", "1.wav"):
        record(scene.project.root("fx") / name, LONG)
    edit(scene.project.anchor("fx"), inputs={"samples": ["0.wav", "1.wav"]})


def bank_split(scene: Scene, _: str) -> None:
    """The second sound becomes a bank of its own."""
    root = scene.project.root("fx2")
    root.mkdir()
    (scene.project.root("fx") / "1.wav").rename(root / "1.wav")
    edit(scene.project.anchor("fx"), inputs={"samples": ["0.wav"]})
    document = json.loads(scene.project.anchor("fx").read_bytes())
    document.update(asset_uuid=uuid(9), name="fx2", inputs={"samples": ["1.wav"]})
    (root / "asset.json").write_text(json.dumps(document), encoding="utf-8")
    assert scene.run(*register("fx2")(scene)).code == 0


def both_are_whole(scene: Scene) -> None:
    for asset in ("fx", "fx2"):
        frames = scene.frames(asset)
        assert len(frames) == len(LONG)
        assert set(frames.tolist()) == {7}


def seventeen(scene: Scene) -> None:
    for number in range(17):
        scene.project.sounds(f"s{number}", [(number,)], preload=True)


def one_later(scene: Scene, hint: str) -> None:
    (setting,) = (json.loads(f"{{{part}}}") for part in hint.split("`")[1:2])
    edit(scene.project.anchor("s16"), **setting)


def sixteen_are_preloaded(scene: Scene) -> None:
    with prometeu_assets.open(scene.project.path / MADE) as pack:
        assert [entry.asset_id for entry in pack.preload] == list(range(3, 19))
    assert scene.frames("s16").tolist() == [16]


def left_over(scene: Scene) -> None:
    """A second bank with the picture of the first."""
    root = scene.project.root("hero")
    shutil.copy(root / "sheet.png", root / "copy.png")
    inputs = {"sprites": ["sheet.png", "copy.png"], "palettes": ["colors.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def removed(scene: Scene, _: str) -> None:
    (scene.project.root("hero") / "copy.png").unlink()
    edit(
        scene.project.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": ["colors.hex"]}
    )


def two_takes(scene: Scene) -> None:
    for name, frame in (("it's one.wav", 7), ("-two.wav", 8)):
        record(scene.project.root("fx") / name, [frame], rate=8000)


def two_takes_more(scene: Scene) -> None:
    """Both sounds follow those that were there."""
    rebuilt(scene)
    fx = scene.content()["fx"]
    with prometeu_assets.open(scene.project.path / "build/assets.pa") as pack:
        samples = [sample.tolist() for sample in pack.decode(pack["fx"]).samples]
    assert samples[-2:] == [[8], [7]]
    assert fx != scene.good["fx"]


def a_drawing(scene: Scene) -> None:
    (scene.project.root("hero") / "art.psd").write_bytes(b"8BPS")


def drawing_moved(scene: Scene, _: str) -> None:
    (scene.project.root("hero") / "art.psd").rename(scene.project.path / "art.psd")


def same_when_built(scene: Scene) -> None:
    rebuilt(scene)
    same(scene)


def night(scene: Scene) -> None:
    (scene.project.root("hero") / "night.hex").write_text("000000\n112233\n", encoding="ascii")


def night_of_nobody(scene: Scene) -> None:
    """A palette outside of all roots."""
    night = "000000\n112233\n"
    (scene.project.path / "assets/night.hex").write_text(night, encoding="ascii")


def the_tiles_use_it(scene: Scene, hint: str) -> None:
    entry = json.loads(told("`(.+?)`", hint))
    inputs = {"sprites": ["sheet.png"], "palettes": ["colors.hex", entry]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def night_is_listed(scene: Scene) -> None:
    night(scene)
    inputs = {"sprites": ["sheet.png"], "palettes": ["colors.hex", "night.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def night_is_kept(scene: Scene, hint: str) -> None:
    """Add it where the hint says."""
    assert "`inputs.palettes`" in hint
    night_is_listed(scene)


def night_is_built(scene: Scene) -> None:
    rebuilt(scene)
    with prometeu_assets.open(scene.project.path / MADE) as pack:
        bank = pack.decode(pack["hero"])
        assert isinstance(bank, prometeu_assets.TileBank)
        assert bank.palette_authored == 2
        assert bank.palettes[1, 1] == 0x10 >> 3 << 11 | 0x22 >> 2 << 5 | 0x33 >> 3


def night_is_off(scene: Scene, hint: str) -> None:
    assert "remove it from `inputs.palettes`" in hint
    (scene.project.root("hero") / "night.hex").unlink()
    edit(
        scene.project.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": ["colors.hex"]}
    )


def capital(scene: Scene) -> None:
    edit(scene.project.anchor("fx"), name="Hero")


def clearly_different(scene: Scene, hint: str) -> None:
    assert "clearly different" in hint
    edit(scene.project.anchor("fx"), name="fx")


def outputs_gone(scene: Scene) -> None:
    shutil.rmtree(scene.project.path / "build")


def companion(text: str | None) -> Callable[[Scene], object]:
    def step(scene: Scene) -> None:
        path = scene.project.path / "build/preload.json"
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")

    return step


def other_pack(scene: Scene) -> None:
    path = scene.project.path / MADE
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def built_again(scene: Scene, hint: str) -> None:
    assert "Build again" in hint
    rebuilt(scene)


def extract(*assets: str) -> Callable[[Scene], list[str | Path]]:
    return lambda scene: ["extract", scene.project.path / MADE, *assets, "--out", out(scene)]


def out(scene: Scene) -> Path:
    return scene.project.path / "out"


def extracted(scene: Scene) -> None:
    """The slice of the asset is on the disk, byte for byte."""
    with prometeu_assets.open(scene.project.path / MADE) as pack:
        wanted = bytes(pack.read(pack["hero"]))
    assert wanted in [path.read_bytes() for path in sorted(out(scene).parent.glob("out*/*"))]


def nearest_asset(scene: Scene, hint: str) -> None:
    assert scene.run(*extract(told("'(.+)'", hint))(scene)).code == 0


def one_of_the_pack(scene: Scene, hint: str) -> None:
    (command,) = commands(hint)
    assert "hero" in scene.shell(command)
    assert scene.run(*extract("hero")(scene)).code == 0


def already_extracted(scene: Scene) -> None:
    assert scene.run(*extract("hero")(scene)).code == 0


def to_another(scene: Scene, hint: str) -> None:
    option = told("`(--out)`", hint)
    again = ["extract", scene.project.path / MADE, "hero", option, scene.project.path / "out2"]
    assert scene.run(*again).code == 0
    shutil.rmtree(out(scene))


def page(scene: Scene) -> list[str | Path]:
    return ["inspect", scene.project.path / MADE, "--html", scene.project.path / "page.html"]


def a_page_of_somebody(scene: Scene) -> None:
    (scene.project.path / "page.html").write_text("mine", encoding="utf-8")


def another_name(scene: Scene, hint: str) -> None:
    assert "another name" in hint


def another_page(scene: Scene) -> list[str | Path]:
    return ["inspect", scene.project.path / MADE, "--html", scene.project.path / "pack.html"]


def both_pages(scene: Scene) -> None:
    assert (scene.project.path / "page.html").read_text(encoding="utf-8") == "mine"
    assert "hero" in (scene.project.path / "pack.html").read_text(encoding="utf-8")


def of_version_2(old: str, new: str) -> Callable[[str], str]:
    """A change of a document, in the last version whose schema lets any metadata stand."""
    return lambda before: before.replace(
        f'"schema_version": {TABLE}', '"schema_version": 2'
    ).replace(old, new)


def nothing(scene: Scene, hint: str) -> None:
    """The hint says that nothing was changed, or that nothing is left to do."""
    assert hint.startswith("Nothing ")


def examined(scene: Scene) -> list[str | Path]:
    return ["doctor", scene.project.path]


def release(*options: str) -> Callable[[Scene], list[str | Path]]:
    return lambda scene: ["release", *options, "--project", scene.project.path]


def command_number(number: int) -> Callable[[Scene, str], None]:
    """Carry out one command of a hint that offers several."""
    return lambda scene, hint: scene.shell(commands(hint)[number]) and None


def row_more(**changes: Any) -> Callable[[Scene], None]:
    """The index has the row of the tiles once more, with these changes."""
    return lambda scene: scene.project.write_index(
        assets=[*scene.project.rows, {**scene.project.rows[0], **changes}]
    )


def marked(scene: Scene) -> None:
    path = scene.project.path / INDEX
    scene.project.rows.sort(key=lambda row: int(row["asset_id"]))
    lines = "".join(f"{json.dumps(row)},\n\n" for row in scene.project.rows)
    path.write_text(
        f'{{"schema_version": {TABLE}, "assets": [\n<<<<<<< a\n{lines}=======\n>>>>>>> b\nnull]}}\n',
        encoding="utf-8",
    )


def a_twin(scene: Scene) -> None:
    shutil.copytree(scene.project.root("hero"), scene.project.root("heroine"))


def of_another(scene: Scene) -> None:
    edit(scene.project.anchor("hero"), asset_uuid=uuid(77))


def one_forgotten(scene: Scene, hint: str) -> None:
    command_number(1)(scene, hint)
    edit(scene.project.anchor("hero"), asset_uuid=uuid(1))


def backwards(scene: Scene) -> None:
    scene.project.write_index(assets=scene.project.rows[::-1])


def without_a_schema(scene: Scene) -> None:
    edit(scene.project.anchor("hero"), **{"$schema": f"../.prometeu/schemas/asset/v{ASSET}.json"})


def moved_by_hand(scene: Scene) -> None:
    edit(
        scene.project.anchor("hero"), **{"$schema": f"../../.prometeu/schemas/asset/v{ASSET}.json"}
    )


def schema_of(scene: Scene) -> Path:
    """The file that an editor takes for the schema of the hero."""
    anchor = scene.project.anchor("hero")
    return anchor.parent / json.loads(anchor.read_bytes())["$schema"]


def with_another_schema(scene: Scene) -> None:
    without_a_schema(scene)
    dump(schema_of(scene), {"title": "mine"})


def moved_away(scene: Scene, hint: str) -> None:
    schema_of(scene).rename(scene.stands / "mine.json")
    shell(scene, hint)


def the_schema_is_found(scene: Scene) -> None:
    assert json.loads(schema_of(scene).read_bytes()) == CURRENT.documents.schema("asset", ASSET)
    same_when_built(scene)


def recorded(*uuids: str) -> Callable[[Scene], None]:
    return lambda scene: scene.project.release(
        *({"asset_id": 1, "asset_uuid": uuid} for uuid in uuids)
    )


def renumbered(scene: Scene) -> None:
    rebuilt(scene)
    scene.project.rows[0]["asset_id"] = 9
    scene.project.write_index()


def foreign(scene: Scene) -> None:
    """A build whose companion says of no asset where it comes from."""
    rebuilt(scene)
    from_no_workspace(scene.project.path / "build")


def a_clone(scene: Scene) -> None:
    scene.stands = scene.project.path
    scene.shell("git init --quiet")


def sparse(scene: Scene) -> None:
    a_clone(scene)
    scene.shell("git config core.sparseCheckout true")


def over_the_sounds(scene: Scene) -> None:
    shutil.rmtree(scene.project.root("fx"))
    scene.project.root("hero").rename(scene.project.root("fx"))


def forgotten_first(scene: Scene, hint: str) -> None:
    command_number(0)(scene, hint)
    assert scene.run(*register("fx")(scene)).code == 0


def only_the_tiles(scene: Scene) -> None:
    rebuilt(scene)
    assert scene.content() == {"hero": scene.good["hero"]}


def exchanged(scene: Scene) -> None:
    aside = scene.project.path / "aside"
    scene.project.root("hero").rename(aside)
    scene.project.root("fx").rename(scene.project.root("hero"))
    aside.rename(scene.project.root("fx"))


CASES: dict[Pair, Cases] = {
    ("INDEX_TEXT", None): Case(done(marked), shell, same_when_built),
    ("INDEX_ID", None): Case(
        done(a_draft, row_more(asset_uuid=uuid(9), root="draft")), shell, the_draft_is_built
    ),
    ("INDEX_UUID", None): Case(done(row_more()), shell, same_when_built),
    ("INDEX_UUID", "ask"): (
        Case(
            done(a_twin, row_more(root="heroine"), run=examined),
            command_number(0),
            same_when_built,
        ),
        Case(
            done(a_twin, row_more(root="heroine"), run=examined),
            command_number(1),
            same_when_built,
        ),
        Case(
            done(a_twin, row_more(root="heroine"), run=examined),
            command_number(2),
            without_the_tiles,
        ),
    ),
    ("INDEX_UUID", "gone"): Case(
        done(of_another, row_more(root="heroine"), run=examined),
        command_number(0),
        without_the_tiles,
    ),
    ("INDEX_ROOT", None): Case(
        done(row_more(asset_id=9, asset_uuid=uuid(0))), shell, same_when_built
    ),
    ("INDEX_ROOT", "ask"): Case(
        done(of_another, row_more(asset_id=9, asset_uuid=uuid(90)), run=examined),
        one_forgotten,
        same_when_built,
    ),
    ("INDEX_RELEASED", None): Case(done(recorded(uuid(77))), shell, same_when_built),
    ("INDEX_ORDER", None): Case(done(backwards, run=untidy), shell, same_when_built),
    ("SCHEMA_ADDRESS", None): Case(
        done(without_a_schema, moved_by_hand, run=untidy), shell, the_schema_is_found
    ),
    ("SCHEMA_FILE", None): Case(done(without_a_schema, run=untidy), shell, the_schema_is_found),
    ("SCHEMA_FILE", "other"): Case(
        done(with_another_schema, run=untidy), moved_away, the_schema_is_found
    ),
    ("RELEASED_ID", None): Case(done(recorded(uuid(1), uuid(77))), shell, same_when_built),
    ("RELEASE_UNBUILT", None): Case(done(outputs_gone, run=release()), shell),
    ("RELEASE_DIFFERS", None): Case(done(renumbered, run=release()), shell),
    ("RELEASE_ORIGIN", None): Case(done(foreign, run=release()), shell),
    ("RELEASE_UNRECORDED", None): Case(done(rebuilt, run=release("--check")), shell),
    ("MERGE_DRIVER", None): Case(done(a_clone, run=untidy), shell, same_when_built),
    ("REGISTER_ABSENT", None): (
        Case(
            done(sparse, moved, run=register("heroine")),
            command_number(0),
            same_when_built,
            again=listed,
        ),
    ),
    ("REGISTER_TAKEN", None): Case(
        done(over_the_sounds, run=register("fx")), forgotten_first, only_the_tiles, again=listed
    ),
    ("ASSET_UUID", "moved"): Case(
        done(exchanged, run=examined), command_number(0), same_when_built
    ),
    ("WORKSPACE_MISSING", None): Case(elsewhere, shell, begun),
    ("WORKSPACE_EXISTS", None): Case(
        lambda scene: ["init", scene.project.path], nothing, again=build
    ),
    ("ROOT_MISSING", None): Case(
        done(lambda scene: scene.project.anchor("hero").unlink()), shell, without_hero
    ),
    ("ROOT_MISSING", "moved"): Case(done(moved, run=examined), command_number(0), same_when_built),
    ("ROOT_NESTED", None): Case(done(nested), moved_out),
    ("ROOT_UNREGISTERED", None): Case(done(a_draft), shell, the_draft_is_built),
    ("REGISTER_KNOWN", None): Case(known_too, nothing, the_draft_is_built, again=register("draft")),
    ("REGISTER_OUTSIDE", None): Case(
        done(a_draft, run=register("draft/sheet.png")),
        the_root,
        the_draft_is_built,
        again=register("draft"),
    ),
    ("REGISTER_OUTSIDE", "prefix"): Case(
        done(a_draft, run=without_the_prefix),
        nearest_root,
        the_draft_is_built,
        again=build,
    ),
    ("REGISTER_COPY", None): Case(a_copy, shell, two_assets, again=build),
    ("REGISTER_ANONYMOUS", None): Case(anonymous, shell, adopted, again=listed),
    ("REGISTER_ANONYMOUS", "gone"): Case(
        anonymous_and_one_gone, adopted_and_all_there, adopted, again=listed
    ),
    ("NEW_EXISTS", None): Case(
        done(a_draft, run=new("draft")), shell, the_draft_is_built, again=build
    ),
    ("NEW_EXISTS", "registered"): Case(new("hero"), nothing_new, two_sheets, again=new("heroine")),
    ("NEW_NAME", None): Case(new("two words"), named, two_words_is_named, again=build),
    ("BRING_KIND", None): Case(
        done(a_document_of_an_editor, run=add("beep.aup")),
        exported,
        one_more_sound,
        again=add("beep.wav"),
    ),
    ("BRING_SOUND", None): Case(
        done(no_sound, run=add("beep.ogg")), saved_as_wav, one_more_sound, again=add("beep.wav")
    ),
    ("BRING_TAKEN", None): Case(
        done(a_sound_that_is_there, run=add("beep.wav")),
        renamed,
        one_more_sound,
        again=add("beep2.wav"),
    ),
    ("BRING_SETTING", None): Case(add_sheet("colors.hex"), the_picture, one_tile_less, again=build),
    ("BRING_SETTING", "none"): Case(
        done(a_sound_of_the_user, run=add("beep.wav", "--margin", "1")),
        without_the_option,
        one_more_sound,
        again=build,
    ),
    ("ADD_VERSION", None): Case(
        done(document_of_version_2, run=add_sheet("sheet.png")),
        migrated_and_added,
        one_tile_less,
        again=build,
    ),
    ("LOOKUP_UNKNOWN", None): Case(exclude("zzzz"), by_a_name_of_the_list, excluded, again=listed),
    ("LOOKUP_UNKNOWN", "nearest"): Case(exclude("hera"), by_the_nearest, excluded, again=listed),
    ("LOOKUP_UNKNOWN", "unregistered"): Case(
        done(a_draft, run=exclude_the_draft), shell, the_draft_is_built, again=build
    ),
    ("LOOKUP_AMBIGUOUS", None): Case(
        done(two_heroes, run=exclude("hero")), by_id, the_tiles_are_excluded, again=listed
    ),
    ("ASSET_UUID", None): Case(
        done(lambda scene: edit(scene.project.anchor("hero"), asset_uuid=uuid(77))), right_document
    ),
    ("ASSET_NAME", None): Case(
        done(lambda scene: edit(scene.project.anchor("fx"), name="hero")), other_name
    ),
    ("ASSET_METADATA", "nearest"): Case(
        text(of_version_2('"tile_size"', '"tilesize"')),
        lambda scene, hint: swap("tilesize", told("'(.+)'", hint))(scene, hint),
    ),
    ("ASSET_METADATA", "free"): Case(
        text(of_version_2('"tile_size": 8', '"tile_size": 8, "mood": "dark"')),
        lambda scene, hint: swap("mood", told("`(.+)`", hint) + "mood")(scene, hint),
    ),
    ("ASSET_METADATA_COLLISION", None): Case(
        swapped('"tile_size": 8', '"tile_size": 8, "width": 256'), swap(', "width": 256', "")
    ),
    ("ASSET_METADATA_SIZE", None): Case(
        swapped('"tile_size": 8', '"tile_size": 8, "x_note": "' + "a" * 65_536 + '"'),
        swap("a" * 65_000, ""),
    ),
    ("ASSET_PALETTES", None): Case(done(raw_with_palettes), all_palettes, all_are_there),
    ("ASSET_SIZE", None): Case(done(two_long_sounds), bank_split, both_are_whole),
    ("PRELOAD_FULL", None): Case(done(seventeen), one_later, sixteen_are_preloaded),
    ("SOURCE_DUPLICATE", None): Case(done(left_over, run=untidy), removed, same_when_built),
    ("SHARED_UNUSED", None): Case(
        done(night_of_nobody, run=untidy), the_tiles_use_it, night_is_built, again=build
    ),
    ("SOURCE_UNLISTED", None): Case(done(two_takes), shell, two_takes_more),
    ("SOURCE_UNUSED", None): Case(done(a_drawing, run=untidy), drawing_moved, same_when_built),
    ("PALETTE_UNUSED", None): Case(
        done(night_is_listed, run=untidy), night_is_off, same_when_built
    ),
    ("PALETTE_UNUSED", "unlisted"): Case(
        done(night, run=untidy), night_is_kept, night_is_built, again=build
    ),
    ("NAME_CASE", None): Case(done(capital, run=untidy), clearly_different, same_when_built),
    ("OUTPUT_STALE", None): Case(done(outputs_gone, run=checked), shell),
    ("COMPANION_MISSING", None): Case(done(companion(None), run=verified), shell),
    ("COMPANION_DIFFERS", None): Case(done(companion("[ ]"), run=verified), built_again),
    ("COMPANION_DIGEST", None): Case(done(other_pack, run=verified), built_again),
    ("EXTRACT_UNKNOWN", None): Case(extract("zzzz"), one_of_the_pack, extracted, again=listed),
    ("EXTRACT_UNKNOWN", "nearest"): Case(extract("hera"), nearest_asset, extracted, again=listed),
    ("EXTRACT_EXISTS", None): Case(
        done(already_extracted, run=extract("hero")), to_another, extracted
    ),
    ("EXTRACT_EXISTS", "page"): Case(
        done(a_page_of_somebody, run=page), another_name, both_pages, another_page
    ),
}

REASONS: dict[Pair, str] = {
    ("INDEX_ROOT", "case"): "it names two directories that one disk cannot hold",
    ("REGISTER_FULL", None): "ids are never used again: there is nothing to be done",
    ("ASSET_METADATA_SIZE", "samples"): "ASSET_SIZE carries the same advice out",
    ("ASSET_VALUE", None): "only a program can do it: see `tests/packer/test_memory.py`",
    ("ASSET_INPUTS", None): "the asset would have 65 536 files; ASSET_SIZE splits one",
    ("PACK_LIMIT", None): "the pack would have 2 GiB; LOOKUP_UNKNOWN excludes an asset",
    ("BRING_EXTRA", None): "it installs packages; with them, sounds are converted by other tests",
    ("OUTPUT_INVALID", None): "it asks to report a fault of the tool, which no input brings out",
    ("WORKER_ANSWER", None): "only a program can do it: see `tests/packer/test_workers.py`",
}
