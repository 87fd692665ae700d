"""Three clones of one project, random work in them, and what must hold after every step.

``python -m tests.team.simulator --steps 20000 --seed 1 [--jobs 2]``. Work is done by git and by the
verbs; what holds is judged by code that imports nothing of the product. The verbs run in this
process, the merge driver too: git calls a script that asks a thread.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from tests.team.clones import Broken, Clone, Driver, Objects, must
from tests.team.judge import sound_index
from tests.team.repository import INDEX
from tests.team.work import STEPS, STYLES, as_version_2, converge

STEPS_OF_A_WORLD: Final = 80
CONFIG: Final = """
[core]
\tautocrlf = {crlf}
\tfsync = none
[merge]
\tconflictStyle = {style}
\tstat = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
"""


class World:
    """Three clones, their story so far, and the random steps."""

    def __init__(self, top: Path, seed: str, driver: Driver) -> None:
        self.top, self.random, self.driver = top, random.Random(seed), driver
        self.story: list[str] = []
        self.count: Counter[str] = Counter()
        self.frame = ("", "")
        self.steps = 0
        self.older = False
        self.clones: list[Clone] = []

    def say(self, text: str) -> None:
        self.story.append(text)

    def uuid(self) -> str:
        """A uuid whose order is random; the same for one seed."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def begin(self) -> None:
        first = Clone(self, "A")
        first.path.mkdir()
        self.say("begin")
        first.pa("init", ".")
        text = first.read(INDEX)
        self.frame = (text.split("\n")[0], text.split("\n")[-2])
        first.git("init", "--quiet", "-b", "main")
        for _ in range(self.random.randint(1, 3)):
            first.begin(self.free(first), self.uuid())
        first.pa("register", *(f"assets/{root}" for root in first.roots()))
        self.older = self.random.random() < 0.3
        if self.older:
            as_version_2(first)
            if self.random.random() < 0.5:
                (first.path / ".gitattributes").unlink()
        first.commit("begin")
        self.clones = [first]
        for name in "BC":
            first.git("clone", "--quiet", "--shared", ".", str(self.top / name))
            self.clones.append(Clone(self, name))
            shutil.rmtree(self.top / name / ".git/objects")
            (self.top / name / ".git/objects").symlink_to(first.path / ".git/objects")
        self.objects = Objects(first.path)
        for clone in self.clones:
            clone.old = self.older
            crlf, style = self.random.choice(("true", "false", "input")), self.random.choice(STYLES)
            config = CONFIG.format(crlf=crlf, style=style)
            how = self.random.choice(("driver", "driver", "union", "text", "text"))
            if how == "driver":
                config += f'[merge "prometeu-index"]\n\tdriver = {self.driver.script} %O %A %B\n'
            elif how == "union":
                clone.write(".git/info/attributes", f"{INDEX} merge=union\n")
            with (clone.path / ".git/config").open("a") as file:
                file.write(config)
            self.say(f"  {clone.name}: autocrlf {crlf}, {style}, {how}")
            if crlf != "false":
                clone.git("rm", "--quiet", "--cached", "-r", ".")
                clone.git("reset", "--quiet", "--hard")

    def free(self, clone: Clone) -> str:
        """A root that is free in this clone, of so few that others choose it too."""
        names = [f"t/{letter}" for letter in "abcdefghijklmn"]
        there = {*clone.roots(), *(row.root for row in clone.rows())}
        return self.random.choice(
            [n for n in names if n not in there and not (clone.path / "assets" / n).exists()]
        )

    def run(self, steps: int) -> None:
        for number in range(steps):
            clone = self.random.choice(self.clones)
            step = self.random.choices(list(STEPS), list(STEPS.values()))[0]
            self.say(f"{number} {clone.name}: {step.__name__}")
            self.count[step.__name__] += 1
            step(self, clone)
            self.check(clone)
            self.steps += 1
        self.say("at the end")
        for clone in self.clones:
            clone.old = False
        converge(self, self.clones[0])

    def check(self, clone: Clone) -> None:
        sound_index(clone)
        if clone.old or self.random.random() < 0.8:
            return
        must(not clone.git("status", "--porcelain").stdout, f"{clone.name}: not all is committed")
        if clone.rows():
            found = clone.pa("doctor", "--fix", codes=(0, 1))
            # `include` can bring back a name that git gave to two assets.
            must(found.codes <= {"ASSET_NAME"}, "the doctor finds something", found.out)
            must(not found.value["repairs"], "a repair without a cause", found.out)


@contextlib.contextmanager
def fixed(seed: str) -> Iterator[None]:
    """The same uuids for one seed, and the directory as it was."""
    drawn, here, real = random.Random(f"{seed} drawn"), os.getcwd(), uuid.uuid4
    uuid.uuid4 = lambda: uuid.UUID(int=drawn.getrandbits(128), version=4)
    try:
        yield
    finally:
        uuid.uuid4 = real
        os.chdir(here)


def one_world(seed: str, steps: int, where: str | None = None) -> tuple[int, Counter[str], str]:
    """Run a world: the steps made, the counts, and its story when something broke."""
    top = Path(tempfile.mkdtemp(prefix="team-", dir=where))
    world = None
    driver = Driver(top)
    try:
        with fixed(seed):
            world = World(top, seed, driver)
            world.begin()
            world.run(steps)
    except Exception as error:  # noqa: BLE001 - it is the result
        assert world
        trace = "" if isinstance(error, Broken) else traceback.format_exc()
        head = f"seed {seed}: {str(error).partition(chr(10))[0]}"
        return world.steps, world.count, "\n".join((head, *world.story, trace, str(error)))
    finally:
        driver.stop()
        if world and world.clones:
            world.objects.stop()
        shutil.rmtree(top, ignore_errors=True)
    world.count["driver"] = driver.runs
    return steps, world.count, ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--world", help="run this world alone, such as 1:17")
    parser.add_argument("--where", help="a directory for the clones, best in memory")
    asked = parser.parse_args()
    worlds = -(-asked.steps // STEPS_OF_A_WORLD)
    seeds = [asked.world] if asked.world else [f"{asked.seed}:{number}" for number in range(worlds)]
    began, made, broken, count = time.monotonic(), 0, 0, Counter[str]()
    with ProcessPoolExecutor(asked.jobs) as pool:
        every = [STEPS_OF_A_WORLD] * len(seeds)
        for steps, counted, told in pool.map(one_world, seeds, every, [asked.where] * len(seeds)):
            made, count = made + steps, count + counted
            if told:
                broken += 1
                sys.stderr.write(f"{told}\n\n")
    sys.stdout.write(
        f"{made} steps in {len(seeds)} worlds, {broken} broken, {time.monotonic() - began:.0f} s\n"
        + ", ".join(f"{name} {times}" for name, times in count.most_common()) + "\n"
    )  # fmt: skip
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
