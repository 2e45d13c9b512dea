"""The command ``migragraph cite``: from words to their place, and from a place or a claim back to the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from migragraph.command_options import (
    find_documents,
    open_version,
    with_documents,
    with_home,
    with_project,
    with_version,
)
from migragraph.config import read_settings
from migragraph.iris import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from migragraph.config import Settings


@click.command(epilog='Example: migragraph cite includ-eu-journey "six training programmes" --to "1,052 participants"')
@click.argument("source", required=False)
@click.argument("words", required=False)
@click.option("--to", "last", help="The last words of the passage, where it is longer than WORDS.")
@click.option("--header", is_flag=True, help="Print the lines that a claim file begins with, too.")
@click.option("--at", "place", help="Print what stands there: characters 5962,6178, row=127, cell=127,3.")
@click.option("--claim", help="Print what a claim or a passage rests on: its IRI, or the digits it ends with.")
@with_documents
@with_project
@with_version
@with_home
def cite(
    source: str | None,
    words: str | None,
    last: str | None,
    place: str | None,
    claim: str | None,
    documents: Path | None,
    project: Path | None,
    version: str | None,
    home: Path | None,
    *,
    header: bool,
) -> None:
    """Find where WORDS stand in the document of SOURCE and print the block of a claim file for each place.

    With --at or --claim the other way: print the words of the document, or the row of the table.
    """
    settings = read_settings(project=project, home=home)
    folder = find_documents(documents, settings)
    if claim is not None:
        if any((source, words, last, place, header)):
            raise click.UsageError("--claim takes no further words, place or source.")
        for line in _rests_on(settings, folder, claim, version):
            click.echo(line)
    elif source is None:
        raise click.UsageError("Give a SOURCE, or --claim.")
    elif place is not None:
        if words or last or header:
            raise click.UsageError("--at takes no words: it prints those that stand there.")
        click.echo(_quote(settings, folder, f"{source}#{place}"))
    else:
        _print_blocks(settings, folder, source, words, last, header=header)


def _print_blocks(
    settings: Settings, folder: Path | None, source: str, words: str | None, last: str | None, *, header: bool
) -> None:
    """Print the block of each place where the words stand, and what a new file begins with."""
    from migragraph.sources.citation import cite_passages, claim_file_header

    if words is None and not header:
        raise click.UsageError("Give the WORDS, or --at, or --header.")
    passages = cite_passages(settings.project, folder, source, words, last) if words is not None else []
    if header:
        click.echo(claim_file_header(source))
    for passage in passages:
        click.echo(passage.excerpt.marked, err=True)
        click.echo(passage.block)
    claims = settings.project / "data" / "ttl" / "claims"
    if not header and not (claims / f"{source}.trig").exists() and not (claims / source).exists():
        said = f"{source} has no claim file yet: --header prints the @base and @prefix lines that one begins with."
        click.echo(said, err=True)


def _rests_on(settings: Settings, folder: Path | None, claim: str, version: str | None) -> Iterator[str]:
    """Tell what a claim says, and what stands at each of its passages; of a passage, what stands there."""
    from migragraph.claim_lookup import find_claims

    if claim.startswith((SOURCE, "source:")):
        yield _quote(settings, folder, claim.removeprefix("source:").removeprefix(SOURCE))
        return
    _, store = open_version(settings.home, version)
    for found in find_claims(store, claim):
        yield f"{found.iri}\n{found.says} ({found.status})"
        for passage in found.passages:
            yield _quote(settings, folder, passage.removeprefix(SOURCE))


def _quote(settings: Settings, folder: Path | None, passage: str) -> str:
    """Return the IRI of a passage, and below it what stands there."""
    from migragraph.sources.quotation import quote, read_place
    from migragraph.sources.statement import Whole

    source, mark, place = passage.partition("#")
    quoted = quote(settings.project, folder, source, read_place(place) if mark else Whole())
    return f"{quoted.iri}\n{quoted.text}"
