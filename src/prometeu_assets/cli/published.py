"""Verbs that show the published contract, offline: schema, codes."""

from __future__ import annotations

import json
import textwrap

import click

from prometeu_assets.cli.app import DONE, Group
from prometeu_assets.cli.arguments import mistaken
from prometeu_assets.cli.console import say
from prometeu_assets.cli.examples import epilog
from prometeu_assets.cli.output import Output, result_option
from prometeu_assets.codes.code import Code
from prometeu_assets.codes.explain import examples, fixes
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.published import NotPublished, explain_codes, schema, schemas


@click.group("schema", cls=Group)
def schema_verb() -> None:
    """Show the published JSON Schemas."""


@schema_verb.command("list", epilog=epilog("schema list"))
@result_option
def schema_list(output: Output) -> int:
    """List every schema: document, version, title."""
    listed = schemas()
    if not output.printed_json(listed):
        for row in listed.schemas:
            spelled = f"{row.document}@{row.version}"
            output.line(f"{spelled:<26}{row.title}")
    return DONE


@schema_verb.command("show", epilog=epilog("schema show"))
@click.argument("document")
@click.option("--bundle", is_flag=True, help="Include every schema that it refers to.")
def schema_show(document: str, *, bundle: bool) -> int:
    """Print the newest schema of DOCUMENT, or the one of DOCUMENT@VERSION."""
    with mistaken(NotPublished):
        shown = schema(document, bundle=bundle)
    say(json.dumps(shown, indent=2, ensure_ascii=False))
    return DONE


@click.command("codes")
@click.argument("code", required=False)
@result_option
def codes_verb(code: str | None, output: Output) -> int:
    """List the diagnostic codes, or explain one CODE."""
    with mistaken(NotPublished):
        table = explain_codes(*filter(None, [code]))
    if output.printed_json(table):
        return DONE
    if code:
        _explain(output, table.codes[0])
    else:
        for row in table.codes:
            output.line(f"{row.name:<26}{row.summary}")
    return DONE


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
