"""The inspector's page: whole in itself, and nothing of a name or path is markup.

What it does in a browser is tested in `tests/browser`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests import packs
from tests.cli.running import Cli
from tests.every import every
from tests.workspace.projects import Project

from prometeu_assets import Refused
from prometeu_assets.catalog import CODES
from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.source import MemorySource
from prometeu_assets.views import html as module
from prometeu_assets.views.html import OPENING, page, publish

SMALL = packs.pack(packs.SMALL)
EVIL = '</script><script>alert("&")</script>'
LIVE = {"events": "events", "pack": "pack", "state": "state"}


class Page(HTMLParser):
    """The elements of a page, and the text of its scripts by id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str | None, str] = {}
        self.title = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.seen[-1] if self.seen else ("", {})
        if tag == "script":
            self.scripts.setdefault(attributes.get("id"), data)
        elif tag == "title":
            self.title += data if data != "\n" else ""

    @property
    def policy(self) -> dict[str, str]:
        """What the content security policy says, by directive."""
        (content,) = [
            a["content"]
            for tag, a in self.seen
            if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
        ]
        assert content is not None
        parts = (part.strip().partition(" ") for part in content.split(";"))
        return {name: value for name, _, value in parts}

    @property
    def data(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.scripts["data"])
        return value


def made(data: bytes = SMALL, **more: Any) -> str:
    return page(source=MemorySource(data), **{"file": "some.pa", **more}).decode()


PAGES = {
    "empty": page().decode(),
    "small": made(),
    "no pack": made(b"PPA1"),
    "live": page(live=LIVE).decode(),
    "site": page(site="../").decode(),
    "evil": made(file=f"{EVIL}/{EVIL}.pa", report={"ok": True, "evil": EVIL}),
}


@every(PAGES)
def test_a_page_is_whole_in_itself(name: str) -> None:
    text = PAGES[name]
    page = Page(text)
    assert text.startswith(OPENING)
    assert [tag for tag, _ in page.seen] == [
        "html", "head", *["meta"] * 5, "title", "style", "body", "noscript", "script", "script",
    ]  # fmt: skip
    assert not [key for _, attributes in page.seen for key in attributes if key.startswith("on")]
    assert not [a for _, a in page.seen if a.keys() & {"src", "href", "action", "style"}]


@every(PAGES)
def test_the_policy_allows_what_is_in_the_page(name: str) -> None:
    text = PAGES[name]
    policy = Page(text).policy
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    script = Page(text).scripts["inspector"]

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert policy == {
        "default-src": "'none'",
        "script-src": digest(script),
        "style-src": digest(style),
        "worker-src": "blob:",
        "img-src": "blob:",
        "media-src": "blob:",
        "connect-src": "'self'" if name in {"live", "site"} else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert "url(" not in style
    assert "@import" not in style


def test_a_path_is_no_markup() -> None:
    page = Page(PAGES["evil"])
    assert page.title == f"{EVIL.rpartition('/')[2]}.pa"
    assert page.data["file"] == f"{EVIL}/{EVIL}.pa"
    assert page.data["report"]["evil"] == EVIL


def test_the_script_uses_no_way_from_text_to_markup() -> None:
    text = "".join(p.read_text("utf-8") for p in module.PARTS.rglob("*.mjs"))
    assert len(text) > 10_000
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                "new Function", "DOMParser", "createContextualFragment", "srcdoc"):  # fmt: skip
        assert way not in text


def test_the_pack_is_inside() -> None:
    data = Page(made()).data
    assert base64.b64decode(data["pack"]) == SMALL
    assert (data["size"], data["live"], data["companion"]) == (len(SMALL), None, None)


class Large:
    """A source that says it is large, and counts what is read of it."""

    name = None

    def __init__(self, data: bytes) -> None:
        self.data, self.size, self.read_up_to = data, module.HELD + 1, 0

    def read(self, offset: int, size: int) -> memoryview:
        self.read_up_to = max(self.read_up_to, offset + size)
        return memoryview(self.data)[offset : offset + size]

    def close(self) -> None:
        pass


def told(length: int) -> bytes:
    return SMALL[:8] + length.to_bytes(4, "little") + SMALL[12:]


@every([(SMALL, None), (told(2**32 - 1), 32), (b"x" * 40_000, 32)])
def test_of_a_large_pack_the_header_is_inside(data: bytes, expected: int | None) -> None:
    source = Large(data)
    held = Page(page(source=source).decode()).data
    expected = expected or int.from_bytes(SMALL[12:16], "little")
    assert base64.b64decode(held["pack"]) == data[:expected]
    assert (held["size"], source.read_up_to) == (module.HELD + 1, expected)


def test_what_the_page_says_of_rules_is_the_contracts() -> None:
    reference = Page(PAGES["empty"]).data["reference"]
    rules = {rule.id: rule for rule in (*CURRENT.rules, *CURRENT.load_rules)}
    assert reference["rules"].keys() == rules.keys()
    assert {rule.code for rule in rules.values()} == reference["codes"].keys()
    assert all(reference["codes"][c]["summary"] == CODES[c].summary for c in reference["codes"])
    assert [field["offset"] for field in reference["prelude"]] == [0, 4, 8, 12, 16, 20, 28]
    assert (reference["slots"], reference["banks"]) == (16, ["TILES", "SOUNDS"])
    script = Page(PAGES["empty"]).scripts["inspector"]
    known = re.findall(r"^  '([a-z0-9-]+)': \['[A-Z0-9_]+',", script, re.MULTILINE)
    assert set(rules) <= set(known), "the reader in the page knows each rule by its id"


def published(path: Path, file: str = "a.pa") -> None:
    publish(made(file=file).encode(), path)


def test_a_page_replaces_a_page(tmp_path: Path) -> None:
    for _ in range(2):
        published(tmp_path / "out.html")
    assert (tmp_path / "out.html").read_bytes() == made(file="a.pa").encode()
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]


def test_a_path_that_is_no_text(tmp_path: Path) -> None:
    published(tmp_path / "out.html", "\udcff.pa")
    assert r"<title>\xff.pa</title>" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_the_verb(cli: Cli, tmp_path: Path) -> None:
    file, out = tmp_path / "a.pa", tmp_path / "out.html"
    file.write_bytes(SMALL)
    assert cli("inspect", file, "--html", out) == (DONE, f"wrote {out}\n", "")
    assert Page(out.read_text("utf-8")).data["report"]["ok"] is True
    ran = cli("inspect", file, "--html", file)
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert file.read_bytes() == SMALL
    assert cli("inspect", file, "--html", tmp_path / "none" / "out.html").code == 3


def test_a_pack_that_is_not_valid_has_its_page(cli: Cli, tmp_path: Path) -> None:
    file, out = tmp_path / "a.pa", tmp_path / "out.html"
    file.write_bytes(told(7))
    ran = cli("inspect", file, "--html", out)
    assert (ran.code, ran.out) == (WRONG_INPUT, f"wrote {out}\n")
    assert "PRELUDE_PAYLOAD_OFFSET" in ran.err
    report = Page(out.read_text("utf-8")).data["report"]
    assert [d["code"] for d in report["diagnostics"]] == ["PRELUDE_PAYLOAD_OFFSET"]
    ran = cli("inspect", file, "--html", out, "--format", "json")
    assert json.loads(ran.out) == report


def test_the_companion_is_inside(cli: Cli, tmp_path: Path) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    assert cli("build", project.path).code == DONE
    out = tmp_path / "out.html"
    assert cli("inspect", project.path / "build/assets.pa", "--html", out).code == DONE
    companion = Page(out.read_text("utf-8")).data["companion"]
    beside = project.path / "build/asset_table_metadata.json"
    assert companion == json.loads(beside.read_text("utf-8"))
    beside.write_text("{}")
    assert cli("inspect", project.path / "build/assets.pa", "--html", out).code == DONE
    assert Page(out.read_text("utf-8")).data["companion"] is None


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@every(["file", "empty", "folder", "link", "link to a page", "loose"])
def test_nothing_else_is_replaced(there: str, tmp_path: Path) -> None:
    path, target = tmp_path / "out.html", tmp_path / "target"
    match there:
        case "file":
            path.write_text("<!doctype html>\nmine")
        case "empty":
            path.touch()
        case "folder":
            path.mkdir()
        case "link":
            target.write_text("mine")
            path.symlink_to(target)
        case "link to a page":
            published(target)
            path.symlink_to(target)
        case "loose":
            path.symlink_to(target)
    before = sorted(tmp_path.iterdir()), path.is_symlink()
    with pytest.raises(Refused, match="EXTRACT_EXISTS") as refused:
        published(path)
    assert "another name" in (refused.value.report.diagnostics[0].hint or "")
    assert (sorted(tmp_path.iterdir()), path.is_symlink()) == before


def test_only_the_page_is_written(tmp_path: Path) -> None:
    """Whatever is beside it, under a name that a page has while it is written, say, stays."""
    names = [".out.html.part", "out.html.part", *(f"{module.PART}{n}" for n in (0, 1, 3))]
    for name in names:
        (tmp_path / name).write_text("mine")
    for _ in range(2):
        published(tmp_path / "out.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names, "out.html"])
    assert {(tmp_path / name).read_text() for name in names} == {"mine"}


def test_a_page_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path / "out.html")
    before = (tmp_path / "out.html").read_bytes()
    real = module.files.write_part

    def broken(*_: object) -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    monkeypatch.setattr(
        module.files, "write_part", lambda folder, _, **k: real(folder, broken(), **k)
    )
    with pytest.raises(KeyboardInterrupt):
        published(tmp_path / "out.html")
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]
    assert (tmp_path / "out.html").read_bytes() == before


def test_a_pack_that_shrinks_gives_no_page(tmp_path: Path) -> None:
    file = tmp_path / "a.pa"
    file.write_bytes(SMALL)
    with closing(open_source(file)) as source:
        file.write_bytes(SMALL[:100])
        with pytest.raises(OSError, match="bytes"):
            page(source=source)
