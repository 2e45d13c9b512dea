"""The command ``migragraph export``: a network of the built graph as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from migragraph.command_options import with_home, with_output, with_version, write_output
from migragraph.network_commands import extract, with_directed, with_mode, with_network, with_query

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="Example: migragraph export membership --format gexf --output membership.gexf")
@with_network
@with_query
@with_mode
@with_directed
@click.option("--format", "format_", help="gexf, graphml, cyjs, csv.zip, svg …; default: the extension of --output.")
@with_output
@click.option("--colour-by", help="Attribute of the nodes that gives their colours; default: kind or country.")
@click.option("--size-by", help="Attribute of numbers that gives their sizes; default: the number of ties.")
@with_version
@with_home
def export(
    network: str | None,
    query: Path | None,
    mode: str,
    format_: str | None,
    output: Path | None,
    colour_by: str | None,
    size_by: str | None,
    version: str | None,
    home: Path | None,
    *,
    directed: bool,
) -> None:
    """Write a network with measures and communities as a file for Gephi, Cytoscape, Pajek and others."""
    from migragraph.depiction.picture import export_network
    from migragraph.exports import by_name

    if format_ is None:
        if output is None or not output.suffix:
            raise click.UsageError("say the format: --format gexf, or --output with such an extension.")
        format_ = output.name.partition(".")[2]
    by_name(format_)
    store, found = extract(network, query, mode, version, home, directed=directed)
    data = export_network(store, found, format_, colour_by=colour_by, size_by=size_by)
    write_output(data, output)
