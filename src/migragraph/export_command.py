"""The command ``migragraph export``: a network of the built graph as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from migragraph.command_options import with_home, with_output, with_version, write_output
from migragraph.depiction.choice import CHOICES
from migragraph.network_commands import extract, with_directed, with_mode, with_network, with_query

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _with_choice(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each name that nodes are chosen by; what they say comes as ``asked_{name}``."""
    for name, says in reversed(CHOICES.items()):
        command = click.option(f"--{name}", f"asked_{name}", default="", help=says)(command)
    return command


@click.command(epilog="Example: migragraph export membership --country ES --output membership.gexf")
@with_network
@with_query
@with_mode
@with_directed
@click.option("--format", "format_", help="gexf, graphml, cyjs, csv.zip, svg …; default: the extension of --output.")
@with_output
@click.option("--colour-by", help="Attribute of the nodes that gives their colours; default: kind or country.")
@click.option("--size-by", help="Attribute of numbers that gives their sizes; default: the number of ties.")
@_with_choice
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
    **asked: str,
) -> None:
    """Write a network with measures and communities as a file for Gephi, Cytoscape, Pajek and others.

    With --q, --country, --network, --theme, --kind or --year the file holds the nodes that all of these choose, those
    that they are tied to, and the ties of both.
    """
    from migragraph.depiction.picture import export_network
    from migragraph.exports import by_name

    if format_ is None:
        if output is None or not output.suffix:
            raise click.UsageError("say the format: --format gexf, or --output with such an extension.")
        format_ = output.name.partition(".")[2]
    by_name(format_)
    store, found = extract(network, query, mode, version, home, directed=directed)
    choice = {name: asked[f"asked_{name}"] for name in CHOICES}
    data = export_network(store, found, format_, asked=choice, colour_by=colour_by, size_by=size_by)
    write_output(data, output)
