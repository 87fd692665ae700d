"""A bank type: all that the rest of the project asks one, in one class to derive from.

Clause: ``spec/contract/1/banks.md``. Each bank is a package of `prometeu_assets.banks`; nothing
else tells bank types apart. A bank that lacks a part cannot be made: its class stays abstract.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any, ClassVar, Final, Generic, Protocol, Self, TypeVar

from construct import Container as Values
from construct import Struct, evaluate

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.drawing import Drawing
from prometeu_assets.contract.slice import NO_DETAILS, Details, Slice
from prometeu_assets.contract.vectors import Decoding, Vector
from prometeu_assets.diagnostics import AssetRef, Diagnostic

Metadata = Mapping[str, Any]
"""Metadata of an asset: a value that JSON has, by the name of the member."""
V = TypeVar("V")
"""A decoded bank: arrays, as they are in the console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A member that an entry of a role's inputs may have beside its path.

    ``schema`` is that of its value. `new` and `add` take it as ``option``, whose text ``read``
    makes a value of; it raises `ValueError` with what is wrong.
    """

    schema: Mapping[str, Any]
    option: str
    metavar: str
    help: str
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of an asset's inputs.

    ``what`` is what one file of it is called, ``limit`` the name of the limit on its bytes,
    ``most`` the number of files, ``endings`` of names (in lower case) those that `new` takes.
    ``converted`` are further endings, of files that `Bank.bring` makes one of the role from.
    ``description`` is that of the schema of ``asset.json``. ``shared``: the same file is normal in
    several roots, and each one is chosen for itself. ``settings`` are what an entry may say of its
    file. ``approximate`` is (option, its help) with which `new` and `add` change copies of its
    files so that they fit, by `Bank.approximate`.
    """

    what: str
    description: str
    limit: str
    most: int
    endings: tuple[str, ...] = ()
    converted: tuple[str, ...] = ()
    shared: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)
    approximate: tuple[str, str] | None = None


PAYLOAD: Final = "payload"
"""The role of a file that already is the slice; every bank has it beside its own roles."""

RAW: Final = Role(
    what="a payload",
    description="One file that already is the bank's payload, for either type.",
    limit="wav_bytes",
    most=1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One entry of an asset's inputs: which file, and what is said of it.

    ``path`` is below the asset's root, or below ``assets/`` when the file is ``shared``.
    ``settings`` are those of the role.
    """

    path: str
    shared: bool = False
    settings: Metadata = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, value: str | Mapping[str, Any]) -> Origin:
        """The entry that a valid document writes as ``value``."""
        if isinstance(value, str):
            return cls(path=value)
        settings = {name: part for name, part in value.items() if name not in ("path", "shared")}
        shared = "shared" in value
        path = value["shared" if shared else "path"]
        return cls(path=path, shared=shared, settings=settings)

    @property
    def value(self) -> str | dict[str, Any]:
        """The shortest that a document may write for it."""
        if not self.shared and not self.settings:
            return self.path
        return {"shared" if self.shared else "path": self.path, **self.settings}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One input file: its role, its path, its size in bytes and its SHA-256.

    The path is below the root, or below ``assets/`` when the file is ``shared``.
    """

    role: str
    path: str
    size: int
    sha256: str
    shared: bool = False

    @property
    def members(self) -> dict[str, Any]:
        """The file as documents tell of it: ``shared`` is there only when it is true."""
        told = {"role": self.role, "path": self.path, "size": self.size, "sha256": self.sha256}
        return {**told, "shared": True} if self.shared else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """The bytes of one source file; ``name`` is its path below the project.

    ``origin`` is the entry that lists it.
    """

    source: SourceFile
    origin: Origin
    name: str
    data: bytes


class Sources(Protocol):
    """What the packer gives a bank to make a slice from."""

    @property
    def ref(self) -> AssetRef:
        """The asset, for a diagnostic."""

    def of(self, role: str) -> Sequence[Input]:
        """The files of one role, in the order in which they are listed."""

    def metadata(self, derived: Metadata) -> dict[str, Any]:
        """What is declared together with what is ``derived`` and fixed; raises `Refused`."""

    def each(self, role: str, read: Callable[[Input], V]) -> list[V]:
        """What ``read`` makes of each file of a role; raises `Refused` with all their faults."""

    def check_size(self, found: int) -> None:
        """Raise `Refused` when a slice of ``found`` bytes is larger than an entry may be."""

    def allows(self, metadata: Metadata) -> bool:
        """Whether an entry of this bank may have this metadata."""

    def fault(
        self, code: str, pointer: str, *, hint_key: str | None = None, **data: object
    ) -> Diagnostic:
        """A finding at ``pointer`` of the declaration."""


Present = Mapping[str, tuple[Origin, ...]]
"""Role to the files that there are for it; a role may have none."""
Opener = Callable[[Origin], IO[bytes]]
"""Opens one of the files that are present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a new asset begins with.

    ``inputs`` is role to entries; ``starters`` are files to write, by their paths below the root;
    ``metadata`` fits them, and ``assumed`` is what of it neither the user nor a file said, where
    files are there that it may be wrong for; ``notes`` are lines that tell a person what was made
    of what; ``advice`` what to put where.
    """

    inputs: Mapping[str, tuple[Origin, ...]]
    starters: Mapping[str, bytes]
    metadata: Metadata
    advice: tuple[str, ...]
    notes: tuple[str, ...] = ()
    assumed: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file that comes into a root: ``name`` without a folder, its bytes.

    ``done`` says in one line how it was converted; None when it came as it was. ``metadata`` is
    what later files must fit, unless the user asked for something else.
    """

    name: str
    data: bytes
    done: str | None = None
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approximated:
    """A copy of a file that fits, and how far it is from the file.

    ``origin`` is the entry of the copy; ``data`` is None when the file fits as it is.
    ``done`` says in one line what was changed, ``measures`` says it in whole numbers.
    """

    origin: Origin
    data: bytes | None
    done: str
    measures: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Bank(ABC, Generic[V]):
    """One bank type: its spellings, its metadata's schema, its payload, and what is done with it.

    ``what`` says in a few words what one holds, for the table of formats.
    ``payload`` is the slice as stored, ``resident`` the bytes once loaded into a bank.
    ``spans`` names the metadata member that divides the slice, if one does: then the slice's
    size is what the spans add up to. ``blank`` names (member of ``payload``, metadata member
    that counts its used rows): rows beyond are zero.
    Methods import what is heavy (numpy, Pillow) when they are called.
    """

    bank_type: str
    format: str
    asset_type: str
    what: str
    metadata: tuple[str, int]
    payload: Struct
    resident: Struct | None = None
    spans: str | None = None
    blank: tuple[str, str] | None = None

    decoded: ClassVar[type]
    """The class of a decoded bank."""
    unit: ClassVar[str] = "part"
    """What one of the numbered things in it is called."""
    roles: ClassVar[Mapping[str, Role]]
    """The roles of an asset's inputs; all of them are needed, unless it has a raw payload."""
    options: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Metadata that `new` can be asked for: member to (option, its help); whole numbers."""
    codes: ClassVar[Mapping[str, tuple[Code, ...]]] = {}
    """The codes that only this bank raises, by the common code after which pages list them.

    The package raises the `Code` itself, not its name.
    """

    @property
    def source_endings(self) -> tuple[str, ...]:
        """The endings of the files that its roles list, in lower case."""
        return tuple(ending for role in self.roles.values() for ending in role.endings)

    # What a pack holds.

    def size(self, metadata: Metadata) -> int:
        """Bytes of the slice as stored."""
        return _size(self.payload, metadata)

    def decoded_size(self, metadata: Metadata) -> int:
        """Bytes once resident."""
        return _size(self.resident or self.payload, metadata)

    def blank_range(self, metadata: Metadata) -> range:
        """Positions in the slice that must be zero because nothing was authored there."""
        if self.blank is None:
            return range(0)
        member, counter = self.blank
        context = Values(_=metadata)
        start = 0
        for item in self.payload.subcons:
            size = int(item.sizeof(**context))
            if item.name == member:
                rows = evaluate(item.subcon.shape[0], context)
                return range(start + size // rows * metadata[counter], start + size)
            start += size
        raise LookupError(member)

    def encode(self, parts: Mapping[str, Any], metadata: Metadata) -> bytes:
        """The slice's bytes from the payload's members: arrays of whole numbers.

        Raises `ValueError` for a missing or unknown member, another shape, or a number that has
        no place in its bits.
        """
        names = [item.name for item in self.payload.subcons]
        if set(parts) != set(names):
            raise ValueError(f"the members are {', '.join(names)}, not {', '.join(parts)}")
        # Field by field: a Struct keeps its context in a cycle, and with it the slice.
        stream, context = io.BytesIO(), Values(_=metadata)
        for item in self.payload.subcons:
            item._build(parts[item.name], stream, context, self.bank_type)  # noqa: SLF001
        return stream.getvalue()

    def decode(self, data: bytes | memoryview, metadata: Metadata) -> V:
        """The bank in a slice; its arrays have memory of their own, and cannot be changed.

        Raises `ValueError` unless ``data`` has `size` bytes.
        """
        if len(data) != self.size(metadata):
            raise ValueError(f"the slice has {len(data)} bytes; it must be {self.size(metadata)}")
        # As in `encode`, no Struct makes a cycle.
        stream, context = io.BytesIO(data), Values(_=metadata)
        parts = {
            item.name: item._parse(stream, context, self.bank_type)  # noqa: SLF001
            for item in self.payload.subcons
        }
        return self.value(parts, metadata)

    @abstractmethod
    def value(self, parts: Mapping[str, Any], metadata: Metadata) -> V:
        """The decoded bank from the payload's members (arrays)."""

    @abstractmethod
    def parts(self, value: V) -> Mapping[str, Any]:
        """The payload's members from a decoded bank: what `value` is made from."""

    @abstractmethod
    def measured(self, value: V) -> Metadata:
        """The metadata that follows from a decoded bank."""

    def stored(self, value: V, metadata: Metadata, **more: Any) -> Slice:
        """The slice of a decoded bank; ``more`` are members of `Slice`. Raises as `encode`."""
        return Slice(
            payload=self.encode(self.parts(value), metadata),
            metadata=metadata,
            decoded_size=self.decoded_size(metadata),
            **more,
        )

    @abstractmethod
    def sample(self) -> Metadata:
        """Metadata of a small bank, for conformance vectors; small numbers, checked by hand."""

    def vectors(self) -> Iterator[Vector]:
        """Banks at the edges of what is allowed; the sample alone, if it has no others.

        Published ones never change.
        """
        kind = self.bank_type.lower()
        yield Vector(
            id=f"one-{kind}",
            rule="bank-size",
            name=kind,
            metadata=self.sample(),
            why=f"one {self.asset_type.replace('_', ' ')}",
        )

    @abstractmethod
    def decodings(self) -> Iterator[Decoding]:
        """Small patterns of a slice with what they decode to, for the conformance kit.

        Published ones never change.
        """

    @abstractmethod
    def decoded_view(self, value: V) -> dict[str, Any]:
        """What a conformance reader answers of a decoded bank: its shape, and digests.

        Clause: ``conformance/PROTOCOL.md``, decoding.
        """

    # How it comes into a pack.

    @abstractmethod
    def intake(self, sources: Sources) -> Slice:
        """The slice of an asset from its source files. Raises `Refused` with all their faults."""

    @property
    def judges_raw(self) -> bool:
        """Whether `raw_faults` looks into a raw payload; if not, it need not be decoded."""
        return type(self).raw_faults is not Bank.raw_faults

    def raw_faults(self, value: V, sources: Sources) -> Iterator[Diagnostic]:
        """What is wrong with a raw payload although its size is right; nothing, mostly."""
        return iter(())

    def idle(self, sources: Sources) -> Iterable[tuple[str, str]]:
        """(role, name) of listed files that change nothing, as far as can be told."""
        return ()

    @abstractmethod
    def begin(
        self, present: Present, opener: Opener, asked: Metadata, *, approximate: bool = False
    ) -> Beginning:
        """What a new asset begins with: files that are ``present``, else small ones made here.

        ``asked`` is metadata that the user asked for; it is what a build is to have.
        With ``approximate`` the files need not fit: `approximate` comes next.
        """

    def bring(self, role: str, file: Brought, asked: Metadata) -> Brought:
        """A file of the user's as it comes into a root: as it is, or as one that a build takes.

        ``asked`` is the metadata that the asset has or is to have, as far as it is known.
        Raises `Refused`, with the file's name as the place.
        """
        return file

    def lacking(
        self, listed: Present, new: Present, opener: Opener, metadata: Metadata
    ) -> Mapping[str, Sequence[Origin | bytes]]:
        """What of each role an asset lacks for its ``new`` inputs; mostly nothing.

        That is a file that is there, or the text of one that is made; such a file is of the first
        ending of its role. ``listed`` are the inputs that the asset has, ``metadata`` is that of
        its document.
        """
        return {}

    def approximate(
        self, listed: Present, new: Present, opener: Opener, metadata: Metadata
    ) -> Mapping[Origin, Approximated]:
        """Copies of the ``new`` files that fit together with those that are ``listed``.

        Only files of roles with the option have one. What a build refuses for another reason has
        none: the build says what is wrong. ``metadata`` is that of the document.
        """
        return {}

    # How people see it.

    @abstractmethod
    def summary(self, metadata: Metadata, details: Details = NO_DETAILS) -> str:
        """An asset in a few words, such as ``16x16 tiles, 2 palettes``.

        The ``details`` of its slice, where they are known, may tell more of it.
        """

    def counts(self, metadata: Metadata, details: Details) -> dict[str, int]:
        """How many of what an asset has, by name, for a program that has just made it."""
        return {}

    def change(self, member: str, old: Any, new: Any) -> str | None:
        """How a metadata member changed, in words; None where both values say enough.

        ``old`` and ``new`` are what differs in it.
        """
        return None

    def explain(self, details: Details, metadata: Metadata) -> list[tuple[str, str]]:
        """The details of a slice in words: (label, text) of each line.

        Raises `ValueError` when no slice with this metadata has them.
        """
        if details:
            raise ValueError("the bank type has no details")
        return []

    def drawing(self, value: V, details: Details) -> Drawing | None:
        """The bank as a picture for a terminal; None when its type has none.

        ``details`` are those of the slice, as `explain` accepts them; none when they are unknown.
        """
        return None

    def drawn(self, made: Slice) -> Drawing | None:
        """The `drawing` of a slice that was just made."""
        return self.drawing(self.decode(made.payload, made.metadata), made.details)

    @abstractmethod
    def endings(self, metadata: Metadata) -> list[str]:
        """The endings of the files that `files` gives, in their order; from metadata alone."""

    @abstractmethod
    def files(self, value: V) -> Iterator[bytes]:
        """The contents of the bank as files of common formats."""

    def with_(self, **changes: Any) -> Self:
        """The same bank with some members replaced."""
        return replace(self, **changes)


def _size(fields: Struct, metadata: Metadata) -> int:
    # Field by field: a Struct makes two contexts for it.
    context = Values(_=metadata)
    return sum(int(item._sizeof(context, "")) for item in fields.subcons)  # noqa: SLF001
