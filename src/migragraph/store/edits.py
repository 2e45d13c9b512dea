"""Folders of edits in the home of the versions: recorded together with the version that they make, or not at all.

::

    {home}/edits/0007-20261122t061500z/     an edit that is recorded; never changed again
    {home}/edits/.0007-20261122t061500z/    one that is being made

An edit is recorded from the moment at which a version that lists it in its manifest becomes the current one; the folder
takes its visible name right after. Whoever holds the lock first settles what a killed writer left: an edit that the
current version lists takes its name, any other vanishes with the version made for it. All here is for holders of the
lock, see :mod:`migragraph.store.versions`.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

from migragraph.iris import EDIT_NAME
from migragraph.store import disk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_NAME = re.compile(EDIT_NAME)


def edits_in(home: Path) -> list[Path]:
    """Return the folders of the recorded edits, in their order."""
    there = (home / "edits").iterdir() if (home / "edits").is_dir() else ()
    return sorted((p for p in there if _NAME.fullmatch(p.name)), key=lambda p: (int(p.name.partition("-")[0]), p.name))


def stage_edit(home: Path, name: str, files: Mapping[str, str]) -> Path:
    """Write the files of an edit, down to the disk, into a folder that is not recorded yet."""
    folder = home / "edits" / f".{name}"
    folder.mkdir(parents=True)
    for file, text in files.items():
        disk.write_file(folder / file, text)
    disk.sync(folder.parent)
    return folder


def staged_edits(home: Path) -> list[Path]:
    """Return the folders of the edits that are not recorded, or are but have not got their name."""
    return sorted((home / "edits").glob(".[0-9]*")) if (home / "edits").is_dir() else []


def settle_edits(home: Path, recorded: list[str], manifest_of: Callable[[Path], Mapping[str, Any]]) -> None:
    """Give the staged edits that the current version lists their names; remove the others, and versions made for them.

    ``manifest_of`` reads the manifest of a version's folder, or is empty where it cannot be read.
    """
    for folder in staged_edits(home):
        name = folder.name.removeprefix(".")
        if name in recorded:
            folder.rename(folder.with_name(name))
        else:
            for version in (home / "versions").glob("*"):
                if name in manifest_of(version).get("edits", ()):
                    shutil.rmtree(version)
            shutil.rmtree(folder)
        disk.sync(home / "edits")
