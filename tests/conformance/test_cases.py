"""The published cases: what each says, and what all of them are together."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.spec.test_spec_pages import anchors

from prometeu_assets.catalog import CODES
from prometeu_assets.conformance.case import LARGEST_FILE, expand, size_of
from prometeu_assets.conformance.export import export
from prometeu_assets.conformance.kinds import asked, kinds
from prometeu_assets.conformance.kit import Damaged, Kit, Vector, load
from prometeu_assets.contract.cartridge import FILES
from prometeu_assets.contract.current import CURRENT

LARGEST_KIT = 8 * 1024 * 1024


def test_the_manifest_obeys_its_schema(kit: Kit) -> None:
    manifest = json.loads((kit.directory / "manifest.json").read_bytes())
    assert list(CURRENT.documents.violations(("conformance-manifest", 1), manifest)) == []


def test_ids_are_sorted_and_differ_by_more_than_case(kit: Kit) -> None:
    ids = [vector.id for vector in kit.vectors]
    assert ids == sorted(set(ids))
    assert len({id.lower() for id in ids}) == len(ids) >= 250


def test_no_two_cases_are_the_same(kit: Kit) -> None:
    said = Counter((v.question, v.verdict, v.code, v.sha256) for v in kit.vectors)
    assert [key for key, count in said.items() if count > 1] == []


def test_no_input_has_two_expectations(kit: Kit) -> None:
    said: dict[object, set[object]] = {}
    for v in kit.vectors:
        said.setdefault((v.question, v.sha256), set()).add((v.verdict, v.code))
    assert [key for key, found in said.items() if len(found) > 1] == []


def test_vectors_are_small(kit: Kit) -> None:
    files = [p for p in (kit.directory / "vectors").rglob("*") if p.is_file()]
    sizes = {p.relative_to(kit.directory / "vectors").as_posix(): p.stat().st_size for p in files}
    assert sum(sizes.values()) <= LARGEST_KIT
    limit = CURRENT.limits.asset_document_bytes
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {
        "cartridge-accept-text-largest/manifest.json": limit,
        "cartridge-manifest-too-large/manifest.json": limit + 1,
    }


def test_inputs_are_what_the_manifest_says(kit: Kit) -> None:
    for vector in kit.vectors:
        if vector.file is None:
            assert vector.recipe is not None
            assert vector.size == size_of(vector.recipe) > LARGEST_FILE
            continue
        if vector.question.kind == "cartridge":
            continue
        data = (kit.directory / vector.file).read_bytes()
        assert vector.recipe is None
        assert (len(data), hashlib.sha256(data).hexdigest()) == (vector.size, vector.sha256)


def test_directories_are_what_the_manifest_says(kit: Kit) -> None:
    """Name by name; and all together as ``sha256sum`` prints them."""
    manifest = json.loads((kit.directory / "manifest.json").read_bytes())
    rows = [row["input"] for row in manifest["cases"] if row["kind"] == "cartridge"]
    assert len(rows) >= 150
    for row in rows:
        there = {p.name: p.read_bytes() for p in (kit.directory / row["directory"]).iterdir()}
        kept = [file for file in row["files"] if "sha256" in file]
        listed = [(file["name"], file["sha256"], file["size"]) for file in kept]
        found = [(n, hashlib.sha256(d).hexdigest(), len(d)) for n, d in sorted(there.items())]
        assert listed == found
        lines = "".join(f"{told(file)}  {file['name']}\n" for file in row["files"])
        assert row["sha256"] == hashlib.sha256(lines.encode()).hexdigest()
        assert row["size"] == sum(size for _, _, size in found)


def told(file: dict[str, Any]) -> str:
    """What stands before a name in the listing of a directory."""
    if "link" in file:
        return f"link to {file['link']}"
    return str(file.get("sha256", "directory"))


def test_what_the_kit_does_not_keep_is_made(kit: Kit, tmp_path: Path) -> None:
    made = {
        v.id: v.input(tmp_path)
        for v in kit.only("cartridge-*-is-*", "cartridge-accept-other-names")
    }
    for role, name in FILES.items():
        assert (made[f"cartridge-{role}-is-link"] / name).readlink() == Path(f"other.{role}")
        assert (made[f"cartridge-{role}-is-link"] / name).is_file()
        assert not (made[f"cartridge-{role}-is-link-to-nothing"] / name).exists()
        assert list((made[f"cartridge-{role}-is-directory"] / name).iterdir()) == []
        assert made[f"cartridge-{role}-is-capital"].parent == kit.directory / "vectors"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["cartridge-accept-other-names"]
        + [f"cartridge-{r}-is-{w}" for r in FILES for w in ("link", "link-to-nothing", "directory")]
    )


def test_an_exported_kit_has_links_and_directories(kit: Kit, tmp_path: Path) -> None:
    chosen = kit.only("cartridge-manifest-is-*")
    export(kit, tmp_path / "copy", chosen)
    copy = load(tmp_path / "copy")
    copy.require(copy.vectors)
    for vector in copy.vectors:
        assert vector.input(tmp_path / "scratch") == vector.path
    (tmp_path / "copy/vectors/cartridge-manifest-is-link/manifest.json").unlink()
    (tmp_path / "copy/vectors/cartridge-manifest-is-link/manifest.json").symlink_to("elsewhere")
    with pytest.raises(Damaged):
        copy.require(copy.vectors)


def test_recipes_make_what_the_manifest_says(kit: Kit, tmp_path: Path) -> None:
    for vector in kit.vectors:
        if vector.recipe is None:
            continue
        path = vector.input(tmp_path)
        status = path.stat()
        assert status.st_size == vector.size
        if vector.size > 2**30:
            continue  # Its zeros are a hole; the digest is checked when the kit is derived.
        digest = hashlib.sha256(b"".join(expand(vector.recipe))).hexdigest()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest == vector.sha256


def test_a_case_names_one_rule_that_the_specification_states(kit: Kit) -> None:
    for vector in kit.vectors:
        page, _, anchor = vector.rule.partition("#")
        assert anchor in anchors(f"contract/1/{page}"), vector.rule
        if CURRENT.has(vector.rule_id):
            rule = CURRENT.rule(vector.rule_id)
            assert vector.rule == rule.anchor
            assert vector.layer in (None, str(rule.layer))
            assert vector.code in (None, rule.code)
        else:
            assert asked(vector.question.kind) in ("migrate", "decode")
            assert page == "versioning-and-migration.md" or vector.question.kind == "decode"


def test_codes_and_places_stand_at_rejected_cases_alone(kit: Kit) -> None:
    for vector in kit.vectors:
        accepted = vector.verdict == "accept"
        assert {accepted} == {v is None for v in (vector.code, vector.layer)}
        assert vector.code is None or vector.code in CODES
        # Of what is not there, or was not read, no place can be told.
        nowhere = (vector.code or "").endswith(("_MISSING", "_TOO_LARGE"))
        assert (vector.where is None) is (accepted or nowhere), vector.id


def test_what_is_expected_of_accepted_inputs_is_there(kit: Kit) -> None:
    for vector in kit.vectors:
        viewed = vector.verdict == "accept" and vector.question.kind != "canonical-json"
        assert (vector.expect is not None) is viewed
        assert (vector.view() is not None) is viewed
        assert (vector.values is not None) is (viewed and vector.question.kind == "decode")


def test_every_profile_and_kind_accepts_and_rejects(kit: Kit) -> None:
    found = {(v.question.kind, v.question.profile, v.verdict) for v in kit.vectors}
    asked_of = {*((kind, "reader") for kind in kinds(CURRENT)), ("read", "writer")}
    assert found == {(*one, verdict) for one in asked_of for verdict in ("accept", "reject")}


def test_pairs_of_faults_are_marked(kit: Kit) -> None:
    pairs = ("order-", "cartridge-order-")
    assert {v.order for v in kit.vectors if v.id.startswith(pairs)} == {True}
    # No pack has so many entries and breaks nothing else.
    more = {"header-asset-table-maxitems", "header-preload-maxitems"}
    assert {v.id for v in kit.vectors if v.order and not v.id.startswith(pairs)} == more


def described(words: str) -> bytes:
    """The bytes of a text as the table of first violations names it."""
    spelled = re.findall(r"`([^`]+)`", words)
    if "sixteen" in words:
        assert words == "sixteen `[`, then `[`"
        return b"[" * 17
    if words.endswith(" and then anything"):
        return bytes.fromhex(spelled[0])
    assert words == f"`{spelled[0]}`"
    return str(spelled[0]).encode()


def test_every_row_of_the_first_violation_is_a_case(kit: Kit, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "spec" / CURRENT.folder / "header.md").read_text("utf-8")
    section = page.partition("{ #first-violation }")[2].partition("\n### ")[0]
    rows = re.findall(r"(?m)^\| (.*`.*) \| byte (\d+).* \| `(HEADER_\w+)` \|", section)
    assert len(rows) == section.count("\n| ") - 1 >= 14
    texts = [
        (v.input(tmp_path).read_bytes(), v.where, v.code)
        for v in kit.only("json-*", kinds=["canonical-json"])
    ]
    for words, byte, code in rows:
        start = described(words)
        exact = not words.endswith("anything")
        found = [
            (where, said)
            for text, where, said in texts
            if (text == start if exact else text.startswith(start))
        ]
        assert found == [({"offset": int(byte)}, code)], words


def test_every_integer_of_a_header_is_tried_as_a_boolean(kit: Kit, tmp_path: Path) -> None:
    """JSON's true and false are no integers, whatever a language makes of them."""
    tried = set()
    for vector in kit.vectors:
        if vector.name[-3:] != ".pa" or vector.code not in ("HEADER_SCHEMA", "BANK_METADATA"):
            continue
        data = vector.input(tmp_path).read_bytes()
        header = json.loads(data[32 : 32 + int.from_bytes(data[8:12], "little")])
        tried |= {name for name, value in members(header) if isinstance(value, bool)}
    integers = {name for name, value in members(sample_header(kit, tmp_path)) if type(value) is int}
    assert len(integers) >= 15
    assert integers <= tried


def members(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value by its place, list indices and numbers of samples left out."""
    parts = value.items() if isinstance(value, dict) else ()
    for name, part in parts:
        yield from members(part, f"{path}/{'*' if name.isdigit() else name}")
    for part in value if isinstance(value, list) else ():
        yield from members(part, path)
    if not isinstance(value, (dict, list)):
        yield path, value


def sample_header(kit: Kit, scratch: Path) -> Any:
    """The header of the pack with both banks."""
    data = kit.only("accept-both-banks")[0].input(scratch).read_bytes()
    return json.loads(data[32 : 32 + int.from_bytes(data[8:12], "little")])


def test_what_a_text_breaks_is_said_for_each(kit: Kit) -> None:
    why = Counter(v.notes["why"] for v in kit.only("json-*"))
    assert not {rule.text for rule in CURRENT.rules} & set(why)
    assert [text for text, count in why.items() if count > 1] == []


@pytest.mark.parametrize("document", ["asset", "index"])
def test_every_version_of_a_document_is_accepted(kit: Kit, document: str) -> None:
    found = {
        v.derived_from
        for v in kit.vectors
        if v.question.document == document and v.verdict == "accept"
    }
    assert found == {f"{document}@{version}" for version in CURRENT.windows[document]}


def test_a_vector_names_itself(kit: Kit) -> None:
    vector: Vector = kit.only("accept-base")[0]
    assert (str(vector), vector.area, vector.name) == ("accept-base", "prelude", "accept-base.pa")
    assert {v.area for v in kit.only("migrate-*")} == {"migration"}
    vector = kit.only("cartridge-accept-base")[0]
    assert (vector.area, vector.name) == ("cartridge", "cartridge-accept-base")
    vector = kit.only("decode-empty")[0]
    assert (vector.area, vector.name) == ("decode", "decode-empty.pa")
