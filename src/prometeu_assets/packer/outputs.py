"""What a build is to publish: the plan of its pack, the slices in their places, the companions.

Clauses: ``spec/workspace.md#build``, ``spec/workspace.md#companions``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from prometeu_assets.contract.companions import METADATA, PACK, mirrors
from prometeu_assets.contract.plain import uncollected
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress
from prometeu_assets.packer.cache import Cache
from prometeu_assets.packer.companions import metadata
from prometeu_assets.packer.digests import FORGETFUL, Digests, Texts
from prometeu_assets.packer.gate import Banked, gate, preloaded, unlisted, unregistered
from prometeu_assets.packer.plan import Plan, plan, slots
from prometeu_assets.packer.slices import Slices, find_all
from prometeu_assets.storage.files import Chunk, Written
from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.transaction import BUILD
from prometeu_assets.workspace.registry import ASSETS, Registry


def output(name: str) -> str:
    """The path of an output below the project."""
    return f"{BUILD.directory}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A project that passed the gate."""

    base: Path
    contract: Contract
    survey: Survey
    banked: list[Banked]
    slot_of: Mapping[int, int]
    warnings: tuple[Diagnostic, ...]

    @classmethod
    def of(
        cls,
        base: Path,
        contract: Contract,
        survey: Survey | None = None,
        digests: Digests = FORGETFUL,
    ) -> Start:
        """Read the registry of a project and its declarations. Raises `Refused`.

        ``survey`` is of a walk that was made before; without one the project is walked here.
        ``digests`` remember declarations.
        """
        # What is read here stays, so that no collection finds anything.
        with uncollected():
            registry = Registry.load(base, contract)
            survey = survey or Survey.of(base, ASSETS)
            warnings = [*registry.warnings, *unregistered(survey, registry)]
            banked = gate(base, registry, contract, Texts(digests=digests, survey=survey))
            warnings += unlisted(survey, banked)
        slot_of = slots((preloaded(d, bank) for d, bank in banked if d.preload), contract)
        for declaration, _ in banked:
            warnings += declaration.warnings
        return cls(
            base=base,
            contract=contract,
            survey=survey,
            banked=banked,
            slot_of=slot_of,
            warnings=tuple(warnings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """Every output of a build; the header of the pack is known before its payload is written."""

    plan: Plan
    slices: Slices
    warnings: tuple[Diagnostic, ...]

    @classmethod
    def of(
        cls,
        start: Start,
        cache: Cache,
        region: Callable[[], IO[bytes]],
        jobs: int,
        progress: Progress,
        executor: Executor | None = None,
    ) -> Outputs:
        """The outputs of a project. Raises `Refused` with the faults of all assets, `OSError`.

        ``region`` gives a temporary file for what is encoded.
        """
        slices = Slices(contract=start.contract, cache=cache, region=region)
        find_all(start.base, start.banked, slices, start.survey, jobs, progress, executor)
        with uncollected():
            planned = plan(tuple(slices.assets), start.slot_of, start.contract)
        return cls(
            plan=planned,
            slices=slices,
            warnings=(*start.warnings, *slices.warnings),
        )

    def pack(self) -> Iterator[Chunk]:
        """The bytes of the pack: prelude, header, padding, then the payload region."""
        yield self.plan.lead
        yield from self.slices.chunks()

    def companions(self, pack: Written) -> dict[str, bytes]:
        """The companions, once the bytes of the pack were written or measured."""
        whole = replace(self.plan, assets=tuple(self.slices.assets))
        with uncollected():
            tools = metadata(whole, pack.size, pack.sha256, self.slices.contract)
            return {**mirrors(self.plan.header), METADATA: tools}

    def files(self, pack: Written) -> Iterator[tuple[str, Iterable[Chunk]]]:
        """The name of each output and its bytes, in the order in which they are published."""
        yield from ((name, [text]) for name, text in self.companions(pack).items())
        yield PACK, self.pack()

    def published(self) -> Written | None:
        """The last pack, if that and its companions certainly are what would be written."""
        cache = self.slices.cache
        if not self.slices.are_published or not cache.has_header(self.plan.header_bytes):
            return None
        pack = cache.output(output(PACK))
        if pack is None:
            return None
        for name, text in self.companions(pack).items():
            there = cache.output(output(name))
            if there is None or there.sha256 != hashlib.sha256(text).hexdigest():
                return None
        return pack
