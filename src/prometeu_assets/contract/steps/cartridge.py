"""The load order of a cartridge, up to its pack. Clause: ``spec/cartridge.md#order``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

from prometeu_assets.contract.cartridge import FILES, Manifest, has_control
from prometeu_assets.contract.documents import Violation, shown
from prometeu_assets.contract.mistakes import mistake
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.fault import Fault
from prometeu_assets.contract.text import Text, TextFault, attempt, unescape, utf8_fault
from prometeu_assets.contract.value import Contract
from prometeu_assets.nearest import nearest

_CAPABILITIES: Final = "/capabilities/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What stands at a name: a regular file of ``size`` bytes, or ``absent``, which says why not.

    ``absent`` ends a sentence that begins with the name, such as "is missing".
    """

    size: int = 0
    absent: str | None = None


class Files(Protocol):
    """The files of one cartridge directory, by name."""

    def look(self, name: str) -> Look:
        """What stands at the name; reads no byte of it."""

    def read(self, name: str) -> bytes:
        """All bytes of a file that `look` found; raises `OSError` if they are not there."""


class CartridgeExamination:
    """One cartridge under examination; each part is computed once, when a check first needs it."""

    def __init__(self, files: Files, contract: Contract) -> None:
        self.files, self.contract = files, contract

    def look(self, file: str) -> Look:
        """What stands at the file with this role."""
        return self.files.look(FILES[file])

    @cached_property
    def manifest_bytes(self) -> bytes:
        """The manifest's text."""
        return self.files.read(FILES["manifest"])

    @cached_property
    def _scanned(self) -> tuple[Text, TextFault | None]:
        nesting = self.contract.limits.nesting
        return attempt(self.manifest_bytes, integers=False, nesting=nesting)

    @property
    def text(self) -> Text:
        """The manifest's text, read as far as it is one."""
        return self._scanned[0]

    @property
    def text_fault(self) -> TextFault | None:
        """The first violation in the manifest's text, if there is one."""
        return self._scanned[1]

    @property
    def value(self) -> Any:
        """The manifest as a JSON value."""
        return self.text.value

    @property
    def key(self) -> tuple[str, int]:
        """The schema of a manifest of this version."""
        return "manifest", self.value["cartridge_version"]

    @cached_property
    def violations(self) -> list[Violation]:
        """The ways in which the manifest breaks its schema."""
        return list(self.contract.documents.violations(self.key, self.value))

    @property
    def manifest(self) -> Manifest:
        """What the manifest says."""
        return Manifest.of(self.value)

    @property
    def needs_pack(self) -> bool:
        """Whether the cartridge declares that it has assets."""
        return self.manifest.has_assets


def present(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """A regular file stands at the name, with a byte in it at least."""
    file = rule.options["file"]
    if file == "pack" and not exam.needs_pack:
        return
    found = exam.look(file)
    what = found.absent or (None if found.size else "is empty")
    # Of an empty pack the pack's own rules say what is missing.
    if what and (found.absent or file != "pack"):
        yield Fault(data={"path": FILES[file], "what": what})


def manifest_size(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest is not longer than a document may be."""
    size, limit = exam.look("manifest").size, exam.contract.limits.asset_document_bytes
    if size > limit:
        data = {"path": FILES["manifest"], "size": size, "limit": limit, "what": "a manifest"}
        yield Fault(data=data)


def manifest_utf8(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest is UTF-8."""
    offset = utf8_fault(exam.manifest_bytes)
    if offset is not None:
        yield Fault(data={"offset": offset}, offset=offset)


def manifest_text(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The first violation in the text is not of this rule's kind."""
    fault = exam.text_fault
    if fault is not None and fault.kind == rule.options["kind"]:
        data = {"found": fault.found, "limit": exam.contract.limits.nesting}
        hint = mistake(exam.manifest_bytes, fault.offset) if fault.kind == "json" else None
        yield Fault(data=data, offset=fault.offset, hint_key=hint)


def manifest_names(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """No object has two members of one name."""
    for pointer, offset in exam.text.repeats:
        yield Fault(data={"name": unescape(pointer.rpartition("/")[2])}, offset=offset)


def magic(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest is an object whose ``magic`` is the one there is."""
    wanted = _constant(exam, "magic")
    found = exam.value.get("magic") if isinstance(exam.value, dict) else None
    if found != wanted:
        is_source = isinstance(exam.value, dict) and {"app_id", "program"} <= exam.value.keys()
        pointer = "/magic" if isinstance(exam.value, dict) and "magic" in exam.value else ""
        hint = "source" if is_source else None
        yield Fault(data={"expected": wanted}, pointer=pointer, hint_key=hint)


def version(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The version of the cartridge is one that is supported."""
    window = exam.contract.windows["manifest"]
    found = exam.value.get("cartridge_version")
    if type(found) is int and found in window:
        return
    is_newer = type(found) is int and found > window[-1]
    is_there = "cartridge_version" in exam.value
    data = {
        "found": shown(found) if is_there else "missing",
        "supported": ", ".join(map(str, window)),
    }
    yield Fault(
        data=data,
        pointer="/cartridge_version" if is_there else "",
        hint_key="newer" if is_newer else None,
    )


def schema(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest obeys its schema, but for which capabilities there are: that is a later step."""
    for violation in exam.violations:
        if not _is_capability(violation):
            yield _violated(violation)


def title(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The title has no control character, which no portable pattern can say."""
    found = exam.value.get("title")
    if isinstance(found, str) and has_control(found):
        what = "/title has a control character"
        yield Fault(data={"what": what}, pointer="/title", keyword="pattern")


def known(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """Every capability is one of those there are."""
    for violation in exam.violations:
        if _is_capability(violation):
            index = int(violation.pointer.removeprefix(_CAPABILITIES))
            yield unknown_capability(violation.value, violation.expected, index)


def repeated(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """No capability stands twice."""
    yield from repeated_capabilities(exam.value["capabilities"])


def ordered(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """Capabilities are sorted; one that is repeated or unknown has its own fault."""
    before = ""
    for index, name in enumerate(exam.value["capabilities"]):
        if not isinstance(name, str):
            continue
        if name < before:
            data = {"name": name, "before": before}
            yield Fault(data=data, index=index, pointer=f"{_CAPABILITIES}{index}")
        before = max(before, name)


def repeated_capabilities(names: list[Any]) -> Iterator[Fault]:
    """A fault for each capability that stood before."""
    for index, name in enumerate(names):
        if name in names[:index]:
            pointer = f"{_CAPABILITIES}{index}"
            yield Fault(data={"name": shown(name)}, index=index, pointer=pointer)


def unknown_capability(found: Any, there_are: list[str], index: int) -> Fault:
    """A fault for a capability that there is not, with the one that was probably meant."""
    near = nearest(found, there_are) if isinstance(found, str) else None
    data = {"found": shown(found), "known": ", ".join(there_are), "nearest": near or ""}
    hint = "nearest" if near else None
    return Fault(data=data, index=index, pointer=f"{_CAPABILITIES}{index}", hint_key=hint)


def _constant(exam: CartridgeExamination, member: str) -> Any:
    newest = exam.contract.windows["manifest"][-1]
    return exam.contract.documents.constants(("manifest", newest))[member]


def _is_capability(violation: Violation) -> bool:
    return violation.keyword == "enum" and violation.pointer.startswith(_CAPABILITIES)


def _violated(violation: Violation) -> Fault:
    data: Mapping[str, object] = {"what": violation.what}
    return Fault(data=data, pointer=violation.pointer, keyword=violation.keyword)
