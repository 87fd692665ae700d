"""Diagnostics for other programs: SARIF 2.1.0, and workflow commands of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from prometeu_assets._version import __version__
from prometeu_assets.catalog import CODES, address
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.names import printable
from prometeu_assets.viewpoint import Found

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_TOOL: Final = "prometeu-assets"


def sarif(found: Iterable[Found], *, cut: bool, failed: str | None = None) -> dict[str, Any]:
    """One SARIF log of one run; ``cut`` when more was found than is in it.

    ``failed`` says why the run has no verdict.

    The rules are those rows of the table of codes that have a result.
    """
    found = list(found)
    names = list(dict.fromkeys(diagnostic.code for diagnostic, *_ in found))
    notices = [{"level": "error", "message": {"text": failed}}] if failed else []
    if cut:
        text = "More was found than is reported here."
        notices.append({"level": "note", "message": {"text": text}})
    invocation: dict[str, Any] = {"executionSuccessful": failed is None}
    if notices:
        invocation["toolExecutionNotifications"] = notices
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": _TOOL,
                        "version": __version__,
                        "rules": [_rule(CODES[name]) for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation],
                "results": [_result(item, names.index(item[0].code)) for item in found],
            }
        ],
    }


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.name,
        "shortDescription": {"text": code.summary},
        "defaultConfiguration": {"level": str(code.severity)},
        "properties": {"page": f"spec/{address(code.name)}"},
    }


def _result(item: Found, index: int) -> dict[str, Any]:
    diagnostic, file, place, _ = item
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": str(diagnostic.severity),
        "message": {"text": _text(item)},
    }
    location: dict[str, Any] = {}
    if file is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
        location["physicalLocation"] = physical
        if place:
            physical["region"] = {"startLine": place[0], "startColumn": place[1]}
        elif diagnostic.offset is not None:
            physical["region"] = {"byteOffset": diagnostic.offset}
    if diagnostic.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.pointer}]
    if location:
        result["locations"] = [location]
    about = {
        "asset": str(diagnostic.asset) if diagnostic.asset else None,
        "rule": diagnostic.rule,
        "clause": _clause(diagnostic.rule),
        "keyword": diagnostic.keyword,
    }
    properties = {name: value for name, value in about.items() if value}
    return {**result, "properties": properties} if properties else result


def _clause(rule: str | None) -> str | None:
    """Where the specification states the rule."""
    return f"spec/{CURRENT.address(CURRENT.rule(rule))}" if rule else None


def _uri(file: str) -> str:
    """A path as a URI reference: percent-encoded, and relative if the path is."""
    path = Path(file)
    if path.is_absolute():
        return path.as_uri()
    # `as_uri` knows how to encode, but takes absolute paths alone.
    root = Path.cwd()
    return (root / path).as_uri().removeprefix(f"{root.as_uri().rstrip('/')}/")


def annotation(found: Found) -> str:
    """A diagnostic as a workflow command, which GitHub shows beside the line."""
    diagnostic, file, place, _ = found
    properties = {"file": file, "line": None, "col": None, "title": diagnostic.code}
    if place:
        properties["line"], properties["col"] = map(str, place)
    shown = ",".join(f"{name}={_property(text)}" for name, text in properties.items() if text)
    return f"::{diagnostic.severity} {shown}::{_data(_text(found))}"


def _text(found: Found) -> str:
    """Message and hint in one, since few programs show more than a message."""
    parts = [found.diagnostic.message]
    parts += [f"Hint: {found.hint}"] if found.hint else []
    return "\n".join(map(printable, parts))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    # A path keeps its line breaks, which are encoded.
    text = "".join(part if part in "\r\n" else printable(part) for part in text)
    return _data(text).replace(":", "%3A").replace(",", "%2C")
