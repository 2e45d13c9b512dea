"""Files that survive a kill and a power cut: whole or not there."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from migragraph.errors import DiskFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The device, the quota or the limit of the process is used up.
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_file(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new content, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # noqa: PTH101 (name is a string)
        os.replace(name, path)  # noqa: PTH105 (name is a string)
    except BaseException:
        os.unlink(name)  # noqa: PTH108 (name is a string)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Have the system write a file, or the names in a directory, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def room_on_disk(folder: Path, what: str = "a new version", *, or_else: str = "raise the limit") -> Iterator[None]:
    """Turn what the system says when nothing more fits into ``DiskFull``.

    ``what`` is written into the folder; ``or_else`` is what its operator may do in place of making room.
    """
    try:
        yield
    except OSError as error:
        # the store gives the system's words in an error without a number
        codes = (code for code in _FULL if error.errno == code or os.strerror(code) in str(error))
        if (code := next(codes, None)) is None:
            raise
        raise DiskFull(
            f"{folder} has no room for {what}: {os.strerror(code)}.",
            remedy=f"Make room, or {or_else}, and try again; nothing was changed.",
            what=what,
        ) from error
