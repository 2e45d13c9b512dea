"""Options that several commands have, and what they open. Part of the command line, see :mod:`migragraph.cli`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migragraph.config import folder_of_documents, read_settings

if TYPE_CHECKING:
    from migragraph.config import Settings
    from migragraph.store.engine import Engine
    from migragraph.store.versions import Version

with_project = click.option(
    "--project", type=click.Path(path_type=Path), help="Folder of the project; default: the setting, else here."
)
with_home = click.option(
    "--home", type=click.Path(path_type=Path), help="Folder of the built versions; default: the setting, else var."
)
with_documents = click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the source documents, or the one above its sources/; default: the setting MIGRAGRAPH_REFERENCE.",
)
with_version = click.option(
    "--version",
    "version",
    metavar="ID",
    help="Version to read, by its id or the first 8 characters or more; default: the one that is served.",
)
with_output = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: standard output."
)


def open_version(home: Path | None, version: str | None) -> tuple[Version, Engine]:
    """Return the version that a command reads, and its open store, in the engine that the settings name.

    Raises ``NoVersion`` where nothing has been built or no version has the id, ``NotLoaded`` where the engine lacks it.
    """
    from migragraph.store.opening import open_engine
    from migragraph.store.versions import current_version, find_version

    settings = read_settings(home=home)
    found = current_version(settings.home) if version is None else find_version(settings.home, version)
    return found, open_engine(found, settings)


def find_documents(given: Path | None, settings: Settings) -> Path | None:
    """Return the folder of ``--documents``, else that of the settings, None where neither is known."""
    return folder_of_documents(given) if given is not None else settings.documents


def write_output(data: bytes, output: Path | None) -> None:
    """Write to the file of ``--output``, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)
