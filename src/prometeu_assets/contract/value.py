"""The contract as one frozen value, and the published one.

Bytes (`Container`), shapes (`Documents`) and rules (`Rule`) meet here; reader, writer, derived
vectors and generated pages take a contract and read everything off it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from prometeu_assets.contract.banks import Bank
from prometeu_assets.contract.container import CONTAINER_1, Container, merged
from prometeu_assets.contract.documents import Documents, Key, Schema
from prometeu_assets.contract.limits import LIMITS, Limits
from prometeu_assets.contract.migrations import STEPS, Step
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.rules import RULES
from prometeu_assets.contract.typed import HeaderShape, recognizer


@dataclass(frozen=True, kw_only=True, eq=False)
class Contract:
    """Everything that defines the format.

    ``containers`` by increasing version; a writer writes ``writes``.
    ``windows`` gives the versions of each workspace document that the packer accepts, the
    current one last; ``migrations`` the step that leads on from each older one.
    """

    containers: tuple[Container, ...]
    documents: Documents
    rules: tuple[Rule, ...]
    limits: Limits
    writes: int
    windows: Mapping[str, tuple[int, ...]]
    migrations: Mapping[Key, Step]
    _shapes: dict[Container, HeaderShape] = field(default_factory=dict, repr=False)
    _recognizers: dict[Key, Callable[[Mapping[str, Any]], bool]] = field(
        default_factory=dict, repr=False
    )

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

    @cached_property
    def _rule_ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.rules)

    def has(self, rule: str) -> bool:
        """Whether the rule is in the table."""
        return rule in self._rule_ids

    def rule(self, id: str) -> Rule:
        """The rule with this id; raises `KeyError`."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise KeyError(id)

    def shape(self, container: Container) -> HeaderShape:
        """The types of a container's header."""
        if container not in self._shapes:
            schema = self.documents.schema(*container.header)
            self._shapes[container] = HeaderShape(schema, self.limits.nesting)
        return self._shapes[container]

    def recognizes(self, bank: Bank, metadata: Mapping[str, Any]) -> bool:
        """Whether the metadata certainly obeys the schema of its bank."""
        if bank.metadata not in self._recognizers:
            self._recognizers[bank.metadata] = recognizer(self.documents.schema(*bank.metadata))
        return self._recognizers[bank.metadata](metadata)

    def upgraded(
        self, kind: str, document: Mapping[str, Any], context: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """A workspace document in its current version, one step at a time.

        ``context`` is what steps may need to know beyond it. Raises `KeyError` where a step is
        missing. Clause: ``spec/versioning-and-migration.md``.
        """
        while (version := document["schema_version"]) < self.windows[kind][-1]:
            document = self.migrations[kind, version](document, context)
        return document

    def without(self, rule: str) -> Contract:
        """The contract with one rule never checked; raises `KeyError` if there is none."""
        kept = tuple(r for r in self.rules if r is not self.rule(rule))
        return self._changed(rules=kept)

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

    def _changed(self, **changes: Any) -> Contract:
        # What was built from the old definitions is not carried over.
        return replace(self, _shapes={}, _recognizers={}, **changes)


CURRENT: Final = Contract(
    containers=(CONTAINER_1,),
    documents=Documents(),
    rules=RULES,
    limits=LIMITS,
    writes=1,
    windows={"asset": (1, 2), "index": (1, 2), "cartridge": (1,)},
    migrations=STEPS,
)
"""The published contract."""
