"""What stands on a disk, and what must hold of it after an operation went wrong.

Whatever went wrong, the same is true: every file is whole, as before or as an undisturbed run
leaves it; whoever reads is told of an unfinished publication; the next command makes all of it old
or all of it new, sweeps what was left behind, and running the operation again makes it new.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prometeu_assets.contract.cartridge import FILES
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.shipper.boot import boot
from prometeu_assets.shipper.verify import verify
from prometeu_assets.storage.transaction import BUILD, WORKSPACE, Lock, recover, unfinished
from prometeu_assets.storage.tree import Tree as Place
from prometeu_assets.storage.tree import interrupted, staging_of
from prometeu_assets.workspace.registry import read_index

Tree = dict[str, tuple[int, bytes]]
"""Path below a directory to mode (kind and permission bits) and content (of a link its target)."""

AREAS = (WORKSPACE, BUILD)
LOCK = "assets/.prometeu/lock"
CACHE = "assets/.prometeu/cache.json"
SHIPPED = "cartridge"
OWN = (*(f"{area.staging}/" for area in AREAS), CACHE)
"""How paths begin that the tool makes for itself and may lose."""


def tree(base: Path) -> Tree:
    """All that stands below ``base`` but the lock, which every command leaves there."""
    found: Tree = {}
    begins = len(os.fspath(base)) + 1
    for folder, folders, names in os.walk(base):
        for name in (*folders, *names):
            path = f"{folder}/{name}"
            mode = os.lstat(path).st_mode
            content = b""
            if stat.S_ISLNK(mode):
                content = os.fsencode(os.readlink(path))
            elif stat.S_ISREG(mode):
                with open(path, "rb") as file:
                    content = file.read()
            found[path[begins:]] = (mode, content)
    found.pop(LOCK, None)
    return found


def settled(found: Tree) -> Tree:
    """The same without what the cache says of inodes and times, which no two runs share."""
    return {name: (mode, b"" if name == CACHE else data) for name, (mode, data) in found.items()}


def digest(found: Tree) -> str:
    """The same for equal trees."""
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()


def files(found: Tree) -> Tree:
    """What is no directory, without what the tool keeps for itself."""
    return {
        name: value
        for name, value in found.items()
        if not stat.S_ISDIR(value[0]) and not name.startswith(OWN)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A project that something went wrong in, and the trees before and after an undisturbed run."""

    base: Path
    before: Tree
    after: Tree
    again: Callable[[Path], object]
    done: bool = False
    """Whether the operation claimed success."""


def documents(case: Case) -> None:
    """What must hold after an operation on documents."""
    _hold(case, lambda: None)


def publication(case: Case) -> None:
    """What must hold after an operation that publishes a pack, as `verify` sees it too."""

    def sound() -> None:
        if (case.base / "build/assets.pa").exists():
            assert verify(case.base / "build/assets.pa").codes == ()

    now = files(tree(case.base))
    if _sides(case, now) == {False, True}:
        with suppress(FileNotFoundError):
            codes = verify(case.base / "build/assets.pa").codes
            assert codes == ("TRANSACTION_UNFINISHED",), f"verify says {codes} of a mixture"
    _hold(case, sound)


def cartridge(case: Case) -> None:
    """What must hold after a cartridge was to be put in the place of another, or of none.

    All its files are old, or all are new; where names cannot be swapped the place may be empty,
    and the next run, even one that is refused, gives the old one back. A runtime loads it.
    """
    place = case.base / SHIPPED
    _require_same_elsewhere(case)
    found = _below(tree(case.base), SHIPPED)
    old, new = _below(case.before, SHIPPED), _below(case.after, SHIPPED)
    gone = interrupted(place)
    assert found in (old, new) or (gone and not found), "a cartridge that is neither old nor new"
    assert not case.done or found == new, "success was claimed"
    if not gone and found:
        boot(place).close()
    with Place(place, FILES.values()):
        pass
    assert _below(tree(case.base), SHIPPED) == (old if gone else found), "the old one was lost"
    case.again(case.base)
    assert _below(tree(case.base), SHIPPED) == new
    assert not staging_of(place).exists(), "staging is left behind"
    _require_same_elsewhere(case)


def _below(found: Tree, folder: str) -> Tree:
    return {name: value for name, value in found.items() if f"{name}/".startswith(f"{folder}/")}


def _require_same_elsewhere(case: Case) -> None:
    """A shipper changes nothing but the cartridge."""
    own = (f"{SHIPPED}/", f"{staging_of(Path(SHIPPED)).name}/")
    now, before = (
        {name: value for name, value in found.items() if not f"{name}/".startswith(own)}
        for found in (tree(case.base), case.before)
    )
    assert now == before, "something else was changed"


def _hold(case: Case, sound: Callable[[], None]) -> None:
    base = case.base
    _whole(case)
    committed = any(unfinished(base / area.staging) for area in AREAS)
    if case.done:
        _require_success(case)
    with Lock(base):
        for area in AREAS:
            recover(base, area)
    now = files(tree(base))
    _whole(case)
    sides = _sides(case, now)
    assert len(sides) <= 1, "a mixture after recovery"
    assert not committed or sides <= {True}, "committed, and taken back"
    assert not any((base / area.staging).exists() for area in AREAS), "staging is left behind"
    read_index(base, CURRENT)
    sound()
    # Of what is new already some operations say so, and refuse.
    with suppress(*([Refused] if sides != {False} else [])):
        case.again(base)
    sound()
    _require_end(case)


def piecemeal(case: Case) -> None:
    """What must hold of an operation that is done file by file, and done again if interrupted."""
    _whole(case)
    if case.done:
        _require_success(case)
    with suppress(Refused):
        case.again(case.base)
    with Lock(case.base):
        for area in AREAS:
            recover(case.base, area)
    _require_end(case)


def _whole(case: Case) -> None:
    now, before, after = (files(found) for found in (tree(case.base), case.before, case.after))
    for name in now | before | after:
        ends = (before.get(name), after.get(name))
        assert now.get(name) in ends, f"{name} is neither old nor new"
        assert len({end[0] for end in ends if end}) == 1, f"{name} has other permissions"


def _sides(case: Case, now: Tree) -> set[bool]:
    """Whether files that the operation changes are new."""
    before, after = files(case.before), files(case.after)
    changed = [name for name in before | after if before.get(name) != after.get(name)]
    return {now.get(name) == after.get(name) for name in changed}


def _require_success(case: Case) -> None:
    now, after = files(tree(case.base)), files(case.after)
    names = [name for name in now | after if now.get(name) != after.get(name)]
    assert not names, f"success was claimed, but {', '.join(sorted(names))}"


def _require_end(case: Case) -> None:
    """The end of an undisturbed run; only what the cache holds depends on what there was before."""
    found, wanted = ({**t, CACHE: (0, b"")} for t in (tree(case.base), case.after))
    names = [name for name in found | wanted if found.get(name) != wanted.get(name)]
    assert not names, f"another end than undisturbed: {', '.join(sorted(names))}"
