"""Versions of the graph on disk: each immutable, in a directory named by its content, one of them current.

::

    {home}/versions/{id}/store/          an Oxigraph store, only ever opened read-only
    {home}/versions/{id}/manifest.json   what it holds, what it was made of, by which tools, when
    {home}/versions/{id}/pages/          pages made from it, such as the documentation of the ontology
    {home}/current                       the id of the version that is served
    {home}/published.log                 every switch: time and id, a line each
    {home}/edits/                        changes made through the service, see :mod:`migragraph.store.edits`
    {home}/build.lock                    held by the one process that writes

The id is the SHA-256 of the sorted N-Quads, so the same inputs give the same version. A version is written beside the
others under another name and takes its own with one rename, once all of it is on the disk; ``current`` is replaced with
one rename, and with it the edit that the version was made for is recorded. Whatever is interrupted before, by a kill or
a power cut, leaves the versions, the edits and the current version as they were; what it left half-written is removed
by the next one who holds the lock. The system gives up a lock with its process, however that ends. Readers need none.
A last line of the log that is not the current version was written for a switch that did not come about.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, Store, parse, serialize

from migragraph.errors import DamagedVersion, NoVersion, WriteConflict
from migragraph.store import disk
from migragraph.store.edits import edits_in, settle_edits, staged_edits
from migragraph.store.ids import whole_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pyoxigraph import Quad

_STAGING, _DOOMED = "staging", "removed-"
_TOOLS = ("migragraph", "pyoxigraph", "rdflib", "pyshacl")


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its id, its directory and its manifest."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def built(self) -> str | None:
        """Return when it was built (ISO 8601), where the manifest says so."""
        found = self.manifest.get("built")
        return str(found) if found else None

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


@dataclass(frozen=True, slots=True)
class Delta:
    """What makes one version of another: the quads that are added and those that are removed."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]


def canonical_lines(quads: Iterable[Quad]) -> list[bytes]:
    """Return the quads as sorted lines of N-Quads, each with its line end."""
    written = BytesIO()
    serialize(quads, written, RdfFormat.N_QUADS)
    return sorted(set(written.getvalue().splitlines(keepends=True)))


def publish(
    home: Path,
    quads: Iterable[Quad],
    describe: Mapping[str, Any],
    pages: Mapping[str, str] | None = None,
    *,
    edits: Sequence[str] = (),
) -> Version:
    """Write a version and make it the current one.

    ``describe`` goes into the manifest; ``pages`` are files made from the content, by name; ``edits`` are the names of
    the edits that the content was made with: ``WriteConflict`` where others are recorded by now. Publishing content
    that is there already writes the manifest, where it changes, and the switch. Waits while another process publishes.
    """
    lines = canonical_lines(quads)
    id_ = hashlib.sha256(b"".join(lines)).hexdigest()
    home.mkdir(parents=True, exist_ok=True)

    def fill(folder: Path) -> None:
        store = Store(str(folder))
        # not bulk_load: it would give the blank nodes of lists other names in every build
        store.bulk_extend(parse(b"".join(lines), RdfFormat.N_QUADS))
        store.flush()

    with only_writer(home), disk.room_on_disk(home):
        if [folder.name for folder in edits_in(home)] != list(edits):
            raise WriteConflict(
                "somebody has written to the graph since its inputs were read.", remedy="Build again from all edits."
            )
        described = {"quads": len(lines), "edits": list(edits), **describe}
        return _publish(home, id_, fill, described, pages or {})


def publish_change(base: Version, id_: str, delta: Delta, describe: Mapping[str, Any]) -> Version:
    """Publish the version that differs from ``base`` by the delta, and with it the staged edit that it lists.

    For holders of the lock. The files of the base are shared, not copied. ``id_`` is that of the content; ``describe``
    is the rest of the manifest, with the names of all ``edits`` and the number of ``quads``. Cost: that of the change.
    """
    home = base.folder.parents[1]

    def fill(folder: Path) -> None:
        base.open().backup(str(folder))
        store = Store(str(folder))
        store.bulk_extend(delta.added)
        for quad in delta.removed:
            store.remove(quad)
        store.flush()

    pages = {path.name: path.read_text(encoding="utf-8") for path in (base.folder / "pages").iterdir()}
    version = _publish(home, id_, fill, describe, pages)
    with suppress(OSError):  # the change is made; whoever has the lock next gives the edit its name
        _settle(home)
    return version


def _publish(
    home: Path, id_: str, fill: Callable[[Path], None], describe: Mapping[str, Any], pages: Mapping[str, str]
) -> Version:
    """Write the version where it is not there yet, and switch; only for holders of the lock."""
    versions = home / "versions"
    versions.mkdir(exist_ok=True)
    target, folder = versions / id_, versions / _STAGING
    if not target.exists():
        _write_version(folder, id_, fill, describe, pages)
        folder.rename(target)
        disk.sync(versions)
    else:  # the same content may have come of other inputs by now
        there, now = find_version(home, id_).manifest, {"tools": installed_tools(), **describe}
        if any(there.get(key) != value for key, value in now.items()):
            _write_manifest(target, {**there, **now})
    _make_current(home, id_)
    return find_version(home, id_)


def _write_version(
    folder: Path, id_: str, fill: Callable[[Path], None], describe: Mapping[str, Any], pages: Mapping[str, str]
) -> None:
    """Write all of a version into a folder that is not there yet, down to the disk; or leave nothing."""
    folder.mkdir()
    try:
        fill(folder / "store")
        (folder / "pages").mkdir()
        for name, text in pages.items():
            disk.write_file(folder / "pages" / name, text)
        manifest = {
            "id": id_,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "tools": installed_tools(),
            **describe,
        }
        _write_manifest(folder, manifest)
        for path in (*folder.rglob("*"), folder):
            disk.sync(path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    disk.write_file(folder / "manifest.json", text)


def installed_tools() -> dict[str, str]:
    """Return the versions of the software on which the content of a version depends."""
    return {tool: installed(tool) for tool in _TOOLS}


def switch(home: Path, id_: str) -> None:
    """Make a version that is there the current one, with one rename, and note it in the log."""
    find_version(home, id_)  # where there is none, no lock file is made either
    with only_writer(home):
        _make_current(home, id_)


def _make_current(home: Path, id_: str) -> None:
    version = find_version(home, id_)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    # the log first, and whole: once the switch is made nothing may fail any more
    disk.write_file(home / "published.log", "".join(f"{line}\n" for line in (*_log(home), f"{now} {version.id}")))
    disk.write_file(home / "current", version.id + "\n")


def _log(home: Path) -> list[str]:
    """Return the lines of the log, without one at the end for a switch that did not come about."""
    try:
        lines = (home / "published.log").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    try:
        current = (home / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        current = ""
    return lines[:-1] if lines and lines[-1].split()[1:] != [current] else lines


def current_version(home: Path) -> Version:
    """Return the version that is served; ``NoVersion`` where nothing has been built."""
    try:
        id_ = (home / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise NoVersion(f"no version of the graph in {home}.", remedy="Run `migragraph build`.") from error
    return find_version(home, id_)


def find_version(home: Path, id_: str) -> Version:
    """Return a version by its id, or by the first 8 characters of it or more, where they are those of one version.

    ``NoVersion`` where it is not there, or several begin so; ``DamagedVersion`` where it is not whole.
    """
    id_ = whole_id(home, id_)
    folder = home / "versions" / id_
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
    last = {line.split()[1]: n for n, line in enumerate(_log(home))}
    there = [id_ for id_ in sorted(last, key=last.__getitem__) if (home / "versions" / id_).is_dir()]
    return [find_version(home, id_) for id_ in there]


def roll_back(home: Path) -> Version:
    """Make the version current again that was before; ``NoVersion`` where there is none.

    Rolling back twice gives the version that one started from.
    """
    current_version(home)  # where there is none, no lock file is made either
    with only_writer(home):
        current = current_version(home)
        earlier = [version for version in published_versions(home) if version.id != current.id]
        if not earlier:
            raise NoVersion(f"there is no version but the current one in {home}.", remedy="Build another one.")
        _make_current(home, earlier[-1].id)
    return earlier[-1]


def prune_versions(home: Path, keep: int) -> list[str]:
    """Remove all but the current version and the newest others, ``keep`` in all; return the ids of those removed.

    A service that answers from one of them goes on until it takes up the current one.
    """
    with only_writer(home):
        current = current_version(home)
        others = [version for version in published_versions(home) if version.id != current.id]
        removed = others[: max(0, len(others) - keep + 1)]
        for version in removed:
            # under another name first, so that nobody opens what is half removed
            doomed = version.folder.with_name(f"{_DOOMED}{version.id}")
            version.folder.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)
    return [version.id for version in removed]


def recorded_edits(home: Path) -> list[Path]:
    """Return the folders of the edits that are recorded, in their order; waits while another process writes."""
    if not (home / "edits").is_dir():
        return []
    with only_writer(home):
        return edits_in(home)


@contextmanager
def only_writer(home: Path) -> Iterator[None]:
    """Hold the lock of those who write, with all settled that a killed one left; wait while another process has it."""
    with disk.room_on_disk(home), (home / "build.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in (home / "versions" / _STAGING, *(home / "versions").glob(f"{_DOOMED}*")):
            shutil.rmtree(left, ignore_errors=True)
        for file in (*home.glob(".current-*"), *home.glob(".published.log-*")):
            file.unlink()
        _settle(home)
        try:
            yield
        except BaseException:
            _settle(home)
            raise


def _settle(home: Path) -> None:
    """Settle the edits that are staged: record those of the current version, remove the others."""

    def manifest_of(folder: Path) -> Mapping[str, Any]:
        try:
            return find_version(home, folder.name).manifest
        except (NoVersion, DamagedVersion):
            return {}

    if staged_edits(home):
        try:
            recorded = current_version(home).manifest.get("edits", [])
        except NoVersion:
            recorded = []
        settle_edits(home, recorded, manifest_of)
