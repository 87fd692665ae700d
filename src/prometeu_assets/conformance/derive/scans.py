"""Cases of texts within a header, a document or a manifest, each of which has a scanner of its own.

A scanner that several of these share may still be called in another way for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from prometeu_assets.conformance.case import Case, Member
from prometeu_assets.conformance.derive import cartridges, documents, texts
from prometeu_assets.conformance.derive.make import accepted, rejected
from prometeu_assets.conformance.parts import Parts
from prometeu_assets.contract.value import Contract

_OF_JSON: Final = ("header-utf8", "header-json", "header-nesting")
"""Rules of a header that any text of JSON has."""
_OF_HEADERS: Final = (*_OF_JSON, "header-number", "header-canonical")

_NUMBERS: Final[Mapping[str, bytes]] = {
    "exponent": b"1e5",
    "exponent-capital": b"1E5",
    "exponent-plus": b"1e+5",
    "exponent-minus": b"1E-5",
    "exponent-leading-zero": b"1e05",
    "exponent-of-zero": b"0e0",
    "fraction": b"10.25",
    "fraction-zero": b"0.0",
    "fraction-leading-zero": b"0.09",
    "fraction-minus": b"-0.5",
    "fraction-and-exponent": b"-12.50e-2",
    "minus-zero-exponent": b"-0E-0",
    "minus-ten": b"-10",
}
"""Numbers of RFC 8259."""
_NO_NUMBERS: Final[Mapping[str, bytes]] = {
    "leading-zero-minus": b"-01",
    "leading-zero-fraction": b"00.5",
    "point-last": b"1.",
    "point-exponent": b"1.e5",
    "point-twice": b"1.5.5",
    "point-letter": b"1.a",
    "point-minus": b"1.-5",
    "minus-point": b"-.5",
    "exponent-empty": b"1e",
    "exponent-empty-capital": b"1E",
    "exponent-sign-alone": b"1e+",
    "exponent-minus-alone": b"1e-",
    "exponent-two-signs": b"1e+-5",
    "exponent-twice": b"1e5e5",
    "exponent-fraction": b"1e5.5",
    "exponent-space": b"1e 5",
    "exponent-alone": b"e5",
    "exponent-colon": b"1e:",
    "exponent-slash": b"1e/",
    "fraction-colon": b"1.:",
    "fraction-slash": b"1./",
    "exponent-colon-later": b"1e5:",
    "exponent-slash-later": b"1e5/",
    "fraction-colon-later": b"1.5:",
    "fraction-slash-later": b"1.5/",
    "letter-d": b"1d5",
    "letter-f": b"1.5f",
    "capital-f": b"1F5",
}
"""What languages take for a number, and JSON does not."""


_STRINGS: Final[Mapping[str, bytes]] = {
    "digits": b'"\\u0123\\u4567\\u89ab\\ucdef\\ud7e6"',
    "capitals": b'"\\uA9B8\\uCDEF\\uFEDC\\uBCDE"',
    "escapes": rb'"\"\\\/\b\f\n\r\t\u0000\u001f"',
    "pairs": b'"\\ud800\\udc00\\uD83D\\uDE00\\udbff\\udfff\\ud834\\udd1e"',
    "mark-first": '"\ufeffa"'.encode(),
    "around-halves": b'"\\ud7ff\\ue000\\uffff"',
    "short": rb'"\"\\\/"',
    "raw": '"\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"'.encode(),
}
"""Strings that a reader shows; it may get any character of them wrong."""
_TITLES: Final = ("digits", "capitals", "pairs", "around-halves", "mark-first", "short")
"""Those of them without a control character."""


def packs(contract: Contract) -> Iterator[Case]:
    """Each text that a header may not be, as a value in the header of a pack without assets."""
    for rule, id, text, why in texts.wrong(*_OF_HEADERS):
        parts = Parts(contract=contract)
        parts.text.append(lambda t, text=text: t.replace(b":[]}", b":" + text + b"}"))  # type: ignore[misc]
        name = f"header-text-{rule.removeprefix('header-')}-{id}"
        yield rejected(contract, name, rule, parts, why, origin="canonical JSON")


def in_documents(contract: Contract) -> Iterator[Case]:
    """Texts as a member that is for other tools, whose numbers may have fraction and exponent."""
    for rule, id, text, why in texts.wrong(*_OF_JSON):
        step = rule.removeprefix("header-")
        yield documents.tooling(
            contract, f"text-{step}-{id}", text, f"DOCUMENT_{step.upper()}", why=why
        )
    for id, text in _NO_NUMBERS.items():
        why = f"{text.decode()} is no number of JSON"
        yield documents.tooling(contract, f"text-number-{id}", text, "DOCUMENT_JSON", why=why)
    for id, text in _NUMBERS.items():
        yield documents.tooling(contract, f"number-{id}", text, why="a number of JSON")
    for id, text in _STRINGS.items():
        yield documents.tooling(contract, f"string-{id}", text, why="a string of JSON")


def in_manifests(contract: Contract) -> Iterator[Case]:
    """The same in a manifest, whose entry point may be any value."""
    bad = [(rule, id, text, why) for rule, id, text, why in texts.wrong(*_OF_JSON)]
    bad += [
        ("header-json", f"number-{id}", text, f"{text.decode()} is no number of JSON")
        for id, text in _NO_NUMBERS.items()
    ]
    for rule, id, text, why in bad:
        step = rule.removeprefix("header-")
        yield rejected(
            contract,
            f"cartridge-text-{step}-{id}",
            f"manifest-{step}",
            _with_entry_point(contract, text),
            why,
            kind="cartridge",
        )
    for id, text in _NUMBERS.items():
        yield accepted(
            contract,
            f"cartridge-accept-number-{id}",
            "manifest-json",
            _with_entry_point(contract, text),
            "a number of JSON",
            kind="cartridge",
        )

    for id in _TITLES:
        made = cartridges.draft(contract, title="HERE", capabilities=[])
        made.files["pack"] = None
        made.edits.append(lambda t, text=_STRINGS[id]: t.replace(b'"HERE"', text))  # type: ignore[misc]
        yield accepted(
            contract,
            f"cartridge-accept-title-of-{id}",
            "manifest-title",
            made.made(),
            "a title is what its escapes stand for",
            kind="cartridge",
        )


def _with_entry_point(contract: Contract, text: bytes) -> Mapping[str, Member]:
    made = cartridges.draft(contract, capabilities=[])
    made.files["pack"] = None
    made.edits.append(lambda manifest: manifest[:-1] + b', "entrypoint": ' + text + b"}")
    return made.made()
