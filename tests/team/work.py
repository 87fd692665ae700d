"""The steps of the simulator: work in one clone, and what git does with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from tests.team.clones import Clone, must
from tests.team.judge import Merge, still_released
from tests.team.people import person, settle
from tests.team.repository import INDEX, RECORD, Row, rows
from tests.workspace.projects import TABLE

if TYPE_CHECKING:
    from tests.team.simulator import World


STYLES: Final = ("merge", "diff3", "zdiff3")
STRATEGIES: Final = ((), ("-X", "ours"), ("-X", "theirs"), ("-s", "resolve"), ("-X", "patience"))
MOST_ASSETS: Final = 7


def as_version_2(clone: Clone, changed: list[Row] | None = None) -> None:
    """Write the index as the tool of version 2 did."""
    kept = [row for row in changed or clone.rows() if row.root]
    following = max((row.id for row in changed or clone.rows()), default=0) + 1
    lines = "\n  , ".join(
        json.dumps({"asset_id": r.id, "asset_uuid": r.uuid, "root": r.root, "included_in_build": r.built})
        for r in sorted(kept)
    )  # fmt: skip
    table = f"[\n    {lines}\n  ]" if kept else "[]"
    clone.write(INDEX, f'{{\n  "schema_version": 2,\n  "next_asset_id": {following},\n  "assets": {table}\n}}\n')  # fmt: skip


def register(clone: Clone, *roots: str, codes: Iterable[int] = (0,)) -> None:
    """Register roots, and see which ids are given."""
    before, record = clone.rows(), still_released(clone.rows(RECORD))
    highest = max((row.id for row in (*before, *record)), default=0)
    if clone.old:
        there = clone.roots()
        new = [Row(highest + k, there[root], root) for k, root in enumerate(roots, 1)]
        as_version_2(clone, [*before, *new])
        return
    ran = clone.pa("register", *(f"assets/{root}" for root in roots), codes=codes)
    known = {row.uuid: row.id for row in (*record, *before)}
    for row in clone.rows() if ran.code == 0 else ():
        if not row.uuid:
            continue
        if row.uuid in known:
            must(row.id == known[row.uuid], "a known uuid got another id", row, before, record)
        else:
            must(row.id > highest, f"{row.id} is not above {highest}", before, record)


def new(world: World, clone: Clone) -> None:
    """Begin one asset or two."""
    made: list[str] = []
    for _ in range(world.random.choice((1, 1, 2))):
        if len(clone.roots()) < MOST_ASSETS:
            made.append(world.free(clone))
            clone.begin(made[-1], world.uuid(), seed=world.random.randrange(1000))
    if made:
        register(clone, *made)
    clone.commit("new")


def draw(world: World, clone: Clone) -> None:
    """Change a source, and nothing of the registry."""
    if live := clone.live():
        row = world.random.choice(live)
        path = clone.path / "assets" / str(row.root) / "a.wav"
        data = bytearray(path.read_bytes())
        data[44] = world.random.randrange(256)
        path.write_bytes(data)
        clone.commit("draw")


def forget(world: World, clone: Clone) -> None:
    live = clone.live()
    if len(live) < 2:
        return
    row = world.random.choice(live)
    if clone.old:
        clone.git("rm", "-rq", "--", f"assets/{row.root}")
        as_version_2(clone, [r for r in clone.rows() if r != row])
    else:
        clone.pa("forget", str(row.id))
        if world.random.random() < 0.7:
            clone.git("rm", "-rq", "--", f"assets/{row.root}")
    clone.commit("forget")


def revive(world: World, clone: Clone) -> None:
    """Register what was forgotten and is there, or fetch a root of another branch."""
    there = clone.roots()
    taken = {row.root for row in clone.rows()} | {row.uuid for row in clone.rows() if row.root}
    loose = [root for root, found in there.items() if root not in taken and found not in taken]
    if loose:
        register(clone, world.random.choice(loose))
        clone.commit("revive")
        return
    other = world.random.choice(world.clones).branches()["main"]
    absent = [
        row for row in rows(clone.show(other))
        if row.root and row.root not in there and row.uuid not in taken | set(there.values())
    ]  # fmt: skip
    if absent and not any(row.root == absent[0].root for row in clone.rows()):
        ran = clone.git("checkout", other, "--", f"assets/{absent[0].root}", codes=(0, 1))
        if ran.returncode == 0 and clone.roots().get(str(absent[0].root)) == absent[0].uuid:
            register(clone, str(absent[0].root))
        clone.commit("take over")


def membership(world: World, clone: Clone) -> None:
    live = clone.live()
    if not live:
        return
    row = world.random.choice(live)
    if clone.old:
        as_version_2(clone, [r._replace(built=not r.built) if r == row else r for r in clone.rows()])  # fmt: skip
    else:
        clone.pa("exclude" if row.built else "include", str(row.id))
    clone.commit("membership")


def move(world: World, clone: Clone) -> None:
    """Move a root, two in turn, or swap two."""
    live = clone.live()
    world.random.shuffle(live)
    moves: list[tuple[str, str]] = []
    kind = world.random.choice(("one", "one", "chain", "swap"))
    if clone.old or not live or (len(live) < 2 and kind != "one"):
        return
    free, first, second = world.free(clone), str(live[0].root), str(live[-1].root)
    if kind == "one":
        moves = [(first, free)]
    elif kind == "chain":
        moves = [(first, free), (second, first)]
    else:
        moves = [(first, "t/swapping"), (second, first), ("t/swapping", second)]
    for old, to in moves:
        clone.git("mv", f"assets/{old}", f"assets/{to}")
    if world.random.random() < 0.2:
        clone.commit("moved, not registered")
    places = [to for _, to in moves if to != "t/swapping"]
    world.random.shuffle(places)
    register(clone, *places)
    clone.commit(f"move {kind}")


def copy(world: World, clone: Clone) -> None:
    """Copy a root: it is refused without a uuid of its own."""
    live = clone.live()
    if clone.old or not live or len(clone.roots()) >= MOST_ASSETS:
        return
    row, to = world.random.choice(live), world.free(clone)
    shutil.copytree(clone.path / "assets" / str(row.root), clone.path / "assets" / to)
    text = clone.read(INDEX)
    refused = clone.pa("register", f"assets/{to}", codes=(1,))
    must(refused.codes == {"REGISTER_COPY"} and clone.read(INDEX) == text, "a copy", refused.out)
    clone.pa("register", "--new-uuid", f"assets/{to}")
    path = clone.path / "assets" / to / "asset.json"
    path.write_bytes(path.read_bytes().replace(f'"name": "{row.root}-'.encode(), f'"name": "{to}-'.encode()))  # fmt: skip
    clone.commit("copy")


def release(world: World, clone: Clone) -> None:
    """Build and release: the record then holds what the pack holds."""
    if clone.old or built(clone) is None:
        return
    before = {(row.id, row.uuid) for row in clone.rows(RECORD)}
    clone.pa("release")
    after = {(row.id, row.uuid) for row in clone.rows(RECORD)}
    here = {(row.id, row.uuid) for row in clone.rows() if row.root and row.built}
    must(before | here == after, "not what was built is recorded", before, here, after)
    clone.commit("release")


def built(clone: Clone) -> bytes | None:
    """The pack, or None where names meet or nothing is to be built."""
    names = [json.loads(clone.read(f"assets/{row.root}/asset.json"))["name"] for row in clone.live() if row.built]  # fmt: skip
    if len(set(names)) < len(names):
        return None
    clone.pa("build")
    return (clone.path / "build/assets.pa").read_bytes()


def migrate(world: World, clone: Clone) -> None:
    """The person gets the new tool, and brings the index to version 3."""
    if '"schema_version": 2' in clone.read(INDEX):
        clone.old = False
        # What git left of version 2 may need an answer first.
        person(clone, clone.pa("migrate", codes=(0, 1)))
        clone.pa("migrate")
        shutil.rmtree(clone.path / "assets/.prometeu/backup", ignore_errors=True)
        must(f'"schema_version": {TABLE}' in clone.read(INDEX), "not migrated")
        clone.commit("migrate")


def branch(world: World, clone: Clone) -> None:
    """Go to a side branch, or come back."""
    side = world.random.choice(("main", "side", "side"))
    clone.git("checkout", "--quiet", *(() if side in clone.branches() else ("-b",)), side)
    arrive(clone)


def arrive(clone: Clone) -> None:
    """A commit that a rebase made in passing is repaired when somebody comes to it."""
    settle(clone)
    if clone.git("status", "--porcelain").stdout:
        clone.commit("arrived")


def other_commit(world: World, clone: Clone) -> str:
    """A branch of another clone, or the other branch of this one."""
    names = world.random.choice(world.clones).branches()
    return names[world.random.choice(sorted(names))]


def merge(world: World, clone: Clone) -> None:
    theirs, ours = other_commit(world, clone), clone.head()
    strategy = world.random.choice(STRATEGIES)
    whole = "ours" not in strategy and "theirs" not in strategy
    clone.git("merge", "--quiet", "--no-ff", "--no-commit", *strategy, theirs, codes=(0, 1, 2))
    settle(clone, Merge(clone, ours, theirs, whole=whole))
    clone.commit("merge")
    if whole and not clone.old and world.random.random() < 0.5:
        mirrored(world, clone, ours, theirs, strategy)


def mirrored(world: World, clone: Clone, ours: str, theirs: str, strategy: tuple[str, ...]) -> None:
    """The same merge made from the other side gives the same index."""
    if len(clone.parents(clone.head())) < 2:
        return
    merge = Merge(clone, ours, theirs)
    if merge.dropped or ("resolve" in strategy and len(merge.bases) > 1):
        return  # git takes another base from the other side, or takes back a row in one alone
    world.count["mirrored"] += 1
    made, here = clone.read(INDEX), clone.git("rev-parse", "--abbrev-ref", "HEAD").stdout.strip()
    documents = clone.roots()
    style = world.random.choice(STYLES)
    clone.git("checkout", "--quiet", "--detach", theirs)
    clone.git("-c", f"merge.conflictStyle={style}", "merge", "--quiet", "--no-ff", "--no-commit",
              *strategy, ours, codes=(0, 1))  # fmt: skip
    settle(clone, merge)
    clone.commit("mirrored")
    # Git may have made other documents of those that it took for one another.
    same = clone.rows() == rows(made) or clone.roots() != documents
    must(same, "the mirrored merge differs", made, clone.read(INDEX), clone.show(ours), clone.show(theirs))  # fmt: skip
    clone.git("checkout", "--quiet", here)


def finish(clone: Clone, what: str, merge: Merge | None = None) -> None:
    """Carry a rebase, a cherry-pick or a revert to its end, with a repair at every stop."""
    for _ in range(60):
        states = ("rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer")
        if not any((clone.path / ".git" / name).exists() for name in states):
            break
        settle(clone)
        clone.git("add", "--all", "--sparse")
        if clone.git("diff", "--cached", "--quiet", codes=(0, 1)).returncode:
            clone.git(what, "--continue", codes=(0, 1))
        else:
            clone.git(what, "--skip", codes=(0, 1))
    settle(clone, merge)
    if clone.git("status", "--porcelain").stdout:
        clone.commit(f"repaired after {what}")


def rebase(world: World, clone: Clone) -> None:
    onto = other_commit(world, clone)
    clone.git("rebase", "--quiet", *world.random.choice(((), ("--rebase-merges",), ("--apply",))),
              onto, codes=(0, 1))  # fmt: skip
    finish(clone, "rebase")


def cherry_pick(world: World, clone: Clone) -> None:
    picked = other_commit(world, clone)
    for _ in range(world.random.randrange(3)):
        picked = next(iter(clone.parents(picked)), picked)
    if parents := clone.parents(picked):
        clone.git("cherry-pick", *("-m", "1")[: len(parents) // 2 * 2], picked, codes=(0, 1))
        finish(clone, "cherry-pick")


def revert(world: World, clone: Clone) -> None:
    undone = clone.head()
    for _ in range(world.random.randrange(3)):
        undone = next(iter(clone.parents(undone)), undone)
    if parents := clone.parents(undone):
        options = ("-m", "1")[: len(parents) // 2 * 2]
        clone.git("revert", "--no-edit", *options, undone, codes=(0, 1))
        finish(clone, "revert")


def reset(world: World, clone: Clone) -> None:
    back = clone.head()
    for _ in range(world.random.randint(1, 2)):
        back = next(iter(clone.parents(back)), back)
    clone.git("reset", "--quiet", "--hard", back)
    arrive(clone)


def stash(world: World, clone: Clone) -> None:
    """Work that is not committed meets other work."""
    if len(clone.roots()) >= MOST_ASSETS or clone.old:
        return
    root = world.free(clone)
    clone.begin(root, world.uuid(), seed=7)
    register(clone, root)
    clone.git("stash", "push", "--quiet", "--include-untracked")
    world.random.choice((new, membership, merge, release))(world, clone)
    popped = clone.git("stash", "pop", "--quiet", codes=(0, 1))
    if popped.returncode:
        if not clone.unmerged():
            clone.git("checkout", "--quiet", "stash@{0}^3", "--", ".", codes=(0, 1))
        clone.git("stash", "drop", "--quiet")
    settle(clone)
    clone.commit("popped")


def worktree(world: World, clone: Clone) -> None:
    """Work in a second work tree of the clone, merged back."""
    if clone.old or len(clone.roots()) >= MOST_ASSETS:
        return
    second = Clone(world, f"{clone.name}2")
    clone.git("worktree", "add", "--quiet", "--detach", str(second.path))
    new(world, second)
    made, ours = second.head(), clone.head()
    clone.git("worktree", "remove", "--force", str(second.path))
    world.random.choice((membership, new))(world, clone)
    ours = clone.head()
    clone.git("merge", "--quiet", "--no-commit", made, codes=(0, 1))
    settle(clone, Merge(clone, ours, made))
    clone.commit("from the second work tree")


def sparse(world: World, clone: Clone) -> None:
    """A root is absent from the work tree alone: its asset is not gone."""
    live = clone.live()
    if clone.old or len(live) < 2:
        return
    row = world.random.choice(live)
    text = clone.read(INDEX)
    clone.git("sparse-checkout", "set", "--no-cone", "/*", f"!/assets/{row.root}/")
    clone.pa("doctor", "--fix", codes=(0, 1))
    must(clone.read(INDEX) == text, "a root that is not checked out was repaired", text, clone.read(INDEX))  # fmt: skip
    if world.random.random() < 0.5:
        world.random.choice((new, membership))(world, clone)
    clone.git("sparse-checkout", "disable")
    must(row in clone.rows(), "a row changed while its root was not checked out", row)


def converge(world: World, clone: Clone) -> None:
    """Everybody merges everything: indexes and packs are then the same in all clones."""
    first = world.clones[0]
    if any(one.old for one in world.clones):
        return
    for one in world.clones:
        if one.git("rev-parse", "--abbrev-ref", "HEAD").stdout.strip() != "main":
            one.git("checkout", "--quiet", "main")
    for other in world.clones[1:]:
        ours, theirs = first.head(), other.branches()["main"]
        first.git("merge", "--quiet", "--no-ff", "--no-commit", theirs, codes=(0, 1))
        settle(first, Merge(first, ours, theirs))
        first.commit("together")
    if '"schema_version": 2' in first.read(INDEX):
        migrate(world, first)
    for other in world.clones[1:]:
        other.git("merge", "--quiet", "--ff-only", first.branches()["main"])
        must(other.rows() == first.rows(), "two clones differ", first.read(INDEX), other.read(INDEX))  # fmt: skip
    packs = {built(one) for one in world.clones}
    must(len(packs) == 1, "packs differ")
    world.count["converged"] += 1


STEPS: Final[dict[Callable[[World, Clone], None], int]] = {
    new: 12, draw: 2, forget: 6, revive: 4, membership: 6, move: 7, copy: 3, release: 3, migrate: 2,
    branch: 8, merge: 22, rebase: 5, cherry_pick: 6, revert: 4, reset: 3, stash: 4, worktree: 2,
    sparse: 3, converge: 2,
}  # fmt: skip
