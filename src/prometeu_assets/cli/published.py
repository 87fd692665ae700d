"""Verbs that show the published contract, offline: schema, codes."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches

import click

from prometeu_assets.cli.app import DONE, format_option
from prometeu_assets.cli.output import Output
from prometeu_assets.codes import CODES
from prometeu_assets.contract import CURRENT
from prometeu_assets.diagnostics import Code


@click.group("schema")
def schema_verb() -> None:
    """Show the published JSON Schemas."""


@schema_verb.command("list")
@format_option
def schema_list(format: str) -> int:
    """List every schema: document, version, title."""
    output = Output(format=format)
    rows = [
        {
            "document": name,
            "version": version,
            "id": CURRENT.documents.schema(name, version)["$id"],
            "title": CURRENT.documents.schema(name, version)["title"],
        }
        for name, version in CURRENT.documents.keys
    ]
    if output.is_json:
        output.value({"schema_version": 1, "schemas": rows})
    else:
        for row in rows:
            spelled = f"{row['document']}@{row['version']}"
            output.line(f"{spelled:<26}{row['title']}")
    return DONE


@schema_verb.command("show")
@click.argument("document")
def schema_show(document: str) -> int:
    """Print the schema of DOCUMENT, or of DOCUMENT@VERSION; the newest without a version."""
    name, at, version = document.partition("@")
    versions = CURRENT.documents.versions(name)
    if not versions or (at and version not in map(str, versions)):
        known = ", ".join(f"{n}@{v}" for n, v in CURRENT.documents.keys)
        raise click.UsageError(f"no schema {document!r}; there are {known}")
    schema = CURRENT.documents.schema(name, int(version) if version else versions[-1])
    click.echo(json.dumps(dict(schema), indent=2, ensure_ascii=False))
    return DONE


@click.command("codes")
@click.argument("code", required=False)
@format_option
def codes_verb(code: str | None, format: str) -> int:
    """List the diagnostic codes, or explain one CODE."""
    output = Output(format=format)
    if code is not None and code.upper() not in CODES:
        near = get_close_matches(code.upper(), list(CODES), n=1)
        raise click.UsageError(f"no code {code!r}" + (f"; did you mean {near[0]}?" if near else ""))
    chosen = [CODES[code.upper()]] if code else list(CODES.values())
    if output.is_json:
        output.value({"schema_version": 1, "codes": [code_value(row) for row in chosen]})
    elif code:
        _explain(output, chosen[0])
    else:
        for row in chosen:
            output.line(f"{row.name:<26}{row.summary}")
    return DONE


def code_value(row: Code) -> dict[str, object]:
    """A code as a JSON value: name, severity, summary, hints, and the rules it stands for."""
    return {
        "code": row.name,
        "severity": str(row.severity),
        "summary": row.summary,
        "hints": _hints(row),
        "rules": [rule.id for rule in CURRENT.rules if rule.code == row.name],
    }


def _explain(output: Output, row: Code) -> None:
    output.line(f"{row.name} ({row.severity})", bold=True)
    output.line(f"  {row.summary}")
    for rule in CURRENT.rules:
        if rule.code == row.name:
            output.line(f"  rule {rule.id}: {rule.text} (spec/{rule.anchor})")
    for hint in _hints(row):
        output.line(f"  hint: {hint}")


def _hints(row: Code) -> list[str]:
    """All that may be advised, with names in angle brackets for what is filled in."""
    texts = dict.fromkeys(text for text in (row.hint, *row.hints.values()) if text)
    filled = (re.sub(r"(?<!\{)\{(\w+)(?:![rs])?\}", r"<\1>", text) for text in texts)
    return [text.replace("{{", "{").replace("}}", "}") for text in filled]
