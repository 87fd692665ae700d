"""Stories of a team, told line by line: what somebody does in git, and what must come of it.

A line is one of

- ``BRANCH: line; line``: on this branch, which begins at ``main``; then everything is committed.
- ``new a b=c``: write the roots ``t/a`` and ``t/b`` and register them. A uuid is that of a letter,
  and uuids are ordered as their letters; ``b`` has that of ``c`` here.
- ``files a``: the same without registering.
- ``merge B``: merge and keep the lines of both sides, as people do; of other files ours is kept.
  ``marks B`` leaves the marks in the index and the record. ``clean B``: git has no question.
- ``rm @a``: the directory is deleted.
- ``git WORDS``, or ``git? WORDS`` where git may stop with a conflict; ``both`` then keeps both sides.
- ``union``: the index is merged by union. ``driver``: git knows the merge driver.
- ``fix``: ``doctor --fix`` repairs everything, a second run finds nothing, and a build is made.
- ``index 1 a, 2 b@m out, 3 c gone, 4 -``: these rows and no others. ``released 1 a, 2 b up``.
- ``refused CODE: verb …``: the verb ends with 1, names this code with a hint, and changes no row.
- ``asks CODE: verb …``: the same, but the verb repairs what needs no answer.
- anything else is a verb that ends well. ``@a`` is the root of a, ``%a`` its uuid.
"""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

from tests.team.repository import INDEX, RECORD, Repository, Row, without_marks
from tests.team.verbs import Verbs


def uuid(letter: str) -> str:
    """The uuid of a name of up to four letters."""
    return f"{letter.encode().hex():0<8}-0000-4000-8000-000000000000"


class Story(Repository):
    """A clone of a project, its verbs in processes of their own."""

    def __init__(self, path: Path, verbs: Verbs) -> None:
        super().__init__(path)
        self.verbs = verbs

    def begin_project(self) -> None:
        """Two assets, a and b, on main."""
        self.path.mkdir(parents=True)
        self.pa("init", ".")
        self.git("init", "--quiet", "-b", "main")
        self.tell("main: new a b")

    def pa(self, *arguments: str, code: int = 0) -> Any:
        """Run a verb here; it ends with ``code``. Its answer as JSON."""
        ran = self.verbs(self.path, *arguments, "--format", "json")
        assert ran.code == code, (arguments, *ran)
        return json.loads(ran.out) if ran.out else {}

    def clone(self, name: str, *options: str) -> Story:
        """Another person's clone."""
        self.git("clone", "--quiet", *options, ".", str(self.path.parent / name))
        return Story(self.path.parent / name, self.verbs)

    def tell(self, text: str) -> None:
        """Perform a story."""
        for line in text.splitlines():
            if not line.strip():
                continue
            branch, colon, rest = line.strip().partition(": ")
            if colon and branch.isalnum():
                if branch != self.git("branch", "--show-current").stdout.strip():
                    known = (
                        self.git("rev-parse", "-q", "--verify", branch, codes=(0, 1)).returncode
                        == 0
                    )
                    self.git("checkout", "-q", *((branch,) if known else ("-b", branch, "main")))
                for part in rest.split("; "):
                    self.line(part)
                self.commit(rest)
            else:
                self.line(line.strip())

    def line(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        words = [self.word(word) for word in shlex.split(rest)]
        match verb:
            case "new" | "files":
                roots = [word.partition("=") for word in words]
                for root, _, other in roots:
                    self.begin(f"t/{root}", uuid(other or root))
                if verb == "new":
                    self.pa("register", *(f"assets/t/{root}" for root, _, _ in roots))
            case "git" | "git?":
                self.git(*words, codes=(0,) if verb == "git" else (0, 1))
            case "merge" | "marks" | "clean":
                self.git("merge", "-q", *words, codes=(0,) if verb == "clean" else (0, 1))
                self.resolve(marks=verb == "marks")
            case "union":
                self.write(".git/info/attributes", f"{INDEX} merge=union\n")
            case "driver":
                command = f"'{self.verbs.driver.script}' %O %A %B"
                self.git("config", "merge.prometeu-index.driver", command)
            case "rm":
                for word in words:
                    shutil.rmtree(self.path / word)
            case "both":
                self.resolve(marks=False)
            case "fix":
                self.fix()
            case "index" | "released":
                name = INDEX if verb == "index" else RECORD
                rows = self.rows() if verb == "index" else sorted(self.rows(RECORD))
                shown = [_shown(row, index=verb == "index") for row in rows]
                assert shown == rest.split(", "), self.read(name)
            case "refused" | "asks":
                before = {*self.rows()}, {*self.rows(RECORD)}
                code, _, command = rest.partition(": ")
                self.refused(code, [self.word(word) for word in shlex.split(command)])
                assert verb == "asks" or before == ({*self.rows()}, {*self.rows(RECORD)})
            case _:
                self.pa(verb, *words)

    @staticmethod
    def word(word: str) -> str:
        if word[:1] in "@%" and len(word) > 1:
            return f"assets/t/{word[1:]}" if word[0] == "@" else uuid(word[1:])
        return word

    def resolve(self, *, marks: bool) -> None:
        for path, stages in self.unmerged().items():
            if path not in (INDEX, RECORD):
                self.git("checkout", "--ours" if 2 in stages else "--theirs", "--", path)
            elif not marks:
                self.write(path, without_marks(self.read(path)))
                if '"schema_version": 2' not in self.read(path):
                    json.loads(self.read(path))
        self.git("add", "--all")

    def fix(self) -> None:
        self.pa("doctor", "--fix")
        text = self.read(INDEX), self.read(RECORD)
        assert self.pa("doctor", "--fix")["repairs"] == []
        assert text == (self.read(INDEX), self.read(RECORD))
        self.pa("build")

    def refused(self, code: str, arguments: list[str]) -> None:
        told = self.pa(*arguments, code=1)
        found = {d["code"]: d.get("hint") for d in told.get("report", told)["diagnostics"]}
        assert found.get(code), found


def _shown(row: Row, *, index: bool) -> str:
    """A row as a story tells it."""
    if not row.uuid:
        return f"{row.id} -"
    letter = bytes.fromhex(row.uuid[:8]).rstrip(b"\0").decode("latin-1")
    if not letter.isascii() or row.uuid != uuid(letter):
        letter = "?"
    place = "" if row.root in (None, f"t/{letter}") else "@" + row.root.removeprefix("t/")
    state = " up" if row.given_up else " gone" if index and row.root is None else ""
    return f"{row.id} {letter}{place}{state}{'' if row.built else ' out'}"
