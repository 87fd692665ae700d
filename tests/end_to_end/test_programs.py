"""The programs of `examples/`, and the page that they are written from."""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import numpy as np
import pytest
from PIL import Image
from tests.cli.deeds import pictures
from tests.packs import SMALL, pack
from tests.workspace.projects import Project, edit

import prometeu_assets as pa

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
LINES = 100


def program(name: str) -> dict[str, Any]:
    """The names of an example, which is short."""
    path = EXAMPLES / f"{name}.py"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES
    return runpy.run_path(str(path))


def main(
    patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, *words: object
) -> tuple[Any, str, str]:
    """The exit code of an example, and what it prints."""
    patch.setattr(sys, "argv", [name, *map(str, words)])
    code = program(name)["main"]()
    return (code, *capsys.readouterr())


def test_the_page_of_workspaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "spec/python-workspace.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(page.partition("```python\n")[2].partition("```")[0], {})
    listed = page.partition("## Programs")[2]
    programs = [path.name for path in EXAMPLES.glob("*.py")]
    assert all(f"`{name}`" in listed for name in programs)
    assert len(programs) == listed.count(".py`")


def test_the_page_of_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its blocks, one after another, beside a build."""
    monkeypatch.chdir(tmp_path)
    sheet = np.arange(256 * 256).reshape(256, 256) % 3
    hero = pa.TileBank.from_arrays(sheet, [[[0, 0, 0], [255, 0, 68]]], tile_size=8)
    beep = pa.SoundBank.from_arrays([[0, 9000] * 400], sample_rate=8000)
    Path("build").mkdir()
    given = {"tiles/hero": hero, "sounds/beep": beep}
    pa.write("build/assets.pa", given, preload=["tiles/hero"], companions=True)
    pa.write("old.pa", {"tiles/hero": hero})
    page = (ROOT / "spec/python-packs.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    for block in blocks:
        exec(block, names)
    assert len(blocks) >= 7
    assert (names["loaded_at_boot"], names["seconds"]) == (["tiles/hero"], [0.1])
    assert (names["pixels"] == sheet).all()
    assert names["written"]


def test_a_checker_of_packs_of_strangers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A header beyond the limit is refused by its length; without limits it is read first."""
    bank = pa.SoundBank.from_arrays([[0, 1]], sample_rate=8000)
    notes = {str(n): {"x_note": "a" * 60_000} for n in range(5)}
    good = pa.pack(dict.fromkeys(notes, bank), metadata=notes)
    right, wrong, hostile = (tmp_path / name for name in ("right.pa", "wrong.pa", "hostile.pa"))
    right.write_bytes(pa.pack({"a": bank}))
    wrong.write_bytes(b"PPA1" + right.read_bytes()[4:])
    hostile.write_bytes(good.replace(b'"x_note":"a', b'"x_note":"b', 1))
    code, out, _ = main(monkeypatch, capsys, "check", right)
    assert (code, out) == (0, f"{right}: right\n")
    code, out, _ = main(monkeypatch, capsys, "check", right, wrong, hostile)
    lines = out.splitlines()
    assert (code, [line.split(":")[0].split()[-1] for line in lines if line.startswith(" ")]) == (
        1, ["PRELUDE_LEGACY", "PRELUDE_HEADER_LEN"],
    )  # fmt: skip
    code, out, _ = main(monkeypatch, capsys, "check", "--any-size", hostile)
    assert (code, out.count("error HEADER_CHECKSUM")) == (1, 1)
    limits = program("check")["STRANGERS"]
    for given, most in ((limits, 4096), (None, len(good))):
        asked: list[int] = []
        assert not pa.validate(Counted(hostile.read_bytes(), asked), limits=given).ok
        assert (sum(asked) <= 4096) is (given is not None), (sum(asked), most)


class Counted(io.BytesIO):
    """A file that tells how many bytes are read of it."""

    def __init__(self, data: bytes, asked: list[int]) -> None:
        super().__init__(data)
        self.asked = asked

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.asked.append(len(found))
        return found

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self.asked.append(count)
        return count


def test_a_bot_annotates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    monkeypatch.chdir(tmp_path)
    code, out, _ = main(monkeypatch, capsys, "annotate", "game")
    assert (code, json.loads(out)["conclusion"]) == (0, "success")
    edit(project.anchor("hero"), preload=7)
    code, out, _ = main(monkeypatch, capsys, "annotate", "game")
    (found,) = json.loads(out)["output"]["annotations"]
    text = Path(found["path"]).read_text(encoding="utf-8").splitlines()[found["start_line"] - 1]
    assert text[found["start_column"] - 1 :].startswith("7")
    assert (code, found["annotation_level"], found["title"]) == (1, "failure", "DOCUMENT_SCHEMA")


def test_a_bot_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    got: list[tuple[str | None, dict[str, Any]]] = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            got.append((self.headers["Authorization"], json.loads(self.rfile.read(size))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("ANNOTATE_TOKEN", "secret")
    with HTTPServer(("localhost", 0), Service) as server:
        Thread(target=server.handle_request).start()
        url = f"http://localhost:{server.server_port}/"
        code, out, _ = main(monkeypatch, capsys, "annotate", tmp_path, url)
    assert (code, out) == (1, "")
    ((token, body),) = got
    assert (token, body["conclusion"]) == ("Bearer secret", "failure")


def test_a_service_takes_what_is_valid(tmp_path: Path) -> None:
    service = validator(program("upload")["service"](tmp_path))

    def post(data: bytes, length: int | None = None) -> tuple[str, Any]:
        environ: dict[str, Any] = {}
        setup_testing_defaults(environ)
        length = len(data) if length is None else length
        environ |= {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(length), "QUERY_STRING": ""}
        environ["wsgi.input"] = io.BytesIO(data)
        said: list[str] = []
        answer = service(environ, lambda status, headers, *_: said.append(status))
        value = json.loads(b"".join(answer))
        answer.close()
        return said[0], value

    data = pack(SMALL, [{"asset_id": 1, "slot": 0}])
    status, value = post(data)
    assert status == "201 Created"
    assert (tmp_path / f"{value['sha256']}.pa").read_bytes() == data
    assert [asset["id"] for asset in value["assets"]] == [entry["asset_id"] for entry in SMALL]
    status, value = post(data[:-1])
    assert (status[:3], value["ok"]) == ("422", False)
    assert post(b"", 2**40) == ("413 Content Too Large", {"largest": 2**25})
    assert len(list(tmp_path.iterdir())) == 1


def test_a_game_tests_its_pack(tmp_path: Path) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["game_fixture"]\n')
    (tmp_path / "test_game.py").write_text(
        "def test_the_hero(pack):\n    assert pack.tiles('hero').indices.any()\n\n"
        "def test_a_tool(project):\n    assert (project / 'assets/tiles/hero/asset.json').is_file()\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]

    def run() -> str:
        ran = subprocess.run(
            [*command, f"--game={project.path}", str(tmp_path)],
            cwd=EXAMPLES, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(EXAMPLES), "PYTHONDONTWRITEBYTECODE": "1",
                 "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )  # fmt: skip
        return ran.stdout

    assert "2 passed" in run()
    edit(project.anchor("hero"), preload=7)
    told = run()
    assert "1 passed, 1 error" in told
    assert "assets/hero/asset.json /preload: DOCUMENT_SCHEMA" in told


def test_folders_of_another_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    art, game = tmp_path / "Art", tmp_path / "game"
    desk = pictures(Project(tmp_path / "unused"))
    (art / "Big World").mkdir(parents=True)
    (art / "Fx").mkdir()
    Image.open(desk.parent / "sky.png").save(art / "Big World/Sky.png")
    (art / "Fx/beep.wav").write_bytes((desk / "beep.wav").read_bytes())
    code, out, err = main(monkeypatch, capsys, "from_folders", art, game)
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in out.splitlines()] == ["big_world/tiles", "fx/sounds"]
    assert pa.build(game).statistics.assets == 2
    assert main(monkeypatch, capsys, "from_folders", art, game)[0] == 0, "nothing new"
    Image.open(desk / "walk.png").save(art / "Big World/Walk.png")
    assert main(monkeypatch, capsys, "from_folders", art, game)[0] == 0
    assert len(pa.show("big_world/tiles", project=game).sources) >= 3
    (art / "Fx/bad.wav").write_bytes(b"RIFF")
    (art / "Zoo").mkdir()
    Image.open(desk / "world.png").save(art / "Zoo/a.png")
    code, out, err = main(monkeypatch, capsys, "from_folders", art, game)
    assert (code, "not brought: fx/sounds: " in err, "zoo/tiles: " in out) == (1, True, True)


def test_a_viewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero", preload=True)
    project.sounds("fx", [(1, -2), (3,)])
    file = pa.build(project.path).outputs["assets.pa"]
    code, out, _ = main(monkeypatch, capsys, "view", file)
    assert (code, [line.split() for line in out.splitlines()]) == (
        0, [["1", "TILES", "hero", "slot", "0"], ["2", "SOUNDS", "fx"]],
    )  # fmt: skip
    code, out, _ = main(monkeypatch, capsys, "view", file, "hero", 1)
    with pa.open(file) as opened:
        tile = opened.tiles("hero").tile(1)
    for row, line in zip(tile, [*out.splitlines(), *[""] * len(tile)], strict=False):
        assert [line[2 * x : 2 * x + 2].strip() != "" for x in range(len(row))] <= (
            row > 0
        ).tolist()
    code, out, _ = main(monkeypatch, capsys, "view", file, "fx")
    assert [line.partition("peak ")[2] for line in out.splitlines()] == [
        "2 of 32768", "3 of 32768",
    ]  # fmt: skip
    # A header of a stranger: 2 MiB of it are refused before they are read.
    hostile = tmp_path / "hostile.pa"
    head = (2**21).to_bytes(4, "little") + (32 + 2**21).to_bytes(4, "little")
    hostile.write_bytes(b"ASPA\1\0\0\0" + head + bytes(16))
    code, _, err = main(monkeypatch, capsys, "view", hostile)
    assert code == 1
    assert "PRELUDE_HEADER_LEN" in err


def test_a_bot_writes_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    project.tiles("gone")
    old = tmp_path / "old.pa"
    old.write_bytes(pa.build(project.path).outputs["assets.pa"].read_bytes())
    code, out, _ = main(monkeypatch, capsys, "release_notes", old, old)
    assert (code, out.splitlines()[-1]) == (0, "Nothing changed.")
    project.sounds("fx", [(1, 2)])
    pa.exclude("gone", project=project.path)
    pa.rename("hero", "heroine", project=project.path)
    new = pa.build(project.path).outputs["assets.pa"]
    code, out, _ = main(monkeypatch, capsys, "release_notes", old, new)
    listed = [line for line in out.splitlines() if line.startswith(("###", "-"))]
    assert listed == [
        "### New", "- `fx`", "### Gone", "- `gone`", "### Changed", "- `heroine`: renamed",
    ]  # fmt: skip
    (tmp_path / "cut.pa").write_bytes(old.read_bytes()[:-1])
    code, out, err = main(monkeypatch, capsys, "release_notes", old, tmp_path / "cut.pa")
    assert (code, out) == (1, "")
    assert "TABLE_BOUNDS" in err


def test_a_gallery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero")
    project.sounds("fx", [(1, 2)])
    file = pa.build(project.path).outputs["assets.pa"]
    code, *_ = main(monkeypatch, capsys, "gallery", file, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert code == 0
    assert text.count("<h2>") == 2
    assert "data:image/png;base64," in text
    assert "data:audio/wav;base64," in text
