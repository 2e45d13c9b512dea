"""Versions of the graph on disk: each immutable, in a directory named by its content, one of them current.

::

    {home}/versions/{id}/store/          an Oxigraph store, only ever opened read-only
    {home}/versions/{id}/manifest.json   what it holds, what it was made of, by which tools, when
    {home}/versions/{id}/pages/          pages made from it, such as the documentation of the ontology
    {home}/current                       the id of the version that is served
    {home}/published.log                 every switch: time and id, a line each
    {home}/build.lock                    held by the one process that writes

The id is the SHA-256 of the sorted N-Quads, so the same inputs give the same version. A version is written beside the
others under another name and takes its own with one rename, once all of it is on the disk; ``current`` is replaced with
one rename. Whatever is interrupted before, by a kill or a power cut, leaves the versions and the current one as they
were; what it left half-written is removed by the next build. The system gives up a lock with its process, however that
ends. Readers need no lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, Store, parse, serialize

from migragraph.errors import DamagedVersion, NoVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pyoxigraph import Quad

_ID = re.compile(r"[0-9a-f]{64}")
_STAGING, _DOOMED = "staging", "removed-"
_TOOLS = ("migragraph", "pyoxigraph", "rdflib", "pyshacl")


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its id, its directory and its manifest."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]

    def page(self, name: str) -> str:
        """Return a page that was made from the version."""
        return (self.folder / "pages" / name).read_text(encoding="utf-8")

    def open(self) -> Store:
        """Open the store for reading; any number of processes may. ``DamagedVersion`` where it is not whole."""
        try:
            return Store.read_only(str(self.folder / "store"))
        except (OSError, RuntimeError) as error:
            raise DamagedVersion(
                f"the store of version {self.id} cannot be opened: {error}.",
                remedy=f"Remove {self.folder} and build again.",
            ) from error


def canonical_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Return the quads as sorted lines of N-Quads, each with its line end."""
    written = BytesIO()
    serialize(quads, written, RdfFormat.N_QUADS)
    return sorted(set(written.getvalue().splitlines(keepends=True)))


def publish(
    home: Path, quads: Iterable[Quad], describe: Mapping[str, Any], pages: Mapping[str, str] | None = None
) -> Version:
    """Write a version and make it the current one.

    ``describe`` goes into the manifest; ``pages`` are files made from the content, by name. Publishing
    content that is there already writes nothing but the switch. Waits while another process publishes.
    """
    lines = canonical_lines(quads)
    id_ = hashlib.sha256(b"".join(lines)).hexdigest()
    versions = home / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    target, folder = versions / id_, versions / _STAGING
    with _only_writer(home):
        for left in (folder, *versions.glob(f"{_DOOMED}*")):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        if not target.exists():
            _write_version(folder, id_, lines, describe, pages or {})
            folder.rename(target)
            _sync(versions)
        _make_current(home, id_)
    return find_version(home, id_)


def _write_version(
    folder: Path, id_: str, lines: list[bytes], describe: Mapping[str, Any], pages: Mapping[str, str]
) -> None:
    """Write all of a version into a folder that is not there yet, down to the disk; or leave nothing."""
    folder.mkdir()
    try:
        store = Store(str(folder / "store"))
        # not bulk_load: it would give the blank nodes of lists other names in every build
        store.bulk_extend(parse(b"".join(lines), RdfFormat.N_QUADS))
        store.flush()
        del store
        (folder / "pages").mkdir()
        for name, text in pages.items():
            _write(folder / "pages" / name, text)
        manifest = {
            "id": id_,
            "quads": len(lines),
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "tools": {tool: installed(tool) for tool in _TOOLS},
            **describe,
        }
        _write(folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
        for path in (*folder.rglob("*"), folder):
            _sync(path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def switch(home: Path, id_: str) -> None:
    """Make a version that is there the current one, with one rename, and note it in the log."""
    find_version(home, id_)  # where there is none, no lock file is made either
    with _only_writer(home):
        _make_current(home, id_)


def _make_current(home: Path, id_: str) -> None:
    version = find_version(home, id_)
    _write(home / "current", version.id + "\n")
    with (home / "published.log").open("a", encoding="ascii") as log:
        log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {version.id}\n")


def current_version(home: Path) -> Version:
    """Return the version that is served; ``NoVersion`` where nothing has been built."""
    try:
        id_ = (home / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise NoVersion(f"no version of the graph in {home}.", remedy="Run `migragraph build`.") from error
    return find_version(home, id_)


def find_version(home: Path, id_: str) -> Version:
    """Return a version by its id; ``NoVersion`` where it is not there, ``DamagedVersion`` where it is not whole."""
    folder = home / "versions" / id_
    if not _ID.fullmatch(id_) or not folder.is_dir():
        raise NoVersion(f"there is no version {id_!r} in {home}.", remedy="Run `migragraph build`.")
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedVersion(
            f"the manifest of version {id_} cannot be read: {error}.", remedy=f"Remove {folder} and build again."
        ) from error
    if manifest.get("id") != id_:
        raise DamagedVersion(
            f"the manifest in {folder} is that of {manifest.get('id')}.", remedy="Remove the directory and build again."
        )
    return Version(id_, folder, manifest)


def published_versions(home: Path) -> list[Version]:
    """Return the versions that are there, in the order in which they were last made current; the newest is last."""
    try:
        log = (home / "published.log").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    last = {line.split()[1]: n for n, line in enumerate(log) if line}
    there = [id_ for id_ in sorted(last, key=last.__getitem__) if (home / "versions" / id_).is_dir()]
    return [find_version(home, id_) for id_ in there]


def roll_back(home: Path) -> Version:
    """Make the version current again that was before; ``NoVersion`` where there is none.

    Rolling back twice gives the version that one started from.
    """
    current = current_version(home)
    with _only_writer(home):
        earlier = [version for version in published_versions(home) if version.id != current.id]
        if not earlier:
            raise NoVersion(f"there is no version but the current one in {home}.", remedy="Build another one.")
        _make_current(home, earlier[-1].id)
    return earlier[-1]


def prune_versions(home: Path, keep: int) -> list[str]:
    """Remove all but the current version and the newest others, ``keep`` in all; return the ids of those removed.

    A service that answers from one of them goes on until it takes up the current one.
    """
    with _only_writer(home):
        current = current_version(home)
        others = [version for version in published_versions(home) if version.id != current.id]
        removed = others[: max(0, len(others) - max(keep, 1) + 1)]
        for version in removed:
            # under another name first, so that nobody opens what is half removed
            doomed = version.folder.with_name(f"{_DOOMED}{version.id}")
            version.folder.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)
    return [version.id for version in removed]


def _write(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new content, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o644)  # noqa: PTH101 (name is a string)
    os.replace(name, path)  # noqa: PTH105 (name is a string)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Have the system write a file, or the names in a directory, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _only_writer(home: Path) -> Iterator[None]:
    """Hold the lock of those who write; wait while another process has it."""
    with (home / "build.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
