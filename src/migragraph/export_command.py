"""The command ``migragraph export``: a network of the built graph as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from migragraph.config import read_settings


@click.command(epilog="Example: migragraph export membership --format gexf --output membership.gexf")
@click.argument("network")
@click.option("--format", "format_", help="gexf, graphml, cyjs, csv.zip, svg …; default: the extension of --output.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: standard output."
)
@click.option("--colour-by", help="Attribute of the nodes that gives their colours; default: kind or country.")
@click.option("--size-by", help="Attribute of numbers that gives their sizes; default: the number of ties.")
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the built versions; default: var.")
def export(
    network: str,
    format_: str | None,
    output: Path | None,
    colour_by: str | None,
    size_by: str | None,
    home: Path | None,
) -> None:
    """Write a network with measures and communities as a file for Gephi, Cytoscape, Pajek and others."""
    from migragraph.depiction.picture import export_network
    from migragraph.store.opening import open_engine
    from migragraph.store.versions import current_version

    if format_ is None:
        if output is None or not output.suffix:
            raise click.UsageError("say the format: --format gexf, or --output with such an extension.")
        format_ = output.name.partition(".")[2]
    settings = read_settings(home=home)
    version = current_version(settings.home)
    store = open_engine(version, settings)
    data = export_network(store, version, network, format_, colour_by=colour_by, size_by=size_by)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)
