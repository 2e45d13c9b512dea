"""Dumps of a version as files that were asked for: each is written once, and then read by everybody at their own pace.

A query process writes as fast as the disk takes it and is free again; a client that reads slowly holds an open file,
and no process. The files go with the version, the oldest before where they are many.

Entry point: :class:`DumpFiles`.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import weakref
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import IO, TYPE_CHECKING, Final, Protocol

from migragraph.errors import ServiceBusy
from migragraph.store.disk import room_on_disk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migragraph.formats import Format

#: Files of one version are kept up to so many bytes.
_MOST_BYTES: Final = 2**30


class Source(Protocol):
    """What writes dumps: a pool of query processes, or what takes its place."""

    def dump(self, what: str, form: Format) -> Iterable[bytes]:
        """Return a dump part by part."""


class DumpFiles:
    """The dumps of one version. Threads may share it; one dump is written at a time.

    ``close`` is not needed: the files are removed when nobody holds the object any more, and with the process. A client
    that is just reading one reads it to its end.
    """

    def __init__(self, source: Source, queue_seconds: float) -> None:
        self._source, self._queue_seconds = source, queue_seconds
        self._writing = threading.Lock()
        self._folder: Path | None = None

    def open(self, what: str, form: Format) -> IO[bytes]:
        """Return a dump, open for reading from its start; it is written first where that was not done yet.

        Raises what :meth:`migragraph.limits.pool.QueryPool.dump` raises, ``ServiceBusy`` where another is being written
        for longer than a query waits for its place, and ``DiskFull``.
        """
        if (found := self._there(what, form)) is not None:
            return found
        if not self._writing.acquire(timeout=self._queue_seconds):
            raise ServiceBusy(
                f"another dump is being written, and was not done within {self._queue_seconds:g} seconds.",
                remedy="Ask again a little later.",
            )
        try:
            return self._there(what, form) or self._write(what, form)
        finally:
            self._writing.release()

    def _there(self, what: str, form: Format) -> IO[bytes] | None:
        if self._folder is None:
            return None
        try:
            return (self._folder / _name(what, form)).open("rb")
        except FileNotFoundError:
            return None

    def _write(self, what: str, form: Format) -> IO[bytes]:
        temporary = Path(gettempdir())
        with room_on_disk(temporary, "a dump", or_else="give the service another folder as TMPDIR"):
            if self._folder is None:
                self._folder = Path(mkdtemp(prefix="migragraph-dumps-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            path = self._folder / _name(what, form)
            part = path.with_suffix(".part")
            parts = self._source.dump(what, form)
            try:
                with part.open("wb") as file:
                    for content in parts:
                        file.write(content)
                part.rename(path)
            finally:
                part.unlink(missing_ok=True)
                if (close := getattr(parts, "close", None)) is not None:
                    close()
        found = path.open("rb")
        self._forget_the_oldest(path)
        return found

    def _forget_the_oldest(self, newest: Path) -> None:
        files = sorted(newest.parent.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        size = sum(path.stat().st_size for path in files)
        for path in files:
            if size <= _MOST_BYTES or path == newest:
                return
            size -= path.stat().st_size
            path.unlink()


def _name(what: str, form: Format) -> str:
    return f"{hashlib.sha256(what.encode()).hexdigest()[:32]}.{form.extension}"
