"""Commands that ask a built version: query, dump. Part of the command line, see :mod:`migragraph.cli`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from migragraph.command_options import (
    open_version,
    with_home,
    with_output,
    with_project,
    with_version,
    write_output,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="Example: migragraph query --question funders-by-projects --format csv")
@click.argument("sparql", required=False)
@click.option("--question", help="The name of a question that the version was built with.")
@click.option(
    "--format", "format_", default="csv", show_default=True, help="json, xml, csv, tsv; ttl, nt, jsonld, rdf."
)
@with_version
@with_project
@with_home
def query(
    sparql: str | None, question: str | None, format_: str, version: str | None, project: Path | None, home: Path | None
) -> None:
    """Answer a SPARQL query (an argument, or - for standard input) or one of the questions from the built graph.

    With --project, the question is that of its file in queries/, so that it can be tried before it is built.
    """
    from migragraph.query import QueryRequest, run_query
    from migragraph.questions import find_question, read_question
    from migragraph.representations import render_result

    if (sparql is None) == (question is None):
        raise click.UsageError("Give a query or --question NAME.")
    _, store = open_version(home, version)
    if question is None:
        text = sys.stdin.read() if sparql == "-" else str(sparql)
    elif project is None:
        text = find_question(store, question).sparql
    else:
        text = read_question(project / "queries", question).sparql
    sys.stdout.buffer.write(render_result(run_query(store, QueryRequest(text)), format_))


@click.command(epilog="Example: migragraph dump facts --format ttl > facts.ttl")
@click.argument("what", type=click.Choice(["facts", "dataset"]))
@click.option("--format", "format_", help="facts: ttl, nt, jsonld, rdf; dataset: nq, trig. Default: nt, nq.")
@with_version
@with_output
@with_home
def dump(what: str, format_: str | None, version: str | None, output: Path | None, home: Path | None) -> None:
    """Write the facts, or the whole dataset with claims and sources; the same version gives the same bytes."""
    from migragraph.dumps import write_dump

    _, store = open_version(home, version)
    write_output(write_dump(store, what, format_), output)
