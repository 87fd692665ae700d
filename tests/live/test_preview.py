"""`preview`: a real process and real requests, from the first round to the last."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import Cli, other_process
from tests.live.browser import Browser, answer
from tests.live.watched import Watched, cold
from tests.workspace.projects import Project, draw

import prometeu_assets as pa
from prometeu_assets.cli.app import DONE, ENVIRONMENT, USAGE, WRONG_INPUT
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.live.shown import Shown
from prometeu_assets.live.watching import Round

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals differ")


class Previewed(Watched):
    """A preview, and a browser at it."""

    def __init__(self, project: Path, *arguments: str) -> None:
        super().__init__(project, *arguments, verb=("preview",))
        value = json.loads(self.line())
        assert (
            list(CURRENT.documents.violations(("preview", CURRENT.newest("preview")), value)) == []
        )
        self.addresses: list[str] = value["addresses"]
        self.browser = Browser(self.addresses[0])

    def state(self) -> Any:
        return json.loads(self.browser.ask("state").body)

    def events(self) -> Iterator[bytes]:
        """Each message of one connection; the first is of the round before."""
        with self.browser.connect() as connection:
            connection.sendall(self.browser.request("events", Accept="text/event-stream"))
            stream = connection.makefile("rb")
            assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
            while stream.readline() != b"\r\n":
                pass
            for line in stream:
                if line.startswith(b"data: "):
                    yield line


@pytest.fixture
def shown(project: Project) -> Iterator[Previewed]:
    with Previewed(project.path) as running:
        assert running.round()["published"]
        yield running


def test_the_page(shown: Previewed) -> None:
    page = shown.browser.ask()
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    text = page.body.decode()
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert data is not None
    live = json.loads(data[1])["live"]
    assert live == {"events": "events", "pack": "pack", "state": "state"}
    assert "connect-src 'self'" in text
    assert all(shown.browser.ask(name, method="HEAD").status == 200 for name in live.values())


def test_a_saved_sheet_is_shown(project: Project, shown: Previewed, tmp_path: Path) -> None:
    events = shown.events()
    assert next(events) == b"data: 1\n"
    draw(project.root("art/hero") / "sheet.png", 3)
    assert next(events) == b"data: 2\n"
    state = shown.state()
    assert (state["round"], state["changed"]) == (2, ["assets/art/hero/sheet.png"])
    assert re.fullmatch(r"Built in \d+\.\d\d s\.", state["message"])
    wanted = cold(project.path, tmp_path / "cold")["assets.pa"]
    assert shown.browser.ask("pack").body == wanted
    assert state["pack"] == {"number": 2, "size": len(wanted)}
    with pa.open(wanted) as pack:
        entry = pack["art/hero"]
        at = pack.prelude["payload_offset"] + entry.offset
        part = shown.browser.ask("pack", Range=f"bytes={at}-{at + entry.size - 1}", If_Match='"2"')
        assert (part.status, part.body) == (206, bytes(pack.read(entry)))


def test_the_sources_of_an_asset_are_named(shown: Previewed) -> None:
    assets = {row["asset_name"]: row["origin"] for row in shown.state()["companion"]["assets"]}
    assert assets["art/hero"]["root"] == "art/hero"
    assert [one["path"] for one in assets["art/hero"]["sources"]] == ["sheet.png", "colors.hex"]


def test_faults_are_above_the_last_good_pack(project: Project, shown: Previewed) -> None:
    before = shown.browser.ask("pack")
    (project.root("art/hero") / "sheet.png").write_bytes(b"no picture")
    shown.until(published=False)
    state = shown.state()
    assert state["message"] == "The last build failed: 1 error. This is the last good pack."
    assert [d["file"] for d in state["report"]["diagnostics"]] == ["assets/art/hero/sheet.png"]
    after = shown.browser.ask("pack")
    assert (after.body, after.headers["etag"]) == (before.body, before.headers["etag"])


def test_a_project_without_a_build(project: Project) -> None:
    (project.root("art/hero") / "sheet.png").write_bytes(b"no picture")
    with Previewed(project.path) as shown:
        assert not shown.round()["published"]
        assert shown.browser.ask("pack").status == 404
        state = shown.state()
        assert (state["pack"], state["companion"]) == (None, None)
        assert state["message"] == "The last build failed: 1 error. No pack was built yet."
        draw(project.root("art/hero") / "sheet.png")
        shown.until(published=True)
        assert shown.browser.ask("pack").status == 200


def test_a_pack_of_an_earlier_build(project: Project) -> None:
    pack = pa.build(project.path).outputs["assets.pa"].read_bytes()
    (project.root("art/hero") / "sheet.png").write_bytes(b"no picture")
    with Previewed(project.path) as shown:
        shown.round()
        assert shown.browser.ask("pack").body == pack


def test_a_pack_that_changes_while_it_is_read(project: Project, shown: Previewed) -> None:
    """Whoever began with the old one gets all of it; of one that was written to nothing is given."""
    file = project.path / "build/assets.pa"
    before = file.read_bytes()
    with shown.browser.connect() as slow:
        slow.sendall(shown.browser.request("pack"))
        draw(project.root("art/hero") / "sheet.png", 3)
        shown.until(published=True)
        assert answer(b"".join(iter(lambda: slow.recv(65536), b""))).body == before
    with open(file, "r+b") as other:
        other.seek(100)
        other.write(b"other")
    assert shown.browser.ask("pack").status == 404
    assert shown.browser.ask("pack", Range="bytes=0-9", If_Match='"2"').status == 404
    shutil.rmtree(file.parent)
    draw(project.root("art/hero") / "sheet.png", 2)
    shown.until(published=True)
    assert pa.validate(shown.browser.ask("pack").body).ok


def test_a_pack_that_changes_during_an_answer(project: Project) -> None:
    """The answer ends before the part that may be of other bytes."""
    pack = pa.build(project.path).outputs["assets.pa"]
    shown = Shown(project.path, b"")
    shown.show(Round(number=1, changed=(), seconds=0, report=pa.Report()))
    with shown.table.resources["pack"]() as content:
        assert content is not None
        assert bytes(content.read(0, 4)) == b"ASPA"
        os.truncate(pack, 100)
        with pytest.raises(OSError, match="changed while it was read"):
            content.read(0, 4)
    shown.end()


def test_a_second_preview(project: Project, shown: Previewed) -> None:
    second = other_process("preview", cwd=project.path)
    assert (second.returncode, second.stdout) == (ENVIRONMENT, b"")
    pid = shown.process.pid
    assert f"process {pid} shows a preview of this project".encode() in second.stderr
    assert b"Traceback" not in second.stderr
    assert other_process("build", cwd=project.path).returncode == DONE
    assert shown.end() == (ENVIRONMENT, "Interrupted. All published files are complete.\n")
    with Previewed(project.path) as third:
        third.round()


def test_a_port(project: Project, cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = other_process("preview", "--port", str(port), cwd=project.path)
        assert (ran.returncode, ran.stdout) == (ENVIRONMENT, b"")
        assert f"failed: 127.0.0.1:{port}: ".encode() in ran.stderr
        assert b"hint: another program answers at this port" in ran.stderr
    with Previewed(project.path, "--port", str(port)) as shown:
        assert shown.browser.place == ("127.0.0.1", port)
    for wrong in ("0", "80", "65536", "x"):
        assert cli("preview", project.path, "--port", wrong).code == USAGE
    assert cli("preview", project.path, "--format", "sarif").code == USAGE
    assert cli("preview", project.path.parent).code == WRONG_INPUT


def test_it_stops_while_a_browser_listens(project: Project, shown: Previewed) -> None:
    events = shown.events()
    next(events)
    assert shown.end()[0] == ENVIRONMENT
    assert list(events) == []
    with pytest.raises(OSError, match="refused"):
        shown.browser.ask()


def test_in_python(project: Project) -> None:
    with pa.preview(project.path) as shown:
        rounds = iter(shown)
        assert next(rounds).result is not None
        browser = Browser(shown.addresses[0])
        assert browser.ask("pack").status == 200
        with pytest.raises(OSError, match="shows a preview"), pa.preview(project.path):
            pass
    with pytest.raises(pa.Refused):
        pa.preview(project.path.parent)
    with pa.preview(project.path) as shown:
        assert next(iter(shown)).number == 1
