"""Ids of versions, as people give them: whole, or by the first characters.

Entry points: :func:`whole_id`, :func:`is_id`, :func:`ids_beginning`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from migragraph.errors import NoVersion

if TYPE_CHECKING:
    from pathlib import Path

#: So many characters tell a version from others; pages and commands show more.
FEWEST: Final = 8
_ID = re.compile(r"[0-9a-f]{64}")
_BEGINNING = re.compile(rf"[0-9a-f]{{{FEWEST},64}}")


def is_id(text: str) -> bool:
    """Tell whether a text is the whole id of a version, be it kept or not.

    >>> is_id("0" * 64), is_id("0" * 12)
    (True, False)
    """
    return bool(_ID.fullmatch(text))


def may_begin_id(text: str) -> bool:
    """Tell whether a text is long enough to name a version, and of the characters that ids are made of.

    >>> may_begin_id("0" * 64), may_begin_id("0a1b2c3d"), may_begin_id("0a1b2c3"), may_begin_id("2024-13-45")
    (True, True, False, False)
    """
    return bool(_BEGINNING.fullmatch(text))


def ids_beginning(home: Path, given: str) -> list[str]:
    """Return the ids, sorted, of the versions kept in a home that begin so; none for what :func:`may_begin_id` denies.

    Cost: one look into the folder of versions.
    """
    if not may_begin_id(given):
        return []
    return sorted(f.name for f in (home / "versions").glob(f"{given}*") if is_id(f.name) and f.is_dir())


def whole_id(home: Path, given: str) -> str:
    """Return the id of the version in a home that has this id, or begins with these 8 characters or more.

    Raises ``NoVersion`` where there is none, or several begin so.
    """
    found = ids_beginning(home, given)
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{given!r} is the beginning of {len(found)} versions in {home}: {', '.join(found)}."
        raise NoVersion(message, remedy="Give more characters.")
    if not (home / "current").is_file():
        raise NoVersion(f"there is no version {given!r} in {home}, nor any other.", remedy="Run `migragraph build`.")
    remedy = f"`migragraph versions` lists those that are kept; give an id, or its first {FEWEST} characters or more."
    raise NoVersion(f"there is no version {given!r} in {home}.", remedy=remedy)
