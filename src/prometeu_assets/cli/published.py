"""Verbs that show the published contract, offline: schema, codes."""

from __future__ import annotations

import json
import textwrap
from functools import partial

import click

from prometeu_assets.catalog import CODES
from prometeu_assets.cli.app import DONE, Group
from prometeu_assets.cli.console import say
from prometeu_assets.cli.examples import epilog
from prometeu_assets.cli.output import Output, result_option
from prometeu_assets.codes.code import Code
from prometeu_assets.codes.explain import examples, fixes
from prometeu_assets.contract import bundle as bundling
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.nearest import nearest


@click.group("schema", cls=Group)
def schema_verb() -> None:
    """Show the published JSON Schemas."""


@schema_verb.command("list", epilog=epilog("schema list"))
@result_option
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
        output.result("schema-list", schemas=rows)
    else:
        for row in rows:
            spelled = f"{row['document']}@{row['version']}"
            output.line(f"{spelled:<26}{row['title']}")
    return DONE


@schema_verb.command("show", epilog=epilog("schema show"))
@click.argument("document")
@click.option("--bundle", is_flag=True, help="Include every schema that it refers to.")
def schema_show(document: str, *, bundle: bool) -> int:
    """Print the newest schema of DOCUMENT, or the one of DOCUMENT@VERSION."""
    name, at, version = document.partition("@")
    versions = CURRENT.documents.versions(name)
    if not versions or (at and version not in map(str, versions)):
        known = [f"{n}@{v}" for n, v in CURRENT.documents.keys]
        near = nearest(document, [*known, *(n for n, _ in CURRENT.documents.keys)])
        asked = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        raise click.UsageError(f"no schema {document!r}; {asked}")
    shown = partial(bundling.bundle, CURRENT.documents) if bundle else CURRENT.documents.schema
    schema = shown(name, int(version) if version else versions[-1])
    say(json.dumps(dict(schema), indent=2, ensure_ascii=False))
    return DONE


@click.command("codes")
@click.argument("code", required=False)
@result_option
def codes_verb(code: str | None, format: str) -> int:
    """List the diagnostic codes, or explain one CODE."""
    output = Output(format=format)
    if code is not None and code.upper() not in CODES:
        near = nearest(code, CODES)
        raise click.UsageError(f"no code {code!r}" + (f"; did you mean {near}?" if near else ""))
    chosen = [CODES[code.upper()]] if code else list(CODES.values())
    if output.is_json:
        output.result("codes", codes=[code_value(row) for row in chosen])
    elif code:
        _explain(output, chosen[0])
    else:
        for row in chosen:
            output.line(f"{row.name:<26}{row.summary}")
    return DONE


def code_value(row: Code) -> dict[str, object]:
    """A code as a JSON value: name, severity, summary, hints, and its rules."""
    return {
        "code": row.name,
        "severity": str(row.severity),
        "summary": row.summary,
        "hints": fixes(row),
        "rules": [rule.id for rule in CURRENT.every_rule if rule.code == row.name],
    }


def _explain(output: Output, row: Code) -> None:
    """What the page of the code's group says about it."""
    output.line(f"{row.name} ({row.severity})", bold=True)
    for text in (row.summary, row.meaning):
        for line in textwrap.wrap(text, 78, break_long_words=False, break_on_hyphens=False):
            output.line(f"  {line}")
    for rule in CURRENT.every_rule:
        if rule.code == row.name:
            output.line(f"  rule {rule.id}: {rule.text} (spec/{CURRENT.address(rule)})")
    if row.name in examples():
        output.line("for example")
        for line in examples()[row.name].splitlines():
            output.line(f"  {line}")
    for number, hint in enumerate(fixes(row)):
        if not number:
            output.line("how to fix it")
        output.line(f"  - {hint}")
