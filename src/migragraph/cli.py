"""The command line: parse options, call one function of the house, print, exit with a code that says how it went.

Exit codes: 0 done, 1 findings (the data do not conform), 2 usage, 3 an input cannot be read or used, 4 a fault of ours,
5 the address of the service cannot be listened at now.
"""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from migragraph.asking_commands import dump, query
from migragraph.citation_command import cite
from migragraph.command_options import find_documents, open_version, with_documents, with_home, with_project
from migragraph.config import SETTINGS, read_settings
from migragraph.errors import CannotListen, InvalidGraph, MigragraphError
from migragraph.export_command import export
from migragraph.network_commands import rank, report

FINDINGS, UNREADABLE, OUR_FAULT, CANNOT_LISTEN = 1, 3, 4, 5


class _Commands(click.Group):
    """A group whose commands end with our error and exit code instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click answers these itself
        except InvalidGraph as error:
            from migragraph.checks.render import render_text

            _done()
            click.echo(render_text(error.report))
            click.echo(str(error), err=True)
            ctx.exit(FINDINGS)
        except MigragraphError as error:
            _done()
            click.echo(str(error), err=True)
            ctx.exit(CANNOT_LISTEN if isinstance(error, CannotListen) else UNREADABLE)
        except OSError as error:
            _done()
            place = f"{error.filename}: " if error.filename else ""
            remedy = "Check that the path is there and may be read and written."
            click.echo(f"system: {place}{error.strerror or error}. {remedy}", err=True)
            ctx.exit(UNREADABLE)
        except Exception:
            _done()
            click.echo(f"{traceback.format_exc()}\nThis is a fault of migragraph: please report it.", err=True)
            ctx.exit(OUR_FAULT)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text} …", nl=False, err=True)


def _done() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


@click.group(
    cls=_Commands,
    epilog="Settings are read from the environment too: " + ", ".join(s.variable for s in SETTINGS),
)
@click.version_option(package_name="migragraph")
def main() -> None:
    """A knowledge graph of migrant integration in Europe: build, check, ask, serve."""


@main.command(epilog="Example: migragraph build")
@with_project
@with_home
@with_documents
@click.option("--check/--no-check", default=True, help="Run all checks before publication (the default).")
def build(project: Path | None, home: Path | None, documents: Path | None, *, check: bool) -> None:
    """Build a version of the graph from the files of a project, check it, and make it the one that is served."""
    from migragraph.build import build_version

    settings = read_settings(project=project, home=home)
    version = build_version(settings, documents=find_documents(documents, settings), check=check, progress=_progress)
    _done()
    counts = version.manifest["counts"]
    click.echo(
        f"version {version.id}\n"
        f"{counts['facts']} facts from {counts['claims']} claims of {len(version.manifest['sources'])} sources; "
        f"{version.manifest['quads']} quads in all; in {version.folder}"
    )


@main.command(epilog="Example: migragraph check --documents path/to/sources --format json")
@with_project
@with_documents
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "shacl"]), default="text", help="Of the report."
)
@click.option("--source", help="Check the evidence of this source alone.")
def check(project: Path | None, documents: Path | None, format_: str, source: str | None) -> None:
    """Check shapes, rules, evidence and personal data; exit with 1 where something breaks them."""
    from migragraph.build import check_project
    from migragraph.checks.render import RENDERERS

    settings = read_settings(project=project)
    folder = find_documents(documents, settings)
    if source is not None and folder is None:
        raise click.UsageError("--source is for the evidence check: give --documents too, or set MIGRAGRAPH_REFERENCE.")
    report = check_project(settings.project, documents=folder, source=source, progress=_progress)
    _done()
    click.echo(RENDERERS[format_](report))
    if not report.conforms:
        raise SystemExit(FINDINGS)


@main.command(epilog="Example: migragraph networks")
@with_home
def networks(home: Path | None) -> None:
    """List the networks that can be analysed, with their sizes."""
    from migragraph.networks.definitions import stored_networks
    from migragraph.networks.extraction import extract_network

    version, store = open_version(home, None)
    for definition in stored_networks(store):
        network = extract_network(store, definition, version.id, version.built)
        click.echo(f"{definition.slug}: {definition.title}\n    {network.describe_size()}")


for _command in (cite, query, export, rank, report, dump):
    main.add_command(_command)


@main.command(epilog="Example: migragraph load")
@with_home
def load(home: Path | None) -> None:
    """Put the current version into the remote engine that MIGRAGRAPH_ENGINE names, in the place of what is there."""
    from migragraph.store.endpoint import Endpoint
    from migragraph.store.loading import load_version
    from migragraph.store.versions import current_version

    settings = read_settings(home=home)
    version = current_version(settings.home)
    n_quads = load_version(version, Endpoint.of(settings), _progress)
    _done()
    click.echo(f"version {version.id}\n{n_quads} quads loaded")


@main.command("format", epilog="Example: migragraph format --check")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 where a file is not canonical.")
@with_project
def format_files(project: Path | None, *, only_check: bool) -> None:
    """Bring all RDF files of the project into canonical form."""
    from migragraph.canonical import format_project

    changed = format_project(read_settings(project=project).project, write=not only_check)
    for path in changed:
        click.echo(f"{'not canonical' if only_check else 'formatted'}: {path}")
    if only_check and changed:
        raise SystemExit(FINDINGS)


@main.command(epilog="Example: migragraph reconcile")
@with_project
def reconcile(project: Path | None) -> None:
    """Report which names of the tables are no thing yet, with candidates, and which are left out on purpose."""
    from migragraph.sources.reconciliation import report_unmatched

    settings = read_settings(project=project)
    text, n_unmatched = report_unmatched(settings.project / "data" / "registry")
    click.echo(text)
    if n_unmatched:
        raise SystemExit(FINDINGS)


@main.command(epilog="Example: migragraph serve --port 8000")
@with_home
@with_project
@click.option("--host", help="Address to listen on; default 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0: one that is free; default 8000.")
@click.option("--scratch", is_flag=True, help="Serve an empty store that may be changed, without checks or limits.")
@click.option("--token", help="With --scratch: only whoever sends this token may change it.")
def serve(
    home: Path | None, project: Path | None, host: str | None, port: int | None, *, scratch: bool, token: str | None
) -> None:
    """Serve the current version: home page, SPARQL, things; or, with --scratch, a store to be thrown away."""
    from migragraph.web import serve as serve_
    from migragraph.web import serve_scratch

    settings = read_settings(home=home, project=project, host=host, port=port)
    if token is not None and not scratch:
        raise click.UsageError("--token is for --scratch; the tokens of the service are the setting MIGRAGRAPH_TOKENS.")
    if scratch:
        serve_scratch(replace(settings, client_rate=0, client_requests=0), token)
    else:
        serve_(settings)


@main.command(epilog="Example: migragraph token ana --scope write")
@click.argument("name")
@click.option("--scope", type=click.Choice(["read", "write", "admin"]), default="write", help="What it allows.")
def token(name: str, scope: str) -> None:
    """Make a token for NAME, and the entry of MIGRAGRAPH_TOKENS that lets its bearer in; it is shown only now."""
    from migragraph.tokens import Scope, make_token

    secret, entry = make_token(name, Scope[scope.upper()])
    click.echo(f"token for {name}: {secret}")
    click.echo(f"entry of MIGRAGRAPH_TOKENS: {entry}")


@main.command(epilog="Example: migragraph version")
@with_home
def version(home: Path | None) -> None:
    """Print the manifest of the version that is served."""
    from migragraph.store.versions import current_version

    found = current_version(read_settings(home=home).home)
    click.echo(json.dumps(found.manifest, indent=2, ensure_ascii=False, sort_keys=True))


@main.command(epilog="Example: migragraph versions")
@with_home
def versions(home: Path | None) -> None:
    """List the versions that are there, the newest first, with the one that is served marked."""
    from migragraph.store.versions import current_version, published_versions

    folder = read_settings(home=home).home
    current = current_version(folder)
    for found in reversed(published_versions(folder)):
        mark = "*" if found.id == current.id else " "
        facts = found.manifest.get("counts", {}).get("facts", "?")
        click.echo(f"{mark} {found.id}  built {found.manifest['built']}  {facts} facts")


@main.command(epilog="Example: migragraph rollback")
@click.argument("id_", metavar="[VERSION]", required=False)
@with_home
def rollback(id_: str | None, home: Path | None) -> None:
    """Serve the version before the current one, or the one with this id, from the next request on."""
    from migragraph.store.versions import find_version, roll_back, switch

    folder = read_settings(home=home).home
    if id_ is None:
        found = roll_back(folder)
    else:
        found = find_version(folder, id_)
        switch(folder, found.id)
    click.echo(f"version {found.id}, built {found.manifest['built']}")


@main.command(epilog="Example: migragraph edits")
@with_home
def edits(home: Path | None) -> None:
    """List the changes made through the service, the newest first, those in the version that is served marked."""
    from migragraph.sources.edits import read_edit
    from migragraph.store.versions import current_version, recorded_edits

    folder = read_settings(home=home).home
    served = current_version(folder).manifest.get("edits", [])
    for found in reversed([read_edit(path) for path in recorded_edits(folder)]):
        mark = "*" if found.name in served else " "
        click.echo(
            f"{mark} {found.name}  {found.when.isoformat(sep=' ', timespec='seconds')}  by {found.who}: "
            f"+{found.claims_added} -{found.claims_withdrawn} claims, "
            f"+{found.names_added} -{found.names_withdrawn} names: {found.why}"
        )
