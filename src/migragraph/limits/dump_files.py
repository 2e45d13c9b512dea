"""Dumps of a version as files that were asked for: each is written once, and then read by everybody at their own pace.

A query process writes as fast as the disk takes it and is free again; a client that reads slowly holds an open file,
and no process. The files go with the version, the oldest before where they are many.

Entry point: :class:`DumpFiles`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import weakref
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A dump that is written, open for reading from its start: whoever has it closes it.

    ``size`` is in bytes; ``digest``, 32 characters of 0-9 and a-f, is the same for the same bytes of the same thing
    alone. The same statements may come in another order when they are written anew.
    """

    content: IO[bytes]
    size: int
    digest: str

    @classmethod
    def at(cls, path: Path) -> DumpFile:
        """Open the file that is named by its digest; ``FileNotFoundError`` where it has gone."""
        content = path.open("rb")
        return cls(content, os.fstat(content.fileno()).st_size, path.stem)


class DumpFiles:
    """The dumps of one version. Threads may share it; one dump is written at a time.

    ``close`` is not needed: the files are removed when nobody holds the object any more, and with the process. A client
    that is just reading one reads it to its end.
    """

    def __init__(self, source: Source, queue_seconds: float) -> None:
        self._source, self._queue_seconds = source, queue_seconds
        self._writing = threading.Lock()
        self._folder: Path | None = None
        self._paths: dict[tuple[str, str], Path] = {}

    def open(self, what: str, form: Format) -> DumpFile:
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

    def _there(self, what: str, form: Format) -> DumpFile | None:
        path = self._paths.get((what, form.extension))
        if path is None:
            return None
        try:
            return DumpFile.at(path)
        except FileNotFoundError:
            return None

    def _write(self, what: str, form: Format) -> DumpFile:
        temporary = Path(gettempdir())
        with room_on_disk(temporary, "a dump", or_else="give the service another folder as TMPDIR"):
            if self._folder is None:
                self._folder = Path(mkdtemp(prefix="migragraph-dumps-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            part = self._folder / "written.part"  # one at a time
            parts, digest = self._source.dump(what, form), hashlib.blake2b(what.encode(), digest_size=16)
            try:
                with part.open("wb") as file:
                    for content in parts:
                        file.write(content)
                        digest.update(content)
                path = part.with_name(f"{digest.hexdigest()}.{form.extension}")
                part.rename(path)
            finally:
                part.unlink(missing_ok=True)
                if (close := getattr(parts, "close", None)) is not None:
                    close()
        found = DumpFile.at(path)
        self._paths[what, form.extension] = path
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
