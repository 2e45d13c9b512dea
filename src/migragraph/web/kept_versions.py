"""Versions that a request names: found among those that are kept, or refused in words that name no folder.

Entry point: :func:`find_kept`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migragraph.errors import NoVersion, UnknownThing
from migragraph.store.ids import FEWEST, ids_beginning, may_begin_id
from migragraph.store.versions import current_version, find_version

if TYPE_CHECKING:
    from pathlib import Path

    from migragraph.store.versions import Version


def find_kept(home: Path, given: str) -> Version:
    """Return the version of a home with this id, or that begins so (8 characters or more).

    Raises ``UnknownThing``, which says whether it is no id at all, not or no longer there, or the beginning of several;
    ``NoVersion`` where nothing has been built.
    """
    try:
        return find_version(home, given)
    except NoVersion as error:
        current_version(home)  # where there is none, that is what is wrong
        message, remedy = _why_unknown(home, given)
        raise UnknownThing(message, remedy=remedy) from error


def _why_unknown(home: Path, given: str) -> tuple[str, str]:
    if not may_begin_id(given):
        return (
            f"{given!r} is not the id of a version, nor the beginning of one.",
            f"An id is 64 of the characters 0-9 and a-f, and its first {FEWEST} or more are enough; /health names "
            "that of the current version.",
        )
    if len(found := ids_beginning(home, given)) > 1:
        return f"{given!r} is the beginning of {len(found)} versions: {', '.join(found)}.", "Give more characters."
    return (
        f"there is no version {given!r}, or it is no longer kept.",
        "/health names the current version; leave the parameter out to ask that one.",
    )
