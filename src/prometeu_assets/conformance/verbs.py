"""The verbs of the kit: which cases there are, a copy of them, and a reader under test.

Clauses: ``conformance/README.md``, ``conformance/PROTOCOL.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.export import export
from prometeu_assets.conformance.kinds import kinds as every_kind
from prometeu_assets.conformance.kit import PROFILES, Kit, Vector
from prometeu_assets.conformance.results import ConformanceReport
from prometeu_assets.conformance.suite import TIMEOUT, Options, run_suite
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Step
from prometeu_assets.result import Result
from prometeu_assets.viewpoint import StrPath

ProfileName = Literal["reader", "writer"]
"""A profile of cases."""
StepName = Literal["prelude", "file", "text", "schema", "table", "banks", "preload", "payload"]
"""A step of the order of checks."""


class NoSuchCase(ValueError):
    """Cases were asked for that the kit does not have; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformanceCases(Result):
    """Cases of the kit, in order of id, and the manifest that lists them."""

    suite_version: str
    cases: tuple[Vector, ...]
    manifest: dict[str, Any]

    document = "conformance-cases"

    @property
    def members(self) -> dict[str, Any]:
        """The members of ``schemas/conformance-cases/``: those of the manifest."""
        return self.manifest


def conformance_cases(
    *,
    only: Iterable[str] = (),
    kinds: Iterable[str] = (),
    profiles: Iterable[ProfileName] = (),
    until: StepName | None = None,
) -> ConformanceCases:
    """The cases of the kit: all, or those whose id matches a pattern such as ``prelude-*``.

    ``kinds`` and ``profiles`` choose as well. ``until`` chooses what a reader can get wrong that
    has the checks up to this step: the packs that are rejected there or before, every accepted
    pack, and the first pack of each later rule; beside kind ``read`` only ``canonical-json`` has
    such cases, from step text on. Raises `NoSuchCase` (a `ValueError`) for an unknown kind or
    profile, for a kind without a case up to the step, and when no case is left, and `OSError` when
    the kit is damaged.
    """
    kit = kits.load()
    chosen = _chosen(kit, only, kinds, profiles, until)
    return _cases(kit, chosen, kit.listing(chosen))


def export_kit(directory: StrPath, *, only: Iterable[str] = ()) -> ConformanceCases:
    """Write the kit into a directory that is new or empty, every input as a file.

    The result lists the cases as they are there. Raises `NoSuchCase` when no case is left,
    `FileExistsError` when something is in the directory, and `OSError`; nothing is written then.
    """
    kit = kits.load()
    chosen = _chosen(kit, only)
    return _cases(kit, chosen, export(kit, Path(directory), chosen))


def run_conformance(
    command: Sequence[str],
    *,
    only: Iterable[str] = (),
    kinds: Iterable[str] = (),
    profiles: Iterable[ProfileName] = (),
    until: StepName | None = None,
    timeout: float = TIMEOUT,
    xfail: Iterable[str] = (),
    verdicts_only: bool = False,
    no_skip: bool = False,
) -> ConformanceReport:
    """Run the cases against the reader that ``command`` starts.

    ``timeout`` are the seconds for each answer, ``xfail`` the ids of cases that are expected to
    fail. ``verdicts_only`` compares neither codes nor views; with ``no_skip`` a case that the
    reader does not support has failed. Cases are chosen as by `conformance_cases`, and it raises
    the same; `OSError` also when the reader cannot be started. With ``until`` a pack that passes
    this step fails only if the reader rejects it with another code than one of a later step.
    """
    kit = kits.load()
    options = Options(
        timeout=timeout,
        verdicts_only=verdicts_only,
        no_skip=no_skip,
        xfail=frozenset(xfail),
        until=_step(until),
    )
    return run_suite(kit, command, _chosen(kit, only, kinds, profiles, until), options)


def _cases(kit: Kit, chosen: tuple[Vector, ...], manifest: dict[str, Any]) -> ConformanceCases:
    return ConformanceCases(suite_version=kit.suite_version, cases=chosen, manifest=manifest)


def _chosen(
    kit: Kit,
    only: Iterable[str],
    kinds: Iterable[str] = (),
    profiles: Iterable[str] = (),
    until: StepName | None = None,
) -> tuple[Vector, ...]:
    """The cases asked for. A pattern that adds none is a mistake, also beside others.

    So is a kind that has none up to a step.
    """
    globs = tuple(only)
    kinds = _known(kinds, tuple(every_kind(CURRENT)))
    profiles = _known(profiles, PROFILES)
    asked = [f"kind {', '.join(kinds)}"] if kinds else []
    asked += [f"profile {', '.join(profiles)}"] if profiles else []
    asked += [f"step {until}"] if until else []
    none = " of ".join(["no case", *asked])
    step = _step(until)
    for kind in kinds if step else ():
        if not kit.only(kinds=[kind], until=step):
            raise NoSuchCase(f"no case of kind {kind} of step {until}")
    for glob in globs:
        if not kit.only(glob, kinds=kinds, profiles=profiles, until=step):
            raise NoSuchCase(f"{none} matches {glob!r}")
    chosen = kit.only(*globs, kinds=kinds, profiles=profiles, until=step)
    if not chosen:
        raise NoSuchCase(none)
    return chosen


def _step(name: StepName | None) -> Step | None:
    return None if name is None else Step[name.upper()]


def _known(words: Iterable[str], known: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(words)
    for word in words:
        if word not in known:
            raise NoSuchCase(f"{word!r} is not one of {', '.join(known)}")
    return words
