"""Where the real files are from: public repositories at a commit, and packages at a version.

    python benchmarks/field/sources.py FOLDER

brings each of them into ``FOLDER/<source>/``, whole for a package and its art and sound for a
repository. A repository that is cloned at ``FOLDER/.clones/<owner>+<name>`` is taken from there.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

REPOSITORIES: Final = {
    "00-Evan/shattered-pixel-dungeon": "504eb480e9e4c19fbc1d85ac834c2830e467f76b",
    "AristurtleDev/AsepriteDotNet": "7facef9cb4685f9aa3dc7c43ee7ac6fe0f3a43b5",
    "Stabyourself/mari0": "57829fd23e783d1a2993b9d64a7f7e6b131e572f",
    "Stephane-D/SGDK": "aef34204ba9515031489d6151dfc06078691555b",
    "aseprite/aseprite": "d586b3f3f5dd4f7ea6b783c3bddc5a5906ce11e5",
    "aseprite/tests": "891564f5783e57c8d1b55c7f86ea74ce7c330b27",
    "bevyengine/bevy": "4805ca792c3e94eef07afd6fa9a2712f388c9a67",
    "bikeshedder/aseprite-loader": "56bbb8bd94bcf027324349e01123a666a1a1aa04",
    "blob1807/odin-aseprite": "071a983cce302505bd14cc6e01e6736cc57a15cf",
    "chrismaltby/gb-studio": "19f59711cc1a00865d46aea94007043783ce272b",
    "devkitPro/gba-examples": "435346171d820c0a6eb021b90e58032d88d30244",
    "gbdev/rgbds": "71d9e236bc0820f270ae33289a3472208b0e1691",
    "kitao/pyxel": "50f9bd77780c993aca62b5b221766bde5791081d",
    "liballeg/allegro5": "565ce5184d11cf9bd36a7e927136166da959fc20",
    "mapeditor/tiled": "aa069419db754412a2b4d51d8ea03bb048499f0a",
    "pygame/pygame": "85fda3f719d437cf27106afae8c890e6b88ba5f5",
    "quodlibet/mutagen": "e89c77ad1bccd6c4b54bd9240469232affdd30d7",
    "raysan5/raylib": "abe23bf82dcab18a618067843aed4eec2b24ba97",
    "tinytag/tinytag": "dae0722d8887f4dabea14fab36723419b63fd1fd",
    "viniciusgerevini/godot-aseprite-wizard": "1bb846266687eaf6f09f58342643756ee2cdd89a",
}
DEBIAN: Final = {
    "freedroidrpg-data": "1.0-1",
    "frozen-bubble-data": "2.212-11",
    "gimp-data": "2.10.34-1+deb12u10",
    "inkscape": "1.2.2-2+deb12u1",
    "krita-data": "1:5.1.5+dfsg-2+deb12u1",
    "lbreakout2-data": "2.6.5-2",
    "pingus-data": "0.7.6-5.1",
    "sound-theme-freedesktop": "0.8-2",
    "supertux-data": "0.6.3-2",
}
PYPI: Final = {"arcade": "3.3.3", "scipy": "1.17.1"}
KINDS: Final = {
    "picture": (".png",),
    "aseprite": (".aseprite", ".ase"),
    "palette": (".gpl", ".hex", ".pal"),
    "sound": (".wav", ".ogg", ".oga", ".flac", ".mp3", ".aif", ".aiff"),
}
"""The kinds of files that are tried, by the ending of their name."""


def kind_of(path: str) -> str | None:
    """The kind of a file by its name."""
    return next((kind for kind, ends in KINDS.items() if path.lower().endswith(ends)), None)


def main() -> None:
    """Bring every source that is not there yet."""
    folder = Path(sys.argv[1])
    for name, commit in REPOSITORIES.items():
        repository(folder, name, commit)
    for name, version in DEBIAN.items():
        debian(folder / f"deb+{name}", name, version)
    for name, version in PYPI.items():
        pypi(folder / f"pypi+{name}", name, version)


def repository(folder: Path, name: str, commit: str) -> None:
    """The art and sound of a repository at a commit."""
    target = folder / name.replace("/", "+")
    if target.exists():
        return
    clone = folder / ".clones" / target.name
    if not clone.exists():
        run("git", "clone", "--quiet", "--bare", f"https://github.com/{name}", str(clone))
    tree = run("git", "-C", str(clone), "ls-tree", "-rz", "--name-only", commit)
    for path in filter(kind_of, tree.decode().split("\0")):
        data = run("git", "-C", str(clone), "cat-file", "blob", f"{commit}:{path}")
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)


def debian(target: Path, name: str, version: str) -> None:
    """The files of a package of Debian."""
    if target.exists():
        return
    target.mkdir(parents=True)
    run("apt-get", "download", f"{name}={version}", cwd=target)
    (package,) = target.glob("*.deb")
    run("dpkg-deb", "-x", str(package), str(target))
    package.unlink()


def pypi(target: Path, name: str, version: str) -> None:
    """The files of a wheel."""
    if target.exists():
        return
    target.mkdir(parents=True)
    given = ("--no-deps", "--only-binary=:all:", "--dest", str(target), f"{name}=={version}")
    run(sys.executable, "-m", "pip", "download", "--quiet", *given)
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    wheel.unlink()


def run(*command: str, cwd: Path | None = None) -> bytes:
    """The output of a command that must not fail."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=cwd).stdout


if __name__ == "__main__":
    main()
