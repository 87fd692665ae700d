"""Cases of cartridges that a reader with one small slip gets wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Final

from prometeu_assets.conformance.case import Case, Directory, Link, Member
from prometeu_assets.conformance.derive.cartridges import draft
from prometeu_assets.conformance.derive.make import accepted, rejected
from prometeu_assets.contract.cartridge import FILES
from prometeu_assets.contract.value import Contract

_CAPABILITY: Final[Mapping[str, str]] = {
    "capability-unknown": "x",
    "capability-repeated": "bank",
    "capability-order": "audio",
}
"""What breaks a rule behind `bank`."""

_NO_VERSION: Final[Mapping[str, str]] = {
    "one-part": "1",
    "empty-part": "1..3",
    "empty-first-part": ".2.3",
    "empty-last-part": "1.2.",
    "leading-zero-first": "01.2.3",
    "leading-zero-last": "1.2.03",
    "zeros": "1.2.00",
    "letter": "1.2.a",
    "letter-behind": "1.2.3a",
    "minus": "1.-2.3",
    "underscore-of-number": "1.2.3_0",
    "colon": "1.2.:",
    "slash": "1.2./",
    "zeros-of-pre-release": "1.2.3-00",
    "leading-zero-of-later-pre-release": "1.2.3-a.01",
    "leading-zero-nine-of-pre-release": "1.2.3-09",
    "leading-zero-eight-of-pre-release": "1.2.3-08",
    "empty-first-of-pre-release": "1.2.3-.a",
    "empty-last-of-pre-release": "1.2.3-a.",
    "empty-pre-release-before-build": "1.2.3-+a",
    "empty-part-of-build": "1.2.3+a..b",
    "empty-first-of-build": "1.2.3+.a",
    "empty-last-of-build": "1.2.3+a.",
    "underscore-of-build": "1.2.3+a_b",
    "final-newline-of-pre-release": "1.2.3-a\n",
    "final-newline-of-build": "1.2.3+a\n",
    "build-before-parts": "1.2+a.3",
    "pre-release-before-parts": "1.2-a.3",
    **{
        f"{name}-of-{part}": f"1.2.3{sign}a{byte}"
        for part, sign in (("pre-release", "-"), ("build", "+"))
        for name, byte in (
            ("slash", "/"), ("colon", ":"), ("at", "@"), ("bracket", "["), ("backquote", "`"),
            ("brace", "{"), ("comma", ","), ("non-ascii", "é"),
        )
    },
}  # fmt: skip
"""Texts that each break the grammar of a version in another way."""

_VERSIONS: Final[Mapping[str, str]] = {
    "all-letters": "10.29.38-azAZ.09a+azAZ.0123456789",
    "zero-of-pre-release": "1.2.3-0.a",
    "hyphen-of-pre-release": "1.2.3--",
    "hyphen-of-build": "1.2.3+-",
    "hyphen-in-build-alone": "1.2.3+a-b",
    "plus-behind-pre-release": "1.2.3-a+b",
    "leading-zero-of-build": "1.2.3+00.01",
    "leading-zero-and-letter": "1.2.3-00a",
    "leading-zero-and-hyphen": "1.2.3-0-0",
}
"""Texts that each keep it at an edge."""


def cases(contract: Contract) -> Iterator[Case]:
    """Rejected ones first, then accepted ones."""
    yield from _numbers(contract)
    yield from _capabilities(contract)
    yield from _repeated(contract)
    yield from _files(contract)
    for id, version in _NO_VERSION.items():
        yield rejected(
            contract,
            f"cartridge-app-version-{id}",
            "manifest-schema",
            draft(contract, app_version=version).made(),
            f"{version!r} is no version of Semantic Versioning 2.0",
            kind="cartridge",
        )
    for id, version in _VERSIONS.items():
        yield accepted(
            contract,
            f"cartridge-accept-app-version-{id}",
            "manifest-schema",
            draft(contract, app_version=version).made(),
            "a version of Semantic Versioning 2.0",
            kind="cartridge",
        )


def _numbers(contract: Contract) -> Iterator[Case]:
    """Numbers that a careless language takes for others."""
    newest = contract.windows["manifest"][-1]
    for bits in (8, 16, 32, 64):
        yield rejected(
            contract,
            f"cartridge-version-wrapped-{bits}",
            "manifest-version",
            draft(contract, cartridge_version=newest + 2**bits).made(),
            f"{newest} in a type of {bits} bits",
            kind="cartridge",
        )
    for id, rule, member, token in (
        ("version-exponent", "manifest-version", b'"cartridge_version": 1', b"e0"),
        ("version-fraction-long", "manifest-version", b'"cartridge_version": 1', b".00"),
        ("version-between", "manifest-version", b'"cartridge_version": 1', b".5"),
        ("app-id-between", "manifest-schema", b'"app_id": 1001', b".5"),
        ("app-id-exponent", "manifest-schema", b'"app_id": 1001', b"e0"),
        ("app-id-exponent-capital", "manifest-schema", b'"app_id": 1001', b"E-1"),
        ("app-id-of-11-digits", "manifest-schema", b'"app_id": 1001', b"0000000"),
        ("app-id-of-20-digits", "manifest-schema", b'"app_id": 1001', b"0" * 16),
        ("app-id-of-400-digits", "manifest-schema", b'"app_id": 1001', b"0" * 396),
        ("app-id-of-5000-digits", "manifest-schema", b'"app_id": 1001', b"0" * 4996),
    ):
        made = draft(contract)
        made.edits.append(lambda t, old=member, end=token: t.replace(old, old + end))  # type: ignore[misc]
        yield rejected(
            contract,
            f"cartridge-{id}",
            rule,
            made.made(),
            "another number, or no integer",
            kind="cartridge",
        )
    made = draft(contract)
    made.edits.append(lambda _: b"1")
    yield rejected(
        contract,
        "cartridge-magic-one-byte",
        "manifest-magic",
        made.made(),
        "the smallest manifest that is a text of JSON is a digit",
        kind="cartridge",
    )
    yield rejected(
        contract,
        "cartridge-app-id-wrapped-64",
        "manifest-schema",
        draft(contract, app_id=1001 + 2**64).made(),
        "1001 in a type of 64 bits",
        kind="cartridge",
    )


def _capabilities(contract: Contract) -> Iterator[Case]:
    """Each check of one element comes before each of the next; a repeat before the order."""
    rows = [
        (f"{first}-before-{second}", first, ["bank", _CAPABILITY[first], _CAPABILITY[second]])
        for first, second in permutations(_CAPABILITY, 2)
    ]
    rows.append(("capability-repeated-and-order", "capability-repeated", ["asset", "gfx", "asset"]))
    for id, rule, names in rows:
        yield rejected(
            contract,
            f"cartridge-order-element-{id}",
            rule,
            draft(contract, capabilities=names).made(),
            f"{names}: element by element, and in each in the order of the rules",
            kind="cartridge",
            order=True,
        )


def _repeated(contract: Contract) -> Iterator[Case]:
    """A member that is there twice comes after the whole text, and before what the text says."""
    twice = b'{"title": "", '
    for id, rule, edit in (
        ("utf8-behind-repeated", "manifest-utf8", lambda t: twice + t[1:] + b"\xff"),
        ("json-behind-repeated", "manifest-json", lambda t: twice + t[1:-1] + b",}"),
        ("repeated-in-a-list", "manifest-repeated", lambda t: b"[" + twice + t[1:] + b"]"),
        (
            "repeated-inside-before-magic",
            "manifest-repeated",
            lambda t: t.replace(b"PMTU", b"pmtu")[:-1] + b', "entrypoint": [{"a": 1, "a": 1}]}',
        ),
        (
            "repeated-magic",
            "manifest-repeated",
            lambda t: t.replace(b'"magic"', b'"magic": 1, "magic"'),
        ),
    ):
        made = draft(contract)
        made.edits.append(edit)
        yield rejected(
            contract,
            f"cartridge-order-{id}",
            rule,
            made.made(),
            "names are compared when the whole text is JSON, and before the magic",
            kind="cartridge",
            order=True,
        )


def _files(contract: Contract) -> Iterator[Case]:
    """At the name of a file is a link, a directory or nothing but another spelling of the name."""
    for role, name in FILES.items():
        rule = f"{role}-missing"
        other, capital = f"other.{role}", name.capitalize()
        for id, changes, why in (
            ("link", {role: Link(other), other: _file(contract, role)}, "a link counts as missing"),
            ("link-to-nothing", {role: Link(other)}, "a link counts as missing"),
            ("directory", {role: Directory()}, "it is no file"),
            ("capital", {role: None, capital: _file(contract, role)}, "case counts in a name"),
        ):
            made = draft(contract)
            made.files |= changes
            yield rejected(
                contract,
                f"cartridge-{role}-is-{id}",
                rule,
                made.made(),
                f"{name}: {why}",
                kind="cartridge",
            )
    made = draft(contract, capabilities=[])
    made.files |= {"pack": Link("nothing"), "notes": Directory()}
    yield accepted(
        contract,
        "cartridge-accept-other-names",
        "manifest-missing",
        made.made(),
        "links and directories that are nobody's business",
        kind="cartridge",
    )


def _file(contract: Contract, role: str) -> Member:
    """What a cartridge has at the name of this role."""
    return draft(contract).made()[FILES[role]]
