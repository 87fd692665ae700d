"""Everything follows a contract of the future, and no code of the package has to change for it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from tests.conformance.digests import published_digests
from tests.conformance.test_broken_readers import SLOW
from tests.every import every
from tests.future.contract import ASSET, LICENSE, NEXT, future
from tests.migrate.documents import INDEX, backups, documents
from tests.workspace.projects import Project, edit, uuid
from tools import generate, proofs, schema_pages
from tools.support import support

import prometeu_assets as pa
from prometeu_assets import Refused, Report
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance import manifest
from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive import cases
from prometeu_assets.conformance.derive.breakers import BREAKERS, in_entry
from prometeu_assets.conformance.kinds import ASKS, FIRST, asked, kinds
from prometeu_assets.conformance.kit import MANIFEST, Kit, write_input
from prometeu_assets.conformance.ledger import LEDGER
from prometeu_assets.conformance.manifest import SUITE_VERSION, generated, present, question
from prometeu_assets.conformance.parts import Parts, tiles
from prometeu_assets.conformance.reader import judge
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.packer.build import build
from prometeu_assets.workspace.migrate import migrate, plan_migration
from prometeu_assets.workspace.project import listing

LATER = {"read-2", f"migrate-asset-{NEXT}", "decode-2"}
INDEX_VERSION = CURRENT.newest("index")
FUTURE = future()


def listed(contract: Contract) -> str:
    """The supported versions of asset.json, as texts have them."""
    return ", ".join(map(str, contract.windows["asset"]))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Assets of version 1, the newest and the next under an index of version 1."""
    project = Project(tmp_path / "game", version=1)
    project.tiles("old", preload=True)
    project.version, project.asset_version = 2, ASSET
    project.sounds("new", preload=True)
    project.tiles("newest", seed=3)
    edit(project.anchor("newest"), schema_version=NEXT, license="CC0-1.0")
    project.version = 1
    for row in project.rows:
        row.pop("included_in_build", None)
    project.write_index()
    return project.path


def refusal(call: Callable[..., object], *arguments: Any, **options: Any) -> Report:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    assert all(found.message for found in caught.value.report)
    return caught.value.report


def codes(call: Callable[..., object], *arguments: Any, **options: Any) -> tuple[str, ...]:
    return refusal(call, *arguments, **options).codes


def test_the_chain_has_no_gap() -> None:
    assert FUTURE.gaps == ()
    windows = {**FUTURE.windows, "asset": (*FUTURE.windows["asset"], NEXT + 1)}
    assert FUTURE.with_(windows=windows).gaps == (("asset", NEXT),)


def test_the_published_contract_knows_nothing_of_it(mixed: Path) -> None:
    assert codes(build, mixed) == ("DOCUMENT_VERSION",)
    assert codes(plan_migration, mixed) == ("DOCUMENT_VERSION",)
    data = build(mixed, contract=FUTURE).outputs["assets.pa"].read_bytes()
    assert pa.validate(data).codes == ("PRELUDE_VERSION",)


def test_packer_reader_and_migration(mixed: Path) -> None:
    built = build(mixed, contract=FUTURE)
    # The index, the asset of version 1 and that of the version before.
    assert built.report.codes == ("DOCUMENT_OLD",) * 3
    assert {d.message for d in built.report} == {
        f"The document has version 1; the current version is {INDEX_VERSION}.",
        f"The document has version 1; the current version is {NEXT}.",
        f"The document has version {ASSET}; the current version is {NEXT}.",
    }
    packed = built.outputs["assets.pa"].read_bytes()
    old = documents(mixed)
    done = migrate(mixed, contract=FUTURE)
    assert [(d.file, d.found, d.newest) for d in done.documents] == [
        (INDEX, 1, INDEX_VERSION),
        ("assets/old/asset.json", 1, NEXT),
        ("assets/new/asset.json", ASSET, NEXT),
    ]
    assert list(backups(mixed)) == [f"1-asset-v1-asset-v{ASSET}-index-v1"]
    for name in ("old", "new"):
        found = json.loads(documents(mixed)[f"assets/{name}/asset.json"])
        assert (found["schema_version"], found["license"]) == (NEXT, LICENSE)
    assert json.loads(documents(mixed)["assets/old/asset.json"])["type"] == "tile_bank"
    assert documents(mixed)["assets/newest/asset.json"] == old["assets/newest/asset.json"]
    assert migrate(mixed, contract=FUTURE).documents == ()
    shutil.rmtree(mixed / "build")
    after = build(mixed, contract=FUTURE)
    assert after.report.diagnostics == ()
    assert after.outputs["assets.pa"].read_bytes() == packed
    assert listing(mixed, contract=FUTURE).report.diagnostics == ()
    for fast in (True, False):
        assert pa.validate(packed, profile="writer", contract=FUTURE, fast=fast) == pa.Report()
    with pa.open(packed, contract=FUTURE) as pack:
        assert pack.prelude["schema_version"] == 2
        assert pack.prelude["serial"] == 7
        assert {entry.bank_type for entry in pack} == {"SHEETS", "SOUNDS"}
        assert pack.decode(pack["old"])


def test_a_rule_of_the_new_container_judges_no_pack_of_the_old_one() -> None:
    """Entries too: those of a pack that was published stay as they are."""
    for contract, found in ((CURRENT, ()), (FUTURE, ("TABLE_NAME",))):
        data = Parts(contract=contract, rows=[tiles(1, "con", contract)]).build()
        assert pa.validate(data, contract=FUTURE).codes == found
        if found:
            assert pa.validate(data, contract=FUTURE.without("table-device")).codes == ()


def test_two_steps_are_one_after_the_other(mixed: Path, tmp_path: Path) -> None:
    """By way of the version between, or at once: the same text."""
    (mixed / "assets/newest/asset.json").write_bytes((mixed / "assets/new/asset.json").read_bytes())
    edit(mixed / "assets/newest/asset.json", asset_uuid=uuid(3), name="newest")
    both = Path(shutil.copytree(mixed, tmp_path / "both"))
    migrate(mixed)
    migrate(mixed, contract=FUTURE)
    migrate(both, contract=FUTURE)
    assert documents(mixed) == documents(both)
    assert sorted(backups(mixed)) == ["1-asset-v1-index-v1", f"2-asset-v{ASSET}"]


def test_validation(mixed: Path) -> None:
    path = mixed / "assets/newest/asset.json"
    edit(path, license=...)
    assert codes(build, mixed, contract=FUTURE) == ("DOCUMENT_SCHEMA",)
    edit(path, license="MIT", schema_version=NEXT + 1)
    (found,) = refusal(build, mixed, contract=FUTURE)
    assert found.message == f"`schema_version` is {NEXT + 1}; supported versions: {listed(FUTURE)}."
    edit(path, schema_version=ASSET)
    assert codes(build, mixed, contract=FUTURE) == ("DOCUMENT_SCHEMA",), "it has no license"


def test_leaving_a_window(mixed: Path) -> None:
    """Version 1 is dropped: its documents are refused, the others are as before."""
    later = FUTURE.with_(windows={**FUTURE.windows, "asset": FUTURE.windows["asset"][1:]})
    assert later.gaps == ()
    assert codes(plan_migration, mixed, contract=later) == ("DOCUMENT_VERSION",)
    edit(mixed / "assets/newest/asset.json", schema_version=ASSET, license=...)
    migrate(mixed)
    assert len(plan_migration(mixed, contract=later).documents) == 3


# Derived cases


@pytest.fixture(scope="module")
def kit() -> Kit:
    return kits.load()


@cache
def derived() -> tuple[Case, ...]:
    with patch.dict(BREAKERS, {"table-device": in_entry(1, "asset_name", lambda _: "con")}):
        return tuple(cases(FUTURE))


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What derives the cases of the future has those that are derived already.

    For the matrix the largest table is left out, which takes as long as all others.
    """
    monkeypatch.setattr(f"{Case.__module__}._digest", published_digests(kits.load()))
    made = {FUTURE: derived()}
    monkeypatch.setattr(manifest, "cases", made.__getitem__)
    quick = [case for case in derived() if case.id not in SLOW]
    monkeypatch.setattr(proofs, "cases", lambda contract: quick)


def test_the_kit_only_grows(kit: Kit, once: None) -> None:
    """Byte for byte: each file, each row of the manifest and each line of the ledger stands."""
    names = [LEDGER, MANIFEST, *present(kit.directory)]
    before = {name: (kit.directory / name).read_bytes() for name in names}
    after = generated(kits.ledger(kit.directory), FUTURE)
    for name in sorted(before.keys() - {LEDGER, MANIFEST}):
        assert after[name] == before[name], name
    assert set(before[LEDGER].splitlines()) < set(after[LEDGER].splitlines())
    rows = {row["id"]: row for row in json.loads(after[MANIFEST])["cases"]}
    for row in json.loads(before[MANIFEST])["cases"]:
        assert rows.pop(row["id"]) == row
    assert Counter(row["kind"] for row in rows.values()).keys() == LATER
    assert all(row["id"].startswith(f"{row['kind']}-") for row in rows.values())
    assert {row["since"] for row in rows.values()} == {SUITE_VERSION}
    value = json.loads(after[MANIFEST])
    assert list(CURRENT.documents.violations(("conformance-manifest", 1), value)) == []


@every(
    [
        ("read-2-prelude-serial-", "the new field"),
        ("read-2-rule-table-device", "the new rule of an entry"),
        ("read-2-bank-sheets-", "the new name of a bank"),
        ("read-2-prelude-schema-version-", "which versions are known"),
        ("read-2-v1-accept-", "packs of the version before"),
        (f"migrate-asset-{NEXT}-v1-", "documents of the first version"),
        (f"migrate-asset-{NEXT}-v{NEXT}-", "documents of the new version"),
        (f"migrate-asset-{NEXT}-is-index", "documents of another kind"),
    ]
)
def test_cases_are_derived_for_what_is_new(begins: str, what: str) -> None:
    assert [case.id for case in derived() if case.id.startswith(begins)], what


def test_a_kind_is_asked_of_a_reader_that_knows_just_its_versions(kit: Kit) -> None:
    """What a later version accepts, a reader of the first has never heard of."""
    ids = ("prelude-schema-version-two", "migrate-asset-version-newer")
    for vector in (kit.only(id)[0] for id in ids):
        found = [
            judge(vector.input(Path()), replace(vector.question, kind=kind), contract=FUTURE)
            for kind in (vector.question.kind, *LATER)
            if asked(kind) == asked(vector.question.kind) and "index" not in kind
        ]
        first, later = (answer.diagnostic and answer.diagnostic.code for answer in found)
        assert first == vector.code != later


def test_what_a_later_version_brought_is_unknown_before_it() -> None:
    """Rules of its fields, its window and its container go; what is the same stays the same."""
    newest = {**FIRST, "asset": ASSET, "index": INDEX_VERSION}
    then = FUTURE.until(newest)
    assert [rule.id for rule in then.rules] == [rule.id for rule in CURRENT.rules]
    assert (then.containers, then.writes) == (CURRENT.containers, CURRENT.writes)
    assert then.windows == CURRENT.windows
    assert CURRENT.until(newest) is CURRENT
    assert list(kinds(CURRENT)) == [
        *ASKS,
        *(f"migrate-asset-{version}" for version in range(FIRST["asset"] + 1, NEXT)),
        *(f"migrate-index-{version}" for version in range(FIRST["index"] + 1, INDEX_VERSION + 1)),
    ]


def test_cases_are_derived_when_the_sound_bank_is_renamed() -> None:
    assert cases(future(sounds="AUDIO"))


def test_the_exact_tier_agrees_with_every_new_case(tmp_path: Path) -> None:
    """The fast one does with every case: `generated` asks it, and `test_the_kit_only_grows` that."""
    wrong = []
    assert {case.kind for case in derived()} == {*kinds(CURRENT), *LATER}
    small = [case for case in derived() if case.kind in LATER and case.size < 2**20]
    assert {case.kind for case in small} == LATER
    for case in small:
        file = tmp_path / case.id
        write_input(file, case)
        answer = judge(file, question(case), contract=FUTURE, fast=False)
        code = answer.diagnostic and answer.diagnostic.code
        if code != case.code or (case.view is not None and answer.view != case.view):
            wrong.append((case.id, code, case.code))
    assert wrong == []


# Tables

PAGES = {
    name: page
    for name, page in {**generate.PAGES, **generate.CONTRACT_PAGES}.items()
    if name != "reference/matrix.md"
}


@every(PAGES)
def test_every_page_can_be_made(name: str) -> None:
    assert PAGES[name](FUTURE)


def test_the_tables_say_what_is_new() -> None:
    prelude = PAGES["prelude.md"](FUTURE)
    assert "The prelude of container version 2 has 36 bytes" in prelude
    assert "| 32 | 4 | `serial` | u32 | 7 |" in prelude
    rules = PAGES["rules.md"](FUTURE)
    assert "[`prelude-serial`](container.md#prelude-serial) | `serial` is 7." in rules
    assert "[`table-device`](header.md#table-device) | No asset is named `con`." in rules
    members = schema_pages.page("asset", FUTURE.documents)
    assert f"## Version {NEXT} {{ #v{NEXT} }}" in members
    assert "| <code>license</code> | required | string, at most 64 characters |" in members
    windows = PAGES["reference/support.md"](FUTURE)
    assert f"| `asset.json` | reads {listed(FUTURE)}; writes {NEXT} |" in windows
    assert "| `build/assets.pa` | writes 2 | reads 1, 2 | reads 1, 2 | rebuilt |" in windows
    assert (
        f"| `asset.json` | {ASSET} to {NEXT} | The license is not known, and says so. |" in windows
    )
    assert "| 2 | `pack-header@2` | `TILES/indexed_v1` as `SHEETS`" in windows


@every(generate.CONTRACT_PAGES)
def test_the_pages_of_contract_1_stay(name: str) -> None:
    then, now = generate.versions(FUTURE)
    assert (then.folder, now.folder) == ("contract/1", "contract/2")
    page = generate.CONTRACT_PAGES[name]
    assert page(then) == page(CURRENT)
    assert (page(now) == page(then)) is (name == "limits.md")


def test_every_rule_has_its_proof_in_the_future_too(once: None) -> None:
    page = generate.PAGES["reference/matrix.md"](FUTURE)
    assert "[`prelude-serial`](../contract/2/container.md#prelude-serial)" in page


def test_the_table_of_windows_has_every_document() -> None:
    """Each schema is a row of it, a part of the pack, or the result of a verb."""
    rows = {item.row.name for item in support(CURRENT)}
    parts = {container.header[0] for container in CURRENT.containers}
    parts |= {bank.metadata[0] for c in CURRENT.containers for bank in c.banks}
    parts |= {"asset-table", "preload"}
    assert set(CURRENT.windows) <= rows
    results = {name for name, _ in CURRENT.documents.keys} - rows - parts
    assert not [name for name in results if name in {"cache", "manifest"}]
    for name in results:
        versions = CURRENT.documents.versions(name)
        assert versions == tuple(range(1, len(versions) + 1)), name
    for item in support(CURRENT):
        assert item.writes == item.reads[-1]
        known = CURRENT.documents.versions(item.row.name)
        assert not known or set(item.reads) <= set(known)
