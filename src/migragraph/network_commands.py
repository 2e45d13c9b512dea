"""Commands about networks: rank, report. Part of the command line, see :mod:`migragraph.cli`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migragraph.command_options import open_version, with_home, with_output, with_version, write_output
from migragraph.report.content import DEFAULTS

if TYPE_CHECKING:
    from migragraph.networks.ties import Network
    from migragraph.store.engine import Engine

with_network = click.argument("network", required=False)
with_query = click.option(
    "--query",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="File with a query of your own (- for standard input), in place of NETWORK.",
)
with_mode = click.option("--mode", type=click.Choice(["one", "two"]), default="one", help="Of the query.")
with_directed = click.option("--directed", is_flag=True, help="The ties of the query have a direction.")
_seed = click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Starts all chance.")


@click.command(epilog="Example: migragraph rank membership --measure betweenness --top 10 --format csv")
@with_network
@with_query
@with_mode
@with_directed
@click.option("--measure", default="betweenness", show_default=True, help="Its name; docs/measures.md lists them.")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="The last rank that is listed.")
@click.option("--format", "format_", type=click.Choice(["text", "csv", "json"]), default="text", help="Of the list.")
@_seed
@with_version
@with_home
def rank(
    network: str | None,
    query: Path | None,
    mode: str,
    measure: str,
    top: int,
    format_: str,
    seed: int,
    version: str | None,
    home: Path | None,
    *,
    directed: bool,
) -> None:
    """Rank the nodes of NETWORK by a measure; what the ranks are worth is in the report.

    A list in text ends with how many of the first can be told apart and with the version; of CSV and JSON these lines
    go to standard error.
    """
    from migragraph.report.firmness import say_firmness
    from migragraph.report.ranks import WRITERS, rank_network

    _, found = extract(network, query, mode, version, home, directed=directed)
    lines = rank_network(found.to_graph(), measure, top=top, seed=seed)
    sys.stdout.buffer.write(WRITERS[format_](lines).encode())
    sys.stdout.flush()
    for line in say_firmness(found, measure):
        click.echo(line, err=format_ != "text")


@click.command(epilog="Example: migragraph report membership --format html --output membership.html")
@with_network
@with_query
@with_mode
@with_directed
@click.option(
    "--measure",
    "measures",
    multiple=True,
    default=DEFAULTS.measures,
    show_default=True,
    help="Its name; give it again for further ones, the first is the headline.",
)
@click.option("--resamples", type=int, default=DEFAULTS.resamples, show_default=True, help="Networks drawn by chance.")
@click.option("--drop", type=float, default=DEFAULTS.drop, show_default=True, help="Share of the ties left out.")
@click.option("--level", type=float, default=DEFAULTS.level, show_default=True, help="Share of ranks in an interval.")
@click.option("--largest", type=int, help="Leave out groups of more members; default: none is left out.")
@click.option("--format", "format_", help="html, json, csv, md; default: the extension of --output, else md.")
@_seed
@with_version
@with_output
@with_home
def report(
    network: str | None,
    query: Path | None,
    mode: str,
    measures: tuple[str, ...],
    resamples: int,
    drop: float,
    level: float,
    largest: int | None,
    format_: str | None,
    seed: int,
    version: str | None,
    output: Path | None,
    home: Path | None,
    *,
    directed: bool,
) -> None:
    """Write the centrality report of NETWORK: who connects, how sure one can be, on which evidence."""
    from migragraph.formats import by_name
    from migragraph.report.making import make_report
    from migragraph.report.rendering import RENDERERS, REPORT_FORMATS

    if format_ is None:
        format_ = (output.suffix.removeprefix(".") if output is not None else "") or "md"
    render = RENDERERS[by_name(format_, REPORT_FORMATS)]
    _, read = extract(network, query, mode, version, home, directed=directed)
    found = make_report(
        read,
        measures=measures,
        resamples=resamples,
        drop=drop,
        level=level,
        largest=largest,
        seed=seed,
    )
    write_output(render(found), output)


def extract(
    network: str | None, query: Path | None, mode: str, version: str | None, home: Path | None, *, directed: bool
) -> tuple[Engine, Network]:
    """Return the network of that name, or that of a query, with the open store that it was read from."""
    from migragraph.networks.definitions import NetworkDefinition, find_stored
    from migragraph.networks.extraction import extract_network

    if (network is None) == (query is None):
        raise click.UsageError("Give a network or --query FILE, one of the two; migragraph networks lists the names.")
    found, store = open_version(home, version)
    if query is None:
        definition = find_stored(store, str(network))
    else:
        text = sys.stdin.read() if str(query) == "-" else query.read_text(encoding="utf-8")
        definition = NetworkDefinition.of_query(text, mode=mode, directed=directed)
    return store, extract_network(store, definition, found.id, found.built)
