"""Each link to the specification leads to a page, and to an anchor on it, of the site as it is built."""

from __future__ import annotations

import json
import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote

import pytest
from tests.every import every

from prometeu_assets.catalog import CODES, address
from prometeu_assets.cli import machines
from prometeu_assets.contract.current import CURRENT

ROOT: Final = Path(__file__).parents[2]
FIRST: Final = "contract/1"
"""The folder that published vectors and the kit's readers name their clauses from."""
FOLDERS: Final = (
    ".ci", "benchmarks", "conformance", "examples", "fuzz", "schemas", "src", "tests", "tools",
)  # fmt: skip
TEXT: Final = {"", ".js", ".json", ".jsonl", ".md", ".mjs", ".py", ".toml", ".txt", ".yml"}
MARKDOWN: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)

ADDRESSES: Final = Path(__file__).with_name("addresses.txt")
"""What others may have a link to, a line each. With ``UPDATE_ADDRESSES=1`` the test adds new ones."""

Site = dict[str, set[str]]
"""Page of the site, as its source below ``spec/``, to the anchors on it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as it is published, but for the index of its search."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_SEARCH": "false"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Site:
    return {
        page.relative_to(ROOT / "spec").as_posix(): set(
            re.findall(r'\sid="([^"]+)"', built(folder, page).read_text(encoding="utf-8"))
        )
        for page in (ROOT / "spec").rglob("*.md")
    }


def built(folder: Path, page: Path) -> Path:
    """The file that is made from a page."""
    return folder / page.relative_to(ROOT / "spec").with_suffix(".html")


def files() -> Iterator[tuple[str, str]]:
    """Name and text of each file outside of ``spec/`` that may cite it."""
    paths = [path for name in FOLDERS for path in (ROOT / name).rglob("*")]
    for path in [*paths, *ROOT.glob("*")]:
        name = path.relative_to(ROOT).as_posix()
        small = path.suffix in TEXT and path.is_file() and path.stat().st_size < 2**21
        if small and not re.search(r"(^|/)(\.|build/|site/|node_modules/|vectors/)", name):
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def cited() -> Iterator[str]:
    """What ``spec/`` begins in code, tests, tools, schemas, and what people read first."""
    for _, text in files():
        yield from re.findall(r"(?<![\w/.-])spec/([a-z0-9/-]+\.md(?:#[\w-]+)?)", text)


def of_readers() -> Iterator[str]:
    """The clauses in the kit's readers, which name pages of the contract."""
    for name, text in files():
        if re.fullmatch(r"conformance/readers/[\w-]+/\w+\.(py|mjs)", name):
            for page in re.findall(r"(?<![\w/.-])([a-z-]+\.md#[\w-]+)", text):
                yield f"{FIRST}/{page}"


def of_vectors() -> Iterator[str]:
    """The rule of each case, and those in the examples of the schemas that describe cases."""
    yield from (f"{FIRST}/{case['rule']}" for case in read("conformance/manifest.json")["cases"])
    for name in ("conformance-manifest", "conformance-report"):
        text = (ROOT / "schemas" / name / "v1.json").read_text(encoding="utf-8")
        yield from (f"{FIRST}/{rule}" for rule in re.findall(r'"rule": "([^"]+)"', text))


def read(name: str) -> dict[str, list[dict[str, str]]]:
    value: dict[str, list[dict[str, str]]] = json.loads((ROOT / name).read_text(encoding="utf-8"))
    return value


def of_sarif() -> Iterator[str]:
    """What a log of every rule, and of every code, leads to."""
    for code in CODES.values():
        yield machines._rule(code)["properties"]["page"].removeprefix("spec/")
    for rule in CURRENT.every_rule:
        yield str(machines._clause(rule.id)).removeprefix("spec/")


KINDS: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "rules": lambda: map(CURRENT.address, CURRENT.every_rule),
    "codes": lambda: map(address, CODES),
    "vectors": of_vectors,
    "readers of the kit": of_readers,
    "SARIF": of_sarif,
    "citations": cited,
}


@every(KINDS)
def test_addresses_lead_to_an_anchor_of_the_site(kind: str, site: Site) -> None:
    links = set(KINDS[kind]())
    assert len(links) > 10
    assert sorted(link for link in links if not leads(site, link)) == []


def leads(site: Site, link: str) -> bool:
    page, _, anchor = link.partition("#")
    return page in site and (not anchor or anchor in site[page])


def test_links_in_texts_for_people_lead_somewhere(site: Site) -> None:
    broken = []
    for name, text in files():
        if name.endswith(".md"):
            for link in MARKDOWN.findall(FENCE.sub("", text)):
                path, _, _ = link.partition("#")
                place = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
                if "://" in link or (not path and link.startswith("#")):
                    continue
                if place.startswith("spec/") and ".md" in place:
                    good = leads(site, place.removeprefix("spec/"))
                else:
                    good = (ROOT / name).parent.joinpath(path).exists()
                broken += [] if good else [f"{name}: {link}"]
    assert broken == []


def test_links_of_the_site_lead_to_a_file_and_to_an_anchor_of_it(folder: Path) -> None:
    """So that they work from a disk too, where no server makes a page of a folder."""
    texts = {html: html.read_text(encoding="utf-8") for html in folder.rglob("*.html")}
    del texts[folder / "404.html"]  # a server shows it at any address, so its links begin with `/`
    ids = {html: set(re.findall(r'\sid="([^"]+)"', text)) for html, text in texts.items()}
    broken, seen = [], 0
    for html, text in texts.items():
        for link in set(re.findall(r'<[a-z][^>]*?\s(?:href|src)="([^"]*)"', text)):
            path, _, anchor = unescape(unquote(link)).partition("#")
            path, _, query = path.partition("?")
            broken += [
                f"{html.relative_to(folder)}: {link[:200]}"
                for file in asked(query)
                if not (folder / file).is_file()
            ]
            if re.match(r"[a-z]+:", path):
                continue
            seen += 1
            target = Path(os.path.normpath(html.parent / path)) if path else html
            found = target.is_file() and (not anchor or anchor in ids.get(target, {anchor}))
            broken += [] if found else [f"{html.relative_to(folder)}: {link}"]
    assert broken == []
    assert seen > 10_000


def asked(query: str) -> list[str]:
    """The files that the inspector opens for a link, below the root of the site."""
    return [value for name, value in parse_qsl(query) if name in {"pack", "cartridge"}]


def test_a_rule_its_code_its_cases_and_the_inspector_lead_to_each_other(folder: Path) -> None:
    """Each pair is named that is not linked, of each rule."""
    inspector = (folder / "inspector" / "page.html").read_text("utf-8")
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', inspector)
    assert data
    knows = json.loads(data[1])["reference"]
    missing = []
    for rule in CURRENT.every_rule:
        place, code = CURRENT.address(rule), address(rule.code)
        cases = f"reference/cases.md#{rule.id}"
        stated = links(folder, place, r'<p class="rule">.*?</p>')
        readers = f"reference/rules.md#{rule.id}"
        checked = links(folder, readers, r"</tr>")
        listed = links(folder, cases, r"<table>")
        told = links(folder, code, r"<h2 |</article>")
        opened = {link for link in stated if link.startswith("inspector/page.html?")}
        edges = {
            "rule to code": code in stated,
            "rule to cases": cases in stated,
            "rule to inspector": bool(opened),
            "rule to readers": readers in stated,
            "readers to code": code in checked,
            "readers to cases": cases in checked,
            "readers to inspector": opened <= checked,
            "cases to rule": place in listed,
            "cases to code": code in listed,
            "cases to inspector": opened <= links(folder, cases, r"<h2 |</article>"),
            "code to rule": place in told,
            "code to cases": cases in told,
            "code to inspector": opened <= told,
            "inspector to rule": knows["rules"][rule.id]["place"] == place,
            "inspector to code": knows["codes"][rule.code]["place"] == code,
        }
        missing += [f"{rule.id}: {edge}" for edge, found in edges.items() if not found]
    assert missing == []


def links(folder: Path, place: str, end: str) -> set[str]:
    """Where links lead from an anchor of a page up to an end, as pages of ``spec/``."""
    page, _, anchor = place.partition("#")
    html = built(folder, ROOT / "spec" / page)
    text = html.read_text("utf-8").partition(f' id="{anchor}"')[2]
    stop = re.search(end, text)
    assert stop, place
    text = text[: stop.end() if end.endswith("</p>") else stop.start()]
    found = set()
    for link in re.findall(r'href="([^"]*)"', text):
        path, hash, rest = unescape(link).partition("#")
        target = posixpath.normpath(posixpath.join(html.parent.relative_to(folder), path))
        is_inspector = target.startswith("inspector/page.html")
        found.add(target if is_inspector else f"{target.removesuffix('.html')}.md{hash}{rest}")
    return found


def test_the_contract_stands_in_one_folder() -> None:
    """Its pages, and nobody else's, are there; a rule is stated nowhere else."""
    folder = ROOT / "spec" / CURRENT.folder
    assert CURRENT.folder == FIRST
    pages = {CURRENT.address(rule).partition("#")[0] for rule in CURRENT.every_rule}
    assert {posixpath.dirname(page) for page in pages} == {FIRST}
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    part = nav.partition("- Contract 1:\n")[2].partition("\n  - ")[0]
    assert sorted(re.findall(r": (\S+)", part)) == sorted(
        path.relative_to(ROOT / "spec").as_posix() for path in folder.glob("*.md")
    )


def addresses(folder: Path) -> set[str]:
    """The files of each contract and the schemas, and what has a name on the pages of them."""
    found = set()
    for path in [*folder.glob("contract/**/*"), *folder.glob("schemas/**/*.json")]:
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            found.add(name)
            if path.suffix == ".html":
                text = path.read_text(encoding="utf-8")
                ids = re.findall(r'<(?:h\d|p|li|tr|dt|div)\b[^>]*\sid="([^"]+)"', text)
                found |= {f"{name}#{id}" for id in ids if not id.startswith("__")}
    return found


def test_a_published_address_stays(folder: Path) -> None:
    """Also when the next version of the contract has pages of its own."""
    found, listed = addresses(folder), ADDRESSES.read_text(encoding="utf-8").splitlines()
    if os.environ.get("UPDATE_ADDRESSES"):
        listed = sorted(found.union(listed))
        ADDRESSES.write_text("".join(f"{line}\n" for line in listed), "utf-8")
    assert listed == sorted(set(listed))
    assert set(listed) - found == set(), (
        "a page, a heading or a file moved: give it its address back"
    )
    assert found - set(listed) == set(), "UPDATE_ADDRESSES=1 adds them to the list"
