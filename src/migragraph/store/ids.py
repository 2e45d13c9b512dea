"""Ids of versions, as people give them: whole, or by the first characters.

Entry points: :func:`whole_id`, :func:`is_id`.
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


def whole_id(home: Path, given: str) -> str:
    """Return the id of the version in a home that has this id, or begins with these 8 characters or more.

    Raises ``NoVersion`` where there is none, or several begin so.
    """
    versions, found = home / "versions", list[str]()
    if _BEGINNING.fullmatch(given):
        found = sorted(f.name for f in versions.glob(f"{given}*") if is_id(f.name) and f.is_dir())
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{given!r} is the beginning of {len(found)} versions in {home}: {', '.join(found)}."
        raise NoVersion(message, remedy="Give more characters.")
    if not (home / "current").is_file():
        raise NoVersion(f"there is no version {given!r} in {home}, nor any other.", remedy="Run `migragraph build`.")
    remedy = f"`migragraph versions` lists those that are kept; give an id, or its first {FEWEST} characters or more."
    raise NoVersion(f"there is no version {given!r} in {home}.", remedy=remedy)
