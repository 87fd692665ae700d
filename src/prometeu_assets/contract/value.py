"""The contract as one frozen value.

Bytes (`Container`), shapes (`Documents`) and rules (`Rule`) meet here; reader, writer, derived
vectors and generated pages take a contract and read everything off it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from prometeu_assets.contract.container import Container, HeaderLength, merged
from prometeu_assets.contract.documents import Documents, Key
from prometeu_assets.contract.limits import Limits
from prometeu_assets.contract.migrations import Step
from prometeu_assets.contract.rule import Profile, Rule
from prometeu_assets.contract.schema import Schema
from prometeu_assets.contract.typed import HeaderShape


@dataclass(frozen=True, kw_only=True, eq=False)
class Contract:
    """Everything that defines the format.

    ``containers`` by increasing version; a writer writes ``writes``.
    ``rules`` are those of a pack, ``load_rules`` those of a cartridge before its pack.
    ``windows`` gives the versions of each document that are accepted, the current one last;
    ``migrations`` the step that leads on from each older one.
    """

    containers: tuple[Container, ...]
    documents: Documents
    rules: tuple[Rule, ...]
    load_rules: tuple[Rule, ...]
    limits: Limits
    writes: int
    windows: Mapping[str, tuple[int, ...]]
    migrations: Mapping[Key, Step]
    _shapes: dict[Container, HeaderShape] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        versions = ", ".join(str(container.version) for container in self.containers)
        return f"<Contract of containers {versions}>"

    def container(self, version: int) -> Container:
        """The container of this version; raises `KeyError`."""
        for container in self.containers:
            if container.version == version:
                return container
        raise KeyError(f"container version {version}")

    @property
    def written(self) -> Container:
        """The container that a writer writes."""
        return self.container(self.writes)

    def newest(self, document: str) -> int:
        """The version in which a document is written: the last that is known of it."""
        window = self.windows.get(document) or self.documents.versions(document)
        return window[-1]

    @cached_property
    def longest_prelude(self) -> int:
        """Bytes of the longest prelude of any container."""
        return max(container.prelude_size for container in self.containers)

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """The rules of a pack, then those of a cartridge."""
        return (*self.rules, *self.load_rules)

    @cached_property
    def reader_rules(self) -> tuple[Rule, ...]:
        """The rules of a pack that every reader checks."""
        return tuple(rule for rule in self.rules if rule.profile is Profile.READER)

    @cached_property
    def _rules_by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.every_rule}

    def has(self, rule: str) -> bool:
        """Whether the rule is in one of the tables."""
        return rule in self._rules_by_id

    def rule(self, id: str) -> Rule:
        """The rule with this id; raises `KeyError`."""
        return self._rules_by_id[id]

    @property
    def folder(self) -> str:
        """The folder of the contract's pages, relative to ``spec/``: one for each container."""
        return f"contract/{self.containers[-1].version}"

    def address(self, rule: Rule) -> str:
        """Where the specification states the rule, relative to ``spec/``."""
        return f"{self.folder}/{rule.anchor}"

    def shape(self, container: Container) -> HeaderShape:
        """The types of a container's header."""
        if container not in self._shapes:
            checks = self.documents.checks
            banks = {bank.bank_type: checks(bank.metadata) for bank in container.banks}
            header = checks(container.header)
            self._shapes[container] = HeaderShape(header, banks, self.limits.nesting)
        return self._shapes[container]

    def upgrades(
        self, kind: str, document: Mapping[str, Any], context: Mapping[str, Any]
    ) -> Iterator[Mapping[str, Any]]:
        """The versions of a workspace document, migrated step by step; none when it is current.

        ``context`` is what steps may need to know beyond it. Raises `KeyError` where a step is
        missing, `ValueError` where one does not lead to the next version: faults of the program.
        Clause: ``spec/contract/1/versioning-and-migration.md#steps``.
        """
        while (version := document["schema_version"]) < self.windows[kind][-1]:
            document = self.migrations[kind, version](document, context)
            if document["schema_version"] != version + 1:
                raise ValueError(f"the step from {kind} {version} leads elsewhere")
            yield document

    def upgraded(
        self, kind: str, document: Mapping[str, Any], context: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """A workspace document in its current version; raises what `upgrades` raises."""
        for upgraded in self.upgrades(kind, document, context):
            document = upgraded
        return document

    @property
    def gaps(self) -> tuple[Key, ...]:
        """What breaks the way to a current version: windows with holes, and missing steps."""
        return tuple(
            (kind, version)
            for kind, window in self.windows.items()
            for version in range(window[0], window[-1])
            if version not in window or (kind, version) not in self.migrations
        )

    def without(self, rule: str) -> Contract:
        """The contract with one rule never checked; raises `KeyError` if there is none."""
        gone = self.rule(rule)
        return self._changed(
            rules=tuple(r for r in self.rules if r is not gone),
            load_rules=tuple(r for r in self.load_rules if r is not gone),
        )

    def until(self, newest: Mapping[str, int]) -> Contract:
        """The contract as it was when these versions were the newest.

        ``newest`` is by document, and ``pack`` for the container; what it does not name stays.
        """
        containers = tuple(c for c in self.containers if c.version <= newest["pack"])
        windows = {
            name: tuple(version for version in window if version <= newest.get(name, version))
            for name, window in self.windows.items()
        }
        if containers == self.containers and windows == self.windows:
            return self
        return self._changed(
            containers=containers,
            writes=containers[-1].version,
            windows=windows,
            rules=tuple(rule for rule in self.rules if rule.since <= newest["pack"]),
        )

    def with_(
        self,
        *,
        containers: Iterable[Container] = (),
        schemas: Iterable[Schema] = (),
        **changes: Any,
    ) -> Contract:
        """The contract with containers (by version) and schemas (by id) put in their place.

        ``changes`` replace other members whole.
        """
        return self._changed(
            containers=merged(self.containers, containers),
            documents=self.documents.with_(schemas),
            **changes,
        )

    def within(self, limits: Limits) -> Contract:
        """The contract with stricter limits; one that is looser than its own changes nothing."""
        own = {limit.name: getattr(self.limits, limit.name) for limit in fields(limits)}
        lowest = Limits(**{name: min(most, getattr(limits, name)) for name, most in own.items()})
        length = HeaderLength(1, lowest.header_bytes)
        containers = [each.with_field("header_len", constraint=length) for each in self.containers]
        return self.with_(limits=lowest, containers=containers)

    def _changed(self, **changes: Any) -> Contract:
        # What was built from the old definitions is not carried over.
        return replace(self, _shapes={}, **changes)
