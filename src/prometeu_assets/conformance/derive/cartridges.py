"""Cases of cartridges: directories for the load order, from the manifest's schema and its rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from prometeu_assets.conformance.case import Case, Member
from prometeu_assets.conformance.derive.breakers import BREAKERS as PACK_BREAKERS
from prometeu_assets.conformance.derive.make import accepted, base, rejected, slug
from prometeu_assets.conformance.derive.schemas import walk
from prometeu_assets.contract.cartridge import ASSET, FILES
from prometeu_assets.contract.rule import Step
from prometeu_assets.contract.value import Contract


@dataclass(slots=True, kw_only=True)
class Draft:
    """A cartridge to be: its manifest's value, edits of its text, and its files by role.

    A file of None is not there.
    """

    value: Any
    edits: list[Callable[[bytes], bytes]] = field(default_factory=list)
    files: dict[str, Member | None]

    def made(self) -> Mapping[str, Member]:
        """The files by name."""
        text = json.dumps(self.value, ensure_ascii=False).encode()
        for edit in self.edits:
            text = edit(text)
        files: dict[str, Member | None] = {"manifest": text, **self.files}
        return {FILES.get(role, role): data for role, data in files.items() if data is not None}


def draft(contract: Contract, **members: Any) -> Draft:
    """A small valid cartridge with assets, some members of its manifest changed."""
    newest = contract.windows["manifest"][-1]
    value = {
        **contract.documents.constants(("manifest", newest)),
        "app_id": 1001,
        "title": "Lantern Cave",
        "app_version": "1.2.0",
        "app_mode": "Game",
        "capabilities": [ASSET, "gfx", "input"],
        **members,
    }
    return Draft(value=value, files={"program": b"\1", "pack": base(contract).build()})


def cases(contract: Contract) -> Iterator[Case]:
    """Every step in its order, then pairs of faults that pin the order, then what is accepted."""
    newest = contract.windows["manifest"][-1]
    origin = f"manifest@{newest}"
    for id, rule, made, why in (*_texts(contract), *_values(contract), *_others(contract)):
        yield _rejected(contract, id, rule, made, f"rule {rule}", why)
    schema = contract.documents.schema("manifest", newest)
    judged_alone = contract.documents.constants(("manifest", newest)).keys()
    properties = {n: part for n, part in schema["properties"].items() if n not in judged_alone}
    properties["capabilities"] = {"type": "array"}
    trimmed = {
        **schema,
        "properties": properties,
        "required": [name for name in schema["required"] if name not in judged_alone],
    }
    for where, keyword, name, change in walk(trimmed, trimmed, (), draft(contract).value):
        made = draft(contract)
        made.value = change(made.value)
        if not isinstance(made.value, Mapping):
            continue  # no object at all, which the magic's rule says
        yield _rejected(
            contract,
            f"schema-{slug(where)}-{keyword.lower()}{name}"
            if where
            else f"schema-{keyword.lower()}{name}",
            "manifest-schema",
            made,
            f"{origin}#{where}/{keyword}",
            f"breaks {keyword} at {where or 'the top'}",
        )
    yield from _pairs(contract)
    yield from _accepted(contract)


def _rejected(
    contract: Contract, id: str, rule: str, made: Draft, origin: str, why: str, **more: Any
) -> Case:
    return rejected(
        contract, f"cartridge-{id}", rule, made.made(), why, origin=origin, kind="cartridge", **more
    )


Row = tuple[str, str, Draft, str]
"""The end of an id, the rule that is broken, the cartridge, and why."""


def _texts(contract: Contract) -> Iterator[Row]:
    """Manifests that are not JSON, or not JSON to rely on."""
    open_ = b"[" * (contract.limits.nesting - 1)
    deep = b', "entrypoint": ' + open_ + b"[" + b"]" * len(open_) + b"]}"
    for id, rule, edit, why in (
        ("manifest-too-large", "manifest-size",
         lambda t: t + b" " * (contract.limits.asset_document_bytes + 1 - len(t)),
         "one byte more than a manifest may have"),
        ("empty", "manifest-missing", lambda text: b"", "a file without a byte is no manifest"),
        ("not-utf8", "manifest-utf8", lambda t: t.replace(b"Cave", b"Cav\xe9"), "Latin-1"),
        ("utf8-surrogate", "manifest-utf8", lambda t: t.replace(b"Cave", b"\xed\xa0\x80"), "CESU"),
        ("utf8-overlong", "manifest-utf8", lambda t: t.replace(b"/", b"\xc0\xaf") + b"\xc0\xaf",
         "an overlong form"),
        ("byte-order-mark", "manifest-json", lambda t: b"\xef\xbb\xbf" + t, "a byte order mark"),
        ("trailing-comma", "manifest-json", lambda t: t[:-1] + b",}", "a comma before the end"),
        ("cut-off", "manifest-json", lambda t: t[:-1], "the last byte is missing"),
        ("two-values", "manifest-json", lambda t: t + b" {}", "a second value"),
        ("single-quotes", "manifest-json", lambda t: t.replace(b'"', b"'"), "no JSON"),
        ("lone-surrogate", "manifest-json", lambda t: t.replace(b"Cave", b"\\ud83d"), "a half"),
        ("nan", "manifest-json", lambda t: t[:-1] + b', "entrypoint": NaN}', "no number of JSON"),
        ("too-deep", "manifest-nesting", lambda t: t[:-1] + deep, "one array too many is open"),
        ("repeated", "manifest-repeated", lambda t: t[:-1] + b', "title": "Other"}', "two titles"),
        ("repeated-by-escape", "manifest-repeated",
         lambda t: t[:-1] + b', "\\u0074itle": "Lantern Cave"}', "an escape hides the second"),
        ("repeated-inside", "manifest-repeated",
         lambda t: t[:-1] + b', "entrypoint": [{"a": 1, "a": 1}]}', "even in what is ignored"),
    ):  # fmt: skip
        made = draft(contract)
        made.edits.append(edit)
        yield id, rule, made, why


def _values(contract: Contract) -> Iterator[Row]:
    """Manifests with one wrong member, or none."""
    magic = draft(contract).value["magic"]
    for id, value in (("list", [magic]), ("null", None), ("string", magic)):
        made = draft(contract)
        made.value = value
        yield f"magic-manifest-is-{id}", "manifest-magic", made, "it is no object"
    for id, value in (
        ("lower-case", magic.lower()),
        ("of-a-pack", "ASPA"),
        ("longer", f"{magic}\0"),
        ("number", 1),
        ("null", None),
    ):
        yield f"magic-{id}", "manifest-magic", draft(contract, magic=value), "another magic"
    yield "magic-missing", "manifest-magic", _without(contract, "magic"), "no magic"
    newest = contract.windows["manifest"][-1]
    for id, value in (
        ("zero", 0),
        ("newer", newest + 1),
        ("largest", 2**32 - 1),
        ("negative", -1),
        ("string", str(newest)),
        ("fraction", float(newest)),
        ("true", True),
        ("null", None),
    ):
        made = draft(contract, cartridge_version=value)
        yield f"version-{id}", "manifest-version", made, "a version that no reader supports"
    made = _without(contract, "cartridge_version")
    yield "version-missing", "manifest-version", made, "no version"
    for id, character in (
        ("nul", "\0"),
        ("newline", "\n"),
        ("last-of-ascii", "\x1f"),
        ("delete", "\x7f"),
        ("first-of-c1", "\x80"),
        ("last-of-c1", "\x9f"),
    ):
        made = draft(contract, title=f"Lantern{character}Cave")
        yield f"title-{id}", "manifest-title", made, "a control character"
    made = draft(contract, title="\U0001f3ee" * 65)
    yield "title-too-long-in-characters", "manifest-schema", made, "65 characters of two units each"
    made = draft(contract, app_id=1001.0)
    yield "app-id-fraction", "manifest-schema", made, "written with a fraction, it is no integer"
    made = draft(contract, capabilities=[*[ASSET] * 9, "gfx"])
    yield "capabilities-too-many", "manifest-schema", made, "ten elements; repeats are seen later"
    made = draft(contract, capabilities=["x"] * 10)
    yield "capabilities-too-many-unknown", "manifest-schema", made, "what they are is seen later"
    for id, value in (("missing", "{}"), ("null", None), ("object", {})):
        made = draft(contract, capabilities=value)
        yield f"capabilities-{id}", "manifest-schema", made, "no list"


def _others(contract: Contract) -> Iterator[Row]:
    """Wrong capabilities, and files that are missing or wrong."""
    for id, rule, names, why in (
        ("unknown", "capability-unknown", [ASSET, "graphics"], "there is no such capability"),
        ("unknown-wrong-case", "capability-unknown", ["Asset"], "capabilities are in lower case"),
        ("unknown-empty", "capability-unknown", [""], "an empty name"),
        ("unknown-space", "capability-unknown", ["asset "], "a space behind the name"),
        ("unknown-number", "capability-unknown", [1], "a number is none"),
        ("unknown-null", "capability-unknown", [None], "null is none"),
        ("unknown-list", "capability-unknown", [[ASSET]], "a list is none"),
        ("unknown-object", "capability-unknown", [{"name": ASSET}], "an object is none"),
        ("unknown-fraction", "capability-unknown", [1.5], "a fraction is none"),
        ("repeated", "capability-repeated", [ASSET, ASSET, "gfx"], "the second adds nothing"),
        ("repeated-last", "capability-repeated", [ASSET, "gfx", "gfx"], "the last one, too"),
        ("not-sorted", "capability-order", ["gfx", ASSET], "one set has one spelling"),
        ("not-sorted-last", "capability-order", [ASSET, "input", "gfx"], "the last one, too"),
    ):
        yield f"capability-{id}", rule, draft(contract, capabilities=names), why
    for id, rule, changes, why in (
        ("manifest-missing", "manifest-missing", {"manifest": None}, "what is read first"),
        ("program-missing", "program-missing", {"program": None}, "nothing to run"),
        ("program-empty", "program-missing", {"program": b""}, "nothing to run"),
        ("pack-missing", "pack-missing", {"pack": None}, "assets are declared"),
        ("pack-empty", "prelude-truncated-magic", {"pack": b""}, "it is there, and no pack"),
    ):
        made = draft(contract)
        made.files |= changes
        yield id, rule, made, why
    # One rule of each step, because the pack is checked as every pack is.
    first: dict[Any, str] = {}
    for rule_ in contract.rules:
        if rule_.id in PACK_BREAKERS and rule_.step is not Step.PAYLOAD:
            first.setdefault(rule_.step, rule_.id)
    for rule in first.values():
        parts = base(contract)
        PACK_BREAKERS[rule](parts)
        made = draft(contract)
        made.files["pack"] = parts.build()
        yield f"pack-{rule}", rule, made, "a pack that no reader takes"


def _without(contract: Contract, member: str) -> Draft:
    made = draft(contract)
    del made.value[member]
    return made


_BREAKERS: Final[Mapping[str, Callable[[Draft], object]]] = {
    "manifest-missing": lambda made: made.files.update(manifest=b""),
    "manifest-utf8": lambda made: made.edits.append(lambda t: t + b"\xff"),
    "manifest-json": lambda made: made.edits.append(lambda t: b"?" + t),
    "manifest-nesting": lambda made: made.edits.append(
        lambda t: t[:-1] + b', "entrypoint": ' + b"[" * 16 + b"]" * 16 + b"}"
    ),
    "manifest-repeated": lambda made: made.edits.append(lambda t: b'{"title": "", ' + t[1:]),
    "manifest-magic": lambda made: made.value.update(magic="ASPA"),
    "manifest-version": lambda made: made.value.update(cartridge_version=2),
    "manifest-schema": lambda made: made.value.update(app_id=-1),
    "manifest-title": lambda made: made.value.update(title="\n"),
    "capability-unknown": lambda made: made.value["capabilities"].insert(0, "Asset"),
    "capability-repeated": lambda made: made.value["capabilities"].insert(1, ASSET),
    "capability-order": lambda made: made.value["capabilities"].append("fs"),
    "program-missing": lambda made: made.files.update(program=None),
    "pack-missing": lambda made: made.files.update(pack=None),
}
"""Rule to what breaks it in a valid draft, so that two can be broken at once."""


def _pairs(contract: Contract) -> Iterator[Case]:
    """Neighbours in the order of checks, both broken: the earlier one decides."""
    ids = [rule.id for rule in contract.load_rules if rule.id in _BREAKERS]
    for first, second in pairwise(ids):
        made = draft(contract)
        # What is put behind goes in first, so that a text's lowest violation is the earlier rule's.
        for rule in (second, first):
            _BREAKERS[rule](made)
        yield _rejected(
            contract,
            f"order-{first}-before-{second}",
            first,
            made,
            f"rule {first}",
            f"{first} is judged before {second}",
            order=True,
        )
    made = draft(contract)
    made.edits.append(
        lambda t: t[:-1] + b', "entrypoint": ' + b"[" * contract.limits.nesting + b"]?"
    )
    yield _rejected(
        contract,
        "order-nesting-at-a-lower-byte",
        "manifest-nesting",
        made,
        "rule manifest-nesting",
        "the violation at the lowest byte decides, and not the row",
        order=True,
    )
    made = draft(contract, capabilities=["gfx", ASSET, "Fs", ASSET])
    yield _rejected(
        contract,
        "order-capabilities-entry-by-entry",
        "capability-order",
        made,
        "rule capability-order",
        "the checks of the second element come before those of the third",
        order=True,
    )


_EDGES: Final = {"deepest": "manifest-nesting", "largest": "manifest-size"}


def _accepted(contract: Contract) -> Iterator[Case]:
    """What every runtime loads."""
    rows: list[tuple[str, str, Draft, str]] = []

    def row(id: str, rule: str, why: str, made: Draft) -> None:
        rows.append((id, rule, made, why))

    row("base", "manifest-schema", "a small cartridge with assets", draft(contract))
    made = draft(contract, capabilities=[])
    made.files["pack"] = None
    row("without-assets", "pack-missing", "no capability, no pack", made)
    made = draft(contract, capabilities=["gfx"])
    made.files["pack"] = b"not a pack"
    row("undeclared-pack", "pack-missing", "what is not declared is not read", made)
    made = draft(contract)
    made.files["notes.txt"] = b"not ours"
    row("other-files", "manifest-missing", "other files are nobody's business", made)
    made = draft(contract)
    parts = base(contract)
    parts.body.append(lambda region: region.__setitem__(parts.rows[0]["size"], 1))
    made.files["pack"] = parts.build()
    row("pack-of-profile-reader", "pack-missing", "padding is no reader's business", made)
    everything = contract.documents.schema("manifest", contract.windows["manifest"][-1])
    all_ = sorted(everything["properties"]["capabilities"]["items"]["enum"])
    row("every-capability", "capability-order", "all there are", draft(contract, capabilities=all_))
    row("system", "manifest-schema", "part of the system", draft(contract, app_mode="System"))
    for id, value in (("smallest", 0), ("largest", 2**32 - 1)):
        row(f"app-id-{id}", "manifest-schema", "at its edge", draft(contract, app_id=value))
    for id, title in (
        ("one", "A"),
        ("64-astral", "\U0001f3ee" * 64),
        ("quotes", 'The "Cave" \\ /'),
        ("spaces", "   "),
        ("edges-of-ascii", " ~"),
        ("no-break-space", "\xa0Lantern\u2028Cave\ufeff"),
    ):
        row(f"title-{id}", "manifest-title", "a title of characters", draft(contract, title=title))
    for id, version in (
        ("zeros", "0.0.0"),
        ("large", "99999999999999999999.0.0"),
        ("pre-release", "1.2.3-alpha.1.0x"),
        ("hyphens", "1.2.3----RC-SNAPSHOT.12.9.1--.12"),
        ("build", "1.2.3+001.sha-5114f85"),
        ("longest", f"1.2.3-{'a' * 58}"),
    ):
        why = "a version of Semantic Versioning 2.0"
        row(f"app-version-{id}", "manifest-schema", why, draft(contract, app_version=version))
    for id, entry in (
        ("number", 7),
        ("fraction", -1.5e-3),
        ("null", None),
        ("object", {"function": [1, {"b": 1, "a": "\0"}]}),
    ):
        made = draft(contract, entrypoint=entry)
        row(f"entrypoint-{id}", "manifest-schema", "accepted and ignored", made)
    texts: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
        ("white-space", lambda t: b"\r\n\t " + t.replace(b", ", b"\r\n ,\t") + b"\n\n"),
        ("escapes", lambda t: t.replace(b"title", b"\\u0074itle").replace(b"Cave", b"\\u0043ave")),
        ("order-of-members", lambda t: json.dumps(dict(reversed(json.loads(t).items()))).encode()),
        ("largest", lambda t: t + b"\n" * (contract.limits.asset_document_bytes - len(t))),
        ("deepest", lambda t: t[:-1] + b', "entrypoint": ' + b"[" * 15 + b"]" * 15 + b"}"),
        ("negative-zero", lambda t: t.replace(b"1001", b"-0")),
        ("huge-number", lambda t: t[:-1] + b', "entrypoint": 1e400}'),
    )
    for id, edit in texts:
        made = draft(contract)
        made.edits.append(edit)
        rule = _EDGES.get(id, "manifest-json")
        row(f"text-{id}", rule, "any JSON will do, once it is read", made)
    for id, rule, made, why in rows:
        yield accepted(contract, f"cartridge-accept-{id}", rule, made.made(), why, kind="cartridge")
