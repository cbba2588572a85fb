"""`winnow schema`: the datasets and their columns."""

from __future__ import annotations

import json

import click
from rich.text import Text

from flows.commands.options import as_json, output
from flows.tables import plain_table
from tasks.errors import UsageError
from tasks.publish.contract import render_contract, type_name
from tasks.schema import DATASETS, VERSION


@click.command(short_help="Show the datasets and their columns.")
@click.argument("dataset", required=False)
@click.option("--markdown", is_flag=True, help="Print the tables of curated/README.md.")
@as_json
def schema(dataset: str | None, markdown: bool, is_json: bool) -> None:
    """Show the datasets, or the columns of one DATASET: type, unit and meaning."""
    chosen = [one for one in DATASETS if dataset in (None, one.name)]
    if not chosen:
        names = ", ".join(one.name for one in DATASETS)
        raise UsageError(problem=f"there is no dataset {dataset!r}", hint=f"one of: {names}")
    if markdown:
        click.echo(render_contract(), nl=False)
        return
    if is_json:
        columns = {
            one.name: [
                {
                    "name": c.name,
                    "type": type_name(c.type),
                    "nullable": c.nullable,
                    "unit": c.unit,
                    "meaning": c.meaning,
                }
                for c in one.columns
            ]
            for one in chosen
        }
        output().print_json(json.dumps({"version": VERSION, "datasets": columns}))
        return
    for one in chosen:
        table = plain_table(f"{one.name}: a row is {one.row}")
        for name in ("column", "type", "null", "unit", "meaning"):
            table.add_column(name)
        for column in one.columns:
            null = "null" if column.nullable else ""
            cells = (column.name, type_name(column.type), null, column.unit, column.meaning)
            table.add_row(*map(Text, cells))  # `timestamp[us]` is no markup
        output().print(table, "")
